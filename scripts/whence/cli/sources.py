"""`whence sources`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import groupby

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser
from whence.lineage.diagram import evidence
from whence.namespaces import shorten
from whence.things import Index, records, sources
from whence.things.sources import VERDICTS, Answer, Slot


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a misspelling, a slug, id:slug, or an IRI")
    parser.add_argument("--all", action="store_true", help="also what only the articles say")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text, or JSON with every position (default: text)")
    served.declare_with_packs(parser)


def run(arguments: Namespace, _: str) -> int:
    """Find what each source answers and print it."""
    store = served.opened(arguments)[1]
    process.stage("looking")
    index = Index(store)
    iri = naming.one(index, arguments.thing)
    slots = sources.of(index, iri)
    process.stage(None)
    if arguments.format == "json":
        console.write_json(records.told(index, iri, slots))
        return 0
    console.write("\n".join([f"What articles and catalogues say of {index.label(iri)}", f"  {shorten(iri)}", *_tell(index, iri, slots, arguments.all)]) + "\n")
    return 0


def _tell(index: Index, iri: str, slots: list[Slot], everything: bool) -> Iterator[str]:
    if not index.packs:
        yield "\nNo catalogue lies beside this graph; whence pack add brings one."
    elif not any(map(index.pack, (iri, *index.same(iri)))):
        yield "\nNothing in a catalogue was decided to be the same thing; whence same lists what is proposed."
    for verdict, some in groupby(slots, key=lambda slot: slot.verdict):
        found = list(some)
        if verdict == "documents" and not everything:
            yield f"\n{VERDICTS[verdict]}: {len(found)} (--all)"
            continue
        yield f"\n{VERDICTS[verdict]}"
        for slot in found:
            yield f"  {slot.words}"
            for answer in slot.answers:
                yield from _answer(index, answer)


def _answer(index: Index, answer: Answer) -> Iterator[str]:
    more = f"  ({shorten(answer.value.iri)})" if answer.value.iri else ""
    alike = ", ".join(shorten(value.iri) for value in answer.namesakes if value.iri)
    yield f"    {answer.value.text}{more}" + (f"; {alike} bears the same name, and nobody decided whether it is the same" if alike else "")
    for who, said in sorted(answer.claims.items()):
        for claim in said:
            for position in claim.in_order:
                yield f"      {f'catalogue {who}' if who else 'article'}: {evidence(index, position)}"
