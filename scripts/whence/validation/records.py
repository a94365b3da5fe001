"""Findings as plain records, for keeping them beside a validated graph."""

from __future__ import annotations

import os

from whence.findings import Finding, path_from_json, Place, Report, Severity

__all__ = ["from_records", "to_records"]


def to_records(report: Report, root: str | None) -> list[dict[str, object]]:
    """Return the findings as records whose file names are relative to the graph directory.

    >>> to_records(Report(), None)
    []
    """
    records = []
    for finding in report.findings:
        record: dict[str, object] = {name: getattr(finding, name) for name in Finding.__slots__}
        record["severity"] = finding.severity.value
        if finding.place is not None:
            file = os.path.relpath(finding.place.file, root) if root else finding.place.file
            record["place"] = [file, finding.place.line, finding.place.column]
        records.append(record)
    return records


def from_records(records: list[dict[str, object]], root: str) -> list[Finding]:
    """Return the findings of records, their files named by full paths below the graph directory.

    >>> from_records([], "/graph")
    []
    """
    findings = []
    for record in records:
        fields = dict(record, severity=Severity(record["severity"]), path=path_from_json(record["path"]))
        if record["place"] is not None:
            file, line, column = record["place"]  # type: ignore[misc]
            fields["place"] = Place(os.path.join(root, file), line, column)
        findings.append(Finding(**fields))  # type: ignore[arg-type]
    return findings
