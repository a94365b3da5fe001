"""The report as JSON: complete, one object a finding."""

from __future__ import annotations

import json
from collections.abc import Mapping

from whence.findings import Finding, path_text, Report, Severity
from whence.report.order import unknown_targets, unmet


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """A JSON object; what is unknown is null, terms are in N-Triples syntax.

    The members are `conforms`, `counts` by severity, `findings`, `focusNodes` by shape,
    `shapesWithoutFocusNodes` and `shapesWithUnknownTarget`.
    """
    document = {
        "conforms": report.conforms,
        "counts": {one.value: sum(finding.severity is one for finding in report.findings) for one in Severity},
        "findings": [_record(finding) for finding in report.findings],
        "focusNodes": report.focus_counts,
        "shapesWithoutFocusNodes": unmet(report),
        "shapesWithUnknownTarget": [{"shape": shape, "target": target} for shape, target in unknown_targets(report)],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _record(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "fix": finding.fix,
        "focusNode": finding.focus_node,
        "path": finding.path and path_text(finding.path),
        "value": finding.value,
        "component": finding.component,
        "file": place and place.file,
        "line": place and place.line,
        "column": place and place.column,
    }
