"""Remembering answers, and what was worked out of a request's unchanging part, within bounds that no client can burst."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, TypeVar

__all__ = ["Memory", "Remembered"]

_KEEP_BYTES = 1024 * 1024
#: What an answer takes besides its bytes.
_KEEP_OVERHEAD = 1500

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Remembered(dict[_Key, _Value]):
    """A dictionary that `keep` fills up to a number of entries, each of so many bytes; one more empties it first.

    Clients are few in their manners, so forgetting all at once costs less than keeping an order of use.

    >>> known = Remembered(2, 10)
    >>> for key in ("a", "b", "c"):
    ...     known.keep(key, 1, 5)
    >>> known.keep("d", 1, 11)
    >>> sorted(known)
    ['c']
    """

    def __init__(self, most: int, largest: int) -> None:
        super().__init__()
        self._most = most
        self._largest = largest

    def keep(self, key: _Key, value: _Value, size: int) -> None:
        """Remember a value, unless its key is large.

        :param size: of the key, in bytes
        """
        if size <= self._largest:
            if len(self) >= self._most:
                self.clear()
            self[key] = value


class Memory:
    """Answers remembered by their question; those used longest ago go first.

    A pool answers from one snapshot, so what a question was answered once stays right as long as the pool.

    :ivar hits: how many answers came from here
    """

    def __init__(self, size: int = 64 * 1024 * 1024) -> None:
        self.hits = 0
        self._limit = size
        self._size = 0
        self._answers: OrderedDict[bytes, tuple[dict[str, Any], bytes]] = OrderedDict()

    def get(self, message: bytes) -> tuple[dict[str, Any], bytes] | None:
        """Return what the worker said of an answer and its body, or None."""
        found = self._answers.get(message)
        if found is not None:
            self.hits += 1
            self._answers.move_to_end(message)
        return found

    def put(self, message: bytes, head: dict[str, Any], body: bytes) -> None:
        """Remember a whole answer, unless it is large, or may be another one the next time."""
        size = len(body) + len(message) + _KEEP_OVERHEAD
        if size > _KEEP_BYTES or not head.get("keep") or head["status"] != 200 or message in self._answers:
            return
        self._answers[message] = (head, body)
        self._size += size
        while self._size > self._limit:
            old, (_, gone) = self._answers.popitem(last=False)
            self._size -= len(gone) + len(old) + _KEEP_OVERHEAD
