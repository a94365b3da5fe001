"""`whence pack`: made, made anew, taken away; and at any moment the old pack or the new one."""

from __future__ import annotations

import gzip
import json
import os
import resource
import sys
import zipfile
from pathlib import Path

import lamps
import pytest
from interrupting import killed_at

from whence.errors import InputError, UsageError
from whence.identity import COLUMNS
from whence.packs import making, manifest
from whence.store import layout


@pytest.fixture
def published(own_graph: Path) -> Path:
    """The published file, and its mapping beside it."""
    (own_graph.parent / "lamps.toml").write_text(lamps.MAPPING)
    (own_graph.parent / "part1.ttl").write_text(lamps.RECORDS)
    return own_graph.parent / "part1.ttl"


def add(graph: Path, published: Path, **options: str) -> None:
    making.add(layout.GraphFiles(graph), [str(published)], str(published.parent / "lamps.toml"), **options)


def contents(graph: Path) -> dict[str, str]:
    folder = layout.GraphFiles(graph).packs.get("lamps")
    return {os.path.relpath(path, folder): path.read_text() for path in sorted(Path(folder).rglob("*.*")) if path.is_file()} if folder else {}


def test_a_pack_is_made_listed_made_anew_and_taken_away(own_graph: Path, published: Path, whence) -> None:  # type: ignore[no-untyped-def]
    def pack(*words: object) -> list[str]:
        answer = whence("pack", *words, "--graph", own_graph)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.splitlines()

    made = pack("add", "--mapping", published.parent / "lamps.toml", published)
    told = manifest.read(str(own_graph / "triples" / "packs" / "lamps"), "lamps")
    assert made[0] == f"The pack lamps is made of part1.ttl: {told.counts['claims']} claims and {told.counts['attestations']} positions about {told.counts['things']} things."
    assert made[-1] == 'It holds, but lacks what is malformed (above). Ask it with --pack lamps; packs = ["lamps"] in whence.toml lets cards, pages and /sparql show it.'
    assert told.counts["attestations"] > 5 and told.counts["findings"] and told.counts["unmapped"]
    assert (told.files[0].path, told.mapping, told.licence) == ("../part1.ttl", "lamps", "https://creativecommons.org/publicdomain/zero/1.0/")
    (row,) = json.loads("\n".join(pack("list", "--format", "json")))
    assert (row["name"], row["set_aside"], row["chosen"], row["counts"], row["graph"]) == ("lamps", "", False, told.counts, "https://w3id.org/whence/pack/lamps")
    evidence = whence("evidence", "--pack", "lamps", "--texts", own_graph, "--graph", own_graph).stdout
    assert evidence.endswith("Pack lamps. Documents: 1 hold, 0 fail, 0 could not be checked.\nPassages: 7 hold, 0 fail, 0 could not be checked.\n")
    before = contents(own_graph)
    assert pack("update", "lamps")[0] == "The pack lamps was read again from part1.ttl by its own copy of the mapping lamps (--mapping takes another): no triple changed."
    assert contents(own_graph) == before
    published.write_text(lamps.RECORDS.replace("【ヨウコ】山田花", "【ヨウコ】森二"))
    assert "triples are new" in pack("update", "lamps")[0] and contents(own_graph) != before
    assert pack("remove", "lamps") == ["The pack lamps is removed."]
    assert contents(own_graph) == {} and pack("list") == ["There is no pack beside this graph. whence pack add makes one of a published file."]


def test_a_pack_is_called_what_its_mapping_says(own_graph: Path, published: Path) -> None:
    other = (published.parent / "lamps.toml").rename(published.parent / "of-2026.toml")
    made = making.add(layout.GraphFiles(own_graph), [str(published)], str(other))
    assert (made.name, made.manifest.mapping) == ("lamps", "of-2026")


