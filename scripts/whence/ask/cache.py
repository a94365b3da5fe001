"""What every question needs of a graph, kept in the cache from one command to the next."""

from __future__ import annotations

import pickle
from hashlib import sha256

from pyoxigraph import Store

from whence.ask import Asker
from whence.catalog import Catalog
from whence.store import cache, fingerprint
from whence.store.snapshot import KEEP
from whence.store.layout import GraphFiles
from whence.things import Index

_FOLDER = "questions"


def cached_asker(files: GraphFiles, digest: str, store: Store, queries: Catalog) -> Asker:
    """Return what answers questions about a graph with its packs; of each directory the last state that was asked is kept, as long as it is among those asked last.

    It is kept where `cache` reads nothing that anybody but this user can have written, so it is to be believed as much as the sources are.

    :param digest: of everything that is in the store
    :param store: the validated graph with its packs
    """
    key = sha256(files.engine_digest(every=True) + f"{digest} {files.prefixes}\n{queries.texts}".encode()).digest()
    name = fingerprint.name(files)
    held = cache.recall(_FOLDER, name) or b""
    if held.startswith(key):
        asker: Asker = pickle.loads(held[len(key) :])
        asker.reads(store)
        return asker
    asker = Asker(Index(store), queries)
    asker.prepare()
    if folder := cache.remember(_FOLDER, name, key + pickle.dumps(asker)):
        cache.leave_newest(folder, KEEP)
    return asker
