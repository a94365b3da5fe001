"""`python -m whence.web SETTINGS`: the server process, started by `whence serve`."""

from __future__ import annotations

import sys

from whence.web.server import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
