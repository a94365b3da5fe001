"""The front door: what `import whence` offers, and that it does what it says."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import networkx
import pyarrow
import pytest
from serving import Server

import whence
from whence import api, errors, lineage
from whence.lineage import diagram
from whence.things.index import wh

pytestmark = pytest.mark.usefixtures("validated")

SMALL_GRAPH = Path(__file__).parent / "cases" / "graph"


def test_exports_are_these() -> None:
    """A change of this list is a change of the public interface."""
    assert whence.__all__ == [
        "Claims",
        "Found",
        "Graph",
        "Hint",
        "Influences",
        "InputError",
        "LimitError",
        "QueryError",
        "RemoteError",
        "Rows",
        "Text",
        "Triples",
        "UsageError",
        "ValidationError",
        "WhenceError",
        "open",
        "query",
        "validate",
    ]
    assert set(whence.__all__) <= set(dir(whence))


def test_every_export_is_the_thing_itself() -> None:
    for name in whence.__all__:
        assert getattr(whence, name) is getattr(errors if name.endswith("Error") else api, name)
    assert {name for name in vars(errors) if name.endswith("Error")} <= set(whence.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        _ = whence.opne


def test_importing_the_package_alone_imports_nothing_heavy() -> None:
    code = "import sys, whence; print({'pyoxigraph', 'typing', 'dataclasses'} & set(sys.modules))"
    environment = {"PYTHONPATH": str(Path(whence.__file__).parents[1])}
    answer = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert answer.stdout == "set()\n"


def test_a_graph_is_opened_and_asked() -> None:
    graph = whence.open(SMALL_GRAPH)
    assert graph.directory == str(SMALL_GRAPH)
    rows = list(graph.query("SELECT ?claim { ?claim a wh:Influence }"))
    assert rows
    assert [query.name for query in graph.catalog.of_kind("competency")]
    assert len(list(graph.query("SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }"))) == 0
    assert len(list(graph.query("SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }", view="any"))) > 0


def test_a_named_query_takes_parameters() -> None:
    rows = list(whence.query("influences-on-work", work="id:metallic-rouge"))
    assert "Star Trek" in {row["influencerLabel"].value for row in rows}


def test_what_is_not_there_is_said() -> None:
    graph = whence.open(SMALL_GRAPH)
    with pytest.raises(whence.UsageError, match="There is no view 'makr'. Did you mean maker"):
        graph.query("ASK {}", view="makr")
    with pytest.raises(whence.UsageError):
        graph.query("no-such-query")
    with pytest.raises(whence.InputError):
        whence.open("/nowhere")


def test_validation_reports_findings(tmp_path: Path) -> None:
    assert whence.validate(SMALL_GRAPH).conforms
    data = tmp_path / "data.ttl"
    data.write_text('@prefix ex: <http://example.org/> .\nex:a a ex:C .\n')
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
    )
    report = whence.validate(data=str(data), shapes=[str(shapes)])
    assert [finding.focus_node for finding in report] == ["<http://example.org/a>"]
    with pytest.raises(whence.UsageError):
        whence.validate(data=str(data))


def test_a_refused_graph_carries_its_report(small_graph: Path) -> None:
    (small_graph / "triples" / "broken.ttl").write_text("id:x wh:influencedBy\n")
    with pytest.raises(whence.ValidationError) as caught:
        whence.open(small_graph)
    assert not caught.value.report.conforms


def values(*terms: str) -> whence.Rows:
    return whence.query(f"SELECT ?v {{ VALUES ?v {{ {' '.join(terms)} }} }}", directory=SMALL_GRAPH)


@pytest.mark.parametrize(("terms", "type", "first"), [
    (("1", '"2"^^xsd:byte', "UNDEF"), pyarrow.int64(), 1),
    (("9223372036854775808",), pyarrow.decimal128(19, 0), Decimal(9223372036854775808)),
    (("1", "2.50"), pyarrow.decimal128(2, 1), Decimal(1)),
    (("1.5e0", "2"), pyarrow.float64(), 1.5),
    (('"INF"^^xsd:double',), pyarrow.float64(), float("inf")),
    (("true", "UNDEF"), pyarrow.bool_(), True),
    (('"2024-01-10"^^xsd:date',), pyarrow.date32(), datetime.date(2024, 1, 10)),
    (('"2024-01-10T12:00:00"^^xsd:dateTime',), pyarrow.timestamp("us"), datetime.datetime.fromisoformat("2024-01-10T12:00:00")),
    (('"2024-01-10T12:00:00+09:00"^^xsd:dateTime',), pyarrow.timestamp("us", "UTC"), datetime.datetime(2024, 1, 10, 3, tzinfo=datetime.UTC)),
    (('"2024-01-10T12:00:00"^^xsd:dateTime', '"2024-01-10T12:00:00Z"^^xsd:dateTime'), pyarrow.string(), "2024-01-10T12:00:00"),
    (('"2024-24"', "1"), pyarrow.string(), "2024-24"),
    (('"many"^^xsd:integer', "1"), pyarrow.string(), "many"),
    (("id:iron-garden", '"x"@en'), pyarrow.string(), "https://w3id.org/whence/id/iron-garden"),
    ((), pyarrow.string(), None),
    (("UNDEF",), pyarrow.string(), None),
])  # fmt: skip
def test_columns_have_the_type_of_their_datatypes(terms: tuple[str, ...], type: pyarrow.DataType, first: object) -> None:
    column = values(*terms).to_arrow()["v"]
    assert column.type == type
    assert column.to_pylist()[:1] == ([first] if terms else [])


def test_frames_keep_what_is_missing() -> None:
    frame = values("1", "UNDEF").to_pandas()
    assert str(frame["v"].dtype) == "Int64"
    assert frame["v"].isna().tolist() == [False, True]
    assert values("true", "UNDEF").to_polars()["v"].to_list() == [True, None]


def test_rows_that_were_read_are_not_told_to_be_none() -> None:
    rows = values("1", "2")
    assert len(rows.to_pandas()) == 2
    for again in (rows.to_polars, rows.to_arrow, lambda: list(rows)):
        with pytest.raises(whence.UsageError, match="they come once"):
            again()
    assert "they come once" in str(rows)


def test_what_is_shown_meanwhile_is_gone_through_all_the_same() -> None:
    rows = values("1", "2", "3")
    assert [str(rows).count("\n") > 0 for _ in rows] == [True] * 3


def test_a_notebook_shows_rows_and_loses_none() -> None:
    rows = values('"<b>"', "2")
    assert "<td>&lt;b&gt;</td>" in rows._repr_html_() and "<b>" in str(rows)
    assert len(list(rows)) == 2
    shown = whence.query("SELECT ?s { ?s ?p ?o } LIMIT 60")._repr_html_()
    assert shown.count("<tr>") == 51
    assert "The first 50" in shown


@pytest.mark.parametrize(("call", "told"), [
    (lambda graph: graph.find("Metallic Rouge"), "<td>https://w3id.org/whence/id/metallic-rouge</td>"),
    (lambda graph: graph.disagreements("Star Trek"), "Minami"),
    (lambda graph: graph.claims("Star Trek", kind="Influence"), "<td>Masahiko Minami</td>"),
    (lambda graph: graph.compare("Metallic Rouge", "Cowboy Bebop"), "<td>both</td><td>Toshihiro Kawamoto</td>"),
    (lambda graph: graph.timeline("Metallic Rouge"), "<td>2024-24</td><td>winter 2024</td>"),
    (lambda graph: graph.sources("Cowboy Bebop"), "<td>director</td>"),
    (lambda graph: graph.explain("Metallic Rouge", "influencedBy", "Star Trek"), "Masahiko Minami says that Star Trek influenced Metallic Rouge"),
    (lambda graph: graph.explain("Metallic Rouge", "influencedBy", "Blade Runner"), "Toshihiro Kawamoto denies that"),
    (lambda graph: graph.ask("who composed the music of Metallic Rouge?"), "<td>Taisei Iwasaki"),
    (lambda graph: graph.validate(), "<pre>Conforms, findings: "),
])  # fmt: skip
def test_a_notebook_shows_whatever_is_found(call: Callable[[whence.Graph], Any], told: str) -> None:
    found = call(whence.open())
    shown = found._repr_html_()
    assert told in shown and shown.count("<") == shown.count(">")
    assert str(found).splitlines() and "iri=" not in str(found)


def test_a_reply_that_does_not_know_says_so_and_shows_no_rows_of_something_else() -> None:
    reply = whence.open().ask("who is Zork?")
    for shown in (str(reply), reply._repr_html_()):
        assert "Nothing is known here that answers this. Nothing here speaks of zork." in shown
        assert len(shown.splitlines()) < 12 and "Sarah Fitzgerald" not in shown


def test_a_reply_without_an_answer_says_why() -> None:
    graph = whence.open(SMALL_GRAPH)
    for question in ("誰が監督しましたか", "who is Zork?"):
        words = "The question is not understood; questions are, in English."
        assert words in str(graph.ask(question)) and words in graph.ask(question)._repr_html_()


def test_what_disagrees_about_a_thing_disagrees_about_the_same_thing_of_a_catalogue() -> None:
    ours, theirs = ([one.sentence for one in whence.open().disagreements(name)] for name in ("Cowboy Bebop", "madb:C9604"))
    assert ours == theirs != []


@pytest.mark.parametrize("thing", ["madb:C9604", "madb:C2111", "wikidata:Q184843"])
def test_a_catalogues_thing_is_drawn_as_what_it_is(thing: str) -> None:
    graph = whence.open()
    assert "Metallic Rouge" in graph.lineage(thing, forward=True).draw("svg")
    assert "Metallic Rouge" in graph.path(thing, "Metallic Rouge").draw("svg")


def test_whatever_has_a_lineage_can_be_drawn() -> None:
    index = whence.open().index
    things = {quad.subject.value for quad in index.store.quads_for_pattern(None, wh("partOf"), None, None)}
    things |= {quad.object.value for role in ("influenced", "influencer", "partOf") for quad in index.store.quads_for_pattern(None, wh(role), None, None)}
    for thing in things:
        drawn = diagram.of_lineage(index, [lineage.trace(index, thing, forward=forward) for forward in (False, True)])
        nodes = {node.iri for node in drawn.nodes}
        assert all({edge.source, edge.target} <= nodes for edge in drawn.edges), thing


def test_what_is_found_becomes_a_frame() -> None:
    frame = whence.open().timeline("Metallic Rouge").to_pandas()
    assert list(frame.columns) == ["date", "words", "kind", "what"]
    assert "2024-24" in set(frame["date"])


def test_claims_are_chosen_by_thing_class_speaker_document_and_stance() -> None:
    graph = whence.open()
    denied = graph.claims("Metallic Rouge", kind="Influence", stance="denied")
    assert denied
    assert all(claim.kind == "Influence" and any(one.denied for one in claim.positions) for claim in denied)
    minami = graph.find("Masahiko Minami")[0].iri
    said = graph.claims(speaker="Masahiko Minami").to_pandas()
    assert said["document"].str.startswith("https://w3id.org/whence/id/document-").all()
    in_one = graph.claims("Metallic Rouge", speaker="Masahiko Minami", document="id:document-002")
    assert {(place.document, minami in (one.speaker, *one.ascribed)) for claim in in_one for one in claim.positions for place in one.passages} == {
        ("https://w3id.org/whence/id/document-002", True)
    }
    assert len(graph.claims()) > 1_000


@pytest.mark.parametrize(("call", "words"), [
    (lambda graph: graph.claims(kind="Influance"), "There is no class of claims 'Influance'"),
    (lambda graph: graph.claims(stance="denid"), "There is no stance 'denid'"),
    (lambda graph: graph.show("Mettalic Rogue"), "Nothing here is called 'Mettalic Rogue'"),
    (lambda graph: graph.lineage("Metallic Rouge", policy="makr"), "makr"),
    (lambda graph: graph.lineage("Metallic Rouge").draw("png"), "There is no format png"),
    (lambda graph: graph.lineage("Metallic Rouge", depth=-1), "depth is -1"),
    (lambda graph: graph.path("Metallic Rouge", "Star Trek", length=0), "length is 0"),
    (lambda graph: graph.ask("who composed the music of Metallic Rouge?", limit=0), "limit is 0"),
    (lambda graph: graph.show("Star Trek", limit=0), "limit is 0"),
    (lambda graph: graph.claims(""), "Nothing here is called ''"),
    (lambda graph: graph.claims(kind=""), "There is no class of claims ''. There are Adaptation"),
    (lambda graph: graph.disagreements(""), "Nothing here is called ''"),
    (lambda graph: graph.query(None), "A query is a text, not None"),
    (lambda graph: graph.query(" "), "The query is empty"),
    (lambda graph: graph.lineage(7), "A name is a text, not 7"),
    (lambda graph: graph.lineage("Metallic Rouge", policy=3), "policy is a text, not 3"),
    (lambda graph: graph.path("Metallic Rouge", "Blade Runner", length=None), "length is None"),
    (lambda graph: graph.show("Metallic Rouge", limit="ten"), "limit is 'ten'"),
    (lambda graph: graph.query("influences-on-work", work="Metallic Rouge"), 'cannot be "Metallic Rouge". Did you mean id:metallic-rouge'),
    (lambda graph: graph.query("ASK {}", view=4), "view is a text, not 4"),
    (lambda graph: graph.claims(kind=5), "kind is a text, not 5"),
    (lambda graph: graph.claims(stance=5), "stance is a text, not 5"),
    (lambda graph: graph.explain("Metallic Rouge", 5, "Blade Runner"), "A term is a text, not 5"),
    (lambda graph: api.validate(5), "A directory is a text, not 5"),  # type: ignore[arg-type]
    (lambda graph: api.validate(data=5, shapes="x"), "The name of a file is a text, not 5"),  # type: ignore[arg-type]
    (lambda graph: api.open(5), "A source is a text, not 5"),  # type: ignore[arg-type]
])  # fmt: skip
def test_what_is_called_wrongly_is_said(call: object, words: str) -> None:
    with pytest.raises(whence.UsageError, match=words):
        call(whence.open())  # type: ignore[operator]


def test_what_an_answer_hides_and_which_graph_is_open_are_told_as_warnings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    graph = whence.open()
    for call, words in (
        (lambda: graph.query("SELECT ?x { ?x a wh:Filmm }"), "does not know wh:Filmm. Did you mean wh:Film"),
        (lambda: graph.query("ASK { ?x a wh:Filmm }"), "does not know wh:Filmm"),
        (lambda: graph.query("influences-on-work", work="id:nosuch"), "does not know id:nosuch, the value of work"),
    ):
        with pytest.warns(whence.Hint) as told:
            call()
        assert any(words in str(one.message) for one in told) and all(one.filename == __file__ for one in told)
    with pytest.warns(whence.Hint, match='no "no"'):
        assert not list(graph.query("influences-on-work", work="id:toshihiro-kawamoto"))
    (tmp_path / "whence.toml").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.warns(UserWarning, match=f"This is the graph that came with whence; whence.open\\('{tmp_path}'\\)"):
        assert whence.open().directory == graph.directory


def test_influences_become_a_graph_a_drawing_and_a_document() -> None:
    graph = whence.open()
    influences = graph.lineage("Metallic Rouge", policy="maker")
    found = influences.to_networkx()
    rouge, trek = (graph.find(name)[0].iri for name in ("Metallic Rouge", "Star Trek"))
    assert networkx.has_path(found, trek, rouge)
    told = found[trek][rouge]["https://w3id.org/whence/id/claim-influence-star-trek-world-building"]
    assert told["stance"] == "makers"
    assert told["documents"] == ["https://w3id.org/whence/id/document-002"]
    assert influences._repr_svg_().startswith("<svg")
    assert influences.as_dict()["thing"]["iri"] == rouge
    assert graph.path("Metallic Rouge", "Star Trek").to_networkx().has_edge(trek, rouge)


def test_questions_proofs_and_comparisons() -> None:
    graph = whence.open()
    reply = graph.ask("Who composed the music of Metallic Rouge?")
    assert reply.state == "answered"
    assert "Taisei Iwasaki" in reply.choices[0].answer.values[0][0]
    (proved,) = graph.explain("Metallic Rouge", "wh:influencedBy", "Star Trek", view="maker")
    assert proved.holds
    (denied,) = graph.explain("Metallic Rouge", "wh:influencedBy", "Blade Runner", view="maker")
    assert not denied.holds
    assert any("denies" in reason.sentence for reason in denied.reasons)
    assert graph.compare("Metallic Rouge", "Cowboy Bebop")
    assert any("2024" in str(entry) for entry in graph.timeline("Metallic Rouge"))


def test_a_graph_that_is_constructed_is_shown_written_and_turned_into_frames_and_rdflib() -> None:
    found = whence.open(SMALL_GRAPH).query("CONSTRUCT WHERE { ?claim wh:influencer ?source }")
    assert isinstance(found, whence.Triples) and len(found) == len(list(found)) > 0
    assert "<th>subject</th><th>predicate</th><th>object</th>" in found._repr_html_() and "wh:influencer" in str(found)
    assert found.serialize().startswith("@prefix ") and found.serialize("nt").count("\n") == len(found)
    assert found.to_pandas()["object"].tolist() == [one.object.value for one in found]
    assert {str(value) for value in found.to_rdflib().objects()} == {one.object.value for one in found}
    with pytest.raises(whence.UsageError, match="There is no format ttl"):
        found.serialize("ttl")


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # oxrdflib asks rdflib by an older name
def test_rdflib_sees_the_same_graph() -> None:
    graph = whence.open(SMALL_GRAPH)
    rows = graph.rdflib().query("SELECT ?c { ?c a wh:Influence }")
    assert len(rows) == len(list(graph.query("SELECT ?c { ?c a wh:Influence }")))


def test_a_served_graph_answers_as_its_directory_does() -> None:
    here = whence.open(SMALL_GRAPH)
    with Server() as server:
        there = whence.open(server.base)
        text = "SELECT ?claim ?who { ?claim a wh:Influence ; wh:influencer ?who } ORDER BY ?claim"
        assert list(there.query(text)) == list(here.query(text))
        assert there.query("ASK { ?claim a wh:Influence }") is True
        assert set(there.query("CONSTRUCT WHERE { ?s wh:influencer ?o }")) == set(here.query("CONSTRUCT WHERE { ?s wh:influencer ?o }"))
        named = {"work": "id:iron-garden"}
        for graph in (here, there):
            with pytest.warns(whence.Hint, match='no "no". For another work there are 2 rows'):
                assert not list(graph.query("influences-of-a-work", **named))
        assert there.show("Iron Garden") == here.show("Iron Garden")
        assert there.lineage("Iron Garden").as_dict() == here.lineage("Iron Garden").as_dict()
        assert "Iron Garden" in there.ask("What influenced Iron Garden?").choices[0].understood
        assert len(list(there.query("SELECT ?p { ?s ?p ?o FILTER(?p = wh:influencedBy) }", view="any"))) > 0
        with pytest.raises(whence.QueryError, match=r"^1:\d"):
            there.query("ASK {{")
        for wrong in ({"work": "not an IRI"}, {**named, "wrk": "id:iron-garden"}):
            for graph in (here, there):
                with pytest.raises(whence.UsageError):
                    graph.query("influences-of-a-work", **wrong)
        with pytest.raises(whence.UsageError, match="no-such-query"):
            there.query("no-such-query")
        with pytest.raises(whence.UsageError):
            there.validate()
    with pytest.raises(whence.RemoteError, match="does not answer"):
        there.query("ASK {}")
    with pytest.raises(whence.RemoteError):
        whence.open("http://127.0.0.1:1/")


@contextmanager
def answering(*answers: tuple[int, str, bytes]) -> Iterator[str]:
    """A server that gives these answers one after the other, whatever it is asked."""
    waiting = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, kind, body = waiting.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
NO_VIEWS = (200, ROWS, b'{"head": {"vars": ["view"]}, "results": {"bindings": []}}')
CUT_OFF = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "a:b"}}, {"x'


@pytest.mark.parametrize("answer", [
    (200, ROWS, b'{"head": {}, "boolean": true}'), (200, ROWS, CUT_OFF), (200, TRIPLES, b"<a:a> <a:b> <a:c> .\n"),
    (200, ROWS, b'{"head": {"vars": ["view"]}, "results": {"bindings": [{}]}}'), (404, "application/json", b"[" * 200_000), (200, "text/html", b"<html>"),
])  # fmt: skip
def test_what_is_no_server_of_whence_is_told(answer: tuple[int, str, bytes]) -> None:
    with answering(answer) as address, pytest.raises((whence.RemoteError, whence.UsageError)):
        whence.open(address)


@pytest.mark.parametrize("ask", [
    lambda graph: list(graph.query("SELECT ?x { ?x ?y ?z }")), lambda graph: list(graph.query("CONSTRUCT WHERE { ?x ?y ?z }")), lambda graph: graph.store,
])  # fmt: skip
@pytest.mark.parametrize("answer", [(200, ROWS, CUT_OFF), (200, TRIPLES, b"<a:a> <a:b")])
def test_an_answer_that_breaks_off_is_told(answer: tuple[int, str, bytes], ask: Callable[[whence.Graph], object]) -> None:
    with answering(NO_VIEWS, answer) as address, pytest.raises(whence.RemoteError, match="breaks off or is none of SPARQL"):
        ask(whence.open(address))


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(whence.RemoteError, match="does not answer"):
        whence.open("http://[")
