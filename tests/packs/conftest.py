"""A graph that is valid, beside which packs are made."""

from __future__ import annotations

from pathlib import Path

import packed
import pytest
from own_graphs import git

__all__ = ["git", "own_graph"]


@pytest.fixture
def own_graph(tmp_path: Path) -> Path:
    """The graph of `own_graphs`, with digests as they have to be."""
    return packed.valid_graph(tmp_path / "g")
