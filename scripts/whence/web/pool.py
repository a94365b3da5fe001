"""The workers of one snapshot: who is free, who waits, who takes too long.

A query runs at first in one of `workers` quick workers. When it is not done after `QUICK_SECONDS` its worker
goes on at low priority beside them and another one takes its place. At most `long_queries` of these run; twice as
many may stand still until one of them has ended, and a query that would be one more is ended (503). So a quick worker
is held no longer than that, and a request that finds `n` others waiting before it begins within
`QUICK_SECONDS * (1 + n / workers)` and the time that starting a process takes, whatever the other queries are.

A worker whose last answer came at once is handed up to `HANDED_AT_ONCE` questions, so that it need not wait for the
front between them. When the first of them takes longer than a tick of the watch, the others are taken back and go
to other workers, before all that wait.

A client that asks one lookup after another has its connection lent to a worker (`whence.web.lending`), which then
answers without the front between; a worker that is not done within two ticks has all of them taken back.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from whence.errors import WhenceError
from whence.web.exchange import Exchange
from whence.web.federation.allowlist import allowed_hosts
from whence.web.lending import Loan
from whence.web.link import Link
from whence.web.problems import Problem
from whence.web.settings import Settings

__all__ = ["HALTED_FOR_EACH", "QUICK_SECONDS", "Pool"]

QUICK_SECONDS = 0.15
#: Long queries that may stand still for each that runs; each keeps its memory.
HALTED_FOR_EACH = 2
_TICK_SECONDS = 0.025
_STARTS_IN_VAIN = 5
#: How often connections may be called home so that the workers have about as many each.
_BALANCE_SECONDS = 0.1
_RECALL_SECONDS, _RECALL_STEP_SECONDS = 2.0, 0.002
#: Line for the log, method, bytes and seconds of each answer.
Notes = list[tuple[str, str, int, float]]


class Pool:
    """The worker processes that answer from one snapshot.

    :ivar digest: of the snapshot
    :ivar killed: reason to how many workers were ended for it
    """

    def __init__(self, digest: str, context: str, settings: Settings, noted: Callable[[Notes, int], None] | None = None) -> None:
        """
        :param noted: takes what workers answered on connections lent to them, and how much of that from memory
        """
        self.digest = digest
        self.killed: dict[str, int] = {"time": 0, "busy": 0, "gone": 0, "died": 0}
        self._context = context
        self._settings = settings
        self._links: set[Link] = set()
        self._ending: list[Link] = []
        self._idle: list[Link] = []
        self._waiting: deque[tuple[float, Exchange]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._lending = True
        self._balanced = 0.0
        self._noted = noted
        self._in_vain = 0
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Start the workers and return when one is ready.

        :raises WhenceError: when none can be started
        """
        self._keep(self._watch())
        self._fill()
        while not self._ready.is_set():
            if self._in_vain >= _STARTS_IN_VAIN:
                raise WhenceError("The worker processes end as soon as they start.", fix="See what python -m whence.web.worker says.")
            try:
                await asyncio.wait_for(self._ready.wait(), 0.1)
            except TimeoutError:
                continue

    @property
    def counts(self) -> dict[str, int]:
        """How many workers are idle, quick and long, how many requests wait, and how many connections are lent."""
        busy = [link for link in self._links if link.exchange is not None]
        long = sum(link.long for link in busy)
        lent = sum(len(link.loans.out) for link in self._links)
        return {"idle": len(self._idle), "quick": len(busy) - long, "long": long, "waiting": len(self._waiting), "lent": lent}

    @property
    def processes(self) -> list[int]:
        """The process numbers of the workers."""
        return [link.process.pid for link in self._links if link.process is not None]

    def ask(self, exchange: Exchange) -> Exchange:
        """Hand a question to a free worker, or let it wait for one; return it.

        :raises Problem: 429 when too many wait already
        """
        while self._idle:
            link = self._idle.pop()
            if link in self._links:  # its process may have ended a moment ago
                link.begin(exchange)
                return exchange
        for link in self._links:
            if link.ready and link.has_room:
                link.begin(exchange)
                return exchange
        if len(self._waiting) >= self._settings.queue:
            raise Problem(429, "Too many requests wait already. Ask again in a moment.", {"Retry-After": "1"})
        self._waiting.append((time.monotonic(), exchange))
        return exchange

    def release(self, link: Link) -> None:
        """Take back a worker that is ready for the next question."""
        self._ready.set()
        self._in_vain = 0
        if link.long or link.worn:
            self.retire(link)
            return
        self._hand_out(link)
        if not link.exchanges:
            if self._closing:
                self._drop(link)
            else:
                self._idle.append(link)

    def lend(self, loan: Loan) -> None:
        """Lend a connection to the worker that has fewest, unless there is something against it."""
        if self._lending and not self._waiting:
            links = [link for link in self._links if link.may_borrow]
            if links:
                min(links, key=lambda link: len(link.loans.out)).lend(loan)

    def _balance(self, now: float) -> None:
        """Call home some connections of a worker that has many more than another, such as one that has just started."""
        links = [link for link in self._links if link.may_borrow]
        if len(links) < 2 or now < self._balanced + _BALANCE_SECONDS:
            return
        links.sort(key=lambda link: len(link.loans.out))
        excess = len(links[-1].loans.out) - len(links[0].loans.out)
        if excess > 2:
            self._balanced = now
            links[-1].recall(excess // 2)

    def note(self, notes: Notes, hits: int) -> None:
        """Take what a worker answered on connections lent to it."""
        if self._noted is not None:
            self._noted(notes, hits)

    def engage(self, link: Link) -> None:
        """Take note that a worker is no longer idle."""
        if link in self._idle:
            self._idle.remove(link)

    def retire(self, link: Link) -> None:
        """Let a worker go that has nothing to answer, as soon as no connection is lent to it."""
        self.engage(link)
        if link.loans.out:
            link.recall()
        elif link in self._links:
            self._drop(link)

    async def recall(self) -> None:
        """Take back all connections, and lend no more; a worker that gives nothing back is ended."""
        self._lending = False
        end = time.monotonic() + _RECALL_SECONDS
        for link in self._links:
            link.recall()
        while having := [link for link in self._links if link.loans.out]:
            if time.monotonic() > end:
                for link in having:
                    link.kill("The graph was exchanged. Ask again.", {"Retry-After": "1"})
            await asyncio.sleep(_RECALL_STEP_SECONDS)

    def ask_again(self, exchanges: list[Exchange]) -> None:
        """Hand out questions anew that a worker did not begin with, before all others that wait."""
        now = time.monotonic()
        self._waiting.extendleft((now, exchange) for exchange in reversed(exchanges))
        while self._waiting and self._idle:
            self._hand_out(self._idle.pop())

    def _hand_out(self, link: Link) -> None:
        while self._waiting and link.has_room:
            exchange = self._waiting.popleft()[1]
            if exchange.wanted:
                link.begin(exchange)

    def lost(self, link: Link, unbegun: list[Exchange]) -> None:
        """Replace a worker whose process has ended.

        :param unbegun: questions it was handed and had not begun with
        """
        self._ending.append(link)
        if link in self._idle:
            self._idle.remove(link)
        if link in self._links:
            self._links.discard(link)
            self.killed["died"] += 1
            if not link.ready:
                self._in_vain += 1
        self.ask_again(unbegun)
        self._fill()

    async def close(self) -> None:
        """Let everybody finish, then end the workers."""
        await self.recall()
        self._closing = True
        for link in list(self._idle):
            self._drop(link)
        self._idle.clear()
        while self._links and any(link.exchange is not None for link in self._links):
            await asyncio.sleep(_TICK_SECONDS)
        self.end()

    def end(self) -> None:
        """End all workers now, whatever they do."""
        self._closing = True
        for link in [*self._links, *self._ending]:
            link.kill("The server is going down.", {"Retry-After": "5"})
            if link.process is not None:
                link.process.wait()
        for task in self._tasks:
            task.cancel()

    def _fill(self) -> None:
        if self._closing and not self._waiting:
            return
        quick = sum(not link.long for link in self._links)
        for _ in range(self._settings.workers - quick):
            link = Link(self)
            self._links.add(link)
            self._keep(self._open(link))

    async def _open(self, link: Link) -> None:
        if self._in_vain:
            await asyncio.sleep(min(1.0, 0.05 * 2**self._in_vain))
        try:
            await link.open(self._command)
        except OSError:
            self._links.discard(link)
            self._in_vain += 1
            await asyncio.sleep(0.5)
            self._fill()

    def _command(self, descriptors: list[int]) -> list[str]:
        memory = str(self._settings.max_memory)
        hosts = ",".join(allowed_hosts(self._settings.allow_service))
        return ["-m", "whence.web.worker", ",".join(map(str, descriptors)), self.digest, memory, self._context, hosts]

    def _drop(self, link: Link) -> None:
        """Let a worker go that has just answered, or never was asked."""
        self._links.discard(link)
        self.ask_again(link.take_back(begun=0))
        link.close()
        self._fill()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            now = time.monotonic()
            for link in list(self._links):
                if link.loans.stuck():
                    self._keep(link.free())
                if link.exchange is not None:
                    self._look_at(link, now)
            self._balance(now)
            self._wake()
            while self._waiting and now - self._waiting[0][0] > self._waiting[0][1].seconds:
                problem = Problem(503, "No worker became free within the time limit.", {"Retry-After": "1"})
                self._waiting.popleft()[1].fail(problem)
            for since, exchange in self._waiting:
                if exchange.gone is not None and now - since > _TICK_SECONDS and exchange.wanted:
                    exchange.gone()
            self._ending = [link for link in self._ending if link.process is not None and link.process.poll() is None]

    def _look_at(self, link: Link, now: float) -> None:
        exchange = link.exchange
        if exchange is None:
            return
        age = now - link.since
        if age > _TICK_SECONDS and len(link.exchanges) > 1:
            self.ask_again(link.take_back())
        if exchange.abandoned and age > _TICK_SECONDS:
            self.killed["gone"] += 1
            self._end_query(link, "The client went away.")
        elif age > exchange.seconds:
            self.killed["time"] += 1
            self._end_query(link, f"The query took longer than {exchange.seconds:g} seconds. Narrow it.")
        elif age > QUICK_SECONDS and not link.long:
            if link.loans.out:  # they must not wait for it
                link.recall()
            else:
                self._set_aside(link)

    def _set_aside(self, link: Link) -> None:
        """Let a query that takes long go on beside the quick ones: now, or when there is room, or not at all."""
        running = sum(other.long and not other.halted for other in self._links)
        halted = sum(other.halted for other in self._links)
        if running >= self._settings.long_queries and halted >= HALTED_FOR_EACH * self._settings.long_queries:
            self.killed["busy"] += 1
            self._end_query(link, "Too many long queries run already. Ask again later.", {"Retry-After": "5"})
            return
        link.demote()
        if running >= self._settings.long_queries:
            link.halt()
        self._fill()

    def _wake(self) -> None:
        """Let halted queries go on as long as there is room, those that began first."""
        halted = sorted((link for link in self._links if link.halted), key=lambda link: link.since)
        room = self._settings.long_queries - sum(link.long and not link.halted for link in self._links)
        for link in halted[: max(0, room)]:
            link.go_on()

    def _end_query(self, link: Link, detail: str, headers: dict[str, str] | None = None) -> None:
        self._links.discard(link)
        link.kill(detail, headers)
        self._fill()

    def _keep(self, coroutine: object) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
