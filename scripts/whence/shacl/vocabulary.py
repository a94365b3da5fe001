"""The terms SHACL is written in, as N-Triples strings, and the way between those and RDF terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.namespaces import PREFIXES, SH

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode

__all__ = [
    "FIRST", "IMPORTS", "INTEGER", "LANG_STRING", "NIL", "OWL_CLASS", "RDFS_CLASS", "REST", "STRING", "SUB_CLASS_OF",
    "TRUE", "TYPE", "XSD", "datatype_of", "is_blank", "is_iri", "is_literal", "lexical", "sh", "to_term",
]  # fmt: skip

_RDF = PREFIXES["rdf"]
_RDFS = PREFIXES["rdfs"]
XSD = PREFIXES["xsd"]
TYPE = f"<{_RDF}type>"
FIRST = f"<{_RDF}first>"
REST = f"<{_RDF}rest>"
NIL = f"<{_RDF}nil>"
LANG_STRING = f"<{_RDF}langString>"
SUB_CLASS_OF = f"<{_RDFS}subClassOf>"
RDFS_CLASS = f"<{_RDFS}Class>"
OWL_CLASS = f"<{PREFIXES['owl']}Class>"
IMPORTS = f"<{PREFIXES['owl']}imports>"
STRING = f"<{XSD}string>"
INTEGER = f"<{XSD}integer>"
TRUE = f'"true"^^<{XSD}boolean>'


def sh(name: str) -> str:
    """Return a term of the SHACL namespace in N-Triples syntax.

    >>> sh("path")
    '<http://www.w3.org/ns/shacl#path>'
    """
    return f"<{SH}{name}>"


def is_iri(term: str) -> bool:
    """Whether an N-Triples term is an IRI."""
    return term.startswith("<")


def is_blank(term: str) -> bool:
    """Whether an N-Triples term is a blank node."""
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    """Whether an N-Triples term is a literal."""
    return term.startswith('"')


def to_term(text: str) -> NamedNode | BlankNode | Literal:
    """Return the RDF term of an N-Triples string.

    >>> to_term('"a"@en').value
    'a'
    """
    import pyoxigraph

    if text.startswith("<"):
        return pyoxigraph.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return pyoxigraph.BlankNode(text[2:])
    quad = next(iter(pyoxigraph.parse(f"<x:s> <x:p> {text} .", format=pyoxigraph.RdfFormat.N_TRIPLES)))
    return quad.object  # type: ignore[no-any-return]


def lexical(term: str) -> str:
    """Return the IRI, label or lexical form inside an N-Triples term.

    >>> lexical("<https://example.org/x>"), lexical('"5"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ('https://example.org/x', '5')
    """
    if term.startswith("<"):
        return term[1:-1]
    if term.startswith("_:"):
        return term[2:]
    if "\\" in term:
        return to_term(term).value
    return term[1 : term.rindex('"')]


def datatype_of(literal: str) -> str:
    """Return the datatype of an N-Triples literal, as an N-Triples IRI.

    >>> datatype_of('"a"') == STRING, datatype_of('"a"@en') == LANG_STRING
    (True, True)
    """
    tail = literal[literal.rindex('"') + 1 :]
    if tail.startswith("^^"):
        return tail[2:]
    return LANG_STRING if tail.startswith("@") else STRING
