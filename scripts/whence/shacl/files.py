"""Validates files with files: what `whence validate --data --shapes` does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from whence.namespaces import SH
from whence.rdf.reading import read
from whence.shacl.bounded import validate_within
from whence.shacl.exact import exact_quads
from whence.shacl.results import ValidationReport
from whence.shacl.shape_set import compile

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["read_data", "read_quads", "validate_files", "validate_quads"]

_SHAPES_GRAPH = SH + "shapesGraph"
_SPARQL = {SH + "sparql", SH + "parameter"}


def read_quads(path: Path | str, *, rename: bool = False) -> list[Quad]:
    """Return the quads of a file of any RDF syntax.

    :param rename: whether blank nodes get labels that no other file has
    :raises InputError: the file cannot be read, is of no known syntax or does not parse
    """
    return read(path, rename=rename).quads


def validate_files(
    data: Iterable[Path | str],
    shapes: Iterable[Path | str],
    *,
    timeout: float | None = None,
    memory: int | None = None,
) -> ValidationReport:
    """Validate the graph in some files with the shapes in others.

    Every named graph counts as data, and so do local shapes files that the data names with `sh:shapesGraph`
    (SHACL section 3.1) count as shapes.

    :param timeout: seconds the whole may take, or None
    :param memory: bytes of address space it may use, or None; with either limit it runs in a process of its own
    :raises InputError: a file or a shape is wrong
    :raises LimitError: it took too long or too much memory
    """
    if timeout is not None or memory is not None:
        return validate_within(list(data), list(shapes), timeout=timeout, memory=memory)
    return validate_quads(read_data(data), shapes)


def read_data(files: Iterable[Path | str]) -> list[Quad]:
    """Return the triples of some files, merged (RDF 1.1 Semantics section 4.1), whatever graph they stand in.

    :raises InputError: a file cannot be read, is of no known syntax or does not parse
    """
    from pyoxigraph import Quad

    paths = list(files)
    return [Quad(*quad.triple) for path in paths for quad in read_quads(path, rename=len(paths) > 1)]


def validate_quads(data: list[Quad], shapes: Iterable[Path | str]) -> ValidationReport:
    """Validate triples with the shapes in some files, as `validate_files` does.

    :raises InputError: a file or a shape is wrong
    """
    from pyoxigraph import Store

    shape_quads = [*read_data(shapes), *_suggested(data)]
    exact = not any(quad.predicate.value in _SPARQL for quad in shape_quads)
    shape_set = compile(shape_quads, exact=exact)
    store = Store()
    store.extend(exact_quads(data) if exact else data)
    return shape_set.validate(store)


def _suggested(data: list[Quad]) -> list[Quad]:
    from pyoxigraph import NamedNode

    found: list[Quad] = []
    for quad in data:
        if quad.predicate.value == _SHAPES_GRAPH and isinstance(quad.object, NamedNode):
            if quad.object.value.startswith("file:"):
                found += read_quads(unquote(urlparse(quad.object.value).path))
    return found
