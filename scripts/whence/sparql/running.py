"""Runs a query on a store: the shared prefixes added, parameters bound, errors in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from whence.errors import QueryError, UsageError
from whence.namespaces import PREFIXES
from whence.nearest import meant
from whence.sparql.query import Query, parse, prologue

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

    from whence.sparql.federation import Elsewhere


#: A SELECT of everything, wherever it stands, a word that may name graphs, and one that may give another value each time; in capitals.
_STAR, _FROM = re.compile(r"\bSELECT(?:\s+(?:DISTINCT|REDUCED))?\s*\*"), re.compile(r"(?<![?$])\bFROM\b")
_CHANGING = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE)\b|SERVICE")


class Solutions:
    """Rows that stand for those of a SELECT.

    :ivar variables: the names of the columns, without `?`
    """

    __slots__ = ("_rows", "variables")

    def __init__(self, variables: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
        self.variables = variables
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows


def run(
    store: Store,
    query: Query | str,
    values: Mapping[str, str] | None = None,
    *,
    file: str | None = None,
    elsewhere: Elsewhere | None = None,
    **dataset: Any,
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Answer a query from a store.

    Every prefix of `whence.namespaces.PREFIXES` may be used undeclared; a declaration in the query wins.

    :param query: a query, or its text
    :param values: parameter name to value as text; what is missing takes its default. A query without
        front matter takes any of its variables, the value read as Turtle would read it
    :param elsewhere: what SERVICE calls instead of each address; by default it calls nothing and is refused
    :param dataset: `default_graph=`, `named_graphs=`, `use_default_graph_as_union=` of pyoxigraph
    :returns: pyoxigraph's solutions, boolean or triples; lazy
    :raises QueryError: the query is not understood, or calls a server it must not
    :raises UsageError: a parameter is unknown, missing, or its value of another type

    >>> from pyoxigraph import Store
    >>> [str(row[0]) for row in run(Store(), "SELECT (?x + 1 AS ?y) {}", {"x": "2"})]
    ['"3"^^<http://www.w3.org/2001/XMLSchema#integer>']
    """
    if isinstance(query, str):
        query = parse(query, file)
    return _ask(store, query, _redirected(_bound(query, terms(query, values or {})), query, elsewhere), dataset)


def is_plain(text: str) -> bool:
    """Report whether the engine alone answers a query without parameters as `run` does, but for the shared prefixes: no graphs are to be
    merged, no columns to be put in order.

    >>> is_plain("SELECT ?x { ?x ?p ?from }"), is_plain("select*{}"), is_plain("ASK FROM <http://a/> {}")
    (True, False, False)
    """
    words = text.upper()
    return not ("*" in words and _STAR.search(words)) and not ("FROM" in words and _FROM.search(words))


def may_change(text: str) -> bool:
    """Report whether the answer to a query may be another each time; a harmless mention only costs being cached.

    >>> may_change("SELECT (now() AS ?x) {}"), may_change("ASK { ?known ?p ?o }")
    (True, False)
    """
    words = text.upper()
    return any(map(words.__contains__, ("RAND", "NOW", "UUID", "BNODE", "SERVICE"))) and _CHANGING.search(words) is not None


def check(query: Query) -> None:
    """See that a query will be answered, whatever the values of its parameters and the graph.

    :raises QueryError: what `run` would raise about the query itself

    >>> check(parse("ASK { ?s ?p }"))
    Traceback (most recent call last):
    whence.errors.QueryError: 1:13: The query is not understood at "}". Expected here: an IRI, a name, a variable or a literal.
    """
    from pyoxigraph import Store

    text = _bound(query, {parameter.name: "UNDEF" for parameter in query.front_matter.parameters})
    _ask(Store(), query, _redirected(text, query, None), {})


