"""Steps: one claim between two things, with everybody's position on it, and what a policy makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from pyoxigraph import NamedNode

from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.things import Index, Position, positions
from whence.rdf.terms import closure
from whence.things.index import wh
from whence.things.positions import POLICIES, together

#: The commitments of an affirmation, strongest first.
COMMITMENTS = ("Stated", "Hedged", "Implied", "Promotional", "QuestionPremise")
#: Which roles of a class of claims are the ends of a step, and the role that says in what, where it has one.
ENDS = {
    "Influence": ("influencer", "influenced", "aspect"),
    "Adaptation": ("basis", "derivative", ""),
    "Contribution": ("agent", "work", "role"),
    "Position": ("agent", "organization", "office"),
}
#: The classes of claims that say where a thing comes from, and the words for those that have no aspect.
SOURCES = {"Influence": "", "Adaptation": "based on"}
_WALKED_MOODS = ("", "Fact", "Opinion")
_SPECIFIC = wh("moreSpecificThan")


@dataclass(frozen=True)
class Step:
    """One claim between two things.

    :ivar kind: `Influence` or `Adaptation`; on a path also `Contribution` (castings too) or `Position`
    :ivar source: the IRI of what influenced, of what something is based on, or of who contributed or holds an office
    :ivar target: the IRI of what was influenced or is based on it, of the work, or of the organization
    :ivar aspect: the IRI of the aspect, role or office, or an empty text
    :ivar commitment: the strongest with which anybody affirms it as fact or opinion, one of `COMMITMENTS`; under a policy
        `Stated` where the policy licenses it; None otherwise
    :ivar positions: all that bear on it, sorted by IRI: affirmations of it and of more specific claims, denials of it and of
        more general ones
    :ivar crossed: the IRIs that the claim itself has at its ends where `source` and `target` are those of the same things elsewhere
    """

    claim: str
    kind: str
    source: str
    target: str
    aspect: str
    commitment: str | None
    positions: tuple[Position, ...]
    crossed: tuple[str, ...]
    _index: Index = field(repr=False, compare=False)

    @property
    def contested(self) -> bool:
        """Whether somebody denies it; the question that takes it for untrue denies nothing."""
        return any(one.denied and one.commitment != "QuestionPremise" for one in self.positions)

    @property
    def stance(self) -> str:
        """What all positions on it together come to, one of `whence.things.STANCES`."""
        return together([one.stance for one in self.positions])

    @property
    def strength(self) -> int:
        """How firmly it is affirmed, for comparing; 0 when it is not."""
        return len(COMMITMENTS) - COMMITMENTS.index(self.commitment) if self.commitment else 0

    def rank(self, makers: bool = True) -> tuple[int, bool, bool, int]:
        """Return what compares steps by their support: firmness, no denial, a maker's word, the number of affirmations.

        :param makers: whether to look who made the work
        """
        affirming = [one for one in self.positions if not one.denied]
        return (self.strength, not self.contested, makers and any(one.stance == "makers" for one in affirming), len(affirming))

    @property
    def aspect_name(self) -> str:
        """The aspect, role or office in words, `based on` for an adaptation; an empty text where none is stated."""
        return SOURCES.get(self.kind, "") if not self.aspect or self.aspect.endswith("NotStated") else self._index.label(self.aspect)

    @property
    def manner(self) -> str:
        """In what, or as what, in words; an empty text where it is not stated."""
        if not self.aspect_name or self.kind == "Adaptation":
            return self.aspect_name
        return f"{'in' if self.kind == 'Influence' else 'as'} {self.aspect_name}"

    @property
    def catalogue(self) -> str:
        """The title of the catalogue whose claim it is, or an empty text where it is the graph's own."""
        return self._index.catalogue(self.claim)

    @cached_property
    def speakers(self) -> list[str]:
        """The IRIs of those who say it or deny it, sorted."""
        return sorted({one.speaker for one in self.positions if one.speaker})

    @cached_property
    def documents(self) -> list[str]:
        """The IRIs of the documents in which they do, sorted."""
        return sorted({place.document for one in self.positions for place in one.passages})


#: The readers of an index by policy, so that what was read is read once.
_READERS: WeakKeyDictionary[Index, dict[str | None, Reader]] = WeakKeyDictionary()
#: Beyond so many steps a reader is left and another begun.
_KEPT = 50_000


