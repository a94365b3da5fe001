"""Lineages and paths in the formats of other tools: diagrams in Mermaid, DOT (Graphviz), GraphML and GEXF, documents for JSON, and a page.

The page has the picture to pan and zoom, and every step with its evidence to read, with and without script.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from whence.lineage.diagram import Diagram, Edge, Node
from whence.lineage.paths import Hop, Paths
from whence.lineage.steps import Step
from whence.lineage.svg import sign, stances, stylesheet, svg, words
from whence.lineage.tracing import Lineage, Reached
from whence.rdf.terms import as_html, as_xml
from whence.things import Index
from whence.things.records import thing


def html(diagram: Diagram) -> str:
    """Return a diagram as one HTML document that asks for nothing else."""
    places = {node.iri: f"#thing-{number}" for number, node in enumerate(diagram.nodes)}
    places |= {edge.step.claim: f"#step-{number}" for number, edge in enumerate(diagram.edges) if edge.step}
    picture = svg(diagram, href=lambda iri: places[iri], palette=False, head=False)
    steps = [_step(diagram, number, edge) for number, edge in enumerate(diagram.edges) if edge.step]
    things = [_thing(diagram, number, node) for number, node in enumerate(diagram.nodes)]
    title = escape(diagram.title)
    style = stylesheet("palette.css") + stylesheet("page.css")
    legend = "".join(
        f'<li><svg class="lineage" width="36" height="10" aria-hidden="true"><g class="edge {stance}"><path d="M1 5 H35"/></g></svg> '
        f"{sign(stance)} {words(stance)}</li>"
        for stance in stances(diagram)
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in diagram.notes)
    document = "\n".join([
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>{title}</title>\n<style>{style}</style>\n</head>\n<body class="lineage">\n<main>\n<h1>{title}</h1>{notes}<ul class="legend">{legend}</ul>',
        '<div class="controls"><button data-zoom="1.25" aria-label="Zoom in">+</button><button data-zoom="0.8" aria-label="Zoom out">\N{MINUS SIGN}'
        '</button><button data-zoom="">Fit</button> Drag to move, Ctrl and wheel to zoom; choose a line or a thing to read its evidence.</div>',
        f'<div class="frame" tabindex="0" role="region" aria-label="Picture">{picture}</div>',
        '<div class="details" aria-live="polite"><p>Nothing is chosen yet.</p></div>',
        f"<h2>Steps ({len(steps)})</h2>", *steps, f"<h2>Things ({len(things)})</h2>", *things,
        f"</main>\n<script>{stylesheet('page.js')}</script>\n</body>\n</html>\n",
    ])  # fmt: skip
    return as_html(document.replace("&#13;", " "))


def _step(diagram: Diagram, number: int, edge: Edge) -> str:
    step = edge.step
    assert step is not None
    source, target = (escape(diagram.label(iri)) for iri in (step.source, step.target))
    aspect = f", {escape(edge.words)}" if edge.words else ""
    evidence = "".join(f"<li>{escape(diagram.evidence(one))}</li>" for one in step.positions)
    return (
        f'<article id="step-{number}"><h3>{source} \N{RIGHTWARDS ARROW} {target}{aspect}</h3>'
        f'<p class="told {edge.stance}">{sign(edge.stance)} {words(edge.stance)}</p><ul>{evidence or "<li>Nobody takes a position on it.</li>"}</ul>'
        f'<p class="iri"><a href="{escape(step.claim)}">{escape(step.claim)}</a></p></article>'
    )


def _thing(diagram: Diagram, number: int, node: Node) -> str:
    ends = [(at, edge) for at, edge in enumerate(diagram.edges) if edge.step and node.iri in (edge.source, edge.target)]
    lines = "".join(
        f'<li><a href="#step-{at}">{escape(diagram.label(edge.source))} \N{RIGHTWARDS ARROW} {escape(diagram.label(edge.target))}</a> '
        f"{sign(edge.stance)} {words(edge.stance)}</li>"
        for at, edge in ends
    )
    kind = f"<p>{escape(node.kind)}</p>" if node.kind else ""
    return (
        f'<article id="thing-{number}"><h3>{escape(node.label)}</h3>{kind}<ul>{lines}</ul>'
        f'<p class="iri"><a href="{escape(node.iri)}">{escape(node.iri)}</a></p></article>'
    )


Record = dict[str, Any]


def record(index: Index, lineages: Iterable[Lineage]) -> Record:
    """Return lineages of one thing as a document: what is reached up and down, and each step once.

    Up is where the thing comes from. A path names its steps by their claims; `steps` has those that no path walks too. Offsets
    are in code points of the document's text, the end exclusive.
    """
    lineages = list(lineages)
    steps = {step.claim: step for lineage in lineages for step in lineage.steps}
    return {
        "thing": thing(index, lineages[0].of),
        "policy": lineages[0].policy,
        "aspect": thing(index, lineages[0].aspect) if lineages[0].aspect else None,
        "reached": [_reached(index, one, lineage.forward) for lineage in lineages for one in lineage.reached],
        "steps": [step_record(index, steps[claim]) for claim in sorted(steps)],
        "leftOut": len({step for lineage in lineages for step in lineage.left_out}),
        "truncated": any(lineage.truncated for lineage in lineages),
    }


def path_record(index: Index, paths: Paths) -> Record:
    """Return paths as a document, best supported first; `length` is how many steps were looked for, `beside` what else is said of the two."""
    return {
        "from": thing(index, paths.start),
        "to": thing(index, paths.end),
        "policy": paths.policy,
        "part": paths.part,
        "length": paths.length,
        "truncated": paths.truncated,
        "paths": [
            {
                "kind": path.kind,
                "commitment": path.commitment,
                "contested": path.contested,
                "documents": [thing(index, iri) for iri in path.documents],
                "speakers": [thing(index, iri) for iri in path.speakers],
                "hops": [_hop(index, hop) for hop in path.hops],
            }
            for path in paths.found
        ],
        "beside": [claim.as_dict() for claim in paths.beside],
    }


def step_record(index: Index, step: Step) -> Record:
    """Return one step with every position that bears on it."""
    return {
        "claim": step.claim,
        "kind": step.kind,
        "source": thing(index, step.source),
        "target": thing(index, step.target),
        "aspect": thing(index, step.aspect) if step.aspect else None,
        "stance": step.stance,
        "commitment": step.commitment,
        "contested": step.contested,
        **({"catalogue": step.catalogue, "crossed": [thing(index, iri) for iri in step.crossed]} if step.catalogue else {}),
        "speakers": [thing(index, iri) for iri in step.speakers],
        "documents": [thing(index, iri) for iri in step.documents],
        "positions": [one.as_dict() for one in step.positions],
    }


def _reached(index: Index, one: Reached, forward: bool) -> Record:
    return {
        **thing(index, one.thing),
        "direction": "down" if forward else "up",
        "commitment": one.commitment,
        "contested": one.contested,
        "path": [step.claim for step in one.path],
    }


def _hop(index: Index, hop: Hop) -> Record:
    return {
        "from": thing(index, hop.start),
        "to": thing(index, hop.end),
        "onward": hop.onward,
        "steps": [step_record(index, step) for step in hop.steps],
    }


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
