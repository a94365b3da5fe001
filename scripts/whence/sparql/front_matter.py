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

__all__ = ["FrontMatter", "read"]

_FIELDS = ("summary", "description", "tags", "severity", "message", "fix")
_SEVERITIES = ("violation", "warning", "info")
_FIELD = re.compile(r"(?P<key>[a-z][a-z-]*)(?:[ \t]+(?P<name>[^\s:]+))?[ \t]*:[ \t]*(?P<value>.*)")
#: `type = default -- description`; a default in quotation marks may hold ` -- `
_DECLARED = re.compile(r"(?P<type>[^\s=]*)\s*(?:=(?P<default>\s*\".*\"\s*|.*?))?(?:(?:^|\s)--(?:\s+(?P<description>.*))?)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class FrontMatter:
    """What the `#+` lines of one file say; fields that are missing are empty.

    :ivar lines: field name (or `param <name>`) to its 1-based line
    """

    __slots__ = ("description", "fix", "lines", "message", "parameters", "severity", "summary", "tags")

    def __init__(self) -> None:
        self.summary = ""
        self.description = ""
        self.tags: tuple[str, ...] = ()
        self.parameters: tuple[Parameter, ...] = ()
        self.severity = ""
        self.message = ""
        self.fix = ""
        self.lines: dict[str, int] = {}


def read(text: str, file: str | None = None) -> FrontMatter:
    """Read the `#+` lines that stand before the first line of the query.

    :raises InputError: a line is not understood, said twice, or a default is not of its type; with its line

    >>> read("#+ summary: Who?\\n#+ param min: integer = 2 -- at least\\nSELECT ...").parameters
    (Parameter('min', 'integer', '2', 'at least'),)
    """
    matter = FrontMatter()
    for number, key, name, value in _fields(text, file):
        label = f"{key} {name}" if name else key
        if label in matter.lines:
            raise InputError(f"The front matter says {label} twice.", fix="Keep one of the lines.", file=file, line=number)
        matter.lines[label] = number
        if key == "param":
            matter.parameters += (_parameter(name, value, file, number),)
        elif name or key not in _FIELDS:
            raise _unknown(label, file, number)
        elif key == "tags":
            matter.tags = _tags(value, file, number)
        elif key == "severity" and value not in _SEVERITIES:
            raise InputError(
                f'The severity "{value}" is unknown.', fix=f"Use one of {', '.join(_SEVERITIES)}.", file=file, line=number
            )
        else:
            setattr(matter, key, value)
    return matter


def _fields(text: str, file: str | None) -> list[tuple[int, str, str, str]]:
    """The fields as (line, key, name, value), with indented lines joined to the field they continue."""
    found: list[tuple[int, str, str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            break
        if not line.startswith("#+"):
            continue
        body = line[2:]
        if found and (body.startswith("   ") or body.startswith("\t")):
            start, key, name, value = found[-1]
            found[-1] = (start, key, name, f"{value} {body.strip()}".strip())
            continue
        match = _FIELD.fullmatch(body.strip())
        if match is None:
            raise InputError(
                "This front matter line is not understood.",
                fix="Write `#+ name: value`, or indent by three spaces to go on with the field above.",
                file=file,
                line=number,
            )
        found.append((number, match["key"], match["name"] or "", match["value"].strip()))
    return found


def _parameter(name: str, value: str, file: str | None, number: int) -> Parameter:
    """Read `type [= default] [-- description]`."""
    match = _DECLARED.fullmatch(value)
    kind, default, description = match.groups("") if match else (value, "", "")
    has_default = match is not None and match["default"] is not None
    if not _NAME.fullmatch(name):
        raise InputError(
            f'The parameter name "{name}" cannot be a SPARQL variable.',
            fix="Write `#+ param name: type = value -- meaning`, the name in letters, digits and _.", file=file, line=number,
        )
    if kind not in TYPES:
        raise InputError(
            f'The parameter {name} has the unknown type "{kind}".',
            fix=f"Use one of {', '.join(TYPES)}.", file=file, line=number,
        )
    text = default.strip()
    if kind == "string" and len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    parameter = Parameter(name, kind, text if has_default else None, description.strip())
    if has_default:
        try:
            term(parameter, text)
        except UsageError as error:
            raise InputError(error.problem, fix=error.fix, file=file, line=number) from None
    return parameter


def _tags(value: str, file: str | None, number: int) -> tuple[str, ...]:
    if not (value.startswith("[") and value.endswith("]")):
        raise InputError("The tags are not a list.", fix="Write `#+ tags: [one, two]`.", file=file, line=number)
    return tuple(tag for tag in (part.strip() for part in value[1:-1].split(",")) if tag)


def _unknown(label: str, file: str | None, number: int) -> InputError:
    return InputError(
        f'The front matter field "{label}" is unknown.',
        fix=f"Use one of {', '.join(_FIELDS)}, or `param name: type`.",
        file=file,
        line=number,
    )
