"""Measures catalogues as packs beside the graph that comes with whence: television series of MADB, and all that WD50K's mapping makes claims of.

    scripts/bench pilot                       800 series
    scripts/bench pilot --series all          every record of the file
    scripts/bench pilot --baseline COMMIT     another commit of whence too, in the same run

Made from ../shared/data by `whence pack add`, judged from nothing, brought together with the graph, and asked with both packs: the home page,
two questions of the catalogue about the busiest work, its card by name, the same after an edit of the graph, and whether every passage stands where
the packs say it does. Each step runs in a process of its own; seconds are of the processor and by the clock, memory is the most that process held.
With a baseline its steps take turns with ours, and the ratios of the processor's seconds are printed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import resource
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from bench_graph import timed

ROOT = Path(__file__).resolve().parent.parent
SERIES = "madb/an207_ttl_2021-10.zip"
STATEMENTS = ["wd50k/train.txt", "wd50k/valid.txt", "wd50k/test.txt", "labels/entity2wikidata.json", "labels/labels.en.tsv.gz"]
QUESTIONS = ("numbers", "discrepancies-about-a-thing")
PACKS = {"madb": "madb", "wikidata": "wd50k"}
EDIT = """@prefix pilot: <https://example.org/pilot/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

pilot:edit
  a wh:Film ;
  skos:prefLabel "Edit"@en ;
