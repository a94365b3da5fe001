"""The page of a thing: its names, kinds and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.web.pages.rendering import render
from whence.web.problems import Problem
from whence.web.terms import IRI

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["thing"]

_FACTS = """SELECT DISTINCT ?property ?value ?name {
  ?thing ?property ?value OPTIONAL { ?value skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?property ?value ?name LIMIT 500"""
_CLAIMS = """SELECT DISTINCT ?claim ?label { ?claim wh:involves ?thing ; a wh:Claim ; rdfs:label ?label } ORDER BY ?label ?claim LIMIT 500"""


async def thing(context: Context) -> str:
    """Render the page.

    :raises Problem: 404 when nothing is known of the thing
    """
    if any(char in '<>"{}|^`\\' or ord(char) <= 0x20 for char in context.iri):
        raise Problem(404, "There is nothing here by this name.")
    values = {"thing": IRI(context.iri)}
    facts = await context.select(_FACTS, values)
    if not facts:
        raise Problem(404, f"There is no <{context.iri}> here.")
    named = [str(row["value"]) for row in facts if row["property"].endswith(("prefLabel", "#label"))]
    claims = await context.select(_CLAIMS, values)
    return render(
        "thing.html",
        title=named[0] if named else context.path,
        iri=context.iri,
        facts=[(row["property"], row.get("name", row["value"]), row["value"]) for row in facts],
        claims=[(context.page_address(row["claim"]), row["label"]) for row in claims],
        address=context.page_address,
        data=context.data_addresses(),
        schema_org=await context.schema_org(),
    )
