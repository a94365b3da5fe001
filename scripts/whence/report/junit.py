"""The report as JUnit XML, for build servers: a suite for each rule, a test case for each finding."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from whence.findings import Finding, Report, Severity
from whence.namespaces import shorten
from whence.rdf.terms import as_xml
from whence.report.order import Group, groups, is_shape, unmet
from whence.report.words import clipped, component_name, count, quoted, rule_name, subject_words


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """Violations are failures; warnings and infos pass with a note.

    One more suite has a case for each shape with a target: passed with its focus nodes, or skipped for want of any.
    """
    suites = [_suite(group, sources) for group in groups(report)]
    suites += _focus_suite(report)
    tests = len(report.findings) + len(report.focus_counts)
    failures = sum(finding.severity is Severity.VIOLATION for finding in report.findings)
    body = _element("testsuites", suites, "", name="whence validate", tests=tests, failures=failures, errors=0)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{as_xml(body)}\n'


def _suite(group: Group, sources: Mapping[str, str]) -> str:
    cases = [_case(finding, sources) for finding in group.findings]
    failures = len(cases) if group.severity is Severity.VIOLATION else 0
    component = component_name(group.component)
    name = rule_name(group) + (f" ({component})" if component else "")
    return _element("testsuite", cases, name=name, tests=len(cases), failures=failures, errors=0)


def _focus_suite(report: Report) -> list[str]:
    skipped = ['      <skipped message="The shape met no focus node."/>']
    cases = [
        _element(
            "testcase", [] if number else skipped, "    ", classname=shorten(shape), name=count(number, "focus node")
        )
        for shape, number in report.focus_counts.items()
    ]
    numbers = {"tests": len(cases), "failures": 0, "errors": 0, "skipped": len(unmet(report))}
    return [_element("testsuite", cases, "  ", name="focus nodes met", **numbers)] if cases else []


def _case(finding: Finding, sources: Mapping[str, str]) -> str:
    where = {"file": clipped(finding.place.file), "line": finding.place.line} if finding.place else {}
    name = subject_words(finding) or (str(finding.place) if finding.place else finding.rule)
    classname = rule_name(finding) if is_shape(finding) else finding.rule
    lines = [str(finding.place)] if finding.place else []
    quote = quoted(finding.place, sources) if finding.place else None
    lines += quote or ()
    lines += [f"Fix: {finding.fix}"] if finding.fix else []
    text = escape("\n".join(clipped(line) for line in lines))
    if finding.severity is Severity.VIOLATION:
        kind = component_name(finding.component) or finding.rule
        inner = f"      <failure{_attributes(type=clipped(kind), message=clipped(finding.message))}>{text}</failure>"
    else:
        note = f"{finding.severity.value}: {clipped(finding.message)}"
        inner = f"      <system-out>{escape(note)}\n{text}</system-out>"
    return _element("testcase", [inner], "    ", classname=clipped(classname), name=clipped(name), **where)


def _element(tag: str, children: list[str], indent: str = "  ", **attributes: object) -> str:
    opening = f"{indent}<{tag}{_attributes(**attributes)}"
    return "\n".join([f"{opening}>", *children, f"{indent}</{tag}>"]) if children else f"{opening}/>"


def _attributes(**attributes: object) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
