"""Another commit of this project, to compare with in one run of a benchmark, and the steps of one in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

__all__ = ["check_out", "run_step"]

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent


def check_out(commit: str, folder: Path, *extras: str) -> Path:
    """Check a commit out, with a virtual environment of its own in `.venv`.

    :param folder: where the checkout is to be
    :param extras: the optional dependencies to install
    :returns: the folder
    """
    subprocess.run(["git", "clone", "--quiet", "--shared", "--no-checkout", str(_ROOT), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "--detach", commit], check=True)
    subprocess.run(["sh", "-euc", f". scripts/setup.sh && set_up {' '.join(extras)}"], cwd=folder, check=True)
    return folder


def run_step(program: str, arguments: list[str], python: Path, scripts: Path, cache: Path, timeout: float) -> dict[str, Any]:
    """Run a step of a benchmark with the whence of a commit, not that beside the benchmark.

    :param scripts: the folder of that whence
    :param cache: the folder in which it keeps what it remembers
    :param timeout: in seconds
    :returns: the record that the step printed last, or `failed`, with why
    """
    environment = {**os.environ, "WHENCE_CACHE": str(cache), "PYTHONPATH": os.pathsep.join((str(scripts), str(_HERE)))}
    try:
        done = subprocess.run([str(python), "-P", program, *arguments], capture_output=True, text=True, timeout=timeout, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return {"failed": f"did not end in {timeout:.0f} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1][:500]}
    return dict(json.loads(done.stdout.splitlines()[-1]))
