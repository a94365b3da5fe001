"""Running the shapes: results as findings, and findings about the shapes themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Store

from whence.findings import Finding, Severity
from whence.namespaces import SH, shorten

__all__ = ["ENGINES", "run", "unmet"]

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
    findings = [
        Finding(
            str(result.source_shape).strip("<>"),
            severity_of(str(result.severity)),
            _sentence(result.messages, str(result.component)),
            None,
            str(result.focus_node),
            None if result.path is None else str(result.path),
            None if result.value is None else str(result.value),
            str(result.component).strip("<>"),
        )
        for result in report.results
    ]
    return findings, {str(shape).strip("<>"): count for shape, count in report.focus_counts.items()}


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


def _sentence(messages: object, component: str) -> str:
    """Return the English message where there are several, else the first, else words for the component."""
    texts = list(messages or [])  # type: ignore[call-overload]
    for text in texts:
        if getattr(text, "language", None) in ("en", "en-us", "en-gb"):
            return text.value
    if texts:
        return getattr(texts[0], "value", None) or str(texts[0])
    name = component.strip("<>").removeprefix(SH).removesuffix("ConstraintComponent")
    return f"The constraint sh:{name[:1].lower()}{name[1:]} is not met."
