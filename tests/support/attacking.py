"""Odd input for every argument of every command, and what a command may do with it.

`python tests/support/attacking.py [--every=N] [COMMAND ...]` runs every case, or each Nth, as the tests do. The words of each
command come from its own parser, so a new command or option is attacked too. A process that has imported whence
forks one child a case.
"""

from __future__ import annotations

import argparse
import hashlib
import http.server
import itertools
import os
import re
import resource
import select
import shutil
import signal
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from lamps import MAPPING, RECORDS

ROOT = Path(__file__).resolve().parents[2]
LANTERNS = ROOT / "tests" / "cases" / "lanterns"
LIMIT = 90.0
#: So many seconds of a machine that does nothing else are too long for what is refused; a busy one gets more.
SLOW = 40
#: What the command line may end with: the documented codes.
CODES = {0, 1, 2, 3, 4, 5, 130, 141}
REFUSALS = {2, 3, 4, 5}
WORDS = ["second-look", "is hardly a mystery at all", "statement"]
RECORD = (LANTERNS / "positions" / "second-look.jsonl").read_text(encoding="utf-8").splitlines()[0]

#: A right call of each command, which odd words go into; several where an action decides what the other words are.
CALLS: dict[str, list[list[str]]] = {
    "init": [["new"]],
    "validate": [["second-look"], ["--data", "good.ttl", "--shapes", "shapes.ttl"]],
    "ask": [["Who", "made", "Harbour", "of", "Lanterns?"]],
    "query": [["SELECT ?s { ?s ?p ?x } LIMIT 1", "--set", "x=1"]],
    "queries": [["work"]],
    "show": [["Ren", "Sunada"]],
    "lineage": [["Harbour of Lanterns"]],
    "disagreements": [["Harbour of Lanterns"]],
    "path": [["Ren Sunada", "Harbour of Lanterns"]],
    "compare": [["Ren Sunada", "Mila Okafor"]],
    "timeline": [["Harbour of Lanterns"]],
    "sources": [["Harbour of Lanterns"]],
    "explain": [["Harbour of Lanterns", "a", "wh:Series"], ["--query", "influences-of-a-work", "--row", "1", "--set", "work=Harbour of Lanterns"]],
    "export": [[], ["--format", "webannotation", "--document", "second-look", "--with-quotes"]],
    "draft": [["second-look", "good.jsonl"], ["--show", "x"], ["--edit", "x", "--set", "speaker=Jonas Vale"], ["--accept", "x"], ["--refuse", "x", "--as", "Me"]],
    "evidence": [[]],
    "cite": [["second-look", "is hardly a mystery at all"]],
    "add": [["good.txt", "--title", "A"]],
    "reanchor": [["second-look", "good.txt"], ["second-look", "good.txt", "--choose", "x=1", "--apply"]],
    "claim": [[*WORDS, "--about", "Harbour of Lanterns", "--gloss", "It is.", "--speaker", "Jonas Vale", "--commitment", "stated", "--mood", "fact", "--mode", "narration"]],
    "import": [["good.csv", "--dry-run"], ["--template", "--class", "statement"]],
    "same": [["propose"], ["list"], ["decide", "good.tsv", "--as", "Me"], ["accept", "Ren Sunada", "Mila Okafor", "--reason", "x"]],
    "undo": [[]],
    "pack": [["add", "records.ttl", "--mapping", "good.toml", "--name", "lamps"], ["list"], ["update", "lamps", "records.ttl"], ["remove", "lamps"]],
    "serve": [["--port", "0"]],
    "annotate": [["--port", "0", "--no-browser"]],
    "mcp": [[], ["--http", "--port", "0"]],
    "publish": [["--to", "http://127.0.0.1:1/x"], ["--parquet", "tables"]],
    "site": [["built"]],
    "ontology": [[]],
    "diff": [[".", "."]],
    "merge": [["good.ttl", "ours.ttl", "good.ttl"]],
    "fmt": [["good.ttl"]],
}  # fmt: skip
#: Options that change what is in git's configuration, or start a program.
LEFT_OUT = {("merge", "--install"), ("ontology", "--reason")}
#: What goes on until it is ended, or writes for minutes once its words are right.
SERVERS = {"serve", "annotate", "mcp", "site"}
#: What waits for a reader in its own way: an odd file is given by one of its names, not by all.
PATHS = re.compile(r"FILE|DIR|PATH|GRAPH|QUERY|DOCUMENT|THING\|FILE|^A$|^B$")
#: The name of a file that is written aside.
LEFTOVER = re.compile(r"(?:^|/)\.[^/]*\.[a-z0-9_]{8}$")
#: What a terminal may obey, with what stands around it.
CONTROL = re.compile(r".{0,30}[\x00-\x09\x0b-\x1f\x7f\x80-\x9f].{0,20}")
NUMBERS = {"N", "SECONDS", "SIZE", "--port"}
ADDRESSES = {"ADDRESS", "IRI", "HOST", "--url", "--host", "--base", "--endpoint"}

