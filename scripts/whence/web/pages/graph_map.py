"""The map of the whole graph: the weightiest things as circles, gathered around the works they are told of with, influences as arrows.

The area of a circle is the number of claims about its thing. Nothing lies on top of another, neither circles nor labels.
All measures are in units of the drawing.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import NamedNode

from whence.namespaces import WH
from whence.things import Index, claims, influence
from whence.things.index import wh

#: Kinds of things, each with the words for many of them, in the order in which they stand around a work.
KINDS = {
    "Work": "works, songs, trailers", "Agent": "people and groups", "FictionalEntity": "the story", "WorkPart": "parts and scenes", "Concept": "genres, styles, themes",
    "Idea": "ideas", "Event": "events",
}  # fmt: skip
#: Concepts that are told of a thing; the others, roles and aspects say, only tell how.
_CONCEPTS = ("Genre", "Style", "Theme", "CharacterType")
#: Works that belong to others: they stand with the one they are told of with.
_BELONGING = ("Song", "PromotionalVideo", "Episode", "Picture", "Website", "Soundtrack")
_THINGS, _CLAIMS, _ARROWS = 400, 300, 120
#: A cluster larger than this has areas by kind.
_SMALL = 12
#: Half of the least distance between things, so that a finger meets one of them.
_FINGER = 12.5
_Circle = tuple[float, float, float]
_Box = tuple[float, float, float, float]
_WIDER, _LETTER, _TEXT, _GAP, _MARGIN = 1.0, 6.9, 14, 5, 40
#: Room is kept for so many names, below their things; others are written where there is some. Longer ones are cut.
_NAMED, _LONGEST = 24, 28


@dataclass(slots=True)
class Place:
    """A thing on the map.

    :ivar claims: how many involve it
    :ivar home: the IRI of the work it stands with, or its own
    :ivar near: the numbers of the things it shares claims with, those with most first
    :ivar label: the name where there is room for it, or an empty text
    """

    iri: str
    name: str
    kind: str
    claims: int
    home: str = ""
    x: float = 0.0
    y: float = 0.0
    near: list[int] = field(default_factory=list)
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0

    @property
    def r(self) -> float:
        """The radius."""
        return 3.4 + 2.1 * math.sqrt(self.claims) if self.claims < 900 else 66.0


@dataclass(frozen=True, slots=True)
class Area:
    """What is gathered by kind around one work, with the words for it."""

    words: str
    kind: str
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A claim of influence or likeness between two things of the map."""

    iri: str
    words: str
    stance: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Map:
    """The map; `left_out` counts the things that are not on it."""

    width: int
    height: int
    places: list[Place]
    areas: list[Area]
    arrows: list[Arrow]
    left_out: int


def draw(index: Index) -> Map | None:
    """Return the map of a graph, or None when it has no claims about things."""
    places, left_out = _places(index)
    if not places:
        return None
    _find_homes(index, places)
    areas = _arrange(places)
    circles = [(one.x, one.y, one.r) for one in places] + [(one.x, one.y, one.r) for one in areas]
    left, top = min(x - r for x, _, r in circles) - _MARGIN, min(y - r for _, y, r in circles) - _TEXT * 2
    for place in places:
        place.x, place.y = round(place.x - left, 1), round(place.y - top, 1)
    areas = [Area(one.words, one.kind, round(one.x - left, 1), round(one.y - top, 1), round(one.r, 1)) for one in areas]
    width, height = (round(max(at + r for at, r in ends)) for ends in ([(x - left + _MARGIN, r) for x, _, r in circles], [(y - top + _TEXT * 2, r) for _, y, r in circles]))
    _label(places, areas, width, height)
    return Map(width, height, places, areas, _arrows(index, places), left_out)


def _places(index: Index) -> tuple[list[Place], int]:
    """Return what the map is of, the things with most claims first, and how many are left out."""
    found: list[Place] = []
    kinds = {kind: {node.value for one in (_CONCEPTS if kind == "Concept" else (kind,)) for node in index.instances(one)} for kind in KINDS}
    eligible = set().union(*kinds.values())
    left_out = 0
    for iri, weight in index.weights:
        if iri in eligible and not iri.startswith(WH):
            if len(found) == _THINGS:
                left_out += 1
                continue
            kind = next(kind for kind in KINDS if iri in kinds[kind])
            found.append(Place(iri, index.label(iri), kind, weight))
    return found, left_out


