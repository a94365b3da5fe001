"""The quality of the ontology: annotations, metadata, modelling pitfalls, references, and the OWL 2 DL profile.

All of it runs offline. HermiT's verdict on consistency belongs to the tests.

    from whence import ontology
    from whence.store import layout
    findings = list(ontology.check(layout.locate()))
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Store

from whence.findings import Finding
from whence.store.layout import GraphFiles
from whence.ontology import profile
from whence.ontology.axioms import Axioms
from whence.ontology.checking import check_pitfalls
from whence.ontology.references import check_references, unused_terms

__all__ = ["check"]


def check(files: GraphFiles) -> Iterator[Finding]:
    """Yield everything that could be better about the ontology, its vocabularies and alignment.

    :param files: the graph directory
    :returns: findings by kind: OWL 2 DL (over the data too), check queries, undefined IRIs, unused terms
    :raises InputError: a file cannot be read or parsed
    """
    ontology, whole = Store(), Store()
    for path in files.ontology:
        ontology.load(path=path)
        whole.load(path=path)
    for path in files.data:
        whole.load(path=path)
    yield from profile.check(Axioms(quad.triple for quad in whole))
    yield from check_pitfalls(ontology)
    yield from check_references(files)
    yield from unused_terms(files)
