"""The tokenizer takes time linear in the text, whatever the text holds."""

from __future__ import annotations

import time

import pytest
from growth import assert_linear

from whence.sparql.tokens import tokens

#: What comes before, and what is repeated.
REPEATED = {
    "names without a colon": ("", "a."),
    "prefixed names": ("", "a.b:c.d "),
    "colons": ("", ":."),
    "labels": ("", "_:a."),
    "less-than signs": ("", "<a"),
    "dots": ("", "."),
    "digits": ("", "1"),
    "exponents": ("", "1e"),
    "escapes": ("a:", "%4"),
    "quotation marks": ("", '"\n'),
    "triple quotes that an escape breaks": ('"""', '\\"""\n'),
    "quotes that an escape breaks": ('"', '\\"\\\n'),
    "a string without end": ('ASK { "', "a"),
    "a long string without end": ('ASK { """', 'a" \\" '),
    "comments": ("ASK", "#'\n"),
}


@pytest.mark.parametrize("name", REPEATED)
def test_time_grows_with_the_text(name: str) -> None:
    before, unit = REPEATED[name]

    assert_linear(lambda size: before + unit * size, lambda text: list(tokens(text)), 20_000)


def test_a_literal_of_20_mb_that_never_closes_is_one_token() -> None:
    begun = time.process_time()
    found = list(tokens('SELECT * { BIND("""' + "a" * 20_000_000))
    assert [token.kind for token in found[-2:]] == ["mark", "open-string"]
    assert time.process_time() - begun < 5


def test_no_name_begins_inside_words_that_no_colon_follows() -> None:
    assert [token.text for token in tokens("a.b.c a.b:c.d. e.:f")] == ["a", ".", "b", ".", "c", "a.b:c.d", ".", "e", ".", ":f"]
