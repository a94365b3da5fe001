"""Slugs: the last part of an IRI, made from a name once and never changed.

One that a change gave and `whence undo` took back is given again to the same thing (same class and name, or same claim or
position), and to nothing else as long as the change is kept in `.whence/`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_LONGEST = 80
#: So much of a name is read, which is more than a slug keeps of one.
_READ = 1_000
#: Letters that are no letter with a mark.
_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "&": " and "})
#: Syllables of kana whose names in Unicode are not how they are written in Latin letters (Hepburn).
_HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}


def slug(name: str) -> str:
    """Return a name as lower-case words joined by hyphens, or an empty text where no letter of it can be written in Latin.

    Accents go, kana are written by their sound (Hepburn). How kanji are read in a name cannot be told from them, so of a
    name with kanji only the words in Latin letters are kept; without such the caller counts.

    >>> slug("Shin’ichirō Ōtsuka"), slug("AT&T: The 2nd"), slug("ガンダム"), slug("きゃりーぱみゅぱみゅ"), slug("赤い鷺 Heron"), slug("宮崎 駿")
    ('shinichiro-otsuka', 'at-and-t-the-2nd', 'gandamu', 'kyariipamyupamyu', 'heron', '')
    """
    name = name[:_READ]
    if re.search(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", name):
        latin: list[str] = re.findall(r"[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f]*", unicodedata.normalize("NFKC", name))
        return slug(" ".join(latin)) if latin else ""
    text = unicodedata.normalize("NFKD", _kana(unicodedata.normalize("NFKC", name)).casefold().translate(_LATIN))
    text = re.sub(r"['’]", "", "".join(char for char in text if not unicodedata.combining(char)))
    words = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(words) <= _LONGEST:
        return words
    return words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]


def unique(wanted: str, is_taken: Callable[[str], bool], number: int = 1) -> str:
    """Return a slug, with the first number that makes it one that is not taken.

    :param number: 1 where the slug may stand without one, and 2 follows; 0 where it may not, and 1 follows
    """
    found = wanted
    while number == 0 or is_taken(found):
        number += 1
        found = f"{wanted}-{number}"
    return found


def _kana(text: str) -> str:
    """Return a text with its kana in Latin letters, by the names that Unicode gives them."""
    written, doubled = "", False
    for char in text:
        name = unicodedata.name(char, "")
        if char == "ー" and written[-1:] in "aiueo":
            written += written[-1:]
            continue
        match = re.fullmatch(r"(?:HIRAGANA|KATAKANA) LETTER (SMALL )?([A-Z]+)", name)
        if match is None:
            written, doubled = written + char, False
            continue
        small, sound = match[1], match[2].lower()
        if small and sound == "tu":
            doubled = True
            continue
        if small and sound[0] == "y" and written[-1:] == "i":
            written = written[:-1] + (sound[1:] if written[:-1].endswith(("sh", "ch", "j")) else sound)
            continue
        if small and len(sound) == 1 and written[-1:] in "aiueo":
            written = written[:-1] + sound
            continue
        sound = _HEPBURN.get(sound, sound)
        written, doubled = written + (sound[0] if doubled else "") + sound, False
    return written
