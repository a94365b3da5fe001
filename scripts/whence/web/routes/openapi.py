"""The OpenAPI 3.1 description of the server, made from the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from whence import __version__
from whence.catalog import Catalog, NamedQuery
from whence.export import FORMATS
from whence.rdf.formats import GRAPHS, SOLUTIONS, TABLES, Format
from whence.sparql.parameters import Parameter
from whence.web.graph import Graph
from whence.web.http.requests import Request, Send
from whence.web.iris import path_of
from whence.web.pages.rendering import licence
from whence.web.routes.documents import send_text
from whence.web.routes.named_queries import MAX_PAGE
from whence.web.routes.pages import page_or_none
from whence.web.routes.sparql import SHORTEST_SECONDS
from whence.web.worker_state import Site

_SCHEMAS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "lang-string": {"type": "string", "pattern": "^.*@[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
}
#: Characters of a default that is shown as an example; JSON has no number for some that are much longer.
_LONGEST = 300
_FAULTS = {
    400: "The request is wrong: the detail says what and how to mend it.",
    403: "Not allowed here, or the answer is larger than the server gives.",
    404: "There is no such thing.",
    405: "The method is not allowed here.",
    406: "The answer has no form the client accepts.",
    413: "The body is too large.",
    415: "The media type of the body is not taken.",
    429: "Too many requests wait already.",
    502: "Another server that the query calls failed.",
    503: "A limit of time or memory was reached, or the server is busy.",
    504: "Another server that the query calls took too long.",
}


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer the description, as a page where HTML is wanted more."""
    if await page_or_none(site, "api", request, send):
        return
    base = site.base(request)

    def text(graph: Graph) -> bytes:
        return json.dumps(describe(graph.catalog, base, graph), ensure_ascii=False).encode()

    await send_text(site, request, send, "application/json", f"openapi {site.graph.questions}", text, [(b"vary", b"Accept")])


def describe(catalog: Catalog, base: str, graph: Graph | None = None) -> dict[str, Any]:
    """Return the description as a plain record.

    :param graph: what is served; None for our corpus
    """
    own = graph if graph is not None and graph.settings.file else None
    shown = "metallic-rouge" if graph is None else (path_of(graph.shown) if graph.shown else None) or ""
    rights: dict[str, Any] = {"name": "CC0-1.0", "identifier": "CC0-1.0"}
    if own is not None:
        rights = {"name": licence(own.settings.licence), "url": own.settings.licence} if own.settings.licence else {}
    paths: dict[str, Any] = {f"/query/{one.name}": {"get": _operation(one)} for one in catalog}
    paths["/sparql"] = _sparql()
    paths["/query"] = {"get": _simple("listQueries", "The catalogue of named queries.", "application/json", (405,))}
    paths["/health"] = {"get": _simple("health", "Whether the server is well.", "application/json", (405,))}
    paths["/metrics"] = {"get": _simple("metrics", "Counters for Prometheus.", "text/plain", (405,))}
    paths["/download/{name}"] = {"get": _download()}
    paths["/feed"] = {"get": _simple("feed", "The versions of the graph that were published here, as Atom.", "application/atom+xml", (405,))}
    paths |= _reconciliation()
    paths["/context.jsonld"] = {"get": _simple("context", "The JSON-LD context that answers name.", GRAPHS["jsonld"].media_type, (405,))}
    paths["/draft.schema.json"] = {"get": _simple("draftSchema", "The JSON Schema of proposals for drafts.", "application/schema+json", (405,))}
    paths["/data/{path}"] = {"get": _description(shown)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": own.name if own else "whence",
            "version": __version__,
            "summary": "Where does this work come from, who says so, and where exactly do they say it?",
            **({"license": rights} if rights else {}),
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Problem": _problem()}},
    }


def _problem() -> dict[str, Any]:
    members: dict[str, Any] = {name: {"type": "string"} for name in ("type", "title", "detail", "excerpt", "parameter")}
    members |= {name: {"type": "integer"} for name in ("status", "line", "column")}
    return {"type": "object", "properties": members, "required": ["type", "title", "status", "detail"]}


def _faults(*statuses: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": _FAULTS[status], "content": content} for status in statuses}


def _answers(offered: Mapping[str, Format]) -> dict[str, Any]:
    return {kind: {"schema": {}} for one in offered.values() for kind in one.media_types}


def _simple(name: str, summary: str, kind: str, faults: tuple[int, ...]) -> dict[str, Any]:
    good = {"description": summary, "content": {kind: {"schema": {}}}}
    return {"operationId": name, "summary": summary, "responses": {"200": good, **_faults(*sorted(faults), 503)}}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[one.type])
    found: dict[str, Any] = {"name": one.name, "in": "query", "required": one.required, "schema": schema}
    if one.description:
        found["description"] = one.description
    if one.default is not None and len(one.default) <= _LONGEST:
        found["example"] = _example(one)
    return found


def _example(one: Parameter) -> object:
    text = one.default or ""
    if one.type == "integer":
        return int(text)
    if one.type == "decimal":
        return float(text)
    return text in ("true", "1") if one.type == "boolean" else text


