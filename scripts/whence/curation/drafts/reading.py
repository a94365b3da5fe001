"""Reads a file of proposals, whatever tool wrote it; what cannot be used is a fault with its place, never skipped.

Annotations with targets and selectors are those of the Web Annotation Data Model, which counts code points (section 4.2.4), of Hypothesis
and of CATMA, which count UTF-16 code units, as JavaScript and Java do. CATMA has collections in TEI, too, and the tags of a project that
explain its JSON.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from whence.curation.drafts import proposals, uima
from whence.curation.drafts.proposals import Fault, Proposal, Reading, Terms, checked_number, content, load_json
from whence.errors import InputError
from whence.namespaces import PREFIXES
from whence.rdf.reading import decode

_TEI = "{http://www.tei-c.org/ns/1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_RANGE = re.compile(r".*#char=([0-9]{1,15}),([0-9]{1,15})")
#: A file of annotations stands at most so deep in a project.
_DEEPEST = 4


def tags_beside(path: str) -> dict[str, str]:
    """Return the names of tags and properties, by their ids, of the project that a file of annotations stands in; empty where it stands in none."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(_DEEPEST):
        if os.path.isdir(os.path.join(folder, "tagsets")):
            return dict(_names(os.path.join(folder, "tagsets")))
        folder = os.path.dirname(folder)
    return {}


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


def read_catma(text: str, name: str, terms: Terms) -> Reading:
    """Return the annotations of a collection in the TEI of CATMA, which counts UTF-16 code units.

    :raises InputError: it is no XML
    """
    try:
        root = ElementTree.fromstring(text)  # what it says of its encoding was true of bytes, if at all
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


_OURS = ("wh:attests", PREFIXES["wh"] + "attests")


def is_annotation(value: Any) -> bool:
    """Report whether a JSON value is an annotation."""
    return isinstance(value, dict) and "target" in value


def annotations_in(value: Any) -> list[Any]:
    """Return the annotations of a collection, a page or an array; else the value alone."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not is_annotation(value):
        for key in ("first", "items", "@graph"):
            if isinstance(value.get(key), dict | list):
                return annotations_in(value[key])
    return [value]


def read_annotation(value: dict[str, Any], where: str, terms: Terms, tags: Mapping[str, str]) -> tuple[str, list[Proposal | Fault]]:
    """Return the tool that wrote an annotation, and a proposal for each of its targets.

    :param tags: of `tags_beside`, for annotations of CATMA
    """
    tool = "Hypothesis" if "uri" in value and "body" not in value else "CATMA" if _is_catma(value) else "Web Annotation"
    notes: list[str] = []
    record: dict[str, Any] = {}
    if tool == "Hypothesis":
        terms.read_tags(record, _texts(value.get("tags")), notes)
        terms.read_comment(record, str(value.get("text") or ""), notes)
    elif tool == "CATMA":
        _read_catma(record, value["body"], terms, notes, tags)
    else:
        _read_bodies(record, value, terms, notes)
    targets = _targets(value["target"])
    if not targets:
        return tool, [Fault(where, "target", "It has no target with a selector: it is about no words.")]
    found = []
    for number, target in enumerate(targets, start=1):
        place = where if len(targets) == 1 else f"{where}, target {number}"
        found.append(_selected(target, place, record, notes, utf16=tool != "Web Annotation"))
    return tool, _joined(found) if tool == "CATMA" else found


def _selected(target: dict[str, Any], where: str, record: dict[str, Any], notes: list[str], utf16: bool) -> Proposal | Fault:
    """Return the proposal of one target: the words of its quote selector, the place of its position selector."""
    proposal = Proposal(where, dict(record), utf16=utf16, notes=list(notes))
    for selector in _selectors(target.get("selector")):
        kind = selector.get("type")
        if kind == "TextQuoteSelector":
            exact = selector.get("exact")
            if not isinstance(exact, str) or not exact.strip():
                return Fault(where, "target.selector.exact", "It is missing or empty: it holds the words.")
            proposal.quote = exact
            proposal.before, proposal.after = (one if isinstance(one := selector.get(key), str) else "" for key in ("prefix", "suffix"))
        elif kind == "TextPositionSelector":
            for key in ("start", "end"):
                offset = checked_number(selector.get(key), key)
                if isinstance(offset, str):
                    return Fault(where, f"target.selector.{key}", offset)
                setattr(proposal, key, offset)
    if proposal.quote is None and proposal.start is None:
        return Fault(where, "target.selector", "It has neither a TextQuoteSelector nor a TextPositionSelector: it is about no words.")
    return proposal


def _targets(value: Any) -> list[dict[str, Any]]:
    targets = value.get("items", [value]) if isinstance(value, dict) else value
    return [one for one in targets if isinstance(one, dict) and one.get("selector")] if isinstance(targets, list) else []


def _selectors(value: Any) -> Iterable[dict[str, Any]]:
    """Yield selectors, alternatives and those that refine others."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            yield from _selectors(one["refinedBy"]) if "refinedBy" in one else _selectors(one.get("items", []))


