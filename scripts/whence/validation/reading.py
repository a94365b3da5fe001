"""Reading the files of a graph: every unreadable one becomes a finding with its place, and the rest is still read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.request import pathname2url

from pyoxigraph import Quad, Store

from whence.errors import InputError
from whence.findings import Finding, Place, Severity
from whence.rdf.formats import GRAPHS
from whence.rdf.reading import decode, diagnose, parse, parse_turtle, read_bytes
from whence.shacl.literals import altered
from whence.store.layout import GraphFiles

#: A number of Turtle that the engine might hold otherwise than it is written, not a part of the path of an IRI; where it is in a string, that is no harm.
_NUMBER = re.compile(r"(?=[+\-.\d])(?<![\w:.\-/])(?:[+-]?(?:0\d|\d*\.\d|\d+[eE])|\+\d|-0)")


class Sources:
    """What was read: one store each for the ontology, the shapes, and everything the shapes look at.

    :ivar ontology: the triples of the ontology and its vocabularies
    :ivar shapes: the triples of the shapes
    :ivar shape_quads: the same with their literals as written
    :ivar written: ontology and data with their literals as written, where that is another graph than `asserted`
    :ivar altered: the literals in which they differ, each with what the engine holds instead
    :ivar asserted: ontology and data together, before anything is inferred
    :ivar texts: display name to text of every readable data, ontology and shapes file
    :ivar findings: one finding for each file that could not be read or is empty
    :ivar readable: whether every file could be read
    """

    __slots__ = ("ontology", "shapes", "shape_quads", "written", "altered", "asserted", "texts", "findings", "readable")

    def __init__(self) -> None:
        self.ontology = Store()
        self.shapes = Store()
        self.shape_quads: list[Quad] = []
        self.written: list[Quad] = []
        self.altered: dict[Any, Any] = {}
        self.asserted = Store()
        self.texts: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.readable = True


def read_graph(files: GraphFiles) -> Sources:
    """Read the ontology, the shapes and the data of a graph directory."""
    sources = read_texts(files)
    load_graph(files, sources)
    return sources


def read_texts(files: GraphFiles) -> Sources:
    """Read the texts of a graph directory, to be parsed by `load_graph`."""
    sources = Sources()
    for path in [*files.ontology, *files.shapes, *files.data]:
        name = files.display(path)
        _read(name, lambda path=path: files.read(path), sources)  # type: ignore[misc]
    return sources


def load_graph(files: GraphFiles, sources: Sources) -> None:
    """Parse the texts of a graph directory into the stores."""
    stores = {files.display(path): sources.asserted for path in files.data}
    stores |= {files.display(path): sources.ontology for path in files.ontology}
    load_shapes(files, sources)
    if any(_may_alter(text) for name, text in sources.texts.items() if name in stores) and _load_written(stores, sources):
        return
    for name, text in sources.texts.items():
        if name in stores:
            _load(name, text, stores[name], sources)  # no base: a relative IRI is an error here
    sources.asserted.bulk_extend(sources.ontology)


def load_texts(texts: dict[str, str], sources: Sources) -> set[Quad] | None:
    """Return the triples of some texts of ontology and data, or None where one cannot be parsed or the engine would not hold them as they are written.

    :param texts: by display name
    :param sources: gets findings about those that cannot be parsed
    """
    found: set[Quad] = set()
    for name, text in texts.items():
        try:
            quads = parse_turtle(text.removeprefix("\ufeff"), name, rename=True)
        except InputError as error:
            _add_error(sources, name, error)
            continue
        if altered(quads):
            return None
        found.update(quads)
    return found if sources.readable else None


def load_shapes(files: GraphFiles, sources: Sources) -> None:
    """Parse the shapes."""
    for name in map(files.display, files.shapes):
        if name in sources.texts:
            _load_shapes(name, sources)


def _may_alter(text: str) -> bool:
    """Report whether the engine might hold a literal of a text of Turtle otherwise than it is written."""
    return "^^" in text or _NUMBER.search(text) is not None


def _load_shapes(name: str, sources: Sources) -> None:
    try:
        quads = parse_turtle(sources.texts[name].removeprefix("\ufeff"), name, rename=True)
    except InputError as error:
        _add_error(sources, name, error)
    else:
        sources.shape_quads += quads
        sources.shapes.bulk_extend(quads)


def _load_written(stores: dict[str, Store], sources: Sources) -> bool:
    """Load ontology and data so that the forms of their literals are kept beside; report whether that was called for.

    It is not where the engine holds every literal as it is written, or where a text cannot be parsed.
    """
    texts = {name: sources.texts.get(name, "").removeprefix("\ufeff") for name in stores}
    try:
        for name, text in texts.items():  # one at a time: seldom is one altered, and all triples as objects take much memory
            sources.altered |= altered(parse_turtle(text, name, rename=True)) if _may_alter(text) else {}
        if not sources.altered:
            return False
        quads = {name: parse_turtle(text, name, rename=True) for name, text in texts.items()}
    except InputError:
        sources.altered = {}
        return False
    written = [quad for found in quads.values() for quad in found]
    sources.written = written
    for name, store in stores.items():
        store.bulk_extend(quads[name])
    sources.asserted.bulk_extend(sources.ontology)
    return True


def read_files(data: Iterable[str], shapes: Iterable[str]) -> Sources:
    """Read any data and shapes files, whose formats are told by their extensions (Turtle when unknown)."""
    sources = Sources()
    data = list(data)
    keep = len(data) == 1  # the labels of blank nodes lead back to their places, but two files may share one
    for path in data:
        if _read(path, lambda path=path: read_bytes(path), sources, may_be_empty=True):  # type: ignore[misc]
            _load(path, sources.texts[path], sources.asserted, sources, _file_iri(path), keep)
    for path in shapes:
        if _read(path, lambda path=path: read_bytes(path), sources, may_be_empty=True):  # type: ignore[misc]
            _load(path, sources.texts[path], sources.shapes, sources, _file_iri(path))
    return sources


def _file_iri(path: str) -> str:
    return "file://" + pathname2url(os.path.abspath(path))


def _read(name: str, read: Callable[[], bytes], sources: Sources, *, may_be_empty: bool = False) -> bool:
    """Keep the text of a file, or add a finding about it; report whether there is a text."""
    try:
        text = decode(read(), name)
    except InputError as error:
        rule = "syntax:encoding" if error.line else "file:unreadable"
        _add(sources, rule, error.problem, error.fix, Place(name, error.line or 1, error.column or 1))
        return False
    if not text.strip():
        place = Place(name, 1, 1)
        if may_be_empty:
            sources.findings.append(Finding("syntax:empty", Severity.WARNING, "The file is empty.", place=place))
        else:
            _add(sources, "syntax:empty", "The file is empty.", "Write its triples or delete the file.", place)
    sources.texts[name] = text
    return True


def _load(
    name: str, text: str, store: Store, sources: Sources, base: str | None = None, keep: bool = False
) -> None:
    text = text.removeprefix("\ufeff")
    turtle = GRAPHS["turtle"]
    try:
        if base is None:  # a file of the graph itself, which is Turtle
            store.bulk_load(input=text, format=turtle.rdf)
        elif text.strip():
            store.bulk_extend([Quad(*quad.triple) for quad in parse(text.encode(), name, base=base, rename=not keep).quads])
    except (SyntaxError, MemoryError) as error:
        _add_error(sources, name, diagnose(text, name, error, turtle))
    except InputError as error:
        _add_error(sources, name, error)


def _add_error(sources: Sources, name: str, error: InputError) -> None:
    _add(sources, "syntax", error.problem, error.fix, Place(name, error.line or 1, error.column or 1))


def _add(sources: Sources, rule: str, problem: str, fix: str | None, place: Place) -> None:
    sources.readable = False
    sources.findings.append(Finding(rule, Severity.VIOLATION, problem, fix, place=place))
