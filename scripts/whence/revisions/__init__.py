"""States of a graph: two of them compared as people read them, and what two curators changed brought together."""

from __future__ import annotations

from whence.revisions.changes import Change, Revision, compare, read, surroundings

__all__ = ["Change", "Revision", "compare", "read", "surroundings"]
