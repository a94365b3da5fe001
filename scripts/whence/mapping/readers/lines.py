"""Records of lines: CSV, TSV, and any text with a delimiter, each value at its place (RFC 4180 for quotation marks)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from whence.mapping.records import Malformed, Record, Value
from whence.report.words import count


class LinesReader:
    r"""Reads lines of values between separators.

    A value in quotation marks may hold separators, line breaks, and quotation marks written twice. Values after the named columns
    are pairs of a name and a value where `pairs` is given, such as qualifiers of a statement.

    >>> reader = LinesReader(columns=["subject", "property", "value"], pairs="qualifier:")
    >>> [record] = reader.read("Q1,P57,Q2,P453,Q3\n")
    >>> record.id, [(name, value.text, value.start) for name, values in record.fields.items() for value in values]
    ('1', [('subject', 'Q1', 0), ('property', 'P57', 3), ('value', 'Q2', 7), ('qualifier:P453', 'Q3', 15)])
    """

    def __init__(self, separator: str = ",", columns: list[str] | None = None, pairs: str = "", id: str = "", quotes: bool = True) -> None:
        """:param columns: the names of the columns; None where the first line has them
        :param pairs: what stands before the name of a field made of a pair; "" for no pairs
        :param id: the column that names the record; its number where there is none
        :param quotes: whether quotation marks around a value are no part of it
        """
        if not isinstance(separator, str) or not separator or not isinstance(pairs, str) or not isinstance(id, str):
            raise ValueError("`separator`, `pairs` and `id` are texts, and `separator` is not empty")
        if columns is not None and not (isinstance(columns, list) and all(isinstance(one, str) for one in columns)):
            raise ValueError("`columns` is a list of names")
        if columns is not None and id and id not in columns:
            raise ValueError(f"`id` names no column: {id}")
        self._columns, self._pairs, self._id, self._quotes = columns, pairs, id, quotes
        mark = re.escape(separator)
        quoted = r'"((?:[^"]++|"")*+)"|(?!")' if quotes else "(?!)()|"
        self._value = re.compile(rf"(?:{quoted}((?:(?!{mark})[^\r\n])*+))({mark}|\r\n|\n|\r|\Z)")

    def decode(self, words: str) -> str:
        """Return the words with doubled quotation marks undone."""
        return words.replace('""', '"') if self._quotes else words

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield a record for each line that is not empty, and what is no line of values with its place."""
        columns, position, number = self._columns, int(text.startswith("\ufeff")), 0
        while position < len(text):
            start = position
            values, position, bad = self._line(text, start)
            if bad is not None:
                yield bad
            elif values and (len(values) > 1 or values[0].text):
                if columns is None:
                    columns = [self.decode(value.text).strip() for value in values]
                    if self._id and self._id not in columns:
                        told = f"Its first line has no column `{self._id}`, which would name the records, but {', '.join(columns)}."
                        yield Malformed(start, values[-1].end, told, "Correct `id` or `separator` in [reader].")
                        return
                    continue
                number += 1
                yield self._record(columns, values, number, start, position, text)

    def _line(self, text: str, position: int) -> tuple[list[Value], int, Malformed | None]:
        """Return the values of a line, where the next begins, and what is wrong with it."""
        values: list[Value] = []
        while True:
            match = self._value.match(text, position)
            if match is None:
                end = re.compile(r"\r\n|\n|\r|\Z").search(text, position)
                assert end is not None  # every text ends
                return [], max(end.end(), position + 1), Malformed(position, end.start(), "A quotation mark is not closed before the separator.", 'Double marks inside a value: `""`.')
            group = 1 if match[1] is not None else 2
            values.append(Value(match[group], match.start(group), match.end(group)))
            position = match.end()
            if match[3] in ("\r\n", "\n", "\r", ""):
                return values, position, None

    def _record(self, columns: list[str], values: list[Value], number: int, start: int, end: int, text: str) -> Record | Malformed:
        stop = end - (text[start:end].endswith("\n") + text[start:end].endswith("\r\n") or text[start:end].endswith("\r"))
        rest = values[len(columns) :]
        if len(values) < len(columns) or (rest and not self._pairs):
            return Malformed(start, stop, f"The line has {count(len(values), 'value')}, not {len(columns)}.", "Put a value that holds the separator in quotation marks.")
        if len(rest) % 2:
            return Malformed(start, stop, "The last name of a pair has no value.", "Add the value, or remove the name.")
        fields: dict[str, list[Value]] = {}
        for name, value in zip(columns, values, strict=False):
            if value.text:
                fields.setdefault(name, []).append(value)
        for key, value in zip(rest[::2], rest[1::2], strict=True):
            fields.setdefault(self._pairs + key.text, []).append(value)
        named = fields.get(self._id)
        if self._id and not named:
            return Malformed(start, stop, f"The line has no `{self._id}`, which would name it.", "Add it, or leave the line out.")
        return Record(self.decode(named[0].text) if named else str(number), start, stop, fields)
