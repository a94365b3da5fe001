"""Small RDF documents the server makes itself, in every format."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, serialize

from whence.namespaces import PREFIXES
from whence.web import media
from whence.web.asking import Request, Send
from whence.web.heads import Headers
from whence.web.problems import Problem
from whence.web.representing import COMPRESS_BYTES, Document, varying

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["send_graph", "send_text"]

_FORMATS = {
    "turtle": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "n3": RdfFormat.N3,
}  # fmt: skip
_PREFIXES = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}


async def send_graph(site: Serving, request: Request, send: Send, triples: Iterable[Triple], etag: str, more: Headers | None = None) -> None:
    """Answer triples in the format the client wants.

    :param etag: tells this document from all others of the server
    :raises Problem: 406 when no format fits
    """
    words = [value for name in ("_format", "format", "output", "results") for value in request.every(name)]
    named = [found for word in words if (found := media.name_of(word, media.GRAPHS))]
    chosen = (named[0], media.GRAPHS[named[0]][0]) if named else media.choose(request.accept, media.GRAPHS)
    if chosen is None:
        known = ", ".join(types[0] for types in media.GRAPHS.values())
        raise Problem(406, f"This document has no form the client accepts. It comes as {known}.")
    name, kind = chosen
    used = {prefix: iri for prefix, iri in _PREFIXES.items() if prefix in ("dcat", "dcterms", "foaf", "formats", "rdf", "sd", "void", "wh", "xsd")}
    body = serialize(triples, format=_FORMATS[name], prefixes=used if name in ("turtle", "trig", "rdfxml", "n3") else None)
    typed = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    await send_text(site, request, send, typed, body, f"{etag} {kind}", [(b"vary", b"Accept"), *(more or [])])


async def send_text(site: Serving, request: Request, send: Send, kind: str, body: bytes, etag: str, more: Headers | None = None) -> None:
    """Answer a document that seldom changes, compressed where the client takes it.

    :param etag: tells this document from all others of the server
    """
    headers = varying(more or [])
    seed = f"document {etag} {blake2b(body, digest_size=12).hexdigest()}"
    document = Document(site.published, request, seed, compressed=len(body) >= COMPRESS_BYTES)
    if document.held:
        await document.send_unchanged(send, headers)
    else:
        await document.send(send, kind, headers, document.remembered or await document.remember(body))
