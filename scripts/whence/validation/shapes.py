"""What the shapes found: results as findings, and findings about the shapes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import Store

from whence.findings import Finding, Place, Severity
from whence.namespaces import SH, shorten
from whence.rdf.terms import term_of
from whence.shacl import Problem, ValidationReport
from whence.validation.places import places


def from_report(report: ValidationReport) -> tuple[list[Finding], dict[str, int]]:
    """Return one finding for each result of a validation report, and how many focus nodes each shape met."""
    findings = [
        Finding(
            result.source_shape.strip("<>"),
            severity_of(result.severity),
            _sentence(result.messages, result.component),
            None,
            result.focus_node,
            result.result_path,
            result.value,
            result.component.strip("<>"),
        )
        for result in report
    ]
    return findings, {shape.strip("<>"): count for shape, count in report.focus_counts.items()}


_SEVERITIES = {"unchecked": Severity.WARNING, "unknown": Severity.INFO, "inferred": Severity.INFO}


def about_shapes(problems: Iterable[Problem], texts: dict[str, str], shapes: Store) -> list[Finding]:
    """Return findings about the shapes themselves: ill-formed or recursive ones, and what was not understood.

    :param texts: display name to text of every file of shapes
    :param shapes: their triples, with the labels of blank nodes that the problems have
    """
    files, problems = list(texts), list(problems)
    findings = [
        Finding(
            f"shapes:{problem.kind}",
            _SEVERITIES.get(problem.kind, Severity.VIOLATION),
            problem.message,
            problem.fix,
            problem.node or None,
            ("pred", problem.predicate) if problem.predicate else None,
            problem.value,
        )
        for problem in problems
    ]
    found = []
    for problem, finding, place in zip(problems, findings, places(findings, texts, shapes), strict=True):
        value = None if (finding.value or "").startswith("_:") else finding.value  # such labels are made anew at each reading
        place = place or (Place(files[0], 1, 1) if len(files) == 1 else None)
        found.append(replace(finding, focus_node=problem.anchor, value=value, place=place))
    return found


def at_their_rules(findings: Iterable[Finding], report: ValidationReport, about: dict[Problem, Finding]) -> list[Finding]:
    """Return findings in which a node that no file holds has the place of the rule that inferred it.

    :param about: the finding about each problem of the report
    """
    origins = report.inferred.origins() if report.inferred else {}
    placed = ((one, None if one.place else origins.get(one.focus_node or "")) for one in findings)
    return [replace(one, place=about[problem].place) if problem else one for one, problem in placed]


def unmet(focus_counts: dict[str, int]) -> Iterator[Finding]:
    """Yield an information for each shape that met no focus node: its rule was not tried on anything."""
    for shape, count in sorted(focus_counts.items()):
        if count == 0:
            yield Finding(
                "shapes:unmet",
                Severity.INFO,
                f"The shape {shorten(shape)} met no focus node, so it checks nothing.",
                "Correct its target, or drop it until there is data for it.",
                focus_node=f"<{shape}>",
            )


def severity_of(iri: str) -> Severity:
    """Return the severity that an IRI of SHACL section 2.1.4 names; any other counts as a violation.

    >>> severity_of("<http://www.w3.org/ns/shacl#Warning>").value
    'Warning'
    """
    name = iri.strip("<>").removeprefix(SH)
    return Severity(name) if name in ("Info", "Warning") else Severity.VIOLATION


def _sentence(messages: Iterable[str], component: str) -> str:
    """Return the English message where there are several, else the first, else words for the component."""
    texts = [term_of(message) for message in messages]
    chosen = next((text for text in texts if (text.language or "").startswith("en")), texts[0] if texts else None)
    if chosen is not None:
        return chosen.value
    name = component.strip("<>").removeprefix(SH).removesuffix("ConstraintComponent")
    return f"The constraint sh:{name[:1].lower()}{name[1:]} is not met."
