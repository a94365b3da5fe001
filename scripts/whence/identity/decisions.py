"""What people decided on which names mean one thing: `triples/identity.tsv`, and the named graph that follows from it.

The file has one decision a line, sorted by its two things, each value between tabs as it is, without quotation marks. `same` and
`open` make triples of the named graph `IDENTITY`; `different` keeps a pair from being proposed again. Nothing follows from a line
that cannot be read, nor from a cluster with a `different` inside: both are findings.

In a store, what is said of the things of a cluster is said of its first one too, that of the graph itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import product

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.findings import Finding, Place, Severity
from whence.namespaces import IDENTITY, PREFIXES, WH, expansions, shorten
from whence.rdf.terms import closure
from whence.report.words import count
from whence.store import journal
from whence.store.layout import GraphFiles

#: The named graph of what is said of another thing of a cluster: a query that names packs sees it, so that questions cross clusters. It leads
#: to one thing alone, since otherwise each row of an answer would come once for each of them.
CROSSED = "https://w3id.org/whence/graph/crossed"
#: What stays with the thing itself: by which name it is shown, and words about it.
_OWN = frozenset(WH + name for name in ("displayLabel", "description", "gloss", "caution", "sameThing", "possiblySameAs"))


def fill(store: Store, found: Decisions, graphs: Iterable[DefaultGraph | NamedNode]) -> None:
    """Put the graph of identity and that of what crosses clusters into a store, both even where they are empty, in place of those that are there.

    :param graphs: in which what is said is looked for
    """
    identity, crossed = NamedNode(IDENTITY), NamedNode(CROSSED)
    for graph in (identity, crossed):
        store.add_graph(graph)
        store.clear_graph(graph)
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object, identity) for triple in triples(found))
    store.bulk_extend([quad for quad in _said(store, found.clusters, list(graphs), crossed) if not _known(store, quad)])


def _said(store: Store, clusters: Iterable[tuple[str, ...]], graphs: list[DefaultGraph | NamedNode], crossed: NamedNode) -> Iterator[Quad]:
    for cluster in clusters:
        members = [NamedNode(iri) for iri in cluster]
        first = next((one for one in members if next(store.quads_for_pattern(one, None, None, DefaultGraph()), None)), members[0])
        for one, graph in product(members, graphs):
            if one != first:
                yield from (Quad(quad.subject, quad.predicate, first, crossed) for quad in store.quads_for_pattern(None, None, one, graph) if _crosses(quad))
                yield from (Quad(first, quad.predicate, quad.object, crossed) for quad in store.quads_for_pattern(one, None, None, graph) if _crosses(quad))


def _crosses(quad: Quad) -> bool:
    return bool(quad.predicate.value.startswith(WH)) and quad.predicate.value not in _OWN


def _known(store: Store, quad: Quad) -> bool:
    return next(store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None), None) is not None


#: Where a graph directory has its decisions.
FILE = "triples/identity.tsv"
COLUMNS = ("thing", "other", "decision", "tier", "score", "reason", "by", "date")
VERDICTS = ("same", "different", "open")
#: The tiers of evidence, the firmest first.
TIERS = ("identifier", "name and work", "name")
#: A cluster of more things than this is no thing that anybody looked at.
_LARGEST = 200
_SAME, _POSSIBLY = NamedNode(WH + "sameThing"), NamedNode(WH + "possiblySameAs")
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of two things.

    :ivar thing: the IRI of the one that comes first in the alphabet
    :ivar decision: `same`, `different` or `open`
    :ivar tier: of the proposal that it was: `identifier`, `name and work`, `name`, or an empty text
    :ivar score: of the proposal, from 0 to 1, or None
    :ivar by: who decided
    :ivar file: where it stands, with the line, or an empty text and 0
    """

    thing: str
    other: str
    decision: str
    tier: str
    score: float | None
    reason: str
    by: str
    date: str
    file: str = ""
    line: int = 0

    @property
    def pair(self) -> tuple[str, str]:
        return self.thing, self.other

    @property
    def row(self) -> str:
        """The line of the file."""
        score = "" if self.score is None else f"{self.score:.2f}"
        return "\t".join((self.thing, self.other, self.decision, self.tier, score, self.reason, self.by, self.date))


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of a graph directory and of those that it includes.

    :ivar rows: those that can be read, sorted by their things
    :ivar clusters: the things that are one by them, each cluster sorted; those with a contradiction left out
    :ivar findings: what is wrong with lines, and what contradicts what
    """

    rows: tuple[Decision, ...]
    clusters: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]


def decisions(files: GraphFiles) -> Decisions:
    """Return what was decided; of decisions on the same two things that of the graph itself before those of graphs it includes.

    :raises InputError: a file cannot be read
    """
    known: dict[tuple[str, str], Decision] = {}
    findings: list[Finding] = []
    for path in files.identity:
        rows, wrong = parse(files.read(path), files.display(path))
        findings += wrong
        known = {one.pair: one for one in rows} | known
    clusters, contradicted = _clusters(known.values())
    return Decisions(tuple(sorted(known.values(), key=lambda one: one.pair)), clusters, (*findings, *contradicted))


def parse(content: bytes, file: str) -> tuple[list[Decision], list[Finding]]:
    """Return the decisions of a file, and what is wrong with its lines."""
    rows: list[Decision] = []
    findings: list[Finding] = []
    seen: dict[tuple[str, str], Decision] = {}

    def wrong(line: int, message: str, fix: str, column: int = 1) -> None:
        findings.append(Finding("identity:line", Severity.VIOLATION, message, fix, place=Place(file, line, column)))

    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            text = raw.decode().removesuffix("\r")
        except UnicodeDecodeError as error:
            wrong(number, "The line is not UTF-8.", "Save the file in UTF-8.", error.start + 1)
            continue
        if number == 1:
            if text.split("\t") != list(COLUMNS):
                wrong(1, "The first line does not name the columns.", f"Write {', '.join(COLUMNS)} there, with a tab between any two.")
        elif text.strip():
            try:
                one = replace(_decision(text), file=file, line=number)
            except UsageError as error:
                wrong(number, error.problem, error.fix or "")
                continue
            first = seen.setdefault(one.pair, one)
            if first is one:
                rows.append(one)
            else:
                wrong(number, f"{shorten(one.thing)} and {shorten(one.other)} are decided on line {first.line} already.", "Keep one of the two lines.")
    return rows, findings


def _decision(text: str) -> Decision:
    values = [value.strip() for value in text.split("\t")]
    if len(values) != len(COLUMNS):
        raise UsageError(f"The line has {count(len(values), 'column')}, not {len(COLUMNS)}.", fix=f"They are {', '.join(COLUMNS)}, with a tab between any two.")
    thing, other, decision, tier, score, reason, by, day = values
    one = decided(_iri(thing, "thing"), _iri(other, "other"), decision, tier, None, reason, by, day)
    try:
        number = float(score) if score else None
    except ValueError:
        number = -1.0
    if number is not None and not 0 <= number <= 1:
        raise UsageError(f"The score cannot be {score!r}.", fix="Write a number from 0 to 1, such as 0.95, or nothing.")
    return replace(one, score=number)


def _iri(text: str, column: str) -> str:
    """Return the IRI that stands in a column, or that a prefixed name in it means."""
    prefix, colon, local = text.partition(":")
    namespaces = expansions(prefix) if colon and not local.startswith("//") else []
    iri = namespaces[0] + local if namespaces else text.removeprefix("<").removesuffix(">")
    try:
        NamedNode(iri)
    except ValueError:
        raise UsageError(f"The column {column} has no IRI but {text[:80]!r}.", fix="Write the whole IRI of the thing; whence show NAME tells it.") from None
    if not namespaces and "://" not in iri:
        raise UsageError(f"Nothing declares the prefix of {text[:80]!r} in the column {column}.", fix="Write the whole IRI of the thing.")
    return iri


def decided(thing: str, other: str, decision: str, tier: str, score: float | None, reason: str, by: str, day: str) -> Decision:
    """Return a decision, its things in alphabetical order.

    :raises UsageError: it is on one thing alone, or a value is none that it can have
    """
    if thing == other:
        raise UsageError(f"{shorten(thing)} stands in both columns.", fix="A decision is on two things: name the other one.")
    if decision not in VERDICTS:
        raise UsageError(f"The decision cannot be {decision!r}.", fix=f"{meant(decision, VERDICTS) or ''} Write {', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}.".strip())
    if tier and tier not in TIERS:  # a pair that nobody proposed has none
        raise UsageError(f"The tier cannot be {tier!r}.", fix=f"{meant(tier, TIERS) or ''} Write {', '.join(TIERS)}, or nothing.".strip())
    if not by.strip():
        raise UsageError("Nobody is named who decided.", fix="Write a name in the column by (on the command line: --by NAME).")
    try:
        if len(day) != 10:
            raise ValueError
        date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"The date cannot be {day!r}.", fix="Write a day as 2026-11-29.") from None
    thing, other = sorted((thing, other))
    reason, by = (" ".join(text.split()) for text in (reason, by))
    return Decision(thing, other, decision, tier, score, reason, by, day)


def _clusters(rows: Iterable[Decision]) -> tuple[tuple[tuple[str, ...], ...], list[Finding]]:
    """Return the clusters without a contradiction, and a finding for each `different` inside a cluster and each that is too large."""
    rows = list(rows)
    near: dict[str, list[Decision]] = {}
    for one in rows:
        if one.decision == "same":
            near.setdefault(one.thing, []).append(one)
            near.setdefault(one.other, []).append(one)
    home: dict[str, int] = {}
    clusters: list[list[str]] = []
    for start in near:
        if start not in home:
            members = closure([start], lambda thing: [other for one in near[thing] for other in one.pair])
            home |= dict.fromkeys(members, len(clusters))
            clusters.append(sorted(members))
    findings, wrong = [], set()
    for one in rows:
        if one.decision == "different" and one.thing in home and home[one.thing] == home.get(one.other):
            wrong.add(home[one.thing])
            findings.append(_contradiction(one, _way(near, one.thing, one.other)))
    for number, cluster in enumerate(clusters):
        if len(cluster) > _LARGEST:
            wrong.add(number)
            message = f"{shorten(cluster[0])} would be one thing with {len(cluster) - 1} others, more than anybody can mean."
            findings.append(Finding("identity:cluster", Severity.VIOLATION, message, f"Take decisions in {FILE} back; a cluster may have {_LARGEST} things."))
    return tuple(sorted(tuple(cluster) for number, cluster in enumerate(clusters) if number not in wrong)), findings


def _way(near: dict[str, list[Decision]], start: str, end: str) -> list[Decision]:
    """Return the fewest decisions that make two things of a cluster one."""
    before: dict[str, tuple[str, Decision] | None] = {start: None}
    waiting = [start]
    for node in waiting:
        for one in near[node]:
            other = one.other if one.thing == node else one.thing
            if other not in before:
                before[other] = node, one
                waiting.append(other)
    way, step = [], before[end]
    while step is not None:
        way.append(step[1])
        step = before[step[0]]
    return way[::-1]


def _contradiction(one: Decision, way: list[Decision]) -> Finding:
    told = ", ".join(f"{shorten(step.thing)} = {shorten(step.other)} (line {step.line})" for step in way)
    message = f"{shorten(one.thing)} and {shorten(one.other)} are decided to be different, and the same by {told}."
    fix = "Take one of these decisions back: whence same open, with the two things. Until then none of them is crossed."
    return Finding("identity:contradiction", Severity.VIOLATION, message, fix, f"<{one.thing}>", value=f"<{one.other}>", place=Place(one.file, one.line, 1))


def missing(found: Decisions, store: Store, bases: Iterable[str]) -> list[Finding]:
    """Return a warning for each decision on a thing below one of these bases of which the default graph says nothing."""
    starts = tuple(bases)
    told = []
    for one in found.rows:
        for iri in one.pair:
            if iri.startswith(starts) and next(store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()), None) is None:
                message = f"{shorten(iri)} is decided on, and there is no such thing in the graph."
                told.append(Finding("identity:missing", Severity.WARNING, message, "Mend the IRI, or take the line out.", f"<{iri}>", place=Place(one.file, one.line, 1)))
    return told


def triples(found: Decisions) -> list[Triple]:
    """Return what the named graph `IDENTITY` holds, each triple once.

    `wh:sameThing` between any two things of a cluster, both ways; `wh:possiblySameAs` between two that are left open; and a
    `wh:IdentityDecision` for each decision that one of these follows from.
    """
    made = [Triple(NamedNode(one), _SAME, NamedNode(other)) for cluster in found.clusters for one in cluster for other in cluster if one != other]
    home = {thing: cluster for cluster in found.clusters for thing in cluster}
    for one in found.rows:
        if one.decision == "open":
            ends = NamedNode(one.thing), NamedNode(one.other)
            made += [Triple(ends[0], _POSSIBLY, ends[1]), Triple(ends[1], _POSSIBLY, ends[0])]
        if one.decision == "open" or (one.thing in home and one.decision == "same"):
            made += _told(one)
    return list(dict.fromkeys(made))


def _told(one: Decision) -> Iterator[Triple]:
    """Yield who decided what of two things, and why."""
    node = NamedNode(f"{IDENTITY}/{sha256(' '.join(one.pair).encode()).hexdigest()[:12]}")
    yield Triple(node, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(WH + "IdentityDecision"))
    for thing in one.pair:
        yield Triple(node, NamedNode(WH + "decidedOn"), NamedNode(thing))
    texts = {WH + "verdict": one.decision, WH + "tier": one.tier, WH + "reason": one.reason, PREFIXES["dcterms"] + "creator": one.by, PREFIXES["dcterms"] + "date": one.date}
    for predicate, text in texts.items():
        if text:
            yield Triple(node, NamedNode(predicate), Literal(text))
    if one.score is not None:
        yield Triple(node, NamedNode(WH + "score"), Literal(f"{one.score:.2f}", datatype=NamedNode(_XSD + "decimal")))


def write(files: GraphFiles, new: Iterable[Decision], sentence: str) -> str:
    """Write decisions into the file of a graph directory, each in the place of one on the same two things, and return the file's path.

    One undoable change: nobody else's lines are touched, and the file is sorted by the two things.

    :raises InputError: the file has lines that cannot be read, was edited meanwhile, or cannot be written
    """
    path = os.path.join(files.root, *FILE.split("/"))
    new = list(new)
    with journal.writing(files.root) as changes:
        before = journal.held(path)
        rows, findings = parse(before, files.display(path)) if before is not None else ([], [])
        if findings:
            place = findings[0].place
            raise InputError(findings[0].message, fix=findings[0].fix, file=files.display(path), line=place.line if place else None)
        known = {one.pair: one for one in rows} | {one.pair: one for one in new}
        text = "\n".join(["\t".join(COLUMNS), *(one.row for _, one in sorted(known.items()))]) + "\n"
        changes.commit({path: text.encode()}, {path: before}, {"sentences": [sentence]})
    return path
