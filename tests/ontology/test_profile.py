"""OWL 2 DL: small ontologies that break one rule each, and the real files, which break none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest

from whence.findings import Finding
from whence.ontology import profile
from whence.ontology.axioms import RULES, Axioms

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "cases" / "ontology" / "profile"
CASES = sorted(FOLDER.glob("*.ttl"))


def findings(files: Iterable[Path]) -> list[Finding]:
    return list(profile.check(Axioms(quad.triple for file in files for quad in pyoxigraph.parse(path=str(file)))))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_case_breaks_the_rule_it_is_named_after_and_no_other(case: Path) -> None:
    assert {finding.rule for finding in findings([case])} == {f"owl2dl:{case.stem.partition('--')[0]}"}


def test_each_rule_has_a_case() -> None:
    assert {case.stem.partition("--")[0] for case in CASES} == set(RULES)


def test_findings_name_the_node_and_the_section() -> None:
    for case in CASES:
        for finding in findings([case]):
            assert finding.focus_node and finding.fix, case
            assert "OWL 2" in finding.message, case


def test_what_only_looks_like_a_violation_is_none() -> None:
    assert findings([FOLDER.parent / "profile-valid.ttl"]) == []


def test_ontology_vocabularies_alignment_and_data_are_in_owl_2_dl() -> None:
    folders = [*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "ontology" / "vocab").glob("*.ttl"), *(ROOT / "triples").rglob("*.ttl")]
    assert [finding.message for finding in findings(folders)] == []
