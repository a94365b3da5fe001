"""What differs between two states of a graph, as people read it: positions, claims, things that came, went, changed or moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from whence import catalog, inference
from whence.namespaces import PREFIXES, WH, local, shorten, spaced
from whence.rdf.canonical import canonical
from whence.revisions.reading import Revision
from whence.store.layout import GraphFiles
from whence.things import claims, sentences
from whence.things.index import Index

_SPAN = (WH + "start", WH + "end")
#: What a position is, by its commitment and then by its mood, where nothing is denied.
_NOUNS = {
    "QuestionPremise": "premise", "Hedged": "hedged statement", "Implied": "implied statement", "Promotional": "promotional statement",
    "Prediction": "prediction", "Intention": "intention", "Wish": "wish", "Opinion": "opinion", "Analogy": "analogy",
}  # fmt: skip
#: Properties by the words people have for them.
_WORDS = {PREFIXES["skos"] + "prefLabel": "name", PREFIXES["skos"] + "altLabel": "other name", PREFIXES["rdf"] + "type": "kind"}
_KINDS = ("position", "claim", "thing")
_LONGEST = 80

#: Subject to its predicates, each with its objects.
_Subjects = dict[str, dict[str, set[Any]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One position, claim or thing that differs.

    :ivar kind: position, claim or thing
    :ivar change: came, went, changed or moved
    :ivar iri: what it is called in the state that has it, the later one where both do
    :ivar sentence: what happened
    :ivar document: where the position stands, or an empty text
    :ivar span: start and end there, or None
    :ivar properties: predicate to the values that it no longer has and those that it has now, in words
    """

    kind: str
    change: str
    iri: str
    sentence: str
    document: str = ""
    span: tuple[int, int] | None = None
    properties: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        place = {"document": self.document, "start": self.span[0], "end": self.span[1]} if self.span else None
        properties = [{"property": shorten(name), "was": list(was), "is": list(now)} for name, was, now in self.properties]
        return {"kind": self.kind, "change": self.change, "iri": self.iri, "sentence": self.sentence, "place": place, "properties": properties}


def compare(before: Revision, after: Revision, around: Iterable[Quad], files: GraphFiles) -> list[Change]:
    """Return what differs between two states: positions in text order, then claims, then things; empty where nothing does.

    :param around: what both take for granted: the model and what the graph includes
    :param files: the graph whose inferences name claims
    """
    around = list(around)
    old, new = _State(before, around, files), _State(after, around, files)
    gone = {iri for iri in old.subjects if iri not in new.subjects}
    come = {iri for iri in new.subjects if iri not in old.subjects}
    renamed = _renamed(old, new, gone, come)
    found = [new.told(iri, "came") for iri in come - set(renamed.values())] + [old.told(iri, "went") for iri in gone - renamed.keys()]
    both = {iri: iri for iri in old.subjects if iri in new.subjects and old.subjects[iri] != new.subjects[iri]} | renamed
    found += [_changed(old, new, was, now) for was, now in both.items()]
    if canonical(old.nameless) != canonical(new.nameless):
        found.append(Change("thing", "changed", "", "What stands in blank nodes, without a name of its own, is not the same."))
    return sorted(found, key=lambda one: (_KINDS.index(one.kind), one.document, one.span or (0, 0), one.sentence))