TEXTS = {
    "empty": "", "space": " ", "line end": "a\nb", "bell": "\x07", "escape": "\x1b[31mred\x1b[0m", "nel": "a\u0085b\u2028c", "override": "\u202eabc", "emoji": "\U0001f469\u200d\U0001f680",
    "last": "\U0010ffff", "long": "a" * 100_000, "long words": "a " * 50_000, "dash": "-", "dashes": "--", "quotes": '"\'`', "backslash": "\\", "percent": "%s%(x)d%", "braces": "{x}{}{0}",
    "angle": "<", "angles": "<a b>", "name": "id:", "up": "id:../../x", "colon": ":", "equals": "=", "open": "x=", "tag": "\"a\"@", "digits": "9" * 5_000, "minus": "-1", "slash": "/", "dot": ".",
    "star": "*", "bracket": "[" * 3_000, "parens": "(" * 3_000, "decomposed": "e\u0301" * 50, "arabic digits": "\u0661", "nested": "<<( " * 3_000, "date": "2024-02-30", "comma": ",,;|", "hash": "#",
    "null word": "None", "pair": "id:x=id:y", "many": "x=" + "1" * 5_000, "range": "x=1-" + "9" * 5_000,
}  # fmt: skip
NUMBER = {
    "zero": "0", "minus": "-1", "huge": "9" * 5_000, "large": "999999999999999999", "nan": "NaN", "inf": "inf", "minus inf": "-Infinity", "float": "1.5", "tiny": "1e-320", "power": "1e999",
    "hex": "0x10", "under": "1_0", "arabic": "\u0661\u0662", "empty": "", "space": " 1 ", "size": "99999999999G", "one": "1K", "square": "²", "plus": "+1",
}  # fmt: skip
ADDRESS = {
    "space": "http://e.org/a b", "control": "http://e.org/\x01", "line end": "http://e.org/\r\nX: y", "no host": "http://", "scheme": "http:", "bracket": "http://[::1", "port": "http://127.0.0.1:99999/", "port word": "http://127.0.0.1:x/",
    "ftp": "ftp://e.org/", "file": "file:///etc/passwd", "script": "javascript:alert(1)", "relative": "../x", "empty": "", "unicode": "http://例え.テスト.invalid/", "user": "http://a:b@127.0.0.1:1/", "surrogate pair": "http://e.org/\U0001f600",
    "percent": "http://e.org/%", "long": "http://e.org/" + "a" * 100_000, "label": "http://" + "a" * 300 + ".invalid/", "nothing there": "http://127.0.0.1:1/", "quote": "http://e.org/\"", "brace": "http://e.org/{x}", "fragment": "http://e.org/#", "dots": "http://e.org/../..",
    **{name: f"http://127.0.0.1:{{port}}/{name}" for name in ("garbage", "close", "html", "error", "loop", "endless", "slow-nothing", "half", "wrong-type", "bad-json", "bad-xml", "length", "encoding", "deep", "401", "empty-answer")},
}  # fmt: skip


