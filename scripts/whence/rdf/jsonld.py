"""JSON-LD 1.1, compacted with the graph's own context as the triples come: of a document of any size one node object is in memory.

PyLD reads the context. The node objects are made here, since PyLD goes through all terms of the context for every IRI, which takes four
times as long. Of the context those terms are used that say which IRI they mean and what their values are; what is named by one with a
container, a language or a scope of its own is written by a prefix or in full, which every reader takes for the same graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, BinaryIO

from pyoxigraph import DefaultGraph, Quad, Triple

from whence.errors import InputError
from whence.namespaces import PREFIXES
from whence.rdf.formats import NotWritable

#: The file of a context, or its terms.
Context = str | Mapping[str, Any]
#: The context of a graph that has none of its own: the shared prefixes, but for `id`, by which JSON-LD commonly means `@id`.
DEFAULT_CONTEXT = {"thing" if prefix == "id" else prefix: namespace for prefix, namespace in PREFIXES.items()}

_TYPE = PREFIXES["rdf"] + "type"
_STRING, _INTEGER, _BOOLEAN = (PREFIXES["xsd"] + name for name in ("string", "integer", "boolean"))
#: JSON-LD 1.1 API section 8.2.2: what every reader of JSON can hold exactly.
_SAFE_INTEGER = 2**53
#: What makes a term more than an IRI and the type of its values, as PyLD names it.
_SPECIAL = frozenset(("@context", "@direction", "@index", "@language", "@nest"))
#: What a context may have other words for, of what is written here.
_KEYWORDS = ("@id", "@type", "@value", "@language", "@direction", "@graph")


def write(quads: Iterable[Quad | Triple], out: BinaryIO, context: Context | None = None, address: str = "") -> None:
    """Write quads as one JSON-LD document, UTF-8, in the order they come: a node object for those of one subject that stand together.

    :param context: what shortens; None for the prefixes alone
    :param address: where whoever reads the document finds the context, which is written into it otherwise
    :raises InputError: the context cannot be read, is not JSON-LD, or points to another document
    :raises NotWritable: a term has no form in JSON-LD with this context
    """
    file = context if isinstance(context, str) else None
    terms = read_context(file) if file else dict(context or DEFAULT_CONTEXT)  # type: ignore[arg-type]
    compaction = Compaction(terms, file)
    out.write(f'{{\n  "@context": {_laid_out(address or terms, 2)},\n  "@graph": ['.encode())
    lead = ""
    for graph, members in groupby(quads, key=lambda quad: getattr(quad, "graph_name", DefaultGraph())):
        nodes = (compaction.node(subject, own) for subject, own in groupby(members, key=lambda quad: quad.subject))
        for node in nodes if isinstance(graph, DefaultGraph) else [compaction.graph(graph, nodes)]:
            out.write(f"{lead}\n    {_laid_out(node, 4)}".encode())
            lead = ","
    out.write(b"\n  ]\n}\n" if lead else b"]\n}\n")


def _laid_out(value: Any, indent: int) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * indent)


def without_place(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a text that is no JSON, without the "at" that waits for its place behind some messages.

    >>> try:
    ...     json.loads('"open')
    ... except json.JSONDecodeError as error:
    ...     without_place(error)
    'Unterminated string starting'
    """
    return error.msg.removesuffix(" at")


def read_context(path: str) -> dict[str, Any]:
    """Return the value of `@context` of a file.

    :raises InputError: the file cannot be read or holds no context
    """
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise InputError(f"The JSON-LD context cannot be read: {error.strerror}.", file=path) from None
    except json.JSONDecodeError as error:
        raise InputError(f"The JSON-LD context is not JSON: {without_place(error)}.", file=path, line=error.lineno, column=error.colno) from None
    except UnicodeDecodeError:
        raise InputError("The JSON-LD context is not UTF-8.", fix="Save it as UTF-8.", file=path) from None
    context = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(context, dict):
        raise InputError("The file holds no JSON-LD context.", fix='Write {"@context": {...}}.', file=path)
    return context


