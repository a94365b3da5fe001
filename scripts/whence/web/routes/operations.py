"""What operators ask: whether the server is well, its counters, the state of the graph."""

from __future__ import annotations

import json
from typing import Any

from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import send_once, send_whole
from whence.web.routes.pages import page_or_none
from whence.web.worker_state import Site

_PATH = "/health"
_FRESH = (b"cache-control", b"no-store")
_CHECK_SECONDS = 2.0
#: What strangers may know; the log says what is wrong, and in which line of which file.
_REFUSED = "A change of the files is not served. The log of the server says why."


async def health(site: Site, request: Request, send: Send) -> None:
    """Answer 200 when this worker answers a query now and the supervisor lives, else 503."""
    document: dict[str, Any] = {"status": "ok", "digest": site.graph.digest}
    request.client = _PATH  # a turn of its own, whatever the client asks besides
    status = 200
    try:
        await site.run(request, lambda graph: bool(graph.store.query("ASK {}")), _CHECK_SECONDS)
        state = await site.state()
        document["workers"] = {**state["workers"], "waiting": site.executor.waiting + state["workers"]["waiting"]}
        if state["refused"]:
            document["refused"] = _REFUSED
    except Problem as problem:
        status = 503
        document |= {"status": "failing", "detail": problem.detail}
    try:
        if await page_or_none(site, "health", request, send, document):
            return
    except Problem:  # the page needs a thread, too
        pass
    await send_whole(send, status, [(b"content-type", b"application/json"), (b"vary", b"Accept"), _FRESH], json.dumps(document).encode(), request.method == "HEAD")


async def metrics(site: Site, request: Request, send: Send) -> None:
    """Answer the counters as Prometheus text."""
    state = await site.state()
    body = await site.run(request, lambda graph: site.metrics.render(state, graph.digest, graph.since))
    headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), _FRESH]
    await send_whole(send, 200, headers, body, request.method == "HEAD")


async def validation(site: Site, request: Request, send: Send) -> None:
    """Answer which graph is served, what it is called and how large it is, and whether a later change of its files is not."""
    site.graph.refused = (await site.state())["refused"]
    if await page_or_none(site, "validation", request, send):
        return
    refused = _REFUSED if site.graph.refused else None
    own = site.graph.settings
    graph = {
        "settings": {name: getattr(own, name) for name in ("title", "base", "prefix", "licence", "creator")},
        "prefixes": {**site.graph.prefixes, **{pack.prefix: pack.base for pack in site.graph.packs}},
        "triples": site.graph.named_graphs,
    }
    document = {"served": site.graph.digest, "findings": site.graph.findings, "refused": refused, "graph": graph}
    body = json.dumps(document).encode()
    await send_once(request, send, 200, [(b"content-type", b"application/json"), (b"vary", b"Accept"), _FRESH], body)