def contents() -> dict[str, bytes]:
    """Odd content of files, by a name that says what it is."""
    turtle = b"<a:b> <a:c> 'x' .\n"
    return {
        "empty": b"", "spaces": b" \n\t\n", "binary": bytes(range(256)) * 40, "latin": "<a:b> <a:c> 'é' .\n".encode("latin-1"), "bom": b"\xef\xbb\xbf" + turtle, "bom alone": b"\xef\xbb\xbf", "utf-16": turtle.decode().encode("utf-16"),
        "utf-16 be": turtle.decode().encode("utf-16-be"), "utf-32": turtle.decode().encode("utf-32"), "crlf": turtle.replace(b"\n", b"\r\n") * 3, "cr": turtle.replace(b"\n", b"\r") * 3, "nul": b"<a:b> <a:c> '\0' .\n", "surrogate": b"<a:b> <a:c> '\xed\xa0\x80' .\n",
        "long line": b"a" * 10_000_000, "long literal": b"<a:b> <a:c> '" + b"a" * 10_000_000 + b"' .", "unclosed": b"<a:b> <a:c> '''" + b"a" * 1_000_000, "deep": b"[" * 100_000, "deep closed": b"[" * 100_000 + b"]" * 100_000, "deep object": b'{"a":' * 100_000,
        "deep turtle": b"<a:b> <a:c> " + b"[ <a:c> " * 100_000, "deep list": b"<a:b> <a:c> " + b"( " * 100_000 + b") " * 100_000 + b".", "deep xml": b"<a>" * 100_000, "triple terms": b"<a:b> <a:c> " + b"<<( <a:b> <a:c> " * 20_000, "quotes": b'"' * 100_001, "newlines": b"\n" * 1_000_000,
        "commas": b"," * 1_000_000, "wide": b",".join([b"a"] * 20_000) + b"\n", "entities": b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 1000 + b'">' + b"".join(b'<!ENTITY c%d "%s">' % (n, b"&b;" * 10 if n == 0 else b"&c%d;" % (n - 1) * 10) for n in range(9)) + b"]><a>&c8;</a>",
        "json": b'{"a": 1}\n', "json list": b"[1, 2]\n", "json number": b"1e999\n", "json long number": b"9" * 5_000, "json nan": b'{"quote": NaN, "class": Infinity}\n', "json escape": b'{"document": "second-look", "quote": "\\ud800", "class": "\\u0000"}\n', "json null": b"null\n",
        "json of lists": b'{"document": ["second-look"], "quote": {"a": 1}, "class": [], "roles": [1], "new": 3, "start": "x", "speaker": {"x": [null]}}\n', "json twice": b'{"quote": "a", "quote": "b"}\n', "no quote": b'{"class": "statement"}\n',
        "large numbers": b'{"document": "second-look", "quote": "a", "class": "statement", "start": 99999999999999999999999, "end": -1, "occurrence": 1e400}\n', "annotation": b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": 1, "body": [[1]]}\n',
        "annotations": b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": [null, 1, {"target": {"selector": {"start": "x", "end": []}}}]}\n',
        "xml": b"<?xml version='1.0'?><a/>", "xml encoding": b"<?xml version='1.0' encoding='UTF-7'?><a/>", "xml unknown": b"<?xml version='1.0' encoding='x-y'?><a/>", "html": b"<!DOCTYPE html><html><body><p>Hello<p>" + b"<div>" * 5_000, "pdf": b"%PDF-1.7\n1 0 obj\n<< /Length 99999999999 >>\nstream\n", "pdf alone": b"%PDF-1.4",
        "zip": b"PK\x03\x04" + b"\0" * 100, "gzip": b"\x1f\x8b\x08" + b"\0" * 20, "sqlite": b"SQLite format 3\0" + b"\0" * 100, "toml": b"[pack]\nname = 1\n", "toml deep": b"a = " + b"[" * 100_000, "toml dots": b"a." * 50_000 + b"b = 1\n", "toml number": b"a = " + b"9" * 5_000, "query": b"SELECT * { ?s ?p ?o }", "update": b"DROP ALL",
        "deep query": b"SELECT * " + b"{" * 100_000, "csv": b"document,quote,class\nsecond-look,\"a\nb", "csv nul": b"document,quote\0,class\n\0,\0,\0\n", "tsv": b"a\tb\n\"\t\n", "csv twice": b"class,class,quote,quote\n1,2,3,4\n", "csv ragged": b"document,quote,class\na\na,b,c,d,e,f\n", "header": b"document,quote,class\n",
        "prefix": b"@prefix a: <" + b"b" * 100_000, "base": b"@base <::> . <a> <b> <c> .", "bad iri": b"<a b> <c:d> <e\x01> .", "escape iri": b"<a:b> <a:c> <a:\\u0000> , <a:\\uD800> .", "escapes": b"<a:b> <a:c> '\\uD800' , '\\U00110000' , '\\u0000' .", "conflict": b"<<<<<<< ours\n<a:b> <a:c> 1 .\n=======\n>>>>>>> theirs\n",
        "blank nodes": b"_:a <a:b> _:a .\n" * 2_000, "numbers": b"<a:b> <a:c> 1e99999 , " + b"9" * 50_000 + b" , .", "shape": b"@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ; sh:targetNode <a:b> ; sh:property [ sh:path ( ) ; sh:minCount 'x' ; sh:pattern '(' ] .",
    }  # fmt: skip


