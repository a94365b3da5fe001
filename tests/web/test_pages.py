"""The pages as they come over HTTP: every kind of thing has one, complete without scripts, escaped, under a strict policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

import pytest
from page_kinds import KINDS
from serving import ROOT, Answer, Server

from whence.things import STANCES

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
#: One address of each kind of page.
TRAP = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


class _Reader(HTMLParser):
    """Collects what a page loads, where it leads and what it does inline."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.identified: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.identified += [given["id"]] if "id" in given else []
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/ld+json"):
            self.inline.append(tag)
        if tag in ("script", "img", "iframe") or (tag == "link" and given.get("rel") in ("stylesheet", "icon")):
            self.loaded.append(given.get("src") or given.get("href") or "")
        if tag == "a":
            self.links.append(given.get("href", ""))


def page(server: Server, path: str) -> tuple[Answer, _Reader]:
    answer = server.get(path, HTML)
    reader = _Reader()
    reader.feed(answer.text)
    return answer, reader


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_every_kind_of_page_is_html_under_a_strict_policy(server: Server, path: str) -> None:
    answer, reader = page(server, path)
    assert (answer.status, answer.kind) == (200, "text/html")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert reader.inline == []
    assert all(source.startswith("/") for source in reader.loaded if source)
    assert len(reader.identified) == len(set(reader.identified)), "two elements have the same id"
    assert len(re.findall("<h1", answer.text)) == 1


@pytest.mark.parametrize("path", [KINDS["work"], KINDS["person"], KINDS["document"], KINDS["claim"], KINDS["class"]])
def test_every_link_of_a_page_leads_somewhere(server: Server, path: str) -> None:
    answer, reader = page(server, path)
    own = {urljoin(path, link).partition("#")[0] for link in reader.links}
    for target in sorted(link for link in own if link.startswith("/"))[::7]:
        assert server.get(target, HTML).status == 200, target


def test_anchors_that_pages_lead_to_exist(server: Server) -> None:
    _, reader = page(server, KINDS["claim"])
    target = next(link for link in reader.links if "#at-" in link)
    path, _, anchor = target.partition("#")
    assert anchor in page(server, path)[1].identified


def test_the_search_finds_a_misspelled_name(server: Server) -> None:
    for typed in ("izubuci", "IZUBUCHI", "yutaka", "Taisie Iwasaki", "metalic rogue"):
        hits = re.findall(r'role="option"[^>]*href="([^"]+)"', server.get("/suggestions?" + urlencode({"q": typed}), HTML).text)
        wanted = {"Taisie Iwasaki": "/page/taisei-iwasaki", "metalic rogue": "/page/metallic-rouge"}.get(typed, "/page/yutaka-izubuchi")
        assert wanted in hits[:4], (typed, hits)


def test_the_search_for_nothing_is_empty(server: Server) -> None:
    assert "href" not in server.get("/suggestions?q=", HTML).text
    assert "Nothing here" in server.get("/search?q=qqqqxxxxzzzz", HTML).text


def test_the_search_answers_questions_above_the_names_it_finds(server: Server) -> None:
    page = server.get("/search?q=who+composed+the+music+of+Metallic+Rouge%3F", HTML).text
    assert "Understood as: Who is the composer of Metallic Rouge?" in page
    assert page.index("<strong>Taisei Iwasaki") < page.index('class="hits"')
    assert "“Studio Bones’ ‘Metallic Rouge,’ Explained” (TV Insider), 1327-1348" in page
    assert "Understood as" not in server.get("/search?q=Metallic+Rouge", HTML).text
    catalogued = server.get("/search?q=who+composed+the+music+of+Blade+Runner%3F", HTML).text
    assert "in the catalogue Wikidata (WD50K): " in catalogued and "<strong>Vangelis" in catalogued
    assert 'href="/sources?thing=https%3A//w3id.org/whence/id/blade-runner"' in catalogued


@pytest.mark.parametrize("path", ["/search?q=", "/editor?query=", "/query/lineage?work=", "/editor?example=", "/page/metallic-rouge?class="])
def test_what_is_typed_is_escaped(server: Server, path: str) -> None:
    assert "<script>alert" not in server.get(path + quote(TRAP), HTML).text


