"""Triples as RDF/XML 1.1; triple terms and base directions as RDF 1.2 XML has them.

XML can name a property only by a qualified name (section 6.2.4 of RDF 1.1 XML Syntax), and no character that XML 1.0
lacks can be written in it: a graph that needs either is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from whence.namespaces import PREFIXES
from whence.rdf.formats import NotWritable
from whence.rdf.terms import NOT_XML

_RDF = PREFIXES["rdf"]
_TYPE = _RDF + "type"
_STRING = PREFIXES["xsd"] + "string"
#: Letters that every edition of XML 1.0 allows in names, the most usual of them: a name of these is one for all parsers.
_LETTERS = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0388-\u038a\u038e-\u03a1\u03a3-\u03ce"
    "\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e-\u0481\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u0905-\u0939"
    "\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
_LETTER = re.compile(f"[{_LETTERS}]")
_NAME_CHARACTER = re.compile(rf"[{_LETTERS}0-9.\-]")
_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
#: What RDF/XML (section 6.2.3, and 6.1.4 of the older edition) keeps for itself.
_RESERVED = {_RDF + name for name in "RDF ID about parseType resource nodeID datatype Description li aboutEach aboutEachPrefix bagID".split()}
#: Namespaces that XML itself has bound, to prefixes that no document may bind again.
_BOUND = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\r": "&#13;"}
_TO_ESCAPE = re.compile("[&<>\"'\r]")


def write(triples: Iterable[Any], out: BinaryIO, prefixes: dict[str, str] = PREFIXES) -> None:
    """Write triples in the order they come, one description for those of one subject that stand together.

    :param prefixes: prefix to namespace, for the root
    :raises NotWritable: names the property or value that RDF/XML cannot carry
    """
    writer = _Writer(prefixes)
    out.write(writer.head().encode())
    for triple in triples:
        out.write("".join(writer.lines(triple)).encode())
    out.write(writer.foot().encode())


class _Writer:
    def __init__(self, prefixes: dict[str, str]) -> None:
        # base directions are written with the vocabulary of its
        self._prefixes = {**prefixes, "rdf": _RDF, "its": "http://www.w3.org/2005/11/its"}
        self._of_namespace = {namespace: prefix for prefix, namespace in reversed(self._prefixes.items())}
        self._names: dict[str, tuple[str, str] | None] = {}
        self._nodes: dict[str, str] = {}
        self._subject: Any = None
        self._open = ""

    def head(self) -> str:
        ordered = sorted(self._prefixes.items(), key=lambda item: item[0] in ("rdf", "its") and 1 + (item[0] == "its"))
        declared = "".join(f' xmlns:{prefix}="{_escaped(namespace)}"' for prefix, namespace in ordered)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'

    def foot(self) -> str:
        return (f"\t</{self._open}>\n" if self._open else "") + "</rdf:RDF>"

    def lines(self, triple: Any) -> Iterable[str]:
        if triple.subject == self._subject:
            yield from self._property(triple)
            return
        if self._open:
            yield f"\t</{self._open}>\n"
        self._subject, self._open = triple.subject, "rdf:Description"
        declared = ""
        typed = triple.predicate.value == _TYPE and type(triple.object).__name__ == "NamedNode"
        name = self._name(triple.object.value) if typed else None
        if name is not None:
            self._open, declared = name
        yield f"\t<{self._open}{declared}{self._about(triple.subject)}>\n"
        if name is None:
            yield from self._property(triple)

    def _property(self, triple: Any) -> Iterable[str]:
        """Yield the element of a property; those of a triple term stand inside it, one in another."""
        closing: list[str] = []
        while True:
            indent = "\t" * (2 + len(closing))
            name = self._name(triple.predicate.value)
            if name is None:
                raise NotWritable(
                    f"RDF/XML cannot name the property {triple.predicate}: no name of XML stands at its end.",
                    fix="Use another format, such as turtle.",
                    iri=triple.predicate.value,
                )
            start, object_ = f"{indent}<{name[0]}{name[1]}", triple.object
            if type(object_).__name__ != "Triple":
                yield f"{start}{self._value(triple, name[0])}\n"
                break
            yield f'{start} rdf:version="1.2" rdf:parseType="Triple">\n{indent}\t<rdf:Description{self._about(object_.subject)}>\n'
            closing += [f"{indent}</{name[0]}>\n", f"{indent}\t</rdf:Description>\n"]
            triple = object_
        yield from reversed(closing)

    def _value(self, triple: Any, name: str) -> str:
        object_ = triple.object
        if type(object_).__name__ != "Literal":
            return f"{self._reference(object_, 'resource')}/>"
        if NOT_XML.search(object_.value):
            raise NotWritable(
                f"RDF/XML cannot carry a control character in the value of {triple.predicate} of {triple.subject}.",
                fix="Take the character out, or use another format.",
            )
        kind = ""
        if object_.language:
            kind = f' xml:lang="{object_.language}"'
            if object_.direction is not None:
                kind += f' rdf:version="1.2-basic" its:version="2.0" its:dir="{object_.direction.value}"'
        elif object_.datatype.value != _STRING:
            kind = f' rdf:datatype="{_escaped(object_.datatype.value)}"'
        return f"{kind}>{_escaped(object_.value)}</{name}>"

    def _about(self, subject: Any) -> str:
        return self._reference(subject, "about")

    def _reference(self, node: Any, attribute: str) -> str:
        if type(node).__name__ == "NamedNode":
            return f' rdf:{attribute}="{_escaped(node.value)}"'
        return f' rdf:nodeID="{self._label(node.value)}"'

    def _label(self, label: str) -> str:
        """The label of a blank node as a name of XML; one that begins with a digit gets letters in front."""
        return label if _NCNAME.fullmatch(label) and not label.startswith("b..") else "b.." + label.encode().hex()

    def _name(self, iri: str) -> tuple[str, str] | None:
        """The qualified name of an IRI and the declaration it needs, or None when it has none."""
        if iri not in self._names:
            self._names[iri] = self._qualified(iri)
        return self._names[iri]

    def _qualified(self, iri: str) -> tuple[str, str] | None:
        run = len(iri)
        while run and _NAME_CHARACTER.match(iri, run - 1):
            run -= 1
        letter = _LETTER.search(iri, run)
        if letter is None or not letter.start() or iri in _RESERVED:
            return None
        namespace, local = iri[: letter.start()], iri[letter.start() :]
        if namespace in _BOUND:
            return None
        prefix = self._of_namespace.get(namespace)
        return (local, f' xmlns="{_escaped(namespace)}"') if prefix is None else (f"{prefix}:{local}", "")


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)
