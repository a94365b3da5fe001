"""A state of a graph: a directory, a file, or a commit, which is read from git's objects without a checkout."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Quad

from whence.errors import InputError, UsageError
from whence.rdf import reading
from whence.store import layout
from whence.store.layout import GraphFiles

_PARTS = ("triples", "ontology")
#: What is no part of what a graph asserts: its shapes, and the packs beside it.
_OTHERS = ("ontology/shapes/", f"triples/{layout.PACKS}/")


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a graph.

    :ivar quads: what the graph itself asserts: its triples and terms, not those of the model or of graphs that it includes
    :ivar whole: whether it is that of a whole graph, not of one file
    """

    name: str
    quads: list[Quad]
    whole: bool = True


def read(name: str, files: GraphFiles) -> Revision:
    """Return the state that a name stands for: a directory or file that exists, else a commit.

    :param files: the graph whose commits are meant
    :raises UsageError: there is no such directory, file or commit
    :raises InputError: a file of it cannot be read, or git is not there
    """
    if os.path.isdir(name):
        found = layout.locate(name)
        texts = {found.display(path): reading.read_bytes(path, found.display(path)) for path in _own(found)}
    elif os.path.exists(name):
        return Revision(name, _quads({name: reading.read_bytes(name, name)}, loose=True), False)
    else:
        texts = _committed(name, files.root)
    return Revision(name, _quads(texts))


def surroundings(files: GraphFiles, *revisions: Revision) -> list[Quad]:
    """Return what stands around states of a graph, for names and classes: the model, included graphs, and beside single files the graph itself.

    What is a subject in one of the states is left out: there, each state has its own.
    """
    left = set(files.own) if any(one.whole for one in revisions) else set()
    subjects = {quad.subject for one in revisions for quad in one.quads}
    quads = _quads({files.display(path): files.read(path) for path in [*files.ontology, *files.data] if path not in left})
    return [quad for quad in quads if quad.subject not in subjects]


def _own(files: GraphFiles) -> list[str]:
    return [*(path for path in files.ontology if files.brings(path)), *files.own]


def _quads(texts: dict[str, bytes], loose: bool = False) -> list[Quad]:
    """Return the triples of Turtle files; of a loose one in whatever format its ending tells."""
    found: list[Quad] = []
    for name, text in texts.items():
        quads = reading.parse(text, name, rename=True, **({"base": f"file://{os.path.abspath(name)}"} if loose else {})).quads
        found += [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads]
    return found


def _committed(name: str, root: str) -> dict[str, bytes]:
    """Return the Turtle files of a graph directory in a commit, by the names that errors show."""
    if _git(root, "rev-parse", "--git-dir").returncode:
        raise UsageError(f"{name} is no directory or file, and {root} stands in no git repository.", fix="Name a directory, a file, or a commit of the graph.")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode:
        raise UsageError(f"{name} is no directory, no file and no commit.", fix="git log --oneline lists the commits.")
    commit = found.stdout.decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *_PARTS).stdout.decode("utf-8", "surrogateescape").split("\0")
    blobs = {}
    for entry in filter(None, listed):
        about, _, path = entry.partition("\t")
        mode, kind, number = about.split()
        hidden = any(part.startswith(".") for part in path.split("/"))
        if kind == "blob" and mode != "120000" and path.endswith(".ttl") and not path.startswith(_OTHERS) and not hidden:
            blobs[path] = number
    if not blobs:
        raise UsageError(f"The commit {name} holds no graph in {root}.", fix="Name a commit with triples/ in it.")
    texts = _contents(root, list(blobs.values()))
    return {f"{name}:{path}": texts[number] for path, number in blobs.items()}


def _contents(root: str, numbers: list[str]) -> dict[str, bytes]:
    """Return what objects of git hold, by their numbers.

    :raises InputError: one is not there, or damaged
    """
    out = _git(root, "cat-file", "--batch", given="".join(f"{number}\n" for number in numbers).encode()).stdout
    found, at = {}, 0
    for number in numbers:
        end = out.find(b"\n", at)
        told = out[at:end].split()
        if end < 0 or len(told) != 3:
            raise InputError(f"The object {number} of git is missing or damaged, so the commit cannot be read.", fix="git fsck tells what else is.", file=root)
        size = int(told[2])
        found[number] = out[end + 1 : end + 1 + size]
        at = end + 2 + size
    return found


def _git(root: str, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command of git that only reads."""
    try:
        return subprocess.run(["git", "-C", root, *arguments], input=given, capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    except FileNotFoundError:
        raise InputError("git is not installed, so no commit can be read.", fix="Install git, or name a directory or a file.") from None
