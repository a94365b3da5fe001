"""What is remembered beside a validated graph, so that after an edit only what it can change is looked at again.

That is its basis: the compiled shapes, the report of the shapes, the rows of the checks, and the texts of the files it was made from.
When a graph of the same model is validated by the same whence, the files that read otherwise are compared triple by triple;
`whence.validation.incremental` follows what differs through all stages.

A full run is made when the model (ontology, shapes, rules, checks, views) or whence itself changed, when the edit is large, and when it
or an earlier result has blank nodes, whose labels mean nothing from one reading to the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from zlib import crc32

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from whence import shacl
from whence.findings import path_from_json
from whence.rdf.places import tail
from whence.rdf.reading import parse_turtle
from whence.store.layout import GraphFiles
from whence.store.snapshot import newest_basis
from whence.validation.reading import Sources, load_texts

#: Looking again at what one triple can affect takes about as long as a full run over a text of so many characters.
COST = 30_000
#: An escape that a string has not, or that may stand for a letter.
_ESCAPED = re.compile(r"""\\[^"'\\nrtbf]""")
_WORDS = re.compile(r"\w+")


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


@dataclass(slots=True)
class Basis:
    """What is remembered of an earlier validation, by the same model, of files that may read otherwise now.

    :ivar compiled: the compiled shapes as text
    :ivar shape_set: the compiled shapes
    :ivar report: the report then
    :ivar rows: the rows of each check that found something then, each term as text
    :ivar then: the texts that have changed since, or are gone
    :ivar changed: the display names of the files that are new or read otherwise now
    :ivar path: the directory of the snapshot
    """

    compiled: str
    shape_set: shacl.ShapeSet
    report: shacl.ValidationReport
    rows: dict[str, list[dict[str, str]]]
    then: list[str]
    changed: set[str]
    path: str

    def edit(self, sources: Sources, stores: Iterable[str], asserted: Store) -> tuple[list[Quad], list[Quad], set[object]] | None:
        """Return the triples removed and added since, or None when a full run is called for or a file cannot be parsed.

        :param sources: the texts; findings about those that cannot be parsed are added
        :param stores: the display names of all files of ontology and data
        :param asserted: the graph then
        :returns: and the subjects of the files that read otherwise, then and now
        """
        now = load_texts({name: sources.texts[name] for name in self.changed}, sources)
        if now is None:
            return None
        then = {quad for text in self.then for quad in parse_turtle(text.removeprefix("\ufeff"), rename=True)}
        gone, come = then - now, now - then
        if (len(gone) + len(come)) * COST > sum(map(len, sources.texts.values())):
            return None
        if any(isinstance(term, BlankNode) for quad in (*gone, *come) for term in (quad.subject, quad.object)):
            return None
        others = Texts([sources.texts[name] for name in stores if name not in self.changed])
        removed, added = [quad for quad in gone if not others.have(quad)], [quad for quad in come if quad not in asserted]
        return removed, added, set(map(attrgetter("subject"), chain(then, now)))


class Texts:
    """Texts of Turtle, searched for what may stand in them.

    :param texts: those of some files
    """

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._parsed: dict[int, Store] = {}
        self._escaped: dict[int, bool] = {}
        self._having: dict[str, list[int]] = {}

    def have(self, quad: Quad) -> bool:
        """Report whether one of them has a triple; only those that may have it are parsed."""
        subject, object_ = (
            tail(str(term)) if isinstance(term, NamedNode) else max(_WORDS.findall(term.value), key=len, default="") for term in (quad.subject, quad.object)
        )
        if subject not in self._having:  # it is that of many triples
            self._having[subject] = [number for number in range(len(self._texts)) if self._may_have(number, subject)]
        return any(quad in self._store(number) for number in self._having[subject] if self._may_have(number, object_))

    def _may_have(self, number: int, end: str) -> bool:
        """Report whether a text may have a term that ends so."""
        return end in self._texts[number] or "'" in end or self._escapes(number)

    def _escapes(self, number: int) -> bool:
        """Report whether a text may write letters or the ends of IRIs with escapes."""
        if number not in self._escaped:
            self._escaped[number] = "\\" in self._texts[number] and bool(_ESCAPED.search(self._texts[number]))
        return self._escaped[number]

    def _store(self, number: int) -> Store:
        if number not in self._parsed:
            self._parsed[number] = store = Store()
            store.bulk_load(input=self._texts[number].removeprefix("\ufeff"), format=RdfFormat.TURTLE)
        return self._parsed[number]


def validate(sources: Sources) -> Validation:
    """Validate a graph that was read by all of its shapes.

    :raises InputError: when a shape is ill-formed or recursive
    """
    shape_set = shacl.compile(sources.shape_quads, split=bool(sources.altered))
    if sources.altered:
        return Validation(shape_set, None, shape_set.validate_written(sources.written, sources.altered), None, False)
    return Validation(shape_set, None, shape_set.validate(sources.asserted), None)


def revalidate(basis: Basis, asserted: Store, removed: list[Quad], added: list[Quad]) -> Validation:
    """Validate by the shapes only what an edit can have changed.

    :param asserted: the graph after the edit, as it is asserted
    """
    report = basis.shape_set.revalidate(basis.report, asserted, removed, added)
    return Validation(basis.shape_set, basis.compiled, report, len(removed) + len(added))


def recall(files: GraphFiles, texts: dict[str, str]) -> Basis | None:
    """Return what the newest remembered graph of the same schema and shapes leaves to start from, or None.

    :param texts: display name to text of every file
    """
    newest = newest_basis(_key(files, texts))
    if newest is None:
        return None
    kept, path = newest
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
    shape_set = shacl.ShapeSet.from_json(head["compiled"])
    return Basis(head["compiled"], shape_set, _report(shape_set, head), head["rows"], then, set(now.values()) - same, path)


def pack(files: GraphFiles, texts: dict[str, str], validation: Validation, rows: dict[str, list[dict[str, str]]]) -> bytes:
    """Return the basis of a validation for `whence.store.snapshot.publish`; empty when a full run must follow it.

    :param texts: display name to text of every file
    :param rows: those of each check that found something
    """
    report, shape_set = validation.report, validation.shape_set
    terms = [term for result in report for term in (result.focus_node, result.value)] + [term for found in rows.values() for row in found for term in row.values()]
    if not validation.by_value or any((term or "").startswith("_:") for term in terms):
        return b""
    contents = [(name, texts[shown].encode()) for name, shown in _edited(files).items()]
    head = {
        "compiled": validation.compiled or shape_set.to_json(),
        "results": [[r.query, r.focus_node, r.value, r.messages, r.result_path] for r in report],
        "counts": [report.focus_counts[focus.shape] for focus in shape_set.focus],
        "rows": rows,
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
    """Return what must be the same for a basis to count: whence, its engine, the model, and whose things these are."""
    whole = sha256(files.engine_digest() + files.settings.base.encode())
    compared = set(files.vocabularies)
    for path in [*files.ontology, *files.shapes]:
        if path not in compared:
            text = texts[files.display(path)].encode()
            whole.update(b"%s %d\n%s" % (files.name(path).encode(), len(text), text))
    for path in (path for kind in ("inference", "checks", "views") for path in files.queries_in(kind)):
        whole.update(b"%s %s" % (files.name(path).encode(), sha256(files.read(path)).digest()))
    return whole.hexdigest()
