"""Where a thread writes an answer: compresses, counts, and hands it over in pieces, the first one held back.

The engine writes rows faster than they could be handed over one by one, so limits of rows are kept on the
bytes. Each counter is exact for what the writers of `whence.rdf.results` and of the engine put out, at any
division into pieces.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from whence.errors import LimitError
from whence.report.words import count
from whence.web.http.responses import COMPRESS_BYTES

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


#: The status is held back until there is so much of the answer, or it is complete.
PIECE_BYTES = 64 * 1024


@dataclass(slots=True)
class Answer:
    """The head of an answer with its first bytes, or all.

    :ivar keep: whether the same question has the same answer as long as the graph is the same
    """

    status: int
    headers: dict[bytes, bytes]
    body: bytes = b""
    keep: bool = False


class Sink:
    """A binary stream for one answer.

    :ivar started: whether the head went out, so that an error can only break the answer off
    :ivar failure: the limit that was reached, or None; kept since the engine wraps what a stream raises
    """

    __slots__ = ("_answer", "_compressor", "_count", "_counter", "_encoding", "_limits", "_pieces", "_push", "_waiting", "_written", "failure", "started")

    def __init__(
        self, push: Callable[[Any], None], answer: Answer, size: int, rows: int,
        counter: Callable[[], Counter] | None, encoding: str | None,
    ) -> None:
        """
        :param push: takes the answer with its first piece, and all further pieces but the last
        :param size: how many bytes it may have, 0 for any number
        :param rows: how many rows or triples it may have, 0 for any number
        :param counter: makes what counts rows in its bytes; only where they may be too many
        :param encoding: `gzip`, or None
        """
        self.started = False
        self.failure: Exception | None = None
        self._push = push
        self._answer = answer
        self._limits = (size, rows)
        self._counter = counter
        self._count: Counter | None = None
        self._encoding = encoding
        self._compressor: Any = None
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._written = 0

    def write(self, data: bytes) -> int:
        """Take bytes of the answer.

        :raises LimitError: when it has more rows or bytes than allowed
        """
        size = self._limits[0]
        self._written += len(data)
        if size and self._written > size:
            self._stop(f"The result is larger than {size} bytes.")
        self._pieces.append(data)
        self._waiting += len(data)
        if self._waiting >= PIECE_BYTES:
            self._send(self._taken(False))
        return len(data)

    def add_header(self, name: bytes, value: bytes) -> None:
        """Add a header, as long as the head waits."""
        self._answer.headers[name] = value

    def written(self) -> bytes:
        """Return all of an answer that has not begun to go out."""
        return b"".join(self._pieces)

    def flush(self) -> None:
        """Keep what waits: pieces go out by size."""

    def finish(self) -> Answer | bytes:
        """Return what is left: the whole answer, or the last piece of one that has begun."""
        if self.started or self._encoding or self._written > self._limits[1]:
            data = self._taken(True)
        else:  # no row is shorter than a byte, so they need not be counted
            data = b"".join(self._pieces)
        if self.started:
            return data
        self._answer.body = data
        return self._answer

    def limited(self, items: Iterator[Any]) -> Iterator[Any]:
        """Return as many of the items as rows are allowed; what is left is for `require_end`."""
        return islice(items, self._limits[1] or None)

    def require_end(self, items: Iterator[Any]) -> None:
        """See that nothing is left.

        :raises LimitError: there is
        """
        if next(items, None) is not None:
            self._stop(f"The result has more than {count(self._limits[1], 'triple')}.")

    def _stop(self, problem: str) -> None:
        self.failure = LimitError(problem, fix="Narrow the query, or ask in parts with LIMIT and OFFSET.")
        raise self.failure

    def _taken(self, last: bool) -> bytes:
        """Return what waits, counted and compressed."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._waiting = 0
        rows = self._limits[1]
        if rows and self._counter is not None:
            self._count = self._count or self._counter()
            if self._count(data) > rows:
                self._stop(f"The result has more than {count(rows, 'row')}.")
        if not self.started:
            self._begin(len(data))
        if self._compressor is not None:
            data = self._compressor.compress(data) + (self._compressor.flush() if last else b"")
        return data

    def _send(self, data: bytes) -> None:
        piece: Any = data
        if not self.started:
            self._answer.body, piece = data, self._answer
        self.started = True
        try:
            self._push(piece)
        except Exception as error:
            self.failure = error
            raise

    def _begin(self, size: int) -> None:
        if self._encoding == "gzip" and size >= COMPRESS_BYTES:
            self._compressor = zlib.compressobj(5, wbits=31)
            headers = self._answer.headers
            headers[b"content-encoding"] = b"gzip"
            if b"etag" in headers:
                headers[b"etag"] = headers[b"etag"][:-1] + b'-gzip"'
