"""HTTP itself: connections, requests, negotiation, caching, problems."""

from __future__ import annotations
