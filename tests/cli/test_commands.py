"""The command line: what every command does when all is well, and how a process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from whence import __version__
from whence.cli import COMMANDS

Whence = Callable[..., subprocess.CompletedProcess[str]]
SCRIPTS = str(Path(__file__).parents[2] / "scripts")
QUERY = "influences-of-a-work"
#: Rows enough that nothing could answer it within a second.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def start(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": SCRIPTS}
    command = [sys.executable, "-m", "whence", *map(str, arguments)]
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8", **options}
    return subprocess.Popen(command, env=environment, **settings)  # type: ignore[call-overload]


def test_help_names_every_command(whence: Whence) -> None:
    answer = whence("--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    listed = [line.split()[0] for line in answer.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()]
    assert listed == list(COMMANDS)


def test_no_command_is_a_usage_error_that_helps(whence: Whence) -> None:
    answer = whence()
    assert answer.returncode == 2
    assert "Usage: whence" in answer.stdout + answer.stderr


def test_version(whence: Whence) -> None:
    assert whence("--version").stdout == f"whence {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_takes_a_graph(command: str, whence: Whence) -> None:
    answer = whence(command, "--help")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"Usage: whence {command} ")
    assert "\nOptions:\n" in answer.stdout and "usage:" not in answer.stdout and "positional" not in answer.stdout
    assert "--graph DIR" in answer.stdout
    assert COMMANDS[command][1].split(":")[0].split(",")[0].rstrip(".") in " ".join(answer.stdout.split())


@pytest.mark.parametrize("before", [True, False])
def test_the_graph_is_given_before_or_after_the_command(before: bool, small_graph: Path, whence: Whence) -> None:
    option = ["--graph", str(small_graph)]
    arguments = [*option, "query", QUERY] if before else ["query", *option, QUERY]
    assert "Iron Garden" in whence(*arguments).stdout


def test_validate_prints_a_report_and_remembers(small_graph: Path, cache: Path, whence: Whence) -> None:
    answer = whence("validate", "--graph", small_graph)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("No findings.")
    assert len(list((cache / "snapshots").iterdir())) == 1


@pytest.mark.parametrize("form", ["text", "turtle", "json", "sarif", "junit", "html"])
def test_every_report_form_is_written(form: str, small_graph: Path, whence: Whence) -> None:
    path = small_graph / "triples" / "attestations" / "document-000.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("  wh:passage id:passage-000-60-90 ;\n", ""), encoding="utf-8")
    answer = whence("validate", "--graph", small_graph, "--format", form)
    assert (answer.returncode, answer.stderr) == (1, "")
    assert "Attestation-passage" in answer.stdout


def test_both_shacl_engines_find_the_same(small_graph: Path, whence: Whence) -> None:
    path = small_graph / "triples" / "attestations" / "document-000.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("  wh:passage id:passage-000-60-90 ;\n", ""), encoding="utf-8")
    found = []
    for engine in ("whence", "pyshacl"):
        answer = whence("validate", "--graph", small_graph, "--format", "json", "--engine", engine)
        report = json.loads(answer.stdout)
        assert answer.returncode == 1
        found.append([(f["rule"], f["message"], f["file"], f["line"], f["column"]) for f in report["findings"]])
    assert found[0] == found[1] != []


def test_loose_files_give_a_w3c_report(small_graph: Path, whence: Whence) -> None:
    data = small_graph / "triples" / "claims" / "claims.ttl"
    shapes = small_graph / "ontology" / "shapes" / "shapes.ttl"
    answer = whence("validate", "--data", data, "--shapes", shapes, "--format", "turtle")
    assert answer.returncode == 1
    assert "sh:ValidationReport" in answer.stdout
    assert "sh:conforms false" in answer.stdout
    in_words = whence("validate", "--data", data, "--shapes", shapes)
    assert f"{data}:8:11" in in_words.stdout


def test_only_some_examples_are_shown(small_graph: Path, whence: Whence) -> None:
    series = "".join(f"<https://w3id.org/whence/id/s{n}> a <https://w3id.org/whence/ontology#Series> .\n" for n in range(9))
    (small_graph / "triples" / "more.ttl").write_text(series)
    answer = whence("validate", "--graph", small_graph, "--limit", "2")
    assert answer.returncode == 0
    assert answer.stdout.count("more.ttl:") == 2


def test_an_empty_answer_of_the_catalogue_is_told_as_no_no(small_graph: Path, whence: Whence) -> None:
    answer = whence("query", QUERY, "--set", "work=id:iron-garden", "--format", "csv", "--graph", small_graph)
    assert (answer.returncode, answer.stdout) == (0, "influencer,speaker,polarity\n")
    assert answer.stderr == 'whence: The graph holds nothing on it, which is no "no". For another work there are 2 rows.\n'


@pytest.mark.parametrize(("arguments", "expected"), [
    ([QUERY, "--format", "csv"], "influencer,speaker,polarity\nIron Garden,Hana Mori,denied\nIron Garden,Joe Writer,affirmed\n"),
    (["SELECT ?o { id:comet-song wh:influencedBy ?o }", "--format", "csv", "--view", "any"], "o\nhttps://w3id.org/whence/id/iron-garden\n"),
    (["SELECT ?o { id:comet-song wh:influencedBy ?o }", "--format", "csv", "--view", "maker"], "o\n"),
    (["SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "--format", "csv"], "g\nhttps://w3id.org/whence/view/any\n"),
    (["SELECT ?x {}", "--set", "x=彗星", "--format", "tsv"], "?x\n\"彗星\"\n"),
    (["CONSTRUCT { ?s wh:partOf ?o } { ?s wh:partOf ?o }", "--format", "nt"],
     "<https://w3id.org/whence/id/comet-song-music> <https://w3id.org/whence/ontology#partOf> <https://w3id.org/whence/id/comet-song> .\n"),
])  # fmt: skip
def test_answers(arguments: list[str], expected: str, small_graph: Path, whence: Whence) -> None:
    answer = whence("query", *arguments, "--graph", small_graph)
    assert (answer.returncode, answer.stderr, answer.stdout) == (0, "", expected)


def test_a_query_comes_from_a_file_or_standard_input(small_graph: Path, whence: Whence) -> None:
    text = "ASK { id:comet-song a wh:Work }"
    (small_graph / "mine.rq").write_text(text, encoding="utf-8")
    from_file = whence("query", small_graph / "mine.rq", "--graph", small_graph)
    from_input = whence("query", "-", "--graph", small_graph, input=text)
    assert from_file.stdout == from_input.stdout != ""
    assert "true" in from_file.stdout


def test_queries_lists_questions_and_tells_all_about_one(small_graph: Path, whence: Whence) -> None:
    listed = whence("queries", "--graph", small_graph)
    assert f"  {QUERY}  What is a work said to be influenced by" in listed.stdout
    one = whence("queries", QUERY, "--graph", small_graph)
    assert "work (iri, id:comet-song unless set): the work asked about" in one.stdout
    none = whence("queries", "zebra", "--graph", small_graph)
    assert (none.returncode, none.stderr) == (2, "whence: No query has 'zebra' in its name, question, kind, tags or parameters. See whence queries.\n")


@pytest.mark.parametrize(("words", "names", "told"), [
    (["What", "is", "the", "work", "influenced", "by?"], ["influences-of-a-work"], ""),
    (["influenced comets"], ["influences-of-a-work"], ""),
    (["influencing", "zebras"], ["influences-of-a-work"], "whence: No query has all these words; these have 1 of 2.\n"),
    (["checks"], ["part-of-itself"], ""),
])  # fmt: skip
def test_queries_finds_those_with_most_words_of_a_question(
    words: list[str], names: list[str], told: str, small_graph: Path, whence: Whence
) -> None:
    answer = whence("queries", *words, "--graph", small_graph)
    assert (answer.returncode, answer.stderr) == (0, told)
    assert [line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ")] == names


def test_show_prints_a_card(small_graph: Path, whence: Whence) -> None:
    answer = whence("show", "Hanna", "Morri", "--graph", small_graph)
    assert answer.stdout == (Path(__file__).parents[1] / "cases" / "cli" / "show-hana-mori.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("arguments", "heading", "step"), [
    (["comet song"], "Where Comet Song comes from", "Iron Garden  [hedged, contested]\n  Comet Song <- Iron Garden: ◩ disputed"),
    (["iron-garden", "--forward"], "What came of Iron Garden", "Comet Song  [hedged, contested]\n  Iron Garden -> Comet Song: ◩ disputed"),
    (["hana", "mori"], "Where Hana Mori comes from", "Nothing is known of it. What else is known: whence show id:hana-mori"),
    (["comet song", "--format", "nt"], "", ""),
])  # fmt: skip
def test_lineage(arguments: list[str], heading: str, step: str, small_graph: Path, whence: Whence) -> None:
    answer = whence("lineage", *arguments, "--graph", small_graph)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(heading)
    assert step in answer.stdout


def test_lineage_is_written_to_a_file_and_as_json(small_graph: Path, whence: Whence) -> None:
    target = small_graph / "lineage.html"
    assert whence("lineage", "comet song", "--both", "--output", target, "--graph", small_graph).stdout == ""
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    answer = json.loads(whence("lineage", "comet song", "--both", "--format", "json", "--graph", small_graph).stdout)
    assert [(one["name"], one["direction"], one["commitment"], one["contested"]) for one in answer["reached"]] == [("Iron Garden", "up", "Hedged", True)]
    (step,) = answer["steps"]
    assert (step["stance"], step["target"]["name"], step["contested"]) == ("disputed", "Comet Song", True)
    assert all(position["passages"] for position in step["positions"])
    refused = whence("lineage", "comet song", "--output", "", "--graph", small_graph)
    assert (refused.returncode, refused.stderr) == (2, "whence: --output has no name. Name the file to write, or leave --output out.\n")


def test_path_tells_how_one_thing_reaches_another(small_graph: Path, whence: Whence) -> None:
    answer = whence("path", "Comet Song", "iron-garden", "--graph", small_graph)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Comet Song <- Iron Garden  [influence, hedged, contested; " in answer.stdout
    found = json.loads(whence("path", "Comet Song", "iron-garden", "--format", "json", "--graph", small_graph).stdout)
    assert [path["kind"] for path in found["paths"]].count("influence") == 1
    nowhere = whence("path", "Comet Song", "iron-garden", "--policy", "maker", "--length", "1", "--graph", small_graph)
    assert (nowhere.returncode, nowhere.stdout.splitlines()[2]) == (0, "No path is known; paths of up to 1 step were looked for.")
    assert "Also said of the two" in nowhere.stdout


def test_an_aspect_that_is_none_is_told(small_graph: Path, whence: Whence) -> None:
    answer = whence("lineage", "comet song", "--aspect", "colour of the sky", "--graph", small_graph)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("whence: There is no aspect 'colour of the sky'.")


def test_export_and_format_check(small_graph: Path, whence: Whence) -> None:
    assert "id:comet-song" in whence("export", "--graph", small_graph).stdout
    assert whence("export", "--graph", small_graph, "--view", "any", "--format", "nt").stdout.count("\n") == 1
    target = small_graph / "whole.nt"
    assert whence("export", "--graph", small_graph, "--format", "nt", "--output", target).stdout == ""
    assert target.read_text(encoding="utf-8") == whence("export", "--graph", small_graph, "--format", "nt").stdout
    assert whence("export", "--graph", small_graph, "--output", small_graph / "whole.jsonld").returncode == 0
    assert "@context" in json.loads((small_graph / "whole.jsonld").read_text(encoding="utf-8"))
    (small_graph / "ontology" / "context.jsonld").unlink()
    assert '"thing:comet-song"' in whence("export", "--graph", small_graph, "--format", "jsonld").stdout
    assert whence("fmt", "--check", "--graph", small_graph).returncode == 0
    (small_graph / "triples" / "more.ttl").write_text("<x:b> <x:p> 1 . <x:a> <x:p> 2 .")
    check = whence("fmt", "--check", "--graph", ".", cwd=small_graph)
    assert (check.returncode, check.stdout) == (1, "would change triples/more.ttl\n")
    assert whence("fmt", small_graph / "triples").returncode == 0
    assert whence("fmt", "--check", "--graph", small_graph).returncode == 0


def test_a_folder_without_turtle_is_told(small_graph: Path, whence: Whence) -> None:
    answer = whence("fmt", "--check", "queries", "triples", cwd=small_graph)
    assert (answer.returncode, answer.stdout) == (0, "")
    assert answer.stderr == "whence: queries: No file in this folder ends in .ttl, so there is nothing to format.\n"


def test_a_closed_pipe_is_silent(small_graph: Path) -> None:
    process = start("query", "SELECT * { ?a ?b ?c . ?d ?e ?f }", "--format", "csv", "--graph", small_graph)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_full_disk_under_the_output_is_a_sentence(small_graph: Path, whence: Whence) -> None:
    with open("/dev/full", "wb") as full:
        answer = whence("query", QUERY, "--graph", small_graph, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert answer.returncode == 3
    assert answer.stderr == "whence: The output cannot be written: No space left on device. Make room or send it elsewhere.\n"


def test_an_interrupt_ends_even_a_query_that_ignores_it(small_graph: Path, whence: Whence) -> None:
    whence("validate", "--graph", small_graph)
    # A shell that runs the tests in the background leaves the signal ignored.
    process = start("query", ENDLESS, "--graph", small_graph, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "whence: Interrupted.\n")
    assert process.returncode == 130


def test_an_interrupted_change_says_that_nothing_was_written(small_graph: Path, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    os.mkfifo(table)
    process = start("--graph", small_graph, "import", table, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    with open(table, "w"):  # returns when the command has begun to read it
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "whence: Interrupted; nothing was written to the graph.\n")
    assert process.returncode == 130


@pytest.mark.parametrize("arguments", [["query", ENDLESS], ["query", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--format", "csv"]])
def test_a_limit_of_time_ends_a_query_with_nothing_written(arguments: list[str], small_graph: Path, whence: Whence) -> None:
    whence("validate", "--graph", small_graph)
    answer = whence(*arguments, "--timeout", "1", "--graph", small_graph)
    assert answer.returncode == 4
    assert answer.stdout == ""
    assert answer.stderr == "whence: The time limit of 1 s was reached. Narrow the request or raise --timeout.\n"


def test_a_limit_that_is_kept_changes_nothing(small_graph: Path, whence: Whence) -> None:
    limited = whence("query", QUERY, "--timeout", "60", "--graph", small_graph)
    assert limited.stdout == whence("query", QUERY, "--graph", small_graph).stdout != ""


def test_a_folder_without_the_texts_is_told_in_one_sentence(tmp_path: Path, whence: Whence) -> None:
    answer = whence("evidence", "--texts", tmp_path)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr == f"whence: {tmp_path} holds none of the 5 source texts. Name their folder with --texts.\n"


TEXT = "Mori says that the harbour of Otaru shaped it. Iwase says no.\n"


def add_own_text(graph: Path, digest: str) -> None:
    """Add a document with one passage, and digests to the passages of another one, whose text nobody here holds."""
    words = "sha256:" + sha256(TEXT[:45].encode()).hexdigest()
    (graph / "triples" / "own.ttl").write_text(
        f"""@prefix id: <https://w3id.org/whence/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
