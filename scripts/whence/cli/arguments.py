"""argparse with errors in our words: one sentence, and what was probably meant."""

from __future__ import annotations

import argparse
import re

from whence.errors import UsageError
from whence.nearest import meant

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn

__all__ = ["Parser", "most_memory", "positive", "seconds", "size"]


class Parser(argparse.ArgumentParser):
    """A parser of one command, which raises `UsageError` instead of ending the process."""

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False, formatter_class=_Formatter)

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        choice = re.match(r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", message, re.DOTALL)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            word = unknown[1]
            problem = f"{self.prog} does not take {word}."
            fix = meant(word.partition("=")[0], options) or f"See {self.prog} --help."
            raise UsageError(problem, fix=fix)
        if choice:
            choices = re.findall(r"[\w.-]+", choice[3])
            hint = meant(choice[2], choices)
            fix = f"{hint + ' ' if hint else ''}Choose from {', '.join(choices)}."
            raise UsageError(f"{choice[1]} cannot be {choice[2]!r}.", fix=fix)
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", fix=f"See {self.prog} --help.")


class _Formatter(argparse.HelpFormatter):
    """A formatter with our words for the headings, and of fixed width: argparse would import a lot to ask the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "Usage: ")

    def start_section(self, heading: str | None) -> None:
        super().start_section({"positional arguments": "Arguments", "options": "Options"}.get(heading or "", heading))


def seconds(text: str) -> float:
    """Return a positive number of seconds; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def size(text: str) -> int:
    """Return a number of bytes written like 500M or 2G; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one

    >>> size("2G")
    2147483648
    """
    match = re.fullmatch(r"([0-9]+)([KMG])", text, re.IGNORECASE)
    if match is None or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500M or 2G")
    return int(match[1]) << {"K": 10, "M": 20, "G": 30}[match[2].upper()]


def most_memory() -> int:
    """Return three quarters of the memory this machine has, in bytes."""
    import os

    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4


def positive(text: str) -> int:
    """Return a positive whole number; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one
    """
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)
