"""The graph, or one view of it, as one document: the same bytes on every run.

    from whence import export
    from whence.store import layout
    files = layout.locate()
    export.write(export.asserted(files), "turtle", output="whence.ttl")
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import DefaultGraph, Quad, Store

from whence.errors import UsageError
from whence.rdf import graphs, jsonld, reading
from whence.rdf.atomic import replacing
from whence.rdf.jsonld import Context
from whence.store.layout import GraphFiles
from whence.store.views import graph_of

#: The names of the formats.
FORMATS = graphs.FORMATS


def context(files: GraphFiles) -> Context | None:
    """Return the JSON-LD context of a graph: its file, for a graph of one's own the terms with its prefixes; None when there is none.

    :raises InputError: the file is no context
    """
    if not os.path.isfile(files.context):
        return None
    if not files.settings.file:
        return files.context
    terms = jsonld.read_context(files.context)
    return {**{prefix: base for prefix, base in files.prefixes.items() if prefix not in terms and prefix != "id"}, **terms}


def asserted(files: GraphFiles) -> list[Quad]:
    """Return what stands in the files of the ontology and the triples, nothing derived.

    :raises InputError: a file cannot be read or parsed
    """
    return of_files(files, [*files.ontology, *files.data])


def of_files(files: GraphFiles, paths: Iterable[str]) -> list[Quad]:
    """Return what stands in some of the files of a graph, such as `files.data`.

    :raises InputError: a file cannot be read or parsed
    """
    found: list[Quad] = []
    for path in paths:
        # each file by itself, so that two files may use one blank node label
        quads = reading.parse(reading.read_bytes(path, files.display(path)), files.display(path), rename=True).quads
        found += [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads]
    return found


def everything(store: Store) -> list[Quad]:
    """Return the default graph of a validated store: what is asserted and what follows from it."""
    return list(store.quads_for_pattern(None, None, None, DefaultGraph()))


def view(store: Store, policy: str) -> list[Quad]:
    """Return the triples of one view, in its named graph `https://w3id.org/whence/view/<policy>`.

    :raises UsageError: there is no such view
    """
    return list(store.quads_for_pattern(None, None, None, graph_of(store, policy)))


def write(
    quads: Iterable[Quad],
    format: str,
    out: BinaryIO | None = None,
    *,
    output: str | os.PathLike[str] | None = None,
    context: Context | None = None,
) -> int:
    """Write quads as one document; byte for byte the same whenever the graph is the same.

    :param format: one of `FORMATS`; nquads, trig and jsonld keep named graphs, the others merge them
    :param out: where to write, or None when `output` is given
    :param output: a file, replaced at once or, when the disk is full, not at all
    :param context: the JSON-LD context (jsonld only), which is written into the document: nobody need serve it
    :returns: how many quads were written
    :raises UsageError: the format is unknown
    :raises InputError: the file cannot be written, or the context cannot be used
    :raises NotWritable: the format cannot carry the graph
    """
    if format not in FORMATS:
        raise UsageError(f"There is no format {format}.", fix=f"Use one of {', '.join(FORMATS)}.")
    if output is not None:
        with replacing(output) as stream:
            return graphs.write(quads, format, stream, context)
    if out is None:
        raise UsageError("There is nowhere to write to.", fix="Give a stream or a file.")
    return graphs.write(quads, format, out, context)
