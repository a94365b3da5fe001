"""Choosing a format by `Accept` (RFC 9110, sections 12.4.2 and 12.5.1), or by a word of the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from whence.rdf.formats import GRAPHS, Format, by_name

#: What people read.
HTML = Format("html", "text/html application/xhtml+xml", "html")
#: File name suffix to format of a description.
DATA: dict[str, str] = {one.endings[0]: name for name, one in GRAPHS.items()}


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


def chosen(words: Iterable[str], accept: str | None, offered: Mapping[str, Format]) -> tuple[str, str] | None:
    """Return format name and media type for the first word that means one, else by `Accept`; None for none."""
    named = next((found for word in words if (found := by_name(word, offered))), None)
    return (named, offered[named].media_type) if named else choose(accept, offered)


def choose(accept: str | None, offered: Mapping[str, Format]) -> tuple[str, str] | None:
    """Return format name and media type the client wants most, ties in the order offered; None for none.

    :param accept: the field's value; None or empty accepts everything

    >>> from whence.rdf.formats import SOLUTIONS
    >>> choose("text/csv;q=0.2, */*;q=0.1", SOLUTIONS)
    ('csv', 'text/csv')
    >>> choose("image/png", SOLUTIONS) is None
    True
    """
    if not accept or not accept.strip():
        name = next(iter(offered))
        return name, offered[name].media_type
    best: tuple[str, str] | None = None
    highest = 0.0
    named = {media for media, _ in _ranges(accept)}
    for name, one in offered.items():
        for position, media in enumerate(one.media_types):
            if position and media not in named:
                continue  # a second name counts only where the client says it
            weight = quality(accept, media)
            if weight > highest:
                best, highest = (name, media), weight
    return best


def offered_types(offered: Mapping[str, Format]) -> str:
    """Return the media types of formats in words.

    >>> from whence.rdf.formats import SOLUTIONS
    >>> offered_types(SOLUTIONS)
    'application/sparql-results+json, application/sparql-results+xml, text/csv, text/tab-separated-values'
    """
    return ", ".join(one.media_type for one in offered.values())
