"""SHACL property paths (SHACL section 2.3.1) as nested tuples, and what can be done with them.

A path is `("pred", iri)`, `("inv", path)`, `("seq", path, ...)`, `("alt", path, ...)`, `("star", path)`,
`("plus", path)` or `("opt", path)`; IRIs are N-Triples terms, so a path is ready for JSON and for SPARQL.
"""

from __future__ import annotations

from collections.abc import Callable

from whence.shacl.vocabulary import FIRST, NIL, REST, sh

__all__ = [
    "Path", "inverse", "is_flat", "normal", "nonzero", "nullable", "path_from_json", "path_text", "path_triples", "predicate_of",
    "predicates_of",
]  # fmt: skip

Path = tuple  # type: ignore[type-arg]

_SUFFIX = {"star": "*", "plus": "+", "opt": "?"}
_PROPERTY = {
    "inv": sh("inversePath"), "alt": sh("alternativePath"), "star": sh("zeroOrMorePath"),
    "plus": sh("oneOrMorePath"), "opt": sh("zeroOrOnePath"),
}  # fmt: skip


def path_text(path: Path) -> str:
    """Return the SPARQL 1.1 property path.

    >>> path_text(("seq", ("pred", "<p>"), ("star", ("inv", ("pred", "<q>")))))
    '<p>/(^<q>)*'
    """
    kind = path[0]
    if kind == "pred":
        return str(path[1])
    if kind == "inv":
        return "^" + _grouped(path[1])
    if kind == "seq":
        return "/".join(_grouped(part) if part[0] in ("alt", "seq") else path_text(part) for part in path[1:])
    if kind == "alt":
        return "|".join(_grouped(part) if part[0] == "alt" else path_text(part) for part in path[1:])
    return _grouped(path[1]) + _SUFFIX[kind]


def _grouped(path: Path) -> str:
    return path_text(path) if path[0] == "pred" else f"({path_text(path)})"


def nullable(path: Path) -> bool:
    """Whether the path reaches its own start in no step.

    >>> nullable(("star", ("pred", "<p>"))), nullable(("seq", ("pred", "<p>"), ("opt", ("pred", "<q>"))))
    (True, False)
    """
    kind = path[0]
    if kind in ("star", "opt"):
        return True
    if kind == "seq":
        return all(nullable(part) for part in path[1:])
    if kind == "alt":
        return any(nullable(part) for part in path[1:])
    return nullable(path[1]) if kind in ("inv", "plus") else False


def nonzero(path: Path) -> Path:
    """Return a path that reaches the same nodes but for, where that is easy to say, the start itself.

    An engine then never enumerates every node of the graph for a zero-length path.

    >>> nonzero(("star", ("pred", "<p>")))
    ('plus', ('pred', '<p>'))
    """
    kind = path[0]
    if kind == "star":
        return ("plus", path[1])
    if kind == "opt":
        return nonzero(path[1])
    if kind == "alt":
        return ("alt", *(nonzero(part) for part in path[1:]))
    return path


def inverse(path: Path) -> Path:
    """Return the path walked backwards.

    >>> inverse(("seq", ("pred", "<p>"), ("inv", ("pred", "<q>"))))
    ('seq', ('pred', '<q>'), ('inv', ('pred', '<p>')))
    """
    kind = path[0]
    if kind == "pred":
        return ("inv", path)
    if kind == "inv":
        return normal(path[1])
    if kind == "seq":
        return ("seq", *(inverse(part) for part in reversed(path[1:])))
    return (kind, *(inverse(part) for part in path[1:]))


def normal(path: Path) -> Path:
    """Return the path with inverses on predicates only.

    >>> normal(("inv", ("star", ("pred", "<p>"))))
    ('star', ('inv', ('pred', '<p>')))
    """
    kind = path[0]
    if kind == "pred":
        return path
    if kind == "inv":
        return inverse(path[1])
    return (kind, *(normal(part) for part in path[1:]))


def predicate_of(path: Path | None) -> str | None:
    """Return the IRI of a predicate path, None for every other path."""
    return path[1] if path is not None and path[0] == "pred" else None


def predicates_of(path: Path) -> set[str]:
    """Return the IRIs of the predicates in a path.

    >>> sorted(predicates_of(("seq", ("pred", "<p>"), ("inv", ("pred", "<q>")))))
    ['<p>', '<q>']
    """
    if path[0] == "pred":
        return {path[1]}
    return set().union(*(predicates_of(part) for part in path[1:]))


def is_flat(path: Path) -> bool:
    """Whether a path has neither repetition nor optional parts."""
    if path[0] == "pred":
        return True
    return path[0] in ("inv", "seq", "alt") and all(is_flat(part) for part in path[1:])


def path_triples(path: Path, fresh: Callable[[], str]) -> tuple[str, list[tuple[str, str, str]]]:
    """Write a path as RDF (SHACL section 2.3.1).

    :param fresh: makes a new blank node at each call
    :returns: the path's node and the triples that describe it, in N-Triples terms
    """
    kind = path[0]
    if kind == "pred":
        return path[1], []
    if kind == "seq":
        return _list(path[1:], fresh)
    node = fresh()
    inner, triples = _list(path[1:], fresh) if kind == "alt" else path_triples(path[1], fresh)
    return node, [(node, _PROPERTY[kind], inner), *triples]


def _list(parts: tuple[Path, ...], fresh: Callable[[], str]) -> tuple[str, list[tuple[str, str, str]]]:
    triples: list[tuple[str, str, str]] = []
    tail = NIL
    for part in reversed(parts):
        item, described = path_triples(part, fresh)
        cell = fresh()
        triples = [(cell, FIRST, item), (cell, REST, tail), *described, *triples]
        tail = cell
    return tail, triples


def path_from_json(value: object) -> Path | None:
    """Return the path that JSON turned into nested lists."""
    if value is None:
        return None
    return tuple(path_from_json(part) if isinstance(part, list) else part for part in value)  # type: ignore[attr-defined]
