"""A validated graph as tables of Parquet, which DuckDB, polars, Spark and Trino read; with a mapping, Ontop answers SPARQL over them.

    from whence import publishing, validation
    from whence.store import layout
    files = layout.locate()
    publishing.write(validation.open(files), files.digest(), "tables")

`tables/current` is a link to the version that was written last: a folder of its own, filled first and linked then, so a
reader sees one version whole. Each table is a folder with a file `data.parquet`; `duckdb.sql` and `trino.sql` make the tables known there, and
`whence.obda` is the mapping (on Trino, with `trino.json` as Ontop's metadata of the database). Every table but the last two has a column more, `pack`: the pack that a row comes from, empty for the graph
itself. The tables:

| table | columns |
|---|---|
| claims | claim, class, label, contested |
| roles | claim, role, value, label |
| attestations | attestation, claim, document, start, end, digest, speaker, polarity, commitment, mood, mode, label |
| entities | entity, class, label, description |
| labels | thing, property, text, language |
| closures | relation, part, whole: `partOf` and `broader` over any number of steps |
| views | policy, subject, property, object |
| statements/NAME | subject, object: every triple of the graph and its views, by property; what the mapping reads |

The mapping is in the native language of Ontop (https://ontop-vkg.org/guide/advanced/mapping-language.html): each table of statements is
for one property and kind of its ends, and its target says what they are. Triples of views and packs stand in their named graphs.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from whence import sparql
from whence.errors import InputError, UsageError
from whence.namespaces import PACK, PREFIXES, VIEW, is_pack, local, pack_of
from whence.rdf.dataframes import arrow

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


#: The file of a table in its folder.
FILE = "data.parquet"
#: Seconds after which what was not finished is taken to be left by a killed process.
_ABANDONED = 24 * 3600
#: Types of Arrow to those of Trino.
_TRINO = {"string": "varchar", "large_string": "varchar", "int64": "bigint", "bool": "boolean", "null": "varchar"}

#: Table to the query that makes it; the columns are those of the query.
TABLES: dict[str, str] = {
    "claims": """SELECT ?claim ?class (SAMPLE(?named) AS ?label) (EXISTS { GRAPH view:contested { ?claim ?p ?o } } AS ?contested) {
  ?claim a ?class . ?class rdfs:subClassOf* wh:Claim . OPTIONAL { ?claim rdfs:label ?named }
  FILTER NOT EXISTS { ?claim a ?other . ?other rdfs:subClassOf ?class FILTER(?other != ?class) } } GROUP BY ?claim ?class""",
    "roles": """SELECT ?claim ?role ?value (SAMPLE(?named) AS ?label) {
  ?claim a wh:Claim ; ?role ?value . OPTIONAL { ?value wh:displayLabel|rdfs:label ?named }
  FILTER(STRSTARTS(STR(?role), STR(wh:)))
  FILTER(?role NOT IN (wh:aboutWork, wh:attestedBy, wh:involvedIn, wh:involves, wh:moreSpecificOrSelf, wh:moreSpecificThan)) } GROUP BY ?claim ?role ?value""",
    "attestations": """SELECT ?attestation ?claim ?document ?start ?end ?digest ?speaker ?polarity ?commitment ?mood ?mode ?label {
  ?attestation a wh:Attestation ; wh:attests ?claim .
  OPTIONAL { ?attestation wh:document ?document ; wh:start ?start ; wh:end ?end }
  OPTIONAL { ?attestation wh:passageDigest ?digest } OPTIONAL { ?attestation wh:speaker ?speaker } OPTIONAL { ?attestation wh:polarity ?polarity }
  OPTIONAL { ?attestation wh:commitment ?commitment } OPTIONAL { ?attestation wh:mood ?mood } OPTIONAL { ?attestation wh:mode ?mode }
  OPTIONAL { ?attestation rdfs:label ?label } }""",
    "entities": """SELECT ?entity ?class (SAMPLE(?named) AS ?label) (SAMPLE(?told) AS ?description) {
  ?entity a ?class . ?class rdfs:subClassOf* wh:Entity . OPTIONAL { ?entity wh:displayLabel ?named }
  OPTIONAL { ?entity wh:description ?told }
  FILTER NOT EXISTS { ?entity a ?other . ?other rdfs:subClassOf ?class FILTER(?other != ?class) } } GROUP BY ?entity ?class""",
    "labels": """SELECT ?thing ?property ?text (LANG(?text) AS ?language) {
  VALUES ?property { skos:prefLabel skos:altLabel skos:hiddenLabel rdfs:label } ?thing ?property ?text }""",
    "closures": """SELECT ?relation ?part ?whole {
  { ?part wh:partOf+ ?whole BIND("partOf" AS ?relation) } UNION { ?part skos:broader+ ?whole BIND("broader" AS ?relation) } }""",
    "views": """SELECT ?policy ?subject ?property ?object { GRAPH ?policy { ?subject ?property ?object } FILTER(CONTAINS(STR(?policy), "/view/")) }""",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    :ivar folder: of this version
    :ivar rows: table to how many rows it has, without those of `statements`
    :ivar triples: how many stand in `statements`
    """

    folder: Path
    rows: dict[str, int]
    triples: int


