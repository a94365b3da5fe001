"""What a page knows of its request and of the graph."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from whence.web import linked_data, media, schema_org
from whence.web.asking import Request
from whence.web.cataloguing import listing
from whence.web.problems import Problem
from whence.web.terms import Row

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["Context", "together"]


class Context:
    """What a page knows of its request and of the graph.

    :ivar path: the path of the request; of a thing's page what follows `/page/`
    :ivar base: the address of the site, ending in `/`
    :ivar iri: the thing of its page, or an empty text
    :ivar parameters: the parameters of the address, the first value of each
    :ivar problem: the error an error page is about, or None
    :ivar status: the status to answer with; a page may change it
    :ivar lasting: whether the page stays the same while the graph does; a page that does not says so
    """

    def __init__(self, site: Serving, request: Request, problem: Problem | None = None) -> None:
        self.base = site.base(request.scope)
        self.path = request.scope.get("path_params", {}).get("path", request.path)
        self.iri = linked_data.iri_of(self.path) if request.path.startswith("/page/") else ""
        self.parameters = dict(reversed(request.parameters))
        self.name: str = request.scope.get("path_params", {}).get("name", "")
        self.problem = problem
        self.status = 200 if problem is None else problem.status
        self.lasting = True
        self.site = site

    async def select(self, query: str, values: Mapping[str, str | int | float | bool] | None = None) -> list[Row]:
        """Return the rows of a SELECT, each a mapping from variable name to `terms.Term`; unbound ones are left out.

        :param values: variable name to value: `terms.IRI`, text, number, truth value; bound, never pasted
        :raises Problem: when the query fails or takes too long
        """
        return await self.site.rows(query, values)

    async def ask(self, query: str, values: Mapping[str, str | int | float | bool] | None = None) -> bool:
        """Return the answer of an ASK."""
        return bool(await self.site.rows(query, values))

    async def schema_org(self) -> str:
        """Return the thing of this page as JSON-LD of schema.org, safe inside `<script type="application/ld+json">`."""
        document = await schema_org.describe(self.site, self.iri, self.base)
        return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    def queries(self) -> list[dict[str, Any]]:
        """Return the catalogue of named queries as plain records."""
        return listing(self.site, self.base)

    def page_address(self, iri: str) -> str:
        """Return the path of a thing's page, or the IRI itself when it is not one of ours."""
        path = linked_data.path_of(iri)
        return f"/page/{path}" if path is not None else iri

    def data_addresses(self) -> dict[str, str]:
        """Return the address of the thing's data by suffix."""
        return {suffix: f"/data/{self.path}.{suffix}" for suffix in media.DATA}


async def together(*asked: Awaitable[Any]) -> list[Any]:
    """Return the answers to questions that are asked at the same time; when one fails, the others are given up.

    What is a task already goes on, since others may wait for it: to them its end would look like the end of their request.

    :raises Problem: what the first to fail raised
    """
    own = [asyncio.ensure_future(one) for one in asked if not asyncio.isfuture(one)]
    started = iter(own)
    try:
        return await asyncio.gather(*(one if asyncio.isfuture(one) else next(started) for one in asked))
    except BaseException:
        for task in own:
            task.cancel()
        await asyncio.gather(*own, return_exceptions=True)
        raise
