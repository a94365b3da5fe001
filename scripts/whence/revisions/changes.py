"""What differs between two states of a graph, as people read it: positions, claims, things that came, went, changed or moved.

A state of a graph: a directory, a file, or a commit, which is read from git's objects without a checkout.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from whence import catalog, inference
from whence.errors import InputError, UsageError
from whence.namespaces import PREFIXES, WH, local, shorten, spaced
from whence.rdf import reading
from whence.rdf.canonical import canonical
from whence.rdf.terms import whole_number
from whence.store import layout
from whence.store.layout import GraphFiles
from whence.things import claims, sentences
from whence.things.index import Index

_PARTS = ("triples", "ontology")
#: What is no part of what a graph asserts: its shapes, and the packs beside it.
_OTHERS = ("ontology/shapes/", f"triples/{layout.PACKS}/")


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a graph.

    :ivar quads: what the graph itself asserts: its triples and terms, not those of the model or of graphs that it includes
    :ivar whole: whether it is that of a whole graph, not of one file
    """

    name: str
    quads: list[Quad]
    whole: bool = True


def read(name: str, files: GraphFiles) -> Revision:
    """Return the state that a name stands for: a directory or file that exists, else a commit.

    :param files: the graph whose commits are meant
    :raises UsageError: there is no such directory, file or commit
    :raises InputError: a file of it cannot be read, or git is not there
    """
    if os.path.isdir(name):
        found = layout.locate(name)
        texts = {found.display(path): reading.read_bytes(path, found.display(path)) for path in _own(found)}
    elif os.path.exists(name):
        return Revision(name, _quads({name: reading.read_bytes(name, name)}, loose=True), False)
    else:
        texts = _committed(name, files.root)
    return Revision(name, _quads(texts))


def surroundings(files: GraphFiles, *revisions: Revision) -> list[Quad]:
    """Return what stands around states of a graph, for names and classes: the model, included graphs, and beside single files the graph itself.

    What is a subject in one of the states is left out: there, each state has its own.
    """
    left = set(files.own) if any(one.whole for one in revisions) else set()
    subjects = {quad.subject for one in revisions for quad in one.quads}
    quads = _quads({files.display(path): files.read(path) for path in [*files.ontology, *files.data] if path not in left})
    return [quad for quad in quads if quad.subject not in subjects]


def _own(files: GraphFiles) -> list[str]:
    return [*(path for path in files.ontology if files.brings(path)), *files.own]


def _quads(texts: dict[str, bytes], loose: bool = False) -> list[Quad]:
    """Return the triples of Turtle files; of a loose one in whatever format its ending tells."""
    found: list[Quad] = []
    for name, text in texts.items():
        quads = reading.parse(text, name, rename=True, **({"base": f"file://{os.path.abspath(name)}"} if loose else {})).quads
        found += [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads]
    return found


def _committed(name: str, root: str) -> dict[str, bytes]:
    """Return the Turtle files of a graph directory in a commit, by the names that errors show."""
    if _git(root, "rev-parse", "--git-dir").returncode:
        raise UsageError(f"{name} is no directory or file, and {root} stands in no git repository.", fix="Name a directory, a file, or a commit of the graph.")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode:
        raise UsageError(f"{name} is no directory, no file and no commit.", fix="git log --oneline lists the commits.")
    commit = found.stdout.decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *_PARTS).stdout.decode("utf-8", "surrogateescape").split("\0")
    blobs = {}
    for entry in filter(None, listed):
        about, _, path = entry.partition("\t")
        mode, kind, number = about.split()
        hidden = any(part.startswith(".") for part in path.split("/"))
        if kind == "blob" and mode != "120000" and path.endswith(".ttl") and not path.startswith(_OTHERS) and not hidden:
            blobs[path] = number
    if not blobs:
        raise UsageError(f"The commit {name} holds no graph in {root}.", fix="Name a commit with triples/ in it.")
    texts = _contents(root, list(blobs.values()))
    return {f"{name}:{path}": texts[number] for path, number in blobs.items()}


def _contents(root: str, numbers: list[str]) -> dict[str, bytes]:
    """Return what objects of git hold, by their numbers."""
    out = _git(root, "cat-file", "--batch", given="".join(f"{number}\n" for number in numbers).encode()).stdout
    found, at = {}, 0
    for number in numbers:
        end = out.find(b"\n", at)
        told = out[at:end].split()
        if end < 0 or len(told) != 3:
            raise InputError(f"The object {number} of git is missing or damaged, so the commit cannot be read.", fix="git fsck tells what else is.", file=root)
        size = int(told[2])
        found[number] = out[end + 1 : end + 1 + size]
        at = end + 2 + size
    return found


def _git(root: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command of git that only reads."""
    try:
        return subprocess.run(["git", "-C", root, *arguments], input=given, capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    except FileNotFoundError:
        raise InputError("git is not installed, so no commit can be read.", fix="Install git, or name a directory or a file.") from None


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
        start, end = map(whole_number, span)
        return document, None if start is None or end is None else (start, end)

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
