"""The graph that is being served, and its versions that were published on this machine: when, and which claims and positions came and went.

Versions are kept in the cache, by graph directory. One is told by the SHA-256 of its N-Quads, so a graph that says the same is no new one.
"""

from __future__ import annotations

import json
import os
import pickle
import time
from dataclasses import asdict, dataclass, field
from hashlib import blake2b, sha256
from typing import Any

from pyoxigraph import NamedNode

from whence import identity
from whence.ask import Asker
from whence.catalog import Catalog
from whence.identity import Proposal
from whence.namespaces import ID, PREFIXES, is_thing
from whence.packs import Pack
from whence.proof import Explainer
from whence.store import cache
from whence.store.layout import GraphFiles
from whence.store.settings import Settings, corpus
from whence.store.snapshot import open_snapshot
from whence.things import Index
from whence.things.names import is_iri


@dataclass(slots=True, eq=False)
class Graph:
    """One validated graph: made in the supervisor, inherited by its workers, each of which opens the store.

    :ivar digest: of everything that went into the graph and the packs beside it
    :ivar curated: that of the graph alone
    :ivar set_aside: name of a pack that cannot be asked to the sentence that says why
    :ivar context: the terms of its JSON-LD context
    :ivar findings: how many findings it has; none is a violation
    :ivar named_graphs: triples of each named graph by its IRI, and of the default graph by an empty text
    :ivar index: what `whence.web.pages.prepare` made of it, or None
    :ivar overview: what `whence.web.pages.overview` made of it, or None before its home page is asked for
    :ivar asker: what answers questions about it, or None before the first where there are no pages
    :ivar settings: what its `whence.toml` says
    :ivar prefixes: prefix to base of its own things, and after it of those of graphs that it includes
    :ivar address: where it was fetched from, or an empty text for one of a directory
    :ivar example: the IRI of the work to show things by, an empty text where there is none, None while nobody has looked
    :ivar versions: the graphs that were published from the same directory, the newest first
    :ivar folder: of the opened snapshot, in a worker
    :ivar store: the opened snapshot, in a worker
    :ivar explainer: what proves its triples, in a worker that was asked for a proof, or None
    :ivar proposals: what `proposed` returns, or None before it was asked for
    :ivar since: when it went live, in seconds since 1970
    :ivar refused: whether a later change of its files is not served, as far as this process was told
    :ivar questions: a digest of the named queries, since not all of them are part of the graph's
    :ivar vocabulary: a digest of the JSON-LD context, which is no part of it either
    """

    digest: str
    root: str
    context: dict[str, Any]
    findings: int
    named_graphs: dict[str, int]
    index: Index | None
    catalog: Catalog
    settings: Settings = field(default_factory=corpus)
    prefixes: dict[str, str] = field(default_factory=lambda: {"id": ID})
    address: str = ""
    curated: str = ""
    packs: tuple[Pack, ...] = ()
    set_aside: dict[str, str] = field(default_factory=dict)
    example: str | None = None
    versions: tuple[Version, ...] = ()
    folder: str = ""
    store: Any = None
    overview: Any = None
    asker: Asker | None = None
    explainer: Explainer | None = None
    proposals: dict[str, list[Proposal]] | None = None
    since: float = field(default_factory=time.time)
    refused: bool = False
    questions: str = field(init=False)
    vocabulary: str = field(init=False)

    @classmethod
    def of(cls, found: dict[str, Any], catalog: Catalog) -> Graph:
        """Return the graph that `whence.web.process.validating.judge` found valid."""
        index, overview, example, asker = pickle.loads(found["pages"]) if found["pages"] else (None, None, None, None)
        given = {name: value for name, value in found.items() if name != "pages"}
        return cls(**given, catalog=catalog, index=index, overview=overview, example=example, asker=asker)

    def __post_init__(self) -> None:
        self.questions = blake2b(self.catalog.texts.encode(), digest_size=12).hexdigest()
        self.vocabulary = blake2b(json.dumps(self.context).encode(), digest_size=12).hexdigest()

    @property
    def name(self) -> str:
        """What the site is called."""
        return self.settings.title if self.settings.file else "whence"

    @property
    def bases(self) -> list[str]:
        """The IRIs below which its own things stand, and those of graphs that it includes."""
        return list(self.prefixes.values())

    @property
    def shown(self) -> str:
        """The IRI of the work to show things by, or an empty text."""
        if self.example is None:
            self.example = self.things.example(self.settings.base)
        return self.example

    def iri_at(self, path: str) -> str | None:
        """Return the IRI of a thing of the graph itself that a path stands for: a slug, or a prefix, a colon and a slug; None when it has none."""
        prefix, colon, slug = path.partition(":")
        candidates = [self.settings.base + path, *([PREFIXES[prefix] + slug] if colon and prefix in PREFIXES else [])]
        return next((iri for iri in candidates if is_iri(iri) and self.knows(iri)), None)

    @property
    def proposed(self) -> dict[str, list[Proposal]]:
        """The things of the graph and its packs that may be one, for each thing that has such: the proposals, the best first."""
        if self.proposals is None:
            index = self.things
            decided = identity.decisions(GraphFiles(self.root)) if self.root else identity.Decisions((), (), ())
            sources = [identity.Source("graph", index.store), *(identity.Source(title, index.store, NamedNode(graph)) for graph, title in index.packs.items())]
            found: dict[str, list[Proposal]] = {}
            for one in identity.proposals(sources, {each.pair for each in decided.rows}, decided.clusters).found:
                for iri in (one.thing, one.other):
                    found.setdefault(iri, []).append(one)
            self.proposals = found
        return self.proposals

    @property
    def things(self) -> Index:
        """What is known of its things: read once, or given its store where it came without."""
        if self.index is None:
            self.index = Index(self.store)
        self.index.store = self.store
        return self.index

    def knows(self, iri: str) -> bool:
        """Report whether the graph or a pack of it says anything of a thing; costs one look into the index for each."""
        return next(self.things.match(NamedNode(iri), None, None), None) is not None


