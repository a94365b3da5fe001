"""The page at `/`: what this is, and entries worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["home"]

_MOST_TALKED_ABOUT = """SELECT ?thing (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?claim) AS ?claims) {
  ?claim wh:involves ?thing . ?thing skos:prefLabel ?name FILTER(LANG(?name) = "en")
} GROUP BY ?thing ORDER BY DESC(?claims) ?thing LIMIT 24"""


async def home(context: Context) -> str:
    """Render the page."""
    rows = await context.select(_MOST_TALKED_ABOUT)
    entries = [(context.page_address(row["thing"]), row["label"], row["claims"]) for row in rows]
    return render("home.html", entries=entries, queries=context.queries())
