"""A settings file in TOML, with errors that tell the line of what is wrong.

This module is on the path of every command, so it imports what it needs where it is needed.
"""

from __future__ import annotations

import os
import re

from whence.errors import InputError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any


class Toml:
    """The text of one file, and where what stands.

    :ivar shown: its name as a person in the working directory would type it
    """

    def __init__(self, file: str) -> None:
        """:raises InputError: it cannot be read, or is not UTF-8"""
        here = os.path.join(os.getcwd(), "") if os.path.isdir(os.curdir) else "\x00"
        self.shown = file.removeprefix(here)
        try:
            if not os.path.isfile(file):
                raise InputError("This is no file.", fix="Make it a file, or take it away.", file=self.shown)
            with open(file, "rb") as stream:
                raw = stream.read()
            self.text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except OSError as error:
            raise InputError(f"The file cannot be read: {error.strerror}.", fix="Make it readable.", file=self.shown) from None
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise InputError("The file is not UTF-8.", fix="Save it as UTF-8.", file=self.shown, line=line) from None

    def table(self) -> dict[str, Any]:
        """Return the keys and values.

        :raises InputError: it is no TOML
        """
        import tomllib

        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            told, _, at = str(error).partition(" (at ")
            spot = [int(number) for number in re.findall(r"\d+", at)] or [self.text.count("\n") + 1, 1]
            fix = 'Write a line such as title = "Animation from Kyoto", the value in quotation marks.'
            raise InputError(f"This is no TOML: {told[:1].lower()}{told[1:]}.", fix=fix, file=self.shown, line=spot[0], column=spot[-1]) from None

    def wrong(self, problem: str, fix: str, key: str, within: str = "", start: int = 0) -> InputError:
        """Return the error about a key, at its line, or at that of a text within its value.

        :param start: from where in the text on the key stands
        """
        found = re.compile(rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{re.escape(key)}[\"']?(?:[ \t]*[=.\]]|$)", re.MULTILINE).search(self.text, start)
        start = found.start() if found else start
        inside = self.text.find(f'"{within}"', start) if within else -1
        line = self.text.count("\n", 0, max(start, inside)) + 1
        return InputError(problem, fix=fix, file=self.shown, line=line)
