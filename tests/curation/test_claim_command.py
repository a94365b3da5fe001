"""`whence claim`, `whence import` and `whence undo` as they are typed."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TEXTS = str(Path(__file__).resolve().parents[1] / "cases" / "lanterns" / "texts")
DENIED = ["the-city-that-glows", "We took nothing from Blade Runner", "influence", "--of", "Harbour of Lanterns", "--by=Blade Runner", "--denied", "--texts", TEXTS]
NEW = ["--new", "Harbour of Lanterns=Series", "--new", "Blade Runner=Film", "--new", "Ren Sunada=Person", "--speaker", "Ren Sunada"]

Whence = Callable[..., subprocess.CompletedProcess[str]]


def test_one_command_a_position_and_one_to_take_it_back(whence: Whence, graph: Path) -> None:
    done = whence("claim", "--graph", str(graph), *DENIED, *NEW)
    assert done.returncode == 0, done.stderr
    assert "id:attestation-the-city-that-glows-ren-sunada-influence-harbour-of-lanterns-blade-runner\n" in done.stdout
    assert "  Aspect: aspect not stated.\n" in done.stdout and "works.ttl\n" in done.stdout
    back = whence("undo", "--graph", str(graph), "--format", "json")
    assert back.returncode == 0 and not (graph / "triples" / "claims" / "influence.ttl").exists()
    assert any("ren-sunada" in sentence for sentence in json.loads(back.stdout)["sentences"])
    none = whence("undo", "--graph", str(graph))
    assert none.returncode == 3 and "nothing to take back" in none.stderr


def test_what_is_left_open_is_told_with_choices(whence: Whence, graph: Path) -> None:
    done = whence("claim", "--graph", str(graph), *DENIED, "--format", "json")
    problems = {problem["field"]: problem for problem in json.loads(done.stdout)["problems"]}
    assert done.returncode == 2 and set(problems) == {"roles.of", "roles.by"}
    assert "Series" in problems["roles.of"]["offers"] and "Traceback" not in done.stderr
    done = whence("claim", "--graph", str(graph), *DENIED, *NEW, "--influencd", "x")
    assert done.returncode == 2 and "has no role 'influencd'. Did you mean influenced?" in done.stderr


def test_the_help_lists_the_roles_of_a_class(whence: Whence, graph: Path) -> None:
    told = whence("claim", "influence", "--help", "--graph", str(graph)).stdout
    assert "--of, --influenced  (needed)" in told and "--by, --influencer" in told and "Allowed: work, work part, agent" in told
    assert "There is no class of claims 'influense'" in whence("claim", "influense", "--help", "--graph", str(graph)).stdout


def test_a_dry_run_writes_nothing(whence: Whence, graph: Path) -> None:
    done = whence("claim", "--graph", str(graph), *DENIED, *NEW, "--dry-run")
    assert done.returncode == 0 and "would write" in done.stdout and not (graph / "triples" / "claims").exists()


def test_a_refused_position_is_told_in_findings(whence: Whence, graph: Path) -> None:
    done = whence("claim", "--graph", str(graph), *DENIED, *NEW, "--mode", "narration")
    assert done.returncode == 1 and "Nothing was written" in done.stderr and "narration-of-another" in done.stderr
    assert "--speaker: " in done.stderr and ".ttl:" not in done.stderr
    done = whence("claim", "--graph", str(graph), *DENIED, *NEW, "--as-of", "tenth of May")
    assert done.returncode == 2 and done.stderr.endswith("whence: Nothing was written.\n") and done.stderr.startswith("whence: --as-of: The date 'tenth of May' is not in EDTF")
    assert not (graph / "triples" / "claims").exists()


def test_a_table_is_imported_or_told_by_cell(whence: Whence, graph: Path, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    assert whence("import", "--graph", str(graph), str(table), "--template", "--class", "influence").returncode == 0
    header = table.read_text(encoding="utf-8-sig").strip()
    assert header.startswith("document,quote,occurrence,speaker,polarity,commitment,class,influenced,influencer,aspect,")
    new = "Harbour of Lanterns=Series | Blade Runner=Film | Ren Sunada=Person"
    table.write_text(f"quote,speaker,polarity,class,of,by,new\nWe took nothing from Blade Runner,Ren Sunada,denid,influence,Harbour of Lanterns,Blade Runner,{new}\n", encoding="utf-8")
    arguments = ("import", "--graph", str(graph), str(table), "--document", "the-city-that-glows", "--texts", TEXTS)
    told = whence(*arguments)
    assert told.returncode == 1 and f"{table}, row 2, column C (polarity): Polarity cannot be 'denid'. Did you mean denied?" in told.stdout
    table.write_text(table.read_text(encoding="utf-8").replace("denid", "denied"), encoding="utf-8")
    assert "would write" in whence(*arguments, "--dry-run").stdout and not (graph / "triples" / "claims").exists()
    assert whence(*arguments).returncode == 0 and (graph / "triples" / "claims" / "influence.ttl").exists()
    assert whence("import", "--graph", str(graph), "nothing.csv").returncode == 3


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals")
def test_at_a_terminal_what_is_left_open_is_asked(graph: Path) -> None:
    own, other = pty.openpty()
    arguments = [sys.executable, "-m", "whence", "claim", "--graph", str(graph), *DENIED]
    process = subprocess.Popen(arguments, stdin=other, stdout=subprocess.PIPE, stderr=other, text=True)
    os.close(other)
    os.write(own, b"n\nSeries\nn\nFilm\n")
    told = process.communicate(timeout=120)[0]
    os.close(own)
    assert process.returncode == 0 and "Created Harbour of Lanterns (harbour-of-lanterns), a series." in told
    assert "Created Blade Runner (blade-runner), a film." in told
