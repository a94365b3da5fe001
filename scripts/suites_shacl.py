#!/usr/bin/env python3
"""Runs SHACL test suites of other projects with whence and with pySHACL, and prints the tables of SHACL.md.

    scripts/suites shacl [--into scripts/SHACL.md] w3c=../data-shapes/data-shapes-test-suite/tests topquadrant=../shacl/src/test ...

Each argument is a folder of a checkout, with the name it has in the table. Five kinds of cases are found in it: W3C
manifests (`sht:Validate`), DASH test cases of validation and of rules (`dash:GraphValidationTestCase`,
`dash:InferencingTestCase`), RDF4J's folders of `shacl.trig`, data and updates, and pySHACL's tests in Python (`test_*.py`
below a folder `issues`), which are run with its `validate` replaced. A case passes when `sh:conforms` and the set of focus
node, path, value, component and severity are as expected, where blank nodes are all alike; of rules, when they infer the
triples expected and no others.

Cases that expect what a specification does not say stand in `suites_shacl.toml` with the reason, the section and what is
right instead; they are counted both ways, for both engines alike. The exit code is 1 when whence fails a case as the
specification has it.
"""

from __future__ import annotations

import argparse
import json
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
from whence.rdf.terms import nt
from whence.shacl.shapes_graph import ShapesGraph
from whence.shacl.vocabulary import TRUE, TYPE, is_blank, lexical, sh

MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
DASH, RDF = "http://datashapes.org/dash#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Of the processor, so that a busy machine changes no figure.
SECONDS = 30
START, END = "<!-- suites -->", "<!-- end of suites -->"
#: `sh:conforms` (true for triples inferred), and focus node, value, component, severity and path of each result, or triples, where the suite
#: says them.
Outcome = tuple[bool, "frozenset[tuple[str | None, ...]] | None"]
#: What became of a case: an outcome, or why there is none.
Found = Outcome | str
REFUSED, TOO_LONG = "refused", "too long"


@dataclass(frozen=True)
class Case:
    """One test: what is expected is an outcome, or that the shapes are refused."""

    name: str
    data: str
    shapes: str
    expected: Found
    rules: bool = False


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
            elif f"<{DASH}InferencingTestCase>" in graph.objects(test, TYPE):
                statements = graph.objects(test, f"<{DASH}expectedResult>")
                rows = (tuple(anonymous(graph.one(one, f"<{RDF}{part}>")) for part in ("subject", "predicate", "object")) for one in statements)
                yield Case(f"{name}#rules", str(path), str(path), (True, frozenset(rows)), rules=True)
    for path in sorted(folder.rglob("shacl.trig")):
        yield from rdf4j_cases(folder, path)


