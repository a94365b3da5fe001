"""The pages in a browser: with scripts and without, by keyboard alone, judged by axe-core, in light and dark.

Needs Chromium, the package playwright and axe-core (`npm ci` in scripts/frontend). Where one is missing these tests are
skipped; where continuous integration runs, that is a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import chromium, missing, opened, write
from page_kinds import KINDS
from serving import ROOT, Server

AXE = ROOT / "scripts" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
QUERY = "SELECT ?film ?class ?name WHERE { ?film a wh:Film, ?class ; skos:prefLabel ?name } ORDER BY ?film ?class"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def test_from_the_search_to_the_passage(browser: Any, server: Server) -> None:
    with opened(browser, server) as page:
        page.get_by_role("combobox").fill("metalic rog")
        page.get_by_role("option").filter(has_text="Metallic Rouge").first.click()
        page.wait_for_url("**/page/metallic-rouge")
        page.locator("details.group > summary").first.click()
        page.locator(".group .claims a").first.wait_for()
        page.goto("/page/star-trek")
        page.get_by_role("link", name="Star Trek influenced Metallic Rouge (world-building)").last.click()
        page.wait_for_url("**/page/claim-influence-star-trek-world-building")
        page.get_by_role("link", name=re.compile("Interview with Minami and Kawamoto at Anime Expo 2023., 1372")).click()
        page.wait_for_url("**/page/document-002#at-1372-1491")
        assert page.locator("li:target").get_by_text("Masahiko Minami").first.is_visible()


def test_the_picture_unfolds_in_place(browser: Any, server: Server) -> None:
    with opened(browser, server, "/page/metallic-rouge") as page:
        before = page.locator(".canvas .edge").count()
        page.evaluate("window.kept = true")
        page.get_by_role("button", name=re.compile(r"^\d+ more$")).click()
        page.locator(".canvas .edge").nth(before).wait_for(state="attached")
        page.get_by_label("with likenesses and blends").check()
        page.wait_for_url("**/page/metallic-rouge?*comparisons=1*")
        page.get_by_label("said by").select_option("makers, outright")
        page.wait_for_url("**/page/metallic-rouge?*policy=maker*")
        page.locator(".influence:not([aria-busy])").wait_for()
        assert page.evaluate("document.activeElement.name") == "policy"
        assert 0 < page.locator(".canvas .edge").count() < before
        assert page.evaluate("window.kept"), "the page was loaded anew"
        page.locator(".canvas .edge").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/**claim-*")


@pytest.mark.parametrize("path", ["/page/metallic-rouge?edges=all", "/page/star-trek", "/page/blade-runner?steps=2&comparisons=1"])
def test_the_picture_fits_every_screen_and_is_there_once(browser: Any, server: Server, path: str) -> None:
    with opened(browser, server, path) as page:
        for width, shown, hidden in ((320, ".flows", ".canvas"), (390, ".flows", ".canvas"), (480, ".flows", ".canvas"), (1280, ".canvas", ".flows")):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.locator(shown).is_visible() and page.locator(hidden).is_hidden(), width
            wide = "[...document.querySelectorAll('.influence, .influence > *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.checkVisibility())"
            assert page.evaluate(f"{wide}.length") == 0, width
            assert page.get_by_role("group", name="comes from and what came of it").count() == 1
        drawn = page.locator(".canvas a.edge").count()
        assert drawn == page.locator(".flows .edge").count() > 0
        page.set_viewport_size({"width": 320, "height": 800})
        page.locator(".flows .edge").first.click()
        page.wait_for_url("**/page/**claim-*")


def test_a_query_is_written_run_and_shared(browser: Any, server: Server) -> None:
    with opened(browser, server, "/editor") as page:
        write(page, "SELECT ?film ?name WHERE { ?film a wh:Fil")
        page.keyboard.press("Control+Space")
        page.locator(".cm-tooltip-autocomplete li").filter(has_text="wh:Film").first.wait_for()
        write(page, QUERY)
        page.keyboard.press("Control+Enter")
        page.get_by_role("cell", name="id:blade-runner").first.wait_for()
        for name, shown in (("Raw", ".raw"), ("Graph", ".drawing svg .node"), ("Chart", ".drawing svg rect")):
            page.get_by_role("tab", name=name).click()
            page.locator(f"#panel {shown}").first.wait_for()
        link = page.get_by_role("link", name="Permanent link").get_attribute("href")
        assert page.url.endswith(link)
        assert quote("wh:Film", safe="") in link
    with opened(browser, server, link) as page:
        page.get_by_role("tab", name="Table").wait_for()
        assert page.get_by_role("cell", name="id:blade-runner").first.is_visible()


def test_the_map_is_walked_by_keys_and_tells_what_it_points_at(browser: Any, server: Server) -> None:
    with opened(browser, server) as page:
        things = page.locator(".map .place-of")
        assert things.count() > 200
        stops = "[...document.querySelectorAll('.map a')].filter((one) => one.tabIndex === 0).length"
        assert page.evaluate(stops) == 1  # one stop for the tabulator, however many things there are
        page.locator(".map a[tabindex='0']").focus()
        told = page.locator(".under")
        assert told.inner_text().startswith("Metallic Rouge, ")
        page.keyboard.press("ArrowRight")
        assert not told.inner_text().startswith("Metallic Rouge, ")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/*")
        page.goto("/")
        page.get_by_role("link", name=re.compile("^Yutaka Izubuchi, ")).hover(force=True)
        assert told.inner_text().startswith("Yutaka Izubuchi, ")
        assert 1 < page.locator(".map .lit").count() < things.count()


def test_the_map_leads_on_without_scripts_and_stays_inside_a_narrow_page(browser: Any, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False, viewport={"width": 390, "height": 800}) as page:
        assert page.locator(".map .place-of").count() > 200
        page.get_by_role("link", name=re.compile("^Blade Runner, ")).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/blade-runner")


INFLUENCES = "SELECT ?influenced ?influencer ?aspect { ?claim a wh:Influence ; wh:influenced ?influenced ; wh:influencer ?influencer ; wh:aspect ?aspect }"
TRIPLES = "CONSTRUCT { ?claim ?role ?thing ; rdfs:label ?label } { ?claim a wh:Influence ; ?role ?thing ; rdfs:label ?label FILTER(?role IN (wh:influenced, wh:influencer, wh:aspect)) }"
OVERLAPPING = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  return boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)).length;
}"""


