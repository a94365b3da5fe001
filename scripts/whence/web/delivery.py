"""Sending answers: from memory, whole, or piece by piece, and every problem in the form the client reads."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from whence.web.asking import Request, Send
from whence.web.exchange import Broken, Exchange
from whence.web.frames import ASK, frame
from whence.web.message import Question
from whence.web.pool import Pool
from whence.web.problems import Problem, render

__all__ = ["Memory", "deliver", "fetch", "send_problem", "send_whole"]

_KEEP_BYTES = 1024 * 1024
_VARY = (b"vary", b"Accept, Accept-Encoding")
Headers = list[tuple[bytes, bytes]]


class Memory:
    """Answers remembered by their question; those used longest ago go first.

    A pool answers from one snapshot, so what a question was answered once stays right as long as the pool.

    :ivar hits: how many answers came from here
    """

    def __init__(self, size: int = 64 * 1024 * 1024) -> None:
        self.hits = 0
        self._limit = size
        self._size = 0
        self._answers: OrderedDict[bytes, tuple[int, Headers, bytes, str]] = OrderedDict()

    def get(self, message: bytes) -> tuple[int, Headers, bytes, str] | None:
        """Return status, headers, body and entity tag, or None."""
        found = self._answers.get(message)
        if found is not None:
            self.hits += 1
            self._answers.move_to_end(message)
        return found

    def put(self, message: bytes, status: int, headers: Headers, body: bytes, tag: str) -> None:
        """Remember an answer, unless it is large."""
        if len(body) + len(message) > _KEEP_BYTES or message in self._answers:
            return
        self._answers[message] = (status, headers, body, tag)
        self._size += len(body) + len(message) + 500
        while self._size > self._limit:
            old, (_, _, gone, _) = self._answers.popitem(last=False)
            self._size -= len(gone) + len(old) + 500


async def deliver(
    pool: Pool, memory: Memory, question: Question, seconds: float, request: Request, send: Send, more: Headers | None = None
) -> None:
    """Put a question to the workers and send what they answer.

    :param more: further headers of the answer
    :raises Problem: as long as nothing was sent
    :raises Broken: when the answer could not be completed
    """
    message = frame(ASK, question.fields())
    known = request.headers.get("if-none-match")
    remembered = memory.get(message)
    if remembered is not None:
        status, headers, body, tag = remembered
        if known and _holds(known, tag):
            await send_whole(send, 304, [*_revalidation(headers), *(more or [])], b"", True)
        else:
            await send_whole(send, status, headers + (more or []), body, request.method == "HEAD")
        return
    asked = message
    if known:
        question.known = known
        asked = frame(ASK, question.fields())
    watch = _Watch(request)
    exchange = watch.exchange = pool.ask(asked, seconds, watch.start)
    try:
        head, body = await exchange.start
        problem = head.get("problem")
        if problem is not None:
            raise Problem(head["status"], problem.pop("detail"), problem.pop("headers"), **problem)
        headers = [_VARY, *((name.lower().encode(), value.encode()) for name, value in head.get("headers", {}).items())]
        if exchange.complete and head.get("keep") and head["status"] == 200:
            memory.put(message, 200, headers, body, head["headers"]["ETag"])
        await _send(exchange, head["status"], headers + (more or []), body, request, send)
    except asyncio.CancelledError:
        if watch.gone:
            return
        raise
    finally:
        watch.stop()
        exchange.abandon()


async def fetch(pool: Pool, memory: Memory, question: Question, seconds: float) -> tuple[int, bytes]:
    """Put a question to the workers for our own use; return status and whole body.

    :raises Problem: also when the answer broke off
    """
    message = frame(ASK, question.fields())
    remembered = memory.get(message)
    if remembered is not None:
        return remembered[0], remembered[2]
    exchange = pool.ask(message, seconds)
    try:
        head, body = await exchange.start
        problem = head.get("problem")
        if problem is not None:
            raise Problem(head["status"], problem.pop("detail"), problem.pop("headers"), **problem)
        if not exchange.complete:
            body += b"".join([piece async for piece in _rest_or_problem(exchange)])
        elif head.get("keep"):
            headers = [_VARY, *((name.lower().encode(), value.encode()) for name, value in head["headers"].items())]
            memory.put(message, head["status"], headers, body, head["headers"]["ETag"])
        return head["status"], body
    finally:
        exchange.abandon()


class _Watch:
    """Looks whether the client is still there while an answer takes long."""

    def __init__(self, request: Request) -> None:
        self.exchange: Exchange | None = None
        self.gone = False
        self._request = request
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._look())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if self.exchange is not None:
            self.exchange.abandon()


def _holds(known: str, tag: str) -> bool:
    """Report whether `If-None-Match` names an entity tag (RFC 9110, section 13.1.2, weak comparison)."""
    return known.strip() == "*" or tag.removeprefix("W/") in known


def _revalidation(headers: Headers) -> Headers:
    return [field for field in headers if field[0] in (b"etag", b"cache-control", b"vary")]


async def send_whole(send: Send, status: int, headers: Headers, body: bytes, silent: bool = False) -> None:
    """Send a complete response.

    :param silent: send the headers alone, as for HEAD
    """
    size = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + size})
    await send({"type": "http.response.body", "body": b"" if silent else body})


async def _send(exchange: Exchange, status: int, headers: Headers, body: bytes, request: Request, send: Send) -> None:
    if exchange.complete:
        await send_whole(send, status, headers, body, request.method == "HEAD")
    elif request.method == "HEAD":
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
    elif request.scope["http_version"] == "1.0":  # without chunks a broken answer would look whole
        await send_whole(send, status, headers, body + b"".join([piece async for piece in _rest_or_problem(exchange)]))
    else:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        async for piece in exchange.rest():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _rest_or_problem(exchange: Exchange) -> Any:
    try:
        async for piece in exchange.rest():
            yield piece
    except Broken as broken:
        raise Problem(503, str(broken)) from None


async def send_problem(problem: Problem, request: Request | None, send: Send) -> None:
    """Send a problem as the client reads it."""
    accept = request.headers.get("accept", "") if request else ""
    agent = request.headers.get("user-agent", "") if request else ""
    kind, body = render(problem, accept, agent)
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"), _VARY]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_whole(send, problem.status, headers, body, bool(request) and request.method == "HEAD")
