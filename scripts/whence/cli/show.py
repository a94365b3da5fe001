"""`whence show`."""

from __future__ import annotations

from argparse import Namespace

from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser, language_option, positive
from whence.namespaces import shorten
from whence.things import Index
from whence.things.card import card


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a misspelling, a slug, id:slug, or an IRI")
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="facts, roles, and claims of each stance that are shown (default: 10)")
    served.declare_with_packs(parser)
    language_option(parser)


def run(arguments: Namespace, _: str) -> int:
    """Find the thing and print its card."""
    store = served.opened(arguments)[1]
    process.stage("looking")
    index = Index(store, arguments.language)
    matches = naming.named(index, arguments.thing)
    text = card(index, matches[0].iri, arguments.limit)
    if len(matches) > 1:
        others = ", ".join(f"{index.label(match.iri)} ({shorten(match.iri)})" for match in matches[1:])
        text += f"\nAlso called {' '.join(arguments.thing)}: {others}\n"
    process.stage(None)
    console.write(text)
    return 0
