"""Records of JSON (RFC 8259): each object within a top-level object or array, with the place of every value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from whence.mapping.records import LANGUAGE, Malformed, Record, Value

__all__ = ["JsonReader", "NotJson", "decode", "members", "value_at"]

_WHITE = re.compile(r"[ \t\n\r]*")
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
    start = _WHITE.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise NotJson(error.pos, error.msg[:1].lower() + error.msg[1:]) from None
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        raise NotJson(start, "it is nested too deep, or a number in it is too long") from None
    return value, start, end


def members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield each member of the object, or each element of the array, that begins at a place: its name, or "", and where its value begins.

    :raises NotJson: it does not go on as JSON does
    """
    closing = {"{": "}", "[": "]"}[text[at]]
    place = _after(text, at + 1)
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
    return _WHITE.match(text, at).end()  # type: ignore[union-attr]


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
    r"""Reads objects in an object or array; what they hold are fields, in lists each element is a value.

    >>> [record] = JsonReader(id="item").read('{"/m/1": {"item": "Q1", "label": "universe"}}')
    >>> record.id, record.fields["label"]
    ('Q1', [Value(text='universe', start=34, end=42, language='')])
    """

    def __init__(self, id: str = "", language: str = "") -> None:
        """:param id: the member that names the record; the name of the object itself where there is none
        :param language: the language of all values
        """
        if not isinstance(id, str) or not isinstance(language, str) or (language and not LANGUAGE.fullmatch(language)):
            raise ValueError("`id` is a text, and `language` a tag such as en")
        self._id, self._language = id, language

    decode = staticmethod(decode)

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield a record for each object or list, and where the text stops being JSON."""
        start = _WHITE.match(text, int(text.startswith("\ufeff"))).end()  # type: ignore[union-attr]
        if text[start : start + 1] not in ("{", "["):
            yield Malformed(start, start + 1, "The file is no JSON object or array.", "Take the file as it was published.")
            return
        try:
            for name, at in members(text, start):
                value, _, end = value_at(text, at)
                if isinstance(value, dict | list):
                    yield self._record(name, value, text, at, end)
        except NotJson as error:
            yield Malformed(error.at, min(error.at + 40, len(text)), f"The file is no JSON from here on: {error}.", "Take the file as it was published.")

    def _record(self, name: str, value: dict[str, Any] | list[Any], text: str, start: int, end: int) -> Record | Malformed:
        fields: dict[str, list[Value]] = {}
        for key, at in members(text, start):
            one, _, stop = value_at(text, at)
            places = [(at, stop)] if not isinstance(one, list) else [value_at(text, each)[1:] for _, each in members(text, at)]
            for first, last in places:
                if text[first] not in "{[" and text[first:last] != "null":
                    quoted = text[first] == '"'
                    found = Value(text[first + quoted : last - quoted], first + quoted, last - quoted, self._language)
                    fields.setdefault(key or "value", []).append(found)
        named = fields.get(self._id)
        if self._id and not named:
            return Malformed(start, end, f"The object has no `{self._id}`, which would name it.", "Add it, or leave the object out.")
        return Record(decode(named[0].text) if named else name, start, end, fields)
