"""Asks the questions of the catalogue of four engines, compares their rows with pyoxigraph's, and tells how long each takes.

    scripts/bench engines                       the graph that came with whence
    scripts/bench engines --sizes 1000000       graphs of so many asserted triples: that graph and real catalogues from ../shared/data
    scripts/bench engines --only trino          one engine beside pyoxigraph
    scripts/bench engines --every 4             every fourth question alone
    scripts/bench engines --folder DIR          keep graph, tables and answers there: begun again, it asks what was not asked yet

Fuseki has the graph in memory, by `whence publish --to`; DuckDB, within 2 GB, and Trino read the tables of `whence publish --parquet`, with
Ontop in front of them. Trino is one coordinator and two workers on this machine. With --sizes a question is about the busiest thing of its
kind, or about that of its example where nothing is said of the other. It is asked once more where it took less than two seconds, and the last
time counts; one that takes longer than --seconds is given up, and so is an engine after --minutes. What is not installed is left out, and said.
Processor time and memory are those of all processes of an engine, memory the most that they had in use; ratios are of processor time.
At last --clients ask the questions at the same time, of Fuseki and of `whence serve`, each all of them once, within --minutes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias
from urllib.request import Request, urlopen

from bench_graph import about_busiest, busiest
from bench_serve import Running
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from trino_cluster import Missing, cluster, free_port

from whence import catalog, publishing, sparql, validation
from whence.endpoint import Endpoint
from whence.errors import WhenceError
from whence.namespaces import PREFIXES
from whence.store import layout
from whence.store.layout import GraphFiles

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ONTOP = HERE / "ontop"
FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
#: A question that took less is asked once more, when engine and system have in memory what it needs.
AGAIN = 2.0

Asking: TypeAlias = Generator["Answer", None, None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine makes of a question.

    :ivar refused: why there is no answer, or empty
    :ivar milliseconds: that the answer took by the clock
    :ivar processor: milliseconds of processors that it took
    :ivar rows: how many there are
    :ivar digest: of the rows as `rows_of` returns them
    """

    name: str
    refused: str = ""
    milliseconds: float = 0.0
    processor: float = 0.0
    rows: int = 0
    digest: str = ""

    def same(self, other: Answer) -> bool:
        """Report whether both are answers with the same rows."""
        return bool(self.digest) and self.digest == other.digest


def plain(term: Any) -> Any:
    """Return a term to compare: SPARQL leaves open in which order GROUP_CONCAT takes its values (names or numbers), and a language may be lost on the way."""
    return tuple(sorted(re.split(r" *[,;|] *|(?<=\d) (?=\d)", term.value))) if isinstance(term, Literal) else str(term)


def rows_of(answer: Any, names: list[str] | None = None) -> list[str]:
    """Return the rows of an answer to compare, sorted; a truth value is one row.

    :param names: the columns in their order, where the answer may have another one
    """
    if not isinstance(answer, tuple) and not hasattr(answer, "variables"):
        return [str(bool(answer))]
    shown, rows = answer if isinstance(answer, tuple) else (names or columns(answer), answer)
    return sorted(str([plain(row[name] if names else row[number]) for number, name in enumerate(shown)]) for row in rows)


def read(name: str, milliseconds: float, processor: float, answer: Any, names: list[str] | None = None) -> Answer:
    """Return an answer to keep.

    :param answer: as `rows_of` takes it
    """
    rows = rows_of(answer, names)
    return Answer(name, "", milliseconds, processor, len(rows), sha256("\n".join(rows).encode()).hexdigest())


def columns(answer: Any) -> list[str]:
    """Return the names of the columns of an answer."""
    return [getattr(variable, "value", variable) for variable in getattr(answer, "variables", ())]


