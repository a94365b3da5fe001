"""Asks the questions of the catalogue of four engines, compares their rows with pyoxigraph's, and tells how long each takes.

    scripts/bench engines                       the graph that came with whence
    scripts/bench engines --sizes 1000000       graphs of so many asserted triples, made of real catalogues from ../shared/data
    scripts/bench engines --only trino          one engine beside pyoxigraph

Fuseki has the graph in memory, by `whence publish --to`; DuckDB and Trino read the tables of `whence publish --parquet`, with Ontop in
front of them. Trino is one coordinator and two workers on this machine. A question is asked twice, the second time counts; one that takes
longer than --seconds is given up. What is not installed is left out, and said. Times are by the clock.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench_graph import about_busiest, busiest
from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from trino_cluster import Missing, cluster, free_port

from whence import catalog, publishing, sparql, validation
from whence.endpoint import Endpoint
from whence.errors import WhenceError
from whence.store import layout
from whence.store.layout import GraphFiles

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ONTOP = HERE / "ontop"
FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
_TURNS = 2


@dataclass
class Answers:
    """What an engine answers.

    :ivar rows: name of a question to its rows, told apart as `plain` does, sorted
    :ivar milliseconds: of those that were answered
    :ivar refused: name of a question to what is said against it
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def plain(term: Any) -> Any:
    """Return a term to compare: SPARQL leaves open in which order GROUP_CONCAT takes its values, and a language may be lost on the way."""
    return tuple(sorted(re.split(r" *[,;|] *", term.value))) if isinstance(term, Literal) else str(term)


def rows_of(answer: Any, names: list[str] | None = None) -> list[str]:
    """Return the rows of an answer to compare, sorted; a truth value is one row.

    :param names: the columns in their order, where the answer may have another one
    """
    if not hasattr(answer, "variables"):
        return [str(bool(answer))]
    shown = names or [getattr(variable, "value", variable) for variable in answer.variables]
    return sorted(str([plain(row[name] if names else row[number]) for number, name in enumerate(shown)]) for row in answer)


def columns(answer: Any) -> list[str]:
    """Return the names of the columns of an answer."""
    return [getattr(variable, "value", variable) for variable in getattr(answer, "variables", ())]


def questions(files: GraphFiles, store: Store) -> dict[str, str]:
    """Return every question of the catalogue as a text: about the busiest thing of its kind where the things of its example are not there."""
    things = {} if files.root == layout.bundled() else busiest(store)
    named = catalog.load(files).of_kind("competency")
    return {one.name: sparql.written_out(one.query, about_busiest(one, things) if things else {}) for one in named}


def asked(ask: Callable[[str], Any], texts: dict[str, str], turns: int = _TURNS) -> Answers:
    """Ask each question by a function, as often as is said."""
    found = Answers()
    for name, text in texts.items():
        try:
            for _ in range(turns):
                start = time.perf_counter()
                answer = ask(text)
                rows = rows_of(answer)
                found.milliseconds[name] = 1000 * (time.perf_counter() - start)
            found.rows[name] = rows
        except WhenceError as error:
            found.milliseconds.pop(name, None)
            found.refused[name] = str(error)
    return found


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


def by_ontop(folder: Path, tables: Path, database: str, texts: dict[str, str], names: dict[str, list[str]], seconds: int, turns: int = _TURNS) -> Answers:
    """Answer questions by Ontop over a database that knows the tables.

    :param folder: for its files
    :param tables: of one version, as `whence publish --parquet` writes them
    :param database: as `ontop/Answers.java` takes it
    :param names: the columns of each question
    :raises Missing: as `libraries`
    """
    library = libraries(folder)
    for name in ("queries", "answers"):
        (folder / name).mkdir()
    for name, text in texts.items():
        (folder / "queries" / name).write_text(text, encoding="utf-8")
    (folder / "logback.xml").write_text('<configuration><root level="OFF"/></configuration>', encoding="utf-8")
    start = ["java", "-Xmx1500m", f"-Dlogback.configurationFile={folder / 'logback.xml'}", "-cp", f"{library}/*", str(ONTOP / "Answers.java")]
    told = [str(tables), database, str(folder / "queries"), str(folder / "answers"), str(seconds), str(turns)]
    limit = 600 + len(texts) * seconds * turns
    done = subprocess.run([*start, *told], capture_output=True, text=True, check=False, timeout=limit)
    found = Answers()
    for line in done.stdout.splitlines():
        name, milliseconds, said = line.split("\t", 2)
        if said != "answered":
            found.refused[name] = said
            continue
        read = parse_query_results((folder / "answers" / f"{name}.json").read_bytes(), format=QueryResultsFormat.JSON)
        found.rows[name] = rows_of(read, names[name] if isinstance(read, QuerySolutions) else None)
        found.milliseconds[name] = float(milliseconds)
    if not done.stdout:
        raise RuntimeError(done.stderr[-2000:])
    return found


