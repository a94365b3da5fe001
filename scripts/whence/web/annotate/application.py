"""The routes of the annotator's page: JSON in and out, every refusal a sentence; nobody but its own page, opened with the token of this run, may ask.

`Host` is compared, so that no name of somebody else's can be led to this address (DNS rebinding); `Origin`, so that no page of
another origin writes; and everything that tells of the graph or its texts asks for the token (RFC 6750, section 2.1).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
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

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_Application = Callable[[_Scope, _Receive, _Send], Awaitable[None]]
#: Content-Security-Policy level 3: nothing inline, nothing from elsewhere, nothing sent elsewhere.
_HEADERS = [
    (b"content-security-policy", b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"), (b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"), (b"cross-origin-opener-policy", b"same-origin"),
]  # fmt: skip


class Guard:
    """An application in front of another, which passes on only what may be asked.

    :param port: the port it is asked at
    :param token: what the address that is opened carries
    """

    def __init__(self, application: _Application, port: int, token: str) -> None:
        self._application = application
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        self._token = token

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            return

        async def guarded(event: MutableMapping[str, Any]) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event["headers"], *_HEADERS]
            await send(event)

        status, refused = self._judge(scope)
        if status:
            await JSONResponse({"detail": refused}, status)(scope, receive, guarded)
        else:
            await self._application(scope, receive, guarded)

    def _judge(self, scope: _Scope) -> tuple[int, str]:
        """Return the status with which a request is refused and why, or 0."""
        fields: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            fields.setdefault(name, []).append(value.decode("latin-1"))
        host = fields.get(b"host", [])
        if len(host) != 1 or host[0] not in self._hosts:
            return 421, "The annotator answers at 127.0.0.1 and localhost alone. Open the address that whence annotate printed."
        origin = fields.get(b"origin", [])
        reading = scope["method"] in ("GET", "HEAD")
        if (origin or not reading) and origin != [f"http://{host[0]}"]:
            return 403, "Only the annotator's own page may write."
        given = fields.get(b"authorization", [""])[0].removeprefix("Bearer ")
        private = scope["path"].startswith("/api/") or not reading
        if private and not secrets.compare_digest(given.encode(), self._token.encode()):
            return 401, "The token is missing or is that of another run. Open the address that whence annotate printed."
        return 0, ""


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
    """Return the JSON object of a request."""
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
