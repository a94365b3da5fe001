"""A worker process: opens the validated snapshot read-only, answers requests on the shared sockets, and retires itself.

It waits as a spare until the supervisor lets it accept. Once it retires it accepts no more connections, closes each
after its next answer, and ends when nothing is asked of it any more. Its messages to the supervisor are small JSON objects
on a pair of sockets that keeps them apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
import uvloop

from whence.process.sandbox import die_with_parent
from whence.store.snapshot import open_snapshot
from whence.web.app import Application
from whence.web.federation.allowlist import allowed_hosts
from whence.web.federation.isolation import enter
from whence.web.federation.relay import Relay
from whence.web.graph import Graph
from whence.web.http.connections import Connection
from whence.web.http.problems import Problem
from whence.web.metrics import Metrics
from whence.web.process.log import Log
from whence.web.query.limits import Executor
from whence.web.settings import Settings
from whence.web.worker_state import Site

_LARGEST = 1 << 16


class Channel:
    """One end."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        """Return the descriptor, for selectors and event loops."""
        return self._end.fileno()

    def send(self, kind: str, **fields: Any) -> None:
        """Send a message; it is lost when the other end is gone, or so busy that its buffer is full."""
        try:
            self._end.send(json.dumps({"kind": kind, **fields}).encode(), socket.MSG_DONTWAIT)
        except OSError:
            pass

    def receive(self, wait: bool = False) -> dict[str, Any] | None:
        """Return the next message, or None when there is none.

        :raises EOFError: the other end is gone
        """
        try:
            data = self._end.recv(_LARGEST, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            raise EOFError from None
        if not data:
            raise EOFError
        message: dict[str, Any] = json.loads(data)
        return message

    def close(self) -> None:
        """Close this end."""
        self._end.close()


def pair() -> tuple[Channel, Channel]:
    """Return both ends."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Channel(one), Channel(other)


_STATE_SECONDS = 2.0
#: How long no connection is taken when there are no descriptors.
_PAUSE_SECONDS = 0.1
#: The engine goes deep into nested queries; what is not used of a stack takes no memory.
_STACK_BYTES = 64 << 20
#: How long a worker whose memory is used up waits for idle connections.
_SHORT_LINGER_SECONDS = 0.1


def work(settings: Settings, listeners: list[socket.socket], graph: Graph, channel: Channel, log: Log, folder: str) -> int:
    """Be a worker until there is nothing to do; return the exit code.

    :param folder: where the counters of all workers are
    """
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    relay = Relay(allowed_hosts(settings.allow_service))
    enter(relay)  # before there are other threads
    threading.stack_size(_STACK_BYTES)
    snapshot = open_snapshot(graph.digest)
    if snapshot is None:
        return 3
    graph.store, graph.folder = snapshot.store, snapshot.path
    bool(graph.store.query("ASK { ?s ?p ?o }"))
    channel.send("ready")
    try:
        channel.receive(wait=True)
    except EOFError:
        return 0
    gc.freeze()  # what is loaded now stays, so it need not be looked through again and again
    gc.set_threshold(20_000, 20, 20)  # the objects of a request are few and make no circles
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Worker(settings, graph, relay, channel, log, Metrics(folder)).serve(listeners))
    return 0


class _Worker(uvicorn.Server):
    """The server of one process, and its talk with the supervisor."""

    def __init__(self, settings: Settings, graph: Graph, relay: Relay, channel: Channel, log: Log, metrics: Metrics) -> None:
        self._settings = settings
        self._channel = channel
        self._log = log
        self._executor = Executor(settings, self._retire, channel.send)
        self._site = Site(settings, graph, relay, metrics, log, self._executor, self._ask_state)
        self._retired = 0.0
        self._evaluated = 0.0
        self._linger = settings.linger_seconds
        self._patience = settings.drain_seconds
        self._listeners: list[socket.socket] = []
        self._opening: set[asyncio.Task[Any]] = set()
        self._asked: list[asyncio.Future[dict[str, Any]]] = []
        super().__init__(
            uvicorn.Config(
                Application(self._site), http=Connection, ws="none", loop="none", lifespan="off", interface="asgi3", access_log=False,
                log_level="critical", server_header=False, proxy_headers=False,
            )  # fmt: skip
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections one at a time: the other workers are woken too, so each gets about as many."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._channel.fileno(), self._hear)
        self._listeners = sockets or []
        self._listen()
        self.started = True

    def _listen(self) -> None:
        for listener in () if self._retired else self._listeners:
            self._loop.add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        try:
            channel, _ = listener.accept()
        except BlockingIOError:  # another worker has it
            return
        except OSError:  # no descriptor is left: there may be one in a moment
            self._listen_no_more()
            self._loop.call_later(_PAUSE_SECONDS, self._listen)
            return
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._connection, channel))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    def _connection(self) -> Connection:
        return Connection(config=self.config, server_state=self.server_state, app_state={}, _loop=self._loop)

    def _listen_no_more(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener.fileno())

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: the supervisor tells what to do."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Look after time limits of connections, tell the supervisor how it goes, and end when that is due."""
        await super().on_tick(counter)
        self._site.connections.close_overdue()
        self._log.flush()
        if counter % 5 == 0:
            self._channel.send("alive", told=self._told())
        if any(one.failure is not None for one in self._executor.unfinished.values()):
            self._retire("unfinished")
        if self._retired and self._is_done():
            os._exit(0)  # what cannot be stopped ends with the process
        return False

    def _told(self) -> dict[str, int]:
        site = self._site
        return {"waiting": self._executor.waiting, "in_flight": site.in_flight, "connections": len(site.connections.open), "dropped": self._log.dropped}

    def _is_done(self) -> bool:
        """Report whether a retired process has nothing to do; what is only idle is closed meanwhile."""
        if self._executor.busy:
            self._evaluated = time.monotonic()
            return False
        site = self._site
        if site.connections.closed and not site.in_flight and not self._opening:
            return True
        site.connections.close_idle(self._linger, self._patience)
        return False

    def _retire(self, reason: str) -> None:
        if not self._retired:
            self._retired = time.monotonic()
            self._site.retiring = True
            self._listen_no_more()
            self._channel.send("retire", reason=reason)

    def _hear(self) -> None:
        try:
            while (message := self._channel.receive()) is not None:
                self._take(message)
        except EOFError:  # the supervisor is gone
            os._exit(0)

    def _take(self, message: dict[str, Any]) -> None:
        match message["kind"]:
            case "granted" | "denied":
                self._executor.granted(message["number"], message["kind"] == "granted")
            case "state":
                waiting, self._asked = self._asked, []
                for one in waiting:
                    if not one.done():
                        one.set_result(message)
            case "retire":
                self._retire("told")
            case "end":
                since = time.monotonic() - max(self._retired, self._evaluated)
                self._site.connections.close_waiting(abort=since > self._settings.drain_seconds and not self._executor.busy)
            case "memory":
                self._linger, self._patience = _SHORT_LINGER_SECONDS, self._settings.linger_seconds
                self._executor.give_up_long(Problem(503, "The query needs more memory than one query may take. Narrow it."))

    async def _ask_state(self) -> dict[str, Any]:
        """Return what the supervisor tells of the server.

        :raises Problem: 503 when it does not answer
        """
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        self._channel.send("state")
        try:
            async with asyncio.timeout(_STATE_SECONDS):
                return await future
        except TimeoutError:
            raise Problem(503, "The supervisor of the server does not answer.") from None
