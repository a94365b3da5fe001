"""Reading parameters: the quick decoder of escapes says what the standard library says."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from whence.web.asking import pairs
from whence.web.problems import Problem

_PIECES = st.sampled_from(
    [b"%", b"%%", b"%4", b"%41", b"%c3%a9", b"%C3", b"%0A", b"%3D", b"%25", b"%00", b"=", b"&", b"+", b" ", b"\t", b"_", b"\n", b"\r", b"a", b"f", b"\xc3\xa9", b"\xc3"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map(b"".join))
def test_parameters_are_those_of_the_standard_library(raw: bytes) -> None:
    try:
        expected: object = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        expected = 400
    try:
        found: object = pairs(raw)
    except Problem as problem:
        found = problem.status
    assert found == expected
