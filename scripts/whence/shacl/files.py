"""Validates files with files: what `whence validate --data --shapes` does."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlparse

from pyoxigraph import NamedNode, Quad

from whence.namespaces import SH
from whence.rdf.reading import read
from whence.rdf.terms import nt
from whence.shacl.literals import altered
from whence.shacl.results import ValidationReport
from whence.shacl.shape_set import compile
from whence.shacl.shapes_graph import Problem
from whence.shacl.vocabulary import IMPORTS, VOCABULARIES, is_iri

_SHAPES_GRAPH = SH + "shapesGraph"
_IMPORTS = IMPORTS[1:-1]
_RULE = SH + "rule"
_TARGET_NODE = SH + "targetNode"


def read_quads(path: Path | str, *, rename: bool = False) -> list[Quad]:
    """Return the quads of a file of any RDF syntax.

    :param rename: whether blank nodes get labels that no other file has
    :raises InputError: the file cannot be read, is of no known syntax or does not parse
    """
    return read(path, rename=rename).quads


def validate_files(data: Iterable[Path | str], shapes: Iterable[Path | str]) -> ValidationReport:
    """Validate the graph in some files with the shapes in others.

    Every named graph counts as data, and so do local shapes files that the data names with `sh:shapesGraph`
    (SHACL section 3.1) count as shapes.

    :raises InputError: a file or a shape is wrong
    """
    quads = read_data(data)
    return validate_quads(quads, read_shapes(shapes, quads))


def read_data(files: Iterable[Path | str]) -> list[Quad]:
    """Return the triples of some files, merged (RDF 1.1 Semantics section 4.1), whatever graph they stand in.

    :raises InputError: a file cannot be read, is of no known syntax or does not parse
    """
    paths = list(files)
    return [Quad(*quad.triple) for path in paths for quad in read_quads(path, rename=len(paths) > 1)]


@dataclass(slots=True)
class ShapesFiles:
    """A shapes graph read from files.

    :ivar files: the files given, and those they import
    :ivar prefixes: those the files declare
    :ivar problems: imports that were not read
    """

    quads: list[Quad] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_shapes(files: Iterable[Path | str], data: list[Quad]) -> ShapesFiles:
    """Read a shapes graph: some files, those the data names with `sh:shapesGraph`, and the local files these import.

    `owl:imports` is followed to `file:` IRIs, as a relative IRI becomes one (SHACL section 3.1).

    :raises InputError: a file cannot be read, is of no known syntax or does not parse
    """
    found = ShapesFiles()
    todo = [str(path) for path in files]
    todo += [_local(quad.object.value) for quad in data if quad.predicate.value == _SHAPES_GRAPH and _local(str(quad.object)[1:-1])]
    keep = len(todo) == 1
    seen: set[str] = set()
    imports: dict[str, tuple[str, str]] = {}
    while todo:
        path = todo.pop(0)
        if os.path.realpath(path) in seen:
            continue
        seen.add(os.path.realpath(path))
        found.files.append(path)
        file = read(path, rename=not keep or len(found.files) > 1)
        found.prefixes |= file.prefixes
        for quad in file.quads:
            found.quads.append(quad)
            if quad.predicate.value == _IMPORTS:
                term = nt(quad.object)
                imports.setdefault(term, (nt(quad.subject), path))
                local = _local(term[1:-1])
                if local and os.path.isfile(local):
                    todo.append(local if os.path.isabs(path) else os.path.relpath(local))
    named = {quad.subject.value for quad in found.quads if not hasattr(quad.subject, "predicate")}
    for term, (subject, path) in imports.items():
        target, local = term[1:-1], _local(term[1:-1])
        if (not local or not os.path.isfile(local)) and target not in named and not target.startswith(VOCABULARIES):
            reason = "which is no file" if local else "which is not on this machine" if is_iri(term) else "which is no IRI"
            message = f"The shapes import {term}, {reason}; what it says is not checked."
            fix, anchor = "Give its file with --shapes too.", subject if is_iri(subject) else None
            found.problems.append(Problem("unchecked", subject, message, fix, IMPORTS, term, anchor))
    return found


def _local(iri: str) -> str:
    """Return the file that a `file:` IRI names, an empty text for any other."""
    return unquote(urlparse(iri).path) if iri.startswith("file:") else ""


def validate_quads(data: list[Quad], shapes: ShapesFiles) -> ValidationReport:
    """Validate triples with the shapes of some files, as `validate_files` does.

    :raises ShapeError: a shape is ill-formed
    """
    changed = altered([*data, *(quad for quad in shapes.quads if quad.predicate.value == _TARGET_NODE)])
    rules = any(quad.predicate.value == _RULE for quad in shapes.quads)
    targets, problems = _named_shapes(data, shapes.quads)
    shape_set = compile([*shapes.quads, *targets], split=bool(changed) or rules, prefixes=shapes.prefixes, rules=True)
    inferred = shape_set.infer(data, changed) if rules else None
    if inferred is not None and inferred.quads:
        data = [*data, *inferred.quads]
        changed |= altered(inferred.quads)
    report = shape_set.validate_written(data, changed)
    report.inferred = inferred
    report.problems = [*shapes.problems, *problems, *report.problems, *(inferred.problems if inferred else ())]
    return report


def _named_shapes(data: list[Quad], shapes: list[Quad]) -> tuple[list[Quad], list[Problem]]:
    """Return the targets that nodes of the data name by `sh:shape` (SHACL 1.2), and what of them is not checked."""
    described = {quad.subject for quad in shapes}
    targets, problems = [], []
    for quad in data:
        if quad.predicate.value == SH + "shape":
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.object in described:
                targets.append(Quad(quad.object, NamedNode(_TARGET_NODE), quad.subject))
                continue
            node, named = nt(quad.subject), nt(quad.object)
            message = f"The data name {named} by sh:shape as the shape of {node}, which is not checked: both must be IRIs, and the shape described."
            problems.append(Problem("unchecked", named, message, anchor=named if is_iri(named) else None))
    return targets, problems
