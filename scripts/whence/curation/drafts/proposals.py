"""What files of proposals hold, before anything is looked up: the words, where they are said to stand, and what is said of them."""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

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
