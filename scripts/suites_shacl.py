#!/usr/bin/env python3
"""Runs SHACL test suites of other projects with whence and with pySHACL, and prints a table.

    scripts/suites shacl w3c=../data-shapes/data-shapes-test-suite/tests topquadrant=../shacl/src/test ...

Each argument is a folder of a checkout, with the name it has in the table. Four kinds of cases are found in it: W3C
manifests (`sht:Validate`), DASH test cases (`dash:GraphValidationTestCase`), RDF4J's folders of `shacl.trig`, data and
updates, and pySHACL's tests in Python (`test_*.py` below a folder `issues`), which are run with its `validate` replaced.
A case passes when `sh:conforms` and the set of focus node, path, value, component and severity are as expected, where
blank nodes are all alike. Cases that whence does not pass stand with the reason in `suites_shacl.toml`; the exit code is
1 when one is missing there, or one that stands there passes.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import pyoxigraph

from whence import shacl
from whence.findings import path_text
from whence.shacl.shapes_graph import ShapesGraph
from whence.shacl.vocabulary import TRUE, TYPE, is_blank, lexical, sh

MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
DASH = "http://datashapes.org/dash#"
SECONDS = 30
#: `sh:conforms`, and focus node, value, component, severity and path of each result where the suite says them.
Outcome = tuple[bool, "frozenset[tuple[str | None, ...]] | None"]


@dataclass(frozen=True)
class Case:
    """One test: what is expected is None when the shapes must be refused."""

    name: str
    data: str
    shapes: str
    expected: Outcome | None


def anonymous(term: str | None) -> str | None:
    """Return a term with every blank node alike and its language in lower case."""
    if term is None or is_blank(term):
        return term and "_:"
    text, mark, language = term.rpartition("@")
    return f"{text}@{language.lower()}" if mark and text.endswith('"') else term


def outcome_of(graph: ShapesGraph, report: str) -> Outcome:
    """Return what a report in RDF says."""
    rows = set()
    for result in graph.objects(report, sh("result")):
        path = next(iter(graph.objects(result, sh("resultPath"))), None)
        names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
        terms = [anonymous(next(iter(graph.objects(result, sh(name))), None)) for name in names]
        rows.add((*terms, path_text(graph.path(path, result)) if path else None))
    return TRUE in graph.objects(report, sh("conforms")), frozenset(rows)


def cases_in(folder: Path) -> Iterator[Case]:
    """Yield the cases of a folder."""
    for path in sorted(folder.rglob("*.ttl")):
        try:
            graph = ShapesGraph(shacl.read_quads(path))
        except Exception:  # not every file of a suite is meant to parse
            continue
        name = str(path.relative_to(folder))
        for test in graph.subjects(TYPE):
            if f"<{SHT}Validate>" in graph.objects(test, TYPE):
                yield from manifest_case(graph, test, f"{name}#{test.rpartition('/')[2][:-1]}")
            elif f"<{DASH}GraphValidationTestCase>" in graph.objects(test, TYPE):
                report = graph.objects(test, f"<{DASH}expectedResult>")
                yield Case(name, str(path), str(path), outcome_of(graph, report[0]))
    for path in sorted(folder.rglob("shacl.trig")):
        yield from rdf4j_cases(folder, path)


def manifest_case(graph: ShapesGraph, test: str, name: str) -> Iterator[Case]:
    """Yield the case of a manifest's entry, when its files are there."""
    action, result = graph.one(test, f"<{MF}action>"), graph.one(test, f"<{MF}result>")
    files = [unquote(urlparse(lexical(graph.one(action or "", f"<{SHT}{part}>") or "")).path) for part in ("dataGraph", "shapesGraph")]
    data, shapes = files
    if result and all(map(os.path.isfile, files)):
        yield Case(name, data, shapes, None if result == f"<{SHT}Failure>" else outcome_of(graph, result))


def rdf4j_cases(folder: Path, shapes: Path) -> Iterator[Case]:
    """Yield the cases beside a `shacl.trig`: initial data and updates, after which the data is valid or not.

    A case whose updates are no SPARQL is left out.
    """
    for case in sorted(path for kind in ("valid", "invalid") for path in (shapes.parent / kind).glob("case*")):
        sources = [path for path in (case / "initialData.trig", shapes.parent / "initialData.trig") if path.is_file()]
        updates = [path.read_text("utf-8") for path in sorted(case.glob("query*.rq"))]
        data = Path(tempfile.mkdtemp()) / "data.nq"
        try:
            data.write_bytes(updated(sources, updates))
        except SyntaxError:
            continue
        yield Case(str(case.relative_to(folder)), str(data), str(shapes), (case.parent.name == "valid", None))


