"""What can be done with SHACL property paths, the nested tuples of `whence.findings.Path`."""

from __future__ import annotations

from whence.findings import Path


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
