"""The tokens of a Turtle text, one by one, as tests look at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from whence.rdf.tokenizer import BAD, bad_token, Lines, SCANNER

#: Kind to its name.
KINDS = ("", "name", "string", "iri", "number", "mark", "word", "at", "blank", "comment", "bad")


class Token(NamedTuple):
    """One token of a Turtle text.

    :ivar kind: NAME, STRING, IRI, NUMBER, MARK, WORD, AT (`@en`, `@prefix`), BLANK or COMMENT
    :ivar text: the token as written
    :ivar offset: where it starts, in code points from the start of the text
    :ivar line: 1-based
    :ivar column: 1-based, in code points
    """

    kind: int
    text: str
    offset: int
    line: int
    column: int


def tokens(text: str, file: str | None = None) -> Iterator[Token]:
    """The tokens of a Turtle text in order, comments included, white space left out.

    :param file: the name that errors show
    :raises InputError: at the first character that begins no token

    >>> [token.text for token in tokens('wh:a a <#b> ; # why')]
    ['wh:a', 'a', '<#b>', ';', '# why']
    """
    place = Lines(text).place
    for match in SCANNER.finditer(text):
        kind = match.lastindex
        if kind is None:
            return
        offset = match.start(kind)
        if kind == BAD:
            raise bad_token(text, offset, file)
        yield Token(kind, match[kind], offset, *place(offset))
