"""The namespaces of the graph and the prefix map every face of whence shares."""

from __future__ import annotations

import re

__all__ = ["ASPECT", "ID", "OA", "PREFIXES", "SH", "VIEW", "VOCAB", "WH", "local", "shorten", "spaced"]

WH = "https://w3id.org/whence/ontology#"
VOCAB = "https://w3id.org/whence/vocab/"
ID = "https://w3id.org/whence/id/"
VIEW = "https://w3id.org/whence/view/"
ASPECT = VOCAB + "aspect/"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"

#: Prefix to namespace, alphabetical: what queries may use without declaring it and what exports declare.
PREFIXES: dict[str, str] = {
    "aspect": ASPECT,
    "character-type": VOCAB + "character-type/",
    "dcterms": "http://purl.org/dc/terms/",
    "genre": VOCAB + "genre/",
    "id": ID,
    "language": VOCAB + "language/",
    "lrmoo": "http://iflastandards.info/ns/lrm/lrmoo/",
    "oa": OA,
    "occupation": VOCAB + "occupation/",
    "office": VOCAB + "office/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "role": VOCAB + "role/",
    "schema": "https://schema.org/",
    "sh": SH,
    "shape": "https://w3id.org/whence/shape/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "style": VOCAB + "style/",
    "theme": VOCAB + "theme/",
    "topic": VOCAB + "topic/",
    "unit": VOCAB + "unit/",
    "vann": "http://purl.org/vocab/vann/",
    "view": VIEW,
    "vocab": VOCAB,
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "wh": WH,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
_LOCAL_UNSAFE = frozenset("/#?:;,()[]<>\"'\\ %")


def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI in angle brackets when no prefix fits.

    >>> shorten("https://w3id.org/whence/ontology#Claim")
    'wh:Claim'
    >>> shorten("https://example.org/x")
    '<https://example.org/x>'
    """
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and not local.startswith((".", "-")) and not local.endswith(".") and not _LOCAL_UNSAFE & set(local):
                return f"{prefix}:{local}"
    return f"<{iri}>"


def local(iri: str) -> str:
    """Return the last part of an IRI.

    >>> local("https://w3id.org/whence/ontology#Claim"), local("https://w3id.org/whence/vocab/role/director")
    ('Claim', 'director')
    """
    return iri.rpartition("#")[2].rpartition("/")[2]


def spaced(name: str) -> str:
    """Return the words of a name in camel case or with hyphens.

    >>> spaced("QuestionPremise"), spaced("voice-actor")
    ('question premise', 'voice actor')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("-", " ").lower()
