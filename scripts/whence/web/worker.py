"""A worker process: opens the validated snapshot read-only and answers one question after another.

Started by `whence.web.pool` as `python -m whence.web.worker FD DIGEST MEMORY CONTEXT NETWORK`. It ends when the
front closes the socket, also in the middle of a query: a thread of its own watches for that.
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
    from whence.web.forwarding import Forwarder

__all__ = ["main"]


def main(descriptor: int, digest: str, memory: int, context: str, network: bool) -> int:
    """Serve the socket until its other end closes.

    :param descriptor: of the socket to the front
    :param digest: of the snapshot
    :param memory: how many bytes the process may take beyond what it has after opening; 0 for no limit
    :param context: the file of the JSON-LD context, or an empty text
    :param network: whether queries may call other servers, through a forwarder that keeps to the allow-list
    """
    from whence.snapshot import open_snapshot
    from whence.web.answering import Answerer
    from whence.web.confinement import die_with_parent
    from whence.web.frames import READY, Reader, frame

    die_with_parent()
    _yield_to_front()
    forwarder, confined = _confined(network)  # before there are other threads
    channel = socket.socket(fileno=descriptor)
    threading.Thread(target=_end_with_front, args=(descriptor,), daemon=True).start()
    snapshot = open_snapshot(digest)
    if snapshot is None:
        return 3
    _limit_memory(memory)
    gc.freeze()  # what is loaded now stays, so it need not be looked through again and again
    channel.sendall(frame(READY))
    reader = Reader()
    answerer = Answerer(snapshot.store, digest, context or None, channel.sendall, confined, forwarder)
    buffer = memoryview(bytearray(1 << 16))  # one for all: a new one of this size each time costs the allocator much
    while size := channel.recv_into(buffer):
        for _, head, query in reader.feed(bytes(buffer[:size])):
            answerer.answer(head, query)
    return 0


def _confined(network: bool) -> tuple[Forwarder | None, bool]:
    """Take the network from queries; return what makes the calls that are allowed, and whether there is no other way."""
    if network:
        from whence.web.isolation import forwarder

        return forwarder()
    from whence.web.confinement import confine

    return None, confine()


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
    sys.exit(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5] == "network"))
