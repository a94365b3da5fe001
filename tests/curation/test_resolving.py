"""Names become things, words become passages; what is not clear is asked, with where and what is allowed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from whence.curation import Problem, Resolved, Unresolved, Workspace, resolve, resolve_all, save
from whence.curation.naming import Namer
from whence.errors import UsageError
from whence.evidence.searching import places
from whence.namespaces import PREFIXES, WH, local

GLOWS = "the-city-that-glows"
NAMES = {"Harbour of Lanterns": "Series", "Blade Runner": "Film", "Ren Sunada": "Person", "Night Ferry": "Film", "Aoi Terada": "Person"}


def influence(**changes: Any) -> dict[str, Any]:
    roles = {"of": "Harbour of Lanterns", "by": "Blade Runner", **changes.pop("roles", {})}
    record = {"document": GLOWS, "quote": "We took nothing from Blade Runner", "class": "influence", "roles": roles, "speaker": "Ren Sunada", "polarity": "denied", "new": NAMES}
    return {key: value for key, value in {**record, **changes}.items() if value is not None}


def problems(workspace: Workspace, record: dict[str, Any]) -> dict[str, Problem]:
    with pytest.raises(Unresolved) as unresolved:
        resolve(workspace, record)
    return {problem.field: problem for problem in unresolved.value.problems}


@pytest.fixture
def known(workspace: Workspace) -> Workspace:
    """The graph with a claim about Harbour of Lanterns, Blade Runner and Ren Sunada."""
    save(workspace, [resolve(workspace, influence())])
    return workspace


def test_words_that_stand_several_times_are_asked_for(workspace: Workspace) -> None:
    record = influence(quote="Blade Runner")
    asked = problems(workspace, record)["occurrence"]
    assert asked.choices == ("1", "2") and "2 places: 1: 306-318" in asked.sentence
    assert resolve(workspace, {**record, "occurrence": 2}).start == 372
    assert "there is no number 3" in problems(workspace, {**record, "occurrence": 3})["occurrence"].sentence


def test_a_thing_to_create_that_nothing_names_and_a_term_read_otherwise_are_told(workspace: Workspace) -> None:
    office = {"by": "Ren Sunada", "at": "Lantern Works", "as": "founder"}
    record = influence(**{"class": "position", "polarity": None, "speaker": None}, new={"Ren Sunada": "Person", "Lantern Works": "Organization", "Ren Sunda": "Persn"})
    sentences = resolve(workspace, {**record, "roles": office}).sentences
    assert "Not created, since nothing here names it: Ren Sunda." in sentences
    assert "'founder' is read as co-founder (office:co-founder, office)." in sentences
    two = [influence(new={**NAMES, "Aoi Terada": "Person"}), influence(roles={"by": "Night Ferry"}, new={})]
    told = [one.sentences for one in resolve_all(workspace, two)]
    assert not any("Night Ferry" in sentence for sentence in told[0]) and "Not created, since nothing here names it: Aoi Terada." in told[0]
    assert problems(workspace, influence(because="nothing so"))["because"].offers == ()  # a position is created by none of these names


def test_words_in_other_characters_are_told_with_the_printed_ones(workspace: Workspace) -> None:
    quotes = problems(workspace, influence(quote='"We took nothing'))["quote"]
    assert "“ (U+201C) where you wrote \" (U+0022)" in quotes.sentence and quotes.choices == ("“We took nothing",)
    assert "nearest stand at" in problems(workspace, influence(quote="We take nothing off Blade Runner"))["quote"].sentence


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_text_in_one_normal_form_and_words_in_the_other_are_told(graph: Path, tmp_path: Path, form: str) -> None:
    from whence.evidence.texts import digest
    from whence.store import layout

    other = "NFD" if form == "NFC" else "NFC"
    text = unicodedata.normalize(form, "Ōtsuka drew the café of が.\n")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "second-look.txt").write_text(text, encoding="utf-8")
    documents = graph / "triples" / "documents.ttl"
    old = (Path(__file__).parents[1] / "cases" / "lanterns" / "texts" / "second-look.txt").read_text(encoding="utf-8")
    documents.write_text(documents.read_text(encoding="utf-8").replace(digest(old), digest(text)).replace(f"textLength {len(old)} ", f"textLength {len(text)} "), encoding="utf-8")
    workspace = Workspace.open(layout.locate(graph), tmp_path / "texts")
    words = "drew the café of が"
    asked = problems(workspace, influence(document="second-look", quote=unicodedata.normalize(other, words)))["quote"]
    assert asked.choices == (unicodedata.normalize(form, words),) and "with other characters" in asked.sentence
    assert resolve(workspace, influence(document="second-look", quote=asked.choices[0])).start == text.index("drew")


@pytest.mark.parametrize("printed", ["Iwa-\nsaki’s jazz-like air", "Iwasaki’s jazz-\nlike\nair", "Iwasa\u00adki’s jazz-like air".replace("\u00ad", "\u00ad\n")])
def test_words_may_be_divided_at_the_ends_of_lines(printed: str) -> None:
    text = f"It had {printed}."
    assert [(one.start, one.end) for one in places(text, "Iwasaki’s jazz-like air", "the text")] == [(7, 7 + len(printed))]
    with pytest.raises(UsageError):
        places("It was to\nday", "today", "the text")


def test_offsets_may_stand_in_place_of_words_and_must_agree_with_them(workspace: Workspace) -> None:
    found = resolve(workspace, influence(quote=None, start=285, end=318))
    assert found.digest == resolve(workspace, influence()).digest
    assert "the text prints" in problems(workspace, influence(start=286, end=318))["quote"].sentence
    assert "does not lie in the text" in problems(workspace, influence(start=5, end=99999))["start"].sentence


def test_a_name_of_several_things_is_asked_for_where_several_fit(workspace: Workspace) -> None:
    save(workspace, [resolve(workspace, influence())])
    twin = {"name": {"class": "Game", "slug": "blade-runner-game"}}
    save(workspace, [resolve(workspace, influence(quote="I wrote every cue with Blade Runner in mind", new={"Blade Runner": twin["name"]}))])
    asked = problems(workspace, influence(new=None))["roles.by"]
    assert set(asked.choices) == {"blade-runner", "blade-runner-game"} and "means 2 things here" in asked.sentence
    assert resolve(workspace, influence(new=None, roles={"by": "blade-runner-game"})).fillers[WH + "influencer"][0].value.endswith("/blade-runner-game")


def test_a_thing_that_cannot_stand_there_is_told_with_what_can(known: Workspace) -> None:
    asked = problems(known, influence(new=None, speaker="Blade Runner"))["speaker"]
    assert asked.sentence == "'Blade Runner' is known as film, which cannot be speaker here. Allowed: agent. One that is created is of the class Group, Journalist, Organization or Person."
    assert "Person" in asked.offers


def test_what_a_new_thing_needs_is_asked_in_the_same_step(known: Workspace) -> None:
    new = {"the city of Lanterns": "FictionalPlace"}
    asked = problems(known, influence(roles={"of": "the city of Lanterns"}, new=new))
    assert set(asked) == {"new.the city of Lanterns.inWorld"} and "Allowed: fictional world." in asked["new.the city of Lanterns.inWorld"].sentence
    assert asked["new.the city of Lanterns.inWorld"].example == "the city of Lanterns=FictionalPlace; inWorld=..."
    found = resolve(known, influence(roles={"of": "the city of Lanterns"}, new={"the city of Lanterns": {"class": "FictionalPlace", "inWorld": "Harbour of Lanterns"}}))
    assert [local(thing.iri) for thing in found.new] == ["world-of-harbour-of-lanterns", "city-of-lanterns"]


def test_a_thing_in_japanese_gets_a_slug_by_its_sound_or_a_number(workspace: Workspace) -> None:
    new = {**NAMES, "となりのトトロ": "Film", "赤い鷺": "Film", "千と千尋": "Film", "宮崎駿": "Person"}
    record = influence(roles={"by": "となりのトトロ"}, new=new)
    others = [influence(roles={"by": name}, new=new) for name in ("赤い鷺", "宮崎駿")]
    found = [one for one in resolve_all(workspace, [record, *others]) if isinstance(one, Resolved)]
    slugs = [local(next(iter(one.fillers[WH + "influencer"])).value) for one in found]
    assert slugs == ["tonarinototoro", "film-1", "person-1"]
    labels = {value.language for one in found for thing in one.new for _, values in thing.values for value in values if hasattr(value, "language")}
    assert labels == {"en", "ja"}


def test_a_question_is_marked_once_and_its_answers_name_it(workspace: Workspace) -> None:
    document = "minato-no-akari"
    asked = {"document": document, "quote": "『灯籠の港』は『赤い鷺』から生まれた作品ですね", "class": "question", "askedBy": "writer-of-minato-no-akari"}
    premise = influence(document=document, quote="『赤い鷺』から生まれた作品", question=1, speaker=None, polarity=None)
    answer = influence(document=document, quote="いいえ、作品そのものは『赤い鷺』から来ていません", answers=1, answerStance="rejected")
    resolved = resolve_all(workspace, [asked, premise, answer])
    saved = save(workspace, [one for one in resolved if isinstance(one, Resolved)])
    question = workspace.base + "question-minato-no-akari-1"
    assert len(saved.ids) == 3 and saved.ids[0] == question
    assert workspace.value(saved.ids[1], "inQuestion") == question and workspace.value(saved.ids[1], "commitment") == WH + "QuestionPremise"
    assert local(workspace.value(saved.ids[1], "speaker")) == "writer-of-minato-no-akari" and workspace.value(saved.ids[2], "answers") == question
    assert "has no question 7. It has 1." in problems(workspace, influence(document=document, quote="いいえ", answers=7))["answers"].sentence
    assert len(problems(workspace, influence(document=document, quote="いいえ", answers="9" * 5000))["answers"].sentence) < 300
    numbered = {"document": document, "quote": "いいえ", "class": "question", "askedBy": "Mila Okafor", "number": "9" * 5000}
    assert "a number of at most 40 digits such as 9" in " ".join(one.sentence for one in problems(workspace, numbered).values())


def test_a_speaker_that_is_supplied_is_told_in_words_and_what_lacks_by_its_key(workspace: Workspace) -> None:
    asked = {"document": "minato-no-akari", "quote": "『灯籠の港』は『赤い鷺』から生まれた作品ですね", "class": "question"}
    assert "lacks asked by (askedBy). Who asked." in problems(workspace, asked)["roles.askedBy"].sentence
    assert "Mark the question first, by a position of its own" in problems(workspace, influence(answers=1))["answers"].sentence
    assert "Speaker: Mila Okafor." in resolve(workspace, influence(speaker=None)).sentences
    assert problems(workspace, influence(speaker=None, mode="direct-quotation"))["speaker"].sentence == "Nobody is named as the speaker, and the words are a quotation: say who says it."
    writer = NamedNode(workspace.value(next(iri for iri in workspace.documents if iri.endswith(GLOWS)), "writer"))
    for quad in list(workspace.quads(writer.value, PREFIXES["skos"] + "prefLabel")):
        workspace.store.remove(quad)
    assert "Speaker: the writer of the document." in resolve(workspace, influence(speaker=None)).sentences


@pytest.mark.parametrize("with_shape", [True, False])
def test_a_class_of_the_graph_itself_has_its_roles(graph: Path, open_workspace: Callable[[], Workspace], with_shape: bool) -> None:
    model = graph / "ontology"
    target = model.resolve()
    model.unlink()
    import shutil

    shutil.copytree(target, model)
    (model / "own.ttl").write_text(
        """@prefix id: <https://w3id.org/whence/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
