"""The index of the things of one graph: what all faces ask of it again and again, read where it is asked for and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from whence.errors import UnknownName
from whence.inference import superclasses
from whence.namespaces import IDENTITY, OA, PREFIXES, VIEW, WH, bases, is_pack, is_thing, local, prefixed, shorten, spaced
from whence.rdf.terms import closure
from whence.things.names import Match, Names, as_iris

if TYPE_CHECKING:
    from whence.things.claims import Claim

Term = NamedNode | BlankNode | Literal | Triple
_SAME, _IDENTITY = NamedNode(WH + "sameThing"), NamedNode(IDENTITY)
_TITLE, _SPACE = NamedNode(PREFIXES["dcterms"] + "title"), NamedNode("http://rdfs.org/ns/void#uriSpace")
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PREF, _LABEL = NamedNode(PREFIXES["skos"] + "prefLabel"), NamedNode(PREFIXES["rdfs"] + "label")
#: So many claims, names and the like are kept in memory.
_KEPT = 50_000
_ATTESTS = NamedNode(WH + "attests")
_WEIGHTS = "SELECT ?thing (COUNT(*) AS ?claims) { ?claim wh:involves ?thing } GROUP BY ?thing ORDER BY DESC(?claims) ?thing"
_Found = TypeVar("_Found")


#: What a thing or a claim reaches over any number of steps, itself first, derived for queries: faces tell the steps.
CLOSURES = ("belongsTo", "broaderOrSelf", "generalOrSelf", "moreSpecificOrSelf", "withinOrSelf")


@cache
def wh(name: str) -> NamedNode:
    """Return a term of the ontology.

    >>> wh("Claim").value
    'https://w3id.org/whence/ontology#Claim'
    """
    return NamedNode(WH + name)


_DISPLAY, _FILE, _SCHEME, _IDENTIFIER = wh("displayLabel"), wh("fileName"), wh("scheme"), wh("identifierValue")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in words.

    :ivar iri: the thing it is, or an empty text
    :ivar language: of its words where they are a literal's, or an empty text
    """

    text: str
    iri: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of what the graph is made of."""

    claims: int
    positions: int
    passages: int
    documents: int


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What differs between claims.

    :ivar kinds: the IRIs of its kinds, sorted
    :ivar resolution: in words, or an empty text
    :ivar sides: the IRIs of the claims and positions between which it is, sorted
    :ivar claims: these claims, and those of these positions
    """

    iri: str
    gloss: str
    kinds: tuple[str, ...]
    resolution: str
    sides: tuple[str, ...]
    claims: frozenset[str]


