"""`whence mcp`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from importlib.util import find_spec

from whence.cli import console, process, served
from whence.cli.arguments import Parser, port
from whence.errors import RemoteError, UsageError


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--http", action="store_true", help="serve streamable HTTP at /mcp instead of standard input and output")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on with --http (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8001, help="the port to listen on with --http (default: 8001)")
    served.declare(parser)


def run(arguments: Namespace, _: str) -> int:
    """See that the graph is valid, then become the server process, whose first thread has the event loop and the signals."""
    if find_spec("mcp") is None:
        raise UsageError("The SDK of the Model Context Protocol is not installed.", fix="Install it with: pip install 'whence-graph[mcp]'")
    files = served.opened(arguments)[0]
    process.stage(None)
    address: list[str] = []
    if arguments.http:
        address = [arguments.host, str(_free(arguments.host, arguments.port))]
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        console.say(f"Assistants are answered at http://{host}:{address[1]}/mcp.")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "whence.assistants", arguments.endpoint or files.root, arguments.user or "", str(served.most(arguments)), *address])


def _free(host: str, port: int) -> int:
    """Return the port to listen on, one that is free where any will do.

    :raises RemoteError: the address cannot be used
    """
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family) as probe:
            return int(probe.getsockname()[1])
    except (OSError, UnicodeError):  # a name may have labels that are too long
        raise RemoteError(f"The address {host}:{port} cannot be used.", fix="Choose another --port or --host.") from None
