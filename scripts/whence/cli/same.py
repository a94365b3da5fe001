"""`whence same`: which things of the graph and its packs are one, proposed, and decided by a person."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from whence import identity, packs
from whence.cli import console, process
from whence.cli.arguments import Parser, positive
from whence.errors import InputError, UsageError, ValidationError
from whence.findings import Finding
from whence.identity import COLUMNS, TIERS, VERDICTS, Decision, Decisions, Proposal, Source, Thing
from whence.identity.proposing import key
from whence.namespaces import shorten
from whence.rdf.reading import read_bytes
from whence.report.words import count
from whence.store import layout
from whence.store.layout import GraphFiles
from whence.things.names import as_iris

_DECIDING = {"accept": "same", "reject": "different", "open": "open"}
_ACTIONS = ("propose", "list", *_DECIDING, "decide")


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.intermixed = True
    what = "propose, list, accept THING OTHER, reject THING OTHER, open THING OTHER, or decide FILE"
    parser.add_argument("action", choices=_ACTIONS, metavar="ACTION", help=what)
    parser.add_argument("words", nargs="*", metavar="THING|FILE", help="the two things, by name, prefix:slug or IRI; or proposals as --format tsv writes them, with decisions filled in")
    parser.add_argument("--pack", action="append", metavar="NAME", help="a pack to compare with; may be given again, all for every one (default: every one)")
    parser.add_argument("--tier", choices=TIERS, help="only proposals or decisions of one tier: by a shared identifier, by name and a shared work, or by the name alone")
    parser.add_argument("--limit", type=positive, metavar="N", help="proposals or decisions that are shown (default: 50 proposals as text, else all)")
    parser.add_argument("--as", dest="by", metavar="NAME", help="who decides, which the file keeps (default: creator of whence.toml)")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, where it is more than what was proposed")
    parser.add_argument("--format", choices=("text", "tsv", "json"), default="text", help="the form of what is listed (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Propose, list or decide."""
    action, wanted = arguments.action, {"propose": 0, "list": 0, "decide": 1}.get(arguments.action, 2)
    if len(arguments.words) != wanted:
        takes = ("no names", "a FILE", "two THINGs")[wanted]
        raise UsageError(f"whence same {action} takes {takes}.", fix="Put a name of several words in quotation marks; see whence same --help.")
    files = layout.locate(arguments.graph)
    decided = identity.decisions(files)
    if action == "list":
        return _list(decided, arguments)
    process.stage("reading the graph")
    opened = packs.open(files, arguments.pack or [packs.ALL], tell=console.say, progress=process.stage)
    sources = [Source("graph", opened.store), *(Source(pack.name, opened.store, pack.graph) for pack in opened.packs)]
    process.stage("comparing")
    if action in _DECIDING:
        return _decide(files, sources, decided, arguments)
    pairs = {one.pair for one in decided.rows}
    proposed = identity.proposals(sources, pairs, decided.clusters)
    process.stage(None)
    if action == "decide":
        return _take(files, proposed, arguments)
    return _propose(proposed, len(pairs), arguments)


def _propose(proposed: identity.Proposals, decided: int, arguments: Namespace) -> int:
    found = [one for one in proposed.found if arguments.tier in (None, one.tier)]
    shown = found[: arguments.limit or (50 if arguments.format == "text" else None)]
    if arguments.format == "json":
        console.write_json({"proposals": list(map(_record, shown)), "of": len(found), "leftOut": proposed.left_out})
    elif arguments.format == "tsv":
        rows = ["\t".join((one.thing, one.other, "", one.tier, f"{one.score:.2f}", one.reason, "", "")) for one in shown]
        console.write("\n".join(["\t".join(COLUMNS), *rows]) + "\n")
    else:
        lines = [line for one in shown for line in _told(one)]
        more = f", {len(shown)} shown (--limit {len(found)})" if len(found) > len(shown) else ""
        before = f" {count(decided, 'pair is', 'pairs are')} decided already, see whence same list." if decided else ""
        lines.append(f"{len(found)} proposed{more}.{before}{' Decide with whence same accept, reject or open.' if found else ''}")
        console.write("\n".join(lines) + "\n")
    if proposed.left_out:
        most = sorted(proposed.left_out.items(), key=lambda item: -item[1])
        named = ", ".join(f"{name!r} ({times})" for name, times in most[:3])
        named += f" and {count(len(most) - 3, 'name')} more" if len(most) > 3 else ""
        console.say(f"Not compared by name alone, since very many are called so: {named}.")
    return 0


def _told(one: Proposal) -> list[str]:
    ends = (f"{name} ({shorten(iri)}, {source})" for name, iri, source in zip(one.names, (one.thing, one.other), one.sources, strict=True))
    return [f"{one.score:.2f}  {' = '.join(ends)}", f"      {one.tier}: {one.reason}"]


def _record(one: Proposal) -> dict[str, Any]:
    ends = [{"iri": iri, "name": name, "graph": source} for iri, name, source in zip((one.thing, one.other), one.names, one.sources, strict=True)]
    return {"things": ends, "tier": one.tier, "score": one.score, "reason": one.reason}


