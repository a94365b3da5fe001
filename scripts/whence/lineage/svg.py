"""A diagram as SVG: one element that needs nothing else, light and dark by the reader's preference.

The graph is laid out in layers, after Sugiyama, Tagawa and Toda (1981): columns are given; nodes of a column are ordered by the
barycentre of their neighbours, then moved as near to these as the room allows; an edge across columns bends at a place of its own in each.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from whence.lineage.diagram import Diagram, Edge
from whence.rdf.terms import as_xml
from whence.things.positions import STANCES

_SWEEPS = 12


@dataclass
class Item:
    """What takes room in a column: a node, or where an edge passes.

    :ivar y: its middle, once it is placed
    """

    column: int
    height: float
    y: float = 0.0
    left: list[Item] = field(default_factory=list, repr=False)
    right: list[Item] = field(default_factory=list, repr=False)


#: Where an edge goes: its source, where it bends, its target; two items where it joins neighbouring columns or stays in one.
Route = list[Item]


def place(columns: Mapping[str, int], heights: Mapping[str, float], edges: Iterable[tuple[str, str]], gap: float) -> tuple[dict[str, Item], list[Route], float]:
    """Place nodes and edges.

    :param columns: the column of each node, in the order in which nodes are to stand where nothing else decides
    :returns: the nodes by name, the routes in the order of the edges, and the height of it all
    """
    nodes = {name: Item(column, heights[name]) for name, column in columns.items()}
    routes = [_route(nodes[source], nodes[target]) for source, target in edges]
    grid: dict[int, list[Item]] = {}
    for item in nodes.values():
        grid.setdefault(item.column, []).append(item)
    for route in routes:
        for item in route[1:-1]:
            grid[item.column].append(item)
        for one, other in zip(route, route[1:], strict=False):
            left, right = sorted((one, other), key=lambda item: item.column)
            if left.column != right.column:
                left.right.append(right)
                right.left.append(left)
    _order(grid)
    _settle(grid, gap)
    top = min(item.y - item.height / 2 for column in grid.values() for item in column)
    for items in grid.values():
        for item in items:
            item.y -= top
    return nodes, routes, max(item.y + item.height / 2 for column in grid.values() for item in column)


def _route(source: Item, target: Item) -> Route:
    onward = 1 if target.column > source.column else -1
    between = range(source.column + onward, target.column, onward) if source.column != target.column else ()
    return [source, *(Item(column, 12.0) for column in between), target]


def _order(grid: dict[int, list[Item]]) -> None:
    """Order every column by the mean place of the neighbours, from left to right and back."""
    columns = sorted(grid)
    for column in columns:
        _number(grid[column])
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            side = "left" if sweep % 2 else "right"
            keys = {id(item): _mean(getattr(item, side), item.y) for item in grid[column]}
            grid[column].sort(key=lambda item: keys[id(item)])
            _number(grid[column])


def _number(column: list[Item]) -> None:
    """Let `y` be the place in the column, from 0 to 1."""
    for number, item in enumerate(column):
        item.y = (number + 0.5) / len(column)


def _settle(grid: dict[int, list[Item]], gap: float) -> None:
    for column in grid.values():
        y = 0.0
        for item in column:
            item.y = y + item.height / 2
            y += item.height + gap
        for item in column:
            item.y -= y / 2
    columns = sorted(grid)
    for sweep in range(_SWEEPS):
        for number in columns if sweep % 2 else reversed(columns):
            _fit(grid[number], [_mean(item.left + item.right, item.y) for item in grid[number]], gap)


def _fit(column: list[Item], wished: list[float], gap: float) -> None:
    """Move the items as near to the wished places as their order and room allow, by least squares (pool adjacent violators)."""
    offsets, y = [], 0.0
    for item in column:
        offsets.append(y + item.height / 2)
        y += item.height + gap
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wished, offsets, strict=True):
        total, count = wish - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, number = blocks.pop()
            total, count = total + before, count + number
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    for item, start, offset in zip(column, starts, offsets, strict=True):
        item.y = start + offset


def _mean(items: list[Item], otherwise: float) -> float:
    return sum(item.y for item in items) / len(items) if items else otherwise


_WIDTH, _MARGIN, _LINE, _PORT = 190, 24, 17, 18
#: Beyond so many nodes a node is one line and edges bear signs alone; beyond so many edges at a side of a node those there do.
_MANY, _CROWD = 60, 12


def svg(diagram: Diagram, *, href: Callable[[str], str] = str, palette: bool = True, style: bool = True, head: bool = True) -> str:
    """Return a diagram as an `<svg>` element, to be a file or a part of a page.

    :param href: the address to which a thing or a claim leads, by its IRI
    :param palette: whether the colours are in it; a page that defines the custom properties of `palette.css` itself leaves them out
    :param style: whether its rules are in it; a page that loads `picture.css` itself leaves them out
    :param head: whether title, legend and notes stand above the drawing; a page that has them itself leaves them out
    """
    rules = (stylesheet("palette.css") if palette else "") + stylesheet("picture.css")
    return as_xml(_Drawing(diagram, href).draw(f"<style>{rules}</style>" if style else "", head))


def stances(diagram: Diagram) -> list[str]:
    """Return the stances of the edges of a diagram in the order of `STANCES`, and `part` last."""
    found = {edge.stance for edge in diagram.edges}
    return [*(stance for stance in STANCES if stance in found), *({"part"} & found)]


def sign(stance: str) -> str:
    """Return the sign of a stance, or of being a part."""
    return STANCES[stance][0] if stance in STANCES else "\N{SQUARED PLUS}"


def words(stance: str) -> str:
    """Return a stance, or that one is part of the other, in words."""
    return STANCES[stance][1] if stance in STANCES else "part of"


@cache
def stylesheet(name: str) -> str:
    """Return a file beside this module."""
    return files("whence.lineage").joinpath(name).read_text("utf-8")


def _width(text: str) -> float:
    """Return how wide a text is, in widths of a Latin letter."""
    return sum(1.8 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text)


def _fitting(text: str, room: float) -> int:
    """Return how many characters at the beginning of a text fit into so much room."""
    widths = accumulate(map(_width, text))
    return next((at for at, wide in enumerate(widths) if wide > room), len(text))


def _clip(text: str, room: float) -> str:
    if _fitting(text, room) == len(text):
        return text
    return text[: _fitting(text, room - 1)].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _wrap(text: str, room: float, most: int) -> list[str]:
    """Return a text in lines of so much room; words that are longer are broken, and what is over is left out."""
    lines, waiting = [""], text.split()[::-1]
    while waiting and len(lines) <= most + 1:
        word = waiting.pop()
        joined = f"{lines[-1]} {word}".strip()
        if _fitting(joined, room) == len(joined):
            lines[-1] = joined
        else:
            cut = max(1, _fitting(word, room))
            lines.append(word[:cut])
            waiting += filter(None, [word[cut:]])
    lines = [line for line in lines if line] or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], _clip(" ".join(lines[most - 1 :]), room)]


@dataclass
class _Line:
    """One edge on its way: the ports at its ends, and whether its words stand at its source."""

    edge: Edge
    route: Route
    start: float = 0.0
    end: float = 0.0


class _Drawing:
    """One diagram being drawn."""

    def __init__(self, diagram: Diagram, href: Callable[[str], str]) -> None:
        self._diagram = diagram
        self._href = href
        self._many = len(diagram.nodes) > _MANY
        self._columns = {node.iri: node.column for node in diagram.nodes}
        self._first = min(self._columns.values(), default=0)
        self._sides = Counter(side for edge in diagram.edges for side in self._ends(edge))
        self._lines = {node.iri: _wrap(node.label, 23, 1 if self._many else 3) for node in diagram.nodes}
        longest = max((_width(self._label(edge)) for edge in diagram.edges if self._labelled(edge)), default=0)
        self._lead = 12 + 6.4 * longest
        self._between = 110 + self._lead

    def draw(self, style: str, headed: bool) -> str:
        diagram = self._diagram
        heights = {node.iri: self._height(node.iri) for node in diagram.nodes}
        pairs = [(edge.source, edge.target) for edge in diagram.edges]
        items, routes, tall = place(self._columns, heights, pairs, 7 if self._many else 16)
        last = max(self._columns.values(), default=0)
        broad = max(560 if headed else 0, (last - self._first) * (_WIDTH + self._between) + _WIDTH + 2 * _MARGIN + self._overhang(last))
        top, head = self._head(broad) if headed else (_MARGIN, [])
        lines = [_Line(edge, route) for edge, route in zip(diagram.edges, routes, strict=True)]
        self._dock(lines)
        staying = [self._columns[edge.source] == self._columns[edge.target] for edge in diagram.edges]
        body = [self._edge(number, lines[number]) for number in sorted(range(len(lines)), key=lambda number: not staying[number])]
        body += [self._node(number, items[node.iri]) for number, node in enumerate(diagram.nodes)]
        size = f'width="{broad:.0f}" height="{top + tall + _MARGIN:.0f}" viewBox="0 0 {broad:.0f} {top + tall + _MARGIN:.0f}"'
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="group" aria-label={quoteattr(diagram.title)} {size}>',
            f"<title>{escape(diagram.title)}</title>", style, '<rect class="ground" width="100%" height="100%"/>',
            *head, f'<g transform="translate(0 {top:.0f})">', *body, "</g>", "</svg>",
        ])  # fmt: skip

    def _overhang(self, last: int) -> float:
        """The room for edges that stay in the last column, which bulge to its right."""
        return 60 if any(self._columns[edge.source] == self._columns[edge.target] == last for edge in self._diagram.edges) else 0

    def _ends(self, edge: Edge) -> tuple[tuple[str, int], tuple[str, int]]:
        """The sides at which an edge leaves and arrives: 1 is the right one."""
        difference = self._columns[edge.target] - self._columns[edge.source]
        return (edge.source, -1 if difference < 0 else 1), (edge.target, -1 if difference > 0 else 1)

    def _at_source(self, edge: Edge) -> bool:
        """Whether the words of an edge stand at its source: where fewer edges meet."""
        leaving, arriving = self._ends(edge)
        return self._sides[leaving] <= self._sides[arriving]

    def _labelled(self, edge: Edge) -> bool:
        ends = self._ends(edge)
        return not self._many and self._sides[ends[0] if self._at_source(edge) else ends[1]] <= _CROWD

    def _label(self, edge: Edge) -> str:
        return _clip(f"{sign(edge.stance)} {edge.words}".strip(), 24) if self._labelled(edge) else sign(edge.stance)

    def _height(self, iri: str) -> float:
        ports = 0
        for edge in self._diagram.edges:
            if self._labelled(edge):
                end = self._ends(edge)[0 if self._at_source(edge) else 1]
                ports = max(ports, self._sides[end] if end[0] == iri else 0)
        return max(len(self._lines[iri]) * _LINE + (6 if self._many else 15), ports * _PORT + 4, max(self._sides[iri, side] for side in (-1, 1)) * (5 if self._many else 10))

    def _dock(self, lines: list[_Line]) -> None:
        """Give each edge its port: along a side in the order of where the edges lead."""
        docks: dict[tuple[str, int], list[tuple[float, int, _Line, bool]]] = defaultdict(list)
        for number, line in enumerate(lines):
            leaving, arriving = self._ends(line.edge)
            docks[leaving].append((line.route[1].y, number, line, True))
            docks[arriving].append((line.route[-2].y, number, line, False))
        for found in docks.values():
            item = found[0][2].route[0 if found[0][3] else -1]
            step = min(_PORT, (item.height - 4) / len(found))
            for place_in_order, (_, _, line, leaves) in enumerate(sorted(found, key=lambda one: one[:2])):
                y = item.y + (place_in_order - (len(found) - 1) / 2) * step
                if leaves:
                    line.start = y
                else:
                    line.end = y

    def _x(self, item: Item, side: int) -> float:
        return _MARGIN + (item.column - self._first) * (_WIDTH + self._between) + (_WIDTH if side > 0 else 0)

    def _edge(self, number: int, line: _Line) -> str:
        edge, items = line.edge, line.route
        (_, leaving), (_, arriving) = self._ends(edge)
        labelled, at_source = self._labelled(edge), self._at_source(edge)
        points = [(self._x(items[0], leaving), line.start)]
        for item in items[1:-1]:
            points += [(self._x(item, -leaving), item.y), (self._x(item, leaving), item.y)]
        points.append((self._x(items[-1], arriving), line.end))
        (x, y), (tip, end) = points[0], points[-1]
        drawn = [f"M{x:.1f} {y:.1f}"]
        if items[0].column == items[-1].column:
            drawn.append(f"C{x + 70:.1f} {y:.1f} {x + 70:.1f} {end:.1f} {tip + 8:.1f} {end:.1f}")
        else:
            for gap in range(0, len(points), 2):
                (x, y), (other, below) = points[gap], points[gap + 1]
                before = leaving * self._lead if labelled and at_source and gap == 0 else 0
                after = leaving * self._lead if labelled and not at_source and gap == len(points) - 2 else leaving * 8 if gap == len(points) - 2 else 0
                middle = (x + before + other - after) / 2
                drawn.append(f"L{x:.1f} {y:.1f} H{x + before:.1f} C{middle:.1f} {y:.1f} {middle:.1f} {below:.1f} {other - after:.1f} {below:.1f}")
            drawn.append(f"H{tip - leaving * 8:.1f}")
        towards = 8 * arriving
        arrow = f"M{tip + towards:.1f} {end - 4:.1f} L{tip:.1f} {end:.1f} L{tip + towards:.1f} {end + 4:.1f} Z"
        where, height, side = (points[0][0], line.start, leaving) if at_source else (tip, line.end, arriving)
        space = 8 if at_source else 14
        inner = (
            f'<title>{escape(self._told(edge))}</title><path d="{" ".join(drawn)}"/><path class="tip" d="{arrow}"/>'
            f'<text class="words" x="{where + side * space:.1f}" y="{height - 4:.1f}" text-anchor="{"start" if side > 0 else "end"}">'
            f"{escape(self._label(edge))}</text>"
        )
        if edge.step is None:
            return f'<g class="edge part">{inner}</g>'
        return f'<a class="edge {edge.stance}" data-edge="{number}" href={quoteattr(self._href(edge.step.claim))}>{inner}</a>'

    def _told(self, edge: Edge) -> str:
        source, target = self._diagram.label(edge.source), self._diagram.label(edge.target)
        if edge.step is None:
            return f"{source} is part of {target}"
        aspect = f" ({edge.words})" if edge.words else ""
        lines = [f"{source} \N{RIGHTWARDS ARROW} {target}{aspect}: {words(edge.stance)}", *map(self._diagram.evidence, edge.step.positions)]
        return "\n".join(lines)

    def _node(self, number: int, item: Item) -> str:
        node = self._diagram.nodes[number]
        x, y, lines = self._x(item, -1), item.y - item.height / 2, self._lines[node.iri]
        first = item.y - (len(lines) - 1) * _LINE / 2 + 4.5
        text = "".join(
            f'<text x="{x + _WIDTH / 2:.1f}" y="{first + at * _LINE:.1f}" text-anchor="middle">{escape(line)}</text>' for at, line in enumerate(lines)
        )
        title = f"<title>{escape(node.label)}{escape(f' ({node.kind})' if node.kind else '')}</title>"
        box = f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDTH}" height="{item.height:.1f}" rx="5"/>'
        return f'<a class="node{" home" if node.home else ""}" data-node="{number}" href={quoteattr(self._href(node.iri))}>{title}{box}{text}</a>'

    def _head(self, broad: float) -> tuple[float, list[str]]:
        """Return where the drawing begins, and what stands above it: title, legend, notes."""
        y, parts = 22.0, []
        for line in _wrap(self._diagram.title, (broad - 2 * _MARGIN) / 9.5, 3):
            y += 12
            parts.append(f'<text class="title" x="{_MARGIN}" y="{y:.0f}">{escape(line)}</text>')
            y += 12
        found = stances(self._diagram)
        x, y = float(_MARGIN), y + 14
        for stance in found:
            told = f"{sign(stance)} {words(stance)}"
            room = 40 + _width(told) * 7 + 22
            if x + room > broad and x > _MARGIN:
                x, y = float(_MARGIN), y + 20
            parts.append(
                f'<g class="edge {stance}"><path d="M{x:.0f} {y - 4:.0f} H{x + 34:.0f}"/></g>'
                f'<text class="quiet" x="{x + 40:.0f}" y="{y:.0f}">{escape(told)}</text>'
            )
            x += room
        if found:
            y += 22
        for note in self._diagram.notes:
            parts.append(f'<text class="quiet" x="{_MARGIN}" y="{y:.0f}">{escape(note)}</text>')
            y += 18
        return y + 12, parts