@pytest.mark.parametrize(("query", "word"), [(INFLUENCES, "world-building"), (TRIPLES, "influencer")])
def test_a_graph_has_names_and_arrows_and_nothing_on_top_of_another(browser: Any, server: Server, query: str, word: str) -> None:
    with opened(browser, server, f"/editor?query={quote(query)}") as page:
        page.get_by_role("tab", name="Graph").click()
        region = page.get_by_role("region", name="Graph")
        region.get_by_role("link", name="Blade Runner").first.wait_for()
        assert region.get_by_text(word, exact=True).count() > 0
        arrows = region.locator("path.link")
        assert arrows.count() > 10 and arrows.first.get_attribute("marker-end") == "url(#tip)"
        for selector in (".drawing .node rect", ".drawing .what"):
            assert page.evaluate(OVERLAPPING, selector) == 0, selector
        wide = region.locator("svg").bounding_box()["width"]
        page.get_by_role("button", name="Smaller").click()
        assert region.locator("svg").bounding_box()["width"] < wide
        region.get_by_role("link", name="Blade Runner").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/*blade-runner*")


#: Queries to what is said of their charts.
CHARTS = {
    "SELECT ?class (COUNT(?c) AS ?n) { ?c a wh:Claim, ?class } GROUP BY ?class": "?n by ?class",
    "SELECT ?kind ?polarity (COUNT(?a) AS ?n) { ?a wh:attests/a ?kind ; wh:polarity ?polarity } GROUP BY ?kind ?polarity": "Sum of ?n by ?kind, coloured by ?polarity",
    "SELECT ?work ?date { ?c a wh:Release ; wh:work ?work ; wh:date ?date }": "?work by ?date",
    'SELECT ?year ?n { VALUES (?year ?n) { ("2001" 3) ("2002-05" 5) ("2004-01-31" 2) } }': "?n by ?year",
    "SELECT ?start ?end { ?a wh:start ?start ; wh:end ?end }": "?end by ?start",
    "SELECT ?start { ?a wh:start ?start }": "How often ?start has which values",
    "SELECT ?a ?mood { ?a wh:mood ?mood }": "Rows by ?mood",
    "SELECT ?film { ?film a wh:Film }": "No chart: ?film has neither numbers nor dates",
    "SELECT ?film { ?film a wh:Film FILTER(false) }": "no rows",
}


@pytest.mark.parametrize("query", CHARTS)
def test_a_chart_is_chosen_from_the_columns_or_it_is_said_why_there_is_none(browser: Any, server: Server, query: str) -> None:
    with opened(browser, server, f"/editor?query={quote(query)}") as page:
        page.get_by_role("tab", name="Chart").click()
        page.locator("#panel").get_by_text(CHARTS[query]).wait_for()
        drawn = page.get_by_role("region", name="Chart").locator("svg[role=img]")
        assert drawn.count() == (0 if CHARTS[query].startswith(("No", "no")) else 1)


def test_the_editor_loads_what_draws_only_when_it_is_wanted(browser: Any, server: Server) -> None:
    with opened(browser, server, f"/editor?query={quote(QUERY)}") as page:
        page.get_by_role("tab", name="Table").wait_for()
        loaded = "performance.getEntriesByType('resource').map((one) => one.name.split('/').at(-1)).filter((name) => /^(chart|graph)/.test(name))"
        assert page.evaluate(loaded) == []
        page.get_by_role("tab", name="Graph").click()
        page.locator(".drawing .node").first.wait_for()
        assert page.evaluate(loaded) == ["graph.js"]


def test_completion_finds_things_by_their_label(browser: Any, server: Server) -> None:
    with opened(browser, server, "/editor") as page:
        write(page, "SELECT ?x WHERE { ?x wh:agent izubuc")
        page.keyboard.press("Control+Space")
        page.locator(".cm-tooltip-autocomplete li").filter(has_text="id:yutaka-izubuchi").first.click()
        page.get_by_role("textbox", name="Query").filter(has_text="wh:agent id:yutaka-izubuchi").wait_for()
        assert page.locator("textarea#query").input_value().endswith("id:yutaka-izubuchi")


def test_an_error_is_marked_at_its_spot(browser: Any, server: Server) -> None:
    context = browser.new_context(base_url=server.base)
    page = context.new_page()  # a refused query is a console message of the browser's own
    page.goto("/editor")
    write(page, "SELECT ?x WHERE {\n  ?x a wh:Film ;\n  FILTR(?x)\n}")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("alert").wait_for()
    assert "Line 3" in page.get_by_role("alert").inner_text()
    marked = page.locator(".cm-lintRange-error").first
    marked.wait_for()
    assert marked.inner_text() in ("FILTR", "(")
    context.close()


def test_an_example_of_the_catalogue_runs(browser: Any, server: Server) -> None:
    with opened(browser, server, "/query/lineage") as page:
        page.get_by_role("link", name="Open it in the editor").click()
        page.wait_for_url("**/editor?example=lineage")
        page.get_by_role("button", name="Run").click()
        page.get_by_role("cell", name="Star Trek").first.wait_for()


