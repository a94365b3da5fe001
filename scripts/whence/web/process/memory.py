"""The memory of a process, watched from outside: retired early, told of its limit, killed in the end."""

from __future__ import annotations

import os
from dataclasses import dataclass

_PAGE = os.sysconf("SC_PAGE_SIZE")


def private_bytes(process: int) -> int:
    """Return the bytes of memory that are a process's own, files and shared memory left out; 0 when it is gone."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as stream:
            fields = stream.read().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE if len(fields) > 2 else 0


@dataclass(slots=True)
class Watch:
    """The watch over one process.

    :ivar limit: bytes its queries may take
    :ivar base: bytes it had before the first query
    :ivar stage: what it was told last
    """

    process: int
    limit: int
    base: int = 0
    stage: str = ""

    def look(self) -> str:
        """Return what has to be done about the process now, each once: `retire`, `stop`, `kill`, or nothing.

        At half of its limit it takes no more connections, so that it is alone when it reaches the limit; then its queries
        are answered that they need too much. A process that cannot even do that is killed at twice the limit.
        """
        taken = private_bytes(self.process) - self.base
        stages = ("", "retire", "stop", "kill")
        reached = stages[sum((taken > self.limit // 2, taken > self.limit, taken > 2 * self.limit))]
        if stages.index(reached) <= stages.index(self.stage):
            return ""
        self.stage = reached
        return reached
