"""What follows from the asserted graph: types, superproperties, inverses, chains, and the project's conveniences.

The rules are the part of OWL 2 RL/RDF (W3C Recommendation, section 4.3) that a reader of the graph leans on:
`cax-sco`, `prp-spo1`, `prp-spo2`, `prp-inv1`, `prp-inv2` and `prp-symp`. Domains and ranges are *not* used to
invent types, so that a missing type stays visible to the shapes. The rules run over a whole graph once, inside the
SPARQL engine, and then only over what is new; the queries of `queries/inference/` add the conveniences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from whence.namespaces import PREFIXES
from whence.rdf.terms import closure
from whence.sparql.running import in_full
from whence.sparql.tokens import tokens

_RDF = PREFIXES["rdf"]
_RDFS = PREFIXES["rdfs"]
_OWL = PREFIXES["owl"]
_SUB_CLASS = NamedNode(_RDFS + "subClassOf")
_SUB_PROPERTY = NamedNode(_RDFS + "subPropertyOf")
_INVERSE = NamedNode(_OWL + "inverseOf")
_CHAIN = NamedNode(_OWL + "propertyChainAxiom")
_TYPE = NamedNode(_RDF + "type")
_SYMMETRIC = NamedNode(_OWL + "SymmetricProperty")
_DEFAULT = DefaultGraph()
#: What a variable stands for.
_ANY = NamedNode("urn:whence:any")
#: What says by which rules a graph is closed, or may.
_SCHEMA = frozenset((_ANY, _SUB_CLASS, _SUB_PROPERTY, _INVERSE, _CHAIN, _SYMMETRIC, NamedNode(_RDF + "first"), NamedNode(_RDF + "rest")))


def close(store: Store, since: Collection[NamedNode] | None = None) -> None:
    """Add to the default graph what follows from the schema in it.

    :param store: holds the ontology and the data in its default graph; changed in place
    :param since: what was added since it was closed, as `construct` tells it, or None where it was not closed yet
    """
    rules = Rules(store)
    among = {term.value for term in since} if since is not None and _SCHEMA.isdisjoint(since) else None
    rules.apply(store, among)
    found = rules.chained(store, among)
    while found:
        store.bulk_extend(found)
        found = rules.follow(store, [quad for quad in found if quad.predicate in rules.in_chains])


def construct(store: Store, queries: Iterable[str], *, graph: NamedNode | None = None) -> set[NamedNode]:
    """Run CONSTRUCT queries one after another, adding what each yields before the next one runs.

    The engine adds it itself, as an update (SPARQL 1.1 Update, section 3.1.3), without handing each triple to Python and back.

    :param store: queried and changed in place
    :param queries: SPARQL texts; each sees what the earlier ones added to the default graph
    :param graph: the named graph that takes the triples, or None for the default graph
    :returns: the properties that they write, and the classes of which they say that something is one; where a variable stands for one, as `close` takes it
    :raises SyntaxError: when a query is not SPARQL
    """
    written: set[NamedNode] = set()
    for text in queries:
        Store().query(text, prefixes=PREFIXES)  # what is no query is told by its own text
        template, update = _as_update(text, graph)
        store.update(update, prefixes=PREFIXES)
        written |= _terms_of(template)
    return written


def _as_update(text: str, graph: NamedNode | None) -> tuple[str, str]:
    """Return a CONSTRUCT up to the end of its template, and the update that inserts what it constructs."""
    text = in_full(text)
    read = list(tokens(text))
    head = next((place for place, token in enumerate(read) if token.word == "CONSTRUCT"), None)
    if head is None:
        raise SyntaxError("it is no CONSTRUCT query")
    end = next(place for place in range(head, len(read)) if read[place].text == "}") + 1  # a template has no groups
    prologue, template = text[: read[head].start], text[read[head].end : read[end - 1].end]
    where = next(place for place in range(end, len(read)) if read[place].text == "{" or read[place].word == "WHERE")
    using = " ".join("USING" if token.word == "FROM" else token.text for token in read[end:where])
    names = " ".join(_variables(template)) or "*"
    target = f"{{ GRAPH {graph} {template} }}" if graph is not None else template
    return f"{prologue} CONSTRUCT {template}", f"{prologue} INSERT {target} {using} WHERE {{ SELECT {names} {text[read[where].start :]}\n}}"


def _variables(text: str) -> list[str]:
    return sorted({f"?{token.text[1:]}" for token in tokens(text) if token.kind == "variable"})


def _terms_of(template: str) -> set[NamedNode]:
    """Return the properties and classes of a template; `_ANY` among them where it has a variable for one."""
    names = _variables(template)
    values = f"VALUES ({' '.join(names)}) {{ ({' '.join([str(_ANY)] * len(names))}) }}"
    triples = list(Store().query(f"{template} WHERE {{ {values} }}", prefixes=PREFIXES))
    return {triple.predicate for triple in triples} | {triple.object for triple in triples if triple.predicate == _TYPE}


def superclasses(store: Store) -> dict[str, set[str]]:
    """Return for each class IRI the IRIs of all its superclasses, itself left out.

    >>> superclasses(Store())
    {}
    """
    return _closure(_edges(store, _SUB_CLASS))


def _edges(store: Store, predicate: NamedNode) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, predicate, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.subject != quad.object:
            edges.setdefault(quad.subject.value, set()).add(quad.object.value)
    return edges


def _closure(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the transitive closure of a relation; a node on a cycle does not reach itself."""
    return {start: set(closure(others, lambda node: edges.get(node, ()))) - {start} for start, others in edges.items()}


