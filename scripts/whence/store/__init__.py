"""The graph on disk: where its files stand, the fingerprint of all of them, and validated snapshots."""
