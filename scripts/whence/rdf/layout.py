"""Writes the tree of a Turtle text in the house style: its indents, line breaks and order of properties."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from whence.namespaces import PREFIXES
from whence.rdf.terms import RDF_TYPE, whole_number
from whence.rdf.tree import Directive, Document, Node, Paragraph, Property, Shape, Statement

_INDENT = "  "
_WIDTH = 100
#: A line that several properties share may be longer: the digest at its end is for machines.
_SHARED_WIDTH = 170
#: Properties that are read together and stand on one line, where each is written plainly and there is room.
_STANCE = "wh:polarity wh:commitment wh:mood wh:mode"
_PLACE = "wh:document wh:start wh:end wh:passageDigest wh:count wh:topic"
_TOPIC = "wh:topicClass wh:topicProperty wh:topicEntity"
_FACT = "wh:subject wh:concept wh:property wh:value wh:literalValue wh:inWorld"
_NAME = "wh:entity wh:printedForm wh:namingKind"
_IDENTIFIER = "wh:scheme wh:identifierValue wh:verifiedIn"
_LINES = (_STANCE, _PLACE, _TOPIC, _FACT, _NAME, _IDENTIFIER)
#: Groups from first to last; within a group the properties come in the order written here. What is
#: in no group stands at the star, alphabetical.
_GROUPS = (
    # labels
    "rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel sh:name dcterms:title",
    # definition
    "skos:definition rdfs:comment sh:description dcterms:description",
    # notes
    "skos:scopeNote skos:note skos:editorialNote skos:historyNote skos:changeNote skos:example",
    # hierarchy
    "rdfs:subClassOf owl:equivalentClass owl:disjointWith owl:disjointUnionOf"
    " rdfs:subPropertyOf owl:equivalentProperty owl:inverseOf owl:propertyChainAxiom rdfs:domain rdfs:range"
    " skos:inScheme skos:topConceptOf skos:hasTopConcept skos:broader skos:narrower skos:related",
    # what a shape or a restriction is about
    "sh:targetClass sh:targetNode sh:targetObjectsOf sh:targetSubjectsOf sh:path owl:onProperty",
    # an attestation, as it is read: who says what, how firmly, in which words
    "wh:attests wh:speaker wh:ascribedTo",
    _STANCE,
    "wh:hedge wh:hedgeScope",
    "oa:hasSource oa:hasSelector oa:start oa:end",
    _PLACE,
    _TOPIC,
    _FACT,
    _NAME,
    _IDENTIFIER,
    "*",
    "rdfs:isDefinedBy",
)


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


_RANKS = {RDF_TYPE: 0} | {name if name == "*" else _iri(name): rank for rank, name in enumerate(" ".join(_GROUPS).split(), 1)}
_LINE_OF = {_iri(name): number for number, line in enumerate(_LINES) for name in line.split()}
_SPAN = tuple(map(_iri, ("wh:document", "wh:start", "wh:end")))


def property_rank(iri: str) -> int:
    """Where a property stands in a block; properties of one rank are sorted by how they are written.

    >>> property_rank("http://www.w3.org/2000/01/rdf-schema#label") < property_rank("https://example.org/p")
    True
    """
    return _RANKS.get(iri, _RANKS["*"])


def lay_out(document: Document) -> str:
    """The text of a tree: prefixes alphabetical, one subject a block, a blank line between.

    Between blocks that state overlapping passages of one document, in text order, there is none: a blank line says
    that the text goes on. Directives that stand together are sorted together and stay where they are, so a prefix that is
    declared anew halfway keeps its meaning; a base stays where it stands among them.
    """
    writer = _Writer()
    clause = _Clause()
    at = 0
    while at < len(document):
        item = document[at]
        if not clause.goes_on(item) and at:
            writer.lines.append("")
        if isinstance(item, Directive):
            end = at
            run: list[Directive] = []
            while end < len(document) and isinstance(follower := document[end], Directive):
                run.append(follower)
                end += 1
            writer.directives(run)
            at = end
            continue
        if isinstance(item, Paragraph):
            writer.comments(item.lines, 0)
        else:
            writer.statement(item)
        at += 1
    return "\n".join(writer.lines) + "\n"


class _Clause:
    """A run of blocks, in text order, whose passages overlap."""

    def __init__(self) -> None:
        self._document, self._start, self._end = "", 0, 0

    def goes_on(self, item: Statement | Directive | Paragraph) -> bool:
        """Take the next item; whether it belongs to the clause of the one before."""
        span = _span(item)
        if span is None:
            self._document = ""
            return False
        document, start, end = span
        goes_on = document == self._document and self._start <= start < self._end
        self._document, self._start, self._end = document, start, max(end, self._end) if goes_on else end
        return goes_on


def _span(item: Statement | Directive | Paragraph) -> tuple[str, int, int] | None:
    """Document, start and end of the passage that a block states, as written; None when it states none."""
    if not isinstance(item, Statement) or item.subject.before:
        return None
    values = {one.iri: one.objects[0].text for one in item.properties if len(one.objects) == 1}
    document, start, end = (values.get(iri, "") for iri in _SPAN)
    first, last = whole_number(start), whole_number(end)
    return (document, first, last) if document and first is not None and last is not None else None


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def _line(self, indent: int, text: str, after: list[str]) -> None:
        self.lines.append(" ".join([_INDENT * indent + text, *after]))

    def comments(self, comments: list[str], indent: int) -> None:
        self.lines += [_INDENT * indent + comment for comment in comments]

    def directives(self, run: list[Directive]) -> None:
        self.comments(run[0].before, 0)
        for directive in _sorted_directives(run):
            if directive is not run[0]:
                self.comments(directive.before, 0)
            word = "@base" if directive.prefix is None else f"@prefix {directive.prefix}"
            self._line(0, f"{word} {directive.iri} .", directive.after)

    def statement(self, statement: Statement) -> None:
        self.comments(statement.subject.before, 0)
        self._node(statement.subject, 0, "", "")
        self._properties(statement.properties, 1)
        self.comments(statement.closing, 1)
        self._line(0, ".", statement.after)

    def _properties(self, properties: list[Property], indent: int) -> None:
        ordered = sorted(_merged(properties), key=lambda one: (property_rank(one.iri), one.verb))
        for line, together in groupby(ordered, key=lambda one: _LINE_OF.get(one.iri)):
            members = list(together)
            shared = None if line is None else _shared(members, _SHARED_WIDTH - len(_INDENT * indent))
            if shared is not None:
                self._line(indent, shared, [])
                continue
            for item in members:
                self._property(item, indent)

    def _property(self, item: Property, indent: int) -> None:
        self.comments(item.before, indent)
        objects = _objects(item)
        if len(objects) == 1 and not objects[0].before and not item.after:
            self._node(objects[0], indent, f"{item.verb} ", " ;")
            return
        self._line(indent, item.verb, item.after)
        for one in objects:
            self.comments(one.before, indent + 1)
            self._node(one, indent + 1, "", " ;" if one is objects[-1] else " ,")

    def _node(self, node: Node, indent: int, head: str, tail: str) -> None:
        text = _on_one_line(node, _WIDTH - len(_INDENT * indent + head + tail))
        if text is not None:
            self._line(indent, head + text + tail, node.after)
        elif node.shape is Shape.PROPERTIES:
            self._line(indent, f"{head}[", node.opening)
            self._properties(node.properties, indent + 1)
            self.comments(node.closing, indent + 1)
            self._line(indent, f"]{tail}", node.after)
        else:
            self._line(indent, f"{head}(", node.opening)
            for member in node.members:
                self.comments(member.before, indent + 1)
                self._node(member, indent + 1, "", "")
            self.comments(node.closing, indent + 1)
            self._line(indent, f"){tail}", node.after)


def _sorted_directives(run: list[Directive]) -> list[Directive]:
    """The run with the prefixes between two bases sorted; one that is declared twice keeps its order."""
    done: list[Directive] = []
    stretch: list[Directive] = []
    for directive in run:
        if directive.prefix is None:
            done += [*sorted(stretch, key=lambda one: one.prefix or ""), directive]
            stretch = []
        else:
            stretch.append(directive)
    return done + sorted(stretch, key=lambda one: one.prefix or "")


def _merged(properties: list[Property]) -> list[Property]:
    """The properties with the objects of one verb together, in the order of the text."""
    by_iri: dict[str, Property] = {}
    for item in properties:
        first = by_iri.get(item.iri)
        if first is None:
            by_iri[item.iri] = item
            continue
        led = replace(item.objects[0], before=[*item.before, *item.after, *item.objects[0].before])
        by_iri[item.iri] = replace(first, objects=[*first.objects, led, *item.objects[1:]])
    return list(by_iri.values())


def _objects(item: Property) -> list[Node]:
    """The objects in the order they are written in: IRIs alphabetical, others as in the text."""
    if all(one.shape is Shape.IRI for one in item.objects):
        return sorted(item.objects, key=lambda one: one.text)
    return item.objects


def _shared(properties: list[Property], width: int) -> str | None:
    """Properties with their objects on one line, or None when one has a comment or a nested object, or no room is left."""
    words: list[str] = []
    for item in properties:
        plain = all(one.shape in (Shape.IRI, Shape.ATOM) and not one.before and not one.after for one in item.objects)
        if item.before or item.after or not plain:
            return None
        words.append(f"{item.verb} {' , '.join(one.text for one in _objects(item))} ;")
    text = " ".join(words)
    return text if len(text) <= width and "\n" not in text and "\r" not in text else None


def _on_one_line(node: Node, width: int) -> str | None:
    """The node on one line, or None when it has comments inside, two properties, or no room."""
    if node.shape in (Shape.IRI, Shape.ATOM):
        return node.text
    if node.opening or node.closing or len(node.properties) > 1:
        return None
    inner = node.members
    words = ["("] if node.shape is Shape.COLLECTION else ["["]
    for item in node.properties:
        if item.before or item.after or len(item.objects) > 1:
            return None
        words.append(item.verb)
        inner = item.objects
    for one in inner:
        text = None if one.before or one.after else _on_one_line(one, width)
        if text is None:
            return None
        words.append(text)
    words.append(")" if node.shape is Shape.COLLECTION else "]")
    text = " ".join(words) if len(words) > 2 else "".join(words)
    return text if len(text) <= width and "\n" not in text and "\r" not in text else None
