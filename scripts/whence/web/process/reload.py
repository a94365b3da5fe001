"""Which graph is served: validated in a process of its own at the start, and with `--reload` after each change of its files."""

from __future__ import annotations

import os
import pickle
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from whence import catalog
from whence.errors import InputError, WhenceError
from whence.packs import speak
from whence.store import layout
from whence.store.layout import GraphFiles
from whence.web.graph import Graph
from whence.web.process.log import Log
from whence.web.settings import Settings

#: How often the log says, before the server listens, that the graph is being prepared.
_TOLD_EVERY_SECONDS = 10.0


class Refused(WhenceError):
    """The files do not make a graph that can be served.

    :ivar text: the report as text, or empty
    """

    def __init__(self, verdict: dict[str, Any]) -> None:
        super().__init__(verdict["problem"])
        self.exit_code = int(verdict.get("code", 1))
        self.text: str = verdict.get("text", "")


class Reloader:
    """Validates and publishes.

    :ivar outcomes: how many changes were served, how many refused
    :ivar refused: whether the last change was refused; the reason is in the log alone, for strangers may read all else
    """

    def __init__(self, settings: Settings, selector: selectors.BaseSelector, log: Log, publish: Callable[[Graph], None]) -> None:
        self.outcomes: Counter[str] = Counter()
        self.refused = False
        self._settings = settings
        self._selector = selector
        self._log = log
        self._publish = publish
        self._seen: tuple[object, ...] = ()
        self._changing: tuple[object, ...] | None = None
        self._next_look = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._verdict = b""
        self._first: Graph | None = None

    def publish_first(self) -> None:
        """Validate the graph, or find it validated already, and publish it.

        :raises Refused: when it has violations or cannot be read or kept
        """
        self._seen = stamp(self._settings.graph)  # before the files are read: what changes from now on is a change
        self._process = self._start()
        began, verdict = time.monotonic(), None
        while verdict is None:
            try:
                verdict = self._process.communicate(timeout=_TOLD_EVERY_SECONDS)[0]
            except subprocess.TimeoutExpired:
                self._log.say("preparing", seconds=round(time.monotonic() - began))
                self._log.flush()
        self._process = None
        self._publish(self._read(verdict))

    def look(self, now: float) -> None:
        """Look at the files every so often; validate them when they have changed and stand still again."""
        if not self._settings.reload or self._process is not None or now < self._next_look:
            return
        self._next_look = now + self._settings.poll_seconds
        found = stamp(self._settings.graph)
        if found == self._seen:
            self._changing = None
        elif found != self._changing:  # somebody may still be writing
            self._changing = found
            self._next_look = now + self._settings.poll_seconds / 2
        else:
            self._seen, self._changing = found, None
            self.renew()

    def renew(self) -> None:
        """Validate the files again and publish them, without waiting."""
        if self._process is None:
            self._process, self._verdict = self._start(), b""
            assert self._process.stdout is not None
            os.set_blocking(self._process.stdout.fileno(), False)
            self._selector.register(self._process.stdout, selectors.EVENT_READ, self._take)

    def live(self, graph: Graph) -> None:
        """Note that a graph is served from now on."""
        if self._first is None:
            self._first = graph
            return
        self.refused = False
        self.outcomes["served"] += 1
        self._log.say("served", digest=graph.digest)

    def ended(self, process: int, status: int) -> None:
        """Note that a child of the supervisor has ended; what it wrote is read to its end first."""
        if self._process is not None and self._process.pid == process:
            self._process.returncode = os.waitstatus_to_exitcode(status)

    def stop(self) -> None:
        """End a validation that goes on."""
        if self._process is not None:
            self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        told = self._settings
        command = [sys.executable, "-P", "-m", "whence.web.process.validating", told.graph or "", "ui" if told.ui else "", told.endpoint, told.user, str(told.max_fetch)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def _take(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        piece = self._process.stdout.read(1 << 20)
        if piece is None:
            return
        self._verdict += piece
        if piece:
            return
        self._selector.unregister(self._process.stdout)
        self._process.stdout.close()
        self._process = None
        try:
            graph = self._read(self._verdict)
        except WhenceError as error:
            self.refused = True
            self.outcomes["refused"] += 1
            self._log.say("refused", problem=str(error), report=getattr(error, "text", ""))
            return
        self._publish(graph)

    def _read(self, verdict: bytes) -> Graph:
        """Return what a validation found, ready to be served.

        :raises Refused: it is not valid, or the validation failed
        """
        try:
            found: dict[str, Any] = pickle.loads(verdict)  # of a process of our own
        except (pickle.UnpicklingError, EOFError):
            found = {"problem": "The process that validates the graph failed.", "code": 1}
        if "problem" in found:
            raise Refused(found)
        try:
            named = catalog.load(GraphFiles(found["root"]))
            speak(found["prefixes"], found.get("packs", ()))
            return Graph.of(found, named)
        except WhenceError as error:  # the files have changed again meanwhile
            raise Refused({"problem": str(error), "code": error.exit_code}) from None


def stamp(directory: str | None) -> tuple[object, ...]:
    """Return what changes when a file of the graph does: names, sizes, times; cheap enough for polling."""
    try:
        files = layout.locate(directory)
    except InputError as error:
        return (str(error),)
    found: list[object] = []
    beside = [os.path.join(folder, name) for root in files.packs.values() for folder, _, names in os.walk(root) for name in names]
    beside.append(os.path.join(files.root, "triples", "identity.tsv"))
    for path in [*files.configuration, *files.ontology, *files.shapes, *files.data, *files.queries, files.context, *beside]:
        try:
            state = os.stat(path)
        except OSError:
            continue
        found.append((path, state.st_size, state.st_mtime_ns, state.st_ino))
    return tuple(found)
