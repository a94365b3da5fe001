"""A diagram in the formats of other tools: Mermaid, DOT (Graphviz), GraphML and GEXF."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from whence.lineage.diagram import Diagram, Edge
from whence.lineage.svg import sign, words
from whence.rdf.terms import as_xml

_GRAPHML, _GEXF = "http://graphml.graphdrawing.org/xmlns", "http://www.gexf.net/1.2draft"
#: Stance to the operator of Mermaid and the style of DOT that draw its line.
_STROKES = {
    "makers": ("==>", "bold"), "press": ("-->", "solid"), "catalogue": ("-.->", "dashed"), "disputed": ("==>", "bold"), "denied": ("--x", "dashed"),
    "part": ("-.-", "dotted"),
}  # fmt: skip
_NODE_DATA = ("iri", "label", "kind", "column", "home")
_EDGE_DATA = ("claim", "stance", "words", "commitment", "contested", "speakers", "documents")


def mermaid(diagram: Diagram) -> str:
    """Return a diagram as a Mermaid flowchart.

    What the syntax reserves is written as entity codes (`#35;` for a number sign), as Mermaid's "Entity codes to escape characters".
    """
    names = {node.iri: f"n{number}" for number, node in enumerate(diagram.nodes)}
    lines = ["flowchart LR", f"  accTitle: {_mermaid(diagram.title)}"]
    lines += [f'  {names[node.iri]}["{_mermaid(node.label)}"]' + (":::home" if node.home else "") for node in diagram.nodes]
    for edge in diagram.edges:
        operator = _STROKES.get(edge.stance, ("-.->",))[0]
        lines.append(f'  {names[edge.source]} {operator}|"{_mermaid(_label(edge))}"| {names[edge.target]}')
    return "\n".join([*lines, "  classDef home stroke-width:3px"]) + "\n"


def _mermaid(text: str) -> str:
    plain = " ".join(text.split())
    return "".join(char if char.isalnum() or char in " ,.-" or ord(char) > 0x7F else f"#{ord(char)};" for char in plain)


def _label(edge: Edge) -> str:
    """Return the words of an edge: its aspect, if any, and its stance with its sign."""
    if edge.step is None:
        return edge.words
    return f"{edge.words + ': ' if edge.words else ''}{sign(edge.stance)} {words(edge.stance)}"


def dot(diagram: Diagram) -> str:
    """Return a diagram in the DOT language of Graphviz."""
    lines = ["digraph lineage {", "  rankdir=LR;", f"  label={_dot(diagram.title)};", "  node [shape=box];"]
    for node in diagram.nodes:
        home = ", style=bold" if node.home else ""
        lines.append(f"  {_dot(node.iri)} [label={_dot(node.label)}, tooltip={_dot(node.kind)}, URL={_dot(node.iri)}{home}];")
    for edge in diagram.edges:
        style = _STROKES.get(edge.stance, ("", "dashed"))[1]
        told = f", tooltip={_dot(_evidence(diagram, edge))}, URL={_dot(edge.step.claim)}" if edge.step else ", arrowhead=none"
        lines.append(f"  {_dot(edge.source)} -> {_dot(edge.target)} [label={_dot(_label(edge))}, style={style}{told}];")
    return "\n".join([*lines, "}"]) + "\n"


def _dot(text: str) -> str:
    """Return a quoted string; a backslash is doubled, since labels give it a meaning of its own (`\\N`, `\\l`), and NUL cannot stand in one."""
    return '"' + text.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _evidence(diagram: Diagram, edge: Edge) -> str:
    return "\n".join(map(diagram.evidence, edge.step.positions)) if edge.step else ""


def graphml(diagram: Diagram) -> str:
    """Return a diagram as GraphML 1.0 (Brandes et al.): a directed graph with typed data on nodes and edges."""
    root = ET.Element("graphml", xmlns=_GRAPHML)
    for of, names in (("node", _NODE_DATA), ("edge", _EDGE_DATA)):
        for name in names:
            ET.SubElement(root, "key", {"id": f"{of}-{name}", "for": of, "attr.name": name, "attr.type": _type(name)})
    graph = ET.SubElement(root, "graph", id=diagram.title, edgedefault="directed")
    for node in diagram.nodes:
        made = ET.SubElement(graph, "node", id=node.iri)
        _data(made, "node", {name: getattr(node, name) for name in _NODE_DATA})
    for number, edge in enumerate(diagram.edges):
        made = ET.SubElement(graph, "edge", id=f"e{number}", source=edge.source, target=edge.target)
        _data(made, "edge", _edge_data(diagram, edge))
    return _document(root)


def _data(element: ET.Element, of: str, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        ET.SubElement(element, "data", key=f"{of}-{name}").text = _plain(value)


def gexf(diagram: Diagram) -> str:
    """Return a diagram as GEXF 1.2, which Gephi and NetworkX read."""
    root = ET.Element("gexf", xmlns=_GEXF, version="1.2")
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "description").text = diagram.title
    graph = ET.SubElement(root, "graph", defaultedgetype="directed", mode="static")
    for of, names in (("node", _NODE_DATA), ("edge", _EDGE_DATA)):
        group = ET.SubElement(graph, "attributes", {"class": of, "mode": "static"})
        for name in names:
            ET.SubElement(group, "attribute", id=f"{of}-{name}", title=name, type="integer" if _type(name) == "int" else _type(name))
    nodes, edges = ET.SubElement(graph, "nodes"), ET.SubElement(graph, "edges")
    for node in diagram.nodes:
        made = ET.SubElement(nodes, "node", id=node.iri, label=node.label)
        _values(made, "node", {name: getattr(node, name) for name in _NODE_DATA})
    for number, edge in enumerate(diagram.edges):
        made = ET.SubElement(edges, "edge", id=f"e{number}", source=edge.source, target=edge.target, label=_label(edge))
        _values(made, "edge", _edge_data(diagram, edge))
    return _document(root)


def _values(element: ET.Element, of: str, values: Mapping[str, object]) -> None:
    group = ET.SubElement(element, "attvalues")
    for name, value in values.items():
        ET.SubElement(group, "attvalue", {"for": f"{of}-{name}", "value": _plain(value)})


def _edge_data(diagram: Diagram, edge: Edge) -> dict[str, object]:
    step = edge.step
    return {
        "claim": step.claim if step else "",
        "stance": edge.stance,
        "words": edge.words,
        "commitment": (step.commitment if step else None) or "",
        "contested": bool(step and step.contested),
        "speakers": "; ".join(map(diagram.label, step.speakers)) if step else "",
        "documents": "; ".join(map(diagram.label, step.documents)) if step else "",
    }


def _type(name: str) -> str:
    return {"column": "int", "home": "boolean", "contested": "boolean"}.get(name, "string")


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _document(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + as_xml(ET.tostring(root, encoding="unicode")) + "\n"
