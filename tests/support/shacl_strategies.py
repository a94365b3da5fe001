"""Hypothesis strategies for shapes and data graphs, as lists of triples in N-Triples terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from whence.shacl.paths import Path
from whence.shacl.vocabulary import FIRST, NIL, REST, SUB_CLASS_OF, TRUE, TYPE, XSD, sh

Triple = tuple[str, str, str]

EX = "https://example.org/"
NODES = [f"<{EX}n{number}>" for number in range(5)]
BLANKS = ["_:b0", "_:b1"]
PREDICATES = [f"<{EX}{name}>" for name in "pqr"]
CLASSES = [f"<{EX}{name}>" for name in ("A", "B", "C")]
LITERALS = [
    '"a"', '"ab"', '"a"@en', '"b"@EN', '"b"@de-AT', f'"1"^^<{XSD}integer>', f'"3"^^<{XSD}integer>', f'"2.5"^^<{XSD}decimal>',
    f'"01"^^<{XSD}integer>', f'"7"^^<{XSD}byte>',

    f'"1.0E0"^^<{XSD}double>',
]  # fmt: skip
DATATYPES = [f"<{XSD}{name}>" for name in ("string", "integer", "decimal", "byte", "boolean", "date", "double")]
KINDS = [sh(n) for n in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")]
_PATHS = {
    "inv": "inversePath", "alt": "alternativePath", "star": "zeroOrMorePath", "plus": "oneOrMorePath", "opt": "zeroOrOnePath",
}  # fmt: skip
BOUNDS = [f'"1"^^<{XSD}integer>', f'"2"^^<{XSD}integer>', f'"2.5"^^<{XSD}decimal>']



def _without_sequence(path: Path) -> bool:
    """pyshacl 0.40 walks the parts of an inverted sequence in the wrong order."""
    return path[0] == "pred" or (path[0] != "seq" and all(_without_sequence(part) for part in path[1:]))


_simple = st.sampled_from(PREDICATES).map(lambda iri: ("pred", iri))
paths: st.SearchStrategy[Path] = st.recursive(
    _simple,
    lambda inner: st.one_of(
        inner.filter(_without_sequence).map(lambda path: ("inv", path)),
        st.tuples(inner, inner).map(lambda pair: ("seq", *pair)),
        st.tuples(inner, inner).map(lambda pair: ("alt", *pair)),
        inner.map(lambda path: ("star", path)),
        inner.map(lambda path: ("plus", path)),
        inner.map(lambda path: ("opt", path)),
    ),
    max_leaves=3,
)


def integer(number: int) -> str:
    """Return an integer literal."""
    return f'"{number}"^^<{XSD}integer>'


@st.composite
def data_graphs(draw: Callable[..., Any], *, blanks: bool = True) -> list[Triple]:
    """A small data graph with classes, a class hierarchy and literals of many kinds."""
    subjects = NODES + (BLANKS if blanks else [])
    edge = st.tuples(
        st.sampled_from(subjects), st.sampled_from(PREDICATES), st.sampled_from(subjects + LITERALS)
    )
    typed = st.tuples(st.sampled_from(subjects), st.just(TYPE), st.sampled_from(CLASSES))
    triples = draw(st.lists(edge, min_size=2, max_size=16)) + draw(st.lists(typed, max_size=5))
    if draw(st.booleans()):
        triples.append((CLASSES[1], SUB_CLASS_OF, CLASSES[0]))
    return sorted(set(triples))


class Builder:
    """Writes one shapes graph, drawing as it goes."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.triples: list[Triple] = []
        self._count = 0

    def fresh(self) -> str:
        self._count += 1
        return f"_:s{self._count}"

    def add(self, subject: str, name: str, value: str) -> None:
        self.triples.append((subject, sh(name), value))

    def well_placed(self) -> list[Triple]:
        """Return the triples without qualified value shapes on node shapes, where they do not belong."""
        node_shapes = {subject for subject, _, kind in self.triples if kind == sh("NodeShape")}
        return [triple for triple in self.triples if triple[0] not in node_shapes or "qualified" not in triple[1]]

    def list(self, items: list[str]) -> str:
        head = NIL
        for item in reversed(items):
            cell = self.fresh()
            self.triples += [(cell, FIRST, item), (cell, REST, head)]
            head = cell
        return head

    def path(self, path: Path) -> str:
        """Add the triples of a path (SHACL section 2.3.1) and return its node."""
        kind, *parts = path
        if kind == "pred":
            return str(parts[0])
        inner = self.list([self.path(part) for part in parts]) if kind in ("seq", "alt") else self.path(parts[0])
        if kind == "seq":
            return inner
        node = self.fresh()
        self.add(node, _PATHS[kind], inner)
        return node

    def shape(self, depth: int, *, is_property: bool, node: str | None = None) -> str:
        node = node or self.fresh()
        self.triples.append((node, TYPE, sh("PropertyShape" if is_property else "NodeShape")))
        if is_property:
            self.add(node, "path", self.path(self.draw(paths)))
        kinds = [*_VALUE_KINDS, *(_PROPERTY_KINDS if is_property else []), *(_NESTED_KINDS if depth else [])]
        if depth < _DEPTH:
            kinds = [kind for kind in kinds if not kind.startswith("lessThan")]
        for kind in self.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True)):
            self._constrain(node, kind, depth)
        return node

    def _constrain(self, node: str, kind: str, depth: int) -> None:
        draw = self.draw
        if kind in _CHOICES:
            self.add(node, kind, draw(st.sampled_from(_CHOICES[kind])))
        elif kind in ("minCount", "maxCount", "minLength", "maxLength"):
            self.add(node, kind, integer(draw(st.integers(kind == "minLength", 3))))
        elif kind == "in":
            self.add(node, kind, self.list(draw(st.lists(st.sampled_from(NODES + LITERALS), max_size=20, unique=True))))
        elif kind == "languageIn":
            self.add(node, kind, self.list(draw(st.lists(st.sampled_from(['"en"', '"de"', '"de-AT"']), max_size=2))))
        elif kind in ("uniqueLang", "closed"):
            self.add(node, kind, TRUE)
        elif kind == "qualified":
            self._qualified(node, depth)
        elif kind in ("and", "or", "xone"):
            members = draw(st.lists(st.booleans(), min_size=1, max_size=3))
            self.add(node, kind, self.list([self.shape(depth - 1, is_property=member) for member in members]))
        else:
            is_property = kind == "property" or (kind == "not" and draw(st.booleans()))
            self.add(node, kind, self.shape(depth - 1, is_property=is_property))

    def _qualified(self, node: str, depth: int) -> None:
        self.add(node, "qualifiedValueShape", self.shape(depth - 1, is_property=False))
        for kind in self.draw(st.sampled_from([("Min",), ("Max",), ("Min", "Max")])):
            self.add(node, f"qualified{kind}Count", integer(self.draw(st.integers(0, 5))))
        if self.draw(st.booleans()):
            self.add(node, "qualifiedValueShapesDisjoint", TRUE)


