"""The server: SPARQL endpoint, linked data, named queries and pages over one validated graph.

A supervisor (`process.supervisor`) starts workers on one listening socket, each an ASGI application (`app`) with the validated snapshot
opened read-only. A worker evaluates queries in threads (`query`); one that holds a slow query takes no more connections, and a successor
takes its place. `scripts/ARCHITECTURE.md` has the walk from a request to its answer.
"""
