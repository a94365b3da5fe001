"""Named queries as routes: `/query/NAME?parameter=value`, in every format, with paging."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from whence.catalog import NamedQuery
from whence.errors import UsageError
from whence.hints import called
from whence.rdf.formats import GRAPHS, TABLES, by_name
from whence.sparql.parameters import term
from whence.web.graph import Graph
from whence.web.http.problems import BadAddress, Problem
from whence.web.http.requests import FORMATS, Request, Send, whole
from whence.web.query import responding
from whence.web.routes.documents import send_text
from whence.web.routes.pages import page_or_none
from whence.web.routes.sparql import seconds
from whence.web.worker_state import Site

#: Parameters of the route, not of the query.
RESERVED = ("limit", "offset", "timeout", *FORMATS)
MAX_PAGE = 10_000


async def catalogue(site: Site, request: Request, send: Send) -> None:
    """Answer the list of all named queries, as JSON or as a page."""
    if await page_or_none(site, "queries", request, send):
        return
    base = site.base(request)

    def text(graph: Graph) -> bytes:
        return json.dumps({"queries": listing(graph, base)}, ensure_ascii=False, indent=1).encode()

    await send_text(site, request, send, "application/json", f"queries {site.graph.questions}", text, [(b"vary", b"Accept")])


def listing(graph: Graph, base: str) -> list[dict[str, object]]:
    """Return every named query as a plain record: name, kind, question, parameters, address."""
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "summary": one.summary,
            "description": one.description,
            "tags": list(one.tags),
            "parameters": [
                {"name": parameter.name, "type": parameter.type, "default": parameter.default, "description": parameter.description}
                for parameter in one.parameters
            ],
            "address": f"{base}query/{one.name}",
        }
        for one in graph.catalog
    ]


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer one named query.

    :raises Problem: 404 for an unknown name, 400 for parameters that are unknown, missing or of another type
    """
    query = _find(site, request.scope["path_params"]["name"])
    _see_to_parameters(query, request)
    formats = _formats(query, request)
    if not formats and await page_or_none(site, "query", request, send):
        return
    offset, page = _whole(request, "offset"), _whole(request, "limit")
    if (offset or page is not None) and query.query.form != "select":
        raise Problem(400, "Only rows come in pages: this query answers a graph or yes or no. Leave limit and offset out.")
    if page is not None and page > MAX_PAGE:
        raise Problem(400, f"The parameter limit cannot be more than {MAX_PAGE}.")
    question = site.question(
        request, query.query.text, values=tuple((await _values(site, query, request)).items()), formats=formats, wide=True, offset=offset or 0, page=page,
        next_link=_next(site, request, query, offset or 0, page), neat=query.kind != "inference", hints="catalogue",
    )  # fmt: skip
    await responding.respond(site, request, send, question, seconds(request.one("timeout"), site.settings.timeout))


def _find(site: Site, name: str) -> NamedQuery:
    try:
        return site.graph.catalog[name]
    except UsageError as error:
        raise Problem(404, f"{error.problem} All are listed at /query.") from None


def _formats(query: NamedQuery, request: Request) -> tuple[str, ...]:
    """Return the client's words for a format; `_format` must be one, the words of other servers need not."""
    wanted = request.one("_format")
    offered = GRAPHS if query.query.form in ("construct", "describe") else TABLES
    if wanted is not None and by_name(wanted, offered) is None and wanted != "html":
        raise Problem(400, f"The parameter _format cannot be {wanted[:40]!r}. There are {', '.join(offered)}.")
    return tuple(word for word in request.formats if word != "html")


def _whole(request: Request, name: str) -> int | None:
    text = request.one(name)
    return None if text is None else whole(name, text, 9)


def _see_to_parameters(query: NamedQuery, request: Request) -> None:
    """See that each parameter is one of the query's or of the route's, and those of the query come once."""
    declared = [parameter.name for parameter in query.parameters]
    for name, _ in request.parameters:
        if name in declared:
            request.one(name)
        elif name not in RESERVED:
            known = f"It takes {', '.join(declared)}." if declared else "It takes none of its own."
            raise BadAddress(f"The query {query.name} has no parameter {name[:60]!r}. {known}")


async def _values(site: Site, query: NamedQuery, request: Request) -> dict[str, str]:
    """Return the values of the query's parameters, each checked against its type; for a name in place of an IRI those of the things of the name are offered."""
    declared = {parameter.name: parameter for parameter in query.parameters}
    values = {name: request.one(name) or "" for name, _ in request.parameters if name in declared}
    for name, parameter in declared.items():
        if name not in values and parameter.required:
            raise Problem(400, f"The parameter {name} is missing: {parameter.description or parameter.type}.")
        if name in values:
            try:
                term(parameter, values[name])
            except UsageError as error:
                offered = await _called(site, request, values[name]) if parameter.type == "iri" else ""
                raise Problem(400, f"{error.problem} {offered or error.fix or ''}", parameter=name) from None
    return values


async def _called(site: Site, request: Request, name: str) -> str:
    found: str = await site.run(request, lambda graph: called(graph.things, name), page=True)
    return found


def _next(site: Site, request: Request, query: NamedQuery, offset: int, page: int | None) -> str:
    if not page:
        return ""
    kept = [(name, value) for name, value in request.parameters if name not in ("limit", "offset")]
    asked = urlencode([*kept, ("limit", page), ("offset", offset + page)])
    return f"{site.base(request)}query/{query.name}?{asked}"
