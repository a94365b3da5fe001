"""The description of the endpoint (SPARQL 1.1 Service Description, W3C Recommendation)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from whence.namespaces import PREFIXES
from whence.web.http.requests import Request, Send
from whence.web.routes.documents import send_graph
from whence.web.routes.pages import page_or_none

if TYPE_CHECKING:
    from whence.web.site import Site

__all__ = ["respond", "triples"]

SD = "http://www.w3.org/ns/sparql-service-description#"
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
    await send_graph(site, request, send, "service", lambda graph: triples(base + "sparql", base, graph.named_graphs))


def triples(endpoint: str, base: str, graphs: dict[str, int]) -> list[Triple]:
    """Return the description.

    :param graphs: the named graphs with their sizes
    """
    service, dataset, default = NamedNode(endpoint), BlankNode("dataset"), BlankNode("default")
    a = NamedNode(PREFIXES["rdf"] + "type")
    size = NamedNode("http://rdfs.org/ns/void#triples")

    def sd(name: str) -> NamedNode:
        return NamedNode(SD + name)

    found = [
        Triple(service, a, sd("Service")),
        Triple(service, sd("endpoint"), service),
        Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        Triple(service, sd("feature"), sd("BasicFederatedQuery")),
        Triple(service, sd("defaultDataset"), dataset),
        Triple(dataset, a, sd("Dataset")),
        Triple(dataset, sd("defaultGraph"), default),
        Triple(dataset, NamedNode("http://rdfs.org/ns/void#dataDump"), NamedNode(base + "graph-store?default")),
        Triple(default, a, sd("Graph")),
    ]
    found += [Triple(service, sd("resultFormat"), NamedNode(_FORMATS + name)) for name in _RESULTS]
    for number, (iri, count) in enumerate(graphs.items()):
        if not iri:
            found.append(Triple(default, size, Literal(count)))
            continue
        named, content = BlankNode(f"named{number}"), BlankNode(f"content{number}")
        found += [
            Triple(dataset, sd("namedGraph"), named),
            Triple(named, a, sd("NamedGraph")),
            Triple(named, sd("name"), NamedNode(iri)),
            Triple(named, sd("graph"), content),
            Triple(content, a, sd("Graph")),
            Triple(content, size, Literal(count)),
        ]
    return found
