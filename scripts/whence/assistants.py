"""The graph for assistants, by the Model Context Protocol: the process that `whence mcp` becomes.

Each tool runs a command of `whence` as a process of its own, with its limits of time and memory: an assistant gets what a person
gets in a terminal, passages included, and a query that takes too long ends without taking the server along.
"""

from __future__ import annotations

import asyncio
import re
import sys
from inspect import signature
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field, ValidationError
from pyoxigraph import NamedNode

from whence import __version__, api
from whence.endpoint import MOST
from whence.errors import WhenceError
from whence.namespaces import shorten
from whence.publishing import open_served
from whence.report.words import clipped
from whence.sparql import parse
from whence.store import layout

_INSTRUCTIONS = """\
A knowledge graph of creative works: where a work comes from, who says so, and in which document, at which offsets (code points).
Claims assert nothing; people take positions on them: affirmed or denied, outright, hedged, implied, as promotion. Say who says it, cite document
and offsets, and keep denials and disagreements. "Not known" is not "no". Begin with ask, or with search and show; lineage tells what a
thing comes from, explain proves one statement, disagreements tells who contradicts whom. queries lists prepared questions for query; sparql takes
SPARQL 1.1 over the classes and properties of the resource whence://ontology, with the prefixes wh:, id:, role:, aspect: and the usual ones declared."""
#: Seconds and memory that a command may take, characters of an answer, and seconds after which it is killed.
_SECONDS, _MEMORY, _LONGEST, _KILLED = 20, "2G", 100_000, 60

Name = Annotated[str, "a name in any spelling or language, a slug, or an IRI"]
Policy = Literal["maker", "press", "any"]
Number = Annotated[int, Field(ge=1)]
Pack = Annotated[str | None, "a catalogue beside the graph that is asked, too; all for every one"]


