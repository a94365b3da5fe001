"""The stages of a validation: read, declarations, shapes, inference, checks, views; of everything, or of what an edit can change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode, Quad, Store

from whence import catalog, inference, shacl
from whence.errors import InputError
from whence.findings import Finding, Report, Severity
from whence.namespaces import ID, PREFIXES, VIEW
from whence.rdf.reading import read_text
from whence.sparql.diagnosis import diagnose
from whence.store.layout import GraphFiles, stem
from whence.store.snapshot import Draft
from whence.validation import checks, declarations, edit_basis, incremental, shapes
from whence.validation.places import located
from whence.validation.pyshacl_engine import run_pyshacl
from whence.validation.reading import Sources, load_graph, load_shapes, read_files, read_texts
from whence.validation.wording import in_words


@dataclass(slots=True)
class Outcome:
    """What a validation yields.

    :ivar report: all findings, each with its place where there is one
    :ivar texts: display name to text of the files read, for reports that quote lines
    :ivar store: the whole dataset with views, or None when there are violations
    :ivar root: the graph directory, or None when loose files were validated
    :ivar validation: the SHACL report itself, when loose files were validated by our own engine
    :ivar by_shapes: the validation by the shapes of a graph, when our own engine made one
    :ivar rows: the rows of each check of a graph that found something
    :ivar draft: the dataset on the disk, when it was made from a remembered one
    """

    report: Report
    texts: dict[str, str]
    store: Store | None
    root: str | None
    validation: shacl.ValidationReport | None = None
    by_shapes: edit_basis.Validation | None = None
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    draft: Draft | None = None


#: The parts of the time that the stages of a whole run take, about.
_SHARES = {"reading": 0.1, "declarations": 0.04, "shapes": 0.17, "inference": 0.37, "checks": 0.12, "places": 0.02, "views": 0.18}
_QUICK_SECONDS = 1.0


class _Stages:
    """Tells each stage as it starts, with about how long all take once that can be told, and keeps how long the one before took."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._name: str | None = None
        self._began = self._since = time.perf_counter()

    def start(self, name: str | None) -> None:
        now = time.perf_counter()
        if self._name is not None:
            self.seconds[self._name] = now - self._since
        self._name, self._since = name, now
        if name is not None:
            self._progress(name + self._outlook(name, now - self._began))

    def _outlook(self, name: str, elapsed: float) -> str:
        """Return which stage it is and about how long all take, by how long those before took; nothing where that is short."""
        names = list(_SHARES)
        before = sum(_SHARES[other] for other in self.seconds if other in _SHARES)
        if name not in _SHARES or not before or elapsed < _QUICK_SECONDS:
            return ""
        return f" ({names.index(name) + 1} of {len(names)}, about {elapsed / before:,.0f} s in all)"


def validate_graph(files: GraphFiles, engine: str, progress: Callable[[str], None], whole: bool = False, views: bool = True) -> Outcome:
    """Validate the graph of a directory; see `whence.validation.check`."""
    stages = _Stages(progress)
    stages.start("reading")
    sources = read_texts(files)
    if sources.readable and engine == "whence" and not whole:
        edit = incremental.start(files, sources)
        try:
            if edit is not None:
                return _validate_edit(files, edit, stages)
        except (incremental.TooMany, OSError, RuntimeError):  # a full run costs less, or there is no room for the copy
            sources, edit = read_texts(files), None
        stages.start("reading")
    load_graph(files, sources) if sources.readable else None
    return _validate_whole(files, engine, sources, stages, views)


def _validate_whole(files: GraphFiles, engine: str, sources: Sources, stages: _Stages, views: bool) -> Outcome:
    findings, by_shapes = list(sources.findings), None
    counts: dict[str, int] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    store = sources.asserted
    if sources.readable:
        stages.start("declarations")
        findings += declarations.undeclared(store)
        findings += declarations.undeclared_in_shapes(sources.shapes, store)
        findings += declarations.undescribed(store, {ID, *files.prefixes.values()})
        findings += checks.run_rules(sources.ontology, store, files.prefixes)
        stages.start("shapes")
        if engine == "whence":
            results, counts, by_shapes = _by_shapes(files, sources)
        else:
            results = run_pyshacl(sources.shapes, store)
        findings += results
        if not files.packs:  # else a shape may be there for what is in them
            findings += shapes.unmet(counts)
        findings += _derive_and_check(files, store, stages, rows)
        findings = in_words(findings, store, sources.shapes)
    stages.start("places")
    findings = located(findings, sources.texts, store, sources.shapes)
    findings, counts = _of_this_graph(files, findings, counts)
    stages.start("views")
    report = Report(findings, counts, stages.seconds)
    if report.conforms and views:
        add_views(files, store)
    stages.start(None)
    return Outcome(report, sources.texts, store if report.conforms else None, files.root, None, by_shapes, rows)