def _find_homes(index: Index, places: list[Place]) -> None:
    """Give each thing its neighbours, and its home: the work that shares most claims with it, of two alike the lesser."""
    by_claim: dict[str, list[int]] = {}
    for number, place in enumerate(places):
        for quad in islice(index.store.quads_for_pattern(None, wh("involves"), NamedNode(place.iri)), _CLAIMS):
            by_claim.setdefault(quad.subject.value, []).append(number)
    shared = [Counter[int]() for _ in places]
    for together in by_claim.values():
        for one in together[:20]:
            shared[one].update(together)
    works = {number for number, place in enumerate(places) if place.kind == "Work" and not any(index.is_a(NamedNode(place.iri), kind) for kind in _BELONGING)}
    for number, place in enumerate(places):
        near = [(other, count) for other, count in shared[number].most_common() if other != number]
        place.near = [other for other, _ in near[:40]]
        homes = [(count / places[other].claims ** 0.1, -other) for other, count in near if other in works]
        place.home = place.iri if number in works else places[-max(homes)[1]].iri if homes else ""
    for place in places:  # what no claim joins to a work stands with what it is told of with
        place.home = place.home or next((places[other].home for other in place.near if places[other].home), place.iri)


def _arrange(places: list[Place]) -> list[Area]:
    """Give all things their places: within areas, the areas around their works, the works around the weightiest."""
    clusters: dict[str, list[Place]] = {}
    for place in places:
        clusters.setdefault(place.home, []).append(place)
    taken: list[_Circle] = []
    areas = []
    named = {place.iri for place in places[:_NAMED]}
    for home, members in sorted(clusters.items(), key=lambda item: -sum(place.claims for place in item[1])):
        members.sort(key=lambda place: (place.iri != home, -place.claims))
        split = len(members) > _SMALL
        groups = [members] if not split else [members[:1], *_by_kind(members[1:])]
        middle = (0.0, 0.0)
        for number, group in enumerate(groups):
            r = _pack(group, named)
            words = KINDS[group[0].kind] if split and len(group) > 1 else ""
            x, y = _free(taken, [(0.0, 0.0, r + _GAP), *_line(words, -r - 6)], middle)
            if not number:
                middle = (x, y)
            for place in group:
                place.x, place.y = place.x + x, place.y + y
            if len(group) > 1:
                areas.append(Area(words, group[0].kind, x, y, r + 3))
    return areas


def _by_kind(members: list[Place]) -> list[list[Place]]:
    groups = [[place for place in members if place.kind == kind] for kind in KINDS]
    return sorted((group for group in groups if group), key=len, reverse=True)


def _pack(group: list[Place], named: set[str]) -> float:
    """Place circles around the first, at 0, with room for the names of some; return the radius of a circle around all of them."""
    taken: list[_Circle] = []
    for place in group:
        name = _shown(place) if place.iri in named and not _is_inside(place) else ""
        place.x, place.y = _free(taken, [(0.0, 0.0, max(place.r + 3, _FINGER)), *_line(name, place.r + 9)], (0.0, 0.0), wider=1.0)
    return max(math.hypot(x, y) + r for x, y, r in taken)


def _line(text: str, y: float) -> list[_Circle]:
    """Return circles that cover a line of text whose middle is at (0, y)."""
    half = _wide(text) / 2
    return [(min(x, half - 4), y, 9.0) for x in range(-int(half) + 4, int(half) + 4, 14)] if text else []


def _free(taken: list[_Circle], shape: list[_Circle], middle: tuple[float, float], wider: float = _WIDER) -> tuple[float, float]:
    """Return the place nearest to the middle, along a spiral, where the circles of a shape lie on no other; they are taken then."""
    r = shape[0][2]
    turn, pitch, step = 0.0, max(1.6, r / 10), max(4.0, r / 4)
    other: _Circle | None = None
    while True:
        out = pitch * turn
        x, y = middle[0] + out * math.cos(turn) * wider, middle[1] + out * math.sin(turn)
        placed = [(x + dx, y + dy, size) for dx, dy, size in shape]
        if other is None or not _meet(other, placed):  # what was in the way a step before mostly still is
            other = next((one for one in taken if _meet(one, placed)), None)
            if other is None:
                taken += placed
                return x, y
        turn += step / max(out, 6)