@prefix my: <https://example.org/own#> .

my:Homage a owl:Class ; rdfs:subClassOf wh:Claim ; rdfs:label "homage"@en .
my:paidIn a owl:ObjectProperty ; rdfs:label "paid in"@en ; rdfs:domain my:Homage ; rdfs:range wh:Work ; wh:shortName "in" ; rdfs:subPropertyOf wh:involves .
my:paidTo a owl:ObjectProperty ; rdfs:label "paid to"@en ; rdfs:domain my:Homage ; rdfs:range wh:Work ; wh:shortName "to" ; rdfs:subPropertyOf wh:involves .
""",
        encoding="utf-8",
    )
    if with_shape:
        (model / "shapes" / "own.ttl").write_text(
            """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
@prefix my: <https://example.org/own#> .

my:HomageShape a sh:NodeShape ; sh:targetClass my:Homage ; sh:property my:HomageShape-in , my:HomageShape-to .
my:HomageShape-in a sh:PropertyShape ; sh:path my:paidIn ; sh:class wh:Work ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "Say in which work." .
my:HomageShape-to a sh:PropertyShape ; sh:path my:paidTo ; sh:class wh:Work ; sh:minCount 1 ; sh:message "Say to which work." .
""",
            encoding="utf-8",
        )
    workspace = open_workspace()
    record = influence(**{"class": "homage", "roles": {}, "polarity": "affirmed"}) | {"roles": {"in": "Harbour of Lanterns", "to": "Blade Runner"}}
    if with_shape:
        assert set(problems(workspace, record | {"roles": {"in": "Harbour of Lanterns"}})) == {"roles.paidTo"}
    assert "cannot be paid to here. Allowed: work." in problems(workspace, record | {"roles": {"in": "Harbour of Lanterns", "to": "writer-of-second-look"}})["roles.to"].sentence
    save(workspace, [resolve(workspace, record)])
    assert "my:paidTo id:blade-runner ;" in (graph / "triples" / "claims" / "homage.ttl").read_text(encoding="utf-8") or "own#paidTo>" in (
        graph / "triples" / "claims" / "homage.ttl"
    ).read_text(encoding="utf-8")


def test_an_unknown_class_hides_nothing_else_that_is_wrong(workspace: Workspace) -> None:
    found = problems(workspace, influence(**{"class": "influense", "polarity": "perhaps", "speaker": "Nobody Here"}))
    assert {"class", "polarity", "speaker"} <= set(found)


def test_two_new_things_in_one_are_told_apart(workspace: Workspace) -> None:
    new = {**NAMES, "Théo Brandt": {"class": "Person", "Ines Roy": "Person"}}
    assert "divided by | in a table" in problems(workspace, influence(new=new, roles={"by": "Théo Brandt"}))["new.Théo Brandt.Ines Roy"].sentence


def test_every_term_of_a_vocabulary_is_named_by_its_labels_and_its_slug(workspace: Workspace) -> None:
    namer = Namer(workspace, [])
    named = 0
    for form, name in (("Casting", "role"), ("Influence", "aspect"), ("Position", "office")):
        role = workspace.forms.claims[form].role(name)
        assert role is not None
        terms = [quad.subject.value for kind in role.classes for quad in workspace.quads(None, PREFIXES["rdf"] + "type", NamedNode(kind))]
        labels = {iri: {quad.object.value for quad in workspace.quads(iri, PREFIXES["skos"] + "prefLabel")} for iri in terms}
        taken = set().union(*labels.values(), map(local, terms))
        for iri in terms:
            others = {quad.object.value for quad in workspace.quads(iri, PREFIXES["skos"] + "altLabel")} - taken
            for said in sorted({local(iri), *labels[iri], *others}):
                problems: list[Problem] = []
                found = namer.thing(role, said, name, problems)
                assert found == iri or any(iri in map(_whole, problem.choices) for problem in problems), (said, problems)
                named += found == iri
    assert named > 300


def _whole(name: str) -> str:
    prefix, _, rest = name.partition(":")
    return PREFIXES[prefix] + rest


def test_a_role_is_found_although_a_property_is_called_so_too(workspace: Workspace) -> None:
    for said in ("writer", "performer", "role:writer"):
        roles = {"agent": "Mila Okafor", "work": "Harbour of Lanterns", "role": said}
        record = {"document": GLOWS, "quote": "We took nothing from Blade Runner", "class": "contribution", "roles": roles, "new": NAMES}
        (role,) = resolve(workspace, record).fillers[WH + "role"]
        assert role == NamedNode(PREFIXES["role"] + said.removeprefix("role:"))


@pytest.mark.parametrize(
    ("form", "roles", "field", "sentence"),
    [
        ("release", {"date": "tenth of May"}, "roles.date", "The date 'tenth of May' is not in EDTF, or no such day. Write 2024-01-11"),
        ("release", {"date": "2024-02-31"}, "roles.date", "no such day"),
        ("release", {"date": "11 January 2024"}, "roles.date", "Write 2024-01-11."),
        ("relation", {"subject": "Blade Runner", "property": "publication date", "literalValue": "May"}, "roles.literalValue", "The date 'May' is not in EDTF"),
        ("relation", {"subject": "Blade Runner", "property": "url", "literalValue": "page 3"}, "roles.literalValue", "The address 'page 3' is not a whole one."),
        ("statement", {"gloss": "short"}, "roles.gloss", "Gloss cannot be 'short'. Give exactly one wh:gloss"),
        ("quantity", {"number": "ten"}, "roles.number", "Number is a number such as 9 or 0.5, not 'ten'."),
    ],
)
def test_values_given_by_hand_are_judged_before_anything_is_made(workspace: Workspace, form: str, roles: dict[str, str], field: str, sentence: str) -> None:
    record = {"document": GLOWS, "quote": "We took nothing from Blade Runner", "class": form, "roles": {"work": "Blade Runner", **roles}, "new": NAMES}
    assert sentence in problems(workspace, record)[field].sentence
    assert "The date 'last winter' is not in EDTF" in problems(workspace, influence(asOf="last winter"))["asOf"].sentence


def test_an_unknown_document_is_told_with_the_nearest_ones_alone(workspace: Workspace) -> None:
    told = problems(workspace, influence(document="glows"))["document"]
    assert told.sentence.startswith("There is no document 'glows'. Did you mean ") and told.sentence.count("document-") == 1
    assert told.choices == ("document-the-city-that-glows",)
    told = problems(workspace, influence(document="zzzz"))["document"]
    assert told.sentence == "There is no document 'zzzz'. There are document-minato-no-akari, document-second-look, document-the-city-that-glows."


def test_a_document_is_found_by_the_file_that_it_was_made_of(workspace: Workspace) -> None:
    assert resolve(workspace, influence(document="saved/the-city-that-glows.html")).document == resolve(workspace, influence()).document


def test_what_is_to_be_created_and_is_there_is_told(known: Workspace) -> None:
    told = resolve(known, influence(new={"Blade Runner": "Book"})).sentences
    assert "'Blade Runner' is there already: Blade Runner (blade-runner, film)." in told


def test_a_hedged_position_lacks_its_hedge(workspace: Workspace) -> None:
    asked = problems(workspace, influence(commitment="hedged"))
    assert asked.keys() == {"hedge"} and "the words that hedge it" in asked["hedge"].sentence


def test_of_several_classes_of_a_new_thing_none_is_proposed(known: Workspace) -> None:
    record = {"document": GLOWS, "quote": "We took nothing", "class": "classification", "roles": {"subject": "Blade Runner", "concept": "puzzle"}}
    asked = problems(known, record)["roles.concept"]
    assert asked.example == "puzzle=CLASS" and "Genre" in asked.offers and "is of the class Aspect, " in asked.sentence