def test_everything_by_keyboard(browser: Any, server: Server) -> None:
    with opened(browser, server) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        while page.evaluate("document.activeElement.id") != "find":
            page.keyboard.press("Tab")
        page.keyboard.type("izubuchi", delay=5)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        chosen = page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
        assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
        page.keyboard.press("Enter")
        page.wait_for_url("**/page/yutaka-izubuchi")
        page.goto("/editor")
        page.get_by_role("textbox", name="Query").focus()
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "run"
        page.keyboard.press("Enter")
        page.get_by_role("tab", name="Table").wait_for()
        page.get_by_role("tab", name="Table").focus()
        page.keyboard.press("ArrowRight")
        assert page.get_by_role("tab", name="Raw").get_attribute("aria-selected") == "true"


def test_the_list_of_names_closes_with_escape(browser: Any, server: Server) -> None:
    with opened(browser, server) as page:
        page.get_by_role("combobox").press_sequentially("rouge", delay=5)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Escape")
        assert page.get_by_role("option").count() == 0
        assert page.get_by_role("combobox").get_attribute("aria-expanded") == "false"


def test_everything_without_scripts(browser: Any, server: Server) -> None:
    with opened(browser, server, java_script_enabled=False) as page:
        page.get_by_role("searchbox").fill("star trek")
        page.get_by_role("button", name="Find").click()
        page.locator(".hits").get_by_role("link", name="Star Trek", exact=True).first.click()
        page.get_by_label("with likenesses and blends").check()
        page.get_by_role("button", name="Draw").click()
        assert "comparisons=1" in page.url
        assert page.locator(".canvas .edge").count() > 2
        page.goto("/editor")
        page.get_by_label("Query").fill(QUERY)
        page.get_by_role("button", name="Run").click()
        assert page.get_by_role("cell", name="id:blade-runner").first.is_visible()
        page.goto("/query/lineage")
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_role("cell", name="Star Trek").first.is_visible()