def _pairs(relation: dict[str, set[str]], among: set[str] | None) -> str:
    return " ".join(f"(<{one}> <{other}>)" for one in sorted(relation) if among is None or one in among for other in sorted(relation[one]))


#: A property of a chain, and whether it is walked backwards.
_Step = tuple[NamedNode, bool]


class Rules:
    """The rules that a schema calls for.

    Superproperties, inverses and symmetry are closed first: what follows from one triple by any number of them follows by one
    lookup. So only chains make a round of rounds, and each but the first looks only at what the one before it found.

    :ivar general: a property to those above it
    :ivar turned: a property to those that hold the other way round, by an odd number of inverses
    :ivar even: a property to those that hold by an even number of inverses, which no literal has
    :ivar in_chains: the properties of chains, those that they lead to, and `rdf:type`; what follows by any other from what a chain found is complete after one lookup
    """

    def __init__(self, store: Store) -> None:
        inverse = _edges(store, _INVERSE)
        for one, others in list(inverse.items()):
            for other in others:
                inverse.setdefault(other, set()).add(one)
        itself = (quad for quad in store.quads_for_pattern(None, _INVERSE, None) if quad.subject == quad.object)
        for quad in (*store.quads_for_pattern(None, _TYPE, _SYMMETRIC), *itself):
            inverse.setdefault(quad.subject.value, set()).add(quad.subject.value)
        above = _edges(store, _SUB_PROPERTY)
        self.general = _closure(above)
        reached = {one: _walked(one, above, inverse) for one in {*above, *inverse}}
        self.turned = {one: {other for other, odd in ways if odd} for one, ways in reached.items()}
        self.even = {one: {other for other, odd in ways if not odd and other != one} - self.general.get(one, set()) for one, ways in reached.items()}
        self.classes = superclasses(store)
        chains = [(quad.subject, _chain(store, quad.object)) for quad in store.quads_for_pattern(None, _CHAIN, None)]
        self.chains = [(head, steps) for head, steps in chains if steps and isinstance(head, NamedNode)]
        self.in_chains = {_TYPE, *(own for head, steps in self.chains for own in (head, *(link for link, _ in steps)))}

    def apply(self, store: Store, among: set[str] | None = None) -> None:
        """Apply all but the chains to a whole graph, or to its triples with some properties or classes."""
        for template, relation, condition in (
            ("?s ?q ?o", self.general, ""), ("?s ?q ?o", self.even, "FILTER(!isLiteral(?o))"), ("?o ?q ?s", self.turned, "FILTER(!isLiteral(?o))"),
        ):  # fmt: skip
            if pairs := _pairs(relation, among):
                store.update(f"INSERT {{ {template} }} WHERE {{ VALUES (?p ?q) {{ {pairs} }} ?s ?p ?o {condition} }}")
        if types := _pairs(self.classes, among):
            store.update(f"INSERT {{ ?s a ?general }} WHERE {{ VALUES (?special ?general) {{ {types} }} ?s a ?special }}")

    def chained(self, store: Store, among: set[str] | None = None) -> list[Quad]:
        """Return what the chains add to a whole graph, or those with some properties or what follows from these."""
        found = set()
        reached = None if among is None else among.union(*(each.get(one, ()) for each in (self.general, self.even, self.turned) for one in among))
        for head, steps in self.chains:
            if reached is not None and reached.isdisjoint(own.value for own, _ in steps):
                continue
            found |= {Quad(row["s"], head, row["o"]) for row in store.query(f"SELECT DISTINCT ?s ?o {{ {_joined(steps)} }}")}
        return [quad for quad in found if quad not in store]

    def consequences(self, quad: Quad) -> set[Quad]:
        """Return what follows from one triple by all but the chains."""
        subject, own, value = quad.triple
        found = {Quad(subject, NamedNode(other), value) for other in self.general.get(own.value, ())}
        if own == _TYPE and isinstance(value, NamedNode):
            found |= {Quad(subject, _TYPE, NamedNode(kind)) for kind in self.classes.get(value.value, ())}
        if not isinstance(value, Literal):
            found |= {Quad(value, NamedNode(other), subject) for other in self.turned.get(own.value, ())}
            found |= {Quad(subject, NamedNode(other), value) for other in self.even.get(own.value, ())}
        return found

    def causes(self, quad: Quad) -> set[Quad]:
        """Return the triples from each of which, were it in a graph, one triple would follow by all but the chains."""
        subject, own, value = quad.triple
        found = {Quad(subject, NamedNode(one), value) for one, others in (*self.general.items(), *self.even.items()) if own.value in others}
        if own == _TYPE and isinstance(value, NamedNode):
            found |= {Quad(subject, _TYPE, NamedNode(one)) for one, others in self.classes.items() if value.value in others}
        if not isinstance(value, Literal):
            found |= {Quad(value, NamedNode(one), subject) for one, others in self.turned.items() if own.value in others}
        return found

    def chain_queries(self) -> list[str]:
        """Return each chain as a CONSTRUCT."""
        return [f"CONSTRUCT {{ ?s {head} ?o }} WHERE {{ ?s {_path(steps)} ?o }}" for head, steps in self.chains]

    def follow(self, store: Store, triples: Iterable[Quad]) -> list[Quad]:
        """Return what follows from some triples of a graph and is not in it, by each rule once."""
        found: set[Quad] = set()
        for quad in triples:
            subject, own, value = quad.triple
            found |= self.consequences(quad)
            for head, steps in self.chains:
                for place, (link, backwards) in enumerate(steps):
                    if link == own:
                        first, last = (value, subject) if backwards else (subject, value)
                        starts = _along(store, first, [(other, not back) for other, back in reversed(steps[:place])])
                        ends = _along(store, last, steps[place + 1 :])
                        found |= {Quad(start, head, end) for start in starts if not isinstance(start, Literal) for end in ends}
        return [quad for quad in found if quad not in store]


