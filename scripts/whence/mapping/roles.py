"""Fills the roles of claims and the properties of positions with what an item and its record say."""

from __future__ import annotations

import re
from datetime import date

from whence.mapping.language import Filler
from whence.mapping.records import Record
from whence.mapping.things import LONGEST_NAME, Misfit, Ref, Registry
from whence.mapping.writing import few_words, literal
from whence.rdf.terms import NOT_XML

_NAME = re.compile(r"\{([^{}]+)\}")
#: Dates of EDTF level 0 (https://www.loc.gov/standards/datetime/), as the shapes take them.
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LAST_PART = re.compile(r"[^/#]+$")


class Fillings:
    """Turns a filler of a mapping into what it stands for in one item."""

    def __init__(self, things: Registry) -> None:
        self._things = things

    def of(self, filler: Filler, match: re.Match[str], record: Record, field: str) -> list[Ref]:
        """Return what fills a role, one for each value; never empty.

        :raises Misfit: the words cannot fill it
        """
        if filler.kind == "term":
            return [Ref(filler.value)]
        if filler.kind == "self":
            return [self._things.record(record.id)]
        words = _writable(self._words(filler.value, match, record, field))
        if filler.kind == "record" and not words and filler.otherwise:
            return [Ref(filler.otherwise)]
        if filler.kind == "table":
            return self._from_table(filler, words)
        parts = _parts(filler, words)
        if not parts:
            raise self._nothing(filler.value, match, record)
        return [self._value(filler, part, match, record, field) for part in parts]

    @staticmethod
    def _nothing(template: str, match: re.Match[str], record: Record) -> Misfit:
        """Return why a template has no words for an item."""
        for name in _NAME.findall(template):
            if name not in match.groupdict() and name not in record.fields:
                return Misfit(f"{{{name}}} is no group of the form, and the record has no field {name}.", "Name the group in the form, or leave the entry out in the mapping.")
        return Misfit("Nothing is left of the entry that could be named.", "Give the name, or leave the entry out in the mapping.")

    def _value(self, filler: Filler, words: str, match: re.Match[str], record: Record, field: str) -> Ref:
        if filler.kind == "record":
            found = _LAST_PART.search(words)
            return self._things.record(found[0] if found else words, filler.cls, filler.missing, _writable(self._words(filler.label, match, record, field)))
        if filler.kind == "thing":
            needed = filler.within or filler.world or filler.part or "{record}" in filler.label
            return self._things.thing(words, filler, self._things.record(record.id) if needed else None)
        if filler.kind == "name":
            return Ref(literal(few_words(self._things.name(words))))
        if filler.kind == "date":
            return Ref(literal(_day(words)))
        if filler.kind == "number":
            if not _NUMBER.fullmatch(words):
                raise Misfit(f"`{words[:40]}` is no number.", "Write digits, with a point before decimals.")
            return Ref(words)
        return Ref(literal(few_words(words)))

    def _from_table(self, filler: Filler, words: str) -> list[Ref]:
        """Return the terms of words, whole or in parts; the words of parts that the table has not are kept."""
        table = filler.table
        assert table is not None
        whole = words in table.exact or not filler.separator
        parts = [words] if whole else _parts(filler, words)
        found = dict.fromkeys(term for term in (table.get(part) for part in parts) if term)
        unknown = [part for part in parts if not table.get(part)]
        refs = [Ref(term) for term in found]
        if unknown or not refs:
            if not filler.otherwise:
                raise Misfit(f"`{words[:60]}` is not in the table of the mapping.", "Add it to the table, or say what fills the role otherwise.")
            refs.append(Ref(filler.otherwise, printed=words if unknown else ""))
        return refs

    def ids(self, filler: Filler, match: re.Match[str], record: Record, field: str) -> list[str]:
        """Return the ids that a filler names."""
        return _parts(filler, self._words(filler.value, match, record, field))

    def _words(self, template: str, match: re.Match[str], record: Record, field: str) -> str:
        """Return a template with the names in braces replaced: by a group of the form, or else by a field of the record."""
        groups, own = match.groupdict(), {"id": record.id, "field": field}

        def value(name: re.Match[str]) -> str:
            if name[1] in groups:
                return self._things.text(groups[name[1]] or "")
            if name[1] in own:
                return own[name[1]]
            return ", ".join(self._things.text(one.text) for one in record.fields.get(name[1], ()))

        return _NAME.sub(value, template).strip()


def _parts(filler: Filler, words: str) -> list[str]:
    """Return the values between separators, without white space around them; none that is empty."""
    return [part for part in (one.strip() for one in (filler.separator.split(words) if filler.separator else [words])) if part]


def _writable(words: str) -> str:
    if NOT_XML.search(words):
        raise Misfit("The entry has a character that no text may hold.", "Remove the control character or half of a surrogate pair.")
    if len(words) > LONGEST_NAME:
        raise Misfit(f"The entry has {len(words):,} characters; a name has {LONGEST_NAME} at most.", "Give the name alone, or take the entry apart in the mapping.")
    return words


def _day(words: str) -> str:
    match = _DATE.fullmatch(words)
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise Misfit(f"`{words[:40]}` is no date.", "Write it as 2024, 2024-01 or 2024-01-11.") from None
    return words
