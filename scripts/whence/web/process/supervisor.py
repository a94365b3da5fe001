"""The supervisor: starts workers, replaces them, decides who may go on for long, watches their memory, and exchanges the graph.

It binds the sockets, which all workers share, and answers no request itself. A worker that has a long query retires by
itself: it accepts no more connections and ends when its requests are answered; a spare one takes its place at once.
The supervisor has one thread, because it forks.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from whence.store.snapshot import hold_snapshot
from whence.web.graph import Graph
from whence.web.metrics import Watch, forget_process, metrics_folder, private_bytes
from whence.web.process.worker import Channel, pair
from whence.web.process.log import Log
from whence.web.process.reload import Refused, Reloader
from whence.web.settings import Settings

_TICK_SECONDS = 0.05
_BACKLOG = 2048
#: Workers that are ready to take the place of those that retire.
_SPARES = 2
_FAREWELL_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 5.0
#: Exit code of a worker that cannot open the snapshot.
NO_SNAPSHOT = 3


@dataclass(slots=True)
class Worker:
    """One worker process as the supervisor sees it.

    :ivar state: `starting`, `spare`, `accepting` or `draining`
    :ivar long: the long queries it may go on with: number to client
    :ivar seen: when it last gave a sign of life
    :ivar told: what it told last of itself
    """

    process: int
    channel: Channel
    graph: Graph
    watch: Watch
    state: str = "starting"
    long: dict[int, str] = field(default_factory=dict)
    seen: float = field(default_factory=time.monotonic)
    draining_since: float = 0.0
    reason: str = ""
    told: dict[str, int] = field(default_factory=dict)


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets bound to every address of a host.

    :raises OSError: one cannot be used
    """
    found: list[socket.socket] = []
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
        one = socket.socket(family, kind, protocol)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address[0], found[0].getsockname()[1], *address[2:]) if found and not port else address)
        one.setblocking(False)
        found.append(one)
    return found


