"""The pages people see: each a function from a `Context` to HTML, evaluated in a thread under the limits of a query.

The names the server leads to are `home` (`/`), `thing` (`/page/...`), `sparql` (`/sparql` where HTML is wanted),
`queries` (`/query`), `query` (`/query/NAME`), `search`, `validation`, `dataset` (the VoID and DCAT descriptions), `api`
(`/openapi.json`), `health`, those of `relations` (`/lineage` and the like), and `problem` (any error). A name that starts with `/` is a route of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice

from pyoxigraph import Store

from whence.things import Index, claims
from whence.web.pages import about, home, queries, relations, thing
from whence.web.pages.rendering import Context, serving

__all__ = ["PAGES", "Context", "overview", "prepare"]

overview = home.overview

#: So many claims are read before the first page is asked for.
_PREPARED = 5_000

_PAGES: dict[str, Callable[[Context], str]] = {
    "home": home.home,
    "thing": thing.thing,
    "search": home.search,
    "queries": queries.queries,
    "query": queries.query,
    "sparql": queries.editor,
    "problem": home.problem,
    "validation": home.validation,
    "dataset": about.dataset,
    "api": about.api,
    "health": about.health,
    "/about": about.about,
    "/licence": about.licence,
    "/download": about.download,
    "/changes": about.changes,
    "/editor": queries.editor,
    "/picture": thing.picture,
    "/suggestions": home.suggestions,
    **{name: partial(relations.page, name=name) for name in relations.RELATIONS},
}


def _of_its_graph(page: Callable[[Context], str]) -> Callable[[Context], str]:
    def rendered(context: Context) -> str:
        with serving(context.graph):
            return page(context)

    return rendered


PAGES = {name: _of_its_graph(page) for name, page in _PAGES.items()}


def prepare(store: Store) -> Index:
    """Return the index of a graph with what pages ask for most; it can be pickled."""
    index = Index(store)
    _ = index.search("spelling", 1), index.counts, index.discrepancies
    for node in islice(index.instances("Claim"), _PREPARED):
        claim = claims.load(index, node.value)
        _ = claim.roles, claim.in_order, claim.stance
    return index
