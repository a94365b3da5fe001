"""Sending answers: from memory, whole, or piece by piece, and every problem in the form the client reads."""

from __future__ import annotations

import asyncio
from typing import Any

from whence.web.asking import Request, Send
from whence.web.exchange import Broken, Exchange
from whence.web.heads import VARY, Headers, holds, told_headers
from whence.web.message import Question
from whence.web.pool import Pool
from whence.web.problems import Problem, render
from whence.web.remembering import Memory

__all__ = ["deliver", "fetch", "pass_on", "send_problem", "send_whole"]


async def deliver(
    pool: Pool, memory: Memory, question: Question, seconds: float, request: Request, send: Send, more: Headers | None = None
) -> None:
    """Put a question to the workers and send what they answer.

    :param more: further headers of the answer
    :raises Problem: as long as nothing was sent
    :raises Broken: when the answer could not be completed
    """
    message = question.framed()
    known = request.headers.get("if-none-match")
    remembered = memory.get(message)
    if remembered is not None:
        head, body = remembered
        headers = [*told_headers(head), *(more or [])]
        if known and holds(known, head["headers"][b"etag"]):
            await send_whole(send, 304, _revalidation(headers), b"", True)
        else:
            await send_whole(send, 200, headers, body, request.method == "HEAD")
        return
    asked = message
    if known:
        question.known = known
        asked = question.framed()
    exchange = pool.ask(Exchange(asked, seconds))
    await pass_on(exchange, request, send, more)
    if exchange.complete:
        memory.put(message, exchange.head, exchange.body)


async def pass_on(exchange: Exchange, request: Request, send: Send, more: Headers | None = None) -> None:
    """Send what a worker answers, and end its query when the client goes away.

    :param more: further headers of the answer
    :raises Problem: as long as nothing was sent
    :raises Broken: when the answer could not be completed
    """
    watch = _Watch(request, exchange)
    exchange.gone = watch.start
    try:
        head, body = await exchange.start()
        _require_answer(head)
        await _send(exchange, head["status"], [*told_headers(head), *(more or [])], body, request, send)
    except asyncio.CancelledError:
        if not watch.gone:
            raise
    finally:
        watch.stop()
        exchange.abandon()


async def fetch(pool: Pool, memory: Memory, question: Question, seconds: float) -> tuple[int, bytes]:
    """Put a question to the workers for our own use; return status and whole body.

    :raises Problem: also when the answer broke off
    """
    message = question.framed()
    remembered = memory.get(message)
    if remembered is not None:
        return remembered[0]["status"], remembered[1]
    exchange = pool.ask(Exchange(message, seconds))
    try:
        head, body = await exchange.start()
        _require_answer(head)
        if exchange.complete:
            memory.put(message, head, body)
        else:
            body += b"".join([piece async for piece in _rest_or_problem(exchange)])
        return head["status"], body
    finally:
        exchange.abandon()


def _require_answer(head: dict[str, Any]) -> None:
    """Raise the problem a worker tells of, if it does."""
    problem = head.get("problem")
    if problem is not None:
        raise Problem(head["status"], problem.pop("detail"), problem.pop("headers"), **problem)


class _Watch:
    """Looks whether the client is still there while an answer takes long."""

    def __init__(self, request: Request, exchange: Exchange) -> None:
        self.gone = False
        self._exchange = exchange
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
        self._exchange.abandon()


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
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"), VARY]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send_whole(send, problem.status, headers, body, bool(request) and request.method == "HEAD")
