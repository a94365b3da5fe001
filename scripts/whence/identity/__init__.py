"""Which names mean one thing: proposals with score and reason, decisions of people, and the clusters that follow."""
from __future__ import annotations

from whence.identity.decisions import COLUMNS, CROSSED, VERDICTS, Decision, Decisions, decided, decisions, fill, missing, parse, triples, write
from whence.identity.proposing import TIERS, Proposal, Proposals, Source, Thing, proposals, things

__all__ = [
    "COLUMNS", "CROSSED", "TIERS", "VERDICTS", "Decision", "Decisions", "Proposal", "Proposals", "Source", "Thing", "decided", "decisions", "fill",
    "missing", "parse", "proposals", "things", "triples", "write",
]  # fmt: skip
