"""The command line: `whence COMMAND ...`.

One module a group of commands; only the one that is asked for is imported, and only its parser is built.
Exit codes: 0 fine; 1 findings; 2 usage; 3 input could not be read or parsed; 4 a limit was reached;
5 a remote failure; 130 interrupted; 141 nobody reads the output any more.
"""

from __future__ import annotations

from whence import __version__
from whence.cli import console
from whence.did_you_mean import nearest
from whence.errors import UsageError, ValidationError, WhenceError

__all__ = ["COMMANDS", "main"]

#: Command to the module that runs it and the sentence `whence --help` shows.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Start a graph of your own in a directory, on the model that comes with whence."),
    "validate": ("validate", "Check the graph: syntax, ontology, shapes, checks, queries; or any data by any shapes."),
    "ask": ("ask", "Answer a question in plain words, with passages; without words, question after question."),
    "query": ("query", "Answer a query of the catalogue, of a file, or typed here."),
    "queries": ("queries", "List the catalogue by the question each query answers."),
    "show": ("things", "Print a card of a thing, found by any of its names."),
    "lineage": ("lineage", "Trace where a work comes from, or what came of it, with the weakest commitment of each path."),
    "disagreements": ("things", "Tell who disagrees about a thing, or in the whole graph, the weightiest first."),
    "path": ("lineage", "Find how one thing reaches another: by influence, people they share, or what both come from."),
    "compare": ("things", "Compare two works, people or documents: what they share, what differs, what is said of both."),
    "timeline": ("things", "Tell what comes out or happens when, each date as exact as it is said and by whom."),
    "sources": ("things", "Tell what articles and catalogues answer about a thing, question by question, and where they differ."),
    "explain": ("explain", "Prove a triple down to files and passages, or tell why a view does not have it; or explain a row of a query."),
    "export": ("export", "Write the whole graph, or one view, in an RDF format."),
    "draft": ("draft", "Verify proposals of a model or another tool against a text, and accept, change or refuse them one by one."),
    "evidence": ("evidence", "Check every document and passage digest against the texts."),
    "cite": ("evidence", "Print where words of a document stand, with their digest, to paste into an attestation."),
    "add": ("importing", "Bring a document into the graph: text, Markdown, HTML or PDF, with what it prints of title, outlet, date and address."),
    "reanchor": ("reanchor", "Tell, and write, where the passages of a document stand in a new text of it."),
    "claim": ("claim", "Save a position on a claim: whose, in which words of a document; with ids, names and files made for it."),
    "import": ("importing", "Save the positions of a table, or of Web Annotations, all or none, with findings by row and column."),
    "same": ("same", "Propose which things of the graph and its packs are one, and decide: same, different, open."),
    "undo": ("claim", "Take the last change of the graph back."),
    "pack": ("pack", "Make a catalogue a pack beside the graph, list the packs, make one anew, or take one away."),
    "serve": ("serve", "Serve SPARQL, linked data, named queries and pages over HTTP."),
    "annotate": ("serve", "Add positions to the graph on a page of this machine: select words, complete a sentence."),
    "mcp": ("serve", "Serve the graph to assistants by the Model Context Protocol."),
    "publish": ("publish", "Write the validated graph with its views into another SPARQL store, switched over at once."),
    "site": ("serve", "Write the whole site as files for any web host."),
    "ontology": ("validate", "Check the ontology: OWL 2 DL, annotations, pitfalls, undefined names; with HermiT if wished."),
    "diff": ("diff", "Tell what differs between two directories, files or commits of a graph: positions, claims, things."),
    "merge": ("diff", "Bring two curators' changes of one file together, as git's merge driver; conflicts only where they disagree."),
    "fmt": ("fmt", "Format Turtle files in the style of the house."),
}

#: Commands that change a graph; what is wrong with their words is told before anything is written.
_CHANGING = ("add", "claim", "import", "undo")
#: Those that look for a graph where their arguments say, not where one stands.
_ELSEWHERE = frozenset(("diff", "init", "merge"))


