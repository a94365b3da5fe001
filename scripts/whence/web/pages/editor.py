"""The SPARQL page: an editor where scripts run, a plain form where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence.web.pages.answers import Answer, ask
from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["editor"]

_FIRST = """# Which influences on Metallic Rouge does anybody take a position on?
SELECT ?influencer ?speaker ?polarity ?commitment
WHERE {
  ?claim a wh:Influence ;
    wh:influenced id:metallic-rouge ;
    wh:influencer ?influencer .
  ?position wh:attests ?claim ;
    wh:speaker ?speaker ;
    wh:polarity ?polarity ;
    wh:commitment ?commitment .
}
ORDER BY ?influencer ?speaker
"""


async def editor(context: Context) -> str:
    """Render the page, with the answer of the query in the address, if there is one."""
    query = context.parameters.get("query")
    answer = await ask(context, query) if query and query.strip() else Answer()
    examples: list[dict[str, Any]] = [one for one in context.queries() if one["kind"] == "competency"]
    text = query if query is not None else await _example(context) or _FIRST
    return render("editor.html", text=text, answer=answer, examples=examples, asked=query is not None)


async def _example(context: Context) -> str:
    """Return the text of the named query that the address asks for; its front matter gives the parameters their examples."""
    from whence import sparql
    from whence.errors import UsageError
    from whence.web.cataloguing import load

    name = context.parameters.get("example", "")
    if not name:
        return ""
    try:
        named = load(context.site)[name]
    except UsageError:
        return ""
    told = sparql.parse(named.query.text).text
    return str(told)
