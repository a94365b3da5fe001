"""Which graph a command is about: one of a directory, or one that is served elsewhere."""

from __future__ import annotations

from argparse import Namespace

from whence import validation
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import UsageError
from whence.store import layout

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import Store

    from whence.store.layout import GraphFiles

__all__ = ["check", "declare", "opened"]


def declare(parser: Parser, what: str = "of a store that whence publish filled, or of whence serve, instead of --graph") -> None:
    """Declare the options that name a served graph."""
    parser.add_argument("--endpoint", metavar="ADDRESS", help=f"the graph {what}")
    parser.add_argument("--user", metavar="NAME", help="for basic authentication there; the password stands in WHENCE_PASSWORD")


def check(arguments: Namespace) -> None:
    """See that the options fit together.

    :raises UsageError: they do not
    """
    if arguments.endpoint is None and arguments.user is not None:
        raise UsageError("--user is for --endpoint.", fix="Give the address, or leave --user out.")


def opened(arguments: Namespace) -> tuple[GraphFiles, Store]:
    """Return the files and the validated store of the graph that a command is about.

    :raises WhenceError: as `validation.open` and `publishing.open_served`
    """
    check(arguments)
    if arguments.endpoint is None:
        files = layout.locate(arguments.graph)
        return files, validation.open(files, tell=console.say, progress=process.stage)
    from whence.publishing import open_served

    return open_served(arguments.endpoint, user=arguments.user, tell=console.say, progress=process.stage)
