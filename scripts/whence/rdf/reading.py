"""Reads files of RDF: from bytes to text, from text to quads, every failure one sentence with its place.

The syntax is told by what the file holds and by its ending: what is written in XML or JSON is read so whatever it is
called, and among the syntaxes that look like Turtle the ending decides. So an `.owl` file is RDF/XML or Turtle as it
comes; OWL's syntaxes that are not RDF are refused by their names.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import Quad

from whence.errors import InputError
from whence.rdf.formats import GRAPHS, Format, by_ending

_BOM = "\ufeff"
_POSITION = re.compile(r"^Parser error at [^:]*: ")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: What stands before the root of an XML document, and before the first statement of one like Turtle.
_BEFORE_ROOT = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?>)*+", re.DOTALL)
_BEFORE_STATEMENT = re.compile(r"(?:\s++|#[^\n\r]*+)*+")
#: No IRI has a space, so this is a tag with attributes or a declaration.
_XML = re.compile(r"<(?:[?!]|[A-Za-z_][\w.\-]*+(?::[A-Za-z_][\w.\-]*+)?\s)")
_JSON = re.compile(r'\{\s*+"|\[\s*+\{')
_LIKE_TURTLE = re.compile(r"@(?:prefix|base|version)\b|(?:PREFIX|BASE|VERSION)\s|[<\[(]|_:", re.IGNORECASE)
_NOT_RDF = (
    (re.compile(r"(?:Prefix|Ontology|Document)\s*+\("), "OWL functional syntax"),
    (re.compile(r"Prefix:\s++[\w\-]*+:\s*+<|Ontology:\s"), "OWL Manchester syntax"),
    (re.compile(r"format-version:"), "OBO"),
    (re.compile(r"<Ontology\s(?![^>]*\brdf:about\b)[^>]*\bxmlns\s*=\s*[\"']http://www\.w3\.org/2002/07/owl#"), "OWL/XML"),
    (re.compile(r"<!DOCTYPE html|<html[\s>]", re.IGNORECASE), "HTML"),
)
_HEAD = 16_384
#: So often is looked whether somebody writes into a pipe, in twentieths of a second.
_PATIENCE = 60
#: The faults of an XML document that breaks off: no element, an open token, an open element, half a character, open CDATA.
_TRUNCATED = (3, 5, 6, 20)
#: Entities that unfold to many times the document, which the engine would write out.
_AMPLIFIED = 43
_JSON_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
#: The engine's time grows with the square of the depth.
_DEEPEST_JSON, _DEEPEST_XML = 500, 1_000


class RdfFile(NamedTuple):
    """A file that was read.

    :ivar quads: what it says, in the order of the text
    """

    format: Format
    quads: list[Quad]
    prefixes: dict[str, str]


def read(path: str | os.PathLike[str], *, name: str | None = None, rename: bool = False) -> RdfFile:
    """Read a file of RDF, its own address being its base.

    :param name: what errors show, else the path
    :param rename: whether blank nodes get labels that no other file has
    :raises InputError: the file cannot be read, is no RDF or does not parse
    """
    name = name or os.fspath(path)
    return parse(read_bytes(path, name), name, base=Path(os.path.abspath(path)).as_uri(), rename=rename)


def parse(data: bytes, name: str, *, base: str | None = None, rename: bool = False) -> RdfFile:
    """Parse what a file of RDF holds; a byte order mark is no part of it.

    :param name: its name, whose ending helps to tell its syntax
    :param base: the base IRI of a text that declares none
    :raises InputError: it is no RDF or does not parse, with line, column and the way to mend it

    >>> file = parse(b"<x:a> <x:b> true .", "a.owl")
    >>> file.format.name, len(file.quads)
    ('turtle', 1)
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip() and (ended := by_ending(name) or ("turtle" if name.lower().endswith(".owl") else None)):
        return RdfFile(GRAPHS[ended], [], {})
    format = format_of(name, data[:_HEAD].decode("utf-8", "ignore"))
    fault = _xml_fault(data, name) if format.name == "rdfxml" else None
    if fault and fault.code == _AMPLIFIED:
        raise diagnose(decode(data, name), name, SyntaxError("The entities of the XML unfold too far"), format)
    if format.name == "jsonld":
        _check_depth(data, name)
    try:
        parser = pyoxigraph.parse(data, format=format.rdf, base_iri=base, rename_blank_nodes=rename)
        quads = list(parser)
    except (SyntaxError, MemoryError) as error:
        raise diagnose(decode(data, name), name, error, format) from None
    except ValueError as error:
        raise InputError(f"The file cannot be parsed: {error}.", file=name) from None
    if fault and fault.code in _TRUNCATED:
        raise diagnose(decode(data, name), name, SyntaxError("The XML ends before its root does"), format)
    return RdfFile(format, quads, parser.prefixes)


