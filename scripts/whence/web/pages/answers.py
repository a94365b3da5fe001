"""The answer to a query as pages show it, evaluated by the workers within their limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.namespaces import shorten
from whence.web.delivery import fetch
from whence.web.linked_data import path_of
from whence.web.message import Question, may_change
from whence.web.problems import Problem
from whence.web.terms import Term, rows

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["ROWS", "Answer", "Cell", "ask"]

#: Rows a page shows; the data behind it has them all.
ROWS = 200
_SECONDS = 20.0


@dataclass(slots=True)
class Cell:
    """A term in words with an address to go to, if it has one."""

    text: str
    address: str = ""


@dataclass(slots=True)
class Answer:
    """What came of a query: a table, truth, a graph as text, or a problem."""

    names: list[str] = field(default_factory=list)
    table: list[list[Cell]] | None = None
    more: bool = False
    truth: bool | None = None
    turtle: str = ""
    problem: Problem | None = None


async def ask(context: Context, text: str, values: dict[str, str] | None = None) -> Answer:
    """Return the answer; problems of the query are part of it.

    A page with a problem answers with its status; one with an answer that may change is not kept.

    :param values: of the parameters that the text's front matter declares
    """
    from whence import sparql
    from whence.errors import WhenceError
    from whence.web.problems import of_error

    context.lasting = not may_change(text.upper())
    try:
        form = sparql.parse(text).form
        question = Question(text, values=values or {}, formats=("json",) if form in ("select", "ask") else ("turtle",))
        question.rows, question.size, question.neat = context.site.settings.max_rows, 4 << 20, form not in ("select", "ask")
        if form == "select":
            question.page = ROWS + 1
        published = context.site.published
        _, body = await fetch(published.pool, published.memory, question, min(_SECONDS, context.site.settings.timeout))
    except Problem as problem:
        return _failed(context, problem)
    except WhenceError as error:
        return _failed(context, of_error(error))
    if form == "select":
        return _table(body)
    if form == "ask":
        return Answer(truth=bool(rows(body)))
    return Answer(turtle=body.decode())


def _failed(context: Context, problem: Problem) -> Answer:
    context.status = problem.status
    return Answer(problem=problem)


def _table(body: bytes) -> Answer:
    import json

    names = json.loads(body)["head"]["vars"]
    found = rows(body)
    cells = [[_cell(row.get(name)) for name in names] for row in found[:ROWS]]
    return Answer(names=names, table=cells, more=len(found) > ROWS)


def _cell(term: Term | None) -> Cell:
    if term is None:
        return Cell("")
    if term.kind != "uri":
        return Cell(str(term))
    path = path_of(term)
    short = shorten(term)
    return Cell(short if not short.startswith("<") else str(term), f"/page/{path}" if path else "")
