"""The `#+` lines on top of a query file: its question, its parameters, and what a check reports.

The form follows grlc and sib-swiss/sparql-examples: comment lines, so that a file stays plain SPARQL.

    #+ summary: Which influences on a work does a maker affirm?
    #+ description: Longer text,
    #+   which may go on in lines that are indented.
    #+ asks: What influenced {work?}?
    #+ tags: [influence, policy]
    #+ param work: iri = id:metallic-rouge -- the work asked about
    #+ severity: violation

`asks`, which may stand in any number of lines, is a question in the words people use. `{work}` is a parameter that the question must
name; `{work?}` one that takes its default where the question names none. `{speaker:person}` takes only a thing of the class wh:Person;
without a class it is that of the parameter's own name, where there is such a class. `[unit=unit:year]` at the end sets a parameter.
"""

from __future__ import annotations

import re

from whence.errors import InputError, UsageError
from whence.sparql.parameters import TYPES, Parameter, term

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any

#: Where a comment of SPARQL ends (section 19.4), and with it a line that is counted; other marks of a line's end are letters in it.
_LINE_END = re.compile(r"(\r\n|\n|\r)")
_FIELDS = ("summary", "description", "tags", "severity", "message", "fix")
_SEVERITIES = ("violation", "warning", "info")
_FIELD = re.compile(r"(?P<key>[a-z][a-z-]*)(?:[ \t]+(?P<name>[^\s:]+))?[ \t]*:[ \t]*(?P<value>.*)")
#: `type = default -- description`; a default in quotation marks may hold ` -- `
_DECLARED = re.compile(r"(?P<type>[^\s=]*)\s*(?:=(?P<default>\s*\".*\"\s*|.*?))?(?:(?:^|\s)--(?:\s+(?P<description>.*))?)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
#: `{name}`, `{name?}`, `{name:class}` in a wording
PLACEHOLDER = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>[a-z-]+))?(?P<optional>\?)?\}", re.ASCII)
_WORDING = re.compile(r"(?P<text>[^\[\]]*+)(?:\[(?P<settings>[^\[\]]*+)\])?")
_SETTING = re.compile(r"(?P<name>\w+)=(?P<value>\S+)", re.ASCII)


class Wording:
    """One way to put the question that a query answers.

    :ivar text: its words, with placeholders for parameters
    :ivar settings: the values it gives parameters that it does not name
    """

    __slots__ = ("settings", "text")

    def __init__(self, text: str, settings: dict[str, str]) -> None:
        self.text = text
        self.settings = settings

    def __repr__(self) -> str:
        return f"Wording({self.text!r}, {self.settings!r})"


class FrontMatter:
    """What the `#+` lines of one file say; fields that are missing are empty.

    :ivar asks: the wordings of its question, in the order of the file
    :ivar places: field name (or `param <name>`, `asks <number>`) to the 1-based line and column
    """

    summary = description = severity = message = fix = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    asks: tuple[Wording, ...] = ()

    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int]] = {}


def read(text: str, file: str | None = None) -> FrontMatter:
    """Read the `#+` lines that stand before the first line of the query.

    :raises InputError: a line is not understood, said twice, or a default is not of its type; with its line

    >>> read("#+ summary: Who?\\n#+ param min: integer = 2 -- at least\\nSELECT ...").parameters
    (Parameter('min', 'integer', '2', 'at least'),)
    """
    matter = FrontMatter()
    if "#+" not in text:
        return matter
    asks: list[_Field] = []
    for field in _fields(text, file):
        key, name, value = field.key, field.name, field.value
        label = f"{key} {name}" if name else key
        if key == "asks":
            asks.append(field)
            label = f"asks {len(asks)}"
        if label in matter.places:
            raise InputError(f"The front matter says {label} twice.", fix="Keep one of the lines.", **field.at_key)
        matter.places[label] = (field.at_key["line"], field.at_key["column"])
        if key == "param":
            matter.parameters += (_parameter(field),)
        elif key == "asks":
            continue
        elif name or key not in _FIELDS:
            raise _unknown(label, field)
        elif key == "tags":
            matter.tags = _tags(field)
        elif key == "severity" and value not in _SEVERITIES:
            raise InputError(f'The severity "{value}" is unknown.', fix=f"Use one of {', '.join(_SEVERITIES)}.", **field.at_value)
        else:
            setattr(matter, key, value)
    matter.asks = tuple(_wording(field, matter.parameters) for field in asks)
    return matter


