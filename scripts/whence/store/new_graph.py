"""Starting a graph of one's own: `whence.toml`, an empty `triples/`, and a folder for texts, which git leaves out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable

from whence.errors import InputError, UsageError
from whence.rdf.atomic import replacing
from whence.store import layout
from whence.store.layout import GraphFiles
from whence.store.settings import FILE, check_base, check_prefix

#: What stands beside each value.
_NOTES = {
    "title": "what the graph is called",
    "base": "every thing of this graph has an IRI below this address, where it can be looked up once the graph is served there",
    "prefix": "short for the base, in Turtle and in queries",
    "licence": "the address of the licence of the data, such as https://creativecommons.org/publicdomain/zero/1.0/",
    "creator": "who makes the graph",
    "include": 'graphs whose things can be spoken of: "whence" for the corpus that comes with it, or directories',
    "texts": "where the texts of the documents lie; they stay on this machine",
}
#: What git is to leave alone: the texts of others, and proposals that nobody has accepted.
_IGNORED = ("/texts/", "/drafts/")
#: By which driver git is to merge the files of a graph; where `whence merge --install` has not made it known, it merges line by line.
ATTRIBUTES = ("triples/**/*.ttl merge=whence",)


def proposed(directory: str) -> tuple[str, str, str]:
    """Return the title, base and prefix that a graph gets where nobody says otherwise, by the name of its directory.

    >>> proposed("/home/hana/Kyoto films")
    ('Kyoto films', 'https://example.org/kyoto-films/id/', 'kyoto-films')
    >>> proposed("/srv/京都"), proposed("/srv/role")
    (('京都', 'https://example.org/my/id/', 'my'), ('role', 'https://example.org/role/id/', 'my'))
    """
    title = os.path.basename(os.path.abspath(directory)) or "My graph"
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "my"
    return title, f"https://example.org/{slug}/id/", "my" if check_prefix(slug) else slug


def start(directory: str, title: str, base: str, prefix: str, include: list[str]) -> GraphFiles:
    """Make a directory a graph without things, and return its files.

    :param directory: need not exist, nor the folders around it
    :param include: `whence` for the corpus of the package, or graph directories from the working directory
    :raises UsageError: a value is wrong
    :raises InputError: a graph is there already, or the directory cannot be written
    """
    for problem in (check_base(base), check_prefix(prefix)):
        if problem:
            raise UsageError(problem[0], fix=problem[1])
    if not title.strip() or not title.isprintable():
        raise UsageError("The title is no line of text.", fix='Write --title "Animation from Kyoto".')
    for name in include:
        if name != "whence" and not os.path.isdir(name):
            raise UsageError(f"There is no directory {name} to include.", fix='Name a graph directory, or "whence" for the corpus that comes with it.')
    for name in (FILE, "ontology", "queries", "triples"):
        path = os.path.join(directory, name)
        if os.path.lexists(path) and not (os.path.isdir(path) and not os.listdir(path)):
            raise InputError(f"There is {name} already.", fix="Start the graph in another directory.", file=directory)
    _write(directory, {
        "title": title.strip(), "base": base, "prefix": prefix, "licence": "", "creator": "",
        "include": [name if name == "whence" else os.path.relpath(name, directory).replace(os.sep, "/") for name in include],
        "texts": "texts",
    })  # fmt: skip
    try:
        return layout.locate(directory)
    except InputError:  # of what is included, which is told by what it does
        os.unlink(os.path.join(directory, FILE))
        raise


def _write(directory: str, told: dict[str, object]) -> None:
    """Write what makes a directory a graph, `whence.toml` last: whatever stops this before, it can be started again."""
    try:
        for folder in ("triples", "texts"):
            os.makedirs(os.path.join(directory, folder), exist_ok=True)
        add_lines(os.path.join(directory, ".gitignore"), _IGNORED)
        add_lines(os.path.join(directory, ".gitattributes"), ATTRIBUTES)
    except OSError as error:
        raise InputError(f"The graph cannot be written here: {error.strerror}.", fix="Choose a directory of yours.", file=directory) from None
    lines = [f"# {_NOTES[key]}\n{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items()]
    with replacing(os.path.join(directory, FILE)) as stream:
        stream.write("\n".join(lines).encode())


def add_lines(file: str, lines: Iterable[str]) -> None:
    """Add to a text file those lines that it has not got."""
    known = b""
    if os.path.exists(file):
        with open(file, "rb") as stream:
            known = stream.read()
    missing = [line for line in lines if line.encode() not in known.split(b"\n")]
    if missing:
        with open(file, "ab") as stream:
            stream.write(b"\n" * (bool(known) and not known.endswith(b"\n")) + "".join(f"{line}\n" for line in missing).encode())
