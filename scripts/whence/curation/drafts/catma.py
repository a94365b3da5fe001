"""The exports of CATMA: annotation collections in TEI, and the tags of a project that explain its JSON."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from whence.curation.drafts.fields import Terms
from whence.curation.drafts.proposals import Fault, Proposal, Reading
from whence.errors import InputError

_TEI = "{http://www.tei-c.org/ns/1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_RANGE = re.compile(r".*#char=([0-9]{1,15}),([0-9]{1,15})")
#: A file of annotations stands at most so deep in a project.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Tags:
    """The names of tags and properties by their ids."""

    names: dict[str, str]


def tags_beside(path: str) -> Tags | None:
    """Return the tags of the project that a file of annotations stands in, or None where it stands in none."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(_DEEPEST):
        if os.path.isdir(os.path.join(folder, "tagsets")):
            return Tags(dict(_names(os.path.join(folder, "tagsets"))))
        folder = os.path.dirname(folder)
    return None


def _names(folder: str) -> Iterator[tuple[str, str]]:
    for place, _, files in os.walk(folder):
        if "propertydefs.json" not in files:
            continue
        path = os.path.join(place, "propertydefs.json")
        try:
            with open(path, encoding="utf-8") as file:
                tag = json.load(file)
            yield tag["uuid"], tag["name"]
            yield from ((one["uuid"], one["name"]) for one in tag.get("userDefinedPropertyDefinitions", {}).values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError("The tag of CATMA cannot be read.", fix="Export the project again.", file=path) from None


def read(text: str, name: str, terms: Terms) -> Reading:
    """Return the annotations of a collection in the TEI of CATMA, which counts UTF-16 code units.

    :raises InputError: it is no XML
    """
    try:
        root = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, ValueError) as error:
        line, column = getattr(error, "position", (None, None))
        problem = f"The XML cannot be parsed: {str(error).partition(':')[0]}."
        raise InputError(problem, file=name, line=line, column=None if column is None else column + 1) from None
    reading = Reading("CATMA")
    tags = {one.get(_ID): one.findtext(f"{_TEI}fsDescr") or "" for one in root.iter(f"{_TEI}fsDecl")}
    pieces = _pieces(root, reading)
    for number, one in enumerate(root.iterfind(f"./{_TEI}text/{_TEI}fs"), start=1):
        where = f"annotation {number}"
        record: dict[str, object] = {}
        notes: list[str] = []
        kind = one.get("type", "")
        terms.read_tags(record, [tags.get(kind) or kind], notes)
        fields = {one.get("name", ""): [value.text or "" for value in one.iter(f"{_TEI}string")] for one in one.iterfind(f"{_TEI}f")}
        own = {name: values[0] if len(values) == 1 else values for name, values in fields.items() if not name.startswith("catma_")}
        terms.fill(record, own, notes)
        spans = _merged(pieces.get(one.get(_ID, ""), []))
        if not spans:
            reading.faults.append(Fault(where, "", "No segment refers to it: it is about no words."))
        reading.proposals += [Proposal(where, dict(record), None, start, end, utf16=True, notes=list(notes)) for start, end in spans]
    if not reading.proposals and not reading.faults:
        raise InputError("The TEI holds no annotations of CATMA.", fix="Export the annotation collection as TEI.", file=name)
    return reading


def _pieces(root: ElementTree.Element, reading: Reading) -> dict[str, list[tuple[int, int]]]:
    """Return the pieces of text of each annotation, by its id."""
    pieces: dict[str, list[tuple[int, int]]] = {}
    for number, segment in enumerate(root.iter(f"{_TEI}seg"), start=1):
        pointer = segment.find(f"{_TEI}ptr")
        target = "" if pointer is None else pointer.get("target", "")
        match = _RANGE.fullmatch(target)
        if match is None:
            reading.faults.append(Fault(f"segment {number}", "target", f"{target[:60]!r} tells no place: it ends in #char=START,END."))
            continue
        for one in segment.get("ana", "").split():
            pieces.setdefault(one.removeprefix("#"), []).append((int(match[1]), int(match[2])))
    return pieces


def _merged(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join pieces that touch: CATMA cuts words where annotations overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and merged[-1][1] == start:
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    return merged
