"""The typed parameters of a named query: texts from a command line or a form become RDF terms.

A value is never pasted into a query. It becomes one term here and is bound by `whence.sparql.running`.
"""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from whence.errors import UsageError
from whence.namespaces import PREFIXES

XSD = PREFIXES["xsd"]

#: The types a parameter may have, each with the form of its values for messages.
TYPES: dict[str, str] = {
    "iri": "an IRI: a prefixed name such as id:metallic-rouge, or an absolute IRI",
    "string": "any text",
    "integer": "a whole number such as 12",
    "decimal": "a decimal number such as 2.5",
    "boolean": "true or false",
    "date": "a day in the form 2024-01-31",
    "lang-string": "a text with its language tag, such as Rouge@en",
}

_LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]+", re.ASCII),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII),
    "boolean": re.compile(r"true|false|0|1"),
}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_LANGUAGE = re.compile(r"(?P<text>.*)@(?P<tag>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)", re.DOTALL)


class Parameter:
    """One typed parameter of a query: the SPARQL variable of that name.

    :ivar name: the variable's name, without `?`
    :ivar type: one of `TYPES`
    :ivar default: the value used when none is given, as text, or None when one must be given
    :ivar description: what it means, or ""
    """

    __slots__ = ("default", "description", "name", "type")

    def __init__(self, name: str, type: str, default: str | None = None, description: str = "") -> None:
        self.name = name
        self.type = type
        self.default = default
        self.description = description

    def __repr__(self) -> str:
        return f"Parameter({self.name!r}, {self.type!r}, {self.default!r}, {self.description!r})"

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None


def term(parameter: Parameter, value: str) -> NamedNode | Literal:
    """Return the RDF term of a value, checked against the parameter's type.

    :raises UsageError: the value is not of the type

    >>> term(Parameter("work", "iri"), "id:metallic-rouge")
    <NamedNode value=https://w3id.org/whence/id/metallic-rouge>
    >>> term(Parameter("min", "integer"), "many")
    Traceback (most recent call last):
    whence.errors.UsageError: The parameter min cannot be "many". Give a whole number such as 12.
    """
    kind = parameter.type
    if "\x00" in value:
        raise _refused(parameter, value)
    if kind == "iri":
        try:
            return NamedNode(_absolute_iri(parameter, value))
        except ValueError:  # such as a host that is none
            raise _refused(parameter, value) from None
    if kind == "string":
        return Literal(value)
    if kind == "lang-string":
        match = _LANGUAGE.fullmatch(value)
        if match is None:
            raise _refused(parameter, value)
        return Literal(_unquoted(match["text"]), language=match["tag"])
    if kind == "date":
        _check_date(parameter, value)
    elif not _LEXICAL[kind].fullmatch(value):
        raise _refused(parameter, value)
    return Literal(value, datatype=NamedNode(XSD + kind))


def term_as_written(name: str, value: str) -> NamedNode | Literal:
    """Return the term of a value for a query that declares no type: read as Turtle would, else a plain string.

    `<iri>`, a prefixed name with one of our prefixes, `http(s)://...`, `true`, `12`, `2.5`, `"text"@en`;
    everything else is a string.

    >>> term_as_written("x", "12")
    <Literal value=12 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#integer>>
    >>> term_as_written("x", 'say "hi" }')
    <Literal value=say "hi" } datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#string>>
    """
    prefix, colon, _ = value.partition(":")
    if value.startswith("<") or value.startswith(("http://", "https://")) or (colon and prefix in PREFIXES):
        return term(Parameter(name, "iri"), value)
    for kind in ("integer", "decimal"):
        if _LEXICAL[kind].fullmatch(value):
            return term(Parameter(name, kind), value)
    if value in ("true", "false"):
        return term(Parameter(name, "boolean"), value)
    if value.startswith('"') and (match := _LANGUAGE.fullmatch(value)) and match["text"].endswith('"'):
        return term(Parameter(name, "lang-string"), value)
    return term(Parameter(name, "string"), value)


def _absolute_iri(parameter: Parameter, value: str) -> str:
    """Expand a prefixed name or take the brackets off; the IRI is absolute (RFC 3987 section 2.2)."""
    iri = value[1:-1] if value.startswith("<") and value.endswith(">") else value
    prefix, _, local = value.partition(":")
    if iri is value and prefix in PREFIXES and not local.startswith("//"):
        iri = PREFIXES[prefix] + local
    elif iri is value and prefix and not local.startswith("//") and prefix not in ("urn", "tag", "mailto", "doi"):
        raise _refused(parameter, value)
    if not _IRI.fullmatch(iri):
        raise _refused(parameter, value)
    return iri


def _check_date(parameter: Parameter, value: str) -> None:
    from datetime import date

    try:
        if len(value) != 10:
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError:
        raise _refused(parameter, value) from None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _refused(parameter: Parameter, value: str) -> UsageError:
    shown = value if len(value) <= 60 else value[:59] + "…"
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
    return UsageError(
        f'The parameter {parameter.name} cannot be "{shown}".',
        fix=f"Give {TYPES[parameter.type]}.",
    )
