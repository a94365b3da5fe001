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
    :ivar opened: told once how the answer begins, or that it failed before
    :ivar head: what the worker says of the answer; empty until then
    :ivar body: the whole of it when it is `complete`, else its first piece
    :ivar failure: why there is no answer, or no more of it
    :ivar done: whether the worker said its last word
    :ivar wanted: whether somebody still waits for the beginning
    :ivar abandoned: whether nobody waits for anything of it any more
    """

    __slots__ = (
        "_arrived", "_pieces", "_size", "abandoned", "body", "complete", "done", "failure", "gone", "head", "link", "message",
        "opened", "seconds", "wanted",
    )  # fmt: skip

    def __init__(
        self, message: bytes, seconds: float, gone: Callable[[], None] | None = None, opened: Callable[[Exchange], None] | None = None
    ) -> None:
        self.message = message
        self.seconds = seconds
        self.gone = gone
        self.opened = opened
        self.head: dict[str, Any] = {}
        self.body = b""
        self.failure: Problem | None = None
        self.complete = False
        self.done = False
        self.wanted = True
        self.abandoned = False
        self.link: Link | None = None
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._arrived: asyncio.Event | None = None

    def take(self, kind: int, head: dict[str, Any], body: bytes) -> None:
        """Take a frame of the worker."""
        if kind in (WHOLE, START):
            self.done = self.complete = kind == WHOLE
            self.head, self.body = head, body
            self._open()
        elif kind == BROKEN:
            self.fail(Problem(head["status"], head["problem"]["detail"]))
        elif kind == END:
            self.done = True
            self._wake()
        elif not self.abandoned:
            self._pieces.append(body)
            self._size += len(body)
            self._wake()
            if self._size > BUFFER_BYTES and self.link is not None:
                self.link.pause()

    def fail(self, problem: Problem) -> None:
        """End the answer with a problem: told to the client, or cutting the connection when it is too late for that."""
        self.done = True
        self.failure = problem
        self._open()
        self._wake()

    async def start(self) -> tuple[dict[str, Any], bytes]:
        """Wait for the beginning of the answer; return its head and first piece.

        :raises Problem: when there is none
        :raises asyncio.CancelledError: when it was abandoned meanwhile
        """
        if self.wanted:
            beginning: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.opened = lambda _: beginning.done() or beginning.set_result(None)
            await beginning
        if not self.head:
            raise self.failure or asyncio.CancelledError
        return self.head, self.body

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
            if self.failure is not None or self.abandoned:
                raise Broken(self.failure.detail if self.failure else "The client went away.")
            if self.done:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def abandon(self) -> None:
        """Nobody wants the answer any more: the pool ends its query, unless it is done in a moment anyway."""
        if not self.done:
            self.abandoned = True
            self._pieces.clear()
            self._open()
            self._wake()

    def _open(self) -> None:
        if self.wanted:
            self.wanted = False
            if self.opened is not None:
                self.opened(self)

    def _wake(self) -> None:
        if self._arrived is not None:
            self._arrived.set()
