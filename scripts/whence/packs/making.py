"""Packs made of published files by a mapping (`whence.mapping`), made anew from them, and taken away."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pyoxigraph import RdfFormat, parse

from whence import mapping as mappings
from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.identity import decisions
from whence.packs import choosing, folders, manifest
from whence.packs.manifest import Manifest, PublishedFile
from whence.packs.pack import Pack
from whence.rdf.reading import read_text
from whence.report.words import count
from whence.store.journal import held
from whence.store.layout import GraphFiles, stem
from whence.store.settings import check_prefix
from whence.validation import Tell

#: Told what is done, what there is to do, in bytes, and the name of the file that is read.
Progress = Callable[[int, int, str], None]
#: The name of a folder may have 255 bytes, and what is built beside it is called so and more.
_LONGEST_NAME = 100
#: The records that were selected, one a line, where not the whole of the files was taken.
ONLY = "only.txt"
MAPPING = "mapping.toml"


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a pack that was made anew.

    :ivar pack: as it is now
    :ivar added: the triples that it has now and had not before, `removed` those that it had
    """

    pack: Pack
    added: int
    removed: int


def add(
    files: GraphFiles, published: Sequence[str], mapping: str, *, name: str = "", only: str = "", progress: Progress | None = None, tell: Tell | None = None
) -> Pack:
    """Make a pack of published files beside a graph.

    :param published: paths of the files
    :param mapping: the name of a mapping that comes with whence, or the path of one
    :param name: of the pack; what the mapping calls it where it is empty
    :param only: the path of a list of the records to take, one a line; everything is taken where it is empty
    :param progress: told how far the reading is
    :param tell: told what a mapping of one's own reads that is not in the files, a sentence each
    :raises UsageError: the name is taken, or is none
    :raises InputError: a file cannot be read, or the pack cannot be written; nothing is changed then
    """
    name = name or mappings.pack_name(mapping) or stem(mapping)
    wrong = (f"{choosing.ALL!r} stands for every pack.", "Choose another name.") if name == choosing.ALL else check_prefix(name)
    if not wrong and len(name) > _LONGEST_NAME:
        wrong = f"The name of a pack has {_LONGEST_NAME} letters at most, not {len(name)}.", "Choose a shorter one with --name."
    if wrong:
        raise UsageError(wrong[0].replace("a prefix", "the name of a pack"), fix=wrong[1])
    if name in files.prefixes:
        raise UsageError(f"{name}: is the prefix of the graph already.", fix="Choose another name with --name.")
    if os.path.lexists(os.path.join(folders.folder_of(files.root), name)):
        raise UsageError(f"There is a pack {name} already.", fix=f"whence pack update {name} makes it anew, --name makes another one.")
    selected = _selected(only) if only else None

    def fill(folder: str) -> bool:
        _fill(folder, name, mapping, stem(mapping), [os.path.abspath(path) for path in published], selected, files.root, progress, tell)
        return True

    folders.put(files.root, name, fill, anew=False)
    return Pack.read(os.path.join(folders.folder_of(files.root), name), name)


def update(
    files: GraphFiles, name: str, *, published: Sequence[str] = (), mapping: str = "", progress: Progress | None = None, tell: Tell | None = None
) -> Changed:
    """Make a pack anew from its files as they are now; where that changes nothing, it stays as it is.

    :param published: paths of the files, where they stand elsewhere now
    :param mapping: the name of a mapping that comes with whence, or the path of one; the pack's own where it is empty
    :param progress: told how far the reading is
    :param tell: told what a mapping of one's own reads that is not in the files, a sentence each
    :raises UsageError: the graph has no pack of the name
    :raises InputError: a file cannot be read, or the pack cannot be written; the pack is as it was
    """
    pack = own(files, name)
    paths = [os.path.abspath(path) for path in published] or list(dict.fromkeys(pack.path_of(one) for one in pack.manifest.files))
    only = os.path.join(pack.root, ONLY)
    selected = _selected(only) if os.path.exists(only) else None
    counts = [0, 0]

    def fill(folder: str) -> bool:
        used, called = (mapping, stem(mapping)) if mapping else (os.path.join(pack.root, MAPPING), pack.manifest.mapping)
        _fill(folder, name, used, called, paths, selected, files.root, progress, tell if mapping else None)
        if pack.manifest.counts["attestations"] and not manifest.read(folder, name).counts["attestations"]:
            raise InputError(f"The mapping finds no claim in it any more, so the pack stays as it is. {' '.join(malformed(folder, 1))}".rstrip(), fix="Name the files of the catalogue, or another --mapping; whence pack remove takes the pack away.", file=paths[0])
        before, after = _triples(os.path.join(pack.root, "data")), _triples(os.path.join(folder, "data"))
        counts[:] = len(after - before), len(before - after)
        return any(counts) or replace(manifest.read(folder, name), made=pack.manifest.made) != pack.manifest or _beside(folder) != _beside(pack.root)

    folders.put(files.root, name, fill, anew=True)
    return Changed(Pack.read(os.path.join(folders.folder_of(files.root), name), name), *counts)


