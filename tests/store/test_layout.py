"""Locating a graph and the digest of what goes into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whence.store import layout
from whence.errors import InputError
from whence.store.layout import GraphFiles


def test_files_are_sorted_into_what_they_are(small_graph: Path) -> None:
    files = layout.locate(small_graph)
    assert [files.relative(path) for path in files.ontology] == ["ontology/vocab/role.ttl", "ontology/whence.ttl"]
    assert [files.relative(path) for path in files.shapes] == ["ontology/shapes/shapes.ttl"]
    assert files.relative(files.data[0]) == "triples/attestations/document-000.ttl"
    assert [files.relative(path) for path in files.queries_in("views")] == ["queries/views/any.rq", "queries/views/maker.rq"]
    assert files.queries_in("nothing") == []


@pytest.mark.parametrize("name", ["triples/entities/work.ttl", "ontology/whence.ttl", "ontology/shapes/shapes.ttl",
                                  "queries/checks/part-of-itself.rq", "queries/views/any.rq", "queries/inference/10-involves.rq"])  # fmt: skip
def test_digest_changes_with_every_file_that_takes_part(small_graph: Path, name: str) -> None:
    before = layout.locate(small_graph).digest()
    (small_graph / name).write_text((small_graph / name).read_text() + "# x\n")
    assert layout.locate(small_graph).digest() != before


def test_digest_ignores_what_does_not_take_part(small_graph: Path) -> None:
    before = layout.locate(small_graph).digest()
    (small_graph / "queries" / "competency" / "new.rq").write_text("ASK {}")
    (small_graph / "triples" / ".hidden.ttl").write_text("nonsense")
    (small_graph / "triples" / "notes.txt").write_text("notes")
    assert layout.locate(small_graph).digest() == before


def test_digest_tells_names_and_contents_apart(small_graph: Path) -> None:
    before = layout.locate(small_graph).digest()
    (small_graph / "triples" / "documents.ttl").rename(small_graph / "triples" / "papers.ttl")
    assert layout.locate(small_graph).digest() != before


def test_digest_does_not_depend_on_where_the_graph_stands(small_graph: Path, tmp_path: Path) -> None:
    before = layout.locate(small_graph).digest()
    assert layout.locate(small_graph.rename(tmp_path / "elsewhere")).digest() == before


def test_digest_changes_with_the_versions(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = layout.locate(small_graph).digest()
    monkeypatch.setattr(layout, "__version__", "999")
    assert layout.locate(small_graph).digest() != before


def test_the_checkout_is_found_without_a_directory() -> None:
    assert Path(layout.locate().root) == Path(layout.__file__).resolve().parents[3]


@pytest.mark.parametrize(("make", "problem"), [("nothing", "This is not a directory."), ("file", "This is not a directory."),
                                               ("empty", "The directory holds neither whence.toml nor triples/ nor ontology/.")])  # fmt: skip
def test_a_wrong_directory_is_refused_in_one_sentence(tmp_path: Path, make: str, problem: str) -> None:
    place = tmp_path / "place"
    if make == "file":
        place.write_text("")
    elif make == "empty":
        place.mkdir()
    with pytest.raises(InputError) as caught:
        layout.locate(place)
    assert caught.value.problem == problem
    assert caught.value.fix == "Give a graph directory; whence init DIR starts one."
    assert caught.value.file == str(place)


def test_a_file_that_went_away_is_an_input_error(small_graph: Path) -> None:
    files = layout.locate(small_graph)
    (small_graph / "triples" / "documents.ttl").unlink()
    with pytest.raises(InputError, match="no such file"):
        files.digest()


def test_display_names_are_those_a_person_would_type(small_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = GraphFiles(small_graph)
    monkeypatch.chdir(small_graph)
    assert files.display(str(small_graph / "triples" / "documents.ttl")) == "triples/documents.ttl"
    monkeypatch.chdir("/")
    assert files.display("/elsewhere.ttl") == "elsewhere.ttl"
    monkeypatch.chdir(small_graph / "triples")
    assert files.display(str(small_graph / "ontology" / "whence.ttl")) == str(small_graph / "ontology" / "whence.ttl")


@pytest.mark.parametrize("folder", ["triples", "triples/entities", "ontology/vocab", "queries/views"])
@pytest.mark.parametrize("to", [".", "..", "../.."])
def test_a_link_to_a_folder_around_it_is_refused_in_one_sentence(folder: str, to: str, small_graph: Path) -> None:
    link = small_graph / folder / "loop"
    link.symlink_to(to, target_is_directory=True)
    with pytest.raises(InputError, match="leads back to a folder it stands in"):
        layout.locate(small_graph)


def test_a_link_to_another_folder_is_followed(small_graph: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "more.ttl").write_text("<x:a> <x:b> 1 .")
    (small_graph / "triples" / "more").symlink_to(tmp_path / "more")
    assert str(small_graph / "triples" / "more" / "more.ttl") in layout.locate(small_graph).data


@pytest.mark.parametrize("name", [b"triples/\xff.ttl", b"queries/views/a\xfe.rq", b"ontology/vocab/\xff/a.ttl"])
def test_a_name_that_is_not_utf_8_is_refused_in_one_sentence(name: bytes, small_graph: Path) -> None:
    path = os.path.join(os.fsencode(small_graph), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(b"")
    with pytest.raises(InputError, match="The name is not UTF-8") as refused:
        layout.locate(small_graph)
    assert "\\udcf" in str(refused.value.file)
    str(refused.value).encode()


@pytest.mark.parametrize("name", ["views/a b", "competency/a{b}", "checks/é?", "views/\x7f", "inference/a\nb"])
def test_a_query_whose_name_no_address_takes_is_refused_in_one_sentence(name: str, small_graph: Path) -> None:
    (small_graph / "queries" / f"{name}.rq").write_text("")
    with pytest.raises(InputError, match="by the name of its file"):
        layout.locate(small_graph)


def test_a_file_is_read_once(small_graph: Path) -> None:
    files = layout.locate(small_graph)
    path = files.data[0]
    before = files.read(path)
    Path(path).write_text("changed")
    assert files.read(path) == before
    assert layout.locate(small_graph).read(path) == b"changed"


def test_the_nearest_graph_around_is_taken(small_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whence.toml").write_text("", encoding="utf-8")
    (tmp_path / "plain" / "triples").mkdir(parents=True)
    named_so = tmp_path / "notes"
    named_so.mkdir()
    for name in ("ontology", "triples"):
        (named_so / name).write_text("", encoding="utf-8")
    for inside, expected in ((small_graph / "triples", small_graph), (tmp_path / "plain" / "triples", tmp_path), (named_so, tmp_path)):
        monkeypatch.chdir(inside)
        assert layout.around() == str(expected)
    with pytest.raises(InputError, match="The directory holds neither"):
        layout.locate(named_so)
