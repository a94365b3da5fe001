"""The bytes that requests and answers hold in one process together: half-sent bodies, answers kept whole for HTTP/1.0."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from whence.web.http.problems import Problem


class Holding:
    """What one request holds.

    :ivar size: bytes
    """

    __slots__ = ("_budget", "limit", "size")

    def __init__(self, budget: Budget) -> None:
        self.size = 0
        self.limit: asyncio.Timeout | None = None
        self._budget = budget

    def take(self, size: int) -> None:
        """Hold more; those that wait for their clients longest make room.

        :raises Problem: 503 when there is no room to be made
        """
        self._budget.take(self, size)

    def give(self, size: int) -> None:
        """Hold less."""
        self._budget.give(self, size)

    @asynccontextmanager
    async def waiting(self, seconds: float) -> AsyncIterator[None]:
        """Wait for the client inside of this, at most so long, or until the room is needed for others.

        :raises TimeoutError: that was so
        """
        async with asyncio.timeout(seconds) as self.limit:
            self._budget.waiting[self] = None
            try:
                yield
            finally:
                self._budget.waiting.pop(self, None)


class Budget:
    """The bound for one process.

    :ivar waiting: what waits for a client, the one that has waited longest first
    """

    def __init__(self, size: int) -> None:
        self.waiting: dict[Holding, None] = {}
        self._room = size

    def take(self, holding: Holding, size: int) -> None:
        """See `Holding.take`."""
        while self._room < size:
            oldest = next(iter(self.waiting), None)
            if oldest is None or oldest is holding:
                raise Problem(503, "The server holds as much as it can for other clients.", {"Retry-After": "1", "Connection": "close"})
            del self.waiting[oldest]
            if oldest.limit is not None:
                oldest.limit.reschedule(0)
            self.give(oldest, oldest.size)
        self._room -= size
        holding.size += size

    def give(self, holding: Holding, size: int) -> None:
        """See `Holding.give`."""
        size = min(size, holding.size)  # what made room holds nothing any more
        self._room += size
        holding.size -= size
