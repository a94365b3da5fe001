"""Linked data: every IRI of ours, under the address served, leads to a page or to data (303), and the data to a description.

`/id/x` stands for `https://w3id.org/whence/id/x`, `/vocab/...`, `/ontology` (and its terms as `/ontology/Term`),
`/shape/...`, `/view/...` likewise. The form is chosen by suffix, `?_format=`, or `Accept`, in this order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import NamedNode

from whence.namespaces import ID, PREFIXES, VIEW, VOCAB, WH
from whence.web import media
from whence.web.asking import Request, Send
from whence.web.delivery import send_whole
from whence.web.heads import Headers
from whence.web.descriptions import EXISTS, GRAPH, ONTOLOGY, THING
from whence.web.message import IRI, Question, parameter
from whence.web.problems import Problem

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["data", "identified", "iri_of", "links", "path_of", "valid"]

_ROOT = ID.removesuffix("id/")
_SHAPE = PREFIXES["shape"]
_HTML = ("text/html", "application/xhtml+xml")
_SUFFIX_OF = {name: suffix for suffix, name in media.DATA.items()}


def iri_of(path: str) -> str:
    """Return the IRI that a path below `/page/` or `/data/` stands for.

    >>> iri_of("metallic-rouge")
    'https://w3id.org/whence/id/metallic-rouge'
    >>> iri_of("ontology/Claim"), iri_of("vocab/role/director")
    ('https://w3id.org/whence/ontology#Claim', 'https://w3id.org/whence/vocab/role/director')
    """
    first, _, rest = path.partition("/")
    if first == "ontology":
        return WH + rest if rest else WH.removesuffix("#")
    if first in ("vocab", "shape", "view"):
        return _ROOT + path
    return ID + path


def path_of(iri: str) -> str | None:
    """Return the path below `/page/` and `/data/` of an IRI of ours, or None.

    >>> path_of("https://w3id.org/whence/ontology#Claim"), path_of("https://example.org/")
    ('ontology/Claim', None)
    """
    if iri.startswith(WH):
        return "ontology/" + iri.removeprefix(WH)
    if iri == WH.removesuffix("#"):
        return "ontology"
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    if iri.startswith((VOCAB, _SHAPE, VIEW)):
        return iri.removeprefix(_ROOT)
    return None


def links(site: Serving, request: Request, path: str, leave_out: str = "") -> str:
    """Return the value of `Link` (RFC 8288) that names a thing's page and all forms of its data."""
    base = site.base(request.scope)
    shown = quote(path)
    found = [f'<{base}data/{shown}.{suffix}>; rel="alternate"; type="{media.GRAPHS[name][0]}"' for suffix, name in media.DATA.items() if suffix != leave_out]
    if site.settings.ui:
        found.append(f'<{base}page/{shown}>; rel="alternate"; type="text/html"')
    return ", ".join([*found, f'<{iri_of(path)}>; rel="describes"'])


async def identified(site: Serving, request: Request, send: Send) -> None:
    """Answer a thing's own address: 303 to its page or to its data (Cool URIs for the Semantic Web, section 4.2)."""
    path, suffix = _split(request.path.removeprefix("/id/").removeprefix("/"))
    target, name = _form(site, request, suffix)
    await _require(site, path)
    location = f"{site.base(request.scope)}{target}/{quote(path)}{f'.{_SUFFIX_OF[name]}' if name else ''}"
    headers: Headers = [
        (b"location", location.encode()),
        (b"vary", b"Accept"),
        (b"link", links(site, request, path).encode()),
        (b"cache-control", b"no-cache"),
        (b"content-type", b"text/plain; charset=utf-8"),
    ]
    await send_whole(send, 303, headers, f"{location}\n".encode(), request.method == "HEAD")


async def data(site: Serving, request: Request, send: Send) -> None:
    """Answer the description of a thing; without a suffix the form is negotiated."""
    path, suffix = _split(request.path.removeprefix("/data/"))
    words = tuple(request.every("_format") + request.every("format"))
    accept = None if suffix else request.accept
    iri = iri_of(path)
    query, graphs = THING, None
    if path == "ontology":
        query = ONTOLOGY
    elif iri.startswith(VIEW):
        query, graphs = GRAPH, [iri]
    question = Question(
        query,
        bound=[] if graphs else [parameter("thing", valid(iri))],
        accept=accept,
        formats=(media.DATA[suffix],) if suffix else words,
        encoding=request.encoding,
        default_graphs=graphs,
        rows=site.settings.max_rows,
        size=site.settings.max_bytes,
        neat=True,
        required=True,
    )
    more: Headers = [(b"link", links(site, request, path, suffix).encode())]
    await site.deliver(question, site.settings.timeout, request, send, more)


def _split(path: str) -> tuple[str, str]:
    """Return path and suffix; only a suffix that names a format of ours is one."""
    stem, dot, suffix = path.rpartition(".")
    if dot and (suffix in media.DATA or suffix == "html"):
        return stem, suffix
    return path, ""


def _form(site: Serving, request: Request, suffix: str) -> tuple[str, str]:
    """Return `page` and nothing, or `data` and the format's name.

    :raises Problem: 406 when nothing fits
    """
    words = [suffix] if suffix else request.every("_format") + request.every("format")
    for word in words:
        if word == "html" and site.settings.ui:
            return "page", ""
        name = media.name_of(word, media.GRAPHS)
        if name:
            return "data", name
    if words:
        raise Problem(406, f"There is no form {words[0][:40]!r}. There are {', '.join(media.DATA)}.")
    offered = {**media.GRAPHS}
    if site.settings.ui:
        offered = {**media.GRAPHS, "html": _HTML}
    chosen = media.choose(request.accept, offered)
    if chosen is None:
        raise Problem(406, "This thing is described in HTML and in RDF formats: Turtle, JSON-LD, RDF/XML, N-Triples and more.")
    return ("page", "") if chosen[0] == "html" else ("data", chosen[0])


async def _require(site: Serving, path: str) -> None:
    iri = iri_of(path)
    known = iri in await site.named_graphs() if iri.startswith(VIEW) else await site.rows(EXISTS, {"thing": valid(iri)})
    if not known:
        raise Problem(404, f"There is no <{iri}> here. Search at /search?q=..., or query at /sparql.")


def valid(iri: str) -> IRI:
    """Return an IRI as one.

    :raises Problem: 404 when it has characters an IRI cannot have
    """
    try:
        NamedNode(iri)
    except ValueError:
        raise Problem(404, "There is nothing here by this name: it has characters an IRI cannot have.") from None
    return IRI(iri)
