"""The terms SHACL is written in, as N-Triples strings, and what such strings are."""

from __future__ import annotations

from whence.namespaces import PREFIXES, SH
from whence.rdf.terms import term_of

_RDF = PREFIXES["rdf"]
_RDFS = PREFIXES["rdfs"]
XSD = PREFIXES["xsd"]
TYPE = f"<{_RDF}type>"
FIRST = f"<{_RDF}first>"
REST = f"<{_RDF}rest>"
NIL = f"<{_RDF}nil>"
REIFIES = f"<{_RDF}reifies>"
LANG_STRING = f"<{_RDF}langString>"
DIR_LANG_STRING = f"<{_RDF}dirLangString>"
SUB_CLASS_OF = f"<{_RDFS}subClassOf>"
RDFS_CLASS = f"<{_RDFS}Class>"
OWL_CLASS = f"<{PREFIXES['owl']}Class>"
IMPORTS = f"<{PREFIXES['owl']}imports>"
STRING = f"<{XSD}string>"
INTEGER = f"<{XSD}integer>"
TRUE = f'"true"^^<{XSD}boolean>'


DASH = "http://datashapes.org/dash#"
#: Namespaces of vocabularies whose own terms a shapes graph may declare; what they say of themselves is theirs.
VOCABULARIES = (SH, DASH, "http://topbraid.org/tosh#", "http://rdf4j.org/shacl-extensions#")


def sh(name: str) -> str:
    """Return a term of the SHACL namespace in N-Triples syntax.

    >>> sh("path")
    '<http://www.w3.org/ns/shacl#path>'
    """
    return f"<{SH}{name}>"


def is_iri(term: str) -> bool:
    """Whether an N-Triples term is an IRI."""
    return term.startswith("<") and not term.startswith("<<")


def is_blank(term: str) -> bool:
    """Whether an N-Triples term is a blank node."""
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    """Whether an N-Triples term is a literal."""
    return term.startswith('"')


def count_of(number: object) -> int:
    """Return the number of an integer literal; of one beyond all that can be counted, a number that is so too.

    >>> count_of('"2"^^<http://www.w3.org/2001/XMLSchema#integer>'), count_of(f'"{"9" * 5000}"^^<http://www.w3.org/2001/XMLSchema#integer>')
    (2, 1000000000000000000)
    """
    text = lexical(str(number))
    digits = text.lstrip("+-0")
    most = int(digits or 0) if len(digits) <= 18 else 10**18
    return -most if text.startswith("-") else most


def lexical(term: str) -> str:
    """Return the IRI, label or lexical form inside an N-Triples term.

    >>> lexical("<https://example.org/x>"), lexical('"5"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ('https://example.org/x', '5')
    """
    if is_iri(term):
        return term[1:-1]
    if is_blank(term):
        return term[2:]
    if term.startswith("<<"):
        return term
    if "\\" in term:
        return str(term_of(term).value)
    return term[1 : term.rindex('"')]


def datatype_of(literal: str) -> str:
    """Return the datatype of an N-Triples literal, as an N-Triples IRI.

    >>> datatype_of('"a"') == STRING, datatype_of('"a"@en') == LANG_STRING
    (True, True)
    """
    tail = literal[literal.rindex('"') + 1 :]
    if tail.startswith("^^"):
        return tail[2:]
    if not tail.startswith("@"):
        return STRING
    return DIR_LANG_STRING if "--" in tail else LANG_STRING
