"""The influence picture: nodes in columns, from what was there first to what came of it, edges as curves.

Columns are steps from the thing: its sources on the left, what came of it on the right, its own parts below it.
All measures are in units of the drawing. Where a screen is too narrow for that, the same edges are shown as flows:
what a thing comes from, and below it the thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from whence.things.influence import Edge

#: Edges one picture holds before it is asked for more, and at most.
FEW, MANY = 12, 60

WIDTH, LINE, PADDING = 204, 18, 10
_GAP_X, _GAP_Y, _MARGIN, _SPREAD = 190, 14, 12, 24
#: What a line of a node holds in the widest of the fonts it may be set in.
_LETTERS = 22


@dataclass(frozen=True, slots=True)
class Influences:
    """Edges around a thing.

    :ivar family: the thing and its parts
    :ivar edges: all of them, those that say most first
    :ivar steps: how far the picture goes, 1 to 3
    :ivar comparisons: whether likenesses and blends are among them
    :ivar direction: `up` or `down` where only that is wanted, or an empty text
    :ivar policy: the policy under which they are affirmed, or an empty text for everything that is said
    :ivar everything: whether as many as a picture can hold are drawn
    """

    thing: str
    name: str
    family: set[str]
    edges: list[Edge]
    steps: int = 1
    comparisons: bool = False
    direction: str = ""
    policy: str = ""
    everything: bool = False

    @property
    def shown(self) -> int:
        """How many edges a picture draws: more where more was asked for, which would else not be seen."""
        return MANY if self.everything or self.comparisons or self.steps > 1 else FEW


@dataclass(slots=True)
class Node:
    """A thing in the picture, with the corner, the size and the lines of its name."""

    iri: str
    name: str
    column: int
    lines: list[str] = field(default_factory=list)
    centre: bool = False
    part: bool = False
    x: int = 0
    y: int = 0
    height: int = 0
    arriving: int = 0
    leaving: int = 0


@dataclass(slots=True)
class Curve:
    """An edge in the picture: its path, the head of its arrow, and the place of its sign, near its start."""

    edge: Edge
    path: str
    head: str
    x: float
    y: float


@dataclass(slots=True)
class Flow:
    """A thing with the nodes it comes from, each with the edges between the two."""

    target: Node
    sources: list[tuple[Node, list[Edge]]]


@dataclass(slots=True)
class Picture:
    """A drawing.

    :ivar flows: the same for narrow screens; what flows into others comes before them
    """

    width: int
    height: int
    nodes: list[Node]
    curves: list[Curve]
    flows: list[Flow]
    left_out: int

    @property
    def columns(self) -> int:
        """The number of columns that have nodes."""
        return len({node.column for node in self.nodes})


def draw(found: Influences) -> Picture | None:
    """Return the picture of the edges that fit, or None when there is nothing to draw."""
    edges = found.edges[: found.shown]
    if not edges:
        return None
    nodes = _nodes(found, edges)
    columns: dict[int, list[Node]] = {}
    for node in nodes.values():
        columns.setdefault(node.column, []).append(node)
    height = _place(columns, edges, nodes)
    first = min(columns)
    width = (max(columns) - first) * (WIDTH + _GAP_X) + WIDTH + 2 * _MARGIN
    loops = any(nodes[edge.source.iri].column == nodes[edge.target.iri].column for edge in edges)
    left_out = len(found.edges) - len(edges)
    return Picture(width + (60 if loops else 0), height, list(nodes.values()), _curves(edges, nodes), _flows(edges, nodes), left_out)


def _nodes(found: Influences, edges: list[Edge]) -> dict[str, Node]:
    """Return the nodes with their columns: 0 for the thing and its parts, below 0 for sources, above for effects."""
    column = dict.fromkeys(found.family, 0)
    far = max(2, found.steps)
    for _ in range(far + 1):
        for edge in edges:
            if edge.target.iri in column and edge.source.iri not in column:
                column[edge.source.iri] = max(-far, column[edge.target.iri] - 1)
            elif edge.source.iri in column and edge.target.iri not in column:
                column[edge.target.iri] = min(far, column[edge.source.iri] + 1)
    nodes: dict[str, Node] = {}
    if any(found.thing in (edge.source.iri, edge.target.iri) for edge in edges) or len(found.family) > 1:
        nodes[found.thing] = Node(found.thing, found.name, 0, centre=True)
    for edge in edges:
        for iri, name, fallback in ((edge.target.iri, edge.target.text, 0), (edge.source.iri, edge.source.text, -1)):
            if iri not in nodes:
                nodes[iri] = Node(iri, name, column.get(iri, fallback), part=iri in found.family)
        nodes[edge.source.iri].leaving += 1
        nodes[edge.target.iri].arriving += 1
    for node in nodes.values():
        node.lines = _lines(node.name)
    return nodes


def _lines(name: str) -> list[str]:
    """Return a name in at most three lines.

    >>> _lines("the vision of a boy watching falling stars")
    ['the vision of a boy', 'watching falling stars']
    """
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    shown = [line if len(line) <= _LETTERS else line[: _LETTERS - 1] + "…" for line in lines[:3]]
    return shown if len(lines) <= 3 else [*shown[:2], shown[2].rstrip("…") + "…"]


def _place(columns: dict[int, list[Node]], edges: list[Edge], nodes: dict[str, Node]) -> int:
    """Give every node its place; neighbours of the same node stand together, those of the first edges above. Return the height of the drawing."""
    first = min(columns)
    arrival = {node: place for place, node in enumerate(nodes)}
    rank = {node.iri: place for place, node in enumerate(sorted(columns.get(0, []), key=lambda node: not node.centre))}
    for number, column in columns.items():
        if number:
            beside = {
                node.iri: min((rank.get(edge.target.iri if edge.source.iri == node.iri else edge.source.iri, 99) for edge in edges if node.iri in (edge.source.iri, edge.target.iri)), default=99)
                for node in column
            }
            column.sort(key=lambda node: (beside[node.iri], arrival[node.iri]))
        else:
            column.sort(key=lambda node: rank[node.iri])
        for node in column:
            node.x = _MARGIN + (number - first) * (WIDTH + _GAP_X)
            node.height = max(len(node.lines) * LINE + 2 * PADDING, (max(node.arriving, node.leaving) + 1) * _SPREAD if node.arriving + node.leaving > 1 else 0)
    tall = max(sum(node.height + _GAP_Y for node in column) for column in columns.values()) + 2 * _MARGIN
    for column in columns.values():
        y = (tall - sum(node.height + _GAP_Y for node in column) + _GAP_Y) / 2
        for node in column:
            node.y = round(y)
            y += node.height + _GAP_Y
    return round(tall)


def _curves(edges: list[Edge], nodes: dict[str, Node]) -> list[Curve]:
    """Return the curves; those that meet at a node meet it side by side, in the order of their other ends."""
    leaving = {iri: sorted((edge for edge in edges if edge.source.iri == iri), key=lambda edge: nodes[edge.target.iri].y) for iri in nodes}
    arriving = {iri: sorted((edge for edge in edges if edge.target.iri == iri), key=lambda edge: nodes[edge.source.iri].y) for iri in nodes}
    return [_curve(edge, nodes[edge.source.iri], nodes[edge.target.iri], leaving[edge.source.iri], arriving[edge.target.iri]) for edge in edges]


def _curve(edge: Edge, source: Node, target: Node, leaving: list[Edge], arriving: list[Edge]) -> Curve:
    y1 = source.y + source.height * (_index(leaving, edge) + 1) / (len(leaving) + 1)
    y2 = target.y + target.height * (_index(arriving, edge) + 1) / (len(arriving) + 1)
    x1, x2 = source.x + WIDTH, target.x - 8
    if source.column >= target.column:  # within a column, or backwards: around the right side
        x2 = target.x + WIDTH + 8
        bow = max(x1, x2) + 48
        path = f"M{x1} {y1:.0f}C{bow} {y1:.0f} {bow} {y2:.0f} {x2} {y2:.0f}"
        return Curve(edge, path, f"M{x2 - 7} {y2:.0f}l10 -5v10z", x1 + 16, y1)
    middle = (x1 + x2) / 2 + 40  # the start stays level, so that signs and words there stand apart
    return Curve(edge, f"M{x1} {y1:.0f}C{middle:.0f} {y1:.0f} {middle:.0f} {y2:.0f} {x2} {y2:.0f}", f"M{x2 + 7} {y2:.0f}l-10 -5v10z", x1 + 16, y1)


def _flows(edges: list[Edge], nodes: dict[str, Node]) -> list[Flow]:
    """Return the edges by what they lead to, in the order of the drawing."""

    def place(node: Node) -> tuple[int, int]:
        return node.column, node.y

    between: dict[str, dict[str, list[Edge]]] = {}
    for edge in edges:
        between.setdefault(edge.target.iri, {}).setdefault(edge.source.iri, []).append(edge)
    return [
        Flow(target, [(source, between[target.iri][source.iri]) for source in sorted(map(nodes.__getitem__, between[target.iri]), key=place)])
        for target in sorted(map(nodes.__getitem__, between), key=place)
    ]


def _index(edges: list[Edge], wanted: Edge) -> int:
    return next(place for place, edge in enumerate(edges) if edge is wanted)

