"""Putting blocks into the Turtle files of a graph: the right file, the right place in it, in the style of the house.

What stands in a file stays as it is, comments included; only its layout becomes that of `whence fmt`.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from whence.curation.forms import Forms, kebab
from whence.errors import InputError
from whence.namespaces import OA, PREFIXES, WH, local
from whence.rdf.formatter import format_text
from whence.rdf.grammar import read_tree
from whence.rdf.layout import lay_out
from whence.rdf.terms import RDF_TYPE, whole_number
from whence.rdf.tree import DEEPEST, Directive, Document, Statement

_XSD = PREFIXES["xsd"]
_SPAN = tuple(WH + name for name in ("start", "end"))
_NOWHERE = (-1, 0)
_SAFE = re.compile(r"[A-Za-z0-9_]([\w-]*[\w])?", re.ASCII)
#: Where entities stand, the first class that fits.
_KINDS = (
    ("Character", "characters"), ("FictionalEntity", "fictional-things"), ("WorkPart", "work-parts"), ("Work", "works"), ("Person", "people"),
    ("Journalist", "people"), ("Organization", "organizations"), ("Agent", "groups"), ("Place", "places"), ("Event", "events"),
    ("Idea", "ideas"), ("Concept", "concepts"), ("Identifier", "identifiers"),
)  # fmt: skip
_OWN_FILES = {WH + "CompletenessStatement": "triples/completeness.ttl", WH + "Discrepancy": "triples/discrepancies.ttl", WH + "Derivation": "triples/derivations.ttl"}


@dataclass(frozen=True, slots=True)
class Block:
    """A subject with its triples, in the order they are written where the style leaves it open."""

    subject: str
    triples: tuple[tuple[str, NamedNode | Literal], ...]

    @property
    def kind(self) -> str:
        """The IRI of its class, or an empty text."""
        return next((value.value for predicate, value in self.triples if predicate == RDF_TYPE), "")


def home(forms: Forms, block: Block) -> str:
    """Return the name in the graph directory of the file in which a block stands."""
    document = next((value.value for predicate, value in block.triples if predicate in (WH + "document", OA + "hasSource")), "")
    if not block.kind:
        return "triples/terms.ttl"
    if block.kind in _OWN_FILES:
        return _OWN_FILES[block.kind]
    if block.kind == OA + "SpecificResource" and document:
        return f"triples/attestations/{local(document)}.ttl"
    if document and forms.is_below(block.kind, (WH + "Attestation", WH + "Question")):
        return f"triples/attestations/{local(document)}.ttl"
    if forms.is_below(block.kind, (WH + "Claim",)):
        return f"triples/claims/{kebab(local(block.kind))}.ttl"
    if forms.is_below(block.kind, (WH + "Document",)):
        return "triples/documents.ttl"
    name = next((name for kind, name in _KINDS if forms.is_below(block.kind, (WH + kind,))), None)
    return f"triples/entities/{name or kebab(local(block.kind))}.ttl"


def insert(text: str, blocks: Iterable[Block], prefixes: dict[str, str], file: str | None = None) -> str:
    """Return a Turtle text with blocks added, formatted.

    Attestations and questions go where their passages stand in the text, longer passages first; other blocks where their
    IRIs stand in the order of the alphabet.

    :param text: what the file holds; empty for a new one
    :param prefixes: prefix to namespace for those that the text does not declare
    :raises InputError: the text is no Turtle, or cannot be laid out without harm
    """
    blocks = list(blocks)
    text = text.removeprefix("\ufeff")
    document: Document = read_tree(text, file, deepest=DEEPEST) if text.strip() else []
    known = _declared(document, blocks, prefixes)
    statements = [_statement(block, known) for block in blocks]
    result = format_text(lay_out(_with(document, statements)), file)
    added = {Triple(NamedNode(block.subject), NamedNode(predicate), value) for block in blocks for predicate, value in block.triples}
    if _triples(result) != _triples(text) | added:
        raise InputError("The file cannot be extended without harm.", fix="Run whence fmt on it, or write the lines by hand.", file=file)
    return result


def replace(
    text: str, revisions: Mapping[str, Mapping[str, Sequence[NamedNode | Literal]]], prefixes: dict[str, str], file: str | None = None
) -> tuple[str, set[str]]:
    """Return a Turtle text in which subjects have other values for some properties, formatted, and which of the subjects it has.

    :param revisions: subject to property to the values that take the place of those it has
    :raises InputError: the text is no Turtle, or cannot be laid out without harm
    """
    if not any(local(subject) in text for subject in revisions):
        return text, set()
    document = read_tree(text.removeprefix("\ufeff"), file, deepest=DEEPEST)
    statements = [item for item in document if isinstance(item, Statement) and item.subject.key[1:-1] in revisions]
    met = {item.subject.key[1:-1] for item in statements}
    blocks = [Block(subject, tuple((of, value) for of, values in revisions[subject].items() for value in values)) for subject in sorted(met)]
    known = _declared(document, blocks, prefixes)
    wanted = _triples(text)
    for block in blocks:
        fresh = {one.iri: one for one in _statement(block, known).properties}
        wanted = {triple for triple in wanted if not (triple.subject == NamedNode(block.subject) and triple.predicate.value in fresh)}
        wanted |= {Triple(NamedNode(block.subject), NamedNode(of), value) for of, value in block.triples}
        for number, statement in enumerate(item for item in statements if item.subject.key[1:-1] == block.subject):
            for one in statement.properties:
                if one.iri in fresh and number == 0:
                    one.objects = fresh[one.iri].objects
            there = {one.iri for one in statement.properties}
            statement.properties += [one for of, one in fresh.items() if of not in there and number == 0]
    result = format_text(lay_out(document), file)
    if _triples(result) != wanted:
        raise InputError("The file cannot be changed without harm.", fix="Write each subject once, and run whence fmt on it.", file=file)
    return result, met


def _declared(document: Document, blocks: list[Block], prefixes: dict[str, str]) -> dict[str, str]:
    """Return the prefixes of a text with their namespaces; those that blocks need and it does not have are declared in it."""
    known = {item.prefix.removesuffix(":"): item.iri[1:-1] for item in document if isinstance(item, Directive) and item.prefix is not None}
    used = {namespace for block in blocks for iri in _iris(block) for namespace in [_namespace(iri, prefixes.values())] if namespace}
    for prefix, namespace in prefixes.items():
        if namespace in used and namespace not in known.values():
            own = prefix
            while own in known:
                own += "-own"
            known[own] = namespace
            document.insert(sum(1 for _ in takewhile(lambda item: isinstance(item, Directive), document)), Directive(f"{own}:", f"<{namespace}>"))
    return known


def _statement(block: Block, known: dict[str, str]) -> Statement:
    header = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in known.items())
    return next(item for item in read_tree(header + _written(block, known)) if isinstance(item, Statement))


def _iris(block: Block) -> Iterable[str]:
    yield block.subject
    for predicate, value in block.triples:
        if predicate != RDF_TYPE:
            yield predicate
        if isinstance(value, NamedNode):
            yield value.value
        elif value.language is None and value.datatype.value not in (_XSD + "string", _XSD + "integer", _XSD + "decimal"):
            yield value.datatype.value


def _namespace(iri: str, namespaces: Iterable[str]) -> str:
    """Return the longest namespace below which an IRI has a plain local name, or an empty text."""
    fitting = [one for one in namespaces if iri.startswith(one) and _SAFE.fullmatch(iri[len(one) :])]
    return max(fitting, key=len, default="")


def _written(block: Block, known: dict[str, str]) -> str:
    verbs: dict[str, list[str]] = {}
    for predicate, value in block.triples:
        verbs.setdefault("a" if predicate == RDF_TYPE else _name(predicate, known), []).append(_term(value, known))
    lines = [f"  {verb} {' , '.join(dict.fromkeys(values))} ;" for verb, values in verbs.items()]
    return "\n".join([_name(block.subject, known), *lines, "."]) + "\n"


def _name(iri: str, known: dict[str, str]) -> str:
    namespace = _namespace(iri, known.values())
    prefix = next((one for one, of in known.items() if of == namespace), "") if namespace else ""
    return f"{prefix}:{iri[len(namespace) :]}" if namespace else str(NamedNode(iri))


def _term(value: NamedNode | Literal, known: dict[str, str]) -> str:
    if isinstance(value, NamedNode):
        return _name(value.value, known)
    if value.language is None and value.datatype.value in (_XSD + "integer", _XSD + "decimal"):
        return value.value
    plain = str(Literal(value.value))
    if value.language is not None:
        return f"{plain}@{value.language}"
    return plain if value.datatype.value == _XSD + "string" else f"{plain}^^{_name(value.datatype.value, known)}"


def _with(document: Document, statements: list[Statement]) -> Document:
    """Return a document with statements that are new to it, each before the first one that is to follow it: those with a place in a text by it."""
    placed = [one for one in statements if _span(one) != _NOWHERE]
    document = _merged(document, placed, _span, _NOWHERE)
    return _merged(document, [one for one in statements if _span(one) == _NOWHERE], lambda one: one.subject.key, "")


def _merged(document: Document, statements: list[Statement], key: Callable[[Statement], Any], least: object) -> Document:
    furthest = list(accumulate((key(item) if isinstance(item, Statement) else least for item in document), max))
    result: Document = []
    done = 0
    for one in sorted(statements, key=key):
        at = bisect_right(furthest, key(one))
        result += [*document[done:at], one]
        done = at
    return result + document[done:]


def _span(statement: Statement) -> tuple[int, int]:
    """Return where the words of a statement begin and, the longer first, where they end."""
    values = {one.iri: one.objects[0].text for one in statement.properties if one.iri in _SPAN}
    start, end = (whole_number(values.get(iri, "")) for iri in _SPAN)
    return _NOWHERE if start is None or end is None else (start, -end)


def _triples(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text, format=RdfFormat.TURTLE)} if text.strip() else set()


def path_of(root: str, name: str) -> str:
    """Return the absolute path of a file that is named in the graph directory."""
    return os.path.join(root, *name.split("/"))
