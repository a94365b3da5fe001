"""What a process shows and how it ends: progress, limits, faults."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from whence.cli import console, process
from whence.process import limits
from whence.process.limits import Limits
from whence.store import snapshot

SCRIPTS = str(Path(__file__).parents[2] / "scripts")
SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Module:
    """Stands in for `sys` in the module under test, whose standard error pytest would replace again."""

    def __init__(self, stderr: io.StringIO) -> None:
        self.stderr = stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    shown = Terminal()
    monkeypatch.setattr(process, "_watch", process._Watch())
    for module in (process, console):
        monkeypatch.setattr(module, "sys", Module(shown))
    return shown


def test_nothing_is_shown_of_what_is_quick(terminal: Terminal) -> None:
    process.stage("shapes")
    process._tick()
    process.stage(None)
    assert terminal.getvalue() == ""


def test_a_stage_is_shown_after_two_seconds_and_wiped_before_output(terminal: Terminal) -> None:
    process.stage("shapes")
    process._watch.limits.started -= 3
    process._tick()
    assert terminal.getvalue() == "\r\x1b[Kshapes … 3 s"
    process.stage(None)
    assert terminal.getvalue().endswith("\r\x1b[K")
    process._tick()
    assert terminal.getvalue().count("shapes") == 1


def test_where_there_is_no_terminal_a_line_is_written_now_and_then(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    for module in (process, console):
        monkeypatch.setattr(module, "sys", Module(file))
    process.stage("shapes")
    process._watch.limits.started -= 3
    process._tick()
    assert file.getvalue() == ""
    for _ in range(2):
        process._watch.limits.started -= 18
        process._tick()
        process._tick()
    assert (file.getvalue(), terminal.getvalue()) == ("whence: shapes … 21 s\n", "")
    process.stage(None)
    assert file.getvalue().count("\n") == 1


def test_a_lifted_limit_ends_nothing(terminal: Terminal) -> None:
    process.limit(0.001, None)
    process.lift()
    process._tick()
    assert terminal.getvalue() == ""


def test_a_limit_that_is_lifted_while_it_is_looked_at_is_no_fault(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lifted(Limits):
        """The command lifts each limit right after the waiting thread has read it."""

        def __getattribute__(self, name: str) -> object:
            value = super().__getattribute__(name)
            if name in ("_deadline", "_memory"):
                setattr(self, name, None)
            return value

    watch = process._Watch()
    watch.limits, watch.stage = Lifted(), "shapes"
    monkeypatch.setattr(process, "_watch", watch)
    process.limit(60, 1 << 50)
    watch.limits.started -= 3
    process._tick()
    assert "shapes" in terminal.getvalue()
    assert (watch.limits._deadline, watch.limits._memory) == (None, None)


def test_a_validation_is_limited_too(small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]], cache: Path) -> None:
    answer = whence("validate", "--graph", small_graph, "--timeout", "0.001")
    assert (answer.returncode, answer.stdout) == (4, "")
    assert answer.stderr == "whence: The time limit of 0.001 s was reached. Narrow the request or raise --timeout.\n"
    assert whence("validate", "--graph", small_graph).returncode == 0


def test_memory_is_limited(small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    endless = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    answer = whence("query", endless, "--graph", small_graph, "--memory", "150M")
    assert (answer.returncode, answer.stdout) == (4, "")
    assert answer.stderr == "whence: The memory limit of 150 MiB was reached. Narrow the request or raise --memory.\n"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="elsewhere the kernel counts what the caller had in use")
def test_what_the_caller_has_in_use_does_not_count(small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    ballast = b"x" * (300 << 20)
    answer = whence("query", "ASK {}", "--graph", small_graph, "--memory", "200M")
    assert (answer.returncode, answer.stderr, len(ballast)) == (0, "", 300 << 20)


def test_a_limit_below_what_whence_itself_takes_is_refused(small_graph: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    answer = whence("query", "ASK {}", "--graph", small_graph, "--memory", "1K")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert re.fullmatch(
        r"whence: --memory allows less than 1 MiB, and whence itself takes \d+ MiB before it begins\. Allow more, such as --memory 200M\.\n",
        answer.stderr,
    )


def test_a_command_that_is_quick_is_limited_where_its_stages_change(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    taken = [10 << 20]

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(limits, "peak_memory", lambda: taken[0])
    monkeypatch.setattr(process.os, "_exit", leave)
    try:
        process.limit(None, 20 << 20)
        process.stage("reading")
        taken[0] = 30 << 20
        with pytest.raises(SystemExit) as stopped:
            process.stage(None)
    finally:
        process.lift()
    assert stopped.value.code == 4
    assert capsys.readouterr().err == "whence: The memory limit of 20 MiB was reached. Narrow the request or raise --memory.\n"


def test_a_fault_of_ours_is_told_as_one() -> None:
    program = (
        "from whence import cli\nfrom whence.cli import process\n"
        "def fail(argv): raise ZeroDivisionError('a fault')\ncli.main = fail\nprocess.run([])"
    )
    environment = {**os.environ, "PYTHONPATH": SCRIPTS}
    answer = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, env=environment)
    assert answer.returncode == process.FAULT
    assert "ZeroDivisionError: a fault" in answer.stderr


def run_as(body: str, *argv: str) -> subprocess.Popen[str]:
    """Start a process whose command is this body of a function."""
    program = f"import os, signal, sys, time\nfrom whence import cli\nfrom whence.cli import process\ndef main(argv):\n    {body}\ncli.main = main\nprocess.run(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": SCRIPTS}
    return subprocess.Popen([sys.executable, "-c", program, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize(
    ("name", "told"),
    [("SIGSEGV", "The engine broke down (SIGSEGV)"), ("SIGABRT", "The engine broke down (SIGABRT)"), ("SIGKILL", "The system killed the process (SIGKILL)")],
)
def test_an_engine_that_dies_is_told_in_a_sentence(name: str, told: str) -> None:
    started = run_as(f"os.kill(os.getpid(), signal.{name})", "validate")
    output, errors = started.communicate(timeout=30)
    assert (started.returncode, output) == (4, "")
    assert errors.startswith(f"whence: {told}") and errors.count("\n") == 1


def test_a_long_query_runs_in_a_child_and_a_short_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "long.rq").write_text("ASK {}" + "#" * 1_000)
    for argv, in_child in ((["query", "ASK {}"], False), (["query", "ASK {}" + "#" * 1_000], True), (["query", str(tmp_path / "long.rq")], True), (["query", "-"], True)):
        started = run_as("print(os.getpid()); return 0", *argv)
        assert (int(started.communicate(timeout=30)[0]) != started.pid) == in_child, argv


def test_a_deep_recursion_of_our_own_is_told_in_a_sentence() -> None:
    started = run_as("main(argv)", "validate")
    assert started.communicate(timeout=30) == ("", "whence: The input is nested too deeply. Write it flatter.\n")
    assert started.returncode == 4


def test_a_command_ends_where_whoever_started_it_ignores_the_ends_of_children() -> None:
    program = [sys.executable, "-c", "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.executable, [sys.executable, '-m', 'whence', '--version'])"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("whence ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_ends_with_its_parent(number: int) -> None:
    started = run_as("print(os.getpid(), flush=True); time.sleep(60)", "validate")
    assert started.stdout is not None
    status = Path(f"/proc/{int(started.stdout.readline())}/stat")
    started.send_signal(number)
    started.communicate(timeout=30)
    assert started.returncode == -number
    for _ in range(100):
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the child goes on")


@pytest.mark.parametrize("side", ["after_in_parent", "after_in_child"])
def test_an_interruption_while_the_process_forks_is_told_and_not_lost(side: str) -> None:
    program = f"""