def test_a_thing_begins_with_what_is_said_of_it_and_its_identifiers(server: Server) -> None:
    text = server.get(KINDS["work"], HTML).text
    lead = text.partition('<div class="lead">')[2].partition("</div>")[0]
    assert lead.count("<p>") == 3
    assert 'says so, with a hedge, of <a href="/page/cowboy-bebop">Cowboy Bebop</a> (character design)' in lead
    assert 'href="https://myanimelist.net/anime/54794"' in text
    assert text.index('class="lead"') < text.index('class="contents"') < text.index('id="influence"')


@pytest.mark.parametrize("kind", ["work", "person", "character"])
def test_stances_are_told_once_a_group_the_firmest_first(server: Server, kind: str) -> None:
    text = server.get(KINDS[kind], HTML).text
    for group in re.findall(r'<details class="group".*?</details>\s*(?=<details class="group"|</section>)', text, re.DOTALL):
        stances = re.findall(r'<h4 class="marks"><span class="stance stance-(\w+)"', group)
        assert stances and stances == sorted(set(stances), key=list(STANCES).index)


def test_a_claim_shows_positions_side_by_side_with_their_places(server: Server) -> None:
    text = server.get(KINDS["claim"], HTML).text
    assert "Masahiko Minami" in text
    assert "[Interview with Minami and Kawamoto at Anime Expo 2023], 1372–1491" in text


def test_a_claim_is_cited_and_taken_away_as_data(server: Server) -> None:
    answer, reader = page(server, KINDS["claim"])
    digest, day = server.get("/health").json()["digest"], datetime.now(UTC).date()
    text = answer.text.partition('id="cite"')[2]
    assert digest in text and f"urldate = {{{day.isoformat()}}}" in text and f"{server.base}page/claim-influence-star-trek-world-building" in text
    assert all(f'aria-label="{name}"' in text for name in ("BibTeX", "CSL-JSON", "Turtle", "SPARQL"))
    opened = next(link for link in reader.links if link.startswith("/editor?query="))
    assert "id:attestation-002-minami-star-trek" in server.get(opened, HTML).text


def test_a_passage_shows_what_it_proves_and_who_says_it(server: Server) -> None:
    answer, reader = page(server, KINDS["passage"])
    assert "<h1>[Interview with Minami and Kawamoto at Anime Expo 2023], code points 1372 to 1491</h1>" in answer.text
    assert "What it proves" in answer.text and "Masahiko Minami" in answer.text
    assert KINDS["claim"] in reader.links and "/page/document-002#at-1372-1491" in reader.links


@pytest.mark.parametrize(
    ("claim", "stance", "verb"),
    [
        ("claim-statement-hopes-viewers-learn-more", "wished for", "puts forward as a wish"),
        ("claim-release-fuji-tv-japan", "expected", "puts forward as a prediction"),
        ("claim-likeness-nean-replicants", "in an analogy", "puts forward as an analogy"),
        ("claim-influence-1980s-anime", "denied", "denies"),
        ("claim-statement-retro-feeling-is-intentional", "denied", "takes for granted"),
        ("claim-contribution-taisei-iwasaki-composer", "affirmed by makers", "puts forward as a prediction"),
    ],
)
def test_a_wish_is_shown_as_a_wish(server: Server, claim: str, stance: str, verb: str) -> None:
    text = server.get(f"/page/{claim}", HTML).text.partition("<main")[2]
    told = re.sub(r"<[^>]+>", "", text[text.index('class="marks"') :].partition(">")[2].partition("</p>")[0])
    assert stance in told
    assert verb in text
    assert stance == "affirmed by makers" or "affirmed by" not in told


def test_the_picture_has_an_equivalent_in_words(server: Server) -> None:
    text = server.get(KINDS["work"], HTML).text
    drawn = set(re.findall(r'<a href="([^"]+)" class="edge', text))
    table = text.partition('class="equivalent"')[2].partition("</table>")[0]
    assert drawn
    assert all(f'href="{claim}"' in table for claim in drawn)


def drawn(server: Server, thing: str, **parameters: str) -> list[tuple[str, str]]:
    """The edges of a picture, each with its claim and its stance, in the order of its table."""
    text = server.get("/picture?" + urlencode({"thing": thing, **parameters}), HTML).text
    claims = re.findall(r'<a href="/page/(claim-[^"]+)" class="edge stance-(\w+) kind-', text.partition("<svg")[2].partition("</svg>")[0])
    assert len(claims) == text.count('class="head"')
    return claims


