"""Drafts: what a file proposes is held against the text and the graph; nothing unfaithful is kept, nothing enters by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

from whence.curation import Unresolved, Workspace, drafts, undo
from whence.errors import InputError, UsageError
from whence.evidence import digest
from whence.namespaces import PREFIXES
from whence.store import layout

BASE = "https://example.org/lanterns/id/"
ARTICLE = BASE + "article"
ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "tests" / "cases" / "lanterns" / "texts"
TEXT = (TEXTS / "the-city-that-glows.txt").read_bytes().decode()
WORDS = "We took nothing from Blade Runner"
DATA = f"""
@prefix lan: <{BASE}> . @prefix skos: <{PREFIXES["skos"]}> . @prefix wh: <{PREFIXES["wh"]}> .
lan:article a wh:Document ; skos:prefLabel "The City That Glows"@en ; wh:fileName "the-city-that-glows.txt" ;
  wh:textDigest "{digest(TEXT)}" ; wh:textLength {len(TEXT)} ; wh:writer lan:mila-okafor .
lan:mila-okafor a wh:Journalist, wh:Person ; skos:prefLabel "Mila Okafor"@en .
lan:ren-sunada a wh:Person ; skos:prefLabel "Ren Sunada"@en .
lan:harbour-of-lanterns a wh:Series ; skos:prefLabel "Harbour of Lanterns"@en .
lan:blade-runner a wh:Film ; skos:prefLabel "Blade Runner"@en .
lan:claim-influence a wh:Influence ; wh:influenced lan:harbour-of-lanterns ; wh:influencer lan:blade-runner ; wh:aspect wh:AspectNotStated .
lan:claim-release a wh:Release ; wh:work lan:harbour-of-lanterns ; wh:date "2026-10-10" .
lan:attestation-1 a wh:Attestation ; wh:attests lan:claim-influence ; wh:speaker lan:ren-sunada ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ;
  wh:mood wh:Fact ; wh:mode wh:DirectQuotation ; wh:document lan:article ; wh:start 0 ; wh:end 19 ; wh:passageDigest "{digest(TEXT[:19])}" .
lan:attestation-2 a wh:Attestation ; wh:attests lan:claim-release ; wh:speaker lan:mila-okafor ; wh:polarity wh:Affirmed ; wh:commitment wh:Stated ;
  wh:mood wh:Fact ; wh:mode wh:Narration ; wh:document lan:article ; wh:start 0 ; wh:end 8 ; wh:passageDigest "{digest(TEXT[:8])}" .
