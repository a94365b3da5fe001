"""What explanations come to in a sentence, read in the documents by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from whence import packs
from whence.proof import Explainer, terms, verdict
from whence.store import layout
from whence.things import Index

ROOT = Path(__file__).parents[2]
MADB = "https://w3id.org/whence/pack/madb/"


@pytest.fixture(scope="module")
def explainer(real_graph: Store) -> Explainer:
    return Explainer(layout.locate(ROOT), Index(real_graph))


@pytest.mark.parametrize(("words", "policy", "begins", "holds"), [
    (("Metallic Rouge", "influencedBy", "Star Trek"), None, "Yes, in the views any, maker and press: producer Masahiko Minami says that Star Trek influenced Metallic Rouge (world-building) (", "Who says otherwise: producer Masahiko Minami denies by implication that Metallic Rouge is like Star Trek (scale)"),
    (("Metallic Rouge", "influencedBy", "Star Trek"), "press", "Yes, in the view press: the writer of [Interview with Minami and Kawamoto at Anime Expo 2023] says that", "(science fiction)"),
    (("Metallic Rouge", "influencedBy", "Blade Runner"), None, "No: denied, and affirmed by nobody: character designer Toshihiro Kawamoto denies that", "2055-2186). Who says otherwise: the writer of “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku) and character designer Toshihiro Kawamoto say that Metallic Rouge blends Blade Runner, Kamen Rider"),
    (("Cowboy Bebop", "schema:director", "Toshihiro Kawamoto"), None, "Yes, in the views any, press and schema-org: the writer of", "Recorded of it: The director of Cowboy Bebop is Kawamoto in the preview"),
    (("Metallic Rouge", "influencedBy", "Cowboy Bebop"), None, "Not outright: hedged, and nobody says it outright: character designer Toshihiro Kawamoto says with a hedge that", "2621-2685"),
    (("Metallic Rouge", "influencedBy", "genre:spaghetti-western"), None, "Not known: nobody says anything of the kind of the whole in the documents here, which does not mean that it is not so. Of a part of it: ", "that spaghetti Western influenced the music of Metallic Rouge"),
    (("Metallic Rouge", "influencedBy", "Iron Man"), None, "Not known: nobody says anything of the kind in the documents here, which does not mean that it is not so.", ""),
    (("Metallic Rouge", "composed by", "Taisei Iwasaki"), None, "Yes, in the views any, maker, press and schema-org: composer Taisei Iwasaki says", ""),
    (("Metallic Rouge", "rdf:type", "wh:Film"), None, "Not known: it is neither asserted nor does it follow, which does not mean that it is not so.", ""),
    (("Metallic Rouge", "rdf:type", "wh:Work"), None, "Yes: it follows from what is asserted.", ""),
    (("Metallic Rouge", "rdf:type", "wh:Series"), None, "Yes: asserted in triples/entities/works.ttl:", ""),
])  # fmt: skip
def test_the_first_sentence_answers(explainer: Explainer, words: tuple[str, str, str], policy: str | None, begins: str, holds: str) -> None:
    triple, _ = terms.read(explainer.index, *words)
    sentence = verdict(explainer.index, explainer.triple(triple.subject, triple.predicate, triple.object, policy))
    assert sentence.startswith(begins) and holds in sentence, sentence


@pytest.mark.parametrize(("words", "begins", "where"), [
    ((MADB + "C8806", "rdf:type", "wh:Work"), "Yes: it follows from what is asserted.", "in the catalogue Media Arts Database"),
    (("role:voice-actor", "wh:involvedIn", MADB + "claim-casting-voice-actor-versionnotstated-c411145-bd567a9955"), "Yes: it follows", "in the catalogue Media Arts Database"),
    ((MADB + "C8806", "schema:director", "佐藤順一"), "Yes, in the views any of Media Arts Database and schema-org of Media Arts Database: ", "in the view any of Media Arts Database"),
    (("Sailor Moon", "schema:director", "佐藤順一"), "Yes, in the views any of Media Arts Database and schema-org of Media Arts Database: ", "in the view any of Media Arts Database"),
    ((MADB + "C8806", "schema:director", "武内直子"), "Not known: ", "in the view any of Media Arts Database"),
])  # fmt: skip
def test_what_a_catalogue_says_is_proved_from_its_pack(real_packs: packs.Opened, words: tuple[str, str, str], begins: str, where: str) -> None:
    explainer = Explainer(layout.locate(ROOT), Index(real_packs.store))
    triple, _ = terms.read(explainer.index, *words)
    told = explainer.triple(triple.subject, triple.predicate, triple.object)
    assert verdict(explainer.index, told).startswith(begins)
    (one,) = [one for one in told if one.where == where]
    assert one.holds != begins.startswith("Not")
    for proof in one.proofs:
        assert all(premise.proof or (premise.place and premise.place.file.startswith(("triples/packs/madb/", "ontology/"))) for premise in proof.premises)


def test_a_copy_proves_what_a_catalogue_says_down_to_its_positions(real_packs: packs.Opened) -> None:
    explainer = Explainer(layout.locate(ROOT), Index(real_packs.store), copied="http://127.0.0.1:1/")
    triple, _ = terms.read(explainer.index, "Sailor Moon", "schema:director", "佐藤順一")
    (one,) = [one for one in explainer.triple(triple.subject, triple.predicate, triple.object) if one.where == "in the view any of Media Arts Database"]
    assert one.holds and one.proofs[0].claims[0].positions and not any(premise.place for premise in one.proofs[0].premises)
