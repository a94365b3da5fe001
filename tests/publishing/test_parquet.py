"""Tables of Parquet: what stands in them, how a version is switched to, and the mapping."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import packed
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

pytest.importorskip("pyarrow", reason="the extra frames is not installed")

import pyarrow
from pyarrow import parquet

from whence import cli, packs, publishing, validation
from whence.errors import UsageError
from whence.publishing.parquet import FILE, mapping, sorted_out
from whence.namespaces import ID, VIEW, WH
from whence.store import layout

SMALL_GRAPH = Path(__file__).parent.parent / "cases" / "graph"
P, X = NamedNode("https://example.org/p"), NamedNode("https://example.org/x")


def holding(*quads: Quad) -> Store:
    store = Store()
    store.extend(quads)
    return store


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path]:
    files = layout.locate()
    store = validation.open(files)
    folder = tmp_path_factory.mktemp("tables")
    publishing.write(store, files.digest(), folder)
    return store, folder / "current"


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return parquet.read_table(folder / name / FILE).to_pylist()


def test_the_tables_hold_claims_positions_and_entities_once_each(written: tuple[Store, Path]) -> None:
    store, folder = written
    for name, key, kind in (("claims", "claim", "Claim"), ("attestations", "attestation", "Attestation")):
        stated = {quad.subject.value for quad in store.quads_for_pattern(None, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(WH + kind))}
        found = [row[key] for row in rows(folder, name)]
        assert set(found) == stated
        assert len(found) == len(stated), name
    claim = ID + "claim-influence-blade-runner-science-fiction"
    roles = {(row["role"], row["value"], row["label"]) for row in rows(folder, "roles") if row["claim"] == claim}
    assert (WH + "influencer", ID + "blade-runner", "Blade Runner") in roles
    assert not {role for role, _, _ in roles} & {WH + "involves", WH + "aboutWork"}
    position = next(row for row in rows(folder, "attestations") if row["claim"] == claim)
    assert position["polarity"] in (WH + "Affirmed", WH + "Denied")
    assert 0 <= position["start"] < position["end"]
    entities = {row["entity"]: row for row in rows(folder, "entities")}
    assert (entities[ID + "metallic-rouge"]["class"], entities[ID + "metallic-rouge"]["label"]) == (WH + "Series", "Metallic Rouge")
    assert {"relation": "partOf", "part": ID + "song-scarlet", "whole": ID + "metallic-rouge", "pack": ""} in rows(folder, "closures")


def test_every_triple_stands_in_the_statements_and_the_mapping_says_which(written: tuple[Store, Path]) -> None:
    store, folder = written
    tables = sorted_out(store)
    assert sum(len(table.rows) for table in tables) == len(store)
    assert {path.name for path in (folder / "statements").iterdir()} == {table.name for table in tables}
    assert sum(parquet.read_metadata(path / FILE).num_rows for path in (folder / "statements").iterdir()) == len(store)
    assert (folder / "whence.obda").read_text(encoding="utf-8") == mapping(tables)


def test_the_metadata_for_trino_tells_the_columns_of_every_table_and_that_no_row_comes_twice(written: tuple[Store, Path]) -> None:
    _, folder = written
    relations = json.loads((folder / "trino.json").read_text(encoding="utf-8"))["relations"]
    assert [relation["name"] for relation in relations] == [[f'"{path.name}"'] for path in sorted((folder / "statements").iterdir())]
    for relation in relations:
        table = parquet.read_table(folder / "statements" / relation["name"][0].strip('"') / FILE)
        assert [(f'"{column.name}"', column.type, table[column.name].null_count) for column in table.schema] == [
            (column["name"], pyarrow.string(), 0) for column in relation["columns"]
        ]
        assert table.group_by(["subject", "object"]).aggregate([]).num_rows == table.num_rows
        assert relation["uniqueConstraints"][0]["determinants"] == ['"subject"', '"object"']


def test_a_mapping_tells_kinds_of_terms_apart() -> None:
    store = Store()
    for value in (X, BlankNode("b"), Literal("a", language="en"), Literal(1), Literal("a")):
        store.add(Quad(X, P, value))
    store.add(Quad(X, P, X, NamedNode(VIEW + "maker")))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert {table.target for table in sorted_out(store)} == {
        "<{subject}> <https://example.org/p> <{object}> .",
        "<{subject}> <https://example.org/p> _:{object} .",
        "<{subject}> <https://example.org/p> {object}@en .",
        f"<{{subject}}> <https://example.org/p> {{object}}^^<{xsd}integer> .",
        f"<{{subject}}> <https://example.org/p> {{object}}^^<{xsd}string> .",
        f"GRAPH <{VIEW}maker> {{ <{{subject}}> <https://example.org/p> <{{object}}> . }}",
    }


def test_a_new_version_takes_the_place_of_the_old_one_which_stays(tmp_path: Path) -> None:
    first, second = holding(Quad(X, P, Literal("a"))), holding(Quad(X, P, Literal("b")))
    publishing.write(first, "1" * 64, tmp_path)
    old = os.readlink(tmp_path / "current")
    publishing.write(second, "2" * 64, tmp_path)
    assert rows(tmp_path / "current", "statements/of_p") == [{"subject": X.value, "object": "b"}]
    assert rows(tmp_path / old, "statements/of_p") == [{"subject": X.value, "object": "a"}]
    publishing.write(first, "1" * 64, tmp_path)
    assert os.readlink(tmp_path / "current") == old
    assert sorted(os.listdir(tmp_path)) == ["1" * 16, "2" * 16, "current"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        publishing.write(Store(), "1" * 64, tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        publishing.write(Store(), "1" * 64, tmp_path / "mine.txt")
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="whence-graph.frames"):
        publishing.write(holding(Quad(X, P, X)), "1" * 64, tmp_path / "tables")


FULL = """
import resource, signal, sys
from pyoxigraph import Literal, NamedNode, Quad, Store
from whence import publishing
from whence.errors import InputError
import pyarrow.parquet
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
x = NamedNode("https://example.org/x")
store = Store()
store.add(Quad(x, x, Literal("a")))
publishing.write(store, "1" * 64, sys.argv[1])
store.extend(Quad(x, x, Literal(str(n))) for n in range(5000))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    publishing.write(store, "2" * 64, sys.argv[1])
except InputError as error:
    print(error)
