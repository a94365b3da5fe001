"""RDF 1.1 Turtle: tokens with places, reading, positions of triples, stable formatting.

Everything is loaded when it is first asked for, so a command that only parses does not pay for the
formatter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whence.rdf.turtle.formatting import format_files, format_text
    from whence.rdf.turtle.positions import Positions
    from whence.rdf.turtle.reading import diagnose, parse, read
    from whence.rdf.turtle.tokenizer import excerpt, Token, tokens

__all__ = ["Positions", "Token", "diagnose", "excerpt", "format_files", "format_text", "parse", "read", "tokens"]

_HOMES = {
    "Positions": "positions",
    "Token": "tokenizer",
    "diagnose": "reading",
    "excerpt": "tokenizer",
    "format_files": "formatting",
    "format_text": "formatting",
    "parse": "reading",
    "read": "reading",
    "tokens": "tokenizer",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