def test_a_field_that_no_record_has_is_told_and_what_still_names_a_pack_that_is_removed(own_graph: Path, published: Path) -> None:
    mapping = published.parent / "lamps.toml"
    mapping.write_text(lamps.MAPPING.replace('field = "c:date"', 'field = "c:dates"').replace('thing = "{who}"', 'thing = "{whoo}"').replace('labels = ["c:name"]', 'labels = ["c:name", "c:names"]'))
    told: list[str] = []
    making.add(layout.GraphFiles(own_graph), [str(published)], str(mapping), tell=told.append)
    assert told == [f"No record has the field {name}, which the mapping reads. Did you mean {near}?" for name, near in (("c:names", "c:name"), ("whoo", "who"), ("c:dates", "c:date"))]
    mapping.write_text(lamps.MAPPING)
    making.update(layout.GraphFiles(own_graph), "lamps", mapping=str(mapping), tell=told.append)
    lines = published.parent / "lines.toml"
    lines.write_text(lamps.MAPPING.replace('kind = "turtle"\nprefixes = { c = "https://example.org/c#" }', 'kind = "lines"\nid = "nr"'))
    making.add(layout.GraphFiles(own_graph), [str(published)], str(lines), name="lines", tell=told.append)  # whose first line has no such column
    making.remove(layout.GraphFiles(own_graph), "lines")
    assert len(told) == 3
    with open(own_graph / "whence.toml", "a") as settings:
        settings.write('packs = ["lamps"]\n')
    row = ("https://example.org/g/otaru", "https://w3id.org/whence/pack/lamps/A1", "open", "", "", "", "somebody", "2026-11-30")
    (own_graph / "triples" / "identity.tsv").write_text("".join("\t".join(one) + "\n" for one in (COLUMNS, row)))
    assert making.remove(layout.GraphFiles(own_graph), "lamps") == [
        "1 decision in triples/identity.tsv still names things of it.",
        "whence.toml still names it: take it out of packs, or the graph is asked without it and says so.",
    ]


