"""Makes graphs of claims: for `scripts/bench lineage` and, with a known number of violations of every kind, for `scripts/bench gate`.

Each unit is a claim with an attestation, a passage and a selector. An injection spoils one unit in one way and says
which results must come of it: (shape, constraint component, focus node) by local name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["INJECTIONS", "Unit", "unit", "write_graph", "write_lineage_graph"]

WH, ID, BENCH = "https://w3id.org/whence/ontology#", "https://w3id.org/whence/id/", "https://w3id.org/whence/bench#"
OA, XSD = "http://www.w3.org/ns/oa#", "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
BELOW = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
TRIPLES_OF_A_UNIT = 30

Unit = dict[str, dict[str, list[str]]]
Expected = tuple[tuple[str, str, str], ...]


def wh(name: str) -> str:
    """Return a term of the ontology."""
    return f"<{WH}{name}>"


def iri(name: str) -> str:
    """Return an individual."""
    return f"<{ID}{name}>"


def oa(name: str) -> str:
    """Return a term of Web Annotation."""
    return f"<{OA}{name}>"


def typed(value: object, datatype: str) -> str:
    """Return a literal of an XSD datatype."""
    return f'"{value}"^^<{XSD}{datatype}>'


def unit(number: int, works: int) -> Unit:
    """Return one sound claim with its attestation, passage and selector.

    :param works: how many works there are
    """
    claim, attestation, passage, selector = (iri(f"{kind}-{number}") for kind in ("claim", "attestation", "passage", "selector"))
    work = number % works
    return {
        claim: {
            TYPE: [wh("Influence")], wh("influenced"): [iri(f"work-{work}")],
            wh("influencer"): [iri(f"work-{(work + 1 + number // works % (works - 1)) % works}")],
            wh("aspect"): [iri(f"aspect-{number % 50}")], LABEL: [f'"claim {number}"@en', f'"主張{number}"@ja'],
            wh("weight"): [typed(number % 6, "integer")], wh("share"): [typed(f"0.{1 + number % 9}", "decimal")],
            wh("start"): [typed(number % 1000, "integer")], wh("end"): [typed(number % 1000 + 5, "integer")],
            wh("recorded"): [typed(number % 1000 + 7, "integer")], wh("status"): [wh("Published")],
            wh("degree"): [wh("Strong")], wh("confidence"): [typed(number % 9, "integer")],
        },
        attestation: {
            TYPE: [wh("Attestation")], wh("attests"): [claim], wh("polarity"): [wh("Affirmed" if number % 3 else "Denied")],
            wh("commitment"): [wh("Stated")], wh("mood"): [wh("Fact")], wh("mode"): [wh("Narration")],
            wh("speaker"): [iri(f"person-{number % 100}")], wh("passage"): [passage],
            wh("asOf"): [typed(f"2024-0{1 + number % 9}-1{number % 10}", "date")],
        },
        passage: {
            TYPE: [oa("SpecificResource")], oa("hasSource"): [iri(f"document-{number % 50}")],
            wh("passageDigest"): [f'"sha256:{number:064x}"'], oa("hasSelector"): [selector],
        },
        selector: {
            TYPE: [oa("TextPositionSelector")], oa("start"): [typed(number, "integer")], oa("end"): [typed(number + 9, "integer")],
        },
    }  # fmt: skip


def _shared(works: int) -> Iterator[str]:
    for number in range(works):
        work = iri(f"work-{number}")
        yield f"{work} {TYPE} {wh('Film')} .\n{work} {LABEL} \"work {number}\"@en .\n"
        yield f"{work} {wh('partOf')} {iri(f'work-{number // 2}')} .\n" if number else ""
    for kind, cls, amount in (("person", "Person", 100), ("document", "Document", 50), ("aspect", "Aspect", 50)):
        for number in range(amount):
            yield f'{iri(f"{kind}-{number}")} {TYPE} {wh(cls)} .\n{iri(f"{kind}-{number}")} {LABEL} "{kind} {number}"@en .\n'
    below = [("Film", "Work"), ("Work", "InfluenceSource"), ("Influence", "Claim"), ("Person", "Agent"), ("Agent", "InfluenceSource")]
    yield "".join(f"{wh(a)} {BELOW} {wh(b)} .\n" for a, b in below)
    yield f"{iri('work-retracted')} {TYPE} {wh('Retracted')} .\n"
    yield "".join(f"{iri(name)} {TYPE} {wh('Film')} .\n" for name in ("work-extra", "work-other"))


Spoil = Callable[[Unit, int], None]


def _set(subject: str, predicate: str, *values: str) -> Spoil:
    """Set the values of a property; `#` in a value stands for the unit's number."""

    def spoil(spoiled: Unit, number: int) -> None:
        spoiled.setdefault(iri(f"{subject}-{number}"), {})[predicate] = [value.replace("#N#", str(number)) for value in values]

    return spoil


