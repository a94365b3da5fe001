"""Running a command as a process: interruption, closed pipes, limits of time and memory, progress.

The command runs in a second thread while the first one waits. The SPARQL engine ignores signals while it works
but leaves the interpreter to other threads, so the first thread can end the process at Ctrl-C or at a limit,
and can show progress meanwhile. What may end the engine itself, such as an input nested too deeply, runs in a child,
whose end by a signal becomes a sentence and an exit code.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from collections.abc import Callable

from whence.cli import console
from whence.errors import InputError, LimitError, WhenceError
from whence.process.limits import STACK, Limits, machine_memory

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED = 130
BROKEN_PIPE = 141
#: A fault of whence itself, told by a traceback; `EX_SOFTWARE` of sysexits.h.
FAULT = 70
#: Commands that write all or nothing, through the journal of the graph.
_WHOLE = frozenset(("add", "claim", "draft", "import", "reanchor", "undo"))
_SHOW_PROGRESS_AFTER_SECONDS = 2.0
#: Where standard error is no terminal, a line is written so often.
_LINE_EVERY_SECONDS = 20.0
_TICK_SECONDS = 0.1
#: What the waiting process waits for, one at a time: a handler could run just before it waits, and its signal would be handed on too late.
_AWAITED = frozenset((signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGCHLD))
#: Nothing in so few bytes is nested or chained so far that the engine could not take it.
_SMALL = 1_000


class _Watch:
    """What the waiting thread looks at: the stage the command is in, and its limits.

    The command changes it at any moment, so the waiting thread reads an attribute once and keeps what it read.
    """

    stage: str | None = None
    shown = False
    next_line = _LINE_EVERY_SECONDS
    parent: int | None = None

    def __init__(self) -> None:
        self.limits = Limits()


_watch = _Watch()


def stage(name: str | None) -> None:
    """Name the stage the command is in, to be shown when it takes long; None when output begins."""
    _check_limits()  # a command that is done before the first tick is limited too
    _watch.stage = name
    if name is None:
        _clear()


def limit(seconds: float | None, memory: int | None) -> None:
    """End the process with a sentence and exit code 4 unless `lift` is called within so many seconds and bytes.

    :param memory: bytes; when None, three quarters of the machine's
    :raises UsageError: whence has taken more memory already, before it begins
    """
    _watch.limits.limit_time(seconds)
    _watch.limits.limit_memory(memory or machine_memory() * 3 // 4)


def lift() -> None:
    """Lift the limits: the work is done and only has to be written."""
    _watch.limits.lift()


def run(argv: list[str]) -> NoReturn:
    """Run a command line and end the process with its exit code."""
    if not _is_harmless(argv):
        _watch.parent = os.getpid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # who is started by one that ignores it would not be told
        signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)  # what is raised while a process forks is lost
        child = os.fork()
        if child:
            _wait(child)
    outcome: list[int] = []
    done = _thread.allocate_lock()
    done.acquire()

    def work() -> None:
        # No exception may leave this thread: what its frames hold must not be freed in the other one.
        try:
            outcome.append(_guarded(main, argv))
        finally:
            done.release()

    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
        from whence.cli import main

        _thread.stack_size(STACK)
        _thread.start_new_thread(work, ())
        while not done.acquire(timeout=_TICK_SECONDS):
            _tick()
    except KeyboardInterrupt:
        _interrupted(argv)
    _clear()
    _leave(outcome[0])


def _interrupted(argv: list[str]) -> NoReturn:
    """End at Ctrl-C with a sentence; of commands that write all or nothing it tells that they wrote nothing, where that is so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _clear()
    journal = sys.modules.get("whence.store.journal")
    nothing = not _WHOLE.isdisjoint(argv[:3]) and (journal is None or not journal.Journal.begun)
    console.say(f"Interrupted{'; nothing was written to the graph' if nothing else ''}.")
    os._exit(INTERRUPTED)


def _is_harmless(argv: list[str]) -> bool:
    """Report whether a command can do without a child: the server has its own, and a short query needs none and starts sooner."""
    if not argv or argv[0] != "query":
        return bool(argv) and argv[0] in ("annotate", "serve")
    return all(word != "-" and len(word) < _SMALL and _size(word) < _SMALL for word in argv[1:])


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size if "{" not in path else 0
    except (OSError, ValueError):
        return 0


def _wait(child: int) -> NoReturn:
    """End as the child ends, signals handed on to it; where it was ended by a fault of the engine, say so in a sentence."""
    ended = status = 0
    while not ended:
        number = signal.sigwait(_AWAITED)
        if number == signal.SIGCHLD:
            ended, status = os.waitpid(child, os.WNOHANG)
        elif signal.getsignal(number) != signal.SIG_IGN:
            os.kill(child, number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        os._exit(code)
    name = signal.Signals(-code).name
    if -code in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL):
        _stop(LimitError(f"The engine broke down ({name}), as it does when an input is nested or chained too far.", fix="Write it flatter, or in parts."))
    if -code == signal.SIGKILL:
        _stop(LimitError("The system killed the process (SIGKILL), as it does when memory runs out.", fix="Narrow the request, or set --memory."))
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
    os._exit(128 - code)


def _leave(code: int) -> NoReturn:
    """End the process without taking the interpreter apart first, which would take as long as a query."""
    console.tell("")
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
    except RecursionError:
        _stop(LimitError("The input is nested too deeply.", fix="Write it flatter."))
    except MemoryError:
        _stop(LimitError("The memory does not suffice.", fix="Narrow the request."))
    except OSError as error:
        _stop(_damage() or InputError(f"The system says: {error.strerror or error}.", fix="See that it is there, may be read and written, and has room.", file=_name_of(error)))
    except BaseException:
        damage = _damage()
        if damage:
            _stop(damage)
        sys.excepthook(*sys.exc_info())
        return FAULT


def _name_of(error: OSError) -> str | None:
    return os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else None


def _tick() -> None:
    if _watch.parent is not None and os.getppid() != _watch.parent:
        os._exit(INTERRUPTED)  # nobody waits any more
    current = _watch.stage
    _check_limits()
    elapsed = time.monotonic() - _watch.limits.started
    if not current or elapsed < _SHOW_PROGRESS_AFTER_SECONDS or sys.stderr is None:
        return
    if sys.stderr.isatty():
        console.tell(f"\r\x1b[K{current} … {elapsed:.0f} s")
        _watch.shown = True
    elif elapsed >= _watch.next_line:
        console.say(f"{current} … {elapsed:.0f} s")
        _watch.next_line = elapsed + _LINE_EVERY_SECONDS


def _check_limits() -> None:
    exceeded = _watch.limits.exceeded()
    if exceeded:
        _stop(_damage() or exceeded)


def _damage() -> WhenceError | None:
    """Return the error about a graph in the cache that lost bits on the disk without a trace, which the engine may run wild on."""
    snapshot = sys.modules.get("whence.store.snapshot")
    if snapshot is None or not snapshot.any_damaged():
        return None
    return InputError("The validated graph in the cache is damaged.", fix="It is set aside now: run the command again.")


def _stop(error: WhenceError) -> NoReturn:
    _clear()
    console.complain(error)
    os._exit(error.exit_code)


def _clear() -> None:
    if _watch.shown:
        console.tell("\r\x1b[K")
        _watch.shown = False
