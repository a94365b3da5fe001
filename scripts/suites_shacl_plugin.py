"""Puts whence in the place of pySHACL's `validate` while pySHACL's own tests run (a pytest plugin of `suites_shacl.py`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import owlrl
import pyoxigraph
import pyshacl
import rdflib
from pyshacl.rdfutil.clone import clone_graph
from pyshacl.rdfutil.inoculate import inoculate
from rdflib.util import from_n3

from whence import shacl
from whence.errors import WhenceError
from whence.shacl.vocabulary import lexical


#: Rules that make new blank nodes never come to an end.
MOST_INFERRED = 10_000


def _file(source: Any, form: str | None, folder: Path, name: str, inference: str | None = None) -> Path:
    """Write a graph, text or file as Turtle, with what pySHACL infers before it validates."""
    source = source.read() if hasattr(source, "read") else source
    graph = source if isinstance(source, rdflib.Graph) else None
    if graph is None:
        keep, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
        location = str(source).removeprefix("file://").removeprefix("file:")
        given = {"location": location} if len(location) < 500 and Path(location).is_file() else {"data": source}
        graph = rdflib.Dataset(default_union=True) if form in ("trig", "nquads", "json-ld") else rdflib.Graph()
        graph.parse(**given, format=form or (None if "location" in given else "turtle"))
        rdflib.NORMALIZE_LITERALS = keep
    path = folder / f"{name}.ttl"
    merged = rdflib.Graph()
    for prefix, namespace in graph.namespaces():
        merged.bind(prefix, namespace)
    for triple in graph.triples((None, None, None)):
        merged.add(triple)
    if inference not in (None, "none"):
        kinds = {"rdfs": owlrl.RDFS_Semantics, "owlrl": owlrl.OWLRL_Semantics, "both": owlrl.RDFS_OWLRL_Semantics}
        owlrl.DeductiveClosure(kinds[inference]).expand(merged)
        for triple in [triple for triple in merged if isinstance(triple[0], rdflib.Literal)]:
            merged.remove(triple)  # of generalised RDF, which no file can hold
    declared = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in merged.namespaces())  # the writer leaves out some
    path.write_text(declared + merged.serialize(format="turtle"), "utf-8")
    return path


def validate(data_graph: Any, *_: Any, shacl_graph: Any = None, ont_graph: Any = None, **options: Any) -> tuple[bool, rdflib.Graph, str]:
    """Validate as pySHACL does, as far as whence has its options.

    pySHACL itself prepares the data: it chooses what of an ontology it mixes in, and infers. Rules are run by whence, again until
    nothing new is inferred with `iterate_rules`, and with `inplace` the data get what they inferred. The text is in its form,
    names with the prefixes of the graphs.

    :raises pyshacl.errors.ReportableRuntimeError: whence refuses the input
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if ont_graph is not None and isinstance(data_graph, rdflib.Graph) and isinstance(ont_graph, rdflib.Graph):
            data_graph, ont_graph = inoculate(clone_graph(data_graph), ont_graph), None
        data = [_file(data_graph, options.get("data_graph_format"), folder, "data", options.get("inference"))]
        if ont_graph is not None:
            data.append(_file(ont_graph, options.get("ont_graph_format"), folder, "ontology"))
        shapes = data[:1] if shacl_graph is None else [_file(shacl_graph, options.get("shacl_graph_format"), folder, "shapes")]
        try:
            quads = shacl.read_data(data)
            source = shacl.read_shapes(shapes, quads)
            report = shacl.validate_quads(quads, source)
            inferred: list[pyoxigraph.Quad] = []
            while report.inferred and report.inferred.quads and len(inferred) < MOST_INFERRED:
                inferred += report.inferred.quads
                if not options.get("iterate_rules"):
                    break
                report = shacl.validate_quads([*quads, *inferred], source)
            if options.get("inplace") and isinstance(data_graph, rdflib.Graph):
                triples = pyoxigraph.serialize([quad.triple for quad in inferred], format=pyoxigraph.RdfFormat.N_TRIPLES)
                data_graph.parse(data=triples or "", format="nt")
        except WhenceError as error:
            raise pyshacl.errors.ReportableRuntimeError(str(error)) from error
    given = [graph for graph in (data_graph, shacl_graph) if isinstance(graph, rdflib.Graph)]
    text = "".join(_told(result, given) for result in report)
    conforms = not report.results
    allowed = {"allow_infos": ("Info",), "allow_warnings": ("Info", "Warning")}
    for option, severities in allowed.items():
        if options.get(option):
            conforms = conforms or all(r.severity.rpartition("#")[2][:-1] in severities for r in report)
    title = f"Validation Report\nConforms: {conforms}\nResults ({len(report.results)}):\n"
    return conforms, rdflib.Graph().parse(data=shacl.report_text(report), format="turtle"), title + text


def _told(result: shacl.Result, graphs: list[rdflib.Graph]) -> str:
    """Return a result as pySHACL's text report has it, with its title for qualified shapes and its sentences for sh:not and sh:node."""
    names = rdflib.Graph()
    for graph in graphs:
        for prefix, namespace in graph.namespaces():
            names.bind(prefix, namespace)

    def name(term: str) -> str:
        return str(from_n3(term).n3(names.namespace_manager))  # type: ignore[union-attr]

    component = result.component.rpartition("#")[2][:-1]
    messages = [lexical(message) for message in result.messages]
    if component == "NotConstraintComponent" and result.value:
        messages = [f"Node {name(result.value)} must not conform to shape {name(result.source_shape)}"]
    if component == "NodeConstraintComponent":
        source = from_n3(result.source_shape)
        shapes = sorted({name(shape.n3()) for graph in graphs for shape in graph.objects(source, rdflib.SH.node)})  # type: ignore[arg-type]
        messages = [f"Value must conform to every Shape in {tuple(shapes)}"]
    value = f"\tValue Node: {name(result.value)}\n" if result.value else ""
    told = "".join(f"\tMessage: {message}\n" for message in messages)
    title = "QualifiedValueShapeConstraintComponent" if component.startswith("Qualified") else component
    return f"Constraint Violation in {title} ({name(result.component)}):\n\tFocus Node: {name(result.focus_node)}\n{value}{told}"


pyshacl.validate = validate
