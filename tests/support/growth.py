"""Whether work grows with its input and no faster, by the processor's time of the thread that works, which other work on a machine can only lengthen."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from time import thread_time
from typing import Any

#: Quadratic work would make it 16; what else a busy machine does adds to either.
MOST = 9
ATTEMPTS = 4


def seconds(work: Callable[[], object], runs: int = 2) -> float:
    """The processor's time of the quickest of some runs; what other threads do at once, an engine's own or an earlier test's, is no part of it."""
    found = []
    gc.disable()
    try:
        for _ in range(runs):
            begun = thread_time()
            work()
            found.append(thread_time() - begun)
    finally:
        gc.enable()
    return min(found)


def is_below(limit: float, ratio: Callable[[], float]) -> bool:
    """Whether a ratio of times is below a limit in one of some attempts: a fault of the code shows in each, a busy machine does not."""
    return any(ratio() < limit for _ in range(ATTEMPTS))


def assert_linear(make: Callable[[int], Any], work: Callable[[Any], object], size: int = 1_000) -> None:
    """Double the input until it takes a while, and compare it with four times as much.

    :param make: an input of a size
    :param size: of the first input
    """
    found = []

    def taken(size: int) -> float:
        return seconds(partial(work, make(size)))

    def ratio() -> float:
        at, before = size, taken(size)
        while before < 0.008 and at < 2_000_000:
            at *= 2
            before = taken(at)
        found.append((taken(4 * at) / max(before, 0.002), at))
        return found[-1][0]

    assert is_below(MOST, ratio), f"Four times the input took so many times as long, at sizes of: {found}"
