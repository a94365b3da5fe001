"""The graph's own terms: modelling pitfalls, names that nothing describes, and terms that nothing names.

The pitfalls are check queries; they follow OOPS! (Poveda-Villalón, Gómez-Pérez and Suárez-Figueroa 2014) where they have a
counterpart there. Each says on top what it asks, how bad it is, and how to mend it. A term is the graph's own unless it is
in the namespace of a vocabulary that everybody shares, or `rdfs:isDefinedBy` names something that the graph does not describe.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad, Store

from whence.did_you_mean import meant
from whence.findings import Finding, Place, Severity
from whence.namespaces import BUILT_IN, PREFIXES, VOCAB, WH, bases, shorten
from whence.rdf.reading import read_text
from whence.rdf.terms import closure
from whence.sparql.tokens import place, tokens
from whence.store.layout import GraphFiles
from whence.validation.checks import run_checks

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pitfalls")
_OWN_TERMS = NamedNode("https://w3id.org/whence/own-terms")
_SHARED = frozenset(namespace for namespace in BUILT_IN.values() if not namespace.startswith("https://w3id.org/whence/"))
_LEANS_ON = "rdf:type rdfs:domain rdfs:range rdfs:subClassOf rdfs:subPropertyOf owl:inverseOf skos:broader skos:inScheme"
_DESCRIBED = (
    "SELECT DISTINCT ?s { { ?s a ?kind VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty skos:Concept "
    "skos:ConceptScheme } } UNION { ?s rdfs:isDefinedBy|vs:term_status|skos:definition|skos:prefLabel|rdfs:label ?any } }"
)
_VERSIONS = ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
_USE = Finding("ontology:undefined-name", Severity.VIOLATION, "")
_NAME = re.compile(r"(?<![\w:/#.-])([a-z][a-z-]*):([A-Za-z0-9][\w-]*)")


def _full(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _iris(quads: Iterable[Quad]) -> set[str]:
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _own_terms(ontology: Store) -> Iterator[NamedNode]:
    described = _iris(ontology)
    for row in ontology.query(_DESCRIBED, prefixes=PREFIXES):
        if isinstance(row["s"], NamedNode) and _namespace(row["s"].value) not in _SHARED:
            definers = {quad.object.value for quad in ontology.quads_for_pattern(row["s"], _full("rdfs:isDefinedBy"), None)}
            if not definers or definers & described or _namespace(row["s"].value) in (WH, VOCAB, *bases()):
                yield row["s"]


def pitfalls() -> list[str]:
    """Return the names of the check queries, sorted."""
    return sorted(name.removesuffix(".rq") for name in os.listdir(_FOLDER) if name.endswith(".rq"))


def check_pitfalls(ontology: Store, asserted: Store) -> Iterator[Finding]:
    """Yield the findings of all check queries, by name and then in the order of their rows.

    :param ontology: the ontology with its vocabularies and alignment, without data
    :param asserted: ontology and data, which may say more of a term: an example, a document that calls for it
    """
    store = Store()
    store.extend(ontology)
    for term in _iris(ontology):
        store.extend(asserted.quads_for_pattern(NamedNode(term), None, None))
    store.extend(Quad(term, _full("rdf:type"), _full("rdfs:Resource"), _OWN_TERMS) for term in _own_terms(ontology))
    paths = ((name, os.path.join(_FOLDER, f"{name}.rq")) for name in pitfalls())
    for finding in run_checks(store, [(name, path, path) for name, path in paths]):
        yield replace(finding, rule=finding.rule.replace("check:", "pitfall:", 1))


def undefined_names(files: GraphFiles, asserted: Store, shapes: Store, texts: dict[str, str]) -> Iterator[Finding]:
    """Yield a violation for each IRI in a namespace of the graph that nothing describes, at its first use in each file.

    Uses are looked for in the graph, its shapes and examples, the queries and the JSON-LD context.

    :param asserted: ontology and data
    :param texts: display name to text; those of the queries and the context are added
    :raises InputError: a query file or the context cannot be read
    """
    known = _iris(asserted)
    typed = _iris(asserted.quads_for_pattern(None, _full("rdf:type"), None))
    own = ({_namespace(iri) for iri in typed} | {WH, VOCAB, *bases()}) - _SHARED
    names = {shorten(iri) for iri in known}
    told: set[tuple[str, str]] = set()
    for where, uses in (("", _uses_in_graph(asserted)), ("shapes", _uses_in_graph(shapes)), *_uses_in_files(files, texts)):
        for iri, use in uses:
            if iri not in known and iri not in own and _namespace(iri) in own and (where, iri) not in told:
                told.add((where, iri))
                message = f"{shorten(iri)} is named here and described nowhere."
                fix = f"{meant(shorten(iri), names, 0.8) or 'Correct the name'}, or describe it.".replace("?, or", "? Or")
                found = use if isinstance(use, Finding) else _placed(use, texts[where], where)
                yield replace(found, message=message, fix=fix)


def _uses_in_graph(store: Store) -> Iterator[tuple[str, Finding | int]]:
    versions = {_full(f"owl:{name}") for name in _VERSIONS}
    for quad in sorted(store, key=str):
        use = replace(_USE, focus_node=str(quad.subject), path=("pred", str(quad.predicate)), value=str(quad.object))
        named = [term.value for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)]
        if quad.predicate == _full("skos:example") and isinstance(quad.object, Literal):
            named += named_in_example(quad.object.value)
        if quad.predicate not in versions:
            yield from ((iri, use) for iri in named)


def _uses_in_files(files: GraphFiles, texts: dict[str, str]) -> Iterator[tuple[str, Iterator[tuple[str, Finding | int]]]]:
    for path in [*files.queries, *([files.context] if os.path.exists(files.context) else [])]:
        name = files.display(path)
        texts[name] = read_text(path)
        yield name, (context_terms if path == files.context else named_in_query)(texts[name])


def _placed(offset: int, text: str, file: str) -> Finding:
    spot = place(text, offset)
    return replace(_USE, place=Place(file, int(str(spot["line"])), int(str(spot["column"]))))


def unused_terms(files: GraphFiles, ontology: Store, asserted: Store, shapes: Store) -> Iterator[Finding]:
    """Yield an information for each own class, property, value and concept that no data, shape or query names.

    What a used term leans on counts as used: those above it, its class, scheme, inverse, domain and range.

    :raises InputError: a query file cannot be read
    """
    data = [quad for store in (asserted, shapes) for quad in store if quad not in ontology]
    used = {term.value for quad in data for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)}
    for path in files.queries:
        used.update(iri for iri, _ in named_in_query(read_text(path)))
    leans_on = [_full(name) for name in _LEANS_ON.split()]

    def below(iri: str) -> Iterator[str]:
        for quad in ontology.quads_for_pattern(NamedNode(iri), None, None):
            if quad.predicate in leans_on and isinstance(quad.object, NamedNode):
                yield quad.object.value

    defined = _iris(ontology.quads_for_pattern(None, _full("rdfs:isDefinedBy"), None))
    for iri in sorted(defined.difference(closure(used, below))):
        message = f"{shorten(iri)} is named by no data, shape or query."
        yield Finding("ontology:unused-term", Severity.INFO, message, "Keep it only if texts to come need it.", f"<{iri}>")


def named_in_example(text: str) -> list[str]:
    """Return the IRIs that an example names in prefixed form.

    >>> named_in_example("id:mars wh:partOf id:solar-system, said at 1:25")
    ['https://w3id.org/whence/id/mars', 'https://w3id.org/whence/ontology#partOf', 'https://w3id.org/whence/id/solar-system']
    """
    return [PREFIXES[prefix] + local for prefix, local in _NAME.findall(text) if prefix in PREFIXES]


def named_in_query(text: str) -> Iterator[tuple[str, int]]:
    """Yield the IRIs that a query names and their offsets, its prefixes declared or ours, strings and comments left out.

    >>> list(named_in_query('SELECT ?s { ?s a wh:Claim ; rdfs:label "wh:Nothing" } # wh:None'))
    [('https://w3id.org/whence/ontology#Claim', 17), ('http://www.w3.org/2000/01/rdf-schema#label', 28)]
    """
    prefixes = dict(PREFIXES)
    parts = list(tokens(text))
    for index, token in enumerate(parts):
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if index and parts[index - 1].word == "PREFIX":
                prefixes[prefix] = parts[index + 1].text[1:-1] if index + 1 < len(parts) else ""
            elif prefix in prefixes:
                yield prefixes[prefix] + local.replace("\\", ""), token.start
        elif token.kind == "iri" and not (index > 1 and parts[index - 2].word == "PREFIX"):
            yield token.text[1:-1], token.start


def context_terms(text: str) -> Iterator[tuple[str, int]]:
    """Yield the IRIs that the terms of a JSON-LD context stand for and the terms' offsets, prefixes and keywords left out.

    Nothing comes of a text that is no context: whether it is one, JSON-LD's own reader tells where it is used.

    >>> list(context_terms('{"@context": {"wh": "https://w3id.org/whence/ontology#", "role": "wh:role"}}'))
    [('https://w3id.org/whence/ontology#role', 57)]
    """
    try:
        context = json.loads(text)["@context"]
        items = context.items()
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    for term, definition in items:
        iri = definition.get("@id", "") if isinstance(definition, dict) else definition
        prefix, colon, local = str(iri).partition(":")
        if not term.startswith("@") and not str(iri).startswith("@") and colon and not local.startswith("//"):
            yield str(context.get(prefix, prefix + ":")) + local, max(0, text.find(json.dumps(term, ensure_ascii=False) + ":"))
