"""One question on its way through a worker, seen from the front."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from whence.web.frames import BROKEN, END, START, WHOLE
from whence.web.problems import Problem

if TYPE_CHECKING:
    from whence.web.link import Link

__all__ = ["Broken", "Exchange"]

#: What may wait here for a slow client before the worker has to wait too.
BUFFER_BYTES = 1 << 20


class Broken(Exception):
    """The answer cannot be completed after part of it went out: the connection must be cut."""


class Exchange:
    """The answer to one question as it arrives.

    :ivar message: the frame that asks
    :ivar seconds: how long the worker may take
    :ivar gone: told when this takes long, so that somebody looks whether the client is still there
    :ivar done: whether the worker said its last word
    """

    __slots__ = ("_arrived", "_failure", "_pieces", "_size", "complete", "done", "gone", "link", "message", "seconds", "start")

    def __init__(self, message: bytes, seconds: float, gone: Callable[[], None] | None = None) -> None:
        self.message = message
        self.seconds = seconds
        self.gone = gone
        self.done = False
        self.complete = False
        self.link: Link | None = None
        self.start: asyncio.Future[tuple[dict[str, Any], bytes]] = asyncio.get_running_loop().create_future()
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._arrived: asyncio.Event | None = None
        self._failure: Problem | None = None

    def take(self, kind: int, head: dict[str, Any], body: bytes) -> None:
        """Take a frame of the worker."""
        if kind in (WHOLE, START):
            self.done = self.complete = kind == WHOLE
            if not self.start.done():
                self.start.set_result((head, body))
        elif kind == BROKEN:
            self.fail(Problem(head["status"], head["problem"]["detail"]))
        elif kind == END:
            self.done = True
            self._wake()
        else:
            self._pieces.append(body)
            self._size += len(body)
            self._wake()
            if self._size > BUFFER_BYTES and self.link is not None:
                self.link.pause()

    def fail(self, problem: Problem) -> None:
        """End the answer with a problem: told to the client, or cutting the connection when it is too late for that."""
        self.done = True
        self._failure = problem
        if not self.start.done():
            self.start.set_exception(problem)
            self.start.exception()  # nobody may be waiting any more
        self._wake()

    async def rest(self) -> AsyncIterator[bytes]:
        """Yield what comes after the first piece.

        :raises Broken: when the worker or a limit ended the answer before its end
        """
        self._arrived = asyncio.Event()
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._size -= len(piece)
                if self._size <= BUFFER_BYTES // 2 and self.link is not None:
                    self.link.resume()
                yield piece
            if self._failure is not None:
                raise Broken(self._failure.detail)
            if self.done:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def abandon(self) -> None:
        """Nobody wants the answer any more: end the worker's query."""
        if not self.done and self.link is not None:
            self.link.kill("The client went away.")
        elif self.link is None:
            self.start.cancel()

    def _wake(self) -> None:
        if self._arrived is not None:
            self._arrived.set()
