"""The round trip: a graph written as Web Annotations and brought into an empty one is the same graph."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad

from whence import export, webannotation
from whence.curation import Resolved, Workspace, resolve_all, save
from whence.curation.annotations import bring_in
from whence.errors import InputError
from whence.evidence import Texts
from whence.namespaces import ID
from whence.rdf.canonical import canonical
from whence.store import layout

LANTERNS = Path(__file__).parents[1] / "cases" / "lanterns"


def records(name: str) -> list[dict[str, Any]]:
    lines = (LANTERNS / "positions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [{"document": name, **json.loads(line)} for line in lines]


def asserted(graph: Path) -> list[Quad]:
    files = layout.locate(graph)
    return canonical(export.of_files(files, files.data))


def collection(graph: Path, path: Path, quoted: bool) -> Path:
    quads = asserted(graph)
    words = webannotation.Quoting(quads, Texts(LANTERNS / "texts")) if quoted else None
    path.write_text(json.dumps(webannotation.collection(quads, ID, "lanterns", words=words), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def curated(workspace: Workspace, graph: Path) -> Path:
    """The graph with what the English and the Japanese text say."""
    for name in ("the-city-that-glows", "minato-no-akari"):
        save(workspace, [one for one in resolve_all(workspace, records(name)) if isinstance(one, Resolved)])
    return graph


@pytest.fixture
def empty(graph: Path, tmp_path: Path) -> Callable[[], Workspace]:
    """Opens a graph of the same model that holds nothing."""

    def opened() -> Workspace:
        folder = tmp_path / "empty"
        shutil.copytree(graph, folder, symlinks=True, ignore=shutil.ignore_patterns(".whence", "*.ttl"))
        (folder / "triples").mkdir(exist_ok=True)
        return Workspace.open(layout.locate(folder), LANTERNS / "texts")

    return opened


@pytest.mark.parametrize("quoted", [False, True])
def test_the_graph_comes_back_with_its_names(curated: Path, empty: Callable[[], Workspace], tmp_path: Path, quoted: bool) -> None:
    workspace = empty()
    saved = bring_in(workspace, collection(curated, tmp_path / "all.jsonld", quoted))
    assert asserted(Path(workspace.files.root)) == asserted(curated)
    assert len(saved.ids) > 10 and all("Annotation" not in file.read_text() for file in Path(workspace.files.root).rglob("triples/**/*.ttl"))
    again = bring_in(workspace, collection(curated, tmp_path / "all.jsonld", quoted))
    assert (again.ids, again.files) == ((), ())


def test_the_example_corpus_comes_back_under_its_own_base(tmp_path: Path) -> None:
    """Japanese and an emoji in the texts, things of the included corpus in the claims, and the same files but for what stands at one place."""
    folder = tmp_path / "lanterns"
    shutil.copytree(LANTERNS, folder, ignore=shutil.ignore_patterns("*.ttl", "positions", ".whence"))
    saved = bring_in(Workspace.open(layout.locate(folder), folder / "texts"), collection(LANTERNS, tmp_path / "all.jsonld", True))
    assert asserted(folder) == asserted(LANTERNS) and len(saved.ids) > 30 and len(saved.sentences) == 1
    made = {path.relative_to(folder) for path in folder.rglob("*.ttl")}
    assert made == {path.relative_to(LANTERNS) for path in LANTERNS.rglob("*.ttl")}


def changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["first"]["items"][-1])
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_annotation_that_was_moved_is_refused_and_nothing_written(curated: Path, empty: Callable[[], Workspace], tmp_path: Path) -> None:
    def move(item: dict[str, Any]) -> None:
        item["target"]["id"] += "0"
        item["target"]["selector"] = [{"type": "TextPositionSelector", "start": 1, "end": 9}]

    workspace = empty()
    with pytest.raises(InputError, match="digest differs"):
        bring_in(workspace, changed(collection(curated, tmp_path / "all.jsonld", False), move))
    assert asserted(Path(workspace.files.root)) == []


def test_a_position_that_says_something_else_than_the_graph_is_refused(curated: Path, workspace: Workspace, tmp_path: Path) -> None:
    workspace.reload()
    path = changed(collection(curated, tmp_path / "all.jsonld", False), lambda item: item.update({"wh:polarity": {"id": "wh:Denied"}}))
    with pytest.raises(InputError, match="in the file and"):
        bring_in(workspace, path)


def test_passages_of_texts_that_are_not_held_are_told(curated: Path, empty: Callable[[], Workspace], tmp_path: Path) -> None:
    workspace = empty()
    workspace.texts = None
    saved = bring_in(workspace, collection(curated, tmp_path / "all.jsonld", True))
    assert "could not be held against their texts" in " ".join(saved.sentences)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"3", b"[" * 100_000, b'{"@context": "https://example.org/other", "type": "Annotation"}'])
def test_what_is_no_collection_is_refused_in_a_sentence(workspace: Workspace, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.jsonld"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        bring_in(workspace, path)
    assert caught.value.file == str(path)


def test_the_commands_write_and_bring_back(whence: Callable[..., Any], curated: Path, empty: Callable[[], Workspace], tmp_path: Path) -> None:
    path, target = tmp_path / "all.jsonld", empty().files.root
    assert whence("export", "--graph", curated, "--format", "webannotation", "--with-quotes", "--texts", LANTERNS / "texts", "--output", path).returncode == 0
    dry = whence("import", "--graph", target, path, "--texts", LANTERNS / "texts", "--dry-run")
    assert "would write" in dry.stdout and asserted(Path(target)) == []
    done = whence("import", "--graph", target, path, "--texts", LANTERNS / "texts")
    assert done.returncode == 0 and asserted(Path(target)) == asserted(curated)
    assert "nothing to write" in whence("import", "--graph", target, path, "--texts", LANTERNS / "texts").stdout
    assert whence("import", "--graph", target, path, "--document", "x").returncode == 2


def test_quotes_come_from_the_texts_of_the_graph_where_none_are_named(whence: Callable[..., Any]) -> None:
    ended = whence("export", "--graph", LANTERNS, "--format", "webannotation", "--document", "minato-no-akari", "--with-quotes")
    assert ended.returncode == 0 and "no quotes" not in ended.stderr and '"exact": "灯籠の港' in ended.stdout


def test_drafts_accepted_one_by_one_make_the_graph_that_a_table_makes(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    """Of the first sentences of an article: the same claims, positions, names and places, and beside them only who accepted."""
    from whence.curation import drafts

    said = records("the-city-that-glows")[:5]
    place = next(record["new"] for record in said if "the city of Lanterns" in record.get("new", {}))
    place["the city of Lanterns"] = {"class": "FictionalPlace", "inWorld": "Harbour of Lanterns"}
    next(record for record in said if record["roles"].get("influencer") == "Blade Runner")["new"] = {"Blade Runner": "Film"}
    (tmp_path / "claims.jsonl").write_text("".join(json.dumps(record) + "\n" for record in said), encoding="utf-8")
    other = Path(shutil.copytree(graph, tmp_path / "other", symlinks=True))
    save(workspace, resolve_all(workspace, said))  # type: ignore[arg-type]
    drafting = Workspace.open(layout.locate(other), LANTERNS / "texts")
    taken = drafts.take(drafting, ID + "document-the-city-that-glows", tmp_path / "claims.jsonl")
    assert len(taken.kept) == 5 and not taken.refused
    for draft, _ in taken.kept:
        drafts.accept(drafting, draft.id, "Ada Reader")
    only = set(asserted(other)) - set(asserted(graph))
    assert not set(asserted(graph)) - set(asserted(other))
    assert {quad.predicate.value.rpartition("#")[2] for quad in only} == {"wasAttributedTo", "type", "prefLabel"} and only
    assert {quad.subject.value for quad in only if not quad.predicate.value.endswith("wasAttributedTo")} == {ID + "ada-reader"}
