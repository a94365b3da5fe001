"""Which IRIs of ours are named anywhere, in data, shapes, queries, context or examples, and defined nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from whence.findings import Finding, Place, Severity
from whence.store.layout import GraphFiles
from whence.namespaces import ID, PREFIXES, VOCAB, WH, shorten
from whence.sparql.tokens import tokens

__all__ = ["check_references", "context_terms", "named_in_example", "named_in_query", "unused_terms"]

_OURS = (WH, VOCAB, ID)
_LEANS_ON = (
    ("rdf", "type"),
    ("rdfs", "domain"),
    ("rdfs", "range"),
    ("rdfs", "subClassOf"),
    ("rdfs", "subPropertyOf"),
    ("owl", "inverseOf"),
    ("skos", "broader"),
    ("skos", "inScheme"),
)
_EXAMPLE = PREFIXES["skos"] + "example"
_NAME = re.compile(r"(?<![\w:/#.-])([a-z][a-z-]*):([A-Za-z0-9][\w-]*)")


def check_references(files: GraphFiles) -> Iterator[Finding]:
    """Yield a violation for each IRI of ours that nothing in the graph describes.

    :param files: the graph directory
    :raises InputError: a file cannot be read or parsed
    """
    store, shapes = Store(), Store()
    for paths, target in ((files.ontology + files.data, store), (files.shapes, shapes)):
        for path in paths:
            target.load(path=path)
    known = {quad.subject.value for quad in store if isinstance(quad.subject, NamedNode)}
    for where, iri in _all_references(files, store, shapes):
        if iri.startswith(_OURS) and iri not in known and iri not in _OURS:
            message = f"{shorten(iri)} is named here and described nowhere."
            fix = "Correct the name, or describe it."
            yield Finding("ontology:undefined-iri", Severity.VIOLATION, message, fix, f"<{iri}>", place=Place(where, 1, 1))


def _all_references(files: GraphFiles, store: Store, shapes: Store) -> Iterator[tuple[str, str]]:
    for graph, where in ((store, "ontology and triples"), (shapes, "ontology/shapes")):
        for iri in _named_in_graph(graph):
            yield where, iri
    for path in files.queries:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        for iri in named_in_query(text):
            yield files.relative(path), iri
    for iri in context_terms(files.context).values():
        yield "ontology/context.jsonld", iri


def unused_terms(files: GraphFiles) -> Iterator[Finding]:
    """Yield an information for each class, property, value and concept of ours that no data, shape or query names.

    What a used term leans on counts as used: those above it, its class, scheme, inverse, domain and range.

    :param files: the graph directory
    :raises InputError: a file cannot be read or parsed
    """
    ontology, rest = Store(), Store()
    for path in files.ontology:
        ontology.load(path=path)
    for path in files.data + files.shapes:
        rest.load(path=path)
    used = {term.value for quad in rest for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)}
    for path in files.queries:
        with open(path, encoding="utf-8") as stream:
            used.update(named_in_query(stream.read()))
    _spread(ontology, used)
    defined = ontology.quads_for_pattern(None, NamedNode(PREFIXES["rdfs"] + "isDefinedBy"), None)
    for iri in sorted({quad.subject.value for quad in defined} - used):
        message = f"{shorten(iri)} is named by no data, shape or query."
        yield Finding("ontology:unused-term", Severity.INFO, message, "Keep it only if texts to come need it.", f"<{iri}>")


def _spread(ontology: Store, used: set[str]) -> None:
    """Add what a used term leans on: those above it, its class, scheme, inverse, domain and range, and theirs."""
    predicates = [PREFIXES[prefix] + local for prefix, local in _LEANS_ON]
    waiting = list(used)
    while waiting:
        term = NamedNode(waiting.pop())
        for predicate in predicates:
            for quad in ontology.quads_for_pattern(term, NamedNode(predicate), None):
                if isinstance(quad.object, NamedNode) and quad.object.value not in used:
                    used.add(quad.object.value)
                    waiting.append(quad.object.value)


def _named_in_graph(store: Store) -> list[str]:
    found: dict[str, None] = {}
    for quad in store:
        for term in (quad.predicate, quad.object):
            if isinstance(term, NamedNode):
                found[term.value] = None
        if quad.predicate.value == _EXAMPLE and isinstance(quad.object, Literal):
            found.update(dict.fromkeys(named_in_example(quad.object.value)))
    dated = WH.removesuffix("#") + "/"
    return sorted(iri for iri in found if not iri.startswith(dated))


def named_in_example(text: str) -> list[str]:
    """Return the IRIs that an example names in prefixed form.

    >>> named_in_example("id:mars wh:partOf id:solar-system, said at 1:25")
    ['https://w3id.org/whence/id/mars', 'https://w3id.org/whence/ontology#partOf', 'https://w3id.org/whence/id/solar-system']
    """
    return [PREFIXES[prefix] + local for prefix, local in _NAME.findall(text) if prefix in PREFIXES]


def named_in_query(text: str) -> list[str]:
    """Return the IRIs that a query names, its prefixes declared or ours, strings and comments left out.

    >>> named_in_query('SELECT ?s { ?s a wh:Claim ; rdfs:label "wh:Nothing" } # wh:None')
    ['https://w3id.org/whence/ontology#Claim', 'http://www.w3.org/2000/01/rdf-schema#label']
    """
    found: list[str] = []
    prefixes = dict(PREFIXES)
    parts = list(tokens(text))
    for index, token in enumerate(parts):
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if index and parts[index - 1].is_word("PREFIX"):
                prefixes[prefix] = parts[index + 1].text[1:-1]
            elif prefix in prefixes:
                found.append(prefixes[prefix] + local.replace("\\", ""))
        elif token.kind == "iri" and not (index > 1 and parts[index - 2].is_word("PREFIX")):
            found.append(token.text[1:-1])
    return found


def context_terms(path: str) -> dict[str, str]:
    """Return the terms of a JSON-LD context and the IRIs they stand for, prefixes and keywords left out.

    :raises OSError: the file cannot be read
    """
    with open(path, encoding="utf-8") as stream:
        context = json.load(stream)["@context"]
    found: dict[str, str] = {}
    for term, definition in context.items():
        iri = definition.get("@id", "") if isinstance(definition, dict) else definition
        prefix, colon, local = str(iri).partition(":")
        if not term.startswith("@") and not str(iri).startswith("@") and colon and not local.startswith("//"):
            found[term] = context.get(prefix, prefix + ":") + local
    return found
