"""The card of a thing: what the graph knows about it, as text."""

from __future__ import annotations

from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, WH, shorten
from whence.things import claims as all_claims
from whence.things.claims import Claim
from whence.things.index import CLOSURES, Index, wh
from whence.things.lead_sentences import lead
from whence.things.positions import OUTRIGHT, Position, stance_of

#: The headings of claims by their stance, in the order in which they are shown.
_TITLES = {
    "Disputed": ("disputed",),
    "Affirmed": OUTRIGHT,
    "Implied": ("implied",),
    "Hedged": ("hedged",),
    "In promotion": ("promotional",),
    "Predictions": ("expected",),
    "Intentions": ("intended",),
    "Wishes": ("wished",),
    "Analogies": ("compared",),
    "Premises of questions": ("premise",),
    "Denied": ("denied",),
    "Not attested": ("unattested",),
}
#: Stances in one word, where it is another; who made the work shows in the names.
_STANCES = {**dict.fromkeys(OUTRIGHT, "affirmed"), "unattested": "not attested"}
_NAMING = frozenset(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")) | {PREFIXES["rdfs"] + "label", WH + "displayLabel"}
_LEFT_OUT = _NAMING | {PREFIXES["rdf"] + "type"}
_DERIVED = frozenset(WH + name for name in ("involves", "aboutWork", "document", "start", "end", "moreSpecificThan", "attestedBy", *CLOSURES))


def card(index: Index, iri: str, limit: int) -> str:
    """Return what the graph knows about a thing: its lead, other names, kinds, facts, roles, and claims by stance; then what catalogues say.

    :param limit: facts, roles, and claims of each stance that are shown, and claims of each catalogue
    """
    thing, name = NamedNode(iri), index.label(iri)
    about = all_claims.mentioning(index, iri)
    said = all_claims.held(index, iri, "speaker", "ascribedTo", "document")
    lines = [name, f"  {shorten(iri)}"]
    if catalogue := index.catalogue(iri):
        lines.append(f"  in the catalogue {catalogue}")
    if kinds := index.kinds(thing):
        lines.append(f"  {', '.join(kinds)}")
    if sentences := lead(index, iri):
        lines += ["", *(f"  {sentence}" for sentence in sentences)]
    if others := _other_names(index, thing, name):
        lines += ["", "Also called"]
        lines += [f"  {other}" + (f" ({language})" if language else "") for language, other in others]
    if facts := _facts(index, thing):
        lines += ["", "Facts", *_some([f"{of}: {value}" for of, value in facts], limit)]
    if roles := _roles(index, name, about):
        told = [f"{role}: {other}" + ("" if stance == "affirmed" else f" ({stance})") for role, other, stance in roles]
        lines += ["", "Roles", *_some(told, limit)]
    lines += _claims(index, about, "Claims", limit)
    lines += _claims(index, [replace(claim, partial=True) for claim in said], "Positions taken", limit)
    for other in index.same(iri):
        lines += _elsewhere(index, other, limit)
    return "\n".join(lines) + "\n"


def _elsewhere(index: Index, iri: str, limit: int) -> list[str]:
    """Return what is claimed of the same thing where it has another IRI: in a catalogue, or in the graph of a catalogue's thing."""
    catalogue = index.catalogue(iri)
    title = f"The catalogue {catalogue} says" if catalogue else "The graph says"
    claims = sorted(all_claims.about(index, iri), key=lambda claim: (claim.kind, claim.label, claim.iri))
    return ["", f"{title} of {index.label(iri)}, {shorten(iri)}, decided to be the same ({len(claims)})", *_told(index, claims, limit)]


def _other_names(index: Index, thing: NamedNode, name: str) -> list[tuple[str, str]]:
    """Return language and words of the other names of a thing, as labels and as printed; sorted."""
    terms = [term for of in ("prefLabel", "altLabel") for term in index.objects(thing, NamedNode(PREFIXES["skos"] + of))]
    terms += [term for naming in index.subjects(wh("entity"), thing) for term in index.objects(naming, wh("printedForm"))]
    return sorted({(term.language or "", term.value) for term in terms if isinstance(term, Literal) and term.value != name and term.language != "zxx"})


def _facts(index: Index, thing: NamedNode) -> list[tuple[str, str]]:
    """Return what is said of the thing itself; its part in claims and attestations is shown with these."""
    left_out = _LEFT_OUT | _DERIVED | ({WH + "passageDigest"} if index.value(thing, wh("passage")) else set())
    found = set()
    for quad in index.quads(thing):
        if quad.predicate.value not in left_out and not any(index.is_a(quad.object, kind) for kind in ("Claim", "Attestation")):
            found.add((index.words(quad.predicate), index.words(quad.object)))
    return sorted(found)


def _roles(index: Index, name: str, about: list[Claim]) -> list[tuple[str, str, str]]:
    """Return the roles of contributions: for an agent what it did on which work, for a work who did it."""
    found = set()
    for claim in about:
        if claim.kind in ("Contribution", "Casting") and {"role", "agent"} <= (roles := claim.roles).keys():
            others = [value.text for role in ("agent", "work", "part", "character") for value in roles.get(role, []) if value.text != name]
            found.add((", ".join(value.text for value in roles["role"]), ", ".join(others), _STANCES.get(claim.stance, claim.stance)))
    return sorted(found)


def _some(entries: list[str], limit: int) -> list[str]:
    return [f"  {entry}" for entry in entries[:limit]] + _more(len(entries), limit)


def _more(count: int, limit: int) -> list[str]:
    return [f"  and {count - limit} more (--limit {count})"] if count > limit else []


def _claims(index: Index, claims: list[Claim], title: str, limit: int) -> list[str]:
    lines: list[str] = []
    kinds = {claim.kind: index.label(WH + claim.kind) for claim in claims}
    told = [(claim.stance, claim) for claim in claims]
    for words, stances in _TITLES.items():
        chosen = sorted((claim for stance, claim in told if stance in stances), key=lambda claim: (kinds[claim.kind], claim.label, claim.iri))
        if not chosen:
            continue
        lines += ["", f"{title}: {words.lower()} ({len(chosen)})", *_told(index, chosen, limit)]
    return lines


def _told(index: Index, claims: list[Claim], limit: int) -> list[str]:
    """Return claims with all positions on them, as many as are shown."""
    lines: list[str] = []
    for claim in claims[:limit]:
        lines.append(f"  {claim.label}  [{index.label(WH + claim.kind)}]")
        lines += [f"    {_position(index, position)}" for position in claim.positions]
    return lines + _more(len(claims), limit)


def _position(index: Index, position: Position) -> str:
    speaker = index.label(position.speaker) if position.speaker else "nobody named"
    words = [f"{_STANCES.get(position.stance, position.stance)} by {speaker}"]
    commitment = stance_of(False, position.commitment, "")
    if position.stance in ("denied", "expected", "intended", "wished", "compared") and commitment != "press":
        words.append(f"commitment {commitment}")
    details = position.details
    told = {
        "ascribed to": ", ".join(map(index.label, position.ascribed)), "mood": position.mood and index.label(WH + position.mood),
        "mode": details.mode and index.label(WH + details.mode), "hedge": ", ".join(details.hedge),
    }  # fmt: skip
    words += [f"{of} {value}" for of, value in told.items() if value]
    words += [f"{name} {one.start}-{one.end}" for name, one in position.places]
    return ", ".join(words)
