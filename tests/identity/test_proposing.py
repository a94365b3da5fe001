"""Proposals: what is proposed by which evidence, what is not, and in which time."""

from __future__ import annotations

import pytest
from deriving import ROOT
from growth import assert_linear
from pyoxigraph import RdfFormat, Store

from whence import identity, inference
from whence.identity import Proposal, Source

PREFIXES = """@prefix : <https://example.org/{name}/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix role: <https://w3id.org/whence/vocab/role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix wh: <https://w3id.org/whence/ontology#> .\n"""


def source(name: str, turtle: str) -> Source:
    store = Store()
    store.load(path=str(ROOT / "ontology" / "whence.ttl"), format=RdfFormat.TURTLE)
    store.load(input=(PREFIXES.replace("{name}", name) + turtle).encode(), format=RdfFormat.TURTLE)
    inference.close(store)
    return Source(name, store)


def film(slug: str, label: str, year: str = "", kind: str = "Film") -> str:
    text = f':{slug} a wh:{kind} ; skos:prefLabel {label} .\n'
    return text + (f':release-{slug} a wh:Release ; wh:work :{slug} ; wh:date "{year}" .\n' if year else "")


def person(slug: str, label: str, *works: str) -> str:
    credits = (f":credit-{slug}-{work} a wh:Contribution ; wh:agent :{slug} ; wh:work :{work} ; wh:role role:director .\n" for work in works)
    return f":{slug} a wh:Person ; skos:prefLabel {label} .\n" + "".join(credits)


def identifier(slug: str, scheme: str, value: str) -> str:
    return f':{slug} wh:identifier :i-{slug}-{scheme} . :i-{slug}-{scheme} a wh:Identifier ; wh:scheme "{scheme}" ; wh:identifierValue "{value}" .\n'


def found(*graphs: str, decided: tuple[tuple[str, str], ...] = ()) -> list[Proposal]:
    return list(identity.proposals([source(f"g{number}", text) for number, text in enumerate(graphs)], decided).found)


def told(*graphs: str) -> list[tuple[str, str, str]]:
    return [(one.thing.rpartition("/")[2], one.other.rpartition("/")[2], one.tier) for one in found(*graphs)]


def test_a_shared_identifier_is_the_firmest_and_tells_what_speaks_against_it() -> None:
    one = film("a", '"Blade Runner"@en', "1982") + identifier("a", "Wikidata", "Q184843")
    (sure,) = found(one, film("b", '"ブレードランナー"@ja , "Blade Runner"@en', "1982-06-25") + identifier("b", "Wikidata", "Q184843"))
    assert (sure.tier, sure.score, sure.reason, sure.sources) == ("identifier", 0.98, "Wikidata Q184843 for both", ("g0", "g1"))
    (odd,) = found(one, film("b", '"Blade Runner"@en', "1997", "Game") + identifier("b", "Wikidata", "Q184843"))
    assert odd.score < 0.4 and "but film and game" in odd.reason and "but 1982 and 1997" in odd.reason


def test_a_name_and_a_shared_work_come_before_a_name_alone() -> None:
    one = film("w", '"Tide Tables"@en') + person("a", '"Kana Mori"@en', "w") + person("c", '"Jo Doe"@en')
    other = film("v", '"tide tables"@en') + person("b", '"Mori Kana"@en', "v") + person("d", '"Jo Doe"@en')
    proposals = found(one, other)
    assert [(one.thing[-1], one.other[-1], one.tier) for one in proposals] == [("w", "v", "name and work"), ("a", "b", "name and work"), ("c", "d", "name")]
    assert "“Tide Tables” beside both" in proposals[1].reason
    assert [one.score for one in proposals] == sorted((one.score for one in proposals), reverse=True)


def test_what_a_work_is_called_is_no_evidence_where_class_or_year_differ() -> None:
    series = film("star-trek", '"Star Trek"@en', "1966", "Series")
    assert told(series, film("film", '"Star Trek"@en', "2009")) == []
    assert told(film("a", '"Batman"@en', "1989"), film("b", '"Batman"@en', "1966")) == []
    assert told(film("a", '"Batman (1989 film)"@en'), film("b", '"Batman"@en', "1966")) == []
    assert told(film("a", '"Batman (1989 film)"@en'), film("b", '"Batman"@en', "1989")) == [("a", "b", "name")]
    director = person("p", '"Kana Mori"@en', "w")
    assert told(film("w", '"Bebop"@en', kind="Series") + director, film("w", '"Bebop"@en') + director) == [("p", "p", "name and work")]


