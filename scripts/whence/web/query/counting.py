"""Counts the rows in a serialized answer as its bytes pass by.

The engine writes rows faster than they could be handed over one by one, so limits of rows are kept on the
bytes. Each counter is exact for what the writers of `whence.rdf.results` and of the engine put out, at any
division into pieces.
"""

from __future__ import annotations

from collections.abc import Callable

#: Takes a piece and returns how many rows have begun so far, at most one more than have ended.
Counter = Callable[[bytes], int]


def count_lines() -> Counter:
    """Count the rows of TSV, where a line feed inside a literal is always escaped.

    >>> count_lines()(b"?x\\n1\\n2\\n")
    2
    """
    total = -1

    def feed(data: bytes) -> int:
        nonlocal total
        total += data.count(b"\n")
        return total

    return feed


def count_csv() -> Counter:
    """Count the rows of CSV: line feeds outside quotation marks (RFC 4180, section 2).

    >>> count_csv()(b'x\\r\\n"a\\nb"\\r\\n')
    1
    """
    total, inside = -1, False

    def feed(data: bytes) -> int:
        nonlocal total, inside
        pieces = data.split(b'"')
        for piece in pieces:
            if not inside:
                total += piece.count(b"\n")
            inside = not inside
        inside = not inside
        return total

    return feed


def count_xml() -> Counter:
    """Count the rows of SPARQL XML: no text can hold `<result>` unescaped."""
    total, tail = 0, b""
    mark = b"<result>"

    def feed(data: bytes) -> int:
        nonlocal total, tail
        data = tail + data
        total += data.count(mark)
        tail = data[1 - len(mark) :]
        return total

    return feed


def count_json() -> Counter:
    """Count the rows of SPARQL JSON: outside strings `[{` stands before the first row, `,{` before each other, and both nowhere else.

    >>> count_json()(b'{"head":{"vars":["x"]},"results":{"bindings":[{},{"x":{"type":"literal","value":",{"}}]}}')
    2
    """
    total, inside, escape, last = 0, False, b"", b""

    def feed(data: bytes) -> int:
        nonlocal total, inside, escape, last
        data = escape + data
        bare = data.rstrip(b"\\")
        escape = data[len(bare) :]
        for piece in bare.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"'):
            if not inside:
                total += (last + piece).count(b",{") + (last + piece).count(b"[{")
                last = piece[-1:]
            else:
                last = b""
            inside = not inside
        inside = not inside
        return total

    return feed


COUNTERS: dict[str, Callable[[], Counter]] = {"json": count_json, "xml": count_xml, "csv": count_csv, "tsv": count_lines}


def is_empty(form: str, answer: bytes) -> bool:
    """Report whether a whole answer has no row.

    :param form: its format, a key of `COUNTERS`

    >>> is_empty("json", b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'), is_empty("csv", b"x\\r\\n1\\r\\n")
    (True, False)
    """
    return b'"bindings":[]' in answer if form == "json" else not COUNTERS[form]()(answer)  # in JSON no text has a bare quotation mark
