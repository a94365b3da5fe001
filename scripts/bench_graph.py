"""Measures the whole gate, the questions and the pages on a graph of real catalogues.

    scripts/bench graph                       100,000 asserted triples
    scripts/bench graph --sizes 1000000       another size
    scripts/bench graph --baseline COMMIT     another commit of whence too, in the same run
    scripts/bench graph --without jena        leave a step out

The graph is made from ../shared/data (television series of MADB, statements of WD50K); where that is not there, nothing is measured.
Each step runs in a process of its own. Times are of the processor and by the clock; memory is the most that process held. Questions,
pages and commands are about the busiest thing of its kind. A document of such a graph is a whole catalogue: what is asked about one is
told apart. The shapes alone are validated by Jena SHACL (with Maven and Java 17 or later) and pyshacl too, each within --bound. With another
commit, the last lines are how many times as long it takes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
#: What is wanted.
AIMS = """1,000,000 asserted triples gated from nothing in 30 s and 1 GB; one edited label 1 s; a question about one thing 0.1 s,
about everything 2 s; home page and page of a thing 0.1 s."""
#: The command line of Jena SHACL comes with Fuseki, in one file.
JENA = "org.apache.jena:jena-fuseki-server:5.6.0"
#: The steps that other engines take; they are taken once, and do not depend on the commit.
RIVALS = ("jena", "pyshacl")
_TOLD = 5
_BUSIEST = "SELECT ?thing {{ ?claim wh:{0} ?thing }} GROUP BY ?thing ORDER BY DESC(COUNT(*)) ?thing LIMIT 1"
#: What a parameter stands for, by its name: the busiest filler of a role.
_FILLERS = {"person": "agent", "agent": "agent", "voice": "agent", "speaker": "speaker", "document": "document", "character": "character"}


def timed(work: Callable[[], Any]) -> tuple[Any, list[float]]:
    """Return what the work returns, its seconds of the processor and those by the clock."""
    used, start = time.process_time(), time.perf_counter()
    outcome = work()
    return outcome, [time.process_time() - used, time.perf_counter() - start]


def gate(graph: str) -> dict[str, Any]:
    """Validate from nothing, and remember: seconds of the processor and most memory so far by stage."""
    from whence import validation
    from whence.store import layout

    files, marks = layout.locate(graph), []

    def mark(stage: str) -> None:
        marks.append((stage.partition(" (")[0], time.process_time(), _megabytes()))

    outcome, times = timed(lambda: validation.check(files, whole=True, progress=mark))
    if outcome.store is None:
        raise SystemExit("\n".join(f"{one.place}: {one.message}" for one in outcome.report.findings if one.severity.value == "Violation")[:2_000])
    mark("remembering")
    held = len(outcome.store)
    _, remembering = timed(lambda: validation.remember(files, outcome))
    mark("")
    stages = {one[0]: [after[1] - one[1], after[2]] for one, after in itertools.pairwise(marks)}
    return {"gate": times, "remembering": remembering, "stages": stages, "held": held}


def edit(graph: str) -> dict[str, Any]:
    """Change one label and open the graph, as the first edit since it was validated whole; change it again; then drop a claim."""
    path = sorted(Path(graph, "triples", "entities").glob("person*.ttl"))[0]
    text = path.read_text("utf-8")
    first = _opened(graph, {path: text.replace('prefLabel "', 'prefLabel "New ', 1)})
    second = _opened(graph, {path: text.replace('prefLabel "', 'prefLabel "Newer ', 1)})
    return {"edit": first, "again": second, "drop": _opened(graph, _without_a_claim(Path(graph, "triples")))}


def _opened(graph: str, texts: dict[Path, str]) -> list[float]:
    """Return how long it takes to open the graph after files were written."""
    from whence import validation
    from whence.store import layout

    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return timed(lambda: validation.open(layout.locate(graph)))[1]


def _without_a_claim(folder: Path) -> dict[Path, str]:
    """Return the texts of the files that say something of a credit, without its blocks."""
    path = sorted((folder / "claims").glob("contribution*.ttl"))[0]
    claims = re.findall(r"^id:\S+", path.read_text("utf-8"), re.MULTILINE)
    claim = claims[len(claims) // 2]
    holding = {one: text for one in [path, *sorted((folder / "attestations").glob("*.ttl"))] if claim in (text := one.read_text("utf-8"))}
    return {one: "\n\n".join(block for block in text.split("\n\n") if claim not in block) for one, text in holding.items()}


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pyshacl(graph: str) -> dict[str, Any]:
    """Validate by the shapes alone, with pyshacl."""
    from whence import validation
    from whence.store import layout

    outcome = validation.check(layout.locate(graph), engine="pyshacl")
    return {"pyshacl": outcome.report.seconds["shapes"]}


def jena(graph: str) -> dict[str, Any]:
    """Validate by the shapes alone, with Jena SHACL, which starts Java and reads the graph."""
    from pyoxigraph import DefaultGraph, RdfFormat

    from whence.store import layout
    from whence.validation import reading

    if not (shutil.which("mvn") and shutil.which("java")):
        raise SystemExit("it needs mvn and java (17 or later)")
    sources = reading.read_graph(layout.locate(graph))
    with tempfile.TemporaryDirectory() as folder:
        fetch = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={JENA}", f"-DoutputDirectory={folder}"]
        if subprocess.run(fetch, check=False, capture_output=True).returncode:
            raise SystemExit(f"Maven cannot fetch {JENA}")
        for name, store in (("data", sources.asserted), ("shapes", sources.shapes)):
            store.dump(f"{folder}/{name}.nt", RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        command = ["java", "-Xmx3g", "-cp", str(next(Path(folder).glob("*.jar"))), "shacl.shacl", "validate", "--shapes", "shapes.nt", "--data", "data.nt"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done, (_, seconds) = timed(lambda: subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or not re.search(r"sh:conforms\s+true", done.stdout):
        raise SystemExit(f"Jena does not find what whence finds: {(done.stderr or done.stdout)[:200]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"jena": [used, seconds], "held": after.ru_maxrss / 1024}


def busiest(store: Any) -> dict[str, str]:
    """Return role to the thing that fills it most often, for the roles that parameters stand for."""
    from whence import sparql

    def of(role: str) -> str:
        return next((str(row[0]) for row in sparql.run(store, _BUSIEST.format(role))), "wh:Nothing")  # type: ignore[index]

    return {role: of(role) for role in {"work", *_FILLERS.values()}}


def about_busiest(named: Any, things: dict[str, str]) -> dict[str, str]:
    """Return values for the parameters of a query that name things of the graph.

    :param things: as `busiest` returns them
    """
    own = [one for one in named.parameters if one.type == "iri" and (one.default or "id:").startswith("id:")]
    return {one.name: things[_FILLERS.get(one.name, "work")] for one in own}


def questions(graph: str) -> dict[str, Any]:
    """Ask every question of the catalogue: about the busiest thing of its kind, or about everything where it names none."""
    from whence import catalog, sparql, validation
    from whence.store import layout

    files = layout.locate(graph)
    store = validation.open(files)
    things = busiest(store)
    about: dict[str, dict[str, float]] = {"one": {}, "catalogue": {}, "all": {}}
    for named in catalog.load(files).of_kind("competency"):
        values = about_busiest(named, things)
        _, (used, _) = timed(lambda named=named, values=values: sum(1 for _ in sparql.run(store, named.query, values)))  # type: ignore[misc]
        kind = "all" if not values else "catalogue" if {things["document"], things["speaker"]} & set(values.values()) else "one"
        about[kind][named.name] = used
    return {"questions": about}


def pages(graph: str) -> dict[str, Any]:
    """Get the home page and that of the busiest work, made at first and then kept."""
    from whence import sparql
    from whence.store import layout
    from whence.web.site_export import InProcess, open_graph

    opened = open_graph(layout.locate(graph))
    thing: Any = next(iter(sparql.run(opened.store, _BUSIEST.format("work"))))[0]  # type: ignore[index]
    addresses = {"home": "/", "thing": "/page/" + thing.value.rpartition("/")[2]}

    async def get() -> dict[str, list[float]]:
        application = InProcess(opened, "http://localhost:8000/")
        found = {}
        for name, address in addresses.items():
            for visit in ("first", "again"):
                used, start = time.process_time(), time.perf_counter()
                answer = await application.get(address, "text/html")
                found[f"{name} {visit}"] = [time.process_time() - used, time.perf_counter() - start]
                if answer.status != 200:
                    raise SystemExit(f"{address} is answered with {answer.status}")
        return found

    return {"pages": asyncio.run(get())}


def things(graph: str) -> dict[str, Any]:
    """Tell of the busiest work as `whence show`, `lineage` and `disagreements` do, and how the busiest person leads to it."""
    from whence import lineage, sparql, validation
    from whence.store import layout
    from whence.things import Index, card, disagreements

    store = validation.open(layout.locate(graph))
    work, person = (next(iter(sparql.run(store, _BUSIEST.format(role))))[0].value for role in ("work", "agent"))  # type: ignore[index]
    index = Index(store)
    told: dict[str, Callable[[], Any]] = {
        "show": lambda: card.card(index, work, 20),
        "lineage": lambda: lineage.trace(index, work),
        "path": lambda: lineage.find(index, person, work),
        "disagreements": lambda: disagreements.about(index, work),
    }
    return {"things": {name: timed(work)[1] for name, work in told.items()}}


STEPS = {"gate": gate, "edit": edit, "questions": questions, "things": things, "pages": pages, "jena": jena, "pyshacl": pyshacl}


def compare(size: int, arguments: argparse.Namespace, folder: Path) -> None:
    """Measure one size, and print its figures, those of the other commit after ours."""
    from baseline import run_step
    from catalogue_graph import write_catalogues

    of_each: dict[str, dict[str, float]] = {}
    sides = {"whence": (Path(sys.executable), HERE)}
    if arguments.baseline:
        sides["baseline"] = (arguments.checkout / ".venv/bin/python", arguments.checkout / "scripts")
    for name, (python, scripts) in sides.items():
        graph = folder / f"{name}-{size}"
        triples = write_catalogues(graph, arguments.shared, size)
        for part in ("ontology", "queries"):
            shutil.copytree(scripts.parent / part, graph / part)
        print(f"\n{name}: {triples:,} asserted triples")
        figures: dict[str, float] = {}
        for step in STEPS:
            if step in arguments.without or (step in RIVALS and name != "whence"):
                continue
            timeout = arguments.bound if step in RIVALS else arguments.timeout
            outcome = run_step(__file__, ["--step", step, "--graph", str(graph)], python, scripts, folder / f"cache-{name}", timeout)
            print("\n".join(f"  {line}" for line in _lines(step, outcome)), flush=True)
            figures |= _seconds(step, outcome)
        of_each[name] = figures
        shutil.rmtree(graph)
    if arguments.baseline:
        ratios = {name: of_each["baseline"][name] / max(seconds, 0.001) for name, seconds in of_each["whence"].items() if name in of_each["baseline"]}
        print(f"\n{arguments.baseline} takes so many times as long: {', '.join(f'{name} {ratio:.1f}' for name, ratio in ratios.items())}")


def _seconds(step: str, outcome: dict[str, Any]) -> dict[str, float]:
    """Return the seconds of the processor that a step took, by what it did: of questions together, and the slowest of each sort."""
    if step == "questions" and "failed" not in outcome:
        kinds = {kind: sorted(found.values()) for kind, found in outcome["questions"].items() if found}
        return {f"questions ({kind}), together": sum(found) for kind, found in kinds.items()} | {f"slowest ({kind})": found[-1] for kind, found in kinds.items()}
    if step in ("pages", "things"):
        return {name: times[0] for name, times in outcome.get(step, {}).items()}
    return {name: outcome[name][0] for name in (step, "remembering", "again", "drop") if isinstance(outcome.get(name), list)}


def _lines(step: str, outcome: dict[str, Any]) -> list[str]:
    if "failed" in outcome:
        return [f"{step} failed: {outcome['failed']}"]
    memory = f"{outcome['megabytes']:,.0f} MB"
    if step == "gate":
        stages = [f"  {name:14} {used:7.2f} s of the processor, {held:5,.0f} MB at most so far" for name, (used, held) in outcome["stages"].items()]
        return [f"from nothing     {_pair(outcome['gate'])}, {memory}; {outcome['held']:,} quads", f"remembering      {_pair(outcome['remembering'])}", *stages]
    if step == "questions":
        lines = []
        for kind, title in (("one", "about one thing"), ("catalogue", "about a catalogue"), ("all", "about everything")):
            slowest = sorted(outcome["questions"][kind].items(), key=lambda pair: -pair[1])
            told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in slowest[:_TOLD])
            lines.append(f"{title:17} {len(slowest)} questions, slowest: {told} s of the processor")
        return lines
    if step == "things":
        return [f"{name:16} {_pair(times)}" for name, times in outcome["things"].items()]
    if step == "pages":
        return [f"{'page of ' * name.startswith('thing') + name:16} {_pair(times)}" for name, times in outcome["pages"].items()]
    if step == "jena":
        return [f"shapes by Jena   {_pair(outcome['jena'])}, {outcome['held']:,.0f} MB, with starting and reading"]
    return [f"shapes by pyshacl {outcome['pyshacl']:.1f} s by the clock"] if step == "pyshacl" else [
        f"{title:16} {_pair(outcome[name])}, {memory}" for name, title in (("edit", "one edited label"), ("again", "edited again"), ("drop", "a claim dropped"))
    ]


def _pair(times: list[float]) -> str:
    return f"{times[0]:.2f} s of the processor, {times[1]:.2f} s by the clock"


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000], help="numbers of asserted triples")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of data sets")
    parser.add_argument("--without", nargs="*", default=[], choices=list(STEPS), help="steps to leave out")
    parser.add_argument("--timeout", type=float, default=1_800, help="seconds a step may take")
    parser.add_argument("--bound", type=float, default=600, help="seconds another engine may take for the shapes")
    parser.add_argument("--baseline", metavar="COMMIT", help="a commit of whence to compare with")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--graph", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        outcome = STEPS[arguments.step](arguments.graph)
        print(json.dumps({**outcome, "megabytes": _megabytes()}))
        return
    if not (arguments.shared / "data" / "wd50k").is_dir():
        sys.exit(f"The data sets are not in {arguments.shared}, so nothing is measured.")
    print(f"Aims: {AIMS}")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.baseline:
            from baseline import check_out

            arguments.checkout = check_out(arguments.baseline, Path(folder) / "baseline", "serve")
        for size in arguments.sizes:
            compare(size, arguments, Path(folder))


if __name__ == "__main__":
    main()