def questions(files: GraphFiles, things: dict[str, str] | None = None, every: int = 1) -> dict[str, str]:
    """Return the questions of the catalogue as texts, about the things of their examples.

    :param things: what they are about instead, as `busiest` returns it
    :param every: return every so many of them
    """
    named = catalog.load(files).of_kind("competency")[::every]
    return {one.name: sparql.written_out(one.query, about_busiest(one, things) if things else {}) for one in named}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How a server answers clients that ask at the same time.

    :ivar milliseconds: of each answer by the clock, sorted
    :ivar failed: how many questions had none
    :ivar seconds: by the clock, from the first question to the last answer
    :ivar processor: seconds of processors that the server took
    """

    clients: int
    milliseconds: list[float]
    failed: int
    seconds: float
    processor: float

    def __str__(self) -> str:
        count = len(self.milliseconds)
        if not count:
            return f"{self.clients} clients at the same time had no answer to {self.failed} questions"
        times = f"median {statistics.median(self.milliseconds):,.0f} ms, nine of ten below {self.milliseconds[int(0.9 * (count - 1))]:,.0f} ms"
        spent = f"{1000 * self.processor / count:,.0f} ms of the processor an answer"
        return f"{self.clients} clients at the same time: {count} answers, {count / self.seconds:.1f} a second, {times}, {spent}, {self.failed} failed"


def crowd(address: str, texts: list[str], clients: int, patience: float, server: Running) -> Crowd:
    """Have each of some clients ask all questions, each beginning at another one; a number makes every text a new one, so that no kept answer serves.

    :param patience: seconds after which no further question is asked
    """
    start, before = time.monotonic(), server.processor_seconds()

    def ask(client: int) -> tuple[list[float], int]:
        taken, failed = [], 0
        first = client * len(texts) // clients
        for number, text in enumerate(texts[first:] + texts[:first]):
            asked_at = time.monotonic()
            if asked_at - start > patience:
                break
            kind = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
            try:
                with urlopen(Request(address, f"{text}\n# {client} {number}".encode(), kind), timeout=patience) as answer:
                    answer.read()
                taken.append(1000 * (time.monotonic() - asked_at))
            except OSError:
                failed += 1
        return taken, failed

    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(ask, range(clients)))
    milliseconds = sorted(one for taken, _ in found for one in taken)
    return Crowd(clients, milliseconds, sum(failed for _, failed in found), time.monotonic() - start, server.processor_seconds() - before)


@contextmanager
def whence_server(setting: Setting) -> Iterator[tuple[str, Running]]:
    """Start `whence serve` of a graph; give the address for queries, and the server."""
    port = free_port()
    start = [sys.executable, "-m", "whence", "serve", "--no-ui", "--port", str(port), "--timeout", str(setting.seconds), *(["--graph", setting.directory] if setting.directory else [])]
    with subprocess.Popen(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(HERE)}) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/health", process)
            yield f"{address}/sparql", Running(port, process.pid)
        finally:
            process.terminate()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers.

    :raises RuntimeError: it ends, or takes more than ten minutes
    """
    end = time.monotonic() + 600
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            urlopen(address, timeout=5).close()
            return
        time.sleep(0.5)
    raise RuntimeError(f"no server answers at {address}")


def processor_time(processes: Iterable[int]) -> float:
    """Return the seconds of processors that processes have taken (proc(5), /proc/pid/stat)."""
    fields = [Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split() for process in processes]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def asked(ask: Callable[[str], Any], name: str, text: str, processor: Callable[[], float] = time.process_time) -> Answer:
    """Ask a question by a function, and once more where that took little.

    :param processor: tells how many seconds of processors were taken so far
    """
    for _ in range(2):
        start, before = time.perf_counter(), processor()
        try:
            answer = ask(text)
            found = (columns(answer), [tuple(row) for row in answer]) if hasattr(answer, "variables") else answer
        except WhenceError as error:
            return Answer(name, str(error))
        seconds, busy = time.perf_counter() - start, processor() - before
        if seconds >= AGAIN:
            break
    return read(name, 1000 * seconds, 1000 * busy, found)


