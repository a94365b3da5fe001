"""What a page knows of its request and of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from whence.web.http.negotiation import DATA
from whence.web.http.problems import Problem
from whence.web.iris import path_of

if TYPE_CHECKING:
    from whence.ask import Asker
    from whence.proof import Explainer
    from whence.things import Index, Passage
    from whence.web.graph import Graph
    from whence.web.quotes import Quotes


@dataclass
class Context:
    """What a page knows of its request and of the graph.

    :ivar graph: what is served: its store, its named queries, its digest and the like
    :ivar base: the address of the site, ending in `/`
    :ivar path: the path of the request; of a thing's page what follows `/page/`
    :ivar name: the name of the query that a page is about, or an empty text
    :ivar parameters: the parameters of the address, the first value of each
    :ivar ui: whether there are pages at all
    :ivar problem: the error an error page is about, or None
    :ivar failed: the name of the page that could not be made for it, or an empty text
    :ivar told: what the route knows besides, for pages that are about the server
    :ivar day: today (UTC), for citations
    :ivar quotes: the words of passages, or None where they are not shown
    :ivar status: the status to answer with; a page may change it
    :ivar lasting: whether the page stays the same while the graph does; a page that does not says so
    """

    graph: Graph
    base: str
    path: str
    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    ui: bool = True
    problem: Problem | None = None
    failed: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    day: date = field(default_factory=lambda: datetime.now(UTC).date())
    quotes: Quotes | None = None
    status: int = field(init=False, default=200)
    lasting: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        self.status = 200 if self.problem is None else self.problem.status

    @property
    def index(self) -> Index:
        """What is known of the things of the graph."""
        return self.graph.things

    @property
    def explainer(self) -> Explainer:
        """What proves triples and rows, from the files that are served, or from a graph that was fetched from elsewhere; made once.

        :raises Problem: 503 when the files are others by now
        """
        from whence.proof import Explainer
        from whence.store import fingerprint, layout

        files = layout.locate(self.graph.root)
        if not self.graph.address and fingerprint.digest(files) != self.graph.curated:
            raise Problem(503, "The files of the graph have changed since it was read, and proofs lead to their lines. Try again once the change is served.")
        if self.graph.explainer is None:
            self.graph.explainer = Explainer(files, self.index, self.graph.address)
        explainer: Explainer = self.graph.explainer
        return explainer

    def words(self, place: Passage, holder: str) -> str:
        """Return the words of a passage where the server shows them and holds them, else an empty text.

        :param holder: the IRI of what stands there
        """
        return self.quotes.words(self.index, place, holder) if self.quotes else ""

    def data_addresses(self) -> dict[str, str]:
        """Return the address of the thing's data by suffix."""
        return {suffix: f"/data/{quote(self.path, safe='/:')}.{suffix}" for suffix in DATA}


def asker_of(graph: Graph) -> Asker:
    """Return what answers questions about the graph; it comes with what pages need, else it is made when the first is asked."""
    from whence.ask import Asker

    if graph.asker is None:
        graph.asker = Asker(graph.things, graph.catalog)
    asker: Asker = graph.asker
    asker.reads(graph.store)
    return asker


def page_address(iri: str) -> str:
    """Return the path of a thing's page, or the IRI itself when it is not one of ours.

    >>> page_address("https://w3id.org/whence/id/metallic-rouge"), page_address("https://example.org/")
    ('/page/metallic-rouge', 'https://example.org/')
    """
    path = path_of(iri)
    return f"/page/{quote(path, safe='/:')}" if path is not None else iri
