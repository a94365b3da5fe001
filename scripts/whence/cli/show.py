"""`whence show`."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from whence import validation
from whence.store import layout
from whence.cli import console, process
from whence.cli.arguments import Parser, positive
from whence.namespaces import shorten

if TYPE_CHECKING:
    from whence.things import Card, Claim, Position

__all__ = ["declare", "run"]

_TITLES = {
    "disputed": "Disputed",
    "affirmed": "Affirmed",
    "implied": "Implied",
    "hedged": "Hedged",
    "promotional": "In promotion",
    "expected": "Predictions",
    "intended": "Intentions",
    "wished": "Wishes",
    "compared": "Analogies",
    "premise": "Premises of questions",
    "denied": "Denied",
    "not attested": "Not attested",
}


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a misspelling, a slug, id:slug, or an IRI")
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="facts, roles, and claims of each stance that are shown (default: 10)")


def run(arguments: Namespace, _: str) -> int:
    """Find the thing and print its card."""
    store = validation.open(layout.locate(arguments.graph), tell=console.say, progress=process.stage)
    from whence import things
    from whence.cli.things import named

    process.stage("looking")
    matches = named(store, arguments.thing)
    text = _render(things.card(store, matches[0].iri), arguments.limit)
    if len(matches) > 1:
        others = ", ".join(f"{things.label(store, match.iri)} ({shorten(match.iri)})" for match in matches[1:])
        text += f"\nAlso called {' '.join(arguments.thing)}: {others}\n"
    process.stage(None)
    console.write(text)
    return 0


def _render(card: Card, limit: int) -> str:
    lines = [card.label, f"  {shorten(card.iri)}"]
    if card.kinds:
        lines.append(f"  {', '.join(card.kinds)}")
    if card.names:
        lines += ["", "Also called"]
        lines += [f"  {name}" + (f" ({language})" if language else "") for name, language in card.names]
    if card.facts:
        lines += ["", "Facts", *_some([f"{name}: {value}" for name, value in card.facts], limit)]
    if card.roles:
        roles = [f"{role}: {other}" + ("" if stance == "affirmed" else f" ({stance})") for role, other, stance in card.roles]
        lines += ["", "Roles", *_some(roles, limit)]
    lines += _claims(card.claims, "Claims", limit)
    lines += _claims(card.made, "Positions taken", limit)
    return "\n".join(lines) + "\n"


def _some(entries: list[str], limit: int) -> list[str]:
    more = [f"  and {len(entries) - limit} more (--limit {len(entries)})"] if len(entries) > limit else []
    return [f"  {entry}" for entry in entries[:limit]] + more


def _claims(claims: list[Claim], title: str, limit: int) -> list[str]:
    lines: list[str] = []
    for stance, words in _TITLES.items():
        chosen = [claim for claim in claims if claim.stance == stance]
        if not chosen:
            continue
        lines += ["", f"{title}: {words.lower()} ({len(chosen)})"]
        for claim in chosen[:limit]:
            lines.append(f"  {claim.label}  [{claim.kind}]")
            lines += [f"    {_position(position)}" for position in claim.positions]
        if len(chosen) > limit:
            lines.append(f"  and {len(chosen) - limit} more (--limit {len(chosen)})")
    return lines


def _position(position: Position) -> str:
    words = [f"{position.stance} by {position.speaker or 'nobody named'}"]
    shown = {"commitment": "commitment", "ascribedTo": "ascribed to", "mood": "mood", "mode": "mode", "hedge": "hedge"}
    words += [f"{said} {position.details[role]}" for role, said in shown.items() if role in position.details]
    words += [f"{document} {start}-{end}" for document, start, end in position.passages]
    return ", ".join(words)
