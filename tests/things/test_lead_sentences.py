"""Leads: of things of the curated graph against what the texts say, and of a graph that says little, hedges and disputes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from whence import packs
from whence.namespaces import ID, VOCAB
from whence.things import Index, identifiers
from whence.things.lead_sentences import lead

ROOT = Path(__file__).parents[2]
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"

#: Thing to its sentences, each checked by hand against the texts of the five documents.
CHECKED = {
    "star-trek": [
        "Star Trek is a franchise; who made it and when it was released, nobody says outright here.",
        "Masahiko Minami says that it influenced Metallic Rouge (world-building); the writer of [Interview with Minami and Kawamoto at Anime Expo 2023] says so of Metallic Rouge (science fiction),"
        " and says that Metallic Rouge blends it with magical girl, cyberpunk and science fiction.",
        "Masahiko Minami denies that it is like Metallic Rouge (scale; by implication).",
    ],
    "blade-runner": [
        "Blade Runner is a film; who made it and when it was released, nobody says outright here.",
        "Toshihiro Kawamoto says that Metallic Rouge blends it with Kamen Rider.",
        "Toshihiro Kawamoto denies that it influenced Metallic Rouge (world-building), and that it is like Metallic Rouge (world-building);"
        " the writer of [Interview with Minami and Kawamoto at Anime Expo 2023] denies that it influenced Metallic Rouge (science fiction; by implication).",
    ],
    "sailor-moon": [
        "Sailor Moon is a series; who made it and when it was released, nobody says outright here.",
        "Nobody says here what it comes from or what came of it; the writer of [Interview with Minami and Kawamoto at Anime Expo 2023]"
        " says that it is like the transformation of Rouge as designed (vibrancy, for sailor senshi).",
        "The writer of “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku) denies that it is like the transformation of Rouge as designed (appearance, for sailor senshi).",
    ],
    "rouge-transformation-design": [
        "“The transformation of Rouge as designed” is a work part of Metallic Rouge, credited to Yutaka Izubuchi (originator of an idea).",
        "Nobody says here what it comes from or what came of it; the press says that it is like magical girl (light and grace), sailor senshi (vibrancy) and"
        " the heroes of Kamen Rider (appearance); Masahiko Minami says so, as a prediction, of magical girl.",
        "Its maker Masahiko Minami denies that it is like Iron Man (transformation; as an intention).",
    ],
    "sarah-vaughan": ["Sarah Vaughan is a person, named here in 4 claims, all taken for granted in questions."],
    "fuji-tv": ["Fuji TV is an organization; predicted to be an outlet of Metallic Rouge."],
    "fans-of-the-trailer": [
        "“Fans who saw the trailer” is a group.",
        "1 position is ascribed to fans who saw the trailer here, in [Interview with Minami and Kawamoto at Anime Expo 2023].",
    ],
    "immortal-nine": [
        "“The Immortal Nine” is a fictional group of the world of Metallic Rouge, each of them said to be an android and a rebel.",
        "In the story: species Nean; hostile to the (human) government of the world of Metallic Rouge; called in world Immortal Nine; and 2 more.",
    ],
    "sailor-senshi": [
        "“Sailor senshi” is a fictional group of the world of Sailor Moon.",
        "The writer of [Interview with Minami and Kawamoto at Anime Expo 2023] says that it is like the transformation of Rouge as designed (vibrancy);"
        " the writer of “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku) denies that it is like the transformation of Rouge as designed (appearance).",
    ],
    "cowboy-bebop": [
        "Cowboy Bebop is a series, credited to Toshihiro Kawamoto (character designer, director) and Shinichiro Watanabe (director); when it was released, nobody says outright here.",
        "Its maker Toshihiro Kawamoto says that it comes from the opinion of the director of Cowboy Bebop (style); Toshihiro Kawamoto says, with a hedge, that it influenced Metallic Rouge (character design).",
        "Toshihiro Kawamoto denies that it is like Metallic Rouge.",
    ],
    "metallic-rouge-music": [
        "“The music of Metallic Rouge” is a work part of Metallic Rouge.",
        "Its maker Taisei Iwasaki says that it comes from the story of Metallic Rouge and tradition of good music; the writer of “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending) says so of the 1940s,"
        " and says that Metallic Rouge blends it with action adventure.",
        "Nobody here denies that it comes from anything or is like it.",
    ],
    "yutaka-izubuchi": [
        "Yutaka Izubuchi is a person, credited on Metallic Rouge (chief director, series composition, supervising director and more), Cowboy Bebop: The Movie,"
        " Evangelion: 1.0 You Are (Not) Alone, Mobile Police Patlabor (mechanical designer), RahXephon (conceptual author) and Space Battleship Yamato 2199 (director).",
        "Yutaka Izubuchi takes 160 positions here, in “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending).",
        "Yutaka Izubuchi names the vision of a boy watching falling stars as an origin of the world of Metallic Rouge as designed; and denies 1980s anime (as an intention) as an origin of Metallic Rouge.",
    ],
    "masahiko-minami": [
        "Masahiko Minami is a person, said to be a producer, credited on Metallic Rouge (producer); president of Studio Bones (current) and in an office not named at Sunrise (former).",
        "Masahiko Minami takes 106 positions here in [Interview with Minami and Kawamoto at Anime Expo 2023] (46), “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending) (39), “Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider) (17) and “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku) (4).",
        "Masahiko Minami names Star Trek (world-building) as an origin of Metallic Rouge.",
    ],
    "yume-miyamoto": ["Yume Miyamoto is a person, credited on GJ Club and Metallic Rouge (as Rouge Redstar, voice actor)."],
    "studio-bones": [
        "Studio Bones is an organization, credited on Metallic Rouge (production studio), My Hero Academia (production studio), Fullmetal Alchemist (production studio),"
        " Fullmetal Alchemist: Brotherhood, Hiwou War Chronicles (production studio) and Mob Psycho 100; outlet of the trailer of Metallic Rouge released during Anime Expo 2023.",
        "Masahiko Minami is its president (current) and Toshihiro Kawamoto is its co-founder.",
        "2 positions are ascribed to Studio Bones here in “Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider) (1) and [Preview of Metallic Rouge] (2023-11-21) (1).",
    ],
    "rouge-redstar": [
        "Rouge Redstar is a character of the world of Metallic Rouge, said to be a main character, an android and a girl.",
        "Rouge Redstar is voiced by Yume Miyamoto (original cast) and Monica Flatley (dub cast).",
        "In the story: species Nean; has mission the mission of Rouge and Naomi; undergoes the transformation of Rouge; and 5 more.",
    ],
    "document-002": [
        "[Interview with Minami and Kawamoto at Anime Expo 2023] is a document of 4,566 characters.",
        "It holds 184 positions, by its writer (120), Masahiko Minami (46) and Toshihiro Kawamoto (18).",
        "Of these 145 are affirmed outright, 8 put as wishes, 7 denied, 7 implied, 7 put as predictions, 4 put as intentions, 2 taken for granted in questions, 2 in analogies, 1 hedged and 1 promotional.",
    ],
    "writer-of-document-002": [
        "“The writer of [Interview with Minami and Kawamoto at Anime Expo 2023]” is a journalist.",
        "The writer of [Interview with Minami and Kawamoto at Anime Expo 2023] takes 120 positions here, in [Interview with Minami and Kawamoto at Anime Expo 2023].",
        "The writer of [Interview with Minami and Kawamoto at Anime Expo 2023] names Star Trek (science fiction) as an origin of Metallic Rouge; and denies Blade Runner (science fiction; by implication) as an origin of Metallic Rouge.",
    ],
    "crimson-lightning-music-clip": [
        "“The special music clip of Crimson Lightning” is a promotional video, part of Metallic Rouge; its release is dated 20 November 2023 (stated by 1 document); who made it, nobody says outright here.",
        "Nobody says here what it comes from or what came of it.",
        "The writer of [Preview of Metallic Rouge] (2023-11-21) denies that it is like the third official teaser trailer of Metallic Rouge (tone; by implication).",
    ],
}  # fmt: skip
ATTESTS = NamedNode("https://w3id.org/whence/ontology#attests")


@pytest.fixture(scope="module")
def index(real_graph: Store) -> Index:
    return Index(real_graph)


def told(index: Index, slug: str) -> list[str]:
    return [str(sentence) for sentence in lead(index, slug if ":" in slug else ID + slug)]


@pytest.mark.parametrize("slug", CHECKED)
def test_a_lead_says_what_the_texts_do(index: Index, slug: str) -> None:
    assert told(index, slug) == CHECKED[slug]


def test_the_lead_of_the_work_everything_is_about(index: Index) -> None:
    what, origins, denials = told(index, "metallic-rouge")
    assert what.startswith("Metallic Rouge is a series, credited to Yutaka Izubuchi (chief director, series composition, supervising director and more), ")
    for credit in ("Taisei Iwasaki (composer)", "Studio Bones (production studio)", "Motonobu Hori (director)"):
        assert credit in what
    assert "January 2024 (stated by 1 document, predicted by 3 documents)" in what
    assert origins.startswith("Its makers say that it comes from Star Trek (world-building: Masahiko Minami), ")
    assert "the press says so of Star Trek (science fiction), tokusatsu and the 1940s (for its music); " in origins
    assert "Toshihiro Kawamoto says so, with a hedge, of Cowboy Bebop (character design)" in origins
    assert "spaghetti Western" not in origins  # a question alone takes it for granted
    assert denials.startswith("Its makers deny that it comes from 1980s anime (as an intention: Yutaka Izubuchi), Blade Runner (world-building: Toshihiro Kawamoto)")


def test_every_work_has_three_sentences_and_every_other_thing_at_least_one(index: Index) -> None:
    for kind in ("Work", "WorkPart", "Agent", "FictionalEntity", "Document", "Concept", "Event", "Idea"):
        for node in index.instances(kind):
            sentences = lead(index, node.value)
            if node.value.endswith("NotStated"):
                assert sentences == []
                continue
            assert len(sentences) == 3 if kind.startswith("Work") else 1 <= len(sentences) <= 4, node.value
            for sentence in sentences:
                text = str(sentence)
                assert text.endswith(".") and not text.endswith("..") and "  " not in text and " ," not in text, text
                named = [part for part in sentence.parts if part.iri and part.text != "its writer"]
                assert all(index.label(part.iri).casefold() == part.text.casefold() for part in named)


@pytest.mark.parametrize("iri", [ID + "claim-influence-star-trek-world-building", ID + "question-004-1", ID + "no-such-thing", "https://w3id.org/whence/ontology#Influence"])
def test_what_its_page_says_already_has_no_lead(index: Index, iri: str) -> None:
    assert lead(index, iri) == []


def test_a_concept_tells_what_came_of_it(index: Index) -> None:
    assert told(index, VOCAB + "genre/tokusatsu") == ["“Tokusatsu” is a genre, said of Kamen Rider.", "The writer of “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending) says that it influenced Metallic Rouge."]


def test_a_dispute_a_hedge_and_a_silence_are_told(small_store: Store) -> None:
    index = Index(small_store)
    assert told(index, "comet-song") == [
        "Comet Song is a series, credited to Hana Mori (director); when it was released, nobody says outright here.",
        "Joe Writer says, with a hedge, that it comes from Iron Garden (disputed).",
        "Hana Mori denies that it comes from Iron Garden (disputed).",
    ]
    assert told(index, "iron-garden")[0] == "Iron Garden is a series; who made it and when it was released, nobody says outright here."


def test_a_credit_that_is_denied_is_none(small_store: Store) -> None:
    store = Store()
    store.bulk_extend(small_store)
    denial = f"""
    <{ID}a> a <https://w3id.org/whence/ontology#Attestation> ; <https://w3id.org/whence/ontology#attests> <{ID}claim-contribution-hana-mori-comet-song-director> ;
      <https://w3id.org/whence/ontology#polarity> <https://w3id.org/whence/ontology#Denied> ; <https://w3id.org/whence/ontology#commitment> <https://w3id.org/whence/ontology#Stated> .
    """
    store.load(denial.encode(), format=RdfFormat.TURTLE)
    assert told(Index(store), "comet-song")[0] == "Comet Song is a series; who made it and when it was released, nobody says outright here."


def test_what_somebody_denies_in_two_places_is_told_once(real_graph: Store) -> None:
    store = Store()
    store.bulk_extend(real_graph)
    denial = next(quad.subject for quad in store.quads_for_pattern(None, ATTESTS, NamedNode(ID + "claim-influence-1980s-anime")) if str(quad.subject).find("izubuchi") > 0)
    store.extend([Quad(NamedNode(ID + "again"), quad.predicate, quad.object) for quad in store.quads_for_pattern(denial, None, None, DefaultGraph())])
    store.extend([Quad(quad.subject, quad.predicate, NamedNode(ID + "again")) for quad in store.quads_for_pattern(None, None, denial, DefaultGraph())])
    takes, names = told(Index(store), "yutaka-izubuchi")[1:3]
    assert "takes 161 positions" in takes and names.endswith("and denies 1980s anime (as an intention) as an origin of Metallic Rouge.")


def test_what_catalogues_alone_tell_is_said_to_be_theirs(real_packs: packs.Opened) -> None:
    index = Index(real_packs.store)
    assert told(index, "blade-runner")[0] == "Blade Runner is a film; who made it, the catalogue Wikidata (WD50K) alone tells here; when it was released, no article says outright here."
    assert told(index, "sailor-moon")[0] == "Sailor Moon is a series; who made it and when it was released, the catalogue Media Arts Database alone tells here."


def test_identifiers_are_the_verified_ones(index: Index) -> None:
    found = identifiers.of(index, ID + "metallic-rouge")
    assert ("MAL-anime", "54794", "https://myanimelist.net/anime/54794") in [(one.scheme, one.value, one.address) for one in found]
    store = Store()
    store.load(b"""@prefix wh: <https://w3id.org/whence/ontology#> .
      <a:a> wh:identifier <a:i>, <a:j> . <a:i> wh:scheme "IMDb" ; wh:identifierValue "tt1" . <a:j> wh:scheme "Freebase" ; wh:identifierValue "/m/1" ; wh:verifiedIn "a file" .""", format=RdfFormat.TURTLE)
    assert [(one.scheme, one.address) for one in identifiers.of(Index(store), "a:a")] == [("Freebase", "")]
    assert identifiers.of(index, NamedNode(ID + "no-such-thing").value) == []
