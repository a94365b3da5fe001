"""Tables of positions: a row a record, a column a key or a role, findings by row and column."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from whence.curation.extraction import decoded
from whence.curation.forms import Form, kebab, squash
from whence.curation.records import Problem, Record, Resolved
from whence.curation.resolving import resolve_all
from whence.curation.workspace import Workspace
from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.rdf.reading import read_bytes

#: So many bytes a table may have.
_LARGEST = 50_000_000
#: What divides several values in one cell.
_SEVERAL = "|"
_DATES = ("date", "asOf")
_ERRORS = re.compile(r"#(NAME\?|REF!|VALUE!|N/A|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|#{4,}")
_CHANGED = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}-[A-Z][a-z]{2}(-\d\d)?|[A-Z][a-z]{2}-\d\d|\d{4}-\d\d-\d\d[ T]00:00:00|\d(\.\d+)?E[+-]\d+"
)
_SERIAL = re.compile(r"[34]\d{4}")
#: In so many rows a header is looked for that does not stand in the first one.
_FIRST_ROWS = 20
_AS_TEXT = "Format the column as text and type it again"
#: What a record needs, with what its column holds.
_NEEDED = {
    "document": "the document of each row, or name it with --document", "quote": "the words that carry each position, as the text prints them",
    "class": "the class of each claim, such as influence",
}  # fmt: skip
#: Another name of a column: what the command line calls it.
_ALSO = {"words": "quote"}
_GENERAL = ("document", "quote", "occurrence", "start", "end", "class", "new", "question", "answers")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is wrong with one cell.

    :ivar row: as the spreadsheet counts, the header being 1
    :ivar column: its letter, or an empty text where the whole row is meant
    :ivar name: the name of the column, or an empty text
    :ivar sentence: what is wrong, and how to mend it
    """

    row: int
    column: str
    name: str
    sentence: str


