"""What commands and pages give as JSON of the relations of things: one document each, whatever face asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whence.things.comparison import Comparison
from whence.things.disagreements import Disagreement
from whence.things.index import Index
from whence.things.sources import Slot
from whence.things.timeline import Entry


def thing(index: Index, iri: str) -> dict[str, str]:
    """Return a thing by its IRI and name."""
    return {"iri": iri, "name": index.label(iri)}


def compared(index: Index, found: Comparison) -> dict[str, Any]:
    """Return a comparison with the two things that it is of."""
    return {"first": thing(index, found.first), "second": thing(index, found.second), **found.as_dict()}


def dated(index: Index, iri: str, found: Iterable[Entry]) -> dict[str, Any]:
    """Return the timeline of a thing."""
    return {"thing": thing(index, iri), "entries": [entry.as_dict() for entry in found]}


def disputed(index: Index, iri: str, found: Iterable[Disagreement]) -> dict[str, Any]:
    """Return the disagreements about a thing, or where the IRI is empty those of the whole graph."""
    return {"thing": thing(index, iri) if iri else None, "disagreements": [one.as_dict() for one in found]}


def told(index: Index, iri: str, found: Iterable[Slot]) -> dict[str, Any]:
    """Return what articles and catalogues answer about a thing, by question; its other IRIs are those decided to be the same."""
    others = [{**thing(index, other), "catalogue": index.catalogue(other) or None} for other in index.same(iri)]
    return {"thing": thing(index, iri), "same": others, "questions": [slot.as_dict() for slot in found]}