def test_a_page_about_much_can_be_overlooked_and_loses_nothing(browser: Any, server: Server) -> None:
    with opened(browser, server, KINDS["work"], viewport={"width": 1280, "height": 900}, java_script_enabled=False) as page:
        page.emulate_media(reduced_motion="reduce")
        height = page.locator("body").bounding_box()["height"]
        words = page.inner_text("body").split()
        assert height <= 6000 and len(words) <= 2000, (height, len(words))
        assert page.inner_text("main").count("affirmed by others only") <= 8
        passage = page.locator(".group .position .place a").first
        assert passage.is_hidden()
        page.locator("details.group > summary").first.click()
        page.locator("details.group[open] .places > summary").first.click()
        assert passage.is_visible()


@pytest.mark.parametrize("kind", ["work", "person"])
def test_tables_of_credits_fold_into_narrow_screens_and_stay_tables(browser: Any, server: Server, kind: str) -> None:
    with opened(browser, server, KINDS[kind], viewport={"width": 320, "height": 800}) as page:
        tables = page.locator(".stack")
        assert tables.count() > 0
        wide = "[...document.querySelectorAll('.scroll:has(.stack)')].filter((one) => one.scrollWidth > one.clientWidth).length"
        assert page.evaluate(wide) == 0
        table = page.get_by_role("table").first
        assert [cell.strip() for cell in table.get_by_role("columnheader").all_inner_texts()][0::3] == ["Role", "Claim"]
        assert table.get_by_role("row").nth(2).get_by_role("cell").first.is_visible()


def test_a_page_prints_dark_on_white_and_whole(browser: Any, server: Server) -> None:
    with opened(browser, server, KINDS["work"], color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        style = "getComputedStyle(document.querySelector('{}')).{}"
        assert page.evaluate(style.format("html", "backgroundColor")) == "rgb(255, 255, 255)"
        assert page.evaluate(style.format("h1", "color")) == "rgb(0, 0, 0)"
        assert page.evaluate(style.format(".scroll", "overflowX")) == "visible"
        for part in ("header.site nav", ".find", ".switches", ".contents", "footer.site"):
            assert page.locator(part).first.is_hidden(), part


def violations(page: Any, options: str = "rules: { 'target-size': { enabled: true } }") -> list[tuple[str, str, int]]:
    """What axe-core, loaded into the page, finds: rule, first element, number of elements."""
    told = page.evaluate(f"axe.run(document, {{ resultTypes: ['violations'], {options} }})")
    return [(rule["id"], rule["nodes"][0]["html"][:200], len(rule["nodes"])) for rule in told["violations"]]


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_axe_finds_nothing_and_nothing_overflows(browser: Any, server: Server, path: str) -> None:
    if not AXE.is_file():
        missing("axe-core (npm ci in scripts/frontend)")
    with opened(browser, server, path, viewport={"width": 1280, "height": 900}, color_scheme="light") as page:
        if path.startswith("/editor"):
            page.get_by_role("textbox", name="Query").wait_for()
        if "query=" in path:
            page.get_by_role("tab", name="Table").wait_for()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, "runOnly: ['color-contrast']") == []
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page, "rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: false } }") == []


@pytest.mark.parametrize("nonsense", ["id:broken a wh:Work ; wh:partOf id:broken .\n", "id:broken a wh:Work ; wh:partOf\n"])
def test_axe_finds_nothing_in_the_page_about_a_refused_change(browser: Any, small_graph: Path, nonsense: str) -> None:
    if not AXE.is_file():
        missing("axe-core (npm ci in scripts/frontend)")
    with Server("--reload", graph=small_graph) as server:
        with (small_graph / "triples" / "entities" / "work.ttl").open("a", encoding="utf-8") as file:
            file.write(nonsense)
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="refused"') == 1)
        context = browser.new_context(base_url=server.base, bypass_csp=True)  # its policy allows no script, axe's neither
        page = context.new_page()
        page.goto("/validation")
        told = page.inner_text("main")
        assert "A change of the files is not served" in told
        assert "work.ttl" not in told and "broken" not in told  # nobody published these lines
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert violations(page) == [], (scheme, width)
        context.close()


