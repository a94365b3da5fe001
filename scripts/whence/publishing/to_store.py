"""A validated graph written into another store: filled beside what is there, then put in its place at once.

    from whence import publishing, validation
    from whence.endpoint import Endpoint
    from whence.store import layout
    files = layout.locate()
    publishing.publish(validation.open(files), files.digest(), Endpoint("http://localhost:3030/whence"))

Only SPARQL 1.1 Update is needed there. Each graph is sent in batches into a graph of its own below `STAGING`, counted
there, and one update moves all of them to where they belong; an update is atomic (SPARQL 1.1 Update, 2.2), so readers see
the old graph or the new one. In a store whose default graph is the union of the named ones (RDF4J, Virtuoso), what
belongs into the default graph goes into the graph `DEFAULT`, and the manifest says so. What was sent by a publication that broke off is removed by a later one after `_ABANDONED`.

What a store or a server says of the graph that it holds: which version, which graphs, and what its `whence.toml` says.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from whence.endpoint import Endpoint
from whence.errors import RemoteError, UsageError
from whence.namespaces import ID, PACK, PREFIXES, SH, VIEW
from whence.store.layout import GraphFiles
from whence.store.settings import Settings, check_base, check_prefix, corpus

#: The graph that says which version of the graph a store holds, and the subject of what it says.
MANIFEST = "https://w3id.org/whence/published"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_DCTERMS, _VANN = PREFIXES["dcterms"], PREFIXES["vann"]
_SAID = f"""SELECT ?key ?value {{ GRAPH <{MANIFEST}> {{
  {{ <{MANIFEST}> ?key ?value }} UNION {{ <{MANIFEST}> <{SH}declare> ?declared . ?declared <{SH}prefix> ?key ; <{SH}namespace> ?value }} }} }}"""
#: Field of the settings to the property that says it.
_SETTINGS = {
    "title": _DCTERMS + "title", "creator": _DCTERMS + "creator", "licence": _DCTERMS + "license",
    "prefix": _VANN + "preferredNamespacePrefix", "base": _VANN + "preferredNamespaceUri",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is served.

    :ivar digest: of the graph
    :ivar triples: how many there are in the default graph and the named graphs
    :ivar named: the IRIs of the named graphs, sorted
    :ivar default: the IRI of the graph that holds what is otherwise in the default graph, where that is the union of all; else empty
    :ivar settings: what its `whence.toml` says; `file` is not empty where it has one
    :ivar prefixes: prefix to base of its own things, of those of the graphs that it includes, and of the packs with it, its own first
    """

    digest: str
    triples: int
    named: tuple[str, ...] = ()
    default: str = ""
    settings: Settings = field(default_factory=corpus)
    prefixes: Mapping[str, str] = field(default_factory=lambda: {"id": ID})

    def __str__(self) -> str:
        """Return it as the triples of SPARQL Update."""
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        said: list[tuple[str, object]] = [
            (_DCTERMS + "identifier", Literal(self.digest)),
            (_DCTERMS + "modified", Literal(now, datatype=NamedNode(PREFIXES["xsd"] + "dateTime"))),
            (_DCTERMS + "extent", Literal(self.triples)),
            *((_SD + "namedGraph", NamedNode(one)) for one in self.named),
            *((_SD + "defaultGraph", NamedNode(one)) for one in (self.default,) if one),
            *((name, Literal(value)) for key, name in _SETTINGS.items() if (value := getattr(self.settings, key))),
        ]
        declared = (f"[ <{SH}prefix> {Literal(prefix)} ; <{SH}namespace> {Literal(base)} ]" for prefix, base in self.prefixes.items())
        return f"<{MANIFEST}> " + " ; ".join([*(f"<{name}> {value}" for name, value in said), *(f"<{SH}declare> {one}" for one in declared)]) + " ."


def manifest_of(digest: str, triples: int, named: Iterable[NamedNode], default: str, files: GraphFiles | None, packs: Mapping[str, str]) -> Manifest:
    """Return what is to be said of a graph.

    :param files: of the graph; of the corpus of whence where there are none
    :param packs: prefix to base of the packs that are with it
    """
    names = tuple(node.value for node in named)
    return Manifest(digest, triples, names, default) if files is None else Manifest(digest, triples, names, default, files.settings, {**files.prefixes, **packs})


def read_manifest(endpoint: Endpoint, patience: float | None = None) -> Manifest | None:
    """Return what a store says of the graph that was published into it, or None where none was.

    :param patience: seconds that it may take, where that is bounded
    :raises QueryError: it is no store of SPARQL
    :raises RemoteError: it does not answer, or with something else
    """
    said: dict[str, list[str]] = {}
    prefixes: dict[str, str] = {}
    rows = endpoint.query(_SAID, small=True, patience=patience)
    try:
        for key, value in rows:
            if isinstance(key, NamedNode):
                said.setdefault(key.value, []).append(value.value)
            else:
                prefixes[key.value] = value.value
    except (TypeError, AttributeError, SyntaxError, ValueError):
        raise endpoint.no_answer() from None
    try:
        return _manifest(said, prefixes) if said else None
    except (LookupError, ValueError, TypeError):
        raise RemoteError(f"What {endpoint.queries} says of its graph is not understood.", fix="Publish it again with this version of whence.") from None


