"""Where a worker writes an answer: compresses, counts, and sends it in pieces, the first one held back."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from whence.errors import LimitError
from whence.web.counting import Counter
from whence.web.frames import END, MORE, START, WHOLE, Tell

__all__ = ["Sink"]

#: A piece sent to the front; the status is held back until there is one, or the answer is complete.
PIECE_BYTES = 64 * 1024
#: What is smaller is not worth compressing.
COMPRESS_BYTES = 1024


class Sink:
    """A binary stream for one answer.

    :ivar started: whether the head went out, so that an error can only break the answer off
    :ivar failure: the limit that was reached, or None; kept since the engine wraps what a stream raises
    """

    __slots__ = ("_compressor", "_count", "_counter", "_encoding", "_head", "_limits", "_pieces", "_tell", "_waiting", "_written", "failure", "started")

    def __init__(
        self, tell: Tell, head: dict[str, Any], size: int, rows: int,
        counter: Callable[[], Counter] | None, encoding: str | None,
    ) -> None:
        """
        :param tell: takes the messages of the answer
        :param head: status and headers of the answer
        :param size: how many bytes it may have, 0 for any number
        :param rows: how many rows or triples it may have, 0 for any number
        :param counter: makes what counts rows in its bytes; only where they may be too many
        :param encoding: `gzip`, or None
        """
        self.started = False
        self.failure: LimitError | None = None
        self._tell = tell
        self._head = head
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
            self._flush(False)
        return len(data)

    def add_header(self, name: bytes, value: bytes) -> None:
        """Add a header, as long as the head waits."""
        self._head["headers"][name] = value

    def flush(self) -> None:
        """Keep what waits: pieces go out by size."""

    def finish(self) -> None:
        """Send what is left and end the answer."""
        if self.started or self._encoding or self._written > self._limits[1]:
            self._flush(True)
        else:  # no row is shorter than a byte, so they need not be counted
            self._tell(WHOLE, self._head, b"".join(self._pieces))

    def limited(self, items: Any) -> Any:
        """Yield items, at most as many as rows are allowed.

        :raises LimitError: at the first one too many
        """
        rows = self._limits[1]
        for count, item in enumerate(items, start=1):
            if rows and count > rows:
                self._stop(f"The result has more than {rows} triples.")
            yield item

    def _stop(self, problem: str) -> None:
        self.failure = LimitError(problem, fix="Narrow the query, or ask in parts with LIMIT and OFFSET.")
        raise self.failure

    def _flush(self, last: bool) -> None:
        data = b"".join(self._pieces)
        self._pieces.clear()
        rows = self._limits[1]
        if rows and self._counter is not None:
            self._count = self._count or self._counter()
            if self._count(data) > rows:
                self._stop(f"The result has more than {rows} rows.")
        self._waiting = 0
        if not self.started:
            self._begin(len(data))
        if self._compressor is not None:
            data = self._compressor.compress(data) + (self._compressor.flush() if last else b"")
        if last and not self.started:
            self._tell(WHOLE, self._head, data)
            return
        self._tell(MORE if self.started else START, None if self.started else self._head, data)
        self.started = True
        if last:
            self._tell(END)

    def _begin(self, size: int) -> None:
        if self._encoding == "gzip" and size >= COMPRESS_BYTES:
            self._compressor = zlib.compressobj(5, wbits=31)
            headers = self._head["headers"]
            headers[b"content-encoding"] = b"gzip"
            if b"etag" in headers:
                headers[b"etag"] = headers[b"etag"][:-1] + b'-gzip"'
