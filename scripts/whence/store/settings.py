"""What `whence.toml` says of a graph of one's own: its title, the IRIs of its things, and what it includes.

    title = "Animation from Kyoto"
    base = "https://example.org/kyoto/id/"    # every thing of this graph has an IRI below this one
    prefix = "kyoto"                          # kyoto:phoenix is short for https://example.org/kyoto/id/phoenix
    licence = "https://creativecommons.org/publicdomain/zero/1.0/"
    creator = "Sato Hana"
    include = ["whence", "../another-graph"]  # the corpus that comes with whence, and the directories of other graphs
    texts = "texts"                           # where the texts of the documents lie, as far as this machine has them
    packs = ["madb"]                          # the catalogues beside the graph that faces take in; "all" stands for every one

`title`, `base` and `prefix` are needed. This module is on the path of every command; a graph without `whence.toml` costs it nothing.
"""

from __future__ import annotations

import os
import re

from whence.did_you_mean import meant
from whence.errors import InputError
from whence.namespaces import BUILT_IN, ID
from whence.store.toml import Toml

#: The name of the file.
FILE = "whence.toml"
#: What cannot be a prefix beside ours: schemes of IRIs, and what the paths of pages and the JSON-LD context begin with.
_RESERVED = frozenset("doi file http https mailto ontology tag thing type urn".split())
_NEEDED = {"title": "a name for the graph", "base": "the IRI below which its things get theirs", "prefix": "short for the base in Turtle and SPARQL"}
_KINDS = {"include": list, "packs": list, **dict.fromkeys(("title", "base", "prefix", "licence", "creator", "texts"), str)}
_EXAMPLES = {
    "title": '"Animation from Kyoto"', "base": '"https://example.org/kyoto/id/"', "prefix": '"kyoto"', "creator": '"Sato Hana"',
    "licence": '"https://creativecommons.org/publicdomain/zero/1.0/"', "include": '["whence"]', "texts": '"texts"', "packs": '["madb"]',
}  # fmt: skip
_ADDRESS = re.compile(r"https?://[^\s/?#<>\"{}|\\^`\x00-\x20]+(?:/[^\s?#<>\"{}|\\^`\x00-\x20]*)?")
_PREFIX = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)


class Settings:
    """What a graph says of itself.

    :ivar title: its name for people
    :ivar base: the IRI that those of its own things begin with, ending in `/`
    :ivar prefix: what is short for the base, without the colon
    :ivar licence: the IRI of its licence, or an empty text
    :ivar creator: who makes it, or an empty text
    :ivar include: `whence` for the corpus of the package, or absolute paths of graph directories
    :ivar texts: the folder of the texts of its documents, absolute; it need not exist
    :ivar packs: the names of the packs that faces take in where nobody says otherwise; `all` stands for every one
    :ivar file: the absolute path of `whence.toml`, or an empty text where there is none
    :ivar data: the folder of its triples in the directory
    """

    __slots__ = ("base", "creator", "data", "file", "include", "licence", "packs", "prefix", "texts", "title")

    def __init__(
        self, title: str, base: str, prefix: str, *, licence: str = "", creator: str = "", include: tuple[str, ...] = (), texts: str = "",
        packs: tuple[str, ...] = (), file: str = "", data: str = "triples",
    ) -> None:  # fmt: skip
        self.title = title
        self.base = base
        self.prefix = prefix
        self.licence = licence
        self.creator = creator
        self.include = include
        self.texts = texts
        self.packs = packs
        self.file = file
        self.data = data


def corpus(texts: str = "") -> Settings:
    """Return the settings of the corpus that comes with whence, which a directory without `whence.toml` has too."""
    return Settings(
        "whence: where creative works come from, who says so, and where", ID, "id", creator="The whence founders",
        licence="http://creativecommons.org/publicdomain/zero/1.0/", texts=texts, packs=("all",),
    )  # fmt: skip