class Supervisor:
    """Runs the server; see the module."""

    def __init__(self, settings: Settings, listeners: list[socket.socket]) -> None:
        self._settings = settings
        self._listeners = listeners
        self._log = Log()
        self._log_process = 0
        self._carry_log()
        self._selector = selectors.DefaultSelector()
        self._workers: dict[int, Worker] = {}
        self._graph: Graph | None = None
        self._live: Graph | None = None
        self._lock: int | None = None
        self._reloader = Reloader(settings, self._selector, self._log, self._publish)
        self._ended: Counter[str] = Counter()
        self._started = time.time()
        self._failures = 0
        self._next_start = 0.0
        self._announced = False
        self._stopping = 0.0
        self._folder = metrics_folder(tempfile.gettempdir())

    def run(self) -> int:
        """Serve until the process is told to stop; return the exit code.

        :raises Refused: there is no valid graph to serve
        """
        self._watch_signals()
        try:
            self._reloader.publish_first()
            last = time.monotonic()
            while not (self._stopping and (not self._workers or time.monotonic() - self._stopping > _FAREWELL_SECONDS)):
                for key, _ in self._selector.select(_TICK_SECONDS):
                    key.data()
                now = time.monotonic()
                if now - last > 1.0:  # this process was stopped itself, so silence says nothing of the workers
                    for worker in self._workers.values():
                        worker.seen = now
                last = now
                self._tick(now)
        except Refused:
            if not self._stopping:  # a validation that was ended says nothing of the graph
                raise
        finally:
            self._end()
        return 0

    def _watch_signals(self) -> None:
        ready, wake = os.pipe()
        for end in (ready, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._selector.register(ready, selectors.EVENT_READ, lambda: os.read(ready, 4096))

    def _stop(self, *_: object) -> None:
        self._stopping = self._stopping or time.monotonic()
        self._reloader.stop()

    def _tick(self, now: float) -> None:
        self._log.flush()
        self._reap()
        for worker in list(self._workers.values()):
            self._look_at(worker, now)
        self._bound_draining()
        if self._stopping:
            for worker in self._workers.values():
                self._retire(worker, "stop")
            return
        self._reloader.look(now)
        self._fill(now)

    def _look_at(self, worker: Worker, now: float) -> None:
        if worker.state in ("accepting", "draining") and now - worker.seen > self._settings.hang_seconds:
            self._kill(worker, "hung")
            return
        idle = not worker.long and not worker.told.get("in_flight") and not worker.told.get("connections")
        if worker.state == "draining" and idle and now - worker.draining_since > 2 * self._settings.drain_seconds:
            self._kill(worker, worker.reason)
            return
        if worker.state in ("accepting", "draining"):
            wanted = worker.watch.look()
            if wanted == "kill":
                self._kill(worker, "memory")
            elif wanted:
                self._retire(worker, "memory")
                if wanted == "stop":
                    worker.channel.send("memory")

    def _bound_draining(self) -> None:
        """Let no more processes drain than there may be long queries, and a few: what only waits for its clients ends first."""
        draining = [worker for worker in self._workers.values() if worker.state == "draining"]
        spare = len(draining) - self._settings.long_queries - 2 * self._settings.workers
        if spare > 0:
            waiting = sorted((worker for worker in draining if not worker.long), key=lambda worker: worker.draining_since)
            for worker in waiting[:spare]:
                worker.channel.send("end")

    # Workers

    def _fill(self, now: float) -> None:
        """Have as many workers accept as wanted, and some more ready to."""
        graph = self._graph
        if graph is None:
            return
        own = [worker for worker in self._workers.values() if worker.graph is graph]
        accepting = sum(worker.state == "accepting" for worker in own)
        ready = [worker for worker in own if worker.state == "spare"]
        old = [worker for worker in self._workers.values() if worker.graph is not graph and worker.state == "accepting"]
        if old and len(ready) < self._settings.workers:
            ready = []  # the old graph is served until enough workers of the new one are there
        if ready and old:
            for worker in old:
                self._retire(worker, "reload")
        for worker in ready[: max(0, self._settings.workers - accepting)]:
            self._accept(worker)
            accepting += 1
            if graph is not self._live:
                self._live = graph
                self._reloader.live(graph)
        self._announce(accepting)
        starting = sum(worker.state in ("starting", "spare") for worker in own)
        for _ in range(self._settings.workers + _SPARES - accepting - starting if now >= self._next_start else 0):
            self._fork(graph)

    def _accept(self, worker: Worker) -> None:
        worker.state, worker.seen = "accepting", time.monotonic()
        worker.channel.send("accept")

    def _announce(self, accepting: int) -> None:
        if self._announced or accepting < self._settings.workers or self._graph is None:
            return
        self._announced = True
        for listener in self._listeners:
            listener.listen(_BACKLOG)
        host, port = self._listeners[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self._log.say("listening", address=f"http://{shown}:{port}/", digest=self._graph.digest)

    def _fork(self, graph: Graph) -> None:
        ours, theirs = pair()
        process = os.fork()
        if process:
            theirs.close()
            worker = Worker(process, ours, graph, Watch(process, self._settings.max_memory))
            self._workers[process] = worker
            self._selector.register(ours, selectors.EVENT_READ, lambda: self._hear(worker))
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self._selector.close()
            ours.close()
            for other in self._workers.values():
                other.channel.close()
            self._log.close_source()
            from whence.web.process.worker import work

            status = work(self._settings, self._listeners, graph, theirs, self._log, self._folder)
        except BaseException as error:
            self._log.say("error", process=os.getpid(), error=repr(error))
        finally:
            self._log.flush()
            os._exit(status)

    def _hear(self, worker: Worker) -> None:
        try:
            while (message := worker.channel.receive()) is not None:
                self._take(worker, message)
        except EOFError:
            self._selector.unregister(worker.channel)  # its end is noticed as that of a child

    def _take(self, worker: Worker, message: dict[str, Any]) -> None:
        worker.seen = time.monotonic()
        match message["kind"]:
            case "ready":
                worker.state = "spare"
                worker.watch.base = private_bytes(worker.process)
                self._failures = 0
            case "alive":
                worker.told = message["told"]
            case "retire":
                self._retire(worker, message["reason"])
            case "long":
                granted = self._grants(message["client"])
                if granted:
                    worker.long[message["number"]] = message["client"]
                worker.channel.send("granted" if granted else "denied", number=message["number"])
            case "done":
                worker.long.pop(message["number"], None)
            case "state":
                worker.channel.send("state", **self._state())
        if worker.state == "spare" and not self._stopping:
            self._fill(worker.seen)

    def _grants(self, client: str) -> bool:
        """Decide whether one more query of a client may go on for long."""
        running = Counter(client for worker in self._workers.values() for client in worker.long.values())
        return running.total() < self._settings.long_queries and running[client] < self._settings.share

    def _retire(self, worker: Worker, reason: str) -> None:
        """Have a worker accept no more, and end once its requests are answered."""
        if worker.state == "draining":
            return
        if worker.state in ("starting", "spare"):
            self._kill(worker, reason)
            return
        worker.state, worker.reason, worker.draining_since = "draining", reason, time.monotonic()
        worker.channel.send("retire")
        if not self._stopping:
            self._fill(time.monotonic())

    def _kill(self, worker: Worker, reason: str) -> None:
        worker.reason = reason
        worker.state = "draining"
        worker.draining_since = worker.draining_since or time.monotonic()
        os.kill(worker.process, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not process:
                return
            if process == self._log_process:
                self._carry_log()
            elif process in self._workers:
                self._bury(self._workers.pop(process), os.waitstatus_to_exitcode(status))
            else:
                self._reloader.ended(process, status)

    def _bury(self, worker: Worker, code: int) -> None:
        if worker.channel in {key.fileobj for key in self._selector.get_map().values()}:
            self._hear(worker)
            if worker.channel in {key.fileobj for key in self._selector.get_map().values()}:
                self._selector.unregister(worker.channel)
        worker.channel.close()
        forget_process(self._folder, worker.process)
        if worker.state == "starting":
            self._failures += 1
            self._next_start = time.monotonic() + min(_LONGEST_PAUSE_SECONDS, 0.1 * 2 ** min(self._failures, 10))
            if code == NO_SNAPSHOT and worker.graph is self._graph:
                self._reloader.renew()
        self._ended[worker.reason or ("killed" if code < 0 else "failed")] += 1
        if code and not worker.reason:
            self._log.say("worker ended", process=worker.process, code=code)

    # The graph

    def _publish(self, graph: Graph) -> None:
        """Serve a graph from now on; the workers of the one before retire when enough of its own are ready."""
        before, lock = self._graph, self._lock
        self._graph, self._lock = graph, hold_snapshot(graph.digest)
        if lock is not None:
            os.close(lock)  # workers that drain hold it themselves
        if before is not None:
            for worker in list(self._workers.values()):
                if worker.state in ("starting", "spare") and worker.graph is before:
                    self._kill(worker, "reload")
        gc.collect()
        gc.freeze()  # what is loaded now stays, so that the workers need not look through it, and share its memory

    def _state(self) -> dict[str, Any]:
        """Return what workers tell of the server."""
        workers = self._workers.values()
        states = Counter(worker.state for worker in workers)
        processes = [os.getpid(), *self._workers]
        return {
            "workers": {
                **{state: states[state] for state in ("accepting", "spare", "draining")},
                "long": sum(len(worker.long) for worker in workers),
                **{name: sum(worker.told.get(name, 0) for worker in workers) for name in ("waiting", "in_flight", "connections", "dropped")},
            },
            "ended": dict(self._ended),
            "processes": processes,
            "started": self._started,
            "reloads": dict(self._reloader.outcomes),
            "refused": self._reloader.refused,
            "dropped": self._log.dropped,
        }

    def _carry_log(self) -> None:
        self._log_process = os.fork()
        if not self._log_process:
            try:
                signal.set_wakeup_fd(-1)
                for listener in self._listeners:
                    listener.close()
                self._log.carry()
            finally:
                os._exit(0)

    def _end(self) -> None:
        """End all processes; the last lines of the log are waited for a moment."""
        for worker in self._workers.values():
            os.kill(worker.process, signal.SIGKILL)
        self._reloader.stop()
        forget_process(self._folder, 0)
        self._log.close()
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            try:
                if os.waitpid(self._log_process, os.WNOHANG)[0]:
                    return
            except ChildProcessError:
                return
            time.sleep(0.01)
        sys.stderr.flush()
