"""The Reconciliation Service API 0.2 (W3C Community Group Report of 2023-04-10) at `/reconcile`, for OpenRefine and its like.

The endpoint answers the manifest (section 4.1), batches of queries (5.4) and data extension (8.4), below it are suggest
services (7), flyouts (7.5), previews (6) and proposals of properties (8.2). All answer JSONP where a `callback` is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from whence import __version__
from whence.namespaces import WH
from whence.things import Index
from whence.web import reconciliation
from whence.web.graph import Graph
from whence.web.http import requests
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import Headers, send_once
from whence.web.iris import valid
from whence.web.pages.rendering import render, serving
from whence.web.worker_state import Site

ALLOWED = "GET, HEAD, OPTIONS, POST"
#: How many queries, and how many entities to extend, one request may have.
BATCH = 50
#: How many properties one query may give, and how many cells one data extension may fill.
PROPERTIES, CELLS = 20, 10_000
_SIZE = (400, 240)
#: The members of a query; the specification has no others.
_MEMBERS = ("query", "type", "limit", "properties", "type_strict")
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
#: Any site may show a preview in a frame; it loads nothing but its style.
_FRAMED = (b"content-security-policy", b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *")
_FORM = "application/x-www-form-urlencoded"


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer the manifest, a batch of queries, or a data extension."""
    if request.method == "POST":
        kind = requests.media_type(request)
        if kind != _FORM:
            raise Problem(415, f"Send a form as {_FORM} with the field queries or extend.")
        request.add(requests.pairs(await requests.body(request, site.settings.wait_seconds)))
    queries, extend = request.one("queries"), request.one("extend")
    if queries is not None and extend is not None:
        raise Problem(400, "Send queries or extend, not both.")
    if queries is not None:
        batch = _queries(queries)
        await _send(site, request, send, lambda index: _answered(index, batch, site))
    elif extend is not None:
        asked = _extension(extend)
        await _send(site, request, send, lambda index: reconciliation.extended(index, asked))
    elif request.method == "POST":
        raise Problem(400, "The form has neither queries nor extend. GET answers the manifest.")
    else:
        base = site.base(request)
        await _send(site, request, send, lambda index: _manifest(index, site.graph, base))


async def suggest(site: Site, request: Request, send: Send) -> None:
    """Answer the entities, types or properties that fit what has been typed so far."""
    kind, prefix, cursor = _kind(request), request.one("prefix") or "", _whole(request, "cursor", 0)
    await _send(site, request, send, lambda index: {"result": reconciliation.suggested(index, kind, prefix, cursor)})


async def properties(site: Site, request: Request, send: Send) -> None:
    """Answer the properties that entities of a type have."""
    kind, limit = request.one("type") or "", _whole(request, "limit", BATCH)
    told = {"type": kind, "limit": limit}
    await _send(site, request, send, lambda index: {**told, "properties": reconciliation.properties(index, kind, limit)})


async def flyout(site: Site, request: Request, send: Send) -> None:
    """Answer a small preview of an entity, a type or a property as HTML in JSON."""
    kind, given = _kind(request), request.one("id") or ""
    await _send(site, request, send, lambda index: {"id": given, "html": _card(index, kind, given)})


