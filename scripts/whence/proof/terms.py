"""Reading the three words of a triple as people write them: names, prefixed names, IRIs, literals."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.namespaces import PREFIXES, shorten
from whence.sparql.parameters import term_as_written
from whence.things import Index
from whence.things.index import wh
from whence.things.names import as_iris, plain

#: So many values of a property are looked at.
_FIRST = 100
_PLAIN = wh("plainProperty")


def read(index: Index, subject: str, predicate: str, value: str) -> tuple[Triple, list[str]]:
    """Return the triple that three words mean, and sentences about what else they could have meant.

    Of several things of one name, those of which the graph has the triple somewhere come first.

    :raises UsageError: a word means nothing here; says what is called nearly so
    """
    subjects, predicates = _things(index, subject), _properties(index, predicate)
    values = [*_things(index, value, required=False), *(_literals(value) if any(_takes_literals(index, verb) for verb in predicates) else ())]
    triples = [Triple(one, verb, other) for verb in predicates for one in subjects for other in values]
    if not triples:
        raise _unknown(index, value)
    chosen = next((triple for triple in triples if _is_somewhere(index, triple)), triples[0])
    told = []
    for word, term, others in ((subject, chosen.subject, subjects), (predicate, chosen.predicate, predicates), (value, chosen.object, values)):
        also = [f"{index.label(other.value)} ({shorten(other.value)})" for other in others if other != term and isinstance(other, NamedNode)]
        if also and isinstance(term, NamedNode):
            told.append(f"{word} is taken to be {index.label(term.value)} ({shorten(term.value)}). So called are too: {', '.join(also)}.")
    return chosen, told


def _takes_literals(index: Index, predicate: NamedNode) -> bool:
    """Report whether any of the first values of a property is a literal: a name that nothing has is then no value of it."""
    return any(isinstance(quad.object, Literal) for quad in islice(index.store.quads_for_pattern(None, predicate, None, None), _FIRST))


def _is_somewhere(index: Index, triple: Triple) -> bool:
    """Report whether any graph has a triple; a literal by its lexical form."""
    found = index.store.quads_for_pattern(triple.subject, triple.predicate, triple.object if isinstance(triple.object, NamedNode) else None, None)
    return any(isinstance(triple.object, NamedNode) or getattr(quad.object, "value", None) == triple.object.value for quad in found)


def _things(index: Index, word: str, *, required: bool = True) -> list[NamedNode]:
    found = [NamedNode(match.iri) for match in index.find(word)]
    if not found:
        found = [NamedNode(iri) for iri in as_iris(word) if next(index.store.quads_for_pattern(None, None, NamedNode(iri), None), None) is not None]
    if not found and required:
        raise _unknown(index, word)
    return found


def _unknown(index: Index, word: str) -> UsageError:
    near = ", ".join(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in index.search(word, 3))
    shown = word if len(word) <= 100 else word[:99] + "…"
    return UsageError(f"Nothing here is called {shown!r}.", fix=f"Did you mean {near}?" if near else "A label, a printed name, a slug or an IRI would do.")


def _properties(index: Index, word: str) -> list[NamedNode]:
    """Return the properties that a word means: an IRI, a prefixed name, the part after a prefix, a label, or a name of the role that it says plainly; those that are used."""
    if word == "a":
        return [NamedNode(PREFIXES["rdf"] + "type")]
    compact = word.replace(" ", "")
    found = as_iris(word)[:-1] if ":" in word else []
    found += [PREFIXES[prefix] + compact for prefix in ("wh", "schema", "skos", "dcterms", "rdfs", "rdf", "lrmoo", "wdt", "oa") if prefix in PREFIXES and compact.isidentifier()]
    named = [match.iri for match in index.names.find(word)]
    found += [*named, *(node.value for iri in named for node in index.things(NamedNode(iri), _PLAIN))]
    used = [node for node in map(NamedNode, dict.fromkeys(found)) if next(index.store.quads_for_pattern(None, node, None, None), None) is not None]
    if used:
        return used
    known = sorted({shorten(quad.predicate.value) for quad in index.store.quads_for_pattern(None, None, None, None)})
    wanted = plain(word).replace(" ", "")
    fix = meant(word, known) or next((f"Did you mean {name}?" for name in known if plain(name.partition(":")[2]) == wanted), "")
    raise UsageError(f"No triple here has a property {word!r}.", fix=fix or "A property is written by its name or its label, as influencedBy or director; ontology/TERMS.md lists them.")


def _literals(word: str) -> list[Any]:
    term = term_as_written("object", word) if not word.startswith(("<", "http://", "https://")) and word.partition(":")[0] not in PREFIXES else None
    return [term, Literal(word)] if isinstance(term, Literal) else []
