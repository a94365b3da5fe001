"""The catalogue of named queries: what is in it, how one is found, and what is wrong with a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from whence import catalog
from whence.errors import InputError, UsageError
from whence.store.layout import GraphFiles, locate

ROOT = Path(__file__).parent.parent
QUESTION = "#+ summary: Who?\nASK {}\n"
CHECK = "#+ summary: Which?\n#+ severity: violation\n#+ message: {?focus} is odd.\nSELECT ?focus { ?focus ?p ?o }\n"
VIEW = "#+ summary: What?\nCONSTRUCT WHERE { ?s ?p ?o }\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A graph directory with one query of each kind."""
    (tmp_path / "triples").mkdir()
    for name, text in (
        ("views/maker.rq", VIEW), ("competency/who.rq", QUESTION), ("competency/a-first.rq", QUESTION),
        ("checks/odd.rq", CHECK), ("inference/10-more.rq", VIEW),
    ):
        path = tmp_path / "queries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def graph(files: Path) -> GraphFiles:
    return locate(files)


def test_every_query_is_loaded_in_order(files: Path) -> None:
    loaded = catalog.load(graph(files))
    assert [(one.kind, one.name) for one in loaded] == [
        ("view", "maker"), ("competency", "a-first"), ("competency", "who"), ("check", "odd"), ("inference", "10-more"),
    ]
    assert len(loaded) == 5
    assert [one.name for one in loaded.of_kind("competency")] == ["a-first", "who"]
    assert loaded["who"].summary == "Who?"
    assert loaded["who"].query.form == "ask"
    assert (loaded["who"].description, loaded["who"].tags, loaded["who"].parameters) == ("", (), ())


def test_one_is_found_without_reading_the_others(files: Path) -> None:
    (files / "queries" / "competency" / "broken.rq").write_bytes(b"\xff")
    assert catalog.find(graph(files), "who").file.endswith("who.rq")
    assert catalog.names(graph(files)) == ["10-more", "a-first", "broken", "maker", "odd", "who"]


def test_an_unknown_name_is_told_with_what_is_near(files: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no query makre\. Did you mean maker\?"):
        catalog.find(graph(files), "makre")
    with pytest.raises(UsageError, match=r"There is no query zzz\. whence queries lists them\."):
        _ = catalog.load(graph(files))["zzz"]


@pytest.mark.parametrize(
    ("name", "content", "problem", "line"),
    [
        ("competency/bad.rq", b"ASK {}", "does not say what it asks", 1),
        ("competency/bad.rq", b"#+ summary: Who?\n#+ oops: x\nASK {}", 'field "oops" is unknown', 2),
        ("competency/bad.rq", b"#+ summary: Who?\n\nINSERT DATA {}", "This is an update", 3),
        ("competency/bad.rq", b"#+ summary: Who?\n# caf\xe9\nASK {}", "is not UTF-8", 2),
        ("competency/bad.rq", b"", "The query is empty", None),
        ("competency/maker.rq", QUESTION.encode(), "Two queries are named maker", None),
        ("elsewhere/bad.rq", QUESTION.encode(), "stands in no folder of the catalogue", None),
        ("bad.rq", QUESTION.encode(), "stands in no folder of the catalogue", None),
        ("checks/bad.rq", QUESTION.encode(), "The check has no severity", 1),
        ("checks/bad.rq", CHECK.replace("#+ message: {?focus} is odd.\n", "").encode(), "The check has no message", 1),
        ("checks/bad.rq", CHECK.replace("SELECT ?focus", "CONSTRUCT WHERE").encode(), "A check is a SELECT query", None),
        ("views/bad.rq", QUESTION.encode(), "A view is a CONSTRUCT query; this one is ASK", None),
        ("inference/bad.rq", QUESTION.encode(), "An inference is a CONSTRUCT query", None),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(files: Path, name: str, content: bytes, problem: str, line: int | None) -> None:
    path = files / "queries" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem) as refused:
        catalog.load(graph(files))
    assert str(refused.value.file).endswith(".rq")
    assert refused.value.line == line


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no such file"):
        catalog.read(tmp_path / "none.rq")


def test_a_byte_order_mark_is_no_part_of_a_query(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_bytes(b"\xef\xbb\xbf" + QUESTION.encode())
    assert catalog.read(tmp_path / "q.rq").front_matter.summary == "Who?"


def test_our_own_catalogue_loads_and_every_summary_is_a_question() -> None:
    loaded = catalog.load(locate(ROOT))
    assert len(loaded) == len(list((ROOT / "queries").rglob("*.rq")))
    for query in loaded:
        assert query.summary.endswith("?"), query.file


def test_no_question_has_a_path_of_any_length() -> None:
    questions = catalog.load(locate(ROOT)).of_kind("competency")
    path = re.compile(r"(?:\w|\)|>)[*+?](?=[\s/|)])")
    found = {one.name for one in questions if path.search(re.sub(r"#[^\n]*|\"[^\"\n]*\"|COUNT\(\*\)", "", one.query.text[one.query.text.index("SELECT") :]))}
    assert found == set()
    assert path.search("?made wh:partOf* ?work")
