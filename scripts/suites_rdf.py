#!/usr/bin/env python3
"""Runs the W3C's tests of RDF syntaxes with the reader of whence, and prints a table.

    scripts/suites rdf turtle=../rdf-tests/rdf/rdf11/rdf-turtle turtle12=../rdf-tests/rdf/rdf12/rdf-turtle ...

Each argument is a folder with `manifest.ttl` files, with the name it has in the table. A positive case must be read and a
negative one refused with line and column; what an evaluation reads must be the graph expected. Every good Turtle file is
formatted too: the same graph comes out, or a sentence that says it is RDF 1.2. The exit code is 1 when a case fails that is
not in `EXCEPTIONS`, or one that is there passes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store

from whence.errors import InputError
from whence.rdf import reading
from whence.rdf.canonical import canonical
from whence.rdf.formatter import format_text
from whence.rdf.tokenizer import NotTaken

MF, RDFT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/rdftest#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
#: Cases that are known to fail, by name, each with its reason.
_CANON = "the engine writes the namespaces in scope into an XML literal, where exclusive canonical XML leaves them out"
EXCEPTIONS = dict.fromkeys(("xml-canon-test001", "xml-canon-test002", "rdf12-xml-an-13", "rdf12-xml-an-14"), _CANON)


@dataclass(frozen=True)
class Case:
    """One test.

    :ivar kind: `PositiveSyntax`, `NegativeSyntax`, `Eval`, `NegativeEval` or `PositiveC14N`
    :ivar base: the address the suite gives to the action
    :ivar result: the file of the graph expected, or None
    """

    name: str
    kind: str
    action: Path
    base: str
    result: Path | None


def cases(folder: Path) -> Iterator[Case]:
    """The tests of a folder's manifests, in the order of the manifests' names."""
    for manifest in sorted(folder.rglob("manifest.ttl")):
        store = Store()
        store.extend(reading.read(manifest).quads)
        assumed = next((quad.object.value for quad in store.quads_for_pattern(None, NamedNode(MF + "assumedTestBase"), None)), "")
        for quad in store.quads_for_pattern(None, TYPE, None):
            if not quad.object.value.startswith(RDFT + "Test"):
                continue
            found = {
                name: next((one.object.value for one in store.quads_for_pattern(quad.subject, NamedNode(MF + name), None)), "")
                for name in ("name", "action", "result")
            }
            root = manifest.parent.absolute().as_uri()
            inside = found["action"].removeprefix(root).lstrip("/")
            kind = next(kind for kind in ("PositiveSyntax", "NegativeSyntax", "NegativeEval", "PositiveC14N", "Eval") if quad.object.value.endswith(kind))
            result = manifest.parent / found["result"].removeprefix(root).lstrip("/") if found["result"] else None
            yield Case(found["name"] or quad.subject.value, kind, manifest.parent / inside, assumed + inside, result)


def problem_of(case: Case) -> str | None:
    """What is wrong with how a case is read, or None."""
    data = case.action.read_bytes()
    try:
        found = reading.parse(data, case.action.name, base=case.base)
    except InputError as error:
        if not case.kind.startswith("Negative"):
            return f"refused: {error}"
        return None if error.line and error.column else f"no place: {error}"
    if case.kind.startswith("Negative"):
        return "read, though it is wrong"
    if case.kind == "Eval" and case.result:
        wanted = reading.parse(case.result.read_bytes(), case.result.name, base=case.base)
        if canonical(found.quads) != canonical(wanted.quads):
            return "another graph than expected"
    return formatting_problem(data) if found.format.name == "turtle" else None


def formatting_problem(data: bytes) -> str | None:
    """What is wrong with how a good Turtle file is formatted, or None; that the graph stays is checked by the formatter."""
    try:
        format_text(data.decode())
    except NotTaken as error:
        return None if "is RDF 1.2" in error.problem else str(error)
    except InputError as error:
        return f"not formatted: {error}"
    return None


def run(name: str, folder: Path) -> list[str]:
    """Print the row of a suite and return what is unexpected."""
    number: Counter[str] = Counter()
    unexpected = []
    for case in cases(folder):
        problem = problem_of(case)
        number["cases"] += 1
        number["passed"] += problem is None
        if (problem is not None) != (case.name in EXCEPTIONS):
            unexpected.append(f"{name} {case.name}: {problem or 'passes, though it is listed as failing'}")
    print(f"{name:<16} {number['cases']:>6} {number['passed']:>7}")
    return unexpected


def main() -> int:
    """Run the suites named."""
    suites = [argument.partition("=") for argument in sys.argv[1:]]
    if not suites or not all(mark and Path(folder).is_dir() for _, mark, folder in suites):
        print(__doc__, file=sys.stderr)
        return 2
    print(f"{'suite':<16} {'cases':>6} {'passed':>7}")
    unexpected = [line for name, _, folder in suites for line in run(name, Path(folder))]
    print("\n".join(unexpected))
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
