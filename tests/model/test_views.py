"""Each policy licenses what it says and nothing else, on small graphs made to tell one rule from another.

The comment lines on top of a case name the triples that a view must hold, `# policy: subject predicate object`;
a policy that is not named must hold nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from deriving import ROOT, graph_of, queries
from pyoxigraph import NamedNode

from whence.namespaces import shorten

FILES = sorted((ROOT / "tests" / "cases" / "views").glob("*.ttl"))
POLICIES = tuple(sorted(named.name for named in queries("view")))


def expected(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {policy: set() for policy in POLICIES}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# ") or line == "# none":
            break
        policy, _, triple = line.removeprefix("# ").partition(": ")
        found[policy].add(triple)
    return found


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_policy_holds_what_the_case_names(path: Path) -> None:
    store = graph_of(path)
    held = {
        named.name: {
            " ".join(shorten(term.value) if isinstance(term, NamedNode) else str(term) for term in triple)
            for triple in store.query(named.query.text)
        }
        for named in queries("view")
    }
    assert held == expected(path)


@pytest.mark.parametrize("policy", POLICIES)
def test_each_policy_is_named_by_a_case_that_it_holds_for_and_one_that_it_does_not(policy: str) -> None:
    assert {bool(expected(path)[policy]) for path in FILES} == {True, False}
