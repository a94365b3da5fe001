"""The command `whence`, also as `python -m whence`."""

from __future__ import annotations

import sys

from whence.cli.process import run


def main() -> None:
    """Run the command line of this process and end it with the exit code."""
    run(sys.argv[1:])


if __name__ == "__main__":
    main()