_FOLDER = "versions"
#: So many versions are kept, and so many of the things of a change named.
_KEPT, _NAMED = 50, 30
#: Classes that are counted, with the word for their things; whatever else has a name is counted as a thing.
_COUNTED = {"Claim": "claims", "Attestation": "positions", "Document": "documents"}
_NAMES = NamedNode(PREFIXES["skos"] + "prefLabel")


@dataclass(frozen=True, slots=True)
class Change:
    """How things of one kind changed from the version before.

    :ivar named: IRI and name of the first things that are new
    """

    kind: str
    count: int
    added: int = 0
    removed: int = 0
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was published.

    :ivar snapshot: the digest of its validated snapshot
    :ivar content: the SHA-256 of its N-Quads as `whence export` writes them
    :ivar published: in seconds since 1970
    :ivar first: whether nothing is known of a version before it
    """

    snapshot: str
    content: str
    published: float
    first: bool
    changes: tuple[Change, ...] = ()

    def told(self) -> str:
        """Return what came and went in a few words."""
        if self.first:
            return ", ".join(_number(one.count, one.kind) for one in self.changes)
        parts = [f"{_number(count, one.kind)} {word}" for one in self.changes for count, word in ((one.added, "new"), (one.removed, "gone")) if count]
        return ", ".join(parts) or "nothing came or went, what is said of things changed"


def record(root: str, snapshot: str, content: str, index: Index) -> tuple[Version, ...]:
    """Return the versions published from a graph directory, the newest first, with the one that is about to be.

    :param snapshot: the digest of the new version's snapshot
    :param content: the SHA-256 of its N-Quads
    """
    name = sha256(os.fsencode(root)).hexdigest()[:32] + ".json"
    known = _read(name)
    if known and known[0].content == content:
        return known
    before = open_snapshot(known[0].snapshot) if known else None
    old = Index(before.store) if before else None
    past = _counted(old) if old else {}
    changes = tuple(_change(kind, now, past.get(kind), index) for kind, now in _counted(index).items())
    if before is not None:
        before.close()
    found = (Version(snapshot, content, time.time(), old is None, changes), *known)[:_KEPT]
    cache.remember(_FOLDER, name, json.dumps([asdict(one) for one in found], ensure_ascii=False).encode())
    return found


def _number(count: int, words: str) -> str:
    return f"{count:,} {words.removesuffix('s') if count == 1 else words}"


def published(graph: Graph) -> str:
    """Return what tells a history of versions from any other."""
    return f"{len(graph.versions)} {graph.versions[0].published}" if graph.versions else ""


def _read(name: str) -> tuple[Version, ...]:
    """Return the versions that were kept; damage counts as none."""
    try:
        return tuple(_version(one) for one in json.loads(cache.recall(_FOLDER, name) or b"[]"))
    except (ValueError, TypeError, KeyError):
        return ()


def _version(kept: dict[str, object]) -> Version:
    changes = [Change(**{**one, "named": tuple(map(tuple, one["named"]))}) for one in kept.pop("changes")]  # type: ignore[attr-defined]
    return Version(**kept, changes=tuple(changes))  # type: ignore[arg-type]


def _counted(index: Index) -> dict[str, set[str]]:
    """Return the IRIs of what is counted, by the word for it."""
    found = {words: {node.value for node in index.instances(kind)} for kind, words in _COUNTED.items()}
    named = {quad.subject.value for quad in index.match(None, _NAMES, None)}
    found["things"] = {iri for iri in named if is_thing(iri) or index.pack(iri)}.difference(*found.values())
    return found


def _change(kind: str, now: set[str], past: set[str] | None, index: Index) -> Change:
    if past is None:
        return Change(kind, len(now))
    new = sorted(now - past)
    return Change(kind, len(now), len(new), len(past - now), tuple((iri, index.label(iri)) for iri in new[:_NAMED]))
