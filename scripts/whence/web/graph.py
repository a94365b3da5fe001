"""The graph that is being served."""

from __future__ import annotations

import json
import pickle
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from whence.namespaces import ID, PREFIXES
from whence.store.settings import Settings, corpus
from whence.things.names import is_iri

if TYPE_CHECKING:
    from whence.catalog import Catalog
    from whence.identity import Proposal
    from whence.packs import Pack
    from whence.things import Index
    from whence.web.versions import Version


@dataclass(slots=True, eq=False)
class Graph:
    """One validated graph: made in the supervisor, inherited by its workers, each of which opens the store.

    :ivar digest: of everything that went into the graph and the packs beside it
    :ivar curated: that of the graph alone
    :ivar packs: the packs in the store
    :ivar set_aside: name of a pack that cannot be asked to the sentence that says why
    :ivar root: the graph directory
    :ivar context: the terms of its JSON-LD context
    :ivar findings: how many findings it has; none is a violation
    :ivar named_graphs: triples of each named graph by its IRI, and of the default graph by an empty text
    :ivar index: what `whence.web.pages.prepare` made of it, or None
    :ivar overview: what `whence.web.pages.overview` made of it, or None before its home page is asked for
    :ivar asker: what answers questions about it, or None before the first where there are no pages
    :ivar catalog: its named queries
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
    index: Any
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
    asker: Any = None
    explainer: Any = None
    proposals: Any = None
    since: float = field(default_factory=time.time)
    refused: bool = False
    questions: str = field(init=False)
    vocabulary: str = field(init=False)

    @classmethod
    def of(cls, found: dict[str, Any], catalog: Catalog) -> Graph:
        """Return the graph that `whence.web.process.validating.judge` found valid.

        :param catalog: its named queries
        """
        index, overview, example, asker = pickle.loads(found["pages"]) if found["pages"] else (None, None, None, None)
        given = {name: value for name, value in found.items() if name != "pages"}
        return cls(**given, catalog=catalog, index=index, overview=overview, example=example, asker=asker)

    def __post_init__(self) -> None:
        texts = "".join(f"{one.kind} {one.name}\n{one.query.text}\n" for one in self.catalog)
        self.questions = blake2b(texts.encode(), digest_size=12).hexdigest()
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
            from whence import identity
            from whence.store.layout import GraphFiles

            index = self.things
            decided = identity.decisions(GraphFiles(self.root)) if self.root else identity.Decisions((), (), ())
            sources = [identity.Source("graph", index.store), *(identity.Source(title, index.store, NamedNode(graph)) for graph, title in index.packs.items())]
            found: dict[str, list[Proposal]] = {}
            for one in identity.proposals(sources, {each.pair for each in decided.rows}, decided.clusters).found:
                for iri in (one.thing, one.other):
                    found.setdefault(iri, []).append(one)
            self.proposals = found
        proposals: dict[str, list[Proposal]] = self.proposals
        return proposals

    @property
    def things(self) -> Index:
        """What is known of its things: read once, or given its store where it came without."""
        if self.index is None:
            from whence.things import Index

            self.index = Index(self.store)
        index: Index = self.index
        index.store = self.store
        return index

    def knows(self, iri: str) -> bool:
        """Report whether the graph or a pack of it says anything of a thing; costs one look into the index for each."""
        return next(self.things.match(NamedNode(iri), None, None), None) is not None
