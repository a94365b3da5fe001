"""The front door for Python: open a validated graph, ask it, trace and prove what it says, take the answers elsewhere.

    import whence

    graph = whence.open()                                   # the graph that came with the package
    for row in graph.query("influences-on-work", work="id:metallic-rouge"):
        print(row["influencerLabel"].value)
    graph.query("influences-on-work", work="id:metallic-rouge").to_pandas()
    graph.lineage("Metallic Rouge").to_networkx()
"""

from __future__ import annotations

from whence.api.graph import Graph, open, query, validate
from whence.api.results import Claims, Found, Hint, Influences, Rows, Text, Triples

__all__ = ["Claims", "Found", "Graph", "Hint", "Influences", "Rows", "Text", "Triples", "open", "query", "validate"]
