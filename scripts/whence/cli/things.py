"""`whence show`, `compare`, `timeline`, `sources` and `disagreements`: what the graph knows of things, as text or as JSON."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby

from pyoxigraph import NamedNode

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser, language_option, positive
from whence.namespaces import shorten
from whence.things import Index, comparison, disagreements, records, sentences, sources, timeline
from whence.things.card import card
from whence.things.comparison import FACETS, Item
from whence.things.dates import in_words
from whence.things.disagreements import KINDS
from whence.things.index import wh
from whence.things.positions import OUTRIGHT, Position
from whence.things.sources import VERDICTS, Answer

#: What is found: a function that makes the document for JSON, and the lines of the text.
Found = tuple[Callable[[], object], Iterator[str]]

_THING = "a name, a slug, id:slug, or an IRI"
_MISSPELT = "a name, a misspelling, a slug, id:slug, or an IRI"
_THINGS = {"show": _MISSPELT, "sources": _MISSPELT, "timeline": _THING, "disagreements": f"{_THING}; the whole graph where there is none"}
_LIMITS = {
    "show": (10, "facts, roles, and claims of each stance that are shown"),
    "compare": (8, "things of each kind that are shown as text"),
    "disagreements": (10, "disagreements of each kind that are shown as text"),
}
_FORMATS = {"compare": "text, or all as JSON", "disagreements": "text by kind, or all as JSON with every position"}


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    if command == "compare":
        parser.add_argument("first", metavar="A", help="a name (several words in quotation marks), a slug, id:slug, or an IRI")
        parser.add_argument("second", metavar="B", help="what to compare it with")
    else:
        parser.add_argument("thing", nargs="*" if command == "disagreements" else "+", metavar="THING", help=_THINGS[command])
    if command in _LIMITS:
        number, what = _LIMITS[command]
        parser.add_argument("--limit", type=positive, default=number, metavar="N", help=f"{what} (default: {number})")
    if command == "sources":
        parser.add_argument("--all", action="store_true", help="also what only the articles say")
    if command != "show":
        told = _FORMATS.get(command, "text, or JSON with every position")
        parser.add_argument("--format", choices=("text", "json"), default="text", help=f"{told} (default: text)")
    served.declare_with_packs(parser)
    if command == "show":
        language_option(parser)


def run(arguments: Namespace, command: str) -> int:
    """Find what is asked for and print it."""
    files, store = served.opened(arguments)
    process.stage("comparing" if command == "compare" else "looking")
    with naming.beside(files, arguments.pack):
        if command == "show":
            text = _show(Index(store, arguments.language), arguments)
            process.stage(None)
            console.write(text)
            return 0
        document, lines = _FINDING[command](Index(store), arguments)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(document())
    else:
        console.write("\n".join(lines) + "\n")
    return 0


def _show(index: Index, arguments: Namespace) -> str:
    first, *others = naming.named(index, arguments.thing)
    text = card(index, first.iri, arguments.limit)
    if others:
        also = ", ".join(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in others)
        text += f"\nAlso called {' '.join(arguments.thing)}: {also}\n"
    return text


def _compare(index: Index, arguments: Namespace) -> Found:
    ends = naming.one(index, [arguments.first]), naming.one(index, [arguments.second])
    found = comparison.compare(index, *ends)
    limit = arguments.limit

    def lines() -> Iterator[str]:
        yield f"{' and '.join(map(index.label, ends))}\n  {', '.join(map(shorten, ends))}"
        yield "\nWhat both have"
        shared = [f"  {FACETS[facet.name]}: {_items((item for item, _ in facet.shared), limit)}" for facet in found.facets if facet.shared]
        yield from shared or ["  Nothing that the graph knows of."]
        for pick, iri in zip(("first", "second"), ends, strict=True):
            yield f"\nOnly {index.label(iri)}"
            only = [f"  {FACETS[facet.name]}: {_items(getattr(facet, pick), limit)}" for facet in found.facets if getattr(facet, pick)]
            yield from only or ["  Nothing that the graph knows of."]
        between = [claim for claim in found.between if claim.positions]
        yield "\nWhat is said of both"
        yield from (f"  {sentences.said(index, [claim])}.  ({shorten(claim.iri)})" for claim in between[:limit])
        yield from _more(len(between), limit) if between else ["  No claim here names both."]
        if found.disagreements:
            yield f"\nDisagreements in which both take part ({len(found.disagreements)})"
            yield from (f"  {each.sentence}" for each in found.disagreements[:limit])
            yield from _more(len(found.disagreements), limit)

    return partial(records.compared, index, found), lines()


def _items(items: Iterable[Item], limit: int) -> str:
    """Return the names of items, with the stance of those that are not affirmed."""
    told = []
    for item in items:
        stances = {claim.stance for claim in item.claims}
        plain = stances & {*OUTRIGHT, "disputed", "denied"} or len(stances) != 1
        told.append(item.value.text if plain else f"{item.value.text} ({'; '.join(stances)})")
    more = f"; and {len(told) - limit} more" if len(told) > limit else ""
    return "; ".join(told[:limit]) + more


def _more(number: int, limit: int) -> Iterator[str]:
    if number > limit:
        yield f"  and {number - limit} more (--limit {number})"


def _timeline(index: Index, arguments: Namespace) -> Found:
    iri = naming.one(index, arguments.thing)
    entries = timeline.of(index, iri)

    def lines() -> Iterator[str]:
        yield f"Timeline of {index.label(iri)}\n  {shorten(iri)}"
        if not entries:
            yield "\nNo document here gives a date, which does not mean that there is none."
        for entry in entries:
            yield f"\n{entry.words}  {entry.what}\n  {sentences.said(index, entry.claims[:1])}."
            rivals = [f"{in_words(date)}{' (which does not exclude it)' if compatible else ''}" for date, compatible in entry.rivals]
            if rivals:
                yield f"  Others date it: {', '.join(rivals)}."
            if entry.overtaken:
                yield "  A later document overtakes all that say so."

    return partial(records.dated, index, iri, entries), lines()


def _sources(index: Index, arguments: Namespace) -> Found:
    iri = naming.one(index, arguments.thing)
    slots = sources.of(index, iri)

    def lines() -> Iterator[str]:
        yield f"What articles and catalogues say of {index.label(iri)}\n  {shorten(iri)}"
        if not index.packs:
            yield "\nNo catalogue is asked here: --pack all asks those beside this graph, and whence pack add brings one."
        elif not any(map(index.pack, (iri, *index.same(iri)))):
            yield "\nNothing in a catalogue was decided to be the same thing; whence same lists what is proposed."
        for verdict, some in groupby(slots, key=lambda slot: slot.verdict):
            found = list(some)
            if verdict == "documents" and not arguments.all:
                yield f"\n{VERDICTS[verdict]}: {len(found)} (--all)"
                continue
            yield f"\n{VERDICTS[verdict]}"
            for slot in found:
                yield f"  {slot.words}"
                for answer in slot.answers:
                    yield from _answer(index, answer)

    return partial(records.told, index, iri, slots), lines()


def _answer(index: Index, answer: Answer) -> Iterator[str]:
    more = f"  ({shorten(answer.value.iri)})" if answer.value.iri else ""
    alike = ", ".join(shorten(value.iri) for value in answer.namesakes if value.iri)
    yield f"    {answer.value.text}{more}" + (f"; {alike} bears the same name, and nobody decided whether it is the same" if alike else "")
    for who, said in sorted(answer.claims.items()):
        for claim in said:
            for position in claim.in_order:
                yield f"      {_told(index, who, position)}"


def _told(index: Index, catalogue: str, position: Position) -> str:
    """Return who says something, who stands behind it, and where; of a record of a catalogue not that it is one."""
    own = bool(position.speaker) and any(index.holds(NamedNode(one.document), wh("writer"), NamedNode(position.speaker)) for one in position.passages)
    head = f"catalogue {catalogue}" if catalogue else f"article: {'its writer' if own else position.speaker_name or 'nobody named'}"
    words = position.beyond("Stated", "Fact", "Record") if catalogue else position.words
    named = [f"{how} {', '.join(value.text for value in values)}" for how, values in (("ascribed to", position.ascribed_to), ("supported by", position.supported_by)) if values]
    places = ", ".join(f"{name} {one.start}-{one.end}" for name, one in position.places)
    return ", ".join(filter(None, (f"{head} {position.verb} it", words, *(f'"{hedge}"' for hedge in position.details.hedge), *named, places)))


def _disagreements(index: Index, arguments: Namespace) -> Found:
    """Return the disagreements about a thing or of the whole graph: the kind with the weightiest first, spelling apart at the end."""
    iri = naming.one(index, arguments.thing) if arguments.thing else ""
    found = disagreements.about(index, iri) if iri else disagreements.everywhere(index)
    limit = arguments.limit

    def lines() -> Iterator[str]:
        yield f"Disagreements about {index.label(iri)}\n  {shorten(iri)}" if iri else "Disagreements of the whole graph"
        if not found:
            yield "\nNone of the claims here disagree, as far as the graph knows."
        kinds = list(dict.fromkeys(one.kind for one in sorted(found, key=lambda one: one.trivial)))
        by_kind = sorted(found, key=lambda one: kinds.index(one.kind))
        groups = [(kind, list(group)) for kind, group in groupby(by_kind, key=lambda one: one.kind)]
        told = sentences.with_short_titles(index, ((one.sentence, one.sides) for _, group in groups for one in group[:limit]))
        for kind, group in groups:
            yield f"\n{KINDS[kind][0]} ({len(group)})"
            for one in group[:limit]:
                yield f"  {next(told)}"
                for record in one.recorded:
                    gloss = record.gloss.rstrip(".")
                    known = f"recorded: {gloss}" if f"{gloss}." != one.sentence else "recorded"
                    yield f"    {known} [{record.resolution or 'not resolved'}]  ({shorten(record.iri)})"
            yield from _more(len(group), limit)

    return partial(records.disputed, index, iri, found), lines()


_FINDING = {"compare": _compare, "timeline": _timeline, "sources": _sources, "disagreements": _disagreements}
