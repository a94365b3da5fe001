"""The quality of an ontology, as `whence ontology` tells it: OWL 2 DL, annotations, pitfalls, undefined names, reasoning.

    from whence import ontology
    from whence.store import layout
    report = ontology.check(layout.locate()).report
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from whence.findings import Finding, Report
from whence.ontology import profile, reasoning
from whence.ontology.axioms import Axioms
from whence.ontology.terms import check_pitfalls, undefined_names, unused_terms
from whence.store.layout import GraphFiles
from whence.validation.places import located
from whence.validation.reading import read_graph
from whence.validation.stages import Outcome

__all__ = ["check"]


def check(files: GraphFiles, *, reason: bool = False, progress: Callable[[str], None] | None = None) -> Outcome:
    """Look for everything that could be better about the ontology of a graph directory, its vocabularies and alignment.

    :param reason: whether HermiT judges ontology and data too, as the extra `reason` installs it
    :param progress: told the name of each stage as it starts
    :returns: the report, each finding with its place; the dataset is left out. Only what cannot be read is told when
        something cannot.
    :raises InputError: a query file or the JSON-LD context cannot be read
    :raises UsageError: HermiT or a Java is missing
    """
    tell = progress or (lambda _: None)
    tell("reading")
    sources = read_graph(files)
    findings = list(sources.findings)
    if sources.readable:
        tell("profile and pitfalls")
        findings += chain(
            profile.check(Axioms(quad.triple for quad in sources.asserted)),
            check_pitfalls(sources.ontology, sources.asserted),
            undefined_names(files, sources.asserted, sources.shapes, sources.texts),
            unused_terms(files, sources.ontology, sources.asserted, sources.shapes),
        )
        if reason:
            tell("reasoning")
            findings += reasoning.reason(sources.ontology, sources.asserted, sources.texts)
    tell("places")
    found = located(findings, sources.texts, sources.asserted, sources.shapes)
    return Outcome(Report(_of_this_graph(files, found)), sources.texts, None, files.root)


def _of_this_graph(files: GraphFiles, findings: list[Finding]) -> list[Finding]:
    """Return the findings without what could be better about the model, or a graph that is included: that is for who brings these.

    What OWL or HermiT objects to stays, wherever it stands: it may come of the two together.
    """
    others = {files.display(path) for path in [*files.ontology, *files.shapes, *files.data, *files.queries, files.context] if not files.brings(path)}
    left = ("pitfall:", "ontology:undefined-name", "ontology:unused-term")
    return [one for one in findings if not one.place or one.place.file not in others or not one.rule.startswith(left)]
