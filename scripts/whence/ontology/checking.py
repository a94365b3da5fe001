"""Runs the check queries of `pitfalls/` over an ontology: annotations, FAIR metadata, common modelling pitfalls.

The pitfalls follow OOPS! (Poveda-Villalón, Gómez-Pérez and Suárez-Figueroa 2014) where they have a counterpart there;
each query says on top what it asks, how bad it is, and how to mend it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import Store

from whence.findings import Finding
from whence.validation.checks import run_checks

__all__ = ["check_pitfalls", "pitfalls"]

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pitfalls")


def pitfalls() -> list[str]:
    """Return the names of the check queries, sorted."""
    return sorted(name.removesuffix(".rq") for name in os.listdir(_FOLDER) if name.endswith(".rq"))


def check_pitfalls(store: Store) -> Iterator[Finding]:
    """Yield the findings of all check queries, by name and then in the order of their rows.

    :param store: the ontology with its vocabularies and alignment, without data
    """
    paths = {name: os.path.join(_FOLDER, f"{name}.rq") for name in pitfalls()}
    for finding in run_checks(store, [(name, path, path) for name, path in paths.items()]):
        yield replace(finding, rule=finding.rule.replace("check:", "pitfall:", 1))
