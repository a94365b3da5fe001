"""What files of proposals may hold: every form that is read, and every kind of broken file told with line and key."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from whence.curation import Workspace
from whence.curation.drafts import Proposal
from whence.curation.drafts.proposals import MOST_BYTES, Fault, Offsets, Reading, Terms
from whence.curation.drafts.verifying import Located, locate
from whence.curation.drafts.reading import read
from whence.curation.drafts.schema import schema
from whence.errors import InputError, UsageError
from whence.store import layout

ROOT = Path(__file__).parents[2]
POSITIONS = sorted((ROOT / "tests" / "cases" / "lanterns" / "positions").glob("*.jsonl"))
TEXT = "🏮 Sunada: “灯籠の街は『赤い鷺』から。” The city came from The Crimson Heron, perhaps a little. The city again."
WORDS = "The city came from The Crimson Heron"
START = TEXT.index(WORDS)
IN_UTF16 = START + 1
GOOD = {"quote": WORDS, "class": "influence", "roles": {"influenced": "the city", "influencer": "The Crimson Heron"}}
ROLES = {"influenced": "the city", "influencer": "The Crimson Heron"}


@cache
def workspace() -> Workspace:
    return Workspace.open(layout.locate(ROOT))


@cache
def terms() -> Terms:
    return Terms(workspace().forms)


def reading(folder: Path, content: str | bytes | object, name: str = "claims.jsonl") -> Reading:
    path = folder / name
    data = content if isinstance(content, bytes) else (content if isinstance(content, str) else json.dumps(content)).encode()
    path.write_bytes(data)
    return read(path, terms())


def one(found: Reading) -> Proposal:
    assert found.faults == []
    (proposal,) = found.proposals
    return proposal


def place(proposal: Proposal) -> tuple[int, int]:
    found = locate(TEXT, "the text", proposal, Offsets(TEXT))
    assert isinstance(found, Located), found
    return found.start, found.end


# The schema, and lines of it


@pytest.mark.parametrize("path", POSITIONS, ids=lambda path: path.stem)
def test_positions_are_valid_by_the_schema_and_read_as_they_are(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(made := schema(workspace()))
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    records = [record for record in records if record["class"] != "question"]
    for record in records:
        jsonschema.Draft202012Validator(made).validate(record)
    found = [proposal for proposal in read(path, terms()).proposals if proposal.record["class"] != "question"]
    assert [{**proposal.record, "quote": proposal.quote} for proposal in found] == records


def test_the_schema_has_an_alternative_for_each_class_with_its_roles() -> None:
    made = schema(workspace())
    assert {one["$ref"].rsplit("/", 1)[1] for one in made["anyOf"]} == {*workspace().forms.claims, "Question"}
    asked = {"quote": "Why?", "class": "question", "number": 1, "askedBy": "Mila Okafor"}
    assert jsonschema.Draft202012Validator(made).is_valid(asked)
    roles = made["$defs"]["Influence"]["properties"]["roles"]
    assert roles["required"] == ["influenced", "influencer"] and "aspect" in roles["properties"]
    assert "denied" in made["$defs"]["polarity"]["enum"] and "question-premise" in made["$defs"]["commitment"]["enum"]


#: Lines that are no proposal, each with the key that is told.
WRONG: list[tuple[dict[str, Any] | str, str]] = [
    ("[1, 2]", ""), ("3", ""), ('"text"', ""), ("null", ""), ("{}", "quote"), ('{"quote": "x"', ""), ("{'quote': 'x'}", ""),
    ({**GOOD, "quote": None}, "quote"), ({**GOOD, "quote": ""}, "quote"), ({**GOOD, "quote": []}, "quote"), ({**GOOD, "quote": {}}, "quote"),
    ({**GOOD, "quote": 0}, "quote"), ({**GOOD, "quote": 1.5}, "quote"), ({**GOOD, "quote": True}, "quote"), ({**GOOD, "class": 3}, "class"),
    ({**GOOD, "class": None}, "class"), ({**GOOD, "class": ["influence"]}, "class"), ({**GOOD, "roles": []}, "roles"), ({**GOOD, "roles": None}, "roles"),
    ({**GOOD, "roles": {"influencer": None}}, "roles.influencer"), ({**GOOD, "roles": {"influencer": {"name": "x"}}}, "roles.influencer"),
    ({**GOOD, "roles": {"influencer": ["x", None]}}, "roles.influencer"), ({**GOOD, "roles": {"influencer": []}}, "roles.influencer"),
    ({**GOOD, "start": -1, "end": 3}, "start"), ({**GOOD, "start": 1.5, "end": 3}, "start"), ({**GOOD, "start": True, "end": 3}, "start"),
    ({**GOOD, "start": "1", "end": 3}, "start"), ({**GOOD, "start": None, "end": 3}, "start"), ({**GOOD, "start": 1}, "end"), ({**GOOD, "end": 1}, "start"),
    ({**GOOD, "start": 3, "end": 3}, "end"), ({**GOOD, "start": 1, "end": 10**400}, "end"), ({**GOOD, "occurrence": 0}, "occurrence"),
    ({**GOOD, "speaker": None}, "speaker"), ({**GOOD, "hedge": [1, []]}, "hedge"), ({**GOOD, "sepaker": "x"}, "sepaker"), ({**GOOD, "wh:speaker": "x"}, "wh:speaker"),
    ({**GOOD, "new": ["x"]}, "new"), ({**GOOD, "new": {"x": {"class": None}}}, "new.x.class"), ({**GOOD, "question": 0}, "question"),
    ('{"quote": "x", "class": "influence", "start": NaN, "end": 3}', "start"), ('{"quote": "x", "class": "influence", "start": 0, "end": Infinity}', "end"),
    ('{"quote": "x", "class": "influence", "roles": {"influencer": NaN}}', "roles.influencer"), ('{"quote": "x", "quote": "y"}', "quote"),
    ('{"quote": "\\ud83c", "class": "influence"}', ""), ('{"a": ' * 100_000, ""), ("[" * 100_000 + "]" * 100_000, ""), (f'{{"start": {"1" * 5000}}}', ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "key"), WRONG, ids=range(len(WRONG)))
def test_a_broken_line_is_told_with_line_and_key_and_the_others_are_read(tmp_path: Path, line: dict[str, Any] | str, key: str) -> None:
    good = json.dumps(GOOD)
    found = reading(tmp_path, "\n".join([good, line if isinstance(line, str) else json.dumps(line), "", good]))
    assert [(fault.where, fault.key) for fault in found.faults] == [("line 2", key)]
    assert found.faults[0].sentence.endswith((".", "?")) and [proposal.where for proposal in found.proposals] == ["line 1", "line 4"]


def is_beyond_schemas(line: dict[str, Any]) -> bool:
    """What a schema for structured output cannot say: keys that go together, one number below another, sizes, what new things need."""
    places = {"start", "end"} & line.keys()
    return len(places) == 1 or line.get("end") in (line.get("start", -1), 10**400) or line.get("new") == {"x": {"class": None}}


@pytest.mark.parametrize("line", [line for line, _ in WRONG if isinstance(line, dict) and not is_beyond_schemas(line)], ids=str)
def test_what_the_reader_refuses_the_schema_refuses(line: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(schema(workspace())).is_valid(line)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing"), (b"  \n ", "nothing"), (b"quote,class\n", "none of the forms"), (b"\xff\xfe{\x00", "UTF-8"), (json.dumps(GOOD).encode()[:-5] + b"\xe9", "UTF-8"),
        (b"<html></html>", "XML"), (b"{\n  \"rows\": [\n", "no JSON"), (b"PK\x03\x04broken", "unpacked"), (b"<TEI xmlns='http://www.tei-c.org/ns/1.0'><text>", "parsed"),
        (b"<TEI xmlns='http://www.tei-c.org/ns/1.0'/>", "no annotations"), (b"\x00\x01\x02", "none of the forms"),
    ],
)  # fmt: skip
def test_a_file_of_no_form_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        reading(tmp_path, content, "claims.json")
    assert said in str(caught.value) and caught.value.file


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(2 * MOST_BYTES)
    with pytest.raises(InputError, match="100,000,000 bytes"):
        read(path, terms())
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.xmi", b"\x00" * (MOST_BYTES + 1))
    with pytest.raises(InputError, match="more than"):
        read(archive, terms())


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path / name, terms())


def test_an_array_of_records_is_read_as_lines_are(tmp_path: Path) -> None:
    found = reading(tmp_path, json.dumps([GOOD, {**GOOD, "class": ["x"]}], indent=2), "claims.json")
    assert [proposal.where for proposal in found.proposals] == ["annotation 1"] and [fault.key for fault in found.faults] == ["class"]


def test_byte_order_mark_and_other_line_ends_are_read(tmp_path: Path) -> None:
    line = json.dumps(GOOD)
    assert [proposal.where for proposal in reading(tmp_path, f"\ufeff{line}\r\n{line}\r".encode()).proposals] == ["line 1", "line 2"]


# LangExtract


def extraction(**changes: Any) -> dict[str, Any]:
    plain = {"extraction_class": "influence", "extraction_text": WORDS, "char_interval": {"start_pos": START, "end_pos": START + len(WORDS)},
             "alignment_status": "match_exact", "extraction_index": 1, "group_index": 0, "description": None, "attributes": {**ROLES, "polarity": "denied", "tone": "dry"}}  # fmt: skip
    return {**plain, **changes}


def test_langextract_is_read_with_attributes_as_roles(tmp_path: Path) -> None:
    proposal = one(reading(tmp_path, {"extractions": [extraction()], "text": TEXT, "document_id": "doc_1"}))
    assert proposal.record == {"class": "Influence", "roles": ROLES, "polarity": "denied"}
    assert place(proposal) == (START, START + len(WORDS)) and any("tone" in note for note in proposal.notes)


def test_langextract_without_a_place_or_with_a_fuzzy_one_is_held_to_its_words(tmp_path: Path) -> None:
    for interval in (None, {"start_pos": None, "end_pos": None}, {"start_pos": START - 3, "end_pos": START + 9}):
        found = reading(tmp_path, {"extractions": [extraction(char_interval=interval, alignment_status="match_fuzzy")], "text": TEXT})
        assert place(one(found)) == (START, START + len(WORDS))
    paraphrased = one(reading(tmp_path, {"extractions": [extraction(extraction_text="The city came from the heron")], "text": TEXT}))
    assert isinstance(locate(TEXT, "the text", paraphrased, Offsets(TEXT)), Fault)


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"extraction_text": None}, "extraction_text"), ({"extraction_class": 3}, "extraction_class"), ({"attributes": []}, "attributes"),
     ({"attributes": {"speaker": {"a": 1}}}, "attributes.speaker"), ({"char_interval": {"start_pos": -1, "end_pos": 3}}, "char_interval.start_pos"),
     ({"char_interval": [1, 2]}, "char_interval"), ({"char_interval": {"start_pos": 1}}, "char_interval.end_pos")],
)  # fmt: skip
def test_broken_extractions_are_told(tmp_path: Path, changes: dict[str, Any], key: str) -> None:
    found = reading(tmp_path, {"extractions": [extraction(), extraction(**changes)], "text": TEXT})
    assert [(fault.where, fault.key) for fault in found.faults] == [("line 1, extraction 2", key)] and len(found.proposals) == 1


# Web Annotations and Hypothesis


def annotation(**changes: Any) -> dict[str, Any]:
    bodies = [{"type": "TextualBody", "purpose": "tagging", "value": "influence"}, {"type": "TextualBody", "value": "influenced: the city\ninfluencer: The Crimson Heron\nA fine line."}]
    selectors = [{"type": "TextQuoteSelector", "exact": WORDS, "prefix": "から。” ", "suffix": ", perhaps"}, {"type": "TextPositionSelector", "start": START, "end": START + len(WORDS)}]
    target = {"source": "https://example.org/article", "selector": selectors}
    return {"@context": "http://www.w3.org/ns/anno.jsonld", "id": "urn:uuid:1", "type": "Annotation", "body": bodies, "target": target, **changes}


def test_web_annotations_are_read_alone_in_arrays_pages_collections_and_lines(tmp_path: Path) -> None:
    page = {"type": "AnnotationPage", "items": [annotation()]}
    forms: list[object] = [annotation(), [annotation()], page, {"type": "AnnotationCollection", "first": page}, {"@graph": [annotation()]}, json.dumps(annotation()) + "\n"]
    for form in forms:
        proposal = one(reading(tmp_path, form, "annotations.jsonl" if isinstance(form, str) else "annotations.json"))
        assert proposal.record == {"class": "Influence", "roles": ROLES} and proposal.notes == ["The annotation says: A fine line."]
        assert place(proposal) == (START, START + len(WORDS))


def test_offsets_of_web_annotations_are_code_points_and_utf16_is_found_out_by_the_quote(tmp_path: Path) -> None:
    target = annotation()["target"]
    shifted = [target["selector"][0], {"type": "TextPositionSelector", "start": IN_UTF16, "end": IN_UTF16 + len(WORDS)}]
    assert place(one(reading(tmp_path, annotation(target={**target, "selector": shifted})))) == (START, START + len(WORDS))
    bare = one(reading(tmp_path, annotation(target={**target, "selector": target["selector"][1]})))
    found = locate(TEXT, "the text", bare, Offsets(TEXT))
    assert isinstance(found, Located) and (found.start, found.end) == (START, START + len(WORDS)) and "read as code points" in " ".join(found.notes)


def test_refined_selectors_and_words_around_tell_places_apart(tmp_path: Path) -> None:
    again = TEXT.rindex("The city")
    quote = {"type": "TextQuoteSelector", "exact": "The city", "prefix": "a little. ", "suffix": " again"}
    refined = {"type": "FragmentSelector", "value": "p3", "refinedBy": quote}
    assert place(one(reading(tmp_path, annotation(target={"source": "x", "selector": refined})))) == (again, again + 8)
    alone = one(reading(tmp_path, annotation(target={"source": "x", "selector": {"type": "TextQuoteSelector", "exact": "The city"}})))
    assert isinstance(locate(TEXT, "the text", alone, Offsets(TEXT)), Fault)


@pytest.mark.parametrize(
    ("target", "key"),
    [("https://example.org/whole", "target"), ({"source": "x", "selector": {"type": "CssSelector", "value": "p"}}, "target.selector"),
     ({"source": "x", "selector": {"type": "TextQuoteSelector"}}, "target.selector.exact"), ([], "target"), ({"type": "List", "items": 3}, "target"),
     ({"source": "x", "selector": {"type": "TextPositionSelector", "start": -1, "end": 2}}, "target.selector.start"),
     ({"source": "x", "selector": {"type": "TextPositionSelector", "start": 1, "end": None}}, "target.selector.end")],
)  # fmt: skip
def test_annotations_about_no_words_are_told(tmp_path: Path, target: object, key: str) -> None:
    found = reading(tmp_path, [annotation(), annotation(target=target)], "annotations.json")
    assert [(fault.where, fault.key) for fault in found.faults] == [("annotation 2", key)]


def test_hypothesis_is_read_with_tags_and_comments_as_keys(tmp_path: Path) -> None:
    selectors = [{"type": "RangeSelector", "startContainer": "/p[1]"}, {"type": "TextPositionSelector", "start": IN_UTF16, "end": IN_UTF16 + len(WORDS)},
                 {"type": "TextQuoteSelector", "exact": WORDS, "prefix": "", "suffix": ""}]  # fmt: skip
    row = {"id": "a", "uri": "https://example.org/article", "text": "speaker: Ren Sunada\npolarity: denied", "tags": ["Influence", "influenced: the city", "influencer: The Crimson Heron", "nice"],
           "target": [{"source": "https://example.org/article", "selector": selectors}]}  # fmt: skip
    for form in ({"total": 1, "rows": [row]}, {"client_version": "1.0", "annotations": [row]}, row):
        found = reading(tmp_path, form, "hypothesis.json")
        proposal = one(found)
        assert found.tool == "Hypothesis" and any("nice" in note for note in proposal.notes)
        assert proposal.record == {"class": "Influence", "roles": ROLES, "speaker": "Ren Sunada", "polarity": "denied"}
        assert place(proposal) == (START, START + len(WORDS))
    note = {key: value for key, value in row.items() if key != "target"} | {"target": [{"source": "x"}]}
    assert [fault.key for fault in reading(tmp_path, {"rows": [note]}, "hypothesis.json").faults] == ["target"]


def test_tags_and_comments_set_neither_the_words_nor_what_is_an_object(tmp_path: Path) -> None:
    target = [{"source": "x", "selector": [{"type": "TextQuoteSelector", "exact": WORDS}]}]
    row = {"uri": "https://example.org/article", "text": '{"quote": ["other", "words"], "polarity": "denied"}', "tags": ["Influence", "new: Night Ferry"], "target": target}
    proposal = one(reading(tmp_path, {"rows": [row]}, "hypothesis.json"))
    assert proposal.quote == WORDS and proposal.record == {"class": "Influence", "polarity": "denied"}
    assert all(any(said in note for note in proposal.notes) for said in ("Night Ferry", "other"))


def test_our_own_collection_is_read_as_proposals(tmp_path: Path) -> None:
    from whence import export, webannotation

    files = layout.locate(ROOT / "tests" / "cases" / "graph")
    collection = webannotation.collection(export.of_files(files, files.data), "https://w3id.org/whence/id/", "small")
    found = reading(tmp_path, collection, "small.jsonld")
    assert {proposal.record["class"] for proposal in found.proposals} >= {"Influence", "Contribution"}
    denied = next(proposal for proposal in found.proposals if proposal.record["polarity"].endswith("Denied"))
    assert denied.record["speaker"].endswith("hana-mori") and denied.record["roles"]["influencer"].endswith("iron-garden")
    assert (denied.start, denied.end) == (60, 90)


# CATMA


def catma_json(tag: str = "CATMA_TAG", field: str = "CATMA_FIELD") -> list[dict[str, Any]]:
    def piece(start: int, end: int) -> dict[str, Any]:
        return {"source": "D_1", "selector": {"start": start, "end": end, "type": "TextPositionSelector"}}

    pieces = [piece(IN_UTF16, IN_UTF16 + 8), piece(IN_UTF16 + 8, IN_UTF16 + len(WORDS))]
    body = {"@context": {"tag": "https://www.catma.de/tag"}, "tagset": "tagsets/T_1", "tag": f"tagsets/T_1/{tag}", "type": "Dataset",
            "properties": {"system": {"CATMA_X": ["2023"]}, "user": {field: ["The Crimson Heron"]}}}  # fmt: skip
    return [{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "id": "a", "body": body, "target": {"items": pieces, "type": "List"}}]


def test_annotations_of_catma_are_read_with_the_tags_of_their_project(tmp_path: Path) -> None:
    folder, tags = tmp_path / "collections" / "C_1" / "annotations", tmp_path / "tagsets" / "T_1" / "CATMA_TAG"
    folder.mkdir(parents=True)
    tags.mkdir(parents=True)
    field = {"CATMA_FIELD": {"name": "influencer", "uuid": "CATMA_FIELD", "possibleValueList": []}}
    (tags / "propertydefs.json").write_text(json.dumps({"name": "Influence", "uuid": "CATMA_TAG", "userDefinedPropertyDefinitions": field}))
    proposal = one(reading(folder, catma_json(), "a_0.json"))
    assert proposal.record == {"class": "Influence", "roles": {"influencer": "The Crimson Heron"}}
    assert place(proposal) == (START, START + len(WORDS))
    (tags / "propertydefs.json").write_text("{")
    with pytest.raises(InputError, match="tag of CATMA"):
        reading(folder, catma_json(), "a_0.json")


def test_annotations_of_catma_alone_keep_what_their_tags_cannot_tell_as_notes(tmp_path: Path) -> None:
    proposal = one(reading(tmp_path, catma_json(), "a_0.json"))
    assert "class" not in proposal.record and {"CATMA_TAG", "CATMA_FIELD"} <= set(" ".join(proposal.notes).replace("'", " ").split())


TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><encodingDesc><fsdDecl xml:id="T1" n="claims 2023">
<fsDecl xml:id="CATMA_1" n="2023" type="CATMA_1"><fsDescr>Influence</fsDescr><fDecl xml:id="P1" name="influencer"/></fsDecl></fsdDecl></encodingDesc></teiHeader>
<text><body><ab type="catma"><ptr target="catma://D#char=0,5" type="inclusion"/>
<seg ana="#A1"><ptr target="catma://D#char=%d,%d" type="inclusion"/></seg><seg ana="#A1 #A2"><ptr target="catma://D#char=%d,%d" type="inclusion"/></seg>%s</ab></body>
<fs xml:id="A1" type="CATMA_1"><f name="catma_markupauthor"><string>me</string></f><f name="influencer"><string>The Crimson Heron</string></f></fs>
<fs xml:id="A3" type="CATMA_1"/></text></TEI>
"""


