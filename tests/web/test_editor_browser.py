"""Completion in the editor: where it keeps quiet, and by which prefixes it writes names.

Needs Chromium and the package playwright; without them these tests are skipped, which continuous integration forbids.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import chromium, opened, write
from serving import ROOT, Server

ONTOLOGY = "https://w3id.org/whence/ontology#"


@pytest.fixture(scope="module")
def editor() -> Iterator[Any]:
    """The editor's page, whose list of names has been fetched."""
    with Server(graph=ROOT) as server, chromium() as browser, opened(browser, server, "/editor") as page:
        write(page, "SELECT * { ?x a wh:influ")
        page.keyboard.press("Control+Space")
        page.locator(".cm-tooltip-autocomplete li").filter(has_text="wh:Influence").first.wait_for(timeout=60_000)
        yield page


def options(page: Any, text: str, seconds: float = 60) -> list[str]:
    """What is offered at the end of a text, when asked for: the first ones, or none."""
    page.keyboard.press("Escape")
    write(page, text)
    page.keyboard.press("Control+Space")
    listed = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel")
    for _ in range(int(seconds / 0.06)):
        page.wait_for_timeout(60)
        if listed.count():
            return list(listed.all_inner_texts()[:20])
    return []


def first(page: Any, text: str) -> str:
    found = options(page, text)
    assert found, text
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?x rdfs:label "wh:influ',
        'SELECT * { ?x rdfs:label "it\\"s wh:influ',
        "SELECT * { ?x rdfs:label 'wh:influ",
        'SELECT * { ?x rdfs:label """one "two"\nwh:influ',
        "SELECT * { ?x rdfs:label '''one 'two'\n\nwh:influ",
        'SELECT * { ?x rdfs:label "?x',
        "SELECT * { ?x ?y ?z } # wh:influ",
        "SELECT * { # ?x",
        "SELECT * { ?x <wh:influ",
        f"SELECT * {{ ?x <{ONTOLOGY}influ",
        "PREFIX influ",
        "PREFIX w: <https://w3id.org/influ",
        'SELECT * { ?x rdfs:label "Influence"@en',
        "SELECT * { _:influ",
        "SELECT * { ?x nobody:influ",
        "PREFIX wh: <https://a.example/> SELECT * { ?x wh:influ",
    ],
)
def test_nothing_is_offered_where_no_name_is_meant(editor: Any, text: str) -> None:
    assert options(editor, text, 0.6) == []


#: Text up to the bar, to what is offered first.
NAMES = {
    f"PREFIX : <{ONTOLOGY}>\nSELECT * {{ ?x a :influ": ":Influence",
    f"PREFIX w: <{ONTOLOGY}>\nSELECT * {{ ?x a w:influ": "w:Influence",
    f"prefix w: <{ONTOLOGY}>\nSELECT * {{ ?x a Influ": "w:Influence",
    f"PREFIX w: <{ONTOLOGY}>\nSELECT * {{ ?x a wh:influ": "wh:Influence",
    "BASE <https://w3id.org/whence/> PREFIX w: <ontology#> SELECT * { ?x a w:influ": "w:Influence",
    f"PREFIX i: <{ONTOLOGY}Inf>\nSELECT * {{ ?x a i:lu": "i:luence",
    f"PREFIX wh: <https://a.example/> PREFIX w: <{ONTOLOGY}> SELECT * {{ ?x a Influ": "w:Influence",
    f"# PREFIX w: <{ONTOLOGY}>\nSELECT * {{ ?x a Influ": "wh:Influence",
    f"SELECT ('PREFIX w: <{ONTOLOGY}>' AS ?y) {{ ?x a Influ": "wh:Influence",
    'SELECT * { ?x rdfs:label "a # b" ; a wh:influ': "wh:Influence",
    'SELECT * { ?x rdfs:label """a "b" \' """ ; a wh:influ': "wh:Influence",
    "SELECT * { ?x rdfs:label '' ; a wh:influ": "wh:Influence",
    'SELECT * { ?x rdfs:label "broken off\n ; a wh:influ': "wh:Influence",
    f"SELECT * {{ ?x <{ONTOLOGY}influencer> ?y ; a wh:influ": "wh:Influence",
    "SELECT * { ?x ?p ?y FILTER(?x < 3) ?y a wh:influ": "wh:Influence",
    'SELECT * { ?x rdfs:label "?no" . # ?no\n ?yes ?p ?': "?p",
    "SELECT * { ?left ?p ?y FILTER(?y<?l": "?left",
    "SELECT * { ?x wh:influencer/wh:partOf": "wh:partOf",
    "SELECT * { ?x wh:influ": "wh:influenced",
    "SELECT * { ?x wh:agent \u51fa\u6e15": "id:yutaka-izubuchi",
    "PREFIX t: <https://w3id.org/whence/id/> SELECT * { ?x wh:agent \u51fa\u6e15": "t:yutaka-izubuchi",
    "PREFIX t: <https://w3id.org/whence/id/> SELECT * { ?x wh:agent t:Yutaka": "t:yutaka-izubuchi",
}


