"""`whence ask`."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from whence import catalog
from whence.ask import Asker, Choice, Evidence, Reply
from whence.ask.cache import cached_asker
from whence.cli import console, process, served
from whence.cli.arguments import Parser, packs_option, positive
from whence.errors import UsageError
from whence.namespaces import shorten
from whence.rdf.terms import whole_number
from whence.things import Index
from whence.things.names import as_iris

#: Pieces of evidence shown under a value, and values shown of an answer that is only offered.
_SHOWN, _OFFERED = 5, 4
#: The queries of which `whence disagreements` tells more.
_DISAGREEING = ("disagreements", "discrepancies-about-a-thing")
#: The longest word that is repeated, in characters.
_LONGEST = 40


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("question", nargs="*", metavar="WORD", help="a question in plain words; without one, questions are read line by line")
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="values an answer shows (default: 10)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object a question (default: text)")
    served.declare(parser)
    packs_option(parser, "ask this pack where the graph knows nothing (default: those of whence.toml)")


def run(arguments: Namespace, _: str) -> int:
    """Answer the question, or those of standard input."""
    asker = _asker(arguments)
    if arguments.question:
        return _reply(asker.ask(" ".join(arguments.question), arguments.limit), asker.index, arguments)
    before = ""
    offered: list[Choice] = []
    for line in _lines():
        if 0 < (number := whole_number(line) or 0) <= len(offered):
            chosen = offered[number - 1]
            console.write("\n".join((f"Understood as: {chosen.understood}", "", *_answer(chosen, _SHOWN, _asked(arguments)))) + "\n")
            continue
        before = asker.resumed(line, before) if before else line
        reply = asker.ask(before, arguments.limit)
        offered = reply.offered
        try:
            _reply(reply, asker.index, arguments)
        except UsageError as error:
            console.complain(error)
    return 0


def _asker(arguments: Namespace) -> Asker:
    """Return what answers questions about the graph that the command is about."""
    files, store = served.opened(arguments)
    process.stage("reading the questions")
    asker = cached_asker(files, store, catalog.load(files))
    process.stage(None)
    return asker


def _lines() -> Iterator[str]:
    shown = sys.stdin is not None and sys.stdin.isatty()
    if shown:
        console.say("Ask in plain words; a number takes what was offered under it; an empty line, exit or the end of input ends it.")
    while True:
        line = console.read("question", line=True)
        if not line or (shown and not line.strip()) or line.strip().lower() in ("exit", "quit"):
            return
        if line.strip():
            yield line.strip()


def _reply(reply: Reply, index: Index, arguments: Namespace) -> int:
    """Write the reply to one question and return the exit code."""
    if arguments.format == "json":
        console.write_json(_record(reply))
        return UsageError.exit_code if reply.state == "not understood" else 0
    if reply.state == "not understood":
        named = f" It names {', '.join(f'{index.label(iri)} ({shorten(iri)})' for iri in reply.named)}." if reply.named else ""
        raise UsageError(f"The question is not understood.{_missing(reply)}{named}", fix="Questions are understood in English; whence queries lists what can be asked, and whence show NAME finds a thing in any script.")
    for choice in reply.choices[:1]:
        _tell_homonyms(index, reply.question, choice)
    console.write("\n".join(_text(reply, _asked(arguments))) + "\n")
    return 0


def _tell_homonyms(index: Index, question: str, choice: Choice) -> None:
    """Tell which of several things of one name a question is taken to be about."""
    for value in choice.values.values():
        name = next(filter(None, map(index.name, as_iris(value))), "")
        several = index.homonyms(index.find(name)) if name and name.casefold() in question.casefold() else []
        if several:
            told = "; ".join(f"{shorten(one.iri)} ({index.described(one.iri)})" for one in several[:_SHOWN])
            console.say(f"{len(several)} things are called {name!r}: {told}. This is about {value}; whence show and whence query take the IRI of another.")


def _missing(reply: Reply) -> str:
    """Return the sentence that tells the words which nothing here speaks of; of long ones the beginning, of many the first."""
    words = [word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…" for word in reply.missing[:_SHOWN]]
    return f" Nothing here speaks of {', '.join(words)}." if words else ""


def _text(reply: Reply, asked: str) -> Iterator[str]:
    """Yield the lines of a reply.

    :param asked: options that name the packs that were asked, for the commands that are offered
    """
    missing = _missing(reply)
    first = next(iter(reply.choices), None)
    if first and reply.state in ("answered", "unsure"):
        left = f" (left out: {', '.join(reply.left)})" if reply.left else ""
        yield f"Understood as: {first.understood}" if reply.state == "answered" else f"I am not sure what is asked.{missing} Perhaps: {first.understood}{left}"
        yield ""
        yield from _answer(first, _SHOWN if reply.state == "answered" else 1, asked)
    else:
        yield f"Nothing is known {reply.within or 'here'} that answers this.{missing}"
        if reply.understood:
            yield f"Understood as: {reply.understood}"
    for thing in reply.catalogued:
        yield f"A catalogue speaks of {shorten(thing)}: whence sources {shorten(thing)}{asked}"
    if offered := reply.offered:
        yield ""
        yield "Or did you mean"
        yield from _offers(offered, asked)


def _answer(choice: Choice, shown: int, asked: str) -> Iterator[str]:
    """Yield the lines of an answer, with so many pieces of evidence a value."""
    answer = choice.answer
    if answer.empty:
        yield "Nothing is known of that here."
    if answer.verdict:
        yield answer.verdict_in_words
    for value, evidence in answer.values:
        yield value
        yield from (f"  {_evidence(one)}" for one in evidence[:shown])
        if len(evidence) > shown:
            yield f"  and {len(evidence) - shown} more"
    if choice.query:
        yield f"All of it: whence query {_command(choice)}{asked}"
    if choice.query in _DISAGREEING:
        yield " ".join(("Disagreements of every kind: whence disagreements", *choice.values.values())) + asked
    if answer.more:
        yield f"and {answer.more} more (--limit {len(answer.values) + answer.more})"


def _offers(choices: list[Choice], asked: str) -> Iterator[str]:
    for number, choice in enumerate(choices, 1):
        yield f"{number}. {choice.understood}"
        values = [value for value, _ in choice.answer.values[:_OFFERED]]
        more = len(choice.answer.values) - len(values) + choice.answer.more
        told = "; ".join(values) + (f"; and {more} more" if more else "")
        verdict = f"{choice.answer.verdict_in_short}. " if choice.answer.verdict else ""
        yield f"   {verdict}{told or ('' if verdict else 'nothing is known')}".rstrip()
        if choice.query:
            yield f"   whence query {_command(choice)}{asked}"


def _asked(arguments: Namespace) -> str:
    return "".join(f" --pack {name}" for name in arguments.pack or ())


def _command(choice: Choice) -> str:
    return " ".join([choice.query, *(f"--set {shlex.quote(f'{name}={value}')}" for name, value in choice.values.items())])


def _evidence(one: Evidence) -> str:
    if one.stance == "silent":
        return f"{one.place}: {one.stance_in_words} {one.label}"
    return f"{one.stance_in_words}{f' by {one.speaker}' if one.speaker else ''}, {one.place}"


def _record(reply: Reply) -> dict[str, Any]:
    return {
        "question": reply.question, "state": reply.state, "unknownWords": list(reply.missing), "catalogued": list(reply.catalogued), "within": reply.within or None, "named": list(reply.named),
        "choices": [
            {
                "understood": one.understood, "score": round(one.score, 3), "query": one.query or None, "parameters": one.values,
                "matched": list(one.matched), "verdict": one.answer.verdict or None, "verdictInWords": one.answer.verdict_in_words or None, "more": one.answer.more,
                "values": [
                    {"value": value, "evidence": [{"claim": each.claim or None, "label": each.label or None, "speaker": each.speaker or None,
                                                   "stance": each.stance, "document": each.document, "passage": each.passage} for each in evidence]}
                    for value, evidence in one.answer.values
                ],
            }
            for one in reply.choices
        ],
    }  # fmt: skip
