"""The files below `/static`: starlette's, compressed for clients that take it, their errors in the words of all others."""

from __future__ import annotations

import gzip
import os
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from whence.web.http.responses import COMPRESS_BYTES
from whence.web.http.problems import Problem
from whence.web.http.requests import Receive, Scope, Send

_PATH = str | os.PathLike[str]


class Files(StaticFiles):
    """Files of one folder; each form of a file has an entity tag of its own and is asked for anew, for a 304 mostly."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        :raises Problem: 404 when there is no such file, 405 for other methods than GET and HEAD
        """
        try:
            await super().__call__(scope, receive, send)
        except HTTPException as error:
            raise Problem(error.status_code, f"There is no such file: {error.detail}.", dict(error.headers or {})) from None

    def file_response(self, full_path: _PATH, stat_result: os.stat_result, scope: Scope, status_code: int = 200) -> Response:
        """Return the file as the client takes it; a range is one of the file as it is."""
        request = Headers(scope=scope)
        packed = _packed(os.fspath(full_path), stat_result.st_mtime_ns) if stat_result.st_size >= COMPRESS_BYTES else b""
        if packed and "range" not in request and scope["request"].encoding:
            headers = _headers(FileResponse(full_path, stat_result=stat_result), len(packed))
            if self.is_not_modified(Headers(headers), request):
                return NotModifiedResponse(Headers(headers))
            return Response(b"" if scope["method"] == "HEAD" else packed, status_code, headers)
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update({"cache-control": "no-cache", "vary": "Accept-Encoding"})
        return response


def _headers(plain: FileResponse, size: int) -> dict[str, str]:
    return {
        "content-type": plain.headers["content-type"],
        "content-encoding": "gzip",
        "content-length": str(size),
        "etag": f'{plain.headers["etag"][:-1]}-gzip"',
        "last-modified": plain.headers["last-modified"],
        "cache-control": "no-cache",
        "vary": "Accept-Encoding",
    }


@lru_cache(maxsize=64)
def _packed(path: str, _: int) -> bytes:
    """Return a file compressed, or nothing when that makes it no smaller.

    :param _: when the file was changed last, so that a changed one is read anew
    """
    whole = Path(path).read_bytes()
    packed = gzip.compress(whole, mtime=0)
    return packed if len(packed) < len(whole) else b""
