"""`whence undo`: the last change of a graph taken back."""

from __future__ import annotations

from argparse import Namespace

from whence.cli import process
from whence.cli.arguments import Parser
from whence.cli.claim import show
from whence.curation import Workspace, undo
from whence.store import layout


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Take the last change back."""
    process.stage("validating")
    saved = undo(Workspace.open(layout.locate(arguments.graph)))
    process.stage(None)
    show(saved, arguments.format)
    return 0
