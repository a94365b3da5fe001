"""Tokens of Turtle and their places."""

from __future__ import annotations

import pytest
from turtle_tokens import KINDS, tokens

from whence.errors import InputError
from whence.rdf.terms import key_of, resolve
from whence.rdf.tokenizer import excerpt, Lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:b.c a:b. :x : é:日本", "name:a:b.c name:a:b mark:. name::x name:: name:é:日本"),
        (r"a:b\,c a:%20d a:%2 ", None),
        (
            "1 -1 +1.5 .5 1.e5 1E-5 5.",
            "number:1 number:-1 number:+1.5 number:.5 number:1.e5 number:1E-5 number:5 mark:.",
        ),
        ("_:a _:0.b. _:x", "blank:_:a blank:_:0.b mark:. blank:_:x"),
        ("<> <a> <\\u00e9>", "iri:<> iri:<a> iri:<\\u00e9>"),
        ('"" \'\' "a\\"b" \'a"b\'', 'string:"" string:\'\' string:"a\\"b" string:\'a"b\''),
        ('"""a"b""c""" \'\'\'d\'\'\'', 'string:"""a"b""c""" string:\'\'\'d\'\'\''),
        ('"x"@en-GB^^a:b', 'string:"x" at:@en-GB mark:^^ name:a:b'),
        ("[]();,.", "mark:[ mark:] mark:( mark:) mark:; mark:, mark:."),
        ("a true false PREFIX base", "word:a word:true word:false word:PREFIX word:base"),
        ("<a>#c\n#d", "iri:<a> comment:#c comment:#d"),
        ('"a"""', 'string:"a" string:""'),
        ('"""a""""', None),
        ('"a\nb"', None),
        ('"\\q"', None),
        ("<a b>", None),
        ("_ a", None),
        ("@ en", None),
    ],
)
def test_tokens(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(InputError):
            list(tokens(text))
    else:
        assert " ".join(f"{KINDS[token.kind]}:{token.text}" for token in tokens(text)) == expected


def test_places_count_code_points_and_every_line_end() -> None:
    text = 'é:日 "𝔸" .\r\nb:c\rd:e\n\tf:g # h'
    found = [(token.text, token.line, token.column) for token in tokens(text)]
    assert found == [
        ("é:日", 1, 1),
        ('"𝔸"', 1, 5),
        (".", 1, 9),
        ("b:c", 2, 1),
        ("d:e", 3, 1),
        ("f:g", 4, 2),
        ("# h", 4, 6),
    ]
    assert all(text.startswith(token.text, token.offset) for token in tokens(text))


def test_the_place_after_a_long_string_is_on_its_last_line() -> None:
    assert [(token.line, token.column) for token in tokens('"""a\nb""" .')] == [(1, 1), (2, 6)]


def test_the_end_of_the_text_has_a_place() -> None:
    assert Lines("a\n").place(2) == (2, 1)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ('"a"', '"a"^^<http://www.w3.org/2001/XMLSchema#string>', True),
        ('"a"@en-GB', '"a"@EN-gb', True),
        (r'"\u00e9\n"', '"é\n"', True),
        ('"a"@en', '"a"', False),
        ("<a>", '"a"', False),
        ('"01"^^<x:int>', '"1"^^<x:int>', False),
    ],
)
def test_keys_tell_terms_apart(first: str, second: str, same: bool) -> None:
    assert (key_of(first) == key_of(second)) is same


@pytest.mark.parametrize(
    ("reference", "expected"),
    [  # RFC 3986 section 5.4
        ("g:h", "g:h"),
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g#s", "http://a/b/c/g#s"),
        (";x", "http://a/b/c/;x"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
    ],
)
def test_references_are_resolved(reference: str, expected: str) -> None:
    assert resolve(reference, "http://a/b/c/d;p?q") == expected


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert excerpt("a\n  b") == "a b"
    assert len(excerpt("x" * 1_000_000)) < 100
