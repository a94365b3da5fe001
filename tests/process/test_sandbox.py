"""The sandbox: no network, however it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts"


def test_a_confined_process_has_no_network() -> None:
    script = (
        "from whence.process.sandbox import confine\nimport socket\nassert confine()\nsocket.socketpair()\n"
        "try:\n    socket.socket()\nexcept PermissionError:\n    print('no network')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False, env={"PYTHONPATH": str(SCRIPTS)})
    assert done.stdout == "no network\n", done.stderr
