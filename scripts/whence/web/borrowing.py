"""A worker's connections on loan: it reads their requests and answers them itself, without the front between.

The front lends a connection on which one request after another was of the usual form (`whence.web.usual`) with the
same header fields. The worker sends it home as soon as something else comes, when an answer takes long, is a problem,
does not come in one piece or is not taken at once, and when nothing comes for a while. While it evaluates, the front
may take all connections back (`whence.web.lending`); what it evaluates for one of them is then told to the front, as
the answer to any question is.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from wsgiref.handlers import format_date_time

from whence.web import log_line
from whence.web.board import LENT, OTHER, Board
from whence.web.frames import ASK, HOME, LEND, NOTES, RECALL, WHOLE, Reader, Tell, frame, unpacked
from whence.web.heads import whole
from whence.web.remembering import Memory
from whence.web.usual import Asked, query_of

if TYPE_CHECKING:
    from whence.web.answering import Answerer

__all__ = ["BUSY", "IDLE_SECONDS", "PLAIN", "SLOW", "UNSENT", "Borrower"]

#: How a connection comes home: with bytes to be read first, with a question that is being answered, after an answer
#: that took long, with bytes to be written first.
PLAIN, BUSY, SLOW, UNSENT = range(4)
#: An answer that takes more processor time sends its connection home, and one that takes yet more all others.
_SLOW_SECONDS, _VERY_SLOW_SECONDS = 0.005, 0.02
#: What is not used for so long, and at most twice that, comes home.
IDLE_SECONDS = 1.0
_NOTE_SECONDS = 0.02
_NOTES_AT_ONCE = 32
_BEFORE_PARAMETERS = len(b"GET /sparql?")
_MEMORY_BYTES = 4 * 1024 * 1024


class _Lent:
    """One connection on loan."""

    __slots__ = ("head", "host", "key", "like", "number", "read", "sent", "socket", "used")

    def __init__(self, channel: socket.socket, number: int, terms: dict[str, Any]) -> None:
        self.socket = channel
        self.number = number
        self.key: bytes = terms["key"]
        self.like = Asked(*terms["like"])
        self.head: bytes = terms["head"]
        self.host: str | None = terms["host"]
        self.read = self.sent = 0
        self.used = True


class Borrower:
    """A worker's side of its channel to the front, and of all connections on loan."""

    def __init__(
        self, channel: socket.socket, given: socket.socket | None, board: Board | None, answerer: Callable[[Tell], Answerer]
    ) -> None:
        """
        :param channel: to the front
        :param given: where descriptors of connections come, or None when there are no loans
        :param board: what the front sees of this worker, or None when there are no loans
        :param answerer: makes what answers questions and tells of them as it is given
        """
        self._channel = channel
        self._given = given
        self._board = board
        self._reader = Reader()
        self._buffer = memoryview(bytearray(1 << 16))  # one for all: a new one each time costs the allocator much
        self._of_front = answerer(self._say)
        self._of_lent = answerer(self._take)
        self._lent: dict[int, _Lent] = {}
        self._current: _Lent | None = None
        self._passing_on = False
        self._epoch = 0
        self._memory = Memory(_MEMORY_BYTES)
        self._notes: list[tuple[str, str, int, float]] = []
        self._hits = 0
        self._noted = self._swept = self._begun = 0.0
        self._date = 0, b""
        self._request = self._key = b""  # of the question at hand
        if board is not None:
            self._poller = select.epoll()
            self._poller.register(channel.fileno(), select.EPOLLIN)

    def run(self) -> None:
        """Answer until the front closes the channel."""
        while self._read_channel():
            if self._lent:
                self._run_lent()

    def _say(self, kind: int, head: dict[str, Any] | None = None, body: bytes = b"") -> None:
        self._channel.sendall(frame(kind, head, body))

    def _read_channel(self) -> bool:
        """Read what the front says; report whether it says more."""
        size = self._channel.recv_into(self._buffer)
        for kind, head, body in self._reader.feed(bytes(self._buffer[:size])):
            if kind == ASK:
                self._answer(head, body)
            elif kind == LEND:
                self._borrow(unpacked(head))
            elif kind == RECALL:
                self._some_home(unpacked(head)["count"])
        return size > 0

    def _answer(self, head: bytes, query: bytes) -> None:
        board = self._board
        if board is None:
            self._of_front.answer(head, query)
            return
        board.begin(OTHER)
        self._of_front.answer(head, query)
        if not board.leave(self._epoch):
            self._forget()

    def _run_lent(self) -> None:
        """Serve the channel and the connections on loan as long as there are any."""
        channel = self._channel.fileno()
        _schedule("SCHED_OTHER")  # or a long query would keep the processor until its time is up
        while self._lent:
            ready = self._poller.poll(_NOTE_SECONDS if self._notes else IDLE_SECONDS)
            self._look_after(not ready)
            for descriptor, _ in ready:
                if descriptor == channel:
                    if not self._read_channel():
                        return
                elif descriptor in self._lent:
                    self._serve(self._lent[descriptor])
        self._tell_notes()
        _schedule("SCHED_BATCH")

    def _borrow(self, terms: dict[str, Any]) -> None:
        assert self._given is not None and self._board is not None
        descriptors = socket.recv_fds(self._given, 1, 1)[1]
        if terms["epoch"] != self._epoch:  # it was taken back before it came
            for descriptor in descriptors:
                socket.socket(fileno=descriptor).close()
        elif not descriptors:  # this process may open no more
            self._board.send_home()
            self._say(HOME, {"number": terms["number"], "how": SLOW})
        else:
            channel = socket.socket(fileno=descriptors[0])
            channel.setblocking(False)
            self._lent[descriptors[0]] = _Lent(channel, terms["number"], terms)
            self._poller.register(descriptors[0], select.EPOLLIN)

    def _serve(self, lent: _Lent) -> None:
        """Read from a connection and answer what it asks, or send it home."""
        board = self._board
        assert board is not None
        lent.used = True
        board.read_from(lent.number, lent.read, lent.sent)
        try:
            size = lent.socket.recv_into(board.request)
        except (BlockingIOError, InterruptedError):
            board.end()
            return
        except OSError:  # the front will see that too
            size = 0
        board.has_read(size)
        lent.read += size
        self._begun = time.perf_counter()
        self._request = data = bytes(board.request[:size])
        text = query_of(data, lent.key, lent.like)
        if text is None:
            self._home(lent, PLAIN, data)
            board.end()
            return
        query = text.encode()
        self._current, self._key = lent, lent.head + query
        remembered = self._memory.get(self._key)
        if remembered is not None:
            self._hits += 1
            self._deliver(lent, *remembered)
            return
        begun = time.thread_time()
        board.begin(LENT)
        self._of_lent.answer(lent.head, query)
        if self._passing_on:
            self._passing_on = False
            if not board.leave(self._epoch):
                self._forget()
        board.end()
        self._send_slow_home(lent, time.thread_time() - begun)

    def _send_slow_home(self, lent: _Lent, seconds: float) -> None:
        """Let nobody wait behind answers that take long: the front hands questions to whoever is free."""
        if seconds > _SLOW_SECONDS and lent.socket.fileno() in self._lent:
            self._home(lent, SLOW)
        if seconds > _VERY_SLOW_SECONDS:
            self._some_home(len(self._lent))

    def _take(self, kind: int, head: dict[str, Any] | None = None, body: bytes = b"") -> None:
        """Take a message of the answer to the question of a connection on loan."""
        if self._passing_on:
            self._say(kind, head, body)
            return
        lent, board = self._current, self._board
        if lent is None or board is None:  # it was answered
            return
        kept = board.leave(self._epoch)
        if kept and kind == WHOLE and head is not None and head["status"] == 200:
            self._memory.put(self._key, head, body)
            self._deliver(lent, head, body)
            return
        self._current = None
        if kept:
            self._home(lent, BUSY, self._request)
        else:
            self._forget()
        self._passing_on = True
        board.begin(OTHER)
        self._say(kind, head, body)

    def _deliver(self, lent: _Lent, head: dict[str, Any], body: bytes) -> None:
        """Send an answer to the client, at once; what it does not take now is for the front to send."""
        board = self._board
        assert board is not None
        self._current = None
        data = whole([(b"date", self._now())], head, body)
        board.send(len(data))
        try:
            sent = lent.socket.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:  # the client has gone away
            sent = len(data)
        lent.sent += sent
        self._note(lent, len(body))
        if sent < len(data):
            self._home(lent, UNSENT, data[sent:])
        board.end()

    def _now(self) -> bytes:
        """Return the time as HTTP writes it (RFC 9110, section 5.6.7)."""
        second = int(time.time())
        if second != self._date[0]:
            self._date = second, format_date_time(second).encode()
        return self._date[1]

    def _note(self, lent: _Lent, size: int) -> None:
        now = time.perf_counter()
        seconds = now - self._begun
        method, data = lent.like.method, self._request
        asked = data[_BEFORE_PARAMETERS : data.index(b" ", _BEFORE_PARAMETERS)] if method == "GET" else b""
        text = log_line.line(lent.host, method, "/sparql", asked, 200, size, seconds, True)
        if not self._notes:
            self._noted = now
        self._notes.append((text, method, size, seconds))

    def _tell_notes(self) -> None:
        if self._notes:
            self._say(NOTES, {"notes": self._notes, "hits": self._hits})
            self._notes, self._hits = [], 0

    def _look_after(self, quiet: bool) -> None:
        """Tell the notes now and then, and send home what is not used."""
        now = time.perf_counter()
        if self._notes and (quiet or len(self._notes) >= _NOTES_AT_ONCE or now - self._noted > 2 * _NOTE_SECONDS):
            self._tell_notes()
        if now - self._swept > IDLE_SECONDS:
            self._swept = now
            for lent in list(self._lent.values()):
                if not lent.used:
                    self._home(lent, PLAIN)
                lent.used = False

    def _home(self, lent: _Lent, how: int, data: bytes = b"") -> None:
        """Send a connection home."""
        assert self._board is not None
        self._tell_notes()
        self._drop(lent)
        self._board.send_home()
        self._say(HOME, {"number": lent.number, "how": how}, data)

    def _drop(self, lent: _Lent) -> None:
        descriptor = lent.socket.fileno()
        del self._lent[descriptor]
        self._poller.unregister(descriptor)
        lent.socket.close()

    def _some_home(self, count: int) -> None:
        for lent in list(self._lent.values())[:count]:
            self._home(lent, PLAIN)

    def _forget(self) -> None:
        """Leave all connections to the front, which has taken them back."""
        assert self._board is not None
        self._epoch = self._board.epoch
        for lent in list(self._lent.values()):
            self._drop(lent)


def _schedule(policy: str) -> None:
    """Choose how the kernel lets this thread run (sched(7)); where it does not let us, all goes on as it was."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, getattr(os, policy), os.sched_param(0))
