"""Queries are read and refused as people need it: one sentence, the spot, and a way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from whence import sparql
from whence.errors import InputError, QueryError
from whence.namespaces import PREFIXES
from whence.sparql import service_calls
from whence.sparql.front_matter import generalized, read
from whence.sparql.grammar import refusal
from whence.sparql.groups import bodies, selects
from whence.sparql.tokens import place, tokens

CASES = Path(__file__).parents[1] / "cases" / "sparql"
REFUSED = sorted([*(CASES / "refused").glob("*.rq"), *(CASES / "front-matter").glob("*.rq")])


def told(text: str) -> str:
    """What a refused query is answered with: the error, and the excerpt below it."""
    with pytest.raises(InputError) as refused:
        list(sparql.run(Store(), text))  # type: ignore[arg-type]
    excerpt = getattr(refused.value, "excerpt", None)
    return f"{refused.value}\n" + (f"{excerpt}\n" if excerpt else "")


def test_every_case_has_its_answer_and_every_answer_its_case() -> None:
    for folder in ("refused", "front-matter"):
        assert {path.stem for path in (CASES / folder).glob("*.rq")} == {path.stem for path in (CASES / folder).glob("*.txt")}
    assert len(REFUSED) >= 50


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_refused_query_is_told_where_and_how_to_mend_it(path: Path) -> None:
    assert told(path.read_bytes().decode()) == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((CASES / "refused").glob("*.rq")), ids=lambda path: path.stem)
def test_places_are_code_points_of_the_text(path: Path) -> None:
    """Front matter, a comment in Japanese and a tab before the query move the line, never the column."""
    text = path.read_bytes().decode()
    first, second = (caught(prefix + text) for prefix in ("", "#+ summary: 質問？\n# \t説明\n"))
    assert second.problem == first.problem
    assert second.column == first.column
    assert second.line == (None if first.line is None else first.line + 2)


def caught(text: str) -> QueryError:
    with pytest.raises(QueryError) as refused:
        list(sparql.run(Store(), text))  # type: ignore[arg-type]
    return refused.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_goes_on_until_a_line_ends_as_sparql_has_it(end: str) -> None:
    """The separator of lines, the next line of ISO 6429 and the form feed stand in a comment as any letter does."""
    lines = ["#+ summary: One\u2028two\x85three\x0cfour", "#+ param work: iri = id:x -- the work", "#+ asks: Who made {work?}?", "ASK {", "?work ?p ?o }"]
    matter = read(end.join(lines))
    assert matter.summary == "One\u2028two\x85three\x0cfour"
    assert matter.places["asks 1"] == (3, 4)
    lines[1:3] = ["#+ param work: iri -- the work", "#+ asks: Who made {work}?"]
    assert generalized(end.join([lines[0], "#+ param work: iri = id:x -- the work", "#+ asks: Who made {work?}?", *lines[3:]]), PREFIXES["id"]) == end.join(lines)


def test_a_number_of_rows_may_have_any_number_of_digits() -> None:
    assert "is no number of rows. Write a whole number of at most 18 digits." in str(caught("SELECT * { ?s ?p ?o } LIMIT " + "9" * 5000))


def test_shared_prefixes_need_no_declaration_and_places_stay_true() -> None:
    for prefix in PREFIXES:
        list(sparql.run(Store(), f"SELECT ?s WHERE {{ ?s {prefix}:x ?o }}"))  # type: ignore[arg-type]
    assert caught("SELECT ?s WHERE { ?s wh:x ?o } oops").column == 32


def test_a_file_is_named_in_its_errors() -> None:
    with pytest.raises(QueryError, match=r"^q\.rq:1:1: "):
        sparql.parse("UPDATE", "q.rq")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "select"),
        ("# SELECT\nBASE <https://example.org/#a> prefix a: <x#y>\nAsk {}", "ask"),
        ("PREFIX select: <urn:x> CONSTRUCT WHERE { ?s select:ask ?o }", "construct"),
        ("\ufeffDESCRIBE <urn:x>".removeprefix("\ufeff"), "describe"),
    ],
)
def test_the_form_is_the_first_word_behind_the_prologue(text: str, form: str) -> None:
    assert sparql.parse(text).form == form


def test_front_matter_is_read_whole() -> None:
    matter = read(
        "#+ summary: Who: and -- why?\n"
        "#+ description: One\n#+   two\n#+   three.\n"
        "#+ tags: [a, b c]\n"
        "#+ param work: iri = id:x -- the work -- asked about\n"
        '#+ param text: string = "a = b -- c" -- a text\n'
        "#+ param least: integer -- required\n"
        "#+ severity: warning\n#+ message: The {?focus} is odd: mend it.\n#+ fix: Mend it.\n"
        "# a comment\n\nSELECT ?work ?text ?least {}\n#+ summary: not this\n"
    )
    assert (matter.summary, matter.description, matter.tags) == ("Who: and -- why?", "One two three.", ("a", "b c"))
    assert [(one.name, one.type, one.default, one.description) for one in matter.parameters] == [
        ("work", "iri", "id:x", "the work -- asked about"),
        ("text", "string", "a = b -- c", "a text"),
        ("least", "integer", None, "required"),
    ]
    assert (matter.severity, matter.message, matter.fix) == ("warning", "The {?focus} is odd: mend it.", "Mend it.")
    assert matter.places["param text"] == (7, 4)
    assert read("#+ param x: string =\nASK {}").parameters[0].default == ""
    assert read("#+ param x: iri -- a thing\nASK {}").parameters[0].required


def test_the_tokenizer_loses_nothing() -> None:
    text = "SELECT ?s # c\nWHERE { ?s <a#b> '''x'y\n''', \"#\" ; p:a\\#b.c 1.5e3, .5 . FILTER(?a<?b && ?c >= 1) }"
    words = [token.text for token in tokens(text)]
    assert words == [
        "SELECT", "?s", "WHERE", "{", "?s", "<a#b>", "'''x'y\n'''", ",", '"#"', ";", "p:a\\#b.c", "1.5e3", ",", ".5", ".", "FILTER",
        "(", "?a", "<", "?b", "&&", "?c", ">=", "1", ")", "}",
    ]


@given(st.text(max_size=60))
def test_any_text_can_be_tokenized_and_diagnosed(text: str) -> None:
    ends = 0
    for token in tokens(text):
        assert token.start >= ends
        assert text[token.start : token.end] == token.text
        ends = token.end
    try:
        list(sparql.run(Store(), f"SELECT * WHERE {{ {text}"))  # type: ignore[arg-type]
    except QueryError as error:
        assert "\n" not in error.problem.replace(text, "")
        assert error.problem


@given(st.text(alphabet="aé名\u0301\t\r\n ", max_size=30), st.integers(0, 30))
def test_a_place_is_the_offset_again(text: str, offset: int) -> None:
    shown = place(text, offset)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= int(str(shown["line"])) <= len(lines)
    assert 1 <= int(str(shown["column"])) <= len(lines[int(str(shown["line"])) - 1]) + 2


def suite_queries(shared: Path) -> list[tuple[Path, str]]:
    found = []
    for path in sorted((shared / "suites" / "sparql").rglob("*.rq")):
        try:
            found.append((path, path.read_bytes().decode()))
        except UnicodeDecodeError:
            continue
    return found


def test_the_grammar_takes_every_query_of_the_suites_that_the_engine_takes(shared: Path) -> None:
    taken = 0
    for path, text in suite_queries(shared):
        try:
            Store().query(text, base_iri="https://example.org/")
        except (SyntaxError, RuntimeError, OSError):
            continue
        taken += 1
        refused = refusal(list(tokens(text)))
        assert refused is None, f"{path}: {refused.token}"
    assert taken > 300


def test_every_refused_query_of_the_suites_is_told_in_one_sentence(shared: Path) -> None:
    refused = 0
    for path, text in suite_queries(shared):
        try:
            Store().query(text, base_iri="https://example.org/")
        except SyntaxError as error:
            from whence.sparql.diagnosis import diagnose

            refused += 1
            said = diagnose(text, str(error), path.name)
            assert said.problem.endswith("."), path
            assert "expected one of" not in said.problem
        except (RuntimeError, OSError):
            continue
    assert refused > 20


def test_groups_and_sub_selects_are_found() -> None:
    text = (
        "PREFIX a: <urn:{> SELECT (EXISTS { ?s a:p '{' } AS ?e) ?n WHERE { VALUES (?x ?y) { (1 2) } VALUES ?z { 3 } "
        "{ SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } OPTIONAL { ?s ?p ?o } }"
    )
    outer, inner = selects(text)
    assert text[outer.body.start :].startswith("{ VALUES (?x")
    assert [select.aggregates for select in (outer, *inner)] == [False, True]
    assert inner[0].group_by is not None
    assert outer.group_by is None
    assert len(bodies(text)) == 5


def test_service_is_known_from_a_string_and_a_name() -> None:
    text = 'SELECT ?service WHERE { BIND("SERVICE <x>" AS ?service) # SERVICE\n }'
    assert len(list(sparql.run(Store(), text))) == 1  # type: ignore[arg-type]


def test_service_calls_what_it_is_led_to_and_nothing_else() -> None:
    text = "SELECT ?s WHERE { SERVICE SILENT <https://a.example/> { ?s ?p 'SERVICE <https://a.example/>' } } # SERVICE <https://a.example/>"
    asked: list[tuple[str, bool]] = []

    def elsewhere(iri: str, silent: bool) -> str | None:
        asked.append((iri, silent))
        return None if "b.example" in iri else "http://127.0.0.1:1/"

    assert service_calls.redirected(text, elsewhere) == text.replace("SILENT <https://a.example/>", "SILENT <http://127.0.0.1:1/>")
    assert asked == [("https://a.example/", True)]
    with pytest.raises(OSError, match="port 1"):
        list(sparql.run(Store(), text.replace("SILENT", ""), elsewhere=elsewhere))  # type: ignore[arg-type]
    with pytest.raises(OSError, match="port 1"):
        list(sparql.run(Store(), text.replace("SILENT", ""), {"s": "1"}, elsewhere=elsewhere))  # type: ignore[arg-type]
    for refused in (text.replace("a.example", "b.example"), "ASK { SERVICE", "ASK { SERVICE SILENT", "ASK { SERVICE x: {} }"):
        with pytest.raises(QueryError, match="not allowed"):
            sparql.run(Store(), refused, elsewhere=elsewhere)


def test_a_mistake_in_deep_brackets_is_told_with_the_place_where_the_engine_gave_up() -> None:
    error = caught("ASK { FILTER(" + "(" * 200 + "1 +" + ")" * 200 + ") }")
    assert error.problem == "The query is not understood at or before this place."
    assert error.line == 1 and error.column and 200 < error.column < 240


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("select*{ ?s ?p ?o }", "s p o"),
        ("PREFIX e: <e:*> SELECT DISTINCT * # of all *\n { ?z e:b ?o FILTER (?o * 2 > ?none) OPTIONAL { ?o e:a* ?a } { SELECT (COUNT(*) AS ?n) { ?k ?p ?o } } }", "z o a n"),
        ("SELECT * { ?z ?b ?a MINUS { ?q ?z ?b } }", "z b a"), ("SELECT ?o ?b (COUNT(*) AS ?a) { ?b ?p ?o } GROUP BY ?o ?b", "o b a"), ("SELECT * {}", ""),
    ],
)  # fmt: skip
def test_the_columns_of_a_star_come_as_the_query_names_them(text: str, columns: str) -> None:
    found = sparql.run(Store(), text)
    assert [getattr(one, "value", one) for one in found.variables] == columns.split()  # type: ignore[union-attr]