def updated(sources: list[Path], updates: list[str]) -> bytes:
    """Return the data after some updates, as N-Quads: by rdflib, which keeps literals as written, or where there are named graphs not."""
    import rdflib

    if sources or any(re.search(r"\bGRAPH\s+[<\w]+[:<\w]|\bWITH\s+<", update, re.IGNORECASE) for update in updates):
        store = pyoxigraph.Store()
        for source in sources:
            store.load(path=str(source), format=pyoxigraph.RdfFormat.TRIG)
        for update in updates:
            store.update(update)
        return store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""
    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    for update in updates:
        pyoxigraph.Store().update(update)  # refuses what is no SPARQL
        graph.update(update)
    return graph.serialize(format="nt").encode()


def by_whence(case: Case) -> Outcome:
    """Validate with whence."""
    report = shacl.validate_files([case.data], [case.shapes])
    rows = ((anonymous(r.focus_node), anonymous(r.value), r.component, r.severity, r.path) for r in report)
    return report.conforms, frozenset(rows)


def by_pyshacl(case: Case) -> Outcome:
    """Validate with pySHACL."""
    import pyshacl
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    graphs = []
    for path in (case.data, case.shapes):
        text = pyoxigraph.serialize([quad.triple for quad in shacl.read_quads(path)], format=pyoxigraph.RdfFormat.N_TRIPLES)
        graphs.append(rdflib.Graph().parse(data=text, format="nt"))
    _, report, text = pyshacl.validate(graphs[0], shacl_graph=graphs[1], advanced=True, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise RuntimeError(text)
    for triple in list(report.triples((None, rdflib.SH.resultMessage, None))):
        report.remove(triple)
    quads = pyoxigraph.parse(report.serialize(format="nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    graph = ShapesGraph(quads)
    return outcome_of(graph, graph.subjects(sh("conforms"))[0])


def passes(case: Case, validate: Callable[[Case], Outcome]) -> bool:
    """Run one case within its time."""
    def too_long(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        conforms, rows = validate(case)
    except Exception:  # whatever another engine raises
        return case.expected is None
    finally:
        signal.alarm(0)
    return case.expected is not None and case.expected == (conforms, None if case.expected[1] is None else rows)


def python_tests(folder: Path, replaced: bool) -> dict[str, bool]:
    """Run pySHACL's own tests, with its `validate` or with ours in its place, and return which passed."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        plugin = ["-p", "suites_shacl_plugin"] if replaced else []
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, f"--junitxml={report}", str(folder)]
        path = os.pathsep.join([str(Path(__file__).parent), str(folder.parent.parent), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": "-W ignore"}
        subprocess.run(command, env=environment, cwd=folder.parent.parent, capture_output=True, check=False, timeout=1200)
        cases = ElementTree.parse(report).iter("testcase")
        return {f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}": len(case) == 0 for case in cases}


def run(name: str, folder: Path, known: dict[str, str]) -> tuple[str, list[str]]:
    """Run one suite; return its row of the table, and what is wrong with the list of known failures."""
    if folder.name == "issues":
        ours, theirs = python_tests(folder, True), python_tests(folder, False)
    else:
        cases = list(cases_in(folder))
        ours = {case.name: passes(case, by_whence) for case in cases}
        theirs = {case.name: passes(case, by_pyshacl) for case in cases}
    row = f"| {name} | {len(ours)} | {sum(ours.values())} | {sum(theirs.values())} |"
    failed = {case for case, passed in ours.items() if not passed}
    wrong = [f"{name}: {case} fails and is not listed" for case in sorted(failed - set(known))]
    return row, wrong + [f"{name}: {case} is listed and passes" for case in sorted(set(known) - failed)]


def main() -> int:
    """Run the suites named on the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="+", metavar="[NAME=]FOLDER", help="a folder of a checkout, with its name in the table")
    warnings.simplefilter("ignore")
    import logging

    logging.disable(logging.CRITICAL)
    known = tomllib.loads((Path(__file__).parent / "suites_shacl.toml").read_text("utf-8"))
    print("| suite | cases | whence | pySHACL |\n|---|---|---|---|", flush=True)
    wrong: list[str] = []
    for argument in parser.parse_args().suites:
        name, _, folder = argument.rpartition("=")
        path = Path(folder).resolve()
        row, problems = run(name or path.name, path, known.get(name or path.name, {}))
        print(row, flush=True)
        wrong += problems
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
