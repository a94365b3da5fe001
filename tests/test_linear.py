"""What reads texts of users outside the room for RDF takes time in proportion to them: names, tables, proposals, passages, merges, mappings, answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from growth import assert_linear
from pyoxigraph import Literal, NamedNode

from whence.curation.drafts.proposals import Terms
from whence.curation.extraction import extract
from whence.curation.resolving import quotation_at
from whence.curation.turtle_files import Block, insert
from whence.curation.naming import slug
from whence.errors import WhenceError
from whence.evidence import searching
from whence.evidence.searching import occurrences, places, UnclearWords
from whence.identity.proposing import key, qualifier
from whence.mapping.readers.json import JsonReader
from whence.mapping.records import Record
from whence.namespaces import PREFIXES, WH
from whence.rdf import results
from whence.revisions.merging import merge
from whence.sparql import Solutions, front_matter, query

#: What has been slow in one reader or another.
SHAPES: dict[str, Callable[[int], str]] = {
    "spaces": lambda n: "a" + " " * n + "b",
    "ideographic spaces": lambda n: "a" + "\u3000" * n + "b",
    "dots": lambda n: "." * n,
    "brackets": lambda n: "(" * n,
    "bracketed": lambda n: "(a) " * n + "b",
    "quotation marks": lambda n: "“" * n,
    "letters": lambda n: "a" * n,
    "words": lambda n: "a, " * n,
    "digits": lambda n: "1" * n,
    "signs of greater": lambda n: ">" * n,
    "kana": lambda n: "ア" * n,
    "hyphens": lambda n: "- " * n + "\n",
}
READERS: dict[str, Callable[[str], object]] = {
    "slug": slug,
    "identity": lambda text: (key(text), qualifier(text)),
    "wording": lambda text: front_matter.read(f"#+ asks: {text}\nASK {{}}"),
    "comment": lambda text: Terms.read_comment(_Terms(), {}, text, []),  # type: ignore[arg-type]
    "quotation": lambda text: quotation_at(text, len(text) // 2, len(text) // 2 + 1),
    "words that are not there": lambda text: places_anew(text, f"zz{text[:400]}"),
    "long words that are not there": lambda text: places_anew(text[:200], f"zz{text}"),
    "answer in XML": lambda text: results.write(_answer(Literal(text)), "xml", io.BytesIO()),
    "answer in TSV": lambda text: results.write(_answer(Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "double"))), "tsv", io.BytesIO()),
}


def places_anew(text: str, words: str) -> None:
    searching._index.cache_clear()
    searching._undivided.cache_clear()
    places(text, words, "the text")


class _Terms:
    """Knows no class and no key."""

    classes: ClassVar[dict[str, str]] = {}

    @staticmethod
    def put(*_: object) -> bool:
        return False


def _answer(value: Literal) -> Solutions:
    return Solutions(["a"], iter([(value,)]))


def read_or_refused(read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except WhenceError:
        pass


def _cited(n: int) -> tuple[str, list[str]]:
    """A text, and words for every line of it: those that it has, with other capitals, and changed in the middle."""
    lines = [f"The {at * 7919 % 10_007}th lamp of {at * 104_729 % 1_299_709} stands where the harbour ends, says {at * 31} of them." for at in range(n)]
    words = [line if at % 3 == 0 else line.upper() if at % 3 == 1 else line.replace("harbour", "old port") for at, line in enumerate(lines)]
    return "\n".join(lines), words


def test_many_words_are_found_in_a_text_in_linear_time() -> None:
    def find(given: tuple[str, list[str]]) -> None:
        text, words = given
        searching._index.cache_clear()
        searching._undivided.cache_clear()
        searching._runs.cache_clear()
        found = [occurrences(text, one) for one in words]
        assert [len(one) for one in found[:3]] == [1, 0, 0]
        for one in words:
            try:
                assert len(places(text, one, "the text")) == 1
            except UnclearWords as error:
                assert len(error.matches) == 1

    assert_linear(_cited, find, 20)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_reader_is_linear_in_a_text(shape: str, reader: str) -> None:
    assert_linear(SHAPES[shape], lambda text: read_or_refused(READERS[reader], text))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_heading_of_a_markdown_file_is_found_in_linear_time(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "a.md"

    def make(size: int) -> str:
        path.write_text(f"# {SHAPES[shape](size)}\n", "utf-8")
        return str(path)

    assert_linear(make, lambda path: read_or_refused(extract, path))


def test_json_lines_are_read_in_linear_time() -> None:
    assert_linear(lambda size: '{"id": "a", "name": "b"}\n' * size, lambda text: sum(1 for _ in JsonReader("id").read(text)))


def test_each_of_many_objects_in_a_record_is_seen_alone_in_linear_time() -> None:
    def make(size: int) -> Record:
        (record,) = JsonReader().read('{"a": {"cast": [' + ", ".join('{"name": "b", "as": "c"}' for _ in range(size // 5)) + "]}}")
        assert isinstance(record, Record)
        return record

    assert_linear(make, lambda record: [record.around("cast/name", value.start) for value in record.fields["cast/name"]])


def test_blocks_are_put_into_a_file_in_linear_time() -> None:
    def make(size: int) -> list[Block]:
        numbers = [NamedNode(f"https://example.org/id/{number:06}") for number in range(size // 10)]
        return [Block(one.value, ((WH + "start", Literal(at)), (WH + "end", Literal(at + 1)), (WH + "attests", one))) for at, one in enumerate(numbers)]

    assert_linear(make, lambda blocks: insert("", blocks, {"id": "https://example.org/id/", "wh": WH}))


@pytest.mark.parametrize("kind", ["added", "disagreed", "taken out"])
def test_versions_are_merged_in_linear_time(kind: str) -> None:
    def make(size: int) -> tuple[str, str, str]:
        base, ours, theirs = (
            "".join(f'<x:{which if kind == "added" else ""}{number}> <x:p> "{which}" .\n' for number in range(size // 5)) for which in ("base", "ours", "theirs")
        )
        return (base, "" if kind == "taken out" else ours, theirs)

    assert_linear(make, lambda texts: merge(*texts, {"x:p"}))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_prologue_of_a_request_is_read_in_linear_time(shape: str) -> None:
    def read(text: str) -> object:
        return query._USUAL.match(text)

    assert_linear(lambda size: "PREFIX a: <x:> # a\n" * 4 + " " * 30 + SHAPES[shape](size), read)
