"""What the graph knows about one thing: found by any of its names, laid out as a card."""

from __future__ import annotations

from whence.things.card import Card, card, Claim, Position, stance_of
from whence.things.names import find, label, Match, plain, suggest

__all__ = ["Card", "Claim", "Match", "Position", "card", "find", "label", "plain", "stance_of", "suggest"]