def test_each_control_of_the_picture_changes_what_is_drawn(server: Server) -> None:
    every = drawn(server, "metallic-rouge")
    assert len(every) < len(drawn(server, "metallic-rouge", comparisons="1"))
    assert set(every) < set(drawn(server, "metallic-rouge", steps="2"))
    assert len(every) < len(drawn(server, "metallic-rouge", edges="all"))
    up, down = (drawn(server, "cowboy-bebop", direction=direction) for direction in ("up", "down"))
    assert up and down and not set(up) & set(down) and set(up) | set(down) == set(drawn(server, "cowboy-bebop"))
    for policy, stances in (("maker", {"makers", "disputed"}), ("press", {"makers", "press", "disputed"}), ("any", {"makers", "press", "disputed"})):
        found = drawn(server, "metallic-rouge", policy=policy)
        assert 0 < len(found) < len(drawn(server, "metallic-rouge", edges="all")) and {stance for _, stance in found} <= stances, policy


def test_affirmed_sources_come_first_in_the_picture(server: Server) -> None:
    stances = [stance for _, stance in drawn(server, "metallic-rouge", edges="all")]
    assert {"makers", "denied"} <= set(stances)
    last_affirmed = max(place for place, stance in enumerate(stances) if stance in ("makers", "press"))
    assert last_affirmed < min(place for place, stance in enumerate(stances) if stance in ("denied", "premise"))
    left = server.get("/picture?thing=metallic-rouge", HTML).text.partition('class="flows')[2]
    assert left.index("affirmed by makers") < left.index("denied")


def test_a_document_is_read_in_the_order_of_its_text(server: Server) -> None:
    text = server.get(KINDS["document"], HTML).text
    starts = [int(start) for start in re.findall(r'<li id="at-(\d+)-', text)]
    assert len(starts) > 50
    assert starts == sorted(starts)


def test_a_document_calls_its_writer_so_and_others_by_name(server: Server) -> None:
    text = page(server, "/page/document-002")[0].text
    assert ">its writer</a>" in text and ">Masahiko Minami</a>" in text
    assert ">the writer of [Interview" not in text.partition('class="passages"')[2].partition("</section>")[0]


def test_what_follows_from_a_claim_is_told_in_words_in_other_vocabularies_too(server: Server) -> None:
    text = page(server, "/page/claim-influence-star-trek-world-building")[0].text
    assert "Metallic Rouge – influenced by (wdt:P737) – Star Trek" in text and "– influenced by (lrmoo:R68_is_inspired_by) –" in text
    assert "Metallic Rouge – influenced by – Star Trek" in text


def test_a_picture_that_is_wider_than_the_page_says_so(server: Server) -> None:
    assert 'canvas-lineage wide"' in page(server, "/path?from=metallic-rouge&to=cowboy-bebop")[0].text
    assert 'canvas-lineage"' in page(server, "/lineage?thing=cowboy-bebop")[0].text


def test_no_page_holds_a_sentence_of_a_source(server: Server, shared: Path) -> None:
    for file in sorted((shared / "sources").rglob("*.txt")):
        number = file.name[:3]
        text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", server.get(f"/page/document-{number}", HTML).text))
        words = text.split(" ")
        for start in range(len(words) - 16):
            assert " ".join(words[start : start + 16]) not in shown, (file.name, start)


def test_a_query_runs_without_scripts_and_tells_the_place_of_an_error(server: Server) -> None:
    assert "id:blade-runner" in server.get(KINDS["results"], HTML).text
    failed = server.get("/editor?" + urlencode({"query": "SELECT ?x {\n ?x a wh:Film\n"}), HTML)
    assert failed.status == 400
    assert re.search(r"Line \d+", failed.text)
    assert "wh:Film" in failed.text.partition("<textarea")[2].partition("</textarea>")[0]


@pytest.mark.parametrize(("query", "shown"), [("ASK { ?s a wh:Film }", "Yes."), ("CONSTRUCT { ?s a wh:Film } { ?s a wh:Film }", "wh:Film")])
def test_other_forms_of_query_have_answers_too(server: Server, query: str, shown: str) -> None:
    results = server.get("/editor?" + urlencode({"query": query}), HTML).text.partition('id="results"')[2]
    assert shown in results


