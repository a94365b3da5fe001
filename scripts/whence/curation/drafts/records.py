"""Proposals as records, one a line, and the output of LangExtract."""

from __future__ import annotations

import json
import math
from typing import Any

from whence.curation.drafts.fields import Terms, folded
from whence.curation.drafts.proposals import Fault, Proposal, checked_number
from whence.nearest import meant

_AROUND = 32
_NUMBERS = ("start", "end", "occurrence", "number")
#: What objects look like.
_OBJECTS = {"roles": '{"influenced": "Night Ferry"}', "new": '{"Night Ferry": "Film"}'}
#: What LangExtract says of an extraction besides its words, its class and its place.
_OF_EXTRACTION = {"extraction_class", "extraction_text", "char_interval", "token_interval", "alignment_status", "extraction_index",
                  "group_index", "description", "attributes"}  # fmt: skip


def of_line(value: Any, where: str, terms: Terms) -> Proposal | Fault:
    """Return a record as a proposal, each key checked for what it takes."""
    if not isinstance(value, dict):
        return Fault(where, "", f"It is {_kind(value)}, not an object with quote, class and roles.")
    known = {**terms.keys, "roles": "roles", "start": "start", "end": "end"}
    record: dict[str, Any] = {}
    for name, given in value.items():
        key = known.get(folded(name))
        if key is None or ":" in name:
            hint = meant(name, known.values()) or "Roles of the claim stand under roles; whence draft --schema tells all keys."
            return Fault(where, name, f"A proposal has no such key. {hint}")
        if key in record:
            return Fault(where, name, f"It is {key} again: keep one of them.")
        if wrong := _wrong(key, given):
            return Fault(where, wrong[0], wrong[1])
        record[key] = int(given) if key in _NUMBERS else given  # JSON may write a whole number as 2.0
    for key in ("quote", "class"):
        if key not in record and not (key == "quote" and {"start", "end"} <= record.keys()):
            return Fault(where, key, "It is missing: a proposal has at least quote, class and roles.")
    start, end = record.pop("start", None), record.pop("end", None)
    if (start is None) != (end is None):
        return Fault(where, "end" if end is None else "start", "It is missing: start and end go together.")
    if start is not None and start >= end:
        return Fault(where, "end", f"The end {end} is not after the start {start}.")
    return Proposal(where, record, record.pop("quote", None), start, end)


def of_langextract(document: dict[str, Any], where: str, terms: Terms) -> list[Proposal | Fault]:
    """Return the extractions of an annotated document of LangExtract."""
    extractions, text = document["extractions"], document.get("text")
    if extractions is None:
        return []
    if not isinstance(extractions, list):
        return [Fault(where, "extractions", f"It is {_kind(extractions)}, not a list of extractions.")]
    return [_of_extraction(one, f"{where}, extraction {number}", text, terms) for number, one in enumerate(extractions, start=1)]


def _of_extraction(value: Any, where: str, text: Any, terms: Terms) -> Proposal | Fault:
    if not isinstance(value, dict):
        return Fault(where, "", f"It is {_kind(value)}, not an extraction.")
    quote, kind, attributes = value.get("extraction_text"), value.get("extraction_class"), value.get("attributes")
    for key, given in (("extraction_text", quote), ("extraction_class", kind)):
        if not isinstance(given, str) or not given.strip():
            return Fault(where, key, f"It is {_kind(given)}, not a text.")
    if attributes is not None and not isinstance(attributes, dict):
        return Fault(where, "attributes", f"It is {_kind(attributes)}, not an object.")
    notes = [f"{name} of LangExtract is not known here and is left out." for name in value if name not in _OF_EXTRACTION]
    record: dict[str, Any] = {"class": terms.classes.get(folded(str(kind)), kind)}
    for name, given in (attributes or {}).items():
        if wrong := _not_words(name, given):
            return Fault(where, f"attributes.{wrong[0]}", wrong[1])
    terms.fill(record, attributes or {}, notes)
    if isinstance(value.get("description"), str):
        notes.append(f"It is described as: {value['description'][:300]}")
    place = _interval(value.get("char_interval"), where)
    if isinstance(place, Fault):
        return place
    start, end = place
    around = isinstance(text, str) and start is not None and end is not None and start < end <= len(text)
    before, after = (text[max(0, start - _AROUND) : start], text[end : end + _AROUND]) if around else ("", "")  # type: ignore[index, operator]
    return Proposal(where, record, str(quote), start, end, before=before, after=after, notes=notes)


def _interval(value: Any, where: str) -> tuple[int | None, int | None] | Fault:
    """Return the place that LangExtract found, none where it found none; it counts code points, as Python does."""
    if value is None:
        return None, None
    if not isinstance(value, dict):
        return Fault(where, "char_interval", f"It is {_kind(value)}, not an object with start_pos and end_pos.")
    if value.get("start_pos") is None and value.get("end_pos") is None:
        return None, None
    offsets = []
    for key in ("start_pos", "end_pos"):
        offset = checked_number(value.get(key), key)
        if isinstance(offset, str):
            return Fault(where, f"char_interval.{key}", offset)
        offsets.append(offset)
    return offsets[0], offsets[1]


def _wrong(key: str, value: Any) -> tuple[str, str] | None:
    """Return the key and the sentence that say why a value does not fit, or None."""
    if key in _NUMBERS:
        number = checked_number(value, key, 1 if key in ("occurrence", "number") else 0)
        return (key, number) if isinstance(number, str) else None
    if key in ("question", "answers") and isinstance(value, int) and not isinstance(value, bool):
        return None if value > 0 else (key, f"{key} is {value}: give the number of the question, from 1, or its IRI.")
    if key in ("roles", "new"):
        if not isinstance(value, dict):
            return key, f"It is {_kind(value)}, not an object such as {_OBJECTS[key]}."
        found = (_not_words(name, one, deep=key == "new") for name, one in value.items())
        return next(((f"{key}.{wrong[0]}", wrong[1]) for wrong in found if wrong), None)
    if key in ("quote", "class", "document") and isinstance(value, list):
        return key, "It is a list, not a text."
    return _not_words(key, value)


def _not_words(name: str, value: Any, deep: bool = False) -> tuple[str, str] | None:
    """Return why a value is neither a text or number nor a list of them, with the key, or None."""
    if deep and isinstance(value, dict):
        return next(((f"{name}.{wrong[0]}", wrong[1]) for one, inner in value.items() if (wrong := _not_words(one, inner))), None)
    members = value if isinstance(value, list) else [value]
    for one in members:
        if isinstance(one, str) and one.strip():
            continue
        if isinstance(one, bool) or (isinstance(one, int | float) and math.isfinite(one)):
            continue
        return name, f"It is {_kind(one)}, not a text or a number{': leave the key out' if one in (None, '') else ''}."
    return None if members else (name, "It is an empty list: leave the key out.")


def _kind(value: Any) -> str:
    """Return what a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "an empty text" if not value.strip() else f"the text {value[:40]!r}"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else json.dumps(value)
