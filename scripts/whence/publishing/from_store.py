"""A graph that stands in a store or on a server: fetched once for each version of it, and answered from here as one of a directory.

    from whence import publishing
    files, store = publishing.open_served("http://localhost:3030/whence")

A card asks for hundreds of patterns, a table of disagreements for ten thousand: one by one over HTTP they would take minutes, a graph of
a million triples comes in seconds. So its copy is kept in the cache, as validated graphs are, by its address and the digest that
`whence publish` wrote beside it or `whence serve` tells; each opening asks for that digest, which is one small request.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from whence import namespaces
from whence.endpoint import MOST, Endpoint, Refused
from whence.errors import QueryError, RemoteError
from whence.publishing import to_store
from whence.publishing.to_store import Manifest
from whence.store import layout, snapshot
from whence.store.layout import GraphFiles

#: Seconds that a server may take to say what it is.
_PATIENCE = 20
#: How often a graph is fetched when the answer breaks off, or another one was put in its place meanwhile.
_ATTEMPTS = 3
#: What a server says of itself is no longer, in bytes.
_LONGEST = 1 << 20

Tell = Callable[[str], None]


class Served(GraphFiles):
    """The files of the model that came with whence, for a graph whose own files are elsewhere.

    :ivar address: of the graph
    :ivar user: for basic authentication there, or empty
    :ivar most: bytes that one answer from there may have
    """

    def __init__(self, address: str, said: Manifest, user: str = "", most: int = MOST) -> None:
        super().__init__(layout.bundled())
        self.address, self.user, self.most = address, user, most
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
    return _opened(address, user or "", most, lambda: _source(address, user, most), tell, progress or (lambda _: None))


def open_server(address: str) -> tuple[Served, Store]:
    """Return the graph that a server of whence serves, as `open_served` does.

    :raises RemoteError: nothing answers there, or the answer breaks off
    :raises ValueError: what answers is no server of whence
    """
    address = address.rstrip("/")
    return _opened(address, "", MOST, lambda: _server(address, None, MOST), None, lambda _: None)


def _opened(address: str, user: str, most: int, find: Callable[[], _Store | _Server], tell: Tell | None, progress: Tell) -> tuple[Served, Store]:
    """Return the graph at an address, fetched from what is found there."""
    for attempt in range(1, _ATTEMPTS + 1):
        source = find()
        said = source.manifest
        if said is None:
            raise RemoteError(f"{address} holds no graph that whence published.", fix=f"Publish one with whence publish --to {address}, or ask with whence query.")
        files = Served(address, said, user, most)
        kept = snapshot.open_snapshot(files.digest(), tell=tell)
        if kept is not None:
            return files, snapshot.hold(kept)
        try:
            return files, _fetched(files, source, said, find, tell, progress)
        except _Replaced:
            continue
        except RemoteError:  # one that is pressed may break off, and has made its files by then
            if attempt == _ATTEMPTS:
                raise
    raise RemoteError(f"The graph at {address} was replaced each time while it was fetched.", fix="Try again later.")


class _Replaced(Exception):
    """Another graph stands there now."""


def _fetched(files: Served, source: _Store | _Server, said: Manifest, find: Callable[[], _Store | _Server], tell: Tell | None, progress: Tell) -> Store:
    """Return a copy in the cache, which need not fit into memory, or one in memory where it cannot be kept.

    :raises RemoteError: it breaks off, or is not whole
    :raises _Replaced: another graph stands there now
    """

    def fill(store: Store) -> None:
        try:
            source.fill(store, progress)
        except (SyntaxError, ValueError, MemoryError):  # the last of a line that is longer than the parser takes
            raise RemoteError(f"What {files.address} sends breaks off or is none of RDF.", fix="Try again.") from None
        now = find().manifest
        if now is None or now.digest != said.digest:
            raise _Replaced
        if len(store) != said.triples:
            raise RemoteError(f"{files.address} sent {len(store):,} of {said.triples:,} triples.", fix="See whether it limits the size of answers.")
        for name in said.named:
            store.add_graph(NamedNode(name))

    return snapshot.keep(files.digest(), fill, tell, "The copy of the graph could not be kept ({}), so the next command fetches it again.")


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

    def fill(self, store: Store, tell: Tell) -> None:
        """Put the graph into an empty store."""
        assert self.manifest is not None
        for name in ("", *self.manifest.named):
            pattern = f"GRAPH <{name}> {{ ?s ?p ?o }}" if name else "?s ?p ?o"
            with self.endpoint.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}") as answer:
                answer.tell = _told(tell)
                store.bulk_load(answer, RdfFormat.N_TRIPLES, to_graph=NamedNode(name) if name else None)


class _Server:
    """A server of whence."""

    def __init__(self, endpoint: Endpoint, address: str, said: dict[str, Any]) -> None:
        self.endpoint = endpoint
        self._address = address
        graph = said["graph"]
        named = [name for name in graph["triples"] if name]
        count = sum(map(int, graph["triples"].values()))
        self.manifest: Manifest | None = to_store.manifest_told(said["served"], count, named, "", graph["settings"], dict(graph["prefixes"]))

    def fill(self, store: Store, tell: Tell) -> None:
        """Put the graph into an empty store."""
        with self.endpoint.open(f"{self._address}/download/whence-whole.nq") as answer:
            answer.tell = _told(tell)
            store.bulk_load(answer, RdfFormat.N_QUADS)


def _source(address: str, user: str | None, most: int) -> _Store | _Server:
    """Return what answers at an address: a server of whence, a data set by its address, or an address for queries.

    :raises RemoteError: nothing does, or something else
    """
    failures: list[RemoteError | QueryError] = []
    try:
        return _server(address, user, most)
    except Refused as error:
        failures.append(error.with_traceback(None))  # whose frames would keep a store open that its callers fill
    except (QueryError, ValueError):
        pass  # no server of whence
    for queries in (None, address):
        endpoint = Endpoint(address, queries=queries, user=user, most=most)
        try:
            return _Store(endpoint, to_store.read_manifest(endpoint, _PATIENCE))
        except (RemoteError, QueryError) as error:
            failures.append(error.with_traceback(None))
    closed = (one for one in failures if isinstance(one, Refused) and (one.status in (401, 403) or one.status >= 500))
    failure = next(closed, failures[-1])  # other failures say no more than that nothing is there
    fix = failure.fix or "Give the address of a data set, of its queries, or that whence serve prints."
    raise RemoteError(f"{address} is neither a store of SPARQL nor a server of whence: {failure.problem}", fix=fix)


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


def _told(tell: Tell) -> Callable[[int], None]:
    return lambda size: tell(f"fetching: {size / 1e6:,.0f} MB")
