"""The texts of the documents as they stand in a directory, and their digests."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256

from whence.errors import InputError, UsageError
from whence.rdf.reading import read_bytes

_DOCUMENT = re.compile(r"(?:<?https://w3id\.org/whence/id/|id:)?(?:document-)?(?P<key>[^<>]+?)>?")


def digest(content: str | bytes) -> str:
    """Return the digest of a text (of its UTF-8 bytes) or of bytes.

    >>> digest("Rouge")[:18]
    'sha256:31c2afaf8ba'
    """
    return "sha256:" + sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@dataclass(frozen=True, slots=True)
class Text:
    """One file of the directory.

    :ivar raw: its bytes, or None when it could not be read
    :ivar text: its text with no newline translation, or None when there is none or it is not UTF-8
    :ivar problem: why there is no text, and `fix` how to mend that: one sentence each, or ""
    :ivar missing: whether there is no such file
    """

    name: str
    raw: bytes | None
    text: str | None
    problem: str = ""
    fix: str = ""
    missing: bool = False


class Texts:
    """A directory of texts, each read once."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        """:raises InputError: there is no such directory, or it cannot be read"""
        self.directory = os.fspath(directory)
        self._read: dict[str, Text] = {}
        try:
            self.names = sorted(name for name in os.listdir(self.directory) if os.path.isfile(os.path.join(self.directory, name)))
        except OSError as error:
            fix = "Point --texts at the directory that holds the source texts."
            raise InputError(f"The directory of texts cannot be read: {error.strerror}.", fix=fix, file=self.directory) from None

    def __getitem__(self, name: str) -> Text:
        """Return the text of a file name; never raises, a file that cannot be read has its problem said."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def holding(self, stated: str, name: str = "") -> str | None:
        """Return the text whose bytes have this digest, under whatever name it is kept, or None.

        :param name: the file name to look at first
        """
        for held in (name, *(one for one in self.names if one != name)):
            text = self[held]
            if text.raw is not None and text.text is not None and digest(text.raw) == stated:
                return text.text
        return None

    def _load(self, name: str) -> Text:
        if not name or os.path.basename(name) != name or name in (".", ".."):
            return Text(name, None, None, f'The file name "{name}" is not a plain name.', "Write the name alone, without a folder.")
        path = os.path.join(self.directory, name)
        if not os.path.lexists(path):
            return Text(name, None, None, f"The text {name} is not in {self.directory}.", "Put it there under this name.", True)
        try:
            raw = read_bytes(path)
        except InputError as error:
            return Text(name, None, None, f"The text {name} cannot be read. {error.problem}", error.fix or "Make it readable.")
        try:
            return Text(name, raw, raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            return Text(name, raw, None, f"The text {name} is not UTF-8: byte {error.start} cannot be decoded.", "Save it as UTF-8.")


class UnknownDocument(UsageError):
    """No text of a folder belongs to a document."""


def key_of(name: str) -> str:
    """Return what a document is called by for short: what its file name has before the first underscore, or before its ending.

    >>> key_of("002_interview.txt"), key_of("essay.txt")
    ('002', 'essay')
    """
    return name.partition("_")[0] if "_" in name else os.path.splitext(name)[0]


def text_of(document: str, texts: Texts) -> tuple[str, str]:
    """Return a document's key and text; file names start with the key and an underscore, or are the key.

    :raises UnknownDocument: no text is that document's
    :raises UsageError: it cannot be read, or is not UTF-8
    """
    match = _DOCUMENT.fullmatch(document.strip())
    key = match["key"] if match else ""
    for name in texts.names:
        own = key_of(name)
        if key and key in (own, name, os.path.splitext(name)[0]):
            text = texts[name].text
            if text is None:
                raise UsageError(texts[name].problem, fix=texts[name].fix, file=name)
            return own, text
    known = ", ".join(texts.names[:8]) + (" and others" if len(texts.names) > 8 else "")
    fix = f"It holds {known or 'none'}. Point --texts at the directory that holds the source texts."
    raise UnknownDocument(f"No text of {document} is among the files of the directory {texts.directory!r}.", fix=fix)
