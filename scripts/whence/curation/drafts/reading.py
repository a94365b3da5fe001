"""Reads a file of proposals, whatever tool wrote it; what cannot be used is a fault with its place, never skipped."""

from __future__ import annotations

import os
import re
from typing import Any

from whence.curation.drafts import annotated, catma, records, uima
from whence.curation.drafts.fields import Terms
from whence.curation.drafts.proposals import Fault, Proposal, Reading, content, load_json
from whence.errors import InputError
from whence.rdf.reading import decode

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
        return catma.read(text, name, terms)
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
            _take(reading, value, where, terms)
    return reading


def _read_document(whole: Any, name: str, terms: Terms) -> Reading:
    """Read one JSON document."""
    if isinstance(whole, dict) and "%FEATURE_STRUCTURES" in whole:
        return uima.read_json(whole, name, terms)
    if isinstance(whole, dict) and isinstance(rows := whole.get("rows", whole.get("annotations")), list):
        reading = Reading("Hypothesis")
        members = rows
    else:
        reading = Reading("JSON")
        members = annotated.members(whole)
    tags = catma.tags_beside(name)
    for number, value in enumerate(members, start=1):
        _take(reading, value, f"annotation {number}" if len(members) > 1 or annotated.is_one(value) else "the document", terms, tags)
    return reading


def _take(reading: Reading, value: Any, where: str, terms: Terms, tags: catma.Tags | None = None) -> None:
    """Add what one JSON value holds."""
    found: list[Proposal | Fault]
    if annotated.is_one(value):
        tool, found = annotated.read(value, where, terms, tags)
    elif isinstance(value, dict) and "extractions" in value:
        tool, found = "LangExtract", records.of_langextract(value, where, terms)
    else:
        tool, found = "JSON lines", [records.of_line(value, where, terms)]
    reading.tool = tool
    reading.proposals += [one for one in found if isinstance(one, Proposal)]
    reading.faults += [one for one in found if isinstance(one, Fault)]
