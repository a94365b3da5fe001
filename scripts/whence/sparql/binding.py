"""Binds parameters to the variables of a query without writing a value into its text.

The engine takes values beside the text (`substitutions=`, SPARQL-dev SEP-0007). Measured with pyoxigraph
0.5.13, that alone is not enough:

- a variable that is not projected is refused, so a name is added to the projection and the column is
  dropped from the answer;
- a sub-SELECT that does not project it means another variable, so the name is added there too, and to
  GROUP BY where there is one;
- `BIND(?p AS ?x)` and `BOUND(?p)` are folded to "unbound" by the optimiser unless the group says that the
  variable may have a value: a VALUES row that says so is added to the group (`_MAY_BE_BOUND`).

Only names of variables and that constant row are inserted, each at a token boundary; for an engine that takes no values
beside the text, the term of the value in place of the row.
"""

from __future__ import annotations

from whence.errors import QueryError
from whence.sparql.groups import Select, selects
from whence.sparql.tokens import Token

__all__ = ["Bound", "bind"]

# UNDEF lets the substituted value through; the other two rows only tell the optimiser that the variable
# may hold an IRI or a literal, and never match a value (the scheme and the language tag exist nowhere else).
_MAY_BE_BOUND = 'VALUES ?{name} {{ UNDEF <whence:unbound> "whence:unbound"@x-whence }}'


class Bound:
    """A query's text made ready for substitution.

    :ivar text: the text to run
    :ivar hidden: the variables that were added to the projection, to be dropped from the answer
    :ivar when_empty: the text to run instead when no row comes, or None (an aggregate over nothing
        has one row, which grouping by the parameter would lose)
    """

    __slots__ = ("hidden", "text", "when_empty")

    def __init__(self, text: str, hidden: tuple[str, ...], when_empty: str | None) -> None:
        self.text = text
        self.hidden = hidden
        self.when_empty = when_empty


def bind(text: str, names: list[str], file: str | None = None, written: dict[str, str] | None = None) -> Bound:
    """Make the variables of these names open to substitution everywhere they occur in the query.

    :param names: variable names without `?`; one the query does not use is left out
    :param written: their values as terms of SPARQL, to be written into the text instead
    :raises QueryError: a variable is computed by the query itself, or stands where no value can reach it

    >>> bind("SELECT ?x { ?w <p:p> ?x }", ["w"]).text.partition("VALUES")[0]
    'SELECT ?w ?x { '
    """
    outer, inner = selects(text)
    inserts: list[tuple[int, str]] = []
    hidden: list[str] = []
    projecting: list[Select] = []
    when_empty = None
    for name in names:
        _refuse_computed(text, outer.tokens, name, file)
        for select in [outer, *inner]:
            if select is not outer and not select.uses(name):
                continue
            inserts += _declarations(select, name, written)
            if select.projects(name):
                continue
            if select.aggregates and not select.group_by and select is not outer:
                raise _unreachable(text, select, name, file)
            inserts += _projection(select, name, first=select not in projecting)
            projecting.append(select)
            if select is outer:
                hidden.append(name)
                if select.aggregates and not select.group_by:
                    when_empty = _apply(text, [(select.body.start + 1, " FILTER(false) ")])
    return Bound(_apply(text, inserts), tuple(hidden), when_empty)


def _declarations(select: Select, name: str, written: dict[str, str] | None) -> list[tuple[int, str]]:
    row = f"VALUES ?{name} {{ {written[name]} }}" if written else _MAY_BE_BOUND.format(name=name)
    return [(start + 1, f" {row}") for start in select.groups_to_declare(name)]


def _projection(select: Select, name: str, *, first: bool) -> list[tuple[int, str]]:
    added = [(select.columns_at, f" ?{name}")]
    if select.group_by:
        added.append((select.group_by.end, f" ?{name}"))
    elif select.aggregates:
        added.append((select.body.end, f" GROUP BY ?{name}" if first else f" ?{name}"))
    return added


def _apply(text: str, inserts: list[tuple[int, str]]) -> str:
    pieces: list[str] = []
    last = 0
    for offset, piece in sorted(inserts, key=lambda insert: insert[0]):
        pieces += [text[last:offset], piece]
        last = offset
    return "".join([*pieces, text[last:]])


def _refuse_computed(text: str, stream: list[Token], name: str, file: str | None) -> None:
    from whence.sparql.spots import place

    for before, token in zip(stream, stream[1:], strict=False):
        if before.is_word("AS") and token.kind == "variable" and token.text[1:] == name:
            raise QueryError(
                f"?{name} is a parameter, but the query computes it (AS ?{name}).",
                fix="Give the computed column another name.",
                **place(text, token.start, file),
            )


def _unreachable(text: str, select: Select, name: str, file: str | None) -> QueryError:
    from whence.sparql.spots import place

    return QueryError(
        f"The parameter ?{name} cannot reach a sub-SELECT that aggregates without GROUP BY.",
        fix=f"Project ?{name} there and write GROUP BY ?{name}.",
        **place(text, select.keyword.start, file),
    )
