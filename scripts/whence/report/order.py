"""Findings in a stable order, grouped by what was broken."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from itertools import groupby

from whence.findings import Finding, path_text, Report, Severity
from whence.namespaces import SH

__all__ = ["Group", "groups", "is_shape", "steady", "unknown_targets", "unmet"]

_STRONGEST_FIRST = {severity: rank for rank, severity in enumerate(Severity)}
#: A blank node's label made up by the parser: different at every reading.
_RANDOM = re.compile(r"_:[0-9a-f]{24,32}(?![0-9A-Za-z])")
_TARGET_CLASS = ("pred", f"<{SH}targetClass>")


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule, component and severity.

    :ivar message: the message all of them share, or None
    :ivar fix: the fix all of them share, or None
    """

    rule: str
    component: str | None
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def message(self) -> str | None:
        return self._shared([finding.message for finding in self.findings])

    @property
    def fix(self) -> str | None:
        return self._shared([finding.fix for finding in self.findings])

    @staticmethod
    def _shared(texts: list[str | None]) -> str | None:
        return texts[0] if len(set(texts)) == 1 else None


def is_shape(finding: Finding | Group) -> bool:
    """Whether the rule is a shape's IRI, not the name of a check of another kind."""
    return finding.component is not None


def steady(report: Report) -> Report:
    """The report with its findings sorted, and blank nodes that have no label of their own numbered.

    The order is place, rule, focus node, path, value; findings without a place come last.
    """
    findings = sorted(report.findings, key=_order)
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"_:node{len(numbers) + 1}")

    def numbered(text: str | None) -> str | None:
        return _RANDOM.sub(number, text) if text is not None and text.startswith("_:") else text

    def told(text: str) -> str:
        return _RANDOM.sub(number, text) if "_:" in text else text

    return Report(
        [
            dataclasses.replace(
                finding,
                rule=told(finding.rule),
                message=told(finding.message),
                fix=finding.fix and told(finding.fix),
                focus_node=numbered(finding.focus_node),
                value=numbered(finding.value),
            )
            for finding in findings
        ],
        dict(sorted(report.focus_counts.items())),
    )


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    where = (0, place.file, place.line, place.column) if place else (1, "", 0, 0)
    path = path_text(finding.path) if finding.path else None
    texts = (finding.rule, finding.focus_node, path, finding.value, finding.component, finding.message)
    return (*where, *(_RANDOM.sub("_:", text) if text and "_:" in text else text or "" for text in texts))


def groups(report: Report) -> list[Group]:
    """The findings by severity (strongest first), rule and component; inside a group in report order."""

    def key(finding: Finding) -> tuple[int, str, str]:
        return _STRONGEST_FIRST[finding.severity], finding.rule, finding.component or ""

    found = []
    for _, together in groupby(sorted(report.findings, key=key), key):
        members = tuple(together)
        found.append(Group(members[0].rule, members[0].component, members[0].severity, members))
    return found


def unmet(report: Report) -> list[str]:
    """The shapes that met no focus node, sorted."""
    return [shape for shape, count in report.focus_counts.items() if count == 0]


def unknown_targets(report: Report) -> list[tuple[str, str]]:
    """Shape and target class, as terms, of the shapes whose target class no ontology declares; sorted."""
    return sorted(
        {
            (finding.focus_node, finding.value)
            for finding in report.findings
            if finding.path == _TARGET_CLASS and finding.focus_node and finding.value and not is_shape(finding)
        }
    )
