"""A diagram as a page: the picture to pan and zoom, and every step with its evidence to read, with and without script."""

from __future__ import annotations

from html import escape

from whence.lineage.diagram import Diagram, Edge, Node
from whence.lineage.svg import sign, stances, stylesheet, svg, words
from whence.rdf.terms import as_html


def html(diagram: Diagram) -> str:
    """Return a diagram as one HTML document that asks for nothing else."""
    places = {node.iri: f"#thing-{number}" for number, node in enumerate(diagram.nodes)}
    places |= {edge.step.claim: f"#step-{number}" for number, edge in enumerate(diagram.edges) if edge.step}
    picture = svg(diagram, href=lambda iri: places[iri], palette=False, head=False)
    steps = [_step(diagram, number, edge) for number, edge in enumerate(diagram.edges) if edge.step]
    things = [_thing(diagram, number, node) for number, node in enumerate(diagram.nodes)]
    title = _text(diagram.title)
    style = stylesheet("palette.css") + stylesheet("page.css")
    legend = "".join(
        f'<li><svg class="lineage" width="36" height="10" aria-hidden="true"><g class="edge {stance}"><path d="M1 5 H35"/></g></svg> '
        f"{sign(stance)} {words(stance)}</li>"
        for stance in stances(diagram)
    )
    notes = "".join(f"<p>{_text(note)}</p>" for note in diagram.notes)
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


def _text(text: str) -> str:
    return escape(text)


def _step(diagram: Diagram, number: int, edge: Edge) -> str:
    step = edge.step
    assert step is not None
    source, target = (_text(diagram.label(iri)) for iri in (step.source, step.target))
    aspect = f", {_text(edge.words)}" if edge.words else ""
    evidence = "".join(f"<li>{_text(diagram.evidence(one))}</li>" for one in step.positions)
    return (
        f'<article id="step-{number}"><h3>{source} \N{RIGHTWARDS ARROW} {target}{aspect}</h3>'
        f'<p class="told {edge.stance}">{sign(edge.stance)} {words(edge.stance)}</p><ul>{evidence or "<li>Nobody takes a position on it.</li>"}</ul>'
        f'<p class="iri"><a href="{_text(step.claim)}">{_text(step.claim)}</a></p></article>'
    )


def _thing(diagram: Diagram, number: int, node: Node) -> str:
    ends = [(at, edge) for at, edge in enumerate(diagram.edges) if edge.step and node.iri in (edge.source, edge.target)]
    lines = "".join(
        f'<li><a href="#step-{at}">{_text(diagram.label(edge.source))} \N{RIGHTWARDS ARROW} {_text(diagram.label(edge.target))}</a> '
        f"{sign(edge.stance)} {words(edge.stance)}</li>"
        for at, edge in ends
    )
    kind = f"<p>{_text(node.kind)}</p>" if node.kind else ""
    return (
        f'<article id="thing-{number}"><h3>{_text(node.label)}</h3>{kind}<ul>{lines}</ul>'
        f'<p class="iri"><a href="{_text(node.iri)}">{_text(node.iri)}</a></p></article>'
    )