def _list(decided: Decisions, arguments: Namespace) -> int:
    """List what was decided, and tell what is wrong with it."""
    rows = [one for one in decided.rows if arguments.tier in (None, one.tier)]
    shown = rows[: arguments.limit]
    if arguments.format == "json":
        records = [{name: getattr(one, name) for name in COLUMNS} for one in shown]
        console.write_json({"decisions": records, "of": len(rows), "clusters": decided.clusters, "findings": [_finding(one) for one in decided.findings]})
    elif arguments.format == "tsv":
        console.write("\n".join(["\t".join(COLUMNS), *(one.row for one in shown)]) + "\n")
    else:
        lines = [f"{one.decision:<9}  {shorten(one.thing)}  {shorten(one.other)}  {_why(one)}" for one in shown]
        lines += [f"{len(rows) - len(shown)} more (--limit {len(rows)})"] if len(rows) > len(shown) else []
        counts = ", ".join(f"{sum(one.decision == verdict for one in rows)} {verdict}" for verdict in VERDICTS)
        console.write("\n".join([*lines, f"{counts}; {count(len(decided.clusters), 'cluster')}."]) + "\n")
    for finding in decided.findings:
        console.say(_finding(finding))
    return ValidationError.exit_code if decided.findings else 0


def _why(one: Decision) -> str:
    why = "; ".join(filter(None, (one.tier, one.reason)))
    return f"[{why}{', ' if why else ''}{one.by}, {one.date}]"


def _finding(one: Finding) -> str:
    place = f"{one.place.file}:{one.place.line}: " if one.place else ""
    return f"{place}{one.message} {one.fix}"


def _decide(files: GraphFiles, sources: list[Source], before: Decisions, arguments: Namespace) -> int:
    """Write the decision on two things, with what was proposed of them."""
    every = identity.things(sources)
    exact = {iri for word in arguments.words for iri in as_iris(word)}
    thing, other = sorted(_one(every, word, exact) for word in arguments.words)
    proposed = next((one for one in identity.proposals(sources, (), ()).found if (one.thing, one.other) == (thing, other)), None)
    process.stage(None)
    for old in before.rows:
        if old.pair == (thing, other):
            console.say(f"It was {old.decision} before ({old.by}, {old.date}).")
    if proposed is None and arguments.action == "accept":
        console.say(f"Nothing here speaks for {shorten(thing)} and {shorten(other)} being one: no identifier and no name of theirs is the same.")
    tier, score, reason = (proposed.tier, proposed.score, proposed.reason) if proposed else ("", None, "")
    today = datetime.now(UTC).date().isoformat()
    one = identity.decided(thing, other, _DECIDING[arguments.action], tier, score, arguments.reason or reason, _by(files, arguments), today)
    return _write(files, [one], f"{shorten(thing)} and {shorten(other)}: {one.decision}")


def _take(files: GraphFiles, proposed: identity.Proposals, arguments: Namespace) -> int:
    """Write the decisions of a file of proposals; lines without one are told."""
    path = arguments.words[0]
    by, today = _by(files, arguments), datetime.now(UTC).date().isoformat()
    lines = read_bytes(path, path).decode("utf-8", "surrogateescape").split("\n")
    waiting = 0
    for number, line in enumerate(lines[1:], 1):
        values = line.removesuffix("\r").split("\t")
        if len(values) == len(COLUMNS) and not values[2].strip():
            lines[number] = ""
            waiting += 1
        elif len(values) == len(COLUMNS):
            lines[number] = "\t".join((*values[:6], values[6].strip() or by, values[7].strip() or today))
    rows, findings = identity.parse("\n".join(lines).encode("utf-8", "surrogateescape"), path)
    if findings:
        place = findings[0].place
        raise InputError(findings[0].message, fix=findings[0].fix, file=path, line=place.line if place else None)
    if not rows:
        raise UsageError(f"No line of {path} has a decision.", fix=f"Write {', '.join(VERDICTS)} into its third column.")
    left = f" {count(waiting, 'line has', 'lines have')} no decision and {'waits' if waiting == 1 else 'wait'}." if waiting else ""
    return _write(files, rows, f"{count(len(rows), 'decision')} on which things are one", left)


def _write(files: GraphFiles, new: list[Decision], sentence: str, more: str = "") -> int:
    path = identity.write(files, new, sentence)
    console.write(f"{sentence}. Written to {files.display(path)}; whence undo takes it back.{more}\n")
    found = identity.decisions(layout.locate(files.root)).findings
    for finding in found:
        console.say(_finding(finding))
    return ValidationError.exit_code if found else 0


def _by(files: GraphFiles, arguments: Namespace) -> str:
    by = arguments.by or files.settings.creator
    if not by:
        raise UsageError("Nobody is named who decides.", fix="Write --as NAME.")
    return str(by)


def _one(every: dict[str, Thing], word: str, exact: set[str]) -> str:
    """Return the IRI of the thing that is meant.

    :param exact: IRIs that are named beside it, which a name does not mean as well
    :raises UsageError: there is none, or several; says which
    """
    known = next((iri for iri in as_iris(word) if iri in every), None)
    if known is not None:
        return known
    keys = {key(word), key(word, True)} - {""}
    found = [thing for thing in every.values() if keys & thing.names.keys() and thing.iri not in exact]
    if len(found) == 1:
        return found[0].iri
    if not found:
        raise UsageError(f"Nothing {'else ' if exact else ''}in the graph or its packs is called {word!r}.", fix="whence same propose lists what may be one.")
    told = "; ".join(f"{shorten(thing.iri)} ({thing.described})" for thing in found[:12])
    raise UsageError(f"{len(found)} things are called {word!r}.", fix=f"Say which: {told}{'; …' if len(found) > 12 else ''}.")
