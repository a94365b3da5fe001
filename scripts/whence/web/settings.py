"""What `whence serve` was asked to do."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    :ivar graph: a graph directory, or None for the bundled one
    :ivar base: the address the server is known by, ending in `/`; empty to take it from each request
    :ivar workers: processes for quick queries
    :ivar long_queries: processes for queries that take longer, beside them
    :ivar timeout: seconds a query may take
    :ivar max_rows: rows or triples of one answer
    :ivar max_bytes: bytes of one answer, before compression
    :ivar max_memory: bytes one query may take
    :ivar queue: requests that may wait for a worker
    :ivar allow_service: hosts that SERVICE may call
    :ivar reload: watch the files and serve a changed graph once it is valid
    :ivar ui: serve pages for people
    """

    graph: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    base: str = ""
    workers: int = max(2, os.cpu_count() or 2)
    long_queries: int = max(4, 2 * (os.cpu_count() or 1))
    timeout: float = 30.0
    max_rows: int = 1_000_000
    max_bytes: int = 256 * 1024 * 1024
    max_memory: int = 1024 * 1024 * 1024
    queue: int = 256
    allow_service: tuple[str, ...] = ()
    reload: bool = False
    ui: bool = True

    def to_json(self) -> str:
        """Return the settings as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Return the settings of `to_json`.

        >>> Settings.from_json(Settings(port=1).to_json()).port
        1
        """
        fields = json.loads(text)
        return cls(**{**fields, "allow_service": tuple(fields["allow_service"])})
