"""An annotation collection back as the graph that it was made from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from whence.errors import InputError
from whence.evidence import digest
from whence.namespaces import OA, PREFIXES, shorten
from whence.rdf import reading
from whence.webannotation.writing import ANNOTATED, ATTESTS, DIGEST, PASSAGE, PLACE, TERMS, inlined

_TYPE = PREFIXES["rdf"] + "type"
_BODY, _TARGET, _SOURCE, _SELECTOR, _START, _END = (
    OA + name for name in ("hasBody", "hasTarget", "hasSource", "hasSelector", "start", "end")
)
_EXACT, _MOTIVATION = OA + "exact", OA + "motivatedBy"
#: What tools say of an annotation itself (Web Annotation Data Model, section 3.3), which is nothing about a work.
_LIFECYCLE = {PREFIXES["dcterms"] + name for name in ("creator", "created", "modified", "issued", "rights")} | {
    TERMS["as"] + "generator", OA + "canonical", OA + "via", OA + "styledBy", TERMS["schema"] + "audience"
}  # fmt: skip


class Read(NamedTuple):
    """What a collection says.

    :ivar quads: the graph, without what only Web Annotation says
    :ivar left_out: what tools said of the annotations themselves, such as when they were made: property to how often
    """

    quads: list[Quad]
    left_out: dict[str, int]


def quads(document: object, name: str = "the collection") -> Read:
    """Return the graph that a collection was made from; the words it quotes are checked by their digest and left out.

    :param document: JSON: a collection, a page, an array of annotations, or one annotation
    :raises InputError: it is no JSON-LD, or an annotation does not say what a position needs; tells which and what
    """
    if isinstance(document, list):
        contexts = [one.get("@context") for one in document if isinstance(one, dict)]
        document = {"@context": inlined(contexts[0]) if contexts else {}, "@graph": [_inlined(one) for one in document]}
    try:
        data = json.dumps(_inlined(document)).encode()
    except (RecursionError, UnicodeEncodeError):
        raise InputError("The JSON is nested too deep to be read.", fix="Write it flatter.", file=name) from None
    try:
        nodes = _Nodes(reading.parse(data, name, base="urn:whence:nowhere/", rename=True).quads)
    except InputError as error:  # its place is one of what is parsed here, not of the file
        raise InputError(error.problem, fix=error.fix, file=name) from None
    return _Graph(nodes, name).read()


def _inlined(document: Any) -> Any:
    if not isinstance(document, dict):
        return document
    return {key: inlined(value) if key == "@context" else _bodies(value) for key, value in document.items()}


def _bodies(value: Any) -> Any:
    """The address of the context may stand inside as well, where collections are put together from single annotations."""
    if isinstance(value, list):
        return [_bodies(one) for one in value]
    return _inlined(value)


class _Nodes(dict[str, dict[str, list[Any]]]):
    """Values by subject and property."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        super().__init__()
        self.quads = list(dict.fromkeys(quads))  # several positions may have one passage
        for quad in self.quads:
            self.setdefault(str(quad.subject), {}).setdefault(quad.predicate.value, []).append(quad.object)

    def of(self, node: Any, name: str) -> list[Any]:
        return self.get(str(node), {}).get(name, [])

    def types(self, node: Any) -> set[str]:
        return {one.value for one in self.of(node, _TYPE)}