def answering(directory: str | None, texts: dict[str, str], connection: Any) -> None:
    """Answer the questions whose names come by a connection, from a graph directory: a process of its own, which can be ended."""
    store = validation.open(layout.locate(directory))
    connection.send(None)
    while (name := connection.recv()) is not None:
        connection.send(asked(store.query, name, texts[name]))


def with_pyoxigraph(setting: Setting, names: list[str]) -> Asking:
    """Ask pyoxigraph, in another process, which is ended when a question takes too long."""
    context = multiprocessing.get_context("spawn")
    process: Any = None
    for name in names:
        if process is None:
            near, far = context.Pipe()
            process = context.Process(target=answering, args=(setting.directory, setting.texts, far), daemon=True)
            process.start()
            near.recv()
        near.send(name)
        if near.poll(2 * setting.seconds):
            yield near.recv()
            setting.used([process.pid])
        else:
            process.kill()
            process = None
            yield Answer(name, f"takes longer than {setting.seconds} seconds")
    if process is not None:
        near.send(None)
        process.join()


def libraries(folder: Path) -> Path:
    """Fetch Ontop with its drivers by Maven, and return the folder with it.

    :raises Missing: there is no Maven or no Java, or it cannot be fetched
    """
    if not (shutil.which("mvn") and shutil.which("java")):
        raise Missing("Ontop needs mvn and java")
    fetch = ["mvn", "-q", "-B", "-f", str(ONTOP / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'lib'}"]
    if subprocess.run(fetch, capture_output=True, check=False, timeout=600).returncode:
        raise Missing("Maven cannot fetch Ontop")
    return folder / "lib"


def by_ontop(
    folder: Path, tables: Path, database: str, texts: dict[str, str], names: dict[str, list[str]], seconds: int, *,
    again: float = AGAIN, processes: Iterable[int] = (), used: Callable[[list[int]], None] = lambda _: None,
) -> Asking:  # fmt: skip
    """Answer questions by Ontop over a database that knows the tables.

    :param folder: for its files
    :param tables: of one version, as `whence publish --parquet` writes them
    :param database: as `ontop/Answers.java` takes it
    :param names: the columns of each question
    :param again: a question that took less is asked once more
    :param processes: of the database, where it is none of Ontop's own
    :param used: told the processes, now and then
    :raises Missing: as `libraries`
    """
    library = libraries(folder)
    for name in ("queries", "answers"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    for number, (name, text) in enumerate(texts.items()):
        (folder / "queries" / f"{number:04} {name}").write_text(text, encoding="utf-8")
    (folder / "logback.xml").write_text('<configuration><root level="OFF"/></configuration>', encoding="utf-8")
    start = ["java", "-Xmx2g", f"-Dlogback.configurationFile={folder / 'logback.xml'}", "-cp", f"{library}/*", str(ONTOP / "Answers.java")]
    told = [str(tables), database, str(folder / "queries"), str(folder / "answers"), str(seconds), str(int(1000 * again)), *map(str, processes)]
    with (folder / "log").open("w+") as log, subprocess.Popen([*start, *told], stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                file, milliseconds, processor, said = line.rstrip("\n").split("\t", 3)
                name = file.partition(" ")[2]
                used([process.pid, *processes])
                if said == "answered":
                    found = parse_query_results((folder / "answers" / f"{file}.json").read_bytes(), format=QueryResultsFormat.JSON)
                    yield read(name, float(milliseconds), float(processor), found, names[name] if isinstance(found, QuerySolutions) else None)
                else:
                    yield Answer(name, said)
        finally:
            process.kill()
        if process.wait():
            log.seek(0)
            raise RuntimeError(log.read()[-2000:])


@contextmanager
def fuseki(folder: Path, seconds: int) -> Iterator[tuple[Endpoint, int]]:
    """Start Fuseki with an empty data set in memory; give its addresses and its process.

    :param seconds: that a question may take
    """
    if not (shutil.which("mvn") and shutil.which("java")):
        raise Missing("Fuseki needs mvn and java")
    copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={FUSEKI}", f"-DoutputDirectory={folder}"]
    if subprocess.run(copy, cwd=folder, capture_output=True, check=False, timeout=600).returncode:
        raise Missing(f"Maven cannot fetch {FUSEKI}")
    port = free_port()
    start = ["java", "-Xmx3g", "-jar", str(next(folder.glob("*.jar"))), "--quiet", "--localhost", "--port", str(port), "--timeout", str(1000 * seconds), "--update", "--mem", "/ds"]
    with subprocess.Popen(start, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/$/ping", process)
            yield Endpoint(f"http://127.0.0.1:{port}/ds"), process.pid
        finally:
            process.kill()


def with_fuseki(setting: Setting, names: list[str]) -> Asking:
    """Publish the graph into Fuseki and ask there."""
    with fuseki(setting.folder("fuseki"), setting.seconds) as (endpoint, process):
        setting.loaded("fuseki", lambda: publishing.publish(setting.store, setting.files.digest(), endpoint, files=setting.files))
        endpoint.patience = 2 * setting.seconds
        for name in names:
            yield asked(endpoint.query, name, setting.texts[name], lambda: processor_time([process]))
            setting.used([process])
        setting.crowded("fuseki", endpoint.queries, Running(0, process))
        setting.used([process])


def with_duckdb(setting: Setting, names: list[str]) -> Asking:
    """Ask Ontop over DuckDB over the tables."""
    return setting.by_ontop("duckdb", setting.tables(), "duckdb", names, [])


def with_trino(setting: Setting, names: list[str]) -> Asking:
    """Ask Ontop over Trino over the tables."""
    tables = setting.tables()
    start = time.perf_counter()
    with cluster(setting.folder("trino"), tables.parent.absolute()) as (address, processes):
        print(f"  trino: coordinator and workers up after {time.perf_counter() - start:.0f} s", flush=True)
        yield from setting.by_ontop("trino", tables, f"jdbc:trino://{address}/hive/whence_{tables.resolve().name}", names, processes)


HERE_ENGINE = "pyoxigraph"
ENGINES: dict[str, Callable[[Setting, list[str]], Asking]] = {
    HERE_ENGINE: with_pyoxigraph, "fuseki": with_fuseki, "duckdb": with_duckdb, "trino": with_trino,
}  # fmt: skip


class Setting:
    """One graph, its questions, where engines find them, and what they answered so far.

    :ivar directory: of the graph, None for the one that came with whence
    :ivar texts: the questions by name
    :ivar seconds: that a question may take
    """

    def __init__(self, directory: str | None, top: Path, arguments: argparse.Namespace) -> None:
        self.directory = directory
        self.files = layout.locate(directory)
        self.store = validation.open(self.files)
        self.seconds: int = arguments.seconds
        self._arguments = arguments
        self._top = top
        self._megabytes = 0.0
        self._answered: list[str] = []
        self.texts = questions(self.files, every=arguments.every)
        if directory is not None:
            self.texts = self._about_busiest(arguments.every)

    def _about_busiest(self, every: int) -> dict[str, str]:
        """Return the questions about the busiest thing of their kind, those that find nothing there about the thing of their example; once chosen, they stay."""
        file = self._top / f"questions-{every}.json"
        if not file.exists():
            examples, self.texts = self.texts, questions(self.files, busiest(self.store), every)
            empty = [answer.name for answer in with_pyoxigraph(self, list(self.texts)) if not answer.refused and not answer.rows]
            file.write_text(json.dumps({**self.texts, **{name: examples[name] for name in empty}}), encoding="utf-8")
        return dict(json.loads(file.read_text(encoding="utf-8")))

    def folder(self, name: str) -> Path:
        """Return an empty folder of an engine's own."""
        shutil.rmtree(self._top / name, ignore_errors=True)
        (self._top / name).mkdir()
        return self._top / name

    def tables(self) -> Path:
        """Return the tables, written when they are first asked for."""
        self.loaded("tables", lambda: publishing.write(self.store, self.files.digest(), self._top / "tables"))
        return self._top / "tables" / "current"

    def by_ontop(self, engine: str, tables: Path, database: str, names: list[str], processes: list[int]) -> Asking:
        """Answer questions by Ontop, whose process is counted with those of the database."""
        nothing = Store()
        columns_of = {name: columns(nothing.query(self.texts[name])) for name in names}
        texts = {name: self.texts[name] for name in names}
        return by_ontop(self.folder(f"ontop-{engine}"), tables, database, texts, columns_of, self.seconds, processes=processes, used=self.used)

    @staticmethod
    def loaded(name: str, load: Callable[[], Any]) -> None:
        """Put the graph where an engine finds it, and tell how long that took."""
        start = time.perf_counter()
        load()
        print(f"  {name}: published in {time.perf_counter() - start:.1f} s", flush=True)

    def crowded(self, name: str, address: str, server: Running) -> None:
        """Have clients ask at the same time what pyoxigraph answers, and tell how that went."""
        if self._arguments.clients:
            print(f"  {name}: {crowd(address, self._answered, self._arguments.clients, 60 * self._arguments.minutes, server)}", flush=True)

    def used(self, processes: Iterable[int]) -> None:
        """See how much memory processes have had in use at most."""
        with suppress(OSError):
            statuses = [Path(f"/proc/{process}/status").read_text(encoding="utf-8") for process in processes]
            self._megabytes = max(self._megabytes, sum(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024 for status in statuses))

    def answers(self, engine: str, seconds: float) -> tuple[dict[str, Answer], float]:
        """Ask an engine what it was not asked yet, so long as there is time; return all its answers, and how many megabytes it took.

        :raises Missing: it is not there
        """
        file = self._top / f"{engine}.jsonl"
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
        self._megabytes = max([0.0, *(line.pop("megabytes") for line in lines)])
        found = {line["name"]: Answer(**line) for line in lines}
        lacking = [name for name in self.texts if name not in found]
        end = 0.0
        if lacking:
            with file.open("a", encoding="utf-8") as kept, closing(ENGINES[engine](self, lacking)) as asking:
                for answer in asking:
                    end = end or time.monotonic() + seconds
                    found[answer.name] = answer
                    kept.write(json.dumps({**asdict(answer), "megabytes": self._megabytes}) + "\n")
                    kept.flush()
                    if time.monotonic() > end:
                        break
        if engine == HERE_ENGINE:
            self._answered = [self.texts[name] for name, answer in found.items() if not answer.refused]
        return found, self._megabytes


def table(of_each: dict[str, tuple[dict[str, Answer], float]], asked_for: int) -> Iterator[str]:
    """Yield the lines of a table with a row for each engine, and then what each did not answer as pyoxigraph does."""
    here = of_each[HERE_ENGINE][0]
    yield "| engine | asked | same rows (not none) | other rows | too slow | refused | median, processor | median, clock | nine of ten below | times pyoxigraph's | faster in | memory |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    notes = []
    for engine, (found, megabytes) in of_each.items():
        same = [name for name, answer in found.items() if name in here and answer.same(here[name])]
        other = [name for name, answer in found.items() if not answer.refused and name in here and not here[name].refused and not answer.same(here[name])]
        slow = [name for name, answer in found.items() if "takes longer than" in answer.refused or "timed out" in answer.refused]
        refused = [name for name, answer in found.items() if answer.refused and name not in slow]
        alone = [name for name, answer in found.items() if not answer.refused and name in here and here[name].refused]
        busy, times = ([getattr(found[name], field) for name in same] or [float("nan")] for field in ("processor", "milliseconds"))
        ratios = [found[name].processor / max(here[name].processor, 0.05) for name in same] or [float("nan")]
        yield (
            f"| {engine} | {len(found)} of {asked_for} | {len(same)} ({sum(found[name].rows > 0 for name in same)}) | {len(other)} | {len(slow)} | {len(refused)} | {statistics.median(busy):,.0f} ms"
            f" | {statistics.median(times):,.0f} ms | {sorted(times)[int(0.9 * (len(times) - 1))]:,.0f} ms | {statistics.median(ratios):.2g} | {sum(ratio < 1 for ratio in ratios)} | {megabytes:,.0f} MB |"
        )
        notes += [f"{engine}, other rows: {name} ({found[name].rows}, pyoxigraph {here[name].rows})" for name in other]
        notes += [f"{engine}, no answer: {name}: {found[name].refused[:150]}" for name in [*slow, *refused]]
        notes += [f"{engine} alone answers: {name} ({found[name].rows} rows in {found[name].milliseconds:,.0f} ms)" for name in alone]
    yield ""
    yield from notes


def measure(directory: str | None, arguments: argparse.Namespace, top: Path) -> None:
    """Ask all engines about one graph, and print what comes of it."""
    start = time.perf_counter()
    setting = Setting(directory, top, arguments)
    print(f"\n{len(setting.store):,} triples with what follows and the views, opened in {time.perf_counter() - start:.0f} s; {len(setting.texts)} questions", flush=True)
    of_each = {}
    for name in (HERE_ENGINE, *arguments.only):
        try:
            of_each[name] = setting.answers(name, 60 * arguments.minutes)
        except Missing as missing:
            print(f"{name} is left out: {missing}.", flush=True)
    if arguments.clients:
        with whence_server(setting) as (address, server):
            setting.crowded("whence serve", address, server)
    print("\n".join(table(of_each, len(setting.texts))), flush=True)


def made(size: int, shared: Path, graph: Path) -> str:
    """Make a graph of so many triples beside those that came with whence unless it is there, and return its directory."""
    from catalogue_graph import write_catalogues

    if not graph.exists():
        begun = graph.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        own = validation.open(layout.locate())
        labels = {quad.object.value for name in ("prefLabel", "altLabel", "hiddenLabel") for quad in own.quads_for_pattern(None, NamedNode(PREFIXES["skos"] + name), None)}
        write_catalogues(begun, shared, size, labels)
        for part in ("ontology", "queries", "triples"):
            shutil.copytree(ROOT / part, begun / part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("packs", "identity.tsv"))
        begun.rename(graph)
    return str(graph)


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    others = [name for name in ENGINES if name != HERE_ENGINE]
    parser.add_argument("--sizes", type=int, nargs="+", default=[], help="numbers of asserted triples")
    parser.add_argument("--only", nargs="+", choices=others, default=others, help="engines to measure beside pyoxigraph (default: all)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="ask every Nth question (default: each)")
    parser.add_argument("--seconds", type=int, default=20, help="seconds a question may take (default: 20)")
    parser.add_argument("--minutes", type=float, default=60, help="minutes of an engine, without those it is filled in (default: 60)")
    parser.add_argument("--clients", type=int, default=8, metavar="N", help="ask so many at the same time, too; 0 for none (default: 8)")
    parser.add_argument("--folder", type=Path, help="a folder to keep graphs, tables and answers in, and go on from (default: none)")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of data sets, for --sizes")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes of engines are ended, too
    if arguments.sizes and not (arguments.shared / "data" / "wd50k").is_dir():
        sys.exit(f"The data sets are not in {arguments.shared}, so there is nothing to make a graph of.")
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes or [0]:
            top = (arguments.folder or Path(folder)).absolute() / str(size or "bundled")
            top.mkdir(parents=True, exist_ok=True)
            measure(made(size, arguments.shared, top / "graph") if size else None, arguments, top)


if __name__ == "__main__":
    main()
