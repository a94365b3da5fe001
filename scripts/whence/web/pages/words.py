"""The words pages use for classes of claims, stances and positions."""

from __future__ import annotations

import re

__all__ = ["HEADINGS", "STANCES", "heading", "local", "spaced"]

#: Class of claim to the heading of its group, in the order pages show them.
HEADINGS = {
    "Contribution": "Who made it",
    "Casting": "Voices and performances",
    "Position": "Offices held",
    "Classification": "What it is",
    "Release": "Releases",
    "ThemeUse": "Songs in use",
    "Influence": "Influences",
    "Likeness": "Likenesses",
    "Blend": "Blends",
    "Recommendation": "Recommendations",
    "Naming": "Names as printed",
    "WorldFact": "Facts of the story",
    "Quantity": "Numbers",
    "Relation": "Relations",
    "Statement": "Opinions, intentions, methods",
}
#: Stance of a claim to its sign, its label and what it means; the signs keep stances apart without colour.
STANCES = {
    "disputed": ("◩", "disputed", "Somebody affirms it and somebody denies it."),
    "makers": ("●", "affirmed by makers", "Somebody who made the work states it outright, as fact or as their opinion."),
    "press": ("○", "affirmed by press only", "Stated outright, but by nobody who made the work."),
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


def heading(kind: str) -> str:
    """Return the heading of a class of claims.

    >>> heading("Casting"), heading("SomethingNew")
    ('Voices and performances', 'Something new')
    """
    return HEADINGS.get(kind, spaced(kind).capitalize())


def local(iri: str) -> str:
    """Return the last part of an IRI.

    >>> local("https://w3id.org/whence/ontology#Claim"), local("https://w3id.org/whence/vocab/role/director")
    ('Claim', 'director')
    """
    return iri.rpartition("#")[2].rpartition("/")[2]


def spaced(name: str) -> str:
    """Return the words of a name in camel case or with hyphens.

    >>> spaced("QuestionPremise"), spaced("voice-actor")
    ('question premise', 'voice actor')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("-", " ").lower()
