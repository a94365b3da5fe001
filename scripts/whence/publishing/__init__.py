"""A validated graph put where larger engines find it: in another SPARQL store, or in tables of Parquet; and fetched from there."""

from __future__ import annotations

from whence.publishing.from_store import Served, endpoint_at, open_served, open_server
from whence.publishing.parquet import Written, write
from whence.publishing.to_store import DEFAULT, MANIFEST, STAGING, Manifest, Published, publish

__all__ = ["DEFAULT", "MANIFEST", "STAGING", "Manifest", "Published", "Served", "Written", "endpoint_at", "open_served", "open_server", "publish", "write"]
