"""The field's reference SHACL engine, pySHACL, behind the same face as our own, to compare with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, RdfFormat, Store

from whence.errors import InputError, UsageError
from whence.findings import Finding, Path
from whence.validation.shapes import severity_of
from whence.namespaces import SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_KINDS = {"inv": "inversePath", "star": "zeroOrMorePath", "plus": "oneOrMorePath", "opt": "zeroOrOnePath"}


def run_pyshacl(shapes: Store, data: Store) -> list[Finding]:
    """Validate data against shapes with pySHACL.

    :returns: one finding a validation result, in no fixed order
    :raises UsageError: when pySHACL is not installed
    :raises InputError: when pySHACL refuses the shapes
    """
    try:
        import pyshacl
        import rdflib
    except ImportError:
        raise UsageError("pySHACL is not installed.", fix="Install it with: pip install 'whence-graph[reference]'.") from None
    rdflib.NORMALIZE_LITERALS = False
    data_graph, data_labels = _convert(data)
    shapes_graph, shape_labels = _convert(shapes)
    try:
        _, results, _ = pyshacl.validate(data_graph, shacl_graph=shapes_graph, advanced=True, inference="none")
    except pyshacl.errors.ReportableRuntimeError as error:
        raise InputError(f"pySHACL refuses the shapes: {_first_line(error)}.", fix="Mend the shape it names.") from None
    if not isinstance(results, rdflib.Graph):
        raise InputError(f"pySHACL refuses the shapes: {_first_line(results)}.", fix="Mend the shape it names.")
    return _Reading(results, data_labels | shape_labels).findings()


def _convert(store: Store) -> tuple[Graph, dict[str, str]]:
    """Return the default graph as an rdflib graph, and rdflib's labels of blank nodes with ours."""
    import rdflib
    from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser

    text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()).decode()
    graph = rdflib.Graph()
    labels: dict[str, rdflib.BNode] = {}
    W3CNTriplesParser(NTGraphSink(graph), bnode_context=labels).parsestring(text)
    return graph, {str(node): label for label, node in labels.items()}


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


class _Reading:
    """A results graph of pySHACL being read."""

    def __init__(self, results: Graph, labels: dict[str, str]) -> None:
        from rdflib import Namespace

        self._graph = results
        self._labels = labels
        self._sh = Namespace(SH)

    def findings(self) -> list[Finding]:
        sh, graph, found = self._sh, self._graph, []
        report = next(graph.subjects(sh.conforms, None))
        for result in graph.objects(report, sh.result):
            path = graph.value(result, sh.resultPath)
            value = graph.value(result, sh.value)
            messages = sorted(str(message) for message in graph.objects(result, sh.resultMessage))
            found.append(
                Finding(
                    self._term(graph.value(result, sh.sourceShape)).strip("<>"),
                    severity_of(str(graph.value(result, sh.resultSeverity))),
                    messages[0] if messages else "The constraint is not met.",
                    None,
                    self._term(graph.value(result, sh.focusNode)),
                    None if path is None else self._path(path),
                    None if value is None else self._term(value),
                    str(graph.value(result, sh.sourceConstraintComponent)),
                )
            )
        return found

    def _term(self, node: Node | None) -> str:
        from rdflib import BNode

        if isinstance(node, BNode):
            label = self._labels.get(str(node), str(node))
            return label if label.startswith("_:") else f"_:{label}"
        return "" if node is None else re.sub(r"\^\^<http://www\.w3\.org/2001/XMLSchema#string>$", "", node.n3())

    def _path(self, node: Node) -> Path:
        """Return a SHACL path (SHACL section 2.3.1)."""
        from rdflib import RDF, BNode
        from rdflib.collection import Collection

        graph = self._graph
        if isinstance(node, BNode):
            for kind, name in _KINDS.items():
                inner = graph.value(node, self._sh[name])
                if inner is not None:
                    return (kind, self._path(inner))
            alternatives = graph.value(node, self._sh.alternativePath)
            if alternatives is not None:
                return ("alt", *(self._path(member) for member in Collection(graph, alternatives)))
            if (node, RDF.first, None) in graph:
                return ("seq", *(self._path(member) for member in Collection(graph, node)))
        return ("pred", self._term(node))
