"""The fixtures of `own_graphs`."""

from __future__ import annotations

from own_graphs import git, own_graph

__all__ = ["git", "own_graph"]
