"""Where triples stand in a file."""

from __future__ import annotations

import time

import pytest

from whence.rdf.places import Positions, Statements

TEXT = """\
@prefix wh: <https://w3id.org/whence/ontology#> .
@prefix id: <https://w3id.org/whence/id/> .

# a comment with id:x wh:p wh:commented
id:x
  a wh:Work , wh:Series ;
  wh:label "日本" , "it's"@en-GB , \"""two
lines\""" ; wh:number 5 , 5.0 , 5e0 , true ;
  wh:date "2023"^^<http://www.w3.org/2001/XMLSchema#gYear> , "1"^^wh:own ;
  wh:nested [ wh:p id:y ; wh:q [ wh:r id:z ] ] , id:after ;
  wh:list ( id:one [ wh:p id:two ] "three" ) , () ;
  wh:esc\\,aped id:caf\\u00e9 ;
.

_:b wh:p _:c .
[] wh:p id:lost .
[ wh:p 1 ] wh:q 2 .
( 1 2 ) wh:q 3 .
@prefix id: <https://w3id.org/whence/other/> .
@base <https://example.org/a/> .
id:x wh:p <../b> .
<> wh:p "end" .
BASE <https://example.net/>
PREFIX : <n#>
:s :p :o .
"""
WH = "https://w3id.org/whence/ontology#"
ID = "https://w3id.org/whence/id/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.fixture(scope="module")
def positions() -> Positions:
    return Positions(TEXT.replace("caf\\u00e9", "café"), "a.ttl")


def place(found: object) -> str | None:
    return None if found is None else str(found).removeprefix("a.ttl:")


@pytest.mark.parametrize(
    ("subject", "predicate", "object_", "expected"),
    [
        (f"<{ID}x>", f"<{RDF}type>", f"<{WH}Series>", "6:15"),
        (f"<{ID}x>", f"<{WH}label>", '"日本"', "7:12"),
        (f"<{ID}x>", f"<{WH}label>", '"it\'s"@en-gb', "7:19"),
        (f"<{ID}x>", f"<{WH}label>", '"two\\nlines"', "7:34"),
        (f"<{ID}x>", f"<{WH}number>", f'"5"^^<{XSD}integer>', "8:22"),
        (f"<{ID}x>", f"<{WH}number>", f'"5.0"^^<{XSD}decimal>', "8:26"),
        (f"<{ID}x>", f"<{WH}number>", f'"5e0"^^<{XSD}double>', "8:32"),
        (f"<{ID}x>", f"<{WH}number>", f'"true"^^<{XSD}boolean>', "8:38"),
        (f"<{ID}x>", f"<{WH}date>", f'"2023"^^<{XSD}gYear>', "9:11"),
        (f"<{ID}x>", f"<{WH}date>", f'"1"^^<{WH}own>', "9:62"),
        (f"<{ID}x>", f"<{WH}nested>", f"<{ID}after>", "10:50"),
        (f"<{ID}x>", f"<{WH}list>", f"<{RDF}nil>", "11:48"),
        (f"<{ID}x>", f"<{WH}esc,aped>", f"<{ID}café>", "12:16"),
        ("_:b", f"<{WH}p>", "_:c", "15:10"),
        ("<https://w3id.org/whence/other/x>", f"<{WH}p>", "<https://example.org/b>", "21:11"),
        ("<https://example.org/a/>", f"<{WH}p>", '"end"', "22:9"),
        ("<https://example.net/n#s>", "<https://example.net/n#p>", "<https://example.net/n#o>", "25:7"),
    ],
)
def test_a_triple_is_found_at_its_object(
    positions: Positions, subject: str, predicate: str, object_: str, expected: str
) -> None:
    assert place(positions.place_of_triple(subject, predicate, object_)) == expected


def test_an_unknown_object_falls_back_to_the_predicate(positions: Positions) -> None:
    assert place(positions.place_of_triple(f"<{ID}x>", f"<{WH}number>", '"6"')) == "8:12"
    assert place(positions.place_of_triple(f"<{ID}x>", f"<{WH}number>")) == "8:12"


def test_a_missing_predicate_falls_back_to_the_subject(positions: Positions) -> None:
    assert place(positions.place_of_triple(f"<{ID}x>", f"<{WH}none>", '"6"')) == "5:1"


def test_an_unknown_subject_has_no_place(positions: Positions) -> None:
    assert positions.place_of_subject(f"<{ID}y>") is None
    assert positions.place_of_triple(f"<{ID}y>", f"<{WH}p>", f"<{ID}x>") is None


def test_what_is_inside_brackets_is_not_the_outer_subjects(positions: Positions) -> None:
    assert place(positions.place_of_triple(f"<{ID}x>", f"<{WH}p>", f"<{ID}y>")) == "5:1"
    assert place(positions.place_of_triple(f"<{ID}x>", f"<{WH}list>", f"<{ID}one>")) == "11:3"


def test_the_first_of_several_blocks_is_the_subjects_place() -> None:
    positions = Positions("<x:a> <x:p> 1 .\n<x:a> <x:q> 2 .", "b.ttl")
    assert str(positions.place_of_subject("<x:a>")) == "b.ttl:1:1"
    assert str(positions.place_of_triple("<x:a>", "<x:q>", f'"2"^^<{XSD}integer>')) == "b.ttl:2:13"


def test_a_base_from_outside() -> None:
    positions = Positions("<#a> <p> <> .", "b.ttl", base="https://example.org/x")
    assert (
        str(
            positions.place_of_triple("<https://example.org/x#a>", "<https://example.org/p>", "<https://example.org/x>")
        )
        == "b.ttl:1:10"
    )


def test_broken_text_keeps_what_stands_before_the_break() -> None:
    positions = Positions('<x:a> <x:p> 1 .\n<x:b> <x:p> "', "b.ttl")
    assert [str(positions.place_of_subject(f"<x:{name}>")) for name in "ab"] == ["b.ttl:1:1", "b.ttl:2:1"]
    assert Positions("unknown:a <x:p> 1 .", "b.ttl").place_of_subject("<unknown:a>") is None


def test_a_byte_order_mark_counts_as_a_column_and_hides_nothing() -> None:
    assert str(Positions("\ufeff<x:a> <x:p> 1 .", "b.ttl").place_of_subject("<x:a>")) == "b.ttl:1:2"


@pytest.mark.parametrize("block", [":a#a note\n :b 1 .", "<x:a>#a note\n :b 1 .", "<x:a> :b 1 .", 'VERSION "1.2" :a :b 1 .', "BASE <x:> <a> :b 1 ."])
def test_the_statements_of_a_subject_are_found_however_it_is_written(block: str) -> None:
    for prefix in ("@prefix : <x:> .", "\ufeff@prefix : <x:> ."):
        text = f"{prefix} :c :d :a . {block} :c :d 2 ."
        kept = Statements(text).of("<x:a>")
        assert len(kept) == len(text)
        assert kept.split() == f"{prefix} {block}".split()


@pytest.mark.parametrize("rest", ["# " + "note " * 100_000, "\n" * 500_000, '"' + "no end " * 100_000, "\\"])
def test_what_follows_the_last_full_stop_is_looked_at_once(rest: str) -> None:
    start = time.process_time()
    assert Statements(f"@prefix : <x:> . :a :b 1 . :c :d 2 . {rest}").of("<x:a>").startswith("@prefix : <x:> . :a :b 1 .")
    assert time.process_time() - start < 10
