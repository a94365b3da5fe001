"""Published files of a catalogue made claims and positions, as a mapping says (`ontology/MAPPINGS.md`)."""

from __future__ import annotations

from whence.mapping.engine import File, Made, names_of_mappings, pack_name, run
from whence.mapping.sources import read, Source, sources

__all__ = ["File", "Made", "Source", "names_of_mappings", "pack_name", "read", "run", "sources"]
