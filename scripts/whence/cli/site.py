"""`whence site`."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError, Namespace
from importlib.util import find_spec
from urllib.parse import urlsplit

from whence.cli import console, process, served
from whence.cli.arguments import Parser
from whence.errors import UsageError
from whence.rdf.formats import GRAPHS
from whence.report.words import count

_SUFFIXES = tuple(one.endings[0] for one in GRAPHS.values())


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("folder", metavar="DIR", help="a folder to make, or to replace where whence site wrote it")
    parser.add_argument("--base", type=_base, metavar="ADDRESS", help="the address the site will have; feed and sitemap need it")
    parser.add_argument(
        "--data", nargs="*", choices=_SUFFIXES, default=["ttl"], metavar="SUFFIX",
        help=f"the formats of the data of each thing, of {', '.join(_SUFFIXES)} (default: ttl)",
    )  # fmt: skip
    served.declare(parser)


def run(arguments: Namespace, _: str) -> int:
    """Write the site, and say what is in it."""
    if sys.platform != "linux" or any(find_spec(name) is None for name in ("starlette", "uvicorn", "httptools", "jinja2")):
        raise UsageError("The pages are not installed, or this is not Linux.", fix="Install them there with: pip install 'whence-graph[serve]'")
    files = served.kept(arguments, console.say)
    from whence.web import static_site

    written = static_site.build(files, arguments.folder, base=arguments.base or "", data=arguments.data, progress=process.stage)
    process.stage(None)
    for address, status in written.missing:
        console.say(f"{address} has no answer ({status}): links to it lead to a page that says so.")
    console.write(f"{arguments.folder}: {count(written.pages, 'page')}, {count(written.files, 'file')}, {written.size / 1e6:,.1f} MB\n")
    return 0


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ArgumentTypeError(f"{text!r} is no address such as https://example.org/whence/")
    return text.rstrip("/") + "/"
