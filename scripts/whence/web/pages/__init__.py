"""The pages people see: name to a function that renders it (`whence.web.page_context` says which names lead where)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from whence.web.pages.editor import editor
from whence.web.pages.home import home, search, suggestions
from whence.web.pages.problem import problem
from whence.web.pages.queries import queries, query
from whence.web.pages.thing import picture, thing
from whence.web.pages.validation import validation

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["PAGES"]

PAGES: dict[str, Callable[[Context], Awaitable[str]]] = {
    "home": home,
    "thing": thing,
    "search": search,
    "queries": queries,
    "query": query,
    "sparql": editor,
    "problem": problem,
    "validation": validation,
    "/editor": editor,
    "/picture": picture,
    "/suggestions": suggestions,
}
