"""What a validation report says besides its results, and what reading files adds."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from whence import shacl
from whence.errors import InputError

PREFIXES = (
    "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX ex: <https://example.org/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
)
EX = "https://example.org/"


def _validated(folder: Path, data: str, shapes: str) -> shacl.ValidationReport:
    for name, text in (("data.ttl", data), ("shapes.ttl", shapes)):
        (folder / name).write_text(PREFIXES + text, "utf-8")
    return shacl.validate_files([folder / "data.ttl"], [folder / "shapes.ttl"])


def test_focus_nodes_are_counted_once_and_unknown_classes_named(tmp_path: Path) -> None:
    report = _validated(
        tmp_path,
        "ex:B rdfs:subClassOf ex:A . ex:a a ex:A, ex:B ; ex:p 1 . ex:b a ex:B . ex:c ex:p 2 .",
        "ex:S sh:targetClass ex:A ; sh:targetSubjectsOf ex:p . ex:T sh:targetClass ex:Typo . ex:U sh:targetClass ex:B .",
    )
    assert report.conforms
    assert report.focus_counts == {f"<{EX}S>": 3, f"<{EX}T>": 0, f"<{EX}U>": 2}
    assert report.unknown_classes == {f"<{EX}T>": (f"<{EX}Typo>",)}


def test_shapes_are_described_for_people(tmp_path: Path) -> None:
    report = _validated(
        tmp_path, "ex:a ex:p 1 .",
        'ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; sh:name "Nombre"@fr, "number"@en ; '
        'sh:description "How many." ; sh:datatype xsd:string ; sh:severity sh:Info .',
    )  # fmt: skip
    assert report.shapes[f"<{EX}P>"] == shacl.ShapeInfo("number", "How many.")
    (result,) = report
    assert (result.source_shape, result.severity, result.path) == (
        f"<{EX}P>", "<http://www.w3.org/ns/shacl#Info>", f"<{EX}p>",
    )  # fmt: skip
    assert result.messages == ('"The value is not a well-formed literal of datatype xsd:string."',)
    assert not report.conforms


def test_literals_come_back_as_they_were_written(tmp_path: Path) -> None:
    report = _validated(
        tmp_path, 'ex:a ex:p 01, 1, 1.0, "5"^^xsd:byte, "300"^^xsd:byte .',
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 4 ] , [ sh:path ex:p ; sh:datatype xsd:byte ] .",
    )  # fmt: skip
    assert [result.value for result in report] == [
        None, '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1.0"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"300"^^<http://www.w3.org/2001/XMLSchema#byte>',
    ]  # fmt: skip


def test_exact_literals_are_still_compared_by_value(tmp_path: Path) -> None:
    report = _validated(
        tmp_path, 'ex:a ex:p 04.50, "5"^^xsd:byte, "2024-01-01T00:00:00.0"^^xsd:dateTime ; ex:q "6"^^xsd:short .',
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minInclusive 4.5 ] , [ sh:path ex:p ; sh:lessThan ex:q ] , "
        "[ sh:path ex:p ; sh:maxExclusive \"2024-01-02T00:00:00\"^^xsd:dateTime ] .",
    )  # fmt: skip
    kinds = sorted((str(result.value)[1:5], result.component.rpartition("#")[2][:8]) for result in report)
    assert kinds == [("04.5", "MaxExclu"), ("2024", "LessThan"), ("2024", "MinInclu"), ('5"^^', "MaxExclu")]


def test_shapes_named_by_the_data_are_used(tmp_path: Path) -> None:
    extra = tmp_path / "extra.ttl"
    extra.write_text(PREFIXES + "ex:S sh:targetNode ex:a ; sh:nodeKind sh:Literal .", "utf-8")
    report = _validated(tmp_path, f"<> sh:shapesGraph <{extra.as_uri()}> .", "")
    assert [result.focus_node for result in report] == [f"<{EX}a>"]


def test_the_report_graph_reads_back(tmp_path: Path) -> None:
    report = _validated(
        tmp_path, "ex:a ex:p [ ex:q 1 ] .",
        'ex:S sh:targetNode ex:a ; sh:message "No \\"1\\"."@en ; sh:path ( ex:p [ sh:zeroOrMorePath ex:q ] ) ; sh:nodeKind sh:IRI .',
    )  # fmt: skip
    text = pyoxigraph.serialize(shacl.report_graph(report), format=pyoxigraph.RdfFormat.TURTLE)
    again = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE))
    assert len(again) == len(shacl.report_graph(report)) == len(set(again))
    assert sum(quad.predicate.value.endswith("#result") for quad in again) == 2
    assert {quad.object.value for quad in again if quad.predicate.value.endswith("resultMessage")} == {'No "1".'}


@pytest.mark.parametrize(("name", "content", "fragment"), [
    ("a.xyz", b"", "is of no RDF syntax"),
    ("a.ttl", b"ex:a", "is not declared"),
    ("a.ttl", b"<x:a> <x:b> \"\xff\" .", "is not UTF-8"),
    ("missing.ttl", None, "no such file"),
])  # fmt: skip
def test_unreadable_files_are_one_sentence(tmp_path: Path, name: str, content: bytes | None, fragment: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=fragment) as caught:
        shacl.validate_files([tmp_path / name], [])
    assert caught.value.file == str(tmp_path / name)


def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b"\xef\xbb\xbf<x:a> <x:b> <x:c> .")
    assert [quad.subject.value for quad in shacl.read_quads(tmp_path / "a.ttl")] == ["x:a"]
