"""The formats of a diagram, each read back by a parser of others, with names that try to break out of it."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import networkx
import pydot
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from whence import lineage
from whence.cli.lineage import _DIAGRAMS, _POLICIES
from whence.lineage import svg
from whence.lineage.diagram import Diagram, of_lineage, of_paths
from whence.namespaces import ID, PREFIXES, WH
from whence.things import Index
from whence.things.positions import POLICIES

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "Plain", 'a "quoted" <b>&amp; name', "back\\slash\\N \\", "two\nlines\ttab", "]]> --> %% #35; ;{}|", "<script>alert(1)</script>",
    "赤い星と金属の物語、長い長い題名が続いていく", "bell\x07 and \x0b", "a\rreturn\ufffe", "مرحبا", "</title></style></svg>", "end", "🌟 star", "averyveryveryverylongwordwithoutanybreakinit " * 3, "delete\x7f and \U0001fffe",
]  # fmt: skip


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    """A star of awkward names around the first of them, every second line denied, one part and a circle."""
    store = Store()

    def add(subject: str, predicate: str, value: NamedNode | Literal) -> None:
        store.add(Quad(NamedNode(ID + subject), NamedNode(predicate), value))

    for number, name in enumerate(NAMES):
        add(f"t{number}", PREFIXES["skos"] + "prefLabel", Literal(name))
    ends = [(number, 0) for number in range(1, len(NAMES))] + [(0, 1), (3, 2)]
    for number, (source, target) in enumerate(ends):
        add(f"c{number}", PREFIXES["rdf"] + "type", NamedNode(WH + "Influence"))
        for role, value in (("influencer", f"t{source}"), ("influenced", f"t{target}"), ("aspect", "t5")):
            add(f"c{number}", WH + role, NamedNode(ID + value))
        for role, value in (("attests", f"{ID}c{number}"), ("polarity", f"{WH}{'Denied' if number % 2 else 'Affirmed'}"),
                            ("commitment", f"{WH}Stated"), ("mood", f"{WH}Fact"), ("speaker", f"{ID}t1"), ("document", f"{ID}t4")):  # fmt: skip
            add(f"a{number}", WH + role, NamedNode(value))
        for role in ("start", "end"):
            add(f"a{number}", WH + role, Literal(str(number), datatype=NamedNode(PREFIXES["xsd"] + "integer")))
    add("t2", WH + "partOf", NamedNode(ID + "t0"))
    index = Index(store)
    return of_lineage(index, [lineage.trace(index, f"{ID}t0"), lineage.trace(index, f"{ID}t0", forward=True)])


def shown(text: str) -> str:
    """What of a name XML can hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", "\N{REPLACEMENT CHARACTER}", text)


def test_the_command_names_the_formats_and_policies_there_are() -> None:
    assert (_DIAGRAMS, _POLICIES) == (lineage.DIAGRAMS, POLICIES)


def test_the_diagram_has_every_thing_and_claim(diagram: Diagram) -> None:
    assert {node.label for node in diagram.nodes} == set(NAMES)
    claims = [edge.step.claim for edge in diagram.edges if edge.step]
    assert len(claims) == len(set(claims)) == len(NAMES) + 1
    assert [(edge.source, edge.target) for edge in diagram.edges if edge.step is None] == [(f"{ID}t2", f"{ID}t0")]
    assert [node.iri for node in diagram.nodes if node.home] == [f"{ID}t0"]


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networkx_reads_graphml_and_gexf(diagram: Diagram, format: str) -> None:
    read = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[format]
    graph = read(io.BytesIO(lineage.draw(diagram, format).encode()))
    assert graph.is_directed()
    assert {data["label"] for _, data in graph.nodes(data=True)} == set(map(shown, NAMES))
    assert graph.nodes[f"{ID}t0"]["home"] is True
    assert graph.number_of_edges() == len(diagram.edges)
    found = {data["claim"]: data for *_, data in graph.edges(data=True)}
    assert {found[f"{ID}c{number}"]["stance"] for number in (0, 2)} == {"press"}
    assert {found[f"{ID}c{number}"]["stance"] for number in (1, 3)} == {"denied"}
    assert (found[f"{ID}c1"]["contested"], found[f"{ID}c0"]["documents"]) == (True, NAMES[4])


@pytest.mark.filterwarnings("ignore:.*deprecated - use:DeprecationWarning")  # pydot, of pyparsing
def test_pydot_reads_dot(diagram: Diagram) -> None:
    (graph,) = pydot.graph_from_dot_data(lineage.draw(diagram, "dot")) or ()
    labels = {node.get_name().strip('"'): node.get("label") for node in graph.get_nodes()}
    written = {ID + f"t{number}": unquoted(labels[ID + f"t{number}"]) for number in range(len(NAMES))}
    assert written == {ID + f"t{number}": name for number, name in enumerate(NAMES)}
    assert len(graph.get_edges()) == len(diagram.edges)


