"""The sentence of each class of claims: words with blanks, taken from the query that labels its claims.

The queries `queries/inference/*label*.rq` write a label from the fillers of the roles. Asked of a claim whose fillers are
named after their roles, they tell where in the sentence each role stands. So a class that a graph brings itself has the sentence
of its own query, or, where it has none, its name and its roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from whence.curation.forms import Form, Forms, Role
from whence.inference import construct
from whence.namespaces import PREFIXES, local
from whence.rdf.terms import RDF_TYPE
from whence.things import Index

_LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
_CLAIM, _FILLER = "urn:x-whence:claim:", "urn:x-whence:role:"
_BLANK = re.compile(r"⟦(\w+)⟧")
#: Texts of these roles take more than a line.
_LONG = ("gloss",)
#: What a speaker does with a claim, where the sentence has a verb.
_VERBS = {"Affirmed": "affirms", "Denied": "denies"}


def forms(known: Forms, index: Index, labels: Iterable[str]) -> list[dict[str, Any]]:
    """Return the form of each class of claims as JSON: its names, the parts of its sentence, its roles; by label.

    :param labels: the queries that label claims
    """
    found = _sentences(known, labels)
    return sorted((_form(known, index, form, found.get(name, "")) for name, form in known.claims.items()), key=lambda form: form["label"])


def choices(known: Forms, index: Index, role: Role) -> list[dict[str, str]]:
    """Return the values of a role that lists them, each with its words and what they mean."""
    return [_choice(known, index, value) for value in role.values]


def _choice(known: Forms, index: Index, value: str) -> dict[str, str]:
    if ":" not in value:  # a plain text
        return {"value": value, "label": value, "hint": ""}
    means = index.value(NamedNode(value), NamedNode(PREFIXES["skos"] + "definition"))
    return {"value": local(value), "label": _VERBS.get(local(value)) or known.label(value), "hint": means}


def _form(known: Forms, index: Index, form: Form, sentence: str) -> dict[str, Any]:
    roles = {role.name: _role(known, index, role) for role in form.roles}
    return {"name": form.name, "label": form.label, "definition": form.definition, "sentence": _parts(form, sentence), "roles": roles}


def _role(known: Forms, index: Index, role: Role) -> dict[str, Any]:
    values = choices(known, index, role) if role.values else None
    return {
        "label": role.label, "definition": role.definition, "required": role.required, "values": values, "literal": role.literal,
        "long": role.name in _LONG,
    }  # fmt: skip


def _parts(form: Form, sentence: str) -> list[dict[str, str]]:
    """Return the words and blanks of a sentence; required roles that it lacks stand behind it."""
    sentence = re.sub(r" \((⟦aspect⟧)\)", r" in \1", sentence)
    stands = set(_BLANK.findall(sentence))
    others = [f"{role.label} ⟦{role.name}⟧" for role in form.roles if role.required and role.name not in stands]
    whole = ", ".join(filter(None, (sentence, *others))) if sentence else f"{form.label}: {', '.join(others)}"
    pieces = _BLANK.split(whole)
    return [{"role": piece} if at % 2 else {"text": piece} for at, piece in enumerate(pieces) if piece]


def _sentences(known: Forms, labels: Iterable[str]) -> dict[str, str]:
    """Return the labels of claims whose fillers are called after their roles, by the name of the class."""
    store = Store()
    for name, form in known.claims.items():
        claim = NamedNode(_CLAIM + name)
        for kind in (form.iri, *known.superclasses.get(form.iri, ())):
            store.add(Quad(claim, NamedNode(RDF_TYPE), NamedNode(kind)))
        for role in form.roles:
            words, filler = f"⟦{role.name}⟧", NamedNode(_FILLER + role.name)
            store.add(Quad(claim, NamedNode(role.iri), Literal(words) if role.literal else filler))
            store.extend(Quad(filler, NamedNode(label), Literal(words, language="en")) for label in _LABELS)
    construct(store, labels)
    found: dict[str, str] = {}
    for name in known.claims:
        label = store.quads_for_pattern(NamedNode(_CLAIM + name), NamedNode(_LABELS[0]), None)
        found[name] = min((quad.object.value for quad in label), key=len, default="")
    return found
