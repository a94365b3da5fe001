"""Positions: who affirms or denies a claim, how firmly, in what mood, and where; and the stance that all positions on a claim together come to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from whence.namespaces import OA, WH, spaced
from whence.rdf.terms import whole_number
from whence.things.index import Index, Value, wh

#: Stance to its sign, its words and what it means, in the order in which one of a claim's positions decides; the
#: signs keep stances apart without colour.
STANCES = {
    "disputed": ("◩", "disputed", "Somebody affirms it and somebody denies it."),
    "makers": ("●", "affirmed by makers", "Somebody who made the work states it outright, as fact or as their opinion."),
    "press": ("○", "affirmed by others only", "Stated outright, but by nobody who made the work: by the press, or by people about what they did not make."),
    "catalogue": ("□", "affirmed by a catalogue", "A catalogue records it; no article here states it outright."),
    "hedged": ("◐", "hedged", "Affirmed with words that take some of it back."),
    "implied": ("◌", "implied", "Nobody says it; what is said entails it."),
    "promotional": ("◇", "promotional", "Affirmed in the language of promotion only."),
    "denied": ("✕", "denied", "Somebody denies it and nobody affirms it."),
    "intended": ("△", "intended", "Put forward as what somebody means or meant to do, not as what is so."),
    "expected": ("▷", "expected", "Put forward as what will be, not as what is so."),
    "wished": ("☆", "wished for", "Put forward as what somebody would like, not as what is so."),
    "compared": ("≈", "in an analogy", "A comparison that explains something else, not meant as what is so."),
    "premise": ("?", "premise of a question only", "A question takes it for granted; nobody confirms it."),
    "unattested": ("·", "no position", "Nobody takes a position on it here."),
}
#: Those in which something is stated outright, the firmest first.
OUTRIGHT = ("makers", "press", "catalogue")
#: Those in which something is said to be so, however firmly, and those of claims that say nothing of what is so.
AFFIRMING = frozenset((*OUTRIGHT, "hedged", "implied", "promotional"))
SILENT = frozenset(("denied", "unattested", "premise"))
_BY_COMMITMENT = {"Hedged": "hedged", "Implied": "implied", "Promotional": "promotional"}
#: Moods in which nothing is said to be so, whoever speaks and however firmly.
_BY_MOOD = {"Prediction": "expected", "Intention": "intended", "Wish": "wished", "Analogy": "compared"}


def stance_of(denied: bool, commitment: str, mood: str, maker: bool = False) -> str:
    """Return the stance of one position, one of `STANCES`.

    :param commitment: the local name of a `wh:Commitment`
    :param mood: the local name of a `wh:Mood`
    :param maker: whether it is taken by somebody who made the work

    >>> stance_of(False, "Stated", "Wish"), stance_of(True, "Hedged", "Fact"), stance_of(True, "QuestionPremise", "Fact")
    ('wished', 'denied', 'premise')
    """
    if commitment == "QuestionPremise":  # a question that takes a claim for untrue denies nothing
        return "premise"
    if denied:
        return "denied"
    return _BY_MOOD.get(mood) or _BY_COMMITMENT.get(commitment) or ("makers" if maker else "press")


def together(stances: Collection[str], disputed: bool = False) -> str:
    """Return what positions of these stances come to.

    :param disputed: whether the claim is disputed through a more specific or a more general one

    >>> together(["hedged", "denied"]), together(["wished", "denied", "premise"]), together([])
    ('disputed', 'denied', 'unattested')
    """
    if disputed or ("denied" in stances and not AFFIRMING.isdisjoint(stances)):
        return "disputed"
    return next((stance for stance in STANCES if stance in stances), "unattested")


_ABOUT_WORK = wh("aboutWork")
_SOURCE, _SELECTOR, _START, _END = (NamedNode(OA + name) for name in ("hasSource", "hasSelector", "start", "end"))
#: What is put forward in the moods in which nothing is said to be so.
_MOODS = {"Intention": "an intention", "Prediction": "a prediction", "Wish": "a wish", "Analogy": "an analogy"}


#: Whose outright affirmations make plain triples, each with a view of its name.
POLICIES = ("maker", "press", "any")


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """Where in which document, in code points of its text, the end exclusive."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Details:
    """What is told of a position where it is shown in full; an empty text where nothing is.

    :ivar mode: the local name of a `wh:Mode`
    :ivar hedge: the words that take some of it back
    :ivar printed: the forms that are printed
    :ivar answer: the local name of a `wh:AnswerStance`
    :ivar question: the IRI of the question it stands in or answers
    :ivar supporters: the IRIs of those whom it names as standing behind it
    """

    mode: str
    hedge: tuple[str, ...]
    printed: tuple[str, ...]
    answer: str
    question: str
    supporters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """One attestation: somebody's position on one claim at one place.

    :ivar commitment: the local name of a `wh:Commitment`, or an empty text, which is as good as `Stated`
    :ivar mood: the local name of a `wh:Mood`, or an empty text, which is as good as `Fact`
    :ivar speaker: the IRI of whoever says it here, or an empty text
    :ivar ascribed: the IRIs of those whose position it is said to be, when not the speaker's
    :ivar passages: in the order of documents and text
    """

    iri: str
    claim: str
    denied: bool
    commitment: str
    mood: str
    speaker: str
    ascribed: tuple[str, ...]
    passages: tuple[Passage, ...]
    details: Details
    _index: Index = field(repr=False, compare=False)

    @property
    def maker(self) -> bool:
        """Whether it is the speaker's own, and the speaker made a work that its claim is about."""
        return self._index.keep(self._index.makers, self.iri, self._is_of_maker)

    def _is_of_maker(self, _: str) -> bool:
        made = self._index.made(self.speaker) if self.speaker and not self.ascribed else ()
        return bool(made) and any(work.value in made for work in self._index.things(NamedNode(self.claim), _ABOUT_WORK))

    @property
    def stance(self) -> str:
        """The stance this position alone would give its claim."""
        stance = stance_of(self.denied, self.commitment, self.mood, self.maker)
        return "catalogue" if stance == "press" and self._index.pack(self.iri) else stance

    @property
    def speaker_name(self) -> str:
        """The name of the speaker, or an empty text."""
        return self._index.label(self.speaker) if self.speaker else ""

    @property
    def ascribed_to(self) -> list[Value]:
        """Those whose position it is said to be, with their names."""
        return [self._index.term(NamedNode(iri)) for iri in self.ascribed]

    @property
    def supported_by(self) -> list[Value]:
        """Those whom it names as standing behind it, with their names."""
        return [self._index.term(NamedNode(iri)) for iri in self.details.supporters]

    def licensed(self, policy: str) -> bool:
        """Report whether, being an affirmation, it makes a plain triple in the view of a policy, one of `POLICIES`."""
        if self.commitment != "Stated":
            return False
        if policy == "press":
            return self.mood in ("Fact", "Opinion") and bool(self.speaker) and self._index.is_a(NamedNode(self.speaker), "Journalist")
        return policy == "any" or (self.mood == "Fact" and self.maker)

    @property
    def verb(self) -> str:
        """What the speaker does with the claim."""
        if self.commitment == "QuestionPremise":
            return "takes for untrue" if self.denied else "takes for granted"
        return "denies" if self.denied else f"puts forward as {_MOODS[self.mood]}" if self.mood in _MOODS else "affirms"

    @property
    def words(self) -> str:
        """Commitment, mood and mode in words, as far as they say more than the verb and the plain case."""
        return self.beyond("Stated", "Fact")

    def beyond(self, *plain: str) -> str:
        """Return commitment, mood and mode in words, as far as they say more than the verb and what goes without saying."""
        said = self.stance != "denied" and self.mood in _MOODS
        told = (self.commitment, "" if said else self.mood, self.details.mode)
        return ", ".join(spaced(word) for word in told if word and word not in plain)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        ascribed = [{"iri": value.iri, "name": value.text} for value in self.ascribed_to]
        supporters = [{"iri": value.iri, "name": value.text} for value in self.supported_by]
        passages = [{"document": one.document, "start": one.start, "end": one.end} for one in self.passages]
        return {
            "iri": self.iri, "stance": self.stance, "verb": self.verb, "polarity": "Denied" if self.denied else "Affirmed",
            "commitment": self.commitment or "Stated", "mood": self.mood or "Fact", "mode": self.details.mode,
            "speaker": {"iri": self.speaker, "name": self.speaker_name, "maker": self.maker} if self.speaker else None,
            "ascribedTo": ascribed, **({"supportedBy": supporters} if supporters else {}), "hedge": list(self.details.hedge), "passages": passages,
        }  # fmt: skip

    @property
    def places(self) -> list[tuple[str, Passage]]:
        """Its passages, each behind the citation of its document; in the order of documents and text."""
        return [(self._index.label(one.document), one) for one in self.passages]