"""


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_a_full_disk_leaves_the_version_that_was_there(tmp_path: Path, size: int) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path), str(size)], capture_output=True, text=True, check=False)
    assert "The tables cannot be written" in done.stdout, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["1" * 16, "current"]
    assert rows(tmp_path / "current", "statements/of_x") == [{"subject": "https://example.org/x", "object": "a"}]


KILLED = """
import sys
from pyoxigraph import Literal, NamedNode, Quad, Store
from whence import publishing
import pyarrow.parquet
x = NamedNode("https://example.org/x")
store = Store()
store.extend(Quad(x, x, Literal(str(n))) for n in range(20_000))
print("begun", flush=True)
publishing.write(store, "2" * 64, sys.argv[1])
"""


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.3])
def test_a_killed_process_leaves_the_old_version_or_the_new_one(tmp_path: Path, seconds: float) -> None:
    publishing.write(holding(Quad(X, X, Literal("a"))), "1" * 64, tmp_path)
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"begun\n"
        time.sleep(seconds)
        process.kill()
    found = len(rows(tmp_path / "current", "statements/of_x"))
    assert found == {"1" * 16: 1, "2" * 16: 20_000}[os.readlink(tmp_path / "current")]
    hidden = [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    for path in hidden:
        os.utime(path, (0, 0), follow_symlinks=False)
    publishing.write(holding(Quad(X, X, Literal("b"))), "3" * 64, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--graph", str(SMALL_GRAPH), "publish", "--parquet", str(tmp_path / "out")]) == 0
    assert "claims" in capsys.readouterr().out
    assert cli.main(["publish", "--parquet", str(tmp_path / "out"), "--replace"]) == 2
    assert "--replace is for a store" in capsys.readouterr().err
    assert cli.main(["publish"]) == 2


def examples() -> dict[str, str]:
    """The examples of the README that read tables, by the library they import first."""
    blocks = re.findall(r"```python\n(.*?)```", (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return {re.split(r"[ .\n]", block)[1]: block for block in blocks if "tables/current" in block}


def test_examples_cover_three_engines() -> None:
    assert sorted(examples()) == ["duckdb", "polars", "pyspark"]


@pytest.mark.parametrize("library", sorted(examples()))
def test_the_examples_of_the_readme_answer_the_same(
    library: str, written: tuple[Store, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed" + (", which takes a gigabyte: pip install pyspark" if library == "pyspark" else ""))
    _, folder = written
    (tmp_path / "tables").symlink_to(folder.parent)
    monkeypatch.chdir(tmp_path)
    exec(compile(examples()[library], "README.md", "exec"), {})
    counted = Counter(row["speaker"] for row in rows(folder, "attestations") if row["polarity"] == WH + "Denied")
    expected = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] or ""))[:3]
    assert ast.literal_eval(capsys.readouterr().out) == expected
    assert expected


def test_packs_stand_in_the_tables_with_their_name(tmp_path: Path) -> None:
    own_graph = packed.valid_graph(tmp_path / "g")
    packed.make(own_graph)
    opened = packs.open(layout.locate(own_graph), ["tides"])
    publishing.write(opened.store, opened.digest, tmp_path / "tables")
    folder = tmp_path / "tables" / "current"
    found = {row["claim"]: row["pack"] for row in rows(folder, "claims")}
    assert found["https://example.org/g/claim-influence-otaru"] == ""
    assert found["https://w3id.org/whence/pack/tides/claim-director"] == "tides"
    assert len(found) == len(rows(folder, "claims"))
    assert {row["pack"] for row in rows(folder, "attestations")} == {"", "tides"}
    assert all("/view/" in str(row["policy"]) for row in rows(folder, "views"))
    assert "GRAPH <https://w3id.org/whence/pack/tides>" in (folder / "whence.obda").read_text(encoding="utf-8")
