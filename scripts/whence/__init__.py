"""whence: where does this work come from, who says so, and where exactly do they say it?

    import whence
    graph = whence.open()
    graph.query("influences-on-work", work="id:metallic-rouge")

Names are loaded when they are first used, since the command starts with this package too.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.api import Claims, Found, Graph, Hint, Influences, Rows, Text, Triples, open, query, validate
    from whence.errors import (
        InputError,
        LimitError,
        QueryError,
        RemoteError,
        UsageError,
        ValidationError,
        WhenceError,
    )

__all__ = [
    "Claims",
    "Found",
    "Graph",
    "Hint",
    "Influences",
    "InputError",
    "LimitError",
    "QueryError",
    "RemoteError",
    "Rows",
    "Text",
    "Triples",
    "UsageError",
    "ValidationError",
    "WhenceError",
    "open",
    "query",
    "validate",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from whence import api, errors

    return getattr(errors if name.endswith("Error") else api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
