"""The `#+` lines on top of a query file: its question, its parameters, and what a check reports.

The form follows grlc and sib-swiss/sparql-examples: comment lines, so that a file stays plain SPARQL.

    #+ summary: Which influences on a work does a maker affirm?
    #+ description: Longer text,
    #+   which may go on in lines that are indented.
    #+ tags: [influence, policy]
    #+ param work: iri = id:metallic-rouge -- the work asked about
    #+ severity: violation
"""

from __future__ import annotations

import re

from whence.errors import InputError, UsageError
from whence.sparql.parameters import TYPES, Parameter, term

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

__all__ = ["FrontMatter", "read"]

_FIELDS = ("summary", "description", "tags", "severity", "message", "fix")
_SEVERITIES = ("violation", "warning", "info")
_FIELD = re.compile(r"(?P<key>[a-z][a-z-]*)(?:[ \t]+(?P<name>[^\s:]+))?[ \t]*:[ \t]*(?P<value>.*)")
#: `type = default -- description`; a default in quotation marks may hold ` -- `
_DECLARED = re.compile(r"(?P<type>[^\s=]*)\s*(?:=(?P<default>\s*\".*\"\s*|.*?))?(?:(?:^|\s)--(?:\s+(?P<description>.*))?)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class FrontMatter:
    """What the `#+` lines of one file say; fields that are missing are empty.

    :ivar places: field name (or `param <name>`) to the 1-based line and column
    """

    __slots__ = ("description", "fix", "message", "parameters", "places", "severity", "summary", "tags")

    def __init__(self) -> None:
        self.summary = ""
        self.description = ""
        self.tags: tuple[str, ...] = ()
        self.parameters: tuple[Parameter, ...] = ()
        self.severity = ""
        self.message = ""
        self.fix = ""
        self.places: dict[str, tuple[int, int]] = {}


def read(text: str, file: str | None = None) -> FrontMatter:
    """Read the `#+` lines that stand before the first line of the query.

    :raises InputError: a line is not understood, said twice, or a default is not of its type; with its line

    >>> read("#+ summary: Who?\\n#+ param min: integer = 2 -- at least\\nSELECT ...").parameters
    (Parameter('min', 'integer', '2', 'at least'),)
    """
    matter = FrontMatter()
    for field in _fields(text, file):
        key, name, value = field.key, field.name, field.value
        label = f"{key} {name}" if name else key
        if label in matter.places:
            raise InputError(f"The front matter says {label} twice.", fix="Keep one of the lines.", **field.at_key)
        matter.places[label] = (field.at_key["line"], field.at_key["column"])
        if key == "param":
            matter.parameters += (_parameter(field),)
        elif name or key not in _FIELDS:
            raise _unknown(label, field)
        elif key == "tags":
            matter.tags = _tags(field)
        elif key == "severity" and value not in _SEVERITIES:
            raise InputError(f'The severity "{value}" is unknown.', fix=f"Use one of {', '.join(_SEVERITIES)}.", **field.at_value)
        else:
            setattr(matter, key, value)
    return matter


class _Field:
    """One field: what it says, and where its key and its value start."""

    def __init__(self, match: re.Match[str], file: str | None, line: int) -> None:
        self.key: str = match["key"]
        self.name: str = match["name"] or ""
        self.value: str = match["value"].strip()
        self.at_key: dict[str, Any] = {"file": file, "line": line, "column": match.start("key") + 1}
        self.at_value: dict[str, Any] = {"file": file, "line": line, "column": match.start("value") + 1}


def _fields(text: str, file: str | None) -> list[_Field]:
    """The fields, with indented lines joined to the field they continue."""
    found: list[_Field] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            break
        if not line.startswith("#+"):
            continue
        body = line[2:]
        if found and (body.startswith("   ") or body.startswith("\t")):
            found[-1].value = f"{found[-1].value} {body.strip()}".strip()
            continue
        match = _FIELD.fullmatch(line.rstrip(), len(line) - len(body.lstrip()))
        if match is None:
            raise InputError(
                "This front matter line is not understood.",
                fix="Write `#+ name: value`, or indent by three spaces to go on with the field above.",
                file=file,
                line=number,
                column=1,
            )
        found.append(_Field(match, file, number))
    return found


def _parameter(field: _Field) -> Parameter:
    """Read `type [= default] [-- description]`."""
    name, value = field.name, field.value
    match = _DECLARED.fullmatch(value)
    kind, default, description = match.groups("") if match else (value, "", "")
    has_default = match is not None and match["default"] is not None
    if not _NAME.fullmatch(name):
        raise InputError(
            f'The parameter name "{name}" cannot be a SPARQL variable.',
            fix="Write `#+ param name: type = value -- meaning`, the name in letters, digits and _.", **field.at_key,
        )
    if kind not in TYPES:
        fix = f"Use one of {', '.join(TYPES)}."
        raise InputError(f'The parameter {name} has the unknown type "{kind}".', fix=fix, **field.at_value)
    text = default.strip()
    if kind == "string" and len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    parameter = Parameter(name, kind, text if has_default else None, description.strip())
    if has_default:
        try:
            term(parameter, text)
        except UsageError as error:
            raise InputError(error.problem, fix=error.fix, **field.at_value) from None
    return parameter


def _tags(field: _Field) -> tuple[str, ...]:
    value = field.value
    if not (value.startswith("[") and value.endswith("]")):
        raise InputError("The tags are not a list.", fix="Write `#+ tags: [one, two]`.", **field.at_value)
    return tuple(tag for tag in (part.strip() for part in value[1:-1].split(",")) if tag)


def _unknown(label: str, field: _Field) -> InputError:
    return InputError(
        f'The front matter field "{label}" is unknown.',
        fix=f"Use one of {', '.join(_FIELDS)}, or `param name: type`.",
        **field.at_key,
    )
