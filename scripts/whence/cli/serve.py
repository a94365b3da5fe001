"""`whence serve`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError, Namespace
from importlib.util import find_spec

from whence.cli import console, served
from whence.cli.arguments import Parser, port, positive, seconds
from whence.errors import UsageError
from whence.evidence.texts import Texts
from whence.store import layout

_SIZES = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    served.declare(parser)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8000, help="the port to listen on, 0 for any (default: 8000)")
    parser.add_argument("--base", type=_base, metavar="IRI", help="the address the server is known by (default: the one asked for)")
    parser.add_argument("--workers", type=positive, metavar="N", help="processes that accept connections (default: one a processor, at least 2)")
    parser.add_argument("--long-queries", type=positive, metavar="N", help="queries longer than 0.15 seconds at once, half of them of one client address (default: four a processor, at least 8)")
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS", help="time a query may take (default: 30)")
    parser.add_argument("--max-rows", type=positive, default=1_000_000, metavar="N", help="rows of one answer (default: 1000000)")
    parser.add_argument("--max-bytes", type=_size, default=256 << 20, metavar="SIZE", help="size of one answer (default: 256M)")
    parser.add_argument("--max-memory", type=_size, default=1 << 30, metavar="SIZE", help="memory the queries of one process may take (default: 1G)")
    parser.add_argument("--queue", type=positive, default=256, metavar="N", help="requests that may wait, half of them of one client address (default: 256)")
    parser.add_argument(
        "--allow-service", type=_service, nargs="+", action="extend", default=[], metavar="HOST",
        help="hosts that SERVICE may call, as HOST or HOST:PORT, which must have public addresses (default: none)",
    )  # fmt: skip
    parser.add_argument("--texts", metavar="DIR", default="", help="show the words beside every passage whose digest holds, from the texts in a folder, to whoever can open the pages (default: none is shown)")
    parser.add_argument("--reload", action="store_true", help="watch the files and serve a change once it is valid")
    parser.add_argument("--ui", action="store_true", default=True, help="serve pages for people (the default)")
    parser.add_argument("--no-ui", dest="ui", action="store_false", help="serve data only")


def run(arguments: Namespace, _: str) -> int:
    """Become the server process, whose first thread has the event loop and the signals."""
    require_server()
    from whence.web.settings import Settings

    if arguments.endpoint is None:
        served.check(arguments)
        layout.locate(arguments.graph)
    elif arguments.reload:
        raise UsageError("--reload watches files, and --endpoint has none here.", fix="Leave one of them out; a served graph is looked at when the server starts.")
    if arguments.texts:
        Texts(arguments.texts)
        arguments.texts = os.path.abspath(arguments.texts)
    if sys.stderr is not None and sys.stderr.isatty():
        console.say(f"Starting on {arguments.host}, {f'port {arguments.port}' if arguments.port else 'any port'}: it listens once the graph is validated. Ctrl-C ends it.")
    served.kept(arguments)
    given = {name: value for name in Settings.__dataclass_fields__ if (value := getattr(arguments, name, None)) is not None}
    settings = Settings(**{**given, "allow_service": tuple(arguments.allow_service)})
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "whence.web", settings.to_json()])


def require_server() -> None:
    """Refuse where the server cannot run, or is not installed.

    :raises UsageError: says which
    """
    if sys.platform != "linux":
        raise UsageError("The server needs Linux.", fix="Run it there, or in a container.")
    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "httptools", "prometheus_client")):
        raise UsageError("The server is not installed.", fix="Install it with: pip install 'whence-graph[serve]'")


def _service(text: str) -> str:
    from whence.web.federation.allowlist import listed

    if listed(text) is None:
        raise ArgumentTypeError(f"{text!r} is not a host such as query.wikidata.org or query.wikidata.org:443")
    return text


def _base(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme not in ("http", "https") or not separator or not rest or any(char in text for char in " ?#<>\"'"):
        raise ArgumentTypeError(f"{text!r} is not an http or https address")
    return text if text.endswith("/") else text + "/"


def _size(text: str) -> int:
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].lower() in _SIZES else (text, "")
    if not number.isdecimal() or int(number) == 0:
        raise ArgumentTypeError(f"{text!r} is not a size such as 500000, 64M or 1G")
    return int(number) * _SIZES.get(unit, 1)
