"""The JSON Schema of a proposal, made from the ontology of a graph: one object a line, one alternative a class of claims.

It keeps to what the structured output of language models understands: `anyOf`, `const`, `enum`, `$ref` into `$defs`.
"""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from whence.curation.forms import Form, Role, kebab
from whence.curation.workspace import Workspace
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.terms import RDF_TYPE

#: The identity of the schema of the model alone.
ADDRESS = "https://w3id.org/whence/draft.schema.json"
#: Of a role so many values are named as examples.
_EXAMPLES = 60
_TEXT = {"type": "string", "pattern": r"\S"}
#: Properties of an attestation that link it to others or to questions, which a proposal cannot name yet.
_NOT_PROPOSED = {"attests", "because", "sameWordingAs", "supersededBy", "inQuestion", "answers", "askedBy", "wasAttributedTo"}


def schema(workspace: Workspace) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line of proposals; the same whenever the model is the same."""
    positions = {role.name: _position(workspace, role) for role in workspace.forms.attestation.roles if role.name not in _NOT_PROPOSED}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "A proposed position",
        "description": "One line: who takes which position on which claim, in which words of the text.",
        "type": "object",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in (*sorted(workspace.forms.claims), "Question")],
        "$defs": {
            **{name: _claim(workspace, form, list(positions)) for name, form in sorted(workspace.forms.claims.items())},
            "Question": _ASKED,
            **positions,
            "question": _QUESTION,
            "quote": _TEXT | {"description": "The words of the text that carry the claim, letter for letter; the shortest run that does."},
            "new": {
                "description": "Things that the graph does not know yet: name to class, or to an object with class and what the class needs.",
                "type": "object",
                "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["class"]}]},
            },
        },
    }


def _claim(workspace: Workspace, form: Form, positions: list[str]) -> dict[str, Any]:
    roles = {role.name: _role(workspace, role) for role in form.roles}
    needed = [role.name for role in form.roles if role.required and not role.default]
    return {
        "title": form.label,
        "description": form.definition,
        "type": "object",
        "properties": {
            "quote": {"$ref": "#/$defs/quote"},
            "occurrence": {"type": "integer", "minimum": 1, "description": "Which of several places the words stand at, from 1."},
            "start": {"type": "integer", "minimum": 0, "description": "The first code point of the words; leave it out when in doubt."},
            "end": {"type": "integer", "minimum": 1, "description": "The code point after the last one."},
            "class": {"const": kebab(form.name)},
            "roles": {"type": "object", "properties": roles, "required": needed, "additionalProperties": False},
            **{name: {"$ref": f"#/$defs/{name}"} for name in (*positions, "question", "new")},
            "answers": {"$ref": "#/$defs/question"},
        },
        "required": ["quote", "class", "roles"],
        "additionalProperties": False,
    }


_QUESTION = {
    "anyOf": [{"type": "integer", "minimum": 1}, _TEXT],
    "description": "The number of the question of the interview that carries the premise (question) or is answered (answers).",
}


_ASKED = {
    "title": "question",
    "description": "A question of an interview, proposed before the positions that it carries or that answer it.",
    "type": "object",
    "properties": {
        "quote": {"$ref": "#/$defs/quote"},
        "occurrence": {"type": "integer", "minimum": 1},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
        "class": {"const": "question"},
        "number": {"type": "integer", "minimum": 1, "description": "Its number in the interview, from 1."},
        "askedBy": _TEXT | {"description": "Who asks; leave it out where the text does not say."},
        "addressee": _TEXT | {"description": "Who is asked."},
        "new": {"$ref": "#/$defs/new"},
    },
    "required": ["quote", "class", "number"],
    "additionalProperties": False,
}


def _position(workspace: Workspace, role: Role) -> dict[str, Any]:
    """Return what a property of the attestation takes: one of the words of the model, or a name or text."""
    listed = [] if role.literal else _members(workspace, role)
    words = list(dict.fromkeys(word for one in listed for word in (kebab(local(one)), kebab(local(one)).replace("-", " "))))
    if words and role.name not in ("speaker", "ascribedTo", "reportedSpeaker", "languageInterpreter"):
        return {"enum": words, "description": role.definition}
    return _several(role, _TEXT) | {"description": role.definition}


def _role(workspace: Workspace, role: Role) -> dict[str, Any]:
    """Return what a role takes: names of things, or literals; the concepts that the graph knows are examples."""
    numbers = role.datatypes and all(one in (PREFIXES["xsd"] + "integer", PREFIXES["xsd"] + "decimal") for one in role.datatypes)
    single: dict[str, Any] = {"anyOf": [{"type": "number"}, _TEXT]} if numbers or role.literal else _TEXT
    found = _several(role, single) | {"description": role.definition}
    examples = [] if role.literal else [one for one in _members(workspace, role) if not local(one).endswith("NotStated")]
    if examples and len(examples) <= _EXAMPLES:
        found["examples"] = [workspace.forms.label(one) for one in examples]
    if role.default:
        found["description"] += f" Leave it out where the text leaves it open ({local(role.default)})."
    return found


def _several(role: Role, single: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [single, {"type": "array", "minItems": 1, "items": single}]} if role.many else dict(single)


def _members(workspace: Workspace, role: Role) -> list[str]:
    """Return the words of the model that a role takes: those that are listed, or the members of its classes in the ontology."""
    if role.values:
        return sorted(role.values)
    found = set()
    for kind in role.classes:
        for one in workspace.forms.below(kind) if kind.startswith(WH) else ():
            found |= {quad.subject.value for quad in workspace.quads(None, RDF_TYPE, NamedNode(one)) if isinstance(quad.subject, NamedNode)}
    return sorted(iri for iri in found if iri.startswith((WH, PREFIXES["vocab"])))