def _meet(one: _Circle, others: list[_Circle]) -> bool:
    left, top, size = one
    for x, y, r in others:  # noqa: SIM110 (half of the time of a map is spent here, and a generator doubles it)
        if (x - left) ** 2 + (y - top) ** 2 < (r + size) ** 2:
            return True
    return False


def _wide(text: str) -> float:
    """Return how wide a text is about; letters of East Asian scripts are twice as wide."""
    return _LETTER * sum(1.9 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _label(places: list[Place], areas: Iterable[Area], width: int, height: int) -> None:
    """Write names where there is room, the weightiest first: in a circle, below it, above it or beside it."""
    written = [(area.x - _wide(area.words) / 2, area.y - area.r - _TEXT, area.x + _wide(area.words) / 2, area.y - area.r + 2) for area in areas if area.words]
    for place in sorted(places, key=lambda place: -place.claims):
        name = _shown(place)
        half = _wide(name) / 2 + 2
        inside = [(0.0, 5.0)] if _is_inside(place) else []
        around = [(0.0, place.r + _TEXT), (0.0, -place.r - 4), (place.r + half + 3, 5.0), (-place.r - half - 3, 5.0)]
        boxes = [(dx, dy, (place.x + dx - half, place.y + dy - _TEXT, place.x + dx + half, place.y + dy + 4)) for dx, dy in [*inside, *around]]
        free = [one for one in boxes if _is_free(one[2], written, width, height)]
        for dx, dy, box in [one for one in free if one[:2] == (0.0, 5.0) or not _covers(one[2], places, place)][:1]:
            place.label, place.label_x, place.label_y = name, round(place.x + dx, 1), round(place.y + dy, 1)
            written.append(box)


def _shown(place: Place) -> str:
    return place.name if len(place.name) <= _LONGEST else place.name[: _LONGEST - 1].rstrip() + "…"


def _is_inside(place: Place) -> bool:
    """Report whether the name of a thing has room in its circle."""
    return _wide(_shown(place)) / 2 < place.r


def _is_free(box: _Box, written: list[_Box], width: int, height: int) -> bool:
    left, top, right, bottom = box
    inside = left >= 0 and right <= width and top >= 0 and bottom <= height
    return inside and all(left >= one[2] or right <= one[0] or top >= one[3] or bottom <= one[1] for one in written)


def _covers(box: _Box, places: list[Place], own: Place) -> bool:
    for place in places:
        x, y = min(max(place.x, box[0]), box[2]), min(max(place.y, box[1]), box[3])
        if place is not own and (place.x - x) ** 2 + (place.y - y) ** 2 < (place.r - 1) ** 2:
            return True
    return False


def _arrows(index: Index, places: list[Place]) -> list[Arrow]:
    """Return the influences and comparisons between things of the map, as curves from what was there first."""
    by_iri = {place.iri: place for place in places}
    chosen: list[Arrow] = []
    drawn: Counter[tuple[str, str]] = Counter()
    for kind in influence.COMPARISONS:
        for node in islice(index.instances(kind), _CLAIMS):
            for edge in influence.edges_of(claims.load(index, node.value)):
                source, target = by_iri.get(edge.source.iri), by_iri.get(edge.target.iri)
                if source and target and source is not target and len(chosen) < _ARROWS:
                    before = drawn[source.iri, target.iri]
                    drawn[source.iri, target.iri] += 1
                    chosen.append(Arrow(edge.claim.iri, edge.claim.label, edge.claim.stance, edge.claim.kind, _curve(source, target, before)))
    return chosen


def _curve(source: Place, target: Place, before: int) -> str:
    """Return a path from the rim of a circle to that of another, bent to the left: more or less than those before it between the two."""
    bend = 0.18 + 0.11 * ((before + 1) // 2) * (1 if before % 2 else -1)
    dx, dy = target.x - source.x, target.y - source.y
    far = math.hypot(dx, dy) or 1.0
    bend_x, bend_y = source.x + dx / 2 - dy * bend, source.y + dy / 2 + dx * bend

    def rim(place: Place, more: float) -> tuple[float, float]:
        x, y = bend_x - place.x, bend_y - place.y
        out = math.hypot(x, y) or far
        return place.x + x / out * (place.r + more), place.y + y / out * (place.r + more)

    (x1, y1), (x2, y2) = rim(source, 1), rim(target, 3)
    return f"M{x1:.0f} {y1:.0f}Q{bend_x:.0f} {bend_y:.0f} {x2:.0f} {y2:.0f}"