def read(root: str) -> Settings:
    """Return the settings of a graph directory; without a `whence.toml` those of the corpus that comes with whence.

    :param root: its absolute path
    :raises InputError: the file cannot be read, is no TOML, or a key or value is wrong; with its line and how to mend it
    """
    file = os.path.join(root, FILE)
    texts = os.path.join(root, "texts")
    if not os.path.lexists(file):
        return corpus(texts)
    source = Toml(file)
    found = source.table()
    for key in found:
        if key not in _KINDS:
            fix = meant(key, _KINDS) or f"There are {', '.join(_KINDS)}."
            raise source.wrong(f"The key {key!r} is unknown.", fix, key)
    for key, value in found.items():
        _check_kind(source, key, value)
    for key, what in _NEEDED.items():
        if not str(found.get(key, "")).strip():
            raise source.wrong(f"The {key} is missing: {what}.", f"Write {key} = {_EXAMPLES[key]}.", key)
    for key, problem in (("base", check_base(found["base"])), ("prefix", check_prefix(found["prefix"])), ("licence", _check_licence(found))):
        if problem:
            raise source.wrong(*problem, key)
    return Settings(
        found["title"].strip(), found["base"], found["prefix"],
        licence=found.get("licence", ""), creator=found.get("creator", "").strip(),
        include=tuple(_included(source, found.get("include", []), root)),
        texts=os.path.join(root, found["texts"]) if found.get("texts") else texts,
        packs=tuple(dict.fromkeys(found.get("packs", []))), file=file,
    )  # fmt: skip


def check_base(base: str) -> tuple[str, str] | None:
    """Return what is wrong with a base IRI and how to mend it, or None.

    >>> check_base("https://example.org/kyoto/id/") is None
    True
    >>> check_base("https://example.org/kyoto#")[1]
    'End it with a slash, so that each thing has an address of its own: https://example.org/kyoto/'
    """
    if not (_ADDRESS.fullmatch(base.rstrip("#?")) and is_address(base)):
        return f"{base!r} is no IRI that things could be looked up at.", "Give an address of yours, such as https://example.org/kyoto/id/."
    if not base.endswith("/"):
        return f"The base {base} does not end with a slash.", f"End it with a slash, so that each thing has an address of its own: {base.rstrip('#?')}/"
    for prefix, namespace in BUILT_IN.items():
        if base.startswith((namespace, "https://w3id.org/whence/")) or namespace.startswith(base):
            return f"Below {base} stand the names of another vocabulary ({prefix}:).", "Give an address of yours, such as https://example.org/kyoto/id/."
    return None


def check_prefix(prefix: str) -> tuple[str, str] | None:
    """Return what is wrong with a prefix and how to mend it, or None.

    >>> check_prefix("role")
    ('The prefix role: is one of whence already.', 'Choose another one.')
    """
    if not _PREFIX.fullmatch(prefix):
        return f"{prefix!r} cannot be a prefix.", "Write lower-case letters, digits and hyphens, a letter first."
    if prefix in BUILT_IN:
        return f"The prefix {prefix}: is one of whence already.", "Choose another one."
    if prefix in _RESERVED:
        return f"The prefix {prefix}: means something else already.", "Choose another one."
    return None


def is_address(text: str) -> bool:
    """Report whether a text is the address of a page or file on the web, a valid IRI.

    >>> is_address("https://example.org/terms?lang=en#use"), is_address("CC0")
    (True, False)
    """
    from pyoxigraph import NamedNode

    try:
        return bool(_ADDRESS.fullmatch(text.partition("#")[0].partition("?")[0]) and NamedNode(text))
    except ValueError:
        return False


def wrong(told: Settings, problem: str, fix: str, key: str) -> InputError:
    """Return the error about a key of a `whence.toml` that was read, with its line."""
    return Toml(told.file).wrong(problem, fix, key)


def _check_kind(source: Toml, key: str, value: object) -> None:
    wanted = _KINDS[key]
    if isinstance(value, wanted) and (wanted is str or all(isinstance(one, str) and one for one in value)):  # type: ignore[attr-defined]
        return
    what = "a text" if wanted is str else "a list of names of packs" if key == "packs" else "a list of names of directories, or \"whence\""
    raise source.wrong(f"The {key} is not {what}.", f"Write {key} = {_EXAMPLES[key]}.", key)


def _check_licence(found: dict[str, str]) -> tuple[str, str] | None:
    licence = found.get("licence", "")
    if not licence or is_address(licence):
        return None
    return f"The licence {licence!r} is no IRI.", f"Give the address of the licence: {_EXAMPLES['licence']}."


def _included(source: Toml, names: list[str], root: str) -> list[str]:
    """Return `whence`, or the absolute path of each directory.

    :raises InputError: a directory is not there or is no graph, or stands there twice
    """
    found: list[str] = []
    for name in names:
        path = name if name == "whence" else os.path.normpath(os.path.join(root, os.path.expanduser(name)))
        if path in found:
            raise source.wrong(f"{name} is included twice.", "Name it once.", "include", name)
        if path != "whence" and not os.path.isdir(path):
            fix = "Correct the path, which is read from the folder of this file" + ("." if name != "Whence" else '; our corpus is "whence".')
            raise source.wrong(f"There is no directory {name} to include.", fix, "include", name)
        found.append(path)
    return found
