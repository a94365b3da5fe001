"""`whence import`: a table of positions, or a collection of Web Annotations, saved all or not at all; and `whence add`: a document brought into the graph."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence

from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, texts_option
from whence.cli.claim import show
from whence.curation import Refused, Workspace, preview, save
from whence.curation.annotations import bring_in
from whence.curation.documents import Given, add, check
from whence.curation.extraction import extract
from whence.curation.tables import Cell, read_table, resolve_table, template
from whence.errors import UsageError, ValidationError
from whence.namespaces import local
from whence.rdf.atomic import replacing
from whence.store import layout


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    (_declare_document if command == "add" else _declare_table)(parser)
    texts_option(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def _declare_table(parser: Parser) -> None:
    parser.add_argument("table", nargs="?", metavar="FILE", help="a table: .csv, .tsv, or .xlsx (the extra spreadsheet), a row a position; or Web Annotations (.jsonld, .json) as whence export writes them")
    parser.add_argument("--document", metavar="NAME", help="the document of the rows that name none")
    parser.add_argument("--dry-run", action="store_true", help="write nothing, say what would be written")
    parser.add_argument("--template", action="store_true", help="write a table without rows, with every column there is, to standard output or to FILE")
    parser.add_argument("--class", dest="kind", metavar="CLASS", help="with --template: only the roles of this class")


def run(arguments: Namespace, command: str) -> int:
    """Save the rows, or say by row and column why not; or bring a document in."""
    if command == "add":
        return _add(arguments)
    files = layout.locate(arguments.graph)
    if arguments.template:
        return _template(Workspace.open(files), arguments)
    if arguments.table is None:
        raise UsageError("whence import lacks a table.", fix="Name a .csv, .tsv or .xlsx file; whence import --template > claims.csv starts one.")
    workspace = Workspace.open(files, folder_of_texts(files, arguments.texts))
    if arguments.table.lower().endswith((".json", ".jsonld")):
        return _bring_in(workspace, arguments)
    return _import(workspace, arguments)


def _bring_in(workspace: Workspace, arguments: Namespace) -> int:
    if arguments.document:
        raise UsageError("--document is for tables.", fix="Leave it out: annotations name their documents.")
    process.stage("reading the annotations")
    saved = bring_in(workspace, arguments.table, dry=arguments.dry_run)
    process.stage(None)
    show(saved, arguments.format, dry=arguments.dry_run)
    return 0


def _import(workspace: Workspace, arguments: Namespace) -> int:
    process.stage("reading the table")
    table = read_table(arguments.table)
    for told in table.told:
        console.say(told)
    resolved, findings = resolve_table(workspace, table, arguments.document)
    if findings:
        return _refuse(arguments, findings)
    process.stage("validating")
    try:
        saved = preview(workspace, resolved)[0] if arguments.dry_run else save(workspace, resolved)
    except Refused as refused:
        rows = [number for number, _ in table.rows]
        cells = [(refused.record_of(one), " ".join(filter(None, (one.message, one.fix)))) for one in refused.report]
        if any(place is None for place, _ in cells):
            raise
        return _refuse(arguments, [Cell(rows[place], "", "", sentence) for place, sentence in cells if place is not None])
    process.stage(None)
    show(saved, arguments.format, dry=arguments.dry_run)
    return 0


def _refuse(arguments: Namespace, findings: Sequence[Cell]) -> int:
    """Write the findings, one a line; nothing was saved."""
    process.stage(None)
    if arguments.format == "json":
        cells = [{"row": cell.row, "column": cell.column, "name": cell.name, "sentence": cell.sentence} for cell in findings]
        console.write_json({"file": arguments.table, "findings": cells, "written": False})
        return ValidationError.exit_code
    for cell in findings:
        column = f", column {cell.column} ({cell.name})" if cell.name else f", column {cell.column}" if cell.column else ""
        console.write(f"{arguments.table}, row {cell.row}{column}: {cell.sentence}\n")
    several = "one finding" if len(findings) == 1 else f"{len(findings)} findings"
    console.say(f"{several}; nothing was written.")
    return ValidationError.exit_code


def _template(workspace: Workspace, arguments: Namespace) -> int:
    content = "\ufeff" + template(workspace, arguments.kind)
    if arguments.table is None:
        console.write(content)
        return 0
    if os.path.exists(arguments.table):
        raise UsageError(f"{arguments.table} is there already.", fix="Name a file that is not, so that no table is lost.")
    with replacing(arguments.table) as stream:
        stream.write(content.encode())
    console.write(f"wrote {arguments.table}\n")
    return 0


def _declare_document(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="text or Markdown in UTF-8, HTML (pip install 'whence-graph[html]') or PDF (...[pdf])")
    parser.add_argument("--title", default="", help="its headline (default: what a page or a heading of Markdown says)")
    parser.add_argument("--outlet", default="", metavar="NAME", help="who published it")
    parser.add_argument("--url", default="", help="the whole address")
    parser.add_argument("--date", default="", help="when it was published, in EDTF: 2024-01-11, 2024-01, 2024")
    parser.add_argument("--writer", default="", metavar="NAME", help="who wrote it (default: unnamed)")
    parser.add_argument("--language", default="", metavar="TAG", help="its language: en, ja, pt-BR")


def _add(arguments: Namespace) -> int:
    given = Given(**{name: getattr(arguments, name) for name in ("title", "outlet", "url", "date", "writer", "language")})
    check(given)
    process.stage("reading the text")
    extracted = extract(arguments.file)
    files = layout.locate(arguments.graph)
    workspace = Workspace.open(files)
    process.stage("validating")
    added = add(workspace, extracted, given, arguments.texts or files.settings.texts)
    process.stage(None)
    if arguments.format == "json":
        console.write_json({"document": added.document, "new": added.is_new, "files": added.files, "sentences": added.sentences})
        return 0
    lines = [local(added.document), *(f"  {sentence}" for sentence in added.sentences)]
    lines += [f"wrote {file}" for file in added.files] or ["nothing to write"]
    console.write("".join(f"{line}\n" for line in lines))
    return 0
