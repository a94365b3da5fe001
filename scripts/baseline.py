"""Another commit of this project, to compare with in one run of a benchmark."""

from __future__ import annotations

import subprocess
from pathlib import Path

__all__ = ["check_out"]

_ROOT = Path(__file__).resolve().parent.parent


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
