"""What to tell somebody who names what the graph does not know: which thing was perhaps meant; of a query, what its answer lacks in silence."""

from __future__ import annotations

from whence.cli import console
from whence.errors import UsageError
from whence.namespaces import PREFIXES, VIEW, WH, shorten
from whence.nearest import meant

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Store

    from whence.sparql import Query
    from whence.things import Index, Match

__all__ = ["check_values", "named", "near", "tell_of_names", "tell_of_values", "tell_of_variables", "tell_of_views"]

_OURS = WH.partition("ontology#")[0]
#: The names of graphs, and the shapes, which check the graph without being in it.
_ELSEWHERE = (VIEW, PREFIXES["shape"])
_HOW = "whence show NAME tells the IRI behind a name."


def named(index: Index, words: list[str]) -> list[Match]:
    """Return the things of a name, the likeliest first; at least one.

    :param words: the name as it was typed, in one or several words
    :raises UsageError: nothing is called so; says what is called nearly so
    """
    name = " ".join(words).strip()
    matches = index.find(name)
    if matches:
        return matches
    fix = _question(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in near(index, name))
    typed = name if len(name) <= 100 else name[:99] + "…"
    raise UsageError(f"Nothing here is called {typed!r}.", fix=fix.replace(" or ", ", ") or "A label, a printed name, id:slug or an IRI would do.")


def near(index: Index, name: str) -> list[Match]:
    """Return the three things whose names fit a text best, as the search of the pages finds them; may be fewer or none."""
    return index.search(name, 3)


def _question(names: Iterable[str]) -> str:
    """Return a question that offers names, or an empty text when there is none."""
    offered = " or ".join(dict.fromkeys(names))
    return f"Did you mean {offered}?" if offered else ""


def check_values(store: Store, query: Query, values: dict[str, str]) -> None:
    """See that the values given for parameters that take an IRI are IRIs.

    :raises UsageError: one is not; says the IRI of the thing that it names
    """
    from whence.sparql.parameters import term

    for parameter in query.front_matter.parameters:
        if parameter.type != "iri" or parameter.name not in values:
            continue
        value = values[parameter.name]
        try:
            term(parameter, value)
        except UsageError as error:
            from whence.things import Index

            index = Index(store)
            offered = _question(shorten(match.iri) for match in index.find(value) or near(index, value))
            raise UsageError(error.problem, fix=offered or f"{error.fix} {_HOW}") from None


def tell_of_values(store: Store, query: Query, values: dict[str, str]) -> None:
    """Say which IRIs given as values of parameters the graph does not know."""
    from pyoxigraph import NamedNode

    from whence import sparql

    for name, term in sparql.terms(query, values).items():
        if name in values and isinstance(term, NamedNode):
            _tell_if_unknown(store, term, f", the value of {name}")


def tell_of_names(store: Store, query: Query) -> None:
    """Say which names of ours a query uses that the graph does not know."""
    for term in _names(query.text):
        if term.value.startswith(_OURS) and not term.value.startswith(_ELSEWHERE):
            _tell_if_unknown(store, term, "")


def tell_of_views(store: Store, query: Query) -> None:
    """Say which properties of a query stand in views alone, none of which it asks."""
    from pyoxigraph import DefaultGraph

    for term in _names(query.text):
        graphs = {quad.graph_name for quad in store.quads_for_pattern(None, term, None)}
        if graphs and DefaultGraph() not in graphs:
            names = sorted(graph.value.removeprefix(VIEW) for graph in graphs)
            console.say(f"{shorten(term.value)} stands in views alone. Add --view {' or --view '.join(names)}.")


def tell_of_variables(query: Query, values: dict[str, str]) -> None:
    """Say which variables of a query can never have a value."""
    from whence.sparql.tokens import tokens
    from whence.sparql.variables import bound_nowhere

    declared = {parameter.name for parameter in query.front_matter.parameters}
    lost = [one.text for one in bound_nowhere(query.text) if one.text[1:] not in declared and one.text[1:] not in values]
    for name in lost:
        known = sorted({one.text for one in tokens(query.text) if one.kind == "variable"} - set(lost))
        hint = meant(name, known) or "Name it in a pattern, or set it with --set."
        console.say(f"Nothing in the query gives {name} a value. {hint}")


def _names(text: str) -> Iterator[NamedNode]:
    """Yield the IRIs that stand in a query as prefixed names, each once."""
    from pyoxigraph import NamedNode

    from whence.sparql.tokens import tokens

    stream = list(tokens(text))
    prefixes = dict(PREFIXES)
    seen = set()
    for index, token in enumerate(stream):
        if token.kind != "name":
            continue
        prefix, _, local = token.text.partition(":")
        if index and stream[index - 1].is_word("PREFIX") and index + 1 < len(stream):
            prefixes[prefix] = stream[index + 1].text[1:-1]
            continue
        iri = prefixes.get(prefix, "") + local
        if local and "\\" not in local and prefix in prefixes and iri not in seen:
            seen.add(iri)
            yield NamedNode(iri)


def _tell_if_unknown(store: Store, term: NamedNode, part: str) -> None:
    patterns = ((term, None, None), (None, None, term), (None, term, None))
    if any(next(store.quads_for_pattern(*pattern), None) for pattern in patterns):
        return
    from whence.things import Index

    name = shorten(term.value)
    hint = _term_meant(store, name) if name.startswith("wh:") else None
    hint = hint or _question(shorten(match.iri) for match in near(Index(store), name))
    console.say(f"The graph does not know {name}{part}. {hint or _HOW}")


def _term_meant(store: Store, name: str) -> str | None:
    """Return a question that offers the term of the ontology written most like a name, or None."""
    from pyoxigraph import NamedNode

    typed = store.quads_for_pattern(None, NamedNode(PREFIXES["rdf"] + "type"), None)
    return meant(name, sorted({shorten(quad.subject.value) for quad in typed if str(quad.subject).startswith(f"<{WH}")}))
