"""`whence publish`."""

from __future__ import annotations

from argparse import Namespace

from whence import packs, publishing
from whence.cli import console, process
from whence.cli.arguments import Parser, packs_option
from whence.endpoint import Endpoint
from whence.errors import UsageError
from whence.report.words import count
from whence.store import layout


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", metavar="ADDRESS", help="a data set whose addresses end in /query and /update, as Fuseki's do")
    where.add_argument("--parquet", metavar="DIR", help="a folder for tables of Parquet, with a mapping for Ontop (needs the extra frames)")
    packs_option(parser, "write this pack too, in a named graph and, in tables, told by the column pack (default: those of whence.toml)")
    parser.add_argument("--query-address", metavar="ADDRESS", help="where the store takes queries, if elsewhere")
    parser.add_argument("--update-address", metavar="ADDRESS", help="where the store takes updates, if elsewhere")
    parser.add_argument("--user", metavar="NAME", help="for basic authentication; the password stands in WHENCE_PASSWORD")
    parser.add_argument("--replace", action="store_true", help="replace also a graph that whence did not publish")


def run(arguments: Namespace, _: str) -> int:
    """Write the validated graph into the store or the tables, and say what it holds."""
    if arguments.parquet is not None:
        return _write_tables(arguments)
    endpoint = Endpoint(arguments.to, queries=arguments.query_address, updates=arguments.update_address, user=arguments.user)
    files = layout.locate(arguments.graph)
    opened = packs.open(files, arguments.pack, tell=console.say, progress=process.stage)
    beside = {pack.prefix: pack.base for pack in opened.packs}
    done = publishing.publish(opened.store, opened.digest, endpoint, files=files, packs=beside, replace=arguments.replace, tell=process.stage)
    process.stage(None)
    how = "holds now" if done.sent else "held already"
    console.write(f"{arguments.to} {how} {count(done.triples, 'triple')}, in the default graph and {count(done.graphs, 'named graph')}.\n")
    return 0


def _write_tables(arguments: Namespace) -> int:
    for option in ("query_address", "update_address", "user", "replace"):
        if getattr(arguments, option):
            raise UsageError(f"--{option.replace('_', '-')} is for a store.", fix="Leave it out with --parquet.")
    opened = packs.open(layout.locate(arguments.graph), arguments.pack, tell=console.say, progress=process.stage)
    process.stage("writing tables")
    written = publishing.write(opened.store, opened.digest, arguments.parquet)
    process.stage(None)
    rows = ", ".join(f"{name} {count:,}" for name, count in written.rows.items())
    console.write(f"{written.folder}: {rows}; statements {written.triples:,}\n")
    return 0