def read(index: Index, node: NamedNode, claim: str) -> Position:
    """Return one position on a claim."""
    said: dict[str, list[str]] = {}
    for quad in index.match(node, None, None):
        said.setdefault(quad.predicate.value.removeprefix(WH), []).append(getattr(quad.object, "value", ""))

    def every(name: str) -> tuple[str, ...]:
        return tuple(sorted(said.get(name, ())))

    def first(*names: str) -> str:
        return next((min(said[name]) for name in names if name in said), "")

    commitment, mood, mode, stance = (first(name).removeprefix(WH) for name in ("commitment", "mood", "mode", "answerStance"))
    details = Details(mode, every("hedge"), every("printedAs"), stance, first("inQuestion", "answers"), every("supportedBy"))
    passages: tuple[Passage, ...]
    if all(len(every(name)) == 1 for name in ("document", "start", "end")):
        passages = tuple(_passages(first("document"), first("start"), first("end")))
    else:
        passages = tuple(sorted(place for one in every("passage") for place in passages_of(index, NamedNode(one))))
    denied = WH + "Denied" in every("polarity")
    return Position(node.value, claim, denied, commitment, mood, first("speaker"), every("ascribedTo"), passages, details, index)


def passages_of(index: Index, passage: NamedNode) -> list[Passage]:
    """Return the places a passage selects, sorted; none where it does not say."""
    found = []
    for selector in index.things(passage, _SELECTOR):
        document, start, end = index.value(passage, _SOURCE), index.value(selector, _START), index.value(selector, _END)
        found += _passages(document, start, end)
    return sorted(found)


def _passages(document: str, start: str, end: str) -> list[Passage]:
    """Return the passage of a document; none where start or end is no number, as in a graph that nobody has validated."""
    first, last = whole_number(start), whole_number(end)
    return [] if not document or first is None or last is None else [Passage(document, first, last)]
