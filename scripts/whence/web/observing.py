"""What the operator sees: one JSON line a request, and counters in the Prometheus text format 0.0.4."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from bisect import bisect_left
from collections import Counter
from typing import Any

from whence.web import log_line

__all__ = ["Observer"]

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FLUSH_SECONDS = 0.25
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))


class Observer:
    """Counts requests and writes the access log to standard error.

    :ivar counted: (route, method, status) to number of requests
    """

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str, int]] = Counter()
        self.started = time.time()
        self.in_flight = 0
        self.reloads: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._seconds: dict[str, list[float]] = {}
        self._lines: list[str] = []

    def note(self, scope: Any, route: str, status: int, size: int, seconds: float, whole: bool) -> None:
        """Count a request that has ended, and log it."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.counted[(route, method, status)] += 1
        self._measure(route, size, seconds)
        client = scope.get("client")
        host = client[0] if client else None
        self._lines.append(log_line.line(host, scope["method"], scope["path"], scope["query_string"], status, size, seconds, whole))

    def _measure(self, route: str, size: int, seconds: float) -> None:
        self._bytes[route] += size
        buckets = self._seconds.setdefault(route, [0.0] * (len(_BOUNDS) + 2))
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        buckets[-1] += seconds

    def note_lent(self, notes: list[tuple[str, str, int, float]]) -> None:
        """Count requests of the endpoint that workers have answered, and log them: line, method, bytes and seconds of each."""
        for line, method, size, seconds in notes:
            self.counted[("sparql", method, 200)] += 1
            self._measure("sparql", size, seconds)
            self._lines.append(line)

    def say(self, event: str, **fields: Any) -> None:
        """Log something else than a request."""
        self._lines.append(json.dumps({"time": round(time.time(), 3), "event": event, **fields}))

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines = self._lines, []
        if lines and sys.stderr is not None:
            try:
                sys.stderr.write("\n".join(lines) + "\n")
                sys.stderr.flush()
            except OSError:
                pass  # nobody reads the log any more: serving goes on

    async def write(self) -> None:
        """Write the log every so often, for ever."""
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            self.flush()

    def metrics(self, published: Any) -> str:
        """Return all counters.

        :param published: the graph being served, a `whence.web.publishing.Published`
        """
        counts, pool = published.pool.counts, published.pool
        lines = ["# HELP whence_requests_total Requests answered.", "# TYPE whence_requests_total counter"]
        for (route, method, status), count in sorted(self.counted.items()):
            lines.append(f'whence_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}')
        lines += self._durations()
        lines += ["# HELP whence_response_bytes_total Bytes of bodies sent.", "# TYPE whence_response_bytes_total counter"]
        lines += [f'whence_response_bytes_total{{route="{route}"}} {size}' for route, size in sorted(self._bytes.items())]
        lines += ["# HELP whence_workers Worker processes by what they do.", "# TYPE whence_workers gauge"]
        lines += [f'whence_workers{{state="{state}"}} {counts[state]}' for state in ("idle", "quick", "long")]
        lines += _plain("whence_requests_waiting", "gauge", "Requests that wait for a worker.", counts["waiting"])
        lines += _plain("whence_connections_lent", "gauge", "Connections that workers answer on by themselves.", counts["lent"])
        lines += _plain("whence_requests_in_flight", "gauge", "Requests being answered.", self.in_flight)
        lines += ["# HELP whence_workers_ended_total Workers ended, by reason.", "# TYPE whence_workers_ended_total counter"]
        lines += [f'whence_workers_ended_total{{reason="{reason}"}} {count}' for reason, count in sorted(pool.killed.items())]
        lines += ["# HELP whence_reloads_total Changed graphs, by outcome.", "# TYPE whence_reloads_total counter"]
        lines += [f'whence_reloads_total{{outcome="{outcome}"}} {self.reloads[outcome]}' for outcome in ("served", "refused")]
        lines += _plain("whence_answers_remembered_total", "counter", "Answers given from memory.", published.memory.hits)
        lines += _plain("whence_graph_published_seconds", "gauge", "When the graph went live, since 1970.", published.since)
        lines += _plain("process_start_time_seconds", "gauge", "When the server started, since 1970.", self.started)
        lines += _plain("process_open_fds", "gauge", "Open file descriptors of the front.", _descriptors())
        lines += _plain("process_resident_memory_bytes", "gauge", "Resident memory of the front.", _resident())
        lines += ["# HELP whence_graph_info The graph being served.", "# TYPE whence_graph_info gauge"]
        lines.append(f'whence_graph_info{{digest="{published.digest}"}} 1')
        return "\n".join(lines) + "\n"

    def _durations(self) -> list[str]:
        name = "whence_request_duration_seconds"
        lines = [f"# HELP {name} Time from the request's headers to its last byte.", f"# TYPE {name} histogram"]
        for route, buckets in sorted(self._seconds.items()):
            total = 0.0
            for bound, count in zip((*_BOUNDS, "+Inf"), buckets, strict=False):
                total += count
                lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total:.0f}')
            lines += [f'{name}_sum{{route="{route}"}} {buckets[-1]:.6f}', f'{name}_count{{route="{route}"}} {total:.0f}']
        return lines


def _plain(name: str, kind: str, text: str, value: float) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}", f"{name} {value:.15g}"]


def _descriptors() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0


def _resident() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
