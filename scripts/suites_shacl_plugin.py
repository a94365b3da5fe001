"""Puts whence in the place of pySHACL's `validate` while pySHACL's own tests run (a pytest plugin of `suites_shacl.py`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import owlrl
import pyshacl
import rdflib

from whence import shacl
from whence.errors import WhenceError


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
    """Validate as pySHACL does, as far as whence has its options; the text names what is wrong.

    :raises pyshacl.errors.ReportableRuntimeError: whence refuses the input
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if ont_graph is not None and isinstance(data_graph, rdflib.Graph) and isinstance(ont_graph, rdflib.Graph):
            data_graph, ont_graph = data_graph + ont_graph, None
        data = [_file(data_graph, options.get("data_graph_format"), folder, "data", options.get("inference"))]
        if ont_graph is not None:
            data.append(_file(ont_graph, options.get("ont_graph_format"), folder, "ontology"))
        shapes = data[:1] if shacl_graph is None else [_file(shacl_graph, options.get("shacl_graph_format"), folder, "shapes")]
        try:
            report = shacl.validate_files(data, shapes)
        except WhenceError as error:
            raise pyshacl.errors.ReportableRuntimeError(str(error)) from error
    text = shacl.report_text(report)
    conforms = not report.results
    allowed = {"allow_infos": ("Info",), "allow_warnings": ("Info", "Warning")}
    for option, severities in allowed.items():
        if options.get(option):
            conforms = conforms or all(r.severity.rpartition("#")[2][:-1] in severities for r in report)
    title = f"Validation Report\nConforms: {conforms}\nResults ({len(report.results)}):\n"
    return conforms, rdflib.Graph().parse(data=text, format="turtle"), title + text


pyshacl.validate = validate
