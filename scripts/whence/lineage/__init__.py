"""Where a thing comes from and what came of it, how one thing reaches another, and the formats in which both are written.

    from whence import lineage, validation
    from whence.store import layout
    from whence.things import Index
    index = Index(validation.open(layout.locate()))
    found = lineage.trace(index, "https://w3id.org/whence/id/metallic-rouge", policy="maker")
    for reached in found.reached:
        print(reached.commitment, " < ".join(step.source for step in reached.path))
"""

from __future__ import annotations

from collections.abc import Callable

from whence.lineage import formats, svg
from whence.lineage.diagram import Diagram
from whence.lineage.paths import Hop, Path, Paths, find
from whence.lineage.formats import path_record, record, step_record
from whence.lineage.steps import COMMITMENTS, Step
from whence.lineage.tracing import DERIVED, Lineage, Reached, derived, trace

__all__ = [
    "COMMITMENTS", "DERIVED", "DIAGRAMS", "Hop", "Lineage", "Path", "Paths", "Reached", "Step", "derived", "draw", "find",
    "path_record", "record", "step_record", "trace",
]  # fmt: skip

#: The formats of a diagram.
DIAGRAMS = ("mermaid", "dot", "graphml", "gexf", "svg", "html")


def draw(diagram: Diagram, format: str) -> str:
    """Return a diagram in a format.

    :param format: one of `DIAGRAMS`
    :returns: the text of a file
    """
    writers: dict[str, Callable[[Diagram], str]] = {
        "mermaid": formats.mermaid, "dot": formats.dot, "graphml": formats.graphml, "gexf": formats.gexf,
        "svg": lambda diagram: svg.svg(diagram) + "\n", "html": formats.html,
    }  # fmt: skip
    return writers[format](diagram)
