"""Where words stand in a text, as a text prints them, and the line that cites them."""

from __future__ import annotations

import os
import re
import unicodedata
from array import array
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile

from whence.errors import UsageError
from whence.evidence.texts import Texts, digest, text_of

_CONTEXT = 30
#: So many characters of words that a text does not have are compared with it.
_COMPARED = 400
#: Characters of the runs by which words are found in a text.
_RUN = 4
#: A run that stands more often tells nothing about where words that the text does not have come nearest.
_OFTEN = 100
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
#: What may stand in words that a text divides, or be left out of them.
_DIVIDING = re.compile(r"[\s\xad-]")
_WORD = re.compile(r"[^\W_]")


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


def cite(document: str, words: str, texts: str | os.PathLike[str] | Texts, *, occurrence: int | None = None) -> str:
    """Return the Turtle that says where these words stand.

    :param document: `002`, `document-002`, `id:document-002`, its IRI, or the file name
    :param words: as printed; white space may differ
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
    key, text = text_of(document, texts if isinstance(texts, Texts) else Texts(texts))
    return places(text, words, f"document {key}", key)


def places(text: str, words: str, name: str, key: str = "") -> list[Match]:
    """Return every place where the words stand in a text, in its order; at least one.

    :param name: what errors call the text
    :raises UnclearWords: they stand nowhere; tells which characters differ in the nearest place
    :raises UsageError: there are no words
    """
    if not words.split():
        raise UsageError("There are no words to cite.", fix="Give the words as the text prints them.")
    found: list[Match] = []
    for match in _printed(text, words):
        if not found or found[-1].end <= match.start():
            found.append(Match(key, text, *match.span()))
    if not found:
        raise _nearest(key, name, _index(text), " ".join(words.split()))
    return found


def _printed(text: str, words: str) -> Iterator[re.Match[str]]:
    """Yield where a text prints words, by where their characters stand in it without what divides them."""
    pattern, wanted = re.compile(pattern_of(words)), _DIVIDING.sub("", words)
    if not wanted:
        yield from pattern.finditer(text)
        return
    runs, offsets = _undivided(text)
    for at in runs.of(wanted):
        end = at + len(wanted)
        match = pattern.search(text, offsets[at - 1] + 1 if at else 0, offsets[end] if end < len(offsets) else len(text))
        if match:
            yield match


def pattern_of(words: str) -> str:
    """Return a regular expression for words as a text prints them: with other white space, or divided at the ends of lines.

    >>> bool(re.search(pattern_of("Iwasaki wrote it"), "as Iwa-\\nsaki\\nwrote it"))
    True
    """
    return r"\s+".join(r"(?:[-\xad]\n)?".join(map(re.escape, word)).replace(r"\-", r"\-\n?") for word in words.split())


def occurrences(text: str, words: str) -> list[int]:
    """Return every offset at which a text has words, character by character, in its order."""
    return _runs(text).of(words)


class _Runs:
    """Where each run of a few characters stands in a text: words are found in it in the time of their rarest run, however long it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at: dict[str, array[int]] = {}
        for at in range(len(text) - _RUN + 1):
            self._at.setdefault(text[at : at + _RUN], array("I")).append(at)

    def of(self, words: str) -> list[int]:
        """Return the offsets of words, overlapping ones too."""
        runs = [words[at : at + _RUN] for at in range(len(words) - _RUN + 1)]
        if not runs:
            return [match.start() for match in re.finditer(f"(?={re.escape(words)})", self.text)] if words else []
        rarest, at = min(((self._at.get(run, ()), at) for at, run in enumerate(runs)), key=lambda one: len(one[0]))
        return [place - at for place in rarest if place >= at and self.text.startswith(words, place - at)]

    def longest(self, words: str) -> tuple[int, int, int]:
        """Return the longest run of words in the text: where it begins there, where in the words, and its length."""
        best, seen = (0, 0, 0), dict[int, int]()
        for at in range(len(words) - _RUN + 1):
            places = self._at.get(words[at : at + _RUN], ())
            for place in places if len(places) <= _OFTEN else ():
                if seen.get(place - at, 0) <= at:
                    pairs = zip(words[at:], self.text[place : place + len(words) - at], strict=False)
                    size = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
                    seen[place - at] = at + size
                    best = max(best, (size, -place, -at))
        return -best[1], -best[2], best[0]


_runs = lru_cache(maxsize=2)(_Runs)


class _Index:
    """A text as near words are sought in it: plain, with where each character of that came from."""

    def __init__(self, text: str) -> None:
        self.text = text
        plain, self.offsets = _plain(text)
        self.runs = _Runs(plain)

    def places(self, words: str) -> list[tuple[int, int]]:
        """Return the spans that are the words but for white space, capitals, marks and dashes, in the order of the text."""
        wanted, _ = _plain(words)
        return [(self.offsets[at], self.offsets[at + len(wanted) - 1] + 1) for at in self.runs.of(wanted)]


_index = lru_cache(maxsize=2)(_Index)


@lru_cache(maxsize=2)
def _undivided(text: str) -> tuple[_Runs, list[int]]:
    """A text without what divides words in it, and where each character of that came from."""
    offsets = [at for at, char in enumerate(text) if not _DIVIDING.match(char)]
    return _Runs("".join(text[at] for at in offsets)), offsets


def _nearest(key: str, name: str, index: _Index, words: str) -> UnclearWords:
    text, alike = index.text, index.places(words)
    if alike:
        match = Match(key, text, *alike[0])
        differences = _differences(words, match.words)
        problem = f"The text prints these words at {match.start}-{match.end} with other characters: {differences}."
        return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")
    wanted, _ = _plain(words)
    place, at, size = index.runs.longest(wanted[:_COMPARED])
    if size < max(_RUN, min(len(wanted), _COMPARED) // 3):
        return UnclearWords(f"The text of {name} does not have these words.", [], "Copy them from the text.")
    first = max(0, place - at)
    last = min(len(index.offsets), first + len(wanted)) - 1
    match = Match(key, text, *_whole_words(text, index.offsets[first], index.offsets[last] + 1))
    problem = f"The text of {name} does not have these words; the nearest stand at {match.start}-{match.end}."
    return UnclearWords(problem, [match], f"Did you mean: {' '.join(match.words.split())}")


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened so that it cuts no word."""
    while 0 < start and _WORD.match(text, start - 1) and _WORD.match(text, start):
        start -= 1
    while end < len(text) and _WORD.match(text, end - 1) and _WORD.match(text, end):
        end += 1
    return start, end


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case with plain quotes, dashes and spaces, and the offset each character came from."""
    out: list[str] = []
    offsets: list[int] = []
    known = {char: _ALIKE.get(char, " " if char.isspace() else unicodedata.normalize("NFKD", char).casefold()) for char in set(text)}
    for offset, char in enumerate(text):
        alike = known[char]
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