def _validate_edit(files: GraphFiles, edit: incremental.Edit, stages: _Stages) -> Outcome:
    """Do again what an edit can change; the outcome is that of a full run.

    :raises TooMany: a full run costs less
    """
    sources, store = edit.sources, edit.draft.store
    stages.start("declarations")
    edit.apply()
    findings = [*sources.findings, *edit.undeclared({ID, *files.prefixes.values()})]
    stages.start("shapes")
    by_shapes = edit.by_shapes()
    results, counts = shapes.from_report(by_shapes.report)
    if by_shapes.report.problems:
        load_shapes(files, sources)
        results += _about_shapes(files, sources, by_shapes.report.problems)
    findings += results
    if not files.packs:
        findings += shapes.unmet(counts)
    stages.start("inference")
    edit.derive()
    stages.start("checks")
    findings += edit.check(lambda path, file: catalog.parse_bytes(files.read(path), file))
    if any(finding.severity is not Severity.INFO for finding in findings) and not len(sources.shapes):
        load_shapes(files, sources)
    findings = in_words(findings, store, sources.shapes)
    stages.start("places")
    findings, counts = _of_this_graph(files, edit.located(findings, sources.shapes), counts)
    stages.start("views")
    report = Report(findings, counts, stages.seconds)
    if report.conforms:
        edit.view(lambda path, graph: _construct(files, store, [path], graph))
    stages.start(None)
    if not report.conforms:
        return Outcome(report, sources.texts, None, files.root, None, by_shapes)
    return Outcome(report, sources.texts, store, files.root, None, by_shapes, edit.rows, edit.draft)


def _of_this_graph(files: GraphFiles, findings: list[Finding], counts: dict[str, int]) -> tuple[list[Finding], dict[str, int]]:
    """Return the findings and counts without what is no matter of this graph.

    That are warnings about files of the model, or of a graph that is included, and which of their shapes met nothing here. A violation
    keeps the graph from being opened wherever it stands.
    """
    others = {files.display(path) for path in [*files.ontology, *files.shapes, *files.data, *files.queries] if not files.brings(path)}
    own = [one for one in findings if one.severity is Severity.VIOLATION or not one.place or one.place.file not in others]
    unmet = {one.focus_node for one in findings if one.rule == "shapes:unmet"} - {one.focus_node for one in own}
    return own, {shape: count for shape, count in counts.items() if f"<{shape}>" not in unmet}


def _by_shapes(files: GraphFiles, sources: Sources) -> tuple[list[Finding], dict[str, int], edit_basis.Validation | None]:
    """Return the findings of the shapes and about them, the focus nodes each met, and the validation where there was one."""
    results: list[Finding] = []
    counts: dict[str, int] = {}
    validation = None
    try:
        validation = edit_basis.validate(sources)
        problems: Iterable[shacl.Problem] = validation.report.problems
        results, counts = shapes.from_report(validation.report)
    except shacl.ShapeError as error:
        problems = error.problems
    return results + (_about_shapes(files, sources, problems) if problems else []), counts, validation


def _about_shapes(files: GraphFiles, sources: Sources, problems: Iterable[shacl.Problem]) -> list[Finding]:
    texts = {name: sources.texts[name] for name in map(files.display, files.shapes) if name in sources.texts}
    return shapes.about_shapes(problems, texts, sources.shapes)


