"""Questions in plain words get their right answer first, and hardly one is answered wrong without a doubt.

A case is a line of `cases/ask/`: the question, and what its answer must have: `values`, which stand in what is shown of it, each with
`|` between ways to write it; a `verdict`, or what it is `not`; the `query` that answers it, where that says it all; or that there is no
answer. `aside.jsonl` was written before anything was tuned, and its wordings were taken over by no query.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from whence import catalog, packs
from whence.ask import Asker, Choice, answering, matching
from whence.ask.facts import Facts
from whence.ask.lexicon import Lexicon
from whence.store import layout
from whence.things import Index

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "ask"


@pytest.fixture(scope="module")
def asker(real_graph: pyoxigraph.Store) -> Asker:
    return Asker(Index(real_graph), catalog.load(layout.locate(ROOT)))


def shown(choice: Choice) -> str:
    """What an answer shows, without the labels of claims, which repeat the question."""
    parts = [choice.answer.verdict]
    for value, evidence in choice.answer.values:
        parts += [value, *(f"{one.speaker} {one.passage}" for one in evidence)]
    return " ".join(parts).casefold()


def cases_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def right(case: dict[str, Any], choice: Choice) -> bool:
    if "verdict" in case:
        return choice.answer.verdict == case["verdict"]
    if "query" in case:
        return choice.query == case["query"] and not choice.answer.empty
    if "not" in case:  # what is denied, hedged or only taken for granted is told so
        return (choice.answer.verdict != case["not"] and bool(choice.answer.verdict or "(denied)" in shown(choice))) or choice.answer.verdict_in_words.startswith(("Yes, but", "Disputed"))
    return all(any(re.search(rf"(?<!\w){re.escape(one.casefold())}(?!\w)", shown(choice)) for one in value.split("|")) for value in case["values"])


@pytest.mark.parametrize(("name", "known_wrong"), [("tuned", 0), ("aside", 0)])
def test_the_right_answer_comes_first(name: str, known_wrong: int, asker: Asker, capsys: pytest.CaptureFixture[str]) -> None:
    cases = cases_of(name)
    failed, wrong, outright = [], [], 0
    for case in cases:
        reply = asker.ask(case["question"], limit=40)
        first = reply.choices[0] if reply.choices else None
        good = reply.state != "answered" if "expected" in case else first is not None and right(case, first)
        failed += [] if good else [case["question"]]
        outright += good and reply.state in ("answered", "unknown")
        wrong += [case["question"]] if not good and reply.state == "answered" else []
        assert reply.state != "answered" or not first.unmatched, case["question"]  # every word of the question is accounted for
    with capsys.disabled():
        print(f"\n{name}: {len(cases) - len(failed)} of {len(cases)} questions have the right answer first, {outright} outright; {len(wrong)} a wrong one without a doubt")
    assert len(wrong) <= known_wrong, wrong
    assert len(failed) <= 0.2 * len(cases), failed


@pytest.mark.parametrize(
    ("question", "state", "told", "left"),
    [
        ("what influenced Blade Runner", "unknown", "What influenced Blade Runner?", ()),  # and not what it influenced, which is known
        ("what did Blade Runner influence", "answered", "", ()),
        ("how many episodes does Metallic Rouge have", "unknown", "How many episodes does Metallic Rouge have?", ()),
        ("metallic rouge episode count", "unknown", "How many episodes does Metallic Rouge have?", ()),
        ("Is Metallic Rouge better than Cowboy Bebop", "unknown", "", ("better",)),  # that nothing is known is said of nothing else
        ("who composed the opening of Metallic Rouge", "unsure", "", ("opening",)),
        ("who directs Metallic Rouge, and do the articles agree?", "unsure", "", ("agree",)),
        ("did Izubuchi direct Evangelion", "unsure", "", ("evangelion",)),
        ("does kotaku say that star trek influenced it", "unsure", "", ()),  # who says it is not what it came from
    ],
)
def test_what_is_not_known_is_what_was_asked_and_what_is_left_out_is_told(question: str, state: str, told: str, left: tuple[str, ...], asker: Asker) -> None:
    reply = asker.ask(question)
    assert (reply.state, reply.understood, reply.left) == (state, told, left)
    assert reply.state != "unknown" or reply.understood or reply.offered  # what is known is offered


def test_no_catalogue_answers_where_there_is_none(asker: Asker) -> None:
    assert not any(one.understood.startswith("in the catalogues") for one in asker.ask("Who directed Blade Runner according to the catalogues?").choices)


def test_neither_yes_nor_no_answers_what_is_asked_otherwise(asker: Asker) -> None:
    assert not any(one.answer.verdict for one in asker.ask("what is blade runner based on").choices if not one.query)


def test_the_wordings_that_are_scored_are_those_that_would_win(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [case["question"] for name in ("tuned", "aside") for case in cases_of(name)][::40]
    first = {question: asker.matcher.candidates(asker.matcher.question(question))[:1] for question in questions}
    monkeypatch.setattr(matching, "_SCORED", 1_000_000)
    assert {question: asker.matcher.candidates(asker.matcher.question(question))[:1] for question in questions} == first


def test_every_query_of_the_catalogue_is_asked_for_by_its_own_wordings(asker: Asker) -> None:
    """One of its wordings at least, with defaults in the places of its parameters, leads to each query before all but two others."""
    lost = []
    for query in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        wordings = [wording.text for wording in query.query.front_matter.asks]
        for parameter in query.parameters:
            named = _named(asker, parameter.default or "")
            wordings = [re.sub(rf"\{{{parameter.name}\b[^}}]*\}}", named, wording) for wording in wordings]
        found = []
        for wording in wordings:
            candidates = asker.matcher.candidates(asker.matcher.question(wording))
            found.append(list(dict.fromkeys(one.query.name for one in candidates))[:3])
            if query.name in found[-1]:
                break
        else:
            lost.append((query.name, wordings, found))
    assert lost == []


def _named(asker: Asker, value: str) -> str:
    matches = asker.index.find(value)
    return asker.index.label(matches[0].iri) if matches else value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Who composed the music of Metalic Rouge?", "Taisei Iwasaki"),  # a misspelling some text has
        ("Who composed the music of Metallik Rogue?", "Taisei Iwasaki"),  # and one none has
        ("Who composed the music of メタリックルージュ?", "Taisei Iwasaki"),
        ("what's Naomi's English voice actor?", "Cassie Ewulu"),
        ("WHO DIRECTS METALLIC ROUGE", "Motonobu Hori"),
        ("who is the president of the studio", "Masahiko Minami"),
    ],
)
def test_names_are_found_however_they_are_written(question: str, value: str, asker: Asker) -> None:
    reply = asker.ask(question)
    assert value in shown_as_written(reply.choices[0]), reply


def shown_as_written(choice: Choice) -> str:
    return " ".join(value for value, _ in choice.answer.values)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("On what date was the first episode broadcast?", "11 January 2024"),  # the work answers for its part
        ("What ingredients go into Metallic Rouge according to document 002?", "Star Trek"),  # a name that no parameter takes narrows the rows
        ("List Yutaka Izubuchi's previous jobs on other titles.", "RahXephon"),
    ],
)
def test_what_has_no_answer_of_its_own_is_answered_by_what_holds_it(question: str, value: str, asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    assert value in shown_as_written(first)


def test_a_list_is_no_outright_answer_to_yes_or_no(asker: Asker) -> None:
    reply = asker.ask("Does the show air on Fuji TV in Japan?")
    assert reply.state == "unsure" or reply.choices[0].answer.verdict


def test_a_document_that_is_named_narrows_the_answer_or_leaves_a_doubt(asker: Asker) -> None:
    (first, *_) = asker.ask("Who directs Metallic Rouge according to document 003?").choices
    assert {one.passage.partition("_")[0] for _, evidence in first.answer.values for one in evidence} == {"003"}
    assert asker.ask("What do documents 002 and 004 disagree about?").state == "unsure"  # no row is of both


def test_a_no_is_proved_by_the_silence_of_every_document(asker: Asker) -> None:
    (first, *_) = asker.ask("Is Sarah Fitzgerald one of the Immortal Nine?").choices
    assert first.answer.verdict == "no"
    silent = {one.passage for _, evidence in first.answer.values for one in evidence if one.stance == "silent"}
    assert len(silent) == 5


def test_what_nobody_is_known_to_be_silent_on_is_not_known(asker: Asker) -> None:
    (first, *_) = asker.ask("Was Blade Runner made by Studio Bones?").choices
    assert first.answer.verdict == "not known"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did Star Trek influence Metallic Rouge?", "Yes."),
        ("Is Toshihiro Kawamoto the director of Cowboy Bebop?", "Disputed: documents differ. Also said: Shinichiro Watanabe, in “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)."),
        ("Did Studio Bones make Carole & Tuesday?", "Not said: no document says so."),
        ("Do the documents say that Carole & Tuesday was made by Studio Bones?", "No: no document says so."),
        ("Is Naomi not a human?", "It is so."),
        ("Is it true that Star Trek did not influence Metallic Rouge?", "It is so."),
        ("Why does Rouge fight the Immortal Nine?", "Not known: no document says so."),
        ("Is Motonobu Hori the director of Metallic Rouge?", "Yes. Also said: Yutaka Izubuchi, in “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)."),
        ("Is Shinichiro Watanabe the director of Cowboy Bebop?", "Disputed: documents differ. Also said: Toshihiro Kawamoto, in [Preview of Metallic Rouge] (2023-11-21)."),
        ("Is Taisei Iwasaki the composer of Metallic Rouge?", "Yes."),
        ("Did Cowboy Bebop inspire Metallic Rouge?", "Yes, but nobody says it outright: it is hedged only."),
        ("Did Blade Runner influence Metallic Rouge?", "Denied, and affirmed by nobody."),
        ("Did spaghetti Western influence the music of Metallic Rouge?", "Not known: nobody says so, it is only taken for granted in a question."),
        ("Is Metallic Rouge released by Fuji TV in Japan?", "Not known: it is only expected; nobody says that it is so."),
        ("Is Metallic Rouge based on Kamen Rider?", "No: it is denied, and no document says so."),
        ("Was Blade Runner made by Studio Bones?", "Not known: no document says so, and not every document is known to be silent on it."),
    ],
)
def test_a_verdict_tells_hedges_and_denials(question: str, sentence: str, asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    assert first.answer.verdict_in_words == sentence


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Did tokusatsu influence Metallic Rouge?", {"tokusatsu influenced Metallic Rouge", "tokusatsu influenced the designs of Metallic Rouge"}),
        ("Is Toshihiro Kawamoto the director of Cowboy Bebop?", {"Toshihiro Kawamoto, director of Cowboy Bebop"}),
        ("Did Blade Runner influence Metallic Rouge?", {"Blade Runner influenced Metallic Rouge (science fiction)", "Blade Runner influenced Metallic Rouge (world-building)",
                                                        "Metallic Rouge is like Blade Runner (world-building)", "Metallic Rouge is like Blade Runner", "Metallic Rouge blends Blade Runner, Kamen Rider",
                                                        "Metallic Rouge is recommended to those who like Blade Runner"}),
    ],
)  # fmt: skip
def test_a_verdict_rests_on_claims_of_what_is_asked(question: str, labels: set[str], asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    assert first.answer.values and {words for words, _ in first.answer.values} <= labels


@pytest.mark.parametrize(
    ("question", "value", "speakers", "places"),
    [
        ("What is the tagline of the Metallic Rouge trailer?", "A crimson life", {"the unnamed interviewer in Anime Trending's interview"}, {"3094-3155"}),
        ("To whom is the photo of Minami, Izubuchi and Iwasaki credited?", "Isaac Rouse", {"the writer of “Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider)"}, {"1350-1369"}),
        ("When does Metallic Rouge come out?", "winter 2024", {"the writer of “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending)", "the writer of [Interview with Minami and Kawamoto at Anime Expo 2023]"}, {"12944-12979", "4501-4565"}),
    ],
)
def test_the_passages_of_a_value_are_of_the_claims_that_hold_it(question: str, value: str, speakers: set[str], places: set[str], asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    evidence = next(of for words, of in first.answer.values if value in words)
    assert evidence and {one.speaker for one in evidence} <= speakers
    assert {one.passage.rpartition(":")[2] for one in evidence} <= places


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Was Naomi dubbed by Cassie Ewulu or by Monica Flatley?", "Cassie Ewulu"),  # one of two
        ("How old is Studio Bones?", "25"),  # told of its anniversary
        ("When was Crimson Lightning released?", "20 November 2023"),  # with the clip of the song
        ("who is the composr of Metallic Rouge", "Taisei Iwasaki"),  # a slip of the pen
        ("Which streaming shows Metallic Rouge?", "Crunchyroll"),
        ("Does Tomoyo Kurosawa not voice Naomi?", "Tomoyo Kurosawa as Naomi Ortmann"),
        ("Who said that Naomi is human?", "the writer of “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku)"),  # who says what is asked whether it is so
        ("Where does it say that Rouge is a Nean?", "000_9e22316d2f33c3c2.txt:292-327"),
        ('Who said "a good take is a good take"?', "Taisei Iwasaki"),  # as it is printed
        ("Who other than Hori is called a director of Metallic Rouge?", "Yutaka Izubuchi"),
        ("Which people do the fewest articles mention?", "documents 1"),
        ("Who is Sarah Fitzgerald named after?", "Sarah Vaughan (only taken for granted in a question)"),
        ("Why is Rouge's transformation not mechanical?", "Rouge Redstar is female character"),
        ("What do the articles call the androids?", "Nean"),
        ("who took the photo of Kawamoto and Minami", "004_a9712b5d807fbdec.txt | Kotaku"),  # and not who gave the stills beside it
        ("Who says that whoever likes Blade Runner will love Metallic Rouge?", "Masahiko Minami | Blade Runner Yutaka Izubuchi"),  # in any document
        ("Did Yu-ka sing Scarlet?", "Dazbee, performer of Scarlet (song)"),  # what is said instead
        ("first series of bones", "Hiwou War Chronicles"),
        ("naomi orthmann seiyuu", "Tomoyo Kurosawa"),  # and not the voice of the dub
        ("Rouge Redstar seiyuu and dub voice", "Yume Miyamoto | original cast"),
        ("Rouge Redstar seiyuu and dub voice", "Monica Flatley | dub cast"),
        ("How long is the clip of Crimson Lightning?", "2:30"),
        ("whos the chara designer on metalic rouge", "Toshihiro Kawamoto"),
        ("Which roles does only the dub list name?", "Giallon"),
    ],
)
def test_questions_are_understood_however_they_are_put(question: str, value: str, asker: Asker) -> None:
    assert value in shown_as_written(asker.ask(question).choices[0])


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("bones founders", "Toshihiro Kawamoto"),  # an office and who has it, whichever comes first
        ("did bladerunner influence metallic rouge", "Blade Runner influenced Metallic Rouge"),  # a name in one word
        ("In which earlier series did Yume Miyamoto appear?", "GJ Club"),  # a word of another wording
        ("Who is the English voice of Naomi?", "Cassie Ewulu"),  # and not whose voice it is
        ("Which names can easily be confused?", "Cowboy Bebop | Cowboy Bebop: The Movie"),  # a noun of the wording
        ("bones anniversary", "the 25th anniversary of Studio Bones"),  # as one claim says
        ("Which anniversary of Studio Bones does Metallic Rouge celebrate?", "the 25th anniversary of Studio Bones"),
        ("naomi ortmann orthmann spelling", "Naomi Ortmann | full name"),  # both
    ],
)
def test_what_accounts_for_every_word_is_answered_outright(question: str, value: str, asker: Asker) -> None:
    reply = asker.ask(question)
    assert (reply.state, value in shown_as_written(reply.choices[0])) == ("answered", True), reply.choices[0]


@pytest.mark.parametrize("question", ["Does Monica Flatley voice Naomi?", "Is the ending sung by Yu-ka?", "Did Izubuchi direct Evangelion?"])
def test_of_another_thing_than_is_named_nothing_is_affirmed(question: str, asker: Asker) -> None:
    reply = asker.ask(question)
    assert reply.state != "answered" and reply.choices[0].answer.verdict != "yes"


@pytest.mark.parametrize("question", ["Is Metallic Rouge good?", "When will season 2 of Metallic Rouge come out?", "What does he say about Blade Runner?", "Why do Rouge and Sarah fight?", "Who sang the opening in the dub?", "Is the music jazz?", "Which novel is Metallic Rouge adapted from?",
                                      "Who wrote Crimson Lightning?", "Who talked to Kotaku?", "Why was Metallic Rouge made?", "Who owns Crunchyroll?", "Who said that?", "Who says so?", "Where is that written?", "original voice giallon", "giallon seiyuu", "which japanese channel", "When was the release window revealed?", "What time does it air in Japan?", "special music clip song, date", "After whom is Sarah Fitzgerald named?",
                                      "Who do you see in the pictures?", "Which series did Bones start out with?", "Which documents call Naomi an android?", "What did Nemoto direct?", "immortal nin mision", "Who was influenced by Metallic Rouge?"])  # fmt: skip
def test_what_does_not_answer_the_question_is_doubted(question: str, asker: Asker) -> None:
    assert asker.ask(question).state != "answered"


@pytest.mark.parametrize("question", [
    "Did Rouge Redstar ever see Naomi Orthmann?", "Does Rouge Redstar hear Sarah Fitzgerald?",  # what a verb adds to names is not left out
    "Does Rouge Redstar stand by Naomi Orthmann?", "Does Rouge Redstar use Naomi Orthmann?",  # names alone ask nothing
    "Is Naomi Ortmann used in Metallic Rouge?", "Who uses Metallic Rouge?", "Who gives Rouge Redstar her name?",  # nor do words of a gloss, or the other end of a claim
    "Is Rouge Redstar supposed to be human?", "Was Yutaka Izubuchi supposed to be the director of Metallic Rouge?",  # a plan or a belief is no fact
    "Who is described as the director of Metallic Rouge?", "Who called off the show?",
    "Does Naomi hunt Rouge?", "Should Naomi be human?", "Whom does Rouge voice?",  # nor why it is so, what ought to be, or who does it to whom
    "What did Izubuchi fear?", "Who is the ally of Rouge?",  # and no word is a slip for one that tells little
    "Which documents do not name Naomi?", "Where is Metallic Rouge streamed in Asia?",
])  # fmt: skip
def test_what_says_another_thing_is_no_sure_answer(question: str, asker: Asker) -> None:
    assert asker.ask(question).state != "answered"


@pytest.mark.parametrize("question", ["Did Metallic Rouge inspire Blade Runner?", "Is Kamen Rider inspired by Metallic Rouge?"])
def test_what_is_denied_the_other_way_round_is_not_denied(question: str, asker: Asker) -> None:
    first = asker.ask(question).choices[0].answer
    assert not first.denied and not any("influenced Metallic Rouge" in words for words, _ in first.values)


def test_an_answer_is_sure_only_where_no_other_accounts_for_as_much(asker: Asker) -> None:
    first, *_ = asker.ask("Who directs Metallic Rouge?").choices
    assert first.complete
    otherwise = replace(first, answer=replace(first.answer, values=(("somebody else", ()),)))
    nothing = replace(first, answer=replace(first.answer, values=()))
    assert first.has_rival(otherwise) and not first.has_rival(first)
    assert not first.has_rival(replace(otherwise, unmatched=("direct",))) and not first.has_rival(replace(otherwise, score=first.score - 0.1))
    so = replace(first, answer=replace(first.answer, verdict="yes"))
    assert not first.has_rival(so) and not so.has_rival(otherwise) and not first.has_rival(replace(so, answer=replace(so.answer, verdict="not known")))
    assert not first.has_rival(nothing) and nothing.has_rival(replace(nothing, query="another")) and replace(first, score=0.9).has_rival(nothing)


def test_a_low_score_makes_no_answer_doubtful_that_accounts_for_the_whole_question(asker: Asker) -> None:
    reply = asker.ask("Does Wednesday fit with January 11, 2024?")
    assert (reply.state, reply.choices[0].answer.verdict) == ("answered", "no") and reply.choices[0].score < 0.5


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        ("Who is Kawamoto?", "What else did he work on?", "What else did Kawamoto work on?"),
        ("What did Hori say?", "What is his role?", "What is Hori's role?"),
        ("Who voices Naomi?", "and Rouge?", "Who voices Rouge?"),
        ("Who voices Naomi?", "And in Japanese?", "Who voices Naomi in Japanese?"),
        ("Who voices Naomi?", "Who directs Metallic Rouge?", "Who directs Metallic Rouge?"),
        ("Who is Rouge's partner?", "And who voices her?", "And who voices Naomi Ortmann?"),
        ("Who composed the soundtrack of Metallic Rouge?", "What else has he done?", "What else has Taisei Iwasaki done?"),
        ("Who voices Naomi?", "What does Minami say about his studio?", "What does Minami say about his studio?"),
    ],
)
def test_a_question_goes_on_from_the_one_before_it(before: str, question: str, alone: str, asker: Asker) -> None:
    assert asker.resumed(question, before) == alone


def test_why_is_answered_with_the_reasons_of_speakers(asker: Asker) -> None:
    (first, *_) = asker.ask("Why does Mars suit?").choices
    assert "Metallic Rouge has the theme crimson" in shown_as_written(first)


def test_a_word_of_the_graph_stands_for_another(real_graph: pyoxigraph.Store) -> None:
    question = "Who jotted down the music of Metallic Rouge?"
    store = pyoxigraph.Store()
    store.extend(real_graph)
    wh, word = "https://w3id.org/whence/ontology#", pyoxigraph.NamedNode("https://example.org/words/compose")
    told = {"baseForm": "compose", "inflectedForm": "composit", "synonym": "jot down"}
    store.add(pyoxigraph.Quad(word, pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), pyoxigraph.NamedNode(f"{wh}Word")))
    store.extend(pyoxigraph.Quad(word, pyoxigraph.NamedNode(wh + name), pyoxigraph.Literal(value)) for name, value in told.items())
    reply = Asker(Index(store), catalog.load(layout.locate(ROOT))).ask(question)
    assert (reply.state, shown_as_written(reply.choices[0])) == ("answered", "Taisei Iwasaki | composer")


def test_what_is_only_denied_is_told_as_denied(asker: Asker) -> None:
    choice = next(one for one in asker.ask("Is Metallic Rouge like Cowboy Bebop?").choices if one.query == "comparisons-of-two-things")
    assert [words for words, _ in choice.answer.values] == ["Toshihiro Kawamoto | Metallic Rouge is like Cowboy Bebop (denied)"]


@pytest.mark.parametrize("question", ["Which influences on Metallic Rouge are denied?", "Which comparisons with Metallic Rouge are rejected?"])
def test_who_denies_is_not_told_to_affirm(question: str, asker: Asker) -> None:
    reply = asker.ask(question)
    first = reply.choices[0]
    assert reply.state == "unsure" or first.query == "denied-influences"  # no wording asks for comparisons that are denied
    assert {one.stance for _, evidence in first.answer.values for one in evidence} == {"denied"}


def test_documents_are_proved_by_what_they_are_asked_for(asker: Asker) -> None:
    (first, *_) = asker.ask("Which documents mention Sailor Moon?").choices
    assert {"Sailor Moon" in one.label for _, evidence in first.answer.values for one in evidence} == {True}


def test_answers_have_passages(asker: Asker) -> None:
    (first, *_) = asker.ask("Who composed the music of Metallic Rouge?").choices
    (_, evidence), *_ = first.answer.values
    assert re.fullmatch(r"\d{3}_\w+\.txt:\d+-\d+", evidence[0].passage)
    assert evidence[0].speaker == "the writer of “Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider)"


@pytest.mark.parametrize("question", ["", "?!", "   ", "\x00", "a" * 5000, "the the the " * 500, "'’\"“", "🙂🙂", "{work} [x=y]", "who " * 200, "What?", "What about it?", "\x01 what \u202e"])
def test_what_is_no_question_is_not_understood_or_doubted(question: str, asker: Asker) -> None:
    assert asker.ask(question).state != "answered"


def test_words_that_nothing_speaks_of_are_told(asker: Asker) -> None:
    assert asker.ask("Who is the lawyer of Studio Bones?").missing == ("lawyer",)


def test_a_text_that_holds_an_address_is_no_thing() -> None:
    comet, said = (pyoxigraph.NamedNode(f"https://w3id.org/whence/id/{name}") for name in ("comet-song", "claim-relation-comet-song"))
    wh, skos = "https://w3id.org/whence/ontology#", "http://www.w3.org/2004/02/skos/core#"
    told = {
        "involves": comet, "subject": comet, "property": pyoxigraph.NamedNode(f"{wh}describedAs"),
        "literalValue": pyoxigraph.Literal('"the loudest song" of https://example.org/ and more'),
    }  # fmt: skip
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(said, pyoxigraph.NamedNode(wh + name), value) for name, value in told.items())
    store.extend(
        pyoxigraph.Quad(said, pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), pyoxigraph.NamedNode(wh + kind)) for kind in ("Claim", "Relation")
    )
    store.add(pyoxigraph.Quad(comet, pyoxigraph.NamedNode(f"{skos}prefLabel"), pyoxigraph.Literal("Comet Song", language="en")))
    index = Index(store)
    facts = Facts(Lexicon(index))
    fact = facts.fact(said.value)
    assert fact.involved == {comet.value, f"{wh}describedAs"}
    assert {"loudest", "song"} <= fact.stems
    assert answering._asked(facts, fact, "", {comet.value, f"{wh}describedAs"}) == [told["literalValue"].value]


@pytest.fixture(scope="module")
def beside(real_packs: packs.Opened) -> Asker:
    """Asks the graph with its packs beside it."""
    packs.choosing.speak({}, real_packs.packs)
    index = Index(real_packs.store)
    assert index.packs
    return Asker(index, catalog.load(layout.locate(ROOT)))


@pytest.mark.parametrize("question", ["Who directed The Rose of Versailles?", "Is Metallic Rouge based on Blade Runner?", "What is Blade Runner based on?"])
def test_packs_beside_the_graph_are_not_asked_unless_they_are_named(question: str, asker: Asker, beside: Asker) -> None:
    assert beside.ask(question) == asker.ask(question)


@pytest.mark.parametrize(
    ("question", "state", "value"),
    [
        ("What does Philip K. Dick have to do with it?", "answered", "Philip K. Dick, creator of the original work of Blade Runner"),
        ("Who composed the music of Blade Runner?", "unsure", "Vangelis"),  # which is known here, too
        ("Who wrote the music of Blade Runner according to the catalogues?", "unsure", "Vangelis"),
    ],
)
def test_what_the_graph_does_not_know_a_pack_tells(question: str, state: str, value: str, beside: Asker) -> None:
    reply = beside.ask(question)
    assert (reply.state, reply.choices[0].understood.startswith("in the "), value in shown_as_written(reply.choices[0])) == (state, True, True), reply
    assert {one.stance for _, evidence in reply.choices[0].answer.values for one in evidence} == {"catalogue"}


@pytest.mark.parametrize("question", ["Who directed Blade Runner?", "Why did Izubuchi put in more dialogue?"])
def test_what_a_pack_does_not_answer_it_is_not_asked_for(question: str, beside: Asker) -> None:
    reply = beside.ask(question)
    assert reply.catalogued and not any(one.understood.startswith("in the ") for one in reply.choices)


def test_of_a_name_alone_a_catalogue_does_not_tell_who_is_asked_for(beside: Asker) -> None:
    assert beside.ask("Who is Kekkai Sensen?").state != "answered"


def test_when_is_answered_by_claims_with_dates_where_there_are_some(beside: Asker) -> None:
    (first, *_) = beside.ask("When did Cowboy Bebop premiere?").choices
    assert [words for words, _ in first.answer.values] == ["3 April 1998"]


def test_who_wrote_a_work_is_not_who_wrote_its_music(beside: Asker) -> None:
    reply = beside.ask("Who wrote Blade Runner according to Wikidata?")
    assert reply.state != "answered" or "Vangelis" not in shown_as_written(reply.choices[0])


def test_an_outlet_says_what_its_articles_say_in_their_own_words(asker: Asker) -> None:
    reply = asker.ask("what does kotaku say about blade runner")
    assert reply.state == "answered" and "Metallic Rouge blends Blade Runner, Kamen Rider" in shown_as_written(reply.choices[0])


@pytest.mark.parametrize("question", ["Who directed Cowboy Bebop according to MADB?", "What does the Media Arts Database say about the director of Cowboy Bebop?"])
def test_a_catalogue_that_is_named_answers_in_its_own_name(question: str, beside: Asker) -> None:
    reply = beside.ask(question)
    (first, *_) = reply.choices
    assert first.understood.startswith("in the catalogue Media Arts Database: ")
    assert "Shinichiro Watanabe" in shown_as_written(first)
    assert {one.speaker for _, evidence in first.answer.values for one in evidence} == {"the editors of the Media Arts Database"}


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("Which streaming service shows Metallic Rouge outside Asia?", ["Crunchyroll | the world outside Asia"]),
        ("When was the first teaser trailer released?", ["July 2023"]),
        ("When was the third official teaser trailer released?", ["15 October 2023"]),
        ("On which day of the week does Metallic Rouge air?", ["Wednesday"]),
        ("At what time does Metallic Rouge air on Crunchyroll?", ["Wednesday | 1:25/12:25c"]),
    ],
)
def test_what_a_question_restricts_its_answer_to_is_heeded(question: str, values: list[str], asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    assert [words for words, _ in first.answer.values] == values


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("Which works did Yutaka Izubuchi direct?", "On which works is Yutaka Izubuchi director?"),
        ("What does Rouge wear?", "What do the documents say of Rouge Redstar with the relation “wears”?"),
        ("Who partnered in Metallic Rouge?", "What do the documents say of Metallic Rouge with the relation “partner of”?"),
        ("What is the tagline of Metallic Rouge?", "What is the tagline of Metallic Rouge?"),
        ("Is Rouge an android?", "Is Rouge Redstar an android?"),
    ],
)
def test_what_is_understood_is_a_sentence(question: str, understood: str, asker: Asker) -> None:
    (first, *_) = asker.ask(question).choices
    assert first.understood == understood
