"""SPARQL texts: front matter, typed parameters, binding, and errors that show the spot."""

from __future__ import annotations

from whence.sparql.query import Query, parse, prologue
from whence.sparql.running import Solutions, check, is_plain, may_change, run, terms, written_out

__all__ = ["Query", "Solutions", "check", "is_plain", "may_change", "parse", "prologue", "run", "terms", "written_out"]
