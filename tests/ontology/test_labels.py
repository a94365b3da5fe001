"""Names where editors of ontologies look for them: what `robot report` asks of labels, and the exceptions that are meant."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from whence.namespaces import PREFIXES
from whence.store import layout

ROOT = Path(__file__).parents[2]
LABEL = NamedNode(PREFIXES["rdfs"] + "label")
SAYS_NOTHING = {PREFIXES["rdf"] + "type", PREFIXES["owl"] + "equivalentClass"}


@cache
def terms() -> Store:
    """The ontology with its vocabularies and its alignment."""
    store = Store()
    for path in [*layout.locate(ROOT).ontology, ROOT / "ontology" / "alignment.ttl"]:
        store.load(path=str(path))
    return store


def labels() -> dict[str, set[str]]:
    """The labels of each term that is typed here and of which something is said; a word of questions is no term, and search would find it."""
    found: dict[str, set[str]] = {}
    ontologies = {quad.subject for quad in terms().quads_for_pattern(None, None, NamedNode(PREFIXES["owl"] + "Ontology"))}
    typed = {quad.subject for quad in terms().quads_for_pattern(None, NamedNode(PREFIXES["rdf"] + "type"), None) if quad.object != NamedNode(PREFIXES["wh"] + "Word")}
    for quad in terms():
        if quad.subject in typed - ontologies and isinstance(quad.subject, NamedNode) and quad.predicate.value not in SAYS_NOTHING:
            own = found.setdefault(quad.subject.value, set())
            if quad.predicate == LABEL and isinstance(quad.object, Literal):
                own.add(quad.object.value)
    return found


def test_every_term_has_a_label() -> None:
    assert len(labels()) > 500
    assert {iri for iri, own in labels().items() if not own} == set()


def test_the_labels_that_terms_share_are_those_that_the_notes_explain() -> None:
    bearers = defaultdict(set)
    for iri, own in labels().items():
        for label in own:
            bearers[label].add(iri)
    shared = {label for label, terms_of_it in bearers.items() if len(terms_of_it) > 1}
    notes = (ROOT / "ontology" / "NOTES.md").read_text(encoding="utf-8")
    item = re.search(r"^- `duplicate_label`: .*?(?=^- )", notes, re.MULTILINE | re.DOTALL)
    assert item is not None
    assert shared == set(re.findall(r"`([^`]+)`", item[0])[1:])
