"""The queries of the catalogue as files: front matter, names, syntax, and variables that nothing gives a value.

A query that is wrong keeps nobody from asking the others, so these findings stop no graph from being opened.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from hashlib import sha256

from whence import catalog, sparql
from whence.store import fingerprint
from whence.catalog import NamedQuery
from whence.errors import InputError
from whence.findings import Finding, Place, Severity
from whence.validation.stages import Outcome
from whence.validation.places import located
from whence.store.layout import GraphFiles
from whence.sparql.tokens import place, tokens
from whence.sparql.groups import bound_nowhere


def add_findings(files: GraphFiles, outcome: Outcome, again: bool = False) -> Outcome:
    """See `whence.validation.check_queries`."""
    told = {finding.place.file for finding in outcome.report if finding.place and finding.rule == "syntax:query"}
    new = [finding for finding in validate_queries(files, again=again) if finding.place.file not in told]
    if not new:
        return outcome
    texts = dict(outcome.texts)
    for path in files.queries:
        if any(finding.place.file == files.display(path) for finding in new):
            texts[files.display(path)] = _text(files, path)
    report = dataclasses.replace(outcome.report, findings=located([*outcome.report, *new], {}))
    return dataclasses.replace(outcome, report=report, texts=texts)


def validate_queries(files: GraphFiles, *, again: bool = False) -> list[Finding]:
    """Return what is wrong with the query files of a graph directory, each finding with its place.

    Views, checks and inferences are parsed when a graph is validated, so that only their front matter is looked at.

    :param again: whether to look also at files that were found in order before
    """
    state = _state(files)
    if state and not again and fingerprint.noted(files, "queries") == state:
        return []
    findings = [finding for one in catalog.each(files) for finding in _findings(one)]
    if state and not findings:
        fingerprint.note(files, "queries", state)
    return findings


def _state(files: GraphFiles) -> str:
    """What decides whether the files are in order: whence itself, their names and their texts; empty when one cannot be read."""
    whole = sha256(files.engine_digest())
    try:
        for path in files.queries:
            whole.update(f"{files.name(path)}\n".encode() + sha256(files.read(path)).digest())
    except InputError:
        return ""
    return whole.hexdigest()


def _text(files: GraphFiles, path: str) -> str:
    """The text of a file as far as it is one."""
    try:
        return files.read(path).decode("utf-8-sig", "replace")
    except InputError:
        return ""


def _findings(one: NamedQuery | InputError) -> Iterator[Finding]:
    if isinstance(one, InputError):
        yield _finding(one)
    elif one.kind == "competency":
        try:
            sparql.check(one.query)
        except InputError as error:
            yield _finding(error)
        else:
            yield from _without_value(one)


def _finding(error: InputError) -> Finding:
    spot = Place(error.file or "", error.line or 1, error.column or 1)
    return Finding("syntax:query", Severity.VIOLATION, error.problem, error.fix, place=spot)


def _without_value(named: NamedQuery) -> Iterator[Finding]:
    declared = {parameter.name for parameter in named.parameters}
    for token in bound_nowhere([*tokens(named.query.text)]):
        name = token.text[1:]
        if name not in declared:
            spot = place(named.query.text, token.start, named.file)
            yield Finding(
                "query:variable-without-value",
                Severity.WARNING,
                f"Nothing gives {token.text} a value: no pattern, BIND or VALUES names it, and it is no parameter.",
                f"Mend its spelling, or declare it: `#+ param {name}: type = value -- meaning`.",
                place=Place(named.file, spot["line"], spot["column"]),  # type: ignore[arg-type]
            )
