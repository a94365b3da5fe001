"""`whence init`: what it writes, and where it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from whence.errors import InputError, UsageError
from whence.store import layout, new_graph

BASE = "https://example.org/g/id/"


def test_a_started_graph_is_one_and_brings_nothing_of_ours(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "g"
    files = new_graph.start(str(folder), '京都の "アニメ"\\', BASE, "g", ["whence"])
    assert files.settings.title == '京都の "アニメ"\\' and files.settings.include == ("whence",)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) == [".gitattributes", ".gitignore", "texts", "triples", "whence.toml"]
    assert (folder / ".gitignore").read_text() == "/texts/\n/drafts/\n"
    assert (folder / ".gitattributes").read_text() == "triples/**/*.ttl merge=whence\n"
    assert files.own == [] and files.data == layout.locate().data and files.settings.texts == str(folder / "texts")


def test_a_folder_with_other_things_can_become_a_graph_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.pyc")
    (tmp_path / "README.md").write_text("Mine")
    new_graph.start(str(tmp_path), "Mine", BASE, "g", [])
    assert (tmp_path / ".gitignore").read_text() == "*.pyc\n/texts/\n/drafts/\n"
    assert (tmp_path / "README.md").read_text() == "Mine"


@pytest.mark.parametrize("name", ["whence.toml", "triples/x.ttl", "ontology/x.ttl", "queries/x.rq"])
def test_what_is_there_is_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match=r"There is \S+ already. Start the graph in another directory."):
        new_graph.start(str(tmp_path), "Mine", BASE, "g", [])
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == [name]


@pytest.mark.parametrize(("title", "base", "prefix", "include", "problem"), [
    ("", BASE, "g", [], "The title is no line of text."),
    ("a\nb", BASE, "g", [], "The title is no line of text."),
    ("t", "urn:x:", "g", [], "'urn:x:' is no IRI that things could be looked up at."),
    ("t", "https://w3id.org/whence/mine/", "g", [], "Below https://w3id.org/whence/mine/ stand the names of another vocabulary (aspect:)."),
    ("t", BASE, "wh", [], "The prefix wh: is one of whence already."),
    ("t", BASE, "G", [], "'G' cannot be a prefix."),
    ("t", BASE, "g", ["nowhere"], "There is no directory nowhere to include."),
])  # fmt: skip
def test_wrong_values_are_refused_and_nothing_is_written(tmp_path: Path, title: str, base: str, prefix: str, include: list[str], problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_graph.start(str(tmp_path / "g"), title, base, prefix, include)
    assert caught.value.problem == problem and caught.value.fix
    assert not (tmp_path / "g").exists()


def test_what_cannot_be_included_leaves_no_graph_behind(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="is no graph directory"):
        new_graph.start(str(tmp_path / "g"), "t", BASE, "g", [str(tmp_path / "other")])
    assert not (tmp_path / "g" / "whence.toml").exists()