class _Graph:
    def __init__(self, nodes: _Nodes, name: str) -> None:
        self.nodes, self.name = nodes, name
        self.dropped: set[str] = set()
        self.left_out: Counter[str] = Counter()
        self.places: dict[str, list[Any]] = {}

    def read(self) -> Read:
        annotations = [quad.subject for quad in self.nodes.quads if quad.predicate.value == _TYPE and quad.object == NamedNode(OA + "Annotation")]
        if not annotations:
            raise InputError("It holds no annotation.", fix="Give a collection, a page, or annotations of the Web Annotation Data Model.", file=self.name)
        for annotation in annotations:
            self._read(annotation)
        self._drop_frame()
        return Read(list(self._remaining(set(map(str, annotations)))), dict(self.left_out))

    def _wrong(self, annotation: Any, problem: str, fix: str) -> InputError:
        return InputError(f"The annotation {shorten(annotation.value)} {problem}", fix=fix, file=self.name)

    def _read(self, annotation: Any) -> None:
        if not set(ANNOTATED) & self.nodes.types(annotation):
            fix = "Read it with whence draft, which makes proposals of what other tools annotate."
            raise self._wrong(annotation, "is of none of wh:Attestation and wh:Question.", fix)
        target = self._one(annotation, annotation, _TARGET, "target")
        selectors = self.nodes.of(target, _SELECTOR)
        positions = [one for one in selectors if self.nodes.of(one, _START) or self.nodes.of(one, _END)]
        if len(positions) != 1:
            raise self._wrong(annotation, f"has {len(positions)} position selectors.", "Give its target exactly one TextPositionSelector.")
        start, end = (self._offset(annotation, positions[0], name) for name in (_START, _END))
        by_hand = bool(self.nodes.of(annotation, PASSAGE))
        stated = None if by_hand and not self.nodes.of(target, DIGEST) else self._one(annotation, target, DIGEST, "wh:passageDigest")
        source = self._one(annotation, target, _SOURCE, "source")
        for quoted in (one for selector in selectors for one in self.nodes.of(selector, _EXACT)):
            if stated is not None and digest(quoted.value) != stated.value:
                problem = f"quotes {quoted.value[:60]!r}, whose digest is not its wh:passageDigest."
                raise self._wrong(annotation, problem, "The quote or the digest was changed: cite the words again.")
        bodies = self.nodes.of(annotation, _BODY)
        self.dropped |= {str(one) for one in bodies if OA + "TextualBody" in self.nodes.types(one)}
        self._check_claim(annotation, bodies)
        if by_hand:
            self._keep_passage(target, positions[0], start, end)
        else:
            self.places[str(annotation)] = [source, start, end, stated]
            self.dropped |= {str(target), str(positions[0])}
        self.dropped |= {str(one) for one in selectors if one != positions[0]}

    def _check_claim(self, annotation: Any, bodies: list[Any]) -> None:
        claims = {str(one) for one in self.nodes.of(annotation, ATTESTS)}
        if claims != {str(one) for one in bodies} - self.dropped:
            raise self._wrong(annotation, "has another body than it attests.", "Name in wh:attests the claim that is its body.")

    def _one(self, annotation: Any, node: Any, name: str, said: str) -> Any:
        values = self.nodes.of(node, name)
        if len(values) != 1:
            raise self._wrong(annotation, f"has {len(values) or 'no'} {said}.", f"Give it exactly one {said}.")
        return values[0]

    def _offset(self, annotation: Any, selector: Any, name: str) -> Literal:
        value = self._one(annotation, selector, name, name.removeprefix(OA)).value
        if not (value.isascii() and value.isdecimal() and len(value) < 16):
            raise self._wrong(annotation, f"has {value[:40]!r} as its {name.removeprefix(OA)}.", "Give a number of code points from 0.")
        return Literal(int(value))

    def _keep_passage(self, target: Any, selector: Any, start: Literal, end: Literal) -> None:
        """A passage node written by hand stays what it was."""
        values = self.nodes[str(selector)]
        values[_START], values[_END] = [start], [end]
        self.nodes[str(target)][_SELECTOR] = [selector]

    def _drop_frame(self) -> None:
        """Mark collection, page and the cells of their lists, which say nothing of the graph."""
        for node in self.nodes:
            kinds = self.nodes.types(node)
            if kinds & {TERMS["as"] + "OrderedCollection", TERMS["as"] + "OrderedCollectionPage"}:
                self.dropped.add(node)
                for head in self.nodes.of(node, TERMS["as"] + "items"):
                    while str(head) not in self.dropped and self.nodes.of(head, PREFIXES["rdf"] + "rest"):
                        self.dropped.add(str(head))
                        head = self.nodes.of(head, PREFIXES["rdf"] + "rest")[0]

    def _remaining(self, annotations: set[str]) -> Iterable[Quad]:
        subjects = {str(quad.subject): quad.subject for quad in self.nodes.quads}
        for key, subject in subjects.items():
            if key in self.dropped:
                continue
            for name, values in self.nodes[key].items():
                if key in annotations and (name in (_BODY, _TARGET, _MOTIVATION) or name in _LIFECYCLE):
                    if name in _LIFECYCLE:
                        self.left_out[name] += 1
                    continue
                for value in values:
                    if not (name == _TYPE and value.value == OA + "Annotation"):
                        yield Quad(subject, NamedNode(name), value)
            for name, value in zip(PLACE, self.places.get(key, ()), strict=False):
                yield Quad(subject, NamedNode(name), value)
