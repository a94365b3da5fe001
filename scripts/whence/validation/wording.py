"""What the shapes found, in a curator's words: what is wrong, what is allowed there, what to do; one fault one finding.

The engines report a constraint that is not met (SHACL section 3.6). Here its result is told with the names of things: "A place
cannot be an influencer here. Allowed: a work, ...". The shape's `sh:name` is the noun for its values, and its `sh:message`
says what to do. Where one fault breaks several rules, the one that is nearest to the fault is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from whence.did_you_mean import nearest
from whence.findings import Finding, Severity
from whence.namespaces import PREFIXES, SH, WH, local, shorten, spaced
from whence.rdf.terms import term_of
from whence.report.words import count
from whence.things.index import Index

#: Of several constraints that one value breaks, the first of these says best what is wrong.
_FIRST = ("NodeKind", "Datatype", "Class", "Or", "In", "Node", "Pattern", "MinInclusive", "MinLength", "MaxLength", "LessThan")
#: What is wanted, by datatype.
_DATATYPES = {
    PREFIXES["xsd"] + "string": 'plain text in quotation marks, such as "text"',
    PREFIXES["xsd"] + "integer": "a whole number without quotation marks, such as 12",
    PREFIXES["xsd"] + "decimal": "a number without quotation marks, such as 0.5",
    PREFIXES["rdf"] + "langString": 'text with its language, such as "text"@en',
}
#: Constraints that a value of another kind breaks, which taking it away mends.
_KINDS = ("NodeKind", "Class", "Or", "In")
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_PLACE = "https://w3id.org/whence/shape/Place"
_ATTESTED = "https://w3id.org/whence/shape/AttestedClaim"
_CLASSLESS = "check:thing-without-a-class"
_PARTS = ("document", "start", "end", "passageDigest")
_MEANT = re.compile(r"Did you mean (\w[\w-]*):(\S+)\?")
_SHOWN, _LISTED = 60, 12


def in_words(findings: Iterable[Finding], store: Store, shapes: Store) -> list[Finding]:
    """Return findings with those of shapes told in a curator's words, and those that follow from others left out.

    :param store: the whole default graph, with the labels of claims as far as they could be derived
    :param shapes: the shapes that found them
    """
    findings = list(findings)
    if all(finding.severity is Severity.INFO for finding in findings):
        return findings
    words = _Words(Index(store), shapes)
    return [words.told(finding) if finding.component else finding for finding in _merged(findings, words)]


class _Words:
    """Names of things, and what shapes ask for.

    :param index: of the graph that was validated
    :param shapes: their triples
    """

    def __init__(self, index: Index, shapes: Store) -> None:
        self.index, self.shapes = index, shapes
        self.parameter = cache(self._parameter)

    def _parameter(self, shape: str, name: str) -> list[Any]:
        """Return the values of a parameter of a shape."""
        if shape.startswith("_:"):
            return []
        return [quad.object for quad in self.shapes.quads_for_pattern(NamedNode(shape), NamedNode(SH + name), None)]

    def _text(self, shape: str, name: str) -> str:
        found = self.parameter(shape, name)
        return next((one.value for one in found if (one.language or "en") == "en"), "")

    def told(self, finding: Finding) -> Finding:
        """Return a finding with what is wrong as its message, and what its shape says to do as its fix."""
        component = _component(finding)
        tell = getattr(self, f"_{component}", None) or self._rule
        problem, fix = tell(finding), self._text(finding.rule, "message") or None
        return replace(finding, message=problem, fix=fix) if isinstance(problem, str) else replace(finding, message=problem[0], fix=problem[1])

    # One method a constraint component, called by its name. Each returns what is wrong, with what to do where the shape does not say that.

    def _MinCount(self, finding: Finding) -> str:
        wanted = next((int(one.value) for one in self.parameter(finding.rule, "minCount")), 1)
        number = len(self.values(finding))
        if wanted > 1:
            return f"{self._here(finding)} has {number or 'no'} {'value' if number == 1 else 'values'} of “{self._noun(finding)}”; it needs at least {wanted}."
        return f"{self._here(finding)} has no {self._noun(finding)}."

    def _MaxCount(self, finding: Finding) -> str:
        wanted = next((int(one.value) for one in self.parameter(finding.rule, "maxCount")), 1)
        values = sorted(self.name(value) for value in self.values(finding))
        if not wanted:
            return f"{self._here(finding)} has {self._noun(finding)}, which is not allowed here."
        if len(values) <= wanted:  # values that the engine holds as one and that are written in several ways
            return f"{self._here(finding)} has more than {wanted} of “{self._noun(finding)}”."
        return f"{self._here(finding)} has {len(values)} values of “{self._noun(finding)}”, where {wanted} may stand: {_listed(values)}."

    def _Class(self, finding: Finding) -> str | tuple[str, str | None]:
        return self._kind(finding, [self._class(one.value) for one in self.parameter(finding.rule, "class")])

    def _Or(self, finding: Finding) -> str | tuple[str, str | None]:
        if finding.path is None:
            return self._rule(finding)
        return self._kind(finding, [self._alternative(one) for head in self.parameter(finding.rule, "or") for one in self._members(head)])

    def _NodeKind(self, finding: Finding) -> str | tuple[str, str | None]:
        return self._Or(finding) if self.parameter(finding.rule, "or") or finding.path is None else self._Class(finding)

    def _Datatype(self, finding: Finding) -> str:
        wanted = [_DATATYPES.get(one.value, shorten(one.value)) for one in self.parameter(finding.rule, "datatype")]
        return f"{self._value(finding)} cannot be {_a(self._noun(finding))} here. Allowed: {_listed(wanted)}."

    def _In(self, finding: Finding) -> tuple[str, str | None]:
        allowed = [one for head in self.parameter(finding.rule, "in") for one in self._members(head)]
        problem = f"{self._value(finding)} cannot be {_a(self._noun(finding))} here. Allowed: {_listed([*map(self.name, allowed)])}."
        return problem, self._meant(self._term(finding.value).value, (one.value for one in allowed)) or "Choose one of these."

    def _Pattern(self, finding: Finding) -> str | tuple[str, str | None]:
        if finding.path is None:
            return self._rule(finding)
        return f"{self._value(finding)} is not in the form of {_a(self._noun(finding))}."

    def _MinInclusive(self, finding: Finding) -> str:
        least = next((one.value for one in self.parameter(finding.rule, "minInclusive")), "")
        return f"{self._value(finding)} is too low for {_a(self._noun(finding))}: the lowest is {least}."

    def _MinLength(self, finding: Finding) -> str:
        return f"{self._value(finding)} is too short for {_a(self._noun(finding))}."

    def _MaxLength(self, finding: Finding) -> str:
        most = next((one.value for one in self.parameter(finding.rule, "maxLength")), "")
        length = len(self._term(finding.value).value) if finding.value else 0
        return f"The {self._noun(finding)} has {count(length, 'character')}; it may have {most}."

    def _LessThan(self, finding: Finding) -> str:
        other = next((one for one in self.parameter(finding.rule, "lessThan")), None)
        ends = sorted(quad.object.value for quad in self.index.quads(self._term(finding.focus_node)) if quad.predicate == other)
        return f"The start {self._term(finding.value).value} does not come before the end{f' {ends[0]}' if ends else ''}."

    def _UniqueLang(self, finding: Finding) -> str:
        seen: dict[str, list[str]] = {}
        for value in self.values(finding):
            seen.setdefault(getattr(value, "language", None) or "", []).append(str(value))
        twice = sorted(word for language, found in seen.items() if language and len(found) > 1 for word in found)
        return f"{self._here(finding)} has several values of “{self._noun(finding)}” in one language: {_listed(twice)}."

    def _Closed(self, finding: Finding) -> str | tuple[str, str | None]:
        if not finding.path or finding.path[0] != "pred":
            return self._rule(finding)
        used = [one for head in self.parameter(finding.rule, "ignoredProperties") for one in self._members(head)]
        used += [path for shape in self.parameter(finding.rule, "property") for path in self.parameter(shape.value, "path")]
        allowed = sorted({one.value for one in used if isinstance(one, NamedNode) and one.value.startswith(WH)})
        named = finding.path[1][1:-1]
        problem = f"{shorten(named)} cannot stand on {_a(self._kind_of(self._term(finding.focus_node)))}. Allowed: {_listed([*map(shorten, allowed)], 30)}."
        return problem, self._meant(named, allowed) or "Take it out."

    def _Xone(self, finding: Finding) -> str | tuple[str, str | None]:
        if not finding.rule.endswith(("/WorldFact", "/Relation")):
            return self._rule(finding)
        node = self._term(finding.focus_node)
        found = [value for role in ("value", "literalValue") for value in self.index.objects(node, NamedNode(WH + role))]
        fix = "Give one: a thing or a claim of the graph as wh:value, or a text or number as wh:literalValue."
        if not found:
            return f"{self._here(finding)} has no value.", fix
        if len(found) > 1:
            return f"{self._here(finding)} has {len(found)} values, where one may stand: {_listed([*map(self.name, found)])}.", fix
        return f"{self.name(found[0])} cannot be the value here.", fix

    def _Equals(self, finding: Finding) -> str:
        other = next((shorten(one.value) for one in self.parameter(finding.rule, "equals")), "another property")
        own = shorten(finding.path[1][1:-1]) if finding.path else ""
        return f"{self._value(finding)} stands under only one of {own} and {other}."

    def _rule(self, finding: Finding) -> tuple[str, str | None]:
        """Return the shape's own message: its first sentence says what is wrong with "it", the rest what to do."""
        if finding.rule == _PLACE:
            missing = [f"wh:{part}" for part in self.missing(finding)]
            problem = f"It does not say where its words stand: {_and(missing)} {'is' if len(missing) == 1 else 'are'} missing."
            return self._about(finding, problem), self._text(finding.rule, "message")
        problem, stop, fix = finding.message.partition(". ")
        return self._about(finding, problem + stop.strip()), fix or None

    # Names.

    def _about(self, finding: Finding, sentence: str) -> str:
        return self._here(finding) + sentence.removeprefix("It") if sentence.startswith("It ") else sentence

    @staticmethod
    def _meant(word: str, words: Iterable[str]) -> str | None:
        near = nearest(local(word), [local(one) for one in words], 0.7)
        return f"Did you mean wh:{near}?" if near else None

    def missing(self, finding: Finding) -> list[str]:
        """The parts of a place that a focus node lacks."""
        node = self._term(finding.focus_node)
        return [part for part in _PARTS if not self.index.objects(node, NamedNode(WH + part))]

    def _here(self, finding: Finding) -> str:
        node = self._term(finding.focus_node)
        name = self.index.name(node.value) if isinstance(node, NamedNode) else ""
        return f"The {self._kind_of(node)} “{_clipped(name)}”" if name else f"This {self._kind_of(node)}"

    def _kind_of(self, node: Any) -> str:
        kinds = self._kinds(node)
        return kinds[0] if kinds else "thing"

    def _kinds(self, node: Any) -> list[str]:
        if not isinstance(node, NamedNode):
            return []
        classes = self.index.special(one for one in self.index.classes(node) if not one.startswith(PREFIXES["owl"]))
        return sorted(self._class(one)[0] for one in classes)

    def _noun(self, finding: Finding) -> str:
        """The noun for a value: the name of the shape, else the label of the property."""
        own = self._text(finding.rule, "name")
        if own or not finding.path or finding.path[0] != "pred":
            return own or "value"
        iri = finding.path[1][1:-1]
        return self.index.name(iri) or spaced(local(iri))

    def _class(self, iri: str) -> tuple[str, str]:
        """Return the label of a class, and the labels of its kinds as far as they are few and say more."""
        label = self.index.name(iri) or spaced(local(iri))
        below = [quad.subject for quad in self.index.store.quads_for_pattern(None, NamedNode(PREFIXES["rdfs"] + "subClassOf"), NamedNode(iri), None)]
        kinds = sorted({self.index.name(one.value) for one in below if isinstance(one, NamedNode) and one.value != iri} - {""})
        return label, f" ({', '.join(kinds)})" if 0 < len(kinds) <= 6 else ""

    def _alternative(self, shape: Any) -> tuple[str, str]:
        for quad in self.shapes.quads_for_pattern(shape, None, None):
            if quad.predicate.value == SH + "class":
                return self._class(quad.object.value)
            if quad.predicate.value == SH + "datatype":
                return _DATATYPES.get(quad.object.value, shorten(quad.object.value)), ""
        return "another shape", ""

    def _kind(self, finding: Finding, allowed: list[tuple[str, str]]) -> str:
        """Say that a value is of the wrong kind, and which are allowed."""
        told = " Allowed: " + _listed([(label if label in _DATATYPES.values() else _a(label)) + kinds for label, kinds in allowed]) + "." if allowed else ""
        term, noun = self._term(finding.value), _a(self._noun(finding))
        if not isinstance(term, NamedNode):
            return f"{self._value(finding)} is no thing of the graph and cannot be {noun} here.{told}"
        kinds = self._kinds(term)
        if not kinds:
            return f"{self.name(term)} has no class and cannot be {noun} here.{told}"
        return f"{self.name(term)} is {_and([_a(kind) for kind in kinds])}. {_a(kinds[0]).capitalize()} cannot be {noun} here.{told}"

    def _value(self, finding: Finding) -> str:
        return self.name(self._term(finding.value))

    def name(self, term: Any) -> str:
        """A term by its name with its short IRI, a literal as it is written."""
        if isinstance(term, Literal) and not term.language and term.datatype.value.startswith(PREFIXES["xsd"]):
            plain = term.datatype.value.removeprefix(PREFIXES["xsd"]) in ("integer", "decimal", "boolean")
            return _clipped(term.value) if plain else f'"{_clipped(term.value)}"' + ("" if term.datatype.value.endswith("#string") else f" ({shorten(term.datatype.value)})")
        if not isinstance(term, NamedNode):
            return _clipped(str(term))
        label = self.index.name(term.value)
        return f"“{_clipped(label)}” ({shorten(term.value)})" if label else shorten(term.value)

    def values(self, finding: Finding) -> list[Any]:
        """The values that the focus node has by the path, where it is a property or its inverse."""
        kind, *parts = finding.path or ("none",)
        node = self._term(finding.focus_node)
        if kind == "pred":
            return self.index.objects(node, NamedNode(parts[0][1:-1]))
        if kind == "inv" and parts[0][0] == "pred":
            return list(self.index.subjects(NamedNode(parts[0][1][1:-1]), node))
        return []

    @staticmethod
    def _term(text: str | None) -> Any:
        return term_of(text) if text else Literal("")

    def _members(self, head: Any) -> list[Any]:
        found = []
        while head != NamedNode(PREFIXES["rdf"] + "nil"):
            cells = {quad.predicate.value: quad.object for quad in self.shapes.quads_for_pattern(head, None, None)}
            found.append(cells[PREFIXES["rdf"] + "first"])
            head = cells[PREFIXES["rdf"] + "rest"]
        return found