async def preview(site: Site, request: Request, send: Send) -> None:
    """Answer a small page about an entity, to be shown in a frame."""
    given, base = request.one("id") or "", site.base(request)

    def preview_of(graph: Graph) -> bytes:
        with serving(graph):
            return render("preview.html", card=_card(graph.things, "entity", given), base=base).encode()

    body = await site.run(request, preview_of)
    await send_once(request, send, 200, [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-cache"), _FRAMED], body)


def _answered(index: Index, batch: dict[str, dict[str, Any]], site: Site) -> dict[str, Any]:
    found = reconciliation.matches(index, batch.values(), lambda: site.graph.proposed)
    return {name: {"result": result} for name, result in zip(batch, found, strict=True)}


def _manifest(index: Index, graph: Graph, base: str) -> dict[str, Any]:
    """Return what the service offers (section 4.1)."""
    here = base + "reconcile"

    def service(kind: str) -> dict[str, str]:
        return {"service_url": here, "service_path": f"/suggest/{kind}", "flyout_service_url": here, "flyout_service_path": f"/flyout/{kind}?id=${{id}}"}

    return {
        "versions": ["0.1", "0.2"],
        "name": graph.name if graph.settings.file else "whence: creative works, the people who make them, and their sources",
        "identifierSpace": graph.settings.base,
        "schemaSpace": WH,
        "documentation": base + "about",
        "serviceVersion": __version__,
        "logo": base + "static/whence.svg",
        "view": {"url": base + "page/{{id}}"},
        "defaultTypes": [{name: one[name] for name in ("id", "name")} for one in reconciliation.types(index)[:12]],
        "preview": {"url": here + "/preview?id={{id}}", "width": _SIZE[0], "height": _SIZE[1]},
        "suggest": {kind: service(kind) for kind in ("entity", "type", "property")},
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
        "batchSize": BATCH,
    }


def _card(index: Index, kind: str, given: str) -> str:
    if kind == "entity":
        iri = valid(reconciliation.entity_iri(given))
        if not index.name(iri):
            raise Problem(404, f"There is no entity {given[:80]!r} here.")
        told = reconciliation.describe(index, iri)
        return render("card.html", name=told["name"], kinds=[one["name"] for one in told["type"]], told=told.get("description", ""), claims=reconciliation.claims(index, iri))
    offered = reconciliation.types(index) if kind == "type" else reconciliation.properties(index, "", 10_000)
    found = next((one for one in offered if one["id"] == given), None)
    if found is None:
        raise Problem(404, f"There is no {kind} {given[:80]!r} here.")
    return render("card.html", name=found["name"], kinds=[kind], told=found.get("description", ""), claims=None)


def _queries(text: str) -> dict[str, dict[str, Any]]:
    """Return a batch of queries (section 5.1)."""
    batch = _json(text, "queries")
    if not isinstance(batch, dict) or not all(isinstance(one, dict) for one in batch.values()):
        raise Problem(400, 'The parameter queries is no batch. Send a JSON object of queries, such as {"q0": {"query": "Metallic Rouge"}}.')
    if len(batch) > BATCH:
        raise Problem(413, f"The batch has {len(batch)} queries. Send at most {BATCH} at once.")
    for name, one in batch.items():
        fault = _fault(one)
        if fault:
            raise Problem(400, f"The query {name[:40]!r} is wrong: {fault}")
    return batch


def _fault(one: dict[str, Any]) -> str:
    """Return what is wrong with a query, or an empty text."""
    kinds, limit, wanted = one.get("type", []), one.get("limit", 1), one.get("properties", [])
    if "query" not in one and not wanted:
        return "it has neither query nor properties."
    if unknown := sorted(one.keys() - set(_MEMBERS)):
        return f"a query has no {unknown[0][:40]!r}, but {', '.join(_MEMBERS)}."
    if not isinstance(one.get("query", ""), str):
        return "query is a text."
    if not isinstance(kinds, str) and not (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)):
        return "type is the identifier of a type, or a list of them."
    if not isinstance(limit, int | float) or not 1 <= limit < 1e9 or limit % 1:
        return "limit is a whole number, 1 or more."
    if isinstance(wanted, list) and (len(wanted) > PROPERTIES or sum(len(each["v"]) for each in wanted if isinstance(each, dict) and isinstance(each.get("v"), list)) > BATCH):
        return f"it asks for more than {PROPERTIES} properties, or {BATCH} values."
    if not isinstance(wanted, list) or not all(isinstance(each, dict) and isinstance(each.get("pid"), str) and _is_value(each.get("v")) for each in wanted):
        return "properties is a list of objects with pid and v."
    return ""


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(not isinstance(one, list) and _is_value(one) for one in value)
    return isinstance(value, str | bool | int | float) or (isinstance(value, dict) and isinstance(value.get("id"), str))


def _extension(text: str) -> dict[str, Any]:
    """Return a data extension query (section 8.3)."""
    asked = _json(text, "extend")
    ids, wanted = (asked.get("ids"), asked.get("properties")) if isinstance(asked, dict) else (None, None)
    good = isinstance(ids, list) and all(isinstance(one, str) for one in ids) and isinstance(wanted, list)
    if not good or not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in wanted or ()):
        raise Problem(400, 'The parameter extend is no such query. Send {"ids": ["metallic-rouge"], "properties": [{"id": "schema:genre"}]}.')
    if len(ids or ()) > 20 * BATCH:
        raise Problem(413, f"There are {len(ids or ())} identifiers. Send at most {20 * BATCH} at once.")
    if len(ids or ()) * len(wanted or ()) > CELLS:
        raise Problem(413, f"{len(ids or ())} identifiers times {len(wanted or ())} properties are more than {CELLS:,} cells. Send fewer at once.")
    return {"ids": ids, "properties": wanted}


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" from its character {error.pos + 1} on" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(400, f"The parameter {name} is no JSON{where}.") from None


def _kind(request: Request) -> str:
    kind: str = request.scope["path_params"]["kind"]
    if kind not in ("entity", "type", "property"):
        raise Problem(404, f"There is nothing of the kind {kind[:40]!r}: there are entity, type and property.")
    return kind


def _whole(request: Request, name: str, default: int) -> int:
    text = request.one(name)
    return requests.whole(name, text, 6) if text else default


async def _send(site: Site, request: Request, send: Send, make: Callable[[Index], Any]) -> None:
    callback = request.one("callback")
    if callback is not None and not (len(callback) < 100 and _CALLBACK.fullmatch(callback)):
        raise Problem(400, "The parameter callback is no name of a function.")

    def text(graph: Graph) -> bytes:
        return json.dumps(make(graph.things)).encode()

    body = await site.run(request, text)
    kind = b"application/json"
    if callback:  # the comment keeps the body from being taken for another kind of file
        kind, body = b"text/javascript; charset=utf-8", b"/**/" + callback.encode() + b"(" + body + b");"
    headers: Headers = [(b"content-type", kind), (b"cache-control", b"no-cache")]
    await send_once(request, send, 200, headers, body)