def main(argv: list[str]) -> int:
    """Run one command line and return its exit code; every error of ours becomes sentences on standard error."""
    try:
        _check_encoding(argv)
        return _dispatch(argv)
    except ValidationError as error:
        from whence.cli.validate import show_refusal

        return show_refusal(error)
    except WhenceError as error:
        console.complain(error)
        return error.exit_code
    except SystemExit as stop:  # argparse: --help and --version
        return stop.code if isinstance(stop.code, int) else 0


def _dispatch(argv: list[str]) -> int:
    graph, command, rest = _split(argv)
    if command == "help" and rest:
        command, rest = rest[0], ["--help"]
    if command in ("-h", "--help", "help"):
        console.write(_help())
        return 0
    if command in ("-V", "--version"):
        console.write(f"whence {__version__}\n")
        return 0
    if command is None:
        console.write(_help())
        return UsageError.exit_code
    if command not in COMMANDS:
        raise UsageError(f"There is no command {command!r}.", fix=_meant(command))
    from importlib import import_module

    from whence.cli.arguments import Parser

    module = import_module(f"whence.cli.{COMMANDS[command][0]}")
    parser = Parser(prog=f"whence {command}", description=COMMANDS[command][1])
    parser.add_argument("--graph", metavar="DIR", default=graph, help="the graph directory (default: the one that you stand in, else the bundled one)")
    module.declare(parser, command)
    arguments = parser.parse_args(rest)
    if arguments.graph is not None and command != "query" and getattr(arguments, "endpoint", None) is not None:
        raise UsageError("--graph and --endpoint exclude each other.", fix="Leave one of them out.")
    if arguments.graph is None and command not in _ELSEWHERE:
        from whence.store.layout import around

        arguments.graph = around()
    try:
        return module.run(arguments, command)
    except UsageError as error:
        if command in _CHANGING and "othing was" not in str(error):
            error.fix = f"{error.fix or ''} Nothing was written.".lstrip()
        raise


def _check_encoding(argv: list[str]) -> None:
    """Refuse an argument, such as the name of a file, that no report could show."""
    for word in argv:
        try:
            word.encode()
        except UnicodeEncodeError:
            shown = word.encode("utf-8", "backslashreplace").decode()
            raise UsageError(f"The argument {shown} is not UTF-8.", fix="Rename the file, or write the text in UTF-8.") from None


def _split(argv: list[str]) -> tuple[str | None, str | None, list[str]]:
    """Return the graph directory given before the command, the command, and what follows it."""
    graph: str | None = None
    waiting = list(argv)
    while waiting:
        word = waiting.pop(0)
        if word == "--graph":
            if not waiting:
                raise UsageError("--graph needs a directory.", fix="Write --graph DIR.")
            graph = waiting.pop(0)
        elif word.startswith("--graph="):
            graph = word.partition("=")[2]
        elif word.startswith("-") and word not in ("-h", "--help", "-V", "--version"):
            raise UsageError(f"There is no option {word} before a command.", fix="See whence --help.")
        else:
            return graph, word, waiting
    return graph, None, []


def _meant(command: str) -> str:
    near = nearest(command, COMMANDS, 0.5)
    return f"Did you mean whence {near}?" if near else "See whence --help."


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {sentence}" for name, (_, sentence) in COMMANDS.items()]
    return (
        "Where does this work come from, who says so, and where exactly do they say it?\n\n"
        "Usage: whence [--graph DIR] COMMAND ...\n\nCommands:\n" + "\n".join(lines) + "\n\nOptions:\n"
        f"  {'--graph DIR':<{width + 8}}the graph directory (default: the one that you stand in, else the bundled one)\n"
        f"  {'--version':<{width + 8}}print the version\n"
        "\nwhence COMMAND --help says more about one command.\n"
        "Exit codes: 0 fine, 1 findings, 2 usage, 3 unreadable input, 4 a limit was reached, 5 a remote failure.\n"
    )
