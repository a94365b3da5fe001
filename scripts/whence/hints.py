"""What the answer to a query lacks in silence: names the graph does not know, patterns that nothing matches, variables without a value.

    from whence import hints, sparql
    for sentence in hints.about(store, sparql.parse(text), empty=lambda: True):
        ...
"""

from __future__ import annotations

import re
from itertools import chain, islice, pairwise

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from whence.namespaces import CURATED, IDENTITY, PACK, PREFIXES, VIEW, WH, is_thing, local, pack_of, shorten
from whence.did_you_mean import meant, nearest
from whence.errors import UsageError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from typing import Any

    from whence.sparql import Query
    from whence.sparql.patterns import Pattern
    from whence.sparql.tokens import Token
    from whence.things import Index

_OURS = WH.partition("ontology#")[0]
_HOW = "whence show NAME tells the IRI behind a name."
_TYPE = PREFIXES["rdf"] + "type"
_NAME = PREFIXES["skos"] + "prefLabel"
#: What the terms of a model are, in OWL.
_TERMS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
#: Label and document of each statement that a document is silent, with the things and the classes of claims it is about.
_SILENCES = """
SELECT ?label ?document (GROUP_CONCAT(DISTINCT ?thing) AS ?things) (GROUP_CONCAT(DISTINCT ?class) AS ?classes)
WHERE {
  ?statement a wh:CompletenessStatement ; wh:count 0 ; rdfs:label ?label ; wh:document ?document ; wh:topicEntity ?entity ; wh:topicClass ?of .
  BIND (STR(?entity) AS ?thing)
  BIND (STR(?of) AS ?class)
}
GROUP BY ?statement ?label ?document
"""
#: So many triples of a property are looked through for what would match.
_LOOKED_AT = 50_000
#: So many rows of an answer are looked at before it is told what it lacks.
_READ_AHEAD = 10_000
#: So many patterns an index remembers whether they match.
_REMEMBERED = 100_000
#: What completeness is about: no hint for somebody who asks what is said.
_NO_ROLE = tuple(WH + name for name in ("topicProperty", "topicEntity", "topicClass"))
#: A SELECT of triple patterns alone, from that word on: its variables, and its one group of IRIs, prefixed names, variables, sequences and inverses.
_PATTERNS_ALONE = re.compile(
    r"""SELECT\b(?:\s+DISTINCT\b)?([\s?$\w*]*?)(?:WHERE\s*)?
    \{((?:[\s.;,/^]|<[^<>{}\s]*+>|[?$]\w++|[\w-]++:[\w.-]*+|a(?=[\s<?$]))*+)\}
    \s*(?:ORDER\s+BY((?:\s+[?$]\w++)++)\s*)?(?:LIMIT\s+\d++\s*)?(?:OFFSET\s+\d++\s*)?(?:\#.*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_VARIABLE = re.compile(r"[?$](\w+)")


def may_hide(query: Query) -> bool:
    """Report whether an answer with rows may hide a mistake; not where each row has matched every name of the query and has all variables.

    >>> from whence.sparql import parse
    >>> may_hide(parse("SELECT ?x { ?x a wh:Film ; wh:director ?y }")), may_hide(parse("SELECT ?x { OPTIONAL { ?x a wh:Film } }"))
    (False, True)
    """
    found = _PATTERNS_ALONE.fullmatch(query.text, query.start)
    if found is None:
        return True
    columns, group, order = found.groups("")
    return not {*_VARIABLE.findall(columns + order)} <= {*_VARIABLE.findall(group)}


def about(
    store: Store, query: Query, values: Mapping[str, str] | None = None, *, empty: Callable[[], bool] = lambda: False,
    views: bool = False, index: Index | None = None, graphs: Iterable[str] = (),
) -> list[str]:
    """Return a sentence for each thing in a query that is likely a mistake which its answer hides; usually none.

    :param empty: tells whether the answer has no row or is false; asked at most once, and seldom
    :param views: whether the default graph of the query has views in it
    :param index: of the same store, where there is one already
    :param graphs: the IRIs of graphs that are asked beside those in the query
    """
    return list(dict.fromkeys(_Reader(store, query, values or {}, empty, views, index).sentences(graphs)))


def of_run(store: Store, query: Query, values: Mapping[str, str], dataset: Mapping[str, Any], *, views: bool = False, index: Index | None = None) -> list[str]:
    """Return what `about` tells of a query of one's own, which is asked again where it matters whether its answer is empty.

    :param dataset: what the query sees of the store, as `sparql.run` takes it
    """
    from whence import sparql

    def empty() -> bool:
        again = sparql.run(store, query, values, **dataset)
        return next(iter(again), None) is None if hasattr(again, "__iter__") else not again

    return about(store, query, values, empty=empty, views=views, index=index)


def of_values(store: Store, query: Query, values: Mapping[str, str], index: Index | None = None) -> list[str]:
    """Return a sentence for each IRI given as the value of a parameter that the graph does not know."""
    from whence import sparql

    reader = _Reader(store, query, values, lambda: False, False, index)
    given = {name: term for name, term in sparql.terms(query, values).items() if name in values}
    return [told for name, term in given.items() if _is_iri(term) and (told := reader.unknown(term, f", the value of {name}"))]


def left_out(store: Store, query: Query, values: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Return a sentence for each default of a parameter that leaves rows out of an answer; none where no value was given.

    The rows of a query that counts are others for other values: then the default alone is told.
    """
    from whence import sparql

    if not values or query.form != "select":
        return []
    counts = _counts(query)
    shown = {tuple(row) for row in rows}
    told = []
    for parameter in query.front_matter.parameters:
        if parameter.type == "iri" and parameter.default is not None and parameter.name not in values:
            more = 0 if counts else len({tuple(row) for row in sparql.run(store, query.without(parameter.name), values)} - shown)
            rest = f": {more:,} more row{'s have another' if more > 1 else ' has another'}" if more else ""
            if counts or more:
                told.append(f"{parameter.name} is {parameter.default} unless you set it{rest}.")
    return told


def of_answer(store: Store, query: Query, values: Mapping[str, str], answer: Any, most: int | None = _READ_AHEAD) -> tuple[list[str], Any]:
    """Return what is told of the rows of a query of the catalogue, by `left_out` and `unanswered`, and these rows as they were.

    :param answer: of a SELECT
    :param most: how many rows are read for it; of an answer with as many nothing is told; None for all
    """
    from whence import sparql

    names, rows = [getattr(variable, "value", variable) for variable in answer.variables], map(tuple, answer)
    head = list(islice(rows, most))
    told = left_out(store, query, values, head) if most is None or len(head) < most else []
    told += [unanswered(store, query, values)] if is_empty(head) else []
    return told, sparql.Solutions(names, chain(head, rows))


def is_empty(rows: Iterable[tuple[Any, ...]]) -> bool:
    """Report whether an answer says nothing: no row, or one of zeros and blanks as counting nothing gives."""
    some = list(islice(rows, 2))
    return not some or (len(some) == 1 and all(cell is None or getattr(cell, "value", "?") in ("", "0") for cell in some[0]))


def unanswered(store: Store, query: Query, values: Mapping[str, str]) -> str:
    """Return what is known of why a query of the catalogue has no answer: on what documents are known to be silent.

    Told are the statements of completeness about nothing but what the parameters name, and about a class of claims that the
    query asks for; of all documents, or of those that the parameters name. Told is also which parameter alone stands
    in the way.
    """
    from whence import sparql
    from whence.sparql.tokens import tokens

    asked = {term.value for term in sparql.terms(query, values).values() if _is_iri(term)}
    named = {term.value for term in _names(tokens(query.text)).values()} | asked
    every = {quad.subject.value for quad in store.quads_for_pattern(None, NamedNode(_TYPE), NamedNode(WH + "Document"), DefaultGraph())}  # type: ignore[union-attr]
    documents = every & asked or every
    silent: dict[str, set[str]] = {}
    for row in store.query(_SILENCES, prefixes=PREFIXES):  # type: ignore[union-attr]
        label, document, things, classes = (term.value for term in row)  # type: ignore[union-attr]
        if document in documents and set(things.split()) <= asked and set(classes.split()) & named:
            silent.setdefault(label, set()).add(document)
    topics = sorted(silent, key=lambda label: (-len(silent[label]), label))[:5]
    known = "; ".join(f"{len(silent[label])} of {len(documents)} on {label}" for label in topics)
    told = ['The graph holds nothing on it, which is no "no".']
    told += [f"Documents known to say nothing: {known}."] if known else []
    return " ".join(told + [f"For another {name} there {'is 1 row' if rows == 1 else f'are {rows:,} rows'}." for name, rows in _for_others(store, query, values)])


def _for_others(store: Store, query: Query, values: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the parameters that were given an IRI with how many rows a query that counts nowhere has for their other values, if any.

    What is grouped inside would be grouped for every value there is.
    """
    from whence import sparql
    from whence.sparql.groups import selects

    outer, inner = selects(query.text)
    if any(one.aggregates or one.group_by for one in (outer, *inner)):
        return
    for parameter in query.front_matter.parameters:
        if parameter.type == "iri" and parameter.name in values:
            rest = {name: value for name, value in values.items() if name != parameter.name}
            if rows := len({tuple(row) for row in sparql.run(store, query.without(parameter.name), rest)}):
                yield parameter.name, rows


def _counts(query: Query) -> bool:
    """Report whether the rows of a query are groups, or one row of counts."""
    from whence.sparql.groups import selects

    outer, _ = selects(query.text)
    return bool(outer.aggregates or outer.group_by)


def question(names: Iterable[str]) -> str:
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

            raise UsageError(error.problem, fix=called(Index(store), value) or f"{error.fix} {_HOW}") from None


def called(index: Index, name: str) -> str:
    """Return a question that offers the IRIs of the things of a name, or of one nearly so; or an empty text."""
    return question(shorten(match.iri) for match in index.find(name) or index.search(name, 3))


class _Reader:
    """What is looked up for the hints on one query."""

    def __init__(
        self, store: Store, query: Query, values: Mapping[str, str], empty: Callable[[], bool], views: bool, index: Index | None
    ) -> None:
        self.store, self.query, self.values, self.views = store, query, values, views
        self._empty, self._index = empty, index
        self._is_empty: bool | None = None
        self._remembered = index.answers if index is not None else {}
        self._default = DefaultGraph()

    def sentences(self, graphs: Iterable[str] = ()) -> Iterator[str]:
        from whence.sparql.patterns import patterns
        from whence.sparql.tokens import tokens

        stream = list(tokens(self.query.text))
        names = _names(stream)
        asked_graphs = {**{iri: NamedNode(iri) for iri in graphs}, **{term.value: term for term in _graphs(stream, names)}}
        for term in asked_graphs.values():
            yield from self._no_graph(term)
        for term in names.values():
            if term.value == CURATED or term.value in asked_graphs:
                continue
            if term.value.startswith(VIEW) or pack_of(term.value):
                yield from self._no_graph(term)
            elif _is_ours(term.value) and not term.value.startswith(PREFIXES["shape"]) and (told := self.unknown(term, "")):
                yield told
        yield from self._unbound(stream)
        words = {token.word for token in stream}
        chosen, calls = self.views or "FROM" in words, "SERVICE" in words
        asked = patterns(stream)
        for pattern in asked:
            if not (pattern.elsewhere and calls):
                yield from self._on(pattern, names, not (chosen or pattern.elsewhere))
        if any(token.kind == "string" for token in stream) and self.empty():
            yield from self._compared(stream, asked, names)

    def empty(self) -> bool:
        if self._is_empty is None:
            self._is_empty = self._empty()
        return self._is_empty

    @property
    def index(self) -> Index:
        if self._index is None:
            from whence.things import Index

            self._index = Index(self.store)
        return self._index

    def holds(self, subject: object, predicate: object, value: object, plainly: bool = False) -> bool:
        """Report whether a quad matches, of the default graph alone or of any; once for each pattern where an index remembers."""
        pattern = (subject, predicate, value, plainly)
        known = self._remembered.get(pattern)
        if known is None:
            known = next(self.store.quads_for_pattern(subject, predicate, value, self._default if plainly else None), None) is not None  # type: ignore[arg-type]
            if len(self._remembered) < _REMEMBERED:
                self._remembered[pattern] = known
        return known

    def unknown(self, term: NamedNode, part: str) -> str | None:
        """Return a sentence when the graph has no triple with an IRI."""
        if self.holds(term, None, None) or self.holds(None, None, term) or self.holds(None, term, None):
            return None
        name = shorten(term.value)
        prefix, _, ending = name.partition(":") if not name.startswith("<") else ("", "", local(term.value))
        of_thing = is_thing(term.value)
        hint = question(self._elsewhere(ending)) or (meant(name, self._declared()) if prefix == "wh" else None)
        if not hint:
            near = [shorten(match.iri) for match in self.index.search(name if of_thing else ending, 3)]
            hint = (meant(name, near) if not of_thing else None) or question(near)
        return f"The graph does not know {name}{part}. {hint or _HOW}"

    def _elsewhere(self, ending: str) -> list[str]:
        """Return the names of our namespaces that end as an unknown one does."""
        ours = [NamedNode(namespace + ending) for namespace in PREFIXES.values() if _is_ours(namespace) and ending]
        return [shorten(one.value) for one in ours if self.holds(one, None, None)]

    def _declared(self) -> list[str]:
        declared = (quad.subject for kind in _TERMS for quad in self.store.quads_for_pattern(None, NamedNode(_TYPE), NamedNode(PREFIXES["owl"] + kind)))
        return sorted({shorten(term.value) for term in declared if _is_iri(term) and term.value.startswith(WH)})  # type: ignore[union-attr]

    def _no_graph(self, graph: NamedNode) -> Iterator[str]:
        if graph.value not in (CURATED, IDENTITY) and not self.store.contains_named_graph(graph):
            known = sorted((shorten(one.value), pack_of(one.value)) for one in self.store.named_graphs() if _is_iri(one))
            pack, packs = pack_of(graph.value), {of for _, of in known if of}
            strange = bool(pack) and pack not in packs
            listed = ", ".join(name for name, of in known if not of)
            others = f"There are {listed}." if listed else ""
            if strange:
                others = f'No pack {pack} is asked here: packs = ["{pack}"] in whence.toml takes it in, and whence pack list tells which there are.'
            hint = meant(shorten(graph.value), [name for name, of in known if of or not strange]) or others
            yield f"There is no graph {shorten(graph.value)}. {hint}".strip()

    def _unbound(self, stream: list[Token]) -> Iterator[str]:
        """Which variables can never have a value."""
        from whence.sparql.groups import bound_nowhere

        given = {*(parameter.name for parameter in self.query.front_matter.parameters), *self.values}
        lost = [one.text for one in bound_nowhere(stream) if one.text[1:] not in given]
        for name in lost:
            known = sorted({one.text for one in stream if one.kind == "variable"} - set(lost))
            hint = meant(name, known) or "Name it in a pattern, or give it as a parameter."
            yield f"Nothing in the query gives {name} a value. {hint}"

    def _on(self, pattern: Pattern, names: Mapping[str, NamedNode], plainly: bool) -> Iterator[str]:
        """What is wrong with one pattern: a property of views alone, or constants that stand in no triple together."""
        for token in pattern.path:
            if plainly and token.text in names and (told := self._in_views(names[token.text])):
                yield told
                return
        first, last = (_known(text, names) for text in (pattern.first, pattern.last))
        subject, value = _known(pattern.subject, names), _known(pattern.object, names) or self._literal(pattern)
        if last and value and not self.holds(None, last, value, plainly) and self._may_be_told(last, value):
            hint = self._would_match(last, value)
            if hint or (not pattern.removes and self.empty()):
                thing = f"Nothing is a {_shown(value)}." if last.value == _TYPE else f"Nothing has {shorten(last.value)} {_shown(value)}."
                yield f"{thing} {hint}".strip()
        elif first and subject and not self.holds(subject, first, None, plainly) and self._may_be_told(first, subject):
            if not pattern.removes and self.empty():
                yield f"{shorten(subject.value)} has no {shorten(first.value)}. {self._on_claims(subject, first)}".strip()
        elif last and not (pattern.removes or self.holds(None, last, None, plainly)) and self._is_named(last) and self.empty():
            yield self._unused(last)

    def _literal(self, pattern: Pattern) -> Any:
        literal = pattern.kind in ("string", "number") or pattern.object.lower() in ("true", "false")
        return _evaluated(self.query.text, pattern.object) if literal else None

    def _is_named(self, property: NamedNode) -> bool:
        """Whether a property is one of the ontology, or of another vocabulary, of which nobody says otherwise."""
        return not _is_ours(property.value) or self.holds(property, None, None)

    def _may_be_told(self, property: NamedNode, value: object) -> bool:
        """Whether no other sentence tells of the property or the value already."""
        known = not _is_iri(value) or self.holds(value, None, None) or self.holds(None, None, value) or self.holds(None, value, None)
        return known and self.holds(None, property, None)

    def _in_views(self, property: NamedNode) -> str | None:
        if self.holds(None, property, None, plainly=True):
            return None
        graphs = {quad.graph_name for quad in islice(self.store.quads_for_pattern(None, property, None), _LOOKED_AT)}
        if not graphs:
            return None
        names = sorted(graph.value.removeprefix(VIEW) for graph in graphs if _is_iri(graph) and graph.value.startswith(VIEW))  # type: ignore[union-attr]
        packs = sorted({pack_of(graph.value) for graph in graphs if _is_iri(graph)} - {""})  # type: ignore[union-attr]
        if not names:
            return f"{shorten(property.value)} stands in packs alone ({', '.join(packs)}). Ask GRAPH <{PACK}{packs[0]}> {{ ... }}." if packs else None
        add = f"{shorten(property.value)} stands in views alone ({', '.join(names)}). Ask GRAPH view:{names[0]} {{ ... }}."
        return f"{add} {self._as_relation(property)}".strip()

    def _as_relation(self, property: NamedNode) -> str:
        """How claims say a property, where they do."""
        if not self.holds(None, NamedNode(WH + "property"), property):
            return ""
        return f"Claims say it as ?claim wh:property {shorten(property.value)} ; wh:subject ?subject ; wh:value ?value."

    def _unused(self, property: NamedNode) -> str:
        used = {shorten(str(row[0])[1:-1]) for row in self.store.query(f"SELECT DISTINCT ?p {{ {{ SELECT ?p {{ ?s ?p ?o }} LIMIT {_LOOKED_AT} }} }}")}  # type: ignore[union-attr, index]
        name = shorten(property.value)
        by_ending = {one.partition(":")[2].casefold(): one for one in sorted(used)}
        hint = self._as_relation(property) or meant(name, used) or question(filter(None, [by_ending.get(name.partition(":")[2].casefold())]))
        return f"No triple has the property {name}. {hint}".strip()

    def _would_match(self, property: NamedNode, value: NamedNode | Literal) -> str:
        """Return what the property could be asked for instead of a value that it never has, or an empty text."""
        if _is_iri(value):
            return self._other_role(value)
        found = {quad.object for quad in islice(self.store.quads_for_pattern(None, property, None), _LOOKED_AT)}
        literals = [one for one in found if isinstance(one, Literal)]
        if same := [one for one in literals if one.value.casefold() == value.value.casefold() or _number(one) == _number(value) is not None]:
            return f"Write {' or '.join(sorted(map(_shown, same))[:3])}."
        if any(map(_is_iri, found)):
            named = [match.iri for match in self.index.search(value.value, 20) if NamedNode(match.iri) in found]
            return f"Write {shorten(named[0])}." if named else "Its values are things, not texts. " + _HOW
        languages = sorted({one.language for one in literals if one.language} | {"en"})
        for name in (Literal(value.value), *(Literal(value.value, language=one) for one in languages)) if self.empty() else ():
            if self.holds(None, NamedNode(_NAME), name):
                return f"Did you mean {shorten(_NAME)} {_shown(name)}?"
        close = nearest(value.value, {one.value for one in literals})
        return question(sorted(_shown(one) for one in literals if one.value == close)[:1])

    def _other_role(self, value: object) -> str:
        """Return by which property a thing is a value, preferring what claims have."""
        rows: Any = self.store.query(f"SELECT ?p (COUNT(*) AS ?n) {{ {{ SELECT ?p {{ ?s ?p {value} }} LIMIT {_LOOKED_AT} }} }} GROUP BY ?p ORDER BY DESC(?n) ?p")
        roles = sorted((row[0].value for row in rows if row[0].value.startswith(WH) and row[0].value not in _NO_ROLE), key=(WH + "involves").__eq__)
        return f"Did you mean {shorten(roles[0])} {_shown(value)}?" if roles else ""

    def _on_claims(self, subject: NamedNode, property: NamedNode) -> str:
        """How to ask for a property that claims about a thing have, not the thing."""
        holder = next(self.store.quads_for_pattern(None, property, None), None)
        if holder is None or not self.holds(holder.subject, NamedNode(_TYPE), NamedNode(WH + "Claim")):
            return self._as_relation(property)
        return f"Claims have it: ?claim wh:involves {shorten(subject.value)} ; {shorten(property.value)} ?value."

    def _compared(self, stream: list[Token], asked: list[Pattern], names: Mapping[str, NamedNode]) -> Iterator[str]:
        """Texts that variables are compared with, which the properties of these variables never have for a value."""
        for variables, token in _compared_texts(stream):
            properties = {last for one in asked if one.object in variables and (last := _known(one.last, names))}
            text: Any = _evaluated(self.query.text, token.text)
            if text is None or not properties or any(self.holds(None, one, text) for one in properties):
                continue
            for one in sorted(properties, key=str):
                if hint := self._would_match(one, text):
                    yield f"Nothing has {shorten(one.value)} {_shown(text)}. {hint}"


def _compared_texts(stream: list[Token]) -> Iterator[tuple[set[str], Token]]:
    """Yield the strings beside `=` or in the list of IN or VALUES, with the variables they are compared with."""
    variables: set[str] = set()
    ends = ""
    for index, token in enumerate(stream):
        if token.word == "VALUES":
            variables, ends = set(), "}"
        elif token.word == "IN":
            variables, ends = {stream[index - 1].text}, ")"
        elif token.text == ends:
            ends = ""
        elif ends and token.kind == "variable":
            variables.add(token.text)
        if token.kind == "string" and ends:
            yield variables, token
        elif token.kind == "string":
            beside = (stream[max(index - 2, 0) : index], stream[index + 1 : index + 3][::-1])
            yield {two[0].text for two in beside if len(two) == 2 and two[0].kind == "variable" and two[1].text == "="}, token


def _is_ours(iri: str) -> bool:
    """Report whether an IRI is in a namespace of the model or below the base of a graph, of which the graph should know."""
    return iri.startswith(_OURS) or is_thing(iri)


def _names(stream: Iterable[Token]) -> dict[str, NamedNode]:
    """Return the IRIs in a query by how they are written: as prefixed names, or in angle brackets."""
    stream = list(stream)
    prefixes = dict(PREFIXES)
    found = {}
    for index, token in enumerate(stream):
        before = stream[index - 1] if index else token
        if token.kind == "name" and before.word == "PREFIX" and index + 1 < len(stream):
            prefixes[token.text[:-1]] = stream[index + 1].text[1:-1]
            continue
        prefix, _, ending = token.text.partition(":")
        iri = ""
        if token.kind == "name" and ending and "\\" not in ending and prefix in prefixes:
            iri = prefixes[prefix] + ending
        elif token.kind == "iri" and not (before.kind == "name" and before.text.endswith(":")) and before.word != "BASE":
            iri = token.text[1:-1]
        if ":" in iri and "\\" not in iri:
            try:
                found[token.text] = NamedNode(iri)
            except ValueError:
                continue  # no IRI, which the engine tells
    return found


def _graphs(stream: list[Token], names: Mapping[str, NamedNode]) -> Iterator[NamedNode]:
    """Yield the graphs that a query is about, but for GRAPH in one that calls other servers, whose graphs nobody knows here."""
    after = {"FROM", "NAMED"} if any(token.word == "SERVICE" for token in stream) else {"FROM", "NAMED", "GRAPH"}
    for before, token in pairwise(stream):
        if before.word in after and token.text in names:
            yield names[token.text]


def _known(text: str, names: Mapping[str, NamedNode]) -> NamedNode | None:
    return NamedNode(_TYPE) if text == "a" else names.get(text)


def _evaluated(query: str, text: str) -> object:
    """Return the term that a text is in a query, or None when it is none."""
    from whence.sparql import prologue

    _, first = prologue(query)
    head = query[: first.start] if first else ""
    try:
        return next(iter(Store().query(f"{head} SELECT ({text} AS ?term) {{}}", prefixes=PREFIXES)))[0]
    except (SyntaxError, ValueError):
        return None


def _is_iri(term: object) -> bool:
    return isinstance(term, NamedNode)


def _number(term: Literal) -> float | None:
    try:
        return float(term.value)
    except ValueError:
        return None


def _shown(term: NamedNode | Literal) -> str:
    """Return a term as a query writes it."""
    if not isinstance(term, Literal):
        return shorten(term.value)
    datatype = term.datatype.value
    if datatype.startswith(PREFIXES["xsd"]) and datatype != PREFIXES["xsd"] + "string":
        return f'"{term.value}"^^{shorten(datatype)}'
    return str(term)
