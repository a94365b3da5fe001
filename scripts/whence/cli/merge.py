"""`whence merge`: git's merge driver for the files of a graph."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable

from pyoxigraph import NamedNode, RdfFormat, Store

from whence.cli import console
from whence.cli.arguments import Parser
from whence.cli.diff import graph_of
from whence.errors import InputError, UsageError, ValidationError
from whence.namespaces import PREFIXES, shorten
from whence.rdf.atomic import replacing
from whence.rdf.reading import read_text
from whence.rdf.terms import RDF_TYPE
from whence.revisions.merging import merge
from whence.store import starting
from whence.things.index import Index


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("versions", nargs="*", metavar="FILE", help="BASE OURS THEIRS, and the PATH that is meant, as git gives them; OURS is written")
    parser.add_argument("--install", action="store_true", help="let git use it in the repository of the graph, by .gitattributes and the repository's configuration")


def run(arguments: Namespace, _: str) -> int:
    """Merge, or set the driver up; exit code 1 where the versions disagree."""
    if arguments.install:
        return _install(graph_of(arguments.graph).root)
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
        starting.add_lines(os.path.join(root, ".gitattributes"), starting.ATTRIBUTES)
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
