"""The graph of `own_graphs`."""

from __future__ import annotations

from own_graphs import own_graph

__all__ = ["own_graph"]
