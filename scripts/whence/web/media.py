"""Media types of answers, and choosing one by `Accept` (RFC 9110, sections 12.4.2 and 12.5.1)."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["DATA", "GRAPHS", "SOLUTIONS", "TABLES", "choose", "name_of", "quality"]

#: Format name to its media types, the registered one first; the first format answers `*/*`.
SOLUTIONS: dict[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
#: What named queries answer besides.
TABLES: dict[str, tuple[str, ...]] = {**SOLUTIONS, "markdown": ("text/markdown",), "table": ("text/plain",)}
GRAPHS: dict[str, tuple[str, ...]] = {
    "turtle": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples",),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
    "jsonld": ("application/ld+json", "application/json"),
    "trig": ("application/trig",),
    "nquads": ("application/n-quads",),
    "n3": ("text/n3",),
}
#: File name suffix to format of a description.
DATA: dict[str, str] = {"ttl": "turtle", "nt": "nt", "rdf": "rdfxml", "jsonld": "jsonld", "trig": "trig", "nq": "nquads", "n3": "n3"}
#: Other names clients use in `format=`, `output=` and `results=`.
_NAMES = {
    "srj": "json", "sparql-json": "json", "srx": "xml", "sparql-xml": "xml", "ttl": "turtle", "ntriples": "nt", "n-triples": "nt",
    "rdf": "rdfxml", "rdf+xml": "rdfxml", "rdf/xml": "rdfxml", "rdf-xml": "rdfxml", "json-ld": "jsonld", "nq": "nquads", "n-quads": "nquads",
    "md": "markdown", "text": "table", "txt": "table",
}  # fmt: skip
#: Names that mean another format where the answer is a graph.
_NAMES_OF_GRAPHS = {"xml": "rdfxml", "json": "jsonld"}


def name_of(word: str, offered: dict[str, tuple[str, ...]]) -> str | None:
    """Return the offered format that a word of a client stands for, or None.

    >>> name_of("XML", GRAPHS), name_of("text/csv", SOLUTIONS), name_of("html", SOLUTIONS)
    ('rdfxml', 'csv', None)
    """
    word = word.strip().lower()
    for name, types in offered.items():
        if word == name or word in types:
            return name
    name = _NAMES.get(word, word)
    if name not in offered:
        name = _NAMES_OF_GRAPHS.get(name, "")
    return name if name in offered else None


@lru_cache(maxsize=1024)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """Return the media ranges of a field with their qualities; what cannot be read is left out."""
    found = []
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = min(1.0, max(0.0, float(value)))
                except ValueError:
                    weight = 0.0
        if "/" in media or media == "*":
            found.append(("*/*" if media == "*" else media, weight))
    return tuple(found)


@lru_cache(maxsize=4096)
def quality(accept: str, media: str) -> float:
    """Return how much a client wants a media type: the weight of the most specific range that fits, else 0.

    >>> quality("text/*;q=0.5, text/csv;q=0", "text/csv"), quality("text/*;q=0.5", "text/csv")
    (0.0, 0.5)
    """
    kind = media.partition("/")[0]
    weights = dict(_ranges(accept))
    return weights.get(media, weights.get(f"{kind}/*", weights.get("*/*", 0.0)))


def choose(accept: str | None, offered: dict[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """Return format name and media type the client wants most, ties in the order offered; None for none.

    :param accept: the field's value; None or empty accepts everything

    >>> choose("text/csv;q=0.2, */*;q=0.1", SOLUTIONS)
    ('csv', 'text/csv')
    >>> choose("image/png", SOLUTIONS) is None
    True
    """
    if not accept or not accept.strip():
        name = next(iter(offered))
        return name, offered[name][0]
    best: tuple[str, str] | None = None
    highest = 0.0
    named = {media for media, _ in _ranges(accept)}
    for name, types in offered.items():
        for position, media in enumerate(types):
            if position and media not in named:
                continue  # a second name counts only where the client says it
            weight = quality(accept, media)
            if weight > highest:
                best, highest = (name, media), weight
    return best
