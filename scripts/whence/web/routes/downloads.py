"""The graph and its views as files: `/download/NAME`, with digest, range and entity tag."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from whence.web import downloads
from whence.web.downloads import Prepared
from whence.web.graph import Graph
from whence.web.http.caching import holds, send_whole
from whence.web.http.requests import Request, Send

if TYPE_CHECKING:
    from whence.web.site import Site

#: A file is made once, for all who ask later, so that it may take longer than a query.
_SECONDS = 300.0


async def respond(site: Site, request: Request, send: Send) -> None:
    """Answer a file, made in a thread where it is asked for first.

    Its `ETag` is the SHA-256, which `Repr-Digest` tells too (RFC 9530, section 3).

    :raises Problem: 404 when there is no such file, 406 when its format cannot carry what is in it
    """
    one = downloads.find(site.graph, request.scope["path_params"]["name"])

    def make(graph: Graph) -> Prepared:
        return downloads.prepare(graph, one)

    found: Prepared = await site.run(request, make, max(site.settings.timeout, _SECONDS))
    tag = f'"{found.digest}"'
    headers = {"etag": tag, "cache-control": "no-cache", "repr-digest": f"sha-256=:{b64encode(bytes.fromhex(found.digest)).decode()}:"}
    if holds(request.field(b"if-none-match") or "", tag.encode()):
        await send_whole(send, 304, [(name.encode(), value.encode()) for name, value in headers.items()], b"", True)
        return
    kind = f"{one.media_type}; charset=utf-8" if one.media_type.startswith("text/") else one.media_type
    await FileResponse(found.path, headers=headers, media_type=kind, filename=one.name)(request.scope, request.receive, send)
