"""Validating by the shapes again only what an edit can have changed.

Beside a validated graph its basis is kept: the compiled shapes, the report of the shapes, and the texts of the
files it was made from. When a graph of the same schema and shapes is validated by the same whence, the files that read
otherwise are compared triple by triple, and `ShapeSet.revalidate` looks only at the focus nodes that the difference
can reach. Everything else of a validation (declarations, inference, checks, views) looks at the whole graph each time.

A full run is made when the schema, the shapes or whence itself changed, when the edit is large, and when it or an
earlier result has blank nodes, whose labels mean nothing from one reading to the next.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from pyoxigraph import BlankNode, Quad, RdfFormat, Store

from whence import shacl
from whence.validation.reading import Sources
from whence.store.layout import GraphFiles
from whence.shacl.paths import path_from_json
from whence.store.snapshot import newest_basis

__all__ = ["COST", "Basis", "Validation", "pack", "recall", "validate"]

#: Looking again at what one triple can affect takes about as long as a full run over a text of so many characters.
COST = 30_000


@dataclass(slots=True)
class Validation:
    """A finished validation by the shapes of a graph.

    :ivar shape_set: the compiled shapes
    :ivar compiled: the same as text, when it is known already
    :ivar report: equal to that of a full run
    :ivar edited: how many triples differed from the remembered graph, or None when it was a full run
    :ivar by_value: whether the engine holds every literal as it is written, without which an edit is not followed
    """

    shape_set: shacl.ShapeSet
    compiled: str | None
    report: shacl.ValidationReport
    edited: int | None
    by_value: bool = True


class Basis:
    """What is remembered of an earlier validation, by the same shapes, of files that may read otherwise now.

    :ivar compiled: the compiled shapes as text
    :ivar shape_set: the compiled shapes
    :ivar report: the report then
    :ivar then: the texts that have changed since, or are gone
    :ivar changed: the display names of the files that are new or read otherwise now
    """

    __slots__ = ("compiled", "shape_set", "report", "then", "changed")

    def __init__(self, head: dict[str, object], then: list[str], changed: set[str]) -> None:
        self.compiled = str(head["compiled"])
        self.shape_set = shacl.ShapeSet.from_json(self.compiled)
        self.report = _report(self.shape_set, head)
        self.then = then
        self.changed = changed

    def edit(self, sources: Sources) -> tuple[list[Quad], list[Quad]] | None:
        """Return the triples removed and added since, or None when a full run is called for.

        :param sources: read with `changed` as the files to be loaded last
        """
        then = Store()
        for text in self.then:
            then.bulk_load(input=text.removeprefix("\ufeff"), format=RdfFormat.TURTLE)
        removed = [quad for quad in then if quad not in sources.asserted]
        added = [quad for quad in sources.fresh if quad not in then]
        both = [*removed, *added]
        if len(both) * COST > sum(map(len, sources.texts.values())) or any(isinstance(term, BlankNode) for quad in both for term in (quad.subject, quad.object)):
            return None
        return removed, added


def validate(sources: Sources, basis: Basis | None) -> Validation:
    """Validate a graph that was read, starting from what is remembered where that is possible.

    :raises InputError: when a shape is ill-formed or recursive
    """
    if basis is None or sources.altered:
        shape_set = shacl.compile(sources.shape_quads, split=bool(sources.altered))
        if sources.altered:
            return Validation(shape_set, None, shape_set.validate_written(sources.written, sources.altered), None, False)
        return Validation(shape_set, None, shape_set.validate(sources.asserted), None)
    edit = basis.edit(sources)
    if edit is None:
        return Validation(basis.shape_set, basis.compiled, basis.shape_set.validate(sources.asserted), None)
    report = basis.shape_set.revalidate(basis.report, sources.asserted, *edit)
    return Validation(basis.shape_set, basis.compiled, report, sum(map(len, edit)))


def recall(files: GraphFiles, texts: dict[str, str]) -> Basis | None:
    """Return what the newest remembered graph of the same schema and shapes leaves to start from, or None.

    :param texts: display name to text of every file
    """
    kept = newest_basis(_key(files, texts))
    if kept is None:
        return None
    _, _, kept = kept.partition(b"\n")
    checksum, _, rest = kept.partition(b"\n")
    if checksum != b"%08x" % crc32(rest):
        return None  # damaged on the disk
    line, _, whole = rest.partition(b"\n")
    head = json.loads(line)
    now = _edited(files)
    then: list[str] = []
    same: set[str] = set()
    start = 0
    for name, size in head["texts"]:
        text = whole[start : start + size].decode()
        start += size
        if name in now and texts.get(now[name]) == text:
            same.add(now[name])
        else:
            then.append(text)
    return Basis(head, then, set(now.values()) - same)


def pack(files: GraphFiles, texts: dict[str, str], validation: Validation) -> bytes:
    """Return the basis of a validation for `whence.store.snapshot.publish`; empty when a full run must follow it.

    :param texts: display name to text of every file
    """
    report, shape_set = validation.report, validation.shape_set
    if not validation.by_value or any((term or "").startswith("_:") for result in report for term in (result.focus_node, result.value)):
        return b""
    contents = [(name, texts[shown].encode()) for name, shown in _edited(files).items()]
    head = {
        "compiled": validation.compiled or shape_set.to_json(),
        "results": [[r.query, r.focus_node, r.value, r.messages, r.result_path] for r in report],
        "counts": [report.focus_counts[focus.shape] for focus in shape_set.focus],
        "texts": [[name, len(content)] for name, content in contents],
    }
    rest = b"\n".join([json.dumps(head, ensure_ascii=False).encode(), b"".join(content for _, content in contents)])
    return b"%s\n%08x\n%s" % (_key(files, texts).encode(), crc32(rest), rest)


def _report(shape_set: shacl.ShapeSet, head: dict[str, object]) -> shacl.ValidationReport:
    report = shacl.ValidationReport(shapes=shape_set.shapes)
    for number, focus_node, value, messages, path in head["results"]:  # type: ignore[attr-defined]
        query = shape_set.queries[number]
        report.results.append(
            shacl.Result(
                focus_node, value, query.component, query.severity, query.shape, tuple(messages),
                path_from_json(path), query.source_constraint, number,
            )  # fmt: skip
        )
    counts = zip(shape_set.focus, head["counts"], strict=True)  # type: ignore[call-overload]
    report.focus_counts = {focus.shape: count for focus, count in counts}
    return report


def _edited(files: GraphFiles) -> dict[str, str]:
    """Return name in the graph directory to display name of the files that are compared: data and vocabularies."""
    return {files.name(path): files.display(path) for path in [*files.vocabularies, *files.data]}


def _key(files: GraphFiles, texts: dict[str, str]) -> str:
    """Return what must be the same for a remembered report to count: whence, its engine, schema and shapes, and whose things these are."""
    whole = sha256(files.engine_digest() + files.settings.base.encode())
    compared = set(files.vocabularies)
    for path in [*files.ontology, *files.shapes]:
        if path not in compared:
            text = texts[files.display(path)].encode()
            whole.update(b"%s %d\n%s" % (files.name(path).encode(), len(text), text))
    return whole.hexdigest()
