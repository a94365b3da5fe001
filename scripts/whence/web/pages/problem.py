"""The page of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.web.pages.index import search
from whence.web.pages.rendering import render

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["problem"]


async def problem(context: Context) -> str:
    """Render what went wrong, and for a missing thing those with a similar name."""
    near = []
    if context.status == 404:
        near = await search(context, context.path.rpartition("/")[2].replace("-", " "), 5)
    return render("problem.html", status=context.status, problem=context.problem, near=near)
