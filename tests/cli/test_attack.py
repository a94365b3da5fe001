"""Odd words and odd surroundings for every command: a documented exit code, one sentence, nothing damaged, nothing that hangs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import attacking
import pytest

from whence.cli import COMMANDS

#: One case of so many is run; `attacking` runs them all.
EVERY = 600


def test_every_command_is_attacked() -> None:
    assert set(attacking.CALLS) == set(COMMANDS)


@pytest.mark.parametrize("part", range(4))
def test_nothing_odd_brings_a_command_down(part: int) -> None:
    commands = list(attacking.CALLS)[part::4]
    driver = [sys.executable, "-W", "ignore", str(Path(attacking.__file__)), f"--every={EVERY}", *commands]
    done = subprocess.run(driver, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" 0 wrong") == len(commands)
