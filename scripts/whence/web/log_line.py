"""The line of a request in the access log, written out by hand since it is on the way of every request."""

from __future__ import annotations

import time
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

__all__ = ["line"]

#: How much of a path or a query is shown.
_SHOWN = 400


def line(host: str | None, method: str, path: str, query: bytes, status: int, size: int, seconds: float, whole: bool) -> str:
    """Return one object of JSON about a request that has just ended.

    :param host: the client's address
    :param size: bytes of the body
    :param whole: whether the answer went out to its end
    """
    who = _who(host, method, path[:_SHOWN])
    text = f'{{"time": {time.time():.3f}, {who}, "status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}'
    if query:
        text += f', "query": {quoted(query[:_SHOWN].decode("latin-1"))}'
    return text + ("}" if whole else ', "broken": true}')


@lru_cache(maxsize=4096)
def _who(host: str | None, method: str, path: str) -> str:
    return f'"event": "request", "client": {quoted(host) if host else "null"}, "method": {quoted(method)}, "path": {quoted(path)}'
