"""Validation: a graph is read, derived and checked as a whole, and only one that has no violation is opened.

    from whence import validation
    from whence.store import layout
    store = validation.open(layout.locate())

`open` costs a few milliseconds once a graph has been validated, since the outcome is kept by the digest of
everything that went into it (`whence.store.snapshot`); everything else is imported when a graph has to be validated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from whence.errors import InputError, ValidationError
from whence.store.fingerprint import digest
from whence.store.layout import GraphFiles
from whence.store.snapshot import hold, open_snapshot, publish, reason

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import Store

    from whence.findings import Report
    from whence.validation.stages import Outcome

__all__ = ["Refusal", "add_views", "check", "check_files", "check_queries", "digest_of", "located_in", "open", "remember", "unreadable"]

#: Told a sentence or the name of a stage; a face may show it.
Tell = Callable[[str], None]


class Refusal(ValidationError):
    """A graph with violations, from which nothing is answered.

    :ivar sources: display name to text of the files read, for reports that quote lines
    """

    def __init__(self, outcome: Outcome) -> None:
        report = outcome.report
        count = sum(1 for finding in report.findings if finding.severity.value == "Violation")
        violations = "one violation" if count == 1 else f"{count} violations"
        super().__init__(f"Nothing is answered from this graph: it has {violations}.", report)
        self.sources = outcome.texts
        if unreadable(report):
            self.exit_code = InputError.exit_code


def open(files: GraphFiles, *, tell: Tell | None = None, progress: Tell | None = None) -> Store:
    """Return the validated graph of a directory, read-only: remembered, or validated and remembered now.

    :param files: the graph directory
    :param tell: told one sentence when the validated graph could not be remembered, and one when there is nothing in it
    :param progress: told the name of each stage of a validation as it starts
    :raises Refusal: when the graph has violations or unreadable files; carries the report
    :raises InputError: when a folder cannot be read, or the shapes or a query cannot be used
    """
    if files.emptiness and tell is not None:
        tell(files.emptiness)
    known = digest_of(files)
    remembered = open_snapshot(known, tell=tell) if known else None
    if remembered is not None:
        return hold(remembered)
    _refuse_again(known, files)
    outcome = check(files, progress=progress)
    if outcome.store is None:
        if known:
            from whence.validation import remembered_refusals

            remembered_refusals.keep(files.digest(), _records(outcome), outcome.report.focus_counts)
        raise Refusal(outcome)
    if progress is not None:
        progress("remembering")
    return remember(files, outcome, tell=tell)


def _refuse_again(digest: str | None, files: GraphFiles) -> None:
    """Raise the refusal that is remembered of a graph, if one is."""
    from whence.validation import remembered_refusals

    found = remembered_refusals.recall(digest, files) if digest else None
    if found is not None:
        from whence.validation.stages import Outcome

        raise Refusal(Outcome(*found, None, files.root))


def check(files: GraphFiles, *, engine: str = "whence", whole: bool = False, progress: Tell | None = None, views: bool = True) -> Outcome:
    """Read, derive and validate the graph of a directory, whether or not it was validated before.

    Only what can differ from the newest remembered graph is looked at (`whence.validation.incremental`); the outcome is the same as if
    everything had been.

    :param engine: the SHACL engine, `whence` or `pyshacl`
    :param whole: whether to look at everything all the same
    :param progress: told the name of each stage as it starts
    :param views: whether the dataset has the views; without them it cannot be remembered before `add_views`
    :returns: the report, and the whole dataset when there is no violation
    :raises InputError: when the shapes or a query cannot be used at all
    """
    from whence.validation.stages import validate_graph

    return validate_graph(files, engine, progress or _silently, whole, views)


def add_views(files: GraphFiles, outcome: Outcome) -> None:
    """Add the views to the dataset of an outcome without violations that was checked without them."""
    from whence.validation.stages import add_views

    assert outcome.store is not None
    if outcome.draft is None:  # else the views were brought up to date
        add_views(files, outcome.store)


def check_files(data: Iterable[str], shapes: Iterable[str], *, engine: str = "whence", progress: Tell | None = None) -> Outcome:
    """Validate any data by any shapes, with nothing of our own ontology or checks.

    :param data: names of RDF files, merged into one data graph
    :param shapes: names of RDF files, merged into one shapes graph
    :returns: the report; the dataset is left out
    :raises InputError: when the shapes cannot be used at all
    """
    from whence.validation.stages import validate_files

    return validate_files(data, shapes, engine, progress or _silently)


def check_queries(files: GraphFiles, outcome: Outcome, *, again: bool = False) -> Outcome:
    """Return an outcome with the findings about the files of the catalogue added; the graph can be opened all the same.

    :param again: whether to look also at files that were found in order before
    """
    from whence.validation.queries import add_findings

    return add_findings(files, outcome, again)


def located_in(files: GraphFiles, report: Report) -> Outcome:
    """Return findings about a graph with their places in its files; the dataset is left out.

    :param report: findings from elsewhere than validation, such as those about evidence
    """
    from whence.findings import Report
    from whence.validation.places import located
    from whence.validation.reading import read_graph
    from whence.validation.stages import Outcome

    sources = read_graph(files)
    findings = located(report.findings, sources.texts, sources.asserted)
    return Outcome(Report(findings, report.focus_counts, report.seconds), sources.texts, None, files.root)


def digest_of(files: GraphFiles) -> str | None:
    """Return the digest, or None when a file cannot be read; the validation says which ones, all of them."""
    try:
        return digest(files)
    except InputError:
        return None


def remember(files: GraphFiles, outcome: Outcome, *, tell: Tell | None = None) -> Store:
    """Keep a validated graph on disk and return it from there, or from memory when it cannot be kept.

    :param files: the graph directory, whose files were read for the outcome
    :param outcome: of a graph without violations; its store is the one on disk from then on
    :param tell: told one sentence when it could not be kept
    """
    from whence.validation.edit_basis import pack

    assert outcome.store is not None
    basis = pack(files, outcome.texts, outcome.by_shapes, outcome.rows) if outcome.by_shapes else b""
    asserted = [outcome.texts[files.display(path)] for path in [*files.ontology, *files.data]] if basis and outcome.draft is None else []
    try:
        outcome.store = hold(publish(files.digest(), outcome.draft or outcome.store, _records(outcome), basis, asserted))
    except OSError as error:
        if tell is not None:
            tell(f"The validated graph could not be remembered ({reason(error)}), so the next command validates again.")
        if outcome.draft is not None:
            hold(outcome.draft)
    return outcome.store


def _records(outcome: Outcome) -> list[dict[str, object]]:
    """Return the findings as records whose file names are relative to the graph directory."""
    import os

    records = []
    for finding in outcome.report.findings:
        record: dict[str, object] = {name: getattr(finding, name) for name in type(finding).__slots__}
        record["severity"] = finding.severity.value
        if finding.place is not None:
            record["place"] = [os.path.relpath(finding.place.file, outcome.root), finding.place.line, finding.place.column]
        records.append(record)
    return records


def unreadable(report: Report) -> bool:
    """Report whether the findings say that something could not be read or parsed, rather than that it is wrong."""
    return any(
        finding.severity.value == "Violation" and finding.rule.startswith(("syntax", "file:", "shapes:ill-formed"))
        for finding in report.findings
    )


def _silently(_: str) -> None:
    return None
