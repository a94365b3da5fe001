"""The namespaces of the model, the prefix map every face of whence shares, and below which IRIs things stand."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Mapping

WH = "https://w3id.org/whence/ontology#"
VOCAB = "https://w3id.org/whence/vocab/"
#: Of the things of the corpus that comes with whence; those of other graphs have IRIs of their own.
ID = "https://w3id.org/whence/id/"
VIEW = "https://w3id.org/whence/view/"
#: What the names of the graphs of packs begin with, and the IRIs of their things where a pack says no other.
PACK = "https://w3id.org/whence/pack/"
#: What FROM calls the default graph of the curated graph.
CURATED = "https://w3id.org/whence/graph/curated"
#: The graph of which things are the same one, as far as somebody decided it.
IDENTITY = "https://w3id.org/whence/graph/identity"
ASPECT = VOCAB + "aspect/"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"

#: Prefix to namespace, alphabetical, that no graph can take for itself.
BUILT_IN: dict[str, str] = {
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

#: What queries may use without declaring it and what exports declare: ours, and those of the graphs that were opened.
PREFIXES: dict[str, str] = dict(BUILT_IN)
#: The same, the longest namespace first.
_longest_first = sorted(BUILT_IN.items(), key=lambda item: -len(item[1]))
#: Every prefix and namespace ever declared for a graph, the last one first.
_declared = [("id", ID)]
_LOCAL_UNSAFE = frozenset("/#?:;,()[]<>\"'\\ %")


def declare(prefixes: Mapping[str, str]) -> None:
    """Let the prefixes of a graph shorten the IRIs of its things and be used in queries, from now on and in this process.

    Of two graphs that have one prefix, it is that of the graph declared last; the IRIs of the other are written in full.

    :param prefixes: prefix to the base of its own things, and after it those of the graphs that it includes
    """
    PREFIXES.update(prefixes)
    _longest_first[:] = sorted(PREFIXES.items(), key=lambda item: (-len(item[1]), item not in prefixes.items()))
    _declared[:] = [*prefixes.items(), *(item for item in _declared if item not in prefixes.items())]


def expansions(prefix: str) -> list[str]:
    """Return every namespace that a prefix was ever declared for, the likeliest first; empty when there is none."""
    found = [BUILT_IN[prefix]] if prefix in BUILT_IN else []
    return found or [namespace for known, namespace in _declared if known == prefix]


def bases() -> list[str]:
    """Return the IRIs below which things stand; first those of the graph that was opened last, its own before all."""
    return list(dict.fromkeys(base for _, base in _declared))


def prefixed(iri: str) -> tuple[str, str] | None:
    """Return the prefix of the graph that a thing belongs to, and what follows its base; None for an IRI below no base.

    >>> prefixed("https://w3id.org/whence/id/metallic-rouge"), prefixed("https://example.org/x")
    (('id', 'metallic-rouge'), None)
    """
    found = [(prefix, base) for prefix, base in _declared if iri.startswith(base) and PREFIXES[prefix] == base]
    prefix, base = max(found, key=lambda item: len(item[1]), default=("", ""))
    return (prefix, iri[len(base) :]) if found else None


def is_thing(iri: str) -> bool:
    """Report whether an IRI stands below the base of a graph, as those of its things do.

    >>> is_thing("https://w3id.org/whence/id/metallic-rouge"), is_thing("https://w3id.org/whence/vocab/role/director")
    (True, False)
    """
    return iri.startswith(tuple(base for _, base in _declared))


def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI in angle brackets when no prefix fits.

    >>> shorten("https://w3id.org/whence/ontology#Claim")
    'wh:Claim'
    >>> shorten("https://example.org/x")
    '<https://example.org/x>'
    """
    for prefix, namespace in _longest_first:
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and not local.startswith((".", "-")) and not local.endswith(".") and not _LOCAL_UNSAFE & set(local):
                return f"{prefix}:{local}"
    return f"<{iri}>"


def pack_of(graph: str) -> str:
    """Return the name of the pack of which an IRI is the graph, or that of a view; an empty text where it is neither.

    >>> pack_of("https://w3id.org/whence/pack/madb"), pack_of("https://w3id.org/whence/pack/madb/view/any"), pack_of("https://w3id.org/whence/pack/madb/C1")
    ('madb', 'madb', '')
    """
    name, _, rest = graph.removeprefix(PACK).partition("/")
    return name if graph.startswith(PACK) and (not rest or rest.startswith("view/")) else ""


def is_pack(graph: str) -> bool:
    """Report whether an IRI is that of the graph of a pack, and not that of a view of it.

    >>> is_pack("https://w3id.org/whence/pack/madb"), is_pack("https://w3id.org/whence/pack/madb/view/any")
    (True, False)
    """
    return "/" not in graph.removeprefix(PACK) and bool(pack_of(graph))


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
