"""What to offer somebody whose Turtle uses a prefix that is not declared."""

from __future__ import annotations

from collections.abc import Iterable

from whence.namespaces import PREFIXES
from whence.nearest import nearest

__all__ = ["undeclared_prefix"]


def undeclared_prefix(prefix: str, declared: Iterable[str]) -> tuple[str, str]:
    """The problem and its fix for a prefix (with its colon) that no directive declares.

    >>> undeclared_prefix("skos:", [])[1]
    'Add this line at the top: `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .`'
    """
    from whence.rdf.turtle.tokenizer import excerpt

    problem = f"The prefix `{excerpt(prefix)}` is not declared."
    namespace = PREFIXES.get(prefix[:-1])
    if namespace is not None:
        return problem, f"Add this line at the top: `@prefix {prefix} <{namespace}> .`"
    near = nearest(prefix, [*declared, *(f"{known}:" for known in PREFIXES)])
    if near:
        return problem, f"Did you mean `{near}`?"
    return problem, f"Add a line like this at the top: `@prefix {excerpt(prefix)} <...> .`"
