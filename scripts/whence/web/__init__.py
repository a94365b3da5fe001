"""The server: SPARQL endpoint, linked data, named queries and pages over one validated graph.

One asyncio process speaks HTTP (`application`) and never evaluates a query itself. Queries run in worker
processes (`worker`), each with the validated snapshot opened read-only, which the front kills and replaces
when a limit is reached or the client has gone (`pool`). Both sides speak `frames` over a socket pair. A connection
on which one quick query follows another is lent to a worker, which answers there by itself (`lending`, `borrowing`).
"""

from __future__ import annotations
