"""`whence export`."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from whence import export, packs, validation, webannotation
from whence.cli import console, process, served
from whence.cli.arguments import Parser, by_ending, folder_of_texts, packs_option, texts_option
from whence.errors import UsageError
from whence.evidence import Texts
from whence.packs import Opened
from whence.rdf.atomic import replacing
from whence.rdf.formats import GRAPHS, by_name
from whence.rdf.graphs import FORMATS
from whence.store import layout, views
from whence.store.layout import GraphFiles
from whence.things import Index

_ANNOTATIONS = "webannotation"
_LEFT_OUT = "What follows from the graph, such as the passages as Web Annotations, is left out: --derived adds it."


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    form = "default: by the ending of --output, else turtle; webannotation: claims and positions as W3C Web Annotations"
    parser.add_argument("--format", type=lambda word: by_name(word, GRAPHS) or word, choices=(*FORMATS, _ANNOTATIONS), help=form)
    parser.add_argument("--view", metavar="POLICY", help="only the plain triples of this view")
    packs_option(parser, "write this pack instead of the graph, with its source, licence and notice")
    parser.add_argument("--derived", action="store_true", help="with what follows from the graph, as queries see it")
    parser.add_argument("--own", action="store_true", help="only what stands in the graph's own files, without those of whence and of graphs that it includes")
    parser.add_argument("--document", metavar="DOCUMENT", help="only what this document says, by any of its names (webannotation only)")
    parser.add_argument("--with-quotes", action="store_true", help="with the words of each passage whose text is held (webannotation only)")
    texts_option(parser, ", else the working directory")
    served.declare(parser)
    parser.add_argument("--output", metavar="PATH", help="write this file, whole or not at all (default: standard output)")


def run(arguments: Namespace, _: str) -> int:
    """Write the validated graph, or one view of it."""
    if arguments.view and arguments.derived:
        raise UsageError("--view and --derived exclude each other.", fix="A view is derived already: leave --derived out.")
    if arguments.output == "":
        raise UsageError("--output has no name.", fix="Name the file to write, or leave --output out.")
    served.check(arguments)
    if arguments.own and (arguments.view or arguments.derived or arguments.pack is not None or arguments.endpoint is not None):
        raise UsageError("--own takes what stands in the graph's own files, where no view, pack or endpoint is.", fix="Leave --own out, or --view, --derived, --pack and --endpoint.")
    if arguments.endpoint is not None and not (arguments.view or arguments.derived):
        fix = "Add --derived, or --view POLICY; what is asserted is at /download of whence serve, or where the files are."
        raise UsageError("What is asserted cannot be told from what follows in a graph that was published.", fix=fix)
    if arguments.format == _ANNOTATIONS:
        return _write_annotations(arguments)
    for option in ("document", "with_quotes"):
        if getattr(arguments, option):
            name = "--" + option.replace("_", "-")
            raise UsageError(f"{name} is for Web Annotations.", fix=f"Add --format {_ANNOTATIONS}, or leave {name} out.")
    form = arguments.format or by_ending(arguments.output, {ending: name for name in FORMATS for ending in GRAPHS[name].endings}, "turtle")
    files, quads = _of_packs(arguments) if arguments.pack is not None else _of_graph(arguments)
    context = export.context(files)
    if arguments.output is None:
        process.stage(None)
        out = console.output()
        export.write(quads, form, out, context=context)
        out.flush()
    else:
        export.write(quads, form, output=arguments.output, context=context)
    if not arguments.view and not arguments.derived:
        process.stage(None)
        console.say(_LEFT_OUT)
    return 0


def _of_graph(arguments: Namespace) -> tuple[GraphFiles, Iterable[Quad]]:
    if arguments.endpoint is not None:
        files, store = served.fetched(arguments)
    else:
        files = layout.locate(arguments.graph)
        store = validation.open(files, tell=console.say, progress=process.stage)
    process.stage("exporting")
    if arguments.view:
        return files, export.view(store, arguments.view)
    return files, export.of_files(files, _own(files)) if arguments.own else export.everything(store) if arguments.derived else export.asserted(files)


def _own(files: GraphFiles) -> list[str]:
    """Return the files of a graph itself: what it states, and in a graph of one's own also the terms that it adds to the model."""
    return [*files.own, *(path for path in files.ontology if files.settings.file and path.startswith(os.path.join(files.root, "")))]


def _of_packs(arguments: Namespace) -> tuple[GraphFiles, Iterator[Quad]]:
    """Return the files, and the quads of packs, each in its named graph, with what it says of its source."""
    files = layout.locate(arguments.graph)
    opened = packs.open(files, arguments.pack, tell=console.say, progress=process.stage)
    if arguments.view:
        views.graph_of(opened.store, arguments.view)
    process.stage("exporting")
    return files, _each(opened, arguments)


def _each(opened: Opened, arguments: Namespace) -> Iterator[Quad]:
    for pack in opened.packs:
        if arguments.derived:
            yield from pack.derived(opened.store)
            continue
        yield from opened.store.quads_for_pattern(None, None, None, pack.view(arguments.view)) if arguments.view else pack.asserted()
        yield from pack.about()


def _write_annotations(arguments: Namespace) -> int:
    if arguments.view or arguments.derived:
        raise UsageError("Web Annotations carry positions, not views.", fix="Leave --view and --derived out.")
    files = layout.locate(arguments.graph)
    store = validation.open(files, tell=console.say, progress=process.stage)
    process.stage("exporting")
    index = Index(store)
    quads, about, title = export.of_files(files, files.own if arguments.own else files.data), files.settings.base, files.settings.title
    if arguments.document:
        about = _document(index, arguments.document)
        quads, title = webannotation.of_document(quads, about), index.label(about)
    quoting = webannotation.Quoting(quads, Texts(folder_of_texts(files, arguments.texts) or ".")) if arguments.with_quotes else None
    collection = webannotation.collection(quads, about, title, label=index.label, words=quoting)
    data = json.dumps(collection, ensure_ascii=False, indent=1) + "\n"
    process.stage(None)
    if arguments.output is None:
        console.write(data)
    else:
        with replacing(arguments.output) as stream:
            stream.write(data.encode())
    if quoting and quoting.lacking:
        console.say(quoting.lacking)
    return 0


def _document(index: Index, name: str) -> str:
    for match in index.named(name):
        if index.is_a(NamedNode(match.iri), "Document"):
            return match.iri
    known = ", ".join(index.label(one.value) for one in index.instances("Document"))
    raise UsageError(f"{name} is no document.", fix=f"The graph has {known}." if known else "The graph has no document.")
