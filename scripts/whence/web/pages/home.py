"""The page at `/` and the search: what this is, entries and disagreements worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.web.pages.claims import ITSELF, load
from whence.web.pages.index import search as find
from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["home", "search", "suggestions"]

_COUNTS = """SELECT ?claims ?positions ?passages ?documents {
  { SELECT (COUNT(*) AS ?claims) { ?c a wh:Claim } } { SELECT (COUNT(*) AS ?positions) { ?a a wh:Attestation } }
  { SELECT (COUNT(*) AS ?passages) { ?p a oa:SpecificResource } } { SELECT (COUNT(*) AS ?documents) { ?d a wh:Document } }
}"""
_WORTH_A_LOOK = """SELECT ?class ?thing (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?claim) AS ?claims) {
  VALUES ?class { wh:Series wh:Film wh:Person wh:Organization wh:Character wh:FictionalGroup wh:WorkPart }
  ?thing a ?class . ?claim wh:involves ?thing . ?thing skos:prefLabel ?name FILTER(LANG(?name) = "en")
} GROUP BY ?class ?thing ORDER BY DESC(?claims) ?thing LIMIT 300"""
_HEADINGS = {"Series": "Series", "Film": "Films", "Person": "People", "Organization": "Studios and outlets", "Character": "Characters", "FictionalGroup": "Groups in the story", "WorkPart": "Parts of works"}
_DISAGREEMENTS = """SELECT ?discrepancy ?gloss (SAMPLE(?kindName) AS ?kind) {
  ?discrepancy a wh:Discrepancy ; wh:gloss ?gloss ; wh:discrepancyKind ?k . ?k rdfs:label ?kindName FILTER(LANG(?kindName) IN ("en", ""))
  FILTER(?k IN (wh:AttributionDiscrepancy, wh:AspectDiscrepancy, wh:DegreeDiscrepancy))
} GROUP BY ?discrepancy ?gloss ORDER BY STRLEN(?gloss) ?discrepancy LIMIT 6"""
_DENIED = """SELECT DISTINCT ?claim ?label { ?claim a wh:Influence ; rdfs:label ?label . ?denial wh:attests ?claim ; wh:polarity wh:Denied } ORDER BY ?label LIMIT 4"""
_DOCUMENTS = """SELECT ?document ?name ?length (COUNT(?p) AS ?positions) {
  ?document a wh:Document ; skos:prefLabel ?name ; wh:textLength ?length . ?p a wh:Attestation ; wh:document ?document
} GROUP BY ?document ?name ?length ORDER BY ?name LIMIT 50"""
_EXAMPLE = """SELECT ?thing (COUNT(DISTINCT ?s) AS ?speakers) (COUNT(DISTINCT ?polarity) AS ?polarities) {
  VALUES ?class { wh:Influence wh:Likeness } ?thing a ?class . ?p wh:attests ?thing ; wh:speaker ?s ; wh:polarity ?polarity
} GROUP BY ?thing ORDER BY DESC(?polarities) DESC(?speakers) ?thing LIMIT 1"""


async def home(context: Context) -> str:
    """Render the page."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for row in await context.select(_WORTH_A_LOOK):
        entries = groups.setdefault(_HEADINGS[row["class"].rpartition("#")[2]], [])
        if len(entries) < 8:
            entries.append((context.page_address(row["thing"]), str(row["label"]), str(row["claims"])))
    counts = (await context.select(_COUNTS))[0]
    example = [claim for row in await context.select(_EXAMPLE) for claim in await load(context, ITSELF, row["thing"])]
    return render(
        "home.html",
        groups=[(heading, groups[heading]) for heading in _HEADINGS.values() if heading in groups],
        counts={name: int(value) for name, value in counts.items()},
        example=example[0] if example else None,
        disagreements=[(context.page_address(row["discrepancy"]), str(row["gloss"]), str(row["kind"])) for row in await context.select(_DISAGREEMENTS)],
        denied=[(context.page_address(row["claim"]), str(row["label"])) for row in await context.select(_DENIED)],
        documents=[(context.page_address(row["document"]), str(row["name"]), int(row["length"]), int(row["positions"])) for row in await context.select(_DOCUMENTS)],
        address=context.page_address,
    )


async def search(context: Context) -> str:
    """Render the results of a search."""
    text = context.parameters.get("q", "").strip()
    return render("search.html", text=text, hits=await find(context, text, 60))


async def suggestions(context: Context) -> str:
    """Render the options of the search box's list for what has been typed so far."""
    return render("suggestions.html", hits=await find(context, context.parameters.get("q", ""), 9))
