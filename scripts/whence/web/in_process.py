"""Asking the server's application in this process, without a socket: the same answers, for one who needs them all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from whence import catalog
from whence.errors import InputError
from whence.publishing import Served
from whence.store.layout import GraphFiles
from whence.store.snapshot import open_snapshot
from whence.web.app import Application
from whence.web.federation.relay import Relay
from whence.web.graph import Graph
from whence.web.process.validating import judge
from whence.web.query.limits import Executor
from whence.web.settings import Settings
from whence.web.site import Site

#: Nothing here has to make room for others.
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    :ivar kind: its media type without parameters
    """

    status: int
    kind: str
    body: bytes


class _Silent:
    """Stands in for log and counters.

    :ivar errors: what the log was told of faults of ours
    """

    def __init__(self) -> None:
        self.cached = self.dropped = 0
        self.errors: list[str] = []

    def say(self, event: str, **fields: Any) -> None:
        if event == "error":
            self.errors.append(str(fields.get("error", "")))

    def write(self, _: str) -> None:
        pass

    def count(self, *_: Any) -> None:
        pass


def open_graph(files: GraphFiles) -> Graph:
    """Return a graph as a worker has it: validated, opened, with what its pages need.

    :param files: of a directory, or of a graph that is served elsewhere
    :raises InputError: it cannot be served
    """
    found = judge(files.root, True, files.address, files.user, files.most) if isinstance(files, Served) else judge(files.root)
    snapshot = None if "problem" in found else open_snapshot(found["digest"])
    if snapshot is None:
        raise InputError(found.get("problem", "The validated graph cannot be kept in the cache."))
    graph = Graph.of(found, catalog.load(files))
    graph.store, graph.folder = snapshot.store, snapshot.path
    return graph


class InProcess:
    """The application over one graph; to be made and asked inside a running event loop."""

    def __init__(self, graph: Graph, base: str) -> None:
        settings = Settings(base=base, timeout=_SECONDS, page_seconds=_SECONDS, quick_seconds=_SECONDS, max_rows=0, max_bytes=0)
        self._silent: Any = _Silent()
        executor = Executor(settings, lambda _: None, lambda *_, **__: None)
        self._application = Application(Site(settings, graph, Relay(()), self._silent, self._silent, executor, self._state))

    async def _state(self) -> dict[str, Any]:
        return {"workers": {}, "refused": False}

    async def get(self, address: str, accept: str) -> Response:
        """Return the answer to a GET.

        :param address: path and query, percent-encoded
        :raises RuntimeError: the application has a fault
        """
        path, _, query = address.partition("?")
        scope = {
            "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "http_version": "1.1",
            "scheme": "http", "root_path": "", "client": None, "headers": [(b"host", b"localhost"), (b"accept", accept.encode())],
        }  # fmt: skip
        events: list[Any] = []

        async def receive() -> Any:
            await asyncio.Event().wait()  # the client never goes away

        async def send(event: Any) -> None:
            events.append(event)

        await self._application(scope, receive, send)
        if self._silent.errors:
            raise RuntimeError(self._silent.errors[-1])
        start = events[0]
        kind = dict(start["headers"]).get(b"content-type", b"").decode().partition(";")[0]
        return Response(start["status"], kind, b"".join(event.get("body", b"") for event in events[1:]))