def _claim(predicate: str, *values: str) -> Spoil:
    return _set("claim", wh(predicate), *values)


def _attestation(predicate: str, *values: str) -> Spoil:
    return _set("attestation", wh(predicate), *values)


def _more_attestations(number_of: int, *, stated: bool) -> Spoil:
    def spoil(spoiled: Unit, number: int) -> None:
        original = spoiled[iri(f"attestation-{number}")]
        for extra in range(number_of):
            copy = {**original, wh("speaker"): [iri(f"person-{(number + 1 + extra) % 100}")]}
            copy[wh("commitment")] = [wh("Stated" if stated else "Hedged")]
            spoiled[iri(f"attestation-{number}-{extra}")] = copy

    return spoil


_INTEGER = typed(1, "integer")

#: Name of the injection to how it spoils a unit, the shape and component that must find it, and the kind of focus node.
INJECTIONS: dict[str, tuple[Spoil, tuple[tuple[str, str, str], ...]]] = {
    "maxCount": (_claim("influenced", iri("work-extra"), iri("work-other")), (("influenced", "MaxCount", "claim"),)),
    "class": (_claim("influenced", iri("person-1")), (("influenced", "Class", "claim"), ("world", "Class", "attestation"))),
    "nodeKind": (_attestation("commitment", '"stated"'), (
        ("commitment", "NodeKind", "attestation"), ("contested", "QualifiedMinCount", "claim"))),
    "disjoint": (lambda u, n: u[iri(f"claim-{n}")].update({wh("influencer"): u[iri(f"claim-{n}")][wh("influenced")]}),
                 (("influenced", "Disjoint", "claim"),)),
    "minCount": (_claim("influencer"), (("influencer", "MinCount", "claim"),)),
    "aspect class": (_claim("aspect", iri("aspect-99")), (("aspect", "Class", "claim"),)),
    "pattern": (_set("passage", wh("passageDigest"), f'"sha512:{0:064x}"'), (("digest", "Pattern", "passage"),)),
    "lengths": (_set("passage", wh("passageDigest"), f'"sha256:{0:063x}"'),
                (("digest", "Pattern", "passage"), ("digest", "MinLength", "passage"))),
    "languageIn": (_set("claim", LABEL, '"Behauptung"@de'), (("label", "LanguageIn", "claim"),)),
    "uniqueLang": (_set("claim", LABEL, '"claim one"@en', '"claim two"@EN'), (("label", "UniqueLang", "claim"),)),
    "minLength": (_set("claim", LABEL, '"ab"@en'), (("label", "MinLength", "claim"),)),
    "maxLength": (_set("claim", LABEL, f'"{"a" * 81}"@en'), (("label", "MaxLength", "claim"),)),
    "datatype": (_claim("weight", typed("2.5", "decimal")), (("weight", "Datatype", "claim"),)),
    "minInclusive": (_claim("weight", typed(-1, "integer")), (("weight", "MinInclusive", "claim"),)),
    "maxInclusive": (_claim("weight", typed(6, "integer")), (("weight", "MaxInclusive", "claim"),)),
    "minExclusive": (_claim("share", typed("0.0", "decimal")), (("share", "MinExclusive", "claim"),)),
    "maxExclusive": (_claim("share", typed("1.0", "decimal")), (("share", "MaxExclusive", "claim"),)),
    "lessThan": (_claim("end", typed(-1, "integer")), (("start", "LessThan", "claim"),)),
    "lessThanOrEquals": (_claim("recorded", typed(-1, "integer")), (("start", "LessThanOrEquals", "claim"),)),
    "hasValue": (_claim("status", wh("Draft")), (("status", "HasValue", "claim"),)),
    "rejected": (_claim("rejectedBy", iri("person-2")), (("rejected", "MaxCount", "claim"),)),
    "qualifiedMin": (_attestation("commitment", wh("Hedged")), (("contested", "QualifiedMinCount", "claim"),)),
    "qualifiedMax": (_more_attestations(2, stated=True), (("contested", "QualifiedMaxCount", "claim"),)),
    "in": (_claim("degree", wh("Some")), (("degree", "In", "claim"),)),
    "or": (_claim("confidence", '"high"'), (("confidence", "Or", "claim"),)),
    "equals": (_claim("origin", iri("work-3")), (("origin", "Equals", "claim"),)),
    "not": (_claim("original", iri("work-retracted")), (("original", "Not", "claim"),)),
    "xone": (_claim("scale", '"short"'), (("scale", "Xone", "claim"),)),
    "and": (_attestation("mood"), (("Attestation", "And", "attestation"),)),
    "polarity": (_attestation("polarity"), (("polarity", "MinCount", "attestation"),)),
    "polarity in": (_attestation("polarity", wh("Maybe")), (("polarity", "In", "attestation"),)),
    "node": (_attestation("speaker", iri("document-1")), (("speaker", "Node", "attestation"),)),
    "nested property": (_set("passage", oa("hasSelector")), (("selector", "MinCount", "passage"),)),
    "sequence path": (_set("passage", oa("hasSource"), iri("person-1")),
                      (("document", "Class", "attestation"), ("source", "Class", "passage"))),
    "alternative path": (_attestation("hedge", '"kind of"@en'), (("printedAs", "Datatype", "attestation"),)),
    "date": (_attestation("asOf", typed("2024-02-31", "date")), (("asOf", "Datatype", "attestation"),)),
    "closed": (_set("passage", wh("note"), _INTEGER), (("Passage", "Closed", "passage"),)),
    "selector order": (_set("selector", oa("end"), typed(0, "integer")), (("hasSelector", "Node", "passage"),)),
    "optional path": (_claim("refines", '"another"'), (("sure", "NodeKind", "attestation"),)),
}  # fmt: skip

