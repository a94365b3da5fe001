"""The versions of a graph that were published on this machine: when, and which claims and positions came and went.

Kept in the cache, by graph directory. A version is told by the SHA-256 of its N-Quads, so a graph that says the same is no new one.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from whence.namespaces import PREFIXES, is_thing
from whence.store import cache
from whence.store.snapshot import open_snapshot
from whence.things import Index

if TYPE_CHECKING:
    from whence.web.graph import Graph

_FOLDER = "versions"
#: So many versions are kept, and so many of the things of a change named.
_KEPT, _NAMED = 50, 30
#: Classes that are counted, with the word for their things; whatever else has a name is counted as a thing.
_COUNTED = {"Claim": "claims", "Attestation": "positions", "Document": "documents"}
_NAMES = NamedNode(PREFIXES["skos"] + "prefLabel")


@dataclass(frozen=True, slots=True)
class Change:
    """How things of one kind changed from the version before.

    :ivar named: IRI and name of the first things that are new
    """

    kind: str
    count: int
    added: int = 0
    removed: int = 0
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was published.

    :ivar snapshot: the digest of its validated snapshot
    :ivar content: the SHA-256 of its N-Quads as `whence export` writes them
    :ivar published: in seconds since 1970
    :ivar first: whether nothing is known of a version before it
    """

    snapshot: str
    content: str
    published: float
    first: bool
    changes: tuple[Change, ...] = ()

    def told(self) -> str:
        """Return what came and went in a few words."""
        if self.first:
            return ", ".join(_number(one.count, one.kind) for one in self.changes)
        parts = [f"{_number(count, one.kind)} {word}" for one in self.changes for count, word in ((one.added, "new"), (one.removed, "gone")) if count]
        return ", ".join(parts) or "nothing came or went, what is said of things changed"


def record(root: str, snapshot: str, content: str, index: Index) -> tuple[Version, ...]:
    """Return the versions published from a graph directory, the newest first, with the one that is about to be.

    :param root: the directory
    :param snapshot: the digest of the new version's snapshot
    :param content: the SHA-256 of its N-Quads
    :param index: of the new version
    """
    name = sha256(os.fsencode(root)).hexdigest()[:32] + ".json"
    known = _read(name)
    if known and known[0].content == content:
        return known
    before = open_snapshot(known[0].snapshot) if known else None
    old = Index(before.store) if before else None
    past = _counted(old) if old else {}
    changes = tuple(_change(kind, now, past.get(kind), index) for kind, now in _counted(index).items())
    if before is not None:
        before.close()
    found = (Version(snapshot, content, time.time(), old is None, changes), *known)[:_KEPT]
    cache.remember(_FOLDER, name, json.dumps([asdict(one) for one in found], ensure_ascii=False).encode())
    return found


def _number(count: int, words: str) -> str:
    return f"{count:,} {words.removesuffix('s') if count == 1 else words}"


def published(graph: Graph) -> str:
    """Return what tells a history of versions from any other."""
    return f"{len(graph.versions)} {graph.versions[0].published}" if graph.versions else ""


def _read(name: str) -> tuple[Version, ...]:
    """Return the versions that were kept; damage counts as none."""
    try:
        return tuple(_version(one) for one in json.loads(cache.recall(_FOLDER, name) or b"[]"))
    except (ValueError, TypeError, KeyError):
        return ()


def _version(kept: dict[str, object]) -> Version:
    changes = [Change(**{**one, "named": tuple(map(tuple, one["named"]))}) for one in kept.pop("changes")]  # type: ignore[attr-defined]
    return Version(**kept, changes=tuple(changes))  # type: ignore[arg-type]


def _counted(index: Index) -> dict[str, set[str]]:
    """Return the IRIs of what is counted, by the word for it."""
    found = {words: {node.value for node in index.instances(kind)} for kind, words in _COUNTED.items()}
    named = {quad.subject.value for quad in index.match(None, _NAMES, None)}
    found["things"] = {iri for iri in named if is_thing(iri) or index.pack(iri)}.difference(*found.values())
    return found


def _change(kind: str, now: set[str], past: set[str] | None, index: Index) -> Change:
    if past is None:
        return Change(kind, len(now))
    new = sorted(now - past)
    return Change(kind, len(now), len(new), len(past - now), tuple((iri, index.label(iri)) for iri in new[:_NAMED]))
