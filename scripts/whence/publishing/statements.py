"""The triples of a graph sorted into tables, one for each property and kind of its ends, and the mapping that makes them triples again.

The mapping is in the native language of Ontop (https://ontop-vkg.org/guide/advanced/mapping-language.html): each table has the columns
`subject` and `object`, and its target says what they are. Triples of views and packs stand in their named graphs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from whence.namespaces import PACK, PREFIXES, VIEW, local

_XSD = PREFIXES["xsd"]


class Statements(NamedTuple):
    """The triples of one property whose ends are of the same kinds.

    :ivar name: of the table: `of`, the view or the pack, the property and, where it needs one, a number
    :ivar target: the triple as a mapping writes it, with the columns in braces
    :ivar rows: subject and object of each
    """

    name: str
    target: str
    rows: list[tuple[str, str]]


def sorted_out(quads: Iterable[Quad]) -> list[Statements]:
    """Return the tables of all triples, sorted by name; every triple is in one."""
    found: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    for quad in quads:
        graph = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
        key = (graph, quad.predicate.value, _template(quad.subject, "subject"), _template(quad.object, "object"))
        found.setdefault(key, []).append((quad.subject.value, quad.object.value))
    tables: dict[str, Statements] = {}
    for (graph, predicate, subject, value), rows in sorted(found.items()):
        name = "of_" + re.sub(r"\W+", "_", f"{graph.removeprefix(VIEW).removeprefix(PACK)} {local(predicate)}".strip()).lower()
        name = next(free for free in _numbered(name) if free not in tables)
        triple = f"{subject} <{predicate}> {value} ."
        tables[name] = Statements(name, f"GRAPH <{graph}> {{ {triple} }}" if graph else triple, sorted(rows))
    return [tables[name] for name in sorted(tables)]


def mapping(tables: Iterable[Statements]) -> str:
    """Return the mapping of tables as a document of Ontop (`.obda`)."""
    lines = ["[PrefixDeclaration]", f"xsd: {_XSD}", "", "[MappingDeclaration] @collection [["]
    for table in tables:
        lines += [f"mappingId {table.name}", f"target {table.target}", f'source SELECT subject, object FROM "{table.name}"', ""]
    return "\n".join([*lines[:-1], "]]", ""])


def metadata(tables: Iterable[Statements]) -> str:
    """Return the columns of tables as Ontop's metadata of a database, with which it need not ask Trino for those of one table after the other."""
    columns = [{"name": f'"{name}"', "datatype": "varchar", "isNullable": False} for name in ("subject", "object")]
    key = {"name": "triple", "determinants": [column["name"] for column in columns], "isPrimaryKey": True}
    relations = [
        {"name": [f'"{table.name}"'], "columns": columns, "uniqueConstraints": [key], "otherFunctionalDependencies": [], "foreignKeys": []} for table in tables
    ]
    database = {"dbmsProductName": "Trino", "driverName": "Trino JDBC Driver", "quotationString": '"', "idFactoryType": "TRINO"}
    return json.dumps({"relations": relations, "metadata": database}, indent=1) + "\n"


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _template(term: object, column: str) -> str:
    """Return a term as a mapping makes it of a column."""
    if isinstance(term, NamedNode):
        return f"<{{{column}}}>"
    if isinstance(term, BlankNode):
        return f"_:{{{column}}}"
    assert isinstance(term, Literal)
    kind = f"@{term.language}" if term.language else f"^^<{term.datatype.value}>"
    return f"{{{column}}}{kind}"
