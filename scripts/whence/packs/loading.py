"""Filling the store of a graph with its packs, line by line of N-Triples in temporary files, so that the packs need not fit into memory; and following edits of the graph."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import IO

from pyoxigraph import DefaultGraph, NamedNode, parse, Quad, RdfFormat, serialize, Store

from whence.namespaces import VIEW
from whence.packs.pack import Pack


#: An edit of more triples than this, which are taken out and put in one by one, costs about what everything does.
_FOLLOWED = 100_000


def fill(store: Store, curated: Store, packs: Sequence[Pack], stores: Sequence[Store]) -> None:
    """Fill an empty store with a validated graph and its packs.

    :param curated: the validated graph
    :param stores: of the packs, in their order
    :raises OSError: the disk is full, or what was written is not complete
    """
    bases = tuple(f"<{pack.base}".encode() for pack in packs)
    with ExitStack() as files:
        lines, dumps = files.enter_context(tempfile.TemporaryFile()), [files.enter_context(tempfile.TemporaryFile()) for _ in stores]
        others = set().union(*(_others(_dumped(own, dump), base) for own, dump, base in zip(stores, dumps, bases, strict=True)))
        known = set()
        for line in _dumped(curated, lines):
            if line in others or any(base in line for base in bases):
                known.add(line)
        expected = _load(store, _dumped(curated, lines), None)
        for name in curated.named_graphs():
            expected += _load(store, _dumped(curated, lines, name), name)
        for pack, own, dump, base in zip(packs, stores, dumps, bases, strict=True):
            dump.seek(0)
            expected += _load(store, chain(_lines(pack.about()), _of_pack(dump, base, known)), pack.graph)
            for name in own.named_graphs():
                expected += _load(store, _dumped(own, lines, name), pack.view(name.value.removeprefix(VIEW)))
    if len(store) != expected:
        raise OSError("the store on disk is incomplete")


def follow(store: Store, curated: Store, packs: Sequence[Pack], stores: Sequence[Store]) -> bool:
    """Bring a store that `fill` filled with an earlier state of the validated graph, and with the same packs, to what it would fill it with now.

    :returns: whether it did; of an edit of more than `_FOLLOWED` triples nothing is done
    :raises OSError: the disk is full
    """
    views = {name for name in store.named_graphs() if name.value.startswith(VIEW)}
    with tempfile.TemporaryFile() as file:
        removed, added = _differing(store, curated, file)
        if len(removed) + len(added) > _FOLLOWED:
            return False
        for name in views.difference(curated.named_graphs()):
            store.remove_graph(name)
        for name in curated.named_graphs():
            store.add_graph(name)
            _write(store, *_differing(store, curated, file, name), name)
    _write(store, removed, added)
    for pack in packs:
        _write(store, added, [], pack.graph)
    known: set[bytes] = set()
    for pack, own in zip(packs, stores, strict=True):
        had = [line for line in removed if all(quad in own for quad in parse(line, format=RdfFormat.N_TRIPLES))]
        _write(store, [], [*_lines(pack.about()), *_of_pack(had, f"<{pack.base}".encode(), known)], pack.graph)
    return True


def _differing(store: Store, curated: Store, file: IO[bytes], name: NamedNode | None = None) -> tuple[list[bytes], list[bytes]]:
    """Return the triples of a graph that a store has and the validated graph has not, and the other way round."""
    then, added = set(_dumped(store, file, name)), []
    for line in _dumped(curated, file, name):
        if line in then:
            then.remove(line)
        else:
            added.append(line)
    return list(then), added


def _write(store: Store, removed: list[bytes], added: list[bytes], name: NamedNode | None = None) -> None:
    """Take triples out of a graph and put others into it."""
    graph = name or DefaultGraph()
    for quad in parse(b"".join(removed), format=RdfFormat.N_TRIPLES):
        store.remove(Quad(quad.subject, quad.predicate, quad.object, graph))
    store.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parse(b"".join(added), format=RdfFormat.N_TRIPLES))


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES).splitlines(keepends=True)


def _others(lines: Iterable[bytes], base: bytes) -> set[bytes]:
    """Return the triples of a pack that name none of its things, as those of the model do not."""
    return {line for line in lines if base not in line}


def _of_pack(lines: Iterable[bytes], base: bytes, known: set[bytes]) -> Iterator[bytes]:
    """Yield what belongs into the graph of a pack: all that neither the curated graph nor a pack before it has.

    What has a blank node is an axiom of the model: data have none.
    """
    for line in lines:
        if line not in known and (base in line or not _has_blank_node(line)):
            if base not in line:
                known.add(line)
            yield line


def _has_blank_node(line: bytes) -> bool:
    subject, _, value = line.split(b" ", 2)
    return subject.startswith(b"_:") or value.startswith(b"_:")


def _dumped(store: Store, file: IO[bytes], graph: NamedNode | None = None) -> Iterator[bytes]:
    """Yield the triples of a graph, one a line; the file takes them meanwhile."""
    file.seek(0)
    file.truncate()
    store.dump(output=file, format=RdfFormat.N_TRIPLES, from_graph=graph or DefaultGraph())
    file.seek(0)
    yield from file


def _load(store: Store, lines: Iterator[bytes], graph: NamedNode | None) -> int:
    """Load lines into a graph and return how many they were."""
    if graph is not None:
        store.add_graph(graph)  # one without triples is still there
    stream = _Stream(lines)
    store.bulk_load(input=stream, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
    return stream.count


class _Stream:
    """Lines as a file to be read from."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.count = 0
        self._lines = lines
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; nothing at the end."""
        parts = [self._rest]
        held = len(self._rest)
        while size < 0 or held < size:
            line = next(self._lines, None)
            if line is None:
                break
            self.count += 1
            held += len(line)
            parts.append(line)
        whole = b"".join(parts)
        if size < 0:
            size = len(whole)
        self._rest = whole[size:]
        return whole[:size]