def _common(form: str, offered: Mapping[str, Format]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if form == "select":
        limits = {"type": "integer", "minimum": 0, "maximum": MAX_PAGE}
        found.append({"name": "limit", "in": "query", "description": "Rows of one page.", "schema": limits})
        starts = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
        found.append({"name": "offset", "in": "query", "description": "Rows to leave out at the start.", "schema": starts})
    chosen = {"type": "string", "enum": list(offered)}
    found.append({"name": "_format", "in": "query", "description": "The form of the answer, before Accept.", "schema": chosen})
    time = {"type": "number", "minimum": SHORTEST_SECONDS}
    return [*found, {"name": "timeout", "in": "query", "description": "Seconds the query may take.", "schema": time}]


def _operation(one: NamedQuery) -> dict[str, Any]:
    graph = one.query.form in ("construct", "describe")
    offered = GRAPHS if graph else TABLES
    good = {"description": "The answer.", "content": _answers(offered)}
    taken = {parameter.name for parameter in one.parameters}
    common = [parameter for parameter in _common(one.query.form, offered) if parameter["name"] not in taken]
    found: dict[str, Any] = {
        "operationId": "query-" + one.name,
        "summary": one.summary,
        "tags": [one.kind],
        "parameters": [*map(_parameter, one.parameters), *common],
        "responses": {"200": good, **_faults(400, 403, 405, 406, 429, 503)},
    }
    if one.description:
        found["description"] = one.description
    return found


def _sparql() -> dict[str, Any]:
    answers = {**_answers(GRAPHS), **_answers(SOLUTIONS)}
    responses = {"200": {"description": "The answer, or the service description.", "content": answers}}
    graphs = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "array", "items": {"type": "string", "format": "iri"}}}
        for name, text in (("default-graph-uri", "Graphs of the default graph."), ("named-graph-uri", "The named graphs."))
    ]
    time = {"name": "timeout", "in": "query", "description": "Seconds the query may take.", "schema": {"type": "number", "minimum": SHORTEST_SECONDS}}
    query = {"name": "query", "in": "query", "description": "A SPARQL 1.1 query.", "schema": {"type": "string", "minLength": 1}}
    form = {"type": "object", "properties": {"query": {"type": "string", "minLength": 1}}, "required": ["query"]}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": {"schema": {"type": "string", "minLength": 1}}}}
    faults = _faults(400, 403, 405, 406, 413, 415, 429, 502, 503, 504)
    return {
        "get": {"operationId": "sparqlGet", "summary": "Ask a SPARQL query.", "parameters": [query, *graphs, time], "responses": {**responses, **faults}},
        "post": {"operationId": "sparqlPost", "summary": "Ask a SPARQL query.", "requestBody": body, "responses": {**responses, **faults}},
    }


def _download() -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}, "example": "whence.ttl"}
    good = {"description": "The file.", "content": {GRAPHS[one].media_type: {"schema": {}} for one in FORMATS}}
    return {
        "operationId": "download", "summary": "The graph, or a view of it, as a file; /download lists them.", "parameters": [name],
        "responses": {"200": good, "206": {**good, "description": "A range of it."}, **_faults(404, 405, 503)},
    }  # fmt: skip


def _reconciliation() -> dict[str, Any]:
    """Return the operations of the Reconciliation Service API."""

    def given(name: str, text: str, kind: str = "string", place: str = "query", **more: Any) -> dict[str, Any]:
        return {"name": name, "in": place, "required": place == "path", "description": text, "schema": {"type": kind, **more}}

    queries = given("queries", "A batch of queries as JSON.", contentMediaType="application/json")
    extend = given("extend", "Entities and properties to fetch, as JSON.", contentMediaType="application/json")
    callback = given("callback", "The function of a JSONP answer.", pattern=r"^[A-Za-z_$][A-Za-z0-9_$]*$", maxLength=90)

    def operation(name: str, summary: str, faults: tuple[int, ...], *parameters: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
        found = {**_simple(name, summary, kind, (405, *faults)), "parameters": list(parameters)}
        if callback in parameters:
            found["responses"]["200"]["content"]["text/javascript"] = {"schema": {}}
        return found

    which = given("kind", "What is looked for.", place="path", enum=["entity", "type", "property"])
    number = {"kind": "integer", "minimum": 0, "maximum": 999_999}
    form = {"type": "object", "properties": {one["name"]: {"type": "string"} for one in (queries, extend, callback)}}
    match = operation("reconcile", "Match names against the graph, or fetch values (Reconciliation Service API 0.2); the manifest without either.", (400, 413), queries, extend, callback)
    post = operation("reconcilePost", "Match names against the graph, or fetch values.", (400, 413, 415))
    post["responses"]["200"]["content"]["text/javascript"] = {"schema": {}}
    post["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    identifier = given("id", "Of an entity, a type or a property.")
    prefix, cursor = given("prefix", "What has been typed so far."), given("cursor", "How many to leave out.", **number)
    of, limit = given("type", "The identifier of a type."), given("limit", "How many at most.", **number)
    return {
        "/reconcile": {"get": match, "post": post},
        "/reconcile/suggest/{kind}": {"get": operation("suggest", "What fits a prefix.", (400, 404), which, prefix, cursor, callback)},
        "/reconcile/flyout/{kind}": {"get": operation("flyout", "A small preview as HTML in JSON.", (400, 404), which, identifier, callback)},
        "/reconcile/preview": {"get": operation("preview", "A small page about an entity, for a frame.", (400, 404), identifier, kind="text/html")},
        "/reconcile/properties": {"get": operation("proposeProperties", "The properties that entities of a type have.", (400,), of, limit, callback)},
    }


def _description(shown: str) -> dict[str, Any]:
    path = {"name": "path", "in": "path", "required": True, "schema": {"type": "string"}, **({"example": shown} if shown else {})}
    good = {"description": "The description of a thing.", "content": _answers(GRAPHS)}
    return {
        "operationId": "describe", "summary": "What is known of a thing.", "parameters": [path],
        "responses": {"200": good, **_faults(400, 403, 404, 405, 406, 429, 503)},
    }  # fmt: skip