SPARQL_INJECTIONS: dict[str, tuple[Spoil, tuple[tuple[str, str, str], ...]]] = {
    "sparql": (lambda u, n: u[iri(f"attestation-{n}")].update({wh("askedBy"): u[iri(f"attestation-{n}")][wh("speaker")]}),
               (("SpeakerAsks", "SPARQL", "attestation"),)),
    "sparql nested": (_attestation("mode", wh("Headline")), (("Premise", "SPARQL", "claim"),)),
    "component": (_more_attestations(3, stated=False), (("Voices", "MaxTotalComponent", "claim"),)),
    "ask": (_claim("status", wh("Published"), '"draft"'), (("Status", "StartsWithComponent", "claim"),)),
}  # fmt: skip


def _lines(spoiled: Unit) -> str:
    return "".join(
        f"{subject} {predicate} {value} .\n"
        for subject, properties in spoiled.items()
        for predicate, values in properties.items()
        for value in values
    )


def write_graph(path: Path, triples: int, times: int) -> tuple[int, set[tuple[str, str, str]]]:
    """Write a graph of about so many triples in N-Triples.

    :param times: how often each injection is made
    :returns: the number of triples, and the results that must be found, those of Core and of SPARQL shapes
    """
    injections = list({**INJECTIONS, **SPARQL_INJECTIONS}.values())
    works = min(1000, triples // 100)
    shared = "".join(_shared(works))
    units = max((triples - shared.count(" .\n")) // TRIPLES_OF_A_UNIT, len(injections) * times)
    step = units // (len(injections) * times)
    expected: set[tuple[str, str, str]] = set()
    written = shared.count(" .\n")
    with path.open("w", encoding="utf-8") as out:
        out.write(shared)
        for number in range(units):
            made = unit(number, works)
            if number % step == 0 and number // step < len(injections) * times:
                spoil, results = injections[number // step % len(injections)]
                spoil(made, number)
                expected |= {(f"{BENCH}{s}", _component(c), f"{ID}{kind}-{number}") for s, c, kind in results}
            lines = _lines(made)
            written += lines.count(" .\n")
            out.write(lines)
    return written, expected


def _component(name: str) -> str:
    return BENCH + name if name.endswith("Component") else f"http://www.w3.org/ns/shacl#{name}ConstraintComponent"


def write_lineage_graph(path: Path, triples: int) -> int:
    """Write a graph of works, credits and influences of about so many triples in N-Quads, as validation would leave it.

    Works influence later ones, those of old more than those of late, and now and then an earlier one, so that there are circles;
    every tenth work is part of another. A tenth of the influences are denied too, others hedged or implied; the view `contested` is there.

    :returns: how many works there are: `work-0` and on
    """
    chance = random.Random(1)
    works, people, written = max(triples // 100, 20), max(triples // 400, 10), 0
    with path.open("w", encoding="utf-8") as out:

        def write(subject: str, properties: dict[str, str], graph: str = "") -> int:
            out.writelines(f"{subject} {predicate} {value} {graph}.\n" for predicate, value in properties.items())
            return len(properties)

        for number in range(works):
            written += write(iri(f"work-{number}"), {TYPE: wh("Work"), LABEL: f'"Work {number}"@en'})
            if number % 10 == 9:
                written += write(iri(f"work-{number}"), {wh("partOf"): iri(f"work-{chance.randrange(number)}")})
        for kind, amount in (("person", people), ("document", 200), ("aspect", 50)):
            for number in range(amount):
                written += write(iri(f"{kind}-{number}"), {TYPE: wh(kind.title()), LABEL: f'"{kind} {number}"@en'})
        number = 0
        while written < triples:
            written += _write_claim(write, chance, number, works, people)
            number += 1
    return works


def _write_claim(write: Callable[..., int], chance: random.Random, number: int, works: int, people: int) -> int:
    """Write one claim, two influences to each credit, with one to three positions on it."""
    claim = iri(f"claim-{number}")
    if number % 3:
        early, late = sorted((int(works * chance.random() ** 2), chance.randrange(works)))
        source, target = (late, early) if chance.random() < 0.05 else (early, late)
        ends = {wh("influencer"): iri(f"work-{source}"), wh("influenced"): iri(f"work-{target}"), wh("aspect"): iri(f"aspect-{chance.randrange(50)}")}
        kind = "Influence"
    else:
        target = chance.randrange(works)
        ends = {wh("agent"): iri(f"person-{chance.randrange(people)}"), wh("work"): iri(f"work-{target}"), wh("role"): wh("RoleNotStated")}
        kind = "Contribution"
    written = write(claim, {TYPE: wh(kind), **ends, wh("aboutWork"): iri(f"work-{target}"), LABEL: f'"claim {number}"@en'})
    written += write(claim, {TYPE: wh("Claim")}) + sum(write(claim, {wh("involves"): end}) for end in [*ends.values()][:2])
    sides: dict[str, str] = {}
    for place in range(chance.randint(1, 3)):
        position, polarity = iri(f"attestation-{number}-{place}"), "Denied" if chance.random() < 0.1 else "Affirmed"
        commitment = chance.choice(("Stated", "Stated", "Stated", "Hedged", "Implied", "Promotional"))
        written += write(position, {
            TYPE: wh("Attestation"), wh("attests"): claim, wh("polarity"): wh(polarity), wh("commitment"): wh(commitment), wh("mood"): wh("Fact"),
            wh("mode"): wh("Narration"), wh("speaker"): iri(f"person-{chance.randrange(people)}"), wh("document"): iri(f"document-{chance.randrange(200)}"),
            wh("start"): typed(number, "integer"), wh("end"): typed(number + 9, "integer"), wh("passageDigest"): f'"sha256:{number:064x}"',
        })  # fmt: skip
        sides[wh(f"{polarity.lower()}In")] = position
    if len(sides) == 2:
        written += write(claim, sides, "<https://w3id.org/whence/view/contested> ")
    return written
