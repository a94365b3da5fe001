"""Templates, with everything from data escaped, and the words they use."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from whence.namespaces import local, shorten, spaced
from whence.things import STANCES
from whence.things.claims import KINDS
from whence.web.pages.context import page_address
from whence.web.pages.picture import WIDTH

__all__ = ["heading", "prepare", "render"]


def heading(kind: str) -> str:
    """Return the heading of a class of claims.

    >>> heading("Casting"), heading("SomethingNew")
    ('Voices and performances', 'Something new')
    """
    return KINDS.get(kind, spaced(kind).capitalize())


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("whence.web.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    found.globals |= {"NODE_WIDTH": WIDTH, "STANCES": STANCES, "address": page_address, "heading": heading, "shorten": shorten}
    found.filters |= {"local": local, "spaced": spaced, "number": lambda value: f"{value:,}"}
    return found


def prepare() -> None:
    """Compile all templates, so that the first page need not wait for it."""
    for template in _environment().list_templates(extensions=["html"]):
        _environment().get_template(template)


def render(template: str, **values: Any) -> str:
    """Return a template filled in.

    :param template: a file name below `templates/`
    """
    return _environment().get_template(template).render(values)
