"""`whence fmt`."""

from __future__ import annotations

import os
from argparse import Namespace

from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import InputError, ValidationError
from whence.rdf.formatter import format_files
from whence.store import layout


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="Turtle files or folders (default: those that the graph itself brings)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file would change")


def run(arguments: Namespace, _: str) -> int:
    """Format the files, or say which ones would change; one that cannot be read does not keep the others back."""
    process.stage("formatting")
    changed: list[str] = []
    unreadable = False
    for path in _files(arguments):
        try:
            changed += format_files([path], check=arguments.check)
        except InputError as error:
            console.complain(error)
            unreadable = True
    process.stage(None)
    console.write("".join(f"{'would change' if arguments.check else 'formatted'} {path}\n" for path in changed))
    if unreadable:
        return InputError.exit_code
    return ValidationError.exit_code if changed and arguments.check else 0


def _files(arguments: Namespace) -> list[str]:
    """Return the named files, with those of named folders; without names all Turtle files of the graph.

    A folder that has none is told of.
    """
    if not arguments.files:
        files = layout.locate(arguments.graph)
        return [files.display(path) for path in sorted([*files.ontology, *files.shapes, *files.data]) if files.brings(path)]
    found: list[str] = []
    for name in arguments.files:
        if not os.path.isdir(name):
            found.append(_no_pipe(name))
            continue
        before = len(found)
        for folder, folders, names in os.walk(name):
            folders.sort()
            found += [os.path.join(folder, file) for file in sorted(names) if file.endswith(".ttl")]
        if len(found) == before:
            console.say(f"{name}: No file in this folder ends in .ttl, so there is nothing to format.")
    return found


def _no_pipe(name: str) -> str:
    """Return a name, unless it is that of a pipe or a device, which cannot be written anew."""
    if os.path.exists(name) and not os.path.isfile(name):
        raise InputError("This is a pipe or a device, not a file.", fix="Name a Turtle file.", file=name)
    return name
