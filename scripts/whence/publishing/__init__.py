"""A validated graph put where larger engines find it: in another SPARQL store, or in tables of Parquet."""

from __future__ import annotations

from whence.publishing.filling import MANIFEST, STAGING, Published, publish
from whence.publishing.parquet import Written, write

__all__ = ["MANIFEST", "STAGING", "Published", "Written", "publish", "write"]
