"""A text that changes: words that stand in the new one once move, those that stand there several times are asked, the others stay with the earlier text."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from whence import validation
from whence.curation import reanchoring, resolve, save, undo, Workspace
from whence.curation.documents import Given, add
from whence.curation.extraction import Extracted
from whence.curation.reanchoring import Plan, apply, look
from whence.errors import InputError, UsageError
from whence.evidence import check
from whence.evidence.texts import digest
from whence.export import asserted
from whence.namespaces import WH, local
from whence.store import layout

BASE = "https://example.org/lamps/id/"
DOCUMENT = BASE + "document-lamps"
OLD = "Lamps 🏮\nThe Lamps is a series. It came from The Heron, says Sato. The fog looks like Night Ferry. It came late.\n"
ONE, TWO, LOST = "It came from The Heron", "It came late", "The fog looks like Night Ferry"


def statement(quote: str) -> dict[str, object]:
    return {"document": "lamps", "quote": quote, "class": "statement", "roles": {"about": "The Lamps", "gloss": f"Words number {OLD.index(quote)} of the text."},
            "mood": "opinion", "new": {"The Lamps": "Series"}}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph, made once: each position of it is judged before it is saved."""
    root = tmp_path_factory.mktemp("made") / "graph"
    (root / "triples").mkdir(parents=True)
    (root / "whence.toml").write_text(f'title = "Lanterns"\nbase = "{BASE}"\nprefix = "lamps"\n', encoding="utf-8")
    workspace = Workspace.open(layout.locate(root))
    add(workspace, Extracted("lamps.txt", OLD), Given(title="Lamps"), str(root / "texts"))
    workspace = opened(root)
    for quote in (ONE, TWO, LOST):
        save(workspace, [resolve(workspace, statement(quote))])
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "graph")


def opened(root: Path, *, texts: bool = True) -> Workspace:
    return Workspace.open(layout.locate(root), str(root / "texts") if texts else None)


def outcomes(plan: Plan, text: str = OLD) -> dict[str, str]:
    return {text[one.start : one.end]: one.outcome for one in plan.anchors}


def take(root: Path, text: str) -> None:
    """Take a new text, with the places that are proposed."""
    workspace = opened(root)
    plan = look(workspace, DOCUMENT, text)
    apply(workspace, plan, {one.iri: one.proposed for one in plan.of("several") if one.proposed}, str(root / "texts"))


def holds(root: Path) -> bool:
    return validation.check(layout.locate(root)).report.conforms and check(asserted(layout.locate(root)), root / "texts").holds


@pytest.mark.parametrize("number", ["9" * 5000, '"x"', "1.5", "-1"])
def test_a_place_that_is_no_number_is_told_with_its_position(root: Path, number: str) -> None:
    (file,) = (root / "triples" / "attestations").glob("*.ttl")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("wh:start ", f"wh:start {number} ; wh:asOf ", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"attestation-lamps-\S+ has a start or end that is no position in a text"):
        look(opened(root), DOCUMENT, NEW)


NEW = "Lamps 🏮\n港。The Lamps is a series. It came from The Heron, says Sato. Its fog resembles Night Ferry. It came late. It came late.\n"


@pytest.mark.parametrize(("texts", "near"), [(True, 1_000), (False, 1_000), (False, 0)])
def test_each_passage_is_kept_moved_asked_or_lost(root: Path, texts: bool, near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reanchoring, "_NEAR", near)
    plan = look(opened(root, texts=texts), DOCUMENT, NEW)
    found = outcomes(plan)
    assert (found["Lamps"], found[ONE], found[TWO], found[LOST]) == ("several", "moved", "several", "lost")
    (two,) = [one for one in plan.of("several") if OLD[one.start : one.end] == TWO]
    assert two.found == tuple((at, at + len(TWO)) for at in (NEW.index(TWO), NEW.rindex(TWO)))
    assert two.proposed == two.found[0]
    (lost,) = plan.of("lost")
    assert (lost.words, lost.proposed is not None) == ((LOST, True) if texts else ("", False))


def test_nothing_is_written_while_a_place_is_asked(root: Path) -> None:
    workspace = opened(root)
    before = (root / "triples" / "documents.ttl").read_bytes()
    with pytest.raises(UsageError, match="stand several times"):
        apply(workspace, look(workspace, DOCUMENT, NEW), {}, str(root / "texts"))
    assert (root / "triples" / "documents.ttl").read_bytes() == before and sorted(path.name for path in (root / "texts").iterdir()) == ["lamps.txt"]


