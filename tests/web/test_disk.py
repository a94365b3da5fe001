"""A full disk: told in a sentence at the start, and nothing that is served already suffers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import ROOT, SMALL_GRAPH, Client, Server, free_port

PERSON = '\nid:new-person\n  a wh:Person ;\n  skos:prefLabel "New Person"@en ;\n.\n'
MOUNT = "mount -t tmpfs -o size={size}k none"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for one small graph or so."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run([*MOUNT.format(size=2300).split(), str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Write until there is no room left."""
    path = folder / "everything else"
    with path.open("wb", buffering=0) as stream:
        try:
            while stream.write(b"x" * 1024):
                pass
        except OSError:
            pass
    return path


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONPATH": str(ROOT / "scripts"), "PATH": os.environ["PATH"], **environment}
    command = [sys.executable, "-m", "whence", "serve", "--graph", str(SMALL_GRAPH), "--port", "0"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=settings)


def test_a_start_without_room_is_told_in_one_sentence(small_disk: Path) -> None:
    fill(small_disk)
    done = start(WHENCE_CACHE=str(small_disk / "cache"), TMPDIR=str(small_disk))
    assert done.returncode == 3
    assert "cannot be served" in done.stderr and "No space left on device" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_folder_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    done = start(WHENCE_CACHE=str(blocked), TMPDIR=str(blocked))
    assert done.returncode == 3
    assert "cannot be served" in done.stderr and "Traceback" not in done.stderr


def test_a_disk_that_fills_up_stops_nothing_that_is_served(small_disk: Path, small_graph: Path) -> None:
    file = small_graph / "triples" / "entities" / "person.ttl"
    before = file.read_text(encoding="utf-8")
    with Server("--reload", graph=small_graph, WHENCE_CACHE=str(small_disk / "cache"), TMPDIR=str(small_disk)) as server:
        first = server.get("/health").json()["digest"]
        filled = fill(small_disk)
        for number in workers(server):
            os.kill(number, signal.SIGKILL)
        assert server.wait_for(lambda: server.get("/health").status == 200)
        file.write_text(before + PERSON, encoding="utf-8")
        assert server.wait_for(lambda: server.metric('whence_reloads_total{outcome="refused"') == 1)
        told = server.get("/health").json()
        assert told["digest"] == first and told["refused"]
        assert server.wait_for(lambda: any('"refused"' in line and "No space left on device" in line for line in server.log))
        assert server.query("ASK { id:new-person ?p ?o }").json()["boolean"] is False
        filled.unlink()
        file.write_text(before + PERSON + "\n", encoding="utf-8")
        assert server.wait_for(lambda: server.query("ASK { id:new-person ?p ?o }").json()["boolean"] is True)
        assert not [line for line in server.log if "Traceback" in line]


def test_a_log_without_room_stops_nothing(tmp_path: Path) -> None:
    settings = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "WHENCE_CACHE": str(tmp_path)}
    port = free_port()
    with open("/dev/full", "w", encoding="ascii") as full:
        command = [sys.executable, "-m", "whence", "serve", "--graph", str(SMALL_GRAPH), "--port", str(port)]
        process = subprocess.Popen(command, stdout=full, stderr=full, env=settings)
    try:
        client = Client(port)
        assert client.wait_for(lambda: answers(client))
        assert all(client.query(f"ASK {{}} #{number}").status == 200 for number in range(50))
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_log_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    """More lines than a pipe holds: what does not fit is dropped and counted."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "WHENCE_CACHE": str(tmp_path)}
    port = free_port()
    command = [sys.executable, "-m", "whence", "serve", "--graph", str(SMALL_GRAPH), "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=settings)
    try:
        client = Client(port)
        assert client.wait_for(lambda: answers(client))
        long = "x" * 3000
        assert all(client.query(f"ASK {{}} #{long}{number}").status == 200 for number in range(4000))
        assert client.wait_for(lambda: client.metric("whence_log_lines_dropped") > 0)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(timeout=20)
        assert process.stderr is not None
        process.stderr.close()


def answers(client: Client) -> bool:
    try:
        return client.get("/health").status == 200
    except OSError:
        return False


def workers(server: Server) -> list[int]:
    number = server.process.pid
    return [int(text) for text in Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split()]