def reader(index: Index, policy: str | None = None) -> Reader:
    """Return the reader of an index under a policy.

    :param policy: one of `POLICIES`, or None to take every affirmation, however firm
    :raises UsageError: there is no such policy
    """
    if policy is not None and policy not in POLICIES:
        hint = meant(policy, POLICIES)
        raise UsageError(f"There is no policy {policy!r}.", fix=f"{hint + ' ' if hint else ''}There are {', '.join(POLICIES)}.")
    readers = _READERS.setdefault(index, {})
    if policy not in readers or len(readers[policy].steps) > _KEPT:
        readers[policy] = Reader(index, policy)
    return readers[policy]


class Reader:
    """Reads the steps of one graph under one policy, each once.

    :ivar steps: those that were read, by claim
    """

    def __init__(self, index: Index, policy: str | None) -> None:
        self.index = index
        self.policy = policy
        self.steps: dict[str, Step] = {}
        self._read: dict[tuple[str, str, str], list[Step]] = {}
        self._inside: dict[str, frozenset[str]] = {}

    def inside(self, thing: str) -> frozenset[str]:
        """Return the IRIs of a thing and of everything that is part of it, and of what was decided to be the same."""
        return self.index.keep(self._inside, thing, lambda _: frozenset(node.value for node in self.index.within(NamedNode(thing))))

    def at(self, thing: str, kind: str, end: str) -> list[Step]:
        """Return the steps of a class with a thing, or a part of it, at one end; best supported first, unaffirmed ones last.

        :param kind: a key of `ENDS`
        :param end: the role of that end
        """
        key = (thing, kind, end)
        if key not in self._read:
            self._read[key] = self.ranked({claim for node in self.inside(thing) for claim in self.index.subjects(wh(end), NamedNode(node))}, kind)
        return self._read[key]

    def ranked(self, nodes: Iterable[NamedNode], kind: str) -> list[Step]:
        """Return the steps that those claims of a class are that have both ends; best supported first, unaffirmed ones last.

        :param kind: a key of `ENDS`
        """
        found = [self._step(node, kind) for node in nodes if self.index.is_a(node, kind)]
        ends = Counter((step.source, step.target) for step in found)
        kept = [
            # who made the work is looked up only where it decides which of several claims is shown
            ((*(-value for value in step.rank(ends[step.source, step.target] > 1)), step.claim), step)
            for step in found
            if step.source and step.target
        ]
        return [step for _, step in sorted(kept, key=lambda one: one[0])]

    def _step(self, node: NamedNode, kind: str) -> Step:
        """Return a claim with everybody's position on it.

        A more specific claim that is affirmed affirms this one, a more general one that is denied denies it.
        """
        if node.value not in self.steps:
            *ends, aspect = (self.index.value(node, wh(role)) if role else "" for role in ENDS[kind])
            source, target = (self.index.main(end) if end else "" for end in ends)
            crossed = tuple(end for end, main in zip(ends, (source, target), strict=True) if end != main)
            specific = closure([node], lambda one: self.index.subjects(_SPECIFIC, one))
            general = closure([node], lambda one: self.index.things(one, _SPECIFIC))
            taken = {one: self._positions(one) for one in {*specific, *general}}
            affirmed = [one for claim in specific for one in taken[claim] if not one.denied]
            denied = [one for claim in general for one in taken[claim] if one.denied]
            bearing = {one.iri: one for one in affirmed + denied}
            commitment = self._commitment(affirmed, denied)
            self.steps[node.value] = Step(
                node.value, kind, source, target, aspect, commitment, tuple(bearing[iri] for iri in sorted(bearing)), crossed, self.index
            )
        return self.steps[node.value]

    def _positions(self, node: NamedNode) -> tuple[Position, ...]:
        if node.value in self.index.claims:
            return self.index.claims[node.value].positions
        return tuple(positions.read(self.index, one, node.value) for one in self.index.positions(node))

    def _commitment(self, affirmed: list[Position], denied: list[Position]) -> str | None:
        if self.policy is not None:
            licensed = any(one.licensed(self.policy) for one in affirmed) and not (self.policy == "maker" and any(map(self._by_maker, denied)))
            return "Stated" if licensed else None
        said = {one.commitment for one in affirmed if one.mood in _WALKED_MOODS}
        return next((commitment for commitment in COMMITMENTS if commitment in said), None)

    def _by_maker(self, one: Position) -> bool:
        """Report whether a denial is spoken by somebody who made a work that its claim is about, for whomever."""
        made = self.index.made(one.speaker) if one.speaker else ()
        return any(work.value in made for work in self.index.things(NamedNode(one.claim), wh("aboutWork")))
