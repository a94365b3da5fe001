"""Places for the nodes and edges of a layered graph, after Sugiyama, Tagawa and Toda (1981): columns are given; nodes of a column are
ordered by the barycentre of their neighbours, then moved as near to these as the room allows; an edge across columns bends at
a place of its own in each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

_SWEEPS = 12


@dataclass
class Item:
    """What takes room in a column: a node, or where an edge passes.

    :ivar key: a node's own, or that of its edge and the column
    :ivar height: in pixels
    :ivar y: its middle, once it is placed
    """

    key: Hashable
    column: int
    height: float
    y: float = 0.0
    left: list[Item] = field(default_factory=list, repr=False)
    right: list[Item] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Route:
    """Where an edge goes.

    :ivar items: its source, where it bends, its target; two where it joins neighbouring columns or stays in one
    """

    items: list[Item]


def place(columns: Mapping[str, int], heights: Mapping[str, float], edges: Iterable[tuple[str, str]], gap: float) -> tuple[dict[str, Item], list[Route], float]:
    """Place nodes and edges.

    :param columns: the column of each node, in the order in which nodes are to stand where nothing else decides
    :param heights: of each node
    :param edges: source and target
    :param gap: between nodes of a column
    :returns: the nodes by name, the routes in the order of the edges, and the height of it all
    """
    nodes = {name: Item(name, column, heights[name]) for name, column in columns.items()}
    routes = [Route(_route(number, nodes[source], nodes[target])) for number, (source, target) in enumerate(edges)]
    grid: dict[int, list[Item]] = {}
    for item in nodes.values():
        grid.setdefault(item.column, []).append(item)
    for route in routes:
        for item in route.items[1:-1]:
            grid[item.column].append(item)
        for one, other in zip(route.items, route.items[1:], strict=False):
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


def _route(number: int, source: Item, target: Item) -> list[Item]:
    onward = 1 if target.column > source.column else -1
    between = range(source.column + onward, target.column, onward) if source.column != target.column else ()
    return [source, *(Item((number, column), column, 12.0) for column in between), target]


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
