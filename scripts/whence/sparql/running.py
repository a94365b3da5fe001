"""Runs a query on a store: the shared prefixes added, parameters bound, the default graph merged, errors in one sentence.

Parameters are bound by a row of VALUES at the beginning of each group that names one. So the engine begins with the value, and what a
query about one thing costs does not grow with the graph: of values beside the text (`substitutions=` of pyoxigraph 0.5.13) the optimiser
learns only when it has ordered the joins. A value is written as a term, escaped by the engine's own writer, at a token boundary; what it
holds can end nothing.

A default graph of several graphs is their merge, with each triple once (SPARQL 1.1 section 13.2). The engine lays the graphs one behind
the other, so that a triple of two of them would be met twice. Where that can happen, the query runs on a copy of the graphs it names.
FROM, which names graphs alone, reaches the default graph of the store by the name `https://w3id.org/whence/graph/curated`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from whence.errors import QueryError, UsageError
from whence.namespaces import CURATED, PREFIXES, is_pack
from whence.did_you_mean import meant
from whence.sparql.groups import Select, selects
from whence.sparql import parameters
from whence.sparql.query import Query, parse, prologue
from whence.sparql.tokens import Token, place, tokens

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples
    from typing import Any
    from whence.sparql.service_calls import Elsewhere

    Name = BlankNode | DefaultGraph | NamedNode


def bind(text: str, values: Mapping[str, str], file: str | None = None) -> str:
    """Return a query with values for some of its variables, everywhere they occur, in sub-SELECTs too.

    :param values: name of a variable without `?` to its term as SPARQL writes it; one the query does not use changes nothing
    :raises QueryError: the query itself computes such a variable

    >>> bind("SELECT ?x { ?w <p:p> ?x }", {"w": "<p:a>"})
    'SELECT ?x { VALUES ?w { <p:a> } ?w <p:p> ?x }'
    """
    text = in_full(text)
    outer, inner = selects(text)
    edits: list[tuple[int, int, str]] = []
    for name, term in values.items():
        _refuse_computed(text, outer.tokens, name, file)
        for select in [outer, *inner]:
            if select is outer or select.uses(name):
                edits += [(start + 1, start + 1, f" VALUES ?{name} {{ {term} }}") for start in select.groups_to_declare(name)]
                edits += _outside_its_group(select, name, term)
    return _edited(text, edits)


def in_full(text: str) -> str:
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


_CURATED = NamedNode(CURATED)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)")


def merged(store: Store, text: str, dataset: dict[str, Any]) -> tuple[Store, dict[str, Any]]:
    """Return the store and the keyword arguments with which the engine answers a query from a merge.

    :param dataset: `default_graph=`, `named_graphs=`, `use_default_graph_as_union=` of pyoxigraph, which win over FROM
    """
    given = dataset.get("default_graph")
    default: list[Name] = list(given) if isinstance(given, list) else []
    named = dataset.get("named_graphs")
    if dataset.get("use_default_graph_as_union"):
        default = [DefaultGraph(), *store.named_graphs()]
    elif given is None and named is None and "from" in text.lower():
        default, named = named_in(text)
    if _CURATED in default:
        default = [DefaultGraph() if graph == _CURATED else graph for graph in default]
        dataset = {**dataset, "default_graph": default, "named_graphs": named or []}
    graphs = list(dict.fromkeys(default))
    if len(default) < 2 or (len(graphs) == len(default) and not _share(store, graphs)):
        return store, dataset
    base = {key: value for key, value in dataset.items() if key == "base_iri"}
    if len(graphs) == 1:
        return store, {**base, "default_graph": graphs, "named_graphs": named or []}
    copy = Store()
    copy.bulk_extend(Quad(*quad.triple) for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))
    kept = list(store.named_graphs()) if named is None else named
    copy.bulk_extend(quad for graph in kept for quad in store.quads_for_pattern(None, None, None, graph))
    return copy, {**base, "default_graph": [DefaultGraph()], "named_graphs": kept}


def named_in(text: str) -> tuple[list[Name], list[Name]]:
    """Return the graphs that FROM and FROM NAMED of a query name; what the engine will refuse is left out.

    >>> named_in("BASE <http://a/> SELECT * FROM <b> FROM NAMED <c#d> {}")
    ([<NamedNode value=http://a/b>], [<NamedNode value=http://a/c#d>])
    """
    found: tuple[list[Name], list[Name]] = [], []
    prefixes, base = dict(PREFIXES), ""
    stream = list(tokens(text))
    depth = 0
    for token, after, last in zip(stream, [*stream[1:], None], [*stream[2:], None, None], strict=True):
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        elif token.word == "BASE" and after is not None and not depth:
            base = _iri(after, prefixes, base) or base
        elif token.word == "PREFIX" and after is not None and last is not None and not depth:
            prefixes[after.text[:-1]] = _iri(last, prefixes, base)
        elif token.word == "FROM" and after is not None and not depth:
            kind = after.word == "NAMED"
            iri = _iri(last if kind else after, prefixes, base)
            if iri:
                found[kind].append(NamedNode(iri))
    return found


def _iri(token: Token | None, prefixes: dict[str, str], base: str) -> str:
    """The absolute IRI that a token names (section 4.1), or an empty text."""
    if token is None or token.kind not in ("iri", "name"):
        return ""
    text = _ESCAPE.sub(lambda match: match[3] or chr(int(match[1] or match[2], 16)), token.text)
    if token.kind == "name":
        prefix, _, local = text.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else ""
    if base:
        from urllib.parse import urljoin

        return urljoin(base, text[1:-1])
    return text[1:-1] if ":" in text else ""


def _share(store: Store, graphs: Iterable[Name]) -> bool:
    """Whether two of the graphs hold the same triple. The largest ones, which share none with each other, are only looked up in."""
    searched = sorted(graphs, key=_is_large)
    small = [graph for graph in searched if not _is_large(graph)]
    return any(quad in store for number, graph in enumerate(small) for quad in _elsewhere(store, graph, searched[number + 1 :]))


def _is_large(graph: Name) -> bool:
    """Whether it is the default graph or that of a pack, which are made so that they share no triple (`whence.packs`)."""
    return isinstance(graph, DefaultGraph) or is_pack(graph.value)


def _elsewhere(store: Store, graph: Name, others: list[Name]) -> Iterator[Quad]:
    if others:
        for quad in store.quads_for_pattern(None, None, None, graph):
            for other in others:
                yield Quad(quad.subject, quad.predicate, quad.object, other)


#: A SELECT of everything, wherever it stands, a word that may name graphs, and one that may give another value each time; in capitals.
_STAR, _FROM = re.compile(r"\bSELECT(?:\s+(?:DISTINCT|REDUCED))?\s*\*"), re.compile(r"(?<![?$])\bFROM\b")
_CHANGING = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE)\b|SERVICE")


class Solutions:
    """Rows that stand for those of a SELECT."""

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
    text = _bound(query, {parameter.name: "UNDEF" for parameter in query.front_matter.parameters})
    _ask(Store(), query, _redirected(text, query, None), {})


def terms(query: Query, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the RDF term of each parameter of a query: the value given, or the default.

    :raises UsageError: a name is unknown, a required one is missing, or a value is of another type
    """
    declared = {parameter.name: parameter for parameter in query.front_matter.parameters}
    if not declared:
        return {name: parameters.term_as_written(name, value) for name, value in _known(query, values).items()}
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
        found[name] = parameters.term(parameter, value)
    return found


def written_out(query: Query, values: Mapping[str, str]) -> str:
    """Return a query whose text says everything, for another engine: values and shared prefixes are written in.

    :raises UsageError: as `terms` does
    :raises QueryError: as `bind` does

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
    return bind(query.text, {name: str(term) for name, term in values.items()}, query.file)


def _known(query: Query, values: Mapping[str, str]) -> Mapping[str, str]:
    """The values given to a query without front matter, each for a variable it has."""
    if values:
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
    from whence.sparql.service_calls import redirected

    return redirected(text, elsewhere, query.file)


def _not_answered(query: Query, message: str) -> QueryError:
    """The error for what the engine found out after parsing, such as unknown functions."""
    return QueryError(f"The query cannot be answered: {message.strip().rstrip('.')}.", file=query.file)
