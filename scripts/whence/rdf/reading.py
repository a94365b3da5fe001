"""Reads Turtle files: from bytes to text, from text to quads, every failure with its place."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from whence.errors import InputError

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["diagnose", "parse", "read"]

_BOM = "\ufeff"
_POSITION = re.compile(r"^Parser error at [^:]*: ")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read(path: str | os.PathLike[str]) -> str:
    """The text of a UTF-8 file, with its line ends as they are.

    :raises InputError: when the file cannot be opened or read, or is not UTF-8
    """
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError as error:
        raise _unreadable(name, error) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(name, data, error) from error


def _unreadable(name: str, error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("There is no such file.", fix="Check the path.", file=name)
    if isinstance(error, IsADirectoryError):
        return InputError("This is a directory, not a file.", fix="Name the files in it.", file=name)
    if isinstance(error, PermissionError):
        return InputError("The file may not be read by this user.", fix="Change its permissions.", file=name)
    return InputError(f"The file cannot be read: {error.strerror or error}.", file=name)


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> InputError:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problem = "The file is UTF-16, not UTF-8 (byte 0)."
    else:
        problem = f"The file is not UTF-8: byte {error.start} is 0x{data[error.start]:02X}."
    before = data[: error.start].decode("utf-8")
    from whence.rdf.tokenizer import Lines

    line, column = Lines(before).place(len(before))
    return InputError(problem, fix="Save it as UTF-8.", file=name, line=line, column=column)


def parse(text: str, file: str | None = None, base: str | None = None) -> list[Quad]:
    """The triples of a Turtle text, as quads of the default graph, in the order of the text.

    Blank nodes keep their labels; those written with brackets get random ones.

    :param file: the name that errors show
    :param base: the base IRI of a text that declares none
    :raises InputError: with line, column and the way to mend it, when the text is empty or no Turtle

    >>> [str(quad.object) for quad in parse("<x:a> <x:b> true .")]
    ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    """
    _check_text(text, file)
    from pyoxigraph import RdfFormat
    from pyoxigraph import parse as parse_with_oxigraph

    try:
        return list(parse_with_oxigraph(text.encode("utf-8"), format=RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as error:
        raise diagnose(text, file, error) from error
    except ValueError as error:
        raise InputError(f"The base IRI is refused: {error}.", file=file) from error


def _check_text(text: str, file: str | None) -> None:
    if not text.strip():
        raise InputError(
            "The file is empty." if file else "The text is empty.", fix="Write at least one statement.", file=file
        )
    if text.startswith(_BOM):
        raise InputError(
            "A byte order mark stands before the text.",
            fix="Save the file as UTF-8 without a byte order mark; `whence fmt` removes it.",
            file=file,
            line=1,
            column=1,
        )
    surrogate = _SURROGATE.search(text)
    if surrogate:
        from whence.rdf.tokenizer import bad_token

        raise bad_token(text, surrogate.start(), file)


def diagnose(text: str, file: str | None, error: SyntaxError) -> InputError:
    """What is wrong with a text that pyoxigraph refused, in plain words, with place and fix.

    :param file: the name that the error shows
    :param error: pyoxigraph's own error, whose words stand where our grammar finds no fault

    >>> text = "<x:a> <x:b> 1"
    >>> print(diagnose(text, "a.ttl", SyntaxError("Unexpected end", (None, 1, 14, None))))
    a.ttl:1:14: The statement has no dot after `1`. Put `.` at its end.
    """
    from whence.rdf.grammar import DEEPEST, read_tree

    try:
        read_tree(text, file)
    except InputError as found:
        if f"deeper than {DEEPEST}" not in found.problem:
            return found
    reason = _POSITION.sub("", error.msg)
    problem, fix = f"{reason[:200].rstrip('.')}.", "Mend the text here."
    if "No scheme found" in reason:
        problem, fix = "A relative IRI has no base to start from.", "Write the whole IRI, or declare `@base`."
    elif "escape sequence" in reason:
        fix = "Write the character itself."
    return InputError(problem, fix=fix, file=file, line=error.lineno, column=error.offset)
