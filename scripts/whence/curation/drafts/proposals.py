"""What files of proposals hold, before anything is looked up: the words, where they are said to stand, and what is said of them.

A proposal is a record, one a line, or comes out of LangExtract; what other tools call tags, attributes and features become keys of a record.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from whence.curation.forms import Forms
from whence.curation.records import KEYS
from whence.did_you_mean import meant
from whence.errors import InputError
from whence.rdf.jsonld import without_place
from whence.rdf.reading import read_bytes

#: No export of annotations of one text is larger; what is does not fit into memory several times over.
MOST_BYTES = 50_000_000
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Fault:
    """Why something in a file is no proposal.

    :ivar where: `line 3`, `annotation 2`
    :ivar key: the key it is about, such as `roles.influencer`, or an empty text
    :ivar sentence: what is wrong and how to mend it
    :ivar nearest: the words of the text that were probably meant, or an empty text
    """

    where: str
    key: str
    sentence: str
    nearest: str = ""

    def __str__(self) -> str:
        return f"{self.where}{f', {self.key}' if self.key else ''}: {self.sentence}"


@dataclass(slots=True)
class Proposal:
    """One proposal as a file states it.

    :ivar where: `line 3`, `annotation 2`
    :ivar record: keys of a record of `whence.curation.records`, as far as the file has them
    :ivar quote: the words, or None where the file has only their place
    :ivar start: the place, in code points; `utf16` in UTF-16 code units; None where the file has none
    :ivar before: what stands before the words in the text that was annotated; `after` likewise
    :ivar notes: what of the file could not be used, and what a curator should know
    """

    where: str
    record: dict[str, Any]
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    utf16: bool = False
    before: str = ""
    after: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What a file holds.

    :ivar tool: the form it is in, as people call it
    """

    tool: str
    proposals: list[Proposal] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Offsets:
    """Positions in UTF-16 code units, as Java and JavaScript count, as code points.

    >>> Offsets("a🏮b").code_point(3), Offsets("a🏮b").code_point(2), Offsets("abc").code_point(9)
    (2, None, None)
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        wide = [0, *accumulate(2 if char > "\uffff" else 1 for char in text)] if any(char > "\uffff" for char in text) else None
        self._points = {units: points for points, units in enumerate(wide)} if wide else None

    def code_point(self, units: int) -> int | None:
        """Return the position in code points, or None where it lies outside the text or inside a character."""
        if self._points is None:
            return units if 0 <= units <= self._length else None
        return self._points.get(units)


def load_json(text: str, where: str) -> Any | Fault:
    """Return what a JSON text holds, or why it holds nothing that can be used; keys given twice are a fault.

    NaN and infinities are read, so that who checks the values can name the key.
    """
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        kept = dict(found)
        if len(kept) < len(found):
            names = [name for name, _ in found]
            twice.extend(name for name in kept if names.count(name) > 1)
        return kept

    try:
        value = json.loads(text, object_pairs_hook=pairs)
        if twice:
            return Fault(where, twice[0], "The key is given twice: keep one of them.")
        if half := _HALF.search(json.dumps(value, ensure_ascii=False)):
            return Fault(where, "", f"It holds half a character (U+{ord(half[0]):04X}): write the whole one.")
    except json.JSONDecodeError as error:
        place = f"at column {error.colno}" if error.lineno == 1 else f"at line {error.lineno}, column {error.colno}"
        problem = without_place(error)
        return Fault(where, "", f"It is no JSON: {problem[:1].lower()}{problem[1:]} {place}.")
    except RecursionError:
        return Fault(where, "", "It is nested too deep: write it flatter.")
    except ValueError:  # a number of thousands of digits
        return Fault(where, "", "It holds a number that is too long to be read.")
    return value


def checked_number(value: Any, name: str, least: int = 0) -> int | str:
    """Return a whole number, or the sentence that says why it is none."""
    wanted = f"give a whole number from {least}"
    if value is None:
        return f"{name} is null: {wanted}, or leave the key out."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{name} is {json.dumps(value, ensure_ascii=False)[:40]}: {wanted}."
    if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
        return f"{name} is {value}: {wanted}."
    if not least <= value < 10**15:
        return f"{name} is {str(value)[:20]}: {wanted}{'' if value < least else ' below 10 to the 15th'}."
    return int(value)


def content(name: str) -> bytes:
    """Return what a file holds.

    :raises InputError: it cannot be read, or is too large
    """
    try:
        size = os.stat(name).st_size
    except OSError:
        size = 0  # the reading tells why
    if size > MOST_BYTES:
        raise too_large(name, size)
    return read_bytes(name, most=MOST_BYTES)


def too_large(name: str, size: int) -> InputError:
    """Return the error of a file that is too large."""
    return InputError(f"The file has {size:,} bytes, more than {MOST_BYTES:,}.", fix="Split it.", file=name)


_LINE = re.compile(r"(?:[-*]\s*+)?([\w][\w .-]{0,40}?)\s*+[:=]\s*+(\S.*)")
#: Keys that no field sets: the words are those that were annotated, and things to create are an object.
_NO_FIELDS = ("quote", "new")


class Terms:
    """The words of a graph's model: classes of claims, roles, and keys of a record."""

    def __init__(self, forms: Forms) -> None:
        claims = [*forms.claims.values(), forms.question]
        self.classes = {folded(name): form.name for form in claims for name in (form.name, form.label)}
        self.roles = {form.name: {folded(name): role.name for role in form.roles for name in role.names} for form in claims}
        self._any_role = {name: role for roles in self.roles.values() for name, role in roles.items()}
        positions = {folded(name): role.name for role in forms.attestation.roles if role.name != "attests" for name in role.names}
        own = {folded(key): key for key in (*KEYS, "answers", "askedBy", "addressee", "number") if key not in ("roles", "start", "end")}
        self.keys = positions | own

    def put(self, record: dict[str, Any], name: str, value: Any) -> bool:
        """Put a field of a tool into a record, as a key of it or a role; report whether it is one."""
        key, kind = folded(name), record.get("class", "")
        roles = self.roles.get(self.classes.get(folded(str(kind)), ""), self._any_role)
        if key in ("claim", "type", "kind") and folded(str(value)) in self.classes:
            key = "class"
        if key in roles:
            record.setdefault("roles", {})[roles[key]] = value
        elif key in self.keys and key not in _NO_FIELDS:
            record[self.keys[key]] = self.classes.get(folded(str(value)), value) if key == "class" else value
        else:
            return False
        return True

    def fill(self, record: dict[str, Any], fields: Mapping[str, Any], notes: list[str]) -> None:
        """Put fields into a record, the class first, since it tells the roles; note what is none."""
        for name, value in sorted(fields.items(), key=lambda item: folded(item[0]) not in ("class", "claim", "type", "kind")):
            if value in (None, "", [], {}):
                continue
            if isinstance(value, dict) and folded(name) in ("roles", "new"):
                record.setdefault(folded(name), {}).update(value)
            elif not self.put(record, name, value):
                shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                notes.append(f"{name} is neither a key of a record nor a role, so {shown[:80]!r} is left out.")

    def read_tags(self, record: dict[str, Any], tags: Iterable[str], notes: list[str]) -> None:
        """Take tags in: the name of a class, or `key: value`."""
        waiting = []
        for tag in tags:
            if folded(tag) in self.classes:
                record["class"] = self.classes[folded(tag)]
            else:
                waiting.append(tag)
        for tag in waiting:
            match = _LINE.fullmatch(tag.strip())
            if match is None or not self.put(record, match[1], _listed(match[2])):
                notes.append(f"The tag {tag[:80]!r} names no class of claims and gives no key: it is left out.")

    def read_comment(self, record: dict[str, Any], comment: str, notes: list[str]) -> None:
        """Take a comment in: a record in JSON, or lines `key: value`; other lines are noted."""
        if comment.lstrip().startswith("{"):
            try:
                value = json.loads(comment)
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, dict):
                self.fill(record, value, notes)
                return
        lines = [(line, _LINE.fullmatch(line.strip())) for line in comment.splitlines() if line.strip()]
        lines.sort(key=lambda item: item[1] is None or folded(item[1][1]) not in ("class", "claim", "type", "kind"))
        said = [line.strip() for line, match in lines if match is None or not self.put(record, match[1], _listed(match[2]))]
        if said:
            notes.append(f"The annotation says: {' '.join(said)[:300]}")


def _listed(value: str) -> str | list[str]:
    parts = [part.strip() for part in re.split("[;|]", value) if part.strip()]
    return parts if len(parts) > 1 else value


def folded(name: str) -> str:
    """Return a name without case, spaces, hyphens and what stands before its last colon or slash.

    >>> folded("wh:comparedWith"), folded("Compared-with")
    ('comparedwith', 'comparedwith')
    """
    return re.sub(r"[\s_.-]+", "", re.split(r"[:/#]", name.strip())[-1]).casefold()


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
    if key in ("quote", "class", "document") and isinstance(value, list if key == "document" else list | int | float):
        return key, f"It is {_kind(value)}, not a text."
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
    if value is None:
        return "null"
    if isinstance(value, str):
        return "an empty text" if not value.strip() else f"the text {value[:40]!r}"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else json.dumps(value)
