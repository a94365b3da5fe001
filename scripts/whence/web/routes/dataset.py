"""The whole dataset: VoID with counts, DCAT, sitemap, robots; the feed of changes as Atom 1.0 (RFC 4287), one entry for each version
published here; and the graph and its views as files, with digest, range and entity tag.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.sax.saxutils import escape

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.responses import FileResponse

from whence.namespaces import PREFIXES, WH
from whence.rdf.formats import GRAPHS
from whence.rdf.terms import as_xml
from whence.web import downloads
from whence.web.downloads import Prepared
from whence.web.graph import Change, Graph, Version, published
from whence.web.http.requests import Request, Send
from whence.web.http.responses import holds, send_whole
from whence.web.iris import below, path_of
from whence.web.pages.about import COUNTS, statistics, when
from whence.web.routes.documents import send_graph, send_text
from whence.web.routes.pages import page_or_none
from whence.web.worker_state import Site

_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = PREFIXES["dcterms"]
_A = NamedNode(PREFIXES["rdf"] + "type")
_DESCRIPTION = "Claims about creative works, each person's position on them, and the passage that proves it."
_THINGS = """SELECT DISTINCT ?thing { ?thing a ?class
  FILTER(%s) MINUS { ?thing a oa:SpecificResource } MINUS { ?thing a oa:TextPositionSelector } }
ORDER BY ?thing LIMIT 50000"""
_VOCABULARIES = (WH, PREFIXES["schema"], PREFIXES["skos"], PREFIXES["dcterms"], PREFIXES["prov"], PREFIXES["oa"])


async def void(site: Site, request: Request, send: Send) -> None:
    """Answer the VoID description (W3C Interest Group Note, section 6.2: the well-known address)."""
    if await page_or_none(site, "dataset", request, send):
        return
    base = site.base(request)
    await send_graph(site, request, send, "void", lambda graph: _void(graph, base))


def _void(graph: Graph, base: str) -> list[Triple]:
    found = statistics(graph)
    dataset = NamedNode(base + ".well-known/void#dataset")
    triples = [*_about(graph, dataset, base), *(Triple(dataset, NamedNode(_VOID + name), Literal(found[name])) for name in COUNTS)]
    triples += _partitions(dataset, found)
    for iri, size in graph.named_graphs.items():
        if iri:
            subset = NamedNode(iri)
            triples += [Triple(dataset, _v("subset"), subset), Triple(subset, _A, _v("Dataset")), Triple(subset, _v("triples"), Literal(size))]
    return [*triples, *(Triple(quad.subject, quad.predicate, quad.object) for pack in graph.packs for quad in pack.about())]


def _about(graph: Graph, dataset: NamedNode, base: str) -> list[Triple]:
    found = [
        Triple(dataset, _A, _v("Dataset")),
        *_told(graph, dataset),
        Triple(dataset, NamedNode("http://xmlns.com/foaf/0.1/homepage"), NamedNode(base)),
        Triple(dataset, _v("sparqlEndpoint"), NamedNode(base + "sparql")),
        Triple(dataset, _v("dataDump"), NamedNode(base + "graph-store?default")),
        Triple(dataset, _v("uriSpace"), Literal(graph.settings.base)),
    ]
    found += [Triple(dataset, _v("exampleResource"), NamedNode(graph.shown))] if graph.shown else []
    formats = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
    found += [Triple(dataset, _v("feature"), NamedNode("http://www.w3.org/ns/formats/" + name)) for name in formats]
    return found + [Triple(dataset, _v("vocabulary"), NamedNode(iri)) for iri in _VOCABULARIES]


def _told(graph: Graph, dataset: NamedNode) -> list[Triple]:
    """Return what both descriptions say of the graph: title, description, licence and, of a graph of one's own, who made it."""
    own = graph.settings
    title = Literal(own.title) if own.file else Literal(own.title, language="en")
    found: list[tuple[str, Literal | NamedNode]] = [("title", title), ("description", Literal(_DESCRIPTION, language="en"))]
    found += [("license", NamedNode(own.licence))] if own.licence else []
    found += [("creator", Literal(own.creator))] if own.file and own.creator else []
    return [Triple(dataset, NamedNode(_DCTERMS + name), value) for name, value in found]


