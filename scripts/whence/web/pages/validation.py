"""The page at `/validation`: that the graph being served is valid, or why a change of its files is not served."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["validation"]


async def validation(context: Context) -> str:
    """Render the state of the graph; another moment may have another."""
    context.lasting = False
    published, refusal = context.site.published, context.site.refusal
    return render(
        "validation.html", published=published, since=datetime.fromtimestamp(published.since, UTC),
        problem="" if refusal is None else str(refusal), report=getattr(refusal, "text", ""),
    )  # fmt: skip
