"""What a remembered graph costs: `whence query` as a whole process against `python -c "import pyoxigraph"`.

Both are started in turn, many times, so that whatever else the machine does falls on both alike. Prints the medians of
processor time (user and system) and of time by the clock, and their ratios. Exits 1 when the ratio of processor time is
above the allowed one: other processes lengthen the time by the clock, of a reader of files more than of another.

    scripts/bench cold [--runs N] [--query NAME] [--graph DIR]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

ALLOWED_RATIO = 4.0


def measure(commands: Sequence[Sequence[str]], runs: int) -> list[tuple[float, float]]:
    """Return for each command the medians of processor time and of time by the clock, in milliseconds, taken in turn."""
    times: list[list[tuple[float, float]]] = [[] for _ in commands]
    for _ in range(runs):
        for taken, command in zip(times, commands, strict=True):
            before, used = time.perf_counter(), processor_time()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            taken.append((processor_time() - used, time.perf_counter() - before))
    return [tuple(statistics.median(column) * 1000 for column in zip(*taken, strict=True)) for taken in times]  # type: ignore[misc]


def processor_time() -> float:
    """Return the seconds of processor time, user and system, of all processes started so far that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench cold", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60, help="starts of each command (default: 60)")
    parser.add_argument("--query", default="influences-on-work", help="a query of the catalogue")
    parser.add_argument("--graph", help="another graph directory")
    arguments = parser.parse_args()
    script = os.path.join(os.path.dirname(sys.executable), "whence")
    whence = [script] if os.path.exists(script) else [sys.executable, "-m", "whence"]
    whence += ["query", arguments.query] + (["--graph", arguments.graph] if arguments.graph else [])
    floor = [sys.executable, "-c", "import pyoxigraph"]
    package = os.path.join(os.path.dirname(os.path.abspath(__file__)), "whence")
    subprocess.run([sys.executable, "-m", "compileall", "-q", package], check=True)  # as an installation leaves it
    try:
        measure([floor, whence], 3)  # the graph is validated and everything is in the page cache
        time.sleep(2.5)  # files that were written just now are at rest after this, so their digest may be noted
        measure([whence], 1)
    except subprocess.CalledProcessError:
        return 1  # it has said why
    floor_times, query_times = measure([floor, whence], arguments.runs)
    ratios = [one / other for one, other in zip(query_times, floor_times, strict=True)]
    print(f"{'':31} processor      clock")
    print(f"python -c 'import pyoxigraph'   {floor_times[0]:6.1f} ms  {floor_times[1]:6.1f} ms")
    print(f"whence query {arguments.query:<18} {query_times[0]:6.1f} ms  {query_times[1]:6.1f} ms")
    print(f"ratio                           {ratios[0]:6.2f}     {ratios[1]:6.2f}     (allowed: {ALLOWED_RATIO:g})")
    return 0 if ratios[0] <= ALLOWED_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
