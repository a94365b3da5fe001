"""The patterns of a mapping: regular expressions of somebody else, which may not search for ever."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import regex

from whence.errors import InputError

#: A pattern may look so long at one value; a sound one takes microseconds.
_SECONDS = 5.0


class Pattern:
    """A regular expression that gives up: the library `regex` reads what `re` reads and takes a limit of time.

    :ivar pattern: as it is written
    """

    def __init__(self, written: str, name: str = "pattern", wrong: Callable[[str, str], InputError] = lambda problem, fix: InputError(problem, fix=fix)) -> None:
        """
        :param name: of the key it is written for
        :param wrong: makes the error about the place where it is written from a problem and how to mend it
        :raises InputError: it cannot be read
        """
        self.pattern = written
        self._name, self._wrong = name, wrong
        try:
            self._compiled = regex.compile(written, regex.DOTALL)
        except (regex.error, RecursionError, OverflowError) as error:
            problem = f"The pattern of `{name}` cannot be read: {getattr(error, 'msg', '') or error}."
            raise wrong(problem, "Put a backslash before a bracket that stands for itself, and close all others.") from None

    @property
    def groups(self) -> frozenset[str]:
        """The names of its groups."""
        return frozenset(self._compiled.groupindex)

    def _bounded(self, work: Callable[..., Any], text: str) -> Any:
        try:
            return work(text, timeout=_SECONDS)
        except TimeoutError:
            problem = f"The pattern of `{self._name}` looks for more than {_SECONDS:.0f} seconds at {text[:40]!r}."
            raise self._wrong(problem, "Let no repeated part hold another repeated part, such as (a+)+.") from None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of a whole text, or None."""
        return self._bounded(self._compiled.fullmatch, text)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text, or None."""
        return self._bounded(self._compiled.search, text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text."""
        return iter(self._bounded(lambda text, timeout: list(self._compiled.finditer(text, timeout=timeout)), text))

    def split(self, text: str) -> list[str]:
        """Return the parts of a text between matches."""
        return self._bounded(self._compiled.split, text)

    def sub(self, replacement: str, text: str) -> str:
        """Return a text with something else in place of the matches."""
        return self._bounded(lambda text, timeout: self._compiled.sub(replacement, text, timeout=timeout), text)


#: What takes a value whole.
ANY = Pattern(r"(?P<value>.*)")