def _is_safe(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdecimal() and digits.isascii() and len(digits) < 17 and str(int(text)) == text and abs(int(text)) < _SAFE_INTEGER


class Compaction:
    """How a context shortens node objects (JSON-LD 1.1 API, sections 5 to 7).

    :param file: the context's file, for messages
    :raises InputError: the context is not JSON-LD 1.1, or points to another document
    """

    def __init__(self, context: Mapping[str, Any], file: str | None = None) -> None:
        active = _processed(context, file)
        self._mappings: dict[str, Any] = active["mappings"]
        self._words = {keyword: keyword for keyword in _KEYWORDS}
        self._bare_strings = "@language" not in active and "@direction" not in active
        #: By IRI and type of the values: the term, and whether its values always stand in an array.
        self._terms: dict[tuple[str, str | None], tuple[str, bool]] = {("@type", None): ("@type", False)}
        self._prefixes: dict[str, str] = {}
        for term in sorted(self._mappings, key=lambda term: (len(term), term), reverse=True):  # the shortest is the last
            one = self._mappings[term]
            iri = one and one["@id"]
            if iri in self._words:
                self._words[iri] = term
                self._terms[iri, None] = term, bool(one.get("@container"))
            elif iri and not one["reverse"]:
                if one["_prefix"]:
                    self._prefixes[iri] = term
                if not _SPECIAL & one.keys() and one.get("@container", []) in ([], ["@set"]):
                    self._terms[iri, one.get("@type")] = term, bool(one.get("@container"))
        self._namespace = re.compile(f"(?:{'|'.join(map(re.escape, sorted(self._prefixes, reverse=True))) or '(?!)'})(?=.)", re.DOTALL)

    def graph(self, name: Any, nodes: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """Return a named graph."""
        return {self._words["@id"]: self._reference(name), self._words["@graph"]: list(nodes)}

    def node(self, subject: Any, quads: Iterable[Quad | Triple]) -> dict[str, Any]:
        """Return what some triples say of their subject as one node object.

        :raises NotWritable: a term has no form in JSON-LD with this context
        """
        node: dict[str, Any] = {self._words["@id"]: self._reference(subject)}
        for quad in quads:
            name, many, value = self._entry(quad.predicate.value, quad.object)
            if name not in node:
                node[name] = [value] if many else value
            elif isinstance(node[name], list):
                node[name].append(value)
            else:
                node[name] = [node[name], value]
        return node

    def _entry(self, predicate: str, value: Any) -> tuple[str, bool, Any]:
        """Return the key of a triple in its node object, whether its values always stand in an array, and the value."""
        kind = type(value).__name__
        if kind == "Triple":
            raise NotWritable("JSON-LD 1.1 cannot carry the triple terms of RDF 1.2.", fix="Use another format, such as turtle.")
        if kind != "Literal":
            if predicate == _TYPE:
                return *self._terms["@type", None], self._reference(value, vocabulary=True)
            for coerced in ("@id", "@vocab"):
                if (predicate, coerced) in self._terms:
                    return *self._terms[predicate, coerced], self._reference(value, vocabulary=coerced == "@vocab")
            plain: Any = {self._words["@id"]: self._reference(value)}
        elif not value.language and (predicate, value.datatype.value) in self._terms:
            return *self._terms[predicate, value.datatype.value], value.value
        else:
            plain = self._literal(value)
        return *self._terms.get((predicate, None), (self._iri(predicate), False)), plain

    def _reference(self, term: Any, vocabulary: bool = False) -> str:
        """Return a node as a text that says which.

        :param vocabulary: whether a term of the context may stand for it
        """
        if type(term).__name__ == "BlankNode":
            return f"_:{term.value}"
        if vocabulary and (term.value, None) in self._terms:
            return self._terms[term.value, None][0]
        return self._iri(term.value)

    def _iri(self, iri: str) -> str:
        namespace = self._namespace.match(iri)
        if namespace and not iri.startswith("//", namespace.end()):  # a prefix before // would be read as a scheme
            short = f"{self._prefixes[namespace[0]]}:{iri[namespace.end():]}"
            if short not in self._mappings:
                return short
        scheme, _, rest = iri.partition(":")
        if not rest.startswith("//") and (self._mappings.get(scheme) or {}).get("_prefix"):
            raise NotWritable(f"The JSON-LD context takes {scheme}: in <{iri}> for a prefix.", fix="Use another format, such as turtle.")
        return iri

    def _literal(self, literal: Any) -> Any:
        """Return a literal as what JSON has for it, or as a value object."""
        text, datatype, key = literal.value, literal.datatype.value, self._words["@value"]
        if literal.language:
            said = {self._words["@language"]: literal.language}
            if direction := getattr(literal, "direction", None):
                said[self._words["@direction"]] = str(direction)
            return {**said, key: text}
        if datatype == _STRING:
            return text if self._bare_strings else {key: text}
        if datatype == _INTEGER and _is_safe(text):
            return int(text)
        if datatype == _BOOLEAN and text in ("true", "false"):
            return text == "true"
        return {self._words["@type"]: self._iri(datatype), key: text}


def _processed(context: Mapping[str, Any], file: str | None) -> dict[str, Any]:
    """Return PyLD's reading of a context."""
    from pyld import jsonld

    def refuse(url: str, _: object) -> Any:
        raise InputError(f"The JSON-LD context points to {url}.", fix="Write its terms into the file.", file=file)

    processor = jsonld.JsonLdProcessor()
    options = {"base": "", "documentLoader": refuse, "processingMode": "json-ld-1.1"}
    try:
        return processor.process_context(processor.process_context({}, None, options), context, options)  # type: ignore[no-any-return]
    except jsonld.JsonLdError as error:
        raise _root_of(error, file) from None


def _root_of(error: BaseException, file: str | None) -> InputError:
    """What lies at the root of PyLD's error, which wraps one in another."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, InputError):
        return error
    reason = str(error.args[0] if error.args else error).rstrip(".")
    return InputError(f"The JSON-LD context is refused: {reason}.", fix="See the JSON-LD 1.1 specification, section 4.", file=file)