def remove(files: GraphFiles, name: str) -> list[str]:
    """Take a pack of the graph away, whole.

    :returns: a sentence for each place of the graph that goes on naming it
    :raises UsageError: the graph has no pack of the name
    :raises InputError: it cannot be taken away
    """
    root = _there(files, name)
    told = []
    try:
        base = Pack.read(root, name).base
        decided = sum(one.thing.startswith(base) or one.other.startswith(base) for one in decisions(files).rows)
        if decided:
            where = "triples/identity.tsv" + (", or in that of a graph that is included," if files.settings.include else "")
            told.append(f"{count(decided, 'decision')} in {where} still {'names' if decided == 1 else 'name'} things of it.")
    except InputError as error:  # what cannot be read can be taken away
        told.append(f"Whether a decision in triples/identity.tsv still names things of it is not known: {error.problem}")
    folders.take_away(files.root, name)
    if name in files.settings.packs and name not in GraphFiles(files.root).packs:
        told.append("whence.toml still names it: take it out of packs, or the graph is asked without it and says so.")
    return told


def own(files: GraphFiles, name: str) -> Pack:
    """Return a pack of the graph itself, not one of a graph that it includes.

    :raises UsageError: the graph has none of the name
    :raises InputError: its manifest cannot be used
    """
    return Pack.read(_there(files, name), name)


def _there(files: GraphFiles, name: str) -> str:
    inside = os.path.join(folders.folder_of(files.root), "")
    known = {one: root for one, root in files.packs.items() if root.startswith(inside)}
    if name not in known:
        included = f"{name} is beside a graph that is included: name that one with --graph." if name in files.packs else ""
        told = f"There are {', '.join(known)}." if known else "It has none; whence pack add makes one."
        raise UsageError(f"The graph has no pack {name!r} of its own.", fix=included or meant(name, known) or told)
    return known[name]


def _selected(path: str) -> list[str]:
    """Return the lines of a list of records, without empty ones and those that begin with a number sign.

    :raises InputError: it cannot be read, or names none
    """
    lines = [line.strip() for line in read_text(path).splitlines()]
    found = [line for line in dict.fromkeys(lines) if line and not line.startswith("#")]
    if not found:
        raise InputError("The list names no record.", fix="Write one id or name a line.", file=path)
    return found


def _fill(
    folder: str, name: str, mapping: str, called: str, paths: list[str], selected: list[str] | None, root: str, progress: Progress | None, tell: Tell | None
) -> None:
    """Let a mapping write the data of a pack into its folder, and write its manifest.

    :param called: what the mapping is called in the manifest
    """
    made = mappings.run(paths, mapping, folder, name=name, only=selected, progress=progress)
    if tell is not None and mapping not in mappings.names_of_mappings():
        for unmet, near in made.unmet.items():
            tell(f"No record has the field {unmet}, which the mapping reads." + (f" Did you mean {near}?" if near else ""))
    if selected is not None:
        with open(os.path.join(folder, ONLY), "w", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in selected)
    published = tuple(PublishedFile(one.name, os.path.relpath(one.path, root), one.digest, one.length, one.document, one.member) for one in made.files)
    today = datetime.now(UTC).date().isoformat()
    told = Manifest(name, made.title, made.base, name, made.source, made.licence, called, today, made.version, made.notice, published, dict(made.counts))
    manifest.write(folder, told)


def malformed(folder: str, most: int) -> list[str]:
    """Return what is malformed in what a pack is made of: a sentence for each problem with the place where it is first, the most frequent ones first.

    :param folder: of the pack
    """
    first: dict[str, str] = {}
    times: Counter[str] = Counter()
    with open(os.path.join(folder, "findings.tsv"), encoding="utf-8") as stream:
        for line in itertools.islice(stream, 1, None):
            file, number, *_, problem, fix, _ = line.split("\t")
            told = f"{problem} {fix}"
            first.setdefault(told, f"{file}, line {number}")
            times[told] += 1
    return [f"{told} ({first[told]}{f', and {often - 1:,} more' if often > 1 else ''})" for told, often in times.most_common(most)]


def _beside(folder: str) -> list[bytes | None]:
    """Return what stands beside the data of a pack: how it was made, and what of it was not."""
    return [held(os.path.join(folder, name)) for name in (MAPPING, "findings.tsv", "unmapped.tsv")]


def _triples(folder: str) -> set[int]:
    """Return the hashes of the triples in the files of a folder; of a file that is damaged, those before the damage."""
    found: set[int] = set()
    for path in [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".ttl")] if os.path.isdir(folder) else []:
        with suppress(SyntaxError):
            found.update(hash(str(quad)) for quad in parse(path=path, format=RdfFormat.TURTLE))
    return found
