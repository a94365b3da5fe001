"""The terminals of SPARQL 1.1 (section 19.8), enough to know what stands outside strings, IRIs and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

__all__ = ["Token", "tokens"]

# SPARQL 1.1 section 19.8; the first alternative that matches wins, so longer terminals stand first.
_TERMINALS = (
    ("space", r"[ \t\r\n]+"),
    ("comment", r"#[^\r\n]*"),
    # [139] IRIREF; what does not close on the way is the operator `<`
    ("iri", r"<[^<>\"{}|^`\\\x00-\x20]*>"),
    # [158], [159] long strings, [156], [157] short ones
    ("string", r'"""(?:[^"\\]|\\.|"(?!""))*"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*'''"
     + r'|"(?:[^"\\\r\n]|\\.)*"|' + r"'(?:[^'\\\r\n]|\\.)*'"),
    ("open-string", r"\"\"\"|'''|[\"'][^\r\n]*"),
    ("variable", r"[?$]\w+"),  # [143], [144]
    ("blank", r"_:[\w](?:[\w.\-·]*[\w\-·])?"),  # [142]
    # [140], [141] PNAME_NS and PNAME_LN with PLX escapes
    ("name", r"(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:"
     r"(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
     r"(?:(?:[\w:.\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
     r"(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]))?)?"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),  # [145]
    ("number", r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+"),  # [146] to [148]
    ("word", r"[^\W\d]\w*"),
    ("mark", r"\^\^|&&|\|\||!=|<=|>=|\{\||\|\}|<<\(?|\)?>>|."),
)


class Token:
    """One terminal of a query.

    :ivar kind: iri, string, open-string (one that never closes), variable, blank, name (prefixed), language,
        number, word (keywords and functions), mark (punctuation)
    :ivar text: as written
    :ivar start: offset of its first character, in code points
    :ivar end: offset after its last character
    """

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = start + len(text)

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start})"

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords (upper case given, any case met)."""
        return self.kind == "word" and self.text.upper() in words


@cache
def _pattern() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind.replace('-', '_')}>{rule})" for kind, rule in _TERMINALS)
    return re.compile(groups, re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield the terminals of a query in text order, without white space and comments. Never raises.

    >>> [token.text for token in tokens('ASK { ?s <p> "a } #" } # done')]
    ['ASK', '{', '?s', '<p>', '"a } #"', '}']
    """
    for match in _pattern().finditer(text):
        kind = match.lastgroup or "mark"
        if kind not in ("space", "comment"):
            yield Token(kind.replace("_", "-"), match.group(), match.start())
