"""The files that can be downloaded: the graph as its files state it, with what follows from it, and each view, in every format.

They are the bytes that `whence export` writes, made once for a graph and kept beside its validated snapshot.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from pyoxigraph import Quad, RdfFormat

from whence import export
from whence.namespaces import VIEW
from whence.rdf import reading
from whence.rdf.formats import GRAPHS
from whence.store import cache
from whence.store.layout import GraphFiles
from whence.web.graph import Graph
from whence.web.http.problems import Problem

_FOLDER = "downloads"
#: The file all others of the asserted graph are made from: written when the graph is validated, since its files may change afterwards.
_ASSERTED = "whence.nq"
_keeping = Lock()
#: Bytes of a file that are read at once.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Download:
    """One file on offer.

    :ivar part: `asserted`, `derived`, or the name of a view
    :ivar format: one of `export.FORMATS`
    """

    name: str
    part: str
    format: str

    @property
    def media_type(self) -> str:
        """The media type of its format."""
        return GRAPHS[self.format].media_type


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is there.

    :ivar digest: its SHA-256, in hexadecimal
    """

    path: str
    size: int
    digest: str


def offered(graph: Graph) -> Iterator[Download]:
    """Yield every download of a graph: the asserted graph and the views in every format, the graph with what follows in two, since it is large.

    What is asserted is not known of a graph that was fetched from elsewhere.
    """
    views = [iri.removeprefix(VIEW) for iri in graph.named_graphs if iri.startswith(VIEW)]
    for part in (*(() if graph.address else ("asserted",)), *views, "derived"):
        stem = {"asserted": "whence", "derived": "whence-derived"}.get(part, f"whence-view-{part}")
        for name in ("turtle", "nquads") if part == "derived" else export.FORMATS:
            yield Download(f"{stem}.{GRAPHS[name].endings[0]}", part, name)


#: All that is served, in no order: for a copy, which `whence --endpoint` makes. Listed nowhere, since no two need have the same bytes.
WHOLE = Download("whence-whole.nq", "whole", "nquads")


def find(graph: Graph, name: str) -> Download:
    """Return the download of a file name.

    :raises Problem: 404 when there is none
    """
    for one in (WHOLE, *offered(graph)):
        if one.name == name:
            return one
    raise Problem(404, f"There is no download {name[:80]!r}. All are listed at /download.")


def prepared(graph: Graph, download: Download) -> Prepared | None:
    """Return a file that was made before, or None."""
    return _kept(graph.folder, download.name)


def _kept(folder: str, name: str) -> Prepared | None:
    """Return a file that was made before and not touched since, or None."""
    path = os.path.join(folder, _FOLDER, name)
    digest, _, signature = (cache.noted(path + ".sha256") or b"").partition(b" ")
    return Prepared(path, os.path.getsize(path), digest.decode()) if digest and signature == _signature(path) else None


def _note(path: str, digest: str) -> None:
    """Note the SHA-256 of a file that has just been put in its place."""
    cache.note(path + ".sha256", b"%s %s" % (digest.encode(), _signature(path) or b""))


def _signature(path: str) -> bytes | None:
    """Return what tells that a file is untouched and of this snapshot, or None when it is none, or others could have written it."""
    found = cache.signature(path)
    return found and b"%s %s" % (os.fsencode(path.split(os.sep)[-3]), found)


def prepare(graph: Graph, download: Download) -> Prepared:
    """Return a file, made now where it was not before.

    :raises NotWritable: the format cannot carry what is in it
    :raises Problem: 503 when the disk has no place for it
    """
    found = prepared(graph, download)
    if found is not None:
        return found
    if download == WHOLE:
        _dump(graph)
    else:
        out = BytesIO()
        export.write(_quads(graph, download.part), download.format, out, context=graph.context)
        _keep(graph.folder, download.name, out.getvalue())
    found = prepared(graph, download)
    if found is None:
        raise Problem(503, "The server has no place on its disk for this file. The graph comes from /graph-store, too.")
    return found


def keep_asserted(folder: str, files: GraphFiles) -> str:
    """Keep the asserted graph of files that have just been validated; return the SHA-256 of its N-Quads.

    :raises InputError: a file cannot be read
    """
    kept = _kept(folder, _ASSERTED)
    if kept is not None:
        return kept.digest
    out = BytesIO()
    export.write(export.asserted(files), "nquads", out)
    return _keep(folder, _ASSERTED, out.getvalue())


def _quads(graph: Graph, part: str) -> list[Quad]:
    if part == "derived":
        return export.everything(graph.store)
    if part != "asserted":
        return export.view(graph.store, part)
    kept = _kept(graph.folder, _ASSERTED)
    content = kept and cache.read(kept.path)
    if content is None:
        raise Problem(503, "The graph as its files state it is not kept on the server's disk. It comes with what follows from it, too: see /download.")
    return reading.parse(content, _ASSERTED).quads


def _dump(graph: Graph) -> None:
    """Write the whole store to its file, as far as the disk has place; it need not fit into memory."""
    digest = hashlib.sha256()
    try:
        place = cache.make(graph.folder, _FOLDER)
        with _keeping, tempfile.TemporaryDirectory(dir=place) as begun:
            path = os.path.join(begun, WHOLE.name)
            graph.store.dump(path, RdfFormat.N_QUADS)
            os.chmod(path, 0o600)
            with open(path, "rb") as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
            os.replace(path, os.path.join(place, WHOLE.name))
            _note(os.path.join(place, WHOLE.name), digest.hexdigest())
    except OSError:
        return


def _keep(folder: str, name: str, content: bytes) -> str:
    """Keep a file beside the snapshot, as far as the disk has place, and return its SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        place = cache.make(folder, _FOLDER)
    except OSError:
        return digest
    with _keeping:
        cache.write(os.path.join(place, name), content)
        _note(os.path.join(place, name), digest)
    return digest
