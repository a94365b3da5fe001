"""Checks of the data as a whole: the queries of `queries/checks/`, and what no query can see as well.

A check query is a SELECT with `?focus`, optionally `?path` and `?value`, and whatever its message names;
each of its rows is one finding. Its front matter gives severity, message and fix.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from whence import catalog, sparql
from whence.errors import InputError
from whence.findings import Finding, Place, Severity
from whence.namespaces import PREFIXES, WH, shorten
from whence.rdf.terms import nt
from whence.things.index import Index

#: So many queries run at the same time, in threads: each holds its own rows in memory.
AT_ONCE = min(2, os.cpu_count() or 1)
#: Characters; the longest gloss is a few hundred, and no text of a source is stored here.
LONGEST_LITERAL = 2000
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_SHOWN_OF_A_VALUE = 80
#: A solution of a check: column to term, those left out that have none.
Row = dict[str, Any]


def read_check(path: str, file: str, read: Callable[[str, str], sparql.Query] = catalog.read) -> sparql.Query:
    """Return a check query.

    :param read: returns the query of a path, whose errors show the display name
    :raises InputError: it is no SELECT
    """
    query = read(path, file)
    if query.form != "select":
        raise InputError("A check is a SELECT query; this one is not.", fix="Select ?focus.", file=file)
    return query


def run_checks(
    store: Store,
    queries: Iterable[tuple[str, str, str]],
    read: Callable[[str, str], sparql.Query] = catalog.read,
    kept: dict[str, list[dict[str, str]]] | None = None,
) -> Iterator[Finding]:
    """Yield the findings of check queries.

    :param store: the whole default graph
    :param queries: name, path, and display name of each query file
    :param read: returns the query of a path, whose errors show the display name
    :param kept: takes the rows of each check that finds something
    """
    index, queries = Index(store), list(queries)

    def asked(path: str, file: str) -> tuple[sparql.Query, list[Row]] | InputError:
        try:
            query = read_check(path, file, read)
            return query, rows_of(sparql.run(store, query))
        except InputError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (name, _, file), found in zip(queries, pool.map(lambda one: asked(*one[1:]), queries), strict=True):
            if isinstance(found, InputError):
                place = Place(file, found.line or 1, found.column or 1)
                yield Finding("syntax:query", Severity.VIOLATION, found.problem, found.fix, place=place)
                continue
            query, rows = found
            if rows and kept is not None:
                kept[name] = as_text(rows)
            yield from findings_of(name, query, rows, index)


def rows_of(solutions: Any) -> list[Row]:
    """Return the solutions of a query as rows."""
    columns = [getattr(variable, "value", variable) for variable in solutions.variables]
    return [{column: row[place] for place, column in enumerate(columns) if row[place] is not None} for row in solutions]


def as_text(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return rows with each term in N-Triples syntax, as they are remembered."""
    return [{column: nt(term) for column, term in row.items()} for row in rows]


def findings_of(name: str, query: sparql.Query, rows: Iterable[Row], index: Index) -> Iterator[Finding]:
    """Yield the finding of each row of a check."""
    matter = query.front_matter
    severity = Severity((matter.severity or "violation").capitalize())
    for terms in rows:
        yield Finding(
            f"check:{name}",
            severity,
            _fill(matter.message or f"The check {name} found {{?focus}}.", terms, index),
            _fill(matter.fix, terms, index) if matter.fix else None,
            focus_node=str(terms["focus"]) if "focus" in terms else None,
            path=("pred", str(terms["path"])) if isinstance(terms.get("path"), NamedNode) else None,
            value=str(terms["value"]) if "value" in terms else None,
        )


def run_rules(ontology: Store, asserted: Store, prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """Yield violations of what the model says about `triples/` as such: no blank nodes, no foreign names, no long literals.

    :param ontology: the ontology alone, where blank nodes are in order
    :param asserted: ontology and data
    :param prefixes: prefix to base of the graph itself, and after it of those that it includes
    """
    prefix, base = next(iter(prefixes.items()))
    query = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(isBlank(?s)) }"
    in_order = {row["s"] for row in ontology.query(query)}
    for row in asserted.query(query):
        if row["s"] not in in_order:
            yield Finding(
                "data:blank-node",
                Severity.VIOLATION,
                "A blank node stands in the data, where a page or an error cannot cite it.",
                f"Give it an IRI of its own below {prefix}:.",
                focus_node=str(row["s"]),
            )
    foreign = " && ".join(f'!STRSTARTS(STR(?s), "{known}")' for known in prefixes.values())
    query = f"SELECT DISTINCT ?s {{ {{ ?s wh:attests ?o }} UNION {{ ?o wh:attests ?s }} FILTER(isIRI(?s) && {foreign}) }} ORDER BY ?s"
    for row in asserted.query(query, prefixes=PREFIXES):
        yield Finding(
            "data:foreign-name",
            Severity.VIOLATION,
            f"{shorten(row['s'].value)} is a claim or an attestation of this graph, but its IRI is below no base of it.",
            f"Give it an IRI of its own below {prefix}:, which is {base}.",
            focus_node=str(row["s"]),
        )
    long = f"SELECT ?s ?p ?o {{ ?s ?p ?o FILTER(isLiteral(?o) && STRLEN(STR(?o)) > {LONGEST_LITERAL}) }} ORDER BY ?s ?p"
    for row in asserted.query(long):
        length = len(row["o"].value)
        yield Finding(
            "data:long-literal",
            Severity.VIOLATION,
            f"A literal has {length:,} characters; the longest allowed has {LONGEST_LITERAL:,}.",
            "No text of a source is stored here: point at the passage, and say it in a few words of your own.",
            focus_node=str(row["s"]),
            path=("pred", str(row["p"])),
        )


def _fill(template: str, terms: dict[str, object], index: Index) -> str:
    """Replace `{?name}` by the term in words; an unbound one leaves a dash."""
    return _PLACEHOLDER.sub(lambda match: _words(terms.get(match[1]), index), template.strip())


def _words(term: object, index: Index) -> str:
    """A thing by its name with its short IRI, a term of the ontology by that alone."""
    if term is None:
        return "-"
    if isinstance(term, NamedNode):
        label = "" if term.value.startswith(WH) else index.name(term.value)
        return f"“{_clipped(label)}” ({shorten(term.value)})" if label else shorten(term.value)
    return _clipped(term.value if isinstance(term, Literal) else str(term))


def _clipped(text: str) -> str:
    return text if len(text) <= _SHOWN_OF_A_VALUE else f"{text[: _SHOWN_OF_A_VALUE - 1]}…"
