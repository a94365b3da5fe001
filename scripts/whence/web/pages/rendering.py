"""What a page knows of its request and of the graph; templates, with everything from data escaped, and the words they use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, __version__ as jinja2
from jinja2.bccache import Bucket

from whence.ask import Asker
from whence.namespaces import local, shorten, spaced
from whence.proof import Explainer
from whence.rdf.terms import as_html
from whence.store import cache as files, fingerprint, layout
from whence.store.settings import corpus
from whence.things import STANCES, Claim, Index, Passage, disagreements
from whence.things.claims import KINDS
from whence.things.comparison import FACETS
from whence.things.credits import Credit
from whence.things.dates import in_words
from whence.things.disagreements import Disagreement
from whence.things.sources import VERDICTS
from whence.things.positions import together
from whence.web.graph import Graph
from whence.web.http.negotiation import DATA
from whence.web.http.problems import Problem
from whence.web.iris import path_of
from whence.web.pages.influence_picture import WIDTH
from whence.web.quotes import Quotes


@dataclass
class Context:
    """What a page knows of its request and of the graph.

    :ivar graph: what is served: its store, its named queries, its digest and the like
    :ivar base: the address of the site, ending in `/`
    :ivar path: the path of the request; of a thing's page what follows `/page/`
    :ivar name: the name of the query that a page is about, or an empty text
    :ivar parameters: the parameters of the address, the first value of each
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
        served = layout.locate(self.graph.root)
        if not self.graph.address and fingerprint.digest(served) != self.graph.curated:
            raise Problem(503, "The files of the graph have changed since it was read, and proofs lead to their lines. Try again once the change is served.")
        if self.graph.explainer is None:
            self.graph.explainer = Explainer(served, self.index, self.graph.address)
        return self.graph.explainer

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
    if graph.asker is None:
        graph.asker = Asker(graph.things, graph.catalog)
    graph.asker.reads(graph.store)
    return graph.asker


def page_address(iri: str) -> str:
    """Return the path of a thing's page, or the IRI itself when it is not one of ours.

    >>> page_address("https://w3id.org/whence/id/metallic-rouge"), page_address("https://example.org/")
    ('/page/metallic-rouge', 'https://example.org/')
    """
    path = path_of(iri)
    return f"/page/{quote(path, safe='/:')}" if path is not None else iri


_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/(?:licenses/([a-z-]+)/([0-9.]+)|publicdomain/zero/([0-9.]+))/?(?:deed\.\w+)?")
_CORPUS = SimpleNamespace(name="whence", settings=corpus())
_served: ContextVar[Any] = ContextVar("served", default=_CORPUS)

#: At most so many disagreements of a kind are on a page; all are in its data.
SHOWN = 60
#: So many passages of a document are unfolded together.
PASSAGES = 20


def heading(kind: str) -> str:
    """Return the heading of a class of claims.

    >>> heading("Casting"), heading("SomethingNew")
    ('Voices and performances', 'Something new')
    """
    return KINDS.get(kind, spaced(kind).capitalize())


def by_stance(found: Iterable[Claim | Credit]) -> list[tuple[str, list[Claim | Credit]]]:
    """Return claims, or credits, under their stances, in the order of `STANCES`; those of a stance in the order in which they came."""
    groups: dict[str, list[Claim | Credit]] = {stance: [] for stance in STANCES}
    for one in found:
        groups[(one if isinstance(one, Claim) else one.claim).stance].append(one)
    return [(stance, group) for stance, group in groups.items() if group]


def by_kind(found: Iterable[Disagreement]) -> list[tuple[str, str, list[Disagreement]]]:
    """Return disagreements under their kinds, each with its heading: the kind of the weightiest first, spelling last."""
    groups: dict[str, list[Disagreement]] = {}
    for one in sorted(found, key=lambda one: one.trivial):
        groups.setdefault(one.kind, []).append(one)
    return [(kind, disagreements.KINDS[kind][0], group) for kind, group in groups.items()]


def by(attribute: str, found: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return what has an attribute, such as a date or a verdict, under its values, in the order in which they come."""
    return [(value, list(group)) for value, group in groupby(found, key=attrgetter(attribute))]


def stance_of_all(found: Iterable[Claim]) -> str:
    """Return the stance to which claims that say the same come together."""
    stances = [claim.stance for claim in found]
    return together(stances, "disputed" in stances)


class _Compiled(BytecodeCache):
    """Keeps compiled templates in the cache folder, since to compile them all takes most of the time in which a server starts."""

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := files.recall("templates", bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        files.remember("templates", bucket.key, bucket.bytecode_to_string())

    def get_source_checksum(self, source: str) -> str:
        return f"{super().get_source_checksum(source)} {jinja2} {os.stat(__file__).st_mtime_ns}"  # the options of this module go into the code


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("whence.web.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        bytecode_cache=_Compiled(),
    )
    found.globals |= {"FACETS": FACETS, "NODE_WIDTH": WIDTH, "PASSAGES": PASSAGES, "SHOWN": SHOWN, "STANCES": STANCES, "VERDICTS": VERDICTS, "address": page_address, "heading": heading, "shorten": shorten}
    found.filters |= dict[str, Any](local=local, spaced=spaced, number=lambda value: f"{value:,}", by_stance=by_stance, by_kind=by_kind, stance_of_all=stance_of_all, by_date=partial(by, "date"), by_verdict=partial(by, "verdict"), shorten=shorten, date=in_words, licence=licence)
    return found


def prepare() -> None:
    """Compile all templates, so that the first page need not wait for it."""
    for template in _environment().list_templates(extensions=["html"]):
        _environment().get_template(template)


def render(template: str, **values: Any) -> str:
    """Return a template filled in; `site` is the graph that is served, whose name and licence stand on every page."""
    return as_html(_environment().get_template(template).render({"site": _served.get(), **values}))


@contextmanager
def serving(graph: Graph) -> Iterator[None]:
    """Let what is rendered within say which graph it is of."""
    before = _served.set(graph)
    try:
        yield
    finally:
        _served.reset(before)


def licence(iri: str) -> str:
    """Return the name of a well-known licence, or its address.

    >>> licence("https://creativecommons.org/licenses/by-sa/4.0/"), licence("https://example.org/terms")
    ('CC BY-SA 4.0', 'https://example.org/terms')
    """
    match = _CREATIVE_COMMONS.fullmatch(iri)
    if match is None:
        return iri
    return f"CC {match[1].upper()} {match[2]}" if match[1] else f"CC0 {match[3]}"