def test_axe_finds_nothing_while_things_unfold(browser: Any, server: Server) -> None:
    if not AXE.is_file():
        missing("axe-core (npm ci in scripts/frontend)")
    found: list[Any] = []

    def look(page: Any, what: str) -> None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found.extend((what, *one) for one in violations(page))

    with opened(browser, server) as page:
        page.get_by_role("combobox").press_sequentially("rouge", delay=5)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        look(page, "options")
    with opened(browser, server, "/page/metallic-rouge?steps=2&comparisons=1&edges=all") as page:
        page.get_by_text("The same as a table").click()
        look(page, "picture")
    with opened(browser, server, "/editor") as page:
        write(page, QUERY)
        page.keyboard.press("Control+Enter")
        for name in ("Raw", "Graph", "Chart"):
            page.get_by_role("tab", name=name).click()
            page.get_by_text("Drawing …").wait_for(state="detached")
            look(page, name)
        write(page, "SELECT ?film WHERE { ?film a wh:Fil")
        page.keyboard.press("Control+Space")
        page.locator(".cm-tooltip-autocomplete li").first.wait_for()
        look(page, "completion")
    context = browser.new_context(base_url=server.base)
    page = context.new_page()  # a page that is not there is a console message of the browser's own
    page.goto("/page/no-such-thing")
    look(page, "problem")
    page.goto("/editor?query=SELECT")
    page.get_by_role("alert").wait_for()
    page.locator(".cm-lintRange-error, .cm-lintPoint-error").first.wait_for(state="attached")
    look(page, "mistake")
    context.close()
    assert found == []


@pytest.mark.parametrize("path", ["/", "/editor"])
def test_the_switch_for_dark_is_remembered_and_follows_the_system_until_then(browser: Any, server: Server, path: str) -> None:
    background = "getComputedStyle(document.documentElement).backgroundColor"
    dark, light = "rgb(23, 21, 19)", "rgb(251, 249, 245)"
    with opened(browser, server, path, color_scheme="dark") as page:
        switch = page.get_by_role("button", name="Dark")
        assert (page.evaluate(background), switch.get_attribute("aria-pressed")) == (dark, "true")
        switch.focus()
        page.keyboard.press("Enter")
        assert (page.evaluate(background), switch.get_attribute("aria-pressed")) == (light, "false")
        page.goto("/about")
        page.add_init_script("document.addEventListener('DOMContentLoaded', () => { window.first = document.documentElement.dataset.theme; }, { capture: true })")
        page.goto("/query")
        assert page.evaluate("window.first") == "light"  # before the page is painted
        assert page.evaluate(background) == light
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate(background) == dark
        page.emulate_media(color_scheme="light")  # what the system has is followed again
        page.locator("button.theme[aria-pressed=false]").wait_for()
        assert page.evaluate(background) == light


def test_without_scripts_there_is_no_switch(browser: Any, server: Server) -> None:
    with opened(browser, server, "/", java_script_enabled=False) as page:
        assert page.locator("button.theme").is_hidden()


def test_a_field_of_a_question_is_filled_in_by_keyboard(browser: Any, server: Server) -> None:
    with opened(browser, server, "/query/lineage") as page:
        field = page.get_by_label("the work")
        field.fill("metalic rog")
        option = page.get_by_role("option").filter(has_text="Metallic Rouge").first
        option.wait_for()
        page.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant")
        page.keyboard.press("Enter")
        assert field.input_value() == "id:metallic-rouge" and "/query/lineage" in page.url
        assert page.get_by_role("option").count() == 0
        field.fill("star trek")
        page.get_by_role("option").filter(has_text="Star Trek").first.click()
        assert field.input_value() == "id:star-trek"
        page.keyboard.press("Enter")
        page.wait_for_url("**/query/lineage?work=id%3Astar-trek")


def test_the_filter_of_questions_works_while_one_types(browser: Any, server: Server) -> None:
    with opened(browser, server, "/query") as page:
        everything = page.locator("[data-words]:visible").count()
        page.get_by_label("Only questions with these words").fill("voices")
        left = page.locator("[data-words]:visible").count()
        assert 0 < left < everything
        assert page.locator("[data-filtered]:visible").count() < page.locator("[data-filtered]").count()
        assert page.get_by_role("status").filter(has_text=f"{left} with “voices”").is_visible()
    with opened(browser, server, "/query", java_script_enabled=False) as page:
        page.get_by_label("Only questions with these words").fill("voices")
        page.get_by_role("button", name="Filter").click()
        page.wait_for_url("**/query?q=voices")
        assert page.locator("[data-words]").count() == left
