"""Validates the graph in a process of its own, so that the server goes on answering meanwhile.

Started as `python -m whence.web.process.validating DIRECTORY [ui]`; writes one pickled dictionary: the fields of
`whence.web.graph.Graph` but the catalogue and the store, of a graph that is valid and kept on disk, or `problem`, `code` and `text`
of one that is not.
"""

from __future__ import annotations

import pickle
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whence.store.layout import GraphFiles
    from whence.store.snapshot import Snapshot

__all__ = ["judge", "main"]

#: How often a graph is read anew when its files change meanwhile.
_ATTEMPTS = 3


def judge(directory: str | None, pages: bool = True) -> dict[str, Any]:
    """Return the verdict on a graph directory.

    :param directory: a graph directory, or None for the bundled one
    :param pages: make what the pages need of it, too
    """
    from whence import export, validation
    from whence.errors import WhenceError
    from whence.rdf import jsonld
    from whence.store import layout
    from whence.store.snapshot import open_snapshot

    told: list[str] = []
    try:
        for _ in range(_ATTEMPTS):
            files = layout.locate(directory)
            digest = files.digest()
            validation.open(files, tell=lambda sentence: told.append(sentence) if sentence != validation.EMPTY else None)
            snapshot = open_snapshot(digest)
            if snapshot is not None or told:
                break
        if snapshot is None:
            reason = told[0] if told else "The files changed while they were read."
            return {"problem": f"The graph cannot be served. {reason}", "code": 3}
        found = export.context(files)
        context = jsonld.read_context(found) if isinstance(found, str) else found or jsonld.DEFAULT_CONTEXT
        jsonld.compacted([], context, files.context)
        return {"digest": digest, "root": files.root, "context": context, "settings": files.settings, "prefixes": files.prefixes, **_derived(snapshot, pages, files)}
    except validation.Refusal as refusal:
        from whence.report import render

        text = render(refusal.report, "text", sources=refusal.sources, limit=20)
        return {"problem": str(refusal), "code": refusal.exit_code, "text": text}
    except WhenceError as error:
        return {"problem": str(error), "code": error.exit_code}


def _derived(snapshot: Snapshot, pages: bool, files: GraphFiles) -> dict[str, Any]:
    """Return what is worked out of a graph once, so that no worker has to."""
    store = snapshot.store
    graphs = {"": _count(store, "{ ?s ?p ?o }")}
    graphs |= {name.value: _count(store, f"{{ GRAPH {name} {{ ?s ?p ?o }} }}") for name in sorted(store.named_graphs(), key=str)}
    from whence.things import Index
    from whence.web import downloads, versions
    from whence.web.pages import prepare

    index = prepare(store) if pages else None
    published = versions.record(files.root, files.digest(), downloads.keep_asserted(snapshot.path, files), index or Index(store))
    example = (index or Index(store)).example(files.settings.base)
    return {"findings": len(snapshot.findings()), "named_graphs": graphs, "index": index, "versions": published, "example": example}


def _count(store: Any, pattern: str) -> int:
    return int(next(iter(store.query(f"SELECT (COUNT(*) AS ?n) {pattern}")))["n"].value)


def main() -> int:
    """Write the verdict."""
    sys.stdout.buffer.write(pickle.dumps(judge(sys.argv[1] or None, "ui" in sys.argv[2:])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
