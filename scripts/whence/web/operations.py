"""What operators ask: whether the server is well, its counters, the state of the graph."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from whence.web.asking import Request, Send
from whence.web.delivery import send_whole
from whence.web.heads import Headers
from whence.web.page_answers import page_or_none
from whence.web.problems import Problem
from whence.web.publishing import Refused
from whence.web.representing import send_once

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["health", "metrics", "validation"]

_FRESH = (b"cache-control", b"no-store")
_CHECK_SECONDS = 2.0


async def health(site: Serving, request: Request, send: Send) -> None:
    """Answer 200 when a worker answers a query now, else 503."""
    pool = site.published.pool
    document: dict[str, object] = {"status": "ok", "digest": site.published.digest, "workers": pool.counts}
    try:
        await site.rows("ASK {}", seconds=_CHECK_SECONDS)
        status = 200
    except Problem as problem:
        status = 503
        document |= {"status": "failing", "detail": problem.detail}
    if site.refusal is not None:
        document["refused"] = site.refusal.problem
    body = json.dumps(document).encode()
    await send_whole(send, status, [(b"content-type", b"application/json"), _FRESH], body, request.method == "HEAD")


async def metrics(site: Serving, request: Request, send: Send) -> None:
    """Answer the counters as Prometheus text."""
    body = site.observer.metrics(site.published).encode()
    headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), _FRESH]
    await send_whole(send, 200, headers, body, request.method == "HEAD")


async def validation(site: Serving, request: Request, send: Send) -> None:
    """Answer which graph is served, and the report of the last change that was not."""
    refusal = site.refusal
    accept = request.accept or ""
    more: Headers = []
    if isinstance(refusal, Refused) and refusal.report and "text/html" in accept:
        kind, body = b"text/html; charset=utf-8", refusal.report.encode()
        more = [(b"content-security-policy", _policy(refusal.report))]
    elif await page_or_none(site, "validation", request, send):
        return
    elif isinstance(refusal, Refused) and "json" not in accept:
        kind, body = b"text/plain; charset=utf-8", f"{refusal.text}{refusal.problem}\n".encode()
    else:
        problem = None if refusal is None else str(refusal)
        document = {"served": site.published.digest, "findings": site.published.findings, "refused": problem}
        kind, body = b"application/json", json.dumps(document).encode()
    await send_once(request, send, 200, [(b"content-type", kind), (b"vary", b"Accept"), _FRESH, *more], body)


def _policy(page: str) -> bytes:
    """Return a policy under which the report may have its own style sheets, by their digests, and nothing else."""
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in re.findall(r"<style>(.*?)</style>", page, re.DOTALL)]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"default-src 'none'; style-src {allowed}; base-uri 'none'; frame-ancestors 'none'".encode()