def _walked(start: str, above: dict[str, set[str]], inverse: dict[str, set[str]]) -> set[tuple[str, bool]]:
    """Return the properties reached from one by superproperties and inverses, each with whether by an odd number of inverses."""

    def ways(way: tuple[str, bool]) -> list[tuple[str, bool]]:
        one, odd = way
        return [*((other, odd) for other in above.get(one, ())), *((other, not odd) for other in inverse.get(one, ()))]

    return set(closure(ways((start, False)), ways))


def _path(steps: Iterable[_Step]) -> str:
    return "/".join(f"^{own}" if backwards else str(own) for own, backwards in steps)


def _joined(steps: list[_Step]) -> str:
    """Return the pattern of a chain from ?s to ?o each step of which is read once: to look up the second for every result of the first walks all that is said of what they meet in."""
    names = ["?s", *(f"?o{number}" for number in range(1, len(steps))), "?o"]
    patterns = (f"{other} {own} {one}" if backwards else f"{one} {own} {other}" for (own, backwards), one, other in zip(steps, names, names[1:], strict=False))
    return " ".join(f"{{ SELECT * {{ {pattern} }} }}" for pattern in patterns)


def _along(store: Store, start: Any, steps: Iterable[_Step]) -> set[Any]:
    """Return where a chain of properties leads from a term."""
    nodes: set[Any] = {start}
    for own, backwards in steps:
        if backwards:
            nodes = {quad.subject for node in nodes for quad in store.quads_for_pattern(None, own, node, _DEFAULT)}
        else:
            starts = (node for node in nodes if not isinstance(node, Literal))
            nodes = {quad.object for node in starts for quad in store.quads_for_pattern(node, own, None, _DEFAULT)}
    return nodes


def _chain(store: Store, head: BlankNode | NamedNode) -> list[_Step] | None:
    """Return the steps of a chain axiom's list, or None when a member is neither a property nor its inverse."""
    steps: list[_Step] = []
    node: object = head
    while node != NamedNode(_RDF + "nil"):
        first = next(store.quads_for_pattern(node, NamedNode(_RDF + "first"), None), None)
        rest = next(store.quads_for_pattern(node, NamedNode(_RDF + "rest"), None), None)
        if first is None or rest is None or len(steps) > 16:
            return None
        step = first.object
        if isinstance(step, NamedNode):
            steps.append((step, False))
        else:
            inverse = next(store.quads_for_pattern(step, _INVERSE, None), None)
            if inverse is None or not isinstance(inverse.object, NamedNode):
                return None
            steps.append((inverse.object, True))
        node = rest.object
    return steps or None
