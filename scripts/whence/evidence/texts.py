"""The texts of the documents, as they stand in a directory."""

from __future__ import annotations

import os
from dataclasses import dataclass

from whence.errors import InputError

__all__ = ["Text", "Texts", "digest"]


def digest(content: str | bytes) -> str:
    """Return the digest of a text (of its UTF-8 bytes) or of bytes.

    >>> digest("Rouge")[:18]
    'sha256:31c2afaf8ba'
    """
    from hashlib import sha256

    return "sha256:" + sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@dataclass(frozen=True, slots=True)
class Text:
    """One file of the directory.

    :ivar name: its file name
    :ivar raw: its bytes, or None when it could not be read
    :ivar text: its text with no newline translation, or None when there is none or it is not UTF-8
    :ivar problem: why there is no text: one sentence, or ""
    :ivar fix: how to mend that: one sentence, or ""
    """

    name: str
    raw: bytes | None
    text: str | None
    problem: str = ""
    fix: str = ""


class Texts:
    """A directory of texts, each read once.

    :ivar directory: as the user named it
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        """:raises InputError: there is no such directory, or it cannot be read"""
        self.directory = os.fspath(directory)
        self._read: dict[str, Text] = {}
        try:
            self.names = sorted(name for name in os.listdir(self.directory) if os.path.isfile(os.path.join(self.directory, name)))
        except OSError as error:
            raise InputError(
                f"The directory of texts cannot be read: {error.strerror}.",
                fix="Point --texts at the directory that holds the source texts.",
                file=self.directory,
            ) from None

    def __getitem__(self, name: str) -> Text:
        """Return the text of a file name; never raises, a file that cannot be read has its problem said."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _load(self, name: str) -> Text:
        if not name or os.path.basename(name) != name or name in (".", ".."):
            return Text(name, None, None, f'The file name "{name}" is not a plain name.', "Write the name alone, without a folder.")
        try:
            with open(os.path.join(self.directory, name), "rb") as file:
                raw = file.read()
        except FileNotFoundError:
            return Text(name, None, None, f"The text {name} is not in {self.directory}.", "Put it there under this name.")
        except OSError as error:
            return Text(name, None, None, f"The text {name} cannot be read: {error.strerror}.", "Make it readable.")
        try:
            return Text(name, raw, raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            return Text(name, raw, None, f"The text {name} is not UTF-8: byte {error.start} cannot be decoded.", "Save it as UTF-8.")
