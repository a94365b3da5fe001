"""The W3C's tests of RDF syntaxes, from a checkout of w3c/rdf-tests named by WHENCE_RDF_TESTS or beside this one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import suites_rdf

ROOT = Path(os.environ.get("WHENCE_RDF_TESTS") or Path(__file__).parents[3] / "rdf-tests")
LEAST = {"rdf11/rdf-turtle": 313, "rdf12/rdf-turtle": 103, "rdf11/rdf-n-triples": 70, "rdf11/rdf-n-quads": 87, "rdf11/rdf-trig": 356, "rdf11/rdf-xml": 166}


@pytest.mark.parametrize("suite", LEAST)
def test_every_case_is_judged_as_the_suite_has_it(suite: str) -> None:
    folder = ROOT / "rdf" / suite
    if not folder.is_dir():
        pytest.skip("needs a checkout of w3c/rdf-tests, named by WHENCE_RDF_TESTS")
    assert len(list(suites_rdf.cases(folder))) >= LEAST[suite]
    assert suites_rdf.run(suite, folder) == []


def test_a_reader_that_takes_everything_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "manifest.ttl").write_text(
        """PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> PREFIX t: <http://www.w3.org/ns/rdftest#>
        <#1> a t:TestTurtleNegativeSyntax ; mf:name "good" ; mf:action <good.ttl> . <#2> a t:TestTurtlePositiveSyntax ; mf:name "bad" ; mf:action <bad.ttl> .
        <#3> a t:TestTurtleEval ; mf:name "other" ; mf:action <good.ttl> ; mf:result <other.ttl> .""",
        encoding="utf-8",
    )
    for name, text in (("good", "<x:a> <x:b> 1 ."), ("bad", "<x:a> <x:b> "), ("other", "<x:a> <x:b> 2 .")):
        (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")
    found = sorted(suites_rdf.run("own", tmp_path))
    assert [line.partition(":")[0] for line in found] == ["own bad", "own good", "own other"]