def test_a_mapping_that_finds_nothing_any_more_says_why(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    published.write_text(lamps.RECORDS.replace("] .\n\n", "} .\n\n").replace("k:staff", "k:other").replace("k:cast", "k:other").replace("k:date", "k:other").replace("k:partOf", "k:other"))
    with pytest.raises(InputError, match=r"finds no claim in it any more, so the pack stays as it is\. .+ \(\S+, line \d+"):
        making.update(layout.GraphFiles(own_graph), "lamps")


def test_what_changed_is_counted(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    published.write_text(lamps.RECORDS.replace("1999-03-01", "1999-03-02"))
    changed = making.update(layout.GraphFiles(own_graph), "lamps")
    assert changed.added == changed.removed > 0
    moved = published.rename(published.parent / "moved.ttl")
    with pytest.raises(InputError, match="part1.ttl"):
        making.update(layout.GraphFiles(own_graph), "lamps")
    assert making.update(layout.GraphFiles(own_graph), "lamps", published=[str(moved)]).pack.manifest.files[0].path == "../moved.ttl"


def test_an_update_mends_a_pack_whose_files_are_damaged(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    whole, folder = contents(own_graph), Path(layout.GraphFiles(own_graph).packs["lamps"])
    damages = [("data/claims.ttl", b""), ("data/claims.ttl", b"\xff"), ("data/things.ttl", None), ("findings.tsv", b"x\ty\n"), ("unmapped.tsv", None)]
    for name, damage in damages:
        file = folder / name
        file.write_bytes(file.read_bytes()[:40] + damage) if damage is not None else file.unlink()
        making.update(layout.GraphFiles(own_graph), "lamps")
        assert contents(own_graph) == whole, (name, damage)


def test_a_file_that_is_another_one_by_now_leaves_the_pack_as_it_is(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    before = contents(own_graph)
    published.write_text("root:x:0:0:root:/root:/bin/sh\n")
    with pytest.raises(InputError, match="finds no claim in it any more, so the pack stays as it is"):
        making.update(layout.GraphFiles(own_graph), "lamps")
    assert contents(own_graph) == before


def test_a_file_that_unpacks_to_more_than_is_read_is_refused(own_graph: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["whence.mapping.sources"], "MOST", 1000)
    with zipfile.ZipFile(published.parent / "part1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part1.ttl", "#" * 1001)
    (published.parent / "part1.ttl.gz").write_bytes(gzip.compress(b"#" * 1001))
    for name in ("part1.zip", "part1.ttl.gz"):
        with pytest.raises(InputError, match="more than 1,000 bytes, unpacked"):
            add(own_graph, published.parent / name)
    assert contents(own_graph) == {}


def test_a_selection_is_kept(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    whole = contents(own_graph)["pack.toml"]
    making.remove(layout.GraphFiles(own_graph), "lamps")
    chosen = published.parent / "chosen.txt"
    chosen.write_text("# the second record\nA2\n")
    add(own_graph, published, only=str(chosen))
    selected = contents(own_graph)
    assert selected["only.txt"] == "A2\n" and selected["pack.toml"] != whole
    chosen.unlink()
    changed = making.update(layout.GraphFiles(own_graph), "lamps")
    assert (changed.added, changed.removed) == (0, 0)
    chosen.write_text("\n# none\n")
    with pytest.raises(InputError, match="The list names no record"):
        add(own_graph, published, name="few", only=str(chosen))


@pytest.mark.parametrize(("name", "told"), [("all", "'all' stands for every pack"), ("Lamps", "'Lamps' cannot be the name of a pack"), ("g", "g: is the prefix of the graph"), ("lamps", "There is a pack lamps already")])
def test_a_name_that_cannot_be_is_refused_before_anything_is_read(name: str, told: str, own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    before = contents(own_graph)
    with pytest.raises(UsageError, match=told):
        add(own_graph, published.parent / "nowhere.ttl", name=name)
    assert contents(own_graph) == before


def test_a_file_that_cannot_be_read_leaves_all_as_it_was(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    before = contents(own_graph)
    published.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        making.update(layout.GraphFiles(own_graph), "lamps")
    assert contents(own_graph) == before
    assert os.listdir(own_graph / "triples" / "packs") == ["lamps"]


def test_a_pack_that_takes_the_place_of_an_included_one_is_told(own_graph: Path, published: Path, tmp_path: Path, whence) -> None:  # type: ignore[no-untyped-def]
    add(own_graph, published)
    outer = tmp_path / "outer"
    (outer / "triples").mkdir(parents=True)
    (outer / "whence.toml").write_text(f'title = "O"\nbase = "https://example.org/o/"\nprefix = "o"\ninclude = ["{own_graph}"]\n')
    made = whence("pack", "add", published, "--mapping", published.parent / "lamps.toml", "--graph", outer)
    assert made.returncode == 0 and "It takes the place of the pack lamps beside a graph that is included" in made.stderr
    again = whence("pack", "add", published, "--mapping", published.parent / "lamps.toml", "--name", "lanterns", "--graph", outer)
    assert again.returncode == 0 and "takes the place" not in again.stderr


def test_a_pack_of_an_included_graph_is_not_changed_from_here(own_graph: Path, published: Path, tmp_path: Path) -> None:
    add(own_graph, published)
    outer = tmp_path / "outer"
    (outer / "triples").mkdir(parents=True)
    (outer / "whence.toml").write_text(f'title = "O"\nbase = "https://example.org/o/"\nprefix = "o"\ninclude = ["{own_graph}"]\n')
    for change in (making.remove, making.update):
        with pytest.raises(UsageError, match="is beside a graph that is included"):
            change(layout.GraphFiles(outer), "lamps")


def test_a_kill_while_it_is_made_anew_leaves_the_old_pack_or_the_new_one(own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    before = contents(own_graph)
    published.write_text(lamps.RECORDS.replace("1999-03-01", "1999-03-02"))
    making.update(layout.GraphFiles(own_graph), "lamps")
    after = contents(own_graph)
    seen = set()
    for number in range(1, 200):
        making.remove(layout.GraphFiles(own_graph), "lamps")
        published.write_text(lamps.RECORDS)
        add(own_graph, published)
        published.write_text(lamps.RECORDS.replace("1999-03-01", "1999-03-02"))
        killed = killed_at(own_graph, number, lambda graph: making.update(layout.GraphFiles(graph), "lamps"))  # type: ignore[arg-type,return-value]
        assert contents(own_graph) in (before, after), number
        seen.add(contents(own_graph) == after)
        if not killed:
            break
    assert seen == {True, False} and not killed


@pytest.mark.parametrize("size", [0, 50, 500, 3_000])
def test_a_full_disk_leaves_the_old_pack_and_is_told(size: int, own_graph: Path, published: Path) -> None:
    add(own_graph, published)
    before = contents(own_graph)
    published.write_text(lamps.RECORDS.replace("1999-03-01", "1999-03-02"))
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            making.update(layout.GraphFiles(own_graph), "lamps")
        except InputError as error:
            os._exit(3 if "File too large" in str(error) else 4)
        finally:
            os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert contents(own_graph) == before
    assert os.listdir(own_graph / "triples" / "packs") == ["lamps"]


def test_a_name_that_no_folder_can_have_is_refused_before_anything_is_read(own_graph: Path, published: Path) -> None:
    with pytest.raises(UsageError, match="The name of a pack has 100 letters at most, not 300"):
        add(own_graph, published, name="a" * 300)
    assert not (own_graph / "triples" / "packs").exists()
