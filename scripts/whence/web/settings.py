"""What `whence serve` was asked to do, and the bounds it keeps."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass

from whence.endpoint import MOST

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server; the fields from `quick_seconds` on have no option of the command.

    :ivar graph: a graph directory, or None for the bundled one
    :ivar endpoint: the address of a served graph, which is served instead, or empty
    :ivar user: for basic authentication there, or empty
    :ivar max_fetch: bytes that one answer from there may have
    :ivar base: the address the server is known by, ending in `/`; empty to take it from each request
    :ivar workers: processes that accept connections
    :ivar long_queries: queries that may run longer than `quick_seconds` at once, all processes together
    :ivar timeout: seconds a query may take
    :ivar page_seconds: seconds a page may take, as long as a query may take as many
    :ivar max_rows: rows or triples of one answer
    :ivar max_bytes: bytes of one answer, before compression
    :ivar max_memory: bytes that the queries of one process may take
    :ivar queue: requests that may wait for a thread, all processes together
    :ivar allow_service: hosts that SERVICE may call
    :ivar reload: watch the files and serve a changed graph once it is valid
    :ivar ui: serve pages for people
    :ivar texts: a folder of texts whose words pages show beside their passages, or empty to show none
    :ivar quick_seconds: after this time a query is a long one, and its process accepts no more connections
    :ivar threads: quick queries that one process evaluates at once
    :ivar wait_seconds: from the opening of a connection, or the end of an answer, to the end of the next request
    :ivar stall_seconds: how long a client may read nothing of an answer that waits for it
    :ivar hang_seconds: after so long without a sign of life a process is replaced
    :ivar linger_seconds: how long a retired process waits for the next request of an idle connection before it closes it
    :ivar drain_seconds: how long a retired process waits for the first request of a connection, and, when too many are retired, for clients to read
    :ivar poll_seconds: how often the files are looked at for `reload`
    :ivar connections: open connections, all accepting processes together
    :ivar held_bytes: bytes of bodies that arrive and of answers kept for HTTP/1.0, in one process
    :ivar cache_bytes: bytes of answers one process remembers
    """

    graph: str | None = None
    endpoint: str = ""
    user: str = ""
    max_fetch: int = MOST
    host: str = "127.0.0.1"
    port: int = 8000
    base: str = ""
    workers: int = max(2, os.cpu_count() or 2)
    long_queries: int = max(8, 4 * (os.cpu_count() or 1))
    timeout: float = 30.0
    page_seconds: float = 20.0
    max_rows: int = 1_000_000
    max_bytes: int = 256 * _MIB
    max_memory: int = 1024 * _MIB
    queue: int = 256
    allow_service: tuple[str, ...] = ()
    reload: bool = False
    ui: bool = True
    texts: str = ""
    quick_seconds: float = 0.15
    threads: int = 4
    wait_seconds: float = 10.0
    stall_seconds: float = 20.0
    hang_seconds: float = 10.0
    linger_seconds: float = 0.5
    drain_seconds: float = 5.0
    poll_seconds: float = 0.5
    connections: int = 8192
    held_bytes: int = 64 * _MIB
    cache_bytes: int = 32 * _MIB

    @property
    def share(self) -> int:
        """How many of the long queries may be those of one client address: half."""
        return max(1, self.long_queries // 2)

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
        return cls(**{**fields, "allow_service": tuple(fields.get("allow_service", ()))})
