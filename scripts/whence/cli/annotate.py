"""`whence annotate`."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace

from whence.cli.arguments import Parser, port
from whence.cli.serve import require_server
from whence.errors import UsageError
from whence.store import layout


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--texts", metavar="DIR", help="the folder with the texts of the documents (default: texts/ of the graph, or what its whence.toml says)")
    parser.add_argument("--port", type=port, default=8002, help="the port to listen on, 0 for any (default: 8002)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="print the address only, open no browser")


def run(arguments: Namespace, _: str) -> int:
    """Become the process that answers the page."""
    require_server()
    files = layout.locate(arguments.graph)
    texts = arguments.texts or files.settings.texts
    if not os.path.isdir(texts):
        raise UsageError(f"There is no folder of texts {texts}.", fix="Name it with --texts DIR.")
    settings = {"graph": files.root, "texts": os.path.abspath(texts), "port": arguments.port, "browser": arguments.browser}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "whence.web.annotate", json.dumps(settings)])
