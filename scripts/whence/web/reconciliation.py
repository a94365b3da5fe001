"""Matching names against the things of a graph, as the Reconciliation Service API 0.2 asks for it (W3C Community Group Report of 2023-04-10).

Entities are the named things of the graph and its packs, types the classes of the ontology. Properties are what is stated
of a thing itself, its identifiers by value, and the plain edges of the view `any`: what anybody affirms. The property `wh:sameThing` with a
thing for value asks for what was decided or is proposed to be the same (`whence.identity`), with the evidence of each tier as features.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode, Quad

from whence.identity import TIERS, Proposal
from whence.namespaces import PREFIXES, VIEW, WH, bases, is_thing, local, shorten, spaced
from whence.things import Index, Match, plain
from whence.things.names import as_iris, is_iri
from whence.web.http.problems import Problem
from whence.web.iris import below

#: Reports whether a term is the value that is asked for.
_Test = Callable[[Any], bool]
#: How many candidates one query may ask for, and how many it gets when it does not say.
LIMIT, _USUAL = 50, 10
#: Asks for what is the same, or may be.
_SAME = WH + "sameThing"
_SCHEME, _IDENTIFIER = NamedNode(WH + "scheme"), NamedNode(WH + "identifierValue")
_XSD = PREFIXES["xsd"]
#: Properties that lead from a thing to the nodes of claims, or say how the graph is made.
_LEFT_OUT = frozenset(WH + name for name in ("answeredIn", "attestedBy", "displayLabel", "involvedIn", "speaksIn", "workOfClaim", "passage", "passageDigest"))
_LEFT_OUT |= {PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "isDefinedBy"}
_TYPES = f"""SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) {{
  ?thing skos:prefLabel ?name ; a ?class FILTER(({{things}}) && STRSTARTS(STR(?class), "{WH}"))
}} GROUP BY ?class ORDER BY DESC(?n) ?class"""
_PROPERTIES = """SELECT ?property (COUNT(*) AS ?n) {
  ?thing a ?class { ?thing ?property ?value } UNION { GRAPH view:any { ?thing ?property ?value } }
} GROUP BY ?property ORDER BY DESC(?n) ?property"""
#: The properties of all entities of an index.
_EVERY: WeakKeyDictionary[Index, list[str]] = WeakKeyDictionary()
#: The likeness of a name in another order or with a title.
_TURNED = 98
#: The share of a score that evidence by properties has, where there is any.
_EVIDENCE = 0.2


@dataclass(slots=True)
class _Candidate:
    """A thing that a query may mean.

    :ivar likeness: of its nearest name, from 0 to 100; 100 for the same name but for case, accents and punctuation
    :ivar called: whether it is called so, be it with another order of names or a title
    :ivar label: whether that is its label, not only another name or one in print
    :ivar evidence: for each property asked for of which it has values, whether one of them is among those asked for
    """

    iri: str
    likeness: float
    called: bool
    label: bool
    evidence: dict[str, bool]

    @property
    def score(self) -> float:
        if not self.evidence:
            return round(self.likeness, 1)
        agreeing = sum(self.evidence.values()) / len(self.evidence)
        return round(self.likeness * (1 - _EVIDENCE) + 100 * _EVIDENCE * agreeing, 1)

    @property
    def contradicted(self) -> bool:
        return not all(self.evidence.values())


def entity(iri: str) -> str:
    """Return the identifier of an entity: its slug in the graph that is served, a prefixed name in a graph that this one includes."""
    own = bases()[0]
    return iri.removeprefix(own) if iri.startswith(own) else shorten(iri).strip("<>")


def entity_iri(identifier: str) -> str:
    """Return the IRI of the entity of an identifier, whether or not there is one."""
    prefix, colon, slug = identifier.partition(":")
    return PREFIXES[prefix] + slug if colon and prefix in PREFIXES else bases()[0] + identifier


def describe(index: Index, iri: str) -> dict[str, Any]:
    """Return identifier, name, types and description of an entity."""
    node = NamedNode(iri)
    told = index.value(node, NamedNode(WH + "description")) or next((index.term(whole).text for whole in index.things(node, NamedNode(WH + "partOf"))), "")
    found = {"id": entity(iri), "name": index.label(iri), "type": [_type(index, kind) for kind in index.special(index.classes(node)) if kind.startswith(WH)]}
    return {**found, "description": told} if told else found


def _type(index: Index, iri: str) -> dict[str, Any]:
    return {"id": local(iri), "name": index.name(iri) or spaced(local(iri))}


def claims(index: Index, iri: str) -> int:
    """Return how many claims are about an entity."""
    return len(index.subjects(NamedNode(WH + "involves"), NamedNode(iri)))


def types(index: Index) -> list[dict[str, Any]]:
    """Return the types that entities have, the most frequent first, each with those directly above it."""
    found = []
    for row in index.store.query(_TYPES.replace("{things}", below("?thing", bases())), prefixes=PREFIXES, **_merged(index)):
        iri = row["class"].value
        above = [one for one in index.special(sorted(index.superclasses.get(iri, ()))) if one.startswith(WH)]
        found.append(_type(index, iri) | ({"broader": [_type(index, one) for one in above]} if above else {}))
    return found


def properties(index: Index, kind: str, limit: int) -> list[dict[str, str]]:
    """Return the properties that entities of a type have, the most frequent first; of an unknown type none.

    :param kind: the identifier of a type, or an empty text for all
    """
    if not kind:  # read anew at every key that is pressed otherwise
        found = _EVERY[index] = _EVERY.get(index) or _counted(index, _PROPERTIES)
    else:
        try:
            found = _counted(index, _PROPERTIES.replace("?class", str(NamedNode(_class(kind)))))
        except ValueError:  # no IRI has such characters
            return []
    return [_property(index, iri) for iri in found[:limit]]


def _counted(index: Index, query: str) -> list[str]:
    counted: Counter[str] = Counter()
    for row in index.store.query(query, prefixes=PREFIXES, **_merged(index)):
        counted[row["property"].value] += int(row["n"].value)
    return [iri for iri, _ in counted.most_common() if iri not in _LEFT_OUT]


def _merged(index: Index) -> dict[str, Any]:
    """Return what lets a query see the packs of a store as well, where there are some."""
    return {"default_graph": list(index.graphs), "named_graphs": [NamedNode(VIEW + "any")]} if index.packs else {}


def _is_type(index: Index, kind: str) -> bool:
    try:
        return next(iter(index.match(None, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(kind))), None) is not None
    except ValueError:  # no IRI has such characters
        return False


def _class(kind: str) -> str:
    return kind if kind.startswith(WH) else WH + kind.removeprefix("wh:")


def _property(index: Index, iri: str) -> dict[str, str]:
    found = {"id": shorten(iri).strip("<>"), "name": index.name(iri) or spaced(local(iri))}
    told = index.value(NamedNode(iri), NamedNode(PREFIXES["skos"] + "definition"))
    return {**found, "description": told} if told else found


def suggested(index: Index, kind: str, prefix: str, cursor: int, count: int = 10) -> list[dict[str, Any]]:
    """Return what of a kind fits what has been typed so far, the best first.

    :param kind: `entity`, `type` or `property`
    :param cursor: how many to leave out
    """
    if kind == "entity":
        found = [match.iri for match in _found(index, prefix, cursor + count)][cursor : cursor + count]
        entities = [describe(index, iri) for iri in found]
        return [{"notable": one.pop("type"), **one} for one in entities]
    offered: Iterable[dict[str, Any]] = types(index) if kind == "type" else properties(index, "", 10_000)
    wanted = plain(prefix)
    ranked = []
    for one in offered:
        names = (plain(one["name"]), plain(one["id"]), plain(local(one["id"].replace(":", "/"))))
        if any(wanted in name for name in names):
            ranked.append((not any(name.startswith(wanted) for name in names), one))
    return [one for _, one in sorted(ranked, key=lambda entry: entry[0])][cursor : cursor + count]


def _found(index: Index, text: str, most: int) -> list[Match]:
    """Return the entities that a text may mean, the best first: by identifier or by name."""
    exact = index.find(text)
    found = {match.iri: match for match in [*exact, *index.search(text, 4 * most)] if is_thing(match.iri) and index.name(match.iri)}
    return [match for match in found.values() if not index.is_a(NamedNode(match.iri), "Claim")][:most]


def matches(index: Index, queries: Iterable[dict[str, Any]], proposed: Callable[[], Mapping[str, Sequence[Proposal]]] = dict) -> list[list[dict[str, Any]]]:
    """Return the candidates for each query of a batch; what one property is stated of is read once for them all.

    :param proposed: returns the proposals for each thing that has some, the best first
    """
    stated = cache(lambda pid: _stated(index, pid))
    for_same = [any(_SAME in as_iris(one["pid"]) for one in query.get("properties", [])) for query in queries]
    return [_same(index, query, proposed()) if same else matched(index, query, stated) for query, same in zip(queries, for_same, strict=True)]


def _same(index: Index, query: dict[str, Any], proposed: Mapping[str, Sequence[Proposal]]) -> list[dict[str, Any]]:
    """Return what was decided to be the same as the things of a query, each as a match, and then what is proposed, the best first."""
    given = [one["v"] for one in query["properties"] if _SAME in as_iris(one["pid"])]
    texts = [str(value["id"] if isinstance(value, dict) else value) for values in given for value in (values if isinstance(values, list) else [values])]
    things = {iri for text in texts for iri in as_iris(text) if index.name(iri)}
    found = {other: {**describe(index, other), "score": 100.0, "match": True, "features": []} for thing in sorted(things) for other in index.same(thing)}
    for one in sorted({one for thing in things for one in proposed.get(thing, ())}, key=lambda one: -one.score):
        other = one.other if one.thing in things else one.thing
        features = [{"id": tier, "value": tier == one.tier} for tier in TIERS]
        found.setdefault(other, {**describe(index, other), "description": one.reason, "score": round(100 * one.score, 1), "match": False, "features": features})
    return list(found.values())[: min(int(query.get("limit", _USUAL)), LIMIT)]


def matched(index: Index, query: dict[str, Any], stated: Callable[[str], list[tuple[str, Any]]] | None = None) -> list[dict[str, Any]]:
    """Return the candidates for a query, the best first; `match` where only one is called so and nothing speaks against it.

    :param stated: the things and values that each property joins, when several queries share them
    :param query: with `query`, `type`, `limit` and `properties` as the specification has them
    :raises Problem: 400 when it asks for a type or a property that is none
    """
    limit = min(int(query.get("limit", _USUAL)), LIMIT)
    kinds = query.get("type", [])
    kinds = {_class(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)}
    unknown = [kind for kind in sorted(kinds) if not _is_type(index, kind)]
    if unknown:
        raise Problem(400, f"There is no type {unknown[0].removeprefix(WH)[:80]!r}. See /reconcile/suggest/type?prefix=.")
    wanted = [
        (_iri(index, one["pid"]), [_test(index, value) for value in (one["v"] if isinstance(one["v"], list) else [one["v"]])])
        for one in query.get("properties", [])
    ]
    text = query.get("query", "")
    exact: dict[str, int] = {}  # what has exactly this name, with how little the name weighs
    forms = index.names.forms
    for form in (forms[number] for number in forms.plain.equal(plain(text))):
        exact[form.thing] = min(form.source, exact.get(form.thing, form.source))
    exact |= dict.fromkeys(as_iris(text), 0)
    called = {match.iri for match in index.find(text)}.union(exact)
    found = [
        _candidate(index, match.iri, match.name, text, match.iri in called, exact.get(match.iri), wanted)
        for match in (_found(index, text, LIMIT) if text else _holders(index, wanted, stated or (lambda pid: _stated(index, pid))))
        if not kinds or kinds.intersection(index.classes(NamedNode(match.iri)))
    ]
    if not text:
        found = [one for one in found if any(one.evidence.values())]
    found.sort(key=lambda one: -one.score)
    named = [one for one in found if one.called]
    return [_result(index, one, _is_sure(one, named, bool(kinds)) if text else False, kinds) for one in found[:limit]]


def _candidate(index: Index, iri: str, name: str, text: str, called: bool, source: int | None, wanted: list[tuple[str, list[_Test]]]) -> _Candidate:
    """Return a thing as a candidate.

    :param name: by which it was found
    :param called: whether it is called as asked for
    :param source: of exactly the name asked for as `whence.things.names` has it, or None
    """
    alike = SequenceMatcher(None, plain(text), plain(name), autojunk=False).ratio()
    likeness = 100.0 if source is not None or not text else _TURNED if called else _TURNED * alike
    evidence = {}
    for pid, tests in wanted:
        has = _values(index, iri, pid)
        if has:
            evidence[shorten(pid).strip("<>")] = any(test(one) for test in tests for one in has)
    return _Candidate(iri, likeness, called, source == 0, evidence)


def _is_sure(one: _Candidate, named: list[_Candidate], typed: bool) -> bool:
    """Report whether a candidate is the one that is meant: it is called so, and no other is, or evidence speaks for it alone."""
    if not one.called or one.contradicted or not (one.label or typed or one.evidence):
        return False
    others = [other for other in named if other is not one]
    return not others or (bool(one.evidence) and all(other.contradicted for other in others))


def _result(index: Index, one: _Candidate, sure: bool, kinds: set[str]) -> dict[str, Any]:
    features: list[dict[str, Any]] = [{"id": "name", "value": round(one.likeness, 1)}]
    features += [{"id": "type", "value": True}] if kinds else []
    features += [{"id": name, "value": agrees} for name, agrees in one.evidence.items()]
    return {**describe(index, one.iri), "score": one.score, "match": sure, "features": features}


def _holders(index: Index, wanted: list[tuple[str, list[_Test]]], stated: Callable[[str], list[tuple[str, Any]]]) -> list[Match]:
    """Return the things that have one of the values asked for, with their names."""
    found = {iri for pid, tests in wanted for iri, value in stated(pid) if any(test(value) for test in tests)}
    return [Match(iri, index.label(iri)) for iri in sorted(found)]


def _stated(index: Index, pid: str) -> list[tuple[str, Any]]:
    """Return the things that have a property, each with a value; sorted."""
    quads = (quad for quad in _quads(index, None, pid) if isinstance(quad.subject, NamedNode) and is_thing(quad.subject.value))
    return sorted({(quad.subject.value, value) for quad in quads for value in _read(index, quad.object)}, key=str)


def _values(index: Index, iri: str, pid: str) -> list[Any]:
    return sorted({value for quad in _quads(index, NamedNode(iri), pid) for value in _read(index, quad.object)}, key=str)


def _quads(index: Index, subject: NamedNode | None, pid: str) -> Iterator[Quad]:
    yield from index.match(subject, NamedNode(pid), None)
    yield from index.match(subject, NamedNode(pid), None, view="any")


def _read(index: Index, value: Any) -> Iterator[Any]:
    """Yield a value; in place of the node of an identifier what it identifies with, alone and behind its scheme."""
    identifier = index.value(value, _IDENTIFIER) if isinstance(value, NamedNode) else ""
    if identifier:
        yield from (Literal(identifier), Literal(f"{index.value(value, _SCHEME)} {identifier}"))
    elif isinstance(value, NamedNode | Literal):
        yield value


def _test(index: Index, value: Any) -> _Test:
    """Return what reports whether a term is the value asked for: a text, number, truth or `{"id": …}`."""
    if isinstance(value, dict):
        meant, words = frozenset(as_iris(value["id"])), None
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        meant, words = frozenset(match.iri for match in index.find(text)), plain(text)
    return lambda one: one.value in meant if isinstance(one, NamedNode) else words is not None and isinstance(one, Literal) and plain(one.value) == words


def _iri(index: Index, pid: str) -> str:
    for iri in as_iris(pid):
        if next(_quads(index, None, iri), None) is not None:
            return iri
    name = local(pid.replace(":", "#"))
    near = " ".join(f"Did you mean {shorten(one + name)}?" for one in PREFIXES.values() if name.isidentifier() and next(_quads(index, None, one + name), None) is not None)
    raise Problem(400, f"No thing has a property {pid[:80]!r}. {near or 'See /reconcile/suggest/property?prefix=.'}")


def extended(index: Index, query: dict[str, Any]) -> dict[str, Any]:
    """Return values of properties for entities, as the data extension service has them; of an unknown entity none.

    :raises Problem: 400 when a property is none
    """
    asked = [(pid, _iri(index, pid)) for pid in dict.fromkeys(one["id"] for one in query["properties"])]
    meta = [{"id": pid, "name": _property(index, iri)["name"]} for pid, iri in asked]
    rows = {}
    for given in query["ids"]:
        known = entity_iri(given)
        rows[given] = {pid: [_cell(index, value) for value in _values(index, known, iri)] if is_iri(known) else [] for pid, iri in asked}
    return {"meta": meta, "rows": rows}


def _cell(index: Index, value: Any) -> dict[str, Any]:
    if isinstance(value, NamedNode):
        return {"id": entity(value.value), "name": index.label(value.value)} if is_thing(value.value) and index.name(value.value) else {"str": index.words(value)}
    kind = value.datatype.value.removeprefix(_XSD)
    try:
        if kind in ("integer", "nonNegativeInteger", "positiveInteger"):
            return {"int": int(value.value)}
        if kind in ("decimal", "double"):
            return {"float": float(value.value)}
    except ValueError:
        pass
    return {"str": value.value}
