"""Findings in a stable order, grouped by what was broken."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby

from whence.findings import Finding, path_text, Report, Severity
from whence.namespaces import SH

_STRONGEST_FIRST = {severity: rank for rank, severity in enumerate(Severity)}
#: A blank node's label made up by the parser: different at every reading.
_RANDOM = re.compile(r"_:[0-9a-f]{24,32}(?![0-9A-Za-z])")
#: The strings of a triple term, and then its blank nodes.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BLANK = re.compile(r"_:[^\s<>()]+")
_TARGET_CLASS = ("pred", f"<{SH}targetClass>")


@dataclass(frozen=True)
class Group:
    """The findings of one rule, component and severity.

    :ivar message: the message all of them share, or None
    :ivar fix: the fix all of them share, or None
    """

    rule: str
    component: str | None
    severity: Severity
    findings: tuple[Finding, ...]

    @cached_property
    def message(self) -> str | None:
        return self._shared([finding.message for finding in self.findings])

    @cached_property
    def fix(self) -> str | None:
        return self._shared([finding.fix for finding in self.findings])

    @cached_property
    def told(self) -> bool:
        """Whether each finding says itself what is wrong, and how to mend it apart from that."""
        return all(finding.fix for finding in self.findings)

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
    of_data = set().union(*(blank_nodes(text) for one in findings for text in (one.focus_node, one.value) if text))
    of_shapes = {one.rule for one in findings if one.rule.startswith("_:")}
    labels = apart(of_data, of_shapes)
    taken = of_data | of_shapes
    free = (label for label in map("_:node{}".format, count(1)) if label not in taken)
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        if match[0] not in numbers:
            numbers[match[0]] = next(free)
        return numbers[match[0]]

    def numbered(text: str | None) -> str | None:
        return _RANDOM.sub(number, text) if text is not None and text.startswith("_:") else text

    def told(text: str) -> str:
        return _RANDOM.sub(number, text) if "_:" in text else text

    return Report(
        [
            dataclasses.replace(
                finding,
                rule=told(labels.get(finding.rule, finding.rule)),
                message=told(finding.message),
                fix=finding.fix and told(finding.fix),
                focus_node=numbered(finding.focus_node),
                value=numbered(finding.value),
            )
            for finding in findings
        ],
        dict(sorted(report.focus_counts.items())),
    )


def blank_nodes(term: str) -> set[str]:
    """The labels of the blank nodes in a term: its own, or those of a triple term.

    >>> sorted(blank_nodes('<<( _:a <x:p> "_:no" )>>')), blank_nodes('"_:no"')
    (['_:a'], set())
    """
    return set(_BLANK.findall(_STRING.sub("", term))) if term.startswith(("_:", "<<")) else set()


def apart(data: set[str], shapes: set[str]) -> dict[str, str]:
    """The blank nodes of the shapes whose labels the data has too, each with a label that nothing has.

    >>> apart({"_:a", "_:b"}, {"_:b", "_:b-shape"})
    {'_:b': '_:b-shape1'}
    """
    taken = data | shapes
    renamed: dict[str, str] = {}
    for label in sorted(data & shapes):
        renamed[label] = next(new for number in count() if (new := f"{label}-shape{number or ''}") not in taken)
        taken.add(renamed[label])
    return renamed


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
