"""`whence publish`."""

from __future__ import annotations

from argparse import Namespace

from whence import validation
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.store import layout

__all__ = ["declare", "run"]


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="a data set whose addresses end in /query and /update, as Fuseki's do")
    parser.add_argument("--query-address", metavar="ADDRESS", help="where the store takes queries, if elsewhere")
    parser.add_argument("--update-address", metavar="ADDRESS", help="where the store takes updates, if elsewhere")
    parser.add_argument("--user", metavar="NAME", help="for basic authentication; the password stands in WHENCE_PASSWORD")
    parser.add_argument("--replace", action="store_true", help="replace also a graph that whence did not publish")


def run(arguments: Namespace, _: str) -> int:
    """Write the validated graph into the store, and say what it holds."""
    from whence.endpoint import Endpoint
    from whence.publishing import publish

    endpoint = Endpoint(arguments.to, queries=arguments.query_address, updates=arguments.update_address, user=arguments.user)
    files = layout.locate(arguments.graph)
    store = validation.open(files, tell=console.say, progress=process.stage)
    done = publish(store, files.digest(), endpoint, replace=arguments.replace, tell=process.stage)
    process.stage(None)
    how = "holds now" if done.sent else "held already"
    console.write(f"{arguments.to} {how} {done.triples:,} triples in the default graph and {done.graphs} views.\n")
    return 0
