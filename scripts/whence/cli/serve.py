"""`whence serve`, `annotate` and `mcp`, which become a server process, and `site`, which writes what the server would answer."""

from __future__ import annotations

import json
import os
import socket
import sys
from argparse import ArgumentTypeError, Namespace
from importlib.util import find_spec
from typing import NoReturn
from urllib.parse import urlsplit

from whence.cli import console, process, served
from whence.cli.arguments import Parser, port, positive, seconds
from whence.errors import RemoteError, UsageError
from whence.evidence.texts import Texts
from whence.rdf.formats import GRAPHS
from whence.report.words import count
from whence.store import layout

_SIZES = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SUFFIXES = tuple(one.endings[0] for one in GRAPHS.values())


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of a command."""
    {"serve": _declare_server, "annotate": _declare_annotator, "mcp": _declare_assistants, "site": _declare_site}[command](parser)


def run(arguments: Namespace, command: str) -> int:
    """Become the server, or write the site."""
    return {"serve": _serve, "annotate": _annotate, "mcp": _answer_assistants, "site": _write_site}[command](arguments)


def _become(module: str, *arguments: str) -> NoReturn:
    """Become a process whose first thread has the event loop and the signals."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])


def _declare_server(parser: Parser) -> None:
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


def _serve(arguments: Namespace) -> NoReturn:
    _require_server()
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
    _become("whence.web", settings.to_json())


def _require_server() -> None:
    """Refuse where the server cannot run, or is not installed."""
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
    if not _is_address(text):
        raise ArgumentTypeError(f"{text!r} is not an http or https address")
    return text if text.endswith("/") else text + "/"


def _is_address(text: str) -> bool:
    """Report whether paths can follow an address of the Web: host, port and the rest are such, and there is no query."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not any(char in text for char in " ?#<>\"'")
    except ValueError:
        return False


def _size(text: str) -> int:
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].lower() in _SIZES else (text, "")
    if not number.isdecimal() or int(number) == 0:
        raise ArgumentTypeError(f"{text!r} is not a size such as 500000, 64M or 1G")
    return int(number) * _SIZES.get(unit, 1)


def _declare_annotator(parser: Parser) -> None:
    parser.add_argument("--texts", metavar="DIR", help="the folder with the texts of the documents (default: texts/ of the graph, or what its whence.toml says)")
    parser.add_argument("--port", type=port, default=8002, help="the port to listen on, 0 for any (default: 8002)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="print the address only, open no browser")


def _annotate(arguments: Namespace) -> NoReturn:
    _require_server()
    files = layout.locate(arguments.graph)
    texts = arguments.texts or files.settings.texts
    if not os.path.isdir(texts):
        raise UsageError(f"There is no folder of texts {texts}.", fix="Name it with --texts DIR.")
    settings = {"graph": files.root, "texts": os.path.abspath(texts), "port": arguments.port, "browser": arguments.browser}
    _become("whence.web.annotate", json.dumps(settings))


def _declare_assistants(parser: Parser) -> None:
    parser.add_argument("--http", action="store_true", help="serve streamable HTTP at /mcp instead of standard input and output")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on with --http (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8001, help="the port to listen on with --http (default: 8001)")
    served.declare(parser)


def _answer_assistants(arguments: Namespace) -> NoReturn:
    if find_spec("mcp") is None:
        raise UsageError("The SDK of the Model Context Protocol is not installed.", fix="Install it with: pip install 'whence-graph[mcp]'")
    files = served.opened(arguments)[0]
    process.stage(None)
    address: list[str] = []
    if arguments.http:
        address = [arguments.host, str(_free(arguments.host, arguments.port))]
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        console.say(f"Assistants are answered at http://{host}:{address[1]}/mcp.")
    _become("whence.assistants", arguments.endpoint or files.root, arguments.user or "", str(served.most(arguments)), *address)


def _free(host: str, port: int) -> int:
    """Return the port to listen on, one that is free where any will do."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family) as probe:
            return int(probe.getsockname()[1])
    except (OSError, UnicodeError):  # a name may have labels that are too long
        raise RemoteError(f"The address {host}:{port} cannot be used.", fix="Choose another --port or --host.") from None


def _declare_site(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder to make, or to replace where whence site wrote it")
    parser.add_argument("--base", type=_site_base, metavar="ADDRESS", help="the address the site will have; feed and sitemap need it")
    parser.add_argument(
        "--data", nargs="*", choices=_SUFFIXES, default=["ttl"], metavar="SUFFIX",
        help=f"the formats of the data of each thing, of {', '.join(_SUFFIXES)} (default: ttl)",
    )  # fmt: skip
    served.declare(parser)


def _write_site(arguments: Namespace) -> int:
    if sys.platform != "linux" or any(find_spec(name) is None for name in ("starlette", "uvicorn", "httptools", "jinja2")):
        raise UsageError("The pages are not installed, or this is not Linux.", fix="Install them there with: pip install 'whence-graph[serve]'")
    files = served.kept(arguments, console.say)
    from whence.web import site_export

    written = site_export.build(files, arguments.folder, base=arguments.base or "", data=arguments.data, progress=process.stage)
    process.stage(None)
    for address, status in written.missing:
        console.say(f"{address} has no answer ({status}): links to it lead to a page that says so.")
    console.write(f"{arguments.folder}: {count(written.pages, 'page')}, {count(written.files, 'file')}, {written.size / 1e6:,.1f} MB\n")
    return 0


def _site_base(text: str) -> str:
    if not _is_address(text):
        raise ArgumentTypeError(f"{text!r} is no address such as https://example.org/whence/")
    return text.rstrip("/") + "/"
