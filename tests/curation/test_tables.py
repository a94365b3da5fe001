"""A table of positions is saved whole, or told by row and column why not."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from whence.curation import Workspace, save
from whence.curation.tables import read_table, resolve_table, template
from whence.errors import InputError, UsageError

HEADER = ["document", "quote", "class", "by", "of", "as", "aspect", "speaker", "polarity", "hedge", "date", "new"]
ROWS = [
    ["the-city-that-glows", "Harbour of Lanterns is a mystery series directed by Ren Sunada", "contribution", "Ren Sunada", "Harbour of Lanterns", "director", "", "", "", "", "",
     "Ren Sunada=Person | Harbour of Lanterns=Series"],
    ["the-city-that-glows", "The city of Lanterns came from The Crimson Heron, perhaps a little", "influence", "The Crimson Heron", "the city of Lanterns", "", "", "Ren Sunada",
     "affirmed", "perhaps a little", "", "the city of Lanterns=FictionalPlace; inWorld=Harbour of Lanterns | The Crimson Heron=Film"],
    ["second-look", "which began on 10 October 2026", "release", "", "Harbour of Lanterns", "", "", "", "", "", "2026-10-10", ""],
]  # fmt: skip


def write(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def changed(row: int, column: str, text: str) -> list[list[str]]:
    rows = [list(one) for one in [HEADER, *ROWS]]
    rows[row - 1][HEADER.index(column)] = text
    return rows


def told(workspace: Workspace, path: Path) -> list[tuple[int, str, str, str]]:
    resolved, findings = resolve_table(workspace, read_table(path))
    return [(cell.row, cell.column, cell.name, cell.sentence) for cell in findings]


def test_a_file_that_is_no_such_table_is_told_in_one_sentence_and_cells_in_their_order(workspace: Workspace, tmp_path: Path) -> None:
    (only,) = told(workspace, write(tmp_path / "prose.csv", [["Once upon a time", " there was"], ["a", "b", "c"]]))
    assert only == (1, "", "", "None of its columns is one of a table of positions. whence import --template writes such a table.")
    more = [[*ROWS[0], *"zyxwvutsrqponm"]]
    assert [column for row, column, _, sentence in told(workspace, write(tmp_path / "more.csv", [HEADER, *more])) if "without a name" in sentence] == [*"MNOPQRSTUVWXYZ"]


@pytest.mark.parametrize(("encoding", "delimiter", "name"), [("utf-8", ",", "a.csv"), ("utf-8-sig", ";", "a.csv"), ("utf-16", "\t", "a.csv"), ("utf-8", "\t", "a.tsv")])
def test_every_form_that_spreadsheets_write_is_read_alike(tmp_path: Path, encoding: str, delimiter: str, name: str) -> None:
    table = read_table(write(tmp_path / name, [HEADER, *ROWS], encoding=encoding, delimiter=delimiter))
    assert table.header == HEADER and [row for _, row in table.rows] == ROWS and table.told == []


@pytest.mark.parametrize(("words", "encoding", "called"), [("“Vangelis’ café”, says Renée", "cp1252", "WINDOWS-1252"), ("由紀", "shift_jis", "SHIFT-JIS"), ("由紀と", "euc_jp", "EUC-JP")])
def test_a_table_in_another_encoding_is_refused_since_a_guess_may_have_other_words(words: str, encoding: str, called: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"It may be {called}: iconv -f {called} -t UTF-8 a.csv") as error:
        read_table(write(tmp_path / "a.csv", [["quote"], [words]], encoding=encoding))
    assert error.value.line == 2


def test_a_table_with_a_mark_of_utf_16_that_is_none_is_not_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfeq\0\0\xd8x")
    with pytest.raises(InputError, match="Save it as UTF-8") as error:
        read_table(tmp_path / "a.csv")
    assert "UTF-16" not in str(error.value)


def test_a_header_below_a_title_and_a_sheet_behind_another_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="named in row 3") as error:
        read_table(write(tmp_path / "a.csv", [["Positions"], [], HEADER, *ROWS]))
    assert error.value.line == 3 and "Delete the rows above it" in str(error.value.fix)
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra spreadsheet")
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["Written in May"])
    sheet = book.create_sheet("Claims")
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.header == HEADER and len(table.rows) == 3
    assert table.told == [f"{tmp_path / 'a.xlsx'}: the sheet 'Claims' is read, 'Notes' is not."]


def test_a_workbook_without_a_sheet_of_cells_has_no_header(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra spreadsheet")
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as without:
        for name in whole.namelist():
            without.writestr(name, re.sub(rb"<sheet [^>]*/>", b"", whole.read(name)) if name == "xl/workbook.xml" else whole.read(name))
    with pytest.raises(InputError, match="no header"):
        read_table(tmp_path / "b.xlsx")


def test_every_column_of_the_template_is_taken_by_the_class_whose_role_it_is(workspace: Workspace, tmp_path: Path) -> None:
    header = ["document", "quote", "class", "about", "counted", "number", "precision", "new"]
    row = ["second-look", "which began on 10 October 2026", "quantity", "Harbour of Lanterns", "days", "10", "exact", "Harbour of Lanterns=Series"]
    assert set(header) <= set(template(workspace).strip().split(","))
    resolved, findings = resolve_table(workspace, read_table(write(tmp_path / "a.csv", [header, row])))
    assert findings == [] and len(resolved) == 1
    for form in workspace.forms.claims.values():
        cells = {role.name: "x" for role in form.roles if role.name != "prefLabel"}
        table = read_table(write(tmp_path / "b.csv", [["class", *cells], [form.name, *cells.values()]]))
        told = [cell.sentence for cell in resolve_table(workspace, table, "second-look")[1]]
        assert not [sentence for sentence in told if " lacks " in sentence or "no key" in sentence], (form.name, told)


def test_all_rows_are_saved_as_one_change(workspace: Workspace, tmp_path: Path) -> None:
    resolved, findings = resolve_table(workspace, read_table(write(tmp_path / "a.csv", [HEADER, *ROWS])))
    assert findings == []
    saved = save(workspace, resolved)
    assert len(saved.ids) == 3 and any("world of Harbour of Lanterns" in sentence for sentence in saved.sentences)


@pytest.mark.parametrize(
    ("row", "column", "text", "sentence"),
    [
        (2, "class", "contributon", "Did you mean Contribution?"),
        (2, "quote", "Harbor of Lanterns is a mystery series", "Did you mean: Harbour of Lanterns is a mystery series"),
        (2, "quote", "#NAME?", "The spreadsheet put #NAME?"),
        (3, "speaker", "Mila Okafr", "Did you mean Mila Okafor (writer-of-the-city-that-glows, journalist)?"),
        (3, "speaker", "Mila Okafr", 'If it is none of these, to create it, write "Mila Okafr=CLASS" in the column new.'),
        (3, "polarity", "yes", "Allowed: affirmed, denied."),
        (3, "hedge", "maybe", "The text does not print 'maybe'"),
        (4, "date", "10/10/2026", "The spreadsheet made '10/10/2026' of a date."),
        (4, "date", "46305", "The spreadsheet made '46305' of a date."),
        (4, "document", "third-look", "There is no document 'third-look'"),
        (2, "new", "Ren Sunada", "A thing to create is written NAME=CLASS"),
        (2, "new", "Ren Sunada=Person | Harbour of Lanterns=Serie", "cannot be created as 'Serie' here. Did you mean Series?"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(workspace: Workspace, tmp_path: Path, row: int, column: str, text: str, sentence: str) -> None:
    findings = told(workspace, write(tmp_path / "a.csv", changed(row, column, text)))
    letter = "ABCDEFGHIJKL"[HEADER.index(column)]
    assert [one for one in findings if one[:3] == (row, letter, column) and sentence in one[3]], findings


def test_an_unknown_column_and_a_cell_beyond_the_header_are_told(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[*HEADER, "speakr"], [*ROWS[0], "", "left over"], ROWS[1], ROWS[2]]
    findings = told(workspace, write(tmp_path / "a.csv", rows))
    assert [one[:2] for one in findings] == [(1, "M"), (2, "N")] and "Did you mean speaker?" in findings[0][3]


def test_the_words_may_stand_in_a_column_words(workspace: Workspace, tmp_path: Path) -> None:
    header = ["words" if name == "quote" else name for name in HEADER]
    assert not told(workspace, write(tmp_path / "a.csv", [header, *ROWS]))
    rows = [header, *changed(2, "quote", "Harbor of Lanterns is a mystery series")[1:]]
    assert [one[2] for one in told(workspace, write(tmp_path / "a.csv", rows))] == ["words"]


def test_a_column_that_lacks_is_told_once(workspace: Workspace, tmp_path: Path) -> None:
    header = ["sentence" if name == "quote" else name for name in HEADER]
    findings = told(workspace, write(tmp_path / "a.csv", [header, *ROWS]))
    assert [one[0] for one in findings if "column quote: the words" in one[3]] == [1] and {one[0] for one in findings} == {1}
    assert [one[3] for one in told(workspace, write(tmp_path / "b.csv", [["quote"], ["x"], ["y"]]))][:2] == [
        "There is no column class: the class of each claim, such as influence.",
        "There is no column document: the document of each row, or name it with --document.",
    ]


@pytest.mark.parametrize(("content", "sentence"), [(b"", "no header"), (b'quote\n"open', "no CSV"), (b"a,b\n\0,c\n", "U\\+0000"), (b"\x81\x8d,\xff", "Save it as UTF-8")])
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_table(tmp_path / "a.csv")


def test_a_workbook_is_read_and_a_date_in_it_is_told(workspace: Workspace, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra spreadsheet is not installed")

    book: Any = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert told(workspace, tmp_path / "a.xlsx") == []
    book.active["K4"] = date(2026, 10, 1)
    book.save(tmp_path / "a.xlsx")
    assert [one[:3] for one in told(workspace, tmp_path / "a.xlsx")] == [(4, "K", "date")]
    (tmp_path / "b.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match="no workbook"):
        read_table(tmp_path / "b.xlsx")


def test_the_template_names_columns_that_are_read(workspace: Workspace, tmp_path: Path) -> None:
    for kind in (None, "influence"):
        (tmp_path / "a.csv").write_text(template(workspace, kind), encoding="utf-8")
        resolved, findings = resolve_table(workspace, read_table(tmp_path / "a.csv"))
        assert (resolved, findings) == ([], [])
    with pytest.raises(UsageError, match="Did you mean influence"):
        template(workspace, "influense")


def test_a_finding_of_the_validation_is_told_by_its_row(workspace: Workspace, open_workspace: Callable[[], Workspace], tmp_path: Path) -> None:
    from whence.curation import Refused

    header, rows = [*HEADER, "mode"], [[*row, ""] for row in ROWS]
    rows[1][-1] = "narration"
    resolved, findings = resolve_table(workspace, read_table(write(tmp_path / "a.csv", [header, *rows])))
    with pytest.raises(Refused) as refused:
        save(workspace, resolved)
    assert findings == [] and {refused.value.record_of(finding) for finding in refused.value.report} == {1}


def test_a_cell_that_never_ends_is_told(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("document,quote,class\nx,\"" + "y" * 200_000 + "\",influence\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"A cell has more than 131,072 characters") as told:
        read_table(path)
    assert told.value.line == 2
