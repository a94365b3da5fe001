"""A graph that stands in a store or on a server: fetched once for each version of it, and answered from here as one of a directory.

    from whence import publishing
    files, store = publishing.open_served("http://localhost:3030/whence")

A card asks for hundreds of patterns, a table of disagreements for ten thousand: one by one over HTTP they would take minutes, a graph of
a million triples comes in seconds. So its copy is kept in the cache, as validated graphs are, by its address and the digest that
`whence publish` wrote beside it or `whence serve` tells; each opening asks for that digest, which is one small request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from whence import namespaces
from whence.endpoint import MOST, Endpoint, Refused
from whence.errors import QueryError, RemoteError
from whence.namespaces import VIEW
from whence.publishing import manifest
from whence.publishing.manifest import Manifest
from whence.store import layout, snapshot
from whence.store.layout import GraphFiles

if TYPE_CHECKING:
    from whence.store.snapshot import Snapshot

__all__ = ["Served", "endpoint_at", "open_served", "open_server"]

#: Seconds that a server may take to say what it is.
_PATIENCE = 20
#: How often a graph is fetched when the answer breaks off, or another one was put in its place meanwhile.
_ATTEMPTS = 3
_TOLD_EACH = 50_000
#: What a server says of itself is no longer, in bytes.
_LONGEST = 1 << 20

Tell = Callable[[str], None]
_held: list[Snapshot] = []


class Served(GraphFiles):
    """The files of the model that came with whence, for a graph whose own files are elsewhere.

    :ivar address: of the graph
    """

    def __init__(self, address: str, said: Manifest) -> None:
        super().__init__(layout.bundled())
        self.address = address
        self.settings = said.settings
        self.prefixes = dict(said.prefixes)
        self.data, self.own, self.configuration = [], [], []
        self._digest = sha256(f"served {address}\n{said.digest}".encode()).hexdigest()
        namespaces.declare(self.prefixes)

    @property
    def packs(self) -> dict[str, str]:
        """No folders: the packs that were published with it are in its copy."""
        return {}

    def digest(self) -> str:
        """Return what its copy in the cache is known by: nothing but its address and digest there."""
        return self._digest


def open_served(address: str, *, user: str | None = None, most: int = MOST, tell: Tell | None = None, progress: Tell | None = None) -> tuple[Served, Store]:
    """Return a graph that `whence publish` put into a store, or that `whence serve` serves: a copy, fetched now unless it was before.

    :param address: of the data set (whose queries go to ADDRESS/query), for queries, or what `whence serve` prints
    :param user: for basic authentication, with the password of the environment variable `WHENCE_PASSWORD`
    :param most: bytes that each answer may have
    :param tell: told one sentence when the copy could not be kept
    :param progress: told what is being done
    :raises UsageError: it is no address, or there is no password
    :raises RemoteError: nothing answers there, or nothing that whence published, or the answer breaks off
    :raises LimitError: more comes than may
    """
    address = address.rstrip("/")
    return _opened(address, lambda: _source(address, user, most), tell, progress or _silently)


def open_server(address: str) -> tuple[Served, Store]:
    """Return the graph that a server of whence serves, as `open_served` does.

    :raises RemoteError: nothing answers there, or the answer breaks off
    :raises ValueError: what answers is no server of whence
    """
    address = address.rstrip("/")
    return _opened(address, lambda: _server(address, None, MOST), None, _silently)


def _opened(address: str, find: Callable[[], _Store | _Server], tell: Tell | None, progress: Tell) -> tuple[Served, Store]:
    """Return the graph at an address, fetched from what is found there."""
    for attempt in range(1, _ATTEMPTS + 1):
        source = find()
        said = source.manifest
        if said is None:
            raise RemoteError(f"{address} holds no graph that whence published.", fix=f"Publish one with whence publish --to {address}, or ask with whence query.")
        files = Served(address, said)
        kept = snapshot.open_snapshot(files.digest(), tell=tell)
        if kept is not None:
            _held.append(kept)
            return files, kept.store
        store = Store()
        try:
            store.bulk_extend(_told(source.quads(), said.triples, progress))
        except RemoteError:  # one that is pressed may break off, and has made its files by then
            if attempt == _ATTEMPTS:
                raise
            continue
        except (SyntaxError, ValueError, MemoryError):  # the last of a line that is longer than the parser takes
            raise RemoteError(f"What {address} sends breaks off or is none of RDF.", fix="Try again.") from None
        now = find().manifest
        if now is not None and now.digest == said.digest:
            return files, _kept(files, store, said, tell)
    raise RemoteError(f"The graph at {address} was replaced each time while it was fetched.", fix="Try again later.")


def _kept(files: Served, store: Store, said: Manifest, tell: Tell | None) -> Store:
    """Return the copy from the cache, or from memory where it cannot be kept.

    :raises RemoteError: it is not whole
    """
    if len(store) != said.triples:
        raise RemoteError(f"{files.address} sent {len(store):,} of {said.triples:,} triples.", fix="See whether it limits the size of answers.")
    for name in said.named:
        store.add_graph(NamedNode(name))
    try:
        kept = snapshot.publish(files.digest(), store, [])
    except OSError as error:
        if tell is not None:
            tell(f"The copy of the graph could not be kept ({str(error.strerror or error).splitlines()[0].rstrip('.')}), so the next command fetches it again.")
        return store
    _held.append(kept)
    return kept.store


def endpoint_at(address: str, *, user: str | None = None, most: int = MOST) -> Endpoint:
    """Return where a graph that is served answers queries: a store as `open_served` takes it, or any of SPARQL.

    :param most: bytes that each answer may have
    :raises UsageError: it is no address, or there is no password
    :raises RemoteError: nothing answers there that is of SPARQL
    """
    return _source(address.rstrip("/"), user, most).endpoint


class _Store:
    """A store of SPARQL 1.1, whether or not whence published into it."""

    def __init__(self, endpoint: Endpoint, said: Manifest | None) -> None:
        self.endpoint = endpoint.within(said.default, said.named) if said and said.default else endpoint
        self.manifest = said

    def quads(self) -> Iterator[Quad]:
        assert self.manifest is not None
        for name in ("", *self.manifest.named):
            pattern = f"GRAPH <{name}> {{ ?s ?p ?o }}" if name else "?s ?p ?o"
            with self.endpoint.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}") as answer:
                yield from _in_graph(name, parse(answer, format=RdfFormat.N_TRIPLES, rename_blank_nodes=True))


class _Server:
    """A server of whence."""

    def __init__(self, endpoint: Endpoint, address: str, said: dict[str, Any]) -> None:
        self.endpoint = endpoint
        self._address = address
        graph = said["graph"]
        named = [name for name in graph["triples"] if name]
        count = sum(map(int, graph["triples"].values()))
        self.manifest: Manifest | None = manifest.told(said["served"], count, named, "", graph["settings"], dict(graph["prefixes"]))

    def quads(self) -> Iterator[Quad]:
        assert self.manifest is not None
        views = [f"view-{name.removeprefix(VIEW)}" for name in self.manifest.named if name.startswith(VIEW)]
        for name in ("derived", *views):
            with self.endpoint.open(f"{self._address}/download/whence-{name}.nq") as answer:
                yield from parse(answer, format=RdfFormat.N_QUADS, rename_blank_nodes=True)
        for name in self.manifest.named:
            if not name.startswith(VIEW):
                with self.endpoint.open(f"{self._address}/graph-store?graph={quote(name, safe='')}", "application/n-triples") as answer:
                    yield from _in_graph(name, parse(answer, format=RdfFormat.N_TRIPLES, rename_blank_nodes=True))


def _source(address: str, user: str | None, most: int) -> _Store | _Server:
    """Return what answers at an address: a server of whence, a data set by its address, or an address for queries.

    :raises RemoteError: nothing does, or something else
    """
    try:
        return _server(address, user, most)
    except (Refused, QueryError, ValueError):
        pass  # no server of whence
    for queries in (None, address):
        endpoint = Endpoint(address, queries=queries, user=user, most=most)
        try:
            return _Store(endpoint, manifest.read(endpoint))
        except (RemoteError, QueryError) as error:
            failure = error
    raise RemoteError(f"{address} is neither a store of SPARQL nor a server of whence: {failure.problem}", fix="Give the address of a data set, of its queries, or that whence serve prints.")


def _server(address: str, user: str | None, most: int) -> _Server:
    """Return the server of whence at an address.

    :raises Refused, QueryError, ValueError: what answers is none
    :raises RemoteError: nothing answers
    """
    with Endpoint(address, user=user).open(f"{address}/validation", "application/json", patience=_PATIENCE) as answer:
        said = answer.read(_LONGEST)
    try:
        return _Server(Endpoint(address, queries=f"{address}/sparql", user=user, most=most), address, json.loads(said))
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"What {address} says of its graph is not understood: {error!r}") from None


def _in_graph(name: str, quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield quads of the default graph in a named graph, or as they are where the name is empty."""
    graph = NamedNode(name) if name else DefaultGraph()
    return (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)


def _told(quads: Iterable[Quad], count: int, tell: Tell) -> Iterator[Quad]:
    for number, quad in enumerate(quads):
        if number == count:
            raise RemoteError(f"More triples come than the {count:,} that are said to be there.", fix="Publish the graph again.")
        if number % _TOLD_EACH == 0:
            tell(f"fetching: {number:,} of {count:,} triples")
        yield quad


def _silently(_: str) -> None:
    return None
