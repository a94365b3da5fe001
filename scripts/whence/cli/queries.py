"""`whence queries`."""

from __future__ import annotations

from argparse import Namespace

from whence import catalog, graph
from whence.catalog import NamedQuery
from whence.cli import console
from whence.cli.arguments import Parser
from whence.errors import UsageError

__all__ = ["declare", "run"]

_TITLES = {
    "competency": "Questions (whence query NAME)",
    "view": "Views (whence query ... --view NAME, whence export --view NAME)",
    "check": "Checks (whence validate runs them all)",
    "inference": "Inferences (part of every validated graph)",
}


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="a query's name, for all about it; or words of its question, kind or tags")
    parser.add_argument("--all", action="store_true", help="list views, checks and inferences as well as questions")


def run(arguments: Namespace, _: str) -> int:
    """List the catalogue, the part of it that has all words, or everything about one query."""
    known = catalog.load(graph.locate(arguments.graph))
    if len(arguments.words) == 1 and arguments.words[0] in {query.name for query in known}:
        console.write(_whole(known[arguments.words[0]]))
        return 0
    kinds = _TITLES if arguments.all or arguments.words else ("competency", "view")
    chosen = [query for query in known if query.kind in kinds and _has(query, arguments.words)]
    if not chosen and arguments.words:
        raise UsageError(f"No query has {' '.join(arguments.words)!r} in its name, question, kind or tags.", fix="See whence queries.")
    console.write(_listing(chosen))
    return 0


def _has(query: NamedQuery, words: list[str]) -> bool:
    text = " ".join([query.name, f"{query.kind}s", query.summary, query.description, *query.tags]).casefold()
    return all(word.casefold() in text for word in words)


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