def _partitions(dataset: NamedNode, found: dict[str, Any]) -> list[Triple]:
    triples = []
    for kind, size in (("class", "entities"), ("property", "triples")):
        for number, (term, count) in enumerate(found[kind]):
            part = BlankNode(f"{kind}{number}")  # a label of its own each time would make each answer another
            triples += [
                Triple(dataset, _v(f"{kind}Partition"), part),
                Triple(part, _v(kind), NamedNode(term)),
                Triple(part, _v(size), Literal(count)),
            ]
    return triples


async def dcat(site: Site, request: Request, send: Send) -> None:
    """Answer the catalogue entry (DCAT 3, W3C Recommendation): the dataset, its endpoint, its downloads."""
    if await page_or_none(site, "dataset", request, send):
        return
    base = site.base(request)
    await send_graph(site, request, send, "dcat", lambda graph: _dcat(graph, base))


def _dcat(graph: Graph, base: str) -> list[Triple]:
    dataset, service = NamedNode(base + "dcat#dataset"), NamedNode(base + "dcat#service")
    triples = [
        Triple(dataset, _A, _d("Dataset")),
        *_told(graph, dataset),
        Triple(dataset, _d("landingPage"), NamedNode(base)),
        Triple(service, _A, _d("DataService")),
        Triple(service, NamedNode(_DCTERMS + "title"), Literal("SPARQL endpoint", language="en")),
        Triple(service, _d("endpointURL"), NamedNode(base + "sparql")),
        Triple(service, _d("endpointDescription"), NamedNode(base + "openapi.json")),
        Triple(service, _d("servesDataset"), dataset),
        Triple(service, NamedNode(_DCTERMS + "conformsTo"), NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
    ]
    for pack in graph.packs:
        triples += [Triple(dataset, NamedNode(_DCTERMS + "hasPart"), pack.graph), Triple(pack.graph, _A, _d("Dataset")), Triple(service, _d("servesDataset"), pack.graph)]
        triples += [Triple(quad.subject, quad.predicate, quad.object) for quad in pack.about()]
    for name in ("turtle", "nt", "rdfxml", "jsonld"):
        download = NamedNode(f"{base}graph-store?default&format={name}")
        part = NamedNode(f"{base}dcat#{name}")
        kind = NamedNode("https://www.iana.org/assignments/media-types/" + GRAPHS[name].media_type)
        triples += [
            Triple(dataset, _d("distribution"), part),
            Triple(part, _A, _d("Distribution")),
            Triple(part, _d("downloadURL"), download),
            Triple(part, _d("mediaType"), kind),
            Triple(part, _d("accessService"), service),
        ]
    return triples


async def sitemap(site: Site, request: Request, send: Send) -> None:
    """Answer the pages of all things (sitemaps.org protocol 0.9); passages are part of their attestations' pages."""
    base, kind = site.base(request), "page" if site.settings.ui else "data"

    def text(graph: Graph) -> bytes:
        things = [quote(path) for row in graph.store.query(_THINGS % below("?thing", graph.bases), prefixes=PREFIXES) if (path := path_of(row["thing"].value))]
        paths = ["", *(("query", "about", "licence", "download", "changes") if site.settings.ui else ("query",)), *(f"{kind}/{path}" for path in things)]
        addresses = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{addresses}</urlset>\n'.encode()

    await send_text(site, request, send, "application/xml", "sitemap", text)


async def robots(site: Site, request: Request, send: Send) -> None:
    """Answer what crawlers should leave alone (RFC 9309): the endpoint; and where the sitemap is."""
    base = site.base(request)
    body = f"User-agent: *\nDisallow: /sparql\nDisallow: /graph-store\nDisallow: /metrics\nSitemap: {base}sitemap.xml\n"
    await send_text(site, request, send, "text/plain; charset=utf-8", "robots", lambda _: body.encode(), compressed=False)


def _v(name: str) -> NamedNode:
    return NamedNode(_VOID + name)


def _d(name: str) -> NamedNode:
    return NamedNode(_DCAT + name)


_ATOM = "http://www.w3.org/2005/Atom"
_KIND = "application/atom+xml"


async def feed(site: Site, request: Request, send: Send) -> None:
    """Answer the feed."""
    base = site.base(request)
    await send_text(site, request, send, _KIND, f"feed {published(site.graph)}", lambda graph: _feed(graph, base))


def _feed(graph: Graph, base: str) -> bytes:
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "id").text = base + "feed"
    SubElement(feed, "title").text = f"{graph.name}: changes of the graph"
    SubElement(feed, "updated").text = when(graph.versions[0].published if graph.versions else graph.since).isoformat(timespec="seconds")
    SubElement(SubElement(feed, "author"), "name").text = graph.settings.creator if graph.settings.file and graph.settings.creator else graph.name
    rights = graph.settings.licence if graph.settings.file else "CC0-1.0"
    if rights:
        SubElement(feed, "rights").text = rights
    SubElement(feed, "link", rel="self", type=_KIND, href=base + "feed")
    SubElement(feed, "link", rel="alternate", type="text/html", href=base + "changes")
    for version in graph.versions:
        feed.append(_entry(version, base))
    indent(feed)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + as_xml(tostring(feed, encoding="unicode")).encode()


