"""`whence diff`: what differs between two states of a graph; and `whence merge`, git's merge driver for the files of one."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable

from pyoxigraph import NamedNode, RdfFormat, Store

from whence import revisions
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import InputError, UsageError, ValidationError
from whence.namespaces import PREFIXES, shorten
from whence.rdf.atomic import replacing
from whence.rdf.reading import read_text
from whence.rdf.terms import RDF_TYPE
from whence.revisions import Change
from whence.revisions.merging import merge
from whence.store import layout, new_graph
from whence.things.index import Index

_VERBS = {"came": "new", "went": "gone", "changed": "changed", "moved": "moved"}


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    if command == "merge":
        parser.add_argument("versions", nargs="*", metavar="FILE", help="BASE OURS THEIRS, and the PATH that is meant, as git gives them; OURS is written")
        parser.add_argument("--install", action="store_true", help="let git use it in the repository of the graph, by .gitattributes and the repository's configuration")
        return
    parser.add_argument("before", metavar="A", help="a graph directory, a file, or a commit of the graph in the working directory or --graph")
    parser.add_argument("after", metavar="B", help="the state to compare it with, such as . for the directory as it is")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="sentences, or all as JSON (default: text)")


def run(arguments: Namespace, command: str) -> int:
    """Print what came, went, changed or moved, or merge; exit code 1 where anything did, or where the versions disagree."""
    if command == "merge":
        return _install(graph_of(arguments.graph).root) if arguments.install else _merge(arguments)
    process.stage("reading both")
    files = graph_of(arguments.graph, arguments.after, arguments.before)
    before, after = (revisions.read(name, files) for name in (arguments.before, arguments.after))
    process.stage("comparing")
    changes = revisions.compare(before, after, revisions.surroundings(files, before, after), files)
    process.stage(None)
    if arguments.format == "json":
        console.write_json({"before": before.name, "after": after.name, "same": not changes, "changes": [one.as_dict() for one in changes]})
    else:
        console.write(_text(changes))
    return ValidationError.exit_code if changes else 0


def graph_of(graph: str | None, *names: str) -> layout.GraphFiles:
    """Return the graph that is named, else the first of these names that is a directory, else that which one stands in or the bundled one."""
    if graph is not None:
        return layout.locate(graph)
    for name in (*filter(os.path.isdir, names), "."):
        try:
            return layout.locate(name)
        except InputError:
            continue
    return layout.locate(layout.around())


def _text(changes: list[Change]) -> str:
    if not changes:
        return "Nothing changed.\n"
    counts = Counter((one.kind, one.change) for one in changes)
    kinds = dict.fromkeys(kind for kind, _ in counts)
    told = []
    for kind in kinds:
        numbers = ", ".join(f"{counts[kind, change]:,} {word}" for change, word in _VERBS.items() if counts[kind, change])
        told.append(f"{kind.capitalize()}s: {numbers}.")
    return "\n".join([*told, "", *(one.sentence for one in changes)]) + "\n"


def _merge(arguments: Namespace) -> int:
    """Merge the versions of a file; exit code 1 where they disagree."""
    if len(arguments.versions) not in (3, 4):
        raise UsageError("Merging takes three files: BASE OURS THEIRS.", fix="git calls it so after whence merge --install.")
    base, ours, theirs = (read_text(name) for name in arguments.versions[:3])
    path = arguments.versions[-1] if len(arguments.versions) == 4 else arguments.versions[1]
    files = graph_of(arguments.graph, path.rpartition("triples/")[0] or ".")
    single, names = _known([*files.ontology, *files.data])
    merged = merge(base, ours, theirs, single, names)
    with replacing(arguments.versions[1]) as stream:
        stream.write(merged.text.encode())
    for sentence in merged.conflicts:
        console.say(f"{path}: {sentence}")
    return ValidationError.exit_code if merged.conflicts else 0


def _known(paths: list[str]) -> tuple[set[str], Callable[[str], str]]:
    """Return the properties that take one value, and what things are called; a file that cannot be read, as in the middle of a merge, tells nothing."""
    store = Store()
    for path in paths:
        try:
            store.bulk_load(path=path, format=RdfFormat.TURTLE)
        except (OSError, SyntaxError, ValueError):
            continue
    functional = NamedNode(PREFIXES["owl"] + "FunctionalProperty")
    single = {quad.subject.value for quad in store.quads_for_pattern(None, NamedNode(RDF_TYPE), functional)}
    index = Index(store)

    def name(iri: str) -> str:
        label = index.name(iri)
        return f"“{label}” ({shorten(iri)})" if label else shorten(iri)

    return single, name


def _install(root: str) -> int:
    """Write the attributes of the graph's files and tell the repository what the driver is."""
    try:
        new_graph.add_lines(os.path.join(root, ".gitattributes"), new_graph.ATTRIBUTES)
    except OSError as error:
        raise InputError(f"The attributes cannot be written: {error.strerror}.", fix="Make the directory writable.", file=root) from None
    driver = f'"{sys.executable}" -P -m whence merge %O %A %B %P'
    for key, value in (("merge.whence.name", "whence, subject by subject"), ("merge.whence.driver", driver)):
        try:
            done = subprocess.run(["git", "-C", root, "config", "--local", key, value], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise InputError("git is not installed.", fix="Install git, then run whence merge --install again.") from None
        if done.returncode:
            raise UsageError(f"{root} stands in no git repository.", fix="Run git init there first.")
    console.write("Merges of this graph conflict only where two changes disagree. Every clone needs whence merge --install once.\n")
    return 0
