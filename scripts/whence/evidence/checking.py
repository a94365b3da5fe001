"""Checks every document digest and passage digest of a graph against the texts."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Any

from pyoxigraph import Quad

from whence.evidence.texts import Texts, digest
from whence.findings import Finding, Report, Severity
from whence.namespaces import OA, PREFIXES, WH, shorten
from whence.report.words import count

_TYPE = PREFIXES["rdf"] + "type"
_FILE, _TEXT_DIGEST, _LENGTH, _DIGEST = (WH + name for name in ("fileName", "textDigest", "textLength", "passageDigest"))
#: Where document, start and end stand: on the attestation or question itself, or on a passage and its selector.
_OWN = (WH + "document", WH + "start", WH + "end")
_ANNOTATION = (OA + "hasSource", OA + "start", OA + "end")
_SELECTOR = OA + "hasSelector"
_LABEL = PREFIXES["skos"] + "prefLabel"
_DIGEST_FORM = re.compile(r"sha256:[0-9a-f]{64}")
_OFFSET_FORM = re.compile(r"[0-9]{1,15}", re.ASCII)
#: Texts longer than this are not searched for where a passage has moved to.
_SEARCHED = 1_000_000
#: So many documents are named in one sentence.
_NAMED = 5


class Status(Enum):
    """What came of checking one document or passage."""

    HOLDS = "holds"
    FAILS = "fails"
    UNCHECKED = "could not be checked"


@dataclass(slots=True)
class Checked:
    """One document or passage that was checked.

    :ivar kind: document or passage
    :ivar reason: one sentence when it does not hold, else ""
    :ivar fix: one sentence that says how to mend it, or ""
    :ivar file: the file name of the text, or "" when not known
    :ivar span: where the passage starts in the text, and where it ends, exclusive; or None
    :ivar subjects: the nodes that state it: the document, the attestations and questions, or a passage written by hand
    :ivar document: the IRI of the document, of a passage as far as it is known
    :ivar held: whether the folder has the text of the document
    :ivar label: what the document is called
    """

    kind: str
    iri: str
    status: Status = Status.HOLDS
    reason: str = ""
    fix: str = ""
    file: str = ""
    span: tuple[int, int] | None = None
    subjects: list[str] = field(default_factory=list)
    document: str = ""
    held: bool = True
    label: str = ""


class Outcome:
    """All that was checked: documents first, then passages, each sorted by file, start and IRI."""

    def __init__(self, checked: list[Checked]) -> None:
        self.checked = sorted(checked, key=lambda one: (one.kind, one.file, (one.span or (0,))[0], one.iri))

    @property
    def holds(self) -> bool:
        """Whether everything holds: nothing fails and nothing was left unchecked."""
        return all(one.status is Status.HOLDS for one in self.checked)

    @property
    def fails(self) -> bool:
        """Whether anything fails; what was not checked does neither."""
        return any(one.status is Status.FAILS for one in self.checked)

    def count(self, kind: str, status: Status) -> int:
        """How many documents, or passages, came out so."""
        return sum(1 for one in self.checked if one.kind == kind and one.status is status)

    def report(self) -> Report:
        """Return what does not hold as findings: failures, one for each node that states it, are violations.

        A document whose text is there and cannot be read is a warning that counts its passages. All documents whose texts are
        not there are one information together.
        """
        severity = {Status.FAILS: Severity.VIOLATION, Status.UNCHECKED: Severity.WARNING}
        left = self._unchecked()
        findings = []
        for one in self.checked:
            if one.status is Status.FAILS or (one.status is Status.UNCHECKED and one.kind == "document" and one.held):
                number = left.get(one.iri, 0)
                reason = one.reason + (f" So {_passages(number)} of it {_were(number)} not checked." if number else "")
                findings += [Finding(f"evidence:{one.kind}", severity[one.status], reason, one.fix or None, f"<{node}>") for node in one.subjects]
        if sentence := self.not_held():
            fix = "Put them there under these names, or name their folder with --texts."
            findings.append(Finding("evidence:not-checked", Severity.INFO, sentence, fix))
        return Report(findings)

    def not_held(self) -> str:
        """Say in a sentence how many passages of which documents were not checked since their texts are not there, or return ""."""
        missing = [one for one in self.checked if one.kind == "document" and not one.held]
        if not missing:
            return ""
        number = sum(self._unchecked().get(one.iri, 0) for one in missing)
        named = ", ".join(f"{one.label or shorten(one.iri)} ({one.file})" for one in missing[:_NAMED])
        named += f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        documents = "a document whose text is" if len(missing) == 1 else f"{len(missing):,} documents whose texts are"
        return f"{_passages(number)} {_were(number)} not checked, of {documents} not in the folder: {named}."

    def _unchecked(self) -> Counter[str]:
        """How many passages were not checked, by document."""
        return Counter(one.document for one in self.checked if one.kind == "passage" and one.status is Status.UNCHECKED)


def _passages(number: int) -> str:
    return "1 passage" if number == 1 else f"{number:,} passages"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def check(quads: Iterable[Quad], texts: str | os.PathLike[str] | Texts) -> Outcome:
    """Check every document, and every passage that attestations state, against the texts of a directory.

    :param quads: the graph, for example `export.asserted(files)` or the quads of a store
    :raises InputError: the directory cannot be read
    """
    directory = texts if isinstance(texts, Texts) else Texts(texts)
    nodes = _Nodes(quads)
    names = {node: nodes.any(node, _FILE) for node in nodes.of_type(WH + "Document", _FILE)}
    documents = [_judged(_check_document, Checked("document", node, subjects=[node], document=node, label=nodes.labels.get(node, "")), nodes, directory) for node in names]
    passages: dict[tuple[str, ...], Checked] = {}
    for node in nodes.of_type(OA + "SpecificResource", _DIGEST, *_OWN[1:]):
        place = _Place(nodes, node)
        if place.stated not in passages:
            passages[place.stated] = _judged(_check_passage, Checked("passage", place.iri), place, names, directory)
        passages[place.stated].subjects.append(node)
    return Outcome([*documents, *passages.values()])


def passage_iri(document: str, start: str, end: str) -> str:
    """Return the IRI of the passage node that `queries/inference/11-passage.rq` derives for a place.

    >>> passage_iri("https://example.org/document-7", "12", "34")
    'https://example.org/passage-7-12-34'
    """
    base, key = re.fullmatch(r"(.*[/#:])?(?:document-)?(.*)", document, re.DOTALL).groups("")  # type: ignore[union-attr]
    return f"{base}passage-{key}-{start}-{end}"


class _Wrong(Exception):
    """Why something fails or cannot be checked: status, reason, fix."""


class _Nodes:
    """The values of the properties that evidence is made of, by subject."""

    def __init__(self, quads: Iterable[Any]) -> None:
        self._values: dict[str, dict[str, list[str]]] = {}
        self.labels: dict[str, str] = {}
        wanted = {_TYPE, _FILE, _TEXT_DIGEST, _LENGTH, _DIGEST, _SELECTOR, *_OWN, *_ANNOTATION}
        for quad in quads:
            if (predicate := quad.predicate.value) in wanted:
                values = self._values.setdefault(quad.subject.value, {}).setdefault(predicate, [])
                if quad.object.value not in values:
                    values.append(quad.object.value)
            elif predicate == _LABEL and (quad.subject.value not in self.labels or quad.object.language == "en"):
                self.labels[quad.subject.value] = quad.object.value

    def of_type(self, type_iri: str, *predicates: str) -> list[str]:
        """Subjects of this type, or that have one of these properties."""
        return [node for node, own in self._values.items() if type_iri in own.get(_TYPE, ()) or not own.keys().isdisjoint(predicates)]

    def all(self, node: str, predicate: str) -> list[str]:
        return self._values.get(node, {}).get(predicate, [])

    def any(self, node: str, predicate: str) -> str:
        """The value when there is exactly one, else ""."""
        values = self.all(node, predicate)
        return values[0] if len(values) == 1 else ""

    def one(self, node: str, predicate: str) -> str:
        """The value; `_Wrong` where there is not exactly one."""
        values = self.all(node, predicate)
        if len(values) != 1:
            count = "no" if not values else f"{len(values)} values of"
            raise _Wrong(Status.FAILS, f"{shorten(node)} has {count} {shorten(predicate)}.", "Give it exactly one.")
        return values[0]

    def digest(self, node: str, predicate: str) -> str:
        value = self.one(node, predicate)
        if not _DIGEST_FORM.fullmatch(value):
            raise _Wrong(Status.FAILS, "Its digest is not in the form sha256: and 64 hexadecimal digits in lower case.", "")
        return value

    def offset(self, node: str, predicate: str) -> int:
        value = self.one(node, predicate)
        if not _OFFSET_FORM.fullmatch(value):
            problem = f'The {shorten(predicate)} of {shorten(node)} is "{value[:40]}", not a position in a text.'
            raise _Wrong(Status.FAILS, problem, "")
        return int(value)


class _Place:
    """A place as a node states it: by its own properties, or as a Web Annotation passage with a selector.

    :ivar stated: equal for two nodes that state one place in the same words
    :ivar iri: the passage's; that of the node where it does not say enough to tell
    """

    def __init__(self, nodes: _Nodes, node: str) -> None:
        self.nodes, self.node = nodes, node
        annotated = OA + "SpecificResource" in nodes.all(node, _TYPE) or nodes.all(node, OA + "hasSource") or nodes.all(node, _SELECTOR)
        self.source, self.start, self.end = _ANNOTATION if annotated else _OWN
        self.annotated = bool(annotated)
        own = nodes.any(node, _SELECTOR) if annotated else node
        said = [nodes.any(node, self.source), nodes.any(own, self.start), nodes.any(own, self.end)]
        self.iri = passage_iri(*said) if all(said) and not annotated else node
        self.stated = (self.iri, *said, *nodes.all(node, _DIGEST)) if all(said) else (node,)

    def span(self) -> tuple[int, int]:
        own = self.nodes.one(self.node, _SELECTOR) if self.annotated else self.node
        start, end = self.nodes.offset(own, self.start), self.nodes.offset(own, self.end)
        names = shorten(self.start), shorten(self.end)
        if start > end:
            raise _Wrong(Status.FAILS, f"Its start {start} lies after its end {end}.", f"Swap {names[0]} and {names[1]}.")
        if start == end:
            fix = f"Set {names[1]} after the last character."
            raise _Wrong(Status.FAILS, f"It is empty: start and end are both {start}.", fix)
        return start, end


def _judged(judge: Callable[..., None], checked: Checked, *about: object) -> Checked:
    try:
        judge(checked, *about)
    except _Wrong as wrong:
        checked.status, checked.reason, checked.fix = wrong.args
    return checked


def _check_document(checked: Checked, nodes: _Nodes, texts: Texts) -> None:
    text = texts[nodes.one(checked.iri, _FILE)]
    checked.file = text.name
    if text.raw is None:
        checked.held = not text.missing
        raise _Wrong(Status.UNCHECKED, text.problem, text.fix)
    if digest(text.raw) != (expected := nodes.digest(checked.iri, _TEXT_DIGEST)):
        problem = f"The text {text.name} has another digest than {shorten(checked.iri)} says."
        raise _Wrong(Status.FAILS, problem, _other_text(text.raw, expected))
    if text.text is None:
        raise _Wrong(Status.FAILS, text.problem, "Save it as UTF-8 and take its digest again.")
    if (length := nodes.offset(checked.iri, _LENGTH)) != len(text.text):
        problem = f"The text {text.name} has {count(len(text.text), 'character')}, not {length}."
        raise _Wrong(Status.FAILS, problem, f"Write wh:textLength {len(text.text)}.")


def _check_passage(checked: Checked, place: _Place, names: dict[str, str], texts: Texts) -> None:
    source = place.nodes.one(place.node, place.source)
    if source not in names:
        problem = f"Its source {shorten(source)} is no document of the graph."
        raise _Wrong(Status.FAILS, problem, f"Point {shorten(place.source)} at a wh:Document.")
    checked.document = source
    if not (name := names[source]):
        raise _Wrong(Status.UNCHECKED, f"{shorten(source)} has not one wh:fileName.", "")
    checked.file, expected = name, place.nodes.digest(place.node, _DIGEST)
    start, end = checked.span = place.span()
    text = texts[name].text
    if text is None:
        raise _Wrong(Status.UNCHECKED, texts[name].problem, "")
    if end > len(text):
        problem = f"It ends at {end}, but the text {name} has {count(len(text), 'character')}."
    elif digest(text[start:end]) != expected:
        problem = f"The characters {start} to {end} of {name} have another digest."
    else:
        return
    raise _Wrong(Status.FAILS, problem, _moved(text, end - start, expected))


def _moved(text: str, length: int, expected: str) -> str:
    """Where the words of the digest stand now, if they stand anywhere in the text at this length."""
    starts = range(len(text) - length + 1) if len(text) <= _SEARCHED else ()
    places = [*islice((start for start in starts if digest(text[start : start + length]) == expected), 2)]
    if len(places) > 1:
        return "The words stand in several places: whence reanchor asks which is meant."
    return f"The words stand at {places[0]} to {places[0] + length}: write these offsets." if places else "whence reanchor looks where they stand now; else cite them again with whence cite."


def _other_text(raw: bytes, expected: str) -> str:
    """What was done to the file, if it is one of the usual things."""
    unix = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    ends = "CRLF" if b"\r\n" in raw else "CR" if b"\r" in raw else "LF"
    changes = {
        f"Its line ends were converted to {ends}: convert them back to LF.": unix,
        f"Its line ends were converted to {ends}: convert them back to CRLF.": unix.replace(b"\n", b"\r\n"),
        "A byte order mark was put before it: take it off.": raw.removeprefix(b"\xef\xbb\xbf"),
        "A line end was added after its last line: take it off.": raw.removesuffix(b"\n"),
        "The line end after its last line was lost: put it back.": raw + b"\n",
    }
    done = (what for what, changed in changes.items() if changed != raw and digest(changed) == expected)
    return next(done, "Use the very file that the passages were taken from; where the text itself was changed, whence reanchor follows it.")