def _entry(version: Version, base: str) -> Element:
    moment = when(version.published).isoformat(timespec="seconds")
    entry = Element("entry")
    SubElement(entry, "id").text = uuid5(NAMESPACE_URL, f"{version.content} {version.published}").urn
    SubElement(entry, "title").text = f"The graph of {moment[:10]}: {version.told()}"
    SubElement(entry, "updated").text = moment
    SubElement(entry, "published").text = moment
    SubElement(entry, "link", rel="alternate", type="text/html", href=f"{base}changes#v-{int(version.published)}")
    content = SubElement(entry, "content", type="xhtml")
    body = SubElement(content, "div", xmlns="http://www.w3.org/1999/xhtml")
    SubElement(body, "p").text = f"SHA-256 of its N-Quads: {version.content}"
    for change in version.changes:
        _tell(body, change, base)
    return entry


def _tell(body: Element, change: Change, base: str) -> None:
    SubElement(body, "p").text = f"{change.count:,} {change.kind}" + (f", {change.added:,} new, {change.removed:,} gone" if change.added or change.removed else "")
    if change.named:
        listed = SubElement(body, "ul")
        for iri, name in change.named:
            path = path_of(iri)
            SubElement(SubElement(listed, "li"), "a", href=iri if path is None else f"{base}page/{path}").text = name


#: A file is made once, for all who ask later, so that it may take longer than a query.
_SECONDS = 300.0


async def download(site: Site, request: Request, send: Send) -> None:
    """Answer a file, made in a thread where it is asked for first.

    Its `ETag` is the SHA-256, which `Repr-Digest` tells too (RFC 9530, section 3).

    :raises Problem: 404 when there is no such file, 406 when its format cannot carry what is in it
    """
    one = downloads.find(site.graph, request.scope["path_params"]["name"])

    def make(graph: Graph) -> Prepared:
        return downloads.prepare(graph, one)

    found: Prepared = await site.run(request, make, max(site.settings.timeout, _SECONDS), page=True)
    tag = f'"{found.digest}"'
    headers = {"etag": tag, "cache-control": "no-cache", "repr-digest": f"sha-256=:{b64encode(bytes.fromhex(found.digest)).decode()}:"}
    if holds(request.field(b"if-none-match") or "", tag.encode()):
        await send_whole(send, 304, [(name.encode(), value.encode()) for name, value in headers.items()], b"", True)
        return
    kind = f"{one.media_type}; charset=utf-8" if one.media_type.startswith("text/") else one.media_type
    await FileResponse(found.path, headers=headers, media_type=kind, filename=one.name)(request.scope, request.receive, send)
