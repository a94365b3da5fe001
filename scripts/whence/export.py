"""The graph, or one view of it, as one document: the same bytes on every run.

    from whence import export
    from whence.store import layout
    files = layout.locate()
    export.write(export.asserted(files), "turtle", output="whence.ttl")
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from whence.errors import InputError, UsageError
from whence.store.views import graph_of

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

    from whence.store.layout import GraphFiles

__all__ = ["FORMATS", "asserted", "everything", "view", "write"]

#: Formats, each with its media type.
FORMATS = {
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "rdfxml": "application/rdf+xml",
}
_WITH_GRAPHS = ("nquads", "trig", "jsonld")


def asserted(files: GraphFiles) -> list[Quad]:
    """Return what stands in the files of the ontology and the triples, nothing derived.

    :raises InputError: a file cannot be read or parsed
    """
    from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

    from whence.rdf import reading

    found: list[Quad] = []
    for path in [*files.ontology, *files.data]:
        try:
            # each file by itself, so that two files may use one blank node label
            quads = parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)
            found += [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads]
        except SyntaxError as error:
            raise reading.diagnose(reading.read(path), files.display(path), error) from None
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"The file cannot be read: {reason}.", file=files.display(path)) from None
    return found


def everything(store: Store) -> list[Quad]:
    """Return the default graph of a validated store: what is asserted and what follows from it."""
    from pyoxigraph import DefaultGraph

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
    context: str | None = None,
) -> int:
    """Write quads as one document; byte for byte the same whenever the graph is the same.

    :param format: one of `FORMATS`; nquads, trig and jsonld keep named graphs, the others merge them
    :param out: where to write, or None when `output` is given
    :param output: a file, replaced at once or, when the disk is full, not at all
    :param context: the file of the JSON-LD context (jsonld only)
    :returns: how many quads were written
    :raises UsageError: the format is unknown
    :raises InputError: the file cannot be written, or the context cannot be used
    """
    if format not in FORMATS:
        raise UsageError(f"There is no format {format}.", fix=f"Use one of {', '.join(FORMATS)}.")
    from whence.rdf.graphs import canonical

    ordered = canonical(quads if format in _WITH_GRAPHS else _merged(quads))
    if output is None:
        if out is None:
            raise UsageError("There is nowhere to write to.", fix="Give a stream or a file.")
        _serialize(ordered, format, out, context)
        return len(ordered)
    with _replacing(output) as stream:
        _serialize(ordered, format, stream, context)
    return len(ordered)


def _merged(quads: Iterable[Quad]) -> Iterator[Quad]:
    from pyoxigraph import Quad

    return (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _serialize(quads: list[Quad], format: str, out: BinaryIO, context: str | None) -> None:
    from whence.rdf import graphs

    if format == "jsonld":
        from whence.rdf import jsonld

        jsonld.write(quads, out, context)
    elif format == "rdfxml":
        _write_rdfxml(quads, out)
    elif format == "turtle":
        out.write(graphs.turtle(quads).encode())
    elif format == "trig":
        out.write(graphs.trig(quads).encode())
    else:
        out.write(graphs.lines(quads).encode())


def _write_rdfxml(quads: list[Quad], out: BinaryIO) -> None:
    """RDF/XML 1.1 by the engine, with our prefixes; refused where XML cannot carry the graph."""
    from pyoxigraph import RdfFormat, Triple, serialize

    from whence.namespaces import PREFIXES
    from whence.rdf.results import not_xml

    for quad in quads:
        if not_xml(getattr(quad.object, "value", "")):
            raise InputError(
                f"RDF/XML cannot carry a control character in the value of {quad.predicate} of {quad.subject}.",
                fix="Take the character out, or use another format.",
            )
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    document = serialize(triples, format=RdfFormat.RDF_XML, prefixes=PREFIXES)
    # a carriage return of the data must be a reference, or an XML reader takes it for a line break
    out.write(document.replace(b"\r", b"&#13;"))


@contextmanager
def _replacing(output: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Yield a stream whose content takes the file's place when all of it is on the disk.

    What is there and is no plain file (a pipe, a terminal, a device) is written to, never replaced.
    """
    import tempfile

    name = os.path.realpath(output)
    folder, base = os.path.split(name)
    temporary = None
    try:
        if os.path.exists(name) and not os.path.isfile(name):
            with open(name, "wb") as stream:
                yield stream
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{base}.", dir=folder)
        with open(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(name))
        os.replace(temporary, name)
        temporary = None
    except OSError as error:
        raise InputError(
            f"The file cannot be written: {error.strerror or error}.",
            fix="What was there before is unchanged.",
            file=os.fspath(output),
        ) from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def _mode(name: str) -> int:
    """The permissions of the file that is replaced, or those a new file gets."""
    try:
        return os.stat(name).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
