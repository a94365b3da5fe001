"""What the graph knows about one thing: found by any of its names, laid out as a card."""

from __future__ import annotations

from whence.explain.card import Card, Claim, Position, card, stance_of
from whence.explain.names import Match, find, label, plain, suggest

__all__ = ["Card", "Claim", "Match", "Position", "card", "find", "label", "plain", "stance_of", "suggest"]