def manifest_case(graph: ShapesGraph, test: str, name: str) -> Iterator[Case]:
    """Yield the case of a manifest's entry, when its files are there."""
    action, result = graph.one(test, f"<{MF}action>"), graph.one(test, f"<{MF}result>")
    files = [unquote(urlparse(lexical(graph.one(action or "", f"<{SHT}{part}>") or "")).path) for part in ("dataGraph", "shapesGraph")]
    data, shapes = files
    if result and all(map(os.path.isfile, files)) and f"<{SHT}Coverage>" not in graph.objects(result, TYPE):
        yield Case(name, data, shapes, REFUSED if result == f"<{SHT}Failure>" else outcome_of(graph, result))


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
    if case.rules:
        quads = report.inferred.quads if report.inferred else ()
        return True, frozenset(tuple(anonymous(nt(term)) for term in quad.triple) for quad in quads)
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
    if case.rules:
        before, expanded = (pyoxigraph.parse(graph.serialize(format="nt"), format=pyoxigraph.RdfFormat.N_TRIPLES) for graph in (
            graphs[0], pyshacl.shacl_rules(graphs[0], shacl_graph=graphs[1], advanced=True)
        ))
        known = {quad.triple for quad in before}
        return True, frozenset(tuple(anonymous(nt(term)) for term in quad.triple) for quad in expanded if quad.triple not in known)
    _, report, text = pyshacl.validate(graphs[0], shacl_graph=graphs[1], advanced=True, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise RuntimeError(text)
    for triple in list(report.triples((None, rdflib.SH.resultMessage, None))):
        report.remove(triple)
    quads = pyoxigraph.parse(report.serialize(format="nt"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    graph = ShapesGraph(quads)
    return outcome_of(graph, graph.subjects(sh("conforms"))[0])


def found(case: Case, validate: Callable[[Case], Outcome]) -> Found:
    """Run one case within its time."""
    def too_long(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return validate(case)
    except TimeoutError:
        return TOO_LONG
    except Exception:  # whatever another engine raises
        return REFUSED
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def is_as(found: Found, expected: Found) -> bool:
    """Whether what was found is as expected, as far as that is said."""
    if isinstance(found, str) or isinstance(expected, str):
        return found == expected
    return found[0] == expected[0] and (expected[1] is None or found[1] == expected[1])


def is_right(case: Case, found: Found, exception: dict[str, Any]) -> bool:
    """Whether what was found is what the specification says: `right` of an exception from the suite.

    `refused`, `conforms`, `violates`, the number of results, or `without` the severities that begin with the text after it.
    """
    right = exception["right"]
    if isinstance(found, str) or right == REFUSED:
        return found == right
    if str(right).startswith("without "):
        assert not isinstance(case.expected, str) and case.expected[1] is not None
        rows = frozenset(row for row in case.expected[1] if not str(row[3]).startswith(right.removeprefix("without ")))
        return is_as(found, (not rows, rows))
    if isinstance(right, int):
        return len(found[1] or ()) == right
    return found[0] == (right == "conforms")


def python_tests(folder: Path, replaced: bool) -> dict[str, str]:
    """Run pySHACL's own tests, with its `validate` or with ours in its place, and return why each failed, an empty text where it passed."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        plugin = ["-p", "suites_shacl_plugin"] if replaced else []
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, f"--junitxml={report}", str(folder)]
        path = os.pathsep.join([str(Path(__file__).parent), str(folder.parent.parent), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": "-W ignore"}
        subprocess.run(command, env=environment, cwd=folder.parent.parent, capture_output=True, check=False, timeout=1200)
        cases = ElementTree.parse(report).iter("testcase")
        return {f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}": "".join(part.get("message", "?") for part in case) for case in cases}


#: Of each case of a suite: does whence pass it, does pySHACL; and is each right where the suite is not, None where nobody can say.
Passed = dict[str, "tuple[tuple[bool, bool], tuple[bool, bool] | None]"]


def run(folder: Path, exceptions: dict[str, dict[str, Any]]) -> Passed:
    """Run one suite."""
    passed: Passed = {}
    if folder.name == "issues":
        told = [python_tests(folder, replaced) for replaced in (True, False)]
        for name in told[0]:
            why, exception = [each.get(name, "?") for each in told], exceptions.get(name)
            as_expected = (not why[0], not why[1])
            right = exception and exception["right"]
            # The failure of one that is right is that of the assertion which the specification forbids.
            judged = (str(right) in why[0], str(right) in why[1]) if right else as_expected
            passed[name] = as_expected, None if right == "unsaid" else judged
        return passed
    for case in cases_in(folder):
        both, exception = [found(case, engine) for engine in (by_whence, by_pyshacl)], exceptions.get(case.name)
        as_expected = (is_as(both[0], case.expected), is_as(both[1], case.expected))
        judged = (is_right(case, both[0], exception), is_right(case, both[1], exception)) if exception else as_expected
        passed[case.name] = as_expected, None if exception and exception["right"] == "unsaid" else judged
    return passed


def row(name: str, passed: Passed, about: dict[str, str]) -> str:
    """Return the row of a suite: cases and passes as the suite expects, then as the specifications say."""
    given, judged = [one for one, _ in passed.values()], [one for _, one in passed.values() if one is not None]
    numbers = [len(given), *(sum(each) for each in zip(*given, strict=True)), len(judged), *(sum(each) for each in zip(*judged, strict=True))]
    return f"| `{name}` | {about.get('folder', '')} | {about.get('state', '')} | " + " | ".join(f"{number:,}" for number in numbers) + " |"


def rows_of_exceptions(name: str, passed: Passed, exceptions: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each reason why the suite and a specification differ, with the cases in which each engine does as which."""
    for reason in dict.fromkeys(one["reason"] for one in exceptions.values()):
        of_reason = [(case, one) for case, one in exceptions.items() if one["reason"] == reason and case in passed]
        if of_reason:
            expected, judged = [passed[case][0] for case, _ in of_reason], [passed[case][1] for case, _ in of_reason]
            counts = [" / ".join([str(sum(one[engine] for one in expected)), *([] if None in judged else [str(sum(bool(one and one[engine]) for one in judged))])])
                      for engine in (0, 1)]
            cases = ", ".join(f"`{case.rpartition('::')[0] or case.removesuffix('#rules').rpartition('#')[2]}`" for case, _ in of_reason)
            yield f"| `{name}` | {cases if len(of_reason) < 5 else f'{len(of_reason)} cases'} | {reason} | {of_reason[0][1]['section']} | {' | '.join(counts)} |"


def tables(results: dict[str, Passed], known: dict[str, dict[str, Any]]) -> str:
    """Return both tables as Markdown."""
    suites = known["suites"]
    first = [
        "| suite | folder of the checkout | state | cases | whence | pySHACL | judged by the specification | whence | pySHACL |",
        "|---|---|---|---|---|---|---|---|---|",
        *(row(name, passed, suites.get(name, {})) for name, passed in results.items()),
    ]
    second = [
        "| suite | cases | why not as the suite expects | section | whence | pySHACL |", "|---|---|---|---|---|---|",
        *(line for name, passed in results.items() for line in rows_of_exceptions(name, passed, known.get(name, {}))),
    ]
    between = "Where a suite and a specification differ: in how many cases each engine does as the suite expects / as the specification says."
    return "\n".join([*first, "", between, "", *second])


def main() -> int:
    """Run the suites named on the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="[NAME=]FOLDER", help="a folder of a checkout, with its name in the table")
    parser.add_argument("--into", type=Path, metavar="FILE", help=f"write the tables into this file, between {START} and {END}")
    parser.add_argument("--failures", action="store_true", help="name every case that an engine does not do as the suite expects")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="keep what is found in this file, and tell what it has of other suites too")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    import logging

    logging.disable(logging.CRITICAL)
    known = tomllib.loads((Path(__file__).parent / "suites_shacl.toml").read_text("utf-8"))
    results: dict[str, Passed] = json.loads(arguments.kept.read_text("utf-8")) if arguments.kept and arguments.kept.exists() else {}
    for argument in arguments.suites:
        name, _, folder = argument.rpartition("=")
        path = Path(folder).resolve()
        results[name or path.name] = run(path, known.get(name or path.name, {}))
    if arguments.kept:
        arguments.kept.write_text(json.dumps(results), "utf-8")
    results = {name: results[name] for name in (*known["suites"], *results) if name in results}
    told = tables(results, known)
    print(told)
    if arguments.into:
        before, _, rest = arguments.into.read_text("utf-8").partition(START)
        arguments.into.write_text(f"{before}{START}\n{told}\n{END}{rest.partition(END)[2]}", "utf-8")
    if arguments.failures:
        for engine, number in (("whence", 0), ("pySHACL", 1)):
            print("\n".join(f"{engine} {name}: {case}" for name, passed in results.items() for case, (one, _) in passed.items() if not one[number]))
    wrong = [f"{name}: {case} is not as the specification says" for name, passed in results.items() for case, (_, one) in passed.items() if one and not one[0]]
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
