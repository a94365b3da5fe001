"""Validates the graph in a process of its own, so that the server goes on answering meanwhile.

Started as `python -m whence.web.process.validating DIRECTORY UI ENDPOINT USER MOST`, all but the last of which may be empty; writes one pickled dictionary: what
`whence.web.graph.Graph.of` takes, of a graph that is valid and kept on disk, or `problem`, `code` and `text` of one that is not.
"""

from __future__ import annotations

import pickle
import signal
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from whence.endpoint import MOST

if TYPE_CHECKING:
    from whence.packs import Opened
    from whence.store.layout import GraphFiles
    from whence.store.snapshot import Snapshot

#: How often a graph is read anew when its files change meanwhile.
_ATTEMPTS = 3
#: What the pages need, beside a snapshot.
_PAGES = "pages"


def judge(directory: str | None, pages: bool = True, endpoint: str = "", user: str = "", most: int = MOST) -> dict[str, Any]:
    """Return the verdict on a graph directory, or on a graph that is served elsewhere.

    :param directory: a graph directory, or None for the bundled one
    :param pages: make what the pages need of it, too
    :param endpoint: the address of a served graph instead, or an empty text
    :param user: for basic authentication there, or an empty text
    :param most: bytes that one answer from there may have
    """
    from whence import export, validation
    from whence.errors import WhenceError
    from whence.rdf import jsonld

    told: list[str] = []
    try:
        files, opened, snapshot = _opened(directory, endpoint, user, most, told)
        if snapshot is None:
            reason = told[0] if told else "The files changed while they were read."
            return {"problem": f"The graph cannot be served. {reason}", "code": 3}
        found = export.context(files)
        context = jsonld.read_context(found) if isinstance(found, str) else found or jsonld.DEFAULT_CONTEXT
        jsonld.Compaction(context, files.context)
        beside = {"packs": opened.packs, "set_aside": opened.set_aside} if opened else {}
        return {
            "digest": opened.digest if opened else files.digest(), "curated": files.digest(), "root": files.root, "context": context, "settings": files.settings,
            "prefixes": files.prefixes, "address": endpoint, **beside, **_derived(snapshot, pages, files, endpoint),
        }  # fmt: skip
    except validation.Refusal as refusal:
        from whence.report import render

        text = render(refusal.report, "text", sources=refusal.sources, limit=20)
        return {"problem": str(refusal), "code": refusal.exit_code, "text": text}
    except WhenceError as error:
        return {"problem": str(error), "code": error.exit_code}


def _opened(directory: str | None, endpoint: str, user: str, most: int, told: list[str]) -> tuple[GraphFiles, Opened | None, Snapshot | None]:
    """Return the files of a graph, what was opened of one of a directory, and the snapshot, which has its packs too.

    :returns: no snapshot because of what was told or because the files change
    """
    from whence import packs
    from whence.store import layout
    from whence.store.snapshot import open_snapshot

    if endpoint:
        from whence.publishing import open_served

        files: GraphFiles = open_served(endpoint, user=user or None, most=most, tell=told.append)[0]
        return files, None, open_snapshot(files.digest())
    for _ in range(_ATTEMPTS):
        files = layout.locate(directory)
        opened = packs.open(files, tell=told.append)
        told[:] = [sentence for sentence in told if not (files.emptiness and sentence.startswith(files.emptiness)) and sentence not in opened.set_aside.values()]
        snapshot = open_snapshot(opened.digest)
        if snapshot is not None or told:
            break
    return files, opened, snapshot


def _derived(snapshot: Snapshot, pages: bool, files: GraphFiles, endpoint: str) -> dict[str, Any]:
    """Return what is worked out of a graph once, so that no worker has to."""
    from whence.store.snapshot import open_snapshot
    from whence.things import Index
    from whence.web import downloads, graph

    store = snapshot.store
    graphs = {"": _count(store, "{ ?s ?p ?o }")}
    graphs |= {name.value: _count(store, f"{{ GRAPH {name} {{ ?s ?p ?o }} }}") for name in sorted(store.named_graphs(), key=str)}
    content = files.digest() if endpoint else downloads.keep_asserted(snapshot.path, files)
    published = graph.record(endpoint or files.root, files.digest(), content, Index(store))
    own = open_snapshot(files.digest())  # that of graph and packs together keeps no findings
    found = {"findings": len((own or snapshot).findings()), "named_graphs": graphs, "versions": published}
    return found | {"pages": _of_pages(snapshot, files) if pages else b""}


def _of_pages(kept: Snapshot, files: GraphFiles) -> bytes:
    """Return what the pages of a graph need, pickled; made once for a snapshot, as long as the sources of whence and the named queries are the same."""
    from whence import catalog
    from whence.store import layout, snapshot

    queries = catalog.load(files)
    told = [files.settings.base, files.settings.file, str(files.prefixes), queries.texts]  # of a served graph these are elsewhere

    def make() -> bytes:
        from whence.ask import Asker
        from whence.web.pages import overview, prepare

        index = prepare(kept.store)
        asker = Asker(index, queries)
        asker.prepare()
        return pickle.dumps((index, overview(index, files.settings), index.example(files.settings.base), asker))

    return snapshot.beside(kept.path, _PAGES, sha256(layout.sources_digest() + "\n".join(told).encode()).digest(), make)


def _count(store: Any, pattern: str) -> int:
    return int(next(iter(store.query(f"SELECT (COUNT(*) AS ?n) {pattern}")))["n"].value)


def main() -> int:
    """Write the verdict."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C is for the server, which says what there is to say
    directory, pages, endpoint, user, most = sys.argv[1:]
    sys.stdout.buffer.write(pickle.dumps(judge(directory or None, bool(pages), endpoint, user, int(most))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
