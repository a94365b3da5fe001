"""A server of the tests' own: started as a process, asked over loopback, ended for certain."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import snapshots

ROOT = Path(__file__).resolve().parents[2]
SMALL_GRAPH = ROOT / "tests" / "cases" / "graph"
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JSON = "application/sparql-results+json"


class Answer:
    """A response, read to its end or to where it broke off."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.whole = True
        try:
            self.body = response.read()
        except http.client.IncompleteRead as broken:
            self.body, self.whole = broken.partial, False

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks a server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = 60) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Answer:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers={**({"Accept": accept} if accept else {}), **fields})

    def query(self, text: str, accept: str | None = JSON, **parameters: str) -> Answer:
        return self.get("/sparql?" + urlencode({"query": text, **parameters}), accept)

    def ask_slowly(self, connection: socket.socket, query: str, **parameters: str) -> None:
        """Send a query whose answer is not read."""
        asked = urlencode({"query": query, **parameters})
        connection.sendall(f"GET /sparql?{asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    def metric(self, name: str) -> float:
        lines = self.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def descriptors(self) -> float:
        """Return the open files of all processes, once the spare ones are there."""
        assert self.wait_for(lambda: self.metric('whence_workers{state="spare"') == 2 and self.metric('whence_workers{state="draining"') == 0)
        return self.metric("process_open_fds")

    @staticmethod
    def wait_for(condition: Any, seconds: float = 120) -> bool:
        """Wait until something holds; report whether it did in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.02)
        return bool(condition())


class Server(Client):
    """`whence serve` on a free port; a context manager.

    :ivar log: the lines it has written so far
    """

    def __init__(self, *arguments: str, graph: Path = SMALL_GRAPH, bounds: dict[str, Any] | None = None, folder: Path | None = None, **environment: str) -> None:
        """
        :param arguments: of the command
        :param bounds: fields of `whence.web.settings.Settings`, those without an option too; instead of arguments
        :param folder: the one it is started in
        """
        self._cache = tempfile.mkdtemp(prefix="whence-test-")
        self.log: list[str] = []
        if graph in (ROOT, SMALL_GRAPH):
            snapshots.give(Path(self._cache))
        settings = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "WHENCE_CACHE": self._cache, **environment}
        command = [sys.executable, "-P", "-m", "whence", "serve", "--port", "0", "--graph", str(graph), *arguments]
        if bounds is not None:
            command = [sys.executable, "-m", "whence.web", json.dumps({"graph": str(graph), "port": 0, **bounds})]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=settings, cwd=folder, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        super().__init__(0)
        self.wait_for(lambda: any('"listening"' in line for line in self.log) or self.process.poll() is not None)
        address = next((json.loads(line)["address"] for line in self.log if '"listening"' in line), None)
        if address is None:
            self.__exit__(None, None, None)
            raise RuntimeError("the server did not start: " + "\n".join(self.log))
        self.port = int(address.rstrip("/").rpartition(":")[2])
        self.base = address

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                self.log.append(line.rstrip("\n"))

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(timeout=10)
        shutil.rmtree(self._cache, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
