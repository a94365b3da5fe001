"""Starts Trino on this machine as one coordinator and two workers, which listen on 127.0.0.1 alone; for `bench_engines`."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

__all__ = ["Missing", "cluster", "free_port"]

ARTEFACT = "io.trino:trino-server:476:tar.gz"
#: Trino 476 needs this version of Java or a later one.
JAVA = 24
WORKERS = 2
#: Of each process; the heap is most of what it takes.
HEAP = {"coordinator": "1G", "worker": "1G"}
_SECONDS = 900


class Missing(Exception):
    """What Trino needs is not on this machine."""


@contextmanager
def cluster(folder: Path, tables: Path) -> Iterator[tuple[str, list[int]]]:
    """Start a cluster whose catalog `hive` reads the tables of a folder; give the address of its coordinator and its processes, and end it.

    :param folder: for its files
    :param tables: what `whence publish --parquet` wrote
    :raises Missing: there is no Java for it, or Maven cannot fetch it
    """
    home = _installed(folder)
    java = _java()
    port = free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name in ("coordinator", *(f"worker{number}" for number in range(1, WORKERS + 1))):
            own = port if name == "coordinator" else free_port()
            processes.append(_start(home, java, _configured(folder / name, name, own, port, tables)))
        _wait(f"http://127.0.0.1:{port}", processes)
        yield f"127.0.0.1:{port}", [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _installed(folder: Path) -> Path:
    """Return the unpacked server: that of TRINO_HOME, or one that Maven fetches."""
    if "TRINO_HOME" in os.environ:
        return Path(os.environ["TRINO_HOME"])
    if shutil.which("mvn") is None:
        raise Missing("Trino is fetched by Maven, which is not installed")
    copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTEFACT}", f"-DoutputDirectory={folder}"]
    if subprocess.run(copy, cwd=folder, capture_output=True, check=False, timeout=1800).returncode:
        raise Missing(f"Maven cannot fetch {ARTEFACT}")
    (archive,) = folder.glob("trino-server-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    (home,) = folder.glob("trino-server-*")
    return home


def _java() -> str:
    """Return a `java` that is new enough: of JAVA_HOME, of the path, or of /usr/lib/jvm."""
    candidates = [Path(os.environ.get("JAVA_HOME", "/nowhere")) / "bin" / "java", *sorted(Path("/usr/lib/jvm").glob("*/bin/java"))]
    for candidate in [str(path) for path in candidates if path.exists()] + [found for found in [shutil.which("java")] if found]:
        told = subprocess.run([candidate, "-version"], capture_output=True, text=True, check=False).stderr
        version = re.search(r'version "(\d+)', told)
        if version and int(version[1]) >= JAVA:
            return candidate
    raise Missing(f"Trino needs Java {JAVA} or later; set JAVA_HOME")


def _configured(folder: Path, name: str, own: int, coordinator: int, tables: Path) -> Path:
    """Write the configuration of one process."""
    (folder / "catalog").mkdir(parents=True)
    kind = "coordinator" if name == "coordinator" else "worker"
    files = {
        "node.properties": ["node.environment=whence", f"node.id={name}", f"node.data-dir={folder / 'data'}", "node.bind-ip=127.0.0.1", "node.internal-address=127.0.0.1"],
        "config.properties": [
            f"coordinator={str(kind == 'coordinator').lower()}", "node-scheduler.include-coordinator=false" if kind == "coordinator" else "",
            f"http-server.http.port={own}", f"discovery.uri=http://127.0.0.1:{coordinator}", "query.max-memory-per-node=450MB", "query.max-stage-count=400", "memory.heap-headroom-per-node=200MB",
        ],
        "jvm.config": ["-server", f"-Xmx{HEAP[kind]}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Djdk.attach.allowAttachSelf=true", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"],
        "log.properties": ["io.trino=WARN"],
        "catalog/hive.properties": [
            "connector.name=hive", "hive.metastore=file", "hive.metastore.catalog.dir=local:///metastore", "fs.native-local.enabled=true", f"local.location={tables}",
            "hive.metastore-cache-ttl=1h",
        ],
    }  # fmt: skip
    for file, lines in files.items():
        (folder / file).write_text("".join(f"{line}\n" for line in lines if line), encoding="utf-8")
    return folder


def _start(home: Path, java: str, etc: Path) -> subprocess.Popen[bytes]:
    options = (etc / "jvm.config").read_text(encoding="utf-8").split()
    settings = [f"-Dconfig={etc / 'config.properties'}", f"-Dlog.levels-file={etc / 'log.properties'}", f"-Dcatalog.config-dir={etc / 'catalog'}"]
    node = [f"-D{line}" for line in (etc / "node.properties").read_text(encoding="utf-8").split()]
    with (etc / "log").open("wb") as log:
        return subprocess.Popen([java, *options, *settings, *node, "-cp", f"{home}/lib/*", "io.trino.server.TrinoServer"], cwd=home, stdout=log, stderr=log)


def _wait(address: str, processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the coordinator knows all its workers.

    :raises RuntimeError: one ended, or it takes too long
    """
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if any(process.poll() is not None for process in processes):
            raise RuntimeError("a process of Trino ended; see its file log")
        try:
            if _asked(address, "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active' AND NOT coordinator") == WORKERS:
                return
        except (URLError, OSError, KeyError, IndexError):
            pass
        time.sleep(1)
    raise RuntimeError(f"Trino did not start in {_SECONDS} seconds")


def _asked(address: str, query: str) -> int:
    """Return the one number that a query answers (Trino's client protocol)."""
    found: list[list[int]] = []
    request = Request(f"{address}/v1/statement", query.encode(), {"X-Trino-User": "whence"})
    while True:
        with urlopen(request, timeout=30) as answer:
            said = json.load(answer)
        found += said.get("data", [])
        if "nextUri" not in said:
            return found[0][0]
        request = Request(said["nextUri"], headers={"X-Trino-User": "whence"})


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
