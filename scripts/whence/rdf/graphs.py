"""Graphs as Turtle and TriG in the house style, N-Triples and N-Quads sorted, JSON-LD compacted.

Every form is the same bytes for the same graph: triples are sorted, and blank nodes are written in
brackets where they stand in one place, else labelled by RDFC-1.0.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from pyoxigraph import Quad, Triple

from whence.namespaces import PREFIXES
from whence.rdf import jsonld, rdfxml
from whence.rdf.canonical import canonical, graph_key, hanging
from whence.rdf.formats import GRAPHS
from whence.rdf.jsonld import Context
from whence.rdf.layout import lay_out
from whence.rdf.terms import nt
from whence.rdf.tree import DEEPEST, Node, Property, Shape, Statement

#: The formats of graphs that are written here, by their names in `whence.rdf.formats`.
FORMATS = ("turtle", "jsonld", "nt", "nquads", "trig", "rdfxml")

_RDF = PREFIXES["rdf"]
_FIRST, _REST, _NIL = (_RDF + name for name in ("first", "rest", "nil"))
_XSD = PREFIXES["xsd"]
_STRING = _XSD + "string"
#: Turtle 1.1 section 2.5: what may stand bare; of numbers those forms that every reader keeps.
_BARE = {
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]*", re.ASCII),
    _XSD + "decimal": re.compile(r"-?(?:0\.[0-9]{1,6}|[1-9][0-9]*\.[0-9]+)", re.ASCII),
    _XSD + "boolean": re.compile(r"true|false"),
}
#: The part of PN_LOCAL ([168]) that needs no thought; every other IRI is written whole.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?", re.ASCII)
_NAMESPACE_END = re.compile(r"(.*[/#])([^/#]*)", re.DOTALL)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TO_ESCAPE = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]')


def write(quads: Iterable[Quad | Triple], format: str, out: BinaryIO, context: Context | None = None, address: str = "") -> int:
    """Write a graph as one document; byte for byte the same whenever the graph is the same.

    :param format: one of `FORMATS`; those that carry no named graphs merge them
    :param context: the JSON-LD context, or None to use the shared prefixes alone (jsonld only)
    :param address: where whoever reads the document finds the context, which is written into it otherwise (jsonld only)
    :returns: how many different quads there were
    :raises NotWritable: the format cannot carry the graph
    :raises InputError: the context cannot be used
    """
    merged = not GRAPHS[format].graphs
    ordered = canonical(
        one if isinstance(one, Quad) and not merged else Quad(one.subject, one.predicate, one.object) for one in quads
    )
    if format == "jsonld":
        jsonld.write(ordered, out, context, address)
    elif format == "rdfxml":
        rdfxml.write(ordered, out)
    else:
        text = {"turtle": turtle, "trig": trig}.get(format, lines)(ordered)
        out.write(text.encode())
    return len(ordered)


def lines(quads: Iterable[Quad]) -> str:
    """Return N-Quads, which is N-Triples where there are no named graphs, one line a quad.

    >>> from pyoxigraph import NamedNode, Quad, Literal
    >>> lines([Quad(NamedNode("a:a"), NamedNode("a:p"), Literal("x"))])
    '<a:a> <a:p> "x" .\\n'
    """
    return "".join(
        f"{quad.subject} {quad.predicate} {nt(quad.object)} {graph}{' ' if graph else ''}.\n"
        for quad in quads
        for graph in (graph_key(quad),)
    )


def turtle(quads: Iterable[Quad]) -> str:
    """Return the triples as Turtle in the house style; graph names are ignored.

    :param quads: as `canonical` gives them
    """
    quads = list(quads)
    spelling = _Spelling()
    body = _laid_out(quads, spelling, hanging(quads))
    return "\n".join(part for part in (_prefixes(spelling), body) if part)


def trig(quads: Iterable[Quad]) -> str:
    """Return the quads as TriG: the default graph's blocks, then each named graph in braces.

    :param quads: as `canonical` gives them
    """
    quads = list(quads)
    hung = hanging(quads)
    by_graph: dict[str, list[Quad]] = {}
    for quad in quads:
        by_graph.setdefault(graph_key(quad), []).append(quad)
    spelling = _Spelling()
    parts = []
    for graph, members in by_graph.items():
        body = _laid_out(members, spelling, hung)
        if graph:
            indented = re.sub(r"^(?=.)", "  ", body, flags=re.MULTILINE)
            body = f"{spelling.node(members[0].graph_name)} {{\n{indented}}}\n"
        parts.append(body)
    return "\n".join(part for part in (_prefixes(spelling), *parts) if part)


def _laid_out(quads: Iterable[Quad], spelling: _Spelling, hung: dict[Any, Any]) -> str:
    """The blocks of one graph as text.

    The tree is a great many objects and no garbage, so the collector waits: it took more than half of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        blocks = _Builder(quads, spelling, hung).statements()
        return lay_out(blocks) if blocks else ""
    finally:
        if collecting:
            gc.enable()


def _prefixes(spelling: _Spelling) -> str:
    return "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(spelling.used))


