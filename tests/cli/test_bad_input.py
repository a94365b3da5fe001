"""Bad input, each answered with its one sentence, an exit code, and nothing else lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Whence = Callable[..., subprocess.CompletedProcess[str]]
CASES = Path(__file__).parents[1] / "cases" / "validation"
QUERY = "influences-of-a-work"
EXIT_CODES = {"conforms": 0, "violations": 1, "unreadable": 3}
ANSWER = "influencer,speaker,polarity\nIron Garden,Hana Mori,denied\nIron Garden,Joe Writer,affirmed\n"


def lay_over(small_graph: Path, name: str) -> None:
    for path in (CASES / name).iterdir():
        if path.is_dir():
            shutil.copytree(path, small_graph / path.name, dirs_exist_ok=True)


def test_shapes_that_check_nothing_are_no_pass_and_a_misspelled_term_is_offered(small_graph: Path, whence: Whence) -> None:
    (small_graph / "empty.txt").write_text("\n")
    data = small_graph / "data.ttl"
    data.write_text("<http://a> <http://b> <http://c> .\n")
    answer = whence("validate", "--data", data, "--shapes", small_graph / "empty.txt")
    assert answer.returncode == 3 and "The shapes are empty, so nothing was checked." in answer.stderr
    shapes = small_graph / "shapes.ttl"
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://s> a sh:NodeShape ; sh:targetNode <http://a> ; sh:nodeKinds sh:IRI .\n")
    assert "Did you mean sh:nodeKind?" in whence("validate", "--data", data, "--shapes", shapes).stdout


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_nothing_is_answered_from_a_bad_graph_and_its_findings_are_shown(name: str, small_graph: Path, whence: Whence) -> None:
    lay_over(small_graph, name)
    expected = (CASES / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    answer = whence("query", QUERY, "--graph", small_graph, "--format", "csv")
    code = EXIT_CODES.get(expected[-1], 3)
    assert answer.returncode == code
    assert answer.stdout == (ANSWER if code == 0 else "")
    assert "Traceback" not in answer.stderr
    if code:
        shown = " ".join(answer.stderr.split())
        for line in expected[:-1]:
            sentence = line.partition(": ")[2] if not line.startswith("refused") else line
            assert sentence.split(". ")[0].rstrip(".") in shown


@pytest.mark.parametrize("command", ["validate", "query"])
def test_a_literal_of_a_megabyte_is_a_sentence_not_a_megabyte(command: str, small_graph: Path, whence: Whence) -> None:
    path = small_graph / "triples" / "entities" / "person.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"Hana Mori"', f'"{"x" * (1 << 20)}"'), encoding="utf-8")
    answer = whence(command, *([QUERY] if command == "query" else []), "--graph", small_graph)
    assert answer.returncode == 1
    report = answer.stdout if command == "validate" else answer.stderr
    assert "A literal has 1,048,576 characters; the longest allowed has 2,000." in " ".join(report.split())
    assert "person.ttl:7:3" in report
    assert len(report) < 10_000


@pytest.fixture
def unreadable(small_graph: Path) -> Iterator[Path]:
    """A file that cannot be read, whoever asks: for the superuser nothing less than a folder or a loop is."""
    path = small_graph / "triples" / "documents.ttl"
    if os.getuid() == 0:
        path.unlink()
        path.symlink_to(path.name)
    else:
        path.chmod(0)
    yield path
    if not path.is_symlink():
        path.chmod(0o600)


@pytest.mark.parametrize("command", ["validate", "query"])
def test_an_unreadable_file_is_named(command: str, small_graph: Path, unreadable: Path, whence: Whence) -> None:
    answer = whence(command, *([QUERY] if command == "query" else []), "--graph", small_graph)
    assert answer.returncode == 3
    assert "documents.ttl" in answer.stdout + answer.stderr
    assert "read: Too many levels" in answer.stdout + answer.stderr or "read: Permission" in answer.stdout + answer.stderr


@pytest.mark.parametrize(("text", "sentence"), [
    ("SELECT ?x WHERE { ?x a wh:Work", "1:17: This { is never closed. Add the missing }."),
    ("SELECT ?x WHERE { ?x a nope:Work }", '1:24: The prefix "nope:" is not declared.'),
    ("INSERT DATA { <x:a> <x:b> 1 }", "1:1: This is an update (INSERT), and whence answers queries only. "
                                      "The graph is changed by editing the files below triples/."),
    ("SELEC ?x { ?x ?y ?z }", '1:1: A query cannot start with "SELEC". Did you mean SELECT?'),
    (" ", "The query is empty. Write a SELECT, ASK, CONSTRUCT or DESCRIBE query."),
    ("# only this\n", "The query is empty."),
    ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", "The query calls another server"),
])  # fmt: skip
def test_a_query_with_a_mistake_is_answered_with_its_place(text: str, sentence: str, small_graph: Path, whence: Whence) -> None:
    answer = whence("query", text, "--graph", small_graph)
    assert answer.stdout == ""
    assert answer.returncode in (2, 3)
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_caret_shows_the_spot_on_a_line_with_wide_letters(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", 'SELECT ?x { ?x ?y "彗星の歌" ; }}', "--graph", small_graph)
    assert answer.returncode == 3
    assert answer.stderr.splitlines()[-1].strip() == "^"


def test_a_name_of_ours_that_the_graph_does_not_know_is_told(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", "SELECT ?x { ?x a wh:Influense ; wh:influencer id:iron-garden }", "--graph", small_graph, "--format", "csv")
    assert (answer.returncode, answer.stdout) == (0, "x\n")
    assert answer.stderr == "whence: The graph does not know wh:Influense. Did you mean wh:Influence?\n"


def test_a_name_with_other_capitals_is_offered_first(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", "ASK { ?x a wh:influence }", "--graph", small_graph)
    assert answer.stderr == "whence: The graph does not know wh:influence. Did you mean wh:Influence?\n"


def test_a_property_that_stands_in_views_alone_is_told_unless_a_view_is_asked(small_graph: Path, whence: Whence) -> None:
    query = "ASK { ?x wh:influencedBy ?y }"
    answer = whence("query", query, "--graph", small_graph)
    assert (answer.returncode, answer.stdout.strip()) == (0, "false")
    assert answer.stderr == "whence: wh:influencedBy stands in views alone (any). Add --view any, or ask GRAPH view:any { ... }.\n"
    assert whence("query", query, "--graph", small_graph, "--view", "any").stderr == ""
    assert whence("query", "ASK { GRAPH view:any { ?x wh:influencedBy ?y } }", "--graph", small_graph).stderr == ""


@pytest.mark.parametrize("given", ["text", "file", "standard input"])
def test_a_plain_string_that_matches_nothing_is_told_however_the_query_is_given(given: str, small_graph: Path, whence: Whence) -> None:
    query = 'SELECT ?x { ?x skos:prefLabel "Iron Garden" }'
    (small_graph / "own.rq").write_text(query, encoding="utf-8")
    argument = {"text": query, "file": small_graph / "own.rq", "standard input": "-"}[given]
    answer = whence("query", argument, "--graph", small_graph, input=query)
    assert answer.stderr == 'whence: Nothing has skos:prefLabel "Iron Garden". Write "Iron Garden"@en.\n'


def test_an_iri_that_the_graph_does_not_know_is_told_beside_the_empty_answer(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", QUERY, "--graph", small_graph, "--set", "work=id:iron-gardn", "--format", "csv")
    assert (answer.returncode, len(answer.stdout.splitlines())) == (0, 1)
    assert answer.stderr.startswith("whence: The graph does not know id:iron-gardn, the value of work. Did you mean id:iron-garden")


def test_a_variable_that_nothing_binds_is_told(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", "SELECT ?wrok { ?work a wh:Series FILTER(?work != ?other) }", "--graph", small_graph)
    assert answer.returncode == 0
    assert answer.stderr == (
        "whence: Nothing in the query gives ?wrok a value. Did you mean ?work?\n"
        "whence: Nothing in the query gives ?other a value. Name it in a pattern, or set it with --set.\n"
    )
    answer = whence("query", "ASK { FILTER(?other = 1) }", "--graph", small_graph, "--set", "other=1")
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("value", ['x" . } INSERT DATA { <x:a> <x:b> "c', "}} ORDER BY ?x #", "\\", "'\"\"\"{}?work", "\n\t\0"])
def test_a_parameter_is_bound_whatever_it_holds(value: str, small_graph: Path, whence: Whence) -> None:
    if "\0" in value:
        value = value.replace("\0", "\x01")
    query = '#+ param name: string = x -- a name\nSELECT (STR(?name) AS ?same) ?s { OPTIONAL { ?s ?p ?name } }'
    answer = whence("query", query, "--graph", small_graph, "--set", f"name={value}", "--format", "json")
    assert answer.returncode == 0, answer.stderr
    import json

    (row,) = json.loads(answer.stdout)["results"]["bindings"]
    assert row == {"same": {"type": "literal", "value": value}}


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["query", QUERY, "--set", "wrok=id:x"], "The query has no parameter wrok. Did you mean work?"),
    (["query", QUERY, "--set", "work"], "--set takes NAME=VALUE, not 'work'."),
    (["query", QUERY, "--set", "work=id:a", "--set", "work=id:b"], "The parameter work is set twice."),
    (["query", QUERY, "--set", "work=no iri at all"], "no iri at all"),
    (["query", "influences-of-work"], "The catalogue has no query 'influences-of-work'. Did you mean influences-of-a-work?"),
    (["query", QUERY, "--view", "makers"], "There is no view 'makers'. Did you mean maker? There are any, maker."),
    (["query", QUERY, "--format", "tabel"], "--format cannot be 'tabel'. Did you mean table?"),
    (["query", QUERY, "--timeout", "soon"], "'soon' is not a positive number of seconds"),
    (["query"], "whence query lacks QUERY: a name of the catalogue, a file, a text, or - for standard input."),
    (["query", "SELECT", "*", "{}"], "whence query does not take *. Put words that belong together in quotation marks;"),
    (["query", "Who made Iron Garden?"], "This is no SPARQL. whence queries WORD ... finds the query of the catalogue that answers a question."),
    (["query", QUERY, "--set"], "--set stands alone: write --set NAME=VALUE."),
    (["query", QUERY, "--set", "work=Iron Garden"], 'The parameter work cannot be "Iron Garden". Did you mean id:iron-garden?'),
    (["query", QUERY, "--set", "work=comt song"], 'The parameter work cannot be "comt song". Did you mean id:comet-song'),
    (["query", QUERY, "--set", "work=zzz zzz"], "whence show NAME tells the IRI behind a name."),
    (["show", "--limit", "0", "x"], "whence: --limit: '0' is not a positive whole number."),
    (["ask", "--limit", "9" * 30, "x"], "is not a positive whole number of at most 18 digits."),
    (["export", "--output", ""], "--output has no name."),
    (["export", "--output", "graph.odt"], "The ending .odt stands for no format. Known are .ttl, .jsonld, .json, .nt, .txt, .nq, .trig, .rdf, .xml; or name the format with --format."),
    (["lineage", "iron garden", "--output", "lineage.png"], "The ending .png stands for no format. Known are .json, .mermaid, .dot, .graphml, .gexf, .svg, .html, .txt, .mmd, .gv, .ttl, .nt;"),
    (["show", "iron garden", "--language", "jp"], "--language: 'jp' is not a language tag such as en, ja or pt-BR."),
    (["help", "qurey"], "There is no command 'qurey'. Did you mean whence query?"),
    (["query", QUERY, "--fromat", "csv"], "whence query does not take --fromat. Did you mean --format?"),
    (["qurey", QUERY], "There is no command 'qurey'. Did you mean whence query?"),
    (["--format", "csv", "query"], "There is no option --format before a command."),
    (["--graph"], "--graph needs a directory."),
    (["show", "Hana Moori"], "Nothing here is called 'Hana Moori'. Did you mean Hana Mori (id:hana-mori)"),
    (["lineage", "iron garden", "--policy", "makr"], "--policy cannot be 'makr'. Did you mean maker?"),
    (["lineage", "iron garden", "--aspect", ""], "There is no aspect ''."),
    (["lineage", "iron garden", "--depth", "0"], "--depth: '0' is not a positive whole number."),
    (["path", "iron garden"], "whence path lacks B: the other thing, named in the same way."),
    (["path", "iron garden", "comt song"], "Nothing here is called 'comt song'. Did you mean Comet Song (id:comet-song)"),
    (["lineage", "iron gardn"], "Nothing here is called 'iron gardn'. Did you mean Iron Garden (id:iron-garden)"),
    (["validate", "--data", "x.ttl"], "--data and --shapes belong together."),
])  # fmt: skip
def test_a_wrong_call_is_mended_in_a_sentence(arguments: list[str], sentence: str, small_graph: Path, whence: Whence) -> None:
    graph = [] if arguments == ["--graph"] else ["--graph", str(small_graph)]
    answer = whence(*arguments, *graph) if arguments[0] != "--graph" else whence(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_help_of_a_command_can_be_asked_for_in_two_ways(whence: Whence) -> None:
    assert whence("help", "query").stdout == whence("query", "--help").stdout
    assert whence("help").stdout == whence("--help").stdout


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["query", "nowhere.rq"], "nowhere.rq: The file does not exist."),
    (["validate", "--graph", "nowhere"], "nowhere: This is not a directory."),
    (["validate", "--data", "nowhere.ttl", "--shapes", "nowhere.ttl"], "nowhere.ttl"),
    (["fmt", "nowhere.ttl"], "nowhere.ttl"),
])  # fmt: skip
def test_a_file_that_is_not_there_is_an_input_error(arguments: list[str], sentence: str, small_graph: Path, whence: Whence) -> None:
    answer = whence(*arguments, cwd=small_graph)
    assert answer.returncode == 3
    assert sentence in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_near_file_name_is_offered(small_graph: Path, whence: Whence) -> None:
    (small_graph / "mine.rq").write_text("ASK {}", encoding="utf-8")
    answer = whence("query", "mien.rq", "--graph", ".", cwd=small_graph)
    assert answer.stderr == "whence: mien.rq: The file does not exist. Did you mean mine.rq?\n"


def test_a_query_file_may_have_spaces_in_its_name(small_graph: Path, whence: Whence) -> None:
    (small_graph / "my query.txt").write_text("ASK { id:comet-song a wh:Work }", encoding="utf-8")
    assert "true" in whence("query", "my query.txt", "--graph", ".", cwd=small_graph).stdout
    assert "my other.rq: The file does not exist." in whence("query", "my other.rq", "--graph", ".", cwd=small_graph).stderr


def test_a_link_that_leads_nowhere_is_told(small_graph: Path, whence: Whence) -> None:
    (small_graph / "mine.rq").symlink_to("nowhere.rq")
    answer = whence("query", "mine.rq", "--graph", ".", cwd=small_graph)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr == "whence: mine.rq: The file does not exist. It is a link that leads nowhere: mend the link.\n"


def test_a_query_file_in_another_encoding(small_graph: Path, whence: Whence) -> None:
    (small_graph / "mine.rq").write_bytes(b"# caf\xe9\nASK {}")
    answer = whence("query", "mine.rq", "--graph", ".", cwd=small_graph)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr == "whence: mine.rq:1: The query is not UTF-8. Save it as UTF-8.\n"


def test_several_commands_at_once_on_a_fresh_cache(small_graph: Path, cache: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "scripts")}
    command = [sys.executable, "-m", "whence", "query", QUERY, "--graph", str(small_graph), "--format", "csv"]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(4)
    ]
    ended = [process.communicate(timeout=120) for process in started]
    assert ended == [(ANSWER, "")] * 4
    assert len(list((cache / "snapshots").iterdir())) == 1


@pytest.mark.parametrize(
    "arguments",
    [["x" * 50_000], ["show", "x" * 50_000], ["show", "x " * 25_000], ["query", "x" * 50_000], ["query", QUERY, "--view", "x" * 50_000]],
    ids=["command", "name", "words", "query", "view"],
)
def test_what_was_typed_by_the_page_is_not_said_again(arguments: list[str], small_graph: Path, whence: Whence) -> None:
    answer = whence("--graph", small_graph, *arguments)
    assert answer.returncode == 2
    assert answer.stderr.startswith("whence: ")
    assert len(answer.stderr) < 1_000


def test_a_refusal_shows_what_keeps_the_graph_from_use_alone(small_graph: Path, whence: Whence) -> None:
    lay_over(small_graph, "cyclic-part-of")
    report = whence("validate", "--graph", small_graph, "--texts", "gone").stdout
    assert "shapes met" in report and "The folder of texts gone cannot be read (No such file or directory)." in report
    refused = whence("query", QUERY, "--graph", small_graph).stderr
    assert "2 violations" in refused
    assert "shapes met" not in refused


def test_a_graph_without_files_or_queries_is_told(tmp_path: Path, whence: Whence) -> None:
    (tmp_path / "ontology").mkdir()
    assert whence("validate", "--graph", tmp_path).stderr == f"whence: There is no Turtle file in {tmp_path}.\n"
    assert whence("query", "SELECT * { ?s ?p ?o }", "--graph", tmp_path).stderr.startswith(f"whence: There is no Turtle file in {tmp_path}.\n")
    assert whence("queries", "--graph", tmp_path).stderr == "whence: The graph has no queries.\n"


def test_a_pipe_is_not_formatted(tmp_path: Path, whence: Whence) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    answer = whence("fmt", "pipe.ttl", cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (3, "whence: pipe.ttl: This is a pipe or a device, not a file. Name a Turtle file.\n")


def test_a_pipe_is_not_waited_for(small_graph: Path, whence: Whence) -> None:
    os.mkfifo(small_graph / "triples" / "pipe.ttl")
    answer = whence("validate", "--graph", small_graph)
    assert answer.returncode == 3
    assert "pipe.ttl: This is a pipe or a device, not a file." in answer.stderr


@pytest.mark.parametrize("command", [["validate", "--data"], ["query"], ["show"], ["fmt"]])
def test_a_name_that_is_not_utf_8_is_told_in_one_sentence(command: list[str], tmp_path: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.ttl"
    with open(path, "wb") as stream:
        stream.write(b"<a:b> <a:c> 1 .")
    answer = whence(*command, os.fsdecode(path))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"whence: The argument {tmp_path}/\\udcff.ttl is not UTF-8. Rename the file, or write the text in UTF-8.\n"


def test_a_link_to_its_own_parent_is_told_in_one_sentence(small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    (small_graph / "triples" / "loop").symlink_to(".", target_is_directory=True)
    answer = whence("validate", "--graph", small_graph)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr.endswith("triples/loop: This link leads back to a folder it stands in. Take the link out of the graph directory.\n")
    (small_graph / "self.ttl").symlink_to("self.ttl")
    answer = whence("validate", "--data", small_graph / "self.ttl", "--shapes", small_graph / "self.ttl")
    assert answer.returncode == 3 and "Traceback" not in answer.stdout + answer.stderr
