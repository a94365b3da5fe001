"""SHACL 1.0 (Core and SHACL-SPARQL): shapes compiled to set-based SPARQL, one query for each constraint.

    shapes graph -> `reader` -> `model` -> `compiler` -> `algebra` -> `printer` -> SPARQL -> `engine` -> report
"""

from __future__ import annotations

from whence.shacl.files import read_data, read_quads, read_shapes, validate_files, validate_quads
from whence.shacl.results import Result, ShapeInfo, ValidationReport, report_graph, report_text
from whence.shacl.shape_set import ShapeSet, compile
from whence.shacl.shapes_graph import Problem, ShapeError

__all__ = [
    "Problem", "Result", "ShapeError", "ShapeInfo", "ShapeSet", "ValidationReport", "compile", "read_data", "read_quads", "read_shapes",
    "report_graph", "report_text", "validate_files", "validate_quads",
]  # fmt: skip