class _Spelling:
    """How terms are written: with our prefixes, remembering which were needed.

    :ivar used: the prefixes that were needed so far
    """

    __slots__ = ("_iris", "_prefix_of", "used")

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._iris: dict[str, str] = {}
        self._prefix_of = {namespace: prefix for prefix, namespace in PREFIXES.items()}

    def node(self, term: Any) -> str:
        """Return a term as Turtle writes it.

        >>> from pyoxigraph import Literal, NamedNode
        >>> _Spelling().node(NamedNode("https://w3id.org/whence/ontology#Claim")), _Spelling().node(Literal(3))
        ('wh:Claim', '3')
        """
        kind = type(term).__name__
        if kind == "NamedNode":
            return self.iri(term.value)
        if kind == "Literal":
            return self._literal(term)
        return str(term) if kind == "BlankNode" else self._triple(term)

    def _triple(self, term: Any) -> str:
        """A triple term of RDF 1.2; one inside another stands in object position only."""
        words = []
        depth = 0
        while type(term).__name__ == "Triple":
            words += ["<<(", self.node(term.subject), self.iri(term.predicate.value)]
            term = term.object
            depth += 1
        return " ".join([*words, self.node(term), *[")>>"] * depth])

    def iri(self, iri: str) -> str:
        """Return an IRI as a prefixed name, or whole in angle brackets."""
        known = self._iris.get(iri)
        if known is None:
            known = self._iris[iri] = self._prefixed(iri)
        return known

    def _prefixed(self, iri: str) -> str:
        match = _NAMESPACE_END.fullmatch(iri)
        prefix = self._prefix_of.get(match[1]) if match else None
        if match is None or prefix is None or not _LOCAL.fullmatch(match[2]):
            return f"<{iri}>"
        self.used.add(prefix)
        return f"{prefix}:{match[2]}"

    def _literal(self, literal: Any) -> str:
        value = literal.value
        datatype = literal.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(value):
            return value
        quoted = f'"{_TO_ESCAPE.sub(_escaped, value)}"'
        if literal.language:
            return str(literal) if getattr(literal, "direction", None) else f"{quoted}@{literal.language}"
        return quoted if datatype == _STRING else f"{quoted}^^{self.iri(datatype)}"


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"


class _Builder:
    """Makes one statement a subject, sorted as written; blank nodes that stand in one place are nested.

    :param quads: those of one graph, blank nodes labelled so that the labels are stable
    :param hung: as `hanging` gives it for the whole dataset
    """

    def __init__(self, quads: Iterable[Any], spelling: _Spelling, hung: dict[Any, Any]) -> None:
        self._spelling = spelling
        self._properties: dict[Any, dict[str, list[Any]]] = {}
        for quad in quads:
            objects = self._properties.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
            objects.append(quad.object)
        self._lists = self._well_formed(hung)
        self._nested = self._shallow(hung)

    def _well_formed(self, hung: dict[Any, Any]) -> set[Any]:
        """The cells of well-formed collections (RDF Schema 1.1 section 5.2) among the nodes that hang below others."""
        cells: set[Any] = set()
        for node in reversed(hung):
            cell = self._properties.get(node, {})
            first, rest = cell.get(_FIRST, ()), cell.get(_REST, ())
            if len(cell) == 2 and len(first) == len(rest) == 1 and (rest[0] in cells or getattr(rest[0], "value", "") == _NIL):
                cells.add(node)
        return cells

    def _shallow(self, hung: dict[Any, Any]) -> set[Any]:
        """The nodes that are written inside others; what would be too deep gets a block and a label."""
        depths: dict[Any, int] = {}
        for node, above in hung.items():
            if above in depths and node in self._lists and above in self._lists and node in self._properties[above][_REST]:
                depths[node] = depths[above]  # the next cell of the same list
            elif depths.get(above, 0) < DEEPEST:
                depths[node] = depths.get(above, 0) + 1
        return set(depths)

    def statements(self) -> list[Statement]:
        blocks = []
        for subject in self._properties:
            if subject in self._nested:
                continue
            blocks.append(Statement(Node(Shape.IRI, self._text(subject)), self._block(subject), [], []))
        return sorted(blocks, key=lambda block: block.subject.text)

    def _text(self, term: Any) -> str:
        return self._spelling.node(term)

    def _block(self, subject: Any) -> list[Property]:
        found = []
        for iri, objects in self._properties.get(subject, {}).items():
            verb = "a" if iri == _RDF + "type" else self._spelling.iri(iri)
            nodes = sorted(map(self._node, objects), key=_written)
            found.append(Property(verb, iri, nodes))
        return found

    def _node(self, term: Any) -> Node:
        if term not in self._nested:
            if type(term).__name__ == "NamedNode" and term.value == _NIL:
                return Node(Shape.COLLECTION)
            return Node(Shape.IRI if type(term).__name__ != "Literal" else Shape.ATOM, self._text(term))
        members = self._members(term)
        if members is not None:
            return Node(Shape.COLLECTION, members=[self._node(member) for member in members])
        return Node(Shape.PROPERTIES, properties=self._block(term))

    def _members(self, head: Any) -> list[Any] | None:
        """The members of a well-formed collection in nested cells, or None."""
        if head not in self._lists:
            return None
        members = []
        while head in self._nested:
            members.append(self._properties[head][_FIRST][0])
            head = self._properties[head][_REST][0]
        return members


def _written(node: Node) -> str:
    """A text that sorts nodes by what they say: atoms by themselves, nested ones after them by their parts."""
    if node.shape in (Shape.IRI, Shape.ATOM):
        return f"0{node.text}"
    if node.shape is Shape.COLLECTION:
        return "1" + " ".join(map(_written, node.members))
    parts = sorted(f"{one.iri} {' '.join(map(_written, one.objects))}" for one in node.properties)
    return "2" + "\n".join(parts)
