"""What a reader makes of a published file: records, the values of their fields, and where each stands."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple, Protocol

#: A language tag (BCP 47), as far as its form tells.
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


class Value(NamedTuple):
    """One value of a field.

    :ivar text: exactly the code points from `start` to `end` of the file's text, escapes and all, so that a part of it keeps its place
    :ivar language: the language tag of the value, or ""
    """

    text: str
    start: int
    end: int
    language: str = ""


@dataclass(slots=True)
class Record:
    """One record: a subject of Turtle, a line, a statement.

    :ivar id: what names it within the catalogue
    :ivar start: first code point of the record in the file's text; `end` is after the last
    :ivar fields: name of a field to its values in the order of the file
    :ivar within: field to where each begins of several objects that it holds, in the order of the file
    """

    id: str
    start: int
    end: int
    fields: dict[str, list[Value]]
    within: dict[str, list[int]] = field(default_factory=dict)

    def around(self, name: str, at: int) -> Record:
        """Return the record as a value of a field sees it: of objects in a list, the one alone in which it stands.

        :param at: where the value begins
        """
        inside = {f"{outer}/": starts for outer, starts in self.within.items() if name.startswith(f"{outer}/")}
        if not inside:
            return self
        fields = dict(self.fields)
        for outer, starts in inside.items():
            number = bisect(starts, at)
            first, last = starts[number - 1] if number else self.start, starts[number] if number < len(starts) else self.end
            for other in (other for other in fields if other.startswith(outer)):
                begin, end = (bisect_left(fields[other], place, key=attrgetter("start")) for place in (first, last))
                fields[other] = fields[other][begin:end]
        return replace(self, fields={other: values for other, values in fields.items() if values})


class Malformed(NamedTuple):
    """What is no record: where it stands, what is wrong, and how to mend it."""

    start: int
    end: int
    problem: str
    fix: str


class Reader(Protocol):
    """Reads one format."""

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield the records of a text in its order; what is broken is yielded too, and what follows it is read."""
        ...

    def decode(self, words: str) -> str:
        """Return what words of a value stand for: the escapes of the format undone."""
        ...