@dataclass(slots=True)
class Table:
    """A table as it was read.

    :ivar rows: number of each row that has a cell, with its cells
    :ivar told: what is worth telling of how it was read
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    told: list[str] = field(default_factory=list)


def read_table(path: str | os.PathLike[str]) -> Table:
    """Return a table of a `.csv`, `.tsv` or `.xlsx` file.

    CSV is read as RFC 4180 has it, with commas, semicolons or tabs, in UTF-8 (with a mark or without) or UTF-16 with a mark.

    :raises InputError: it cannot be read, or is no table
    :raises UsageError: openpyxl is needed and not installed
    """
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower()
    if ending in (".xls", ".ods", ".numbers"):
        raise InputError(f"Tables in {ending} are not read.", fix="Save it as CSV UTF-8 or .xlsx.", file=name)
    if ending in (".xlsx", ".xlsm"):
        cells, told = _workbook(name)
    else:
        raw = read_bytes(name, most=_LARGEST)
        text = decoded(raw, name, *(["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else []), "utf-8-sig")
        cells, told = _separated(text, name, "\t" if ending in (".tsv", ".tab") else None), []
    while cells and not any(cells[-1]):
        cells.pop()
    header = _header(cells)
    if header:
        raise InputError(f"The columns are named in row {header + 1}.", fix="Delete the rows above it: they stand in the first row.", file=name, line=header + 1)
    if not cells or not any(cells[0]):
        raise InputError("The table has no header.", fix="Name the columns in its first row: whence import --template shows how.", file=name, line=1)
    return Table(cells[0], [(number, row) for number, row in enumerate(cells[1:], start=2) if any(row)], told)


def _records(table: Table, columns: Sequence[tuple[str, str] | None], document: str | None, findings: list[Cell]) -> list[Record]:
    """Return the records of the rows; what is wrong with a cell itself is told."""
    records: list[Record] = []
    for number, row in table.rows:
        record: Record = {"document": document or "", "roles": {}}
        for at, text in enumerate(row):
            if not text:
                continue
            if at >= len(columns):
                findings.append(Cell(number, _letter(at), "", f"The cell {_short(text)} stands in a column without a name. Name it in the first row, or empty the cell."))
            elif (column := columns[at]) is not None:
                sentence = _mangled(column[1], text) or _enter(record, column, text)
                findings += [Cell(number, _letter(at), table.header[at], sentence)] if sentence else []
        records.append(record)
    return records


def resolve_table(workspace: Workspace, table: Table, document: str | None = None) -> tuple[list[Resolved], list[Cell]]:
    """Return the rows resolved, or every finding, by row and column; none of the rows is saved when there is one.

    :param document: the document of rows that name none
    """
    findings: list[Cell] = []
    columns = _columns(workspace, table.header, findings)
    if not any(columns):
        return [], [Cell(1, "", "", "None of its columns is one of a table of positions. whence import --template writes such a table.")]
    missing = _missing(columns, document)
    findings += [Cell(1, "", "", f"There is no column {name}: {_NEEDED[name]}.") for name in missing]
    records = _records(table, columns, document, findings)
    known = {(cell.row, cell.name) for cell in findings}
    resolved: list[Resolved] = []
    for (number, row), outcome in zip(table.rows, resolve_all(workspace, records), strict=True):
        if isinstance(outcome, Resolved):
            resolved.append(outcome)
            continue
        for problem in (one for one in outcome.problems if one.field not in missing):
            cell = _cell(workspace, table, number, problem)
            if (number, cell.name) not in known or not cell.name:
                findings.append(cell)
                known.add((number, cell.name))
    return resolved, sorted(set(findings), key=lambda cell: (cell.row, not cell.column, len(cell.column), cell.column, cell.sentence))


def template(workspace: Workspace, kind: str | None = None) -> str:
    """Return the header of a table as CSV: every key of a record and every role, those of one class where it is named.

    :raises UsageError: there is no such class
    """
    forms = list(workspace.forms.claims.values())
    if kind is not None:
        forms = [form for form in [*forms, workspace.forms.question] if kebab(form.name) == kebab(kind).lower() or form.name.lower() == kind.lower()]
        if not forms:
            names = sorted(kebab(form.name) for form in workspace.forms.claims.values())
            raise UsageError(f"There is no class of claims {kind!r}.", fix=meant(kind, names) or f"Choose from {', '.join(names)}.")
    attestation = [role.name for role in workspace.forms.attestation.roles if role.name not in ("attests", "inQuestion", "answers", "askedBy")]
    roles = dict.fromkeys(role.name for form in forms for role in form.roles if role.name != "prefLabel")
    first = ["document", "quote", "occurrence", "speaker", "polarity", "commitment", "class"]
    others = [name for name in attestation if name not in first]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(dict.fromkeys([*first, *roles, *others, "question", "answers", "new"]))
    return out.getvalue()


def _columns(workspace: Workspace, header: Sequence[str], findings: list[Cell]) -> list[tuple[str, str] | None]:
    """Return what each column is: `key` or `role`, and its name; None for one that is neither, which is told."""
    general = [*_GENERAL, *(role.name for role in workspace.forms.attestation.roles if role.name not in ("attests", "inQuestion"))]
    keys = {squash(name): name for name in general} | _ALSO
    forms: list[Form] = [*workspace.forms.claims.values(), workspace.forms.question]
    roles = {squash(name): role.name if name not in role.short else name for form in forms for role in form.roles for name in (*role.names, role.label)}
    found: list[tuple[str, str] | None] = []
    for at, name in enumerate(header):
        squashed = squash(name)
        column = ("key", keys[squashed]) if squashed in keys else ("role", roles[squashed]) if squashed in roles else None
        if column is None and name:
            names = list(dict.fromkeys([*keys.values(), *roles.values()]))
            sentence = f"There is no column {_short(name)}. {meant(name, names) or 'whence import --template lists them'}."
            findings.append(Cell(1, _letter(at), name, sentence.replace("?.", "?")))
        elif column is not None and column in found:
            findings.append(Cell(1, _letter(at), name, f"The column {column[1]} is there twice. Keep one; several values of one cell are divided by {_SEVERAL}."))
        found.append(column)
    return found


def _missing(columns: Sequence[tuple[str, str] | None], document: str | None) -> list[str]:
    """Return the columns that a table lacks, whatever its rows hold; offsets may stand in place of words."""
    there = {name for kind, name in filter(None, columns) if kind == "key"} | ({"document"} if document else set())
    there |= {"quote"} if {"start", "end"} <= there else set()
    return [name for name in _NEEDED if name not in there]


def _enter(record: Record, column: tuple[str, str], text: str) -> str:
    """Put the text of a cell into a record, and return what is wrong with it, or an empty text."""
    kind, name = column
    parts = [part.strip() for part in text.split(_SEVERAL) if part.strip()] if name not in ("quote", "class", "document", "new") else [text]
    value: Any = parts if len(parts) > 1 else parts[0] if parts else ""
    if name == "new" and kind == "key":
        record["new"] = {}
        for part in filter(None, map(str.strip, text.split(_SEVERAL))):
            try:
                record["new"] |= dict([new_thing(part)])
            except UsageError as error:
                return str(error)
    elif kind == "key":
        record[name] = value
    else:
        record["roles"][name] = value
    return ""


def new_thing(text: str) -> tuple[str, Any]:
    """Return name and class, with what else is said, of a thing to be created.

    >>> new_thing("the city=FictionalPlace; inWorld=My Series")
    ('the city', {'class': 'FictionalPlace', 'inWorld': 'My Series'})

    :raises UsageError: it is not written so
    """
    first, *others = [part.strip() for part in text.split(";")]
    name, equals, kind = first.rpartition("=")
    said = {key.strip(): value.strip() for key, _, value in (part.partition("=") for part in others if part)}
    if not equals or not name.strip() or not kind.strip() or not all(said.values()):
        fix = 'Write for example "Night Ferry=Film" or "the city=FictionalPlace; inWorld=My Series".'
        raise UsageError(f"A thing to create is written NAME=CLASS, not {text!r}.", fix=fix)
    return name.strip(), {"class": kind.strip(), **said} if said else kind.strip()


def _cell(workspace: Workspace, table: Table, number: int, problem: Problem) -> Cell:
    """Return the finding about the cell that a problem is about, or about the row where no column has it."""
    wanted = problem.field.partition(".")[2].partition(".")[0] if problem.field.startswith("roles.") else problem.field.partition(".")[0]
    names = {squash(wanted), *(also for also, name in _ALSO.items() if name == wanted)}
    for form in (*workspace.forms.claims.values(), workspace.forms.question):
        role = form.role(wanted) if problem.field.startswith("roles.") else None
        names |= {squash(name) for name in (*role.names, role.label)} if role is not None else set()
    if problem.field == "start":
        names.add("end")
    at = next((at for at, name in enumerate(table.header) if squash(name) in names), None)
    create = f' {problem.creating}, write "{problem.example}" in the column new.' if problem.example else ""
    if at is None:
        return Cell(number, "", "", problem.sentence + create)
    row = dict(table.rows)[number]
    text = row[at] if at < len(row) else ""
    hint = f" The spreadsheet may have changed it: {_AS_TEXT.lower()}." if _CHANGED.fullmatch(text) else ""
    return Cell(number, _letter(at), table.header[at], problem.sentence + create + hint)


def _mangled(name: str, text: str) -> str:
    """Return what a spreadsheet did to a cell, or an empty text."""
    if _ERRORS.fullmatch(text):
        return f"The spreadsheet put {text} in place of what was typed. {_AS_TEXT}."
    if name in _DATES and (_CHANGED.fullmatch(text) or _SERIAL.fullmatch(text)):
        return f"The spreadsheet made {_short(text)} of a date. {_AS_TEXT}, as 2026-10-09, 2026-10 or 2026."
    return ""


def _separated(text: str, name: str, mark: str | None) -> list[list[str]]:
    header = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    mark = mark or max(",;\t", key=header.count)
    if "\0" in text:
        raise InputError("The table holds a character that no text has (U+0000).", fix="Save it as CSV UTF-8.", file=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        if "field limit" in str(error):
            fix = "Close the quotation marks of the cell before it, or shorten it."
            raise InputError(f"A cell has more than {csv.field_size_limit():,} characters.", fix=fix, file=name, line=reader.line_num) from None
        fix = "A cell with quotation marks stands in quotation marks, with those inside doubled."
        raise InputError(f"The table is no CSV: {error}.", fix=fix, file=name, line=reader.line_num) from None


def _header(cells: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the first row that names columns of positions, of those where a header may stand, or None."""
    wanted = {*_NEEDED, *_ALSO}
    return next((at for at, row in enumerate(cells[:_FIRST_ROWS]) if len(wanted & set(map(squash, row))) > 1), None)