def _joined(found: list[Proposal | Fault]) -> list[Proposal | Fault]:
    """Join the pieces in which CATMA cuts words where annotations overlap."""
    joined: list[Proposal | Fault] = []
    for one in found:
        last = joined[-1] if joined else None
        if isinstance(one, Proposal) and isinstance(last, Proposal) and last.quote is None and one.quote is None and last.end == one.start:
            last.end = one.end
        else:
            joined.append(one)
    return joined


def _read_bodies(record: dict[str, Any], value: dict[str, Any], terms: Terms, notes: list[str]) -> None:
    """Take in what the bodies of a Web Annotation say; one that was made of a position says it in our own terms."""
    bodies = value.get("body", value.get("bodyValue", []))
    bodies = bodies if isinstance(bodies, list) else [bodies]
    ours = any(key in value for key in _OURS)
    if ours:
        _read_ours(record, value, bodies, terms, notes)
        return
    texts = [one if isinstance(one, str) else one.get("value", one.get("source", one.get("id"))) for one in bodies if isinstance(one, str | dict)]
    tagging = [isinstance(one, dict) and one.get("purpose") in ("tagging", "classifying", "identifying") for one in bodies if isinstance(one, str | dict)]
    terms.read_tags(record, [text for text, tag in zip(texts, tagging, strict=True) if tag and isinstance(text, str)], notes)
    for text, tag in zip(texts, tagging, strict=True):
        if not tag and isinstance(text, str):
            terms.read_comment(record, text, notes)


def _read_ours(record: dict[str, Any], value: dict[str, Any], bodies: list[Any], terms: Terms, notes: list[str]) -> None:
    claims = [one for one in bodies if isinstance(one, dict) and one.get("type") != "TextualBody"]
    for claim in claims[:1]:
        types = claim.get("type", [])
        terms.fill(record, {"class": _texts(types)[-1] if _texts(types) else ""}, notes)
        terms.fill(record, {name: _values(one) for name, one in claim.items() if ":" in name}, notes)
    said = {name: _values(one) for name, one in value.items() if ":" in name and name not in _OURS}
    terms.fill(record, {name: one for name, one in said.items() if not name.endswith(("passage", "document"))}, notes)


def _values(value: Any) -> Any:
    """Return the IRI or the text of a value of JSON-LD, or of each of a list."""
    if isinstance(value, list):
        return [_values(one) for one in value]
    if isinstance(value, dict):
        iri = value.get("id", value.get("@id"))
        if isinstance(iri, str):
            prefix, _, name = iri.partition(":")
            return PREFIXES[prefix] + name if prefix in PREFIXES else iri
        return value.get("@value")
    return value


def _is_catma(value: dict[str, Any]) -> bool:
    return isinstance(value.get("body"), dict) and "tagset" in value["body"]


def _read_catma(record: dict[str, Any], body: dict[str, Any], terms: Terms, notes: list[str], tags: Mapping[str, str]) -> None:
    """Take in a tag of CATMA and its properties, which it names by numbers that the tags beside the file explain."""
    tag = str(body.get("tag", "")).rsplit("/", 1)[-1]
    terms.read_tags(record, [tags.get(tag, tag)], notes)
    own = body.get("properties")
    user = own.get("user") if isinstance(own, dict) else None
    terms.fill(record, {tags.get(key, key): _single(one) for key, one in user.items()} if isinstance(user, dict) else {}, notes)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


