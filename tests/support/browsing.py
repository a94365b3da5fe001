"""Pages in Chromium: what a page complains about, or asks of other servers, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import Server

FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def missing(what: str) -> None:
    """Skip the test; where continuous integration runs, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"needs {what}, and nothing may be skipped where CI is set")
    pytest.skip(f"needs {what}")


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing("chromium (Debian: apt install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright (pip install 'whence-graph[browser]')")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@contextmanager
def opened(browser: Any, server: Server, path: str = "/", **settings: Any) -> Iterator[Any]:
    """A page; what it complains about or asks of others fails the test when it closes."""
    context = browser.new_context(base_url=server.base, **settings)
    context.set_default_timeout(60_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    home = urlsplit(server.base).netloc
    page.on("request", lambda request: complaints.append(f"asks {request.url}") if urlsplit(request.url).netloc != home else None)
    page.goto(path)
    yield page
    assert not complaints, complaints
    context.close()


def write(page: Any, text: str) -> None:
    """Replace the text of the editor."""
    page.get_by_role("textbox", name="Query").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
