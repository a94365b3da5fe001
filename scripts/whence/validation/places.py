"""Giving findings their places: only files that hold something found are tokenized."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from hashlib import blake2b
from itertools import islice
from pathlib import Path as FilePath

from pyoxigraph import BlankNode, Store

from whence.findings import Finding, Path, path_text, Place
from whence.rdf.places import Positions, Statements, tail
from whence.rdf.terms import key_of, nt

#: Of the triples that have one blank node as their object, so many are looked at.
_MOST_PARENTS = 100
#: The texts are searched for so many subjects one by one; for more, what words they have is noted once.
_FEW_SUBJECTS = 30
_WORD = re.compile(r"(?<!\.)\.*+[^\s/#:<>\"'(){}\[\],;|^`\\.]++(?:\.++[^\s/#:<>\"'(){}\[\],;|^`\\.]++)*+")
_BEGUN = re.compile(r"^(?:\S*[/#:])?([^\s/#:>]++(?:>++[^\s/#:>]++)*+)[/#>]*+\s", re.MULTILINE)
#: Predicates with objects, or with subjects.
Links = list[tuple[str, str]]
#: Blank nodes at one place of the graph that are compared with one that nothing equals.
_MOST_COMPARED = 1_000


def located(findings: Iterable[Finding], texts: dict[str, str], *stores: Store) -> list[Finding]:
    """Return the findings with their places, sorted by place, then rule, then focus node.

    The place is that of the offending triple; of its predicate or its subject's block where the triple is
    missing; or None. A blank node, whose label in a store says nothing of a text, is found by the path that leads to
    it from an IRI and by what it holds; where that fails, the place is that of the IRI.

    :param findings: those that already have a place keep it
    :param texts: display name to Turtle text of every file a focus node may stand in
    :param stores: the triples of these files, with the labels of blank nodes that the findings have
    """
    findings = list(findings)
    found = places(findings, texts, *stores)
    return sorted((dataclasses.replace(finding, place=place) for finding, place in zip(findings, found, strict=True)), key=_order)


def places(findings: Iterable[Finding], texts: dict[str, str], *stores: Store) -> list[Place | None]:
    """Return the place of each finding, in their order, as `located` tells it."""
    findings = list(findings)
    asked = {term for one in findings if not one.place and one.focus_node for term in (one.focus_node, one.value if one.path else None) if term}
    subjects = {term for term in asked if not term.startswith('"')}
    atlas = Atlas(texts, stores, subjects if all(term.startswith("<") for term in subjects) else None)
    return [finding.place or (atlas.find(finding) if finding.focus_node else None) for finding in findings]


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place or Place("\U0010ffff", 0, 0)
    path = path_text(finding.path) if finding.path else ""
    return (place.file, place.line, place.column, finding.rule, finding.focus_node or "", path, finding.value or "")


def _first_step(path: Path | None) -> tuple[str | None, bool, bool]:
    """Return the predicate a path starts with or None, whether it is walked backwards, and whether it is all of the path."""
    kind, *parts = path or ("none",)
    if kind == "pred":
        return parts[0], False, True
    if kind == "inv" and parts[0][0] == "pred":
        return parts[0][1], True, True
    if kind in ("seq", "alt") or (kind in ("star", "plus", "opt") and parts[0][0] == "pred"):
        return (*_first_step(parts[0])[:2], False)
    return None, False, False


class Atlas:
    """The positions of the files, each read on first use.

    :param texts: display name to Turtle text
    :param stores: their triples, with the labels of blank nodes that are asked for
    :param only: the only subjects that are asked for, IRIs in N-Triples syntax; None where blank nodes are asked for as well
    """

    def __init__(self, texts: dict[str, str], stores: Iterable[Store], only: set[str] | None = None) -> None:
        self._only = only
        self._texts = texts
        self._stores = list(stores)
        self._positions: dict[str, Positions] = {}
        self._statements: dict[str, Statements] = {}
        self._partly: dict[tuple[str, str], Positions] = {}
        self._excerpts: dict[str, list[tuple[str, str]]] = {}
        self._nodes = _Nodes(self._links, self._above)
        self._twins: dict[str, _Twins] = {}
        self._found: dict[str, tuple[str, str] | None] = {}
        self._numbers = {name: number for number, name in enumerate(texts)}
        self._asked = len(only or ())

    def find(self, finding: Finding) -> Place | None:
        focus, value = finding.focus_node or "", finding.value
        predicate, inverse, whole = _first_step(finding.path)
        if inverse and whole and value:
            return self._triple(value, predicate, focus)
        return self._triple(focus, None if inverse else predicate, value if whole else None)

    def place_of(self, subject: str, predicate: str, value: str) -> Place | None:
        """Return where a triple stands, its terms in N-Triples syntax; where the subject does, when no file has the triple.

        Of the files no more is read than the statements that may have the subject.
        """
        return self._triple(subject, predicate, value, self._open_partly(subject)) if subject.startswith("<") else self._triple(subject, predicate, value)

    def excerpts(self, subject: str) -> Iterator[tuple[str, str]]:
        """Yield the files that may have an IRI as a subject, each with the text of no other statements than those that may."""
        if subject not in self._excerpts:
            texts = ((name, self._told_apart(name).of(subject)) for name in self._holding(subject))
            self._excerpts[subject] = [(name, text) for name, text in texts if text]
        yield from self._excerpts[subject]

    def _told_apart(self, name: str) -> Statements:
        if name not in self._statements:
            self._statements[name] = Statements(self._texts[name])
        return self._statements[name]

    def _open_partly(self, subject: str) -> Iterator[Positions]:
        for name, text in self.excerpts(subject):
            if (name, subject) not in self._partly:
                self._partly[name, subject] = Positions(text, name, _base(name), self._told_apart(name).lines)
            yield self._partly[name, subject]

    def _triple(self, subject: str, predicate: str | None, value: str | None, files: Iterable[Positions] | None = None) -> Place | None:
        """Return the most exact place any file has for a triple."""
        if subject.startswith("_:") and not any(self._open(name).place_of_subject(subject) for name in self._texts):
            return self._unnamed(subject, predicate, value)
        fallback: Place | None = None
        for positions in files if files is not None else map(self._open, self._candidates(subject)):
            block = positions.place_of_subject(subject)
            if block is None:
                continue
            if predicate is None:
                return block
            place = positions.place_of_triple(subject, predicate, value)
            if place is not None and place != block:
                return place
            fallback = fallback or block
        return fallback

    def _unnamed(self, label: str, predicate: str | None, value: str | None) -> Place | None:
        """Return the place of a triple of a blank node whose label stands in no text."""
        top, first = self._nodes.top(label)
        anchor = top if top.startswith("<") else None
        if label not in self._found:
            self._found[label] = self._twin(label, list(self._candidates(anchor)) if anchor else list(self._texts))
        found = self._found[label]
        if found is None:
            return self._triple(anchor, first, None) if anchor else None
        positions = self._open(found[0])
        return positions.place_of_triple(found[1], predicate, value) if predicate else positions.place_of_subject(found[1])

    def _twin(self, label: str, names: list[str]) -> tuple[str, str] | None:
        """Return the file and the key of the blank node of a text that is this one, or holds most of what it holds."""
        context, digest = self._nodes.context(label), self._nodes.digest(label)
        twins = [(name, self._twins_in(name)) for name in names]
        for exact in (True, False):
            for name, known in twins:
                keys = (known.contexts if exact else known.digests).get(context if exact else digest)
                if keys:  # twins of one context are alike, and each gets a place of its own
                    return name, keys.pop(0) if exact and len(keys) > 1 else keys[0]
        held = frozenset(self._plain(self._links(label)))
        best, found = 0, None
        for name, known in twins:
            for contents, key in islice(known.contents.items(), _MOST_COMPARED):
                if len(held & contents) > best:
                    best, found = len(held & contents), (name, key)
        return found

    @staticmethod
    def _plain(links: Links) -> Iterable[tuple[str, str]]:
        return ((predicate, "_:" if object_.startswith("_:") else object_) for predicate, object_ in links)

    def _twins_in(self, name: str) -> _Twins:
        if name not in self._twins:
            self._twins[name] = _Twins(self._open(name))
        return self._twins[name]

    def _links(self, label: str) -> Links:
        quads = (quad for store in self._stores for quad in store.quads_for_pattern(BlankNode(label[2:]), None, None))
        return sorted({(str(quad.predicate), key_of(nt(quad.object))) for quad in quads})

    def _above(self, label: str) -> Links:
        quads = (quad for store in self._stores for quad in store.quads_for_pattern(None, None, BlankNode(label[2:])))
        return sorted({(str(quad.predicate), str(quad.subject)) for quad in islice(quads, _MOST_PARENTS)})

    def _candidates(self, subject: str) -> Iterable[str]:
        """Return the files that may have a subject, those first that most likely have a block of it, since each costs time."""
        if not subject.startswith("<") or subject.startswith("<file:"):
            return list(self._texts)
        end = tail(subject)
        self._asked += self._only is None
        if self._asked > _FEW_SUBJECTS and _WORD.fullmatch(end):
            words, first = self._words
            return sorted({*words.get(end, ()), *words["\\"]}, key=lambda name: (end not in first[name], self._numbers[name]))
        begins = re.compile(rf"^\S*{re.escape(end)}>?\s", re.MULTILINE)
        return sorted(self._holding(subject), key=lambda name: begins.search(self._texts[name]) is None)

    def _holding(self, subject: str) -> list[str]:
        """Return the files whose text has the end of the subject's IRI, as any way of writing it must but for one relative to the file."""
        end = "" if subject.startswith("<file:") else tail(subject)
        return [name for name, text in self._texts.items() if end in text or "\\" in text]

    @cached_property
    def _words(self) -> tuple[dict[str, list[str]], dict[str, set[str]]]:
        """Return the files that have a word, those that have an escape under the escape's mark, and the words each file begins its lines with.

        Where it is known which subjects are asked for, no words but those that end them are among these.
        """
        words: dict[str, list[str]] = {"\\": [name for name, text in self._texts.items() if "\\" in text]}
        first: dict[str, set[str]] = {}
        ends = None if self._only is None else set(map(tail, self._only))
        for name, text in self._texts.items():
            found, first[name] = ({*pattern.findall(text)} if ends is None else ends.intersection(pattern.findall(text)) for pattern in (_WORD, _BEGUN))
            for word in found:
                words.setdefault(word, []).append(name)
        return words, first

    def _open(self, name: str) -> Positions:
        positions = self._positions.get(name)
        if positions is None:
            text, lines = self._texts[name], None
            if self._only is not None:
                statements = self._told_apart(name)
                text, lines = statements.of(*self._only), statements.lines
            positions = self._positions[name] = Positions(text, name, _base(name), lines)
        return positions


