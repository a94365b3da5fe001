"""Binds parameters to the variables of a query: a row of VALUES at the beginning of each group that names one.

So the engine begins with the value, and what a query about one thing costs does not grow with the graph: of values beside the text
(`substitutions=` of pyoxigraph 0.5.13) the optimiser learns only when it has ordered the joins. A value is written as a term, escaped by
the engine's own writer, at a token boundary; what it holds can end nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whence.errors import QueryError
from whence.sparql.groups import Select, selects
from whence.sparql.spots import place
from whence.sparql.tokens import Token


def bind(text: str, values: Mapping[str, str], file: str | None = None) -> str:
    """Return a query with values for some of its variables, everywhere they occur, in sub-SELECTs too.

    :param values: name of a variable without `?` to its term as SPARQL writes it; one the query does not use changes nothing
    :raises QueryError: the query itself computes such a variable

    >>> bind("SELECT ?x { ?w <p:p> ?x }", {"w": "<p:a>"})
    'SELECT ?x { VALUES ?w { <p:a> } ?w <p:p> ?x }'
    """
    text = _in_full(text)
    outer, inner = selects(text)
    edits: list[tuple[int, int, str]] = []
    for name, term in values.items():
        _refuse_computed(text, outer.tokens, name, file)
        for select in [outer, *inner]:
            if select is outer or select.uses(name):
                edits += [(start + 1, start + 1, f" VALUES ?{name} {{ {term} }}") for start in select.groups_to_declare(name)]
                edits += _outside_its_group(select, name, term)
    return _edited(text, edits)


def _in_full(text: str) -> str:
    """Write a CONSTRUCT without template with one: its group holds triples alone (SPARQL 1.1 [10] ConstructQuery)."""
    outer, _ = selects(text)
    if outer.keyword.word == "CONSTRUCT" and len(outer.tokens) > 1 and outer.tokens[1].word in ("WHERE", "FROM"):
        return f"{text[: outer.keyword.end]} {text[outer.body.start : outer.body.end]}{text[outer.keyword.end :]}"
    return text


def _outside_its_group(select: Select, name: str, term: str) -> Iterator[tuple[int, int, str]]:
    """Yield what makes a value known to the columns and modifiers of a SELECT that aggregates, where only what it groups by is."""
    if select.group_by and not select.projects(name):
        yield select.group_by.end, select.group_by.end, f" ?{name}"
    elif select.aggregates and not select.group_by:
        for token in select.tokens:
            if token.kind == "variable" and token.text[1:] == name and not select.body.start <= token.start < select.body.end:
                yield token.start, token.end, term


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end, piece in sorted(edits, key=lambda edit: edit[0]):
        pieces += [text[last:start], piece]
        last = end
    return "".join([*pieces, text[last:]])


def _refuse_computed(text: str, stream: list[Token], name: str, file: str | None) -> None:
    for before, token in zip(stream, stream[1:], strict=False):
        if before.word == "AS" and token.kind == "variable" and token.text[1:] == name:
            raise QueryError(
                f"?{name} is a parameter, but the query computes it (AS ?{name}).",
                fix="Give the computed column another name.",
                **place(text, token.start, file),
            )
