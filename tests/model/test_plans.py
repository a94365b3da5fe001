"""What a question costs does not grow with what it does not ask about: the real graph once, and several times over, compared.

The copies are whole: other works, people, documents and claims, as many of each as the graph has, and what is asked
about is of the first. A question about one thing has to take about as long in the large graph; one about everything longer, but not by
more than the graph is larger. Times are of the processor, the least of several, and small ones are not compared.

The engine begins with the values of the parameters, in the order in which the front matter has them, and goes on by what is joined to them.
So what comes behind OPTIONAL, MINUS or a sub-SELECT in a group starts anew from everything, and what stands in MINUS or a sub-SELECT does
unless the thing is named in it too.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from growth import is_below, seconds

from whence import catalog, sparql
from whence.namespaces import ID
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]
COPIES = 8
#: By how much a question about one thing may be slower among the copies, and seconds below which nothing is compared.
ALLOWED, FLOOR = 3.0, 0.012
NAMED = list(catalog.load(layout.locate(ROOT)).of_kind("competency"))
#: What joins things by its text, so that each copy needs another one.
_PRINTED = re.compile(r'(#(?:printedForm|fileName)> ".*)"((?:@[a-z-]+)? \.)$')
#: Questions that read everything to tell of one thing, with the reason.
OF_EVERYTHING = {
    "named-by-documents": "its parameter is a class",
    "outlets-of-a-work": "reads who published each document, of which there are few",
    "timeline": "reads the dates of all documents, of which there are few",
}


@pytest.fixture(scope="module")
def stores(real_graph: pyoxigraph.Store) -> tuple[pyoxigraph.Store, pyoxigraph.Store]:
    """The default graph of this checkout, and the same with copies of its things beside it."""
    text = real_graph.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()).decode()
    own = [line for line in text.splitlines() if f"<{ID}" in line]
    once, copied = pyoxigraph.Store(), pyoxigraph.Store()
    for store in (once, copied):
        store.bulk_load(text.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    for number in range(1, COPIES):
        lines = (_PRINTED.sub(rf'\g<1> {number}"\2', line.replace(f"<{ID}", f"<{ID}copy{number}-")) for line in own)
        copied.bulk_load("\n".join(lines).encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert len(copied) > len(once) * COPIES * 0.8
    return once, copied


@pytest.mark.parametrize("named", NAMED, ids=[one.name for one in NAMED])
def test_a_question_grows_with_what_it_asks_about(named: catalog.NamedQuery, stores: tuple[pyoxigraph.Store, pyoxigraph.Store]) -> None:
    about_one = named.name not in OF_EVERYTHING and any((one.default or "").startswith("id:") for one in named.parameters)

    def ratio() -> float:
        once, copied = (seconds(lambda: list(sparql.run(store, named.query)), 3) for store in stores)  # noqa: B023 - asked at once
        return copied / max(once, FLOOR / ALLOWED)

    assert is_below(ALLOWED if about_one else COPIES * ALLOWED, ratio), f"much slower among {COPIES} copies"


def _apart(group: str) -> bool:
    """Report whether the triple patterns of a group fall into parts that share no variable, each pair of which is tried."""
    patterns = [set(re.findall(r"\?\w+", one)) for one in re.split(r"\s\.(?:\s|$)", re.sub(r"(?:FILTER|BIND)\s.*", "", group))]
    joined, *others = [one for one in patterns if one] or [set()]
    while met := [one for one in others if one & joined]:
        others = [one for one in others if one not in met]
        joined = joined.union(*met)
    return bool(others)


def test_what_a_group_besides_says_is_joined_in_it() -> None:
    assert _apart("?one wh:outlet ?outlet . ?other wh:outlet ?otherOutlet")
    texts = {path: re.sub(r"#\s.*", "", path.read_text("utf-8")) for path in (ROOT / "queries").rglob("*.rq")}
    groups = [(path.name, group) for path, text in texts.items() for group in re.findall(r"(?:OPTIONAL|EXISTS|MINUS)\s*\{([^{}]*)\}", text)]
    assert len(groups) > 100
    assert [found for found in groups if _apart(found[1])] == []
