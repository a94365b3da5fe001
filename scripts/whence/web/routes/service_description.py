"""The description of the endpoint (SPARQL 1.1 Service Description, W3C Recommendation)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from whence.namespaces import PREFIXES
from whence.web.http.requests import Request, Send
from whence.web.routes.cached_documents import send_graph
from whence.web.routes.pages import page_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from whence.packs import Pack
    from whence.web.site import Site

SD = "http://www.w3.org/ns/sparql-service-description#"
_A = NamedNode(PREFIXES["rdf"] + "type")
_SIZE = NamedNode("http://rdfs.org/ns/void#triples")
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads", "N3",
)  # fmt: skip


async def respond(site: Site, request: Request, send: Send) -> None:
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
