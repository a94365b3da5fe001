"""Checkable evidence: the digests of documents and passages against the texts, and words to cite.

Positions are Unicode code points of a file's text decoded as UTF-8 with no newline translation, end
exclusive; digests are SHA-256 of UTF-8 bytes, written `sha256:` and 64 hexadecimal digits.
"""

from __future__ import annotations

from whence.evidence.checking import Checked, Outcome, Status, check, passage_iri
from whence.evidence.searching import Match, UnclearWords, cite, find
from whence.evidence.texts import Text, Texts, UnknownDocument, digest, key_of

__all__ = [
    "Checked", "Match", "Outcome", "Status", "Text", "Texts", "UnclearWords", "UnknownDocument", "check", "cite", "digest", "find", "key_of", "passage_iri",
]