def _merged(findings: list[Finding], words: _Words) -> list[Finding]:
    """Return the findings without those that follow from the fault of another one."""
    faults = _Faults(findings)
    kept: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        if not one.component:
            if not faults.cause_check(one):
                kept[len(kept), "other"] = faults.weighed(one)
        elif not faults.cause_result(one, words):
            component = _component(one)
            value, rest = one.value if component != "Equals" else None, one.rule if one.path is None else "" if one.value else component
            known = kept.get((one.focus_node, one.path, value, rest))
            if known is None or _weight(one) < _weight(known):
                severity = one.severity if known is None else min(one.severity, known.severity, key=_RANK.__getitem__)
                kept[one.focus_node, one.path, value, rest] = replace(one, severity=severity)
    return list(kept.values())


class _Faults:
    """What is at fault by findings that say so outright, from which others follow."""

    def __init__(self, findings: list[Finding]) -> None:
        told = [(one, match) for one in findings if (match := _MEANT.search(one.fix or ""))]
        unknown = [one for one in findings if one.rule in ("ontology:undescribed", "ontology:undeclared-property")]
        self.unknown = {(one.focus_node, one.path, one.value) for one in unknown}
        self.unknown_paths = {(one.focus_node, one.path) for one in unknown}
        self.undescribed = {one.value for one in findings if one.rule == "ontology:undescribed"}
        self.named = {f"<{PREFIXES.get(match[1], '')}{match[2]}>" for one, match in told if one.rule == "ontology:undescribed"}
        self.meant = {(one.focus_node, WH + match[2]) for one, match in told if one.rule == "ontology:undeclared-property"}
        self.untyped = {one.focus_node for one in findings if one.rule == "ontology:undeclared-class"}
        self.misplaced = {(one.focus_node, one.path) for one in findings if one.component and one.path}
        self.bad = {(one.focus_node, one.path) for one in findings if one.value and _component(one) in _KINDS}
        classless = {one.focus_node for one in findings if one.rule == _CLASSLESS}
        self.wanted = {one.value for one in findings if one.value in classless and _component(one) in _KINDS}
        self.violated = any(one.severity is Severity.VIOLATION for one in findings)

    def cause_check(self, one: Finding) -> bool:
        """Report whether a finding that is no shape's follows from another.

        It repeats what a shape says of these values; or a thing is unused, since it is misspelt or in the wrong place where it is
        used; or has no class, since nothing describes it.
        """
        repeats = one.rule.startswith("check:") and (one.focus_node, one.path) in self.misplaced
        return repeats or (one.rule == "check:unused-thing" and self.violated) or (one.rule == _CLASSLESS and one.focus_node in self.undescribed)

    def weighed(self, one: Finding) -> Finding:
        """Return a finding, as a violation where a thing without a class is wanted somewhere."""
        return replace(one, severity=Severity.VIOLATION) if one.rule == _CLASSLESS and one.focus_node in self.wanted else one

    def cause_result(self, one: Finding, words: _Words) -> bool:
        """Report whether a result of a shape follows from another fault."""
        component, at = _component(one), (one.focus_node, one.path)
        unknown = (*at, one.value) in self.unknown or one.value in self.untyped or (component == "Closed" and at in self.unknown_paths)
        misspelt = bool(_absent(one, words) & self.meant) or (one.rule == _ATTESTED and one.focus_node in self.named)
        placed = one.rule == _PLACE and any((one.focus_node, ("pred", f"<{WH}{part}>")) in self.misplaced for part in _PARTS)
        other = (component in _KINDS and one.value in self.wanted) or (component == "MaxCount" and at in self.bad)
        return unknown or misspelt or placed or other


def _absent(finding: Finding, words: _Words) -> set[tuple[str | None, str]]:
    """What a finding misses: the focus node with each property."""
    if finding.rule == _PLACE:
        return {(finding.focus_node, WH + part) for part in words.missing(finding)}
    if _component(finding) == "MinCount" and finding.path and finding.path[0] == "pred":
        return {(finding.focus_node, finding.path[1][1:-1])}
    return set()


def _weight(finding: Finding) -> tuple[int, str]:
    component = _component(finding)
    return (_FIRST.index(component) if component in _FIRST else len(_FIRST), finding.rule)


def _component(finding: Finding) -> str:
    return (finding.component or "").removeprefix(SH).removesuffix("ConstraintComponent")


def _a(noun: str) -> str:
    """A noun with its article, one in the plural without.

    >>> _a("idea"), _a("work"), _a("use"), _a("episodes")
    ('an idea', 'a work', 'a use', 'episodes')
    """
    if noun.endswith("s") and not noun.endswith(("ss", "us", "is", "series")):
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' and not noun.startswith('u') else 'a'} {noun}"


def _and(words: list[str]) -> str:
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words)


def _listed(words: list[str], most: int = _LISTED) -> str:
    """The words, the first few of many with how many there are more."""
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def _clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