def unquoted(text: str) -> str:
    """A label as Graphviz draws it: what its backslashes mean."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)


def test_mermaid_keeps_to_its_grammar(diagram: Diagram) -> None:
    lines = lineage.draw(diagram, "mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    words = r"(?:#\d+;|[^\x00-\x1f\"#;<>&\[\]{}|\\])*"
    nodes = [match for line in lines if (match := re.fullmatch(rf'  (n\d+)\["({words})"\](?::::home)?', line))]
    edges = [match for line in lines if (match := re.fullmatch(rf'  (n\d+) (?:==>|-->|--x|-\.->|-\.-)\|"({words})"\| (n\d+)', line))]
    assert len(nodes) + len(edges) == len(lines) - 3
    assert len(edges) == len(diagram.edges)
    decoded = {re.sub(r"#(\d+);", lambda code: chr(int(code[1])), match[2]) for match in nodes}
    assert decoded == {" ".join(name.split()) for name in NAMES}


def test_svg_is_xml_that_asks_for_nothing(diagram: Diagram) -> None:
    text = lineage.draw(diagram, "svg")
    root = ET.fromstring(text)
    nodes = [one for one in root.iter(f"{SVG}a") if "node" in one.get("class", "").split()]
    assert {one.findtext(f"{SVG}title") for one in nodes} == {shown(name) for name in NAMES}
    edges = [one for one in root.iter(f"{SVG}a") if "edge" in one.get("class", "").split()]
    assert {one.get("href") for one in edges} == {edge.step.claim for edge in diagram.edges if edge.step}
    assert {one.get("class") for one in edges} == {"edge press", "edge denied"}
    assert not list(root.iter(f"{SVG}script"))
    assert not re.search(r"url\(|@import|<image|<use|src=", text)
    assert "prefers-color-scheme: dark" in text


def test_nothing_in_the_picture_lies_on_anything_else(diagram: Diagram) -> None:
    root = ET.fromstring(lineage.draw(diagram, "svg"))
    rects = [one.find(f"{SVG}rect") for one in root.iter(f"{SVG}a") if one.find(f"{SVG}rect") is not None]
    boxes = [tuple(float(rect.get(name, "0")) for name in ("x", "y", "width", "height")) for rect in rects if rect is not None]
    for number, (x, y, width, height) in enumerate(boxes):
        for left, top, broad, tall in boxes[:number]:
            assert x + width <= left or left + broad <= x or y + height <= top or top + tall <= y
    words = [one for one in root.iter(f"{SVG}text") if one.get("class") == "words"]
    places = sorted((float(one.get("x", "0")), float(one.get("y", "0"))) for one in words)
    assert all(other[0] != one[0] or other[1] - one[1] >= 11 for one, other in zip(places, places[1:], strict=False))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.scripts = 0
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.targets += [found["href"] or ""] if "href" in found else []
        self.scripts += tag == "script"
        assert not {"src", "onclick", "onload"} & found.keys()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_leads_from_the_picture_to_every_evidence(diagram: Diagram) -> None:
    reader = Reader()
    reader.feed(lineage.draw(diagram, "html"))
    assert reader.scripts == 1
    assert not re.search("&#13;|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\U0001fffe]", lineage.draw(diagram, "html"))
    assert len(reader.ids) == len(set(reader.ids)) == len(diagram.nodes) + len(NAMES) + 1
    assert {target[1:] for target in reader.targets if target.startswith("#")} == set(reader.ids)
    assert all(target.startswith(("#", ID)) for target in reader.targets)
    assert sum("affirms" in piece or "denies" in piece for piece in reader.text) >= len(NAMES)


def test_a_diagram_of_nothing_says_so(diagram: Diagram) -> None:
    index = Index(Store())
    empty = of_lineage(index, [lineage.trace(index, f"{ID}nobody")])
    assert (len(empty.nodes), empty.edges, empty.notes) == (1, (), ("Nothing is known.",))
    apart = of_paths(index, lineage.find(index, f"{ID}nobody", f"{ID}other"))
    assert apart.notes == ("No path of up to 4 steps is known.",)
    for one in (empty, apart):
        for format in lineage.DIAGRAMS:
            assert lineage.draw(one, format)


def test_long_names_are_wrapped_and_clipped_in_time_with_their_length() -> None:
    assert svg._wrap("W" * 400_000, 23, 3) == ["W" * 23, "W" * 23, "W" * 22 + "…"]
    assert svg._wrap("word " * 400_000, 23, 2) == ["word word word word", "word word word word wo…"[:23]]
    assert svg._clip("赤" * 400_000, 10) == "赤" * 5 + "…"
    assert svg._clip("fits", 4) == "fits"
