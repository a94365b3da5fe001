"""`whence diff`: what differs between two states of a graph."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter

from whence import revisions
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import InputError, ValidationError
from whence.revisions import Change
from whence.store import layout

_VERBS = {"came": "new", "went": "gone", "changed": "changed", "moved": "moved"}


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("before", metavar="A", help="a graph directory, a file, or a commit of the graph in the working directory or --graph")
    parser.add_argument("after", metavar="B", help="the state to compare it with, such as . for the directory as it is")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="sentences, or all as JSON (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Print what came, went, changed or moved; exit code 1 where anything did."""
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
