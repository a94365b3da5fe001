"""Refusals are remembered as validated graphs are, and told in the same words until something is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from whence import validation
from whence.store import layout
from whence.validation import remembered_refusals, Refusal


@pytest.fixture
def refused(small_graph: Path) -> Path:
    """A graph with two violations and a warning more than before."""
    path = small_graph / "triples" / "entities" / "person.ttl"
    path.write_text(path.read_text(encoding="utf-8") + '\nid:nobody wh:nothing id:nowhere , "x" .\n', encoding="utf-8")
    return small_graph


def refusal(folder: Path) -> Refusal:
    with pytest.raises(Refusal) as told:
        validation.open(layout.locate(folder))
    return told.value


def test_a_refused_graph_is_refused_again_without_a_validation(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = refusal(refused)
    monkeypatch.setattr(validation, "check", lambda *_, **__: pytest.fail("validated again"))
    again = refusal(refused)
    assert again.report.findings == first.report.findings
    assert again.report.focus_counts == first.report.focus_counts
    assert again.exit_code == first.exit_code
    named = {finding.place.file for finding in first.report if finding.place}
    assert {name: first.sources[name] for name in named} == again.sources


def test_a_mended_graph_is_opened_and_spoiled_once_more_refused_from_memory(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = refusal(refused)
    path = refused / "triples" / "entities" / "person.ttl"
    spoiled = path.read_text(encoding="utf-8")
    path.write_text(spoiled.replace('\nid:nobody wh:nothing id:nowhere , "x" .\n', ""), encoding="utf-8")
    assert len(validation.open(layout.locate(refused)))
    path.write_text(spoiled, encoding="utf-8")
    monkeypatch.setattr(validation, "check", lambda *_, **__: pytest.fail("validated again"))
    assert refusal(refused).report.findings == first.report.findings


def test_a_damaged_note_counts_as_none(refused: Path, cache: Path) -> None:
    first = refusal(refused)
    (note,) = (cache / "refusals").iterdir()
    whole = note.read_bytes()
    for damaged in (b"", whole[:-1], whole.replace(b"nothing", b"nothink")):
        note.write_bytes(damaged)
        assert remembered_refusals.recall(note.name, layout.locate(refused)) is None
        assert refusal(refused).report.findings == first.report.findings


def test_only_the_newest_are_kept(cache: Path) -> None:
    for number in range(12):
        remembered_refusals.keep(f"{number:064}", [], {})
    assert len(list((cache / "refusals").iterdir())) == 8