def make_odd(folder: Path) -> list[str]:
    """Make odd files and names in a folder; return what each is called from beside it."""
    folder.mkdir()
    for name, content in contents().items():
        (folder / f"{name}.ttl").write_bytes(content)
    names = [f"odd/{name}.ttl" for name in contents()]
    for ending in ("rdf", "owl", "jsonld", "json", "jsonl", "nt", "nq", "trig", "csv", "tsv", "xlsx", "txt", "md", "html", "pdf", "toml", "rq", "zip", "xml", "gz", "n3", "parquet"):
        (folder / f"binary.{ending}").write_bytes(bytes(range(256)) * 40)
        (folder / f"empty.{ending}").write_bytes(b"")
        names += [f"odd/binary.{ending}", f"odd/empty.{ending}"]
    for ending, which in {"json": ("deep object", "deep", "json", "json nan", "json number", "json long number", "json list", "json null", "json escape", "annotation", "annotations"), "jsonl": ("deep object", "json escape", "json of lists", "no quote", "large numbers", "json twice", "json null", "json nan", "json long number", "long line", "bom", "utf-16"),
                          "jsonld": ("deep object", "json", "json nan", "annotation", "annotations", "json long number"), "csv": ("csv", "csv nul", "wide", "commas", "quotes", "long line", "utf-16", "bom", "csv twice", "csv ragged", "header", "cr", "binary"), "tsv": ("tsv", "csv", "wide", "utf-16"), "xlsx": ("zip", "csv"), "pdf": ("pdf", "pdf alone"), "html": ("html", "deep xml", "entities", "long line", "nul"),
                          "txt": ("long line", "nul", "utf-16", "bom", "cr", "spaces", "surrogate", "newlines", "escape iri"), "md": ("deep", "deep closed", "long line", "quotes"), "toml": ("toml", "toml deep", "toml dots", "toml number", "nul", "utf-16", "binary"), "rq": ("query", "update", "deep query", "nul", "binary", "utf-16", "bom", "latin", "cr"), "rdf": ("deep xml", "entities", "xml", "xml encoding", "xml unknown", "html", "utf-16"),
                          "nt": ("csv", "triple terms", "escapes", "bad iri", "nul"), "trig": ("deep", "conflict", "escapes"), "xml": ("deep xml", "entities", "xml"), "zip": ("zip",), "gz": ("gzip",), "parquet": ("csv",)}.items():  # fmt: skip
        for name in which:
            (folder / f"{name}.{ending}").write_bytes(contents()[name])
            names.append(f"odd/{name}.{ending}")
    (folder / "directory.ttl").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "nowhere").symlink_to("gone")
    (folder / "round").mkdir()
    (folder / "round" / "up").symlink_to("..")
    os.mkfifo(folder / "fifo.ttl")
    for name in ("a b.ttl", "-x.ttl", "a\nb.ttl", "é\u202e\x1b[31m.ttl", "%s{}.ttl", "'\"`$(x);.ttl", "#?&=.ttl", "\U0001f600.ttl"):
        (folder / name).write_bytes(b"<a:b> <a:c> 1 .\n")
        names.append(f"odd/{name}")
    with open(os.fsencode(folder) + b"/\xff.ttl", "wb") as stream:
        stream.write(b"<a:b> <a:c> 1 .\n")
    (folder / "not-utf-8").mkdir()
    with open(os.fsencode(folder) + b"/not-utf-8/\xff.ttl", "wb") as stream:
        stream.write(b"<a:b> <a:c> 1 .\n")
    (folder / "secret.ttl").write_bytes(b"")
    return [*names, "odd/missing.ttl", "odd/directory.ttl", "odd/loop", "odd/nowhere", "odd/round", "odd/fifo.ttl", "odd/not-utf-8", os.fsdecode(b"odd/\xff.ttl"), "odd/empty.ttl/x", "a/" * 2_500, "n" * 300,
            "/dev/zero", "/dev/null", "/dev/full", "/proc/self/mem", "", ".", "triples/..", "odd", "triples", "whence.toml", "-"]  # fmt: skip


