"""The whole site as files for any web host: every page as the server makes it, links rewritten so that they work from any folder.

The server's application is asked in this process, without a socket. Pages are found by following links, as a reader would. What a
web host cannot do (queries, search by the server) leads to a page that says so; the search has a list of names and a script instead.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from whence import catalog
from whence.errors import InputError, UsageError
from whence.publishing import Served
from whence.rdf.formats import GRAPHS, TABLES
from whence.store.layout import GraphFiles
from whence.store.snapshot import open_snapshot
from whence.web.app import Application
from whence.web.federation.relay import Relay
from whence.web.graph import Graph
from whence.web.iris import iri_of
from whence.web.pages.home import hit
from whence.web.pages.rendering import page_address, render, serving
from whence.web.process.validating import judge
from whence.web.query.limits import Executor
from whence.web.settings import Settings
from whence.web.worker_state import Site

#: Nothing here has to make room for others.
_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    kind: str
    body: bytes


class _Silent:
    """Stands in for log and counters.

    :ivar errors: what the log was told of faults of ours
    """

    def __init__(self) -> None:
        self.dropped = 0
        self.errors: list[str] = []

    def say(self, event: str, **fields: Any) -> None:
        if event == "error":
            self.errors.append(str(fields.get("error", "")))

    def request(self, *_: Any) -> None:
        pass

    def count(self, *_: Any) -> None:
        pass

    def count_cached(self) -> None:
        pass


def open_graph(files: GraphFiles) -> Graph:
    """Return a graph as a worker has it: validated, opened, with what its pages need.

    :param files: of a directory, or of a graph that is served elsewhere
    :raises InputError: it cannot be served
    """
    found = judge(files.root, True, files.address, files.user, files.most) if isinstance(files, Served) else judge(files.root)
    snapshot = None if "problem" in found else open_snapshot(found["digest"])
    if snapshot is None:
        raise InputError(found.get("problem", "The validated graph cannot be kept in the cache."))
    graph = Graph.of(found, catalog.load(files))
    graph.store, graph.folder = snapshot.store, snapshot.path
    return graph


class InProcess:
    """The application over one graph; to be made and asked inside a running event loop."""

    def __init__(self, graph: Graph, base: str) -> None:
        settings = Settings(base=base, timeout=_SECONDS, page_seconds=_SECONDS, quick_seconds=_SECONDS, max_rows=0, max_bytes=0)
        self._silent: Any = _Silent()
        executor = Executor(settings, lambda _: None, lambda *_, **__: None)
        self._application = Application(Site(settings, graph, Relay(()), self._silent, self._silent, executor, self._state))

    async def _state(self) -> dict[str, Any]:
        return {"workers": {}, "refused": False}

    async def get(self, address: str, accept: str) -> Response:
        """Return the answer to a GET.

        :param address: path and query, percent-encoded
        :raises RuntimeError: the application has a fault
        """
        path, _, query = address.partition("?")
        scope = {
            "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "http_version": "1.1",
            "scheme": "http", "root_path": "", "client": None, "headers": [(b"host", b"localhost"), (b"accept", accept.encode())],
        }  # fmt: skip
        events: list[Any] = []

        async def receive() -> Any:
            await asyncio.Event().wait()  # the client never goes away

        async def send(event: Any) -> None:
            events.append(event)

        await self._application(scope, receive, send)
        if self._silent.errors:
            raise RuntimeError(self._silent.errors[-1])
        start = events[0]
        kind = dict(start["headers"]).get(b"content-type", b"").decode().partition(";")[0]
        return Response(start["status"], kind, b"".join(event.get("body", b"") for event in events[1:]))


#: The file by which a folder is known as one that this program wrote.
MARK = ".whence-site"
_TEMPORARY = ".whence-site-"
#: What stands for the address of the site until the address of each file is known.
_HERE = "http://site.invalid/"
_HTML = "text/html"
_STATIC = Path(__file__).parent / "static"
_NOT_HERE, _SEARCH, _NAMES, _CONTEXT = "not-here.html", "search.html", "static/names.js", "context.jsonld"
#: What needs a server, by the first part of its path, with the place on the page that says so.
_SERVED = {
    "sparql": "sparql", "editor": "sparql", "graph-store": "sparql", "openapi.json": "api", "reconcile": "api", "health": "api", "metrics": "api", "feed": "feed",
    ".well-known": "data", "dcat": "data", "id": "data", "vocab": "data", "shape": "data", "view": "data", "picture": "api", "suggestions": "api", "robots.txt": "api", "sitemap.xml": "feed",
}  # fmt: skip
#: Pages that are written for each of their parameters' values that a page leads to; of any other with these, the page without.
_ASKED = ("page", "query")
_OF_THINGS = ("disagreements", "lineage", "sources", "timeline")
_NAMED = {"": "index.html", "query": "query.html", ".well-known/void": "dataset.html", "dcat": "dataset.html"}
_STARTS = ("/", "/query", "/about", "/licence", "/download", "/changes", "/validation", "/.well-known/void", "/page/ontology")
_ENDINGS = {one.media_type: one.endings[0] for one in (*GRAPHS.values(), *TABLES.values())} | {
    _HTML: "html", "application/json": "json", "image/svg+xml": "svg", "text/vnd.graphviz": "dot", "application/graphml+xml": "graphml", "application/gexf+xml": "gexf"
}  # fmt: skip
_ATTRIBUTE = re.compile(r'(<(?P<tag>\w+)\b[^<>]*?\s)(?P<name>href|src|action)="(?P<value>[^"]*)"')
_FILE_NAME = re.compile(r"[\w~@(),+-](?:[\w~@(),+.-]*[\w~@(),+-])?")
#: Names that Windows keeps for devices, whatever their ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
#: Lines that name the data of a thing, which is written in some formats alone.
_ALTERNATE = re.compile(r'<link rel="alternate" href="(?P<at>/data/[^"]*)"[^>]*>\n?')
_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
#: An address in running text, which ends before whatever an address of ours never has, such as a comma.
_ABSOLUTE = re.compile(re.escape(_HERE) + r"(?:[\w/%~@+:?=-]|[.](?=\w)|&amp;)*")
#: Attributes by which scripts ask the server.
_ASKING = re.compile(r' data-(?:complete|name|picture)(?:="[^"]*")?(?=[\s>])')


@dataclass(slots=True)
class Written:
    """What was written.

    :ivar missing: addresses that pages lead to and that have no answer, with their status
    """

    pages: int = 0
    files: int = 0
    size: int = 0
    missing: list[tuple[str, int]] = field(default_factory=list)


def build(files: GraphFiles, folder: str, *, base: str = "", data: Iterable[str] = ("ttl",), progress: Callable[[str], None] = lambda _: None) -> Written:
    """Write the site of a graph into a folder, whole or not at all.

    :param folder: is made, or replaced where this program wrote it
    :param base: the address the site will have, ending in `/`: needed for feed and sitemap, which are left out without
    :param data: the suffixes in which the data of each thing is written
    :raises UsageError: the folder holds something else
    :raises InputError: the graph cannot be served, or the folder not written
    """
    target = Path(os.path.abspath(folder))
    _require_own(target)
    graph = open_graph(files)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target.parent)
        building = _temporary(target.parent)
    except OSError as error:
        raise InputError(f"The folder cannot be written: {error.strerror}.", file=folder) from None
    try:
        written = asyncio.run(_Builder(graph, building, base, frozenset(data), progress).run())
        (building / MARK).write_text(f"{graph.digest}\n", encoding="utf-8")
        building.chmod(0o755)
        _replace(target, building)
    except OSError as error:
        raise InputError(f"The site cannot be written: {error.strerror}.", fix="What was there before is unchanged.", file=folder) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return written


def _require_own(target: Path) -> None:
    """See that nothing of somebody else's is in the way."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is there and no folder.", fix="Name another one.")
    if target.is_dir() and not (target / MARK).is_file() and any(target.iterdir()):
        raise UsageError(f"{target} holds files that whence site did not write.", fix="Name a new or an empty folder.")


