"""`whence lineage`."""

from __future__ import annotations

from argparse import Namespace

from whence import validation
from whence.store import layout
from whence.cli import console, process
from whence.cli.arguments import Parser, positive
from whence.namespaces import shorten, WH

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.lineage import Lineage, Reached, Step
    from whence.things import Index

__all__ = ["declare", "run"]

_FORMATS = ("text", "turtle", "nt")


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a misspelling, a slug, id:slug, or an IRI")
    parser.add_argument("--forward", action="store_true", help="what came of it, instead of where it comes from")
    parser.add_argument("--depth", type=positive, default=4, metavar="N", help="steps a path may have (default: 4)")
    parser.add_argument("--limit", type=positive, default=500, metavar="N", help="things that may be reached (default: 500)")
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="text, or wh:derivedInfluence of longer paths as a graph (default: text)"
    )


def run(arguments: Namespace, _: str) -> int:
    """Trace the lineage of the thing and print it."""
    store = validation.open(layout.locate(arguments.graph), tell=console.say, progress=process.stage)
    from whence import lineage
    from whence.cli.unknown import named
    from whence.rdf import results
    from whence.things import Index

    process.stage("tracing")
    index = Index(store)
    thing = named(index, arguments.thing)[0].iri
    traced = lineage.trace(store, thing, forward=arguments.forward, depth=arguments.depth, limit=arguments.limit)
    text = tell(index, traced, arguments.forward) if arguments.format == "text" else None
    process.stage(None)
    if text is not None:
        console.write(text)
        return 0
    out = console.output()
    results.write(lineage.derived(traced, forward=arguments.forward), arguments.format, out)
    out.flush()
    return 0


def tell(index: Index, traced: Lineage, forward: bool) -> str:
    """Return a lineage as text: each path, and what nobody affirms."""
    title = f"What came of {index.label(traced.of)}" if forward else f"Where {index.label(traced.of)} comes from"
    lines = [title, f"  {shorten(traced.of)}"]
    for reached in traced.reached:
        lines += ["", _headline(index, reached)]
        lines += [f"  {_step(index, step, forward)}" for step in reached.path]
    walked = {step.claim for reached in traced.reached for step in reached.path}
    beside = [step for step in traced.steps if step.commitment is None and step.claim not in walked]
    if beside:
        lines += ["", "Never affirmed as fact or opinion"]
        lines += [f"  {_step(index, step, forward)}" for step in beside]
    if not traced.reached and not beside:
        lines += ["", "Nothing is known."]
    if traced.truncated:
        lines += ["", "There is more: raise --depth or --limit."]
    return "\n".join(lines) + "\n"


def _headline(index: Index, reached: Reached) -> str:
    steps = "" if len(reached.path) == 1 else f", {len(reached.path)} steps"
    disputed = ", disputed" if reached.disputed else ""
    return f"{index.label(reached.thing)}  [{index.label(WH + reached.commitment)}{steps}{disputed}]"


def _step(index: Index, step: Step, forward: bool) -> str:
    near, far = index.label(step.influenced), index.label(step.influencer)
    words = f"{far} -> {near}" if forward else f"{near} <- {far}"
    aspect = f", in {index.label(step.aspect)}" if step.aspect else ""
    stance = index.label(WH + step.commitment) if step.commitment else "not affirmed"
    stance += ", denied" if step.denied else ""
    return f"{words}{aspect}: {stance}  ({shorten(step.claim)})"
