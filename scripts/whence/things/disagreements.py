"""Disagreements: who affirms what others deny, where values, speakers, aspects and times differ, and what is recorded of it.

They are found by a walk from the claims of a thing, so that what it costs depends on the thing and not on the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from pyoxigraph import NamedNode

from whence.namespaces import PREFIXES, WH
from whence.things import claims as all_claims, sentences
from whence.things.claims import Claim, load
from whence.things.dates import agree
from whence.rdf.terms import closure
from whence.things.index import Discrepancy, Index, wh
from whence.things.influence import COMPARISONS, edges_of
from whence.things.positions import AFFIRMING, Position

#: Kind to its heading and its weight; the weightiest first.
KINDS = {
    "polarity": ("Affirmed and denied", 100),
    "aspect": ("Depends on what is meant", 80),
    "attribution": ("The same words under different speakers", 60),
    "value": ("Several values", 50),
    "role": ("Several roles", 40),
    "degree": ("Said more and less firmly", 30),
    "supposed": ("Supposed, and denied", 25),
    "as-of": ("Overtaken, or true at another time", 20),
    "internal": ("One document at odds with itself", 10),
    "spelling": ("Spelling", 0),
}
#: Kinds of recorded discrepancies to ours.
_RECORDED = {
    "Attribution": "attribution", "Value": "value", "Role": "role", "Aspect": "aspect", "Scope": "aspect", "Degree": "degree", "AsOf": "as-of",
    "Internal": "internal", "Spelling": "spelling",
}  # fmt: skip
_SAME_WORDS, _SUPERSEDED, _BETWEEN = map(wh, ("sameWordingAs", "supersededBy", "between"))
_PART_OF, _IN_WORLD, _WORLD_OF, _INVOLVES, _ABOUT_WORK, _COMPETES = map(wh, ("partOf", "inWorld", "worldOf", "involves", "aboutWork", "competesWith"))
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
#: The roles that only claims of influence and likeness have, and that of a blend, which others have too.
_TARGETS, _SUBJECT = (wh("influenced"), wh("compared")), wh("subject")
#: So many sides that affirm, and that deny, are told in a sentence.
_TOLD = 3
#: Modes in which the words are those of whoever writes the document.
_WRITTEN = frozenset(("Narration", "Headline", "Caption", "EditorialInsertion"))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One disagreement.

    :ivar kind: one of `KINDS`
    :ivar sides: the claims, each with the positions that are on this side; at least one, those that affirm first
    :ivar sentence: the whole of it in a plain sentence
    :ivar weight: for sorting: of its kind, more where somebody denies, makers take part, documents differ and many speak
    :ivar recorded: the discrepancies that the graph records of it; their glosses are the curator's words
    """

    kind: str
    sides: tuple[Claim, ...]
    sentence: str
    weight: int
    recorded: tuple[Discrepancy, ...] = ()

    @property
    def trivial(self) -> bool:
        """Whether it is a matter of spelling alone."""
        return self.kind == "spelling"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object, with every position of every side."""
        recorded = [{"iri": one.iri, "gloss": one.gloss, "resolution": one.resolution} for one in self.recorded]
        return {
            "kind": self.kind, "heading": KINDS[self.kind][0], "trivial": self.trivial, "weight": self.weight, "sentence": self.sentence,
            "sides": [side.as_dict() for side in self.sides], "recorded": recorded,
        }  # fmt: skip


def about(index: Index, iri: str) -> list[Disagreement]:
    """Return the disagreements about a thing, the weightiest first; may be empty.

    :param iri: a work (with its parts and the world of its story, and what was decided to be the same), a person or group (what they say too), a document, a claim,
        a position, a recorded discrepancy, or any other thing
    """
    node = NamedNode(iri)
    if index.is_a(node, "Discrepancy"):
        claims = set(index.discrepancy(node).claims)
    else:
        one_thing = [NamedNode(one) for one in (iri, *index.same(iri))]
        claims = {one.value for of in (_INVOLVES, _ABOUT_WORK) for thing in one_thing for one in index.subjects(of, thing)}
        claims |= {one.value for one in (node, *index.attested(node)) if index.is_a(one, "Claim")}
        positions = [one for role in ("speaker", "ascribedTo", "document") for thing in one_thing for one in index.subjects(wh(role), thing)]
        claims |= {claim.value for one in positions for claim in index.attested(one)}
    found = _Search(index, claims, _home(index, index.main(iri))).run()
    return [one for one in found if iri in {record.iri for record in one.recorded}] if index.is_a(node, "Discrepancy") else found


def everywhere(index: Index) -> list[Disagreement]:
    """Return the disagreements of the whole graph, the weightiest first; may be empty."""
    claims = {quad.subject.value for quad in index.match(None, None, None, "contested")}
    for role in (_SAME_WORDS, _SUPERSEDED):
        claims |= {claim.value for quad in index.match(None, role, None) for claim in index.attested(quad.subject)}
    for node in index.instances("Discrepancy"):
        claims |= index.discrepancy(node).claims
    for denial in index.subjects(wh("polarity"), wh("Denied")):
        claims |= {claim.value for claim in index.attested(denial)}
    return _Search(index, claims).run()


def kinds_of(record: Discrepancy) -> list[str]:
    """Return those of `KINDS` that a recorded discrepancy is of, the weightiest first, a document at odds with itself last; at least one."""
    kinds = [_RECORDED.get(kind.removeprefix(WH).removesuffix("Discrepancy"), "internal") for kind in record.kinds]
    return sorted(kinds, key=lambda one: (one == "internal", -KINDS[one][1])) or ["internal"]


def _home(index: Index, iri: str) -> str:
    """Return the work that a thing is part of, or whose story it belongs to; itself where there is none."""

    def above(node: NamedNode) -> list[NamedNode]:
        worlds = index.things(node, _IN_WORLD)
        return [*index.things(node, _PART_OF), *(work for world in [node, *worlds] for work in index.things(world, _WORLD_OF))]

    return closure([NamedNode(iri)], above)[-1].value


class _Search:
    """The search among some claims; claims beyond them are looked at where one of these leads there."""

    def __init__(self, index: Index, claims: Iterable[str], home: str = "") -> None:
        self._index = index
        self._home = home
        self._homes: dict[str, str] = {}
        self._iris = sorted(claims)
        self._claims = list(map(NamedNode, self._iris))
        self._own = frozenset(self._iris)

    def run(self) -> list[Disagreement]:
        found = [*self._denied(), *self._aspects(), *self._attributions(), *self._values(), *self._superseded()]
        found = self._with_records(found)
        return sorted(found, key=lambda one: (-one.weight, one.sentence, one.sides[0].iri))

    def _having(self, nodes: list[NamedNode], role: NamedNode | None, value: NamedNode | None = None, view: str = "") -> list[NamedNode]:
        """Return those of some nodes that are subjects of a pattern, looked for one by one where more triples have it than there are nodes."""
        few = list(islice(self._index.match(None, role, value, view), len(nodes) + 1))
        if len(few) > len(nodes):
            return [node for node in nodes if any(self._index.match(node, role, value, view))]
        found = {quad.subject for quad in few}
        return [node for node in nodes if node in found]

    def _positions_having(self, role: NamedNode, at: str = "subject") -> list[NamedNode]:
        """Return the positions on the claims that may stand in triples of a property, as `_having` does."""
        few = list(islice(self._index.match(None, role, None), len(self._claims) + 1))
        if len(few) > len(self._claims):
            return self._every
        return [node for node in sorted({getattr(quad, at) for quad in few}, key=str) if self._is_own(node)]

    def _is_own(self, node: NamedNode) -> bool:
        """Report whether something is one of the claims, or a position on one."""
        return node.value in self._own or any(claim.value in self._own for claim in self._index.attested(node))

    @cached_property
    def _every(self) -> list[NamedNode]:
        """Every position on the claims."""
        return [node for claim in self._claims for node in self._index.positions(claim)]

    def _make(self, kind: str, sides: Iterable[Claim], sentence: str, recorded: tuple[Discrepancy, ...] = ()) -> Disagreement:
        sides = tuple(sides)
        positions = [position for side in sides for position in side.positions]
        documents = {passage.document for position in positions for passage in position.passages}
        speakers = {position.speaker for position in positions}
        denied = any(one.stance == "denied" for one in positions)
        settled = any(one.resolution != "kept both" for one in recorded)
        weight = KINDS[kind][1] + 15 * denied - 20 * settled + 10 * any(one.maker for one in positions) + 3 * min(len(documents), 3) + min(len(speakers), 5)
        return Disagreement(kind, sides, f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.", weight, recorded)

    def _side(self, claim: str, keep: Callable[[Position], bool]) -> Claim:
        """Return a claim with those of its positions that are on one side."""
        whole = load(self._index, claim)
        return replace(whole, positions=tuple(filter(keep, whole.positions)), partial=True)

    def _said(self, sides: Iterable[Claim]) -> str:
        """Return the sentence of sides: of many, the first that affirm and the first that deny."""
        sides = [side for side in sides if side.positions]
        denied = [side for side in sides if side.stance == "denied"]
        told = [side for side in sides if side not in denied][:_TOLD] + denied[:_TOLD]
        more = len(sides) - len(told)
        return sentences.said(self._index, told) + (f"; and {more} more" if more else "")

    def _denied(self) -> Iterator[Disagreement]:
        """Claims that somebody affirms, puts forward or takes for granted, and somebody denies, by the view `contested`."""
        found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        for node in self._having(self._claims, None, view="contested"):
            sides: dict[str, set[str]] = {}
            for quad in self._index.match(node, None, None, "contested"):
                sides.setdefault(quad.predicate.value, set()).add(quad.object.value)
            if WH + "affirmedIn" in sides and WH + "deniedIn" in sides:
                found[node.value] = frozenset(sides[WH + "affirmedIn"]), frozenset(sides[WH + "deniedIn"])
        for iri, (affirmations, denials) in found.items():
            wider = [other for other, (yes, no) in found.items() if affirmations <= yes and denials <= no and (other, yes, no) != (iri, affirmations, denials)]
            if any((len(found[other][0]) + len(found[other][1]), other) > (len(affirmations) + len(denials), iri) for other in wider):
                continue  # told with the claim that meets all of these positions
            yield from self._dispute(iri, affirmations, denials)

    def _dispute(self, iri: str, affirmations: frozenset[str], denials: frozenset[str]) -> Iterator[Disagreement]:
        bearing = affirmations | denials
        claims = {claim.value for one in bearing for claim in self._index.attested(NamedNode(one))}
        sides = [self._side(claim, lambda one: one.iri in affirmations) for claim in sorted(claims, key=lambda one: (one != iri, one))]
        sides += [self._side(claim, lambda one: one.iri in denials) for claim in sorted(claims, key=lambda one: (one == iri, one))]
        sides = [side for side in sides if side.positions]
        denied = any(one.stance == "denied" for side in sides for one in side.positions)
        if denied:
            voices = [{_owner(one): None for side in sides for one in side.positions if wanted(one.stance)} for wanted in (AFFIRMING.__contains__, "denied".__eq__)]
            both = [self._index.label(speaker) for speaker, *others in voices[0] if speaker and not others and (speaker,) in voices[1]]
            told = f"; {sentences.listed(both)} {'says' if len(both) == 1 else 'say'} both" if both else ""
            yield self._make("polarity" if voices[0] else "supposed", sides, self._said(sides) + told)

    def _aspects(self) -> Iterator[Disagreement]:
        """Works and sources of which one likeness, blend or influence is affirmed and another one denied."""
        index = self._index
        own = {node.value for kind in COMPARISONS for node in self._having(self._claims, _TYPE, wh(kind))}
        homes = {self._home_of(edge.target.iri) for iri in own for edge in edges_of(load(index, iri))}
        parts = {part for home in sorted(homes) for part in index.within(NamedNode(home))}
        known = own | {claim.value for part in parts for role in _TARGETS for claim in index.subjects(role, part)}
        known |= {claim.value for part in parts for claim in index.subjects(_SUBJECT, part) if index.is_a(claim, "Blend")}
        pairs: dict[tuple[str, str], dict[str, Claim]] = {}
        for claim in (load(index, iri) for iri in sorted(known)):
            for edge in edges_of(claim):
                pair = self._home_of(edge.target.iri), self._home_of(edge.source.iri)
                if pair[0] != pair[1]:
                    pairs.setdefault(pair, {})[claim.iri] = claim
        if any(self._home in pair for pair in pairs):  # a blend has other sources too
            pairs = {pair: claims for pair, claims in pairs.items() if self._home in pair}
        for _, claims in sorted(pairs.items()):
            if not own.intersection(claims):
                continue
            affirmed = [claim for claim in claims.values() if claim.stance in AFFIRMING]
            denied = [claim for claim in claims.values() if claim.stance == "denied"]
            if affirmed and denied:
                order = {"makers": 0, "press": 1, "catalogue": 2}
                affirmed.sort(key=lambda claim: (order.get(claim.stance, 3), claim.label))
                sides = [self._side(claim.iri, lambda one: one.stance in AFFIRMING) for claim in affirmed]
                sides += [self._side(claim.iri, lambda one: one.stance == "denied") for claim in denied]
                yield self._make("aspect", sides, self._said(sides))

    def _home_of(self, iri: str) -> str:
        return self._index.keep(self._homes, iri, lambda _: _home(self._index, iri))

    def _attributions(self) -> Iterator[Disagreement]:
        """Words that one document gives to one speaker and another one to another; the longest passage stands for those it holds."""
        twins: dict[tuple[str, ...], list[tuple[Position, Position]]] = {}
        for node in self._positions_having(_SAME_WORDS):
            for other in self._index.things(node, _SAME_WORDS):
                one, two = (self._position(iri) for iri in sorted((node.value, other.value)))
                if one and two and _owner(one) != _owner(two) and not any(_is_written(position) for position in (one, two)):
                    key = tuple(text for position in (one, two) for text in (position.passages[0].document, *_owner(position)))
                    twins.setdefault(key, []).append((one, two))
        for _, pairs in sorted(twins.items()):
            pairs.sort(key=lambda pair: (pair[0].passages[0].start, -pair[0].passages[0].end, pair[0].iri))
            groups: list[list[tuple[Position, Position]]] = []
            end = -1
            for pair in dict.fromkeys(pairs):
                passage = pair[0].passages[0]
                if passage.start >= end:
                    groups.append([])
                groups[-1].append(pair)
                end = max(end, passage.end)
            yield from map(self._attribution, groups)

    def _attribution(self, pairs: list[tuple[Position, Position]]) -> Disagreement:
        index = self._index
        (one, other), *_ = sorted(pairs, key=lambda pair: pair[0].passages[0].start - pair[0].passages[0].end)
        chosen = {position.iri for pair in pairs for position in pair}
        claims = dict.fromkeys(position.claim for pair in pairs for position in (pair[0], pair[1]))
        told = [f"under {sentences.listed(sentences.speakers(index, [position])[0])} ({sentences.places(index, [position])})" for position in (one, other)]
        sides = [self._side(claim, lambda position: position.iri in chosen) for claim in claims]
        first = next(side for side in sides if side.iri == one.claim)
        return self._make("attribution", sides, f"the same words stand {' and '.join(told)}: {first.label}")

    def _position(self, iri: str) -> Position | None:
        claims = self._index.attested(NamedNode(iri))
        return next((one for claim in claims for one in load(self._index, claim.value).positions if one.iri == iri), None)

    def _values(self) -> Iterator[Disagreement]:
        """Claims that fill one slot with different values, each affirmed in a document of its own."""
        index = self._index
        seen: set[str] = set()
        for iri in (node.value for node in self._having(self._claims, _COMPETES, view="contested")):
            if iri in seen or not index.contested(iri)[1]:
                continue
            rivals = closure([NamedNode(iri)], lambda one: [NamedNode(other) for other in sorted(index.contested(one.value)[1])])
            seen |= {one.value for one in rivals}
            sides = [self._side(one.value, lambda position: not position.denied) for one in rivals]
            sides.sort(key=lambda side: (-len(side.positions), side.label))
            kind = "spelling" if all(side.kind == "Naming" for side in sides) else "value"
            values = [value.text for side in sides for value in side.roles.get("date", ())]
            alike = len(values) == len(sides) and all(agree(one, other) for one, other in combinations(values, 2))
            yield self._make(kind, sides, self._said(sides) + ("; these dates do not exclude each other" if alike else ""))

    def _superseded(self) -> Iterator[Disagreement]:
        """What a document says and a later one overtakes."""
        index = self._index
        earlier: dict[str, set[NamedNode]] = {}
        overtaken = [node for node in self._positions_having(_SUPERSEDED) if index.things(node, _SUPERSEDED)]
        for node in self._positions_having(_SUPERSEDED, "object"):
            overtaken += index.subjects(_SUPERSEDED, node)
        for old in overtaken:
            for claim in index.attested(old):
                earlier.setdefault(claim.value, set()).add(old)
        for iri, old_ones in sorted(earlier.items()):
            early = {one.value for one in old_ones}
            later = {one.value for node in old_ones for one in index.things(node, _SUPERSEDED)}
            first = self._side(iri, lambda one, old=early: one.iri in old)  # type: ignore[misc]
            claims = sorted({claim.value for one in later for claim in index.attested(NamedNode(one))})
            sides = [self._side(claim, lambda one, new=later: one.iri in new) for claim in claims]  # type: ignore[misc]
            more = f"; and {len(sides) - _TOLD} more" if len(sides) > _TOLD else ""
            sentence = f"{sentences.said(index, [first])}; overtaken, since {sentences.said(index, sides[:_TOLD])}{more}"
            yield self._make("as-of", [first, *sides], sentence)

    def _with_records(self, found: list[Disagreement]) -> list[Disagreement]:
        """Return disagreements with what the graph records of them, and those that are recorded alone."""
        index = self._index
        few = list(islice(index.match(None, _BETWEEN, None), len(self._claims) + 1))
        if len(few) > len(self._claims):
            few = [quad for node in (*self._claims, *self._every) for quad in index.match(None, _BETWEEN, node)]
        records = {quad.subject for quad in few if self._is_own(quad.object)}
        bearing = list(map(_bearing, found))
        for record in map(index.discrepancy, sorted(records, key=str)):
            kinds = kinds_of(record)
            sides = set(record.sides)
            place = next((n for n, one in enumerate(found) if one.kind in (*kinds, "polarity") and len(bearing[n] & sides) > 1), None)
            if place is None:
                found.append(self._make(kinds[0], all_claims.between(index, record), record.gloss or record.iri, (record,)))
                bearing.append(_bearing(found[-1]))
            else:
                found[place] = replace(found[place], recorded=(*found[place].recorded, record))
        return found


def _owner(position: Position) -> tuple[str, ...]:
    """Return whose words a position's are."""
    return position.ascribed or (position.speaker,)


def _is_written(position: Position) -> bool:
    """Report whether the words are the document's own, or nobody can tell where they stand."""
    return position.details.mode in _WRITTEN or not position.passages


def _bearing(disagreement: Disagreement) -> set[str]:
    return {iri for side in disagreement.sides for iri in (side.iri, *(one.iri for one in side.positions))}
