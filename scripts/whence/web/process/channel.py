"""Messages between the supervisor and a worker: small JSON objects on a pair of sockets that keeps them apart."""

from __future__ import annotations

import json
import socket
from typing import Any

_LARGEST = 1 << 16


class Channel:
    """One end."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        """Return the descriptor, for selectors and event loops."""
        return self._end.fileno()

    def send(self, kind: str, **fields: Any) -> None:
        """Send a message; it is lost when the other end is gone, or so busy that its buffer is full."""
        try:
            self._end.send(json.dumps({"kind": kind, **fields}).encode(), socket.MSG_DONTWAIT)
        except OSError:
            pass

    def receive(self, wait: bool = False) -> dict[str, Any] | None:
        """Return the next message, or None when there is none.

        :param wait: wait for one
        :raises EOFError: the other end is gone
        """
        try:
            data = self._end.recv(_LARGEST, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            raise EOFError from None
        if not data:
            raise EOFError
        message: dict[str, Any] = json.loads(data)
        return message

    def close(self) -> None:
        """Close this end."""
        self._end.close()


def pair() -> tuple[Channel, Channel]:
    """Return both ends."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Channel(one), Channel(other)
