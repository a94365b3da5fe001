"""Errors whence raises on purpose, by what the caller can do about them.

    WhenceError
    ├── UsageError          the call itself is wrong: mend the arguments
    ├── InputError          a file or text could not be read or parsed: mend it where it says
    │   └── QueryError      a SPARQL text was refused: mend the query
    ├── ValidationError     the graph was read and has findings: mend the data
    ├── LimitError          a limit of time, rows or bytes was reached: narrow the request
    └── RemoteError         another server failed: try again or another one

Bad data is a finding (`whence.findings`), not an exception; `ValidationError` only carries findings to
a caller who asked for something that needs a valid graph.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.findings import Report


class WhenceError(Exception):
    """The base of every error that whence raises on purpose.

    The attributes come first; the text is derived from them.

    :ivar problem: one sentence: what is wrong
    :ivar fix: how to mend it, or None
    :ivar file: the file as the user named it, or None
    :ivar line: 1-based line, or None
    :ivar column: 1-based column in Unicode code points, or None
    :ivar iri: the IRI the error is about, or None
    """

    exit_code = 1

    def __init__(
        self,
        problem: str,
        *,
        fix: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        iri: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix
        self.file = file
        self.line = line
        self.column = column
        self.iri = iri

    @property
    def place(self) -> str | None:
        """`file:line:column` as far as it is known, or None.

        >>> WhenceError("bad", file="a.ttl", line=3).place
        'a.ttl:3'
        >>> WhenceError("bad").place is None
        True
        """
        parts = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(parts) or None

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}" if self.place else self.problem
        return f"{text} {self.fix}" if self.fix else text


class UsageError(WhenceError):
    """The command or call is wrong."""

    exit_code = 2


class UnknownName(UsageError):
    """Nothing is called what was named."""


class InputError(WhenceError):
    """A file or text could not be read or parsed."""

    exit_code = 3


class QueryError(InputError):
    """A SPARQL text was refused.

    :ivar excerpt: the offending line of the query with a caret below it, or None
    """

    def __init__(self, problem: str, *, excerpt: str | None = None, **place: object) -> None:
        super().__init__(problem, **place)  # type: ignore[arg-type]
        self.excerpt = excerpt


class ValidationError(WhenceError):
    """The graph has findings, so nothing is answered from it."""

    def __init__(self, problem: str, report: Report, **place: object) -> None:
        super().__init__(problem, **place)  # type: ignore[arg-type]
        self.report = report


class LimitError(WhenceError):
    """A limit of time, rows, bytes or memory was reached."""

    exit_code = 4


class RemoteError(WhenceError):
    """Another server failed or could not be reached."""

    exit_code = 5
