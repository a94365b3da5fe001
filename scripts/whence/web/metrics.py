"""What operators see at `/metrics`: counters of all processes together, by prometheus-client in its multiprocess mode.

Each worker counts in files of its own, mapped into memory; what a dead one counted is added up into one file. The
state of the server comes from the supervisor when it is asked for, who watches the memory of each process from outside, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

_PAGE = os.sysconf("SC_PAGE_SIZE")


def private_bytes(process: int) -> int:
    """Return the bytes of memory that are a process's own, files and shared memory left out; 0 when it is gone."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as stream:
            fields = stream.read().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE if len(fields) > 2 else 0


@dataclass(slots=True)
class Watch:
    """The watch over one process.

    :ivar limit: bytes its queries may take
    :ivar base: bytes it had before the first query
    :ivar stage: what it was told last
    """

    process: int
    limit: int
    base: int = 0
    stage: str = ""

    def look(self) -> str:
        """Return what has to be done about the process now, each once: `retire`, `stop`, `kill`, or nothing.

        At half of its limit it takes no more connections, so that it is alone when it reaches the limit; then its queries
        are answered that they need too much. A process that cannot even do that is killed at twice the limit.
        """
        taken = private_bytes(self.process) - self.base
        stages = ("", "retire", "stop", "kill")
        reached = stages[sum((taken > self.limit // 2, taken > self.limit, taken > 2 * self.limit))]
        if stages.index(reached) <= stages.index(self.stage):
            return ""
        self.stage = reached
        return reached


_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))
_FILE_BYTES = 1 << 18
_KINDS = ("counter", "histogram")
_FOLDER = "whence-metrics-"
_SHARED_MEMORY = "/dev/shm"


def metrics_folder(spare: str) -> str:
    """Make a folder for the files of all processes; in memory where the system has such a place, else below `spare`.

    What servers left behind that were killed is removed.

    :raises OSError: there is no place for it
    """
    place = _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else spare
    for left in Path(place).glob(f"{_FOLDER}[0-9]*-*"):
        if not os.path.exists(f"/proc/{left.name.removeprefix(_FOLDER).partition('-')[0]}"):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-", dir=place)


def forget_process(folder: str, process: int) -> None:
    """Add what a process counted to what all dead ones did, and remove its files; 0 removes the whole folder."""
    if not process:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for kind in _KINDS:
        path = os.path.join(folder, f"{kind}_{process}.db")
        with contextlib.suppress(OSError, RuntimeError):
            counted = list(MmapedDict.read_all_values_from_file(path))
            total = MmapedDict(_reserved(os.path.join(folder, f"{kind}_0.db")))
            for key, value, _, _ in counted:
                total.write_value(key, total.read_value(key)[0] + value, 0.0)
            total.close()
        with contextlib.suppress(OSError):
            os.remove(path)


def _reserved(path: str) -> str:
    """Return the path of a file whose space is there: to write to a mapped file without would end the process.

    :raises OSError: there is no space
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(handle, 0, _FILE_BYTES)
    finally:
        os.close(handle)
    return path


class Metrics:
    """What one worker counts."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        values.ValueClass = values.MultiProcessValue()
        try:
            for kind in _KINDS:
                _reserved(os.path.join(folder, f"{kind}_{os.getpid()}.db"))
        except OSError:  # no space: this process counts for itself alone
            values.ValueClass = values.MutexValue
        own = CollectorRegistry()
        self._requests = Counter("whence_requests", "Requests answered.", ("route", "method", "status"), registry=own)
        self._bytes = Counter("whence_response_bytes", "Bytes of bodies sent.", ("route",), registry=own)
        name, text = "whence_request_duration_seconds", "Time from the request's headers to its last byte."
        self._seconds = Histogram(name, text, ("route",), buckets=_BUCKETS, registry=own)
        self._cached = Counter("whence_answers_remembered", "Answers given from the cache.", registry=own)
        # looked up once for each kind of request
        self._of = cache(lambda route, method, status: (self._requests.labels(route, method, status), self._bytes.labels(route), self._seconds.labels(route)))

    def count(self, route: str, method: str, status: int, size: int, seconds: float) -> None:
        """Count a request that has been answered."""
        requests, sent, taken = self._of(route, method if method in _METHODS else "other", status)
        requests.inc()
        sent.inc(size)
        taken.observe(seconds)

    def count_cached(self) -> None:
        """Count an answer that was given from the cache."""
        self._cached.inc()

    def render(self, state: dict[str, Any], digest: str, since: float) -> bytes:
        """Return all counters of all processes in the Prometheus text format.

        :param state: what the supervisor tells
        :param digest: of the graph being served
        :param since: when it went live
        """
        registry = CollectorRegistry()
        with contextlib.suppress(ValueError):  # the folder is gone
            MultiProcessCollector(registry, self._folder)
        registry.register(_State(state, digest, since))
        return generate_latest(registry)


class _State:
    """The state of the server as metrics."""

    def __init__(self, state: dict[str, Any], digest: str, since: float) -> None:
        self._state = state
        self._graph = digest, since

    def collect(self) -> Iterator[Metric]:
        state = self._state
        counts = state.get("workers", {})
        workers = ((name, counts.get(name, 0)) for name in ("accepting", "spare", "draining"))
        yield _family(GaugeMetricFamily, "whence_workers", "Worker processes by what they do.", "state", workers)
        yield _one("whence_long_queries", "Queries that go on for long.", counts.get("long", 0))
        yield _one("whence_requests_waiting", "Requests that wait for a thread.", counts.get("waiting", 0))
        yield _one("whence_requests_in_flight", "Requests being answered.", counts.get("in_flight", 0))
        yield _one("whence_connections", "Open connections.", counts.get("connections", 0))
        ended, reloads = state.get("ended", {}), state.get("reloads", {})
        yield _family(CounterMetricFamily, "whence_workers_ended", "Workers ended, by reason.", "reason", sorted(ended.items()))
        outcomes = ((name, reloads.get(name, 0)) for name in ("served", "refused"))
        yield _family(CounterMetricFamily, "whence_reloads", "Changed graphs, by outcome.", "outcome", outcomes)
        dropped = counts.get("dropped", 0) + state.get("dropped", 0)
        yield _one("whence_log_lines_dropped", "Lines of the log that nobody read in time, of the processes there are.", dropped)
        digest, since = self._graph
        yield _family(GaugeMetricFamily, "whence_graph_info", "The graph being served.", "digest", [(digest, 1)])
        yield _one("whence_graph_published_seconds", "When the graph went live, since 1970.", since)
        yield _one("process_start_time_seconds", "When the server started, since 1970.", state.get("started", 0))
        processes = state.get("processes", [])
        yield _one("process_open_fds", "Open file descriptors of all processes.", sum(map(_descriptors, processes)))
        yield _one("process_resident_memory_bytes", "Memory of all processes that is their own.", sum(map(private_bytes, processes)))


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _family(kind: Any, name: str, text: str, label: str, counted: Iterable[tuple[str, float]]) -> Metric:
    family: Metric = kind(name, text, labels=(label,))
    for value, number in counted:
        family.add_metric((value,), number)  # type: ignore[attr-defined]
    return family


def _descriptors(process: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return 0
