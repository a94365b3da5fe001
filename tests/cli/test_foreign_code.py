"""The folder that one stands in may be anybody's: no module in it is run by what a command starts."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from serving import SMALL_GRAPH, Server

pytestmark = pytest.mark.usefixtures("validated")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with modules named as those that whence imports."""
    for name in ("whence", "calendar", "json", "mcp", "pyoxigraph", "uvicorn"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\nraise SystemExit(9)\n", encoding="utf-8")
    return tmp_path


def test_a_server_runs_nothing_of_the_folder(folder: Path) -> None:
    with Server(folder=folder) as server:
        assert server.get("/health").status == 200
    assert not (folder / "ran").exists()


def test_the_server_of_assistants_and_what_it_starts_run_nothing_of_the_folder(folder: Path) -> None:
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "scripts"), "WHENCE_CACHE": os.environ["WHENCE_CACHE"]}
    started = StdioServerParameters(command=sys.executable, args=["-P", "-m", "whence", "--graph", str(SMALL_GRAPH), "mcp"], env=environment, cwd=folder)

    async def run() -> None:
        async with Client(started, read_timeout_seconds=120) as client:
            assert not (await client.call_tool("sparql", {"text": "ASK {}"})).is_error

    asyncio.run(run())
    assert not (folder / "ran").exists()
