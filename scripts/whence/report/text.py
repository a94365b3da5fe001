"""The report for people: grouped by rule, the lines quoted, the fix last."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import partial

from whence.findings import Finding, Report
from whence.namespaces import shorten
from whence.report.order import Group, groups, unknown_targets, unmet
from whence.report.words import clipped, component_name, problem, quoted, rule_name, subject_words, summary, term_words

_WIDTH = 100


def render(report: Report, sources: Mapping[str, str], limit: int | None) -> str:
    """Plain text with at most `limit` examples of each rule."""
    paragraphs = [summary(report)]
    paragraphs += [_group(group, sources, limit) for group in groups(report)]
    paragraphs += _sections(report)
    return "\n\n".join(paragraphs) + "\n"


def _group(group: Group, sources: Mapping[str, str], limit: int | None) -> str:
    severity = group.severity.value
    name, component, wrong = rule_name(group), component_name(group.component), problem(group)
    number = len(group.findings)
    times = f", {number:,} times" if number > 1 else ""
    if wrong:
        lines = [f"{severity}: {wrong}{times} ({name}, {component})"]
    else:
        lines = [f"{severity}: {name}" + (f" ({component})" if component else "") + times]
    if group.message:
        lines.append(f"  {clipped(group.message)}")
    shown = group.findings if limit is None else group.findings[:limit]
    for finding in shown:
        lines += _example(finding, group, sources)
    if number > len(shown):
        lines.append(f"  ... and {number - len(shown):,} more")
    if group.fix:
        lines.append(f"  Fix: {clipped(group.fix)}")
    return "\n".join(lines)


def _example(finding: Finding, group: Group, sources: Mapping[str, str]) -> list[str]:
    parts = [clipped(str(finding.place))] if finding.place else []
    about = subject_words(finding)
    lines = ["  " + ": ".join([*parts, about] if about else parts)] if parts or about else []
    if not group.message:
        lines.append(f"    {clipped(finding.message)}")
    quote = quoted(finding.place, sources) if finding.place else None
    if finding.place and quote:
        lines += [f"{finding.place.line:>6} | {quote[0].rstrip()}", f"       | {quote[1]}"]
    if finding.fix and not group.fix:
        lines.append(f"    Fix: {clipped(finding.fix)}")
    return lines


def _sections(report: Report) -> list[str]:
    none = [shorten(shape) for shape in unmet(report)]
    unknown = [f"{term_words(shape)} targets {term_words(target)}" for shape, target in unknown_targets(report)]
    titled = (("Shapes that met no focus node", none), ("Shapes whose target class is unknown", unknown))
    fill = partial(textwrap.fill, width=_WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [fill(f"{title}: {', '.join(entries)}.") for title, entries in titled if entries]