def _xml_fault(data: bytes, name: str) -> expat.ExpatError | None:
    """Where a document stops being well-formed XML, which the engine says of some faults only, and without a place.

    :raises InputError: its elements are nested too deep, or nothing here reads the encoding it declares
    """
    parser, depth = expat.ParserCreate(), 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST_XML:
            problem = f"The XML is nested more than {_DEEPEST_XML:,} deep."
            raise InputError(problem, fix="Write it flatter.", file=name, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as fault:
        return fault
    except (LookupError, ValueError) as fault:  # of an encoding that is declared
        raise InputError(f"The XML cannot be read: {fault}.", fix="Save it as UTF-8, and declare that.", file=name, line=1) from None
    return None


def _check_depth(data: bytes, name: str) -> None:
    depth = deepest = 0
    for mark in _JSON_BRACKET.finditer(data):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(mark.group(), 0)
        deepest = max(deepest, depth)
    if deepest > _DEEPEST_JSON:
        raise InputError(f"The JSON is nested {deepest:,} deep, more than {_DEEPEST_JSON}.", fix="Write it flatter.", file=name)


def format_of(name: str, text: str) -> Format:
    """The syntax of a file, by its ending and how its text begins.

    :raises InputError: it is of no RDF syntax

    >>> format_of("a.owl", "<rdf:RDF xmlns:rdf='x'/>").name, format_of("a.owl", "@prefix : <x:> .").name
    ('rdfxml', 'turtle')
    """
    ended = by_ending(name)
    text = text.removeprefix(_BOM)
    root = _BEFORE_ROOT.match(text).end()  # type: ignore[union-attr]
    start = _BEFORE_STATEMENT.match(text).end()  # type: ignore[union-attr]
    for pattern, other in _NOT_RDF:
        if pattern.match(text, start) or pattern.match(text, root):
            fix = "Save the data as RDF." if other == "HTML" else "Convert it, such as with ROBOT: robot convert --input FILE --output FILE.ttl"
            raise InputError(f"The file is {other}, which is not RDF.", fix=fix, file=name, line=1, column=1)
    if _XML.match(text, start):
        return GRAPHS["rdfxml"]
    if _JSON.match(text, start):
        return GRAPHS["jsonld"]
    if _LIKE_TURTLE.match(text, start) and ended in (None, "rdfxml", "jsonld"):
        return GRAPHS["turtle"]
    if ended is None:
        ending = os.path.splitext(name)[1] or "(none)"
        raise InputError(f"The ending {ending} is of no RDF syntax.", fix="Use .ttl.", file=name)
    return GRAPHS[ended]


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a UTF-8 file, with its line ends as they are.

    :raises InputError: when the file cannot be opened or read, or is not UTF-8
    """
    return decode(read_bytes(path), os.fspath(path))


def read_bytes(path: str | os.PathLike[str], name: str | None = None, most: int | None = None) -> bytes:
    """What a file holds.

    :param name: what errors show, else the path
    :param most: how many bytes it may have, also where its size is not known before, as that of a device
    :raises InputError: when it cannot be opened or read, or has more
    """
    name = name or os.fspath(path)
    try:
        with _opened(path) as file:
            status = os.fstat(file.fileno())
            size, begun = status.st_size, b"" if stat.S_ISREG(status.st_mode) else _begun(file.fileno(), status)
            found = b"" if most is not None and size > most else begun + file.read(-1 if most is None else most + 1)
    except FileNotFoundError as error:
        raise InputError("There is no such file.", fix="Check the path.", file=name) from error
    except IsADirectoryError as error:
        raise InputError("This is a directory, not a file.", fix="Name the files in it.", file=name) from error
    except PermissionError as error:
        raise InputError("The file may not be read by this user.", fix="Change its permissions.", file=name) from error
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror or error}.", file=name) from error
    if most is not None and max(size, len(found)) > most:
        told = f"{size:,} bytes; {most:,} are" if size > most else f"more than the {most:,} bytes that are"
        raise InputError(f"The file has {told} read.", fix="Give a part of it.", file=name)
    return found


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file without waiting for who writes into it."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with open(handle, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(handle)


def _begun(handle: int, status: os.stat_result) -> bytes:
    """The first bytes of a pipe, for whose writer is waited no longer than a moment, or of a terminal.

    :raises OSError: nobody writes into the pipe, or it is a device without an end
    """
    if stat.S_ISCHR(status.st_mode) and not os.isatty(handle) and status.st_rdev != os.stat(os.devnull).st_rdev:
        raise OSError(errno.EINVAL, "it is a device, not a file")
    try:
        for _ in range(_PATIENCE if stat.S_ISFIFO(status.st_mode) else 0):
            if found := os.read(handle, 1 << 16):
                return found
            time.sleep(0.05)
        if stat.S_ISFIFO(status.st_mode):
            raise OSError(errno.EPIPE, "nobody writes into this pipe")
    except BlockingIOError:  # somebody who has not written yet
        pass
    finally:
        os.set_blocking(handle, True)
    return b""


def decode(data: bytes, name: str) -> str:
    """The text of a file.

    :raises InputError: it is not UTF-8, with line and column
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            problem = "The file is UTF-16, not UTF-8 (byte 0)."
        else:
            problem = f"The file is not UTF-8: byte {error.start} is 0x{data[error.start]:02X}."
        before = data[: error.start].decode("utf-8")
        from whence.rdf.tokenizer import Lines

        line, column = Lines(before).place(len(before))
        raise InputError(problem, fix="Save it as UTF-8.", file=name, line=line, column=column) from error


def guessed_encoding(data: bytes) -> str:
    """Return the encoding, as iconv calls it, that bytes which are not UTF-8 are likely in: to be told, for a text in a wrong one has other words.

    Letters with accents make pairs that are Japanese as well, but one at a time: most of a Japanese text stands in runs.

    >>> guessed_encoding("灯籠の港".encode("shift_jis")), guessed_encoding("Renée".encode("cp1252"))
    ('SHIFT-JIS', 'WINDOWS-1252')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    for encoding, called in (("cp932", "SHIFT-JIS"), ("euc_jp", "EUC-JP"), ("cp1252", "WINDOWS-1252")):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        other = len(re.sub(r"[\x00-\x7f]+", "", text))
        if encoding == "cp1252" or 2 * sum(map(len, re.findall(r"[\u3000-\u30ff\u4e00-\u9fff]{2,}", text))) > other:
            return called
    return ""


def parse_turtle(text: str, file: str | None = None, base: str | None = None, *, rename: bool = False) -> list[Quad]:
    """The triples of a Turtle text, as quads of the default graph, in the order of the text.

    Blank nodes keep their labels; those written with brackets get random ones.

    :param file: the name that errors show
    :param base: the base IRI of a text that declares none
    :param rename: whether all blank nodes get labels that no other text has
    :raises InputError: with line, column and the way to mend it

    >>> [str(quad.object) for quad in parse_turtle("<x:a> <x:b> true .")]
    ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    """
    _check_text(text, file)
    try:
        return list(pyoxigraph.parse(text.encode("utf-8"), format=pyoxigraph.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=rename))
    except (SyntaxError, MemoryError) as error:
        raise diagnose(text, file, error) from error
    except ValueError as error:
        raise InputError(f"The base IRI is refused: {error}.", file=file) from error


def _check_text(text: str, file: str | None) -> None:
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


def diagnose(text: str, file: str | None, error: SyntaxError | MemoryError, format: Format = GRAPHS["turtle"]) -> InputError:
    """What is wrong with a text that the engine refused, in plain words, with place and fix.

    :param file: the name that the error shows
    :param error: the engine's own error, whose words stand where our grammar of Turtle finds no fault; a MemoryError where
        something is longer than it reads at once

    >>> text = "<x:a> <x:b> 1"
    >>> print(diagnose(text, "a.ttl", SyntaxError("Unexpected end", (None, 1, 14, None))))
    a.ttl:1:14: The statement has no dot after `1`. Put `.` at its end.
    """
    from whence.rdf.grammar import read_tree
    from whence.rdf.tokenizer import NotTaken

    if isinstance(error, MemoryError):
        reason, line, column = "A term or a comment is longer than the engine reads, which is 16 MiB", None, None
    else:
        reason, line, column = _POSITION.sub("", error.msg), error.lineno, error.offset
    problem = f"{reason[:200].rstrip('.')}."
    if format.name == "rdfxml" and line is None and (fault := _xml_fault(text.encode(), file)):
        line, column = fault.lineno, fault.offset + 1
    if format.name == "jsonld" and "LoadDocumentCallback" in reason:
        problem = "The JSON-LD names a context by its address, and no file is fetched from the network to read another."
        return InputError(problem, fix="Put the value of the context's `@context` in place of the address, or take the data as Turtle.", file=file)
    if format.name != "turtle":
        return InputError(problem, fix=f"Mend the {format.rdf.name} syntax here.", file=file, line=line or 1, column=column or 1)
    try:
        read_tree(text, file)
    except NotTaken:
        pass  # good Turtle as far as it goes
    except InputError as found:
        return found
    fix = "Mend the text here."
    if line and re.match(r"(<<<<<<<|=======|>>>>>>>)(\s|$)", text.split("\n")[line - 1]):
        problem, fix = "A merge of git left two versions here.", "Keep one of them, or both, and take the lines <<<<<<<, ======= and >>>>>>> out."
    elif "No scheme found" in reason:
        problem, fix = "A relative IRI has no base to start from.", "Write the whole IRI, or declare `@base`."
    elif "escape sequence" in reason:
        fix = "Write the character itself."
    return InputError(problem, fix=fix, file=file, line=line, column=column)