_CHOICES = {
    "class": CLASSES, "datatype": DATATYPES, "nodeKind": KINDS, "pattern": ['"a"', '"^[a-b]+$"', '"n[0-2]"'],
    "minInclusive": BOUNDS, "maxExclusive": BOUNDS, "minExclusive": BOUNDS, "maxInclusive": BOUNDS,
    "equals": PREDICATES, "disjoint": PREDICATES, "lessThan": PREDICATES, "lessThanOrEquals": PREDICATES,
    "hasValue": NODES + LITERALS,
}  # fmt: skip
_DEPTH = 2
_PROPERTY_KINDS = ["minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"]
_VALUE_KINDS = [kind for kind in _CHOICES if kind not in _PROPERTY_KINDS] + ["in", "languageIn", "closed", "minLength", "maxLength"]
_NESTED_KINDS = ["node", "property", "not", "and", "or", "xone", "qualified"]


@st.composite
def shapes_graphs(draw: Callable[..., Any]) -> list[Triple]:
    """One to three shapes with targets of every kind."""
    builder = Builder(draw)
    for number in range(draw(st.integers(1, 3))):
        node = f"<{EX}S{number}>"
        builder.shape(_DEPTH, is_property=draw(st.booleans()), node=node)
        target = draw(st.sampled_from(["targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"]))
        terms = {"targetClass": CLASSES, "targetNode": NODES + LITERALS[:6]}.get(target, PREDICATES)
        builder.add(node, target, draw(st.sampled_from(terms)))
        if draw(st.booleans()):
            builder.add(node, "severity", sh(draw(st.sampled_from(["Warning", "Info"]))))
    return builder.well_placed()