def _workbook(name: str) -> tuple[list[list[str]], list[str]]:
    """Return the cells of the sheet that has positions, else of the first one, and what is worth telling of the others."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        fix = "Install it with: pip install 'whence-graph[spreadsheet]', or save the table as CSV UTF-8."
        raise UsageError("openpyxl is not installed, which reads .xlsx.", fix=fix) from None
    content = io.BytesIO(read_bytes(name, most=_LARGEST))
    try:
        sheets = load_workbook(content, read_only=True, data_only=True).worksheets
        tables = {one.title: [["" if value is None else str(value).strip() for value in row] for row in one.iter_rows(values_only=True)] for one in sheets}
    except Exception:  # the library has no error of its own for what is no workbook
        raise InputError("The file is no workbook of a spreadsheet.", fix="Save it as .xlsx or CSV UTF-8 again.", file=name) from None
    read = next((title for title, cells in tables.items() if _header(cells) is not None), next(iter(tables), ""))
    left = [title for title, cells in tables.items() if title != read and any(map(any, cells))]
    return tables.get(read, []), [f"{name}: the sheet {read!r} is read, {', '.join(map(repr, left))} {'is' if len(left) == 1 else 'are'} not."] if left else []


def _letter(at: int) -> str:
    """Return the letter of a column as spreadsheets have it.

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _short(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:59] + "…")
