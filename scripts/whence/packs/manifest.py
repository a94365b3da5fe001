"""The manifest of a pack, `pack.toml`: what a catalogue beside the graph is, where it comes from, and what was made of it.

    name = "madb"
    title = "Media Arts Database"
    base = "https://w3id.org/whence/pack/madb/"    # every thing of the pack has an IRI below this one
    prefix = "madb"
    source = "https://mediaarts-db.artmuseums.go.jp/"
    version = "1.0"
    licence = "https://mediaarts-db.artmuseums.go.jp/user_terms"
    notice = "Source: Media Arts Database, Agency for Cultural Affairs"
    mapping = "madb"
    made = "2026-11-29"

    [[files]]                                      # the published files, which are not copied
    name = "an207.ttl"
    path = "../data/an207.ttl"                     # from where it was read, seen from the graph directory
    digest = "sha256:..."                          # of its text, as `whence evidence` counts it
    length = 1048576                               # in Unicode code points
    document = "https://w3id.org/whence/pack/madb/document-an207"

    [counts]
    statements = 400
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, fields
from typing import Any

from whence.did_you_mean import meant
from whence.namespaces import PACK
from whence.store.settings import Settings, check_base, check_prefix, is_address
from whence.store.toml import Toml

#: The name of the file.
FILE = "pack.toml"
#: What is counted of a pack, in this order.
COUNTS = ("statements", "claims", "attestations", "things", "unmapped", "findings")
_NEEDED = ("name", "title", "base", "prefix", "source", "licence", "mapping", "made")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A published file that a pack was made from.

    :ivar name: its name
    :ivar path: from where it was read when the pack was made, from the graph directory
    :ivar digest: of its text, `sha256:` and 64 hexadecimal digits
    :ivar length: of its text, in Unicode code points
    :ivar document: the IRI of the document that it is in the pack
    :ivar member: its name within the archive that `path` is, or an empty text
    """

    name: str
    path: str
    digest: str
    length: int
    document: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself; texts are empty where nothing is said.

    :ivar name: the name of its folder, of its prefix and of the end of its graph's IRI
    :ivar base: the IRI that those of its things begin with
    :ivar source: the address where the catalogue is published
    :ivar version: of the catalogue, as its publisher numbers it
    :ivar licence: the address of the licence
    :ivar notice: what the publisher wants to be said wherever the data are used
    :ivar mapping: the name of the mapping that made it
    :ivar made: the date of its making
    :ivar counts: how many there are of `COUNTS`
    """

    name: str
    title: str
    base: str
    prefix: str
    source: str
    licence: str
    mapping: str
    made: str
    version: str = ""
    notice: str = ""
    files: tuple[PublishedFile, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def settings(self, root: str) -> Settings:
        """Return what the graph in the folder of the pack says of itself."""
        return Settings(self.title, self.base, self.prefix, licence=self.licence, creator=self.title, file=os.path.join(root, FILE), data="data")


def read(root: str, name: str) -> Manifest:
    """Return the manifest in the folder of a pack.

    :param name: of the pack
    :raises InputError: it cannot be read, or a key or value is wrong; with its line and how to mend it
    """
    source = Toml(os.path.join(root, FILE))
    table = source.table()
    _check_keys(source, table, Manifest)
    if table["name"] != name:
        raise source.wrong(f"The pack calls itself {table['name']!r}, and its folder is called {name}.", "Give both one name.", "name")
    for key in ("name", "prefix"):
        if wrong := check_prefix(table[key]):
            raise source.wrong(*wrong, key)
    wrong = None if table["base"] == f"{PACK}{name}/" else check_base(table["base"])
    if wrong:
        raise source.wrong(wrong[0], f'Write base = "{PACK}{name}/", or an address of yours.', "base")
    for key in ("source", "licence"):
        if not is_address(table[key]):
            raise source.wrong(f"The {key} {table[key]!r} is no IRI.", f'Give its address: {key} = "https://example.org/{key}".', key)
    counts = table.get("counts", {})
    for key, value in counts.items():
        if key not in COUNTS or type(value) is not int or value < 0:
            raise source.wrong(f"The count {key} is none of {', '.join(COUNTS)} with a number.", f"Write {COUNTS[0]} = 400.", key)
    published = tuple(_published(source, one) for one in table.get("files", []))
    return Manifest(**{**table, "files": published, "counts": {key: counts.get(key, 0) for key in COUNTS}})


def write(root: str, manifest: Manifest) -> None:
    """Write the manifest into the folder of a pack that is being made.

    :raises OSError: it cannot be written
    """
    lines = [f"{one.name} = {_quoted(getattr(manifest, one.name))}" for one in fields(Manifest) if one.name not in ("files", "counts")]
    for published in manifest.files:
        lines += ["", "[[files]]"]
        lines += [f"{one.name} = {_quoted(getattr(published, one.name))}" for one in fields(PublishedFile) if getattr(published, one.name) != ""]
    lines += ["", "[counts]", *(f"{key} = {manifest.counts.get(key, 0)}" for key in COUNTS)]
    with open(os.path.join(root, FILE), "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


def _quoted(value: str | int) -> str:
    """Return a value as TOML has it; what JSON leaves as it is and TOML does not allow is escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check_keys(source: Toml, table: dict[str, Any], of: type[Manifest | PublishedFile], within: str = "") -> None:
    """See that every key is known and has a value of its kind, and that none is missing.

    :raises InputError: that is not so
    """
    kinds = {one.name: {"str": str, "int": int}.get(str(one.type), dict if one.name == "counts" else list) for one in fields(of)}
    for key, value in table.items():
        if key not in kinds:
            raise source.wrong(f"The key {key!r} is unknown.", meant(key, kinds) or f"There are {', '.join(kinds)}.", key)
        if type(value) is not kinds[key]:
            what = {str: "a text", int: "a number", dict: "a table", list: "a list of tables"}[kinds[key]]
            raise source.wrong(f"The {key} is not {what}.", "Make the pack again with whence pack update, or mend the line.", key)
    for key in ("name", "path", "digest", "length", "document") if of is PublishedFile else _NEEDED:
        if table.get(key) in (None, ""):
            raise source.wrong(f"The {key} is missing.", f"Write {key} = ... {within}with its value.", within or key)


def _published(source: Toml, table: object) -> PublishedFile:
    if not isinstance(table, dict):
        raise source.wrong("The files are not tables.", "Write [[files]] above each.", "files")
    _check_keys(source, table, PublishedFile, "files")
    if not _DIGEST.fullmatch(table["digest"]):
        raise source.wrong("A digest is not sha256: and 64 hexadecimal digits.", "Make the pack again with whence pack update.", "digest", table["digest"])
    return PublishedFile(**table)
