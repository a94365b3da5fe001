"""Exports: each format reads back as the same graph, and is the same bytes on every run."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import rdflib
from jsonld_readers import READERS, read
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib.compare import to_isomorphic

from whence import export
from whence.cli.arguments import Parser
from whence.errors import InputError, UsageError
from whence.store import views
from whence.store.layout import GraphFiles, locate
from whence.namespaces import PREFIXES, VIEW, WH
from whence.rdf.formats import GRAPHS, NotWritable
from whence.rdf.graphs import canonical

RDFLIB = {"turtle": "turtle", "jsonld": "json-ld", "nt": "nt", "nquads": "nquads", "trig": "trig", "rdfxml": "xml"}
CONTEXT = {
    "@version": 1.1,
    "type": "@type",
    **PREFIXES,
    "Work": "wh:Work",
    "speaker": {"@id": "wh:speaker", "@type": "@id"},
    "polarity": {"@id": "wh:polarity", "@type": "@vocab"},
    "Affirmed": "wh:Affirmed",
    "start": {"@id": "oa:start"},
    "day": {"@id": "wh:day", "@type": "xsd:date"},
}


@pytest.fixture(scope="module")
def whole() -> GraphFiles:
    return locate(Path(__file__).parent.parent)


@cache
def asserted(files: GraphFiles) -> list[Quad]:
    """The real graph as its files say it, read once."""
    return list(export.asserted(files))


@pytest.fixture
def context(tmp_path: Path) -> str:
    path = tmp_path / "context.jsonld"
    path.write_text(json.dumps({"@context": CONTEXT}), encoding="utf-8")
    return str(path)


def written(quads: list[Quad], format: str, context: str | None = None) -> bytes:
    out = io.BytesIO()
    export.write(quads, format, out, context=context)
    return out.getvalue()


def tricky() -> list[Quad]:
    """A graph with what formats stumble on: lists, shared and circular blank nodes, every kind of literal."""
    text = """
    PREFIX wh: <https://w3id.org/whence/ontology#> PREFIX id: <https://w3id.org/whence/id/> PREFIX oa: <http://www.w3.org/ns/oa#>
    PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    wh:A a owl:Class ; rdfs:subClassOf [ owl:unionOf ( wh:B [ owl:onProperty wh:p ; owl:someValuesFrom wh:C ] ) ] .
    id:x a wh:Work , wh:Thing ; wh:speaker id:y , id:z ; wh:polarity wh:Affirmed ; oa:start 12 ; wh:day "2024-01-31"^^xsd:date .
    id:x wh:literal "007"^^xsd:integer , 9007199254740993 , true , "1"^^xsd:boolean , 1.50 , 1e3 , "日本"@ja , "a\\r\\nb\\t\\"c\\"\\\\" , " edge " , "" .
    _:s wh:p _:t . _:t wh:p _:s . id:x wh:shared _:u . id:y wh:shared _:u . _:u wh:n 1 . id:list wh:value () .
    <https://example.org/é?a=b&c=d> wh:p <urn:x:y> .
    """
    return [Quad(one.subject, one.predicate, one.object, DefaultGraph()) for one in parse(text, format=RdfFormat.TURTLE)]


@pytest.mark.parametrize("format", export.FORMATS)
@pytest.mark.parametrize("which", ["tricky", "whole"])
def test_reads_back_as_the_same_graph(format: str, which: str, whole: GraphFiles, context: str) -> None:
    quads = tricky() if which == "tricky" else asserted(whole)
    document = written(quads, format, context if which == "tricky" else whole.context)
    assert canonical(parse(document, format=GRAPHS[format].rdf)) == canonical(quads)


@pytest.mark.parametrize("format", export.FORMATS)
def test_rdflib_reads_the_same_graph(format: str, context: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    # rdflib goes by its own rules for a boolean written "1"
    quads = [quad for quad in tricky() if quad.object != Literal("1", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))]
    expected = rdflib.Graph().parse(data=written(quads, "nt"), format="nt")
    read = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own reader of datasets uses what it deprecates
        dataset = rdflib.Dataset()
        dataset.parse(data=written(quads, format, context), format=RDFLIB[format])
        for s, p, o, _ in dataset.quads():
            read.add((s, p, o))
    assert to_isomorphic(read) == to_isomorphic(expected)


@pytest.mark.parametrize("format", export.FORMATS)
def test_is_the_same_bytes_in_any_order(format: str, context: str) -> None:
    assert written(tricky(), format, context) == written(list(reversed(tricky())), format, context)


def test_is_the_same_bytes_in_another_process() -> None:
    """Neither the hash seed nor the labels of blank nodes show."""
    code = (
        "import sys\nfrom whence import export\nfrom whence.store import layout\n"
        "files = layout.locate(sys.argv[1])\n"
        "for format in export.FORMATS: export.write(export.asserted(files), format, sys.stdout.buffer, context=files.context)"
    )
    root = Path(__file__).parent.parent
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(root / "tests" / "cases" / "graph")], check=True, capture_output=True,
            env={**os.environ, "PYTHONPATH": str(root / "scripts"), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


def test_turtle_is_in_the_house_style(whole: GraphFiles) -> None:
    from whence.rdf.formatter import format_text

    for quads in (tricky(), asserted(whole)):
        text = written(quads, "turtle").decode()
        assert format_text(text) == text


#: What a context can say beside the IRI of a term; nothing of it may change the graph.
ODD = {
    "of datatypes": {"start": {"@id": "oa:start", "@type": "xsd:integer"}, "literal": {"@id": "wh:literal", "@type": "xsd:boolean"}, "n": {"@id": "wh:n", "@type": "@none"}},
    "of languages": {"@language": "fr", "literal": {"@id": "wh:literal", "@language": "ja"}, "day": {"@id": "wh:day", "@direction": "rtl"}},
    "with a vocabulary": {"@vocab": "https://w3id.org/whence/ontology#", "@base": "https://w3id.org/whence/id/"},
    "with containers": {
        "speaker": {"@id": "wh:speaker", "@type": "@id", "@container": "@set"}, "type": {"@id": "@type", "@container": "@set"}, "p": {"@id": "wh:p", "@container": "@list"},
        "literal": {"@id": "wh:literal", "@container": "@language"}, "value": {"@id": "wh:value", "@container": "@index"},
    },
    "with scopes": {"Work": {"@id": "wh:Work", "@context": {"speaker": "wh:other"}}, "shared": {"@id": "wh:shared", "@context": {"n": "wh:other"}}},
    "backwards": {"of": {"@reverse": "wh:shared"}},
    "with words of its own": {"iri": "@id", "is": "@value", "tongue": "@language", "kind": "@type", "members": "@graph"},
    "with less": {"wh:p": None, "Affirmed": None, "x": "https://w3id.org/whence/id/x"},
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("odd", ODD)
def test_whatever_a_context_says_jsonld_is_the_same_graph(odd: str, reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if reader == "rdflib" and odd in ("with scopes", "with containers"):
        pytest.skip("rdflib does not follow JSON-LD 1.1 here")
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    path = tmp_path / "context.jsonld"
    path.write_text(json.dumps({"@context": {**CONTEXT, **ODD[odd]}}), encoding="utf-8")
    named = [Quad(*quad.triple, NamedNode(PREFIXES["view"] + "v")) for quad in tricky() if isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode)]
    quads = tricky() + (named if reader != "rdflib" else [])  # which reads one graph here
    # readers write a double, and rdflib a boolean, in their own way
    own = [Literal("1e3", datatype=NamedNode(PREFIXES["xsd"] + "double")), Literal("1", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))]
    quads = [quad for quad in quads if quad.object not in own]
    document = json.loads(written(quads, "jsonld", str(path)))
    assert read(reader, document) == set(canonical(quads))


def test_an_iri_that_a_context_would_take_for_another_is_refused(context: str) -> None:
    with pytest.raises(NotWritable, match="takes wh: in <wh:x> for a prefix"):
        written([Quad(NamedNode("wh:x"), NamedNode("urn:p"), Literal("x"))], "jsonld", context)


def test_jsonld_is_compact(context: str) -> None:
    document = json.loads(written(tricky(), "jsonld", context))
    node = next(node for node in document["@graph"] if node["@id"] == "id:x")
    assert node["type"] == ["wh:Thing", "Work"]
    assert node["speaker"] == ["id:y", "id:z"]
    assert (node["polarity"], node["start"], node["day"]) == ("Affirmed", 12, "2024-01-31")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[", "is not JSON"), (b"\xff", "is not UTF-8"), (b"{}", "holds no JSON-LD context"), (b"[]", "holds no JSON-LD context"),
        (b'{"@context": {"a": {"@id": 1}}}', "context is refused"),
        (b'{"@context": {"@import": "https://example.org/c.jsonld", "@version": 1.1}}', "points to https://example.org/c.jsonld"),
    ],
)
def test_a_context_that_cannot_be_used_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "context.jsonld"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said) as refused:
        written(tricky(), "jsonld", str(path))
    assert refused.value.file == str(path)


@pytest.fixture
def store() -> Store:
    store = Store()
    a, p = NamedNode("urn:a"), NamedNode(f"{WH}p")
    store.add(Quad(a, p, Literal("default")))
    store.add(Quad(a, p, Literal("made"), NamedNode(f"{VIEW}maker")))
    store.add(Quad(a, p, Literal("pressed"), NamedNode(f"{VIEW}press")))
    return store


def test_a_view_stands_in_its_named_graph(store: Store) -> None:
    quads = export.view(store, "maker")
    assert written(quads, "nquads").decode() == f'<urn:a> <{WH}p> "made" <{VIEW}maker> .\n'
    assert written(quads, "trig").decode() == (
        f'@prefix view: <{VIEW}> .\n@prefix wh: <{WH}> .\n\nview:maker {{\n  <urn:a>\n    wh:p "made" ;\n  .\n}}\n'
    )
    assert written(quads, "turtle").decode() == f'@prefix wh: <{WH}> .\n\n<urn:a>\n  wh:p "made" ;\n.\n'
    assert json.loads(written(quads, "jsonld"))["@graph"] == [
        {"@id": "view:maker", "@graph": [{"@id": "urn:a", "wh:p": "made"}]}
    ]


def test_a_file_that_is_no_turtle_is_told_in_plain_words(small_graph: Path) -> None:
    (small_graph / "triples" / "more.ttl").write_text("<x:a> <x:b> 1", encoding="utf-8")
    with pytest.raises(InputError, match=r"more\.ttl:1:14: The statement has no dot after `1`\. Put `\.` at its end\."):
        export.asserted(locate(small_graph))


def test_views_are_listed_and_an_unknown_one_is_refused(store: Store) -> None:
    assert views.policies(store) == ["maker", "press"]
    with pytest.raises(UsageError, match=r"no view 'makre'\. Did you mean maker\?"):
        export.view(store, "makre")


def test_everything_is_the_default_graph(store: Store) -> None:
    assert [quad.object.value for quad in export.everything(store)] == ["default"]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="no format hdt"):
        written([], "hdt")


@pytest.mark.parametrize(("command", "word", "format"), [("export", "nq", "nquads"), ("export", "n-triples", "nt"), ("query", "rdf", "rdfxml"), ("query", "md", "markdown")])
def test_formats_go_by_the_names_that_the_server_takes(command: str, word: str, format: str) -> None:
    parser = Parser(prog="x", description="")
    parser.set_defaults(graph=None)
    import_module(f"whence.cli.{command}").declare(parser, command)
    assert parser.parse_args([*(["ASK {}"] if command == "query" else []), "--format", word]).format == format


def test_rdf_xml_refuses_what_xml_cannot_carry() -> None:
    with pytest.raises(InputError, match="cannot carry a control character"):
        written([Quad(NamedNode("urn:a"), NamedNode(f"{WH}p"), Literal("\x07"))], "rdfxml")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.ttl"
    path.write_text("before")
    with pytest.raises(InputError, match="context cannot be read"):
        export.write(tricky(), "jsonld", output=path, context=str(tmp_path / "none"))
    assert path.read_text() == "before"
    assert export.write(tricky(), "turtle", output=path) == len(canonical(tricky()))
    assert path.read_bytes() == written(tricky(), "turtle")
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.nt"
    path.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"cannot be written: No space left on device\. What was there before is unchanged"):
        export.write(tricky(), "nt", output=path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs the device /dev/full")
def test_a_device_is_written_to_and_never_replaced() -> None:
    with pytest.raises(InputError, match="No space left on device"):
        export.write(tricky(), "nt", output="/dev/full")
    assert Path("/dev/full").is_char_device()


def test_a_file_that_is_not_turtle_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "triples").mkdir()
    (tmp_path / "triples" / "bad.ttl").write_text("<urn:a>\n  <urn:b> oops .\n")
    with pytest.raises(InputError) as refused:
        export.asserted(locate(tmp_path))
    assert refused.value.line == 2
    assert str(refused.value.file).endswith("bad.ttl")
