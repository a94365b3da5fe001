"""A graph as one annotation collection, with the words of passages from the texts that are held.

The JSON-LD context of Web Annotation, so that nothing is fetched to read its documents.

It is that of the Web Annotation Vocabulary (W3C Recommendation of 23 February 2017, appendix A), term by term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from whence.evidence import Texts, digest, passage_iri
from whence.namespaces import BUILT_IN, OA, WH
from whence.rdf.canonical import canonical
from whence.rdf.jsonld import Compaction
from whence.report.words import count

#: The address by which documents name the context; some write it with https.
ADDRESS = "http://www.w3.org/ns/anno.jsonld"
_NAMESPACES = {
    "oa": OA,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "iana": "http://www.iana.org/assignments/relation/",
    "as": "http://www.w3.org/ns/activitystreams#",
    "schema": "http://schema.org/",
    **{prefix: BUILT_IN[prefix] for prefix in ("dcterms", "rdf", "rdfs", "skos", "xsd", "owl")},
}
#: Term to IRI where both have one name; those that are renamed follow as `term=name`.
_PLAIN = """
oa: Annotation TextualBody ResourceSelection SpecificResource FragmentSelector CssSelector XPathSelector TextQuoteSelector
    TextPositionSelector DataPositionSelector SvgSelector RangeSelector TimeState HttpRequestState CssStylesheet=CssStyle Choice
    Motivation bookmarking classifying commenting describing editing highlighting identifying linking moderating questioning
    replying reviewing tagging auto=autoDirection ltr=ltrDirection rtl=rtlDirection bodyValue processingLanguage exact prefix suffix
    styleClass
dctypes: Dataset Image=StillImage Video=MovingImage Audio=Sound Text
foaf: Person Organization name email=mbox email_sha1=mbox_sha1sum nickname=nick
as: Software=Application AnnotationCollection=OrderedCollection AnnotationPage=OrderedCollectionPage
schema: Audience accessibility=accessibilityFeature
dc: format language
rdf: value
rdfs: label
"""
#: The same for properties whose values have a type: of IRIs, of terms, or a datatype.
_TYPED = {
    "@id": """
oa: body=hasBody target=hasTarget source=hasSource selector=hasSelector state=hasState scope=hasScope refinedBy
    startSelector=hasStartSelector endSelector=hasEndSelector renderedVia via canonical stylesheet=styledBy cached=cachedSource
