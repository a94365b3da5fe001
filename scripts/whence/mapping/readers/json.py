"""Records of JSON (RFC 8259): each object within a top-level object or array, or in a line of its own (JSON Lines), with the place of every value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from whence.mapping.records import LANGUAGE, Malformed, Record, Value
from whence.rdf.jsonld import without_place

_WHITE = re.compile(r"[ \t\n\r]*")
#: Where a file begins that has an object a line, and its lines.
_LINES, _LINE = re.compile(r"\{.*\}[ \t\r]*\n\s*\{"), re.compile(r"[^\s].*")
_END = re.compile(r"[\s,]*[\]}]")
_DECODER = json.JSONDecoder()


class NotJson(Exception):
    """The text is not JSON at a place, `at`."""

    def __init__(self, at: int, problem: str) -> None:
        super().__init__(problem)
        self.at = at


def value_at(text: str, at: int) -> tuple[Any, int, int]:
    """Return the JSON value at a place, after white space, with where it begins and ends.

    :raises NotJson: there is none
    """
    start = _after(text, at)
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        problem = without_place(error)
        raise NotJson(error.pos, problem[:1].lower() + problem[1:]) from None
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        raise NotJson(start, "it is nested too deep, or a number in it is too long") from None
    return value, start, end


def members(text: str, at: int, first: int = 0) -> Iterator[tuple[str, int]]:
    """Yield each member of the object, or each element of the array, that begins at a place: its name, or "", and where its value begins.

    :param first: where the first of them begins that is wanted
    :raises NotJson: it does not go on as JSON does
    """
    closing = {"{": "}", "[": "]"}[text[at]]
    place = first or _after(text, at + 1)
    while text[place : place + 1] != closing:
        name = ""
        if closing == "}":
            key, _, place = value_at(text, place)
            place = _after(text, place)
            if not isinstance(key, str) or text[place : place + 1] != ":":
                raise NotJson(place, "a member has no name and colon")
            name, place = key, _after(text, place + 1)
        yield name, place
        place = _after(text, value_at(text, place)[2])
        if text[place : place + 1] == ",":
            place = _after(text, place + 1)
        elif text[place : place + 1] != closing:
            raise NotJson(place, "a comma or the end of the list is missing")


def _after(text: str, at: int) -> int:
    return _WHITE.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere


def decode(words: str) -> str:
    r"""Return what the inside of a JSON string stands for; words that are no such string as they are.

    >>> decode("caf\\u00e9"), decode('7" single')
    ('café', '7" single')
    """
    if "\\" not in words:
        return words
    try:
        return str(json.loads(f'"{words}"'))
    except ValueError:
        return words


class JsonReader:
    r"""Reads objects in an object or array, or one a line; what they hold are fields, in lists each element is a value.

    What an object within holds is a field `outer/inner`, and which of a list of objects holds it is kept. Where an object is broken, reading goes on at the next line that begins as its own did.

    >>> [record] = JsonReader(id="item").read('{"/m/1": {"item": "Q1", "label": "universe"}}')
    >>> record.id, record.fields["label"]
    ('Q1', [Value(text='universe', start=34, end=42, language='')])
    """

    def __init__(self, id: str = "", language: str = "", records: str = "") -> None:
        """:param id: the member that names the record; the name of the object itself where there is none, of a line its number
        :param language: the language of all values
        :param records: the member that holds the records, such as `response/docs`; the whole of the file where it is empty
        """
        if not all(isinstance(one, str) for one in (id, language, records)) or (language and not LANGUAGE.fullmatch(language)):
            raise ValueError("`id` is a text, `records` too, and `language` a tag such as en")
        self._id, self._language, self._within = id, language, [name for name in records.split("/") if name]

    decode = staticmethod(decode)

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield a record for each object or list, and where the text stops being JSON."""
        start = _after(text, int(text.startswith("\ufeff")))
        if text[start : start + 1] not in ("{", "["):
            yield Malformed(start, start + 1, "The file is no JSON object or array.", "Take the file as it was published.")
        elif self._within:
            yield from self._elements_within(text, start)
        elif _LINES.match(text, start):
            for number, line in enumerate(_LINE.finditer(text, start), 1):
                yield from self._line(text, number, line.start(), line.end())
        else:
            yield from self._elements(text, start)

    def _line(self, text: str, number: int, start: int, end: int) -> Iterator[Record | Malformed]:
        """Yield the record of a line."""
        try:
            line = text[start:end]
            value, _, stop = value_at(line, 0)
            if _after(line, stop) < len(line) or not isinstance(value, dict | list):
                raise NotJson(stop, "the line is not one object")
            yield self._record(str(number), text, start, start + stop)
        except NotJson as error:
            yield Malformed(start, end, f"The line is no JSON: {error}.", "Take the file as it was published.")

    def _elements_within(self, text: str, start: int) -> Iterator[Record | Malformed]:
        """Yield the records of the member that holds them, or that there is none."""
        at = start
        try:
            for wanted in self._within:
                at = next((place for name, place in members(text, at) if name == wanted), -1) if text[at] == "{" else -1
                if at < 0 or text[at] not in "{[":
                    yield Malformed(start, start + 40, f"The file has no list `{'/'.join(self._within)}`, which would hold the records.", "Correct `records` in [reader].")
                    return
        except NotJson as error:
            yield Malformed(error.at, error.at + 40, f"The file is no JSON from here on: {error}.", "Take the file as it was published.")
        else:
            yield from self._elements(text, at)

    def _elements(self, text: str, start: int) -> Iterator[Record | Malformed]:
        """Yield the record of each element or member of the array or object that begins at a place, or of that object where it has an id itself."""
        place = _after(text, start + 1)
        indent = text[text.rfind("\n", start, place) + 1 : place] if "\n" in text[start:place] else ""
        following = re.compile(rf"\n{indent}(?=[{{\[])" if text[start] == "[" else rf'\n{indent}(?=")')
        loose = list[Malformed]()
        while place:
            at = place
            try:
                for name, at in members(text, start, place):
                    if name and name == self._id:
                        at, name = start, ""
                    value, _, place = value_at(text, at)
                    if isinstance(value, dict | list):
                        yield self._record(name, text, at, place)
                    else:
                        loose.append(Malformed(at, place, "It is no object, so it is no record.", "Leave it out, or make it an object."))
                    if at == start:
                        return
                yield from loose
                end = None if self._within else _END.match(text, place)
                if end and (behind := _after(text, end.end())) < len(text):
                    raise NotJson(behind, "something stands behind the end of it")
                return
            except NotJson as error:
                again = following.search(text, max(place, error.at - len(indent) - 1))
                if again and again.end() == at:
                    again = following.search(text, again.end())
                place = again.end() if again else 0
                onwards = "here to the next object" if again else "here on"
                yield Malformed(error.at, min(error.at + 40, len(text)), f"The file is no JSON from {onwards}: {error}.", "Take the file as it was published.")

    def _record(self, name: str, text: str, start: int, end: int) -> Record | Malformed:
        fields: dict[str, list[Value]] = {}
        within: dict[str, list[int]] = {}
        waiting = [("", start)]
        while waiting:
            field, at = waiting.pop()
            if text[at] in "{[":
                inside = [("/".join(filter(None, (field, key))), place) for key, place in members(text, at)]
                if text[at] == "[" and (objects := [place for _, place in inside if text[place] == "{"]):
                    within.setdefault(field, []).extend(objects)
                waiting += reversed(inside)
            elif not text.startswith("null", at):
                quoted, stop = text[at] == '"', value_at(text, at)[2]
                fields.setdefault(field or "value", []).append(Value(text[at + quoted : stop - quoted], at + quoted, stop - quoted, self._language))
        named = fields.get(self._id)
        if self._id and not named:
            return Malformed(start, end, f"The object has no `{self._id}`, which would name it.", "Add it, or leave the object out.")
        if named and len(named) > 1:
            return Malformed(start, end, f"`{self._id}` stands in it {len(named):,} times, so it is no one record.", f'Say in [reader] what holds the records: records = "{name or "…"}".')
        return Record(decode(named[0].text) if named else name, start, end, fields, {outer: sorted(starts) for outer, starts in within.items()})