def _manifest(said: dict[str, list[str]], prefixes: dict[str, str]) -> Manifest:
    own = {key: said[name][0] for key, name in _SETTINGS.items() if name in said}
    named, default = said.get(_SD + "namedGraph", []), said.get(_SD + "defaultGraph", [""])[0]
    return manifest_told(said[_DCTERMS + "identifier"][0], int(said[_DCTERMS + "extent"][0]), named, default, own, prefixes)


def manifest_told(digest: str, triples: int, named: Iterable[str], default: str, own: Mapping[str, Any], prefixes: Mapping[str, str]) -> Manifest:
    """Return what another side says, once it is seen that it can be so.

    :param own: the settings by the names of their fields; those of the corpus of whence where the base is its
    :raises LookupError, ValueError, TypeError: it cannot
    """
    settings = corpus()
    if own.get("base", ID) != ID:
        settings = Settings(own["title"], own["base"], own["prefix"], licence=own.get("licence", ""), creator=own.get("creator", ""), file=MANIFEST)
    known = {settings.prefix: settings.base, **prefixes}
    for prefix, base in known.items():
        if (prefix, base) != ("id", ID) and base != f"{PACK}{prefix}/" and (check_prefix(prefix) or check_base(base)):
            raise ValueError(f"{prefix}: {base}")
    for iri in (*named, *filter(None, (default, settings.licence))):
        NamedNode(iri)
    return Manifest(str(digest), triples, tuple(sorted(named)), default, settings, known)


#: The graph that takes what stands in the default graph, in stores whose default graph is the union of all named ones.
DEFAULT = "https://w3id.org/whence/graph"
#: Graphs below it are on the way to their place.
STAGING = "https://w3id.org/whence/staging/"
#: Triples sent at once.
_BATCH = 20_000
#: Seconds after which a publication that did not end is taken to be broken off.
_ABANDONED = 24 * 3600


@dataclass(frozen=True, slots=True)
class Published:
    """What a store holds now.

    :ivar graphs: in how many named graphs besides the default graph
    :ivar sent: whether anything had to be sent
    """

    triples: int
    graphs: int
    sent: bool


def publish(
    store: Store, digest: str, endpoint: Endpoint, *, files: GraphFiles | None = None, packs: Mapping[str, str] | None = None,
    replace: bool = False, tell: Callable[[str], None] | None = None,
) -> Published:  # fmt: skip
    """Write a validated graph, with what follows from it and its views, into another store.

    The default graph and the named graphs of the graph are replaced there; other named graphs are left alone.

    :param digest: of the graph, by which a store that holds it already is known
    :param files: of the graph, whose settings are said there too; those of the corpus of whence where there are none
    :param packs: prefix to base of the packs in the store
    :param replace: whether what a store holds there may be replaced although it did not come from here
    :param tell: told what is being done
    :raises UsageError: the store holds another graph there, and `replace` is not set
    :raises RemoteError: the store fails or lost something on the way; it holds what it held
    """
    tell = tell or (lambda _: None)
    counted = _counted(store)
    named = [source for source in counted if isinstance(source, NamedNode)]
    sources = [source for source, count in counted.items() if count]  # no store need keep a graph without triples
    done = Published(sum(counted.values()), len(named), sent=True)
    held = read_manifest(endpoint)
    if held is not None and held.digest == digest:
        return Published(done.triples, done.graphs, sent=False)
    _forget_abandoned(endpoint)
    place = f"{STAGING}{int(time.time())}-{secrets.token_hex(4)}/"
    default = DEFAULT if _is_union(endpoint, place) else ""
    if held is None and not replace:
        _check_free(endpoint, default)
    said = manifest_of(digest, done.triples, named, default, files, packs or {})
    staged = [f"<{place}{number}>" for number in range(len(sources))]
    try:
        for source, target in zip(sources, staged, strict=True):
            _fill(endpoint, target, store.quads_for_pattern(None, None, None, source), counted[source], tell)
        tell("switching over")
        _switch(endpoint, staged, sources, said, held)
    except RemoteError:
        _forget(endpoint, staged)
        raise
    return done


def _counted(store: Store) -> dict[DefaultGraph | NamedNode, int]:
    """Return how many triples stand in the default graph and in each named graph, sorted by name."""
    named = sorted((node for node in store.named_graphs() if isinstance(node, NamedNode)), key=str)
    every: list[DefaultGraph | NamedNode] = [DefaultGraph(), *named]
    return {source: sum(1 for _ in store.quads_for_pattern(None, None, None, source)) for source in every}


