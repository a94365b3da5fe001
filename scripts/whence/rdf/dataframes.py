"""Columns of RDF terms as typed columns of Arrow, the format that pandas, polars and DuckDB share.

The type follows the datatypes of a column (XSD 1.1 Part 2): whole numbers are int64, decimals decimal128, floats and doubles
float64, booleans bool, dates date32, dates with times timestamp of microseconds, in UTC where all name their zone. A column of
anything else, or of several kinds, is text: IRIs whole, literals without language and datatype. Unbound is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from html import escape
from io import BytesIO
from itertools import islice
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from whence.errors import UsageError
from whence.namespaces import PREFIXES, shorten
from whence.rdf import tables
from whence.rdf.terms import as_html

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: So many rows are shown.
_SHOWN = 50
_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(
    f"{_XSD}{name}"
    for name in (
        "integer byte short int long unsignedByte unsignedShort unsignedInt unsignedLong nonNegativeInteger nonPositiveInteger "
        "positiveInteger negativeInteger"
    ).split()
)
_FLOATS = frozenset((f"{_XSD}double", f"{_XSD}float"))
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def arrow(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> pyarrow.Table:
    """Return rows of RDF terms, texts, whole numbers and None as a table of Arrow.

    :raises UsageError: pyarrow is not installed
    """
    library = _library("pyarrow")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return library.table([_column(library, column) for column in columns], names=list(names))


def pandas_frame(table: pyarrow.Table) -> pandas.DataFrame:
    """Return a table as a frame of pandas, in types that know missing values.

    :raises UsageError: pandas is not installed
    """
    library, pyarrow = _library("pandas"), _library("pyarrow")
    types = {pyarrow.int64(): library.Int64Dtype(), pyarrow.bool_(): library.BooleanDtype(), pyarrow.string(): library.StringDtype()}
    return table.to_pandas(types_mapper=types.get)


def polars_frame(table: pyarrow.Table) -> polars.DataFrame:
    """Return a table as a frame of polars.

    :raises UsageError: polars is not installed
    """
    return _library("polars").from_arrow(table)


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise UsageError(f"{name} is not installed.", fix="pip install 'whence-graph[frames]'") from None


def _column(library: Any, terms: Sequence[Any]) -> Any:
    for type, values in _typings(library, terms):
        try:
            return library.array(values(), type())
        except (ValueError, InvalidOperation, ArithmeticError, KeyError):
            continue  # a form that is none of the type, or beyond its range
    return library.array([None if term is None else text(term) for term in terms], library.string())


def _typings(library: Any, terms: Sequence[Any]) -> Iterable[Any]:
    """Yield the types that the datatypes of a column allow, the narrowest first, each with what reads the values."""
    bound = [term for term in terms if term is not None]
    kinds = {_kind(term) for term in bound}
    if not kinds:
        return

    def each(read: Any) -> Any:
        return lambda: [None if term is None else read(getattr(term, "value", term)) for term in terms]

    if kinds == {"integer"}:
        yield library.int64, each(int)
    if kinds <= {"integer", "decimal"}:
        yield lambda: None, each(Decimal)
    if kinds <= {"integer", "decimal", "float"}:
        yield library.float64, each(lambda text: float(text.replace("INF", "inf") if isinstance(text, str) else text))
    if kinds == {"boolean"}:
        yield library.bool_, each(_BOOLEANS.__getitem__)
    if kinds == {"date"}:
        yield library.date32, each(date.fromisoformat)
    if kinds == {"dateTime"}:
        zoned = {datetime.fromisoformat(term.value).tzinfo is not None for term in bound if _is_moment(term.value)}
        if len(zoned) == 1:
            yield lambda: library.timestamp("us", "UTC" if zoned == {True} else None), each(datetime.fromisoformat)


def _kind(term: Any) -> str:
    if isinstance(term, int):
        return "integer"
    if not isinstance(term, Literal):
        return "text"
    datatype = term.datatype.value
    if datatype in _INTEGERS:
        return "integer"
    return "float" if datatype in _FLOATS else datatype.removeprefix(_XSD) if datatype.startswith(_XSD) else "text"


def _is_moment(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def first(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[Sequence[str], list[Sequence[Any]], str]:
    """Return the names of columns, the rows that are shown, and a sentence where there are more."""
    shown = list(islice(rows, _SHOWN + 1))
    return names, shown[:_SHOWN], f"The first {_SHOWN}; there are more to go through." if len(shown) > _SHOWN else ""


class Tabular:
    """What `print` shows as a table of text, and a notebook as one of HTML."""

    __slots__ = ()

    def _table(self) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """Return the names of the columns and the rows."""
        raise NotImplementedError

    def _first(self) -> tuple[Sequence[str], list[Sequence[Any]], str]:
        return first(*self._table())

    def __str__(self) -> str:
        names, rows, more = self._first()
        out = BytesIO()
        tables.write(list(names), ([_short(text(term)) for term in row] for row in rows), "table", out, get_terminal_size((120, 0)).columns)
        return out.getvalue().decode() + more

    def _repr_html_(self) -> str:
        names, rows, more = self._first()
        lines = ["".join(f"<th>{escape(name)}</th>" for name in names)]
        lines += ["".join(f"<td>{escape(text(term))}</td>" for term in row) for row in rows]
        return as_html(f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>") + (f"<p>{more}</p>" if more else "")


def _short(text: str) -> str:
    name = shorten(text)
    return text if name.startswith("<") else name


def text(term: Any) -> str:
    """Return an RDF term, a text or a number as text: an IRI whole, a literal without language and datatype, nothing for None."""
    return term.value if isinstance(term, NamedNode | Literal) else "" if term is None else str(term)
