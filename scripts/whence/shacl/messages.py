"""Result messages: those of the shapes with their placeholders filled, or a plain sentence of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from whence.namespaces import shorten
from whence.shacl.vocabulary import datatype_of, is_iri, is_literal, lexical

__all__ = ["default_message", "filled", "literal"]

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_PLAIN = {
    "class": "The value is not an instance of {class}.",
    "datatype": "The value is not a well-formed literal of datatype {datatype}.",
    "nodeKind": "The value is not of node kind {nodeKind}.",
    "minCount": "The number of values is below {minCount}.",
    "maxCount": "The number of values is above {maxCount}.",
    "minExclusive": "The value is not greater than {minExclusive}.",
    "minInclusive": "The value is not at least {minInclusive}.",
    "maxExclusive": "The value is not less than {maxExclusive}.",
    "maxInclusive": "The value is not at most {maxInclusive}.",
    "minLength": "The value has fewer than {minLength} characters.",
    "maxLength": "The value has more than {maxLength} characters.",
    "pattern": "The value does not match the pattern {pattern}.",
    "languageIn": "The value is not in one of the languages {languageIn}.",
    "uniqueLang": "Several values are in the language {language}.",
    "equals": "The values are not those of {equals}.",
    "disjoint": "The value is also a value of {disjoint}.",
    "lessThan": "The value is not less than {other}, which is a value of {lessThan}.",
    "lessThanOrEquals": "The value is greater than {other}, which is a value of {lessThanOrEquals}.",
    "not": "The value conforms to the shape {not}, which it must not.",
    "and": "The value does not conform to all of the shapes.",
    "or": "The value conforms to none of the shapes.",
    "xone": "The value does not conform to exactly one of the shapes.",
    "node": "The value does not conform to the shape {node}.",
    "qualifiedMinCount": "Fewer than {qualifiedMinCount} values conform to the shape {qualifiedValueShape}.",
    "qualifiedMaxCount": "More than {qualifiedMaxCount} values conform to the shape {qualifiedValueShape}.",
    "closed": "The property {path} is not allowed here.",
    "hasValue": "The value {hasValue} is missing.",
    "expression": "The expression is not true of the value.",
    "in": "The value is not one of the allowed values.",
}


def _shown(term: str) -> str:
    if is_iri(term):
        return shorten(lexical(term))
    return lexical(term) if is_literal(term) else "a blank node"


def default_message(kind: str, terms: Mapping[str, str]) -> str:
    """Return a sentence for a Core constraint that has no message of its own.

    >>> default_message("minCount", {"minCount": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'})
    'The number of values is below 1.'
    """
    template = _PLAIN.get(kind, "The node does not meet the constraint.")
    return re.sub(r"\{(\w+)\}", lambda match: _shown(terms.get(match.group(1), '""')), template)


def filled(message: str, terms: Mapping[str, str]) -> str:
    """Return a message literal with `{?name}` and `{$name}` replaced (SHACL section 5.3.2).

    >>> filled('"no {?value}"@en', {"value": '"x"'})
    '"no x"@en'
    """
    if "{" not in message:
        return message
    text = lexical(message)
    text = _PLACEHOLDER.sub(
        lambda match: _shown(terms[match.group(1)]) if match.group(1) in terms else match.group(), text
    )
    tail = message[message.rindex('"') + 1 :] if datatype_of(message) else ""
    return literal(text) + tail


def literal(text: str) -> str:
    """Return a plain literal in N-Triples syntax."""
    from pyoxigraph import Literal

    return str(Literal(text))
