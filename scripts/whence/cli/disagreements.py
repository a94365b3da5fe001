"""`whence disagreements`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import groupby

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser, positive
from whence.namespaces import shorten
from whence.things import Index, disagreements, records, sentences
from whence.things.disagreements import KINDS, Disagreement


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="*", metavar="THING", help="a name, a slug, id:slug, or an IRI; the whole graph where there is none")
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="disagreements of each kind that are shown as text (default: 10)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text by kind, or all as JSON with every position (default: text)")
    served.declare_with_packs(parser)


def run(arguments: Namespace, _: str) -> int:
    """Find the disagreements and print them."""
    store = served.opened(arguments)[1]
    process.stage("looking")
    index = Index(store)
    iri = naming.one(index, arguments.thing) if arguments.thing else ""
    found = disagreements.about(index, iri) if iri else disagreements.everywhere(index)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(records.disputed(index, iri, found))
        return 0
    title = [f"Disagreements about {index.label(iri)}", f"  {shorten(iri)}"] if iri else ["Disagreements of the whole graph"]
    console.write("\n".join([*title, *_tell(index, found, arguments.limit)]) + "\n")
    return 0


def _tell(index: Index, found: list[Disagreement], limit: int) -> Iterator[str]:
    """Yield the lines of the text: the kind with the weightiest disagreement first, spelling apart at the end."""
    if not found:
        yield "\nNone of the claims here disagree, as far as the graph knows."
    kinds = list(dict.fromkeys(one.kind for one in sorted(found, key=lambda one: one.trivial)))
    by_kind = sorted(found, key=lambda one: kinds.index(one.kind))
    groups = [(kind, list(group)) for kind, group in groupby(by_kind, key=lambda one: one.kind)]
    told = sentences.with_short_titles(index, ((one.sentence, one.sides) for _, group in groups for one in group[:limit]))
    for kind, all_of_it in groups:
        yield f"\n{KINDS[kind][0]} ({len(all_of_it)})"
        for one in all_of_it[:limit]:
            yield f"  {next(told)}"
            for record in one.recorded:
                gloss = record.gloss.rstrip(".")
                known = f"recorded: {gloss}" if f"{gloss}." != one.sentence else "recorded"
                yield f"    {known} [{record.resolution or 'not resolved'}]  ({shorten(record.iri)})"
        if len(all_of_it) > limit:
            yield f"  and {len(all_of_it) - limit} more (--limit {len(all_of_it)})"
