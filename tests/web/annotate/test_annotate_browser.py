"""The annotator in Chromium: a whole article curated without a line of Turtle, by mouse, by keyboard, and through mishaps.

Needs Chromium and the package playwright; without them these tests are skipped, which continuous integration forbids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from annotating import ID, LANTERNS, Annotator, make_graph, records
from browsing import chromium, missing
from serving import ROOT

from whence.curation import Resolved, Workspace, drafts, resolve, resolve_all, save
from whence.store import layout

AXE = ROOT / "scripts" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ARTICLE = "the-city-that-glows"
#: Where words stand on the screen: the middle of the left edge of their first letter, and of the right edge of their last.
_PLACE = """words => {
  const walker = document.createTreeWalker(document.querySelector("#text").shadowRoot.querySelector(".cm-content"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  for (let node; (node = walker.nextNode()); ) if (!node.parentElement.closest(".sign")) { nodes.push([text.length, node]); text += node.data; }
  const letter = (at) => {
    const [from, node] = nodes.findLast(([first]) => first <= at);
    const range = document.createRange();
    range.setStart(node, at - from);
    range.setEnd(node, at - from + 1);
    return range.getBoundingClientRect();
  };
  const at = text.indexOf(words);
  const [first, last] = [letter(at), letter(at + words.length - 1)];
  return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
}"""
_STATE = """() => Object.fromEntries([...document.querySelectorAll("#card .blank")].map((blank) => {
  const field = blank.querySelector("input, select, textarea");
  return [blank.dataset.name, field.value];
}))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@contextmanager
def opened(browser: Any, annotator: Annotator, name: str = ARTICLE, **settings: Any) -> Iterator[Any]:
    """The page on a document; what it complains about fails the test, but for what its server refuses or no longer answers."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 1000}, **settings})
    context.set_default_timeout(60_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") and "Failed to load resource" not in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(f"asks {request.url}") if not request.url.startswith(annotator.base) else None)
    show(page, annotator, name)
    yield page
    context.close()
    assert complaints == []


def show(page: Any, annotator: Annotator, name: str = ARTICLE) -> None:
    """Open the page at the address of the command."""
    page.goto(annotator.address.replace("/#", f"/?document={ID}document-{name}#"))
    page.locator("#coverage", has_text="position").wait_for()


class Hands:
    """A curator who counts what is done: each gesture of the mouse, each run of typing, each key."""

    def __init__(self, page: Any) -> None:
        self.page, self.acts = page, 0
        self.typed: list[str] = []

    def select(self, words: str) -> None:
        left, top, right, bottom = self.page.evaluate(_PLACE, words)
        mouse = self.page.mouse
        mouse.move(left, top)
        mouse.down()
        mouse.move(right, bottom, steps=4)
        mouse.up()
        self.acts += 1
        self.page.locator("#card blockquote", has_text=words).wait_for()

    def click(self, locator: Any) -> None:
        locator.click()
        self.acts += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.typed.append(text)
        self.acts += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.acts += 1

    def thing(self, name: str, wanted: str, detail: str = "") -> None:
        """Fill a blank with a thing: the one that is offered, else by typing its name and taking the first that fits."""
        self.click(self.page.locator(f"[data-name={name}] input"))
        options = self.page.locator(f"[data-name={name}] [role=option]")
        offered = options.filter(has_text=wanted).filter(has_text=detail).first
        try:
            offered.wait_for(timeout=3000)
            self.click(offered)
        except Exception:
            self.type(wanted)
            self.press("Enter")

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[data-name={name}] select").select_option(value)
        self.acts += 2  # to it, and the value

    def save(self) -> None:
        """Confirm and save, and wait until that is done."""
        self.press("Control+Enter")
        self.page.wait_for_function("() => document.querySelector('#card').hidden || document.querySelector('#card .wrong:not(:empty), #card .said > p')")
        assert self.page.locator("#card .wrong:not(:empty), #card .said > p").all_inner_texts() == []
        self.page.wait_for_function("() => !['', 'Saving …'].includes(document.querySelector('#status').textContent)")


def plain(text: object) -> str:
    return re.sub(r"[\s-]+", "", str(text)).casefold()


def wrong(card: dict[str, str], record: dict[str, Any]) -> dict[str, str]:
    """The blanks in which something else stands than the record says, with what it says."""
    wanted = {name: record.get(name, "") for name in ("class", "speaker", "polarity", "commitment", "mood", "mode", "hedge")} | record["roles"]
    return {name: value for name, value in wanted.items() if plain(card[name]) != plain(value) and plain(card[name]) != plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(value)))}


def curate(hands: Hands, record: dict[str, Any]) -> int:
    """Bring one position into the graph and return how many acts that took."""
    hands.acts = 0
    hands.select(record["quote"])
    card = hands.page.evaluate(_STATE)
    differing = wrong(card, record)
    for name, kind in record.get("new", {}).items():
        kind = kind if isinstance(kind, str) else kind["class"]
        (role,) = (role for role, value in record["roles"].items() if value == name)
        label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
        if role not in differing and kind_of(hands.page, role) != kind:
            hands.thing(role, name, f"new: {label}")
    for name, value in differing.items():
        if hands.page.locator(f"[data-name={name}] select").count():
            hands.choose(name, value)
        elif name == "gloss":
            if not hands.page.locator("[data-name=gloss] textarea").evaluate("field => field === document.activeElement"):
                hands.click(hands.page.locator("[data-name=gloss] textarea"))
            hands.type(value)
        else:
            hands.thing(name, value)
    assert wrong(hands.page.evaluate(_STATE), record) == {}
    hands.save()
    return hands.acts


def kind_of(page: Any, role: str) -> str:
    """The class of which the thing in a blank would be created, as the unfinished card that the browser keeps has it."""
    kept = page.evaluate("() => Object.entries(localStorage).filter(([key]) => key.startsWith('card ')).map(([, card]) => JSON.parse(card))")
    known = kept[0]["roles"][role]["known"]
    return str(known["new"][known["text"]]["class"]) if known and known.get("new") else ""


def triples(graph: Path) -> set[str]:
    files = sorted((graph / "triples").rglob("*.ttl"))
    return {str(quad) for file in files for quad in pyoxigraph.parse(path=file, format=pyoxigraph.RdfFormat.TURTLE)}


def saved(graph: Path, name: str) -> set[str]:
    """The triples of a graph after the records of a text were saved, as `whence import` does; one by one they come to the same (test_lanterns)."""
    workspace = Workspace.open(layout.locate(graph), LANTERNS / "texts")
    said = records(name)
    for record in said:
        record["new"] = {thing: {"class": kind, "inWorld": "Harbour of Lanterns"} if kind in ("FictionalPlace", "Character") else kind for thing, kind in record.get("new", {}).items()}
    save(workspace, [one for one in resolve_all(workspace, said) if isinstance(one, Resolved)])
    return triples(graph)


def test_every_position_of_the_article_takes_five_acts_at_most_and_the_graph_is_that_of_a_table(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "by-hand")
    with Annotator(graph) as annotator, opened(browser, annotator) as page:
        hands = Hands(page)
        acts = {record["quote"]: curate(hands, record) for record in records(ARTICLE)}
    assert len(acts) == 11
    assert max(acts.values()) <= 5, acts
    assert not any(re.search(r"[;<>{}]|\b(?:wh|id):", text) for text in hands.typed)
    assert triples(graph) == saved(make_graph(tmp_path / "by-command"), ARTICLE)


def test_a_position_is_saved_and_taken_back_by_keyboard_alone(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    before = triples(graph)
    with Annotator(graph) as annotator, opened(browser, annotator) as page:
        keyboard = page.keyboard
        keyboard.press("Alt+KeyT")
        keyboard.press("Control+Home")
        for _ in range(3):
            keyboard.press("ArrowDown")
        for _ in range(11):
            keyboard.press("Control+Shift+ArrowRight")
        keyboard.press("Enter")
        page.locator("#card blockquote", has_text="directed by Ren Sunada").wait_for()
        assert page.locator("#card blockquote").inner_text() == "Harbour of Lanterns is a mystery series directed by Ren Sunada"
        assert page.evaluate("document.activeElement.className") == "save"  # nothing is left to fill in
        assert page.locator(".save").inner_text() == "Confirm 9 proposals and save"
        assert triples(graph) == before  # what is proposed is not saved
        keyboard.press("Enter")
        page.locator("#status", has_text="Created Harbour of Lanterns").wait_for()
        assert page.locator("#here li", has_text="Mila Okafor affirms: Ren Sunada, director of Harbour of Lanterns").count() == 1
        assert len(triples(graph)) > len(before)
        keyboard.press("Alt+KeyZ")
        page.locator("#status", has_text="Taken back").wait_for()
    assert triples(graph) == before


def test_a_card_survives_the_end_of_the_server_and_of_the_window(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(60_000)
    with Annotator(graph) as annotator:
        page = context.new_page()
        show(page, annotator)
        Hands(page).select("the brightest night of the year")
        page.locator("[data-name=gloss] textarea").fill("Of all nights none is lit more.")
        annotator.process.kill()
        annotator.process.wait()
        page.keyboard.press("Control+Enter")
        page.locator("#gone", has_text="Nothing is lost").wait_for()
        port = annotator.port
    page.close()
    with Annotator(graph, port) as annotator:
        page = context.new_page()
        show(page, annotator)
        page.locator("#status", has_text="kept from before").wait_for()
        assert page.locator("#card blockquote").inner_text() == "the brightest night of the year"
        assert page.locator("[data-name=gloss] textarea").input_value() == "Of all nights none is lit more."
    context.close()


def test_a_window_of_another_run_says_so_and_keeps_its_card(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    with Annotator(graph) as first, opened(browser, first) as page:
        Hands(page).select("the brightest night of the year")
        first.process.kill()
        first.process.wait()
        with Annotator(graph, first.port):
            page.locator("#failure", has_text="Open the address that it printed").wait_for()
            assert page.locator("#card blockquote").is_visible()


def test_two_windows_and_an_edit_on_disk_lose_nothing(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    things = graph / "triples" / "entities" / "things.ttl"
    with Annotator(graph) as annotator, opened(browser, annotator) as one, opened(browser, annotator) as other:
        Hands(other).select("the brightest night of the year")
        other.locator("[data-name=gloss] textarea").fill("Of all nights none is lit more.")
        hands = Hands(one)
        hands.select("Harbour of Lanterns is a mystery series directed by Ren Sunada")
        hands.save()
        other.locator("#status", has_text="changed elsewhere").wait_for()
        assert other.locator("[data-name=gloss] textarea").input_value() == "Of all nights none is lit more."
        with things.open("a", encoding="utf-8") as file:
            file.write('\nid:night-ferry\n  a wh:Film ;\n  skos:prefLabel "Night Ferry"@en ;\n.\n')
        other.locator("[data-name=about] input").click()
        other.keyboard.type("Night Fer")
        other.locator("[data-name=about] [role=option]", has_text="Night Ferry").first.click()
        Hands(other).thing("speaker", "Ren Sunada")  # whose words they are, and whom the graph did not know when they were selected
        Hands(other).save()
    written = things.read_text(encoding="utf-8")
    assert "id:night-ferry" in written and "Ren Sunada" in "".join(path.read_text(encoding="utf-8") for path in (graph / "triples").rglob("*.ttl"))
    positions = (graph / "triples" / "attestations" / "document-the-city-that-glows.ttl").read_text(encoding="utf-8")
    assert "statement" in positions and "contribution" in positions


def test_what_cannot_be_read_on_disk_is_told_and_the_card_stays(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    documents = graph / "triples" / "documents.ttl"
    text = documents.read_text(encoding="utf-8")
    with Annotator(graph) as annotator, opened(browser, annotator) as page:
        Hands(page).select("Harbour of Lanterns is a mystery series directed by Ren Sunada")
        documents.write_text(text + "\nid:half", encoding="utf-8")
        page.locator("#failure", has_text="documents.ttl:").wait_for()
        assert page.locator("#card blockquote").is_visible()
        documents.write_text(text, encoding="utf-8")
        page.locator("#failure").wait_for(state="hidden")
        Hands(page).save()
    assert "Ren Sunada" in "".join(path.read_text(encoding="utf-8") for path in (graph / "triples").rglob("*.ttl"))


def test_an_interview_in_japanese_with_an_emoji_is_marked_once_and_its_places_are_code_points(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    text = (LANTERNS / "texts" / "minato-no-akari.txt").read_text(encoding="utf-8")
    asked, answer = "音楽についてはいかがですか", "寺田葵さんの音楽は、古い港町の祭りの歌に似ています"
    with Annotator(graph) as annotator, opened(browser, annotator, "minato-no-akari") as page:
        hands = Hands(page)
        hands.select(asked)
        page.keyboard.press("Alt+KeyQ")
        hands.click(page.locator("[data-name=addressee] input"))
        hands.type("砂田蓮")
        page.locator("[data-name=addressee] [role=option]", has_text="砂田蓮").filter(has_text="new: person").click()
        page.locator("#asking button", has_text="Save").click()
        page.locator("#status", has_text="砂田蓮").wait_for()
        hands.select(answer)
        card = page.evaluate(_STATE)
        assert (card["speaker"], card["answers"], card["mode"], card["class"]) == ("砂田蓮", "1", "TranscriptTurn", "Likeness")
        for name, thing in (("compared", "寺田葵さんの音楽"), ("comparedWith", "古い港町の祭りの歌")):
            hands.click(page.locator(f"[data-name={name}] input"))
            hands.type(thing)
            page.locator(f"[data-name={name}] [role=option]", has_text=thing).filter(has_text="new: idea").click()
        hands.save()
    written = (graph / "triples" / "attestations" / "document-minato-no-akari.ttl").read_text(encoding="utf-8")
    places = {(text[int(start) : int(end)]) for start, end in re.findall(r"wh:start (\d+) ; wh:end (\d+)", written)}
    assert {asked, answer} <= places


def test_drafts_are_looked_at_changed_accepted_and_refused_one_by_one(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph")
    before = triples(graph)
    first, second, *_ = records(ARTICLE)
    wrong_way = {**first, "polarity": "denied"}
    file = tmp_path / "proposals.jsonl"
    file.write_text("".join(json.dumps({name: value for name, value in one.items() if name != "document"}) + "\n" for one in (wrong_way, second)), encoding="utf-8")
    document = f"{ID}document-{ARTICLE}"
    drafts.take(Workspace.open(layout.locate(graph), LANTERNS / "texts"), document, str(file))
    with Annotator(graph) as annotator, opened(browser, annotator) as page:
        assert page.locator("#waiting li").count() == 2
        page.locator("#curator").fill("Ada Reader")
        page.get_by_role("button", name=f"Look at the draft “{first['quote']}”").click()
        page.locator("#card blockquote", has_text=first["quote"]).wait_for()
        assert triples(graph) == before
        page.locator("[data-name=polarity] select").select_option("Affirmed")
        Hands(page).save()
        page.get_by_role("button", name=f"Refuse the draft “{second['quote']}”").click()
        page.locator("#drafts").wait_for(state="hidden")
    states = {one.record["quote"]: (one.state, one.by) for one in drafts.listed(layout.locate(graph), document, None)}
    assert states == {first["quote"]: ("accepted", "Ada Reader"), second["quote"]: ("refused", "Ada Reader")}
    positions = (graph / "triples" / "attestations" / f"document-{ARTICLE}.ttl").read_text(encoding="utf-8")
    assert "wh:Affirmed" in positions and "wh:Denied" not in positions and "ada-reader" in positions


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_has_no_faults_that_axe_finds_and_fits_its_window(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    if not AXE.is_file():
        missing("axe-core (npm ci in scripts/frontend)")
    graph = make_graph(tmp_path / "graph")
    workspace = Workspace.open(layout.locate(graph), LANTERNS / "texts")
    first, second, *_ = records(ARTICLE)
    for record in (first, second):
        save(workspace, [resolve(workspace, record)])
    with Annotator(graph) as annotator, opened(browser, annotator, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        axe = AXE.read_text(encoding="utf-8")
        for words in ("", "I wrote every cue with Blade Runner in mind"):
            if words:
                Hands(page).select(words)
                page.keyboard.press("Control+Enter")  # a blank is empty, so a finding is shown as well
                page.wait_for_function("() => !document.querySelector('#card').hasAttribute('aria-busy')")
            page.evaluate(axe)
            found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