.
"""
SETTINGS = 'title = "Pilot"\nbase = "https://example.org/pilot/"\nprefix = "pilot"\ninclude = ["whence"]\npacks = ["all"]\n'


def start(graph: Path, data: Path, series: str) -> None:
    """Write the graph that the packs are put beside, and the list of the series that are taken."""
    (graph / "triples").mkdir(parents=True)
    (graph / "whence.toml").write_text(SETTINGS, encoding="utf-8")
    with zipfile.ZipFile(data / SERIES) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    ids = list(dict.fromkeys(re.findall(r"^<https?://[^>]*/id/(C\d+)>", text, re.MULTILINE)))
    (graph / "series.txt").write_text("\n".join(ids if series == "all" else ids[: int(series)]) + "\n", encoding="utf-8")


def make(graph: Path, data: Path, name: str) -> dict[str, Any]:
    """Make a pack of the published files."""
    from whence.packs import making
    from whence.store import layout

    published, only = ([SERIES], str(graph / "series.txt")) if name == "madb" else (STATEMENTS, "")
    paths = [str(data / path) for path in published]
    pack, times = timed(lambda: making.add(layout.locate(graph), paths, PACKS[name], name=name, only=only))
    return {"times": times, **pack.manifest.counts}


def gate(graph: Path, _: Path, name: str) -> dict[str, Any]:
    """Judge a pack from nothing, and remember it."""
    from whence import validation
    from whence.packs import making
    from whence.store import layout

    pack = making.own(layout.locate(graph), name)
    outcome, times = timed(lambda: validation.check(pack.files, whole=True))
    if outcome.store is None:
        raise SystemExit("\n".join(f"{one.place}: {one.message}" for one in outcome.report.findings if one.severity.value == "Violation")[:2_000])
    held = len(outcome.store)
    _, remembering = timed(lambda: validation.remember(pack.files, outcome))
    return {"times": times, "remembering": remembering, "held": held, "stages": outcome.report.seconds}


def together(graph: Path, *_: Any) -> dict[str, Any]:
    """Bring the graph and its packs together."""
    from whence import packs
    from whence.store import layout

    opened, times = timed(lambda: packs.open(layout.locate(graph)))
    return {"times": times, "held": len(opened.store)}


def questions(graph: Path, *_: Any) -> dict[str, Any]:
    """Ask two questions about the busiest work, of graph and packs."""
    from whence import catalog, packs, sparql
    from whence.store import layout

    files = layout.locate(graph)
    opened = packs.open(files)
    seen, named = packs.dataset(opened.store, opened.packs), catalog.load(files)
    thing = _busiest(opened)
    found = {}
    for name in QUESTIONS:
        query = named[name]
        values = {one.name: thing for one in query.parameters if one.type == "iri"}
        rows, times = timed(lambda query=query, values=values: sum(1 for _ in sparql.run(opened.store, query.query, values, **seen)))  # type: ignore[misc]
        found[name] = {"times": times, "rows": rows}
    return found


def cards(graph: Path, *_: Any) -> dict[str, Any]:
    """Find the busiest work by its name and make its card, as `whence show` does: first, again, spelled otherwise, and after an edit of the graph."""
    from whence import packs
    from whence.store import layout
    from whence.things import card, Index

    index = Index(packs.open(layout.locate(graph)).store)
    thing = _busiest(packs.open(layout.locate(graph)))
    name = index.label(thing)

    def shown() -> int:
        opened = Index(packs.open(layout.locate(graph)).store)
        return len(card.card(opened, opened.named(name)[0].iri, 10))

    found = {"first": timed(shown)[1], "again": timed(shown)[1]}
    found["near"] = timed(lambda: Index(packs.open(layout.locate(graph)).store).search(f"{name}x", 3))[1]
    (graph / "triples" / "edit.ttl").write_text(EDIT, encoding="utf-8")
    found["after an edit"] = timed(shown)[1]
    return {"work": name, "times": found}


def pages(graph: Path, *_: Any) -> dict[str, Any]:
    """Get the home page, made at first and then kept."""
    from whence.store import layout
    from whence.web.site_export import InProcess, open_graph

    opened = open_graph(layout.locate(graph))

    async def get() -> dict[str, Any]:
        application, found = InProcess(opened, "http://localhost:8000/"), {}
        for visit in ("first", "again"):
            answer, times = await _timed(application, "/")
            found[f"home, {visit}"] = {"times": times, "status": answer.status}
        return found

    return asyncio.run(get())


async def _timed(application: Any, address: str) -> Any:
    import time

    used, begun = time.process_time(), time.perf_counter()
    answer = await application.get(address, "text/html")
    return answer, [time.process_time() - used, time.perf_counter() - begun]


def evidence(graph: Path, data: Path, name: str) -> dict[str, Any]:
    """Hold every passage of a pack against the published files."""
    from whence.evidence import Status
    from whence.packs import making
    from whence.packs.texts import check
    from whence.store import layout

    outcome, times = timed(lambda: check(making.own(layout.locate(graph), name), str(data)))
    return {"times": times, "passages": {status.value: outcome.count("passage", status) for status in Status}}


def _busiest(opened: Any) -> str:
    """Return the work of the packs that most claims are about."""
    from whence import packs, sparql

    seen = packs.dataset(opened.store, opened.packs)
    query = "SELECT ?thing { ?claim wh:work ?thing } GROUP BY ?thing ORDER BY DESC(COUNT(*)) ?thing LIMIT 1"
    return str(next(iter(sparql.run(opened.store, query, {}, **seen)))[0].value)


STEPS = {"make": make, "gate": gate, "together": together, "questions": questions, "cards": cards, "pages": pages, "evidence": evidence}


def seconds(outcome: Any, name: str = "") -> dict[str, float]:
    """Return the seconds of the processor that the parts of a step took, by what they are called."""
    if isinstance(outcome, list) and len(outcome) == 2 and all(isinstance(one, float) for one in outcome):
        return {name: outcome[0]}
    parts = outcome.items() if isinstance(outcome, dict) else ()
    return {key: value for part, inner in parts if part != "stages" for key, value in seconds(inner, f"{name} {part}".removesuffix(" times").strip()).items()}


def main() -> None:
    """Read the command line, run each step, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", default="800", help="how many series of MADB, or all (default: 800)")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of data sets")
    parser.add_argument("--timeout", type=float, default=3_600, help="seconds a step may take")
    parser.add_argument("--baseline", metavar="COMMIT", help="a commit of whence to compare with")
    parser.add_argument("--step", nargs=2, metavar=("STEP", "PACK"), help=argparse.SUPPRESS)
    parser.add_argument("--graph", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    data = arguments.shared / "data"
    if arguments.step:
        step, name = arguments.step
        outcome = STEPS[step](arguments.graph, data, name)
        print(json.dumps({**outcome, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}, ensure_ascii=False))
        return
    if not (data / SERIES).is_file():
        sys.exit(f"The data sets are not in {arguments.shared}, so nothing is measured.")
    from baseline import check_out, run_step  # not by a step, which has that of its commit

    with tempfile.TemporaryDirectory() as folder:
        sides = {"whence": (Path(sys.executable), ROOT / "scripts")}
        if arguments.baseline:
            checkout = check_out(arguments.baseline, Path(folder, "checkout"), "serve")
            sides["baseline"] = (checkout / ".venv/bin/python", checkout / "scripts")
        for side in sides:
            start(Path(folder, side, "graph"), data, arguments.series)
        ratios: dict[str, float] = {}
        for step in [*([step, name] for name in PACKS for step in ("make", "gate", "evidence")), *([step, "all"] for step in ("together", "questions", "cards", "pages"))]:
            taken: dict[str, dict[str, float]] = {}
            for side, (python, scripts) in sides.items():
                graph, cache = Path(folder, side, "graph"), Path(folder, side, "cache")
                outcome = run_step(__file__, ["--step", *step, "--graph", str(graph), "--shared", str(arguments.shared)], python, scripts, cache, arguments.timeout)
                print(f"{side}: {' '.join(step)}: {json.dumps(outcome, ensure_ascii=False)}", flush=True)
                taken[side] = seconds(outcome, " ".join(step))
            ours, theirs = taken["whence"], taken.get("baseline", {})
            ratios |= {name: theirs[name] / max(own, 0.001) for name, own in ours.items() if name in theirs}
        if arguments.baseline:
            print(f"\n{arguments.baseline} takes so many times as long: {', '.join(f'{name} {ratio:.1f}' for name, ratio in ratios.items())}")


if __name__ == "__main__":
    main()
