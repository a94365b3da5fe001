"""HTTP itself: connections, requests, negotiation, caching, problems."""