class _State:
    """One state with the names and labels that follow from it."""

    def __init__(self, revision: Revision, around: list[Quad], files: GraphFiles) -> None:
        self.subjects: _Subjects = {}
        self.nameless: list[Quad] = []
        for quad in revision.quads:
            if isinstance(quad.subject, NamedNode):
                value = "_:" if isinstance(quad.object, BlankNode) else quad.object
                self.subjects.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, set()).add(value)
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                self.nameless.append(quad)
        store = Store()
        store.bulk_extend([*around, *revision.quads])
        inference.close(store)
        queries = [catalog.parse_bytes(files.read(path), files.display(path)) for path in files.queries_in("inference") if "label-attestation" not in path]
        inference.construct(store, [query.text for query in queries if "label" in query.front_matter.tags])
        self.index = Index(store)

    def kind(self, iri: str) -> str:
        node = NamedNode(iri)
        return "position" if self.index.is_a(node, "Attestation") else "claim" if self.index.is_a(node, "Claim") else "thing"

    def place(self, iri: str) -> tuple[str, tuple[int, int] | None]:
        """Return the document and the span that a position or question states, as far as it does."""
        stated = self.subjects.get(iri, {})
        document, *span = [next((one.value for one in stated.get(WH + name, ()) if one != "_:"), "") for name in ("document", "start", "end")]
        return document, (int(span[0]), int(span[1])) if all(one.isdecimal() for one in span) else None

    def name(self, iri: str) -> str:
        """What something is called in a sentence, with its place where it has one."""
        node, kind = NamedNode(iri), self.kind(iri)
        if kind == "position":
            return self._position(iri)
        if kind == "claim":
            return f"The claim “{_clipped(claims.load(self.index, iri).label.rstrip('.'))}”"
        kinds = [kind for kind in self.index.kinds(node) if ":" not in kind]  # terms of OWL have no words
        return f"“{_clipped(self.index.label(iri))}”" + (f" ({', '.join(kinds)})" if kinds else "")

    def _position(self, iri: str) -> str:
        claim = claims.of(self.index, iri)
        if claim is None or not claim.positions:
            return f"The position {shorten(iri)}"
        position = claim.positions[0]
        noun = "denial" if position.denied else _NOUNS.get(position.commitment) or _NOUNS.get(position.mood) or "statement"
        said = sentences.claimed(claim)
        what = said if said.startswith(" that ") else f" “{_clipped(claim.label.rstrip('.'))}”"
        whose = position.speaker_name or "nobody named"
        told = f", told of {sentences.listed(one.text for one in position.ascribed_to)}," if position.ascribed else ""
        return f"{whose[:1].upper()}{whose[1:]}’s {noun}{told}{what}"

    def where(self, iri: str) -> str:
        document, span = self.place(iri)
        return f" ({self.index.label(document)}{f', {span[0]}-{span[1]}' if span else ''})" if document else ""

    def told(self, iri: str, change: str) -> Change:
        """Return that something came or went."""
        document, span = self.place(iri)
        verb = {"came": "is new", "went": "is gone"}[change]
        return Change(self.kind(iri), change, iri, f"{self.name(iri)} {verb}{self.where(iri)}.", document, span)

    def words(self, values: Iterable[Any]) -> tuple[str, ...]:
        return tuple(sorted(one if one == "_:" else self.index.words(one) for one in values))


def _renamed(old: _State, new: _State, gone: set[str], come: set[str]) -> dict[str, str]:
    """Return the positions that stand under another IRI now and differ at most in where they stand: old IRI to new."""

    def content(state: _State, iri: str) -> tuple[object, ...]:
        return tuple(sorted((name, *sorted(map(str, values))) for name, values in state.subjects[iri].items() if name not in _SPAN))

    fresh: dict[tuple[object, ...], list[str]] = {}
    for iri in sorted(come):
        if new.kind(iri) == "position":
            fresh.setdefault(content(new, iri), []).append(iri)
    found = {}
    for iri in sorted(gone):
        if old.kind(iri) == "position" and (twins := fresh.get(content(old, iri))):
            found[iri] = twins.pop(0)
    return found


def _changed(old: _State, new: _State, was: str, now: str) -> Change:
    before, after = old.subjects[was], new.subjects[now]
    differ = [name for name in sorted({*before, *after}) if before.get(name, set()) != after.get(name, set())]
    document, span = new.place(now)
    change = Change(new.kind(now), "changed", now, "", document, span)
    then = old.place(was)[1]
    if then and span and all(name in _SPAN for name in differ):
        told = f"moved from {then[0]}-{then[1]} to {span[0]}-{span[1]}" if then != span else f"is called {shorten(now)} now, not {shorten(was)}"
        where = f" in {new.index.label(document)}" if document else ""
        return replace(change, change="moved", sentence=f"{new.name(now)} {told}{where}.")
    properties: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    differences: list[str] = []
    for name in differ:
        lost, got = old.words(before.get(name, set()) - after.get(name, set())), new.words(after.get(name, set()) - before.get(name, set()))
        properties.append((name, lost, got))
        differences.append(_difference(_WORDS.get(name) or new.index.name(name) or spaced(local(name)), lost, got))
    sentence = f"{new.name(now)} changed{new.where(now)}: {'; '.join(differences)}."
    return replace(change, sentence=sentence, properties=tuple(properties))


def _difference(label: str, lost: tuple[str, ...], got: tuple[str, ...]) -> str:
    was, now = (", ".join(map(_clipped, values)) for values in (lost, got))
    if not lost:
        return f"{label} is now {now}" if len(got) == 1 else f"{label} now has {now}"
    return f"{label} was {was} and is {now}" if got else f"{label} is no longer {was}"


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
