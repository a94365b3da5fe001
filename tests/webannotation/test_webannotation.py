"""Web Annotations: the graph comes back from its collection, whoever reads it, whatever stands in the texts."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from jsonld_readers import READERS, read
from pyoxigraph import Quad, RdfFormat

from whence import webannotation
from whence.errors import InputError
from whence.evidence import Texts, digest
from whence.namespaces import ID, PREFIXES
from whence.rdf.canonical import canonical
from whence.webannotation.writing import TERMS, inlined

TEXT = "Sunada 🏮 says: “灯籠の街は、赤い鷺から来た。” 👩‍👩‍👧 Perhaps a little, he adds.\n"
WORDS = ("灯籠の街は、赤い鷺から来た", "Perhaps a little", "👩‍👩‍👧", "Sunada 🏮")


def place(words: str, own: bool = True) -> str:
    start = TEXT.index(words)
    end = start + len(words)
    if own:
        return f'wh:document id:document-7 ; wh:start {start} ; wh:end {end} ; wh:passageDigest "{digest(words)}"'
    return "wh:passage id:passage-by-hand"


def graph() -> list[Quad]:
    """Two positions at one place, one whose passage node was written by hand, a question, and what they speak of."""
    start = TEXT.index(WORDS[2])
    turtle = f"""
    id:document-7 a wh:Document ; skos:prefLabel "灯籠"@ja ; wh:fileName "seven.txt" ; wh:textDigest "{digest(TEXT)}" ; wh:textLength {len(TEXT)} .
    id:claim-a a wh:Influence ; wh:influenced id:city ; wh:influencer id:heron ; wh:aspect wh:AspectNotStated .
    id:claim-b a wh:Quantity ; wh:about id:city ; wh:number 3 ; wh:counted "three lamps" ; wh:certain true .
    id:attestation-1 a wh:Attestation ; wh:attests id:claim-a ; wh:polarity wh:Affirmed ; wh:hedge "perhaps", "a little" ; {place(WORDS[0])} .
    id:attestation-2 a wh:Attestation ; wh:attests id:claim-a ; wh:polarity wh:Denied ; wh:because id:attestation-1 ; {place(WORDS[0])} .
    id:attestation-3 a wh:Attestation ; wh:attests id:claim-b ; wh:speaker id:sunada ; {place(WORDS[2], own=False)} .
    id:passage-by-hand a oa:SpecificResource ; oa:hasSource id:document-7 ; oa:hasSelector id:selector-by-hand ; wh:passageDigest "{digest(WORDS[2])}" .
    id:selector-by-hand a oa:TextPositionSelector ; oa:start {start} ; oa:end {start + len(WORDS[2])} .
    id:question-1 a wh:Question ; skos:prefLabel "first"@en ; wh:questionNumber 1 ; {place(WORDS[3])} .
    id:city a wh:FictionalPlace ; skos:prefLabel "the city"@en , "街"@ja . id:heron a wh:Film ; skos:prefLabel "赤い鷺 \\"heron\\" \\u2028"@ja .
    id:completeness-1 a wh:CompletenessStatement ; wh:document id:document-7 ; wh:count 0 .
    id:document-8 a wh:Document . id:attestation-9 a wh:Attestation ; wh:attests id:claim-a ; wh:document id:document-8 ; wh:start 0 ; wh:end 1 ;
      wh:passageDigest "{digest("x")}" .
    """
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return canonical(Quad(one.subject, one.predicate, one.object) for one in pyoxigraph.parse(prefixes + turtle, format=RdfFormat.TURTLE))


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "renamed.txt").write_bytes(TEXT.encode())
    return Texts(tmp_path)


def made(quads: list[Quad], **options: Any) -> dict[str, Any]:
    """A collection as it is read from a file."""
    return json.loads(json.dumps(webannotation.collection(quads, ID + "document-7", "Seven", **options)))


def annotation(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in document["first"]["items"] if item["id"] == ID + name)


def test_the_context_is_the_published_one() -> None:
    written = json.dumps(TERMS, sort_keys=True).encode()
    assert hashlib.sha256(written).hexdigest() == "229907b621d97401ad7650a2db438add4a1da150626a40b39987e5368ec096dd"


@pytest.mark.parametrize("quoted", [False, True])
def test_the_graph_comes_back(texts: Texts, quoted: bool) -> None:
    quads = graph()
    options = {"words": webannotation.Quoting(quads, texts), "label": lambda iri: f"label of {iri}"} if quoted else {}
    document = made(quads, **options)
    back = webannotation.quads(document)
    assert (canonical(back.quads), back.left_out) == (quads, {})
    assert made(back.quads, **options) == document


def test_the_real_graph_comes_back(shared: Path) -> None:
    from whence import export
    from whence.store import layout

    files = layout.locate(Path(__file__).parents[2])
    quads = export.of_files(files, files.data)
    quoting = webannotation.Quoting(quads, Texts(shared / "sources"))
    document = made(quads, words=quoting)
    assert set(webannotation.quads(document).quads) == set(quads)
    assert document["total"] > 1000 and quoting.lacking == ""


def test_positions_are_code_points_and_quotes_what_stands_there(texts: Texts) -> None:
    quads = graph()
    target = annotation(made(quads, words=webannotation.Quoting(quads, texts)), "attestation-1")["target"]
    position, quote = target["selector"]
    assert TEXT[position["start"] : position["end"]] == quote["exact"] == WORDS[0]
    assert TEXT.startswith(quote["prefix"]) and quote["suffix"].startswith("。” 👩‍👩‍👧")
    assert target["source"] == ID + "document-7"


def test_quotes_are_given_only_where_the_text_is_held(texts: Texts, tmp_path: Path) -> None:
    quads = graph()
    assert "exact" not in json.dumps(made(quads))
    quoting = webannotation.Quoting(quads, texts)
    assert "exact" not in annotation(made(quads, words=quoting), "attestation-9")["target"]["selector"][0]
    assert "1 passage has no quotes" in quoting.lacking
    other = tmp_path / "other"
    other.mkdir()
    (other / "seven.txt").write_text(TEXT + "changed")
    assert webannotation.Quoting(quads, Texts(other))(ID + "document-7", 0, 3, "") is None


@pytest.mark.parametrize("reader", READERS)
def test_others_read_what_we_read(reader: str, texts: Texts) -> None:
    quads = graph()
    document = made(quads, words=webannotation.Quoting(quads, texts))
    document["@context"] = inlined(document["@context"])
    found = read(reader, document)
    ours = canonical(pyoxigraph.parse(json.dumps(document).encode(), format=RdfFormat.JSON_LD))
    assert found == set(ours)
    assert sum(quad.object.value == PREFIXES["oa"] + "Annotation" for quad in found) == 5


def test_the_collection_has_what_the_model_asks_for() -> None:
    """Web Annotation Data Model, sections 3.1, 4.1 and 5: identity, types, total, one page with its items."""
    document = made(graph())
    assert document["@context"][0] == webannotation.ADDRESS
    assert (document["type"], document["total"], document["first"]["partOf"]) == ("AnnotationCollection", 5, document["id"])
    for item in document["first"]["items"]:
        assert "Annotation" in item["type"] and item["id"].startswith("https:")
        assert item["target"]["type"] == "SpecificResource" and item["target"]["source"].startswith("https:")


def test_things_have_their_whole_address_and_terms_a_prefix() -> None:
    item = annotation(made(graph()), "attestation-2")
    assert item["wh:polarity"] == {"id": "wh:Denied"} and item["wh:attests"] == {"id": ID + "claim-a"}
    assert ID not in json.dumps(made(graph())["@context"])


def test_one_document_has_what_it_says_and_nothing_of_others() -> None:
    found = {quad.subject.value for quad in webannotation.of_document(graph(), ID + "document-7")}
    assert {ID + name for name in ("attestation-3", "passage-by-hand", "question-1", "claim-b", "city", "completeness-1")} <= found
    assert not {ID + "document-8", ID + "attestation-9"} & found


def test_other_forms_of_the_same_annotations_are_read(texts: Texts) -> None:
    """An array, a page, single annotations that name the context themselves, and the address with https."""
    document = made(graph())
    context, items = document["@context"], document["first"]["items"]
    secure = [context[0].replace("http:", "https:"), context[1]]
    array = [{"@context": secure, **item} for item in items]
    page = {"@context": context, **document["first"]}
    expected = {quad for quad in webannotation.quads(document).quads if "attestation" in quad.subject.value}
    for form in (array, page):
        assert expected <= set(webannotation.quads(form).quads)
    assert webannotation.quads({"@context": context, **annotation(document, "question-1")}).quads


def test_what_tools_say_of_annotations_is_counted_and_left_out() -> None:
    document = made(graph())
    annotation(document, "attestation-1").update({"creator": "https://example.org/me", "created": "2026-11-28T10:00:00Z"})
    back = webannotation.quads(document)
    assert canonical(back.quads) == graph()
    assert back.left_out == {PREFIXES["dcterms"] + "creator": 1, PREFIXES["dcterms"] + "created": 1}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(made(graph()))
    change(annotation(document, "attestation-1"))
    return document


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.pop("target"), "has no target"),
        (lambda one: one.update(target={"id": "https://example.org/p", "selector": []}), "has 0 position selectors"),
        (lambda one: one["target"].update(id="https://example.org/p", source=[]), "has no source"),
        (lambda one: one["target"].update(id="https://example.org/p", selector={"type": "TextPositionSelector", "start": -1, "end": 3}), "'-1' as its start"),
        (lambda one: one["target"].update(id="https://example.org/p", selector={"type": "TextPositionSelector", "start": 0.5, "end": 3}), "as its start"),
        (lambda one: one["target"].update(id="https://example.org/p", selector={"type": "TextPositionSelector", "start": 0}), "has no end"),
        (lambda one: one["target"]["selector"].append({"type": "TextQuoteSelector", "exact": "other words"}), "'other words'"),
        (lambda one: one.update(type="Annotation"), "whence draft"),
        (lambda one: one.update(body="https://example.org/other"), "another body"),
    ],
)
def test_an_annotation_that_says_too_little_or_too_much_is_refused_by_name(change: Callable[[dict[str, Any]], object], said: str) -> None:
    with pytest.raises(InputError, match="id:attestation-1") as caught:
        webannotation.quads(changed(change), "file.jsonld")
    assert said in caught.value.problem + str(caught.value.fix) and caught.value.file == "file.jsonld"


@pytest.mark.parametrize("document", [{}, [], {"@context": webannotation.ADDRESS}, 3, "x", None])
def test_what_holds_no_annotation_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        webannotation.quads(document)


@pytest.mark.usefixtures("validated")
def test_a_list_of_items_that_leads_back_to_itself_is_read_once() -> None:
    document = made(graph())
    document["first"]["as:items"] = {"id": "urn:list", "rdf:rest": {"id": "urn:list"}}
    assert canonical(webannotation.quads(document).quads) == graph()


def test_the_command_writes_the_file_and_says_what_it_lacks(whence: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "whence.jsonld"
    graph_folder = Path(__file__).parents[1] / "cases" / "graph"
    ended = whence("export", "--graph", graph_folder, "--format", "webannotation", "--with-quotes", "--texts", tmp_path, "--output", out)
    assert ended.returncode == 0 and "have no quotes" in ended.stderr
    assert json.loads(out.read_text())["total"] > 0
    assert whence("export", "--graph", graph_folder, "--with-quotes").returncode == 2
    assert "is no document" in whence("export", "--graph", graph_folder, "--format", "webannotation", "--document", "Hana Mori").stderr


def test_what_is_no_json_ld_is_told_without_a_place_that_the_file_has_not() -> None:
    document = made(graph())
    annotation(document, "attestation-2")["id"] = 7
    with pytest.raises(InputError, match="must be a string") as caught:
        webannotation.quads(document, "given.jsonld")
    assert caught.value.place == "given.jsonld"