class Index:
    """What one graph knows of its things, and the packs that lie in its store beside it.

    Nothing is read before it is asked for; what was read is kept, up to a bound, since the graph does not change.
    Threads may share it. A pickled one leaves its store behind and needs one of the same graph.

    :ivar language: the tag in which names are shown where there are such, or an empty text
    :ivar packs: the named graph of each pack to the title of its catalogue
    """

    def __init__(self, store: Store, language: str = "", *, packs: bool = True) -> None:
        """
        :param packs: whether to read the packs that lie in the store, too
        """
        self.store = store
        self.language = language.lower()
        graphs = [graph for graph in sorted(store.named_graphs(), key=str) if packs and is_pack(graph.value)]
        self.packs = {graph.value: self._told(graph, _TITLE, local(graph.value)) for graph in graphs}
        self._spaces = [(self._told(graph, _SPACE, graph.value + "/"), graph.value) for graph in graphs]
        self._all_spaces = tuple(space for space, _ in self._spaces)
        #: Where what is asserted, or follows from it, stands; the other named graphs are views.
        self.graphs: tuple[DefaultGraph | NamedNode, ...] = (DefaultGraph(), *map(NamedNode, self.packs))
        self.claims: dict[str, Claim] = {}
        self.roles: dict[str, dict[str, list[Value]]] = {}
        self.makers: dict[str, bool] = {}
        self._labels: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._made: dict[str, frozenset[str]] = {}
        self._roles_on: dict[str, tuple[tuple[frozenset[str], str, int], ...]] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._attested: dict[str, tuple[NamedNode, ...]] = {}
        self._positions: dict[str, tuple[NamedNode, ...]] = {}
        self._contested: dict[str, tuple[bool, frozenset[str]]] = {}
        self._same: dict[str, tuple[str, ...]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("store", "answers", "weights")}

    @cached_property
    def answers(self) -> dict[Any, bool]:
        """Whether patterns match, for those who ask for the same ones again and again and fill this in."""
        return {}

    def match(self, subject: NamedNode | BlankNode | None, predicate: NamedNode | None, value: Term | None, view: str = "") -> Iterator[Quad]:
        """Yield the quads of a pattern, of the graph and of its packs.

        :param view: the policy of the views to look in, instead of what is asserted and follows from it
        """
        graphs = self._graphs_of(value if subject is None else subject)
        if view:
            graphs = tuple(NamedNode(f"{graph.value}/view/{view}" if isinstance(graph, NamedNode) else VIEW + view) for graph in graphs)
        found = [self.store.quads_for_pattern(subject, predicate, value, graph) for graph in graphs]
        return found[0] if len(found) == 1 else chain.from_iterable(found)

    def _graphs_of(self, term: Term | None) -> tuple[DefaultGraph | NamedNode, ...]:
        """Return where something is said of a term: a pack speaks of its own things and of shared terms, not of the things of other graphs."""
        if not self.packs or not isinstance(term, NamedNode):
            return self.graphs
        if own := self.pack(term.value):
            return (DefaultGraph(), NamedNode(own))
        return self.graphs[:1] if is_thing(term.value) else self.graphs

    def pack(self, iri: str) -> str:
        """Return the named graph of the pack that a thing, claim or position belongs to, or an empty text."""
        return next((graph for space, graph in self._spaces if iri.startswith(space)), "") if iri.startswith(self._all_spaces) else ""

    def catalogue(self, iri: str) -> str:
        """Return the title of the catalogue that a thing, claim or position belongs to, or an empty text where it is the graph's own."""
        return self.packs.get(self.pack(iri), "")

    def same(self, iri: str) -> tuple[str, ...]:
        """Return the other things that were decided to be the same thing, sorted; may be empty."""
        if not self.packs:
            return ()
        return self.keep(self._same, iri, self._others)

    def _others(self, iri: str) -> tuple[str, ...]:
        return tuple(sorted(quad.object.value for quad in self.store.quads_for_pattern(NamedNode(iri), _SAME, None, _IDENTITY) if quad.object.value != iri))

    def possibly(self, iri: str) -> list[str]:
        """Return the things of which a text, or who looked at them, leaves open whether they are the same thing, sorted; may be empty."""
        quads = chain.from_iterable(self.store.quads_for_pattern(NamedNode(iri), wh("possiblySameAs"), None, graph) for graph in (*self.graphs, _IDENTITY))
        return sorted({quad.object.value for quad in quads} - {iri, *self.same(iri)})

    def main(self, iri: str) -> str:
        """Return the thing that stands for all that are decided to be the same: that of the graph before those of packs, then by IRI."""
        return min((iri, *self.same(iri)), key=lambda one: (self.pack(one), one))

    def find(self, name: str) -> list[Match]:
        """Return the things that have a name, the likeliest first, of things that are the same one; empty when none has.

        :param name: an IRI, a prefixed name, a slug, or what `Names.find` takes
        """
        for iri in as_iris(name):
            if next(self.store.quads_for_pattern(NamedNode(iri), None, None), None) is not None:
                return [Match(iri, name)]
        return sorted(self._apart(self.names.find(name)), key=self._rank)

    def _rank(self, match: Match) -> tuple[int, bool]:
        """Sorts what has a name by how much the name weighs, then things of the graph before those of packs."""
        return match.source, bool(self.pack(match.iri))

    def _apart(self, matches: list[Match]) -> list[Match]:
        """Return matches with the thing that stands for the others in place of those that are the same, at the place of the first."""
        found: dict[str, Match] = {}
        for one in matches:
            iri = self.main(one.iri)
            found.setdefault(iri, Match(iri, one.name, one.source))
        return list(found.values())

    def named(self, name: str) -> list[Match]:
        """Return the things that have a name, the likeliest first; at least one.

        :raises UnknownName: nothing is called so; says what is called nearly so
        """
        name = name.strip()
        matches = self.find(name)
        if matches:
            return matches
        near = ", ".join(f"{self.label(match.iri)} ({shorten(match.iri)})" for match in self.search(name, 3))
        typed = name if len(name) <= 100 else name[:99] + "…"
        fix = f"Did you mean {near}?" if near else f"A label, a printed name, {(prefixed(bases()[0]) or ('id',))[0]}:slug or an IRI would do."
        raise UnknownName(f"Nothing here is called {typed!r}.", fix=fix)

    def homonyms(self, matches: list[Match]) -> list[Match]:
        """Return those matches of which none is likelier than another: things with one label, in the graph or else in its packs; terms left out.

        :param matches: of `find` or `named`
        :returns: several, or none where one is meant before all others
        """
        best = self._rank(matches[0]) if matches else None
        tied = [one for one in matches if self._rank(one) == best and one.source == 0 and not self.is_a(NamedNode(one.iri), "Concept")]
        return tied if len(tied) > 1 else []

    def described(self, iri: str) -> str:
        """Return what tells a thing from others of its name: kinds, first date, and the catalogue that has it, as far as each is known."""
        node = NamedNode(iri)
        dates = sorted(filter(None, (self.value(claim, wh("date")) for claim in self.subjects(wh("work"), node))))
        return ", ".join(filter(None, (*self.kinds(node), *dates[:1], self.catalogue(iri))))

    def search(self, name: str, limit: int) -> list[Match]:
        """Return the things whose names fit a text best, the best first; see `Names.search`."""
        return self._apart(self.names.search(name, limit))

    def quads(self, subject: NamedNode | BlankNode) -> list[Quad]:
        """Return the quads of a subject, sorted by predicate and object."""
        return sorted(self.match(subject, None, None), key=lambda quad: (quad.predicate.value, str(quad.object)))

    def objects(self, subject: NamedNode | BlankNode, predicate: NamedNode) -> list[Term]:
        """Return what a property of a thing has for values, sorted; may be empty."""
        found = [quad.object for quad in self.match(subject, predicate, None)]
        return sorted(found, key=str) if len(found) > 1 else found

    def things(self, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return those values of a property that are things with an IRI, sorted; may be empty."""
        return [term for term in self.objects(subject, predicate) if isinstance(term, NamedNode)]

    def subjects(self, predicate: NamedNode | None, value: Term) -> list[NamedNode]:
        """Return the things that have a value for a property, or for any, each once and sorted; may be empty."""
        found = {quad.subject for quad in self.match(None, predicate, value)}
        return sorted((node for node in found if isinstance(node, NamedNode)), key=str)

    def value(self, subject: NamedNode, predicate: NamedNode) -> str:
        """Return the first value of a property, or an empty text."""
        return next((term.value for term in self.objects(subject, predicate) if isinstance(term, NamedNode | Literal)), "")

    def holds(self, subject: Term, predicate: NamedNode, value: NamedNode) -> bool:
        """Report whether a thing has this value for a property."""
        return isinstance(subject, NamedNode) and next(self.match(subject, predicate, value), None) is not None

    def is_a(self, subject: Term, name: str) -> bool:
        """Report whether a thing is of a class of the ontology."""
        return isinstance(subject, NamedNode) and WH + name in self.keep(self._classes, subject.value, self._classes_of)

    def _classes_of(self, iri: str) -> tuple[str, ...]:
        return tuple(term.value for term in self.things(NamedNode(iri), _TYPE))

    def attested(self, position: NamedNode) -> tuple[NamedNode, ...]:
        """Return the claims that something is a position on, sorted; none where it is no position."""
        return self.keep(self._attested, position.value, lambda _: tuple(self.things(position, _ATTESTS)))

    def positions(self, claim: NamedNode) -> tuple[NamedNode, ...]:
        """Return the positions on a claim, sorted; none where it is no claim."""
        return self.keep(self._positions, claim.value, lambda _: tuple(self.subjects(_ATTESTS, claim)))

    def instances(self, name: str) -> list[NamedNode]:
        """Return the things of a class of the ontology, sorted."""
        return self.subjects(_TYPE, wh(name))

    def label(self, iri: str) -> str:
        """Return the name to show for a thing: in the language of this index, else its display label, else its file name, else its short IRI."""
        return self.name(iri) or shorten(iri)

    def name(self, iri: str) -> str:
        """Return the name of a thing as `label` does, or an empty text when it has none."""
        return self.keep(self._labels, iri, self._name)

    def _name(self, iri: str) -> str:
        node = NamedNode(iri)
        asked = [term for term in self.objects(node, _PREF) if isinstance(term, Literal) and term.language == self.language] if self.language else []
        if asked:
            return asked[0].value
        texts = (self.text(node, predicate) for predicate in (_DISPLAY, _PREF, _LABEL, _FILE))  # a graph that is being written has no display labels yet
        return next(filter(None, texts), "")

    def text(self, subject: NamedNode, predicate: NamedNode) -> str:
        """Return the value of a property that is a text, the English one before others, or an empty text."""
        found = [term for term in self.objects(subject, predicate) if isinstance(term, Literal)]
        return min(found, key=lambda text: (text.language not in ("en", None), text.language or "", text.value)).value if found else ""

    def term(self, term: Term) -> Value:
        """Return a term as a value to show; a thing without a name by the words of its IRI."""
        if isinstance(term, Literal):
            return Value(term.value, language=term.language or "")
        iri = term.value if isinstance(term, NamedNode) else ""
        return Value(self.name(iri) or spaced(local(iri)) if iri else "(unnamed)", iri)

    def words(self, term: Term) -> str:
        """Return a term in words: a literal's text, an identifier's scheme and value, else a label."""
        if isinstance(term, Literal):
            return term.value
        return self.keep(self._words, term.value, self._words_of) if isinstance(term, NamedNode) else "(unnamed)"

    def _words_of(self, iri: str) -> str:
        scheme = self.value(NamedNode(iri), _SCHEME)
        identifier = self.value(NamedNode(iri), _IDENTIFIER) if scheme else ""
        return f"{scheme} {identifier}" if identifier else self.label(iri)

    def classes(self, thing: NamedNode) -> list[str]:
        """Return the IRIs of all classes of a thing, sorted."""
        return list(self.keep(self._classes, thing.value, self._classes_of))

    def special(self, classes: Iterable[str]) -> list[str]:
        """Return those classes that do not follow from others of them."""
        classes = list(classes)
        general = {upper for kind in classes for upper in self.superclasses.get(kind, ())}
        return [kind for kind in classes if kind not in general]

    def kinds(self, thing: NamedNode) -> list[str]:
        """Return the labels of the most special classes of a thing, sorted."""
        return sorted(map(self.label, self.special(self.classes(thing))))

    def within(self, thing: NamedNode) -> list[NamedNode]:
        """Return a thing and everything that is part of it, at any depth, and what is the same as any of these; each once, circles too."""
        return closure([thing], lambda whole: [*self.subjects(wh("partOf"), whole), *map(NamedNode, self.same(whole.value))])

    @cached_property
    def names(self) -> Names:
        """Every form of every name."""
        return Names(self.store, self.graphs)

    @cached_property
    def superclasses(self) -> dict[str, set[str]]:
        """The more general classes of each class."""
        return superclasses(self.store)

    @cached_property
    def counts(self) -> Counts:
        """How many claims, positions, passages and documents there are."""
        classes = (WH + "Claim", WH + "Attestation", OA + "SpecificResource", WH + "Document")
        rows = (self.store.query(f"SELECT (COUNT(*) AS ?n) {{ ?s a <{kind}> }}") for kind in classes)
        return Counts(*(int(next(iter(found))[0].value) for found in rows))

    @cached_property
    def discrepancies(self) -> list[Discrepancy]:
        """All discrepancies, sorted by their gloss."""
        return sorted(map(self.discrepancy, self.instances("Discrepancy")), key=lambda one: (one.gloss, one.iri))

    def discrepancy(self, node: NamedNode) -> Discrepancy:
        """Return what is recorded of one discrepancy."""
        said: dict[str, list[str]] = {}
        for quad in self.quads(node):
            said.setdefault(quad.predicate.value.removeprefix(WH), []).append(quad.object.value)
        sides, resolution = said.get("between", ()), said.get("resolution", ())
        claims = frozenset((self.attested(NamedNode(side)) or (NamedNode(side),))[0].value for side in sides)
        kinds = tuple(said.get("discrepancyKind", ()))
        return Discrepancy(node.value, "".join(said.get("gloss", ())[:1]), kinds, "".join(map(self.name, resolution[:1])), tuple(sides), claims)

    def contested(self, claim: str) -> tuple[bool, frozenset[str]]:
        """Return by the view `contested` whether a claim is affirmed and denied outright, and the claims that compete with it."""
        return self.keep(self._contested, claim, self._read_contested)

    def _read_contested(self, claim: str) -> tuple[bool, frozenset[str]]:
        found: dict[str, list[NamedNode]] = {}
        for quad in self.match(NamedNode(claim), None, None, "contested"):
            found.setdefault(quad.predicate.value.removeprefix(WH), []).append(quad.object)
        moods = (WH + "Fact", WH + "Opinion")
        affirmed = any(self._tells(one) and self.value(one, wh("mood")) in moods for one in found.get("affirmedIn", ()))
        disputed = affirmed and any(map(self._tells, found.get("deniedIn", ())))
        return disputed, frozenset(one.value for one in found.get("competesWith", ()))

    def _tells(self, position: NamedNode) -> bool:
        return not self.holds(position, wh("commitment"), wh("QuestionPremise"))

    def example(self, base: str) -> str:
        """Return the IRI of the work below a base, or else of any, of which most is claimed; an empty text where there is no work."""
        things = (iri for start in (base, "") for iri, _ in self.weights if iri.startswith(start))
        return next((iri for iri in things if self.is_a(NamedNode(iri), "Work")), "")

    @cached_property
    def weights(self) -> list[tuple[str, int]]:
        """The things that claims of the graph itself involve, each with how many do, those with most first; by IRI where as many do."""
        return [(row[0].value, int(row[1].value)) for row in self.store.query(_WEIGHTS, prefixes=PREFIXES)]

    def made(self, agent: str) -> frozenset[str]:
        """Return the works that somebody made, itself or by an office in an organization that did, and what these are part of.

        As the view `maker` has it: somebody affirms the credit outright, and the office that leads to it.
        """
        return self.keep(self._made, agent, self._works_of)

    def _works_of(self, agent: str) -> frozenset[str]:
        makers = [NamedNode(agent)]
        for office in self._outright("Position", makers[0]):
            makers += self.things(office, wh("organization"))
        works = [work for maker in makers for credit in self._outright("Contribution", maker) for work in self.things(credit, wh("work"))]
        return frozenset(work.value for work in closure(works, lambda part: self.things(part, wh("partOf"))))

    def credited(self, agent: str) -> tuple[tuple[frozenset[str], str, int], ...]:
        """Return the credits of somebody: the works of each, the IRI of a role that is stated, and on how many positions it stands."""
        return self.keep(self._roles_on, agent, self._credits_of)

    def _credits_of(self, agent: str) -> tuple[tuple[frozenset[str], str, int], ...]:
        found = []
        for credit in self.subjects(wh("agent"), NamedNode(agent)):
            works = frozenset(work.value for work in self.things(credit, wh("work")))
            roles = [role.value for role in self.things(credit, wh("role")) if role != wh("RoleNotStated")]
            found += [(works, role, len(self.positions(credit))) for role in roles]
        return tuple(found)

    def _outright(self, kind: str, agent: NamedNode) -> list[NamedNode]:
        """Return the claims of a class about an agent that somebody states as a fact."""
        terms = (("polarity", "Affirmed"), ("commitment", "Stated"), ("mood", "Fact"))
        return [
            claim
            for claim in self.subjects(wh("agent"), agent)
            if self.is_a(claim, kind)
            and any(all(self.holds(one, wh(role), wh(value)) for role, value in terms) for one in self.positions(claim))
        ]

    def _told(self, graph: NamedNode, of: NamedNode, otherwise: str) -> str:
        """Return what the graph of a pack says of itself."""
        found = (quad.object for quad in self.store.quads_for_pattern(graph, of, None, graph))
        return next((one.value for one in found if isinstance(one, Literal)), otherwise)

    def keep(self, kept: dict[str, _Found], key: str, read: Callable[[str], _Found], most: int = _KEPT) -> _Found:
        """Return what was kept of a thing, or read it and keep it.

        :param most: of how many things at once
        """
        found = kept.get(key)
        if found is None:
            found = read(key)
            if len(kept) >= most:
                kept.clear()
            kept[key] = found
        return found