def test_the_tei_of_catma_is_read_and_its_pieces_are_joined(tmp_path: Path) -> None:
    spans = (IN_UTF16, IN_UTF16 + 8, IN_UTF16 + 8, IN_UTF16 + len(WORDS))
    found = reading(tmp_path, TEI % (*spans, '<seg ana="#A3"><ptr target="catma://D#char=x"/></seg>'), "collection.xml")
    (proposal,) = found.proposals
    assert proposal.record == {"class": "Influence", "roles": {"influencer": "The Crimson Heron"}} and place(proposal) == (START, START + len(WORDS))
    assert [fault.where for fault in found.faults] == ["segment 3", "annotation 2"]


@pytest.mark.parametrize("said", ["US-ASCII", "UTF-16", "x-unheard-of"])
def test_what_a_tei_says_of_its_encoding_is_not_asked_once_it_is_text(tmp_path: Path, said: str) -> None:
    found = reading(tmp_path, (TEI % (5, 9, 9, 20, "")).replace("UTF-8", said), "collection.xml")
    assert len(found.proposals) == 1


# INCEpTION


def cas_json() -> dict[str, Any]:
    """A document as INCEpTION exports it: a span layer whose link feature has roles, and a relation."""
    whole, end = {"begin": IN_UTF16, "end": IN_UTF16 + len(WORDS)}, IN_UTF16 + len(WORDS)
    types = {
        "custom.Influence": {"%NAME": "custom.Influence", "%SUPER_TYPE": "uima.tcas.Annotation", "speaker": {"%NAME": "speaker", "%RANGE": "uima.cas.String"},
                             "links": {"%NAME": "links", "%RANGE": "custom.Link[]", "%ELEMENT_TYPE": "custom.Link"}},
        "custom.Link": {"%NAME": "custom.Link", "%SUPER_TYPE": "uima.cas.TOP", "role": {"%NAME": "role", "%RANGE": "uima.cas.String"},
                        "target": {"%NAME": "target", "%RANGE": "uima.tcas.Annotation"}},
        "custom.Thing": {"%NAME": "custom.Thing", "%SUPER_TYPE": "uima.tcas.Annotation"},
    }  # fmt: skip
    structures = [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text", "sofaString": TEXT},
        {"%ID": 2, "%TYPE": "custom.Thing", "@sofa": 1, "begin": IN_UTF16, "end": IN_UTF16 + 8},
        {"%ID": 3, "%TYPE": "custom.Thing", "@sofa": 1, "begin": end - 17, "end": end},
        {"%ID": 4, "%TYPE": "custom.Link", "role": "influenced", "@target": 2},
        {"%ID": 5, "%TYPE": "custom.Link", "role": "influencer", "@target": 3},
        {"%ID": 6, "%TYPE": "custom.Link[]", "%ELEMENTS": [4, 5]},
        {"%ID": 7, "%TYPE": "custom.Influence", "@sofa": 1, **whole, "speaker": "Ren Sunada", "@links": 6},
    ]
    return {"%TYPES": types, "%FEATURE_STRUCTURES": structures, "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2, 3, 7]}}}


def test_exports_of_inception_are_read_with_links_as_roles(tmp_path: Path) -> None:
    pytest.importorskip("cassis", reason="needs dkpro-cassis, the extra inception")
    proposal = one(reading(tmp_path, cas_json(), "article.json"))
    assert proposal.record == {"class": "Influence", "speaker": "Ren Sunada", "roles": {"influenced": "The city", "influencer": "The Crimson Heron"}}
    assert place(proposal) == (START, START + len(WORDS)) and proposal.quote == WORDS


def test_xmi_is_read_with_its_type_system_in_an_archive_or_beside_it(tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis", reason="needs dkpro-cassis, the extra inception")
    cas = cassis.load_cas_from_json(io.BytesIO(json.dumps(cas_json()).encode()))
    xmi, types = cas.to_xmi().encode(), cas.typesystem.to_xml().encode()
    with pytest.raises(InputError, match="type system"):
        reading(tmp_path, xmi, "article.xmi")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("article.xmi", xmi)
        members.writestr("TypeSystem.xml", types)
    zipped = one(reading(tmp_path, archive.getvalue(), "article.zip"))
    (tmp_path / "TypeSystem.xml").write_bytes(types)
    beside = one(reading(tmp_path, xmi, "article.xmi"))
    assert zipped.record == beside.record == one(reading(tmp_path, cas_json(), "article.json")).record


def test_broken_exports_of_inception_are_told(tmp_path: Path) -> None:
    pytest.importorskip("cassis", reason="needs dkpro-cassis, the extra inception")
    broken = cas_json()
    broken["%FEATURE_STRUCTURES"][6]["%TYPE"] = "custom.Unknown"
    outside = cas_json()
    outside["%FEATURE_STRUCTURES"][6]["end"] = 10**6
    empty = {**cas_json(), "%VIEWS": {}, "%FEATURE_STRUCTURES": []}
    for document in (broken, empty, {"%FEATURE_STRUCTURES": 3}):
        with pytest.raises(InputError):
            reading(tmp_path, document, "article.json")
    assert [fault.key for fault in reading(tmp_path, outside, "article.json").faults] == ["begin"]


def test_without_the_library_its_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cassis", None)
    with pytest.raises(UsageError, match="inception"):
        reading(tmp_path, cas_json(), "article.json")


def test_the_page_about_drafts_shows_a_proposal_that_is_valid_and_names_every_form() -> None:
    page = (ROOT / "ontology" / "DRAFTS.md").read_text(encoding="utf-8")
    example = page.split("```json\n")[1].split("\n```")[0]
    jsonschema.Draft202012Validator(schema(workspace())).validate(json.loads(example))
    assert all(tool in page for tool in ("LangExtract", "Web Annotation", "Hypothesis", "INCEpTION", "CATMA"))