class Odd(http.server.BaseHTTPRequestHandler):
    """A server that answers everything oddly, by the first part of the path."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        try:
            self.answer(self.path.strip("/").partition("/")[0].partition("?")[0])
        except OSError:
            pass
        self.close_connection = True

    do_POST = do_PUT = do_HEAD = do_GET

    def answer(self, kind: str) -> None:
        send = self.wfile.write
        results = b"application/sparql-results+json"
        whole = {"html": (b"200 OK", b"text/html", b"<html>hello"), "error": (b"500 Oh", b"text/plain", b"\x1b[31mboom\n\x07" * 100), "wrong-type": (b"200 OK", b"image/png", b"\x89PNG"), "bad-json": (b"200 OK", results, b'{"head": {"vars": 1}, "results": {"bindings": [1, {"x": {"type": "q"}}]}}'),
                 "bad-xml": (b"200 OK", b"application/sparql-results+xml", b"<a><b></a>"), "encoding": (b"200 OK", results + b"; charset=x-none", b"\xff\xfe\x00"), "deep": (b"200 OK", results, b'{"head":' * 100_000), "401": (b"401 No", b"text/plain", b""), "empty-answer": (b"200 OK", results, b"")}  # fmt: skip
        if kind in whole:
            status, media, body = whole[kind]
            send(b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (status, media, len(body), body))
        elif kind == "garbage":
            send(bytes(range(256)) * 10)
        elif kind == "loop":
            send(b"HTTP/1.1 302 Found\r\nLocation: " + self.path.encode() + b"\r\nContent-Length: 0\r\n\r\n")
        elif kind == "length":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: -5\r\n\r\n{}" % results)
        elif kind == "half":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 500\r\n\r\n{\"head\":" % results)
        elif kind == "endless":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n" % results)
            for _ in range(300):
                send(b" " * 1_000_000)
        elif kind == "slow-nothing":
            time.sleep(2)


@dataclass
class Case:
    """One command line, with what is odd about it and around it."""

    name: str
    argv: list[str]
    stdin: str = "/dev/null"
    env: dict[str, str | None] = field(default_factory=dict)
    closed: tuple[int, ...] = ()
    stdout: str = ""
    stderr: str = ""
    before: Callable[[], None] | None = None
    kill: tuple[int, float] | None = None


def arguments(command: str) -> list[tuple[str, str]]:
    """Each argument of a command that takes a word: its option, or empty, and what kind of word."""
    from whence.cli import COMMANDS
    from whence.cli.arguments import Parser

    parser = Parser(prog=command, description="")
    parser.add_argument("--graph", metavar="DIR")
    import_module(f"whence.cli.{COMMANDS[command][0]}").declare(parser, command)
    found = []
    for action in parser._actions:
        if action.nargs == 0 or isinstance(action, argparse._HelpAction):
            continue
        kind = "CHOICE" if action.choices else str(action.metavar or action.option_strings[-1])
        if action.dest == argparse.SUPPRESS:  # --ROLE VALUE of claims
            found.append(("--about", "VALUE"))
        elif (command, (action.option_strings or [""])[0]) not in LEFT_OUT:
            found.append((action.option_strings[0] if action.option_strings else "", kind))
    return found


def odd_words(kind: str, paths: list[str], port: int) -> Iterator[tuple[str, str]]:
    """Odd words for an argument of a kind."""
    if PATHS.search(kind):
        yield from ((f"path {name[:40]!a}", name) for name in paths)
        yield from TEXTS.items()
    elif kind in NUMBERS:
        yield from NUMBER.items()
    elif kind in ADDRESSES:
        yield from ((name, text.replace("{port}", str(port))) for name, text in ADDRESS.items())
    elif kind == "CHOICE":
        yield from (("empty", ""), ("control", "\x07\n"), ("long", "x" * 5_000))
    else:
        yield from TEXTS.items()
        yield from ((f"path {name[:40]!a}", name) for name in ("odd/missing.ttl", os.fsdecode(b"odd/\xff.ttl"), "odd/loop", "odd/fifo.ttl", "/dev/zero", "odd"))


def cases(command: str, paths: list[str], port: int) -> Iterator[Case]:
    """Every case in which one argument is odd."""
    known = arguments(command)
    for call in CALLS[command]:
        given = {word for word in call if word.startswith("--")}
        places = [at for at, word in enumerate(call) if not word.startswith("--") and not (at and call[at - 1].startswith("--") and call[at - 1] in dict(known))]
        kinds = [kind for option, kind in known if not option]
        for at in places:
            kind = kinds[min(places.index(at), len(kinds) - 1)] if kinds else "TEXT"
            for name, word in odd_words(kind, paths, port):
                yield Case(f"{kind}: {name}", [command, *call[:at], word, *call[at + 1 :]])
        for option, kind in known:
            if not option or (call is not CALLS[command][0] and option not in given):
                continue
            for name, word in odd_words(kind, paths, port):
                rest = list(call)
                if option in given:
                    at = rest.index(option)
                    del rest[at : at + 2]
                yield Case(f"{option}: {name}", [command, *rest, option, word] if not word.startswith("-") else [command, *rest, f"{option}={word}"])


def surroundings(command: str, cache: str) -> Iterator[Case]:
    """Every command, rightly called, in odd surroundings."""
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

    for call in ([command, *call] for call in CALLS[command]):
        for name, env in {"no HOME": {"HOME": None, "WHENCE_CACHE": None, "XDG_CACHE_HOME": None}, "HOME that is no folder": {"HOME": "/dev/null", "WHENCE_CACHE": None}, "HOME that is empty": {"HOME": "", "WHENCE_CACHE": None}, "read-only cache": {"WHENCE_CACHE": "/proc/nowhere"}, "cache a file": {"WHENCE_CACHE": "good.ttl"}, "cache empty": {"WHENCE_CACHE": ""},
                          "dumb": {"TERM": "dumb"}, "no TERM": {"TERM": None}, "COLUMNS 1": {"COLUMNS": "1"}, "COLUMNS odd": {"COLUMNS": "-9x"}, "LANG C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}, "TZ odd": {"TZ": "Nowhere/\x01"}, "TMPDIR odd": {"TMPDIR": "/dev/null"}, "no PATH": {"PATH": ""}, "texts odd": {"WHENCE_TEXTS": "odd/loop"}, "epoch odd": {"SOURCE_DATE_EPOCH": "x"}, "proxy odd": {"http_proxy": "::", "https_proxy": "x y"}}.items():  # fmt: skip
            yield Case(name, call, env=env)
        for name, closed in {"no stdin": (0,), "no stdout": (1,), "no stderr": (2,), "nothing open": (0, 1, 2)}.items():
            yield Case(name, call, closed=closed)
        for stdout in ("/dev/full", "head"):
            yield Case(f"stdout {stdout}", call, stdout=stdout)
        for argv in (call, [*call, "--no-such"]):
            yield Case("stderr /dev/full", argv, stderr="/dev/full")
        yield Case("no room for files", call, env={"WHENCE_CACHE": f"{cache}-none"}, before=small)
        yield Case("few descriptors", call, before=few)
        for number, after in itertools.product((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), (0.02, 0.15, 0.5)):
            yield Case(f"{number.name} after {after}", call, kill=(number, after), env={"WHENCE_CACHE": f"{cache}-none"} if after > 0.1 else {})
        for path in ("odd/binary.ttl", "odd/deep.ttl", "odd/long line.ttl", "/dev/zero", "odd/json of lists.ttl"):
            yield Case(f"stdin {path}", call, stdin=path)
            words = [command if at == 0 else "-" if at == 1 and not word.startswith("-") else word for at, word in enumerate(call)]
            yield Case(f"- is {path}", words, stdin=path)


class World:
    """A graph in a folder, odd files beside it, an odd server, and children that run commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.template = folder, folder / "graph", folder / "template"
        shutil.copytree(LANTERNS, self.template)
        settings = (self.template / "whence.toml").read_text(encoding="utf-8")
        (self.template / "whence.toml").write_text(re.sub("include.*\n", "", settings), encoding="utf-8")
        shutil.rmtree(self.template / "positions")
        for path in (self.template / "triples").rglob("*.ttl"):
            path.write_text(re.sub(r"(?<!\w)id:", "lanterns:", path.read_text(encoding="utf-8")), encoding="utf-8")
        with open(self.template / "triples" / "entities" / "works.ttl", "a", encoding="utf-8") as stream:
            stream.write('\nlanterns:blade-runner\n  a wh:Film ;\n  skos:prefLabel "Blade Runner"@en ;\n.\n\nlanterns:claim-naming-blade-runner-blade-runner\n  a wh:Naming ;\n  wh:entity lanterns:blade-runner ; wh:printedForm "Blade Runner" ; wh:namingKind wh:FullName ;\n.\n')
        self.paths = make_odd(folder / "odd")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.cache = str(folder / "cache")
        for name, text in {
            "good.ttl": "<a:b> <a:c> 1 .\n", "ours.ttl": "<a:b> <a:c> 1 , 2 .\n", "shapes.ttl": "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<a:s> a sh:NodeShape ; sh:targetNode <a:b> ; sh:property [ sh:path <a:c> ; sh:maxCount 1 ] .\n",
            "good.jsonl": RECORD + "\n", "good.txt": "An Odd Text\n\n" + (LANTERNS / "texts" / "second-look.txt").read_text(encoding="utf-8"), "good.tsv": "decision\ta\tb\nsame\tRen Sunada\tMila Okafor\n", "good.csv": 'document,quote,class,about,gloss,speaker,polarity,commitment,mood,mode\nsecond-look,"is hardly a mystery at all",statement,Harbour of Lanterns,It is.,Jonas Vale,affirmed,stated,fact,narration\n',
            "good.toml": MAPPING, "records.ttl": RECORDS,
        }.items():  # fmt: skip
            (self.template / name).write_text(text, encoding="utf-8")
        (self.template / "odd").symlink_to(folder / "odd")
        self.fresh()
        for argv in (["validate"], ["query", "ASK {}"], ["lineage", "Harbour of Lanterns"]):
            assert self.run(Case("", argv))[0] == 0, self.run(Case("", argv))
        self.before = self.state()

    def fresh(self) -> None:
        """Put the graph back as it was."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.template, self.root, symlinks=True)

    def state(self) -> dict[str, str]:
        """Every file below the graph with its digest."""
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self.root.rglob("*")) if not path.is_symlink() and path.is_file() and not path.parts[-2].startswith("odd")}

    def run(self, case: Case) -> tuple[int, str, str, float]:
        """Run a case in a child; return its exit code (negative for a signal, -99 where it hung), what it wrote and how long it took."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            return self._run(case, out, errors)

    def _run(self, case: Case, out: BinaryIO, errors: BinaryIO) -> tuple[int, str, str, float]:
        begun = time.monotonic()
        pipe = os.pipe() if case.stdout == "head" else None
        child = os.fork()
        if child == 0:
            self._become(case, out.fileno(), errors.fileno(), pipe)
        if pipe:
            os.close(pipe[1])
            select.select([pipe[0]], [], [], LIMIT)
            os.read(pipe[0], 10)
            os.close(pipe[0])
        code = self._wait(child, case, begun)
        out.seek(0)
        errors.seek(0)
        return code, out.read(2_000_000).decode("utf-8", "replace"), errors.read(2_000_000).decode("utf-8", "replace"), time.monotonic() - begun

    def _wait(self, child: int, case: Case, begun: float) -> int:
        serving = case.argv[0] in SERVERS
        killed = False
        while True:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                code = os.waitstatus_to_exitcode(status)
                # It was we who ended the server.
                return 0 if serving and killed and code in (0, -signal.SIGTERM, 130) else code
            passed = time.monotonic() - begun
            if case.kill and passed > case.kill[1] and not killed:
                killed = True
                os.kill(child, case.kill[0])
            if serving and not case.kill and passed > 6 and not killed:
                killed = True
                os.kill(child, signal.SIGTERM)
            if passed > LIMIT:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return -99
            time.sleep(0.005)

    def _become(self, case: Case, out: int, errors: int, pipe: tuple[int, int] | None) -> None:
        try:
            os.setsid()
            os.chdir(self.root)
            os.environ.update({"WHENCE_CACHE": self.cache, "PYTHONPATH": str(ROOT / "scripts"), "PYTHONWARNINGS": "error"})
            for name, value in case.env.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            if case.before:
                case.before()
            os.dup2(os.open(case.stdin, os.O_RDONLY), 0)
            os.dup2(pipe[1] if pipe else os.open(case.stdout, os.O_WRONLY) if case.stdout else out, 1)
            os.dup2(os.open(case.stderr, os.O_WRONLY) if case.stderr else errors, 2)
            if pipe:
                os.close(pipe[0])
                os.close(pipe[1])
            for number in (0, 1, 2):
                if number in case.closed:
                    os.close(number)
            sys.stdin, sys.stdout, sys.stderr = (None if number in case.closed else open(number, mode, encoding="utf-8", errors=how, closefd=False) for number, mode, how in ((0, "r", "surrogateescape"), (1, "w", "surrogateescape"), (2, "w", "backslashreplace")))  # type: ignore[assignment]  # noqa: SIM115
            signal.signal(signal.SIGINT, signal.default_int_handler)
            from whence.cli.process import run

            run(case.argv)
        except BaseException:
            import traceback

            os.write(2 if 2 not in case.closed else errors, traceback.format_exc().encode())
        finally:
            os._exit(71)

    def faults(self, case: Case) -> list[str]:
        """Run a case and return what is wrong with how it ended."""
        code, out, errors, seconds = self.run(case)
        found = [*_of_the_end(case, code, seconds), *_of_the_words(case, code, out, errors), *self._of_the_files(case, code)]
        return [*found, f"    said: {errors.strip()[:300]!r}"] if found else []

    def _of_the_files(self, case: Case, code: int) -> list[str]:
        """What was changed though the command refused, or was left behind; all is put back."""
        for child in self.folder.glob("*-none"):
            shutil.rmtree(child, ignore_errors=True)
        after, found = self.state(), []
        changed = sorted(name for name in {*after, *self.before} if after.get(name) != self.before.get(name))
        done = code in (0, 1) or case.kill or case.stdout or 1 in case.closed
        if changed and not done and case.argv[0] != "init" and not all(name.startswith(".whence/") for name in changed):
            found.append(f"changed {changed[:4]} with code {code}")
        left = [name for name in changed if LEFTOVER.search(name)]
        if left:
            found.append(f"left {left[:3]}")
        if changed:
            self.fresh()
        return found


