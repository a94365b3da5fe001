"""Giving findings their places: only files that hold something found are tokenized."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode, Store

from whence.findings import Finding, Place
from whence.turtle import Positions

__all__ = ["located"]

_STEP = re.compile(r"(\^?)(<[^<>\"{}|^`\\\x00-\x20]*>)")
_PARENTS = 8


def located(findings: Iterable[Finding], texts: dict[str, str], store: Store) -> list[Finding]:
    """Return the findings with their places, sorted by place, then rule, then focus node.

    The place is that of the offending triple; of its predicate or its subject's block where the triple is
    missing; of the nearest named ancestor where the focus node is an unnamed blank node; or None.

    :param findings: those that already have a place keep it
    :param texts: display name to Turtle text of every file a focus node may stand in
    :param store: the triples of these files
    """
    atlas = _Atlas(texts, store)
    placed = [
        finding if finding.place or not finding.focus_node else dataclasses.replace(finding, place=atlas.find(finding))
        for finding in findings
    ]
    return sorted(placed, key=_order)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place or Place("\U0010ffff", 0, 0)
    return (place.file, place.line, place.column, finding.rule, finding.focus_node or "", finding.path or "", finding.value or "")


class _Atlas:
    """The positions of the files, tokenized on first use."""

    def __init__(self, texts: dict[str, str], store: Store) -> None:
        self._texts = texts
        self._store = store
        self._positions: dict[str, Positions] = {}

    def find(self, finding: Finding) -> Place | None:
        focus, path, value = finding.focus_node or "", finding.path, finding.value
        step = _STEP.match(path) if path else None
        whole = step is not None and step.end() == len(path or "")
        if step and step[1] and whole and value:
            place = self._triple(value, step[2], focus)
        else:
            place = self._triple(focus, step[2] if step and not step[1] else None, value if whole else None)
        return place or self._ancestor(focus)

    def _triple(self, subject: str, predicate: str | None, value: str | None) -> Place | None:
        """Return the most exact place any file has for a triple."""
        fallback: Place | None = None
        for name in self._candidates(subject):
            positions = self._open(name)
            block = positions.place_of_subject(subject)
            if block is None:
                continue
            place = positions.place_of_triple(subject, predicate, value) if predicate else block
            if place is not None and place != block:
                return place
            fallback = fallback or block
        return fallback

    def _ancestor(self, focus: str) -> Place | None:
        """Return the place of the triple by which a named subject leads to an unnamed blank node."""
        if not focus.startswith("_:"):
            return None
        node: object = BlankNode(focus[2:])
        for _ in range(_PARENTS):
            quad = next(self._store.quads_for_pattern(None, None, node), None)
            if quad is None:
                return None
            if isinstance(quad.subject, NamedNode):
                return self._triple(str(quad.subject), str(quad.predicate), None)
            node = quad.subject
        return None

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