def validate_files(data: Iterable[str], shape_files: Iterable[str], engine: str, progress: Callable[[str], None]) -> Outcome:
    """Validate loose files; see `whence.validation.check_files`."""
    stages = _Stages(progress)
    data, shape_files = list(data), list(shape_files)
    stages.start("shapes")
    if engine == "whence":
        return _validate_quads(data, shape_files, stages)
    sources = read_files(data, shape_files)
    findings = run_pyshacl(sources.shapes, sources.asserted) if sources.readable else []
    stages.start("places")
    findings = located([*sources.findings, *findings], sources.texts, sources.asserted)
    stages.start(None)
    return Outcome(Report(findings, {}, stages.seconds), sources.texts, None, None)


def _validate_quads(data: list[str], shape_files: list[str], stages: _Stages) -> Outcome:
    """Validate loose files with our own engine, which reads them faster than a reader that looks for every fault."""
    try:
        quads = shacl.read_data(data)
        source = shacl.read_shapes(shape_files, quads)
    except InputError:
        sources = read_files(data, shape_files)
        if sources.readable:  # so it is a file that another one names
            raise
        stages.start(None)
        return Outcome(Report(located(sources.findings, {}), {}, stages.seconds), sources.texts, None, None)
    validation, sources = None, Sources()
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    try:
        validation = shacl.validate_quads(quads, source)
        problems: Iterable[shacl.Problem] = validation.problems
        findings, counts = shapes.from_report(validation)
    except shacl.ShapeError as error:
        problems = [*source.problems, *error.problems]
    if findings:
        stages.start("reading")
        sources = read_files(data, shape_files)
    stages.start("places")
    store = Store()
    if any((finding.focus_node or "").startswith("_:") for finding in findings):
        store.extend(quads)
    findings = located([*sources.findings, *findings], sources.texts, store)
    if problems:
        texts, shapes_store = {path: read_text(path) for path in source.files}, Store()
        shapes_store.extend([Quad(*quad.triple) for quad in source.quads])
        about = shapes.about_shapes(problems, texts, shapes_store)
        if validation is not None:
            findings = shapes.at_their_rules(findings, validation, dict(zip(problems, about, strict=True)))
        findings += about
        sources.texts |= texts
    stages.start(None)
    return Outcome(Report(findings, counts, stages.seconds), sources.texts, None, None, validation)


def _derive_and_check(files: GraphFiles, store: Store, stages: _Stages, rows: dict[str, list[dict[str, str]]]) -> Iterator[Finding]:
    """Complete the default graph in place, then run the check queries over all of it.

    :param rows: takes those of each check that finds something
    """
    stages.start("inference")
    inference.close(store)
    inference.close(store, _construct(files, store, files.queries_in("inference")))
    stages.start("checks")
    queries = [(stem(path), path, files.display(path)) for path in files.queries_in("checks")]
    yield from checks.run_checks(store, queries, lambda path, file: catalog.parse_bytes(files.read(path), file), rows)


def add_views(files: GraphFiles, store: Store) -> None:
    """Add the views of a graph without violations to its store, each as a named graph."""
    paths = files.queries_in("views")
    with ThreadPoolExecutor(checks.AT_ONCE) as pool:
        for path, triples in zip(paths, pool.map(lambda path: list(_told(files, path, lambda text: store.query(text, prefixes=PREFIXES))), paths), strict=True):
            graph = NamedNode(VIEW + stem(path))
            store.add_graph(graph)  # a view that licenses nothing is still a view
            store.bulk_extend([Quad(one.subject, one.predicate, one.object, graph) for one in triples])


def _construct(files: GraphFiles, store: Store, paths: Iterable[str], graph: NamedNode | None = None) -> set[NamedNode]:
    """Add what queries of the graph construct; see `inference.construct`."""
    return {term for path in paths for term in _told(files, path, lambda text: inference.construct(store, [text], graph=graph))}


def _told(files: GraphFiles, path: str, ask: Callable[[str], Any]) -> Any:
    """Ask a CONSTRUCT query of the graph, and say what is wrong with it where it cannot be."""
    file = files.display(path)
    query = catalog.parse_bytes(files.read(path), file)
    if query.form != "construct":
        raise InputError("A view or an inference is a CONSTRUCT query; this one is not.", fix="Construct triples.", file=file)
    try:
        return ask(query.text)
    except SyntaxError as error:
        raise diagnose(query.text, str(error), file) from None
