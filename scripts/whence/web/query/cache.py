"""A cache of answers and documents: least recently used first out, bounded by bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

#: Larger values are made anew: one must not push out all others.
_LARGEST = 1024 * 1024
#: What an entry takes besides its bytes.
_OVERHEAD = 1500

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by their keys; a worker serves one graph, so what was right once stays right.

    >>> cache = Cache[bytes](4000)
    >>> for key in "abc":
    ...     cache.put(key, b"", 200)
    >>> cache.get("a") is None, cache.get("c")
    (True, b'')
    """

    def __init__(self, size: int) -> None:
        self._room = size
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """Return the value of a key, or None."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value, unless it is large.

        :param size: of value and key, in bytes
        """
        size += _OVERHEAD
        if size > _LARGEST or key in self._values:
            return
        self._values[key] = value, size
        self._room -= size
        while self._room < 0:
            self._room += self._values.popitem(last=False)[1][1]
