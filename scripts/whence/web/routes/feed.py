"""The feed of changes: Atom 1.0 (RFC 4287), one entry for each version of the graph that was published here."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from whence.rdf.terms import as_xml
from whence.web.http.requests import Request, Send
from whence.web.iris import path_of
from whence.web.pages.about import when
from whence.web.routes.cached_documents import send_text
from whence.web.versions import Change, Version, published

if TYPE_CHECKING:
    from whence.web.graph import Graph
    from whence.web.site import Site

_ATOM = "http://www.w3.org/2005/Atom"
_KIND = "application/atom+xml"


async def respond(site: Site, request: Request, send: Send) -> None:
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