@pytest.mark.parametrize("text", NAMES)
def test_names_are_offered_by_the_prefixes_of_the_query(editor: Any, text: str) -> None:
    assert first(editor, text) == NAMES[text]


def test_what_is_chosen_takes_the_place_of_what_was_typed(editor: Any) -> None:
    start = f"PREFIX : <{ONTOLOGY}>\nSELECT * {{ ?x a "
    write(editor, start)
    editor.keyboard.type(":influ")
    editor.locator(".cm-tooltip-autocomplete li[aria-selected]").wait_for()
    editor.wait_for_timeout(150)  # a choice made at once would be taken for typing on
    editor.keyboard.press("Enter")
    assert editor.locator("textarea#query").input_value() == start + ":Influence"


#: Text that ends where a name is wanted, to the kind of what comes first, and to the first.
POSITIONS = {
    "SELECT * { ?x a ": ("class", None),
    "SELECT * { ?x rdf:type ": ("class", None),
    "SELECT * { ?x ?p ?y . ?y a ": ("class", None),
    "SELECT * { ?x a wh:Influence ; ": ("property", "a"),
    "SELECT * { id:metallic-rouge ": ("property", "a"),
    "SELECT * { <https://w3id.org/whence/id/metallic-rouge> ": ("property", "a"),
    "SELECT * { ?x wh:agent ?y ; ": ("property", "a"),
    "SELECT * { ?x wh:agent [ ": ("property", "a"),
    "SELECT * { ?x wh:influencer/": ("property", "a"),
    "SELECT * { FILTER(?y > 3) ?x ": ("property", "a"),
    "SELECT * { ?x wh:number 3.5 ; ": ("property", "a"),
    "SELECT * { ?x wh:role ": ("concept", None),
    "SELECT * { ?x wh:work ?y ; wh:role ": ("concept", None),
    "PREFIX w: <https://w3id.org/whence/ontology#> SELECT * { ?x w:role ": ("concept", None),
    "SELECT * { ?x wh:polarity ": ("value", "wh:Affirmed"),
    "SELECT * { ?x wh:influencer ": ("thing", None),
    "SELECT * { ?x wh:character ?y, ": ("thing", None),
}


@pytest.mark.parametrize("text", POSITIONS)
def test_a_position_is_offered_what_it_takes(editor: Any, text: str) -> None:
    kind, first_option = POSITIONS[text]
    found = options(editor, text)
    details = editor.locator(".cm-tooltip-autocomplete li .cm-completionDetail").all_inner_texts()
    assert found and {detail.partition(",")[0] for detail in details[:8] if detail != "is a"} == {kind}
    assert first_option is None or found[0] == first_option


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SELECT * { ?x wh:influencer ", "Work"),
        ("SELECT * { ?x wh:character ", "Character"),
        ("SELECT * { ?x wh:role ", "Role"),
        ("SELECT * { ?x a wh:Casting ; wh:agent ", "Agent"),
    ],
)
def test_what_is_in_the_range_of_a_property_is_offered(editor: Any, text: str, wanted: str) -> None:
    for name in options(editor, text)[:8]:
        asked = urlencode({"query": f"ASK {{ {name} a wh:{wanted} }}"})
        assert editor.request.get(f"/sparql?{asked}", headers={"Accept": "text/csv"}).text().strip() == "true", name


def test_properties_of_the_subjects_class_come_first(editor: Any) -> None:
    assert {"wh:influenced", "wh:influencer"} <= set(options(editor, "SELECT * { ?x wh:aspect ?y ; a wh:Influence ; ")[:12])


def test_where_a_literal_is_meant_no_name_is_offered(editor: Any) -> None:
    assert options(editor, "SELECT * { ?x wh:hedge ", 0.6) == []