def generalized(text: str, base: str) -> str:
    """Return the text of a query without the defaults of parameters that are things below a base, line by line as it was.

    A wording that leaves such a parameter open has to name it then, and one that does not speak of it is left out.

    >>> generalized("#+ summary: Who?\\n#+ param work: iri = id:x -- the work\\n#+ asks: Who made {work?}?\\nASK { ?work ?p ?o }", "https://w3id.org/whence/id/")
    '#+ summary: Who?\\n#+ param work: iri -- the work\\n#+ asks: Who made {work}?\\nASK { ?work ?p ?o }'
    """
    matter = read(text)
    given = [one for one in matter.parameters if one.type == "iri" and one.default and term(one, one.default).value.startswith(base)]
    names = {one.name for one in given}
    lines = _LINE_END.split(text)  # what ends a line stands behind it
    for one in given:
        line = 2 * matter.places[f"param {one.name}"][0] - 2
        lines[line] = lines[line].replace(f"= {one.default} ", "", 1) if f"= {one.default} " in lines[line] else lines[line].replace(f"= {one.default}", "", 1).rstrip()
    for number, wording in enumerate(matter.asks, start=1):
        line = 2 * matter.places[f"asks {number}"][0] - 2
        spoken = {*wording.settings, *(match["name"] for match in PLACEHOLDER.finditer(wording.text))}
        lines[line] = PLACEHOLDER.sub(lambda match: match[0].replace("?", "") if match["name"] in names else match[0], lines[line]) if names <= spoken else "#"
    return "".join(lines)


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
    for number, line in enumerate(_LINE_END.split(text)[::2], start=1):
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


def _wording(field: _Field, parameters: tuple[Parameter, ...]) -> Wording:
    """Read `words with {parameter} [parameter=value]`, in which each parameter is one of the query's."""
    match = _WORDING.fullmatch(field.value)
    text = match["text"].strip() if match else ""
    parts = (match["settings"] or "").split(", ") if match else []
    settings = [_SETTING.fullmatch(part) for part in filter(None, parts)]
    if not text or field.name or None in settings or re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise InputError(
            "The wording is not understood.", fix="Write `#+ asks: Who voices {character}? [version=wh:DubCast]`.", **field.at_value
        )
    known = {parameter.name: parameter for parameter in parameters}
    values = {setting["name"]: setting["value"] for setting in settings if setting}
    named = [(match["name"], bool(match["optional"])) for match in PLACEHOLDER.finditer(text)]
    for name, optional in [*named, *((name, False) for name in values)]:
        if name not in known:
            fix = f"Name one of {', '.join(known)}." if known else "The query has no parameters."
            raise InputError(f"The wording names {name}, which is no parameter of the query.", fix=fix, **field.at_value)
        if optional and known[name].required:
            raise InputError(f"The wording leaves {name} open, which has no default.", fix=f"Write {{{name}}}.", **field.at_value)
    for name, value in values.items():
        try:
            term(known[name], value)
        except UsageError as error:
            raise InputError(error.problem, fix=error.fix, **field.at_value) from None
    left = [name for name, one in known.items() if one.required and name not in values and name not in dict(named)]
    if left:
        raise InputError(f"The wording gives {left[0]} no value, which has no default.", fix=f"Name it: {{{left[0]}}}.", **field.at_value)
    return Wording(text, values)


def _tags(field: _Field) -> tuple[str, ...]:
    value = field.value
    if not (value.startswith("[") and value.endswith("]")):
        raise InputError("The tags are not a list.", fix="Write `#+ tags: [one, two]`.", **field.at_value)
    return tuple(tag for tag in (part.strip() for part in value[1:-1].split(",")) if tag)


def _unknown(label: str, field: _Field) -> InputError:
    return InputError(
        f'The front matter field "{label}" is unknown.',
        fix=f"Use one of {', '.join(_FIELDS)}, asks, or `param name: type`.",
        **field.at_key,
    )
