"""Reports of findings, for people and for programs.

Every form is a module with one function `render`; it is loaded when it is asked for. What comes out
depends only on what goes in: findings are sorted, blank nodes numbered, and times left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from whence.errors import UsageError
from whence.findings import Report
from whence.report.order import steady

__all__ = ["FORMATS", "render"]

#: The name of a form to its module.
FORMATS = {
    "text": "text",
    "turtle": "w3c",
    "json": "records",
    "sarif": "sarif",
    "junit": "junit",
    "html": "page",
}


def render(report: Report, format: str, *, sources: Mapping[str, str] | None = None, limit: int | None = 5) -> str:
    """The report in one of the `FORMATS`, ending in a line break.

    :param sources: file as findings name it to its text, for the forms that quote lines
    :param limit: examples shown of each rule in `text` and `html`; None shows all. The other forms are complete.
    :raises UsageError: when there is no such format

    >>> print(render(Report(), "text"), end="")
    No findings.
    """
    module = FORMATS.get(format)
    if module is None:
        raise UsageError(f"There is no report format {format!r}.", fix=f"Choose one of {', '.join(FORMATS)}.")
    write = import_module(f"{__name__}.{module}").render
    return str(write(steady(report), sources or {}, limit))
