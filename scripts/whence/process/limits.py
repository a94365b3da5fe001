"""Limits of a process: how long it may run (timeout), how much memory it may take, how deep its stack may grow.

Nothing here ends a process: `Limits.exceeded` says that a limit was reached, and whoever watches acts on it.
"""

from __future__ import annotations

import os
import sys
import time

from whence.errors import LimitError, UsageError

#: Bytes of stack for a thread in which the engine runs, which reads and evaluates by recursion: eight times of what
#: `whence.sparql.query` reckons with. It is address space, of which the kernel gives memory only where it is touched.
STACK = 64 << 20


class Limits:
    """A limit of time and one of memory, looked at by one thread while another works and sets or lifts them.

    :ivar started: when the process began, on the clock of `time.monotonic`
    """

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._deadline: float | None = None
        self._seconds = 0.0
        self._memory: int | None = None

    def limit_time(self, seconds: float | None) -> None:
        """Allow so many seconds from now on, or as many as it takes."""
        if seconds is not None:
            self._seconds = seconds
            self._deadline = time.monotonic() + seconds

    def limit_memory(self, size: int) -> None:
        """Allow so many bytes.

        :raises UsageError: the process has taken more already, before it begins
        """
        taken = peak_memory()
        if taken > size:
            raise UsageError(
                f"--memory allows {_mebibytes(size)}, and whence itself takes {_mebibytes(taken)} before it begins.",
                fix="Allow more, such as --memory 200M.",
            )
        self._memory = size

    def lift(self) -> None:
        """Allow everything: the work is done and only has to be written."""
        self._deadline = None
        self._memory = None

    def exceeded(self) -> LimitError | None:
        """Return the error about the limit that was reached, or None."""
        deadline, memory = self._deadline, self._memory  # the other thread may lift them at any moment
        if deadline is not None and time.monotonic() > deadline:
            return LimitError(f"The time limit of {self._seconds:g} s was reached.", fix="Narrow the request or raise --timeout.")
        if memory is not None and peak_memory() > memory:
            return LimitError(f"The memory limit of {_mebibytes(memory)} was reached.", fix="Narrow the request or raise --memory.")
        return None


def peak_memory() -> int:
    """Return the most memory the process ever had in use, in bytes.

    The kernel's `ru_maxrss` counts what the process that started this one had in use, so it is asked only where
    there is no `VmHWM`.
    """
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def machine_memory() -> int:
    """Return the memory this machine has, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _mebibytes(size: int) -> str:
    return f"{size >> 20:,} MiB" if size >> 20 else "less than 1 MiB"