def test_what_is_applied_holds_and_the_earlier_text_stays_known(root: Path) -> None:
    workspace = opened(root)
    plan = look(workspace, DOCUMENT, NEW)
    apply(workspace, plan, {one.iri: one.found[-1] for one in plan.of("several")}, str(root / "texts"))
    assert holds(root)
    assert {path.name: path.read_text(encoding="utf-8") for path in (root / "texts").iterdir()} == {"lamps.txt": NEW, "lamps-text-1.txt": OLD}
    workspace = opened(root)
    assert workspace.label(DOCUMENT + "-text-1") == "earlier text 1 of “Lamps”"
    by_words = {OLD[one.start : one.end]: one.iri for one in plan.anchors}
    assert workspace.value(by_words[LOST], "document") == DOCUMENT + "-text-1"
    assert workspace.value(by_words[TWO], "start") == str(NEW.rindex(TWO))
    start = OLD.index(ONE)
    assert workspace.value(by_words[ONE], "earlierPlace") == f"{digest(OLD)}#char={start},{start + len(ONE)}"


def test_the_curator_may_say_which_new_words_are_meant(root: Path) -> None:
    workspace = opened(root)
    plan = look(workspace, DOCUMENT, NEW)
    (lost,) = plan.of("lost")
    start = NEW.index("Its fog")
    chosen = {one.iri: one.found[0] for one in plan.of("several")} | {lost.iri: (start, start + len("Its fog resembles Night Ferry"))}
    apply(workspace, plan, chosen, str(root / "texts"))
    assert holds(root) and opened(root).value(lost.iri, "passageDigest") == digest("Its fog resembles Night Ferry")


def test_what_was_left_with_the_earlier_text_is_given_its_words_later(root: Path) -> None:
    take(root, NEW)
    (lost,) = look(opened(root), DOCUMENT, NEW).anchors
    start = NEW.index("Its fog")
    workspace = opened(root)
    apply(workspace, look(workspace, DOCUMENT, NEW), {lost.iri: (start, start + len("Its fog resembles Night Ferry"))}, str(root / "texts"))
    assert holds(root) and opened(root).value(lost.iri, "document") == DOCUMENT
    assert not look(opened(root), DOCUMENT, NEW).anchors
    undo(opened(root))
    assert [one.iri for one in look(opened(root), DOCUMENT, NEW).anchors] == [lost.iri]


def test_the_command_says_what_stays_with_the_earlier_text(root: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    take(root, NEW)
    (lost,) = look(opened(root), DOCUMENT, NEW).anchors
    told = whence("reanchor", "lamps", "--graph", root)
    assert told.returncode == 1 and f"  --choose {local(lost.iri)}=" in told.stdout and told.stdout.endswith("What is not found stays with the earlier text.\n")
    done = whence("reanchor", "lamps", "--choose", "nearest", "--apply", "--graph", root)
    left = "1 position stays with the earlier text: say where the words stand now, by whence reanchor document-lamps --choose ID=START-END --apply.\n"
    assert done.returncode == 0 and done.stdout.endswith(f"nothing to write\n{left}")


def test_words_that_come_back_leave_the_earlier_text(root: Path) -> None:
    take(root, OLD.replace(LOST, "No fog"))
    workspace = opened(root)
    assert [local(quad.subject.value) for quad in workspace.quads(None, WH + "document", None) if quad.object.value.endswith("-text-1")]  # type: ignore[union-attr]
    take(root, "More. " + OLD)
    workspace = opened(root)
    assert holds(root)
    assert not [quad for quad in workspace.quads(None, WH + "document", None) if "-text-" in quad.object.value]  # type: ignore[union-attr]


def test_a_new_text_is_taken_back_by_undo(root: Path) -> None:
    before = {path: path.read_bytes() for path in sorted((root / "triples").rglob("*.ttl"))}
    take(root, OLD + "More.\n")
    told = undo(opened(root)).sentences
    assert {path: path.read_bytes() for path in sorted((root / "triples").rglob("*.ttl"))} == before
    assert {path.name: path.read_text(encoding="utf-8") for path in (root / "texts").iterdir()} == {"lamps.txt": OLD}
    assert told[-1] == f"The text {root / 'texts' / 'lamps.txt'} is the earlier one again."


def test_the_text_of_the_graph_is_no_new_one(root: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert not look(opened(root), DOCUMENT, OLD).is_new
    for more in ((), ("--apply",)):
        told = whence("reanchor", "lamps", *more, "--graph", root)
        assert (told.returncode, told.stdout) == (0, "This is the text that document-lamps has in the graph: there is nothing to do.\n")