id:document-otaru a wh:Document ; skos:prefLabel "Otaru, Harbour Post"@en ; wh:fileName "otaru.txt" ; wh:textDigest "{digest}" ; wh:textLength {len(TEXT)} .
id:attestation-otaru a wh:Attestation ; wh:document id:document-otaru ; wh:start 0 ; wh:end 45 ; wh:passageDigest "{words}" .
id:passage-000-10-40 wh:passageDigest "{words}" .
id:passage-000-60-90 wh:passageDigest "{words}" .
""",
        encoding="utf-8",
    )


def test_one_own_text_is_checked_and_what_is_not_held_is_told_in_one_line(small_graph: Path, tmp_path: Path, whence: Whence) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "otaru.txt").write_text(TEXT, encoding="utf-8")
    add_own_text(small_graph, "sha256:" + sha256(TEXT.encode()).hexdigest())
    answer = whence("evidence", "--graph", small_graph, "--texts", texts)
    assert (answer.returncode, answer.stdout.splitlines()) == (0, [
        "Documents: 1 hold, 0 fail, 1 could not be checked.",
        "Passages: 1 hold, 0 fail, 2 could not be checked.",
        "2 passages were not checked, of a document whose text is not in the folder: id:document-000 (000_sample.txt). "
        "Put them there under these names, or name their folder with --texts.",
    ])  # fmt: skip
    report = json.loads(whence("evidence", "--graph", small_graph, "--texts", texts, "--format", "json").stdout)
    assert (report["conforms"], [one["rule"] for one in report["findings"]]) == (True, ["evidence:not-checked"])
    (run,) = json.loads(whence("evidence", "--graph", small_graph, "--texts", texts, "--format", "sarif").stdout)["runs"]
    assert [one["level"] for one in run["results"]] == ["note"]


def test_what_fails_is_told_beside_what_is_not_held(small_graph: Path, tmp_path: Path, whence: Whence) -> None:
    (tmp_path / "otaru.txt").write_text(TEXT, encoding="utf-8")
    add_own_text(small_graph, "sha256:" + "0" * 64)
    answer = whence("evidence", "--graph", small_graph, "--texts", tmp_path)
    assert answer.returncode == 1
    assert "2 passages were not checked" in answer.stdout and "The text otaru.txt has another digest" in answer.stdout


@pytest.mark.parametrize("name", ["Otaru, Harbour Post", "otaru", "otaru.txt", "document-otaru", "id:document-otaru", "https://w3id.org/whence/id/document-otaru"])
def test_a_document_is_validated_under_any_of_its_names(name: str, small_graph: Path, tmp_path: Path, whence: Whence) -> None:
    (tmp_path / "otaru.txt").write_text(TEXT, encoding="utf-8")
    add_own_text(small_graph, "sha256:" + sha256(TEXT.encode()).hexdigest())
    own = whence("validate", name, "--graph", small_graph, "--texts", tmp_path)
    assert own.returncode == 1 and "This attestation has no passage." in own.stdout
    assert "Passages: 1 hold, 0 fail, 0 could not be checked." in own.stdout and "Elsewhere" not in own.stdout


def test_what_is_found_elsewhere_is_one_line(small_graph: Path, tmp_path: Path, whence: Whence) -> None:
    add_own_text(small_graph, "sha256:" + sha256(TEXT.encode()).hexdigest())
    other = whence("validate", "000_sample.txt", "--graph", small_graph, "--texts", tmp_path)
    assert other.returncode == 0 and "2 passages were not checked" in other.stdout
    assert other.stdout.endswith("Elsewhere in the graph: 3 violations. Without DOCUMENT, whence validate tells all.\n")
    report = json.loads(whence("validate", "000", "--graph", small_graph, "--texts", tmp_path, "--format", "json").stdout)
    assert [one["rule"] for one in report["findings"]] == ["evidence:not-checked"]
    unknown = whence("validate", "nothing", "--graph", small_graph)
    assert unknown.returncode == 2 and unknown.stderr == "whence: There is no document 'nothing'. There are document-000, document-otaru.\n"
    mixed = whence("validate", "000", "--data", "a.ttl", "--shapes", "b.ttl")
    assert mixed.returncode == 2
