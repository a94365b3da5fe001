"""Packs: catalogues beside the curated graph, each a graph of its own in `triples/packs/NAME/`, never mixed into its files.

    from whence import packs
    from whence.store import layout
    opened = packs.open(layout.locate(), ["madb"])

A pack has a manifest (`whence.packs.manifest`), its things, claims and attestations in `data/*.ttl`, and is judged as every
graph is, on the model that comes with whence. One that fails is set aside and told of, and keeps nobody from asking the rest.
The validated graph and its packs stand together in one store (`whence.packs.combining`): the default graph is the curated one's,
each pack is a named graph, and `dataset` returns what a query sees that names packs.
"""

from __future__ import annotations

from whence.packs.choosing import ALL, chosen, found, speak
from whence.packs.combining import Opened, dataset, open
from whence.packs.manifest import Manifest
from whence.packs.pack import Pack

__all__ = ["ALL", "Manifest", "Opened", "Pack", "chosen", "dataset", "found", "open", "speak"]
