"""`whence add`: a document brought into the graph."""

from __future__ import annotations

from argparse import Namespace

from whence.cli import console, process
from whence.cli.arguments import Parser, texts_option
from whence.curation.documents import Given, add, check
from whence.curation.extraction import extract
from whence.curation.workspace import Workspace
from whence.namespaces import local
from whence.store import layout


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("file", metavar="FILE", help="text or Markdown in UTF-8, HTML (pip install 'whence-graph[html]') or PDF (...[pdf])")
    parser.add_argument("--title", default="", help="its headline (default: what a page or a heading of Markdown says)")
    parser.add_argument("--outlet", default="", metavar="NAME", help="who published it")
    parser.add_argument("--url", default="", help="the whole address")
    parser.add_argument("--date", default="", help="when it was published, in EDTF: 2024-01-11, 2024-01, 2024")
    parser.add_argument("--writer", default="", metavar="NAME", help="who wrote it (default: unnamed)")
    parser.add_argument("--language", default="", metavar="TAG", help="its language: en, ja, pt-BR")
    texts_option(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the answer (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Bring the document into the graph, or say that it is there."""
    given = Given(**{name: getattr(arguments, name) for name in ("title", "outlet", "url", "date", "writer", "language")})
    check(given)
    process.stage("reading the text")
    extracted = extract(arguments.file)
    files = layout.locate(arguments.graph)
    workspace = Workspace.open(files)
    process.stage("validating")
    added = add(workspace, extracted, given, arguments.texts or files.settings.texts)
    process.stage(None)
    if arguments.format == "json":
        console.write_json({"document": added.document, "new": added.is_new, "files": added.files, "sentences": added.sentences})
        return 0
    lines = [local(added.document), *(f"  {sentence}" for sentence in added.sentences)]
    lines += [f"wrote {file}" for file in added.files] or ["nothing to write"]
    console.write("".join(f"{line}\n" for line in lines))
    return 0
