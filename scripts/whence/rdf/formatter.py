"""The stable formatter of the house style, and its guarantees.

What is written out is the same graph, keeps every comment, and does not change when formatted again.
Each is checked on every text; a text for which one fails is refused, never written.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad

from whence.errors import InputError
from whence.rdf.atomic import replacing
from whence.rdf.canonical import canonical
from whence.rdf.grammar import read_tree
from whence.rdf.layout import lay_out
from whence.rdf.reading import parse_turtle, read_text
from whence.rdf.tokenizer import BLANK, COMMENT, SCANNER
from whence.rdf.tree import DEEPEST

#: Stands in for the base of a file that has relative IRIs and declares no base.
_ANY_BASE = "https://base.invalid/"


def format_text(text: str, file: str | None = None) -> str:
    r"""The text in the house style; formatting it again changes nothing.

    :param file: the name that errors show
    :raises InputError: when the text is no Turtle, is RDF 1.2, is nested deeper than `DEEPEST`, or cannot be formatted without harm

    >>> print(format_text('@prefix : <#> . :a :q 2 ; :p 1 . # why'), end="")
    @prefix : <#> .
    <BLANKLINE>
    :a
      :p 1 ;
      :q 2 ;
    . # why
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return text  # a graph of no triples, and nothing to lay out
    quads = parse_turtle(text, file, _ANY_BASE)
    formatted = lay_out(read_tree(text, file, deepest=DEEPEST))
    _check(text, formatted, quads, file)
    return formatted


def format_files(paths: Iterable[str | os.PathLike[str]], check: bool = False) -> list[str]:
    """Format files in place and return the paths of those that changed, in the order given.

    Every file is formatted in memory before the first is written; each is replaced at once or not at
    all, so a full disk leaves the old file.

    :param check: only say which files would change
    :raises InputError: for the first file that cannot be read, formatted or written
    """
    changed: list[tuple[str, str]] = []
    for path in paths:
        name = os.fspath(path)
        text = read_text(name)
        formatted = format_text(text, name)
        if formatted != text:
            changed.append((name, formatted))
    if not check:
        for name, formatted in changed:
            with replacing(name) as stream:
                stream.write(formatted.encode())
    return [name for name, _ in changed]


def _check(text: str, formatted: str, quads: list[Quad], file: str | None) -> None:
    harm = None
    if _comments(text) != _comments(formatted):
        harm = "lose a comment"
    elif _graph(quads, text) != _graph(parse_turtle(formatted, file, _ANY_BASE), text):
        harm = "change the graph"
    elif lay_out(read_tree(formatted, file, deepest=DEEPEST)) != formatted:
        harm = "not be stable"
    if harm:
        raise InputError(
            f"Formatting this file would {harm}, so it is left as it is.",
            fix="Please report the file as a fault of the formatter.",
            file=file,
        )


def _comments(text: str) -> Counter[str]:
    return Counter(match[COMMENT].rstrip() for match in SCANNER.finditer(text) if match.lastindex == COMMENT)


def _graph(quads: list[Quad], text: str) -> list[Quad]:
    """The graph of a text in one order; blank nodes with labels are told by these."""
    labels = {match[BLANK] for match in SCANNER.finditer(text) if match.lastindex == BLANK}

    def named(term: Any) -> Any:
        return NamedNode(f"urn:label:{term.value.encode().hex()}") if isinstance(term, BlankNode) and str(term) in labels else term

    return canonical((Quad(named(one.subject), one.predicate, named(one.object)) for one in quads), fold=True)
