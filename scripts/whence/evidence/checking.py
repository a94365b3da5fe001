"""Checks every document digest and passage digest of a graph against the texts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any

from whence.evidence.texts import Text, Texts, digest
from whence.findings import Finding, Report, Severity
from whence.namespaces import OA, PREFIXES, WH, shorten

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["Checked", "Outcome", "Status", "check"]

_TYPE = PREFIXES["rdf"] + "type"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_OFFSET = re.compile(r"[0-9]{1,15}", re.ASCII)
#: Texts longer than this are not searched for where a passage has moved to.
_SEARCHED = 1_000_000


class Status(Enum):
    """What came of checking one document or passage."""

    HOLDS = "holds"
    FAILS = "fails"
    UNCHECKED = "could not be checked"


class Checked:
    """One document or passage that was checked.

    :ivar kind: document or passage
    :ivar iri: its IRI
    :ivar status: what came of it
    :ivar reason: one sentence when it does not hold, else ""
    :ivar fix: one sentence that says how to mend it, or ""
    :ivar file: the file name of the text, or "" when not known
    :ivar start: where the passage starts in the text, or None
    :ivar end: where it ends, exclusive, or None
    """

    __slots__ = ("end", "file", "fix", "iri", "kind", "reason", "start", "status")

    def __init__(
        self, kind: str, iri: str, status: Status, reason: str = "", fix: str = "", file: str = "", span: tuple[int, int] | None = None
    ) -> None:
        self.kind = kind
        self.iri = iri
        self.status = status
        self.reason = reason
        self.fix = fix
        self.file = file
        self.start, self.end = span or (None, None)

    def __repr__(self) -> str:
        return f"Checked({self.kind} {shorten(self.iri)} {self.status.value}: {self.reason})"


class Outcome:
    """All that was checked.

    :ivar checked: documents first, then passages, each sorted by file, start and IRI
    """

    __slots__ = ("checked",)

    def __init__(self, checked: list[Checked]) -> None:
        self.checked = sorted(checked, key=lambda one: (one.kind, one.file, one.start or 0, one.iri))

    @property
    def holds(self) -> bool:
        """Whether everything holds: nothing fails and nothing was left unchecked."""
        return all(one.status is Status.HOLDS for one in self.checked)

    def count(self, kind: str, status: Status) -> int:
        """How many documents, or passages, came out so."""
        return sum(1 for one in self.checked if one.kind == kind and one.status is status)

    def report(self) -> Report:
        """Return what does not hold as findings: failures are violations, the unchecked warnings."""
        severity = {Status.FAILS: Severity.VIOLATION, Status.UNCHECKED: Severity.WARNING}
        return Report(
            [
                Finding(f"evidence:{one.kind}", severity[one.status], one.reason, one.fix or None, focus_node=f"<{one.iri}>")
                for one in self.checked
                if one.status is not Status.HOLDS
            ]
        )


def check(quads: Iterable[Quad], texts: str | os.PathLike[str] | Texts) -> Outcome:
    """Check every document and passage of a graph against the texts of a directory.

    :param quads: the graph, for example `export.asserted(files)` or the quads of a store
    :param texts: the directory that holds the source texts
    :raises InputError: the directory cannot be read
    """
    directory = texts if isinstance(texts, Texts) else Texts(texts)
    nodes = _Nodes(quads)
    documents = {node: _check_document(nodes, node, directory) for node in nodes.of_type(WH + "Document", WH + "fileName")}
    names = {node: nodes.one(node, WH + "fileName") or "" for node in documents}
    passages = nodes.of_type(OA + "SpecificResource", WH + "passageDigest")
    return Outcome([*documents.values(), *(_check_passage(nodes, node, names, directory) for node in passages)])


class _Nodes:
    """The values of the properties that evidence is made of, by subject."""

    def __init__(self, quads: Iterable[Any]) -> None:
        self._values: dict[str, dict[str, list[str]]] = {}
        wanted = {_TYPE, *(WH + name for name in ("fileName", "textDigest", "textLength", "passageDigest"))}
        wanted |= {OA + name for name in ("hasSource", "hasSelector", "start", "end")}
        for quad in quads:
            predicate = quad.predicate.value
            if predicate in wanted:
                values = self._values.setdefault(quad.subject.value, {}).setdefault(predicate, [])
                if quad.object.value not in values:
                    values.append(quad.object.value)

    def of_type(self, type_iri: str, predicate: str) -> list[str]:
        """Subjects of this type, or that have this property."""
        return [node for node, own in self._values.items() if type_iri in own.get(_TYPE, ()) or predicate in own]

    def all(self, node: str, predicate: str) -> list[str]:
        return self._values.get(node, {}).get(predicate, [])

    def one(self, node: str, predicate: str) -> str | None:
        """The value when there is exactly one."""
        values = self.all(node, predicate)
        return values[0] if len(values) == 1 else None


class _Wrong(Exception):
    """Carries why something fails or cannot be checked."""

    def __init__(self, status: Status, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.fix = fix


def _check_document(nodes: _Nodes, node: str, texts: Texts) -> Checked:
    name = nodes.one(node, WH + "fileName") or ""
    try:
        _require_single(nodes, node, WH + "fileName")
        text = texts[name]
        if text.raw is None:
            raise _Wrong(Status.UNCHECKED, text.problem, text.fix)
        expected = _digest_of(nodes, node, WH + "textDigest")
        if digest(text.raw) != expected:
            raise _Wrong(Status.FAILS, f"The text {name} has another digest than {shorten(node)} says.", _other_text(text, expected))
        if text.text is None:
            raise _Wrong(Status.FAILS, text.problem, "Save it as UTF-8 and take its digest again.")
        length = _offset(nodes, node, WH + "textLength")
        if length != len(text.text):
            raise _Wrong(
                Status.FAILS, f"The text {name} has {len(text.text)} characters, not {length}.", f"Write wh:textLength {len(text.text)}."
            )
    except _Wrong as wrong:
        return Checked("document", node, wrong.status, wrong.reason, wrong.fix, name)
    return Checked("document", node, Status.HOLDS, file=name)


def _check_passage(nodes: _Nodes, node: str, names: dict[str, str], texts: Texts) -> Checked:
    span: tuple[int, int] | None = None
    name = ""
    try:
        source = _require_single(nodes, node, OA + "hasSource")
        if source not in names:
            raise _Wrong(Status.FAILS, f"Its source {shorten(source)} is no document of the graph.", "Point oa:hasSource at a wh:Document.")
        name = names[source]
        if not name:
            raise _Wrong(Status.UNCHECKED, f"{shorten(source)} has not one wh:fileName.")
        expected = _digest_of(nodes, node, WH + "passageDigest")
        span = _span(nodes, _require_single(nodes, node, OA + "hasSelector"))
        text = texts[name]
        if text.text is None:
            raise _Wrong(Status.UNCHECKED, text.problem)
        _check_span(text.text, span, expected, name)
    except _Wrong as wrong:
        return Checked("passage", node, wrong.status, wrong.reason, wrong.fix, name, span)
    return Checked("passage", node, Status.HOLDS, file=name, span=span)


def _span(nodes: _Nodes, selector: str) -> tuple[int, int]:
    start, end = _offset(nodes, selector, OA + "start"), _offset(nodes, selector, OA + "end")
    if start > end:
        raise _Wrong(Status.FAILS, f"Its start {start} lies after its end {end}.", "Swap oa:start and oa:end.")
    if start == end:
        raise _Wrong(Status.FAILS, f"It is empty: start and end are both {start}.", "Set oa:end after the last character.")
    return start, end


def _check_span(text: str, span: tuple[int, int], expected: str, name: str) -> None:
    start, end = span
    if end > len(text):
        problem = f"It ends at {end}, but the text {name} has {len(text)} characters."
    elif digest(text[start:end]) != expected:
        problem = f"The characters {start} to {end} of {name} have another digest."
    else:
        return
    raise _Wrong(Status.FAILS, problem, _moved(text, end - start, expected))


def _moved(text: str, length: int, expected: str) -> str:
    """Where the words of the digest stand now, if they stand anywhere in the text at this length."""
    if len(text) <= _SEARCHED:
        for start in range(len(text) - length + 1):
            if digest(text[start : start + length]) == expected:
                return f"The words stand at {start} to {start + length}: write these offsets."
    return "Cite the words again with whence cite."


def _other_text(text: Text, expected: str) -> str:
    """What was done to the file, if it is one of the usual things."""
    raw = text.raw or b""
    unix = raw.replace(b"\r\n", b"\n")
    for changed, what in (
        (unix, "Its line ends were converted to CRLF: convert them back."),
        (unix.replace(b"\n", b"\r\n"), "Its line ends were converted to LF: convert them back."),
        (raw.removeprefix(b"\xef\xbb\xbf"), "A byte order mark was put before it: take it off."),
        (raw.removesuffix(b"\n"), "A line end was added after its last line: take it off."),
        (raw + b"\n", "The line end after its last line was lost: put it back."),
    ):
        if changed != raw and digest(changed) == expected:
            return what
    return "Use the very file that the passages were taken from."


def _require_single(nodes: _Nodes, node: str, predicate: str) -> str:
    values = nodes.all(node, predicate)
    if len(values) != 1:
        count = "no" if not values else f"{len(values)} values of"
        raise _Wrong(Status.FAILS, f"{shorten(node)} has {count} {shorten(predicate)}.", "Give it exactly one.")
    return values[0]


def _digest_of(nodes: _Nodes, node: str, predicate: str) -> str:
    value = _require_single(nodes, node, predicate)
    if not _DIGEST.fullmatch(value):
        raise _Wrong(Status.FAILS, "Its digest is not in the form sha256: and 64 hexadecimal digits in lower case.")
    return value


def _offset(nodes: _Nodes, node: str, predicate: str) -> int:
    value = _require_single(nodes, node, predicate)
    if not _OFFSET.fullmatch(value):
        raise _Wrong(Status.FAILS, f'The {shorten(predicate)} of {shorten(node)} is "{value[:40]}", not a position in a text.')
    return int(value)
