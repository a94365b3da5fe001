"""Ending a process, or having no room on the disk, at any step that changes a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

#: What is asked of the system; each call is a step.
STEPS = ("rename", "fsync", "mkdir", "open", "rmdir", "unlink")


def at_step(number: int, what: Callable[[], None], steps: Sequence[str] = STEPS) -> Callable[[], None]:
    """Let something happen before the numberth of some steps; return what takes that back."""
    real = {name: getattr(os, name) for name in steps}
    count = [0]

    def stepped(name: str) -> Callable[..., object]:
        def step(*arguments: object, **options: object) -> object:
            count[0] += 1
            if count[0] == number:
                what()
            return real[name](*arguments, **options)

        return step

    for name in steps:
        setattr(os, name, stepped(name))

    def back() -> None:
        for name in steps:
            setattr(os, name, real[name])

    return back


def killed_at(root: Path, number: int, change: Callable[[Path], None], steps: Sequence[str] = STEPS) -> bool:
    """Change a folder in a child that is killed at a step; report whether it was."""
    child = os.fork()
    if child == 0:
        at_step(number, lambda: os._exit(9), steps)
        try:
            change(root)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