dcterms: creator rights conformsTo
as: generator items partOf first last next prev
foaf: homepage
schema: audience
""",
    "@vocab": "oa: motivation=motivatedBy purpose=hasPurpose textDirection",
    "xsd:dateTime": "dcterms: created modified generated=issued\noa: sourceDate sourceDateStart sourceDateEnd",
    "xsd:nonNegativeInteger": "oa: start end\nas: total=totalItems startIndex",
}


def _named(table: str) -> dict[str, str]:
    found, prefix = {}, ""
    for word in table.split():
        if word.endswith(":"):
            prefix = word
        else:
            term, _, name = word.partition("=")
            found[term] = prefix + (name or term)
    return found


def _terms() -> dict[str, Any]:
    typed = {term: {"@type": kind, "@id": iri} for kind, table in _TYPED.items() for term, iri in _named(table).items()}
    typed["items"]["@container"] = "@list"
    keywords = {"id": {"@type": "@id", "@id": "@id"}, "type": {"@type": "@id", "@id": "@type"}}
    return _NAMESPACES | keywords | _named(_PLAIN) | typed


#: The value of `@context` in the published document.
TERMS: dict[str, Any] = _terms()
#: What our documents add: the shared prefixes, but for those that are terms of Web Annotation, such as `id` and `language`.
OURS: dict[str, str] = {
    prefix: iri for prefix, iri in BUILT_IN.items() if prefix not in TERMS or (prefix in _NAMESPACES and _NAMESPACES[prefix] != iri)
}


def inlined(context: Any) -> Any:
    """Return a context in which the address of that of Web Annotation is replaced by its terms."""
    if isinstance(context, list):
        return [inlined(one) for one in context]
    is_address = isinstance(context, str) and context.replace("https:", "http:", 1) == ADDRESS
    return TERMS if is_address else context


#: As many code points before and after as tools commonly keep to tell like words apart.
_AROUND = 32


class Quoting:
    """Gives the words of passages, and counts those that it cannot give."""

    def __init__(self, quads: Iterable[Quad], texts: Texts) -> None:
        said: dict[str, dict[str, str]] = {}
        for quad in quads:
            if quad.predicate.value in (WH + "fileName", WH + "textDigest"):
                said.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
        self._texts = {iri: texts.holding(own.get(WH + "textDigest", ""), own.get(WH + "fileName", "")) for iri, own in said.items()}
        self._unheld: set[str] = set()
        self._without = 0

    def __call__(self, document: str, start: int, end: int, stated: str) -> Words | None:
        """Return the words of a passage, or None where no text is held or its digest does not hold."""
        text = self._texts.get(document)
        if text is None:
            self._unheld.add(document)
        elif digest(text[start:end]) == stated:
            return Words(text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND])
        self._without += 1
        return None

    @property
    def lacking(self) -> str:
        """A sentence on the passages that have no words, or an empty text."""
        if not self._without:
            return ""
        texts = f"the texts of {count(len(self._unheld), 'document')} are not held" if self._unheld else "their digests do not hold"
        return f"{count(self._without, 'passage has', 'passages have')} no quotes: {texts}. Name the folder of texts with --texts; whence evidence checks them."


#: What the place of an attestation or a question is made of; its target says it.
PLACE = DOCUMENT, START, END, DIGEST = tuple(WH + name for name in ("document", "start", "end", "passageDigest"))
ATTESTS, PASSAGE = WH + "attests", WH + "passage"
ANNOTATED = (WH + "Attestation", WH + "Question")
_SOURCE, _SELECTOR, _OA_START, _OA_END, _TYPE = *(OA + name for name in ("hasSource", "hasSelector", "start", "end")), BUILT_IN["rdf"] + "type"
#: What of the two contexts is used for what is none of Web Annotation's own.
_CONTEXT = OURS | {prefix: BUILT_IN[prefix] for prefix in ("skos", "rdfs")} | {"id": "@id", "type": {"@id": "@type", "@container": "@set"}}
#: What is said of one subject.
_Node = list[Quad]


class Words(NamedTuple):
    """The words of a passage, with a little of what stands before and after."""

    exact: str
    prefix: str
    suffix: str


def collection(
    quads: Iterable[Quad],
    about: str,
    title: str,
    *,
    label: Callable[[str], str] | None = None,
    words: Callable[[str, int, int, str], Words | None] | None = None,
) -> dict[str, Any]:
    """Return a graph as an annotation collection of one page, in JSON-LD 1.1; equal for equal graphs.

    :param quads: what is asserted in the files of triples
    :param about: the IRI of what is annotated, from which the collection is named
    :param label: gives the words of an attestation for people, by its IRI; they are a second body
    :param words: gives the words of a passage by document, start, end and digest, or None where nobody holds the text
    """
    nodes = {subject: list(own) for subject, own in groupby(canonical(quads), key=lambda quad: _reference(quad.subject))}
    placed = [(name, place) for name, node in nodes.items() if (place := _place(node, nodes))]
    placed.sort(key=lambda found: (found[1].document, found[1].start, -found[1].end, found[0]))
    within: set[str] = set()
    for name, place in placed:
        within |= {name, place.passage, place.selector, *_values(nodes[name], ATTESTS)}
    compaction = Compaction(_CONTEXT)
    items = [_annotation(name, place, nodes, compaction, label, words) for name, place in placed]
    name, page = f"{about}#annotations", f"{about}#annotations-page"
    return {
        "@context": [ADDRESS, OURS],
        "id": name,
        "type": "AnnotationCollection",
        "label": title,
        "total": len(items),
        "first": {"id": page, "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": items},
        "@included": [compaction.node(node[0].subject, node) for iri, node in sorted(nodes.items()) if iri not in within],
    }


def of_document(quads: Iterable[Quad], document: str) -> list[Quad]:
    """Return what a document says: its positions and questions, their claims, and all that these speak of.

    What other documents say is left out, and so is what stands between documents, such as discrepancies.
    """
    by_subject: dict[str, list[Quad]] = {}
    for quad in quads:
        by_subject.setdefault(quad.subject.value, []).append(quad)
    sources = {}
    for subject, own in by_subject.items():
        said = {quad.predicate.value: quad.object.value for quad in own}
        passage = {quad.predicate.value: quad.object.value for quad in by_subject.get(said.get(PASSAGE, ""), ())}
        sources[subject] = said.get(DOCUMENT) or passage.get(_SOURCE)
    waiting = [document, *(subject for subject, source in sources.items() if source == document)]
    found: dict[str, list[Quad]] = {}
    while waiting:
        subject = waiting.pop()
        if subject in found or subject not in by_subject or sources[subject] not in (None, document):
            continue
        found[subject] = by_subject[subject]
        waiting += [quad.object.value for quad in found[subject] if quad.object.value in by_subject]
    return [quad for own in found.values() for quad in own]


class _Place(NamedTuple):
    passage: str
    selector: str
    document: str
    start: int
    end: int
    digest: str


def _place(node: _Node, nodes: Mapping[str, _Node]) -> _Place | None:
    """Where an attestation or a question stands, by itself or by a passage node written by hand; None of what has no place."""
    if not set(ANNOTATED) & set(_values(node, _TYPE)):
        return None
    if all(len(_values(node, name)) == 1 for name in PLACE):
        document, start, end, digest = (_one(node, name) for name in PLACE)
        passage = passage_iri(document, start, end)
        return _Place(passage, "selector-".join(passage.rsplit("passage-", 1)), document, int(start), int(end), digest)
    name = _one(node, PASSAGE)
    by_hand = nodes.get(name, [])
    selector = _one(by_hand, _SELECTOR)
    selected = nodes.get(selector, [])
    document, start, end = _one(by_hand, _SOURCE), _one(selected, _OA_START), _one(selected, _OA_END)
    if not (document and start and end):
        return None
    return _Place(name, selector, document, int(start), int(end), _one(by_hand, DIGEST))


def _reference(term: Any) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _values(node: _Node, name: str) -> list[str]:
    """Return what stands in one property: IRIs, labels of blank nodes, texts of literals."""
    return [quad.object.value if isinstance(quad.object, Literal) else _reference(quad.object) for quad in node if quad.predicate.value == name]


def _one(node: _Node, name: str) -> str:
    """Return the value of a property that has one, else an empty text."""
    values = _values(node, name)
    return values[0] if len(values) == 1 else ""


def _annotation(
    name: str, place: _Place, nodes: Mapping[str, _Node], compaction: Compaction, label: Callable[[str], str] | None,
    words: Callable[[str, int, int, str], Words | None] | None,
) -> dict[str, Any]:  # fmt: skip
    node = nodes[name]
    own = compaction.node(node[0].subject, [quad for quad in node if quad.predicate.value not in PLACE])
    attested = [quad.object for quad in node if quad.predicate.value == ATTESTS]
    bodies = [compaction.node(one, nodes.get(_reference(one), ())) for one in attested]
    if label:
        bodies.append({"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": label(name)})
    selectors: list[dict[str, Any]] = [{"id": place.selector, "type": "TextPositionSelector", "start": place.start, "end": place.end}]
    quoted = words(place.document, place.start, place.end, place.digest) if words else None
    if quoted:
        selectors.append({"id": f"{place.selector}#words", "type": "TextQuoteSelector", **quoted._asdict()})
    target = {"id": place.passage, "type": "SpecificResource", "source": place.document}
    if place.digest:
        target["wh:passageDigest"] = place.digest
    head = {"id": own.pop("id"), "type": ["Annotation", *own.pop("type")], "motivation": "describing"}
    return head | ({"body": bodies} if bodies else {}) | {"target": target | {"selector": selectors}} | own
