"""The packs that come with the bundled corpus are what their mappings make of the published files, and their passages hold."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from whence import mapping
from whence.packs import manifest

ROOT = Path(__file__).parents[2]
PACKS = sorted(path.parent.name for path in (ROOT / "triples" / "packs").glob("*/pack.toml"))
#: What a mapping writes.
MADE = ("findings.tsv", "mapping.toml", "unmapped.tsv")


@pytest.mark.parametrize("name", PACKS)
def test_making_a_shipped_pack_again_gives_the_same_bytes(name: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "triples" / "packs" / name
    told = manifest.read(str(folder), name)
    only = folder / "only.txt"
    wanted = only.read_text("utf-8").split("\n") if only.exists() else None
    monkeypatch.chdir(ROOT)
    paths = list(dict.fromkeys(str(shared / Path(one.path).relative_to("../shared")) for one in told.files))
    made = mapping.run(paths, told.mapping, str(tmp_path), name=name, only=[one for one in wanted if one] if wanted else None)
    assert made.counts == told.counts
    assert [(one.name, one.digest, one.length) for one in made.files] == [(one.name, one.digest, one.length) for one in told.files]
    for part in (*MADE, *sorted(f"data/{file.name}" for file in (folder / "data").iterdir())):
        assert (tmp_path / part).read_bytes() == (folder / part).read_bytes(), part
    assert len(list((tmp_path / "data").iterdir())) == len(list((folder / "data").iterdir()))


@pytest.mark.parametrize("name", PACKS)
def test_every_passage_of_a_shipped_pack_holds(name: str, shared: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert shared.is_dir()
    answer = whence("evidence", "--graph", str(ROOT), "--pack", name)
    assert answer.returncode == 0, answer.stderr + answer.stdout[-500:]


def test_a_catalogue_each_is_shipped_with_its_licence_and_notice() -> None:
    assert "wikidata" in PACKS
    told = manifest.read(str(ROOT / "triples" / "packs" / "wikidata"), "wikidata")
    assert told.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert "CC BY 4.0" in told.notice and "WD50K" in told.notice
    assert 100 < told.counts["attestations"] < 1000
