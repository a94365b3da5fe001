"""What is proposed from the words: class, voice, polarity, hedge, mood, and which names fill which role; nothing is saved by it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from whence.curation import Workspace, preview, propose, resolve, save
from whence.curation.role_suggestions import Reader
from whence.curation.claim_suggestions import CLASSES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "https://w3id.org/whence/id/document-the-city-that-glows"
FIRST = {
    "document": DOCUMENT, "quote": "directed by Ren Sunada", "class": "contribution", "roles": {"agent": "Ren Sunada", "work": "Harbour of Lanterns", "role": "director"},
    "new": {"Ren Sunada": "Person", "Harbour of Lanterns": "Series"},
}  # fmt: skip


def proposed(workspace: Workspace, words: str) -> dict[str, Any]:
    text = workspace.text(DOCUMENT) or ""
    start = text.index(words)
    return propose(workspace, DOCUMENT, start, start + len(words))


def fillers(workspace: Workspace, kind: str, words: str) -> dict[str, str]:
    text = workspace.text(DOCUMENT) or ""
    start = text.index(words)
    found = Reader(workspace, DOCUMENT, text).proposals(workspace.forms.claims[kind], start, start + len(words))
    return {role: filler.text for role, filler in found.items()}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Harbour of Lanterns is a mystery series directed by Ren Sunada", {"class": "Contribution", "polarity": "Affirmed", "commitment": "Stated", "mode": "Narration"}),
        ("a mystery series", {"class": "Classification"}),
        ("The city of Lanterns came from The Crimson Heron, perhaps a little", {"class": "Influence", "hedge": "perhaps a little", "commitment": "Hedged"}),
        ("We took nothing from Blade Runner", {"class": "Influence", "polarity": "Denied"}),
        ("I wrote every cue with Blade Runner in mind", {"class": "Influence", "polarity": "Affirmed"}),
        ("Readers may be reminded of Night Ferry", {"class": "Likeness", "hedge": "may", "commitment": "Hedged", "mood": "Opinion"}),
        ("the brightest night of the year", {"class": "Statement", "commitment": "Promotional", "mood": "Opinion"}),
        ("The series premieres on 9 October 2026", {"class": "Release", "mood": "Prediction"}),
        ("its heroine Mio is voiced by Hana Iwase", {"class": "Casting", "mood": "Fact"}),
    ],
)
def test_the_words_tell_class_polarity_commitment_hedge_and_mood(workspace: Workspace, words: str, expected: dict[str, str]) -> None:
    assert {name: value for name, value in proposed(workspace, words).items() if name in expected} == expected


def test_who_is_quoted_is_the_speaker_also_by_the_last_name_and_by_a_pronoun(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, FIRST)])
    sunada = "https://w3id.org/whence/id/ren-sunada"
    for words in ("The city of Lanterns came from The Crimson Heron", "We took nothing from Blade Runner"):
        assert (proposed(workspace, words)["speaker"], proposed(workspace, words)["mode"]) == (sunada, "DirectQuotation")
    assert proposed(workspace, "Readers may be reminded of Night Ferry")["speaker"] == "https://w3id.org/whence/id/writer-of-the-city-that-glows"


def test_somebody_quoted_whom_the_graph_does_not_know_is_nobody_else(workspace: Workspace) -> None:
    audience = {**FIRST, "quote": "a mystery series", "class": "statement", "roles": {"about": "viewers of a series", "gloss": "There are viewers of a series."}, "new": {"viewers of a series": "Group"}}
    save(workspace, [resolve(workspace, audience)])
    for words in ("The city of Lanterns came from The Crimson Heron", "We took nothing from Blade Runner"):
        assert "speaker" not in proposed(workspace, words) and proposed(workspace, words)["mode"] == "DirectQuotation"


def test_a_name_that_ends_with_a_space_names_nobody_else(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, FIRST)])
    path = next(path for path in workspace.files.data if '"Ren Sunada"' in Path(path).read_text(encoding="utf-8"))
    Path(path).write_text(Path(path).read_text(encoding="utf-8").replace('"Ren Sunada"', '"Ren Sunada "'), encoding="utf-8")
    workspace.reload()
    assert proposed(workspace, "The city of Lanterns came from The Crimson Heron")["mode"] == "DirectQuotation"


def test_a_question_and_its_answer_hand_on_who_speaks(workspace: Workspace) -> None:
    document = "https://w3id.org/whence/id/document-minato-no-akari"
    question = {"document": document, "class": "question", "quote": "『灯籠の港』は『赤い鷺』から生まれた作品ですね", "askedBy": "大森千夏", "addressee": "Ren Sunada", "new": {"Ren Sunada": "Person"}}
    save(workspace, [resolve(workspace, question)])
    text = workspace.text(document) or ""
    asked = propose(workspace, document, text.index("『赤い鷺』から"), text.index("作品ですね"))
    assert asked == {"class": "Influence", "speaker": "https://w3id.org/whence/id/writer-of-minato-no-akari", "mode": "Question", "commitment": "QuestionPremise", "question": "1", "polarity": "Affirmed", "mood": "Fact"}
    start = text.index("街の色だけは")
    answered = propose(workspace, document, start, start + len("街の色だけは、少し影響を受けたかもしれません"))
    assert (answered["speaker"], answered["answers"], answered["polarity"], answered["hedge"]) == ("https://w3id.org/whence/id/ren-sunada", "1", "Affirmed", "かもしれません")


def test_names_fill_the_roles_that_take_them(workspace: Workspace) -> None:
    assert fillers(workspace, "Contribution", "Harbour of Lanterns is a mystery series directed by Ren Sunada") == {"agent": "Ren Sunada", "work": "Harbour of Lanterns", "role": "director"}
    save(workspace, [resolve(workspace, FIRST)])
    assert fillers(workspace, "Influence", "I wrote every cue with Blade Runner in mind") == {"influencer": "Blade Runner", "influenced": "Harbour of Lanterns", "aspect": "aspect not stated"}
    assert fillers(workspace, "Release", "The series premieres on 9 October 2026") == {"work": "Harbour of Lanterns", "date": "2026-10-09"}
    assert fillers(workspace, "Casting", "its heroine Mio is voiced by Hana Iwase")["character"] == "Mio"


def test_a_word_that_a_line_divides_is_whole_in_a_name(workspace: Workspace) -> None:
    whole = "Harbour of Lanterns is a mystery"
    text = (workspace.text(DOCUMENT) or "").replace(whole, "Har-\n" + whole[3:])
    start = text.index("Har-\n")
    name, _ = Reader(workspace, DOCUMENT, text).mentions(start, start + len(whole) + 2)
    assert (name.text, text[name.start : name.end]) == ("Harbour of Lanterns", "Har-\nbour of Lanterns")


def test_a_thing_whose_name_is_nearly_that_of_another_is_told(workspace: Workspace) -> None:
    assert not [one for one in save(workspace, [resolve(workspace, FIRST)]).sentences if "written nearly so" in one]
    slipped = {**FIRST, "quote": "a mystery series", "class": "statement", "roles": {"about": "Habrour of Lanterns", "gloss": "It is a series."}, "new": {"Habrour of Lanterns": "Film"}}
    told = save(workspace, [resolve(workspace, slipped)]).sentences
    assert "Created Habrour of Lanterns (habrour-of-lanterns), a film. Harbour of Lanterns (harbour-of-lanterns) is written nearly so." in told
    assert not any("whence undo" in one for one in told)


def test_what_a_command_can_do_is_told_beside_what_was_done(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, FIRST)])
    of = {**FIRST, "quote": "a mystery series", "class": "statement", "roles": {"about": "Habrour of Lanterns", "gloss": "It is a series."}}
    for new in ({"Habrour of Lanterns": "Film"}, {"Habrour of Lanterns": {"class": "Film", "differentFrom": "Harbour of Lanterns"}}):
        told, _ = preview(workspace, [resolve(workspace, {**of, "new": new})])
        assert told.hints == (("If Harbour of Lanterns was meant: whence undo takes this back.",) if isinstance(new["Habrour of Lanterns"], str) else ())
    named, _ = preview(workspace, [resolve(workspace, {**of, "roles": {**of["roles"], "about": "宮崎駿"}, "new": {"宮崎駿": "Person"}})])
    assert "Created 宮崎駿 (person-1), a person. How its name is read cannot be told, so its id is a number." in named.sentences
    assert named.hints == ("To give an id to read: whence undo, and slug=... beside the class.",)


def test_the_same_words_held_otherwise_are_told(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, FIRST)])
    hedged = {**FIRST, "commitment": "implied"}
    told = save(workspace, [resolve(workspace, hedged)]).sentences
    assert [one for one in told if "same words" in one] == [
        "The same words of the same speaker are saved already as stated (attestation-the-city-that-glows-writer-contribution-ren-sunada-harbour-of-lanterns-director): both are kept."
    ]
    assert not [one for one in save(workspace, [resolve(workspace, {**FIRST, "quote": "a mystery series directed by Ren Sunada"})]).sentences if "same words" in one]


def test_a_new_thing_is_offered_with_what_its_class_needs(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, FIRST)])
    text = workspace.text(DOCUMENT) or ""
    start = text.index("The city of Lanterns came")
    reader = Reader(workspace, DOCUMENT, text)
    role = workspace.forms.claims["Influence"].role("influenced")
    assert role is not None
    first = reader.created(role, "the city of Lanterns", start, start + 20)[0]
    assert first.new == {"the city of Lanterns": {"class": "FictionalPlace", "inWorld": "https://w3id.org/whence/id/harbour-of-lanterns"}}


def test_the_table_of_words_has_the_classes_of_the_page_on_curation() -> None:
    page = (ROOT / "ontology" / "CURATION.md").read_text(encoding="utf-8").partition("## Which words lead to which class")[2].partition("\n## ")[0]
    told = set(re.findall(r"\| `wh:(\w+)` \|", page))
    # Statement is what is left; the other three are told by what they are about, not by words.
    assert set(CLASSES) == told - {"Statement", "Naming", "WorldFact", "Relation"}
