"""The words pages use for classes of claims, stances and positions."""

from __future__ import annotations

import re

__all__ = ["HEADINGS", "heading", "local", "spaced"]

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
