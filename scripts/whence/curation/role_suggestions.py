"""Which things the words of a passage name, and which role each may fill: proposals, for a person to confirm.

A name is one that the graph knows, in any form it has, or words that look like one: a run of capitalised words, a run of
katakana, or what stands in 『』 or 《》. What is proposed for a role fits what the role takes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from whence.curation.forms import Form, Role
from whence.curation.workspace import Workspace
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.terms import RDF_TYPE
from whence.things.dates import MONTHS

_CAPITAL = "A-ZÀ-ÖØ-ÞĀŌŪŠŽČΑ-ΩА-Я"
_CAPITALISED = re.compile(
    rf"(?:(?:The|A|An) )?[{_CAPITAL}][\w.-]*(?:['’](?!s )\w+)?(?:(?: |・)(?:(?:of|the|and|&|for|in|de|la|le|no|to|von|van) )*[{_CAPITAL}][\w.-]*(?:['’](?!s )\w+)?)*"
)
_PHRASE = re.compile(r"\b[Tt]he [a-z]+ of (?:the )?[A-Z][\w.-]*(?: [A-Z][\w.-]*)*")
_QUOTED = re.compile(r"[『《]([^』》]{1,80})[』》]|([ァ-ヺ][ァ-ヺー]{2,}(?:・[ァ-ヺー]+)*)")
#: Capitalised words that begin sentences and name nothing.
_PLAIN = frozenset(
    """a according after all also although an and another any anyone as asked at because before both but by director each even every everyone few
    first for from fans he her here his how however i if in interview into is it its just last later like many more most my mr mrs ms
    new no nobody not nothing now of on once one only or others our over producer question readers review she since so some somebody
    still such than that the their then there these they this those though three to today two under until viewers we well what when
    where which while who whose why with without writer yes yet you your""".split()
)
_BY = re.compile(r"\b(?:by|from)\s+\W*$")
#: Words in the name of a thing that tell its class.
_HINTS = {
    "FictionalPlace": r"\b(?:city|town|village|planet|island|country|kingdom|harbour|colony)\b|街|町|島",
    "WorkPart": r"\b(?:music|score|soundtrack|design|look|scene|story|script|ending|opening)\b|音楽|場面",
    "Organization": r"&|\b(?:Animation|Company|Entertainment|Films|Inc|Media|Pictures|Productions?|Records|Studios?|Works)\b|スタジオ|株式会社",
}
_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_DATES = re.compile(
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{'|'.join(_MONTHS)}),? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{'|'.join(_MONTHS)}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})"
    rf"|(?P<m3>{'|'.join(_MONTHS)}),? (?P<y3>\d{{4}})"
    r"|(?P<y4>\d{4})年(?:(?P<m4>\d{1,2})月(?:(?P<d4>\d{1,2})日)?)?|(?P<iso>\d{4}-\d\d(?:-\d\d)?)"
)
_CONCEPTS = (WH + "Concept", PREFIXES["skos"] + "Concept")
#: What is not created in the course of a claim.
_NOT_MADE = (*_CONCEPTS, *(WH + name for name in ("Claim", "Document", "Question", "Attestation")))
#: Where the end of a line divides a word; before a capital, the hyphen may be the word's own.
_DIVIDED = re.compile(r"(?<=\w)[-\xad]\n(?=[^\W\d_A-Z])")
#: So much of a word must be the same for two to be of one stem.
_STEM, _SHARE = 5, 0.6


@dataclass(frozen=True, slots=True)
class Filler:
    """What may fill a role.

    :ivar text: its name, or the value itself
    :ivar iri: the thing, or an empty text where it is a value or would be created
    :ivar new: the thing that would be created: its name to its class and what that needs; or None
    """

    text: str
    iri: str = ""
    new: dict[str, dict[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    text: str
    iri: str
    start: int
    end: int


class Reader:
    """Reads the passages of one document."""

    def __init__(self, workspace: Workspace, document: str, text: str) -> None:
        self._workspace, self._document, self._text = workspace, document, text

    def proposals(self, form: Form, start: int, end: int) -> dict[str, Filler]:
        """Return what is proposed for the required roles of a claim of these words; a role about which nothing is told is left out."""
        mentions = list(self.mentions(start, end))
        found: dict[str, Filler] = {}
        for role in form.roles:
            if (role.required or role.name == "date") and (filler := self._by_words(role, start, end)):
                found[role.name] = filler
        things = [role for role in form.roles if role.required and role.name not in found and self._takes_things(role)]
        # agents choose first, then what a thing is compared with or comes from, then the thing
        for role in sorted(things, key=lambda role: (not self._takes_agents(role), -things.index(role))):
            chosen = self._mentioned(role, mentions, start, last=role is not things[0] or len(things) == 1)
            if chosen is None:
                continue
            mentions.remove(chosen)
            if fillers := self._all(role, chosen, start, end):
                found[role.name] = fillers[0]
        main = self.main_work
        for role in things:
            if role.name not in found and main and self._fits(main, role) and main not in {filler.iri for filler in found.values()}:
                found[role.name] = Filler(self._workspace.label(main), main)
        for role in form.roles:
            if role.required and role.name not in found and role.default:
                found[role.name] = Filler(self._workspace.label(role.default), role.default)
        return found

    def candidates(self, role: Role, start: int, end: int) -> list[Filler]:
        """Return everything named in and around the words that may fill a role, the nearest first."""
        sentence = self._sentence(start, end)
        mentions = [*self.mentions(start, end), *(one for one in self.mentions(*sentence) if not start <= one.start < end)]
        main = self.main_work
        names = [one for mention in mentions for one in self._all(role, mention, start, end)]
        names += [Filler(self._workspace.label(main), main)] if main and self._fits(main, role) else []
        names += [Filler(self._workspace.label(role.default), role.default)] if role.default else []
        return list({(one.text, one.iri, str(one.new)): one for one in names}.values())

    def created(self, role: Role, name: str, start: int, end: int) -> list[Filler]:
        """Return a name as a thing to be created, once for each class that a role takes, the likeliest first."""
        words = self._text[slice(*self._sentence(start, end))].casefold()
        return [Filler(name, "", self._new(name, kind)) for kind in self._ranked(role, name, words)]

    def mentions(self, start: int, end: int) -> Iterator[_Mention]:
        """Yield the names in a span in their order, no two at one place; the longest goes first."""
        words, places = _undivided(self._text[start:end])
        found = []
        for form in self._workspace.names.forms:
            if len(form.text) < 2 or form.text not in words or form.thing.startswith(WH):
                continue
            for match in re.finditer(_bounded(form.text), words):
                found.append(_Mention(form.text, form.thing, *match.span()))
        found += [_Mention("t" + match[0][1:], "", *match.span()) for match in _PHRASE.finditer(words)]
        for match in _CAPITALISED.finditer(words):
            shown, at = self._name(match.group(), start + places[match.start()])
            if shown:
                found.append(_Mention(shown, "", match.start() + at, match.start() + at + len(shown)))
        found += [_Mention(match[match.lastindex or 0], "", *match.span(match.lastindex or 0)) for match in _QUOTED.finditer(words)]
        taken = [_Mention("", "", *match.span()) for match in _DATES.finditer(words)]
        for one in sorted(found, key=lambda one: (not one.iri and not one.text.startswith("the "), one.start - one.end, one.start, one.iri)):
            if all(one.end <= other.start or other.end <= one.start for other in taken):
                taken.append(one)
        for one in sorted((one for one in taken if one.text), key=lambda one: one.start):
            yield _Mention(one.text, one.iri, start + places[one.start], start + places[one.end])

    @cached_property
    def main_work(self) -> str:
        """Return the work that most positions of the document are about, else the work its text names most; or an empty text."""
        work, graph = (WH + "Work",), self._workspace
        counts: Counter[str] = Counter()
        for quad in graph.quads(None, WH + "document"):
            if quad.object.value == self._document and (claim := graph.value(quad.subject.value, "attests")):
                counts.update(one.object.value for one in graph.quads(claim, None) if isinstance(one.object, NamedNode) and graph.is_one(one.object.value, work))
        if counts:
            return min(counts, key=lambda one: (-counts[one], one))
        named = [(-self._text.count(form.text), self._text.find(form.text), form.thing) for form in graph.names.forms if len(form.text) > 2 and form.text in self._text]
        return next((thing for _, _, thing in sorted(named) if graph.is_one(thing, work)), "")

    def _name(self, run: str, at: int) -> tuple[str, int]:
        """Return the name in a run of capitalised words, without words that only begin a sentence, and where it begins in it."""
        words = run.split(" ")
        begins = not self._text[:at].rstrip(" “\"'‘(").strip() or self._text[:at].rstrip(" “\"'‘(")[-1] in ".!?:\n。"
        skipped = 0
        while words and words[0].casefold() in _PLAIN and (len(words) == 1 or words[0].casefold() not in ("the", "a", "an")):
            skipped += len(words.pop(0)) + 1
        name = " ".join(words).rstrip(".-")
        if len(words) == 1 and begins and not skipped and name.endswith("s") and not re.search(rf"[\w,] {re.escape(name)}\b", self._text):
            return "", 0
        return name, skipped

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        before = max((match.end() for match in re.finditer(r"[.!?。」”]\s+|\n", self._text[:start])), default=0)
        after = re.search(r"[.!?。](?=\s|$)|\n", self._text[end:])
        return before, end + (after.start() if after else len(self._text) - end)

    def _takes_things(self, role: Role) -> bool:
        return not role.literal and not role.values and not role.properties and bool(role.classes)

    def _fits(self, iri: str, role: Role) -> bool:
        return self._workspace.is_one(iri, role.classes)

    def _takes_agents(self, role: Role) -> bool:
        return all(self._workspace.forms.is_below(kind, (WH + "Agent",)) for kind in role.classes)

    def _mentioned(self, role: Role, mentions: list[_Mention], start: int, last: bool) -> _Mention | None:
        """Return the mention that fills a role best: behind `by` or `from` where it may, the last one, or the first."""
        concepts = not self._may_be_new(role)
        fitting = [one for one in mentions if (self._fits(one.iri, role) and self._workspace.is_one(one.iri, _CONCEPTS) == concepts if one.iri else not concepts)]
        if self._takes_agents(role):
            named = [one for one in fitting if one.iri and self._workspace.is_one(one.iri, (WH + "Agent",))]
            behind = [one for one in fitting if _BY.search(self._text[start : one.start])]
            return next(iter([*behind, *named] or [one for one in fitting if not one.iri and len(fitting) == 1]), None)
        return (fitting[-1] if last else fitting[0]) if fitting else None

    def _may_be_new(self, role: Role) -> bool:
        """Report whether things that a role takes are created with claims: not concepts, which stand in vocabularies."""
        return not all(self._workspace.forms.is_below(kind, _CONCEPTS) for kind in role.classes)

    def _all(self, role: Role, mention: _Mention, start: int, end: int) -> list[Filler]:
        if mention.iri:
            return [Filler(self._workspace.label(mention.iri), mention.iri)] if self._fits(mention.iri, role) else []
        return self.created(role, mention.text, start, end)[:3] if self._may_be_new(role) else []

    def _by_words(self, role: Role, start: int, end: int) -> Filler | None:
        """Return the date, or the concept, that the words say."""
        words = self._text[start:end]
        if role.literal and role.name == "date" and (found := dates(words)):
            return Filler(found[0])
        concepts = [kind for kind in role.classes if self._workspace.forms.is_below(kind, (WH + "Concept",))]
        if not concepts or len(concepts) < len(role.classes):
            return None
        said = [word.casefold() for word in re.findall(r"[^\W\d_]+", words)]
        best: tuple[float, str] | None = None
        for iri in self._instances(concepts):
            label = self._workspace.label(iri)
            parts = label.casefold().split()
            likeness = sum(max((_alike(one, other) for one in said), default=0.0) for other in parts) / len(parts)
            if likeness > 0 and not iri.endswith("NotStated") and (best is None or (likeness, best[1]) > best):
                best = (likeness, iri)
        return Filler(self._workspace.label(best[1]), best[1]) if best else None

    def _instances(self, classes: Iterable[str]) -> list[str]:
        kinds = {kind for one in classes for kind in self._workspace.forms.below(one)}
        return sorted({quad.subject.value for quad in self._workspace.quads(None, RDF_TYPE) if quad.object.value in kinds})

    def _ranked(self, role: Role, name: str, words: str) -> list[str]:
        """Return the classes of which a thing may be created in a role, the likeliest first.

        First what its own name tells, then what the words around it say, then works for what is written as a title, then by how
        many things of each class fill the role in the graph, and how many there are.
        """
        forms = self._workspace.forms
        filled = Counter(kind for quad in self._workspace.quads(None, role.iri) if isinstance(quad.object, NamedNode) for kind in self._workspace.classes(quad.object.value))
        kinds = {kind for one in role.classes for kind in forms.below(one) if not forms.is_below(kind, _NOT_MADE)}
        beside = re.search(rf"\b(?:studio|company|publisher),? \W*{re.escape(name.casefold())}", words)

        def rank(kind: str) -> tuple[bool, bool, bool, bool, int, int, str]:
            told = _HINTS.get(local(kind), "") and re.search(_HINTS[local(kind)], name)
            said = re.search(rf"\b{re.escape(forms.label(kind).casefold())}\b", words)
            fits = forms.is_below(kind, (WH + "Work",)) == (name[:1].isupper() or not name.isascii())
            general = kind in (WH + "Person", WH + "Organization") or not forms.is_below(kind, (WH + "Agent",))
            return (not (told or (beside and kind == WH + "Organization")), not said, not fits, not general, -filled[kind], -self._counts[kind], kind)

        return sorted(kinds, key=rank)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(quad.object.value for quad in self._workspace.quads(None, RDF_TYPE))

    def _new(self, name: str, kind: str) -> dict[str, dict[str, str]]:
        """Return a thing of a class to be created, with the whole that it is part of or the work in whose world it is."""
        spec = {"class": local(kind)}
        main = self.main_work
        forms = self._workspace.forms
        if not main:
            return {name: spec}
        if forms.is_below(kind, (WH + "WorkPart",)):
            return {name: {**spec, "partOf": main}}
        if forms.is_below(kind, (WH + "FictionalEntity",)) and kind != WH + "FictionalWorld":
            return {name: {**spec, "inWorld": main}}
        return {name: spec}


def dates(words: str) -> list[str]:
    """Return the dates that words say, in EDTF, in their order.

    >>> dates("The series premieres on 9 October 2026"), dates("2026年6月12日"), dates("soon")
    (['2026-10-09'], ['2026-06-12'], [])
    """
    found = []
    for match in _DATES.finditer(words):
        fields: dict[str, Any] = {name[0]: value for name, value in match.groupdict().items() if value and name != "iso"}
        month = _MONTHS.get(fields.get("m", ""), 0) or int(fields.get("m", 0))
        parts = [fields.get("y", ""), f"{month:02}" if month else "", f"{int(fields['d']):02}" if "d" in fields else ""]
        found.append(match["iso"] or "-".join(filter(None, parts)))
    return found


def _undivided(text: str) -> tuple[str, list[int]]:
    """Return a text with each word whole that its lines divide, and where its characters, and its end, stood.

    >>> _undivided("Metal-\\nlic")
    ('Metallic', [0, 1, 2, 3, 4, 7, 8, 9, 10])
    """
    left_out = {at for match in _DIVIDED.finditer(text) for at in range(*match.span())}
    places = [at for at in range(len(text) + 1) if at not in left_out]
    return "".join(text[at] for at in places[:-1]), places


def _bounded(name: str) -> str:
    """Return a pattern of a name that is no part of a longer word; scripts without spaces have no such bounds."""
    before, after = (r"(?<!\w)" if name[0].isascii() else ""), (r"(?!\w)" if name[-1].isascii() else "")
    return before + re.escape(name) + after


def _alike(one: str, other: str) -> float:
    """Return how much of two words is the same from their beginning, from 0 to 1; 0 where they are not of one stem."""
    if one == other and len(one) > 2:
        return 1.0
    same = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
    share = same / max(len(one), len(other))
    return share * 0.9 if same >= _STEM and share >= _SHARE else 0.0
