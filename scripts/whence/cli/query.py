"""`whence query`: the command that has to start at once, so it imports what it runs and nothing else."""

from __future__ import annotations

import os
import re
from argparse import Namespace

from whence import catalog, hints, sparql, validation
from whence.cli import console, process, served
from whence.cli.arguments import Parser, packs_option, seconds, size
from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.namespaces import PACK
from whence.rdf.formats import GRAPHS, TABLES, by_name
from whence.rdf.results import GRAPH_FORMATS, SOLUTION_FORMATS
from whence.store import layout, views
from whence.store.layout import GraphFiles

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

    from pyoxigraph import Store

    from whence.rdf.jsonld import Context

_MEMORY = "three quarters of the machine's"

#: What hints say to write, and what does the same here.
_OPTIONS = (
    (r"Ask (GRAPH view:([\w-]+))", r"Add --view \2, or ask \1"),
    (rf"Ask (GRAPH <{PACK}([\w-]+)>)", r"Add --pack \2, or ask \1"),
    ("give it as a parameter", "set it with --set"),
)


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("query", metavar="QUERY", help="a name of the catalogue, a file, a text, or - for standard input")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="the value of a parameter; may be given again"
    )
    parser.add_argument(
        "--format", type=lambda word: by_name(word, TABLES | GRAPHS) or word, choices=SOLUTION_FORMATS + GRAPH_FORMATS, help="default: table for rows, turtle for graphs"
    )
    parser.add_argument("--view", metavar="POLICY", help="add the plain triples of this view to what the query sees")
    packs_option(parser, "merge this pack into what the query sees, which is the curated graph alone unless it says FROM")
    served.declare(parser, "of a store that whence publish filled, of any other, or of whence serve, which answers there")
    parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="give up after so long, with exit code 4")
    parser.add_argument("--memory", type=size, metavar="SIZE", help=f"give up above so much, such as 2G (default: {_MEMORY})")


def run(arguments: Namespace, _: str) -> int:
    """Answer the query from the validated graph."""
    served.check(arguments)
    process.limit(arguments.timeout, arguments.memory)
    files = layout.locate(arguments.graph)
    query = _find(arguments.query, files)
    values = read_settings(arguments.set)
    if arguments.endpoint is not None:
        return _ask_elsewhere(arguments, query, values, files)
    store, dataset = _opened(files, query, arguments)
    if values:
        hints.check_values(store, query, values)
    process.stage("querying")
    if "service" in query.text.lower():
        from whence.process.sandbox import confine

        confine()  # such a query is refused by its text; this holds however it is written
    answer = sparql.run(store, query, values, **dataset)
    if values:
        for told in hints.of_values(store, query, values):
            _say(told)
    if query.file is not None and query.file in map(files.display, files.queries):
        if query.form == "select":
            gaps, answer = hints.of_answer(store, query, values, answer, most=None)
            for told in gaps:
                _say(told)
    else:
        for told in hints.of_run(store, query, values, dataset, views=arguments.view is not None or arguments.pack is not None):
            _say(told)
    _write(answer, arguments, _context(files) if arguments.format == "jsonld" else None)
    return 0


def _say(hint: str) -> None:
    """Tell a hint, with the option that does what it says to write."""
    for words, option in _OPTIONS:
        hint = re.sub(words, option, hint)
    console.say(hint)


def _names(query: sparql.Query, pack: str) -> bool:
    """Report whether a query names things of a pack with its prefix, and does not give that to another namespace."""
    from whence.sparql.tokens import tokens

    stream = list(tokens(query.text))
    elsewhere = any(one.word == "PREFIX" and name.text == f"{pack}:" and not base.text.startswith(f"<{PACK}") for one, name, base in zip(stream, stream[1:], stream[2:], strict=False))
    return not elsewhere and any(one.kind == "name" and one.text.startswith(f"{pack}:") for one in stream)


