"""The command `whence`, also as `python -m whence`."""

from __future__ import annotations

import sys

from whence.cli.process import run

__all__ = ["main"]


def main() -> int:
    """Run the command line of this process and return its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