class Tools:
    """The tools, each a method whose docstring tells the assistant what it is for.

    :ivar files: of the graph; of a served one, those of the model
    """

    NAMES = (
        "search", "show", "ask", "lineage", "path", "explain", "disagreements", "compare", "timeline", "sources", "queries", "query", "sparql",
    )  # fmt: skip

    def __init__(self, directory: str, user: str = "", most: int = MOST) -> None:
        """
        :param user: for basic authentication where the graph is served
        :param most: bytes that one answer from there may have
        :raises ValidationError: the graph has violations
        :raises RemoteError: it cannot be fetched
        """
        self._served: list[str] = []
        if "://" in directory:
            self._served = [f"--endpoint={directory}", f"--max-fetch={most >> 10}K", *([f"--user={user}"] if user else [])]
            files, store = open_served(directory, user=user or None, most=most)
            self.files: layout.GraphFiles = files
            self._graph = api.Graph(directory, store, files.prefixes)
        else:
            self._graph = api.open(directory)
            self.files = layout.GraphFiles(directory)

    def example(self, base: str) -> tuple[str, str]:
        """Return name and prefixed name of a work to explain the tools by; where the graph has none, words that stand for one."""
        iri = self._graph.index.example(base)
        return (self._graph.index.label(iri), shorten(iri)) if iri else ("a film", "PREFIX:SLUG")

    async def search(self, name: Name, limit: Number = 10) -> str:
        """Find things by name, the best first: label, IRI and kinds of each, one a line."""
        index, most = self._graph.index, min(limit, 100)
        found = (index.find(name) or index.search(name, most))[:most]
        lines = (f"{index.label(one.iri)}\t{one.iri}\t{', '.join(index.kinds(NamedNode(one.iri)))}" for one in found)
        return "\n".join(lines) or f"Nothing here is called {clipped(name, 60)!r}, nor nearly so."

    async def show(self, thing: Name, limit: Number = 10, pack: Pack = None) -> str:
        """Tell everything about a thing: names, facts, roles, claims by stance, each with speakers, documents and offsets."""
        return await self._run("show", "--", thing, limit=limit, pack=pack)

    async def ask(self, question: str, limit: Number = 10, pack: Pack = None) -> str:
        """Answer a question in plain English, such as "who composed the music of Metallic Rouge?", with passages."""
        return await self._run("ask", "--", question, limit=limit, pack=pack)

    async def lineage(
        self, thing: Name, direction: Literal["up", "down", "both"] = "up", depth: Number = 4, policy: Policy | None = None, aspect: Name | None = None,
        pack: Pack = None,
    ) -> str:
        """Trace where a thing comes from (up) or what came of it (down); each step with stance, speakers, documents and offsets."""
        return await self._run("lineage", f"--{direction}", "--", thing, depth=depth, policy=policy, aspect=aspect, pack=pack)

    async def path(self, start: Name, end: Name, length: Number = 4, policy: Policy | None = None, pack: Pack = None) -> str:
        """Find how one thing reaches another, by influence, shared people or shared sources, the best supported first."""
        return await self._run("path", "--", start, end, length=length, policy=policy, pack=pack)

    async def explain(self, subject: Name, property: str, object: str, view: str | None = None, pack: Pack = None) -> str:
        """Prove a statement, such as Metallic Rouge / wh:influencedBy / another work, or tell why it is not held and who denies it."""
        return await self._run("explain", "--", subject, property, object, view=view, pack=pack)

    async def disagreements(self, thing: Name | None = None, limit: Number = 10, pack: Pack = None) -> str:
        """Tell who contradicts whom about a thing, or in the whole graph, the weightiest first, with documents and offsets."""
        return await self._run("disagreements", "--", *([thing] if thing else []), limit=limit, pack=pack)

    async def compare(self, first: Name, second: Name, pack: Pack = None) -> str:
        """Compare two works, people or documents: what they share, what differs, and who says that they are alike."""
        return await self._run("compare", "--", first, second, pack=pack)

    async def timeline(self, thing: Name, pack: Pack = None) -> str:
        """Tell what is dated about a thing, in order, dates as imprecise as they are said to be, and who says so."""
        return await self._run("timeline", "--", thing, pack=pack)

    async def sources(self, thing: Name, all: bool = False, pack: Pack = None) -> str:
        """Tell what articles and catalogues answer about a thing, question by question: where they differ, agree, or one is silent; with all, what only articles say, too."""
        return await self._run("sources", *(["--all"] if all else []), "--", thing, pack=pack)

    async def queries(self, words: str = "") -> str:
        """List the prepared questions, or those that have most words of a question; a name tells all about its query and parameters."""
        return await self._run("queries", "--", *words.split())

    async def query(self, name: str, parameters: dict[str, str] | None = None, view: str | None = None, pack: Pack = None) -> str:
        """Answer a prepared question by its name, as CSV; values of parameters such as {"work": "id:metallic-rouge"}."""
        values = [f"--set={of}={value}" for of, value in (parameters or {}).items()]
        if not name.replace("-", "").isalnum():
            raise ToolError(f"{clipped(name, 60)!r} is no name of a query. The tool queries lists them; the tool sparql takes a text.")
        return await self._run("query", *values, "--", name, format="csv", view=view, pack=pack, timeout=_SECONDS, memory=_MEMORY)

    async def sparql(self, text: str, view: str | None = None, pack: Pack = None) -> str:
        """Answer SPARQL 1.1 (SELECT, ASK, CONSTRUCT, DESCRIBE), rows as CSV, graphs as Turtle; read-only, at most 20 seconds."""
        try:
            format = "turtle" if parse(text).form in ("construct", "describe") else "csv"
        except WhenceError as error:
            raise ToolError(str(error)) from None
        return await self._run("query", "--", "-", stdin=text, format=format, view=view, pack=pack, timeout=_SECONDS, memory=_MEMORY)

    async def _run(self, *words: str, stdin: str = "", **options: object) -> str:
        """Return what a command writes."""
        command, *rest = words
        if self._served and options.get("pack") is not None:
            raise ToolError("This graph is served from elsewhere, and has no packs here. Leave pack out.")
        given = [f"--{name}={value}" for name, value in options.items() if value is not None]
        graph = [] if self._served and command not in ("queries", "query") else ["--graph", self.files.root]
        served = [] if command == "queries" else self._served
        program = [sys.executable, "-P", "-m", "whence", *graph, command, *served, *given, *rest]
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe, stderr=pipe)
        except (OSError, ValueError) as error:  # such as a value that is too long, or holds NUL
            raise ToolError(f"The command does not take these values: {getattr(error, 'strerror', None) or error}. Send shorter ones, without NUL.") from None
        try:
            out, complaints = await asyncio.wait_for(process.communicate(stdin.encode()), _KILLED)
        except TimeoutError:
            raise ToolError(f"This takes more than {_KILLED} seconds. Ask for less.") from None
        finally:
            if process.returncode is None:
                process.kill()
        text, told = (one.decode("utf-8", "replace") for one in (out, complaints.strip()))
        text, told = text if command == "query" else _in_tools(text), _in_tools(told)  # rows are data, whatever they say
        if process.returncode:
            raise ToolError(told or f"The command ended with {process.returncode}.")
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}\n… {len(text) - _LONGEST:,} characters more are left out: ask for less, such as with LIMIT."
        return f"{text}\n{told}\n" if told else text


