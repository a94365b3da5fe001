"""Evaluations in threads, within limits: quick ones first, a bounded number of long ones, each until its time is over.

The engine releases the interpreter while it evaluates, but cannot be stopped. So the loop goes on meanwhile, and a limit is
kept by telling the client and ending the process: an evaluation that is not done after `quick_seconds` makes its process
retire. It goes on at low priority if the supervisor allows one more; else it is refused (429).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any

from whence.report.words import count
from whence.web.http.problems import Problem
from whence.web.settings import Settings

#: Pieces of an answer that wait for the client before the thread that makes them does.
_PIECES_AHEAD = 4
#: How long the loop waits for an evaluation that it has just started.
_INSTANT_SECONDS = 0.005
#: What a long evaluation yields to all quick ones (nice(2)); with `SCHED_IDLE` it would wait too long on a busy machine to end with its process.
_LOW_PRIORITY = 15
#: Evaluations that a process has let go on or given up, after which it takes up no more: it is about to end.
_MOST_UNFINISHED = 64
#: How often an evaluation is looked at while it is a quick one.
_LOOK_SECONDS = 0.02
#: After this part of `quick_seconds` on the processor, which lookups and cards never need, a thread yields to all others. One that
#: did not get so much is slow since the machine is busy, and may take some times as long.
_YIELDING, _PATIENCE = 1 / 3, 4


#: What is done in a thread: takes what hands a piece to the loop, and returns the last piece.
Function = Callable[[Callable[[Any], None]], Any]


class Cancelled(Exception):
    """Nobody wants the answer any more; raised in the thread that makes it."""


class Gone(Exception):
    """The client has gone away."""


class Evaluation:
    """One piece of work: made by the loop, done in a thread.

    :ivar number: tells it from all other long ones of the process
    :ivar client: whom it counts for
    :ivar end: until when it may go on, on the monotonic clock
    :ivar long: whether it takes longer than a quick one
    :ivar failure: why it was given up, or None
    :ivar page: whether it is something of our own, which nobody can narrow, and no query
    """

    __slots__ = (
        "_function", "_gone", "_loop", "_pieces", "_room", "_spent", "_waiter", "_watch", "begun", "client", "done", "end", "failure", "finished", "long",
        "number", "page", "pushed", "result", "seconds", "started", "thread", "timers", "waited_for", "yielded",
    )  # fmt: skip

    def __init__(self, function: Function, client: str, seconds: float, gone: Callable[[], Coroutine[Any, Any, None]] | None = None, *, page: bool = False) -> None:
        """
        :param function: what is done; it may push pieces, and what it returns is the last one
        :param gone: returns once the client has gone away; then the work is given up
        """
        self.number = 0
        self.client = client
        self.seconds = seconds
        self.page = page
        self.end = time.monotonic() + seconds
        self.long = self.started = self.finished = self.waited_for = self.pushed = self.yielded = False
        self.failure: Exception | None = None
        self.timers: list[asyncio.TimerHandle] = []
        self.thread: _Thread | None = None
        self.result: tuple[Any, Exception | None] = None, None
        self.done = threading.Lock()
        self.done.acquire()
        self.begun = 0.0
        self._spent: float | None = None
        self._function = function
        self._gone = gone
        self._watch: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._room: threading.Semaphore | None = None  # most have one piece
        self._pieces: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def push(self, piece: Any) -> None:
        """Hand a piece to the loop; waits while the client reads more slowly than they come. For the thread.

        :raises Cancelled: nobody wants it
        """
        self._room = self._room or threading.Semaphore(_PIECES_AHEAD)
        if self.failure is None:
            self._room.acquire()
        if self.failure is not None:
            raise Cancelled
        self.pushed = True
        self._pieces.append(piece)  # here, so that it comes before the last one, whatever the loop does first
        self._loop.call_soon_threadsafe(self._wake)

    def run(self, thread: _Thread, finished: Callable[[Evaluation], None]) -> None:
        """Do the work. For the thread."""
        self.thread = thread
        if self.long:  # the machine is so busy that it turned long before it began
            thread.yield_to_others()
        result: Any = None
        error: Exception | None = None
        try:
            if self.failure is None:
                result = self._function(self.push)
        except Exception as raised:
            error = raised
        except BaseException as raised:  # a panic of the engine: the request fails, the process goes on
            error = RuntimeError(f"The engine failed: {raised!r}")
        self.result = result, error
        self.done.release()
        if self.waited_for:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(finished, self)

    def spent(self) -> float:
        """Return the seconds its thread had on the processor since this was first asked."""
        if self.thread is None:
            return 0.0
        now = self.thread.spent()
        if self._spent is None:
            self._spent = now
        return now - self._spent

    def watch(self) -> None:
        """Give the work up once the client goes away, from now on."""
        if self._watch is None and self._gone is not None:
            self._watch = self._loop.create_task(self._look_for(self._gone))

    async def _look_for(self, gone: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await gone()
        self.fail(Gone())

    def close(self) -> None:
        """Want no more of it."""
        if self._watch is not None:
            self._watch.cancel()
        self.fail(Gone())

    async def next(self) -> Any:
        """Return the next piece, the last one with `finished` set.

        :raises Exception: what it was given up for, or failed with
        """
        while not self._pieces:
            if self.failure is not None:
                raise self.failure
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        piece = self._pieces.pop(0)
        if self._room is not None:
            self._room.release()
        if isinstance(piece, Exception):
            raise self.failure or piece
        return piece

    @property
    def complete(self) -> bool:
        """Whether there are no more pieces."""
        return self.finished and not self._pieces

    def fail(self, error: Exception) -> None:
        """Give it up."""
        if self.failure is None and not self.finished:
            self.failure = error
            if self._room is not None:
                self._room.release()
            self._wake()

    def finish(self) -> None:
        """Take the last piece, or the error instead of one."""
        self.finished = True
        result, error = self.result
        for timer in self.timers:
            timer.cancel()
        self._pieces.append(result if error is None else error)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class _Thread(threading.Thread):
    """Does one piece of work after the other, until it has yielded to others, which cannot be taken back.

    :ivar yielded: whether its priority is low
    """

    def __init__(self, jobs: SimpleQueue[Evaluation], finished: Callable[[Evaluation], None]) -> None:
        super().__init__(daemon=True)
        self.yielded = False
        self._clock = 0
        self._jobs = jobs
        self._finished = finished

    def run(self) -> None:
        self._clock = time.pthread_getcpuclockid(threading.get_ident())
        while not self.yielded:
            self._jobs.get().run(self, self._finished)

    def spent(self) -> float:
        """Return the seconds it had on the processor; 0 when it has ended."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def yield_to_others(self) -> None:
        """Lower its priority."""
        self.yielded = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.native_id or 0, _LOW_PRIORITY)


