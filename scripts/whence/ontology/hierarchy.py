"""OWL 2 DL: only simple object properties are restricted, and chains form a regular hierarchy (section 11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode

from whence.findings import Finding
from whence.ontology.axioms import NEEDS_SIMPLE, Axioms, named, owl, reached, violation

_BY_NATURE = {owl("topObjectProperty"), owl("bottomObjectProperty")}


def check(axioms: Axioms) -> Iterator[Finding]:
    """Yield a violation for each restriction of a non-simple property, each irregular chain, and misused top property."""
    yield from _simple(axioms)
    yield from _regular(axioms)
    yield from _top(axioms)


def composite(axioms: Axioms) -> set[str]:
    """Return the object property expressions that are not simple: transitive, implied by a chain, or above such a one."""
    start = {node.value for node in axioms.instances(owl("TransitiveProperty")) if isinstance(node, NamedNode)}
    start |= {implied for implied, _ in axioms.chains} | _BY_NATURE
    start |= {f"^{name}" for name in start}
    return {above for name in start for above in axioms.above(name)}


def _simple(axioms: Axioms) -> Iterator[Finding]:
    not_simple = composite(axioms)
    uses = [(axioms.property_name(node), kind) for kind in NEEDS_SIMPLE for node in axioms.instances(kind)]
    for node, value in axioms.pairs(owl("onProperty")):
        for kind in ("hasSelf", *(f"{q}{c}" for q in ("", "min", "max") for c in ("Cardinality", "QualifiedCardinality"))):
            kind = kind[0].lower() + kind[1:]
            if axioms.values(node, owl(kind)):
                uses.append((axioms.property_name(value), owl(kind)))
    for one, other in axioms.pairs(owl("propertyDisjointWith")):
        uses += [(axioms.property_name(node), owl("propertyDisjointWith")) for node in (one, other)]
    for axiom in axioms.instances(owl("AllDisjointProperties")):
        for head in axioms.values(axiom, owl("members")):
            uses += [(axioms.property_name(node), owl("AllDisjointProperties")) for node in axioms.items(head)]
    for name, kind in sorted(set(uses)):
        if name in not_simple:
            message = f"{named(name)} is transitive or implied by a chain, so {named(kind)} may not speak of it."
            yield violation("non-simple-property", f"<{name.lstrip('^')}>", message, "Drop one of the two; a check query can say the other.")


def _regular(axioms: Axioms) -> Iterator[Finding]:
    below: defaultdict[str, set[str]] = defaultdict(set)
    for implied, chain in axioms.chains:
        for part in _to_be_below(implied, chain):
            below[part.lstrip("^")].add(implied)
    reported: set[str] = set()
    for implied, chain in axioms.chains:
        for part in _to_be_below(implied, chain):
            plain = part.lstrip("^")
            upward = {name.lstrip("^") for name in axioms.above(implied)}
            if implied not in reported and (plain == implied or plain in upward or plain in reached([implied], lambda name: below.get(name, ()))):
                reported.add(implied)
                message = f"{named(implied)} is implied by a chain through {named(part)}, which would have to come before it and does not."
                yield violation("irregular-chain", f"<{implied}>", message, "Break the circle between the two properties.")


def _to_be_below(implied: str, chain: list[str]) -> list[str]:
    """Return what the order must put below the implied property; itself may stand alone twice, first, or last."""
    if chain == [implied, implied]:
        return []
    if chain[:1] == [implied]:
        return chain[1:]
    if chain[-1:] == [implied]:
        return chain[:-1]
    return chain


def _top(axioms: Axioms) -> Iterator[Finding]:
    top = owl("topDataProperty")
    for subject, predicate, value in axioms.triples:
        if subject == NamedNode(top) or predicate == top or (value == NamedNode(top) and not predicate.endswith("#subPropertyOf")):
            message = "owl:topDataProperty stands elsewhere than above a data property."
            yield violation("top-data-property", subject, message, "Use a property of your own.")
