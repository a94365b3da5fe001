"""Remembering what was worked out of a request's unchanging part, within bounds that no client can burst."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["Remembered"]

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