def _opened(files: GraphFiles, query: sparql.Query, arguments: Namespace) -> tuple[Store, dict[str, Any]]:
    """Return the store that is asked and what the query sees of it; packs are in it where they are asked, or the query may speak of their graphs."""
    words = query.text.lower()
    speaks = arguments.pack is not None or (("graph" in words or "from" in words) and bool(files.packs))
    named = arguments.pack or [name for name in files.packs if PACK in query.text and name in query.text] if speaks else []
    if not named and not (speaks and files.settings.packs):
        for name in files.packs:
            if _names(query, name):
                console.say(f"The pack {name} is not asked here: --pack {name} takes it in.")
        store = validation.open(files, tell=console.say, progress=process.stage)
        return store, views.dataset(store, arguments.view)
    from whence import packs

    opened = packs.open(files, named or None, tell=console.say, progress=process.stage)
    return opened.store, packs.dataset(opened.store, opened.packs if arguments.pack else (), arguments.view)


def _ask_elsewhere(arguments: Namespace, query: sparql.Query, values: dict[str, str], files: GraphFiles) -> int:
    """Answer the query from another store, as that holds it: nothing is known here of what an empty answer means there."""
    from whence.publishing import endpoint_at

    if arguments.pack is not None:
        raise UsageError("--pack and --endpoint exclude each other.", fix="Write GRAPH <https://w3id.org/whence/pack/NAME> { ... } into the query.")
    if arguments.view is not None:
        raise UsageError("--view and --endpoint exclude each other.", fix="Write GRAPH view:POLICY { ... } into the query.")
    process.stage("querying")
    answer = endpoint_at(arguments.endpoint, user=arguments.user, most=served.most(arguments)).answer(query, values)
    _write(answer, arguments, _context(files) if arguments.format == "jsonld" else None)
    return 0


def _context(files: GraphFiles) -> Context | None:
    from whence import export

    return export.context(files)


def _write(answer: object, arguments: Namespace, context: Context | None) -> None:
    """Write the answer as it comes; but whole or not at all where its time is limited."""
    from whence.rdf import results

    width = console.width()
    if arguments.timeout is None:
        process.stage(None)
        out = console.output()
        results.write(answer, arguments.format, out, width=width, context=context)
        out.flush()
        return
    from io import BytesIO

    whole = BytesIO()
    results.write(answer, arguments.format, whole, width=width, context=context)
    process.lift()
    process.stage(None)
    out = console.output()
    out.write(whole.getvalue())
    out.flush()


def _find(wanted: str, files: GraphFiles) -> sparql.Query:
    if wanted == "-":
        return sparql.parse(console.read("query"), "standard input")
    for path in files.queries:
        if os.path.basename(path) == f"{wanted}.rq":
            return catalog.fitting(files, _read(path, files.display(path)))
    if "{" not in wanted and (wanted.endswith(".rq") or os.path.exists(wanted)):
        return _read(wanted, wanted)
    if _is_question(wanted):
        raise UsageError("This is no SPARQL.", fix="whence queries WORD ... finds the query of the catalogue that answers a question.")
    if any(mark in wanted for mark in "{ \n\t"):
        return sparql.parse(wanted)
    hint = meant(wanted, catalog.names(files))
    fix = f"{hint + ' ' if hint else ''}See whence queries, or give a file or a SPARQL text."
    raise UsageError(f"The catalogue has no query {wanted!r}.", fix=fix)


def _is_question(text: str) -> bool:
    """Report whether a text is words, as a question in English is: nothing that every query has stands in it."""
    words = text.split()
    return len(words) > 2 and not any(mark in text for mark in "{}<>#:") and words[0].upper() not in ("SELECT", "ASK", "DESCRIBE", "CONSTRUCT")


def _read(path: str, name: str) -> sparql.Query:
    if not os.path.exists(path):
        raise InputError("The file does not exist.", fix=_neighbours(path), file=name)
    return catalog.read(path, name)


def _neighbours(path: str) -> str:
    """Return what may have been meant by a file that is not there."""
    folder, name = os.path.split(path)
    try:
        known = sorted(os.listdir(folder or "."))
    except OSError:
        known = []
    if name in known:
        return "It is a link that leads nowhere: mend the link."
    hint = meant(name, known)
    return hint or "Check its name; whence queries lists the catalogue."


def read_settings(settings: list[str]) -> dict[str, str]:
    """Return the values of parameters, each written NAME=VALUE.

    :raises UsageError: one is not written so, or stands there twice
    """
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise UsageError(f"--set takes NAME=VALUE, not {setting!r}.", fix="Write for example --set work=id:metallic-rouge.")
        if name in values:
            raise UsageError(f"The parameter {name} is set twice.", fix="Set it once.")
        values[name] = value
    return values
