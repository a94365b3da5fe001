"""Graphs as Turtle and TriG in the house style, N-Triples and N-Quads sorted, JSON-LD compacted.

Every form is the same bytes for the same graph: triples are sorted, and blank nodes are written in
brackets where they stand in one place, else labelled by RDFC-1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from whence.namespaces import PREFIXES
from whence.rdf.results.trees import Spelling, statements

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

__all__ = ["canonical", "lines", "trig", "turtle", "write_graph"]


def write_graph(triples: Iterable[Triple], format: str, out: BinaryIO, context: str | None = None) -> int:
    """Write the triples of a CONSTRUCT or DESCRIBE; returns how many different ones there were.

    :param format: turtle, nt, trig or jsonld
    :param context: the file of the JSON-LD context, or None to use the shared prefixes alone
    """
    from pyoxigraph import Quad

    quads = canonical(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    if format == "jsonld":
        from whence.rdf import jsonld

        jsonld.write(quads, out, context)
    else:
        text = lines(quads) if format == "nt" else turtle(quads)
        out.write(text.encode())
    return len(quads)


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads once each, blank nodes labelled by RDFC-1.0 (SHA-256), sorted as N-Quads are.

    :returns: sorted by graph (the default graph first), subject, predicate, object in N-Triples syntax
    """
    from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset

    whole = list(quads)
    if any(isinstance(term, BlankNode) for quad in whole for term in quad):
        dataset = Dataset(whole)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        whole = list(dataset)
    keyed = {(_graph_key(quad), str(quad.subject), str(quad.predicate), str(quad.object)): quad for quad in whole}
    return [keyed[key] for key in sorted(keyed)]


def _graph_key(quad: Quad) -> str:
    return "" if type(quad.graph_name).__name__ == "DefaultGraph" else str(quad.graph_name)


def lines(quads: Iterable[Quad]) -> str:
    """Return N-Quads, which is N-Triples where there are no named graphs, one line a quad.

    >>> from pyoxigraph import NamedNode, Quad, Literal
    >>> lines([Quad(NamedNode("a:a"), NamedNode("a:p"), Literal("x"))])
    '<a:a> <a:p> "x" .\\n'
    """
    return "".join(
        f"{quad.subject} {quad.predicate} {quad.object} {graph}{' ' if graph else ''}.\n"
        for quad in quads
        for graph in (_graph_key(quad),)
    )


def turtle(quads: Iterable[Quad]) -> str:
    """Return the triples as Turtle in the house style; graph names are ignored.

    :param quads: as `canonical` gives them
    """
    spelling = Spelling()
    body = _laid_out(quads, spelling)
    return "\n".join(part for part in (_prefixes(spelling), body) if part)


def trig(quads: Iterable[Quad]) -> str:
    """Return the quads as TriG: the default graph's blocks, then each named graph in braces.

    :param quads: as `canonical` gives them
    """
    by_graph: dict[str, list[Quad]] = {}
    for quad in quads:
        by_graph.setdefault(_graph_key(quad), []).append(quad)
    spelling = Spelling()
    parts = []
    for graph, members in by_graph.items():
        body = _laid_out(members, spelling)
        if graph:
            indented = re.sub(r"^(?=.)", "  ", body, flags=re.MULTILINE)
            body = f"{spelling.node(members[0].graph_name)} {{\n{indented}}}\n"
        parts.append(body)
    return "\n".join(part for part in (_prefixes(spelling), *parts) if part)


def _laid_out(quads: Iterable[Quad], spelling: Spelling) -> str:
    """The blocks of one graph as text.

    The tree is a great many objects and no garbage, so the collector waits: it took more than half of the time.
    """
    import gc

    from whence.rdf.turtle.layout import lay_out

    collecting = gc.isenabled()
    gc.disable()
    try:
        blocks = statements(quads, spelling)
        return lay_out(blocks) if blocks else ""
    finally:
        if collecting:
            gc.enable()


def _prefixes(spelling: Spelling) -> str:
    return "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(spelling.used))