def write(store: Store, digest: str, folder: str | os.PathLike[str]) -> Written:
    """Write the tables of a validated graph as a new version below a folder, and link `current` to it.

    Versions that were written before stay. The version of the same graph is not written again. What a killed process left
    half written has a hidden name, is linked to by nothing, and is removed once it is old.

    :raises UsageError: pyarrow is not installed, or the folder holds something else
    :raises InputError: a file cannot be written; the folder holds what it held
    """
    top = Path(folder)
    _check(top)
    place = top / digest[:16]
    begun = top / f".{secrets.token_hex(8)}"
    try:
        _forget_abandoned(top)
        if not place.exists():
            begun.mkdir(parents=True)
            _fill(begun, store, top / "current", place.name)
            begun.rename(place)
        _link(top, place.name)
    except OSError as error:
        raise InputError(f"The tables cannot be written: {error.strerror or error}.", fix="Nothing was changed; see to the disk.", file=str(top)) from None
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return Written(place, {name: _rows(place / name / FILE) for name in TABLES}, sum(map(_rows, (place / "statements").glob(f"*/{FILE}"))))


def _fill(folder: Path, store: Store, linked: Path, version: str) -> None:
    """Write all tables into a folder, which will have the name of its version and be linked elsewhere."""
    for name, query in TABLES.items():
        _write(folder / name / FILE, *_answered(store, name, query))
    statements = sorted_out(store)
    for table in statements:
        _write(folder / "statements" / table.name / FILE, ["subject", "object"], table.rows)
    (folder / "whence.obda").write_text(mapping(statements), encoding="utf-8")
    (folder / "trino.json").write_text(metadata(statements), encoding="utf-8")
    names = sorted(path.parent.relative_to(folder).as_posix() for path in folder.rglob(FILE))
    (folder / "duckdb.sql").write_text("".join(_duckdb_view(name, linked) for name in names), encoding="utf-8")
    (folder / "trino.sql").write_text("".join(_trino_tables(folder, version, names)), encoding="utf-8")


def _answered(store: Store, name: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns and the sorted rows of a table: those of the graph itself, and those that each pack adds to it."""
    answer = sparql.run(store, query)
    names = [variable.value for variable in answer.variables]
    own = {tuple(row) for row in answer}
    if name == "views":
        return names, _sorted(own)
    rows = [(*row, "") for row in own]
    for graph in store.named_graphs():
        if is_pack(graph.value):
            merged = sparql.run(store, query, default_graph=[DefaultGraph(), graph])
            rows += [(*row, pack_of(graph.value)) for row in {tuple(row) for row in merged} - own]
    return [*names, "pack"], _sorted(rows)


def _sorted(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: [str(value) for value in row])


def _check(top: Path) -> None:
    """Refuse a folder that holds what did not come from here."""
    if top.exists() and not top.is_dir():
        raise UsageError(f"{top} is no folder.", fix="Name one to make, or one that whence publish wrote.")
    if top.is_dir() and not (top / "current").is_symlink() and any(not one.name.startswith(".") for one in top.iterdir()):
        raise UsageError(f"{top} holds something else.", fix="Name a folder to make, an empty one, or one that whence publish wrote.")


def _forget_abandoned(top: Path) -> None:
    """Remove what killed processes have left."""
    for path in top.glob(".*"):
        if re.fullmatch(r"\.[0-9a-f]{16}", path.name) and time.time() - path.lstat().st_mtime > _ABANDONED:
            path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True)
    table = arrow(names, rows)
    from pyarrow import parquet

    parquet.write_table(table, path, compression="zstd")


def _rows(path: Path) -> int:
    from pyarrow import parquet

    return int(parquet.read_metadata(path).num_rows)


def _duckdb_view(name: str, folder: Path) -> str:
    """Return what makes a table a view of DuckDB; one of statements by its own name, as the mapping knows it."""
    file = str(folder.absolute() / name / FILE).replace("'", "''")
    return f"CREATE OR REPLACE VIEW \"{name.removeprefix('statements/')}\" AS SELECT * FROM read_parquet('{file}');\n"


def _trino_tables(folder: Path, version: str, names: list[str]) -> Iterator[str]:
    """Yield the lines by which Trino knows the tables: one schema a version, in the catalog `hive` whose `local.location` is the folder of all versions."""
    from pyarrow import parquet

    schema = f"hive.whence_{version}"
    yield f"CREATE SCHEMA IF NOT EXISTS {schema};\n"
    for name in names:
        columns = ", ".join(f'"{one.name}" {_TRINO[str(one.type)]}' for one in parquet.read_schema(folder / name / FILE))
        table = name.removeprefix("statements/")
        yield f"CREATE TABLE IF NOT EXISTS {schema}.{table} ({columns}) WITH (external_location = 'local:///{version}/{name}', format = 'PARQUET');\n"


def _link(top: Path, name: str) -> None:
    """Link `current` to a version, in place of the one it led to."""
    begun = top / f".{secrets.token_hex(8)}"
    begun.symlink_to(name)
    begun.replace(top / "current")
