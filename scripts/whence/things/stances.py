"""Stances: what a position, and what all positions on a claim together, come to."""

from __future__ import annotations

from collections.abc import Collection

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
