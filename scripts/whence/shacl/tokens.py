"""SPARQL text as tokens (SPARQL 1.1 section 19.8), enough to know groups, variables and names apart from strings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whence.shacl.shapes_graph import ill_formed

__all__ = ["Token", "tokenize"]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<space>\s+)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<blank>_:[\w.-]*\w)
    |(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
        (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<number>\d*\.?\d+(?:[eE][+-]?\d+)?)
    |(?P<mark>\^\^|&&|\|\||!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is the name of its group in the grammar above; words are compared in upper case.

    :ivar text: as written, prefixed names expanded to IRIs and variables with `?`
    """

    kind: str
    text: str

    def word(self) -> str:
        """Return the keyword in upper case, an empty string for anything else."""
        return self.text.upper() if self.kind == "word" else ""


def tokenize(text: str, shape: str) -> list[Token]:
    """Return the tokens of a query after its prologue, prefixed names expanded, comments and blanks dropped.

    :param shape: the shape the query belongs to, for the error
    :raises InputError: a prefix is not declared

    >>> [token.text for token in tokenize("PREFIX ex: <x:> ASK { $this ex:p 'a # b' } # end", "<x:S>")]
    ['ASK', '{', '?this', '<x:p>', "'a # b'", '}']
    """
    raw = [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text)]
    raw = [(kind, part) for kind, part in raw if kind not in ("space", "comment")]
    prefixes: dict[str, str] = {}
    start = 0
    while raw[start : start + 3] and raw[start][1].upper() == "PREFIX" and len(raw) > start + 2:
        prefixes[raw[start + 1][1][:-1]] = raw[start + 2][1][1:-1]
        start += 3
    return [_token(kind, part, prefixes, shape) for kind, part in raw[start:]]


def _token(kind: str, text: str, prefixes: dict[str, str], shape: str) -> Token:
    if kind == "variable":
        return Token(kind, "?" + text[1:])
    if kind != "name":
        return Token(kind, text)
    prefix, _, local = text.partition(":")
    if prefix not in prefixes:
        raise ill_formed(shape, f"its query uses the prefix {prefix}: without declaring it", "Declare it with sh:prefixes.")
    return Token("iri", f"<{prefixes[prefix]}{_ESCAPE.sub(lambda match: match.group(1), local)}>")
