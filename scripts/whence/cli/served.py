"""Which graph a command is about: one of a directory, or one that is served elsewhere."""

from __future__ import annotations

from argparse import Namespace

from whence import validation
from whence.cli import console, process
from whence.cli.arguments import Parser, packs_option, size
from whence.errors import UsageError
from whence.store import layout

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Store

    from whence.store.layout import GraphFiles


def declare(parser: Parser, what: str = "of a store that whence publish filled, or of whence serve, instead of --graph") -> None:
    """Declare the options that name a served graph."""
    parser.add_argument("--endpoint", metavar="ADDRESS", help=f"the graph {what}")
    parser.add_argument("--user", metavar="NAME", help="for basic authentication there; the password stands in WHENCE_PASSWORD")
    parser.add_argument("--max-fetch", type=size, metavar="SIZE", help="bytes that one answer from there may have, such as 8G (default: 1G)")


def declare_with_packs(parser: Parser) -> None:
    """Declare the options that name a served graph, and those that name packs beside one of a directory."""
    declare(parser)
    packs_option(parser, "go on into this pack")


def check(arguments: Namespace) -> None:
    """See that the options fit together.

    :raises UsageError: they do not
    """
    for option in ("user", "max_fetch"):
        if arguments.endpoint is None and getattr(arguments, option) is not None:
            name = "--" + option.replace("_", "-")
            raise UsageError(f"{name} is for --endpoint.", fix=f"Give the address, or leave {name} out.")
    if arguments.endpoint is not None and getattr(arguments, "pack", None) is not None:
        raise UsageError("--pack and --endpoint exclude each other.", fix="Leave one of them out; packs lie beside a graph of files.")


def most(arguments: Namespace) -> int:
    """Return how many bytes an answer may have."""
    from whence.endpoint import MOST

    return arguments.max_fetch or MOST  # type: ignore[no-any-return]


def opened(arguments: Namespace) -> tuple[GraphFiles, Store]:
    """Return the files and the validated store of the graph that a command is about, with its packs where the command takes them.

    :raises WhenceError: as `validation.open`, `packs.open` and `publishing.open_served`
    """
    check(arguments)
    if arguments.endpoint is None:
        files = layout.locate(arguments.graph)
        if not hasattr(arguments, "pack"):
            return files, validation.open(files, tell=console.say, progress=process.stage)
        from whence import packs

        return files, packs.open(files, arguments.pack, tell=console.say, progress=process.stage).store
    return fetched(arguments)


def kept(arguments: Namespace, tell: Callable[[str], None] | None = None) -> GraphFiles:
    """Return the files of the graph that the pages are about, which is in the cache then, with the packs that its settings name: the server finds it there.

    :param tell: takes a sentence about what cannot be kept or asked; a server says so itself
    :raises WhenceError: as `opened`
    """
    check(arguments)
    if arguments.endpoint is None:
        from whence import packs

        files = layout.locate(arguments.graph)
        packs.open(files, tell=tell, progress=process.stage)
    else:
        files = fetched(arguments)[0]
    process.stage("preparing the pages")
    return files


def fetched(arguments: Namespace) -> tuple[GraphFiles, Store]:
    """Return the files of the model, and a copy of the graph that is served.

    :raises WhenceError: as `publishing.open_served`
    """
    from whence.publishing import open_served

    return open_served(arguments.endpoint, user=arguments.user, most=most(arguments), tell=console.say, progress=process.stage)
