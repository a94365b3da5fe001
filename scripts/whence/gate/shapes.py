"""Running the shapes: results as findings, and findings about the shapes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import Store

from whence.findings import Finding, Severity
from whence.namespaces import SH, shorten

if TYPE_CHECKING:
    from whence.shacl import ValidationReport

__all__ = ["ENGINES", "from_results", "run", "severity_of", "unmet"]

#: The SHACL engines that `run` knows: our own compiler, and the field's reference to compare with.
ENGINES = ("whence", "pyshacl")


def run(shapes: Store, data: Store, engine: str = "whence") -> tuple[list[Finding], dict[str, int]]:
    """Validate data against shapes.

    :param engine: one of `ENGINES`
    :returns: one finding a validation result, and for each shape with a target how many focus nodes it met
        (empty for pyshacl, which does not say)
    :raises InputError: when a shape is ill-formed or recursive
    :raises UsageError: when the engine is not installed
    """
    if engine == "pyshacl":
        from whence.gate.reference import run_pyshacl

        return run_pyshacl(shapes, data), {}
    from whence import shacl

    report = shacl.compile(shapes).validate(data)
    return from_results(report), {shape.strip("<>"): count for shape, count in report.focus_counts.items()}


def from_results(report: ValidationReport) -> list[Finding]:
    """Return one finding for each result of a validation report."""
    return [
        Finding(
            result.source_shape.strip("<>"),
            severity_of(result.severity),
            _sentence(result.messages, result.component),
            None,
            result.focus_node,
            result.path,
            result.value,
            result.component.strip("<>"),
        )
        for result in report
    ]


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
    from whence.shacl.vocabulary import to_term

    texts = [to_term(message) for message in messages]
    chosen = next((text for text in texts if (text.language or "").startswith("en")), texts[0] if texts else None)
    if chosen is not None:
        return chosen.value
    name = component.strip("<>").removeprefix(SH).removesuffix("ConstraintComponent")
    return f"The constraint sh:{name[:1].lower()}{name[1:]} is not met."
