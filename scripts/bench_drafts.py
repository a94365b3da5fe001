"""Turns the curated positions into proposals, damages them in known ways, and tells which damage the gate sees.

    scripts/bench drafts --texts DIR                every position of every document whose text is there
    scripts/bench drafts --texts DIR --positions 50 so many of each document
    scripts/bench drafts --texts DIR --seed 7       other damage

Each document is proposed to a graph that has everything but what this document says, as if it were new: its claims, the other
documents and all things are there. A proposal is refused; or its place is mended by its quote; or it is kept, and then seen
where a sentence tells the curator something that it does not tell of the undamaged proposal: the graph says otherwise, a role
does not fit, the words look otherwise. What nothing tells is unseen, and only a reader can find it. The first row is
undamaged: what is seen there is said of the graph as it is.

Exits 1 when a quote that the text does not print is kept, or an undamaged proposal is refused.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from whence.curation import Workspace
from whence.curation.drafts import Fault, Judged, Proposal, judge
from whence.curation.drafts.proposals import Offsets
from whence.curation.drafts.verifying import locate
from whence.namespaces import WH, local
from whence.rdf import reading
from whence.store import layout
from whence.store.layout import GraphFiles

Record = dict[str, Any]
#: Damage to a record; None where it cannot be done to this one.
Damage = Callable[[Record, "Source", random.Random], Record | None]
_PLACE = ("quote", "start", "end")
_ASIDE = {"attests", "document", "start", "end", "passageDigest", "passage", "because", "sameWordingAs", "supersededBy", "inQuestion", "answers", "askedBy"}


class Source:
    """One document as a source of proposals: its text, and a graph that has all but what it says."""

    def __init__(self, workspace: Workspace, document: str, without: Workspace) -> None:
        self.document, self.text, self.workspace = document, workspace.text(document) or "", without
        self.offsets = Offsets(self.text)
        self.words = sorted(set(re.findall(r"\w{3,}", self.text)))
        self.records = list(_records(workspace, document, self.text))
        self.speakers = sorted({record["speaker"] for record in self.records})

    def outcome(self, record: Record) -> str:
        """Return whether a proposal is refused, its place is mended by its quote, or it is kept as it is."""
        said = {key: value for key, value in record.items() if key not in _PLACE}
        found = locate(self.text, "the text", Proposal("", said, record.get("quote"), record.get("start"), record.get("end")), self.offsets)
        if isinstance(found, Fault):
            return "refused"
        return "mended" if found.notes and "quote" in record else "kept"


def _records(workspace: Workspace, document: str, text: str) -> Iterator[Record]:
    """Yield the positions of a document as proposals, in the order of their IRIs."""
    for quad in sorted(workspace.quads(None, WH + "document", None), key=str):
        position = quad.subject.value
        if quad.object.value != document or WH + "Attestation" not in workspace.classes(position):
            continue
        said: dict[str, list[str]] = {}
        for one in sorted(workspace.quads(position, None), key=str):
            said.setdefault(local(one.predicate.value), []).append(one.object.value)
        claim = said["attests"][0]
        roles: dict[str, list[str]] = {}
        for one in sorted(workspace.quads(claim, None), key=str):
            if one.predicate.value.startswith(WH):
                roles.setdefault(local(one.predicate.value), []).append(one.object.value)
        start, end = int(said["start"][0]), int(said["end"][0])
        place = {"document": document, "quote": text[start:end], "start": start, "end": end}
        kind = local(workspace.classes(claim)[0])
        values = {key: _single(value) for key, value in said.items() if key not in _ASIDE and key != "type"}
        yield {**place, "class": kind, "roles": {key: _single(value) for key, value in roles.items()}, **values}


def _single(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def word_changed(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Put another word of the same text in the place of one."""
    found = list(re.finditer(r"\w{3,}", record["quote"]))
    if not found:
        return None
    match = chance.choice(found)
    other = chance.choice([word for word in source.words if word != match[0]])
    return _unprinted({**record, "quote": record["quote"][: match.start()] + other + record["quote"][match.end() :]}, source)