#: The forms that are read, in the words of messages.
FORMS = "JSON lines of proposals, LangExtract, Web Annotations, Hypothesis, INCEpTION (UIMA CAS) and CATMA"
_LINES_ENDINGS = (".jsonl", ".ndjson")
_LINES = re.compile(r"\r\n|\r|\n")


def read(path: str | os.PathLike[str], terms: Terms) -> Reading:
    """Return what a file of proposals holds.

    :raises InputError: it cannot be read, is too large, or is of none of the forms; with line and column where there is one
    """
    name = os.fspath(path)
    data = content(name)
    if data.startswith(b"PK\x03\x04"):
        return uima.read_archive(data, name, terms)
    text = decode(data.removeprefix(b"\xef\xbb\xbf"), name)
    head = text.lstrip()[:4000]
    if head.startswith("<"):
        return _read_xml(text, head, name, terms)
    if head[:1] not in ("{", "["):
        problem = "The file holds nothing." if not head else "The file is of none of the forms that are read."
        raise InputError(problem, fix=f"Give {FORMS}.", file=name, line=1)
    if _is_lines(name, text):
        return _read_lines(text, terms)
    whole = load_json(text, "the document")
    if isinstance(whole, Fault) and not name.lower().endswith(_LINES_ENDINGS):
        raise InputError(f"{whole.key}: {whole.sentence}" if whole.key else whole.sentence, fix=f"Give {FORMS}.", file=name)
    return _read_lines(text, terms) if isinstance(whole, Fault) else _read_document(whole, name, terms)


def _is_lines(name: str, text: str) -> bool:
    """Whether each line is a document: the first one is, and others follow or the ending says so."""
    first, _, rest = text.strip().partition("\n")
    several = bool(rest.strip()) or name.lower().endswith(_LINES_ENDINGS)
    return several and first.startswith("{") and not isinstance(load_json(first, ""), Fault)


def _read_xml(text: str, head: str, name: str, terms: Terms) -> Reading:
    if "http://www.omg.org/XMI" in head:
        return uima.read_xmi(text, name, terms)
    if "http://www.tei-c.org/ns/1.0" in head:
        return read_catma(text, name, terms)
    raise InputError("The XML is neither of INCEpTION (UIMA CAS XMI) nor of CATMA (TEI).", fix=f"Give {FORMS}.", file=name, line=1)


def _read_lines(text: str, terms: Terms) -> Reading:
    """Read JSON lines, each a proposal, a document of LangExtract, or an annotation."""
    reading = Reading("JSON lines")
    for number, line in enumerate(_LINES.split(text), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        value = load_json(line, where)
        if isinstance(value, Fault):
            reading.faults.append(value)
        else:
            _take(reading, value, where, terms, {})
    return reading


def _read_document(whole: Any, name: str, terms: Terms) -> Reading:
    if isinstance(whole, dict) and "%FEATURE_STRUCTURES" in whole:
        return uima.read_json(whole, name, terms)
    if isinstance(whole, dict) and isinstance(rows := whole.get("rows", whole.get("annotations")), list):
        reading = Reading("Hypothesis")
        members = rows
    else:
        reading = Reading("JSON")
        members = annotations_in(whole)
    tags = tags_beside(name)
    for number, value in enumerate(members, start=1):
        _take(reading, value, f"annotation {number}" if len(members) > 1 or is_annotation(value) else "the document", terms, tags)
    return reading


def _take(reading: Reading, value: Any, where: str, terms: Terms, tags: Mapping[str, str]) -> None:
    found: list[Proposal | Fault]
    if is_annotation(value):
        tool, found = read_annotation(value, where, terms, tags)
    elif isinstance(value, dict) and "extractions" in value:
        tool, found = "LangExtract", proposals.of_langextract(value, where, terms)
    else:
        tool, found = "JSON lines", [proposals.of_line(value, where, terms)]
    reading.tool = tool
    reading.proposals += [one for one in found if isinstance(one, Proposal)]
    reading.faults += [one for one in found if isinstance(one, Fault)]
