"""The addresses of things: which IRI of ours stands for which path below `/page/` and `/data/`."""

from __future__ import annotations

from pyoxigraph import NamedNode

from whence.namespaces import ID, PREFIXES, VIEW, VOCAB, WH
from whence.web.http.problems import Problem

__all__ = ["iri_of", "path_of", "valid"]

_ROOT = ID.removesuffix("id/")
_SHAPE = PREFIXES["shape"]


def iri_of(path: str) -> str:
    """Return the IRI that a path below `/page/` or `/data/` stands for.

    >>> iri_of("metallic-rouge")
    'https://w3id.org/whence/id/metallic-rouge'
    >>> iri_of("ontology/Claim"), iri_of("vocab/role/director")
    ('https://w3id.org/whence/ontology#Claim', 'https://w3id.org/whence/vocab/role/director')
    """
    first, _, rest = path.partition("/")
    if first == "ontology":
        return WH + rest if rest else WH.removesuffix("#")
    if first in ("vocab", "shape", "view"):
        return _ROOT + path
    return ID + path


def path_of(iri: str) -> str | None:
    """Return the path below `/page/` and `/data/` of an IRI of ours, or None.

    >>> path_of("https://w3id.org/whence/ontology#Claim"), path_of("https://example.org/")
    ('ontology/Claim', None)
    """
    if iri.startswith(WH):
        return "ontology/" + iri.removeprefix(WH)
    if iri == WH.removesuffix("#"):
        return "ontology"
    if iri.startswith(ID):
        return iri.removeprefix(ID)
    if iri.startswith((VOCAB, _SHAPE, VIEW)):
        return iri.removeprefix(_ROOT)
    return None


def valid(iri: str) -> str:
    """Return an IRI that can be one.

    :raises Problem: 404 when it has characters an IRI cannot have
    """
    try:
        NamedNode(iri)
    except ValueError:
        raise Problem(404, "There is nothing here by this name: it has characters an IRI cannot have.") from None
    return iri
