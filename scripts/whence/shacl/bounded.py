"""Validation within limits of time and memory, in a process of its own.

The engine has no time limit of its own and cannot be interrupted; a process can be ended.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from whence.errors import InputError, LimitError, WhenceError
from whence.shacl.results import ValidationReport

__all__ = ["answer", "validate_within"]

_CHILD = """import sys
sys.path.insert(0, sys.argv[1])
from whence.shacl.bounded import answer
sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
"""
_RAISE = "Allow more with --timeout, or validate fewer files at a time."


def validate_within(
    data: Sequence[Path | str], shapes: Sequence[Path | str], *, timeout: float | None, memory: int | None
) -> ValidationReport:
    """Validate files as `validate_files` does, ending the attempt when it needs too much.

    :param timeout: seconds it may take, reading the files included
    :param memory: bytes of address space it may use
    :raises InputError: a file or a shape is wrong
    :raises LimitError: it took too long or too much memory
    """
    package = Path(__file__).resolve().parent.parent.parent
    request = pickle.dumps(([str(path) for path in data], [str(path) for path in shapes], memory))
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(package)], input=request, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LimitError(f"The validation did not end within {timeout:g} seconds.", fix=_RAISE) from error
    if done.returncode or not done.stdout:
        limit = f"{memory / 1e6:,.0f} MB of memory" if memory else "the memory there is"
        raise LimitError(f"The validation needed more than {limit}, or overflowed the engine.", fix=_RAISE)
    outcome = pickle.loads(done.stdout)
    if isinstance(outcome, ValidationReport):
        return outcome
    kind, problem, details = outcome
    raise (InputError if kind == "InputError" else LimitError)(problem, **details)


def answer(request: bytes) -> bytes:
    """Validate as a request asks, in the process made for it.

    :returns: the report or the error; nothing when the memory did not suffice
    """
    from whence.shacl.files import validate_files

    data, shapes, memory = pickle.loads(request)
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        return pickle.dumps(validate_files(data, shapes))
    except WhenceError as error:
        details = {name: getattr(error, name) for name in ("fix", "file", "line", "column", "iri")}
        return pickle.dumps((type(error).__name__, error.problem, details))
    except MemoryError:
        return b""
