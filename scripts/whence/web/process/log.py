"""The log: one line of JSON an event, on standard error. No process ever waits for somebody to read it.

All processes write into one pipe without waiting; a process of its own carries it on to standard error. When that is
not read, the pipe fills, and what comes then is dropped and counted.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

#: What the pipe holds while nobody reads standard error, as far as the system allows it.
_BUFFER_BYTES = 1 << 20
#: Bytes that are written whole or not at all (POSIX, `PIPE_BUF` of Linux).
_ATOMIC_BYTES = 4096
_SET_PIPE_SIZE = 1031
#: How much of a path or a query is shown.
SHOWN = 400


class Log:
    """Writes events; shared by all processes that are forked after it was made.

    :ivar dropped: how many lines of this process nobody could take
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._lines: list[bytes] = []
        self._source, self._target = os.pipe()
        os.set_blocking(self._target, False)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._target, _SET_PIPE_SIZE, _BUFFER_BYTES)

    def say(self, event: str, **fields: Any) -> None:
        """Log an event."""
        self.write(json.dumps({"time": round(time.time(), 3), "event": event, **fields}))

    def request(self, scope: MutableMapping[str, Any], status: int, size: int, seconds: float, whole: bool) -> None:
        """Log a request that has ended.

        :param scope: of ASGI
        :param status: of the answer, or 0 when there was none
        :param size: bytes of the answer's body
        :param whole: whether it went out to its end
        """
        line = _common(scope["client"][0] if scope.get("client") else None, scope["method"], scope["path"][:SHOWN])
        line = f'{{"time": {time.time():.3f}, {line}, "status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}'
        if scope["query_string"]:
            line += f', "query": {json.dumps(scope["query_string"][:SHOWN].decode("latin-1"))}'
        self.write(line + ("}" if whole else ', "broken": true}'))

    def write(self, line: str) -> None:
        """Log a line with the next `flush`."""
        self._lines.append(line.encode("utf-8", "replace") + b"\n")

    def flush(self) -> None:
        """Write the lines that wait; to be called every so often. A line too long to be written at once may lose its end."""
        lines, self._lines = self._lines, []
        while lines:
            size, count = len(lines[0]), 1
            while count < len(lines) and size + len(lines[count]) <= _ATOMIC_BYTES:
                size, count = size + len(lines[count]), count + 1
            data = b"".join(lines[:count])
            del lines[:count]
            try:
                for start in range(0, len(data), _ATOMIC_BYTES):
                    os.write(self._target, data[start : start + _ATOMIC_BYTES])
            except OSError:  # nobody reads, so there is no room; or the process that reads is being replaced
                self.dropped += count

    def carry(self) -> None:
        """Be the process that carries lines on to standard error; returns when all others have ended."""
        os.close(self._target)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while data := os.read(self._source, 1 << 16):
            with contextlib.suppress(OSError):  # a full disk, a closed terminal: serving goes on
                while data:
                    data = data[os.write(2, data) :]

    def close_source(self) -> None:
        """Leave reading to others; for every process but the supervisor, which may have to start another reader."""
        os.close(self._source)

    def close(self) -> None:
        """Write no more."""
        self.flush()
        os.close(self._target)


@lru_cache(maxsize=4096)
def _common(client: str | None, method: str, path: str) -> str:
    """Return what many lines have in common, as members of JSON."""
    return json.dumps({"event": "request", "client": client, "method": method, "path": path})[1:-1]
