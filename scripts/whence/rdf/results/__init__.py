"""Answers of queries in the formats people and programs read.

Solutions and booleans: table, csv, tsv, json, xml, markdown. Graphs: turtle, nt, trig, jsonld.
The engine's own serializers are used where they are right; rows are written as they come, except in the
table and in graphs, which must be seen whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from whence.errors import UsageError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

    from whence.sparql import Solutions

__all__ = ["GRAPH_FORMATS", "SOLUTION_FORMATS", "write"]

SOLUTION_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")
GRAPH_FORMATS = ("turtle", "nt", "trig", "jsonld")


def write(
    answer: QuerySolutions | QueryBoolean | QueryTriples | Solutions | Iterable[Triple] | bool,
    format: str | None,
    out: BinaryIO,
    *,
    width: int | None = None,
    context: str | None = None,
) -> int | None:
    """Write the answer of a query.

    :param format: one of `SOLUTION_FORMATS` or, for a graph, of `GRAPH_FORMATS`; None takes table or turtle
    :param width: the terminal's columns, which a table then keeps to; None lets it grow
    :param context: the file of the JSON-LD context (jsonld only); without it only prefixes shorten
    :returns: how many rows or triples were written, or None where the engine wrote them uncounted
    :raises UsageError: the format does not fit the answer

    >>> from io import BytesIO
    >>> from pyoxigraph import Store
    >>> out = BytesIO()
    >>> write(Store().query("SELECT (1 AS ?n) (<https://w3id.org/whence/id/x> AS ?thing) {}"), "markdown", out)
    1
    >>> print(out.getvalue().decode(), end="")
    | n | thing |
    | --- | --- |
    | 1 | id:x |
    """
    if hasattr(answer, "variables"):
        return _write_solutions(answer, _checked(format or "table", SOLUTION_FORMATS, "a table of solutions"), out, width)
    if isinstance(answer, bool) or type(answer).__name__ == "QueryBoolean":
        _write_boolean(bool(answer), _checked(format or "table", SOLUTION_FORMATS, "yes or no"), out)
        return None
    format = _checked(format or "turtle", GRAPH_FORMATS, "a graph")
    from whence.rdf.results.graphs import write_graph

    return write_graph(answer, format, out, context)


def _checked(format: str, formats: tuple[str, ...], answer: str) -> str:
    if format not in formats:
        raise UsageError(f"The query answers with {answer}, which has no form {format}.", fix=f"Use one of {', '.join(formats)}.")
    return format


def _write_solutions(answer: Any, format: str, out: BinaryIO, width: int | None) -> int | None:
    if format in ("csv", "tsv", "json") and hasattr(answer, "serialize"):
        from pyoxigraph import QueryResultsFormat

        answer.serialize(out, format=getattr(QueryResultsFormat, format.upper()))
        return None
    names = [variable if isinstance(variable, str) else variable.value for variable in answer.variables]
    if format in ("table", "markdown"):
        from whence.rdf.results import tables

        return tables.write(names, answer, format, out, width)
    from whence.rdf.results import rows

    return rows.WRITERS[format](names, answer, out)


def _write_boolean(answer: bool, format: str, out: BinaryIO) -> None:
    """SPARQL 1.1 results formats; csv and tsv define no boolean, so the word alone as other engines do."""
    word = "true" if answer else "false"
    if format == "json":
        out.write(f'{{"head":{{}},"boolean":{word}}}'.encode())
    elif format == "xml":
        from whence.rdf.results.rows import XML_START

        out.write(f"{XML_START}<head></head><boolean>{word}</boolean></sparql>".encode())
    else:
        out.write(f"{word}\n".encode())
