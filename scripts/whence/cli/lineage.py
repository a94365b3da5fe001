"""`whence lineage` and `whence path`."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable
from io import BytesIO

from whence import lineage
from whence.cli import console, naming, process, served
from whence.cli.arguments import Parser, by_ending, language_option, positive
from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.lineage import Lineage, Path, Paths, Reached, Step, diagram
from whence.lineage.diagram import evidence
from whence.namespaces import WH, shorten
from whence.rdf import results
from whence.rdf.atomic import replacing
from whence.report.words import count
from whence.things import STANCES, Index, Position

_POLICIES = ("maker", "press", "any")
_DIAGRAMS = ("mermaid", "dot", "graphml", "gexf", "svg", "html")
_POLICY = "only what the view of this policy licenses (default: every affirmation, however firm)"


_BY_ENDING = "default: by the ending of --output, else"
#: Endings of file names that are no names of formats.
_ENDINGS = {"txt": "text", "mmd": "mermaid", "gv": "dot"}


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    served.declare_with_packs(parser)
    language_option(parser)
    parser.add_argument("--output", metavar="PATH", help="write this file, whole or not at all (default: standard output)")
    if command == "path":
        parser.add_argument("start", metavar="A", help="a name, a misspelling, a slug, id:slug, or an IRI")
        parser.add_argument("end", metavar="B", help="the other thing, named in the same way")
        parser.add_argument("--length", type=positive, default=4, metavar="N", help="steps a path may have (default: 4)")
        parser.add_argument("--limit", type=positive, default=10, metavar="N", help="paths that are told (default: 10)")
        parser.add_argument("--policy", choices=_POLICIES, help=_POLICY)
        parser.add_argument("--format", choices=("text", "json", *_DIAGRAMS), help=f"{_BY_ENDING} text")
        return
    parser.add_argument("thing", nargs="+", metavar="THING", help="a name, a misspelling, a slug, id:slug, or an IRI")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--up", dest="way", action="store_const", const="up", default="up", help="where it comes from (the default)")
    ways.add_argument("--down", "--forward", dest="way", action="store_const", const="down", help="what came of it")
    ways.add_argument("--both", dest="way", action="store_const", const="both", help="both")
    parser.add_argument("--depth", type=positive, default=4, metavar="N", help="steps a path may have (default: 4)")
    parser.add_argument("--limit", type=positive, default=500, metavar="N", help="things that may be reached each way (default: 500)")
    parser.add_argument("--policy", choices=_POLICIES, help=_POLICY)
    parser.add_argument("--possibly-same", action="store_true", help="trace what is possibly the same thing, too, and say so (tree and json)")
    parser.add_argument("--aspect", metavar="ASPECT", help="only influence in this aspect or a narrower one: its name, aspect:slug, or an IRI")
    parser.add_argument(
        "--format",
        choices=("tree", "text", "json", *_DIAGRAMS, "turtle", "nt"),
        help=f"turtle and nt: wh:derivedInfluence of longer paths as a graph; text is tree ({_BY_ENDING} tree)",
    )


def run(arguments: Namespace, command: str) -> int:
    """Trace the lineage of a thing, or find paths between two, and print them."""
    if arguments.output == "":
        raise UsageError("--output has no name.", fix="Name the file to write, or leave --output out.")
    if arguments.format is None:
        offered = {one: one for one in ("json", *_DIAGRAMS)} | _ENDINGS | ({"ttl": "turtle", "nt": "nt"} if command == "lineage" else {})
        arguments.format = by_ending(arguments.output, offered, "text")
    files, store = served.opened(arguments)
    process.stage("tracing")
    index = Index(store, arguments.language)
    with naming.beside(files, arguments.pack):
        data = _path(index, arguments) if command == "path" else _lineage(index, arguments)
    process.stage(None)
    if arguments.output is None:
        out = console.output()
        out.write(data)
        out.flush()
    else:
        with replacing(arguments.output) as file:
            file.write(data)
    return 0


def _traced(index: Index, thing: str, arguments: Namespace) -> list[Lineage]:
    aspect = _aspect(index, arguments.aspect) if arguments.aspect is not None else None
    return [
        lineage.trace(
            index, thing, forward=forward, depth=arguments.depth, limit=arguments.limit, policy=arguments.policy, aspect=aspect
        )
        for forward in {"up": [False], "down": [True], "both": [False, True]}[arguments.way]
    ]


def _lineage(index: Index, arguments: Namespace) -> bytes:
    if arguments.possibly_same and arguments.format not in ("tree", "text", "json"):
        raise UsageError(f"--possibly-same has no place in the format {arguments.format}.", fix="Leave one of them out, or take --format json.")
    thing = naming.one(index, arguments.thing)
    traced = _traced(index, thing, arguments)
    possibly = [(other, _traced(index, other, arguments)) for other in index.possibly(thing)] if arguments.possibly_same else []
    if arguments.format in ("tree", "text"):
        told = [tell(index, found) for found in traced]
        for other, others in possibly:
            mark = f"Possibly the same as {index.label(thing)}, which is left open: {index.label(other)} ({shorten(other)})\n"
            told += [mark, *(tell(index, found) for found in others)]
        return "\n".join(told).encode("utf-8", "replace")
    if arguments.format in ("turtle", "nt"):
        graph = BytesIO()
        results.write(sorted({triple for found in traced for triple in lineage.derived(found)}, key=str), arguments.format, graph)
        return graph.getvalue()
    if arguments.format == "json":
        document = lineage.record(index, traced)
        return _json({**document, "possiblySame": [lineage.record(index, others) for _, others in possibly]} if arguments.possibly_same else document)
    return lineage.draw(diagram.of_lineage(index, traced), arguments.format).encode("utf-8", "replace")


def _path(index: Index, arguments: Namespace) -> bytes:
    start, end = (naming.one(index, [name]) for name in (arguments.start, arguments.end))
    found = lineage.find(index, start, end, length=arguments.length, limit=arguments.limit, policy=arguments.policy)
    if arguments.format == "text":
        return tell_paths(index, found).encode("utf-8", "replace")
    if arguments.format == "json":
        return _json(lineage.path_record(index, found))
    return lineage.draw(diagram.of_paths(index, found), arguments.format).encode("utf-8", "replace")


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _aspect(index: Index, name: str) -> str:
    """Return the IRI of an aspect."""
    known = {index.label(node.value): node.value for node in index.instances("Aspect") if not node.value.endswith("NotStated")}
    found = [known[one] for one in known if one.casefold() == name.casefold()] or [match.iri for match in index.find(name)]
    chosen = next((iri for iri in found if iri in known.values()), None)
    if chosen is None:
        hint = meant(name, known)
        raise UsageError(f"There is no aspect {name!r}.", fix=f"{hint + ' ' if hint else ''}There are {', '.join(sorted(known)) or 'none'}.")
    return chosen


def tell(index: Index, traced: Lineage) -> str:
    """Return a lineage as text: each path with the evidence of its steps, and what is not walked."""
    name = index.label(traced.of)
    lines = [f"What came of {name}" if traced.forward else f"Where {name} comes from", f"  {shorten(traced.of)}"]
    for reached in traced.reached:
        lines += ["", _headline(index, reached)]
        for step in reached.path:
            lines += _step(index, step, traced.forward)
    if traced.beside:
        why = f"Not licensed by the policy {traced.policy}" if traced.policy else "Never affirmed as fact or opinion"
        lines += ["", why]
        for step in traced.beside:
            lines += _step(index, step, traced.forward)
    if not traced.reached and not traced.beside:
        lines += ["", f"Nothing is known of it. What else is known: whence show {shorten(traced.of)}"]
    if traced.left_out:
        lines += ["", f"Left out since no aspect is stated: {len(traced.left_out)}."]
    if traced.truncated:
        lines += ["", "There is more: raise --depth or --limit."]
    return "\n".join(lines) + "\n"


def _headline(index: Index, reached: Reached) -> str:
    steps = "" if len(reached.path) == 1 else f", {len(reached.path)} steps"
    contested = ", contested" if reached.contested else ""
    return f"{index.label(reached.thing)}  [{index.label(WH + reached.commitment)}{steps}{contested}]"


def _step(index: Index, step: Step, forward: bool) -> list[str]:
    """Return a step in words: its ends, in what, what its positions come to, and each of them."""
    near, far = index.label(step.target), index.label(step.source)
    words = f"{far} -> {near}" if forward else f"{near} <- {far}"
    manner = f", {step.manner}" if step.manner else ""
    catalogue = f"; catalogue: {step.catalogue}, of {', '.join(map(shorten, step.crossed))}" if step.crossed else f"; catalogue: {step.catalogue}" if step.catalogue else ""
    return [f"  {words}{manner}: {_stance(step.stance)}  ({shorten(step.claim)}{catalogue})", *_evidence(index, step.positions)]


def _stance(stance: str) -> str:
    return f"{STANCES[stance][0]} {STANCES[stance][1]}"


def _evidence(index: Index, positions: Iterable[Position]) -> list[str]:
    return [f"      {evidence(index, position)}" for position in positions]


def tell_paths(index: Index, paths: Paths) -> str:
    """Return paths as text, best supported first, each step with its claims and their evidence."""
    start, end = index.label(paths.start), index.label(paths.end)
    lines = [f"How {start} reaches {end}"]
    if paths.part:
        lines += ["", "They are the same, or one is part of the other."]
    elif not paths.found:
        lines += ["", f"No path is known; paths of up to {count(paths.length, 'step')} were looked for."]
    elif len(paths.found) > 1:
        lines += ["", *(f"  {number}. {_headline_of(index, path)}" for number, path in enumerate(paths.found, start=1))]
    for path in paths.found:
        lines += ["", *_tell_path(index, path)]
    if paths.beside:
        lines += ["", "Also said of the two, and no way from one to the other"]
        for claim in paths.beside:
            lines += [f"  {claim.label.rstrip('.')}: {_stance(claim.stance)}  ({shorten(claim.iri)})", *_evidence(index, claim.positions)]
    if paths.truncated:
        more = "There are more: raise --limit." if paths.found else "Not everything in reach was looked at."
        lines += ["", more]
    return "\n".join(lines) + "\n"


def _headline_of(index: Index, path: Path) -> str:
    names = [index.label(path.hops[0].start)]
    for hop in path.hops:
        names += ["->" if hop.onward else "<-", index.label(hop.end)]
    contested = ", contested" if path.contested else ""
    counted = f"{count(len(path.documents), 'document')}, {count(len(path.speakers), 'speaker')}"
    kind = {"mixed": "by influence and by people"}.get(path.kind, path.kind)
    return f"{' '.join(names)}  [{kind}, {index.label(WH + path.commitment)}{contested}; {counted}]"


def _tell_path(index: Index, path: Path) -> list[str]:
    lines = [_headline_of(index, path)]
    for hop in path.hops:
        for step in hop.steps:
            lines += _step(index, step, forward=True)
    return lines
