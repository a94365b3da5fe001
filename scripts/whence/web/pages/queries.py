"""The catalogue of questions, and each question as a form with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from whence import sparql
from whence.errors import UsageError
from whence.sparql.parameters import term
from whence.web.pages.answers import Answer, ask
from whence.web.pages.rendering import render
from whence.web.problems import Problem

if TYPE_CHECKING:
    from whence.catalog import NamedQuery
    from whence.web.page_context import Context

__all__ = ["queries", "query"]

_KINDS = {"competency": "Questions", "view": "Views under a policy", "check": "Checks", "inference": "What follows"}
#: HTML input types and hints by parameter type.
_INPUTS = {"integer": ("number", "a whole number"), "decimal": ("text", "a number"), "date": ("text", "a date such as 2024-01-11"), "iri": ("text", "such as id:metallic-rouge")}


async def queries(context: Context) -> str:
    """Render the catalogue."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in context.queries():
        groups.setdefault(one["kind"], []).append(one)
    order = sorted(groups, key=lambda kind: list(_KINDS).index(kind) if kind in _KINDS else 9)
    return render("queries.html", groups=[(kind, _KINDS.get(kind, kind), groups[kind]) for kind in order])


async def query(context: Context) -> str:
    """Render a named query: its form, filled in with what was asked or else with the examples, and the answer."""
    from whence.web.cataloguing import load

    try:
        named = load(context.site)[context.name]
    except UsageError as error:
        raise Problem(404, f"{error.problem} All questions are listed at /query.") from None
    given = {parameter.name: context.parameters.get(parameter.name, "") for parameter in named.parameters}
    wrong = _wrong(named, given)
    values = {name: value for name, value in given.items() if value.strip()}
    missing = [parameter.name for parameter in named.parameters if parameter.required and parameter.name not in values]
    answer = Answer() if wrong or missing else await ask(context, named.query.text, values)
    asked = urlencode(values)
    return render(
        "query.html", query=named, given=given, wrong=wrong, answer=answer, inputs=_INPUTS, page=context,
        text=sparql.parse(named.query.text).text, asked=asked, address=f"/query/{named.name}",
    )  # fmt: skip


def _wrong(named: NamedQuery, given: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with the values, by parameter; empty when nothing is."""
    found: dict[str, str] = {}
    for parameter in named.parameters:
        if given[parameter.name].strip():
            try:
                term(parameter, given[parameter.name])
            except UsageError as error:
                found[parameter.name] = f"{error.problem} {error.fix or ''}".strip()
    return found
