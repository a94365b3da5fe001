"""Finding things by name: IRIs, prefixed names, slugs, labels, and every form a document prints, misspellings too."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from whence.namespaces import ID, PREFIXES, shorten

__all__ = ["Match", "find", "label", "plain", "suggest"]

_PREF = NamedNode(PREFIXES["skos"] + "prefLabel")
_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
_FILE = NamedNode(PREFIXES["wh"] + "fileName")

_NAMES = """
SELECT ?thing ?name ?rank WHERE {
  { ?thing skos:prefLabel ?name BIND(0 AS ?rank) }
  UNION { ?thing skos:altLabel ?name BIND(1 AS ?rank) }
  UNION { ?thing wh:fileName ?name BIND(1 AS ?rank) }
  UNION { ?naming wh:printedForm ?name ; wh:entity ?thing BIND(2 AS ?rank) }
  UNION { ?thing rdfs:label ?name BIND(3 AS ?rank) MINUS { ?thing wh:attests ?claim } MINUS { ?thing a wh:Claim } }
}
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that was found.

    :ivar iri: the thing
    :ivar name: the name by which it was found
    """

    iri: str
    name: str


def find(store: Store, name: str) -> list[Match]:
    """Return the things that have a name, the likeliest first; empty when none has.

    A name is an IRI, a prefixed name, a slug below `id:`, a label in any language, a form printed in a document,
    or the file name of a document. Case, accents, punctuation and width of letters do not matter for the last four.
    """
    for iri in _as_iris(name):
        if next(store.quads_for_pattern(NamedNode(iri), None, None), None) is not None:
            return [Match(iri, name)]
    wanted = plain(name)
    best: dict[str, tuple[int, str]] = {}
    for iri, printed, rank in _names(store):
        if plain(printed) == wanted or (name and rank == 1 and printed.rpartition(".")[0] == name):
            best[iri] = min(best.get(iri, (rank, printed)), (rank, printed))
    ranked = sorted(best.items(), key=lambda item: (item[1][0], not item[0].startswith(ID), item[0]))
    return [Match(iri, printed) for iri, (_, printed) in ranked]


def suggest(store: Store, name: str, limit: int = 3) -> list[Match]:
    """Return things with a similar name, the most similar first; empty when nothing is similar."""
    import difflib

    known: dict[str, Match] = {}
    for iri, printed, _ in sorted(_names(store), key=lambda entry: entry[2]):
        known.setdefault(plain(printed), Match(iri, printed))
        if iri.startswith(ID):
            known.setdefault(plain(iri.removeprefix(ID).replace("-", " ")), Match(iri, printed))
    wanted = plain(name.removeprefix("id:").replace("-", " "))
    matches: list[Match] = []
    for close in difflib.get_close_matches(wanted, known, n=limit * 3, cutoff=0.6):
        if all(match.iri != known[close].iri for match in matches):
            matches.append(known[close])
    inside = [match for plain, match in known.items() if len(wanted) > 2 and wanted in plain]
    for match in inside:
        if all(match.iri != other.iri for other in matches):
            matches.append(match)
    return matches[:limit]


def label(store: Store, iri: str) -> str:
    """Return the name to show for a thing: its English label, else any, else its file name, else its short IRI."""
    node = NamedNode(iri)
    for predicate in (_PREF, _LABEL, _FILE):
        found = [quad.object for quad in store.quads_for_pattern(node, predicate, None)]
        if found:
            chosen = min(found, key=lambda text: (text.language not in ("en", None), text.language or "", text.value))
            return chosen.value
    return shorten(iri)


def _names(store: Store) -> list[tuple[str, str, int]]:
    rows = store.query(_NAMES, prefixes=PREFIXES)
    return [
        (row["thing"].value, row["name"].value, int(row["rank"].value))
        for row in rows
        if isinstance(row["thing"], NamedNode)
    ]


def _as_iris(name: str) -> list[str]:
    """Return the IRIs that a text may stand for, as far as they are IRIs at all."""
    candidates = [name[1:-1] if name.startswith("<") and name.endswith(">") else name]
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES:
        candidates.append(PREFIXES[prefix] + local)
    candidates.append(ID + name)
    return [iri for iri in candidates if _is_iri(iri)]


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def plain(name: str) -> str:
    """Return a name without case, accents, punctuation and differences of width.

    >>> plain("Naohiro  FUKUSHIMA!")
    'naohiro fukushima'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else "" if unicodedata.combining(c) and ord(c) < 0x370 else " " for c in decomposed)
    return " ".join(kept.split()) or name.strip().casefold()
