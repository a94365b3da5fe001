"""Shapes that are ill-formed, recursive or too big end in one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from whence import shacl
from whence.errors import InputError

CASES = sorted((Path(__file__).parents[1] / "cases/shacl_refused").glob("*.ttl"))
PREFIXES = "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX ex: <https://example.org/> "


def _compiled(turtle: str) -> shacl.ShapeSet:
    return shacl.compile(pyoxigraph.parse(PREFIXES + turtle, format=pyoxigraph.RdfFormat.TURTLE))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_sentence_of_a_refused_shape(case: Path) -> None:
    wanted = case.read_text("utf-8").splitlines()[0].removeprefix("# refused: ")
    with pytest.raises(InputError) as caught:
        shacl.compile(shacl.read_quads(case))
    assert str(caught.value) == wanted
    assert (caught.value.iri or "").startswith("https://example.org/" if wanted.startswith("The shape <") else "")


def test_every_case_is_run() -> None:
    assert len(CASES) == len(list((Path(__file__).parents[1] / "cases/shacl_refused").iterdir())) > 30


@pytest.mark.parametrize(("turtle", "fragment"), [
    ("ex:S sh:targetNode ex:a ; sh:not " + "[ sh:not " * 200 + "[ sh:nodeKind sh:IRI ]" + "]" * 200 + " .", "40 deep"),
    ("ex:S sh:targetNode ex:a ; sh:minCount 1 ; sh:path " + "[ sh:inversePath " * 200 + "ex:p" + "]" * 200 + " .", "too deep"),
    ("ex:S sh:targetNode ex:a ; sh:minCount 1 ; sh:path [ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ] .", "2 kinds of path"),
    ("ex:S sh:targetNode ex:a ; sh:minCount 1 ; sh:path (" + " ex:p" * 3000 + ") .", "3,000 members"),
    ("ex:S sh:targetNode ex:a ; sh:minCount 1 ; sh:path (" + " [ sh:zeroOrOnePath ex:p ]" * 30
     + ") ; sh:hasValue ex:b .", "parts"),
    ("ex:S sh:targetNode ex:a ; sh:node ex:T0 ."
     + "".join(f"ex:T{n} sh:and (" + f" ex:T{n + 1}" * 4 + ") ." for n in range(16)) + "ex:T16 sh:nodeKind sh:IRI .", "parts"),
    ("ex:S sh:targetNode ex:a ; sh:property ex:T0 ." + "".join(
        f"ex:T{n} sh:path ex:p ; sh:property " + ", ".join(f"[ sh:path ex:q{m} ; sh:property ex:T{n + 1} ]" for m in range(4))
        + " ." for n in range(14)) + "ex:T14 sh:path ex:p .", "property shapes of one shape"),
    ("ex:S sh:targetNode ex:a ; sh:or (" + "".join(f"[ sh:hasValue {n} ]" for n in range(5000)) + ") .", "too complex"),
    ("ex:S sh:entailment ex:Unknown .", "entailment"),
], ids=["nesting", "path depth", "path kinds", "path length", "path alternatives", "shared shapes", "shared properties", "or", "entailment"])
def test_what_would_explode_is_refused(turtle: str, fragment: str) -> None:  # fmt: skip
    with pytest.raises(InputError, match=fragment):
        _compiled(turtle)


@pytest.mark.parametrize(("turtle", "number"), [
    ("ex:S sh:targetNode 7, ex:a ; sh:in (" + " ".join(map(str, range(20_000))) + ") .", 1),
    ("ex:S sh:targetNode 7, ex:a ; sh:not [ sh:in (" + " ".join(map(str, range(20_000))) + ") ] .", 1),
    ("ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:qualifiedMinCount 1000000 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .", 1),
    ("ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:minCount 100000000000000000000000000000 .", 1),
    (f"ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:minCount {'9' * 5000} ; sh:maxCount {'9' * 5000} .", 1),
    (f"ex:S sh:targetNode ex:a ; sh:not [ sh:path ex:p ; sh:minCount -{'9' * 5000} ] .", 1),
    (f"ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:qualifiedValueShape [ sh:minCount {'9' * 5000} ; sh:path ex:q ] ; sh:qualifiedMinCount {'9' * 5000} .", 1),
    ('ex:S sh:targetNode "' + "a" * 5000 + '!" ; sh:pattern "^(a+)+$" .', 1),
    ("[] sh:targetNode ex:a ; sh:nodeKind sh:Literal ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .", 2),
], ids=["giant in", "giant in nested", "giant qualified count", "giant count", "count of many digits", "negative count", "qualified count of many digits", "backtracking pattern", "blank-node shapes"])
def test_what_is_big_but_sound_is_answered(turtle: str, number: int) -> None:  # fmt: skip
    assert len(_compiled(turtle).validate(pyoxigraph.Store()).results) == number


def test_a_recursive_shape_is_left_out_alone() -> None:
    shapes = _compiled(
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node ex:S ] . "
        "ex:T sh:targetNode ex:a ; sh:nodeKind sh:Literal ."
    )
    report = shapes.validate(pyoxigraph.Store())
    assert [result.source_shape for result in report] == ["<https://example.org/T>"]
    assert [(problem.kind, problem.node) for problem in report.problems] == [("recursive", "<https://example.org/S>")]
    assert "<https://example.org/S> refers to itself" in report.problems[0].message


def test_every_ill_formed_shape_is_told_with_its_triple() -> None:
    with pytest.raises(shacl.ShapeError) as caught:
        _compiled(
            "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1.5 ], [ sh:path ex:q ; sh:class 'A' ] . "
            "ex:T sh:targetNode ex:a ; sh:property [ sh:path ex:r ; sh:nodeKind ex:Thing ] ."
        )
    problems = caught.value.problems
    assert {problem.anchor for problem in problems} == {"<https://example.org/S>", "<https://example.org/T>"}
    assert len(problems) == 3
    assert any("path <https://example.org/r> in <https://example.org/T>" in problem.message for problem in problems)