#: How commands speak of options and of each other, and what a tool has in their place.
_SPOKEN = [
    (re.compile(words, re.M), tools)
    for words, tools in (
        (r"^whence: (standard input:)?", ""),
        (r" See whence [a-z]+ --help\.", ""),
        (r",? or (by )?packs = \[\"\w+\"\] in whence\.toml", ""),
        (r"packs = \[\"(\w+)\"\] in whence\.toml", r"pack=\1"),
        (r"--set ", "parameter "),
        (r"--all\b", "all=true"),
        (r"--(limit|depth|length|policy|aspect|view|pack) (\w+)", r"\1=\2"),
        (r"--(limit|depth|length|policy|aspect|view|pack)\b", r"\1"),
        (rf"\bwhence ({'|'.join(Tools.NAMES)})\b", r"the tool \1"),
    )
]


def _in_tools(told: str) -> str:
    """Return what a command told in the words of the tools.

    >>> _in_tools("whence: --limit: '0' is not a positive whole number. See whence show --help.")
    "limit: '0' is not a positive whole number."
    >>> _in_tools("All of it: whence query staff --set work=id:x\\n  and 3 more (--limit 13)")
    'All of it: the tool query staff parameter work=id:x\\n  and 3 more (limit=13)'
    """
    for words, tools in _SPOKEN:
        told = words.sub(tools, told)
    return told


def _wrong(tool: str, given: dict[str, Any], refused: ValidationError | None) -> str:
    """Return what is wrong with the arguments of a call, in sentences; an empty text where nothing is."""
    known = [name for name in signature(getattr(Tools, tool)).parameters if name != "self"]
    told = [f"{tool} lacks {one['loc'][0]}." if one["type"] == "missing" else f"{one['loc'][0]} cannot be {one['input']!r:.60}: {one['msg']}." for one in (refused.errors() if refused else ())]
    told += [f"{tool} takes no {name!r:.60}." for name in given if name not in known]
    return " ".join([*told, f"It takes {', '.join(known)}."]) if told else ""


class _Server(MCPServer):
    """The server of the SDK, refusing arguments in sentences of ours, and those that a tool has not."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        if name in Tools.NAMES and (told := _wrong(name, arguments, None)):
            raise ToolError(told)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_wrong(name, arguments, error.__cause__)) from None
            raise


def serve(directory: str, user: str = "", most: int = MOST) -> MCPServer:
    """Return a server of the Model Context Protocol for a graph directory, or for a graph at an address.

    :raises ValidationError: the graph has violations
    :raises RemoteError: it cannot be fetched
    """
    tools = Tools(directory, user, most)
    files = tools.files
    own = files.settings
    title, example = (own.title, tools.example(own.base)) if own.file else ("whence", ("Metallic Rouge", "id:metallic-rouge"))
    instructions = _INSTRUCTIONS.replace(" id:,", f" {own.prefix}:,")
    server = _Server("whence", title=title, version=__version__, instructions=instructions, log_level="WARNING")
    annotations = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for name in tools.NAMES:
        told = (getattr(tools, name).__doc__ or "").replace("Metallic Rouge", example[0]).replace("id:metallic-rouge", example[1])
        server.tool(description=told, annotations=annotations, structured_output=False)(getattr(tools, name))

    @server.resource("whence://ontology", mime_type="text/turtle", description="The ontology: classes and properties of the graph")
    def ontology() -> str:
        return "\n".join(files.read(path).decode() for path in files.ontology if path not in files.vocabularies)

    @server.resource("whence://vocabularies", mime_type="text/turtle", description="The concepts: roles, aspects, genres, themes and others")
    def vocabularies() -> str:
        return "\n".join(files.read(path).decode() for path in files.vocabularies)

    return server


if __name__ == "__main__":
    _directory, _user, _most, *_address = sys.argv[1:]
    _server = serve(_directory, _user, int(_most))
    if _address:
        _server.run("streamable-http", host=_address[0], port=int(_address[1]), stateless_http=True)
    else:
        _server.run("stdio")
