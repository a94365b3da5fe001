"""The card of one thing: names, kinds, roles, facts, and its claims with everyone's position and passages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Variable

from whence.things.names import label
from whence.inference import superclasses
from whence.namespaces import PREFIXES, WH, shorten

__all__ = ["STANCES", "Card", "Claim", "Position", "card", "stance_of"]

_RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
#: The stances of a claim in the order a card shows them.
STANCES = (
    "disputed", "affirmed", "implied", "hedged", "promotional", "expected", "intended", "wished", "compared",
    "premise", "denied", "not attested",
)  # fmt: skip
_BY_COMMITMENT = {"Stated": "affirmed", "Implied": "implied", "Hedged": "hedged", "Promotional": "promotional", "QuestionPremise": "premise"}
#: Moods in which nothing is said to be so, whoever speaks and however firmly.
_BY_MOOD = {"Prediction": "expected", "Intention": "intended", "Wish": "wished", "Analogy": "compared"}
_AFFIRMING = frozenset(("affirmed", "implied", "hedged", "promotional"))
_NAMING = frozenset(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")) | {PREFIXES["rdfs"] + "label"}
_DERIVED = frozenset(WH + name for name in ("involves", "aboutWork", "document", "start", "end", "moreSpecificThan", "attestedBy"))
_MADE = tuple(NamedNode(WH + name) for name in ("speaker", "ascribedTo", "document"))
_ATTESTS = NamedNode(WH + "attests")
_CLAIM = NamedNode(WH + "Claim")
_IDENTIFIER = (NamedNode(WH + "scheme"), NamedNode(WH + "identifierValue"))
_ATTESTATION = NamedNode(WH + "Attestation")
#: Only what is asserted or follows from it; the named graphs are views.
_GRAPH = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Position:
    """One attestation.

    :ivar stance: one of `STANCES` that a single position can have
    :ivar speaker: the name of whoever says it here, or None
    :ivar details: further roles by short name: mood, mode, ascribedTo, hedge ...
    :ivar passages: document name, start and end offset, in code points
    """

    iri: str
    stance: str
    speaker: str | None
    details: dict[str, str]
    passages: list[tuple[str, int, int]]


@dataclass(slots=True)
class Claim:
    """One claim with everyone's position on it.

    :ivar roles: role name to the names of its fillers
    :ivar stance: one of `STANCES`
    """

    iri: str
    label: str
    kind: str
    roles: dict[str, list[str]]
    positions: list[Position] = field(default_factory=list)

    @property
    def stance(self) -> str:
        """What all positions together come to."""
        found = {position.stance for position in self.positions}
        if "denied" in found and found & _AFFIRMING:
            return "disputed"
        return next((stance for stance in STANCES if stance in found), "not attested")


@dataclass(slots=True)
class Card:
    """What the graph knows about one thing; every list may be empty.

    :ivar names: other names with their language or None, as `skos:altLabel` and as printed
    :ivar kinds: the names of its most special classes
    :ivar facts: property name and value name, of what is asserted of the thing itself
    :ivar roles: role, counterpart, stance, from the contributions it takes part in
    :ivar claims: claims that involve it, or the claim itself
    :ivar made: claims on which it takes a position, or which a document holds
    """

    iri: str
    label: str
    names: list[tuple[str, str | None]]
    kinds: list[str]
    facts: list[tuple[str, str]]
    roles: list[tuple[str, str, str]]
    claims: list[Claim]
    made: list[Claim]


def card(store: Store, iri: str) -> Card:
    """Return the card of a thing; a thing nobody describes has an empty one.

    :param iri: a thing, a claim, an attestation, a document, a term of the ontology
    """
    thing = NamedNode(iri)
    claims = [node for node in _about(store, thing) if _holds(store, node, _RDF_TYPE, _CLAIM)]
    positions = {quad.subject for by in _MADE for quad in store.quads_for_pattern(None, by, thing, _GRAPH)}
    made = {quad.object for node in positions for quad in store.quads_for_pattern(node, _ATTESTS, None, _GRAPH)}
    about = _claims(store, claims)
    return Card(
        iri=iri,
        label=label(store, iri),
        names=_other_names(store, thing),
        kinds=_kinds(store, thing),
        facts=_facts(store, thing),
        roles=_roles(store, thing, about),
        claims=about,
        made=_claims(store, made, positions),
    )


def _holds(store: Store, subject: object, predicate: NamedNode, value: NamedNode) -> bool:
    if isinstance(subject, Literal):
        return False
    return next(store.quads_for_pattern(subject, predicate, value, _GRAPH), None) is not None


def _about(store: Store, thing: NamedNode) -> set[object]:
    """Return what may be a claim about a thing: the thing itself, what it attests, and whatever points at it."""
    attested = {quad.object for quad in store.quads_for_pattern(thing, _ATTESTS, None, _GRAPH)}
    return {thing} | attested | {quad.subject for quad in store.quads_for_pattern(None, None, thing, _GRAPH)}


def _claims(store: Store, nodes: Iterable[object], only: set[object] | None = None) -> list[Claim]:
    """Return claims, sorted by stance, kind and label.

    :param only: the attestations to show, or None for all
    """
    claims = []
    for node in nodes:
        claim = _claim(store, node.value, _properties(store, node))
        attested = [quad.subject for quad in store.quads_for_pattern(None, _ATTESTS, node, _GRAPH)]
        for position in sorted(attested, key=str):
            if only is None or position in only:
                claim.positions.append(_position(store, position.value, _properties(store, position)))
        claims.append(claim)
    return sorted(claims, key=lambda claim: (STANCES.index(claim.stance), claim.kind, claim.label, claim.iri))


def _properties(store: Store, node: object) -> list[tuple[str, object]]:
    """Return predicates and objects of a node, sorted."""
    quads = store.quads_for_pattern(node, None, None, _GRAPH)
    return sorted(((quad.predicate.value, quad.object) for quad in quads), key=lambda pair: (pair[0], str(pair[1])))


def _claim(store: Store, iri: str, properties: Iterable[tuple[str, object]]) -> Claim:
    roles: dict[str, list[str]] = {}
    for predicate, value in properties:
        if predicate.startswith(WH) and predicate not in _DERIVED:
            roles.setdefault(predicate.removeprefix(WH), []).append(_name(store, value))
    kind = ", ".join(_kinds(store, NamedNode(iri))) or "claim"
    shown = label(store, iri)
    if shown == shorten(iri) and roles:
        shown = "; ".join(f"{role}: {', '.join(fillers)}" for role, fillers in roles.items())
    return Claim(iri, shown, kind, roles)


def _position(store: Store, iri: str, properties: Iterable[tuple[str, object]]) -> Position:
    values: dict[str, list[object]] = {}
    for predicate, value in properties:
        if predicate.startswith(WH) and predicate not in _DERIVED:
            values.setdefault(predicate.removeprefix(WH), []).append(value)
    polarity = {getattr(term, "value", "").removeprefix(WH) for term in values.pop("polarity", [])}
    commitment = [getattr(term, "value", "").removeprefix(WH) for term in values.pop("commitment", [])]
    moods = [getattr(term, "value", "").removeprefix(WH) for term in values.get("mood", [])]
    stance = stance_of("Denied" in polarity, commitment[0] if commitment else "Stated", moods[0] if moods else "Fact")
    speaker = ", ".join(_name(store, term) for term in values.pop("speaker", [])) or None
    passages = [place for term in values.pop("passage", []) if (place := _passage(store, term))]
    values.pop("attests", None)
    details = {role: ", ".join(_name(store, term) for term in terms) for role, terms in values.items()}
    if stance in ("denied", *_BY_MOOD.values()) and commitment and commitment[0] != "Stated":
        details = {"commitment": _BY_COMMITMENT.get(commitment[0], commitment[0]), **details}
    return Position(iri, stance, speaker, details, sorted(passages))


def stance_of(denied: bool, commitment: str, mood: str) -> str:
    """Return the stance of one position, one of `STANCES`.

    :param commitment: the local name of a `wh:Commitment`
    :param mood: the local name of a `wh:Mood`

    >>> stance_of(False, "Stated", "Wish"), stance_of(True, "Hedged", "Fact"), stance_of(True, "QuestionPremise", "Fact")
    ('wished', 'denied', 'premise')
    """
    if commitment == "QuestionPremise":  # a question that takes a claim for untrue denies nothing
        return "premise"
    if denied:
        return "denied"
    return _BY_MOOD.get(mood) or _BY_COMMITMENT.get(commitment, "affirmed")


def _passage(store: Store, passage: object) -> tuple[str, int, int] | None:
    if not isinstance(passage, NamedNode):
        return None
    rows = store.query(
        "SELECT ?passage ?document ?start ?end WHERE "
        "{ ?passage oa:hasSource ?document ; oa:hasSelector ?s . ?s oa:start ?start ; oa:end ?end }",
        prefixes=PREFIXES,
        substitutions={Variable("passage"): passage},
    )
    for row in rows:
        return (label(store, row["document"].value), int(row["start"].value), int(row["end"].value))
    return None


def _kinds(store: Store, thing: NamedNode) -> list[str]:
    """Return the labels of the most special classes of a thing, sorted."""
    types = {quad.object.value for quad in store.quads_for_pattern(thing, _RDF_TYPE, None, _GRAPH) if isinstance(quad.object, NamedNode)}
    general = {upper for kind in types for upper in _superclasses(store).get(kind, ())}
    return sorted(label(store, kind) for kind in types - general)


_known_hierarchy: list[tuple[Store, dict[str, set[str]]]] = []


def _superclasses(store: Store) -> dict[str, set[str]]:
    if not _known_hierarchy or _known_hierarchy[0][0] is not store:
        _known_hierarchy[:] = [(store, superclasses(store))]
    return _known_hierarchy[0][1]


def _other_names(store: Store, thing: NamedNode) -> list[tuple[str, str | None]]:
    rows = store.query(
        "SELECT DISTINCT ?thing ?name WHERE { { ?thing skos:prefLabel|skos:altLabel ?name } "
        "UNION { ?naming wh:entity ?thing ; wh:printedForm ?name } }"
        " ORDER BY LANG(?name) ?name",
        prefixes=PREFIXES,
        substitutions={Variable("thing"): thing},
    )
    shown = label(store, thing.value)
    names = [(row["name"].value, row["name"].language) for row in rows]
    return list(dict.fromkeys(entry for entry in names if entry[0] != shown))


def _facts(store: Store, thing: NamedNode) -> list[tuple[str, str]]:
    """Return what is said of the thing itself; its part in claims and attestations is shown with these."""
    facts = set()
    for quad in store.quads_for_pattern(thing, None, None, _GRAPH):
        predicate = quad.predicate.value
        if predicate == _RDF_TYPE.value or predicate in _NAMING or predicate in _DERIVED:
            continue
        if not any(_holds(store, quad.object, _RDF_TYPE, kind) for kind in (_CLAIM, _ATTESTATION)):
            facts.add((_name(store, quad.predicate), _name(store, quad.object)))
    return sorted(facts)


def _roles(store: Store, thing: NamedNode, claims: Iterable[Claim]) -> list[tuple[str, str, str]]:
    """Return the roles of contributions: for an agent what it did on which work, for a work who did it."""
    own = label(store, thing.value)
    found: dict[tuple[str, str, str], None] = {}
    for claim in claims:
        if "role" in claim.roles and "agent" in claim.roles:
            others = [name for role in ("agent", "work", "part", "character") for name in claim.roles.get(role, []) if name != own]
            found[(", ".join(claim.roles["role"]), ", ".join(others), claim.stance)] = None
    return sorted(found)


def _name(store: Store, term: object) -> str:
    """Return a term in words: a literal's text, an identifier's scheme and value, else a label."""
    if isinstance(term, Literal):
        return term.value
    values = [next(store.quads_for_pattern(term, part, None, _GRAPH), None) for part in _IDENTIFIER]
    if all(values):
        return " ".join(quad.object.value for quad in values)
    return label(store, term.value) if isinstance(term, NamedNode) else "(unnamed)"
