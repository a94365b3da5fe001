"""Why something is not in a view: denied by whom, hedged by whom, a premise, the press alone, or not known; read in the documents by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from deriving import with_views
from pyoxigraph import Literal, NamedNode, Store, Triple

from whence import catalog
from whence.errors import UsageError
from whence.namespaces import ID, PREFIXES, WH
from whence.proof import Explainer, Reason, why_not, terms
from whence.store import layout
from whence.things import Index

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests" / "cases" / "things" / "disagreements.ttl"
INFLUENCED_BY = NamedNode(WH + "influencedBy")


@pytest.fixture(scope="module")
def explainer(real_graph: Store) -> Explainer:
    return Explainer(layout.locate(ROOT), Index(real_graph))


def influence(source: str) -> Triple:
    iri = PREFIXES[source.partition(":")[0]] + source.partition(":")[2] if ":" in source else ID + source
    return Triple(NamedNode(ID + "metallic-rouge"), INFLUENCED_BY, NamedNode(iri))


@pytest.mark.parametrize(("source", "view", "kinds", "parts"), [
    ("blade-runner", "maker", {"denied"}, ["Toshihiro Kawamoto denies", "(“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 2055-2186)", "by implication", "([Interview with Minami and Kawamoto at Anime Expo 2023], 966-1125)"]),
    ("kamen-rider", "any", {"denied"}, ["Toshihiro Kawamoto denies", "(“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 2055-2186)"]),
    ("cowboy-bebop", "any", {"hedged"}, ["Toshihiro Kawamoto says with a hedge", "(“New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 2621-2685)"]),
    ("genre:tokusatsu", "maker", {"press", "premise"}, ["the writer of “Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending)", "(“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 704-767)", "(“Metallic Rouge’s Staff on the World, Characters, and Music of Bones’ […]” (Anime Trending), 1783-1830)"]),
    ("genre:spaghetti-western", "any", {"unknown"}, ["not known"]),
    ("nothing-of-the-kind", "any", {"unknown"}, ["not known, which does not mean that it is not so"]),
])  # fmt: skip
def test_why_an_influence_is_not_in_a_view(explainer: Explainer, source: str, view: str, kinds: set[str], parts: list[str]) -> None:
    (told,) = explainer.triple(*influence(source), policy=view)
    assert not told.holds and not told.proofs
    assert {reason.kind for reason in told.reasons} == kinds
    sentences = " ".join(reason.sentence for reason in told.reasons)
    assert all(part in sentences for part in parts), sentences


def test_a_premise_of_a_question_alone(explainer: Explainer) -> None:
    triple = Triple(NamedNode(ID + "metallic-rouge-music"), INFLUENCED_BY, NamedNode(PREFIXES["genre"] + "spaghetti-western"))
    (told,) = explainer.triple(*triple, policy="any")
    assert [reason.kind for reason in told.reasons] == ["premise"]
    assert "nobody says it outright" in told.reasons[0].sentence


def test_the_press_alone_says_who_directs(explainer: Explainer) -> None:
    told = {one.graph: one for one in explainer.triple(NamedNode(ID + "metallic-rouge"), NamedNode(PREFIXES["schema"] + "director"), NamedNode(ID + "motonobu-hori"))}
    assert [told[view].holds for view in ("", "any", "press", "maker", "schema-org")] == [False, True, True, False, True]
    assert told[""].reasons[0].kind == "views"
    (reason,) = told["maker"].reasons
    assert reason.kind == "press" and "(“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 3887-3964; [Interview with Minami and Kawamoto at Anime Expo 2023], 225-250; “New Cyberpunk Anime Combines Blade Runner And Kamen Rider” (Kotaku), 1099-1142)" in reason.sentence


def test_a_property_of_the_default_graph_is_not_denied_there(explainer: Explainer) -> None:
    told = explainer.triple(NamedNode(ID + "metallic-rouge"), NamedNode(WH + "partOf"), NamedNode(ID + "star-trek"))
    assert (told[0].graph, told[0].holds, told[0].reasons[0].kind) == ("", False, "unknown")


def test_who_says_otherwise(explainer: Explainer) -> None:
    (told,) = explainer.triple(*influence("star-trek"), policy="maker")
    assert told.holds
    assert [(claim.label, [one.speaker_name for one in claim.positions]) for claim in told.otherwise] == [("Metallic Rouge is like Star Trek (scale)", ["Masahiko Minami"])]
    licence = told.proofs[0].claims[0]
    assert [(one.iri, one.passages[0].start) for one in licence.positions] == [(ID + "attestation-002-minami-star-trek", 1372)]


def test_a_literal_is_told_as_each_graph_writes_it(explainer: Explainer) -> None:
    told = {one.graph: one for one in explainer.triple(NamedNode(ID + "metallic-rouge"), NamedNode(PREFIXES["schema"] + "datePublished"), Literal("2024-01-11"))}
    assert told["any"].holds and told["schema-org"].holds
    assert told["schema-org"].triple.object == Literal("2024-01-11", datatype=NamedNode(PREFIXES["xsd"] + "date"))


def reasons(index: Index, view: str, text: str, triple: Triple) -> list[Reason]:
    claims = why_not.licensing(index, text, triple, why_not.claims_between(index, triple))
    return why_not.reasons(index, view, text, triple, claims)


def test_a_denial_alone_keeps_what_is_affirmed_out() -> None:
    index = Index(with_views(CASE))
    triple = Triple(NamedNode(ID + "comet"), INFLUENCED_BY, NamedNode(ID + "garden"))
    published = Triple(triple.subject, NamedNode(PREFIXES["lrmoo"] + "R68_is_inspired_by"), triple.object)
    text = catalog.find(layout.locate(ROOT), "lrmoo").query.text
    told = reasons(index, "lrmoo", text, published)
    assert {(reason.kind, reason.sentence) for reason in told} == {
        ("denied", "Denied, which keeps it out though it is affirmed: director Hana Mori denies that Garden influenced Comet (Document 2, 60-90).")
    }
    text = catalog.find(layout.locate(ROOT), "maker").query.text
    assert {reason.kind for reason in reasons(index, "maker", text, triple)} == {"denied", "press"}


@pytest.mark.parametrize(("words", "triple"), [
    (("Metallic Rouge", "influenced by", "Star Trek"), ("id:metallic-rouge", "wh:influencedBy", "id:star-trek")),
    (("metallic-rouge", "schema:director", "Motonobu Hori"), ("id:metallic-rouge", "schema:director", "id:motonobu-hori")),
    (("Rouge", "schema:byArtist", "YU-KA"), None),
    (("id:metallic-rouge", "a", "wh:Work"), ("id:metallic-rouge", "rdf:type", "wh:Work")),
])  # fmt: skip
def test_terms_as_people_write_them(explainer: Explainer, words: tuple[str, str, str], triple: tuple[str, str, str] | None) -> None:
    if triple is None:
        with pytest.raises(UsageError):
            terms.read(explainer.index, *words)
        return
    found, _ = terms.read(explainer.index, *words)
    assert [term.value for term in found] == [PREFIXES[name.partition(":")[0]] + name.partition(":")[2] for name in triple]


def test_the_command(whence: Callable[..., CompletedProcess[str]]) -> None:
    told = whence("explain", "Metallic Rouge", "influencedBy", "Blade Runner", "--view", "maker")
    assert (told.returncode, told.stderr) == (0, "")
    assert "In the view maker: no\n" in told.stdout and "Toshihiro Kawamoto denies" in told.stdout
    document = json.loads(whence("explain", "Metallic Rouge", "influencedBy", "Star Trek", "--view", "maker", "--format", "json").stdout)
    (one,) = document["triple"]
    assert one["holds"] and one["graph"] == "maker" and one["proofs"][0]["premises"][0]["place"]["file"].endswith(".ttl")


def test_the_command_with_the_words(whence: Callable[..., CompletedProcess[str]], shared: Path) -> None:
    told = whence("explain", "Metallic Rouge", "influencedBy", "Star Trek", "--view", "maker", "--texts", shared / "sources")
    assert "[Interview with Minami and Kawamoto at Anime Expo 2023], 1372-1491: “" in told.stdout


def test_the_command_for_a_row(whence: Callable[..., CompletedProcess[str]]) -> None:
    row = ("explain", "--query", "influences-on-work", "--set", "work=id:metallic-rouge")
    told = whence(*row, "--row", "3")
    assert told.returncode == 0 and "queries/competency/influences-on-work.rq" in told.stdout
    for wrong in ((*row, "--row", "3000"), ("explain", "one", "two"), ("explain", "--query", "no-such-query"), ("explain", "Nobody at all", "wh:role", "x")):
        assert whence(*wrong).returncode == 2


def test_a_property_of_claims_asked_of_a_thing_is_told(explainer: Explainer) -> None:
    triple, _ = terms.read(explainer.index, "Star Trek", "influenced", "Metallic Rouge")
    (told,) = explainer.triple(*triple)
    assert "Only claims have wh:influenced" in told.reasons[0].sentence
    (known,) = explainer.triple(NamedNode(ID + "metallic-rouge"), NamedNode(PREFIXES["skos"] + "prefLabel"), Literal("Xyzzy"))
    assert "Only claims" not in known.reasons[0].sentence


def test_a_name_that_nothing_has_is_no_value_of_a_property_that_leads_to_things(explainer: Explainer) -> None:
    with pytest.raises(UsageError, match="Nothing here is called 'Xyzzy Plugh'"):
        terms.read(explainer.index, "Metallic Rouge", "influencedBy", "Xyzzy Plugh")
    assert terms.read(explainer.index, "Metallic Rouge", "skos:prefLabel", "Xyzzy Plugh")[0].object == Literal("Xyzzy Plugh")
