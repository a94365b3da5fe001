"""The front door for Python: open a validated graph, query it, validate data.

    import whence

    graph = whence.open()                                   # the graph that came with the package
    for row in graph.query("influences-on-work", work="id:metallic-rouge"):
        print(row["influencerLabel"].value)
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from whence import catalog, sparql, validation
from whence.errors import UsageError
from whence.store import layout, views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, QueryTriples, Store, Triple

    from whence.findings import Report

    Term = NamedNode | BlankNode | Literal | Triple

__all__ = ["Graph", "Rows", "open", "query", "validate"]


class Rows:
    """The solutions of a SELECT, as they come.

    :ivar variables: the names of the columns, without `?`
    """

    __slots__ = ("_rows", "variables")

    def __init__(self, answer: QuerySolutions | sparql.Solutions) -> None:
        self.variables = [getattr(variable, "value", variable) for variable in answer.variables]
        self._rows = iter(answer)

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """Yield each solution as a dictionary from variable to RDF term; None where it is unbound."""
        return (dict(zip(self.variables, row, strict=True)) for row in self._rows)


class Graph:
    """A graph directory that has passed validation, read-only.

    :ivar directory: its absolute path
    :ivar store: the pyoxigraph Store behind it: the default graph holds what is asserted and what follows from it, each
        view stands in a named graph of its own
    """

    __slots__ = ("directory", "store")

    def __init__(self, directory: str, store: Store) -> None:
        self.directory = directory
        self.store = store

    def __repr__(self) -> str:
        return f"<whence.Graph {self.directory}>"

    @property
    def catalog(self) -> catalog.Catalog:
        """The named queries of the graph directory, read anew each time.

        :raises InputError: a query file cannot be read
        """
        return catalog.load(layout.GraphFiles(self.directory))

    def query(
        self, query: str, *, view: str | None = None, **parameters: object
    ) -> Rows | QueryTriples | bool:
        """Answer a query of the catalogue by its name, or a SPARQL 1.1 text.

        :param query: a name, or a text; the prefixes of `whence.namespaces.PREFIXES` need no declaration
        :param view: the policy of a view whose plain triples the query sees as well
        :param parameters: values of the query's parameters, written as in Turtle (`"id:metallic-rouge"`)
        :returns: rows (SELECT), a boolean (ASK), or pyoxigraph's triples (CONSTRUCT, DESCRIBE); rows and triples are lazy
        :raises UsageError: no query or view has this name, or a parameter is unknown, missing or of another type
        :raises QueryError: the text is refused; with line and column

        >>> graph = open()
        >>> graph.query("ASK { ?claim a wh:Influence }")
        True
        >>> rows = graph.query("influences-on-work", work="id:metallic-rouge")
        >>> "Star Trek" in {row["influencerLabel"].value for row in rows}
        True
        """
        text = sparql.parse(query) if _is_text(query) else catalog.find(layout.GraphFiles(self.directory), query).query
        values = {name: str(value) for name, value in parameters.items()}
        answer = sparql.run(self.store, text, values, **views.dataset(self.store, view))
        if text.form == "select":
            return Rows(answer)
        return bool(answer) if text.form == "ask" else answer  # type: ignore[return-value]


def open(directory: str | os.PathLike[str] | None = None) -> Graph:
    """Open a graph, validated now unless it was before.

    :param directory: a graph directory, or None for the graph that came with the package
    :raises ValidationError: the graph has violations; carries the report
    :raises InputError: there is no graph directory, or a file of it cannot be read

    >>> open()
    <whence.Graph ...>
    """
    files = layout.locate(directory)
    return Graph(files.root, validation.open(files))


def query(
    query: str, *, directory: str | os.PathLike[str] | None = None, view: str | None = None, **parameters: object
) -> Rows | QueryTriples | bool:
    """Open a graph and answer one query from it; see `open` and `Graph.query`."""
    return open(directory).query(query, view=view, **parameters)


def validate(
    directory: str | os.PathLike[str] | None = None,
    *,
    data: str | Iterable[str] | None = None,
    shapes: str | Iterable[str] | None = None,
) -> Report:
    """Validate a graph directory, or any RDF files by any shapes.

    :param directory: a graph directory, or None for the graph that came with the package
    :param data: names of RDF files to validate instead, with `shapes`
    :param shapes: names of files with the shapes for `data`
    :returns: the findings, sorted by place; `conforms` tells whether there is no violation
    :raises UsageError: only one of `data` and `shapes` was given, or a directory as well
    :raises InputError: the shapes cannot be used, or there is no graph directory

    >>> validate().conforms
    True
    """
    if (data is None) != (shapes is None) or (data is not None and directory is not None):
        raise UsageError("data and shapes belong together, without a directory.", fix="Give both, or a directory alone.")
    if data is not None and shapes is not None:
        return validation.check_files(_names(data), _names(shapes)).report
    files = layout.locate(directory)
    return validation.check_queries(files, validation.check(files)).report


def _is_text(query: str) -> bool:
    """Report whether a query is a SPARQL text: a name has neither braces nor spaces."""
    return any(mark in query for mark in "{ \n\t")


def _names(files: str | Iterable[str]) -> list[str]:
    return [files] if isinstance(files, str) else list(files)
