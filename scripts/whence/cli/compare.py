"""`whence compare`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser, positive
from whence.namespaces import shorten
from whence.things import Index, comparison, records, sentences
from whence.things.comparison import FACETS, Comparison, Item
from whence.things.positions import OUTRIGHT


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("first", metavar="A", help="a name (several words in quotation marks), a slug, id:slug, or an IRI")
    parser.add_argument("second", metavar="B", help="what to compare it with")
    parser.add_argument("--limit", type=positive, default=8, metavar="N", help="things of each kind that are shown as text (default: 8)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text, or all as JSON (default: text)")
    served.declare_with_packs(parser)


def run(arguments: Namespace, _: str) -> int:
    """Compare the two and print what they share, what differs, and what is said of both."""
    store = served.opened(arguments)[1]
    process.stage("comparing")
    index = Index(store)
    first, second = naming.one(index, [arguments.first]), naming.one(index, [arguments.second])
    found = comparison.compare(index, first, second)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(records.compared(index, found))
        return 0
    title = f"{index.label(first)} and {index.label(second)}\n  {shorten(first)}, {shorten(second)}"
    console.write("\n".join([title, *_tell(index, found, arguments.limit)]) + "\n")
    return 0


def _tell(index: Index, found: Comparison, limit: int) -> Iterator[str]:
    one, other = index.label(found.first), index.label(found.second)
    yield "\nWhat both have"
    shared = [facet for facet in found.facets if facet.shared]
    for facet in shared:
        yield f"  {FACETS[facet.name]}: {_listed((item for item, _ in facet.shared), limit)}"
    if not shared:
        yield "  Nothing that the graph knows of."
    for name, pick in ((one, "first"), (other, "second")):
        yield f"\nOnly {name}"
        only = [(facet.name, getattr(facet, pick)) for facet in found.facets if getattr(facet, pick)]
        yield from (f"  {FACETS[of]}: {_listed(items, limit)}" for of, items in only)
        if not only:
            yield "  Nothing that the graph knows of."
    told = [claim for claim in found.between if claim.positions]
    yield "\nWhat is said of both"
    yield from (f"  {sentences.said(index, [claim])}.  ({shorten(claim.iri)})" for claim in told[:limit])
    if len(told) > limit:
        yield f"  and {len(told) - limit} more (--limit {len(told)})"
    if not told:
        yield "  No claim here names both."
    if found.disagreements:
        yield f"\nDisagreements in which both take part ({len(found.disagreements)})"
        yield from (f"  {one.sentence}" for one in found.disagreements[:limit])
        if len(found.disagreements) > limit:
            yield f"  and {len(found.disagreements) - limit} more (--limit {len(found.disagreements)})"


def _listed(items: Iterable[Item], limit: int) -> str:
    """Return the names of items, with the stance of those that are not affirmed."""
    told = []
    for item in items:
        stances = {claim.stance for claim in item.claims}
        plain = stances & {*OUTRIGHT, "disputed", "denied"} or len(stances) != 1
        told.append(item.value.text if plain else f"{item.value.text} ({'; '.join(stances)})")
    more = f"; and {len(told) - limit} more" if len(told) > limit else ""
    return "; ".join(told[:limit]) + more
