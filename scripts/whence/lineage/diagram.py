"""A lineage, or paths, as a diagram: things in columns in the direction of the influence, and the claims between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.lineage.paths import Paths
from whence.lineage.steps import Step
from whence.lineage.tracing import Lineage
from whence.report.words import count
from whence.things import Index, Position
from whence.things.index import wh

#: So many claims of each step of a path are drawn.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Node:
    """One thing.

    :ivar kind: the label of its most special class, or an empty text
    :ivar column: its place from left to right; influence goes to the right
    :ivar home: whether the diagram is about it
    """

    iri: str
    label: str
    kind: str
    column: int
    home: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One claim between two things, or that one is part of the other.

    :ivar step: the claim, or None where the source is part of the target
    """

    source: str
    target: str
    step: Step | None

    @property
    def stance(self) -> str:
        """One of `whence.things.STANCES`, or `part`."""
        return self.step.stance if self.step else "part"

    @property
    def words(self) -> str:
        """In what, in words; may be empty."""
        return self.step.aspect_name if self.step else "part of"


@dataclass(frozen=True, slots=True)
class Diagram:
    """What is drawn.

    :ivar title: one line
    :ivar notes: sentences on what is left out
    :ivar nodes: by column, then label, then IRI
    :ivar edges: sorted by source, target and claim
    """

    title: str
    notes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    _index: Index

    def label(self, iri: str) -> str:
        """Return the name of a thing that the diagram or its evidence names."""
        return self._index.label(iri)

    def evidence(self, position: Position) -> str:
        """Return one position in words: who, what, and where in which document."""
        return evidence(self._index, position)


def evidence(index: Index, position: Position) -> str:
    """Return one position in words: who, what, and where in which document."""
    places = ", ".join(f"{name} {one.start}-{one.end}" for name, one in position.places)
    ascribed, supported = (", ".join(value.text for value in values) for values in (position.ascribed_to, position.supported_by))
    hedge = " ".join(f'"{words}"' for words in position.details.hedge)
    words = [f"{position.speaker_name or 'nobody named'} {position.verb}", position.words, hedge, ascribed and f"ascribed to {ascribed}", supported and f"supported by {supported}", places]
    return ", ".join(word for word in words if word)


def of_lineage(index: Index, lineages: Iterable[Lineage]) -> Diagram:
    """Return lineages of one thing as one diagram: what it comes from on its left, what came of it on its right."""
    lineages = list(lineages)
    of = index.main(lineages[0].of)
    steps = {step.claim: step for lineage in lineages for step in lineage.steps}
    edges = [Edge(step.source, step.target, step) for step in steps.values()]
    known = {of} | {one.thing for lineage in lineages for one in lineage.reached}
    edges += _parts(index, {end for edge in edges for end in (edge.source, edge.target)}, known)
    name = index.label(of)
    titles = [f"What came of {name}" if lineage.forward else f"Where {name} comes from" for lineage in lineages]
    title = titles[0] if len(titles) == 1 else f"Where {name} comes from, and what came of it"
    notes = ["Influence goes from left to right."] if edges else ["Nothing is known."]
    if any(lineage.truncated for lineage in lineages):
        notes.append("There is more: raise the depth or the limit.")
    if left_out := {claim for lineage in lineages for claim in lineage.left_out}:
        notes.append(f"Left out since no aspect is stated: {len(left_out)}.")
    return _diagram(index, title, notes, {of}, _columns(of, edges), edges)


def of_paths(index: Index, paths: Paths) -> Diagram:
    """Return paths as one diagram, from the one end on the left to the other on the right; the three best claims of each step."""
    hops = {(hop.start, hop.end, step.claim): (hop, step) for path in paths.found for hop in path.hops for step in hop.steps[:_SHOWN]}
    edges = [
        Edge(hop.start, hop.end, step) if hop.onward else Edge(hop.end, hop.start, step) for hop, step in hops.values()
    ]
    columns = {paths.start: 0}
    for path in paths.found:
        for place, hop in enumerate(path.hops[:-1], 1):
            columns[hop.end] = max(columns.get(hop.end, 0), place)
    columns[paths.end] = max(columns.values()) + 1
    title = f"How {index.label(paths.start)} reaches {index.label(paths.end)}"
    notes = ["Arrows go from who or what influenced to what was influenced, and from people to what they worked on."]
    if any(len(hop.steps) > _SHOWN for path in paths.found for hop in path.hops):
        notes.append(f"Of each step, the {_SHOWN} best supported claims are drawn.")
    if not paths.found:
        notes = ["One of the two is part of the other." if paths.part else f"No path of up to {count(paths.length, 'step')} is known."]
    return _diagram(index, title, notes, {paths.start, paths.end}, columns, edges)


def _parts(index: Index, ends: set[str], known: set[str]) -> list[Edge]:
    """Return the edges from parts at which steps end to the wholes through which they were reached."""
    edges, waiting = [], deque(sorted(ends - known))
    seen = set(waiting)
    while waiting:
        part = waiting.popleft()
        wholes = {index.main(whole.value) for one in (part, *index.same(part)) for whole in index.things(NamedNode(one), wh("partOf"))}
        for whole in sorted(wholes - {part}):
            edges.append(Edge(part, whole, None))
            if whole not in seen | known:
                seen.add(whole)
                waiting.append(whole)
    wanted = known | ends
    while unused := [edge for edge in edges if edge.target not in wanted | {other.source for other in edges}]:
        edges = [edge for edge in edges if edge not in unused]
    return edges


def _diagram(index: Index, title: str, notes: list[str], homes: set[str], columns: dict[str, int], edges: list[Edge]) -> Diagram:
    nodes = [
        Node(iri, index.label(iri), next(iter(index.kinds(NamedNode(iri))), ""), column, iri in homes) for iri, column in columns.items()
    ]
    nodes.sort(key=lambda node: (node.column, node.label, node.iri))
    edges.sort(key=lambda edge: (edge.source, edge.target, edge.step.claim if edge.step else ""))
    return Diagram(title, tuple(notes), tuple(nodes), tuple(edges), index)


def _columns(home: str, edges: list[Edge]) -> dict[str, int]:
    """Return the column of each thing: how many edges from home, on its left what leads to it, on its right what it leads to."""
    near: dict[str, list[tuple[str, int]]] = {}
    for edge in edges:
        near.setdefault(edge.source, []).append((edge.target, 1))
        near.setdefault(edge.target, []).append((edge.source, -1))
    columns = {home: 0}
    waiting = deque([home])
    while waiting:
        node = waiting.popleft()
        for other, step in sorted(near.get(node, ())):
            if other not in columns:
                columns[other] = columns[node] + step
                waiting.append(other)
    return columns
