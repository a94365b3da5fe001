"""From a question to its response: from the cache of answers, whole, or piece by piece; the status is held until the first piece is there."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from whence.report.words import count
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import VARY, Headers, holds, send_whole
from whence.web.query.evaluation import Question, evaluate
from whence.web.query.limits import Cancelled, Evaluation
from whence.web.query.stream import PIECE_BYTES, Answer

if TYPE_CHECKING:
    from whence.web.worker_state import Site

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


#: What is kept whole for a client of HTTP/1.0, at most.
_WHOLE_BYTES = 16 * 1024 * 1024


class Broken(Exception):
    """An answer that had begun could not be completed; the connection is closed without its end."""


async def respond(site: Site, request: Request, send: Send, question: Question, seconds: float, more: Headers | None = None) -> None:
    """Evaluate a question and send its answer.

    :raises Problem: as long as nothing was sent
    :raises Broken: when the answer could not be completed
    """
    known = request.field(b"if-none-match")
    cached = site.answers.get(question)
    if cached is not None:
        site.metrics.count_cached()
        await _send_complete(request, send, cached, known, more)
        return
    work = partial(evaluate, site.graph, site.relay, question, known, seconds)
    evaluation = Evaluation(work, request.client, seconds, request.gone)
    try:
        answer: Answer = await site.executor.begin(evaluation)
        if evaluation.complete:
            if answer.keep and answer.status == 200:
                site.answers.put(question, answer, len(answer.body) + len(question.query))
            await _send_complete(request, send, answer, known, more)
        else:
            evaluation.watch()
            await _send_pieces(request, send, answer, evaluation, known, more)
    finally:
        evaluation.close()


def _headers(answer: Answer, more: Headers | None) -> Headers:
    return [VARY, *answer.headers.items(), *(more or [])]


def _unchanged(answer: Answer, known: str | None) -> bool:
    return bool(known) and answer.status == 200 and b"etag" in answer.headers and holds(known or "", answer.headers[b"etag"])


async def _send_complete(request: Request, send: Send, answer: Answer, known: str | None, more: Headers | None) -> None:
    if answer.status == 304 or _unchanged(answer, known):
        told = [field for field in _headers(answer, more) if field[0] in (b"etag", b"cache-control", b"vary")]
        await send_whole(send, 304, told, b"", True)
    else:
        await send_whole(send, answer.status, _headers(answer, more), answer.body, request.method == "HEAD")


async def _send_pieces(request: Request, send: Send, answer: Answer, evaluation: Evaluation, known: str | None, more: Headers | None) -> None:
    if _unchanged(answer, known):
        await _send_complete(request, send, answer, known, more)
    elif request.method == "HEAD":
        await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, more)})
        await send({"type": "http.response.body", "body": b""})
    elif request.scope["http_version"] == "1.0":  # without chunks a broken answer would look whole
        await _send_held(request, send, answer, evaluation, more)
    else:
        try:
            async with asyncio.timeout(evaluation.end - time.monotonic()):
                await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, more)})
                await send({"type": "http.response.body", "body": answer.body, "more_body": True})
                while not evaluation.complete:
                    await send({"type": "http.response.body", "body": await evaluation.next(), "more_body": True})
        except TimeoutError:
            raise Broken(f"The answer was not done within {count(evaluation.seconds, 'second')}.") from None
        except (Problem, Cancelled) as problem:
            raise Broken(str(problem)) from None
        await send({"type": "http.response.body", "body": b""})


async def _send_held(request: Request, send: Send, answer: Answer, evaluation: Evaluation, more: Headers | None) -> None:
    """Keep an answer until it is complete, then send it with its length.

    :raises Problem: 403 when it is too large for that, 503 when too much is held already
    """
    pieces = [answer.body]
    held = request.held
    while not evaluation.complete:
        pieces.append(await evaluation.next())
        held.take(len(pieces[-1]))
        if held.size > _WHOLE_BYTES:
            text = f"The answer is larger than {_WHOLE_BYTES} bytes, the most that HTTP/1.0 gets. Ask with HTTP/1.1, or for less."
            raise Problem(403, text)
    body = b"".join(pieces)
    del pieces
    headers = [*_headers(answer, more), (b"content-length", str(len(body)).encode())]
    try:
        async with held.waiting(max(1.0, evaluation.end - time.monotonic())):
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            for start in range(0, len(body), PIECE_BYTES):
                await send({"type": "http.response.body", "body": body[start : start + PIECE_BYTES], "more_body": start + PIECE_BYTES < len(body)})
    except TimeoutError:
        raise Broken("The client did not read the answer in time.") from None