def _base(name: str) -> str:
    return FilePath(os.path.abspath(name)).as_uri()


class _Nodes:
    """What blank nodes hold, all the way down, and how they are reached, as digests; each node is looked at once.

    :param links: the predicates and objects of a blank node
    :param above: the predicates and subjects of the triples that have it as their object
    """

    def __init__(self, links: Callable[[str], Links], above: Callable[[str], Links]) -> None:
        self._links = cache(links)
        self._above = cache(above)
        self._digests: dict[str, str] = {}
        self._ways: dict[str, tuple[str, str, str]] = {}

    def digest(self, node: str) -> str:
        """Return the digest of what a node holds; a node that hangs below several, or below itself, counts as any."""
        stack, begun = [node], set()
        while stack:
            top = stack[-1]
            links = self._links(top)
            waiting = [below for _, below in links if below not in self._digests and below not in begun and self._hangs(below)]
            begun.add(top)
            if waiting and top not in self._digests:
                stack += waiting
                continue
            stack.pop()
            if top not in self._digests:
                held = {(verb, self._digests.get(below, "_:") if below.startswith("_:") else below) for verb, below in links}
                self._digests[top] = _hash(*sorted(f"{verb} {below}" for verb, below in held))
        return self._digests[node]

    def _hangs(self, node: str) -> bool:
        return node.startswith("_:") and len(self._above(node)) == 1

    def context(self, node: str) -> str:
        """Return the digest of the way to a node from an IRI, of what it holds and what those above it hold."""
        return self._way(node)[0]

    def top(self, node: str) -> tuple[str, str]:
        """Return the node a way to this one starts from, an IRI where one leads here, and its first predicate."""
        return self._way(node)[1:]

    def _way(self, node: str) -> tuple[str, str, str]:
        chain: dict[str, str] = {}
        at = node
        while at.startswith("_:") and at not in self._ways and at not in chain:
            above = self._above(at)
            chain[at], upper = above[0] if above else ("", "")
            at = upper or at
        way = self._ways.get(at, (at if at.startswith("<") else "", at, ""))
        for below, predicate in reversed(chain.items()):
            way = (_hash(way[0], predicate, self.digest(below)), way[1], way[2] or predicate)
            self._ways[below] = way
        return way


class _Twins:
    """The blank nodes of one text by their contexts, by digests of what they hold, and by what they hold."""

    def __init__(self, positions: Positions) -> None:
        above: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for subject, predicate, object_ in positions.links():
            above[object_].add((predicate, subject))
        nodes = _Nodes(lambda key: sorted(positions.held(key)), lambda key: sorted(above[key]))
        self.contexts: dict[str, list[str]] = defaultdict(list)
        self.digests: dict[str, list[str]] = defaultdict(list)
        self.contents: dict[frozenset[tuple[str, str]], str] = {}
        for key in positions.blank_nodes():
            self.contexts[nodes.context(key)].append(key)
            self.digests[nodes.digest(key)].append(key)
            self.contents.setdefault(frozenset(Atlas._plain(positions.held(key))), key)


def _hash(*parts: str) -> str:
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
