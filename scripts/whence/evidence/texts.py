"""The texts of the documents as they stand in a directory, and words found in them to cite."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

from whence.errors import InputError, UsageError

_CONTEXT = 30
#: So many characters of words that a text does not have are compared with it.
_COMPARED = 400
#: What people type for what is printed; each side becomes the right one before near misses are sought.
_ALIKE = {
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
}
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

    :ivar name: its file name
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
        try:
            with open(os.path.join(self.directory, name), "rb") as file:
                raw = file.read()
        except FileNotFoundError:
            return Text(name, None, None, f"The text {name} is not in {self.directory}.", "Put it there under this name.", True)
        except OSError as error:
            return Text(name, None, None, f"The text {name} cannot be read: {error.strerror}.", "Make it readable.")
        try:
            return Text(name, raw, raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            return Text(name, raw, None, f"The text {name} is not UTF-8: byte {error.start} cannot be decoded.", "Save it as UTF-8.")


class Match:
    """One place where the words stand.

    :ivar document: the part of the document's IRI after `document-`, such as 002
    :ivar start: first code point; `end` is after the last
    :ivar context: the words, as printed, with a little of what stands around them, on one line
    """

    def __init__(self, document: str, text: str, start: int, end: int) -> None:
        self.document, self.start, self.end, self.words = document, start, end, text[start:end]
        before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
        self.context = re.sub(r"\s+", " ", f"…{before}[{self.words}]{after}…")

    def turtle(self) -> str:
        """Return the line that says where the words stand, to be pasted into the attestation or question."""
        place = f"wh:document id:document-{self.document} ; wh:start {self.start} ; wh:end {self.end}"
        return f'  {place} ; wh:passageDigest "{digest(self.words)}" ;\n'


class UnclearWords(UsageError):
    """The words stand nowhere in the text, or in several places.

    :ivar matches: the places, or the nearest one, or none
    """

    def __init__(self, problem: str, matches: list[Match], fix: str) -> None:
        super().__init__(problem, fix=fix)
        self.matches = matches


class UnknownDocument(UsageError):
    """No text of a folder belongs to a document."""


def cite(document: str, words: str, texts: str | os.PathLike[str] | Texts, *, occurrence: int | None = None) -> str:
    """Return the Turtle that says where these words stand.

    :param document: `002`, `document-002`, `id:document-002`, its IRI, or the file name
    :param words: as printed; white space may differ
    :param texts: the directory that holds the source texts
    :param occurrence: which of several places to cite, from 1
    :raises UnclearWords: the words stand nowhere or in several places; says where, or what differs
    :raises UnknownDocument: no text is that document's
    :raises InputError: the directory cannot be read
    """
    matches = find(document, words, texts)
    if occurrence is not None and not 1 <= occurrence <= len(matches):
        places = "one place" if len(matches) == 1 else f"{len(matches)} places"
        raise UsageError(f"The words stand in {places}, so there is no number {occurrence}.", fix="Count from 1.")
    if occurrence is None and len(matches) > 1:
        listed = "; ".join(f"{number}: {match.start}-{match.end} {match.context}" for number, match in enumerate(matches, start=1))
        fix = "Add words before or after them, or say which one with --occurrence."
        raise UnclearWords(f"The words stand in {len(matches)} places ({listed}).", matches, fix)
    return matches[(occurrence or 1) - 1].turtle()


def find(document: str, words: str, texts: str | os.PathLike[str] | Texts) -> list[Match]:
    """Return every place where the words stand, in text order; at least one.

    :raises UnclearWords: they stand nowhere; tells which characters differ in the nearest place
    """
    key, text = _text_of(document, texts if isinstance(texts, Texts) else Texts(texts))
    return places(text, words, f"document {key}", key)


def places(text: str, words: str, name: str, key: str = "") -> list[Match]:
    """Return every place where the words stand in a text, in its order; at least one.

    :param name: what errors call the text
    :raises UnclearWords: they stand nowhere; tells which characters differ in the nearest place
    :raises UsageError: there are no words
    """
    if not words.split():
        raise UsageError("There are no words to cite.", fix="Give the words as the text prints them.")
    found = [Match(key, text, *match.span()) for match in re.finditer(pattern_of(words), text)]
    if not found:
        raise _nearest(key, name, text, " ".join(words.split()))
    return found


def pattern_of(words: str) -> str:
    """Return a regular expression for words as a text prints them: with other white space, or divided at the ends of lines.

    >>> bool(re.search(pattern_of("Iwasaki wrote it"), "as Iwa-\\nsaki\\nwrote it"))
    True
    """
    return r"\s+".join(r"(?:[-\xad]\n)?".join(map(re.escape, word)).replace(r"\-", r"\-\n?") for word in words.split())


def key_of(name: str) -> str:
    """Return what a document is called by for short: what its file name has before the first underscore, or before its ending.

    >>> key_of("002_interview.txt"), key_of("essay.txt")
    ('002', 'essay')
    """
    return name.partition("_")[0] if "_" in name else os.path.splitext(name)[0]


def _text_of(document: str, texts: Texts) -> tuple[str, str]:
    """The document's key and text; file names start with the key and an underscore, or are the key."""
    match = _DOCUMENT.fullmatch(document.strip())
    key = match["key"] if match else ""
    for name in texts.names:
        own = key_of(name)
        if key and key in (own, name, os.path.splitext(name)[0]):
            text = texts[name].text
            if text is None:
                raise UsageError(texts[name].problem, fix="Save it as UTF-8.", file=name)
            return own, text
    known = ", ".join(texts.names[:8]) + (" and others" if len(texts.names) > 8 else "")
    fix = f"It holds {known or 'none'}. Point --texts at the directory that holds the source texts."
    raise UnknownDocument(f"No text of {document} is among the files of the directory {texts.directory!r}.", fix=fix)


