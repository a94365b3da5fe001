"""The graph that is being served: what all workers share of it, and one worker's view with the opened store."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Store

if TYPE_CHECKING:
    from whence.catalog import Catalog

__all__ = ["Graph", "Published"]


@dataclass(slots=True)
class Published:
    """One validated graph, but for its store: made in the supervisor and inherited by its workers.

    :ivar digest: of everything that went into the graph
    :ivar root: the graph directory
    :ivar context: the file of the JSON-LD context, or an empty text
    :ivar findings: how many findings it has; none is a violation
    :ivar named_graphs: triples of each named graph by its IRI, and of the default graph by an empty text
    :ivar index: what `whence.web.pages.prepare` made of it, or None
    :ivar catalog: its named queries
    :ivar since: when it went live, in seconds since 1970
    """

    digest: str
    root: str
    context: str
    findings: int
    named_graphs: dict[str, int]
    index: Any
    catalog: Catalog
    since: float = field(default_factory=time.time)


class Graph:
    """What a worker serves, read-only: the attributes of `Published`, and these.

    :ivar store: the opened snapshot
    :ivar questions: a digest of the named queries, since not all of them are part of the graph's
    :ivar refused: whether a later change of its files is not served, as far as this worker was told
    """

    def __init__(self, published: Published, store: Store) -> None:
        self.digest = published.digest
        self.root = published.root
        self.context = published.context
        self.findings = published.findings
        self.named_graphs = published.named_graphs
        self.index = published.index
        self.catalog = published.catalog
        self.since = published.since
        self.store = store
        self.refused = False
        texts = "".join(f"{one.kind} {one.name}\n{one.query.text}\n" for one in self.catalog)
        self.questions = blake2b(texts.encode(), digest_size=12).hexdigest()

    def knows(self, iri: str) -> bool:
        """Report whether the default graph says anything of a thing; costs one look into the index."""
        return next(iter(self.store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph())), None) is not None
