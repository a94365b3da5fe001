"""`whence queries`."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterable

from whence import catalog
from whence.catalog import NamedQuery
from whence.cli import console
from whence.cli.arguments import Parser
from whence.errors import UsageError
from whence.store import layout

#: Words of a question that tell no query from another.
_SMALL_WORDS = frozenset("a an and are be by did do does for from had has have how i in is it its me of on or some that the their to was were what when where which who whom whose why with".split())

_TITLES = {
    "competency": "Questions (whence query NAME)",
    "view": "Views (whence query ... --view NAME, whence export --view NAME)",
    "check": "Checks (whence validate runs them all)",
    "inference": "Inferences (part of every validated graph)",
}


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="a query's name, for all about it; or words of a question")
    parser.add_argument("--all", action="store_true", help="list views, checks and inferences as well as questions")


def run(arguments: Namespace, _: str) -> int:
    """List the catalogue, the part of it that has all words, or everything about one query."""
    known = catalog.load(layout.locate(arguments.graph))
    if len(arguments.words) == 1 and arguments.words[0] in {query.name for query in known}:
        console.write(_whole(known[arguments.words[0]]))
        return 0
    if arguments.words:
        chosen = _with_most(known, " ".join(arguments.words))
    else:
        kinds = _TITLES if arguments.all else ("competency", "view")
        chosen = [query for query in known if query.kind in kinds]
    if not chosen:
        console.say("The graph has no queries.")
    console.write(_listing(chosen))
    return 0


def _with_most(known: Iterable[NamedQuery], typed: str) -> list[NamedQuery]:
    """Return the queries that have all the words, or else those that have most of them, which is said; those that have them most often first."""
    words = {_stem(word) for word in re.findall(r"[\w-]+", typed.casefold())}
    telling = {word for word in words if word not in _SMALL_WORDS} or words
    counts = {query: sum(word in _text(query) for word in telling) for query in known}
    most = max(counts.values(), default=0)
    if not most:
        raise UsageError(f"No query has {typed!r} in its name, question, kind, tags or parameters.", fix="See whence queries.")
    if most < len(telling):
        console.say(f"No query has all these words; these have {most} of {len(telling)}.")
    chosen = [query for query, count in counts.items() if count == most]
    return sorted(chosen, key=lambda query: -sum(_text(query).count(word) for word in telling))


def _text(query: NamedQuery) -> str:
    parameters = (f"{one.name} {one.default or ''} {one.description}" for one in query.parameters)
    asks = (wording.text for wording in query.query.front_matter.asks)
    return " ".join([query.name, f"{query.kind}s", query.summary, query.description, *asks, *query.tags, *parameters]).casefold()


def _stem(word: str) -> str:
    """Return a word without the ending that it may lack elsewhere.

    >>> _stem("voices"), _stem("voiced"), _stem("is")
    ('voic', 'voic', 'is')
    """
    stem = re.sub(r"(es|s|ed|ing|e)$", "", word)
    return stem if len(stem) > 2 else word


def _listing(queries: list[NamedQuery]) -> str:
    width = max((len(query.name) for query in queries), default=0)
    lines: list[str] = []
    for kind, title in _TITLES.items():
        chosen = [query for query in queries if query.kind == kind]
        if chosen:
            lines += [*([""] if lines else []), title]
            lines += [f"  {query.name:<{width}}  {query.summary}" for query in chosen]
    if lines:
        lines += ["", "whence queries NAME tells all about one: its parameters and their example values."]
    return "".join(f"{line}\n" for line in lines)


def _whole(query: NamedQuery) -> str:
    lines = [query.name, f"  {query.summary}"]
    lines += [f"  {line}" for line in query.description.splitlines()]
    if query.tags:
        lines.append(f"  tags: {', '.join(query.tags)}")
    lines.append(f"  file: {query.file}")
    if query.parameters:
        lines += ["", "Parameters"]
        for parameter in query.parameters:
            value = "required" if parameter.default is None else f"{parameter.default} unless set"
            lines.append(f"  {parameter.name} ({parameter.type}, {value}): {parameter.description or 'no description'}")
        shown = " ".join(f"--set {p.name}={'VALUE' if p.default is None else p.default}" for p in query.parameters)
        lines += ["", f"  whence query {query.name} {shown}"]
    return "\n".join(lines) + "\n"
