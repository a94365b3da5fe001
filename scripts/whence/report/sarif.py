"""The report as SARIF 2.1.0, which code hosts and editors show beside the lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from urllib.parse import quote

from whence import __version__
from whence.findings import Finding, path_text, Report, Severity
from whence.report.order import groups, is_shape
from whence.report.words import clipped, component_name, rule_name, subject_words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """A log with one run; columns count code points, and a fingerprint does not change when lines move."""
    rules, index = _rules(report)
    run = {
        "tool": {
            "driver": {
                "name": "whence",
                "version": __version__,
                "informationUri": "https://w3id.org/whence",
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in report.findings],
        "properties": {"focusNodes": report.focus_counts},
    }
    text = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _rules(report: Report) -> tuple[list[dict[str, object]], dict[str, int]]:
    rules: list[dict[str, object]] = []
    index: dict[str, int] = {}
    for group in groups(report):
        if group.rule in index:
            continue
        index[group.rule] = len(rules)
        rule: dict[str, object] = {
            "id": group.rule,
            "name": rule_name(group),
            "shortDescription": {"text": clipped(group.message or rule_name(group))},
            "defaultConfiguration": {"level": _LEVELS[group.severity]},
        }
        if group.fix:
            rule["help"] = {"text": clipped(group.fix)}
        if is_shape(group) and not group.rule.startswith("_:"):
            rule["helpUri"] = quote(group.rule, safe="%/:=&?~#+!$,;'@()*[]")
        rules.append(rule)
    return rules, index


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, object]:
    text = " ".join(clipped(part) for part in (finding.message, finding.fix) if part)
    about = subject_words(finding)
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{text} ({about})" if about else text},
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }
    if finding.place:
        location: dict[str, object] = {
            "physicalLocation": {
                "artifactLocation": {"uri": _uri(finding.place.file)},
                "region": {"startLine": max(finding.place.line, 1), "startColumn": max(finding.place.column, 1)},
            }
        }
        if finding.focus_node:
            location["logicalLocations"] = [{"fullyQualifiedName": clipped(finding.focus_node), "kind": "object"}]
        result["locations"] = [location]
    component = component_name(finding.component)
    if component:
        result["properties"] = {"component": component}
    return result


def _fingerprint(finding: Finding) -> str:
    path = path_text(finding.path) if finding.path else None
    parts = (finding.rule, finding.component, finding.focus_node, path, finding.value)
    text = "\n".join(part or "" for part in parts) if finding.focus_node else f"{finding.rule}\n{finding.message}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _uri(file: str) -> str:
    """The file's name as a URI reference; relative names stay relative."""
    path = quote(file.replace("\\", "/").encode("utf-8", "surrogateescape"))
    return f"file://{path}" if path.startswith("/") else path