_IS_VIEW = f'FILTER(STRSTARTS(STR(?view), "{VIEW}"))'


def _is_union(endpoint: Endpoint, place: str) -> bool:
    """Report whether what stands in a named graph shows in the default graph of a store."""
    probe = f"<{place}probe>"
    try:
        endpoint.update(f"INSERT DATA {{ GRAPH {probe} {{ {probe} {probe} {probe} }} }}")
        return bool(endpoint.query(f"ASK {{ {probe} {probe} {probe} }}", small=True))
    finally:
        _forget(endpoint, [probe])


def _check_free(endpoint: Endpoint, default: str) -> None:
    """See that nothing stands where the graph is to go.

    :raises UsageError: something does
    """
    pattern = f"{{ GRAPH <{default}> {{ ?s ?p ?o }} }}" if default else "{ ?s ?p ?o }"
    if endpoint.query(f"ASK {{ {pattern} UNION {{ GRAPH ?view {{ ?s ?p ?o }} {_IS_VIEW} }} }}", small=True):
        raise UsageError("The store holds a graph that whence did not publish.", fix="Take an empty data set, or replace that graph with --replace.")


def _fill(endpoint: Endpoint, target: str, quads: Iterable[Quad], count: int, tell: Callable[[str], None]) -> None:
    """Send triples into a graph, and see that all of them are there.

    :raises RemoteError: some are not
    """
    sent = 0
    for batch in _batches(quads):
        endpoint.update("INSERT DATA { GRAPH " + target + " {\n" + "\n".join(batch) + "\n} }")
        sent += len(batch)
        tell(f"sending {sent:,} of {count:,} triples")
    found = endpoint.values(f"SELECT (COUNT(*) AS ?count) {{ GRAPH {target} {{ ?s ?p ?o }} }}")
    if found != [str(count)]:
        raise RemoteError(f"The store holds {found[0] if found else 'none'} of the {count} triples it was sent.", fix="See what it says in its log.")


def _batches(quads: Iterable[Quad]) -> Iterator[list[str]]:
    """Yield statements a batch at a time; all with a blank node in the first, since a label holds for one request."""
    blank: list[str] = []
    plain: list[str] = []
    for quad in quads:
        of_one_request = isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
        (blank if of_one_request else plain).append(f"{quad.triple} .")
    if blank:
        yield blank
    for start in range(0, len(plain), _BATCH):
        yield plain[start : start + _BATCH]


def _switch(endpoint: Endpoint, staged: list[str], sources: list[DefaultGraph | NamedNode], said: Manifest, held: Manifest | None) -> None:
    """Move all graphs to their places, and say which version they are, in one update, and see that it says so."""
    there = {*endpoint.values(f"SELECT DISTINCT ?view {{ GRAPH ?view {{ }} {_IS_VIEW} }}"), *(held.named if held else ())}
    kept = {source.value for source in sources if isinstance(source, NamedNode)}
    steps = [f"DROP SILENT GRAPH <{name}>" for name in sorted(there - kept)]
    for target, source in zip(staged, sources, strict=True):
        default = f"GRAPH <{said.default}>" if said.default else "DEFAULT"
        steps.append(f"MOVE GRAPH {target} TO {default if isinstance(source, DefaultGraph) else f'GRAPH {source}'}")
    steps += [f"DROP SILENT GRAPH <{MANIFEST}>", f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ {said} }} }}"]
    endpoint.update(" ;\n".join(steps))
    try:
        switched = read_manifest(endpoint)
    except RemoteError as error:
        told = f"The store was told to switch over, and whether it has cannot be seen: {error}"
        raise RemoteError(told, fix="Publish again: what is there already is not sent twice.") from None
    if switched is None or switched.digest != said.digest:
        raise RemoteError("The store says that it switched over, and has not.", fix="See what it says in its log.")


def _forget_abandoned(endpoint: Endpoint) -> None:
    """Remove what publications that broke off have left."""
    names = endpoint.values(f'SELECT DISTINCT ?graph {{ GRAPH ?graph {{ }} FILTER(STRSTARTS(STR(?graph), "{STAGING}")) }}')
    old = time.time() - _ABANDONED
    _forget(endpoint, [f"<{name}>" for name in names if int((re.match(r"\d{1,15}", name.removeprefix(STAGING)) or "0")[0]) < old])


def _forget(endpoint: Endpoint, graphs: list[str]) -> None:
    """Remove graphs; where the store fails at that as well, a later publication does it."""
    if graphs:
        try:
            endpoint.update(" ;\n".join(f"DROP SILENT GRAPH {graph}" for graph in graphs))
        except RemoteError:
            return
