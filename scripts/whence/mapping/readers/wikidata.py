"""Statements of Wikidata's JSON (https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html), each at its place in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from whence.mapping.readers.json import NotJson, decode, members, value_at
from whence.mapping.records import LANGUAGE, Malformed, Record, Value

_LINE = re.compile(r"[^\n]*\n?")
_ID = re.compile(r"[QPL][0-9]+")
#: How many characters of a time are told with certainty, by its precision: year, month, day.
_TIME = {9: 4, 10: 7, 11: 10}
_UNKNOWN, _NONE = "somevalue", "novalue"


class WikidataReader:
    """Reads entities, alone as `{"entities": …}` or a line each as in dumps, in the present form of the format and in that of 2015.

    A record is one statement, or one label or other name. Its id is that of its entity. Fields of a statement are `property`, `value`,
    `rank`, and `qualifier:P…` and `reference:P…`; instead of `value`, `somevalue` and `novalue` where it is unknown or there is none.
    """

    @staticmethod
    def decode(words: str) -> str:
        """Return what a value stands for: the id of an entity, a date as far as it is told, a text, a number."""
        if not words.startswith("{"):
            return decode(words)
        try:
            value = json.loads(words)
        except ValueError:
            return words
        if "entity-type" in value:
            letter = {"item": "Q", "property": "P", "lexeme": "L"}.get(value["entity-type"], "")
            return str(value.get("id") or f"{letter}{value.get('numeric-id', '')}")
        if "time" in value and value.get("precision") in _TIME and str(value["time"]).startswith("+"):
            return str(value["time"])[1:][: _TIME[value["precision"]]]
        return str(value.get("text") or str(value.get("amount") or "").lstrip("+") or words)

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield the statements and names of a text in its order; a line that is broken is yielded, and the next is read."""
        start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
        head = text[start : start + 400]
        if re.match(r'\{\s*"(?:entities|success)"', head):
            yield from self._document(text, start)
            return
        if re.match(r"\[[ \t]*\S", head) and "\n" not in text[start:].strip():
            yield from self._within(text, start)
            return
        for line in _LINE.finditer(text, start):
            words = line[0].strip().rstrip(",").rstrip()
            if words and words not in ("[", "]"):
                at = line.start() + len(line[0]) - len(line[0].lstrip())
                yield from self._line(text, at, at + len(words))

    def _document(self, text: str, start: int) -> Iterator[Record | Malformed]:
        try:
            at = next((at for name, at in members(text, start) if name == "entities"), None)
        except NotJson as error:
            yield self._broken(text, error)
            return
        if at is not None and text[at] in "{[":
            yield from self._within(text, at)

    def _within(self, text: str, start: int) -> Iterator[Record | Malformed]:
        """Yield what the entities of an object or array hold."""
        try:
            for _, at in members(text, start):
                yield from self._entity(text, at)
        except NotJson as error:
            yield self._broken(text, error)

    def _line(self, text: str, start: int, end: int) -> Iterator[Record | Malformed]:
        try:
            stop = value_at(text, start)[2]
            if stop != end:
                raise NotJson(stop, "more stands behind the entity")
            yield from self._entity(text, start)
        except NotJson as error:
            problem = f"The line is no entity of Wikidata's JSON: at character {error.at - start + 1} of it {error}."
            yield Malformed(start, end, problem, "Take the line as it was published, one entity a line.")

    @staticmethod
    def _broken(text: str, error: NotJson) -> Malformed:
        return Malformed(error.at, min(error.at + 40, len(text)), f"The file is no JSON from here on: {error}.", "Take the file as it was published.")

    def _entity(self, text: str, start: int) -> Iterator[Record | Malformed]:
        value, start, end = value_at(text, start)
        id = value.get("id") if isinstance(value, dict) else None
        if not isinstance(id, str) or not _ID.fullmatch(id):
            yield Malformed(start, end, "The entity has no id such as Q42.", "Take the file as it was published.")
            return
        for name, at in members(text, start):
            if name in ("labels", "aliases") and text[at] == "{":
                for _, place in members(text, at):
                    yield from self._names(text, id, name, place)
            elif name == "claims" and text[at] == "{":
                for _, place in members(text, at):
                    for _, one in members(text, place) if text[place] == "[" else ():
                        yield self._statement(text, id, one)

    def _names(self, text: str, id: str, name: str, at: int) -> Iterator[Record | Malformed]:
        """Yield the labels or other names in one language."""
        for place in (at,) if text[at] == "{" else (one for _, one in members(text, at)):
            value, start, end = value_at(text, place)
            parts = dict(members(text, start)) if isinstance(value, dict) else {}
            if not isinstance(value, dict) or not all(isinstance(value.get(key), str) for key in ("language", "value")) or not LANGUAGE.fullmatch(value["language"]):
                yield Malformed(start, end, f"This is no name of {id} with its language.", "Take the file as it was published.")
                continue
            first, last = value_at(text, parts["value"])[1:]
            found = Value(text[first + 1 : last - 1], first + 1, last - 1, value["language"])
            yield Record(id, start, end, {"label" if name == "labels" else "alias": [found]})

    def _statement(self, text: str, id: str, at: int) -> Record | Malformed:
        value, start, end = value_at(text, at)
        snak = value.get("mainsnak") if isinstance(value, dict) else None
        if not isinstance(snak, dict) or not isinstance(snak.get("property"), str):
            return Malformed(start, end, f"This is no statement about {id}: it has no main snak with a property.", "Take the file as it was published.")
        fields: dict[str, list[Value]] = {}
        parts = dict(members(text, start))
        self._snak(text, parts["mainsnak"], "value", fields)
        if "rank" in parts:
            fields["rank"] = [self._text(text, parts["rank"])]
        if isinstance(value.get("qualifiers"), dict):
            self._snaks(text, parts["qualifiers"], "qualifier:", fields)
        for _, reference in members(text, parts["references"]) if isinstance(value.get("references"), list) else ():
            inside = dict(members(text, reference)) if text[reference] == "{" else {}
            if "snaks" in inside and text[inside["snaks"]] == "{":
                self._snaks(text, inside["snaks"], "reference:", fields)
        return Record(id, start, end, fields)

    def _snaks(self, text: str, at: int, prefix: str, fields: dict[str, list[Value]]) -> None:
        for name, place in members(text, at):
            for _, one in members(text, place) if text[place] == "[" else ():
                self._snak(text, one, prefix + name, fields)

    def _snak(self, text: str, at: int, name: str, fields: dict[str, list[Value]]) -> None:
        """Add the value of a snak, and of the main one its property."""
        parts = dict(members(text, at)) if text[at] == "{" else {}
        if name == "value":
            fields["property"] = [self._text(text, parts["property"])]
        kind = self._text(text, parts["snaktype"]) if "snaktype" in parts else None
        if kind is not None and kind.text in (_UNKNOWN, _NONE):
            fields.setdefault(kind.text if name == "value" else f"{name}:{kind.text}", []).append(kind)
        inside = dict(members(text, parts["datavalue"])) if "datavalue" in parts and text[parts["datavalue"]] == "{" else {}
        if "value" in inside:
            fields.setdefault(name, []).append(self._text(text, inside["value"]))

    @staticmethod
    def _text(text: str, at: int) -> Value:
        """Return the value at a place, a string without its quotation marks."""
        value: Any
        value, start, end = value_at(text, at)
        quoted = isinstance(value, str)
        return Value(text[start + quoted : end - quoted], start + quoted, end - quoted)
