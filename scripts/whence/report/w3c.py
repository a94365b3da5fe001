"""The report as a W3C validation report in Turtle (SHACL section 3.6).

A finding that is not SHACL's has no shape; its constraint component is an IRI under
`https://w3id.org/whence/rule/` made of the rule's name. One that is about no node, such as a syntax
error, has its place as its focus node, a literal. Every result with a place says so by `dcterms:source`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from whence.findings import Finding, Path, Report
from whence.namespaces import PREFIXES, SH, shorten
from whence.report.order import apart, blank_nodes, is_shape

#: The graph that a blank node belongs to: two graphs may use one label for two nodes.
DATA, SHAPES = "data", "shapes"
#: A property of a result: prefixed name, N-Triples term or path, and the graph its blank nodes belong to.
Property = tuple[str, "str | Path", str]

_RULES = "https://w3id.org/whence/rule/"
_LOCAL = re.compile(r"[\w-]+:(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)")
_NAME = re.compile(r"(?:(?<=[ (\[])|^)([a-z][a-z-]*):", re.MULTILINE)
_KINDS = {
    "inv": "inversePath", "alt": "alternativePath", "star": "zeroOrMorePath", "plus": "oneOrMorePath", "opt": "zeroOrOnePath",
}  # fmt: skip
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """Turtle with one blank node for the report and one for each result; complete."""
    return document(map(_properties, report.findings))


def document(results: Iterable[Iterable[Property]]) -> str:
    """A validation report with these results, in this order.

    `sh:conforms` is true only without any result, of whatever severity (SHACL section 3.6.1.1). Blank nodes of the data
    keep their labels; one of the shapes whose label the data has too gets another.
    """
    whole = [list(properties) for properties in results]
    labels = _shape_labels(whole)
    head = ["[]", "  a sh:ValidationReport ;", f"  sh:conforms {'false' if whole else 'true'} ;"]
    body = ["  sh:result", " ,\n".join(_result(properties, labels) for properties in whole) + " ;"] if whole else []
    used = {"sh"} | {name for line in body for name in _NAME.findall(line) if name in PREFIXES}
    declared = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(used)]
    return "\n".join([*declared, "", *head, *body, "."]) + "\n"


def _shape_labels(results: list[list[Property]]) -> dict[str, str]:
    """The blank nodes of the shapes whose labels the data has too, each with a label that nothing has."""
    labels: dict[str, set[str]] = {DATA: set(), SHAPES: set()}
    for properties in results:
        for _, value, graph in properties:
            if isinstance(value, str):
                labels[graph] |= blank_nodes(value)
    return apart(labels[DATA], labels[SHAPES])


def _result(properties: list[Property], labels: dict[str, str]) -> str:
    lines = ["    [", "      a sh:ValidationResult ;"]
    for name, value, graph in properties:
        if isinstance(value, tuple):
            text = path_turtle(value)
        else:
            text = _term(labels.get(value, value) if graph == SHAPES else value)
        lines.append(f"      {name} {text} ;")
    return "\n".join([*lines, "    ]"])


def _properties(finding: Finding) -> Iterator[Property]:
    if finding.place:
        yield "dcterms:source", _string(str(finding.place)), DATA
    yield "sh:focusNode", finding.focus_node or _string(str(finding.place or finding.rule)), DATA
    if finding.path:
        yield "sh:resultPath", finding.path, DATA
    if finding.value is not None:
        yield "sh:value", finding.value, DATA
    yield "sh:resultMessage", _string(finding.message), DATA
    if finding.fix:
        yield "sh:resultMessage", _string(finding.fix), DATA
    yield "sh:resultSeverity", f"<{SH}{finding.severity.value}>", SHAPES
    if is_shape(finding):
        yield "sh:sourceConstraintComponent", _named(finding.component or ""), SHAPES
        yield "sh:sourceShape", _named(finding.rule), SHAPES
    else:
        yield "sh:sourceConstraintComponent", f"<{_RULES}{quote(finding.rule.replace(':', '/'))}>", SHAPES


def _named(node: str) -> str:
    return node if node.startswith("_:") else f"<{node}>"


def _term(term: str) -> str:
    if not term.startswith("<") or term.startswith("<<"):
        return term
    short = shorten(term[1:-1])
    return short if _LOCAL.fullmatch(short) else term


def _string(text: str) -> str:
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + escaped.encode("utf-8", "replace").decode("utf-8") + '"'


def path_turtle(path: Path) -> str:
    """A property path as SHACL section 2.3.1 has it.

    >>> path_turtle(("seq", ("inv", ("pred", "<http://www.w3.org/ns/shacl#path>")), ("star", ("pred", "<x:p>"))))
    '( [ sh:inversePath sh:path ] [ sh:zeroOrMorePath <x:p> ] )'
    """
    kind = path[0]
    if kind == "pred":
        return _term(path[1])
    inner = " ".join(path_turtle(part) for part in path[1:])
    if kind in ("seq", "alt"):
        inner = f"( {inner} )"
    return inner if kind == "seq" else f"[ sh:{_KINDS[kind]} {inner} ]"
