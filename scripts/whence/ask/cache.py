"""What every question needs of a graph, kept beside its snapshot from one command to the next."""

from __future__ import annotations

import pickle
from hashlib import sha256

from pyoxigraph import Store

from whence.ask import Asker
from whence.catalog import Catalog
from whence.store import layout, snapshot
from whence.store.layout import GraphFiles
from whence.things import Index

_QUESTIONS = "questions"


def cached_asker(files: GraphFiles, store: Store, queries: Catalog) -> Asker:
    """Return what answers questions about a graph with its packs; made once for a snapshot, as long as the sources of whence and the queries are the same.

    :param store: the validated graph with its packs
    """
    path = snapshot.path_of(store)
    if path is None:
        return Asker(Index(store), queries)

    def make() -> bytes:
        asker = Asker(Index(store), queries)
        asker.prepare()
        return pickle.dumps(asker)

    key = sha256(layout.sources_digest() + f"{files.prefixes}\n{queries.texts}".encode()).digest()
    kept: Asker = pickle.loads(snapshot.beside(path, _QUESTIONS, key, make))
    kept.reads(store)
    return kept