def _nearest(key: str, name: str, text: str, words: str) -> UnclearWords:
    plain, offsets = _plain(text)
    wanted, _ = _plain(words)
    at = plain.find(wanted)
    if at >= 0:
        match = Match(key, text, offsets[at], offsets[at + len(wanted) - 1] + 1)
        differences = _differences(words, match.words)
        problem = f"The text prints these words at {match.start}-{match.end} with other characters: {differences}."
        return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")
    compared = wanted[:_COMPARED]
    run = SequenceMatcher(None, plain, compared, autojunk=False).find_longest_match()
    if run.size < max(4, len(compared) // 3):
        return UnclearWords(f"The text of {name} does not have these words.", [], "Copy them from the text.")
    first = max(0, run.a - run.b)
    last = min(len(plain), first + len(wanted)) - 1
    match = Match(key, text, *_whole_words(text, offsets[first], offsets[last] + 1))
    problem = f"The text of {name} does not have these words; the nearest stand at {match.start}-{match.end}."
    return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened so that it cuts no word."""
    cut = [word.span() for word in re.finditer(r"[^\W_]+", text) if word.start() < end and start < word.end()]
    return min([start, *(first for first, _ in cut)]), max([end, *(last for _, last in cut)])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case with plain quotes, dashes and spaces, and the offset each character came from."""
    out: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        alike = _ALIKE.get(char, " " if char.isspace() else unicodedata.normalize("NFKD", char).casefold())
        if alike != " " or (out and out[-1] != " "):
            out += alike
            offsets += [offset] * len(alike)
    return "".join(out), offsets


def _differences(given: str, printed: str) -> str:
    """Which characters differ, each said once, in text order."""
    given, printed = given[:_COMPARED], re.sub(r"\s+", " ", printed)[:_COMPARED]
    said: list[str] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, given, printed, autojunk=False).get_opcodes():
        if kind != "equal" and max(a2, b2) < _COMPARED:
            said.append(f"{_named(printed[b1:b2])} where you wrote {_named(given[a1:a2])}")
    return ", ".join(list(dict.fromkeys(said))[:5])


def _named(chars: str) -> str:
    return " ".join(char if char.isalnum() else f"{char} (U+{ord(char):04X})" for char in chars[:12]) or "nothing"
