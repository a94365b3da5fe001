"""Running a command as a process: interruption, closed pipes, limits of time and memory, progress on a terminal.

The command runs in a second thread while the first one waits. The SPARQL engine ignores signals while it works
but leaves the interpreter to other threads, so the first thread can end the process at Ctrl-C or at a limit,
and can show progress meanwhile.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from collections.abc import Callable

from whence.errors import LimitError, UsageError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["BROKEN_PIPE", "FAULT", "INTERRUPTED", "lift", "limit", "limit_memory", "run", "stage"]

INTERRUPTED = 130
BROKEN_PIPE = 141
#: A fault of whence itself, told by a traceback; `EX_SOFTWARE` of sysexits.h.
FAULT = 70
_SHOW_PROGRESS_AFTER_SECONDS = 2.0
_TICK_SECONDS = 0.1


class _Watch:
    """What the waiting thread looks at: the stage the command is in, and when its time is over.

    The command changes it at any moment, so the waiting thread reads an attribute once and keeps what it read.
    """

    started = 0.0
    stage: str | None = None
    shown = False
    deadline: float | None = None
    allowed = 0.0
    memory: int | None = None


_watch = _Watch()


def stage(name: str | None) -> None:
    """Name the stage the command is in, to be shown when it takes long; None when output begins."""
    _check_memory()  # a command that is done before the first tick is limited too
    _watch.stage = name
    if name is None:
        _clear()


def limit(seconds: float | None) -> None:
    """End the process with a sentence and exit code 4 unless `lift` is called within so many seconds."""
    if seconds is not None:
        _watch.allowed = seconds
        _watch.deadline = time.monotonic() + seconds


def limit_memory(size: int) -> None:
    """End the process with a sentence and exit code 4 once it has taken more than so many bytes.

    :raises UsageError: whence has taken more already, before it begins
    """
    taken = _peak_memory()
    if taken > size:
        raise UsageError(
            f"--memory allows {_mebibytes(size)}, and whence itself takes {_mebibytes(taken)} before it begins.",
            fix="Allow more, such as --memory 200M.",
        )
    _watch.memory = size


def lift() -> None:
    """Lift the limits: the work is done and only has to be written."""
    _watch.deadline = None
    _watch.memory = None


def run(argv: list[str]) -> NoReturn:
    """Run a command line in this process and end the process with its exit code."""
    from whence.cli import main

    outcome: list[int] = []
    done = _thread.allocate_lock()
    done.acquire()

    def work() -> None:
        # No exception may leave this thread: what its frames hold must not be freed in the other one.
        try:
            outcome.append(_guarded(main, argv))
        finally:
            done.release()

    _watch.started = time.monotonic()
    _thread.start_new_thread(work, ())
    try:
        while not done.acquire(timeout=_TICK_SECONDS):
            _tick()
    except KeyboardInterrupt:
        _clear()
        os._exit(INTERRUPTED)
    _clear()
    _leave(outcome[0])


def _leave(code: int) -> NoReturn:
    """End the process without taking the interpreter apart first, which would take as long as a query."""
    if sys.stderr is not None:
        sys.stderr.flush()
    os._exit(code)


def _guarded(main: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run the command and return its exit code, also when nobody reads its output or it has a fault."""
    try:
        code = main(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        return BROKEN_PIPE
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return FAULT


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _tick() -> None:
    now = time.monotonic()
    deadline, current = _watch.deadline, _watch.stage
    if deadline is not None and now > deadline:
        _stop(f"The time limit of {_watch.allowed:g} s was reached. Narrow the request or raise --timeout.")
    _check_memory()
    elapsed = now - _watch.started
    if current and elapsed > _SHOW_PROGRESS_AFTER_SECONDS and _on_terminal():
        sys.stderr.write(f"\r\x1b[K{current} … {elapsed:.0f} s")
        sys.stderr.flush()
        _watch.shown = True


def _check_memory() -> None:
    memory = _watch.memory
    if memory is not None and _peak_memory() > memory:
        _stop(f"The memory limit of {_mebibytes(memory)} was reached. Narrow the request or raise --memory.")


def _mebibytes(size: int) -> str:
    return f"{size >> 20:,} MiB" if size >> 20 else "less than 1 MiB"


def _stop(sentence: str) -> NoReturn:
    _clear()
    if sys.stderr is not None:
        sys.stderr.write(f"whence: {sentence}\n")
        sys.stderr.flush()
    os._exit(LimitError.exit_code)


def _peak_memory() -> int:
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


def _clear() -> None:
    if _watch.shown:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
        _watch.shown = False
