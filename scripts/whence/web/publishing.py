"""The graph that is being served, and exchanging it for a newer one while requests go on."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from typing import Any

from whence.store import layout
from whence.errors import InputError, WhenceError
from whence.store.snapshot import open_snapshot, Snapshot
from whence.web.observing import Observer
from whence.web.pool import Notes, Pool
from whence.web.remembering import Memory
from whence.web.settings import Settings

__all__ = ["Published", "Refused", "judged", "publish", "stamp"]


class Refused(WhenceError):
    """The files do not make a graph that can be served.

    :ivar text: the report as text, or empty
    :ivar report: the report as an HTML page, or empty
    """

    def __init__(self, verdict: dict[str, Any]) -> None:
        super().__init__(verdict["problem"])
        self.exit_code = int(verdict.get("code", 1))
        self.text: str = verdict.get("text", "")
        self.report: str = verdict.get("report", "")


class Published:
    """One validated graph with its workers and what was remembered of its answers.

    :ivar digest: of everything that went into the graph
    :ivar root: the graph directory
    :ivar findings: how many findings it has; none is a violation
    :ivar since: when it went live, in seconds since 1970
    :ivar seen: the `stamp` of its files before they were read
    :ivar kept: whatever else was derived from it once, by name
    """

    def __init__(
        self, verdict: dict[str, Any], snapshot: Snapshot, settings: Settings, observer: Observer, seen: tuple[object, ...] = ()
    ) -> None:
        self.seen = seen
        self.digest: str = verdict["digest"]
        self.root: str = verdict["root"]
        self.context: str = verdict["context"]
        self.findings: int = verdict["findings"]
        self.since = time.time()
        self.pool = Pool(self.digest, self.context, settings, self._note)
        self.memory = Memory()
        self._observer = observer
        self.kept: dict[str, Any] = {}
        self._snapshot = snapshot

    def _note(self, notes: Notes, hits: int) -> None:
        self.memory.hits += hits
        self._observer.note_lent(notes)

    async def close(self) -> None:
        """End the workers once they are done and let the snapshot be pruned."""
        await self.pool.close()
        self._snapshot.close()


async def judged(directory: str | None) -> dict[str, Any]:
    """Return the verdict of `whence.web.validating`, reached in a process of its own."""
    command = [sys.executable, "-m", "whence.web.validating", directory or ""]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE)
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    try:
        verdict: dict[str, Any] = json.loads(out)
    except ValueError:
        return {"problem": "The process that validates the graph failed.", "code": 1}
    return verdict


async def publish(settings: Settings, observer: Observer) -> Published:
    """Validate the graph, or find it validated already, and start its workers.

    :param observer: told what workers answer by themselves
    :raises Refused: when it has violations or cannot be read or kept
    """
    seen = stamp(settings.graph)  # before the files are read: what changes from now on is seen as a change
    verdict = await judged(settings.graph)
    snapshot = open_snapshot(verdict["digest"]) if "digest" in verdict else None
    if snapshot is None:
        raise Refused(verdict if "problem" in verdict else {"problem": "The validated graph disappeared.", "code": 3})
    published = Published(verdict, snapshot, settings, observer, seen)
    await published.pool.start()
    return published


def stamp(directory: str | None) -> tuple[object, ...]:
    """Return what changes when a file of the graph does: names, sizes, times; cheap enough for polling."""
    try:
        files = layout.locate(directory)
    except InputError as error:
        return (str(error),)
    found: list[object] = []
    for path in [*files.ontology, *files.shapes, *files.data, *files.queries, files.context]:
        try:
            state = os.stat(path)
        except OSError:
            continue
        found.append((path, state.st_size, state.st_mtime_ns, state.st_ino))
    return tuple(found)
