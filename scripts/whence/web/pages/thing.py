"""The page of a thing: whatever it is, its names, facts, claims and everyone's positions on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence.web.linked_data import valid
from whence.web.page_context import together
from whence.web.pages import claims as choosing
from whence.web.pages.claims import Claim, complete, load
from whence.web.pages.credits import Credits, credits
from whence.web.pages.documents import read
from whence.web.pages.facts import Facts, facts
from whence.web.pages.influence import influences
from whence.web.pages.picture import draw
from whence.web.pages.rendering import render
from whence.web.pages.words import HEADINGS
from whence.web.terms import IRI

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["picture", "thing"]

#: Claims of a class before a link to all of them, and on a page of one class alone.
FEW, MANY = 3, 60
_DISCREPANCIES = """SELECT DISTINCT ?discrepancy ?gloss ?resolution ?claim {
  ?discrepancy a wh:Discrepancy ; wh:gloss ?gloss ; wh:resolution/rdfs:label ?resolution FILTER(LANG(?resolution) IN ("en", ""))
  ?discrepancy wh:between ?side . OPTIONAL { ?side wh:attests ?attested } BIND(COALESCE(?attested, ?side) AS ?claim)
} ORDER BY ?gloss ?claim"""
_NEIGHBOURS = """SELECT DISTINCT ?claim ?label ?more {
  { ?thing wh:moreSpecificThan ?claim BIND("general" AS ?more) } UNION { ?claim wh:moreSpecificThan ?thing BIND("specific" AS ?more) }
  UNION { GRAPH view:contested { { ?thing wh:competesWith ?claim } UNION { ?claim wh:competesWith ?thing } } BIND("competing" AS ?more) }
  ?claim rdfs:label ?label
} ORDER BY ?more ?label"""
_PLACE = """SELECT ?name ?start ?end {
  ?thing oa:hasSource/skos:prefLabel ?name ; oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end FILTER(LANG(?name) = "en")
}"""
_ROLES = """SELECT DISTINCT ?role ?value ?roleName ?name {
  ?thing ?role ?value . FILTER(STRSTARTS(STR(?role), STR(wh:)) && ?role NOT IN (wh:involves, wh:attestedBy, wh:aboutWork, wh:moreSpecificThan, wh:involvedIn))
  OPTIONAL { ?role rdfs:label ?roleName FILTER(LANG(?roleName) IN ("en", "")) }
  OPTIONAL { ?value skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?role ?name ?value"""


@dataclass(slots=True)
class Group:
    """The claims of one class that are shown, of how many, and from which on."""

    kind: str
    shown: list[Claim]
    count: int
    start: int = 0


async def thing(context: Context) -> str:
    """Render the page.

    :raises Problem: 404 when nothing is known of the thing
    """
    valid(context.iri)
    known = await facts(context, context.iri)
    view: dict[str, Any] = {
        "page": context, "facts": known, "address": context.page_address, "credits": Credits(), "picture": None, "influences": None,
        "reading": None, "roles": [], "neighbours": {}, "made": [], "selected": context.parameters.get("class", ""), "claim": None,
        "data": context.data_addresses(), "iri": context.iri, "groups": [], "about": [],
    }  # fmt: skip
    view["schema_org"], _ = await together(context.schema_org(), _fill(context, known, view))
    return render("thing.html", **view)


async def picture(context: Context) -> str:
    """Render the influence picture alone, for pages that exchange theirs.

    :raises Problem: 404 when nothing is known of the thing
    """
    from whence.web.linked_data import iri_of

    context.path = context.parameters.get("thing", "")
    iri = iri_of(context.path)
    valid(iri)
    known = await facts(context, iri)
    found = await influences(context, iri, known.name)
    return render("picture_alone.html", picture=draw(found), influences=found, page=context, address=context.page_address)


async def _fill(context: Context, known: Facts, view: dict[str, Any]) -> None:
    classes, iri = set(known.classes), context.iri
    if "Claim" in classes:
        await _fill_claim(context, known, view)
    elif "Document" in classes:
        view["reading"], view["about"] = await together(read(context, iri), load(context, choosing.ABOUT, iri))
        view["groups"] = _groups(view["about"], context)
    elif "Attestation" in classes:
        view["claim"] = next(iter(await load(context, choosing.OF_POSITION, iri)), None)
        view["roles"] = await _roles(context)
    elif "Discrepancy" in classes:
        view["groups"] = _groups(await load(context, choosing.OF_DISCREPANCY, iri), context, everything=True)
    elif "Question" in classes:
        view["groups"] = _groups(await load(context, choosing.IN_QUESTION, iri), context, everything=True)
    elif "SpecificResource" in classes:
        await _fill_passage(context, known, view)
    else:
        await _fill_entity(context, known, view)
    shown = {claim.iri for claim in view["about"]}
    view["discrepancies"] = list(dict.fromkeys(entry for entry, claim in await _discrepancies(context) if claim in shown))


async def _discrepancies(context: Context) -> list[tuple[tuple[str, str, str], str]]:
    """Return all discrepancies, each address, gloss and resolution with one of the claims between which it is."""
    kept = context.site.published.kept
    if "discrepancies" not in kept:
        rows = await context.select(_DISCREPANCIES)
        kept["discrepancies"] = [
            ((context.page_address(row["discrepancy"]), str(row["gloss"]), str(row["resolution"])), str(row["claim"])) for row in rows
        ]
    return kept["discrepancies"]


async def _fill_claim(context: Context, known: Facts, view: dict[str, Any]) -> None:
    found = view["about"] = await load(context, choosing.ITSELF, context.iri)
    view["claim"] = found[0] if found else None
    if found:
        known.name = found[0].label
        known.names = []
        known.notes = [note for note in known.notes if note != known.name]
    view["roles"] = await _roles(context)
    known.table = {}
    for row in await context.select(_NEIGHBOURS, {"thing": IRI(context.iri)}):
        view["neighbours"].setdefault(str(row["more"]), []).append((context.page_address(row["claim"]), str(row["label"])))


async def _fill_passage(context: Context, known: Facts, view: dict[str, Any]) -> None:
    view["about"], places = await together(load(context, choosing.AT_PASSAGE, context.iri), context.select(_PLACE, {"thing": IRI(context.iri)}))
    view["groups"] = _groups(view["about"], context, everything=True)
    for row in places:
        known.name = f"{row['name']}, code points {row['start']} to {row['end']}"


async def _fill_entity(context: Context, known: Facts, view: dict[str, Any]) -> None:
    about = asyncio.ensure_future(load(context, choosing.ABOUT, context.iri, whole=False))
    agent = "Agent" in known.classes
    view["about"], view["credits"], found, made, _ = await together(
        about, credits(context, context.iri, about), influences(context, context.iri, known.name, about),
        load(context, choosing.MADE_BY, context.iri, whole=False) if agent else _nothing(), _discrepancies(context),
    )  # fmt: skip
    view["groups"] = _groups(view["about"], context)
    view["influences"], view["picture"] = found, draw(found)
    view["made"] = _groups(made, context, "said") if agent else []
    await together(*(complete(context, [claim for group in view[part] for claim in group.shown]) for part in ("groups", "made")))


async def _nothing() -> list[Claim]:
    return []


async def _roles(context: Context) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the roles of a claim or a position with their fillers, each address (or nothing) and words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in await context.select(_ROLES, {"thing": IRI(context.iri)}):
        value = row["value"]
        address = context.page_address(value) if value.kind == "uri" else ""
        words = str(row.get("name") or (value if value.kind != "uri" else value.rpartition("/")[2].rpartition("#")[2].replace("-", " ")))
        name = str(row.get("roleName") or row["role"].rpartition("#")[2])
        if (address, words) not in found.setdefault(name, []):
            found[name].append((address, words))
    return list(found.items())


def _groups(claims: list[Claim], context: Context, parameter: str = "class", everything: bool = False) -> list[Group]:
    """Return claims by class; of each the weightiest, or a page of them where the address names the class."""
    selected = context.parameters.get(parameter, "")
    start = int(text) if (text := context.parameters.get("start", "0")).isdecimal() and len(text) < 8 else 0
    kinds: dict[str, list[Claim]] = {}
    for claim in claims:
        kinds.setdefault(claim.kind, []).append(claim)
    if selected in kinds:
        every = kinds[selected]
        return [Group(selected, every[start : start + MANY], len(every), start)]
    order = [kind for kind in HEADINGS if kind in kinds] + [kind for kind in kinds if kind not in HEADINGS]
    return [Group(kind, kinds[kind] if everything else kinds[kind][:FEW], len(kinds[kind])) for kind in order]
