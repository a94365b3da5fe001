"""Errors as problem details (RFC 9457), or as plain text whose first line says what and where."""

from __future__ import annotations

import json
from typing import Any

from whence.errors import LimitError, WhenceError
from whence.rdf.formats import NotWritable

_TITLES = {
    304: "Not modified",
    400: "The request cannot be understood",
    403: "Not allowed here",
    404: "Not found",
    405: "This method is not allowed here",
    406: "No acceptable representation",
    408: "The request came too slowly",
    413: "The request is too large",
    414: "The address is too long",
    415: "This media type is not taken here",
    429: "Too many requests wait already",
    500: "The server failed",
    502: "Another server failed",
    503: "The request could not be answered now",
    504: "Another server took too long",
}


class Problem(Exception):
    """An error with its status, raised anywhere and rendered in one place.

    :ivar detail: one or two sentences: what is wrong, how to mend it
    :ivar headers: further fields, such as `Allow` and `Retry-After`
    :ivar members: further members of the problem document, such as `line` and `column`
    """

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = {name: value for name, value in members.items() if value is not None}


class BadAddress(Problem):
    """A parameter that an address does not have, or has more than once: told by itself, whatever page the address is of."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, detail)


def of_error(error: WhenceError) -> Problem:
    """Return the problem that tells a client of one of our errors.

    >>> from whence.errors import QueryError
    >>> of_error(QueryError("A ) is missing.", line=2, column=7)).members
    {'line': 2, 'column': 7}
    """
    detail = f"{error.problem} {error.fix}" if error.fix else error.problem
    status = 503 if isinstance(error, LimitError) else 406 if isinstance(error, NotWritable) else 400
    return Problem(status, detail, line=error.line, column=error.column, excerpt=getattr(error, "excerpt", None))


def render(problem: Problem, accept: str, agent: str) -> tuple[str, bytes]:
    """Return media type and body: problem details, or plain text for terminals.

    >>> render(Problem(400, "No.", line=1, column=2), "*/*", "curl/8")[1]
    b'1:2: No.\\n'
    """
    if "json" not in accept and (agent.startswith(("curl/", "Wget/")) or accept.startswith("text/plain")):
        members = problem.members
        place = f"{members['line']}:{members['column']}: " if "column" in members else ""
        text = f"{place}{problem.detail}\n" + "".join(f"  {line}\n" for line in str(members.get("excerpt", "")).splitlines())
        return "text/plain; charset=utf-8", text.encode()
    document = {"type": "about:blank", "title": _TITLES.get(problem.status, "Error"), "status": problem.status, "detail": problem.detail}
    return "application/problem+json", json.dumps({**document, **problem.members}, ensure_ascii=False).encode()
