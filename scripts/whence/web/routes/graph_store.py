"""Whole graphs: SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation), indirect identification, reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.query import responding
from whence.web.query.evaluation import Question

if TYPE_CHECKING:
    from whence.web.site import Site

_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer `?default` or `?graph=IRI`.

    :raises Problem: 400 when neither or both are given, 404 when there is no such graph
    """
    name, default = request.one("graph"), request.one("default")
    if (name is None) == (default is None):
        raise Problem(400, "Say which graph: ?default, or ?graph= with its IRI.")
    if name is not None and name not in site.graph.named_graphs:
        raise Problem(404, f"There is no graph {name[:200]!r} here. The service description at /sparql lists them.")
    question = Question(
        _WHOLE,
        accept=request.accept,
        formats=request.formats,
        encoding=request.encoding,
        default_graphs=None if name is None else (name,),
        rows=site.settings.max_rows,
        size=site.settings.max_bytes,
        context=site.context(request),
    )
    await responding.respond(site, request, send, question, site.settings.timeout)