def test_things_with_two_identifiers_of_one_scheme_are_two() -> None:
    assert told(film("a", '"Batman"@en') + identifier("a", "Wikidata", "Q1"), film("b", '"Batman"@en') + identifier("b", "Wikidata", "Q2")) == []


def test_homonyms_lower_the_score() -> None:
    one = film("a", '"Batman"@en')
    alone = found(one, film("b", '"Batman"@en'))
    crowd = found(one, "".join(film(f"b{number}", '"Batman"@en') for number in range(3)))
    assert len(alone) == 1 and len(crowd) == 3
    assert all(each.score < alone[0].score / 2 and "3 that may be meant are called so" in each.reason for each in crowd)


def test_two_of_one_name_in_one_graph_need_more_than_the_name() -> None:
    two = person("a", '"Kana Mori"@en') + person("b", '"Kana Mori"@en')
    assert told(two) == []
    assert told(film("w", '"Harbour"@en') + person("a", '"Kana Mori"@en', "w") + person("b", '"Mori Kana"@en', "w")) == [("a", "b", "name and work")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"南雅彦"@ja', '"南 雅彦"@ja'), ('"澤野弘之"@ja', '"沢野 弘之"@ja'), ('"ワタナベ シンイチロウ"@ja', '"わたなべしんいちろう"@ja-Hrkt'),
        ('"Shinichirō Watanabe"@en', '"WATANABE Shinichirou"@en'), ('"ﾗｰｾﾞﾌｫﾝ"@ja', '"ラーゼフォン"@ja'), ('"Ōtomo Katsuhiro"@en', '"Katsuhiro Ohtomo"@en'),
    ],
)  # fmt: skip
def test_scripts_readings_order_and_old_characters_make_no_difference(one: str, other: str) -> None:
    (proposal,) = found(person("a", one), person("b", other))
    assert proposal.tier == "name"


def test_what_stands_behind_a_name_tells_things_of_one_graph_apart_and_lowers_the_score_between_graphs() -> None:
    cast = person("p", '"Kana Mori"@en', "a") + person("q", '"Jo Doe"@en', "a")
    assert told(film("a", '"Moomin"@en') + film("b", '"Moomin (new)"@en') + cast + person("r", '"Kana Mori (b)"@en', "b")) == []
    assert told(film("a", '"Witch"@en') + film("b", '"Witch ♯"@en') + cast + person("r", '"Kana Mori"@en', "b")) == [("p", "r", "name and work")]
    (alike,), (other,) = (found(film("a", '"Moomin (1969)"@en'), film("b", label)) for label in ('"Moomin"@en', '"Moomin (TV)"@en'))
    assert other.score < alike.score and "but (1969) and (TV) stand behind it" in other.reason


def test_an_only_general_class_lowers_the_score() -> None:
    (exact,), (vague,) = found(film("a", '"Tides"@en'), film("b", '"Tides"@en')), found(film("a", '"Tides"@en'), film("b", '"Tides"@en', kind="Work"))
    assert vague.score < exact.score and "work" in vague.reason


def character(slug: str, label: str, work: str, actor: str) -> str:
    casting = f":casting-{slug} a wh:Casting ; wh:agent :{actor} ; wh:work :{work} ; wh:character :{slug} ; wh:role role:voice-actor .\n"
    return f":{slug} a wh:Character ; skos:prefLabel {label} .\n" + casting


def test_a_name_of_three_letters_says_little() -> None:
    (firm,), (person_,) = (found(f':a a wh:Agent ; skos:prefLabel "{name}"@ja .', person("b", f'"{name.title()}"@en')) for name in ("NAS", "NASIR"))
    assert firm.score < person_.score / 2 and "so short a name says little" in firm.reason


