"""Giving findings their places: only files that hold something found are tokenized."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from whence.findings import Finding, Path, path_text, Place
from whence.rdf.places import Positions
from whence.rdf.terms import key_of

__all__ = ["located"]

#: Steps from a blank node up to an IRI: the cells of a list count as one each.
_MOST_PARENTS = 10_000
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
    atlas = _Atlas(texts, stores)
    placed = [
        finding if finding.place or not finding.focus_node else dataclasses.replace(finding, place=atlas.find(finding))
        for finding in findings
    ]
    return sorted(placed, key=_order)


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


class _Atlas:
    """The positions of the files, tokenized on first use."""

    def __init__(self, texts: dict[str, str], stores: Iterable[Store]) -> None:
        self._texts = texts
        self._stores = list(stores)
        self._positions: dict[str, Positions] = {}
        self._found: dict[object, dict[frozenset[tuple[str, str]], str]] = {}

    def find(self, finding: Finding) -> Place | None:
        focus, value = finding.focus_node or "", finding.value
        predicate, inverse, whole = _first_step(finding.path)
        if inverse and whole and value:
            return self._triple(value, predicate, focus)
        return self._triple(focus, None if inverse else predicate, value if whole else None)

    def _triple(self, subject: str, predicate: str | None, value: str | None) -> Place | None:
        """Return the most exact place any file has for a triple."""
        if subject.startswith("_:") and not any(self._open(name).place_of_subject(subject) for name in self._texts):
            return self._unnamed(subject, predicate, value)
        of_verb: Place | None = None
        of_block: Place | None = None
        for name in self._candidates(subject):
            positions = self._open(name)
            block = positions.place_of_subject(subject)
            if block is None:
                continue
            of_block = of_block or block
            if predicate:
                verb = positions.place_of_triple(subject, predicate)
                whole = positions.place_of_triple(subject, predicate, value)
                if whole != verb:
                    return whole
                of_verb = of_verb or (verb if verb != block else None)
        return of_verb or of_block

    def _unnamed(self, label: str, predicate: str | None, value: str | None) -> Place | None:
        """Return the place of a triple of a blank node whose label stands in no text."""
        above = self._above(BlankNode(label[2:]))
        anchor = str(above[-1].subject) if above and isinstance(above[-1].subject, NamedNode) else None
        path = [str(quad.predicate) for quad in reversed(above)]
        held = self._contents(BlankNode(label[2:]))
        best, found = -1 if anchor else 0, None
        for name in self._candidates(anchor) if anchor else self._texts:
            there = self._below(name, anchor, path)
            known = [held] if held in there else list(there)[:_MOST_COMPARED]
            for contents in known:
                if len(held & contents) > best:
                    best, found = len(held & contents), (name, there[contents])
        if found is None:
            return self._triple(anchor, path[0], None) if anchor else None
        positions = self._open(found[0])
        return positions.place_of_triple(found[1], predicate, value) if predicate else positions.place_of_subject(found[1])

    def _below(self, name: str, anchor: str | None, path: list[str]) -> dict[frozenset[tuple[str, str]], str]:
        """Return what the blank nodes at the end of a path hold, each with the key of the first that holds it."""
        asked = (name, anchor, tuple(path))
        if asked not in self._found:
            positions = self._open(name)
            keys = positions.below(anchor, path)
            self._found[asked] = {frozenset(positions.contents(key)): key for key in reversed(keys)}
        return self._found[asked]

    def _above(self, node: BlankNode) -> list[Quad]:
        """Return the triples that lead up from a blank node, the last one from an IRI where one is reached."""
        found: list[Quad] = []
        seen: set[object] = set()
        while isinstance(node, BlankNode) and node not in seen and len(found) < _MOST_PARENTS:
            seen.add(node)
            quads = [quad for store in self._stores for quad in store.quads_for_pattern(None, None, node)]
            if not quads:
                break
            found.append(next(filter(self._is_written, quads), quads[0]))  # not one that was derived, where there is another
            node = found[-1].subject
        return found

    def _is_written(self, quad: Quad) -> bool:
        """Report whether a text has a triple like this one, with a blank node as its object."""
        subject = str(quad.subject)
        names = self._candidates(subject) if isinstance(quad.subject, NamedNode) else ()
        return any(self._open(name).below(subject, [str(quad.predicate)]) for name in names)

    def _contents(self, node: BlankNode) -> frozenset[tuple[str, str]]:
        """Return predicates and objects of a blank node as `Positions.contents` does."""
        quads = (quad for store in self._stores for quad in store.quads_for_pattern(node, None, None))
        pairs = ((quad.predicate, quad.object) for quad in quads)
        return frozenset((str(verb), "_:" if isinstance(term, BlankNode) else key_of(str(term))) for verb, term in pairs)

    def _candidates(self, subject: str) -> Iterable[str]:
        """Return the files whose text has the end of the subject's IRI, as any way of writing it must."""
        if not subject.startswith("<"):
            return list(self._texts)
        tail = re.split(r"[/#:]", subject[1:-1].rstrip("/#"))[-1]
        return [name for name, text in self._texts.items() if tail in text or "\\" in text]

    def _open(self, name: str) -> Positions:
        positions = self._positions.get(name)
        if positions is None:
            positions = self._positions[name] = Positions(self._texts[name], name)
        return positions
