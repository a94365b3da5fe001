"""One worker process and the socket to it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from whence.web.exchange import Exchange
from whence.web.frames import BROKEN, END, HOME, NOTES, READY, WHOLE, Reader, unpacked
from whence.web.lending import Loan, Loans, stands_still
from whence.web.problems import Problem

if TYPE_CHECKING:
    from whence.web.pool import Pool

__all__ = ["Link"]

#: The priority of a worker whose query takes long, so that others do not notice it (setpriority, 0 to 19).
LONG_QUERY_NICENESS = 15
#: What took less is followed by the like: then a worker is handed the next questions before it has answered.
BRISK_SECONDS = 0.002
HANDED_AT_ONCE = 4
#: A worker is replaced after so many answers, so that no slow growth of memory adds up.
ANSWERS_EACH = 200_000
#: How long a worker may take to stand still before that is tried anew: steps, and the seconds of each.
_STOP_STEP_SECONDS = 0.001
_STOP_STEPS = 20


def _scratch() -> BinaryIO:
    """Return a file for what a worker says before it dies: in memory where there is such a thing, so that a full disk stops nobody."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("whence-worker"), "r+b")
    return cast(BinaryIO, tempfile.TemporaryFile())


class Link(asyncio.Protocol):
    """A worker as the front knows it.

    :ivar exchanges: what it works on, and what it was handed to do next
    :ivar since: when it began with the first of them, on the monotonic clock
    :ivar brisk: whether its last answer came so soon that it may be handed several questions
    :ivar long: whether its query takes long, so that it counts no more as one of the quick ones
    :ivar halted: whether it is stopped until another long query has ended
    :ivar loans: the connections it has on loan
    :ivar answered: how many answers it gave
    """

    def __init__(self, pool: Pool) -> None:
        self.exchanges: deque[Exchange] = deque()
        self.brisk = False
        self.since = time.monotonic()
        self.ready = False
        self.long = False
        self.halted = False
        self.answered = 0
        self.loans = Loans()
        self._pool = pool
        self._reader = Reader()
        self._transport: Any = None
        self._reason: Problem | None = None
        self._paused = False
        self._freeing = False
        self._errors = _scratch()
        self.process: subprocess.Popen[bytes] | None = None

    async def open(self, command: Callable[[list[int]], list[str]]) -> None:
        """Start the process; it is ready when it says so.

        :raises OSError: there is no room for one more
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                descriptors = [theirs.fileno(), *self.loans.open()]
                self.process = subprocess.Popen(
                    [sys.executable, *command(descriptors)],
                    pass_fds=descriptors, stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors,
                )  # fmt: skip
            self.loans.started()
        except OSError:
            self.loans.close()
            ours.close()
            raise
        ours.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    @property
    def exchange(self) -> Exchange | None:
        """What it works on, or None."""
        return self.exchanges[0] if self.exchanges else None

    @property
    def has_room(self) -> bool:
        """Whether it can be handed a question: it is idle, or busy with one that is most likely done in a moment."""
        if not self.exchanges:
            return True
        return self.brisk and len(self.exchanges) < HANDED_AT_ONCE and not self.long and time.monotonic() - self.since < BRISK_SECONDS

    def begin(self, exchange: Exchange) -> None:
        """Hand a question to the worker."""
        if not self.exchanges:
            self.since = time.monotonic()
        self.exchanges.append(exchange)
        exchange.link = self
        self._transport.write(exchange.message)

    @property
    def may_borrow(self) -> bool:
        """Whether a connection can be lent to it."""
        return self.ready and not self.long and not self.worn and self.loans.room and (not self.exchanges or self.brisk)

    @property
    def worn(self) -> bool:
        """Whether it has answered so much that another one should take its place."""
        return self.answered >= ANSWERS_EACH

    def lend(self, loan: Loan) -> None:
        """Lend it a connection; nothing happens when the system does not let us."""
        self._transport.write(self.loans.lend(loan))

    def recall(self, count: int | None = None) -> None:
        """Ask for so many of the connections it has, or all."""
        if self.loans.out:
            self._transport.write(self.loans.recall(len(self.loans.out) if count is None else count))

    def take_up(self, exchange: Exchange) -> None:
        """Take note of a question that it has begun with, before all others, on a connection it had on loan."""
        self._pool.engage(self)
        self.since = time.monotonic()
        self.brisk = False
        self.exchanges.appendleft(exchange)
        exchange.link = self

    async def free(self) -> None:
        """Take back all connections from a worker that stays with one question: it stands still while that is decided."""
        if self.process is None or self.halted or self._freeing:
            return
        self._freeing = True
        self._signal(signal.SIGSTOP)
        try:
            for _ in range(_STOP_STEPS):
                if stands_still(self.process.pid):
                    self.loans.take_back(self)
                    return
                await asyncio.sleep(_STOP_STEP_SECONDS)  # a machine that is very busy: the next tick tries again
        finally:
            self._freeing = False
            if not self.halted:
                self._signal(signal.SIGCONT)

    def take_back(self, begun: int = 1) -> list[Exchange]:
        """Return the questions that it has not begun with; what it will answer to them is thrown away.

        :param begun: how many it has begun with
        """
        taken = list(self.exchanges)[begun:]
        for at, exchange in enumerate(taken, start=begun):
            exchange.link = None
            self.exchanges[at] = Exchange(b"", exchange.seconds)
            self.exchanges[at].abandon()
        return [exchange for exchange in taken if exchange.wanted]

    def data_received(self, data: bytes) -> None:
        for kind, head, body in self._reader.feed(data):
            if kind == READY:
                self.ready = True
                self._pool.release(self)
                continue
            if kind in (HOME, NOTES):
                self._of_loans(kind, unpacked(head), body)
                continue
            if not self.exchanges:
                continue
            exchange = self.exchanges[0]
            if kind in (WHOLE, END, BROKEN):  # the next question goes out before this answer is looked at
                now = time.monotonic()
                self.brisk, self.since = now - self.since < BRISK_SECONDS, now
                self.exchanges.popleft()
                exchange.link = None
                self.resume()
                self.answered += 1
                self._pool.release(self)
            exchange.take(kind, unpacked(head), body)

    def _of_loans(self, kind: int, head: dict[str, Any], body: bytes) -> None:
        if kind == NOTES:
            self.answered += len(head["notes"])
            self._pool.note(head["notes"], head["hits"])
        else:
            self.loans.come_home(head, body, self)
        if self.worn and not self.exchanges:
            self._pool.retire(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.loans.lost(self)
        self.loans.close()
        again = self.take_back()
        exchange = self.exchange
        self.exchanges.clear()
        if exchange is not None:
            exchange.link = None
            exchange.fail(self._reason or self._last_words())
        self._errors.close()
        self._pool.lost(self, again)

    def _last_words(self) -> Problem:
        """Return the problem of a worker that ended by itself: out of memory, as the engine then says, or crashed."""
        try:
            self._errors.seek(0)
            words = self._errors.read(4000)
        except (OSError, ValueError):
            words = b""
        if b"memory allocation" in words or b"MemoryError" in words:
            return Problem(503, "The query needs more memory than one query may take. Narrow it.")
        return Problem(503, "The process that worked on this query ended. Ask again.", {"Retry-After": "1"})

    def kill(self, detail: str, headers: dict[str, str] | None = None) -> None:
        """End the process and with it its query, which fails with this problem."""
        self._reason = self._reason or Problem(503, detail, headers)
        self.resume()  # or the end of its socket would never be seen
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def demote(self) -> None:
        """Let the query go on with what the others leave of the processors."""
        self.long = True
        if self.process is not None:
            try:
                os.setpriority(os.PRIO_PROCESS, self.process.pid, LONG_QUERY_NICENESS)
            except OSError:
                pass  # it has just ended, or the platform does not let us
        if self.exchange is not None and self.exchange.gone is not None:
            self.exchange.gone()

    def halt(self) -> None:
        """Stop the process where it is (SIGSTOP): it keeps its memory and takes no time."""
        self.halted = True
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a halted process go on."""
        self.halted = False
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def close(self) -> None:
        """Let an idle worker go: it ends when its socket closes."""
        self._transport.close()

    def pause(self) -> None:
        """Read no further from the worker, which then waits too."""
        if not self._paused and self._reason is None:
            self._pool.ask_again(self.take_back())  # their answers would have to wait for a slow client
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
