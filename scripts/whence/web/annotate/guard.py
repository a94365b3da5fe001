"""Who may ask the annotator: nobody but its own page, opened with the token of this run.

`Host` is compared, so that no name of somebody else's can be led to this address (DNS rebinding); `Origin`, so that no page of
another origin writes; and everything that tells of the graph or its texts asks for the token (RFC 6750, section 2.1).
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import JSONResponse

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
        """Answer one request."""
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
