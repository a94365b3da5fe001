"""Connections that are lent to a worker, seen from the front; what the worker does with them is in `whence.web.borrowing`.

A worker that stays with one question for longer than a tick of the pool's watch is stopped for a moment, and all its
connections are taken back: those it only waits on are read here again, and what it evaluates for one of them becomes
an exchange like all others. Needs epoll(7), memfd_create(2) and the passing of descriptors; elsewhere nothing is lent.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
import termios
from typing import TYPE_CHECKING, Any, NamedTuple

from whence.web.board import LENT, NOTHING, REQUEST_BYTES, Board
from whence.web.borrowing import BUSY, SLOW, UNSENT
from whence.web.frames import LEND, RECALL, frame
from whence.web.usual import Asked

if TYPE_CHECKING:
    from whence.web.connections import Connection
    from whence.web.link import Link

__all__ = ["LOANS_EACH", "Loan", "Loans", "possible", "stands_still"]

#: Connections that one worker may have at a time: a question waits for one of each of the others at most.
LOANS_EACH = 64
#: Where `tcpi_bytes_acked` is in the `tcp_info` of linux/tcp.h; `tcpi_bytes_received` follows.
_BYTES_ACKED = 120
_READINGS = 10


class Loan(NamedTuple):
    """A connection to be lent.

    :ivar key: what its requests have in common, as `whence.web.usual.query_of` takes it
    :ivar like: what one of them asked
    :ivar head: what its questions ask for besides the query, packed
    :ivar seconds: the limit of time of each
    """

    connection: Connection
    key: bytes
    like: Asked
    head: bytes
    seconds: float


def possible() -> bool:
    """Report whether this system can lend connections."""
    return hasattr(select, "epoll") and hasattr(os, "memfd_create") and hasattr(os, "waitid") and hasattr(socket, "send_fds")


class Loans:
    """The connections lent to one worker.

    :ivar out: number of a loan to the loan, and how many bytes had been read and written when it began
    """

    def __init__(self) -> None:
        self.out: dict[int, tuple[Loan, tuple[int, int]]] = {}
        self._board: Board | None = None
        self._giving: socket.socket | None = None
        self._descriptors: list[int] = []
        self._last = 0
        self._came = 0
        self._seen = -1

    def open(self) -> list[int]:
        """Return the descriptors that the worker must inherit; `started` closes them here.

        :raises OSError: there are no more to be had
        """
        if not possible():
            return []
        memory = os.memfd_create("whence-board")
        self._descriptors = [memory]
        os.truncate(memory, Board.SIZE)
        self._board = Board(memory)
        self._giving, theirs = socket.socketpair()
        self._giving.setblocking(False)
        self._descriptors = [theirs.detach(), memory]
        return self._descriptors

    def started(self) -> None:
        """The worker has its descriptors, or there is none: ours of them can go."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = []

    @property
    def room(self) -> bool:
        """Whether one more can be lent."""
        return self._board is not None and len(self.out) < LOANS_EACH

    def lend(self, loan: Loan) -> bytes:
        """Pass a connection on; return the message that tells the worker of it, empty when it could not be passed."""
        connection = loan.connection
        assert self._board is not None and self._giving is not None
        try:
            begun = _progress(connection.descriptor)
            socket.send_fds(self._giving, [b"\0"], [connection.descriptor])
        except (OSError, struct.error):
            return b""
        self._last += 1
        self.out[self._last] = loan, begun
        connection.leave_home()
        host = connection.scope["client"][0] if connection.scope["client"] else None
        like = tuple(loan.like._replace(query=b""))
        terms = {"number": self._last, "epoch": self._board.epoch, "key": loan.key, "like": like, "head": loan.head, "host": host}
        return frame(LEND, terms)

    def recall(self, count: int) -> bytes:
        """Return the message that asks for so many of them."""
        return frame(RECALL, {"count": count})

    def come_home(self, head: dict[str, Any], data: bytes, link: Link) -> None:
        """Take one that the worker sends home."""
        self._came += 1
        if head["number"] not in self.out:
            return
        loan, _ = self.out.pop(head["number"])
        how = head["how"]
        if how == BUSY:
            loan.connection.go_on(data, loan, link)
        elif how == UNSENT:
            loan.connection.come_home(unsent=data)
        else:
            loan.connection.come_home(data, slow=how == SLOW)

    def stuck(self) -> bool:
        """Report whether the worker is still with the question it was with the last time; to be called at every tick."""
        board = self._board
        if board is None or not self.out or board.stage == NOTHING:
            self._seen = -1
            return False
        seen, self._seen = self._seen, board.count
        return seen == self._seen

    def take_back(self, link: Link) -> None:
        """Take all from the worker, which stands still, if it is still in the middle of that question."""
        board = self._board
        if board is None or board.stage == NOTHING or board.count != self._seen or board.homes != self._came:
            return
        busy = board.number if board.stage == LENT else 0
        data = board.received
        board.take_all()
        out, self.out = self.out, {}
        for number, (loan, _) in out.items():
            if number == busy:
                loan.connection.go_on(data, loan, link)
            else:
                loan.connection.come_home()

    def lost(self, link: Link) -> None:
        """Take all from a worker that has ended."""
        board = self._board
        out, self.out = self.out, {}
        for number, (loan, begun) in out.items():
            if board is None or number != board.number:
                loan.connection.come_home()
            elif board.stage == LENT:
                loan.connection.go_on(board.received, loan, link)
            else:
                _settle(loan, begun, board)

    def close(self) -> None:
        """Give up what the worker shared with us."""
        self.started()
        if self._giving is not None:
            self._giving.close()
        if self._board is not None:
            self._board.close()
        self._board = self._giving = None


def _settle(loan: Loan, begun: tuple[int, int], board: Board) -> None:
    """Go on with a connection whose worker ended while it read a request or wrote an answer: the kernel knows how far it came."""
    connection = loan.connection
    try:
        read, written = (now - then - before for now, then, before in zip(_progress(connection.descriptor), begun, board.before, strict=True))
    except (OSError, struct.error):
        read, written = -1, -1
    if written == 0 and 0 <= read <= REQUEST_BYTES:  # nothing of an answer went out
        connection.come_home(bytes(board.request[:read]))
    elif written > 0 and written == board.sending:
        connection.come_home()
    else:
        connection.transport.abort()


def _progress(descriptor: int) -> tuple[int, int]:
    """Return how many bytes programs have read from a TCP socket, and written to it (tcp(7), `TCP_INFO`).

    :raises OSError: it is none, or closed, or so much goes on there that it cannot be told
    :raises struct.error: the kernel does not tell
    """
    with socket.socket(fileno=os.dup(descriptor)) as channel:
        last = None
        for _ in range(_READINGS):  # what is acknowledged in the middle of one would be counted twice or never
            if (found := _counters(channel)) == last:
                acknowledged, received, unread, unacknowledged = found
                return received - unread, acknowledged + unacknowledged
            last = found
    raise OSError("the counters do not stand still")


def _counters(channel: socket.socket) -> tuple[int, ...]:
    counted = struct.unpack_from("QQ", channel.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), _BYTES_ACKED)
    waiting = (struct.unpack("i", fcntl.ioctl(channel, what, bytes(4)))[0] for what in (termios.FIONREAD, termios.TIOCOUTQ))
    return (*counted, *waiting)


def stands_still(process: int) -> bool:
    """Report whether all threads of a child process stand still."""
    try:
        state = os.waitid(os.P_PID, process, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # it has ended, and somebody has taken note of that
        return False
    return state is not None and state.si_code == os.CLD_STOPPED
