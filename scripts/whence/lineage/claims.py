"""Influence claims as a walk sees them: who was influenced by whom, and how firmly anybody says so."""

from __future__ import annotations

from whence.namespaces import PREFIXES, WH, shorten

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["COMMITMENTS", "Claims", "Step"]

#: The commitments of an affirmation, strongest first.
COMMITMENTS = ("Stated", "Hedged", "Implied", "Promotional", "QuestionPremise")
_WALKED_MOODS = (WH + "Fact", WH + "Opinion")


class Step:
    """One influence claim between two things.

    :ivar claim: its IRI
    :ivar influenced: what was influenced
    :ivar influencer: what influenced it
    :ivar aspect: in what, or None
    :ivar commitment: the strongest with which anybody affirms it, one of `COMMITMENTS`, or None when nobody does
    :ivar denied: whether anybody denies it
    :ivar attestations: all attestations that bear on it, sorted
    """

    __slots__ = ("aspect", "attestations", "claim", "commitment", "denied", "influenced", "influencer")

    def __init__(self, claim: str, influenced: str, influencer: str, aspect: str | None) -> None:
        self.claim = claim
        self.influenced = influenced
        self.influencer = influencer
        self.aspect = aspect
        self.commitment: str | None = None
        self.denied = False
        self.attestations: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Step({shorten(self.influenced)} < {shorten(self.influencer)}, {self.commitment}{', denied' if self.denied else ''})"

    @property
    def strength(self) -> int:
        """How firmly it is affirmed, for comparing; 0 when nobody affirms it."""
        return len(COMMITMENTS) - COMMITMENTS.index(self.commitment) if self.commitment else 0


class Claims:
    """The influence claims of a store, read where a walk comes by."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def within(self, thing: str) -> list[str]:
        """Return a thing and everything that is part of it, at any depth; each once, circles too."""
        found = [thing]
        for whole in found:
            found += [part for part in self._subjects(WH + "partOf", whole) if part not in found]
        return found

    def influences(self, thing: str, forward: bool) -> list[str]:
        """Return the claims that this very thing was influenced, or (forward) that it influenced; sorted."""
        role = "influencer" if forward else "influenced"
        claims = self._subjects(WH + role, thing)
        return [claim for claim in claims if WH + "Influence" in self._objects(claim, PREFIXES["rdf"] + "type")]

    def step(self, claim: str) -> Step:
        """Return a claim with everybody's position on it.

        A more specific claim that is affirmed affirms this one, a more general one that is denied denies it.
        """
        ends = [next(iter(self._objects(claim, WH + role)), None) for role in ("influenced", "influencer", "aspect")]
        step = Step(claim, ends[0] or "", ends[1] or "", ends[2])
        bearing: set[str] = set()
        strongest = len(COMMITMENTS)
        for other in self._closure(claim, to_specific=True):
            for attestation in self._positions(other, "Affirmed"):
                bearing.add(attestation)
                strongest = min(strongest, self._commitment(attestation))
        for other in self._closure(claim, to_specific=False):
            denials = self._positions(other, "Denied")
            step.denied = step.denied or bool(denials)
            bearing.update(denials)
        step.commitment = COMMITMENTS[strongest] if strongest < len(COMMITMENTS) else None
        step.attestations = tuple(sorted(bearing))
        return step

    def _closure(self, claim: str, to_specific: bool) -> list[str]:
        """The claim and all more specific (or more general) ones."""
        found = [claim]
        for one in found:
            near = self._subjects(WH + "moreSpecificThan", one) if to_specific else self._objects(one, WH + "moreSpecificThan")
            found += [other for other in near if other not in found]
        return found

    def _positions(self, claim: str, polarity: str) -> list[str]:
        attestations = self._subjects(WH + "attests", claim)
        return [one for one in attestations if WH + polarity in self._objects(one, WH + "polarity")]

    def _commitment(self, attestation: str) -> int:
        """Where its commitment stands among `COMMITMENTS`; behind them all when its mood is not one to walk on."""
        moods = self._objects(attestation, WH + "mood")
        if moods and not any(mood in _WALKED_MOODS for mood in moods):
            return len(COMMITMENTS)
        names = [iri.removeprefix(WH) for iri in self._objects(attestation, WH + "commitment")]
        return min((COMMITMENTS.index(name) for name in names if name in COMMITMENTS), default=len(COMMITMENTS))

    def _subjects(self, predicate: str, target: str) -> list[str]:
        from pyoxigraph import DefaultGraph, NamedNode

        quads = self._store.quads_for_pattern(None, NamedNode(predicate), NamedNode(target), DefaultGraph())
        return sorted(quad.subject.value for quad in quads)

    def _objects(self, subject: str, predicate: str) -> list[str]:
        from pyoxigraph import DefaultGraph, NamedNode

        quads = self._store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None, DefaultGraph())
        return sorted(quad.object.value for quad in quads)
