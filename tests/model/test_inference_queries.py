"""Each query of `queries/inference/` derives from its case what the case names, and nothing else.

The comment lines on top of a case are the triples that the query must derive, alone, from the ontology, the case and
what follows from both with display labels, besides what it derives from the ontology. The rules of specificity have cases of their own in `test_specificity.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph
import pytest
from deriving import ROOT, ontology_and, queries

from whence import inference
from whence.namespaces import shorten

FILES = sorted((ROOT / "tests" / "cases" / "inference").glob("*.ttl"))
TEXTS = {named.name: named.query.text for named in queries("inference") if "-more-specific-" not in named.name}


def written(term: object) -> str:
    return shorten(term.value) if isinstance(term, pyoxigraph.NamedNode) else str(term)


def derived(path: Path) -> list[str]:
    found = []
    for source in (path, Path(os.devnull)):
        store = ontology_and(source)
        inference.close(store)
        if path.stem != "05-display-label":  # by which the others call things
            inference.construct(store, [TEXTS["05-display-label"]])
        found.append({" ".join(map(written, triple)) for triple in store.query(TEXTS[path.stem])})
    return sorted(found[0] - found[1])


def expected(path: Path) -> list[str]:
    return sorted(line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# "))


def test_every_query_has_a_case() -> None:
    assert [path.stem for path in FILES] == sorted(TEXTS)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_query_derives_what_its_case_names(path: Path) -> None:
    assert expected(path)
    assert derived(path) == expected(path)


def test_both_forms_of_a_place_derive_the_same_graph() -> None:
    lean = pyoxigraph.Store()
    for path in [ROOT / "triples" / "documents.ttl", *(ROOT / "triples" / "attestations").glob("*.ttl")]:
        lean.load(path=str(path))
    inference.construct(lean, [TEXTS["10-attestation-place"], TEXTS["11-passage"], TEXTS["12-passage-node"]])
    long = pyoxigraph.Store()
    long.extend(lean)
    long.update(
        "PREFIX wh: <https://w3id.org/whence/ontology#> DELETE { ?position ?property ?value } WHERE { "
        "VALUES ?property { wh:document wh:start wh:end wh:passageDigest } ?position wh:passage ?passage ; ?property ?value }"
    )
    assert len(lean) - len(long) > 4 * 1000
    inference.construct(long, [TEXTS["10-attestation-place"], TEXTS["11-passage"], TEXTS["12-passage-node"]])
    assert set(long) == set(lean)