import os, signal, sys, time
sys.path.insert(0, {SCRIPTS!r})
import whence.cli
from whence.cli import process
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell in the background has ignored
whence.cli.main = lambda argv: time.sleep(60)
os.register_at_fork({side}=lambda: os.kill(os.getpid(), signal.SIGINT))
process.run(["validate"])
"""
    answer = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=50)
    assert (answer.returncode, answer.stderr) == (process.INTERRUPTED, "whence: Interrupted.\n")


def test_bits_that_the_disk_lost_without_a_trace_are_told_and_mended(small_graph: Path, cache: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    query = ["query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--format", "csv", "--graph", str(small_graph), "--memory", "300M"]
    right = whence(*query).stdout
    (folder,) = (cache / "snapshots").iterdir()
    for table in sorted((folder / "store").glob("*.sst"), key=lambda path: path.stat().st_size)[-4:]:
        content = bytearray(table.read_bytes())
        content[1_000] ^= 1
        table.write_bytes(content)
    snapshot.cache.write(f"{folder}/verified", snapshot._signature(str(folder), snapshot._names(str(folder))))
    answer = whence(*query)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr == "whence: The validated graph in the cache is damaged. It is set aside now: run the command again.\n"
    assert whence(*query).stdout == right


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_stream_that_is_closed_is_no_fault(closed: str, small_graph: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": SCRIPTS}
    command = f'exec "{sys.executable}" -m whence query influences-of-a-work --graph "{small_graph}" {closed}'
    answer = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True, env=environment)
    assert answer.returncode == (3 if closed == ">&-" else 0)
    assert "Traceback" not in answer.stderr


def test_the_output_is_utf_8_whatever_the_locale_says(small_graph: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": SCRIPTS, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "whence", "show", "comet song", "--graph", str(small_graph)]
    answer = subprocess.run(command, check=False, capture_output=True, env=environment)
    assert answer.returncode == 0
    assert "彗星の歌" in answer.stdout.decode("utf-8")


def test_what_cannot_be_encoded_is_replaced(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    console.write("a\udc80b\n")
    assert capsysbinary.readouterr().out == b"a?b\n"


def test_the_server_says_at_once_at_a_terminal_that_it_starts(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": SCRIPTS, "WHENCE_CACHE": str(tmp_path)}
    command = [sys.executable, "-m", "whence", "serve", "--port", "0", "--graph", str(SMALL_GRAPH)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as server:
        os.close(theirs)
        told = os.read(ours, 1000).decode()
        server.terminate()
    os.close(ours)
    assert told.startswith("whence: Starting on 127.0.0.1, any port: it listens once the graph is validated.")


def test_a_terminal_gets_no_commands_out_of_data(small_graph: Path) -> None:
    with open(small_graph / "triples" / "entities" / "work.ttl", "a", encoding="utf-8") as stream:
        stream.write('\n<https://w3id.org/whence/id/bell>\n  a <https://w3id.org/whence/ontology#Series> ;\n  <http://www.w3.org/2004/02/skos/core#prefLabel> "Bell\\u001B]0;x\\u0007\\u009B31m" .\n')
    ours, theirs = os.openpty()
    for format in ("csv", "markdown", "table", "json"):
        query = ["query", 'SELECT ?l { ?x skos:prefLabel ?l FILTER(STRSTARTS(?l, "Bell")) }', "--format", format]
        command = [sys.executable, "-m", "whence", *query, "--graph", str(small_graph)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=theirs, env={**os.environ, "PYTHONPATH": SCRIPTS}, stderr=subprocess.PIPE)
        shown = os.read(ours, 10_000)
        assert b"Bell" in shown and rb"\x0d" not in shown and not re.search(rb"[\x1b\x07]|\xc2\x9b", shown), (format, shown)
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_device_that_is_full_is_no_fault(stream: str, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    with open("/dev/full", "w") as full:
        answer = whence("--help" if stream == "stdout" else "no-such", capture_output=False, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full})
    assert answer.returncode == (3 if stream == "stdout" else 2)
    assert (answer.stderr or "") == ("whence: The output cannot be written: No space left on device. Make room or send it elsewhere.\n" if stream == "stdout" else "")


def test_what_the_system_refuses_is_a_sentence_with_its_file() -> None:
    started = run_as("open('/nowhere/at-all')", "validate")
    assert started.communicate(timeout=30) == ("", "whence: /nowhere/at-all: The system says: No such file or directory. See that it is there, may be read and written, and has room.\n")
    assert started.returncode == 3


def test_standard_input_without_an_end_is_told(whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    for command, what in (("query", "query"), ("ask", "question")):
        with open("/dev/zero", "rb") as endless:
            answer = whence(command, *(["-"] if command == "query" else []), "--graph", SMALL_GRAPH, stdin=endless)
        assert (answer.returncode, answer.stdout) == (3, "")
        assert answer.stderr == f"whence: standard input: The {what} has more than 16 MiB. Send a text that is shorter.\n"


def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    os.mkfifo(tmp_path / "pipe")
    answer = whence("export", "--output", tmp_path / "pipe", "--graph", SMALL_GRAPH, timeout=60)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr == f"whence: {tmp_path}/pipe: The file cannot be written: No such device or address. What was there before is unchanged.\n"


@pytest.mark.parametrize("words", [["show", "x", "--graph=--"], ["show", "a\x1b[31mb\n\x07"], ["show", "a " * 50_000]])
def test_what_is_odd_in_a_call_is_told_on_one_short_line(words: list[str], whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    answer = whence(*words, *(["--graph", SMALL_GRAPH] if "--graph=--" not in words else []))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("whence: ") and answer.stderr.removesuffix("\n").isprintable() and len(answer.stderr) < 1_500
