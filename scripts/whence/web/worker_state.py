"""What all requests of a worker share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from whence.web.federation.relay import Relay
from whence.web.graph import Graph
from whence.web.http.connections import Connections
from whence.web.http.requests import Budget, Request
from whence.web.metrics import Metrics
from whence.web.process.log import Log
from whence.web.query.evaluation import Question
from whence.web.query.limits import Evaluation, Executor
from whence.web.query.responding import Cache
from whence.web.query.stream import Answer
from whence.web.quotes import Quotes
from whence.web.settings import Settings


class Site:
    """What all requests of a worker share.

    :ivar relay: what makes calls of other servers
    :ivar retiring: whether each connection is to be closed after its next answer
    :ivar quotes: the words of passages, or None where pages show none
    :ivar budget: bytes that requests hold
    :ivar state: asks the supervisor for the state of the server
    """

    def __init__(
        self, settings: Settings, graph: Graph, relay: Relay, metrics: Metrics, log: Log, executor: Executor,
        state: Callable[[], Awaitable[dict[str, Any]]],
    ) -> None:
        self.settings = settings
        self.graph = graph
        self.relay = relay
        self.metrics = metrics
        self.log = log
        self.executor = executor
        self.state = state
        self.connections = Connections(settings)
        self.answers: Cache[Answer] = Cache(settings.cache_bytes)
        self.documents: Cache[bytes] = Cache(settings.cache_bytes)
        self.retiring = False
        self.in_flight = 0
        self.quotes = Quotes(settings.texts) if settings.texts else None
        self.budget = Budget(settings.held_bytes)

    def base(self, request: Request) -> str:
        """Return the address this site is known by, ending in `/`."""
        if self.settings.base:
            return self.settings.base
        scope, host = request.scope, request.field(b"host")
        if not host:
            name, port = scope.get("server") or ("localhost", None)
            host = name if not port else f"{name}:{port}"
        return f"{scope.get('scheme', 'http')}://{host}/"

    def question(self, request: Request, query: str, *, path: str = "", **more: Any) -> Question:
        """Return a query as a request asks it: in the form that it wants, within the limits of the server.

        :param path: of the address that is the base IRI of relative references in the query; without one they have none
        """
        address, bounds = self.base(request), self.settings
        more = {"accept": request.accept, "formats": request.formats, **more}
        return Question(
            query, encoding=request.encoding, rows=bounds.max_rows, size=bounds.max_bytes,
            base=address + path if path else "", context=address + "context.jsonld", **more,
        )  # fmt: skip

    async def run(self, request: Request, function: Callable[[Graph], Any], seconds: float | None = None, *, page: bool = False) -> Any:
        """Return what a function of the graph returns, in a thread and within the limits of a query.

        :param page: whether it is something of our own, which nobody can narrow
        :raises Problem: when it takes too long
        """
        evaluation = Evaluation(lambda _: function(self.graph), request.client, seconds or self.settings.timeout, page=page)
        return await self.executor.begin(evaluation)
