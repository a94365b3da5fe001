"""Each check has a small graph that fails it alone, and the real graph passes all of them.

The first line of a case names the focus nodes that the check of the same name must find, and no others.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from deriving import ROOT, graph_of, queries

from whence import catalog, sparql
from whence.findings import Severity
from whence.namespaces import shorten

FILES = sorted((ROOT / "tests" / "cases" / "checks").glob("*.ttl"))


def found(store: pyoxigraph.Store, named: catalog.NamedQuery) -> list[str]:
    """The focus nodes of a check's rows, sorted."""
    solutions = sparql.run(store, named.query)
    columns = [getattr(variable, "value", variable) for variable in solutions.variables]
    return sorted({shorten(tuple(row)[columns.index("focus")].value) for row in solutions})


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_case_fails_its_check_alone(path: Path) -> None:
    expected = sorted(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# focus: ").split())
    store = graph_of(path)
    for named in queries("check"):
        if named.name == path.stem:
            assert found(store, named) == expected
        elif named.query.front_matter.severity == "violation":
            assert not found(store, named), f"{path.stem} fails {named.name} too"


def test_every_check_has_a_case() -> None:
    assert [path.stem for path in FILES] == sorted(named.name for named in queries("check"))


def test_every_check_says_how_to_mend() -> None:
    for named in queries("check"):
        matter = named.query.front_matter
        assert matter.fix, named.name
        assert matter.severity in {severity.value.lower() for severity in Severity}, named.name


def test_the_real_graph_passes_every_check(real_graph: pyoxigraph.Store) -> None:
    rows = ((named.name, found(real_graph, named)) for named in queries("check"))
    assert {name: nodes for name, nodes in rows if nodes} == {}