"""
INFLUENCE = {"quote": WORDS, "class": "influence", "roles": {"influenced": "Harbour of Lanterns", "influencer": "Blade Runner"},
             "speaker": "Ren Sunada", "polarity": "denied"}  # fmt: skip


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    folder = tmp_path / "lanterns"
    (folder / "triples").mkdir(parents=True)
    (folder / "whence.toml").write_text(f'title = "Lanterns"\nbase = "{BASE}"\nprefix = "lan"\n')
    (folder / "triples" / "all.ttl").write_text(DATA, encoding="utf-8")
    return folder


@pytest.fixture
def workspace(graph: Path) -> Workspace:
    return Workspace.open(layout.locate(graph), TEXTS)


def written(tmp_path: Path, *lines: object, name: str = "claims.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def taken(workspace: Workspace, tmp_path: Path, *lines: object) -> drafts.Taken:
    return drafts.take(workspace, ARTICLE, written(tmp_path, *lines))


def triples(graph: Path) -> Store:
    store = Store()
    for path in (graph / "triples").rglob("*.ttl"):
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return store


# Words


def test_a_faithful_proposal_is_kept_with_its_place(workspace: Workspace, tmp_path: Path) -> None:
    found = taken(workspace, tmp_path, INFLUENCE)
    ((draft, judged),) = found.kept
    assert TEXT[draft.record["start"] : draft.record["end"]] == draft.record["quote"] == WORDS
    assert judged.problems == [] and found.refused == [] and drafts.listed(workspace.files) == [draft]


@pytest.mark.parametrize(
    ("quote", "nearest"),
    [
        ("We took nothing form Blade Runner", WORDS),
        ("we took nothing from Blade Runner", WORDS),
        ("We took nothing from “Blade Runner”", WORDS),
        ("perhaps a litle", "perhaps a little"),
        ("the brightest night of the year” \N{SNOWMAN}", "the brightest night of the year"),
        ("Sunada denies every influence whatsoever", ""),
    ],
)
def test_words_that_the_text_does_not_print_are_refused_with_the_nearest(workspace: Workspace, tmp_path: Path, quote: str, nearest: str) -> None:
    found = taken(workspace, tmp_path, {**INFLUENCE, "quote": quote})
    ((fault),) = found.refused
    assert (fault.where, fault.key, found.kept) == ("line 1", "quote", [])
    assert nearest in fault.nearest and nearest in fault.sentence


def test_only_white_space_may_differ(workspace: Workspace, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, {**INFLUENCE, "quote": "We took\n  nothing from Blade Runner "}).kept
    assert draft.record["quote"] == WORDS


def test_words_in_several_places_need_the_one_that_is_meant(workspace: Workspace, tmp_path: Path) -> None:
    twice = {**INFLUENCE, "quote": "Blade Runner"}
    second = TEXT.index("Blade Runner", TEXT.index("Blade Runner") + 1)
    found = taken(workspace, tmp_path, twice, {**twice, "occurrence": 2}, {**twice, "start": second, "end": second + 12}, {**twice, "occurrence": 3})
    assert [(fault.where, fault.key) for fault in found.refused] == [("line 1", "occurrence"), ("line 4", "occurrence")]
    assert "2 places" in found.refused[0].sentence
    assert [draft.record["start"] for draft, _ in found.kept] == [second] and "line 3" in found.joined[0][0]


def test_offsets_of_other_units_and_of_other_places_are_converted_and_told(workspace: Workspace, tmp_path: Path) -> None:
    quote = "The series premieres on 9 October 2026"  # behind the emoji
    start = TEXT.index(quote)
    record = {"quote": quote, "class": "release", "roles": {"work": "Harbour of Lanterns", "date": "2026-10-09"}}
    in_utf16 = {**record, "start": start + 1, "end": start + 1 + len(quote)}
    elsewhere = {**record, "start": 3, "end": 9, "polarity": "denied"}
    found = taken(workspace, tmp_path, in_utf16, elsewhere)
    assert [draft.record["start"] for draft, _ in found.kept] == [start, start]
    assert "UTF-16" in found.kept[0][0].notes[0] and "not at 3-9" in found.kept[1][0].notes[0]


def test_a_place_without_words_is_taken_and_told(workspace: Workspace, tmp_path: Path) -> None:
    start = TEXT.index(WORDS)
    plain = {key: value for key, value in INFLUENCE.items() if key != "quote"}
    found = taken(workspace, tmp_path, {**plain, "start": start, "end": start + len(WORDS)}, {**plain, "start": 5, "end": 10**6})
    assert found.kept[0][0].record["quote"] == WORDS and "no quote" in found.kept[0][0].notes[0]
    assert "does not lie in the text" in found.refused[0].sentence


def test_whole_numbers_may_be_written_with_a_point(workspace: Workspace, tmp_path: Path) -> None:
    start, last = TEXT.index(WORDS), TEXT.rindex("Blade Runner")
    plain = {key: value for key, value in INFLUENCE.items() if key != "quote"}
    found = taken(workspace, tmp_path, {**plain, "start": float(start), "end": float(start + len(WORDS))}, {**plain, "quote": "Blade Runner", "occurrence": 2.0})
    assert found.refused == [] and [draft.record["start"] for draft, _ in found.kept] == [start, last]


# The graph


def test_an_unknown_name_is_offered_and_keeps_the_draft_waiting(workspace: Workspace, tmp_path: Path) -> None:
    found = taken(workspace, tmp_path, {**INFLUENCE, "roles": {"influenced": "Harbour of Lanterns", "influencer": "Blade Rnner"}})
    ((_, judged),) = found.kept
    assert [problem.field for problem in judged.problems] == ["roles.influencer"] and "Blade Runner" in judged.problems[0].sentence


@pytest.mark.parametrize("name", ["Episode #1", "https://example.org/other#thing", "a%zz", "<>", "\u202e", "wh:"])
def test_a_name_that_could_be_no_iri_is_a_name(workspace: Workspace, tmp_path: Path, name: str) -> None:
    ((_, judged),) = taken(workspace, tmp_path, {**INFLUENCE, "roles": {**INFLUENCE["roles"], "influencer": name}}).kept
    assert [problem.field for problem in judged.problems] == ["roles.influencer"]


def test_what_the_graph_says_otherwise_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    release = {"quote": "The series premieres on 9 October 2026", "class": "release", "roles": {"work": "Harbour of Lanterns", "date": "2026-10-09"}}
    other = {**INFLUENCE, "speaker": "Mila Okafor"}
    narrower = {**INFLUENCE, "roles": {**INFLUENCE["roles"], "aspect": "music"}, "polarity": "affirmed"}
    notes = [" ".join(judged.notes) for _, judged in taken(workspace, tmp_path, INFLUENCE, other, release, narrower).kept]
    assert "Contradiction: Ren Sunada affirms it" in notes[0] and "0-19" in notes[0]
    assert "Disagreement: Ren Sunada affirms it" in notes[1]
    assert "Other value" in notes[2] and "2026-10-10" in notes[2]
    assert "Contradiction" not in notes[3] and "Disagreement" not in notes[3]


def test_what_the_words_look_like_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    affirmed = {**INFLUENCE, "polarity": "affirmed"}
    by_the_writer = {**INFLUENCE, "speaker": "Mila Okafor"}
    bold = {**INFLUENCE, "quote": "The city of Lanterns came from The Crimson Heron, perhaps a little", "polarity": "affirmed"}
    faithful, *others = [" ".join(judged.notes) for _, judged in taken(workspace, tmp_path, INFLUENCE, affirmed, by_the_writer, bold).kept]
    assert "looks" not in faithful and "marks around" not in faithful and "hedged" not in faithful
    assert "looks denied" in others[0] and "Ren Sunada says it, not Mila Okafor" in others[1] and "perhaps a little" in others[2]


def test_a_speaker_whom_the_graph_does_not_know_yet_is_not_doubted(workspace: Workspace, tmp_path: Path) -> None:
    record = {**INFLUENCE, "quote": "I wrote every cue with Blade Runner in mind", "polarity": "affirmed", "speaker": "Aoi Terada", "new": {"Aoi Terada": "Person"}}
    ((_, judged),) = taken(workspace, tmp_path, record).kept
    assert not any("marks around" in note for note in judged.notes)


def test_denial_of_the_narrower_bears_on_no_affirmation_of_the_wider(workspace: Workspace, tmp_path: Path) -> None:
    """Affirmation passes from the specific to the general, denial from the general to the specific."""
    narrower = {**INFLUENCE, "roles": {**INFLUENCE["roles"], "aspect": "music"}}
    ((_, judged),) = taken(workspace, tmp_path, narrower).kept
    assert judged.notes == []


def test_proposals_of_one_file_are_joined_or_contradict_one_another(workspace: Workspace, tmp_path: Path) -> None:
    by_other_names = {**INFLUENCE, "roles": {"of": f"{BASE}harbour-of-lanterns", "by": "blade-runner"}}
    found = taken(workspace, tmp_path, INFLUENCE, INFLUENCE, by_other_names, {**INFLUENCE, "polarity": "affirmed"})
    assert [where for where, _ in found.joined] == ["claims.jsonl line 2", "claims.jsonl line 3"]
    assert all(any("Contradiction" in note for note in draft.notes) for draft, _ in found.kept) and len(found.kept) == 2


def test_a_position_that_the_graph_has_is_no_draft(workspace: Workspace, tmp_path: Path) -> None:
    record = {**INFLUENCE, "quote": TEXT[:19], "polarity": "affirmed"}
    found = taken(workspace, tmp_path, record)
    assert found.kept == [] and BASE + "attestation-1" in found.joined[0][1]


# Deciding


def test_accepting_writes_the_position_and_who_accepted_it(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, INFLUENCE).kept
    (iri,) = drafts.accept(workspace, draft.id, "Ada Reader").ids
    store = triples(graph)
    assert store.query(f"ASK {{ <{iri}> <{PREFIXES['prov']}wasAttributedTo>/<{PREFIXES['skos']}prefLabel> 'Ada Reader'@en }}")
    assert store.query(f"ASK {{ <{iri}> <{PREFIXES['wh']}polarity> <{PREFIXES['wh']}Denied> ; <{PREFIXES['wh']}attests> <{BASE}claim-influence> }}")
    assert not store.query(f"ASK {{ ?position <{PREFIXES['wh']}start> 285 FILTER NOT EXISTS {{ ?position <{PREFIXES['prov']}wasAttributedTo> ?who }} }}")
    (kept,) = drafts.listed(workspace.files, state="accepted")
    assert (kept.by, kept.position, drafts.listed(workspace.files)) == ("Ada Reader", iri, [])
    with pytest.raises(UsageError, match="not named"):
        drafts.accept(workspace, draft.id, " ")
    with pytest.raises(UsageError, match="was accepted by Ada Reader"):
        drafts.accept(workspace, draft.id, "Ada Reader")
    assert f"The draft {draft.id} waits again." in undo(workspace).sentences
    assert drafts.listed(workspace.files) == [draft] and not drafts.listed(workspace.files, state="accepted")


def test_a_second_acceptance_by_the_same_person_names_her_once(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    found = taken(workspace, tmp_path, INFLUENCE, {**INFLUENCE, "quote": "a mystery series", "class": "classification", "polarity": "affirmed",
                                                   "speaker": "Mila Okafor", "roles": {"subject": "Harbour of Lanterns", "concept": "mystery"}, "new": {"mystery": "Genre"}})  # fmt: skip
    for draft, _ in found.kept:
        drafts.accept(workspace, draft.id, "Ada Reader")
    assert len(list(triples(graph).query("SELECT ?x { ?x ?p 'Ada Reader'@en }"))) == 1


def test_a_draft_that_lacks_something_is_not_accepted_and_can_be_mended(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, {**INFLUENCE, "roles": {"influenced": "Harbour of Lanterns", "influencer": "Night Ferry"}}).kept
    before = (graph / "triples" / "all.ttl").read_bytes()
    with pytest.raises(Unresolved):
        drafts.accept(workspace, draft.id, "Ada Reader")
    assert (graph / "triples" / "all.ttl").read_bytes() == before and len(drafts.listed(workspace.files)) == 1
    drafts.change(workspace, draft.id, {"new.Night Ferry": "Film", "commitment": "hedged", "hedge": "perhaps a little"})
    assert drafts.accept(workspace, draft.id, "Ada Reader").files


def test_changing_looks_for_changed_words_again(workspace: Workspace, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, INFLUENCE).kept
    changed = drafts.change(workspace, draft.id, {"quote": "perhaps a little", "speaker": None})
    assert TEXT[changed.record["start"] : changed.record["end"]] == "perhaps a little" and "speaker" not in changed.record
    for wrong in ({"quote": "perhaps a lot"}, {"polarity": 7.5e999}, {"sepaker": "x"}, {"start": 10**9}, {"roles": {"influencer": ""}}):
        with pytest.raises(UsageError):
            drafts.change(workspace, draft.id, wrong)
    assert drafts.listed(workspace.files) == [changed]
    drafts.change(workspace, draft.id, {"class": None})  # as one of another tool, which may get its keys in any order
    again = drafts.change(workspace, draft.id, {"quote": WORDS})
    assert TEXT[again.record["start"] : again.record["end"]] == WORDS and "class" not in again.record


def test_a_role_that_the_class_does_not_have_is_refused_and_one_that_is_there_is_taken_out(workspace: Workspace, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, {**INFLUENCE, "roles": {**INFLUENCE["roles"], "nope": "x"}}).kept
    with pytest.raises(UsageError, match=r"has no role 'aspct'\. Did you mean aspect\? .*--set roles\.ROLE= takes a role out"):
        drafts.change(workspace, draft.id, {"roles.aspct": "music"})
    assert drafts.listed(workspace.files) == [draft]
    with pytest.raises(Unresolved, match=rf"--edit {draft.id} --set KEY=VALUE; an empty value takes a key out"):
        drafts.accept(workspace, draft.id, "Ada Reader")
    assert "nope" not in drafts.change(workspace, draft.id, {"roles.nope": None}).record["roles"]


def test_broken_json_is_told_without_a_word_twice(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"quote": "open', encoding="utf-8")
    (fault,) = drafts.take(workspace, workspace.documents[0], str(tmp_path / "p.jsonl")).refused
    assert str(fault).endswith("It is no JSON: unterminated string starting at column 11.")


def test_what_was_refused_does_not_come_back(workspace: Workspace, tmp_path: Path) -> None:
    ((draft, _),) = taken(workspace, tmp_path, INFLUENCE).kept
    drafts.refuse(workspace.files, draft.id, "Ada Reader")
    again = taken(workspace, tmp_path, INFLUENCE)
    assert again.kept == [] and "refused by Ada Reader" in again.joined[0][1] and drafts.listed(workspace.files) == []


@pytest.mark.parametrize("id", ["", "0", "nothing", "../x"])
def test_a_draft_that_is_not_there_is_told(workspace: Workspace, id: str) -> None:
    with pytest.raises(UsageError):
        drafts.refuse(workspace.files, id)


def test_drafts_are_no_part_of_the_graph(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    digests = layout.locate(graph).digest()
    taken(workspace, tmp_path, INFLUENCE)
    assert layout.locate(graph).digest() == digests
    kept = list(graph.rglob("*.jsonl"))
    assert kept and all(".whence" in path.parts for path in kept) and (graph / ".whence" / ".gitignore").read_text() == "*\n"


def test_a_damaged_file_of_drafts_is_told_with_its_line(workspace: Workspace, graph: Path, tmp_path: Path) -> None:
    taken(workspace, tmp_path, INFLUENCE)
    (path,) = graph.rglob("*.jsonl")
    good = path.read_text().splitlines()[0]
    for damage in ('{"id": 3}', "[" * 100_000, "no json", json.dumps(json.loads(good) | {"record": {"quote": ["a"], "start": 0, "end": 1}})):
        path.write_text(f"{good}\n{damage}\n")
        with pytest.raises(InputError) as caught:
            drafts.listed(workspace.files)
        assert caught.value.line == 2


# The command


def test_the_command_takes_lists_shows_changes_and_accepts(whence: Callable[..., Any], graph: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> Any:
        return whence("draft", "--graph", graph, *map(str, arguments), "--texts", TEXTS)

    path = written(tmp_path, INFLUENCE, {**INFLUENCE, "quote": "We took nothing form Blade Runner"})
    first = run("The City That Glows", path, "--format", "json")
    assert first.returncode == 1 and [len(json.loads(first.stdout)[key]) for key in ("kept", "joined", "refused")] == [1, 0, 1]
    draft = json.loads(first.stdout)["kept"][0]["id"]
    assert draft in run("--list").stdout and "Contradiction" in run("--show", draft).stdout
    assert run("--edit", draft, "--set", "polarity=affirmed", "--set", 'hedge=["perhaps a little"]').returncode == 0
    assert run("--accept", draft).returncode == 2  # nobody is named
    accepted = run("--accept", draft, "--as", "Ada Reader")
    assert accepted.returncode == 0 and "Ada Reader" in accepted.stdout
    assert "No draft waits" in run("--list").stdout and "accepted by Ada Reader" in run("--list", "--all").stdout
    assert whence("validate", "--graph", graph).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["article"], ["--list", "--schema"], ["--set", "a=b"], ["--accept", "x", "article"], ["nowhere", "FILE"], ["article", "missing.jsonl"], ["--edit", "x", "--set", "y"]],
)
def test_a_command_that_says_too_little_or_too_much_is_refused_in_a_sentence(whence: Callable[..., Any], graph: Path, tmp_path: Path, arguments: list[str]) -> None:
    written(tmp_path, INFLUENCE, name="FILE")
    ended = whence("draft", "--graph", graph, *arguments, "--texts", TEXTS, cwd=tmp_path)
    assert ended.returncode in (2, 3) and ended.stderr.startswith("whence: ") and "Traceback" not in ended.stderr
