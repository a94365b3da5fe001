"""What a remembered graph costs: `whence query` as a whole process against `python -c "import pyoxigraph"`.

Both are started in turn, many times, so that whatever else the machine does falls on both alike. Prints the
medians and their ratio; exits 1 when the ratio is above the allowed one.

    scripts/bench cold [--runs N] [--query NAME] [--graph DIR]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

ALLOWED_RATIO = 4.0


def measure(commands: Sequence[Sequence[str]], runs: int) -> list[list[float]]:
    """Return the seconds of each run of each command, the commands taken in turn."""
    seconds: list[list[float]] = [[] for _ in commands]
    for _ in range(runs):
        for times, command in zip(seconds, commands, strict=True):
            before = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - before)
    return seconds


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
    for_floor, for_query = (statistics.median(times) * 1000 for times in measure([floor, whence], arguments.runs))
    ratio = for_query / for_floor
    print(f"python -c 'import pyoxigraph'   {for_floor:6.1f} ms")
    print(f"whence query {arguments.query:<18} {for_query:6.1f} ms")
    print(f"ratio                           {ratio:6.2f}    (allowed: {ALLOWED_RATIO:g})")
    return 0 if ratio <= ALLOWED_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