@contextmanager
def fuseki(folder: Path) -> Iterator[Endpoint]:
    """Start Fuseki with an empty data set in memory."""
    if not (shutil.which("mvn") and shutil.which("java")):
        raise Missing("Fuseki needs mvn and java")
    copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={FUSEKI}", f"-DoutputDirectory={folder}"]
    if subprocess.run(copy, cwd=folder, capture_output=True, check=False, timeout=600).returncode:
        raise Missing(f"Maven cannot fetch {FUSEKI}")
    port = free_port()
    start = ["java", "-Xmx3g", "-jar", str(next(folder.glob("*.jar"))), "--quiet", "--localhost", "--port", str(port), "--update", "--mem", "/ds"]
    with subprocess.Popen(start, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                try:
                    urlopen(f"http://127.0.0.1:{port}/$/ping", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.5)
            yield Endpoint(f"http://127.0.0.1:{port}/ds")
        finally:
            process.kill()


def with_fuseki(setting: Setting) -> Answers:
    """Publish the graph into Fuseki and ask there."""
    with fuseki(setting.folder("fuseki")) as endpoint:
        setting.loaded(lambda: publishing.publish(setting.store, setting.files.digest(), endpoint, files=setting.files))
        endpoint.patience = setting.seconds
        return asked(endpoint.query, setting.texts)


def with_duckdb(setting: Setting) -> Answers:
    """Ask Ontop over DuckDB over the tables."""
    return by_ontop(setting.folder("duckdb"), setting.tables(), "duckdb", setting.texts, setting.names, setting.seconds)


def with_trino(setting: Setting) -> Answers:
    """Ask Ontop over Trino over the tables."""
    tables, folder = setting.tables(), setting.folder("trino")
    start = time.perf_counter()
    with cluster(folder, tables.parent.absolute()) as address:
        print(f"  trino: coordinator and workers up after {time.perf_counter() - start:.0f} s", flush=True)
        database = f"jdbc:trino://{address}/hive/whence_{tables.resolve().name}"
        return by_ontop(folder, tables, database, setting.texts, setting.names, setting.seconds)


ENGINES: dict[str, Callable[[Setting], Answers]] = {"fuseki": with_fuseki, "duckdb": with_duckdb, "trino": with_trino}


class Setting:
    """One graph, its questions, and where engines find them.

    :ivar texts: the questions by name
    :ivar names: their columns, by name
    :ivar seconds: that a question may take
    """

    def __init__(self, files: GraphFiles, top: Path, seconds: int) -> None:
        self.files = files
        self.store = validation.open(files)
        self.seconds = seconds
        self.texts = questions(files, self.store)
        self.names = {name: columns(self.store.query(text)) for name, text in self.texts.items()}
        self._top = top
        self._written: Path | None = None

    def folder(self, name: str) -> Path:
        """Return a folder of an engine's own."""
        (self._top / name).mkdir()
        return self._top / name

    def tables(self) -> Path:
        """Return the tables, written when they are first asked for."""
        if self._written is None:
            self.loaded(lambda: publishing.write(self.store, self.files.digest(), self._top / "tables"))
            self._written = self._top / "tables" / "current"
        return self._written

    @staticmethod
    def loaded(load: Callable[[], Any]) -> None:
        """Put the graph where an engine finds it, and tell how long that took."""
        start = time.perf_counter()
        load()
        print(f"  published in {time.perf_counter() - start:.1f} s", flush=True)


def report(name: str, here: Answers, there: Answers) -> Iterator[str]:
    """Yield the lines that compare an engine with pyoxigraph."""
    same = [one for one, rows in there.rows.items() if rows == here.rows[one]]
    other = sorted(set(there.rows) - set(same))
    ratios = [there.milliseconds[one] / max(here.milliseconds[one], 0.05) for one in same]
    times = sorted(there.milliseconds[one] for one in same)
    yield f"{name}: {len(same)} of {len(here.rows)} questions with the same rows as pyoxigraph"
    if same:
        yield (
            f"  milliseconds: median {statistics.median(times):,.1f}, nine of ten below {times[int(0.9 * (len(times) - 1))]:,.1f}, all {sum(times):,.0f}; "
            f"times pyoxigraph's: median {statistics.median(ratios):.2g}, all {sum(times) / max(sum(here.milliseconds[one] for one in same), 0.05):.2g}, "
            f"faster in {sum(ratio < 1 for ratio in ratios)}"
        )
    yield from (f"  other rows: {one} ({len(there.rows[one])}, here {len(here.rows[one])})" for one in other)
    yield from (f"  no answer: {one}: {said[:150]}" for one, said in sorted(there.refused.items()))


def measure(files: GraphFiles, engines: list[str], seconds: int, top: Path) -> None:
    """Ask all engines about one graph, and print what comes of it."""
    setting = Setting(files, top, seconds)
    print(f"\n{len(setting.store):,} triples with what follows and the views, {len(setting.texts)} questions", flush=True)
    here = asked(setting.store.query, setting.texts)
    times = sorted(here.milliseconds.values())
    print(f"pyoxigraph: milliseconds: median {statistics.median(times):,.1f}, nine of ten below {times[int(0.9 * (len(times) - 1))]:,.1f}, all {sum(times):,.0f}", flush=True)
    for name in engines:
        try:
            there = ENGINES[name](setting)
        except Missing as missing:
            print(f"{name} is left out: {missing}.", flush=True)
            continue
        print("\n".join(report(name, here, there)), flush=True)


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[], help="numbers of asserted triples")
    parser.add_argument("--only", nargs="+", choices=list(ENGINES), default=list(ENGINES), help="engines to measure (default: all)")
    parser.add_argument("--seconds", type=int, default=20, help="seconds a question may take (default: 20)")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of data sets, for --sizes")
    arguments = parser.parse_args()
    if arguments.sizes and not (arguments.shared / "data" / "wd50k").is_dir():
        sys.exit(f"The data sets are not in {arguments.shared}, so there is nothing to make a graph of.")
    for size in arguments.sizes or [0]:
        with tempfile.TemporaryDirectory() as folder:
            top, graph = Path(folder), None
            if size:
                from catalogue_graph import write_catalogues

                graph = top / "graph"
                write_catalogues(graph, arguments.shared, size)
                for part in ("ontology", "queries"):
                    shutil.copytree(ROOT / part, graph / part)
            measure(layout.locate(graph), arguments.only, arguments.seconds, top)


if __name__ == "__main__":
    main()