def terms(query: Query, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the RDF term of each parameter of a query: the value given, or the default.

    :raises UsageError: a name is unknown, a required one is missing, or a value is of another type
    """
    from whence.sparql.parameters import term, term_as_written

    declared = {parameter.name: parameter for parameter in query.front_matter.parameters}
    if not declared:
        return {name: term_as_written(name, value) for name, value in _known(query, values).items()}
    for name in values:
        if name not in declared:
            raise _unknown_parameter(name, list(declared))
    found = {}
    for name, parameter in declared.items():
        value = values.get(name, parameter.default)
        if value is None:
            raise UsageError(
                f"The parameter {name} is missing: {parameter.description or parameter.type}.",
                fix=f"Add --set {name}=VALUE.",
            )
        found[name] = term(parameter, value)
    return found


def written_out(query: Query, values: Mapping[str, str]) -> str:
    """Return a query whose text says everything, for another engine: values and shared prefixes are written in.

    :raises UsageError: as `terms` does
    :raises QueryError: as `whence.sparql.binding.bind` does

    >>> written_out(parse("ASK { ?s ?p ?o }"), {"o": "2"}).partition("ASK")[2]
    ' { VALUES ?o { "2"^^<http://www.w3.org/2001/XMLSchema#integer> } ?s ?p ?o }'
    """
    own, _ = prologue(query.text)
    declared = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items() if prefix not in own)
    return declared + _bound(query, terms(query, values))


def _bound(query: Query, values: Mapping[str, object]) -> str:
    """The text of a query with its values in it."""
    if not values:
        return query.text
    from whence.sparql.binding import bind

    return bind(query.text, {name: str(term) for name, term in values.items()}, query.file)


def _known(query: Query, values: Mapping[str, str]) -> Mapping[str, str]:
    """The values given to a query without front matter, each for a variable it has."""
    if values:
        from whence.sparql.tokens import tokens

        names = {token.text[1:] for token in tokens(query.text) if token.kind == "variable"}
        for name in values:
            if name not in names:
                raise _unknown_parameter(name, sorted(names))
    return values


def _unknown_parameter(name: str, known: list[str]) -> UsageError:
    fix = meant(name, known) or (f"It takes {', '.join(known)}." if known else "It takes none.")
    return UsageError(f"The query has no parameter {name}.", fix=fix)


def _ask(store: Store, query: Query, text: str, dataset: dict[str, Any]) -> Any:
    if dataset or "from" in text.lower():
        from whence.sparql.dataset import merged

        store, dataset = merged(store, text, dataset)
    try:
        return store.query(_starless(text, dataset.get("base_iri")), prefixes=PREFIXES, **dataset)
    except SyntaxError as error:
        from whence.sparql.diagnosis import diagnose

        raise diagnose(query.text, str(error), query.file, based="base_iri" in dataset) from None
    except RuntimeError as error:
        raise _not_answered(query, str(error)) from None


def _starless(text: str, base: str | None) -> str:
    """Return a query with its columns, which the engine sorts by name where it says SELECT *, in the order in which it first names them.

    The engine says which they are when it is asked of nothing; a query that calls other servers is left as it is, since it would call them.

    :raises SyntaxError: as the engine
    """
    if not _STAR.search(text.upper()) or "service" in text.lower():
        return text
    from pyoxigraph import Store

    from whence.sparql.groups import selects
    from whence.sparql.tokens import tokens

    answer = Store().query(text, prefixes=PREFIXES, base_iri=base)
    star = next((token for token in selects(text)[0].plain_columns() if token.text == "*"), None) if hasattr(answer, "variables") else None
    if star is None:
        return text
    names = {variable.value for variable in answer.variables}
    ordered = dict.fromkeys(token.text[1:] for token in tokens(text) if token.kind == "variable" and token.text[1:] in names)
    return f"{text[: star.start]}{' '.join(f'?{name}' for name in ordered) or '*'}{text[star.end :]}"


def _redirected(text: str, query: Query, elsewhere: Elsewhere | None) -> str:
    if "service" not in text.lower():
        return text
    from whence.sparql.federation import redirected

    return redirected(text, elsewhere, query.file)


def _not_answered(query: Query, message: str) -> QueryError:
    """The error for what the engine found out after parsing, such as unknown functions."""
    return QueryError(f"The query cannot be answered: {message.strip().rstrip('.')}.", file=query.file)
