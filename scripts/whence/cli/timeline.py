"""`whence timeline`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser
from whence.namespaces import shorten
from whence.things import Index, records, sentences, timeline
from whence.things.dates import in_words
from whence.things.timeline import Entry


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a slug, id:slug, or an IRI")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text, or JSON with every position (default: text)")
    served.declare_with_packs(parser)


def run(arguments: Namespace, _: str) -> int:
    """Find the dates and print them."""
    store = served.opened(arguments)[1]
    process.stage("looking")
    index = Index(store)
    iri = naming.one(index, arguments.thing)
    entries = timeline.of(index, iri)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(records.dated(index, iri, entries))
        return 0
    console.write("\n".join([f"Timeline of {index.label(iri)}", f"  {shorten(iri)}", *_tell(index, entries)]) + "\n")
    return 0


def _tell(index: Index, entries: list[Entry]) -> Iterator[str]:
    if not entries:
        yield "\nNo document here gives a date, which does not mean that there is none."
    for entry in entries:
        yield f"\n{entry.words}  {entry.what}"
        yield f"  {sentences.said(index, entry.claims[:1])}."
        rivals = [f"{in_words(date)}{' (which does not exclude it)' if compatible else ''}" for date, compatible in entry.rivals]
        if rivals:
            yield f"  Others date it: {', '.join(rivals)}."
        if entry.overtaken:
            yield "  A later document overtakes all that say so."