def test_a_named_query_is_a_form_with_its_answer_and_data_for_others(server: Server) -> None:
    path = "/query/lineage?work=id:metallic-rouge"
    assert "Star Trek" in server.get(path, HTML).text
    assert server.get(path, "application/sparql-results+json").kind == "application/sparql-results+json"
    assert "aria-invalid" in server.get("/query/lineage?work=%20not%20an%20iri%20", HTML).text


def test_an_answer_has_names_where_its_data_have_iris_and_files(server: Server) -> None:
    table = server.get("/query/influences-on-work?work=id:metallic-rouge", HTML).text.partition("<table")[2].partition("</table>")[0]
    assert re.findall(r'<th scope="col">([^<]+)', table) == ["influencer", "influenced", "aspect", "speaker", "party", "polarity", "commitment", "document", "start", "end", "proof"]
    assert '<a href="/page/star-trek">Star Trek</a>' in table and '<a href="/page/document-002">[Interview with' in table
    assert not re.search(r"\b(id|wh|genre|style):|\.txt", re.sub(r"<[^>]*>", " ", table))


def test_a_missing_thing_is_404(server: Server) -> None:
    assert server.get("/page/no-such-thing", HTML).status == 404


def test_the_validation_is_a_page_for_people_and_json_for_programs(server: Server) -> None:
    text = server.get("/validation", HTML).text
    digest = server.get("/health").json()["digest"]
    assert "The graph is valid" in text
    assert digest in text
    told = server.get("/validation", "application/json").json()
    assert (told.pop("graph")["settings"]["prefix"], told) == ("id", {"served": digest, "findings": 0, "refused": None})
    assert server.get("/validation").json()["served"] == digest


def test_a_form_takes_names_as_well_as_iris(server: Server) -> None:
    by_iri, by_name = (server.get("/query/lineage?" + urlencode({"work": work}), HTML).text for work in ("id:metallic-rouge", "  metallic ROUGE "))
    rows = [text.partition("<tbody>")[2].partition("</tbody>")[0] for text in (by_iri, by_name)]
    assert rows[0] == rows[1] != ""
    assert 'Read as <a href="/page/metallic-rouge">' in by_name
    assert "/query/lineage?work=id%3Ametallic-rouge&amp;format=csv" in by_name  # for data it has to be the IRI
    unknown = server.get("/query/lineage?work=Xyzzy+Plugh", HTML).text
    assert "Nothing here is called “Xyzzy Plugh”." in unknown and "aria-invalid" in unknown and "All of it as" not in unknown
    misspelt = server.get("/query/lineage?work=Metallic+Ruge", HTML).text
    assert 'Did you mean <a href="/query/lineage?work=id%3Ametallic-rouge">Metallic Rouge</a>' in misspelt


def test_a_name_of_several_things_is_read_as_one_and_the_others_are_offered(server: Server) -> None:
    text = server.get("/query/statements-about?thing=Rouge", HTML).text
    hint = text.partition("Read as")[2].partition("</p>")[0]
    assert "or did you mean" in hint
    assert all(server.get(link, HTML).status == 200 for link in re.findall('href="([^"]+)"', hint))


def test_questions_stand_under_subjects_and_can_be_filtered(server: Server) -> None:
    everything = server.get("/query", HTML).text
    catalogue = [one["name"] for one in server.get("/query").json()["queries"]]
    assert sorted(re.findall('<li data-words[^>]*><a href="/query/([^"]+)"', everything)) == sorted(catalogue)
    assert everything.count("<h2") > 8
    some = re.findall('<li data-words[^>]*><a href="/query/([^"]+)"', server.get("/query?q=Voices+version", HTML).text)
    assert "voices-in-a-version" in some and len(some) < 10
    assert "No question has all of these words" in server.get("/query?q=xyzzy", HTML).text


def test_the_first_page_takes_its_example_from_what_is_most_contested(server: Server) -> None:
    text = server.get("/", HTML).text
    first = server.get("/disagreements?format=json").json()
    weightiest = max((one for one in first["disagreements"] if not one["trivial"]), key=lambda one: one["weight"])
    example = text.partition('class="example"')[2].partition("</figure>")[0]
    shown = re.findall(r'class="side"><a href="/page/([^"]+)"', example)
    assert 2 <= len(shown) <= 4
    assert set(shown) <= {side["iri"].rpartition("/")[2] for side in weightiest["sides"]}
    assert "denied" in example
