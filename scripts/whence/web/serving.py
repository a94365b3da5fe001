"""What everything that answers requests knows of the site: `whence.web.site.Site` is the one there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from whence.errors import WhenceError
from whence.web.asking import Receive, Request, Scope, Send
from whence.web.exchange import Exchange
from whence.web.heads import Headers
from whence.web.message import Question
from whence.web.observing import Observer
from whence.web.publishing import Published
from whence.web.settings import Settings
from whence.web.terms import Row

__all__ = ["Serving"]


class Serving(Protocol):
    """What all requests share.

    :ivar settings: what the server was asked to do
    :ivar published: the graph being served
    :ivar observer: counters and log
    :ivar refusal: the last change that was not served, or None
    """

    settings: Settings
    published: Published
    observer: Observer
    refusal: WhenceError | None

    def base(self, scope: Scope) -> str:
        """Return the address this site is known by, ending in `/`."""

    async def deliver(self, question: Question, seconds: float, request: Request, send: Send, more: Headers | None = None) -> None:
        """Answer a question from the graph being served; see `whence.web.delivery.deliver`."""

    async def rows(self, query: str, values: Mapping[str, str | int | float | bool] | None = None, seconds: float | None = None) -> list[Row]:
        """Return the rows of a SELECT, evaluated in a worker within a limit of time.

        :param query: SPARQL text without front matter; the shared prefixes need no declaration
        :param values: variable name to value: `terms.IRI`, text, number or truth value; bound, never pasted
        :raises Problem: when it fails or takes too long
        """

    async def named_graphs(self) -> dict[str, int]:
        """Return the number of triples of each named graph by its IRI, and of the default graph by an empty text."""

    async def describe_service(self, request: Request, send: Send) -> None:
        """Answer the service description, or the page for people where they ask for one."""

    async def go_on(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the endpoint whose question is with a worker already."""