def test_characters_of_works_that_share_no_name_are_probably_two() -> None:
    one = film("w", '"The Memory of Soul"@en') + person("p", '"Kana Mori"@en') + character("q", '"Quill"@en', "w", "p")
    other = film("v", '"Star Voyage"@en') + person("r", '"Jo Doe"@en') + character("q2", '"Quill"@en', "v", "r")
    (far,) = (each for each in found(one, other) if each.thing.endswith("/q"))
    (near,) = (each for each in found(one, other.replace("Star Voyage", "the memory of soul")) if each.thing.endswith("/q"))
    (alone,) = found(one, ':q2 a wh:Character ; skos:prefLabel "Quill"@en .')
    assert far.score < 0.3 < alone.score < near.score and "works that have no name in common" in far.reason and near.tier == "name and work"


def test_the_source_of_a_work_is_not_the_work_that_an_identifier_says_it_is() -> None:
    one = film("a", '"One Sea"@en', kind="Series") + identifier("a", "MADB", "C1")
    other = film("b", '"One Sea"@en', kind="Series") + identifier("b", "MADB", "C1") + film("c", '"One Sea (original work)"@en', kind="Work")
    scores = {each.other.rpartition("/")[2]: each for each in found(one, other)}
    assert scores["b"].score == 0.98 and scores["c"].score < 0.2 and "an identifier says that One Sea is One Sea" in scores["c"].reason
    assert scores["c"].score < found(film("a", '"One Sea"@en', kind="Series"), other)[0].score


def test_an_agent_with_an_identifier_may_have_more_names_there() -> None:
    one = person("a", '"Kana Mori"@en') + identifier("a", "MADB", "C1")
    other = person("b", '"Kana Mori"@en') + identifier("b", "MADB", "C1") + ':c a wh:Agent ; skos:prefLabel "KANA MORI"@en .'
    (name,) = (each for each in found(one, other) if each.other.endswith("/c"))
    assert "an identifier says" not in name.reason


def test_what_was_decided_or_is_kept_apart_is_not_proposed_again() -> None:
    graphs = film("a", '"Tides"@en'), film("b", '"Tides"@en')
    (one,) = found(*graphs)
    assert found(*graphs, decided=((one.thing, one.other),)) == []
    assert list(identity.proposals([source(f"g{n}", text) for n, text in enumerate(graphs)], (), [(one.thing, one.other)]).found) == []
    assert told(graphs[0] + ":a owl:differentFrom <https://example.org/g1/b> .", graphs[1]) == []


def test_works_that_are_decided_to_be_one_are_a_work_shared() -> None:
    sources = [
        source("g0", film("w", '"Spirited Away"@en') + person("a", '"Kana Mori"@en', "w")),
        source("g1", film("v", '"千と千尋の神隠し"@ja') + person("b", '"Kana Mori"@en', "v")),
    ]
    works = "https://example.org/g0/w", "https://example.org/g1/v"
    (before,), (after,) = identity.proposals(sources).found, identity.proposals(sources, [works], [works]).found
    assert (before.tier, after.tier) == ("name", "name and work") and after.score > before.score


def test_documents_questions_and_terms_are_never_proposed() -> None:
    text = ':a a wh:Document ; skos:prefLabel "One"@en . :b a wh:Genre ; skos:prefLabel "Two"@en . :c a wh:Question ; skos:prefLabel "Three"@en .'
    assert told(text, text) == []


def test_names_that_very_many_have_are_counted_and_those_with_a_shared_work_still_proposed() -> None:
    crowd = "".join(film(f"b{number}", '"Batman"@en') for number in range(30)) + person("p", '"Kana Mori"@en', "b7")
    proposals = identity.proposals([source("g0", film("a", '"Batman"@en') + person("q", '"Kana Mori"@en', "a")), source("g1", crowd)])
    assert [(one.thing[-1], one.other.rpartition("/")[2], one.tier) for one in proposals.found] == [("a", "b7", "name and work"), ("q", "p", "name and work")]
    assert proposals.left_out == {"Batman": 29}


def _two_graphs(size: int) -> list[Source]:
    return [
        source(name, "".join(film(f"w{n}", f'"Work {n // 3}"@en', str(1990 + n % 30)) + person(f"p{n}", f'"Person {n // 5} of the {n % 7}"@en', f"w{n}") for n in range(size)))
        for name in ("g0", "g1")
    ]


def test_the_time_grows_with_the_size_and_no_faster() -> None:
    assert len(identity.proposals(_two_graphs(500)).found) > 50
    assert_linear(_two_graphs, identity.proposals, 500)
