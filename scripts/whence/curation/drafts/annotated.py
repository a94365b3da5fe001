"""Annotations with targets and selectors: those of the Web Annotation Data Model, of Hypothesis, and CATMA's own.

Web Annotation counts code points (section 4.2.4); Hypothesis and CATMA count UTF-16 code units, as JavaScript and Java do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whence.curation.drafts.catma import Tags
from whence.curation.drafts.fields import Terms
from whence.curation.drafts.proposals import Fault, Proposal, checked_number
from whence.namespaces import PREFIXES

_OURS = ("wh:attests", PREFIXES["wh"] + "attests")


def is_one(value: Any) -> bool:
    """Report whether a JSON value is an annotation."""
    return isinstance(value, dict) and "target" in value


def members(value: Any) -> list[Any]:
    """Return the annotations of a collection, a page or an array; else the value alone."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not is_one(value):
        for key in ("first", "items", "@graph"):
            if isinstance(value.get(key), dict | list):
                return members(value[key])
    return [value]


def read(value: dict[str, Any], where: str, terms: Terms, tags: Tags | None = None) -> tuple[str, list[Proposal | Fault]]:
    """Return the tool that wrote an annotation, and a proposal for each of its targets.

    :param tags: the tags of a project of CATMA that is beside the file
    """
    tool = "Hypothesis" if "uri" in value and "body" not in value else "CATMA" if _is_catma(value) else "Web Annotation"
    notes: list[str] = []
    record: dict[str, Any] = {}
    if tool == "Hypothesis":
        terms.read_tags(record, _texts(value.get("tags")), notes)
        terms.read_comment(record, str(value.get("text") or ""), notes)
    elif tool == "CATMA":
        _read_catma(record, value["body"], terms, notes, tags)
    else:
        _read_bodies(record, value, terms, notes)
    targets = _targets(value["target"])
    if not targets:
        return tool, [Fault(where, "target", "It has no target with a selector: it is about no words.")]
    found = []
    for number, target in enumerate(targets, start=1):
        place = where if len(targets) == 1 else f"{where}, target {number}"
        found.append(_selected(target, place, record, notes, utf16=tool != "Web Annotation"))
    return tool, _joined(found) if tool == "CATMA" else found


def _selected(target: dict[str, Any], where: str, record: dict[str, Any], notes: list[str], utf16: bool) -> Proposal | Fault:
    """Return the proposal of one target: the words of its quote selector, the place of its position selector."""
    proposal = Proposal(where, dict(record), utf16=utf16, notes=list(notes))
    for selector in _selectors(target.get("selector")):
        kind = selector.get("type")
        if kind == "TextQuoteSelector":
            exact = selector.get("exact")
            if not isinstance(exact, str) or not exact.strip():
                return Fault(where, "target.selector.exact", "It is missing or empty: it holds the words.")
            proposal.quote = exact
            proposal.before, proposal.after = (one if isinstance(one := selector.get(key), str) else "" for key in ("prefix", "suffix"))
        elif kind == "TextPositionSelector":
            for key in ("start", "end"):
                offset = checked_number(selector.get(key), key)
                if isinstance(offset, str):
                    return Fault(where, f"target.selector.{key}", offset)
                setattr(proposal, key, offset)
    if proposal.quote is None and proposal.start is None:
        return Fault(where, "target.selector", "It has neither a TextQuoteSelector nor a TextPositionSelector: it is about no words.")
    return proposal


def _targets(value: Any) -> list[dict[str, Any]]:
    members = value if isinstance(value, list) else value.get("items", [value]) if isinstance(value, dict) else []
    return [one for one in members if isinstance(one, dict) and one.get("selector")]


def _selectors(value: Any) -> Iterable[dict[str, Any]]:
    """Yield selectors, alternatives and those that refine others."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            yield from _selectors(one["refinedBy"]) if "refinedBy" in one else _selectors(one.get("items", []))


def _joined(found: list[Proposal | Fault]) -> list[Proposal | Fault]:
    """Join the pieces in which CATMA cuts words where annotations overlap."""
    joined: list[Proposal | Fault] = []
    for one in found:
        last = joined[-1] if joined else None
        if isinstance(one, Proposal) and isinstance(last, Proposal) and last.quote is None and one.quote is None and last.end == one.start:
            last.end = one.end
        else:
            joined.append(one)
    return joined


def _read_bodies(record: dict[str, Any], value: dict[str, Any], terms: Terms, notes: list[str]) -> None:
    """Take in what the bodies of a Web Annotation say; one that was made of a position says it in our own terms."""
    bodies = value.get("body", value.get("bodyValue", []))
    bodies = bodies if isinstance(bodies, list) else [bodies]
    ours = any(key in value for key in _OURS)
    if ours:
        _read_ours(record, value, bodies, terms, notes)
        return
    texts = [one if isinstance(one, str) else one.get("value", one.get("source", one.get("id"))) for one in bodies if isinstance(one, str | dict)]
    tagging = [isinstance(one, dict) and one.get("purpose") in ("tagging", "classifying", "identifying") for one in bodies if isinstance(one, str | dict)]
    terms.read_tags(record, [text for text, tag in zip(texts, tagging, strict=True) if tag and isinstance(text, str)], notes)
    for text, tag in zip(texts, tagging, strict=True):
        if not tag and isinstance(text, str):
            terms.read_comment(record, text, notes)


def _read_ours(record: dict[str, Any], value: dict[str, Any], bodies: list[Any], terms: Terms, notes: list[str]) -> None:
    claims = [one for one in bodies if isinstance(one, dict) and one.get("type") != "TextualBody"]
    for claim in claims[:1]:
        types = claim.get("type", [])
        terms.fill(record, {"class": _texts(types)[-1] if _texts(types) else ""}, notes)
        terms.fill(record, {name: _values(one) for name, one in claim.items() if ":" in name}, notes)
    said = {name: _values(one) for name, one in value.items() if ":" in name and name not in _OURS}
    terms.fill(record, {name: one for name, one in said.items() if not name.endswith(("passage", "document"))}, notes)


def _values(value: Any) -> Any:
    """Return the IRI or the text of a value of JSON-LD, or of each of a list."""
    if isinstance(value, list):
        return [_values(one) for one in value]
    if isinstance(value, dict):
        iri = value.get("id", value.get("@id"))
        if isinstance(iri, str):
            prefix, _, name = iri.partition(":")
            return PREFIXES[prefix] + name if prefix in PREFIXES else iri
        return value.get("@value")
    return value


def _is_catma(value: dict[str, Any]) -> bool:
    return isinstance(value.get("body"), dict) and "tagset" in value["body"]


def _read_catma(record: dict[str, Any], body: dict[str, Any], terms: Terms, notes: list[str], tags: Tags | None) -> None:
    """Take in a tag of CATMA and its properties, which it names by numbers that the tags beside the file explain."""
    tag = str(body.get("tag", "")).rsplit("/", 1)[-1]
    name = tags.names.get(tag, tag) if tags else tag
    terms.read_tags(record, [name], notes)
    own = body.get("properties")
    user = own.get("user") if isinstance(own, dict) else None
    fields = {(tags.names.get(key, key) if tags else key): _single(one) for key, one in user.items()} if isinstance(user, dict) else {}
    terms.fill(record, fields, notes)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
