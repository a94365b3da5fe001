"""A worker process: opens the validated snapshot read-only and answers one question after another.

Started by `whence.web.pool` as `python -m whence.web.worker FDS DIGEST MEMORY CONTEXT CALLS`, where FDS are the
descriptors of the socket to the front and, when connections may be lent, of the socket they come by and of the board.
It ends when the front closes the socket, also in the middle of a query: a thread of its own watches for that.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import select
import socket
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whence.web.federation.relay import Relay

__all__ = ["main"]


def main(descriptors: list[int], digest: str, memory: int, context: str, hosts: tuple[str, ...]) -> int:
    """Serve the socket until its other end closes.

    :param descriptors: of the socket to the front; of where loans come by and of the board, if there are loans
    :param digest: of the snapshot
    :param memory: how many bytes the process may take beyond what it has after opening; 0 for no limit
    :param context: the file of the JSON-LD context, or an empty text
    :param hosts: that SERVICE may call
    """
    from whence.store.snapshot import open_snapshot
    from whence.web.answering import Answerer
    from whence.web.board import Board
    from whence.web.borrowing import Borrower
    from whence.process.sandbox import die_with_parent
    from whence.web.frames import READY, frame

    die_with_parent()
    _yield_to_front()
    relay = _isolated(hosts)  # before there are other threads
    channel, *loans = (socket.socket(fileno=descriptor) for descriptor in descriptors[:2])
    given, board = (loans[0], Board(descriptors[2])) if loans else (None, None)
    threading.Thread(target=_end_with_front, args=(descriptors[0],), daemon=True).start()
    snapshot = open_snapshot(digest)
    if snapshot is None:
        return 3
    store = snapshot.store
    _limit_memory(memory)
    gc.freeze()  # what is loaded now stays, so it need not be looked through again and again
    channel.sendall(frame(READY))
    Borrower(channel, given, board, lambda tell: Answerer(store, digest, context or None, tell, relay)).run()
    return 0


def _isolated(hosts: tuple[str, ...]) -> Relay:
    """Take the network from queries; return what makes the calls that are allowed."""
    from whence.web.federation.isolation import enter
    from whence.web.federation.relay import Relay

    relay = Relay(hosts)
    enter(relay)
    return relay


def _yield_to_front() -> None:
    """Do not interrupt the front when a question arrives (sched(7), `SCHED_BATCH`): it has more to hand out first."""
    with contextlib.suppress(AttributeError, OSError):  # a system without it serves as well, only slower
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _limit_memory(memory: int) -> None:
    """Bound the address space, so that a query that wants more ends this process and no other."""
    if memory:
        with open("/proc/self/statm", encoding="ascii") as stream:
            now = int(stream.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_front(descriptor: int) -> None:
    """End the process at once when the front is gone: the engine cannot be interrupted otherwise."""
    poller = select.poll()
    poller.register(descriptor, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    poller.poll()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main([int(text) for text in sys.argv[1].split(",")], sys.argv[2], int(sys.argv[3]), sys.argv[4], tuple(filter(None, sys.argv[5].split(",")))))