def _of_the_end(case: Case, code: int, seconds: float) -> Iterator[str]:
    if code == -99:
        yield f"hung for {LIMIT} s"
    elif code not in CODES and not (case.kill and code == -case.kill[0]):
        yield f"ended with {code}"
    elif seconds > SLOW:
        yield f"took {seconds:.0f} s"


def _of_the_words(case: Case, code: int, out: str, errors: str) -> Iterator[str]:
    if "Traceback" in errors or "Exception ignored" in errors:
        yield f"traceback: {errors.strip().splitlines()[-1][:200]}"
    if code in REFUSALS and 2 not in case.closed and not case.stderr:
        if not (errors + out).strip():
            yield "no sentence"
        elif errors and not errors.startswith("whence: "):
            yield f"begins {errors[:80]!r}"
        if len(errors) > 4_000 or errors.count("\n") > 20:
            yield f"{len(errors)} characters, {errors.count(chr(10))} lines"
    control = CONTROL.search(errors)
    if control:
        yield f"control characters in {control[0]!r}"


def warm() -> None:
    """Import what commands import, once."""
    import pkgutil

    import whence

    for module in pkgutil.walk_packages(whence.__path__, "whence."):
        if not module.name.endswith("__main__"):
            try:
                import_module(module.name)
            except ImportError:
                pass


def main(argv: list[str]) -> int:
    """Run every case of the named commands, or of all, or with --every=N each Nth; exit code 1 where one ended wrongly."""
    warm()
    step = next((int(word.removeprefix("--every=")) for word in argv if word.startswith("--every=")), 1)
    all_wrong = 0
    with tempfile.TemporaryDirectory(prefix="attack-") as name:
        world = World(Path(name))
        try:
            for command in [word for word in argv if not word.startswith("-")] or list(CALLS):
                begun, count, wrong = time.monotonic(), 0, 0
                every = itertools.chain(cases(command, world.paths, world.server.server_port), surroundings(command, world.cache))
                for case in itertools.islice(every, zlib.crc32(command.encode()) % step, None, step):
                    count += 1
                    found = world.faults(case)
                    if found:
                        wrong += 1
                        shown = " ".join(word[:60] + ("…" if len(word) > 60 else "") for word in case.argv)
                        print(f"{command} | {case.name} | {shown!a}\n  " + "\n  ".join(found), flush=True)
                all_wrong += wrong
                print(f"# {command}: {count} cases, {wrong} wrong, {time.monotonic() - begun:.0f} s", flush=True)
        finally:
            world.server.shutdown()
    return int(all_wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
