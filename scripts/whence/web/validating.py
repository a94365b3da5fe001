"""Judges the graph in a process of its own, so that the front goes on answering meanwhile.

Started as `python -m whence.web.validating DIRECTORY`; prints one JSON object: `digest`, `root`, `context` and
`findings` of a graph that is valid and kept on disk, or `problem` and `report` (HTML) and `text` of one that is not.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

__all__ = ["judge", "main"]

#: How often a graph is read anew when its files change meanwhile.
_ATTEMPTS = 3


def judge(directory: str | None) -> dict[str, Any]:
    """Return the verdict on a graph directory as a plain record.

    :param directory: a graph directory, or None for the bundled one
    """
    from whence import validation
    from whence.store import layout
    from whence.errors import WhenceError
    from whence.store.snapshot import open_snapshot

    told: list[str] = []
    try:
        for _ in range(_ATTEMPTS):
            files = layout.locate(directory)
            digest = files.digest()
            validation.open(files, tell=told.append)
            snapshot = open_snapshot(digest)
            if snapshot is not None or told:
                break
        if snapshot is None:
            reason = told[0] if told else "The files changed while they were read."
            return {"problem": f"The graph cannot be served. {reason}", "code": 3}
        context = files.context if os.path.isfile(files.context) else ""
        findings = len(snapshot.findings())
        return {"digest": digest, "root": files.root, "context": context, "findings": findings}
    except validation.Refusal as refusal:
        return _refused(refusal)
    except WhenceError as error:
        return {"problem": str(error), "code": error.exit_code}


def _refused(refusal: Any) -> dict[str, Any]:
    from whence.report import render

    def rendered(form: str) -> str:
        return render(refusal.report, form, sources=refusal.sources, limit=20)

    return {"problem": str(refusal), "code": refusal.exit_code, "report": rendered("html"), "text": rendered("text")}


def main() -> int:
    """Print the verdict."""
    json.dump(judge(sys.argv[1] or None), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
