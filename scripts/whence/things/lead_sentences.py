"""The lead of a thing: up to three sentences, made from its claims, that say what it is and what is said of where it comes from.

    from whence import validation
    from whence.store import layout
    from whence.things import Index
    from whence.things.lead_sentences import lead
    index = Index(validation.open(layout.locate()))
    print(*lead(index, "https://w3id.org/whence/id/metallic-rouge"))

What is stated as a fact stands as one; whoever says anything else is named, with the hedge, the mood or the dispute
it comes with. Premises of questions are left to the claims.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.namespaces import WH, local
from whence.report.words import count
from whence.things import claims
from whence.things.claims import Claim
from whence.things.dates import in_words
from whence.things.index import Index, Value, wh
from whence.things.positions import OUTRIGHT, Position
from whence.things.sentences import listed

Piece = str | Value
_Way = tuple[str, str, str]
_Direction = tuple[str, tuple[_Way, ...]]
_DECADE = re.compile(r"[0-9]{3,4}s")
_PRESS: list[Piece] = ["the press"]
#: So many things are named in a list, and so many roles or speakers.
_NAMED, _FEW = 6, 3
#: The stances in which something is said to be so, the firmest first, with how.
_SAYING = {"makers": "", "press": "", "catalogue": "", "hedged": ", with a hedge", "implied": ", by implication", "promotional": ", in promotion"}
_MOODS = {"Intention": "as an intention", "Prediction": "as a prediction", "Wish": "as a wish", "Analogy": "as an analogy"}
_FORCE = {"Hedged": "with a hedge", "Implied": "by implication", "Promotional": "in promotion"}
#: What is said between a thing and another: the verb, then the class of the claim, the role of the thing, the role of the other.
_DIRECTIONS = (
    ("comes from", (("Influence", "influenced", "influencer"),)), ("influenced", (("Influence", "influencer", "influenced"),)),
    ("is based on", (("Adaptation", "derivative", "basis"),)), ("is the basis of", (("Adaptation", "basis", "derivative"),)),
)  # fmt: skip
_ALIKE = (("is like", (("Likeness", "compared", "comparedWith"), ("Likeness", "comparedWith", "compared"))),)
_ENDS = sorted({role for _, ways in (*_DIRECTIONS, *_ALIKE) for _, *ends in ways for role in ends})
#: The roles of what came later, whose makers can tell where it comes from.
_LATER = ("influenced", "derivative", "compared")
_NO_LEAD = frozenset(("Claim", "Attestation", "Discrepancy", "Question", "SpecificResource", "CompletenessStatement", "Ontology", "Class"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; as a text it is plain.

    :ivar parts: its words in order, those that name a thing with its IRI
    """

    parts: tuple[Value, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


def lead(index: Index, iri: str) -> list[Sentence]:
    """Return the lead of a thing: of a work always three sentences, of others as many as the graph has matter for.

    :returns: empty for claims, positions, passages, questions and terms of the ontology, whose pages say what they are, and for what the graph
        does not know
    """
    classes = {kind.removeprefix(WH) for kind in index.classes(NamedNode(iri))} | {local(kind) for kind in index.classes(NamedNode(iri))}
    if not classes or iri.endswith("NotStated") or _NO_LEAD & classes or not any(kind.startswith(WH) for kind in index.classes(NamedNode(iri))):
        return []
    found = _Lead(index, iri)
    for kind, sentences in (("Document", found.document), ("Agent", found.agent), ("FictionalEntity", found.fictional), ("Work", found.work)):
        if kind in classes or (kind == "Work" and "WorkPart" in classes):
            return [_sentence(pieces) for pieces in found.or_named(sentences()) if pieces]
    return [_sentence(pieces) for pieces in found.or_named(found.other()) if pieces]


def _sentence(pieces: Iterable[Piece]) -> Sentence:
    """Join pieces into a sentence: begun with a capital, ended with a full stop."""
    parts: list[Value] = []
    for piece in pieces:
        value = Value(piece) if isinstance(piece, str) else piece
        if parts and not parts[-1].iri and not value.iri:
            parts[-1] = Value(parts[-1].text + value.text)
        elif value.text:
            parts.append(value)
    first = parts[0]
    if first.text.partition(" ")[0].islower():
        parts[0] = Value(first.text[0].upper() + first.text[1:], first.iri)
    end = "" if parts[-1].text.endswith(".") else "."
    return Sentence((*parts, Value(end)) if parts[-1].iri else (*parts[:-1], Value(parts[-1].text + end)))


def _listed(items: Sequence[Sequence[Piece]], most: int = _NAMED, separator: str = " and ") -> list[Piece]:
    """Return items as a list in a sentence; of many the first ones, and how many there are more."""
    shown = list(items) if len(items) <= most + 1 else [*items[:most], [f"{len(items) - most} more"]]
    found: list[Piece] = []
    for place, item in enumerate(shown):
        found += [] if place == 0 else [separator] if place == len(shown) - 1 else [", "]
        found += item
    return found


def _article(words: str) -> str:
    return f"{'an' if words[:1].lower() in 'aeiou' and not words.startswith('uni') else 'a'} {words}"


def _is_fact(claim: Claim) -> bool:
    """Report whether somebody states it outright as a fact, and nobody denies it."""
    return claim.stance in OUTRIGHT and any(one.stance in OUTRIGHT and one.mood in ("", "Fact") for one in claim.positions)


def _stated(claim: Claim, role: str) -> list[Value]:
    return [value for value in claim.roles.get(role, []) if not value.iri.endswith("NotStated")]


def _fills(claim: Claim, role: str, iri: str) -> bool:
    return any(value.iri == iri for value in claim.roles.get(role, []))


class _Lead:
    """The sentences about one thing."""

    def __init__(self, index: Index, iri: str) -> None:
        self._index, self._iri = index, iri
        self._node = NamedNode(iri)
        self._name = Value(index.label(iri), iri)
        self._about = claims.about(index, iri)
        self._family = {node.value for node in index.within(self._node)}
        worlds = [world for iri in sorted(self._family) for world in index.subjects(wh("worldOf"), NamedNode(iri))]
        inhabitants = [one for world in worlds for one in index.subjects(wh("inWorld"), world) if not index.is_a(one, "Claim")]
        self._family |= {one.value for one in inhabitants}
        #: What is said of where things come from and what they are like: of the thing, its parts and who lives in its world.
        self._compared = dict.fromkeys(self._about)
        for role in _ENDS:
            self._compared.update((claims.load(index, claim.value), None) for one in inhabitants for claim in index.subjects(wh(role), one))

    def work(self) -> list[list[Piece]]:
        """What, by whom and when; said to come from what; what its makers deny."""
        credits, dates = self._credits_on(), self._dates()
        what = [*self._what(), *self._part_of()]
        missing = [("who made it", "Contribution")] * (not credits) + [("when it was released", "Release")] * (not dates)
        missing = missing if self._index.is_a(self._node, "Work") else []
        what += [", credited to ", *_listed(credits)] if credits else []
        what += ["; its release is dated ", *_listed(dates)] if dates else []
        who = "no record" if self._index.catalogue(self._iri) else "no article" if self._index.same(self._iri) else "nobody"  # what others say stands with them
        told: dict[tuple[str, ...], list[str]] = {}
        for words, kind in missing:
            told.setdefault(tuple(self._catalogues(kind)), []).append(words)
        for titles, said in told.items():
            by = f"the {'catalogue' if len(titles) == 1 else 'catalogues'} {listed(titles)} alone {'tells' if len(titles) == 1 else 'tell'} here" if titles else f"{who} says outright here"
            what += [f"; {' and '.join(said)}, {by}"]
        origins, denials = self._said("it"), self._denied("it")
        who = who.capitalize()
        origins = origins or _joined([[f"{who} says here what it comes from or what came of it"], *self._likenesses("it")])
        return [what, origins, denials or [f"{who} here denies that it comes from anything or is like it"]]

    def _catalogues(self, kind: str) -> list[str]:
        """Return the titles of the catalogues that make claims of a class about it where they have it, sorted."""
        index = self._index
        return sorted({index.catalogue(other) for other in index.same(self._iri) for claim in claims.about(index, other) if claim.kind == kind} - {""})

    def agent(self) -> list[list[Piece]]:
        """What, known for what; who holds which office; what it says, what is said of its influence, and what it denies."""
        credits, offices = self._credits_of(), self._offices("agent", "organization")
        what = [*self._what(), *self._called()]
        written = [[Value(self._index.label(one.value), one.value)] for one in self._index.subjects(wh("writer"), self._node)]
        written = [one for one in written if one[0].text not in self._name.text]  # an unnamed writer is called after a document
        what += [", the writer of ", *_listed(written)] if written else []
        what += [", credited on ", *_listed(credits)] if credits else []
        outlets = self._weighed((claim, _stated(claim, "work")) for claim in self._about if claim.kind == "Release" and _fills(claim, "outlet", self._iri))
        what += ["; outlet of ", *_listed(outlets, _FEW)] if outlets else []
        foretold = {value: None for claim in self._about if claim.stance == "expected" and _fills(claim, "outlet", self._iri) for value in _stated(claim, "work")}
        expected = [[value] for value in foretold if [value] not in outlets]
        what += ["; predicted to be an outlet of ", *_listed(expected, _FEW)] if expected else []
        what += ["; ", *_listed(offices, _FEW)] if offices else []
        inside = self._offices("organization", "agent")
        return [what, _listed(inside, _FEW), self._takes(), self._names() or self._said(self._name.text)]

    def fictional(self) -> list[list[Piece]]:
        """What and in which world; by whom voiced; said to come from what, else what is told of it in the story."""
        worlds = [[Value(self._index.label(one.value), one.value)] for one in self._index.things(self._node, wh("inWorld")) if one != self._node]
        what = [*self._what(), *([" of ", *_listed(worlds)] if worlds else []), *self._called()]
        name = self._name.text if self._index.is_a(self._node, "Character") else "it"  # others may be plurals
        alike = _joined([*self._likenesses(name), *filter(None, [self._denied(name)])])
        return [what, self._voices(), self._said(name) or self._facts("WorldFact", "In the story: "), alike]

    def or_named(self, sentences: list[list[Piece]]) -> list[list[Piece]]:
        """Return the sentences, or where they say no more than what it is: in how many claims it is named, and how."""
        if not self._about or list(filter(None, sentences)) != [self._what()]:
            return sentences
        stances = Counter({**_STANCES, **dict.fromkeys(OUTRIGHT, "affirmed outright"), "disputed": "disputed"}[claim.stance] for claim in self._about)
        told: list[list[Piece]] = [[f"{number:,} {words}"] for words, number in stances.most_common()]
        alone = f", {'all ' if len(self._about) > 1 else ''}{next(iter(stances))}"
        return [[*self._what(), f", named here in {count(len(self._about), 'claim')}", *([": ", *_listed(told, len(told))] if len(told) > 1 else [alone])]]

    def document(self) -> list[list[Piece]]:
        """What and by whom; who says how much in it; in which stances."""
        index = self._index
        length = index.value(self._node, wh("textLength"))
        what: list[Piece] = [*self._what(), f" of {count(int(length), 'character')}" if length else ""]
        writers = {one.value for one in index.things(self._node, wh("writer"))}
        named: list[list[Piece]] = [[Value(index.label(iri), iri)] for iri in sorted(writers) if self._name.text not in index.label(iri)]
        what += [" by ", *_listed(named)] if named else []
        what += self._published()
        held = [one for claim in claims.held(index, self._iri, "document") for one in claim.positions]
        if not held:
            return [what]
        by = Counter(one.speaker for one in held if one.speaker)
        names = {iri: "its writer" if iri in writers and self._name.text in index.label(iri) else index.label(iri) for iri in by}
        most: list[list[Piece]] = [[Value(names[iri], iri), f" ({number:,})"] for iri, number in sorted(by.items(), key=lambda item: (-item[1], item[0]))]
        stances = Counter("are affirmed outright" if one.stance in OUTRIGHT else _STANCES[one.stance] for one in held)
        return [what, [f"It holds {count(len(held), 'position')}, by ", *_listed(most, _FEW)],
                ["Of these ", *_listed([[f"{number:,} {words}"] for words, number in stances.most_common()], 9)]]  # fmt: skip

    def other(self) -> list[list[Piece]]:
        """What it is and of what it is said; its relations; what it comes from and what came of it; what is denied."""
        of = self._weighed((claim, _stated(claim, "subject")) for claim in self._about if claim.kind == "Classification" and _fills(claim, "concept", self._iri))
        what = [*self._what(), *self._part_of(), *self._called(), *([", said of ", *_listed(of)] if of else [])]
        alike = _joined([*self._likenesses("it"), *filter(None, [self._denied("it")])])
        return [what, self._facts("Relation", "Said of it: "), self._said("it"), alike]

    def _what(self) -> list[Piece]:
        """Return its name and kind; a name that is no proper one in quotation marks, since it may be a plural."""
        kinds = [kind for kind in self._index.special(self._index.classes(self._node)) if kind.startswith(WH)]
        words = f" is {' and '.join(_article(self._index.term(NamedNode(kind)).text) for kind in kinds)}"
        if not self._name.text.partition(" ")[0].islower() or "“" in self._name.text:
            return [self._name, words]
        return ["“", Value(self._name.text[0].upper() + self._name.text[1:], self._iri), f"”{words}"]

    def _part_of(self) -> list[Piece]:
        wholes = [[Value(self._index.label(one.value), one.value)] for one in self._index.things(self._node, wh("partOf"))]
        alone = self._index.special(self._index.classes(self._node)) == [WH + "WorkPart"]
        return [" of " if alone else ", part of ", *_listed(wholes, _FEW)] if wholes else []

    def _called(self) -> list[Piece]:
        found = self._weighed((claim, _stated(claim, "concept")) for claim in self._about if claim.kind == "Classification" and _fills(claim, "subject", self._iri))
        several = any(self._index.is_a(self._node, kind) for kind in ("Group", "FictionalGroup", "FictionalSpecies"))
        said = ", each of them said to be " if several else ", said to be "
        return [said, *_listed([[_article_of(self._index, value), value] for (value,) in found[:_FEW]])] if found else []

    def _weighed(self, found: Iterable[tuple[Claim, list[Value]]]) -> list[list[Value]]:
        """Return the values of those claims that are facts, those with most positions first."""
        weights: Counter[Value] = Counter()
        for claim, values in found:
            if _is_fact(claim):
                weights.update({value: len(claim.positions) for value in values})
        return [[value] for value, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0].text))]

    def _credits_on(self) -> list[list[Piece]]:
        """Return who made it, each with roles; those whom most positions credit first."""
        return self._roles("agent", lambda claim: claim.kind == "Contribution" and _fills(claim, "work", self._iri))

    def _credits_of(self) -> list[list[Piece]]:
        """Return what it made or took part in, each with roles, without parts of what is there as a whole."""
        found = self._roles("work", lambda claim: claim.kind in ("Contribution", "Casting") and _fills(claim, "agent", self._iri))
        works = {item[0].iri for item in found if isinstance(item[0], Value)}
        parts = {work for work in works if not works.isdisjoint(whole.value for whole in self._index.things(NamedNode(work), wh("partOf")))}
        return [item for item in found if isinstance(item[0], Value) and item[0].iri not in parts]

    def _roles(self, role: str, chosen: Callable[[Claim], bool]) -> list[list[Piece]]:
        weights: Counter[Value] = Counter()
        roles: defaultdict[Value, Counter[str]] = defaultdict(Counter)
        for claim in self._about:
            if chosen(claim) and _is_fact(claim):
                for value in _stated(claim, role):
                    weights[value] += len(claim.positions)
                    characters = [f"as {one.text}" for one in _stated(claim, "character")] if role == "work" else []
                    roles[value].update({one: len(claim.positions) for one in [one.text for one in _stated(claim, "role")] + characters})
        found: list[list[Piece]] = []
        for value, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0].text)):
            told = [one for one, _ in sorted(roles[value].items(), key=lambda item: (-item[1], item[0]))]
            found.append([value, f" ({', '.join(told[:_FEW])}{' and more' if len(told) > _FEW else ''})" if told else ""])
        return found

    def _dates(self) -> list[list[Piece]]:
        """Return the dates of its release with the number of documents that state or predict each; those that most give first."""
        found: defaultdict[str, list[set[str]]] = defaultdict(lambda: [set(), set()])
        for claim in self._about:
            if claim.kind == "Release" and _fills(claim, "work", self._iri) and claim.stance in (*OUTRIGHT, "expected"):
                for value in _stated(claim, "date"):
                    for side, stances in zip(found[value.text], (OUTRIGHT, ("expected",)), strict=True):
                        side |= _documents(one for one in claim.positions if one.stance in stances)
        ranked = sorted(found.items(), key=lambda item: (-len(set.union(*item[1])), item[0]))
        items = []
        for date, (stated, predicted) in ranked:
            told = [f"stated by {count(len(stated), 'document')}"] * bool(stated) + [f"predicted by {count(len(predicted), 'document')}"] * bool(predicted)
            items.append([f"{in_words(date)} ({', '.join(told)})" if told else in_words(date)])
        return list[list[Piece]](items)

    def _offices(self, own: str, other: str) -> list[list[Piece]]:
        """Return the offices it holds or that are held in it."""
        found: list[list[Piece]] = []
        for claim in sorted(self._about, key=lambda claim: claim.rank):
            if claim.kind == "Position" and _fills(claim, own, self._iri) and _is_fact(claim):
                tenure = f" ({value.text})" if (value := next(iter(_stated(claim, "tenure")), None)) else ""
                office = ", ".join(value.text for value in _stated(claim, "office"))
                for value in _stated(claim, other):
                    if own == "agent":
                        found.append([f"{office} of " if office else "in an office not named at ", value, tenure])
                    else:
                        found.append([value, f" is its {office}{tenure}" if office else f" has an office in it{tenure}"])
        return found

    def _takes(self) -> list[Piece]:
        """Return in which documents it takes how many positions."""
        held = [one for claim in claims.held(self._index, self._iri, "speaker") for one in claim.positions]
        takes: list[Piece] = [self._name, f" takes {count(len(held), 'position')} here"]
        if not held:
            held = [one for claim in claims.held(self._index, self._iri, "ascribedTo") for one in claim.positions]
            takes = [f"{count(len(held), 'position')} {'is' if len(held) == 1 else 'are'} ascribed to ", self._name, " here"]
        if not held:
            return []
        by = Counter(document for one in held for document in _documents([one]))
        documents: list[list[Piece]] = [[Value(self._index.label(iri), iri), f" ({number:,})"] for iri, number in sorted(by.items(), key=lambda item: (-item[1], item[0]))]
        where = [" in ", *_listed(documents, _FEW)] if len(documents) > 1 else [", in ", documents[0][0]] if documents else []
        return [*takes, *where]

    def _names(self) -> list[Piece]:
        """Return what it names as an origin of works, and what it denies."""
        held = [claim for claim in claims.held(self._index, self._iri, "speaker") if claim.kind == "Influence"]
        told: list[list[Piece]] = []
        for verb, stances in (("names", _SAYING), ("denies", ("denied",))):
            origins: dict[Value, list[list[Piece]]] = {}
            for claim in held:
                for one in claim.positions:
                    if one.stance in stances and not one.ascribed:
                        notes = [*(value.text for value in _stated(claim, "aspect")), *filter(None, (_MOODS.get(one.mood), _FORCE.get(one.commitment)))]
                        for target in claim.roles.get("influenced", []):
                            mark = f" ({'; '.join(notes)})" if notes else ""
                            listed = origins.setdefault(target, [])
                            sources: list[list[Piece]] = [[value, mark] for value in claim.roles.get("influencer", [])]
                            listed += [source for source in sources if source not in listed]
            clauses: list[list[Piece]] = [
                [*_listed(sources, 4), f" as {'an origin' if len(sources) == 1 else 'origins'} of ", target] for target, sources in origins.items()
            ]
            told += [[f"{verb} ", *_listed(clauses, _FEW, ", and ")]] if clauses else []
        return [self._name, " ", *_listed(told, separator="; and ")] if told else []

    def _voices(self) -> list[Piece]:
        """Return who voices or plays it, by version; the original one first."""
        found: dict[Value, list[str]] = {}
        cast = [claim for claim in self._about if claim.kind == "Casting" and _fills(claim, "character", self._iri) and _is_fact(claim)]
        for claim in sorted(cast, key=lambda claim: (not any("original" in one.text for one in _stated(claim, "version")), claim.label)):
            for value in _stated(claim, "agent"):
                found.setdefault(value, []).extend(one.text for one in _stated(claim, "version"))
        items: list[list[Piece]] = [[value, f" ({', '.join(told)})" if told else ""] for value, told in found.items()]
        voiced = all("voice" in one.text for claim in cast for one in _stated(claim, "role"))
        return [self._name, f" is {'voiced' if voiced else 'played'} by ", *_listed(items)] if items else []

    def _facts(self, kind: str, head: str) -> list[Piece]:
        """Return the facts of the story, or the relations, on which most positions are taken, by property."""
        found: dict[str, list[list[Piece]]] = {}
        for claim in sorted(self._about, key=lambda claim: claim.rank):
            if claim.kind == kind and _fills(claim, "subject", self._iri) and _is_fact(claim):
                name = ", ".join(value.text for value in claim.roles.get("property", []))
                found.setdefault(name, []).extend([value] for value in [*claim.roles.get("value", []), *claim.roles.get("literalValue", [])])
        items: list[list[Piece]] = [[f"{name} ", *_listed(values, _FEW)] for name, values in found.items()]
        shown = [*items[:_FEW], [f"and {len(items) - _FEW} more"]] if len(items) > _FEW + 1 else items
        return [head, *_joined(shown)] if items else []

    def _published(self) -> list[Piece]:
        """Return where and when it was published, as far as a claim says so."""
        found: list[list[Piece]] = []
        for claim in sorted(self._about, key=lambda claim: claim.rank):
            properties = {local(value.iri) for value in claim.roles.get("property", [])}
            if claim.kind == "Relation" and properties & {"publishedBy", "publicationDate"} and _fills(claim, "subject", self._iri) and claim.stance in _SAYING:
                words = "dated" if "publicationDate" in properties else "published by"
                mark = "" if claim.stance in OUTRIGHT else f" ({_STANCES[claim.stance]})"
                found += [[f"{words} ", value, mark] for value in [*claim.roles.get("value", []), *claim.roles.get("literalValue", [])]]
        return [", ", *_listed(found, _FEW)] if found else []

    def _said(self, subject: str) -> list[Piece]:
        """Return what it is said to come from and to have influenced, and by whom, the firmest first; what it blends, and what blends it."""
        return _joined([*self._affirmed(subject, _DIRECTIONS, _SAYING), *self._blends(subject), *self._ingredient(subject)])

    def _likenesses(self, subject: str) -> list[list[Piece]]:
        """Return what it is said to be like, and by whom, the firmest first, predictions and analogies last."""
        return self._affirmed(subject, _ALIKE, _SAYING | {"expected": ", as a prediction", "compared": ", in an analogy"})

    def _affirmed(self, subject: str, directions: tuple[_Direction, ...], saying: dict[str, str]) -> list[list[Piece]]:
        clauses: list[list[Piece]] = []
        for verb, ways in directions:
            left, begun = list(self._compared), False
            for stance, how in saying.items():
                entries = self._entries(left, ways, lambda one, stance=stance: one.stance == stance)  # type: ignore[misc]
                if entries:
                    who, does = self._who(entries, stance == "makers" and all(entry.own for entry in entries), "says", "say")
                    what = (f"{does}{how and how + ','} that {subject} {verb} ", f"{does} so{how and how + ','} of ")[begun]
                    clauses.append([*who, " ", what, *self._told(entries, None if who != _PRESS else False)])
                    begun = True
                    left = [claim for claim in left if not any(one.stance == stance for one in claim.positions)]
        return clauses

    def _blends(self, subject: str) -> list[list[Piece]]:
        """Return what it is said outright to blend, and by whom; of several claims the weightiest."""
        return self._blended("subject", lambda claim: [f"{subject} blends ", *_listed([[value] for value in claim.roles.get("ingredient", [])])])

    def _ingredient(self, subject: str) -> list[list[Piece]]:
        """Return what is said outright to blend it with something, and by whom; of several claims the weightiest."""

        def told(claim: Claim) -> list[Piece]:
            others = [[value] for value in claim.roles.get("ingredient", []) if value.iri != self._iri]
            blenders = _listed([[value] for value in claim.roles.get("subject", [])])
            return [*blenders, f" blends {subject}", *([" with ", *_listed(others)] if others else [])]

        return self._blended("ingredient", told)

    def _blended(self, role: str, told: Callable[[Claim], list[Piece]]) -> list[list[Piece]]:
        for claim in sorted(self._about, key=lambda claim: claim.rank):
            if claim.kind == "Blend" and _fills(claim, role, self._iri):
                own = role == "subject"
                entries = [_Entry(self._name, (), one, own) for one in claim.positions if one.stance == claim.stance or claim.stance == "disputed"]
                entries = [entry for entry in entries if entry.position.stance in OUTRIGHT]
                if entries:
                    who, does = self._who(entries, own and all(entry.position.maker for entry in entries), "says", "say")
                    mark = " (disputed)" if claim.stance == "disputed" else ""
                    return [[*who, f" {does} that ", *told(claim), mark]]
        return []

    def _denied(self, subject: str) -> list[Piece]:
        """Return what is denied of its origins, effects and likenesses, and by whom: its makers, those of other works, and others where its makers deny nothing."""
        clauses: list[list[Piece]] = []
        denied_by_own = False
        for makers, own in ((True, True), (True, False), (False, False)):
            if not makers and denied_by_own:
                break
            predicates: list[tuple[str, list[_Entry]]] = []
            for verb, ways in (*_DIRECTIONS, *_ALIKE):
                chosen = tuple(way for way in ways if not makers or own == (way[1] in _LATER))
                entries = self._entries(self._compared, chosen, lambda one: one.stance == "denied" and one.maker == makers)  # noqa: B023
                predicates += [(verb, entries)] if entries else []
            if predicates:
                who, does = self._who([entry for _, entries in predicates for entry in entries], own, "denies", "deny")
                several = len({entry.speaker for _, entries in predicates for entry in entries}) > 1 and who != _PRESS
                told = [[f"that {subject} {verb} ", *self._told(entries, several)] for verb, entries in predicates]
                clauses.append([*who, f" {does} ", *_listed(told, separator=", and ")])
                denied_by_own |= own
        return _joined(clauses)

    def _outward(self, claim: Claim, mine: str, other: str) -> bool:
        """Report whether it, or a part of it, fills the one role and something else the other."""
        own, others = ({value.iri for value in claim.roles.get(role, [])} for role in (mine, other))
        return not own.isdisjoint(self._family) and others.isdisjoint(self._family)

    def _entries(self, chosen: Iterable[Claim], ways: tuple[_Way, ...], wanted: Callable[[Position], bool]) -> list[_Entry]:
        """Return what claims on which such positions are taken say of other things: those about the thing itself before
        those about its parts, works and ideas before people.
        """
        found: list[_Entry] = []
        for kind, mine, other in ways:
            outward = [claim for claim in chosen if claim.kind == kind and self._outward(claim, mine, other)]
            by_people = {claim: any(self._index.is_a(NamedNode(value.iri), "Agent") for value in claim.roles.get(other, []) if value.iri) for claim in outward}
            for claim in sorted(outward, key=lambda claim: (not _fills(claim, mine, self._iri), by_people[claim], claim.rank)):
                parts = ", ".join(self._own(value) for value in claim.roles.get(mine, []) if value.iri != self._iri)
                of = ", ".join(filter(None, [*(value.text for value in _stated(claim, "aspect")), parts and f"for {parts}"]))
                for one in filter(wanted, claim.positions):
                    notes = [note for note in (of, _MOODS.get(one.mood) if one.denied else "", _FORCE.get(one.commitment) if one.denied else "") if note]
                    notes += ["disputed"] if claim.stance == "disputed" else []
                    found += [_Entry(value, tuple(notes), one, mine in _LATER) for value in claim.roles.get(other, [])]
        return found

    def _own(self, part: Value) -> str:
        """Return the name of a part, shorter where it names the whole: `its music`."""
        name = part.text
        whole = f" of {self._name.text}"
        return f"its {name.removeprefix('the ').replace(whole, '', 1)}" if name.startswith("the ") and whole in name else name

    def _told(self, entries: Sequence[_Entry], several: bool | None = None) -> list[Piece]:
        """Return the things of entries as a list, each with what is noted of it, and by whom where speakers differ."""
        several = len({entry.speaker for entry in entries}) > 1 if several is None else several
        items: dict[Value, dict[tuple[Piece, ...], None]] = {}
        for entry in entries:
            note: list[Piece] = ["; ".join(entry.notes)] if entry.notes else []
            by = [*([": "] if note else []), *self._speaker(entry.speaker)] if several else []
            if note or by:
                items.setdefault(entry.thing, {})[(*note, *by)] = None
            else:
                items.setdefault(entry.thing, {})
        found: list[list[Piece]] = []
        for thing, notes in items.items():
            told = [piece for place, note in enumerate(notes) for piece in (["; "] * (place > 0) + list(note))]
            shown: list[Piece] = ["the ", thing] if _DECADE.fullmatch(thing.text) else [thing]
            found.append([*shown, " (", *told, ")"] if told else shown)
        return _listed(found, _FEW)

    def _speaker(self, speaker: tuple[str, ...]) -> list[Piece]:
        """Return who speaks, and for whom where the position is said to be another's."""
        named: list[list[Piece]] = [[Value(self._index.label(one), one) if one else "nobody named"] for one in speaker]
        return [*named[0], " for ", *_listed(named[1:], _FEW)] if len(named) > 1 else named[0]

    def _who(self, entries: Sequence[_Entry], own: bool, one: str, many: str) -> tuple[list[Piece], str]:
        """Return who speaks, with the verb that agrees: a single one by name, several by what they have in common; who says which is told with it.

        :param own: whether they are those who made the thing
        """
        speakers = {entry.speaker: None for entry in entries}
        if len(speakers) == 1:
            return [*(["its maker "] if own else []), *self._speaker(next(iter(speakers)))], one
        if own:
            return ["its makers"], many
        press = all(self._index.is_a(NamedNode(speaker[0]), "Journalist") for speaker in speakers if speaker[0])
        return (list(_PRESS), one) if press else (["different people"], many)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A position on a thing at the other end of a claim, with what is noted of it.

    :ivar own: whether the thing whose lead it is came later, so that its makers can tell
    """

    thing: Value
    notes: tuple[str, ...]
    position: Position
    own: bool

    @property
    def speaker(self) -> tuple[str, ...]:
        """The IRI of who speaks, then of those whose position it is said to be."""
        return (self.position.speaker, *self.position.ascribed)


_STANCES = {
    "hedged": "hedged", "implied": "implied", "promotional": "promotional", "denied": "denied", "intended": "put as intentions", "expected": "put as predictions",
    "wished": "put as wishes", "compared": "in analogies", "premise": "taken for granted in questions", "unattested": "without a position",
}  # fmt: skip


def _documents(positions: Iterable[Position]) -> set[str]:
    return {passage.document for position in positions for passage in position.passages}


def _joined(clauses: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Return clauses one after another; who alone says two of them is named once."""
    found: list[Piece] = []
    before: list[Piece] = []
    for clause in map(list, clauses):
        speaker = 2 if clause[0] == "its maker " else 1
        again = clause[:speaker] == before[:speaker] and isinstance(clause[speaker - 1], Value) and " for " not in (clause[speaker], before[speaker])
        found += [", and", *clause[speaker:]] if again else [*["; "] * bool(found), *clause]
        before = clause
    return found


def _article_of(index: Index, value: Value) -> str:
    """Return the article before what a concept is called, where it is a count noun: kinds of characters and occupations are."""
    counted = any(index.is_a(NamedNode(value.iri), name) for name in ("CharacterType", "Occupation")) if value.iri else False
    return _article(value.text).partition(" ")[0] + " " if counted else ""