def letter_changed(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Swap two letters of one word."""
    quote = record["quote"]
    places = [at for at in range(len(quote) - 1) if quote[at].isalpha() and quote[at + 1].isalpha() and quote[at] != quote[at + 1]]
    if not places:
        return None
    at = chance.choice(places)
    return _unprinted({**record, "quote": quote[:at] + quote[at + 1] + quote[at] + quote[at + 2 :]}, source)


def quote_invented(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Make words up that the text has, in an order that it has not."""
    return _unprinted({**record, "quote": " ".join(chance.sample(source.words, min(8, len(source.words))))}, source)


def _unprinted(record: Record, source: Source) -> Record | None:
    """The record, unless the text happens to print the damaged words elsewhere."""
    parts = record["quote"].split()
    return None if re.search(r"\s+".join(map(re.escape, parts)), source.text) else record


def offsets_shifted(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Move the place and leave the quote."""
    by = chance.choice([-1, 1]) * chance.randint(1, 40)
    start, end = record["start"] + by, record["end"] + by
    return {**record, "start": start, "end": end} if 0 <= start and end <= len(source.text) else None


def offsets_shifted_alone(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Move the place of a proposal that has no quote."""
    moved = offsets_shifted(record, source, chance)
    return moved and {key: value for key, value in moved.items() if key != "quote"}


def speaker_swapped(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Let another speaker of the document say it."""
    others = [speaker for speaker in source.speakers if speaker != record["speaker"]]
    return {**record, "speaker": chance.choice(others)} if others else None


def polarity_flipped(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Deny what is affirmed, affirm what is denied."""
    return {**record, "polarity": WH + ("Denied" if record["polarity"].endswith("Affirmed") else "Affirmed")}


def thing_swapped(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Put the thing of another claim of the class into one role."""
    others = [other["roles"] for other in source.records if other["class"] == record["class"]]
    changes = [(role, other[role]) for role in record["roles"] for other in others if role in other and other[role] != record["roles"][role]]
    if not changes:
        return None
    role, value = chance.choice(changes)
    return {**record, "roles": {**record["roles"], role: value}}


def hedge_dropped(record: Record, source: Source, chance: random.Random) -> Record | None:
    """Leave the hedge out and say that it is stated."""
    if "hedge" not in record:
        return None
    return {key: value for key, value in record.items() if not key.startswith("hedge")} | {"commitment": WH + "Stated"}


DAMAGES: dict[str, tuple[Damage, bool]] = {
    "nothing": (lambda record, source, chance: record, True),
    "a word changed": (word_changed, False),
    "two letters swapped": (letter_changed, False),
    "a quote invented": (quote_invented, False),
    "offsets shifted": (offsets_shifted, True),
    "offsets shifted, no quote": (offsets_shifted_alone, True),
    "polarity flipped": (polarity_flipped, True),
    "speaker swapped": (speaker_swapped, True),
    "a thing exchanged": (thing_swapped, True),
    "a hedge dropped": (hedge_dropped, True),
}


def sources(files: GraphFiles, texts: str, folder: Path) -> Iterator[Source]:
    """Yield the documents whose texts are there, each with a graph that has all but what it says."""
    whole = Workspace.open(files, texts)
    for document in whole.documents:
        if whole.text(document) is None:
            print(f"{whole.label(document)}: {whole.why_not_held(document)}", file=sys.stderr)
            continue
        root = folder / local(document)
        for part in ("ontology", "queries", "triples"):
            shutil.copytree(Path(files.root, part), root / part)
        said = {quad.subject.value for quad in whole.quads(None, WH + "document", None) if quad.object.value == document}
        for path in (root / "triples" / "attestations").glob("*.ttl"):
            if said & {quad.subject.value for quad in reading.read(path).quads}:
                path.unlink()
        yield Source(whole, document, Workspace.open(layout.locate(root), texts))


def measure(source: Source, limit: int | None, chance: random.Random) -> dict[str, Counter[str]]:
    """Return by kind of damage how many proposals were refused, mended, seen, and unseen."""
    records = source.records if limit is None else chance.sample(source.records, min(limit, len(source.records)))
    counts: dict[str, Counter[str]] = {}
    for name, (damage, _) in DAMAGES.items():
        counted = counts[name] = Counter()
        kept: list[tuple[Record, Record]] = []
        for record in records:
            damaged = damage(record, source, chance)
            if damaged is None:
                continue
            outcome = source.outcome(damaged)
            if outcome == "kept":
                kept.append((record, damaged))
            else:
                counted[outcome] += 1
        told = list(map(_sentences, judge(source.workspace, [damaged for _, damaged in kept])))
        known = list(map(_sentences, judge(source.workspace, [record for record, _ in kept]))) if name != "nothing" else [set()] * len(kept)
        for new, old in zip(told, known, strict=True):
            counted["seen" if new - old else "unseen"] += 1
    return counts


def _sentences(judged: Judged) -> set[str]:
    return {*judged.notes, *(problem.sentence for problem in judged.problems)}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Damage curated positions and count what the gate sees.")
    parser.add_argument("--texts", required=True, metavar="DIR", help="the folder with the source texts")
    parser.add_argument("--positions", type=int, metavar="N", help="positions of each document (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the damage (default: 1)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    total = {name: Counter[str]() for name in DAMAGES}
    with tempfile.TemporaryDirectory() as folder:
        for source in sources(layout.locate(), arguments.texts, Path(folder)):
            for name, counted in measure(source, arguments.positions, chance).items():
                total[name] += counted
    if arguments.format == "json":
        print(json.dumps(total, indent=2))
    else:
        print(f"{'damage':<26}{'proposals':>10}{'refused':>9}{'mended':>8}{'seen':>7}{'unseen':>8}")
        for name, counted in total.items():
            print(f"{name:<26}{counted.total():>10,}" + "".join(f"{counted[key]:>{width},}" for key, width in (("refused", 9), ("mended", 8), ("seen", 7), ("unseen", 8))))
    unfaithful = sum(counted.total() - counted["refused"] for name, counted in total.items() if not DAMAGES[name][1])
    if unfaithful or total["nothing"]["refused"] or not total["nothing"]:
        print(f"{unfaithful} unfaithful quotes were kept, {total['nothing']['refused']} faithful ones refused.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
