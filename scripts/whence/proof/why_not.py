"""Why a plain triple is not in a view: who denies what would license it, who says it less firmly than the policy asks, or that nobody says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Triple

from whence.namespaces import PREFIXES, shorten
from whence.proof.model import Reason
from whence.proof.premises import store_of
from whence.proof.rules import constants
from whence.things import STANCES, Claim, Index, Position, sentences
from whence.things.claims import load
from whence.rdf.terms import closure
from whence.things.index import wh

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_SPECIFIC, _ABOUT_WORK, _PART = map(wh, ("moreSpecificThan", "aboutWork", "partOf"))
#: So many claims on parts are told.
_SHOWN = 3
#: What the policies of our views ask for; those of others are not put into words.
_ASKED = {
    "maker": "no maker of the work says it outright, as a fact",
    "press": "no journalist says it outright",
    "any": "nobody says it outright",
    "schema-org": "nobody says it outright, as a fact",
    "lrmoo": "nobody says it outright, as a fact",
    "wikidata": "nobody says it outright, as a fact",
}
#: Names of what is assumed, which stand in no graph.
_SPEAKER, _POSITION, _CREDIT, _MADE = (NamedNode(f"whence:assumed-{name}") for name in ("speaker", "position", "credit", "made"))


def claims_between(index: Index, triple: Triple) -> list[Claim]:
    """Return the claims that have both ends of a triple in their roles, sorted; a literal is told by its lexical form."""
    ends = [NamedNode(node.value) for node in (triple.subject, triple.object) if isinstance(node, NamedNode)]
    found = [set(index.subjects(None, end)) for end in ends]
    both = set.intersection(*found) if found else set()
    claims = [load(index, node.value) for node in sorted(both, key=str) if index.is_a(node, "Claim")]
    if isinstance(triple.object, Literal):
        claims = [claim for claim in claims if any(value.text == triple.object.value for values in claim.roles.values() for value in values)]
    return claims


def family(index: Index, claim: Claim) -> tuple[list[Claim], list[Claim]]:
    """Return the claims whose affirmation affirms a claim, and those whose denial denies it: itself first in both."""
    node = NamedNode(claim.iri)
    specific = closure([node], lambda one: index.subjects(_SPECIFIC, one))
    general = closure([node], lambda one: index.things(one, _SPECIFIC))
    return [load(index, one.value) for one in specific], [load(index, one.value) for one in general]


def reasons(index: Index, view: str, text: str, triple: Triple, claims: list[Claim]) -> list[Reason]:
    """Return why a triple is not in a view, the weightiest first; at least one.

    :param claims: those that would make it yield the triple, as `licensing` finds them
    """
    found: dict[str, Reason] = {}
    for claim in claims:
        found |= {reason.sentence: reason for reason in _of_claim(index, claim, view, text, triple)}
    if not found:
        parts = _of_parts(index, text, triple)
        told = f" Of a part of it: {sentences.said(index, parts[:_SHOWN])}." if parts else ""
        whole = " of the whole" if parts else ""
        return [Reason("unknown", f"Nobody says anything of the kind{whole} in the documents here: it is not known, which does not mean that it is not so.{told}")]
    order = ["denied", *STANCES]
    return sorted(found.values(), key=lambda reason: (order.index(reason.kind), reason.sentence))


def _of_parts(index: Index, text: str, triple: Triple) -> list[Claim]:
    """Return the claims on which somebody takes a position and that would license the like of a part of the subject or of the object."""
    found: dict[str, Claim] = {}
    for at, end in enumerate((triple.subject, triple.object)):
        for part in closure([end], lambda one: index.subjects(_PART, one))[1:] if isinstance(end, NamedNode) else ():
            near = Triple(part, triple.predicate, triple.object) if at == 0 else Triple(triple.subject, triple.predicate, part)
            found |= {claim.iri: claim for claim in licensing(index, text, near, claims_between(index, near)) if claim.positions}
    return sorted(found.values(), key=lambda claim: (claim.rank, claim.iri))


def licensing(index: Index, text: str, triple: Triple, claims: list[Claim]) -> list[Claim]:
    """Return the claims that would make a view yield a triple if makers and journalists affirmed them outright, which is tried; may be empty."""
    return [claim for claim in claims if _yields(_assumed(index, claim, text), text, triple)]


def _of_claim(index: Index, claim: Claim, view: str, text: str, triple: Triple) -> list[Reason]:
    """Return why one claim that would do does not: denials where they alone are in the way, else what is said too softly, and denials."""
    affirming, denying = family(index, claim)
    sides = [replace(one, positions=tuple(position for position in one.positions if not position.denied), partial=True) for one in affirming]
    denials = [replace(one, positions=tuple(position for position in one.positions if position.stance == "denied"), partial=True) for one in denying]
    denials = [one for one in denials if one.positions]
    if denials and _yields(_real(index, claim, text, without_denials=True), text, triple):
        return [_denial(index, one, "Denied, which keeps it out though it is affirmed") for one in denials]
    softly = [_softly(index, side, stance, view) for side in sides for stance in STANCES if any(one.stance == stance for one in side.positions)]
    told = [_denial(index, one, "Denied" if softly else "Denied, and affirmed by nobody") for one in denials]
    if not told and not softly:
        sentence = f"The claim is there ({shorten(claim.iri)}: {claim.label}), but nobody takes a position on it."
        softly = [Reason("unattested", sentence, replace(claim, positions=()))]
    return told + softly


def _denial(index: Index, claim: Claim, words: str) -> Reason:
    return Reason("denied", f"{words}: {sentences.said(index, [claim])}.", claim)


def _softly(index: Index, side: Claim, stance: str, view: str) -> Reason:
    chosen = replace(side, positions=tuple(one for one in side.positions if one.stance == stance))
    asked = _ASKED.get(view, f"what is said does not meet the policy of {view}")
    words = STANCES[stance][1]
    return Reason(stance, f"{words[:1].upper()}{words[1:]}, and {asked}: {sentences.said(index, [chosen])}.", chosen)


def _yields(quads: list[Quad], text: str, triple: Triple) -> bool:
    return triple in set(store_of(Quad(*quad.triple) for quad in quads).query(text, prefixes=PREFIXES))


def _around(index: Index, claims: list[Claim], text: str) -> list[Quad]:
    """Return what is said of claims, and what the query asks of the things in their roles."""
    quads = [quad for claim in claims for quad in index.quads(NamedNode(claim.iri))]
    nodes = {quad.object for quad in quads if isinstance(quad.object, NamedNode) and not index.attested(quad.object)}
    asked = [term for term in constants(text)[0] if isinstance(term, NamedNode)]
    return quads + [quad for node in nodes for predicate in asked for quad in index.match(node, predicate, None)]


def _assumed(index: Index, claim: Claim, text: str) -> list[Quad]:
    """Return a claim as if somebody who is journalist and maker affirmed it outright."""
    quads = _around(index, [claim], text)
    quads += [*_outright(_POSITION, NamedNode(claim.iri)), Quad(_POSITION, wh("speaker"), _SPEAKER), Quad(_SPEAKER, _TYPE, wh("Journalist"))]
    return quads + _made(_SPEAKER, index.things(NamedNode(claim.iri), _ABOUT_WORK))


def _made(agent: NamedNode, works: list[NamedNode]) -> list[Quad]:
    """Return that somebody says outright that an agent made works."""
    quads = []
    for number, work in enumerate(works):
        credit = NamedNode(f"{_CREDIT.value}-{number}-{agent.value}")
        quads += [Quad(credit, _TYPE, wh("Contribution")), Quad(credit, wh("agent"), agent), Quad(credit, wh("work"), work)]
        quads += _outright(NamedNode(f"{_MADE.value}-{number}-{agent.value}"), credit)
    return quads


def _outright(position: NamedNode, claim: NamedNode) -> list[Quad]:
    terms: list[tuple[str, Any]] = [("attests", claim), *((role, wh(value)) for role, value in (("polarity", "Affirmed"), ("commitment", "Stated"), ("mood", "Fact")))]
    return [Quad(position, wh(role), term) for role, term in terms]


def _real(index: Index, claim: Claim, text: str, *, without_denials: bool) -> list[Quad]:
    """Return a claim with those below and above it and the positions on them as they are."""
    affirming, denying = family(index, claim)
    claims = {one.iri: one for one in (*affirming, *denying)}
    quads = _around(index, list(claims.values()), text)
    works = index.things(NamedNode(claim.iri), _ABOUT_WORK)
    positions: list[Position] = [position for one in claims.values() for position in one.positions if not (without_denials and position.denied)]
    for position in positions:
        quads += index.quads(NamedNode(position.iri))
        if position.speaker:
            speaker = NamedNode(position.speaker)
            quads += [quad for quad in index.quads(speaker) if quad.predicate == _TYPE]
            quads += _made(speaker, [work for work in works if work.value in index.made(position.speaker)])
    return quads
