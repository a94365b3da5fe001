"""The SPARQL endpoint: SPARQL 1.1 Protocol (W3C Recommendation, section 2.1), queries only, and its Service Description; and whole graphs.

GET and HEAD with `query=`, POST of a form, POST of the query itself; `default-graph-uri` and `named-graph-uri`
override FROM (section 2.1.4). Without a query, GET answers the service description. Whole graphs are those of the SPARQL 1.1
Graph Store HTTP Protocol (W3C Recommendation), indirect identification, reading only.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from whence.namespaces import PREFIXES
from whence.packs import Pack
from whence.web.http import requests
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import send_allowed
from whence.web.query import responding
from whence.web.query.evaluation import Question
from whence.web.routes.documents import send_graph
from whence.web.routes.pages import page_or_none
from whence.web.worker_state import Site

SD = "http://www.w3.org/ns/sparql-service-description#"
_A = NamedNode(PREFIXES["rdf"] + "type")
_SIZE = NamedNode("http://rdfs.org/ns/void#triples")
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads", "N3",
)  # fmt: skip


async def describe(site: Site, request: Request, send: Send) -> None:
    """Answer the description in an RDF format, or the page where HTML is wanted more."""
    if await page_or_none(site, "sparql", request, send):
        return
    base = site.base(request)
    await send_graph(site, request, send, "service", lambda graph: triples(base + "sparql", base, graph.named_graphs, graph.packs))


def triples(endpoint: str, base: str, graphs: dict[str, int], packs: Iterable[Pack] = ()) -> list[Triple]:
    """Return the description.

    :param graphs: the named graphs with their sizes
    :param packs: those whose graphs are among them, which have sources and licences of their own
    """
    told = {pack.graph.value: pack.about() for pack in packs}
    service, dataset, default = NamedNode(endpoint), BlankNode("dataset"), BlankNode("default")
    found = [
        Triple(service, _A, _sd("Service")),
        Triple(service, _sd("endpoint"), service),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(service, _sd("feature"), _sd("BasicFederatedQuery")),
        Triple(service, _sd("defaultDataset"), dataset),
        Triple(dataset, _A, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        Triple(dataset, NamedNode("http://rdfs.org/ns/void#dataDump"), NamedNode(base + "graph-store?default")),
        Triple(default, _A, _sd("Graph")),
    ]
    found += [Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name)) for name in _RESULTS]
    for number, (iri, count) in enumerate(graphs.items()):
        found += _named(dataset, number, iri, count, told.get(iri, ())) if iri else [Triple(default, _SIZE, Literal(count))]
    return found


def _named(dataset: BlankNode, number: int, iri: str, count: int, told: Iterable[Quad]) -> list[Triple]:
    """Return the description of a named graph.

    :param told: what its source says of it
    """
    named, content = BlankNode(f"named{number}"), BlankNode(f"content{number}")
    return [
        Triple(dataset, _sd("namedGraph"), named),
        Triple(named, _A, _sd("NamedGraph")),
        Triple(named, _sd("name"), NamedNode(iri)),
        Triple(named, _sd("graph"), content),
        Triple(content, _A, _sd("Graph")),
        Triple(content, _SIZE, Literal(count)),
        *(Triple(content, quad.predicate, quad.object) for quad in told),
    ]


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


ALLOWED = "GET, HEAD, OPTIONS, POST"
SHORTEST_SECONDS = 0.1
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_READ_ONLY = "The graph is read-only here: it is changed by editing the files below triples/."


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer one request.

    :raises Problem: what is wrong with it
    """
    if request.method == "OPTIONS":
        await send_allowed(send, ALLOWED, b"Accept, Content-Type, If-None-Match", (b"access-control-max-age", b"86400"))
        return
    if request.method in ("GET", "HEAD"):
        query = request.one("query")
        if query is None:
            await _without_query(site, request, send)
            return
    elif request.method == "POST":
        query = await _posted(request, site.settings.wait_seconds)
    else:
        raise Problem(405, f"{request.method} is not allowed on a SPARQL endpoint. {_READ_ONLY}", {"Allow": ALLOWED})
    most = seconds(request.one("timeout"), site.settings.timeout)
    await responding.respond(site, request, send, _question(site, request, query), most)


async def _without_query(site: Site, request: Request, send: Send) -> None:
    if request.one("update") is not None:
        raise Problem(400, "An update is sent with POST, and not here. " + _READ_ONLY)
    if request.parameters and any(name not in requests.FORMATS for name, _ in request.parameters):
        raise Problem(400, "There is no query. Send it as the parameter query.")
    await describe(site, request, send)


def _question(site: Site, request: Request, query: str) -> Question:
    """Return what is asked, in the form and within the limits the request asks for."""
    default, named = request.every("default-graph-uri"), request.every("named-graph-uri")
    graphs = {"default_graphs": tuple(default), "named_graphs": tuple(named)} if default or named else {}
    return site.question(request, query, path="sparql", hints="own", **graphs)


def seconds(wanted: str | None, most: float) -> float:
    """Return the time limit: what the client asks for, at most our own.

    :raises Problem: 400 when it is not a number of seconds, or less than `SHORTEST_SECONDS`

    >>> seconds("2.5", 30), seconds("600", 30), seconds(None, 30)
    (2.5, 30, 30)
    """
    if wanted is None:
        return most
    try:
        value = float(wanted)
    except ValueError:
        value = 0.0
    if not SHORTEST_SECONDS <= value < float("inf"):
        raise Problem(400, f"The parameter timeout cannot be {wanted[:40]!r}. Give seconds, such as 2.5, at least {SHORTEST_SECONDS:g}.")
    return min(value, most)


async def _posted(request: Request, most: float) -> str:
    """Return the query of a POST; the parameters of a form join those of the address."""
    kind = requests.media_type(request)
    if kind not in (_FORM, _QUERY):
        if kind == _UPDATE:
            raise Problem(403, _READ_ONLY)
        said = f"{kind[:80]} is not taken here" if kind else "The media type of the body is missing"
        raise Problem(415, f"{said}. Send {_QUERY}, or a form as {_FORM}.")
    raw = await requests.body(request, most)
    if kind == _FORM:
        if request.every("query"):
            raise Problem(400, "The query of a form belongs into its body, not into the address.")
        request.add(requests.pairs(raw))
        query = request.one("query")
        if query is None:
            if request.every("update"):
                raise Problem(403, _READ_ONLY)
            raise Problem(400, "There is no query in the form. Send it as the field query.")
        return query
    if request.every("query"):
        raise Problem(400, "There are two queries: one in the address, one in the body. Send one.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"The query is not UTF-8 (byte {error.start + 1}). Send it as UTF-8.") from None


_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


async def whole_graph(site: Site, request: Request, send: Send) -> None:
    """Answer `?default` or `?graph=IRI`.

    :raises Problem: 400 when neither or both are given, 404 when there is no such graph
    """
    name, default = request.one("graph"), request.one("default")
    if (name is None) == (default is None):
        raise Problem(400, "Say which graph: ?default, or ?graph= with its IRI.")
    if name is not None and name not in site.graph.named_graphs:
        raise Problem(404, f"There is no graph {name[:200]!r} here. The service description at /sparql lists them.")
    question = site.question(request, _WHOLE, default_graphs=None if name is None else (name,))
    await responding.respond(site, request, send, question, site.settings.timeout)
