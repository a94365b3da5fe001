"""The annotator in Chromium: a whole article curated without a line of Turtle, by mouse, by keyboard, and through mishaps.

Needs Chromium and the package playwright; without them these tests are skipped, which continuous integration forbids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from annotating import ID, LANTERNS, Annotator, make_graph, records
from browsing import chromium
from serving import ROOT

from whence.curation import Workspace, resolve, save
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
    """The triples of a graph after the records of a text were saved one by one, as `whence claim` does."""
    workspace = Workspace.open(layout.locate(graph), LANTERNS / "texts")
    for record in records(name):
        new = {thing: {"class": kind, "inWorld": "Harbour of Lanterns"} if kind in ("FictionalPlace", "Character") else kind for thing, kind in record.get("new", {}).items()}
        save(workspace, [resolve(workspace, {**record, "new": new})])
    return triples(graph)


def test_every_position_of_the_article_takes_five_acts_at_most_and_the_graph_is_that_of_the_command(browser: Any, tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "by-hand")
    with Annotator(graph) as annotator, opened(browser, annotator) as page:
        hands = Hands(page)
        acts = {record["quote"]: curate(hands, record) for record in records(ARTICLE)}
    assert len(acts) == 11
    assert max(acts.values()) <= 5, acts
    assert not any(re.search(r"[;<>{}]|\b(?:wh|id):", text) for text in hands.typed)
    assert triples(graph) == saved(make_graph(tmp_path / "by-command"), ARTICLE)