class Executor:
    """Starts evaluations in the order of their clients' turns.

    :ivar unfinished: those that go on for long, and those given up that cannot be stopped
    """

    def __init__(self, settings: Settings, retire: Callable[[str], None], send: Callable[..., None]) -> None:
        """
        :param retire: has the process accept no more connections, for a reason
        :param send: sends a message to the supervisor
        """
        self._settings = settings
        self._retire = retire
        self._send = send
        self._most = max(1, settings.queue // settings.workers)
        self._queues: OrderedDict[str, deque[Evaluation]] = OrderedDict()
        self._waiting = self._running = self._threads = 0
        self._jobs: SimpleQueue[Evaluation] = SimpleQueue()
        self._numbers = itertools.count(1)
        self._refused: set[str] = set()
        self.unfinished: dict[int, Evaluation] = {}

    @property
    def waiting(self) -> int:
        """How many wait for a thread."""
        return self._waiting

    @property
    def busy(self) -> bool:
        """Whether anything is evaluated or waits that somebody wants."""
        return bool(self._running or self._waiting) or any(one.failure is None for one in self.unfinished.values())

    async def begin(self, evaluation: Evaluation) -> Any:
        """Start an evaluation and return its first piece.

        :raises Exception: what it was given up for, or failed with
        """
        if len(self.unfinished) >= _MOST_UNFINISHED:
            raise _ending()
        if self._running < self._settings.threads and not self._waiting:
            self._start(evaluation)
        else:
            self._enqueue(evaluation)
        try:
            return await evaluation.next()
        except asyncio.CancelledError:
            evaluation.fail(Gone())
            raise

    def give_up_long(self, problem: Problem) -> None:
        """Give up whatever takes long, since the process has no room for it."""
        for one in list(self.unfinished.values()):
            one.fail(problem)

    def granted(self, number: int, allowed: bool) -> None:
        """Take the supervisor's word on whether an evaluation may go on."""
        one = self.unfinished.get(number)
        if one is not None and not allowed:
            self._refused.add(one.client)
            one.fail(Problem(429, "Too many long queries run already. Ask again later, or narrow the query.", {"Retry-After": "2"}))

    def _enqueue(self, evaluation: Evaluation) -> None:
        queue = self._queues.setdefault(evaluation.client, deque())
        if self._waiting >= self._most or len(queue) >= max(1, self._most // 2):
            if not queue:
                del self._queues[evaluation.client]
            raise Problem(429, "Too many requests wait already. Ask again in a moment.", {"Retry-After": "1"})
        queue.append(evaluation)
        self._waiting += 1
        evaluation.watch()
        evaluation.timers.append(asyncio.get_running_loop().call_later(evaluation.seconds, self._expire, evaluation))

    def _next(self) -> None:
        """Start what waits, one of each client in turn, as long as there is room."""
        while self._waiting and self._running < self._settings.threads:
            client, queue = next(iter(self._queues.items()))
            evaluation = queue.popleft()
            self._waiting -= 1
            del self._queues[client]
            if queue:
                self._queues[client] = queue
            if len(self.unfinished) >= _MOST_UNFINISHED:
                evaluation.fail(_ending())
            if evaluation.failure is None:
                self._start(evaluation)

    def _start(self, evaluation: Evaluation) -> None:
        self._running += 1
        if self._threads < self._running:
            self._threads += 1
            _Thread(self._jobs, self._finish).start()
        evaluation.started = True
        self._jobs.put(evaluation)
        # Most are done before the loop would have turned. To wait for them costs less than to be woken: half as many lookups again.
        if evaluation.done.acquire(timeout=_INSTANT_SECONDS):
            self._settle(evaluation)
            return
        evaluation.waited_for = True
        if evaluation.done.acquire(blocking=False):
            self._settle(evaluation)
            return
        if not evaluation.timers:
            left = evaluation.end - time.monotonic()
            evaluation.timers.append(asyncio.get_running_loop().call_later(left, self._expire, evaluation))
        evaluation.begun = time.monotonic()
        self._look_again(evaluation)

    def _finish(self, evaluation: Evaluation) -> None:
        if not evaluation.finished:
            self._settle(evaluation)
            self._next()

    def _settle(self, evaluation: Evaluation) -> None:
        evaluation.finish()
        if evaluation.long:
            del self.unfinished[evaluation.number]
            self._send("done", number=evaluation.number)
        else:
            self._running -= 1

    def _look_again(self, evaluation: Evaluation) -> None:
        evaluation.timers.append(asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look, evaluation))

    def _look(self, evaluation: Evaluation) -> None:
        """Let an evaluation yield to others after a moment, and move it out of the way of the quick ones when it is none."""
        if evaluation.finished or evaluation.long:
            return
        taken, quick = time.monotonic() - evaluation.begun, self._quick_seconds(evaluation)
        slow = evaluation.spent() >= _YIELDING * self._settings.quick_seconds
        if slow:
            self._make_yield(evaluation)
        if taken >= quick and (slow or evaluation.pushed or taken >= _PATIENCE * quick):
            self._outlast(evaluation)
        else:
            self._look_again(evaluation)

    def _make_yield(self, evaluation: Evaluation) -> None:
        """Lower the priority of the thread that does it, or will."""
        if not evaluation.yielded:
            evaluation.yielded = True
            self._threads -= 1
            if evaluation.thread is not None:
                evaluation.thread.yield_to_others()

    def _outlast(self, evaluation: Evaluation) -> None:
        """Take an evaluation for a long one, and ask whether it may go on."""
        evaluation.long = True
        evaluation.number = next(self._numbers)
        self.unfinished[evaluation.number] = evaluation
        self._running -= 1
        self._make_yield(evaluation)
        self._retire("long")
        if evaluation.failure is None:
            self._send("long", number=evaluation.number, client=evaluation.client)
        evaluation.watch()
        self._next()

    def _quick_seconds(self, evaluation: Evaluation) -> float:
        """Return after how long an evaluation is a long one: sooner where its client had one refused, and others wait behind it."""
        return self._settings.quick_seconds / (3 if evaluation.client in self._refused else 1)

    def _expire(self, evaluation: Evaluation) -> None:
        evaluation.fail(_late(evaluation))
        if not evaluation.started:
            with contextlib.suppress(KeyError, ValueError):
                self._queues[evaluation.client].remove(evaluation)
                self._waiting -= 1
                if not self._queues[evaluation.client]:
                    del self._queues[evaluation.client]
        elif not evaluation.long:
            self._outlast(evaluation)


def _late(evaluation: Evaluation) -> Problem:
    allowed = count(evaluation.seconds, "second")
    if evaluation.page:
        return Problem(503, f"This took longer than {allowed}, for which the server is probably too busy. Ask again in a moment.", {"Retry-After": "5"})
    return Problem(503, f"The query took longer than {allowed}. Narrow it.")


def _ending() -> Problem:
    return Problem(503, "The process that took this request is about to end. Ask again.", {"Retry-After": "1", "Connection": "close"})
