"""The addresses of things: which IRI stands for which path below `/page/` and `/data/`.

A thing of the corpus that comes with whence has its slug for a path, one of another graph its prefix and its slug.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import NamedNode

from whence.namespaces import BUILT_IN, ID, PREFIXES, VIEW, VOCAB, WH, bases, prefixed
from whence.web.http.problems import Problem

_ROOT = ID.removesuffix("id/")
_SHAPE = BUILT_IN["shape"]


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
    if rest and first in PREFIXES and first not in BUILT_IN:
        return PREFIXES[first] + rest
    return ID + path


def path_of(iri: str) -> str | None:
    """Return the path below `/page/` and `/data/` of an IRI of a graph or of the model, or None.

    >>> path_of("https://w3id.org/whence/ontology#Claim"), path_of("https://example.org/")
    ('ontology/Claim', None)
    """
    if iri.startswith(WH):
        return "ontology/" + iri.removeprefix(WH)
    if iri == WH.removesuffix("#"):
        return "ontology"
    found = prefixed(iri)
    if found is not None and found[1]:
        return found[1] if found[0] == "id" else "/".join(found)
    if iri.startswith((VOCAB, _SHAPE, VIEW)):
        return iri.removeprefix(_ROOT)
    return None


def named(iri: str) -> str:
    """Return the IRI to show of a thing that there is not: a slug of ours may be meant for one of the graph that is served."""
    own = bases()[0]
    return own + iri.removeprefix(ID) if iri.startswith(ID) else iri


def below(variable: str, bases: Iterable[str]) -> str:
    """Return the condition of SPARQL that a variable is an IRI below one of some bases.

    >>> below("?s", ["https://example.org/id/"])
    'STRSTARTS(STR(?s), "https://example.org/id/")'
    """
    return " || ".join(f'STRSTARTS(STR({variable}), "{base}")' for base in bases)


def valid(iri: str) -> str:
    """Return an IRI that can be one.

    :raises Problem: 404 when it has characters an IRI cannot have
    """
    try:
        NamedNode(iri)
    except ValueError:
        raise Problem(404, "There is nothing here by this name: it has characters an IRI cannot have.") from None
    return iri


def as_written(path: str, raw: str, knows: Callable[[str], bool]) -> str:
    """Return the path of a request as its address writes it, percent signs and all, where only so it names a thing that is known.

    :param path: with its percent signs decoded, which is what an address mostly means
    :param raw: as the address has it

    >>> as_written('/id/">', "/id/%22%3E", lambda iri: iri.endswith("/id/%22%3E"))
    '/id/%22%3E'
    >>> as_written("/id/a b", "/id/a%20b", lambda iri: False)
    '/id/a b'
    """

    def known(written: str) -> bool:
        _, first, rest = written.split("/", 2) if written.count("/") > 1 else ("", "", "")
        named = rest if first in ("id", "page", "data") else f"{first}/{rest}"
        try:
            return any(knows(str(NamedNode(iri_of(one)).value)) for one in (named, named.rpartition(".")[0]) if one)
        except ValueError:  # no IRI has such characters
            return False

    return raw if not known(path) and known(raw) else path
