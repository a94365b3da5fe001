"""Properties that hold for every Turtle text, tried on generated ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from turtle_tokens import tokens

from whence.errors import InputError
from whence.rdf.formatter import _graph, format_text
from whence.rdf.places import Positions
from whence.rdf.reading import parse_turtle as parse, read_text as read
from whence.rdf.tokenizer import BLANK, COMMENT

CASES = sorted((Path(__file__).parents[1] / "cases" / "turtle" / "format").glob("*.ttl"))
BASE = "https://example.org/base/"
EVERY = settings(deadline=None, database=None, max_examples=150, derandomize=True)

names = st.sampled_from(
    [":a", ":b", "p:c.d", "p:", r"p:e\,f", "p:é日", "p:%20", "<g>", "<../h>", "<x:i>", "<x:\\u00e9>"]
)
blanks = st.sampled_from(["_:a", "_:b1"])
quoted = st.text(st.characters(codec="utf-8", exclude_characters='"\\\r\n\0'), max_size=6)
strings = st.one_of(
    quoted.map('"{}"'.format),
    quoted.filter(lambda text: "'" not in text).map("'{}'".format),
    quoted.map(lambda text: f'"""{text}\n# no "comment" \r\n"""'),
    st.sampled_from(['""', "''", r'"\u00e9\t\"\\"', "'''it's'''", '"#"']),
)
suffixes = st.sampled_from([[], ["@en"], ["@en-GB"], ["^^", "p:int"], ["^^", "<x:int>"]])
literals = st.one_of(
    st.builds(lambda string, suffix: [string, *suffix], strings, suffixes),
    st.sampled_from([["1"], ["-1.5"], [".5"], ["1e6"], ["true"], ["false"]]),
)
leaves = st.one_of(names.map(lambda text: [text]), blanks.map(lambda text: [text]), literals)
verbs = st.one_of(st.just("a"), names)


def joined(parts: list[list[str]], mark: str) -> list[str]:
    return [text for index, part in enumerate(parts) for text in ([mark] * bool(index) + part)]


def property_lists(objects: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    one = st.builds(lambda verb, values: [verb, *joined(values, ",")], verbs, st.lists(objects, min_size=1, max_size=3))
    return st.builds(
        lambda items, end: joined(items, ";") + end,
        st.lists(one, min_size=1, max_size=3),
        st.sampled_from([[], [";"], [";", ";"]]),
    )


objects = st.recursive(
    leaves,
    lambda inner: st.one_of(
        property_lists(inner).map(lambda body: ["[", *body, "]"]),
        st.just(["[", "]"]),
        st.lists(inner, max_size=3).map(lambda members: ["(", *(text for one in members for text in one), ")"]),
    ),
    max_leaves=6,
)
subjects = st.one_of(
    names.map(lambda text: [text]), blanks.map(lambda text: [text]), objects.filter(lambda o: o[0] in "[(")
)
directives = st.sampled_from(
    [["@prefix", ":", "<#>", "."], ["PREFIX", "p:", "<p/>"], ["@base", "<x/>", "."], ["base", "<//example.net>"]]
)
statements = st.one_of(
    directives,
    st.builds(lambda subject, body: [*subject, *body, "."], subjects, property_lists(objects)),
)
gaps = st.sampled_from(
    [" ", " ", "\n", "\t", "\r\n", "\n\n", " # behind\n", "\n# above\n", "\n\n# apart\r\n\n", " #\n# twice \n"]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    parts = ["@prefix", ":", "<#>", ".", "@prefix", "p:", "<x:p#>", "."]
    for statement in draw(st.lists(statements, max_size=4)):
        parts += statement
    text = draw(gaps)
    for part in parts:
        glued = part.startswith("@") and text.rstrip(" ") and text[-2:-1] in "\"'"
        text = (text[:-1] if glued else text) + part + draw(gaps)
    return text


def comments(text: str) -> Counter[str]:
    return Counter(token.text.rstrip() for token in tokens(text) if token.kind == COMMENT)


@EVERY
@given(documents())
def test_formatting_keeps_graph_and_comments_and_is_stable(text: str) -> None:
    formatted = format_text(text)
    assert format_text(formatted) == formatted
    assert comments(formatted) == comments(text)
    assert _graph(parse(formatted, base=BASE), text) == _graph(parse(text, base=BASE), text)


@EVERY
@given(documents())
def test_every_triple_between_named_nodes_has_the_place_of_its_object(text: str) -> None:
    positions = Positions(text, "a.ttl", base=BASE)
    labels = {token.text for token in tokens(text) if token.kind == BLANK}
    starts = {(token.line, token.column) for token in tokens(text)}
    for quad in parse(text, base=BASE):
        subject, predicate, object_ = str(quad.subject), str(quad.predicate), str(quad.object)
        if {term for term in (subject, object_) if term.startswith("_:")} <= labels:
            found = positions.place_of_triple(subject, predicate, object_)
            assert found is not None and (found.line, found.column) in starts
            predicates = positions.place_of_triple(subject, predicate)
            assert predicates is not None and (found.line, found.column) > (predicates.line, predicates.column)


def survives(text: str) -> None:
    lines = len(text.splitlines()) + 1
    for attempt in (parse, format_text):
        try:
            attempt(text, "a.ttl")
        except InputError as error:
            assert error.problem and error.file == "a.ttl"
            assert (error.line or 1) <= lines
            assert len(str(error)) < 1000
    Positions(text, "a.ttl").place_of_subject("<x:a>")


@EVERY
@given(st.binary(max_size=200))
def test_random_bytes_end_in_a_clear_error(tmp_path_factory: object, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "random.ttl"  # type: ignore[attr-defined]
    path.write_bytes(data)
    try:
        survives(read(path))
    except InputError as error:
        assert "UTF-8" in error.problem or "UTF-16" in error.problem


@EVERY
@given(
    st.lists(
        st.sampled_from(
            [
                *"[]();,.",
                "a",
                ":a",
                "p:b",
                "<x:a>",
                '"x"',
                '"',
                "'''",
                "@en",
                "^^",
                "_:a",
                "1",
                "#c\n",
                "@prefix",
                "\\",
                "\n",
                "\r",
                "\t",
                "{",
                "\0",
            ]
        ),
        max_size=40,
    )
)
def test_random_tokens_end_in_a_clear_error(parts: list[str]) -> None:
    survives("@prefix : <x:> .\n" + " ".join(parts))


def test_every_truncation_of_a_case_ends_in_a_clear_error() -> None:
    assert CASES
    for path in CASES:
        text = read(path)
        for end in range(0, len(text), 7):
            survives(text[:end])
