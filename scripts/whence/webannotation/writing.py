"""A graph as one annotation collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pyoxigraph import Quad

from whence.evidence import passage_iri
from whence.namespaces import BUILT_IN, OA, WH
from whence.rdf.canonical import canonical
from whence.rdf.jsonld import expanded
from whence.webannotation.context import ADDRESS, OURS

#: What the place of an attestation or a question is made of; its target says it.
PLACE = DOCUMENT, START, END, DIGEST = tuple(WH + name for name in ("document", "start", "end", "passageDigest"))
ATTESTS, PASSAGE = WH + "attests", WH + "passage"
ANNOTATED = (WH + "Attestation", WH + "Question")
_SOURCE, _SELECTOR, _OA_START, _OA_END = (OA + name for name in ("hasSource", "hasSelector", "start", "end"))
_NAMES = sorted(((iri, prefix) for prefix, iri in (OURS | {"skos": BUILT_IN["skos"], "rdfs": BUILT_IN["rdfs"]}).items()), reverse=True)
_Node = dict[str, Any]


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
    nodes = {node["@id"]: node for node in expanded(canonical(quads))}
    placed = [(node, place) for node in nodes.values() if (place := _place(node, nodes))]
    placed.sort(key=lambda found: (found[1].document, found[1].start, -found[1].end, found[0]["@id"]))
    within: set[str] = set()
    for node, place in placed:
        within |= {node["@id"], place.passage, place.selector, *(one["@id"] for one in node.get(ATTESTS, ()))}
    items = [_annotation(node, place, nodes, label, words) for node, place in placed]
    name, page = f"{about}#annotations", f"{about}#annotations-page"
    return {
        "@context": [ADDRESS, OURS],
        "id": name,
        "type": "AnnotationCollection",
        "label": title,
        "total": len(items),
        "first": {"id": page, "type": "AnnotationPage", "partOf": name, "startIndex": 0, "items": items},
        "@included": [_compacted(node) for iri, node in sorted(nodes.items()) if iri not in within],
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
    if not set(ANNOTATED) & set(node.get("@type", ())):
        return None
    if all(len(node.get(name, ())) == 1 for name in PLACE):
        document, start, end, digest = _one(node, DOCUMENT), _one(node, START), _one(node, END), _one(node, DIGEST)
        passage = passage_iri(document, str(start), str(end))
        selector = "selector-".join(passage.rsplit("passage-", 1))
        return _Place(passage, selector, document, start, end, digest)
    by_hand = nodes.get(_one(node, PASSAGE) or "", {})
    selected = nodes.get(_one(by_hand, _SELECTOR) or "", {})
    said = _one(by_hand, _SOURCE), _one(selected, _OA_START), _one(selected, _OA_END)
    if None in said:
        return None
    return _Place(by_hand["@id"], selected["@id"], *said, _one(by_hand, DIGEST) or "")


def _one(node: _Node, name: str) -> Any:
    values = node.get(name, ())
    return next(iter(values[0].values())) if len(values) == 1 else None


def _annotation(
    node: _Node, place: _Place, nodes: Mapping[str, _Node], label: Callable[[str], str] | None,
    words: Callable[[str, int, int, str], Words | None] | None,
) -> dict[str, Any]:  # fmt: skip
    own = _compacted({name: value for name, value in node.items() if name not in PLACE})
    bodies = [_compacted(nodes[one["@id"]]) if one["@id"] in nodes else {"id": one["@id"]} for one in node.get(ATTESTS, ())]
    if label:
        bodies.append({"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": label(node["@id"])})
    selectors: list[dict[str, Any]] = [{"id": place.selector, "type": "TextPositionSelector", "start": place.start, "end": place.end}]
    quoted = words(place.document, place.start, place.end, place.digest) if words else None
    if quoted:
        selectors.append({"id": f"{place.selector}#words", "type": "TextQuoteSelector", **quoted._asdict()})
    target = {"id": place.passage, "type": "SpecificResource", "source": place.document}
    if place.digest:
        target["wh:passageDigest"] = place.digest
    head = {"id": own.pop("id"), "type": ["Annotation", *own.pop("type")], "motivation": "describing"}
    return head | ({"body": bodies} if bodies else {}) | {"target": target | {"selector": selectors}} | own


def _compacted(node: _Node) -> dict[str, Any]:
    """A node of expanded JSON-LD in the words of our context."""
    out: dict[str, Any] = {"id": node["@id"]} if "@id" in node else {}
    if "@type" in node:
        out["type"] = [_name(one) for one in node["@type"]]
    for name, values in node.items():
        if not name.startswith("@"):
            written = [_value(one) for one in values]
            out[_name(name)] = written[0] if len(written) == 1 else written
    return out


def _value(value: dict[str, Any]) -> Any:
    if "@id" in value:
        return {"id": _name(value["@id"])}
    return value["@value"] if len(value) == 1 else value


def _name(iri: str) -> str:
    """The IRI by a prefix of our context, or whole."""
    for namespace, prefix in _NAMES:
        local = iri[len(namespace) :]
        if iri.startswith(namespace) and local and not local.startswith("//"):
            return f"{prefix}:{local}"
    return iri
