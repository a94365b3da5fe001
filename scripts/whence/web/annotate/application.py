"""The routes of the annotator's page: JSON in and out, every refusal a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from whence.errors import UsageError, WhenceError
from whence.web.annotate.desk import Desk, Refused

_STATIC = Path(__file__).parents[1] / "static"
_PAGE = Path(__file__).with_name("page.html")
#: No card is larger.
_MOST_BYTES = 1 << 20


def application(desk: Desk) -> Starlette:
    """Return the application over one desk, to stand behind a `Guard`."""
    read: dict[str, Callable[[dict[str, str]], Any]] = {
        "session": lambda _: desk.session(),
        "version": lambda _: {"version": desk.version()},
        "document": lambda asked: desk.document(_required(asked, "iri")),
        "complete": lambda asked: desk.complete(asked),
    }
    written: dict[str, Callable[[dict[str, Any]], Any]] = {
        "propose": desk.propose, "save": desk.save, "undo": lambda _: desk.undo(), "question": desk.question,
        "draft": desk.draft,
    }  # fmt: skip

    def reading(answer: Callable[[dict[str, str]], Any]) -> Callable[[Request], Any]:
        async def respond(request: Request) -> Response:
            return _json(await run_in_threadpool(answer, dict(request.query_params)))

        return respond

    def writing(answer: Callable[[dict[str, Any]], Any]) -> Callable[[Request], Any]:
        async def respond(request: Request) -> Response:
            return _json(await run_in_threadpool(answer, await _body(request)))

        return respond

    async def page(_: Request) -> Response:
        return FileResponse(_PAGE, headers={"cache-control": "no-cache"})

    routes: list[Route | Mount] = [Route("/", page), Mount("/static", StaticFiles(directory=_STATIC))]
    routes += [Route(f"/api/{name}", reading(answer), methods=["GET"]) for name, answer in read.items()]
    routes += [Route(f"/api/{name}", writing(answer), methods=["POST"]) for name, answer in written.items()]
    handlers: dict[Any, Any] = {Refused: _refused, WhenceError: _wrong, HTTPException: _http, Exception: _fault}
    return Starlette(routes=routes, exception_handlers=handlers)


async def _body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    :raises UsageError: it is none, or too large
    """
    pieces: list[bytes] = []
    async for piece in request.stream():
        pieces.append(piece)
        if sum(map(len, pieces)) > _MOST_BYTES:
            raise HTTPException(413, f"The body is larger than {_MOST_BYTES} bytes.")
    try:
        found = json.loads(b"".join(pieces))
        json.dumps(found, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError("The body is not a JSON object.", fix="Send one, in UTF-8 and of whole characters.")
    return found


def _required(asked: dict[str, str], name: str) -> str:
    if not asked.get(name):
        raise UsageError(f"The parameter {name} is missing.", fix="Give it in the address.")
    return asked[name]


def _json(value: Any, status: int = 200) -> Response:
    return JSONResponse(value, status, headers={"cache-control": "no-store"})


async def _refused(_: Request, error: Refused) -> Response:
    return _json({"detail": str(error), "problems": error.problems}, 422)


async def _wrong(_: Request, error: WhenceError) -> Response:
    return _json({"detail": str(error)}, 422)


async def _http(_: Request, error: HTTPException) -> Response:
    return JSONResponse({"detail": error.detail}, error.status_code, headers=dict(error.headers or {}))


async def _fault(_: Request, __: Exception) -> Response:
    return _json({"detail": "The annotator made a mistake, which is told in the terminal. The card is kept."}, 500)
