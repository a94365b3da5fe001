"""Finds words in a text and writes the line that cites them."""

from __future__ import annotations

import os
import re
import unicodedata

from whence.errors import UsageError
from whence.evidence.texts import Text, Texts, digest

__all__ = ["Match", "UnclearWords", "cite", "find"]

_CONTEXT = 30
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


class Match:
    """One place where the words stand.

    :ivar document: the part of the document's IRI after `document-`, such as 002
    :ivar start: first code point
    :ivar end: after the last code point
    :ivar words: as printed
    :ivar context: the words with a little of what stands around them, on one line
    """

    __slots__ = ("context", "document", "end", "start", "words")

    def __init__(self, document: str, text: str, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.words = text[start:end]
        before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
        self.context = re.sub(r"\s+", " ", f"…{before}[{self.words}]{after}…")

    def __repr__(self) -> str:
        return f"Match({self.document}, {self.start}, {self.end})"

    def turtle(self) -> str:
        """Return the line that says where the words stand, to be pasted into the attestation or question."""
        return (
            f"  wh:document id:document-{self.document} ; wh:start {self.start} ; wh:end {self.end} ; "
            f'wh:passageDigest "{digest(self.words)}" ;\n'
        )


class UnclearWords(UsageError):
    """The words stand nowhere in the text, or in several places.

    :ivar matches: the places, or the nearest one, or none
    """

    def __init__(self, problem: str, matches: list[Match], fix: str) -> None:
        super().__init__(problem, fix=fix)
        self.matches = matches


def cite(document: str, words: str, texts: str | os.PathLike[str] | Texts, *, occurrence: int | None = None) -> str:
    """Return the Turtle that says where these words stand.

    :param document: `002`, `document-002`, `id:document-002`, its IRI, or the file name
    :param words: as printed; white space may differ
    :param texts: the directory that holds the source texts
    :param occurrence: which of several places to cite, from 1
    :raises UnclearWords: the words stand nowhere or in several places; says where, or what differs
    :raises UsageError: there is no such document
    :raises InputError: the directory cannot be read
    """
    matches = find(document, words, texts)
    if occurrence is not None:
        if not 1 <= occurrence <= len(matches):
            places = "one place" if len(matches) == 1 else f"{len(matches)} places"
            raise UsageError(f"The words stand in {places}, so there is no number {occurrence}.", fix="Count from 1.")
        return matches[occurrence - 1].turtle()
    if len(matches) > 1:
        listed = "; ".join(f"{number}: {match.start}-{match.end} {match.context}" for number, match in enumerate(matches, start=1))
        raise UnclearWords(
            f"The words stand in {len(matches)} places ({listed}).", matches, "Add words before or after them, or say which one with --occurrence."
        )
    return matches[0].turtle()


def find(document: str, words: str, texts: str | os.PathLike[str] | Texts) -> list[Match]:
    """Return every place where the words stand, in text order; at least one.

    :raises UnclearWords: they stand nowhere; tells which characters differ in the nearest place
    """
    directory = texts if isinstance(texts, Texts) else Texts(texts)
    key, text = _text_of(document, directory)
    parts = words.split()
    if not parts:
        raise UsageError("There are no words to cite.", fix="Give the words as the text prints them.")
    found = list(re.finditer(r"\s+".join(map(re.escape, parts)), text.text or ""))
    if not found:
        raise _nearest(key, text.text or "", " ".join(parts))
    return [Match(key, text.text or "", match.start(), match.end()) for match in found]


def _text_of(document: str, texts: Texts) -> tuple[str, Text]:
    """The document's key and text; file names start with the key and an underscore, or are the key."""
    match = _DOCUMENT.fullmatch(document.strip())
    key = match["key"] if match else ""
    for name in texts.names:
        own = name.partition("_")[0] if "_" in name else os.path.splitext(name)[0]
        if key and key in (own, name, os.path.splitext(name)[0]):
            if texts[name].text is None:
                raise UsageError(texts[name].problem, fix="Save it as UTF-8.", file=name)
            return own, texts[name]
    known = ", ".join(texts.names[:8]) + (" and others" if len(texts.names) > 8 else "")
    raise UsageError(
        f"No text of {document} is among the files of the directory {texts.directory!r}.",
        fix=f"It holds {known or 'none'}. Point --texts at the directory that holds the source texts.",
    )


def _nearest(key: str, text: str, words: str) -> UnclearWords:
    from difflib import SequenceMatcher

    plain, offsets = _plain(text)
    wanted, _ = _plain(words)
    at = plain.find(wanted)
    if at >= 0:
        match = Match(key, text, offsets[at], offsets[at + len(wanted) - 1] + 1)
        differences = _differences(words, match.words)
        problem = f"The text prints these words at {match.start}-{match.end} with other characters: {differences}."
        return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")
    run = SequenceMatcher(None, plain, wanted, autojunk=False).find_longest_match()
    if run.size < max(4, len(wanted) // 3):
        return UnclearWords(f"The text of document {key} does not have these words.", [], "Copy them from the text.")
    first = max(0, run.a - run.b)
    last = min(len(plain), first + len(wanted)) - 1
    match = Match(key, text, *_whole_words(text, offsets[first], offsets[last] + 1))
    problem = f"The text of document {key} does not have these words; the nearest stand at {match.start}-{match.end}."
    return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened so that it cuts no word."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case with plain quotes, dashes and spaces, and the offset each character came from."""
    out: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        alike = _ALIKE.get(char)
        if alike is None:
            alike = " " if char.isspace() else unicodedata.normalize("NFKC", char).casefold()
        if alike == " " and (not out or out[-1] == " "):
            continue
        for one in alike:
            out.append(one)
            offsets.append(offset)
    return "".join(out), offsets


def _differences(given: str, printed: str) -> str:
    """Which characters differ, each said once, in text order."""
    from difflib import SequenceMatcher

    printed = re.sub(r"\s+", " ", printed)
    said: list[str] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, given, printed, autojunk=False).get_opcodes():
        if kind != "equal":
            sentence = f"{_named(printed[b1:b2])} where you wrote {_named(given[a1:a2])}"
            if sentence not in said:
                said.append(sentence)
    return ", ".join(said[:5])


def _named(chars: str) -> str:
    if not chars:
        return "nothing"
    return " ".join(f"{char} (U+{ord(char):04X})" if not char.isalnum() else char for char in chars[:12])