def _temporary(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-", dir=parent))


def _remove_abandoned(parent: Path) -> None:
    """Remove what processes left behind that were killed."""
    for left in parent.glob(f"{_TEMPORARY}[0-9]*-*"):
        if not os.path.exists(f"/proc/{left.name.removeprefix(_TEMPORARY).partition('-')[0]}"):
            shutil.rmtree(left, ignore_errors=True)


def _replace(target: Path, building: Path) -> None:
    old = _temporary(target.parent)
    if target.exists():
        os.rename(target, old)
    try:
        os.rename(building, target)
    except OSError:
        if not target.exists() and (old / MARK).exists():
            os.rename(old, target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


class _Builder:
    """Finds the pages, then writes them, when it is known which links lead to files."""

    def __init__(self, graph: Graph, folder: Path, base: str, data: frozenset[str], progress: Callable[[str], None]) -> None:
        self._graph = graph
        self._folder = folder
        self._base = base
        self._data = data
        self._progress = progress
        self._files: dict[str, str] = {}  # by address
        self._pages: dict[str, bytes] = {}  # compressed HTML, by address
        self._written = Written()

    async def run(self) -> Written:
        inside = InProcess(self._graph, _HERE)
        waiting = list(_STARTS)
        seen = set(waiting)
        began = time.monotonic()
        for address in waiting:
            response = await inside.get(address, "text/html, */*;q=0.5")
            if response.status != 200:
                self._written.missing.append((address, response.status))
                continue
            self._files[address] = _file_of(address, response.kind)
            if response.kind != _HTML:
                self._write(self._files[address], self._data_of(response, self._files[address]))
                continue
            self._pages[address] = zlib.compress(response.body, 1)
            new = [one for one in self._led_to(address, response) if one not in seen]
            seen.update(new)
            waiting += new
            if len(self._pages) % 100 == 0:
                self._tell("making files", len(self._files), len(waiting), "known by now", began)
        self._pages["/download"] = zlib.compress((await inside.get("/download", _HTML)).body, 1)  # which knows size and digest of each file now
        self._write_pages()
        self._write_search()
        for path in _STATIC.iterdir():
            if path.is_file() and not path.name.startswith(("annotate", "editor", "graph", "chart")):
                self._write(f"static/{path.name}", path.read_bytes())
        self._write(_CONTEXT, (await inside.get(f"/{_CONTEXT}", "*/*")).body)
        if self._base:
            await self._write_feeds(inside)
        return self._written

    def _tell(self, what: str, done: int, whole: int, things: str, began: float) -> None:
        """Tell how much is done, and how long the rest will take."""
        left = (time.monotonic() - began) / done * (whole - done)
        self._progress(f"{what}, {done:,} of {whole:,} {things}, about {left:,.0f} s left")

    @staticmethod
    def _data_of(response: Response, file: str) -> bytes:
        """Return data as they are, but JSON-LD with the address of its context relative to its own (JSON-LD 1.1, section 3.1)."""
        if response.kind != GRAPHS["jsonld"].media_type:
            return response.body
        return response.body.replace(f'"@context": "{_HERE}{_CONTEXT}"'.encode(), f'"@context": "{_relative(file, _CONTEXT)}"'.encode(), 1)

    def _led_to(self, address: str, response: Response) -> list[str]:
        """Return the addresses that a page leads to and that can be files, each once."""
        values = (html.unescape(value) for value in _LINK.findall(response.body.decode()))
        found = (_address(address, value)[0] for value in values)
        return list(dict.fromkeys(one for one in found if one and self._can_be_file(one)))

    def _can_be_file(self, address: str) -> bool:
        path, _, query = address[1:].partition("?")
        first = path.partition("/")[0]
        if first == "data":
            return not query and path.rpartition(".")[2] in self._data
        if first == "static":
            return path.startswith("static/lineage")
        if query and first not in _ASKED and not (first in _OF_THINGS and re.fullmatch("thing=[^&]+", query)):
            return False
        return (first not in _SERVED or path in _NAMED) and first != "search" and path != "ontology" and not path.startswith("ontology/")

    def _write_pages(self) -> None:
        began = time.monotonic()
        for number, (address, packed) in enumerate(self._pages.items(), 1):
            self._write(self._files[address], self._rewritten(zlib.decompress(packed).decode(), address, self._files[address]).encode())
            self._written.pages += 1
            if number % 100 == 0:
                self._tell("writing", number, len(self._pages), "pages", began)

    def _rewritten(self, text: str, address: str, file: str) -> str:
        """Return a page whose links lead from its file to the others."""

        def attribute(match: re.Match[str]) -> str:
            value = html.unescape(match["value"])
            if match["name"] == "action":
                led = self._action(value, file)
            else:
                led = self._link(address, value, file)
            return f'{match[1]}{match["name"]}="{html.escape(led)}"'

        text = _ASKING.sub("", text)
        text = _ALTERNATE.sub(lambda match: match[0] if _address(address, match["at"])[0] in self._files else "", text)
        if not self._base:
            text = re.sub(r'<link rel="alternate" type="application/atom\+xml"[^>]*>\n?', "", text)
        text = text.replace('src="/static/whence.js" type="module"', 'src="/static/whence.js" defer')
        text = _ATTRIBUTE.sub(attribute, text)
        return _ABSOLUTE.sub(lambda match: html.escape(self._told(html.unescape(match[0]), file)), text)

    def _told(self, value: str, file: str) -> str:
        """Return what an address is in running text, as citations have it: the page's own where the site's is known, else the IRI of its thing."""
        led = _address("/", value)[0]
        if led in self._files and self._base:
            return self._base + quote(self._files[led])
        return iri_of(unquote(led.removeprefix("/page/"))) if led and led.startswith("/page/") else self._link("/", value, file)

    def _action(self, value: str, file: str) -> str:
        kept = {"/search": _SEARCH, "/query": "query.html"}
        return _relative(file, kept.get(value, f"{_NOT_HERE}#forms"))

    def _link(self, address: str, value: str, file: str) -> str:
        """Return where a link leads, from a file."""
        if value.startswith("#"):
            return value
        led, fragment = _address(address, value)
        if led is None:
            return value
        if led == "/feed" and self._base:
            return _relative(file, "feed.xml")
        if led.startswith("/static/"):
            return _relative(file, led[1:])
        if led.startswith("/search"):
            return _relative(file, _SEARCH)
        found = self._files.get(led)
        if found is None:
            first = led[1:].partition("?")[0].partition("/")[0]
            return _relative(file, f"{_NOT_HERE}#{_SERVED.get(first, 'data' if first == 'data' else 'forms')}")
        return _relative(file, found) + (f"#{fragment}" if fragment else "")

    def _write_search(self) -> None:
        """Write the search with its names, and the page that tells what is not here."""
        index = self._graph.things
        forms: dict[str, list[str]] = {}
        for form in index.names.forms:
            forms.setdefault(form.thing, []).append(form.plain)
        names = []
        for iri, known in forms.items():
            found = self._files.get(quote(unquote(page_address(iri))))
            if found:
                one = hit(index, iri, "")
                names.append((one.name, one.kind, quote(found), known))
        self._write(_NAMES, f"window.whenceNames = {json.dumps(names, ensure_ascii=False)};\n".encode())
        for file, template in ((_SEARCH, "static_search.html"), (_NOT_HERE, "not_here.html")):
            with serving(self._graph):
                text = render(template, base=self._base, data=sorted(self._data))
            self._write(file, self._rewritten(text, "/" + file, file).encode())
            self._written.pages += 1

    async def _write_feeds(self, inside: InProcess) -> None:
        """Write feed and sitemap, which need the address of the site."""

        def absolute(match: re.Match[str]) -> str:
            led = self._link("/", html.unescape(match[0]), "")
            return html.escape(self._base + led)

        feed = (await inside.get("/feed", "*/*")).body.decode().replace(f"{_HERE}feed", f"{self._base}feed.xml")
        self._write("feed.xml", _ABSOLUTE.sub(absolute, feed).encode())
        pages = [file for address, file in self._files.items() if address in self._pages and "?" not in address]
        listed = "".join(f"<url><loc>{escape(self._base + quote(file))}</loc></url>\n" for file in pages)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        self._write("sitemap.xml", f"{head}{listed}</urlset>\n".encode())

    def _write(self, file: str, content: bytes) -> None:
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._written.files += 1
        self._written.size += len(content)


def _address(current: str, value: str) -> tuple[str | None, str]:
    """Return the address within the site that a link on a page leads to, with its fragment; None for one that leads elsewhere.

    >>> _address("/page/a?x=1", "?#b"), _address("/page/a", "#b"), _address("/", "https://example.org/")
    (('/page/a', 'b'), ('/page/a', 'b'), (None, ''))
    """
    value = value.replace(_HERE, "/", 1) if value.startswith(_HERE) else value
    path, query = current.partition("?")[::2]
    if value.startswith("?"):
        value = path + value
    elif value.startswith("#") or not value:
        value = (f"{path}?{query}" if query else path) + value
    parts = urlsplit(value)
    if parts.scheme or parts.netloc or not value.startswith("/"):
        return None, ""
    found = quote(unquote(parts.path))
    return (f"{found}?{parts.query.strip('&')}" if parts.query.strip("&") else found), parts.fragment


def _file_of(address: str, kind: str) -> str:
    """Return the name of the file for an answer.

    Where letters may be taken for those of another case, a query is part of the address, or a part of it is no name that every file system
    takes, a digest keeps names apart.

    >>> _file_of("/page/metallic-rouge", "text/html"), _file_of("/page/%2E%2E/x", "text/html")
    ('page/metallic-rouge.html', 'page/--/x.bb071589.html')
    """
    path, _, query = address[1:].partition("?")
    name = unquote(path)
    if not query and name in _NAMED:
        return _NAMED[name]
    if name.startswith(("download/", "static/")):
        return name
    stem, ending = name.strip("/").replace(".well-known/", "") or "index", _ENDINGS.get(kind, "txt")
    whole, stem = stem, stem.removesuffix(f".{ending}")
    taken = stem != whole and not name.startswith("data/")  # the file of another address
    if query or taken or stem != stem.lower() or not all(map(_is_file_name, stem.split("/"))):
        stem = "/".join(part if _is_file_name(part) else "-" + re.sub(r"[^\w-]+", "-", part)[:40] for part in stem.split("/"))
        words = re.sub(r"[^A-Za-z0-9]+", "-", unquote(query)).strip("-")[:60]
        stem = ".".join(part for part in (stem, words, blake2b(address.encode(), digest_size=4).hexdigest()) if part)
    return f"{stem}.{ending}"


def _is_file_name(text: str) -> bool:
    """Report whether every file system takes a name, with a digest and an ending: not `..`, `con`, or one that is too long."""
    return bool(_FILE_NAME.fullmatch(text)) and not _DEVICE.fullmatch(text) and len(text.encode()) < 200


def _relative(file: str, target: str) -> str:
    """Return a link from a file to another of the site.

    >>> _relative("page/a.html", "page/b.html#c"), _relative("page/ontology/X.html", "index.html")
    ('b.html#c', '../../index.html')
    """
    name, _, fragment = target.partition("#")
    found = quote(os.path.relpath(name, os.path.dirname(file) or "."))
    return f"{found}#{fragment}" if fragment else found
