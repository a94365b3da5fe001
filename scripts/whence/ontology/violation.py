"""Findings of the OWL 2 DL check."""

from __future__ import annotations

from collections.abc import Mapping

from whence.findings import Finding, Severity
from whence.namespaces import shorten

__all__ = ["named", "violation"]


def named(name: str) -> str:
    """Return a property expression (`^iri` for an inverse) or IRI in prefixed form.

    >>> named("^https://w3id.org/whence/ontology#partOf")
    'inverse of wh:partOf'
    """
    return f"inverse of {shorten(name[1:])}" if name.startswith("^") else shorten(name)


def violation(rules: Mapping[str, str], rule: str, node: object, message: str, fix: str) -> Finding:
    """Return the finding of one rule.

    :param rules: rule to the section that demands it
    :param node: the term it is about, in the syntax of N-Triples when turned into text
    """
    return Finding(f"owl2dl:{rule}", Severity.VIOLATION, f"{message} ({rules[rule]})", fix, focus_node=str(node))
