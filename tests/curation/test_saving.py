"""A record becomes a position in the right files, in the style of the house, or nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from whence import validation
from whence.curation import Refused, Resolved, Unresolved, Workspace, preview, resolve, resolve_all, save, undo
from whence.curation.saving import take_back
from whence.errors import InputError
from whence.namespaces import WH
from whence.rdf.formatter import format_text
from whence.store import journal, layout
from whence.store.journal import Journal

DIRECTED = {
    "document": "the-city-that-glows", "quote": "Harbour of Lanterns is a mystery series directed by Ren Sunada", "class": "contribution",
    "roles": {"by": "Ren Sunada", "of": "Harbour of Lanterns", "as": "director"}, "new": {"Ren Sunada": "Person", "Harbour of Lanterns": "Series"},
}  # fmt: skip
DENIED = {
    "document": "the-city-that-glows", "quote": "We took nothing from Blade Runner", "class": "influence",
    "roles": {"of": "Harbour of Lanterns", "by": "Blade Runner"}, "speaker": "Ren Sunada", "polarity": "denied", "new": {"Blade Runner": "Film"},
}  # fmt: skip


def contents(graph: Path) -> dict[str, bytes]:
    return {str(path.relative_to(graph)): path.read_bytes() for path in sorted((graph / "triples").rglob("*")) if path.is_file()}


def store(workspace: Workspace, *records: dict[str, Any]) -> Any:
    return save(workspace, [one for one in resolve_all(workspace, records) if isinstance(one, Resolved)])


def test_a_position_stands_in_its_files_formatted_and_valid(workspace: Workspace, graph: Path) -> None:
    saved = store(workspace, DIRECTED)
    saved = store(workspace, DENIED)
    assert saved.ids == ("https://w3id.org/whence/id/attestation-the-city-that-glows-ren-sunada-influence-harbour-of-lanterns-blade-runner",)
    written = contents(graph)
    assert {"triples/claims/influence.ttl", "triples/attestations/document-the-city-that-glows.ttl", "triples/entities/works.ttl"} <= set(written)
    block = written["triples/attestations/document-the-city-that-glows.ttl"].decode().partition("ren-sunada-influence")[2]
    assert "wh:polarity wh:Denied ; wh:commitment wh:Stated ; wh:mood wh:Fact ; wh:mode wh:DirectQuotation ;" in block
    assert "wh:start 285 ; wh:end 318 ;" in block
    assert all(format_text(text.decode()) == text.decode() for text in written.values())
    assert validation.check(layout.locate(graph), whole=True).report.conforms


def test_a_claim_of_the_same_fillers_is_joined_and_told_of(workspace: Workspace) -> None:
    store(workspace, DIRECTED, DENIED)
    record = {**DENIED, "document": "second-look", "quote": "What it plainly draws on is Blade Runner", "speaker": "writer", "polarity": "affirmed"}
    saved = store(workspace, record)
    claims = workspace.quads(None, WH + "influencer", None)
    assert len({quad.subject for quad in claims}) == 1
    assert any("is there already: one position is taken on it, by Ren Sunada" in sentence for sentence in saved.sentences)


def test_the_same_position_twice_is_written_once(workspace: Workspace, graph: Path) -> None:
    first = store(workspace, DIRECTED)
    before = contents(graph)
    again = store(workspace, {key: value for key, value in DIRECTED.items() if key != "new"})
    assert again.ids == first.ids and again.files == () and contents(graph) == before


def test_undo_takes_back_one_change_after_another_byte_for_byte(workspace: Workspace, graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = [contents(graph)]
    for record in (DIRECTED, DENIED):
        store(workspace, record)
        states.append(contents(graph))
    assert undo(workspace, ours=True).sentences[0].startswith("The last change, of 20")
    assert contents(graph) == states[1]
    monkeypatch.setattr(Journal, "begun", set())  # as in another process
    with pytest.raises(InputError, match=r"The last change, of 20.*, was not made here, so it stays\. whence undo takes it back\."):
        undo(workspace, ours=True)
    assert contents(graph) == states[1]
    undo(workspace)
    assert contents(graph) == states[0]
    with pytest.raises(InputError, match="nothing to take back"):
        undo(workspace)


def test_undo_leaves_what_others_wrote_in_the_same_files(workspace: Workspace, graph: Path) -> None:
    store(workspace, DIRECTED)
    works = graph / "triples" / "entities" / "works.ttl"
    other = '\nid:night-ferry\n  a wh:Film ;\n  skos:prefLabel "Night Ferry"@en ;\n.\n'
    works.write_text(works.read_text(encoding="utf-8") + other, encoding="utf-8")
    undo(workspace)
    text = works.read_text(encoding="utf-8")
    assert "night-ferry" in text and "harbour-of-lanterns" not in text


def test_undo_takes_no_like_line_of_another_thing(tmp_path: Path) -> None:
    """What was added has the last line of what stands before it, and was edited: a difference by lines would take the other away."""
    path = str(tmp_path / "works.ttl")
    head, one, two = "@prefix e: <http://e/> .\n", "\ne:one\n  e:by e:ada ;\n.\n", "\ne:two\n  e:at e:one ;\n  e:by e:ada ;\n.\n"
    with journal.writing(str(tmp_path)) as changes:
        changes.commit({path: (head + one + two).encode()}, {path: None}, {})
        Path(path).write_text(head + one + two.replace("e:by e:ada", "e:by e:ben"), encoding="utf-8")
        with pytest.raises(InputError, match="was edited since"):
            take_back(changes, str(tmp_path))
        Path(path).write_text(head + one.replace("e:by e:ada", "e:by e:ben") + two, encoding="utf-8")
        with pytest.raises(InputError, match="was edited since"):
            take_back(changes, str(tmp_path))
        changes.commit({path: (head + one + two).encode()}, {path: Path(path).read_bytes()}, {})
        changes.commit({path: (head + one).encode()}, {path: (head + one + two).encode()}, {})
        Path(path).write_text(head + one.replace("e:by e:ada", "e:by e:ben"), encoding="utf-8")
        _, _, without = take_back(changes, str(tmp_path))
    assert (without[path] or b"").decode() == head + one.replace("e:by e:ada", "e:by e:ben") + two


def test_undo_says_why_not_where_its_lines_were_edited(workspace: Workspace, graph: Path) -> None:
    store(workspace, DIRECTED)
    works = graph / "triples" / "entities" / "works.ttl"
    works.write_text(works.read_text(encoding="utf-8").replace("Harbour of Lanterns", "Harbour of Lights"), encoding="utf-8")
    before = contents(graph)
    with pytest.raises(InputError, match="was edited since"):
        undo(workspace)
    assert contents(graph) == before


def test_undo_says_what_stands_on_the_change(workspace: Workspace, graph: Path) -> None:
    store(workspace, DIRECTED, DENIED)
    path = graph / "triples" / "attestations" / "document-the-city-that-glows.ttl"
    text = path.read_text(encoding="utf-8")
    block = "id:attestation-the-city-that-glows-ren-sunada-influence" + text.partition("id:attestation-the-city-that-glows-ren-sunada-influence")[2].partition("\n.\n")[0] + "\n.\n"
    own = block.replace("id:attestation-the-city-that-glows-ren-sunada-influence-harbour-of-lanterns-blade-runner", "id:attestation-by-hand", 1)
    path.write_text(text + own.replace("wh:Denied", "wh:Affirmed"), encoding="utf-8")
    before = contents(graph)
    with pytest.raises(Refused):
        undo(workspace)
    assert contents(graph) == before


def test_a_preview_says_what_a_save_would_do_and_writes_nothing(workspace: Workspace, graph: Path) -> None:
    before = contents(graph)
    shown, texts = preview(workspace, [resolve(workspace, DIRECTED)])
    assert contents(graph) == before and shown.ids
    store(workspace, DIRECTED)
    assert {name: text.encode() for name, text in texts.items()} == {name: content for name, content in contents(graph).items() if before.get(name) != content}


def test_a_graph_that_would_not_conform_is_not_written(workspace: Workspace, graph: Path) -> None:
    store(workspace, DIRECTED)
    before = contents(graph)
    record = {**DENIED, "speaker": "Ren Sunada", "mode": "narration"}
    with pytest.raises(Refused) as refused:
        store(workspace, record)
    assert [finding.rule for finding in refused.value.report] == ["check:narration-of-another"]
    assert contents(graph) == before


def test_a_save_is_possible_while_the_graph_has_violations_elsewhere(workspace: Workspace, graph: Path, open_workspace: Callable[[], Workspace]) -> None:
    people = graph / "triples" / "entities" / "people.ttl"
    people.write_text(people.read_text(encoding="utf-8") + "\nid:nobody\n  a wh:Person ;\n.\n", encoding="utf-8")
    store(open_workspace(), DIRECTED)
    assert [finding.focus_node for finding in validation.check(layout.locate(graph)).report if finding.severity.value == "Violation"] == ["<https://w3id.org/whence/id/nobody>"]


def test_another_writer_meanwhile_is_followed(workspace: Workspace, open_workspace: Callable[[], Workspace], graph: Path) -> None:
    store(workspace, DIRECTED)
    mine = resolve(workspace, DENIED)
    theirs = open_workspace()
    store(theirs, {**DENIED, "document": "second-look", "quote": "What it plainly draws on is Blade Runner", "speaker": "writer", "polarity": "affirmed"})
    save(workspace, [mine])
    assert len(workspace.quads(None, WH + "attests", NamedNode("https://w3id.org/whence/id/claim-influence-harbour-of-lanterns-blade-runner"))) == 2
    assert validation.check(layout.locate(graph)).report.conforms


def test_comments_in_the_files_stay(workspace: Workspace, graph: Path, open_workspace: Callable[[], Workspace]) -> None:
    store(workspace, DIRECTED)
    works = graph / "triples" / "entities" / "works.ttl"
    works.write_text("# Works of the harbour\n\n" + works.read_text(encoding="utf-8").replace("id:harbour", "# the series\nid:harbour"), encoding="utf-8")
    store(open_workspace(), DENIED)
    text = works.read_text(encoding="utf-8")
    assert text.startswith("# Works of the harbour\n") and "# the series\nid:harbour-of-lanterns\n" in text and text.index("id:blade-runner") < text.index("# the series")


def test_all_that_is_wrong_with_a_record_is_told_at_once(workspace: Workspace) -> None:
    record = {"document": "the-city-that-glows", "quote": "We took nothing of Blade Runner", "class": "influence", "roles": {"of": "the harbour", "aspct": "music"}, "mood": "factual"}
    with pytest.raises(Unresolved) as unresolved:
        resolve(workspace, record)
    assert {problem.field for problem in unresolved.value.problems} == {"quote", "roles.of", "roles.aspct", "roles.influencer", "mood"}


def test_an_id_that_was_taken_back_is_given_to_nothing_else(workspace: Workspace) -> None:
    kanji = {**DENIED, "roles": {"of": "Harbour of Lanterns", "by": "千尋"}, "new": {"千尋": "Film", "Harbour of Lanterns": "Series", "Ren Sunada": "Person"}}
    first = store(workspace, kanji)
    assert workspace.quads("https://w3id.org/whence/id/film-1", None)
    undo(workspace)
    other = {**kanji, "roles": {"of": "Harbour of Lanterns", "by": "港"}, "new": {**kanji["new"], "港": "Film"}}
    store(workspace, other)
    assert workspace.quads("https://w3id.org/whence/id/film-2", None) and not workspace.quads("https://w3id.org/whence/id/film-1", None)
    undo(workspace)
    assert store(workspace, kanji).ids == first.ids and workspace.quads("https://w3id.org/whence/id/film-1", None)
