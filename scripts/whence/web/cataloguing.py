"""The named queries of the graph being served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence import catalog
from whence.store.layout import GraphFiles

if TYPE_CHECKING:
    from whence.catalog import Catalog
    from whence.web.serving import Serving

__all__ = ["listing", "load"]


def load(site: Serving) -> Catalog:
    """Return the catalogue of the graph being served, read once."""
    kept = site.published.kept
    if "catalog" not in kept:
        kept["catalog"] = catalog.load(GraphFiles(site.published.root))
    return kept["catalog"]


def listing(site: Serving, base: str) -> list[dict[str, object]]:
    """Return every named query as a plain record: name, kind, question, parameters, address."""
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "summary": one.summary,
            "description": one.description,
            "tags": list(one.tags),
            "parameters": [
                {"name": parameter.name, "type": parameter.type, "default": parameter.default, "description": parameter.description}
                for parameter in one.parameters
            ],
            "address": f"{base}query/{one.name}",
        }
        for one in load(site)
    ]
