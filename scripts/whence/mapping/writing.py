"""Lean Turtle of a pack: blocks in files of bounded size, written as they are made."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import BinaryIO

from whence.namespaces import PREFIXES

#: A file is closed once it has so many bytes.
_FILE_BYTES = 16_000_000
#: Runs of what neither a letter nor a digit is in the local name of Turtle's PNAME_LN.
_NO_LETTER = re.compile(r"(?:[^A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u3005-\u3007\u3031-\u3035\u3041-\ud7ff\uf900-\ufdcf\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U000effff]|[・゠])+")  # fmt: skip
#: What cannot stand in the last part of an IRI.
_NO_IRI = re.compile(r"""[\x00-\x20<>"{}|^`\\\[\]#]|%(?![0-9A-Fa-f]{2})""")


#: As the shapes count words (`ontology/shapes/attestations.ttl`, TwelveWords): a character of Chinese or Japanese is half a word, one of
#: Thai and the like a quarter; a run of other characters is a word unless it is nothing but marks.
_CHINESE = r"\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309D-\u309F\u30A1-\u30FA\u30FC-\u30FF\u3105-\u312F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA48F\uF900-\uFAFF\uFF66-\uFF9F\U00020000-\U0003FFFF"
_THAI = r"\u0E00-\u109F\u1780-\u17FF\u1950-\u1AAF\u1B00-\u1B7F\uA980-\uA9FF\uAA60-\uAADF"
_BETWEEN = r"\s\u00A0\u1680\u2000-\u200B\u2012-\u2015\u2026\u202F\u205F\u3000-\u3004\u3008-\u3020\u3030\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65"
_UNIT = re.compile(rf"([{_CHINESE}])|([{_THAI}])|[^{_BETWEEN}{_CHINESE}{_THAI}]+")
_MARKS = re.compile(r"[!-/:-@\[-`{-~\u00A1-\u00BF\u2010-\u205E]*")
_TWELVE = 48


def few_words(text: str) -> str:
    """Return a text of at most twelve words as it is, with single spaces, and the beginning of a longer one with a mark.

    >>> few_words("director"), few_words("one two three four five six seven eight nine ten eleven twelve thirteen")
    ('director', 'one two three four five six seven eight nine ten eleven twelve […]')
    """
    text, quarters, end = " ".join(text.split()), 0, 0
    for unit in _UNIT.finditer(text):
        quarters += 2 if unit[1] else 1 if unit[2] else 0 if _MARKS.fullmatch(unit[0]) else 4
        if quarters > _TWELVE:
            return f"{text[:end]} […]"
        end = unit.end()
    return text


def short_digest(text: str, digits: int) -> str:
    """Return the first hexadecimal digits of the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()[:digits]


def local_name(words: str) -> str:
    """Return words as the last part of an IRI: letters of every script stay; where more than spaces at the ends goes, a digest tells them apart.

    >>> local_name("南雅彦"), local_name("GAINAX"), local_name("スティーヴン・スピルバーグ")
    ('南雅彦', 'GAINAX', 'スティーヴン-スピルバーグ-f46178')
    """
    kept = _NO_LETTER.sub("-", words).strip("-")[:60]
    return kept if kept == words else f"{kept}-{short_digest(words, 6)}".lstrip("-")


def address(template: str, id: str) -> str:
    """Return a template with an id in it as an IRI: what no IRI has is written with a percent sign.

    >>> address("https://example.org/{id}", "A [1]"), address("https://example.org/{id}", "灯台%20#2")
    ('https://example.org/A%20%5B1%5D', 'https://example.org/灯台%20%232')
    """
    return template.replace("{id}", _NO_IRI.sub(lambda found: f"%{ord(found[0]):02X}", id))


def literal(text: str, language: str = "") -> str:
    """Return a literal of Turtle.

    >>> literal('say "A"', "en")
    '"say \\\\"A\\\\""@en'
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return f"{quoted}@{language}" if language else quoted


class Writer:
    """Writes the data files of a pack.

    :ivar triples: how many were written
    """

    def __init__(self, folder: str, prefixes: dict[str, str]) -> None:
        """:param prefixes: prefix to namespace, of the pack's own things"""
        self.triples = 0
        self._folder = folder
        self._own = prefixes
        self._streams: dict[str, BinaryIO] = {}
        self._sizes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        os.makedirs(folder, exist_ok=True)

    def block(self, file: str, subject: str, properties: Sequence[str], further: int = 0) -> None:
        """Write the triples of one subject.

        :param properties: lines such as `wh:work madb:C1`
        :param further: how many triples they are beyond one for each line
        """
        text = f"{subject}\n  " + " ;\n  ".join(properties) + " ;\n.\n\n"
        data = text.encode()
        if self._sizes.get(file, _FILE_BYTES) + len(data) > _FILE_BYTES:
            self._open(file)
        self._streams[file].write(data)
        self._sizes[file] += len(data)
        self.triples += len(properties) + further

    def _open(self, file: str) -> None:
        if file in self._streams:
            self._streams[file].close()
        number = self._numbers[file] = self._numbers.get(file, 0) + 1
        name = f"{file}.ttl" if number == 1 else f"{file}-{number}.ttl"
        stream = self._streams[file] = open(os.path.join(self._folder, name), "wb")  # noqa: SIM115  # closed by `close`
        used = {**{prefix: PREFIXES[prefix] for prefix in ("dcterms", "rdfs", "role", "skos", "unit", "wh")}, **self._own}
        head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(used.items())) + "\n"
        stream.write(head.encode())
        self._sizes[file] = len(head)

    def close(self) -> None:
        """Close all files."""
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()
