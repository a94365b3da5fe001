"""A graph that is served: by a server of whence, which answers its queries, or by a store that whence published into. All else is answered from a copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlencode
from urllib.request import Request, urlopen

from pyoxigraph import QuerySolutions, Store

from whence import catalog
from whence.api.graph import Graph, is_text
from whence.api.results import Rows, Triples, hint
from whence.ask import Asker
from whence.catalog import Catalog
from whence.endpoint import READABLE, read_answer
from whence.errors import QueryError, RemoteError, UsageError, WhenceError
from whence.findings import Report
from whence.proof import Explainer
from whence.publishing import MANIFEST, open_served, open_server
from whence.store import layout
from whence.store.layout import GraphFiles

#: Seconds that a server may stay silent.
_PATIENCE = 60
#: So many bytes of a refusal are read.
_LONGEST = 1 << 20
_DISPLAY_STRING = re.compile(r'%"([^"]*)"')
_GRAPHS = "SELECT ?graph { GRAPH ?graph {} }"


def open_address(address: str) -> Graph:
    """Return the graph at an address.

    :raises RemoteError: what is there does not answer, or holds none
    """
    try:
        return RemoteGraph(address)
    except RemoteError as error:
        try:
            return PublishedGraph(address)
        except WhenceError:
            raise error from None


class PublishedGraph(Graph):
    """A graph that whence published into a store, read-only, answered from a copy that is fetched once for each version.

    :ivar directory: the address of the store
    """

    def __init__(self, address: str) -> None:
        """
        :raises RemoteError: no store with such a graph answers there
        """
        self._served, store = open_served(address)
        super().__init__(address.rstrip("/"), store, self._served.prefixes)

    @property
    def _files(self) -> GraphFiles:
        return self._served

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self._served, self.index, self.directory)

    def validate(self) -> Report:
        """A graph is published after it has passed validation.

        :raises UsageError: always
        """
        raise UsageError("A published graph cannot be validated from here.", fix="Validate its directory: whence validate.")


class RemoteGraph(Graph):
    """A graph on a server, read-only.

    :ivar directory: the address of the server
    """

    def __init__(self, address: str) -> None:
        """
        :raises RemoteError: no server of whence answers there
        """
        self.directory = address.rstrip("/")
        self._prefixes = {}
        try:
            held = {row["graph"].value for row in self.query(_GRAPHS)}
        except (UsageError, QueryError, LookupError, TypeError, AttributeError):  # no rows, or rows of another question
            raise self._no_server() from None
        if MANIFEST in held:  # a store whose queries are answered at /sparql, too
            raise self._no_server()

    def _no_server(self) -> RemoteError:
        return RemoteError(f"{self.directory} is no server of whence.", fix="Give the address that whence serve prints.")

    @cached_property
    def store(self) -> Store:  # type: ignore[override]
        """A copy of the graph with its views and packs, fetched once for each version.

        :raises RemoteError: it cannot be fetched
        """
        return self._copy[1]

    @cached_property
    def _copy(self) -> tuple[GraphFiles, Store]:
        """The files of the model, and the copy."""
        with self._understood():
            files, store = open_server(self.directory)
        self._prefixes = files.prefixes
        return files, store

    @cached_property
    def _asker(self) -> Asker:
        return Asker(self.index, catalog.load(self._copy[0]))

    @property
    def catalog(self) -> Catalog:
        """The catalogue stands on the server.

        :raises UsageError: always
        """
        raise UsageError("The catalogue of a served graph is not here.", fix=f"{self.directory}/query lists it.")

    def query(self, query: str, *, view: str | None = None, **parameters: object) -> Any:
        """Answer a query as `Graph.query` does; the server answers, within its limits, unless a view is named.

        :raises RemoteError: the server does not answer, or breaks off
        """
        if view is not None:
            if not is_text(query):
                raise UsageError("A named query with a view needs the catalogue.", fix="Give its text, or open a directory.")
            return super().query(query, view=view, **parameters)
        values = {name: str(value) for name, value in parameters.items()}
        if not is_text(query):
            return self._read(f"/query/{query}?{urlencode(values)}", None)
        if values:
            raise UsageError("A text takes no parameters on a server.", fix="Write the values into it.")
        return self._read("/sparql", urlencode({"query": query}).encode())

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(layout.GraphFiles(layout.bundled()), self.index, self.directory)

    def validate(self) -> Report:
        """A server serves what has passed validation.

        :raises UsageError: always
        """
        raise UsageError("A served graph cannot be validated from here.", fix="Validate its directory: whence validate.")

    def _read(self, path: str, body: bytes | None) -> Any:
        data, kind, hints = self._ask(path, READABLE, body)
        with self._understood():
            answer = read_answer(data, kind)
        hint(hints)
        if isinstance(answer, bool):
            return answer
        if not isinstance(answer, QuerySolutions):
            return Triples(self._each(answer))
        rows = Rows(answer)
        rows._rows = self._each(rows._rows)
        return rows

    def _each(self, answers: Iterator[Any]) -> Iterator[Any]:
        """Yield what is read from an answer.

        :raises RemoteError: it breaks off
        """
        with self._understood():
            yield from answers

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (SyntaxError, ValueError):
            raise RemoteError(f"The answer of {self.directory} breaks off or is none of SPARQL.", fix="Try again.") from None

    def _ask(self, path: str, accept: str, body: bytes | None) -> tuple[bytes, str, list[str]]:
        """Return the body of an answer, its media type, and what the server tells beside it (`Whence-Hint`, Display Strings of RFC 9651)."""
        try:
            request = Request(self.directory + path, body, {"Accept": accept})
            with urlopen(request, timeout=_PATIENCE) as answer:
                hints = map(unquote, _DISPLAY_STRING.findall(answer.headers.get("Whence-Hint", "")))
                return answer.read(), answer.headers.get_content_type(), list(hints)
        except HTTPError as error:
            self._refused(error, of_a_name=body is None)
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise RemoteError(f"{self.directory} does not answer: {reason}.", fix="See that whence serve runs there.") from None

    def _refused(self, error: HTTPError, *, of_a_name: bool) -> NoReturn:
        """Raise what a refusal says (RFC 9457); of a named query, what is wrong are its parameters."""
        place: dict[str, Any] = {}
        with error:
            try:
                problem = json.loads(error.read(_LONGEST))
                said, place = str(problem["detail"]), {key: problem[key] for key in ("line", "column", "excerpt") if key in problem}
            except (ValueError, KeyError, TypeError, RecursionError):
                said = f"{self.directory} answers {error.code} {error.reason}."
        if error.code == 404 or (error.code == 400 and of_a_name):
            raise UsageError(said)
        if error.code == 400:
            raise QueryError(said, **place)
        raise RemoteError(said, fix="Try again later, or ask for less." if error.code in (429, 503) else None)
