"""What a store or a server says of the graph that it holds: which version, which graphs, and what its `whence.toml` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.endpoint import Endpoint
from whence.errors import RemoteError
from whence.namespaces import ID, PACK, PREFIXES, SH
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


def of(digest: str, triples: int, named: Iterable[NamedNode], default: str, files: GraphFiles | None, packs: Mapping[str, str]) -> Manifest:
    """Return what is to be said of a graph.

    :param files: of the graph; of the corpus of whence where there are none
    :param packs: prefix to base of the packs that are with it
    """
    names = tuple(node.value for node in named)
    return Manifest(digest, triples, names, default) if files is None else Manifest(digest, triples, names, default, files.settings, {**files.prefixes, **packs})


def read(endpoint: Endpoint, patience: float | None = None) -> Manifest | None:
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
    return told(said[_DCTERMS + "identifier"][0], int(said[_DCTERMS + "extent"][0]), named, default, own, prefixes)


def told(digest: str, triples: int, named: Iterable[str], default: str, own: Mapping[str, Any], prefixes: Mapping[str, str]) -> Manifest:
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
