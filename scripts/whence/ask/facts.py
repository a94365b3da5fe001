"""Answers straight from claims, for what no query of the catalogue asks: the claims that the names and words of a question fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence import sparql
from whence.ask.lexicon import Lexicon, Mention
from whence.ask.matching import Question
from whence.namespaces import PREFIXES, WH, is_thing, local
from whence.sparql import Query
from whence.things import claims
from whence.things.claims import KINDS
from whence.things.index import CLOSURES, wh

#: The columns of an answer, and its rows, column to value.
Rows = tuple[list[str], list[dict[str, Any]]]
#: What a name weighs, one more than a word; and how much of a score a name or word of the question takes that the claim lacks.
_NAMED, _LACKING = 3.0, 0.9
#: What claims of a class keep of their score: statements are in our words, and a name as printed is seldom asked for.
_KEPT = {"Statement": 0.8, "Naming": 0.8, "Nondisclosure": 0.8, "Claim": 0.8}
#: So many rows of a query are read, and claims on several things together, at most.
_ROWS, _TOGETHER = 400, 500
#: Of so many queries the rows are kept, and of so many things the claims.
_MANY = 100
#: What part of the best score claims have that are as good; the most that are read.
_AS_GOOD, _MOST = 0.97, 4_000
_DERIVED = frozenset(WH + name for name in ("involves", "involvedIn", "aboutWork", "moreSpecificThan", "attestedBy", "inWorld", "workOfClaim", *CLOSURES))
#: Roles whose fillers are terms that say of what kind a claim is, not things it is about.
_TELLING = ("property", "role", "aspect", "concept", "office", "version", "use", "unit")
_LITERAL = ("gloss", "counted", "literalValue", "weekday")
#: The verb that a stance is told by, where it is another.
_VERBS = {"makers": "affirmed", "press": "affirmed", "catalogue": "affirmed", "premise": "taken for granted in a question", "questionpremise": "taken for granted in a question",
          "silent": "silent on"}  # fmt: skip
#: Stems of words that ask who says something, and how or what things have to do with each other, and are no part of what is said.
_SAYING = frozenset("say state claim mention document articl assert report known talk speak tell describ deni affirm confirm els other relationship relat between reason".split())


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim, as far as questions look at it.

    :ivar fillers: role to the IRIs and texts in it
    :ivar involved: the IRIs of everything it is about
    :ivar stems: the stems of the words that say what it claims
    :ivar also: the stems of the names of what it is about, which tell half as much
    :ivar printed: those of the words in which it is printed, which tell as much and nothing for sure
    :ivar speakers: the IRIs of those who take a position on it
    :ivar held: all IRIs and texts in it but its classes, and the names of what these are
    """

    iri: str
    kind: str
    fillers: dict[str, tuple[str, ...]]
    involved: frozenset[str]
    held: frozenset[str]
    stems: frozenset[str]
    also: frozenset[str]
    printed: frozenset[str]
    speakers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One position, or one statement that a document is silent.

    :ivar stance: as `whence.things.STANCES` names it; `silent` for a statement of completeness
    :ivar passage: the file of the document with its offsets, or the file alone
    :ivar document: how the document is cited
    """

    claim: str
    label: str
    speaker: str
    stance: str
    passage: str
    document: str

    @property
    def place(self) -> str:
        """The document as it is cited, unless the speaker is named by it, with the offsets if there are any."""
        return ", ".join([self.document] * (self.document not in self.speaker) + [*self.passage.rpartition(":")[2:] * (":" in self.passage)])

    @property
    def stance_in_words(self) -> str:
        """The stance as a verb that a speaker or a document follows."""
        return _VERBS.get(self.stance, self.stance)


@dataclass(frozen=True, slots=True)
class Found:
    """The claims that fit a question best.

    :ivar score: from 0 to 1
    :ivar named: the names of the question that they involve
    :ivar speakers: the IRIs of those whom it names, and who only take a position on them
    :ivar matched: the stems they share with it; `missing` those they lack
    :ivar whole: whether they have all its names
    """

    facts: tuple[Fact, ...]
    score: float
    named: tuple[Mention, ...]
    speakers: frozenset[str]
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    whole: bool


class Facts:
    """What a graph claims, for questions: its claims with the positions on them, and the rows that queries find; what was read is kept, up to a bound.

    :param within: the packs whose claims are looked at, instead of those of the graph
    """

    def __init__(self, lexicon: Lexicon, within: frozenset[str] = frozenset()) -> None:
        self._within = within
        self.lexicon = lexicon
        self.index = lexicon.index
        self._facts: dict[str, Fact] = {}
        self._positions: dict[str, tuple[Evidence, ...]] = {}
        self._involving: dict[str, frozenset[NamedNode]] = {}
        self._rows: dict[str, Rows] = {}

    def rows(self, query: Query, values: Mapping[str, str]) -> Rows:
        """Return the columns of the answer to a query, and its first rows."""
        return self.index.keep(self._rows, f"{query.file} {sorted(values.items())}", lambda _: self._read_rows(query, values), _MANY)

    def _read_rows(self, query: Query, values: Mapping[str, str]) -> Rows:
        answer = sparql.run(self.index.store, query, values)
        columns = [str(getattr(variable, "value", variable)) for variable in answer.variables]
        return columns, [dict(zip(columns, row, strict=True)) for row in islice(answer, _ROWS)]

    def positions(self, iri: str) -> tuple[Evidence, ...]:
        """Return the positions on a claim in the order of documents and text."""
        return self.index.keep(self._positions, iri, lambda _: tuple(self._read_positions(iri)))

    def _read_positions(self, iri: str) -> Iterator[Evidence]:
        index, claim = self.index, claims.load(self.index, iri)
        for position in claim.in_order:
            for passage in position.passages[:1]:
                file = index.value(NamedNode(passage.document), wh("fileName")) or index.label(passage.document)
                place = f"{file}:{passage.start}-{passage.end}"
                yield Evidence(iri, claim.label, position.speaker_name, position.stance, place, index.label(passage.document))

    def involving(self, things: Iterable[str]) -> list[NamedNode]:
        """Return the claims that involve all of some things, sorted; so many at most."""
        found = [self.index.keep(self._involving, iri, lambda iri: frozenset(self.index.subjects(wh("involves"), NamedNode(iri))), _MANY) for iri in things]
        return sorted(frozenset.intersection(*found), key=str)[:_TOGETHER] if found else []

    def find(self, question: Question, left: tuple[list[str], list[Mention]]) -> Found | None:
        """Return the claims that fit best, or None where none shares anything with the question.

        :param left: the stems and names of the question, as `Matcher.left_over` tells them apart
        """
        why = question.focus == "@why"
        stems, named = [one for one in left[0] if one not in _SAYING and not (why and one == "not")], [self._with_same(one) for one in left[1]]
        said = {word.stem for word in question.words}
        best: list[tuple[float, Fact, list[str], list[Mention]]] = []
        for fact in self._reasoned if why else self._about(named):
            if not fact.involved.isdisjoint(question.without) or (question.among and fact.involved.isdisjoint(question.among)):
                continue
            told = fact.stems - self._half_named(fact, said)
            shared = [one for one in stems if one in told]
            involved = [one for one in named if not fact.involved.isdisjoint(one.values)]
            half = [one for one in stems if one not in told and one in fact.stems | fact.also | fact.printed]
            alluded = [one for one in named if one not in involved and (self.lexicon.read.stems(one.text) <= fact.stems | fact.also | fact.printed or not fact.speakers.isdisjoint(one.values))]
            matched = sum(map(self._weight, shared)) + sum(map(self._weight, half)) / 2 + _NAMED * (len(involved) + len(alluded) / 2)
            lacking = sum(self._weight(one) for one in stems if one not in shared and one not in half) + _NAMED * (len(named) - len(involved) - len(alluded) / 2)
            if matched and (shared or len(half) == len(stems) or len(involved + alluded) > 1 or self._within):
                best.append((_KEPT.get(fact.kind, 1) * matched / (matched + _LACKING * lacking + 0.5), fact, shared, involved))
        if not best:
            return None
        best.sort(key=lambda one: (-one[0], one[1].iri))
        score, first, shared, involved = best[0]
        as_good = (fact for other, fact, _, _ in best if other >= _AS_GOOD * score and (not stems or fact.kind == first.kind))
        chosen = tuple(fact for fact in as_good if not stems or all(fact.fillers.get(role) == first.fillers.get(role) for role in ("property", "role", "unit")))
        known = first.stems - self._half_named(first, said)
        missing = tuple(one for one in stems if one not in known)
        speakers = frozenset(iri for one in named if one not in involved for iri in one.values if iri in first.speakers)
        whole = all(one in involved or not speakers.isdisjoint(one.values) for one in named)
        return Found(chosen, score, tuple(involved), speakers, tuple(shared), missing, whole)

    def _half_named(self, fact: Fact, said: Set[str]) -> Set[str]:
        """Return the stems of names of the role in a claim of which a question has but a part: who wrote something is not the one who wrote its music."""
        names = [name for role in ("role", "concept") for term in fact.fillers.get(role, ()) for name in self.lexicon.names_of(term)]
        return frozenset().union(*(name for name in names if not name <= said)).difference(*(name for name in names if name <= said))

    def _with_same(self, mention: Mention) -> Mention:
        return replace(mention, values=tuple(dict.fromkeys(one for iri in mention.values for one in (iri, *self.index.same(iri)))))

    @cached_property
    def _reasoned(self) -> list[Fact]:
        """The claims for which somebody gives a reason."""
        positions = {quad.subject for quad in self.index.match(None, wh("because"), None)}
        claimed = {claim.value for one in positions if isinstance(one, NamedNode) for claim in self.index.attested(one)}
        return [self.fact(iri) for iri in sorted(claimed) if not self._within or self.index.pack(iri) in self._within]

    @cached_property
    def known(self) -> frozenset[str]:
        """The stems of all that claims say."""
        return frozenset(stem for fact in self._all for stem in fact.stems | fact.also | fact.printed)

    def _about(self, named: list[Mention]) -> Iterable[Fact]:
        """Return the claims that involve what is named, or all where nothing is; so many at most."""
        involves = wh("involves")
        things = [NamedNode(iri) for one in named for iri in one.values if is_thing(iri)]
        nodes = {node for one in things for node in self.index.subjects(involves, one)}
        nodes |= {claim for one in things for position in self.index.subjects(wh("speaker"), one) for claim in self.index.attested(position)}
        if not nodes:
            return self._all
        return [self.fact(node.value) for node in sorted(nodes, key=str)[:_MOST] if not self._within or self.index.pack(node.value) in self._within]

    @cached_property
    def _all(self) -> list[Fact]:
        return [] if self._within else [self.fact(node.value) for node in self.index.instances("Claim")[:_MOST]]  # of a pack only what is named

    @cached_property
    def _weights(self) -> dict[str, float]:
        counts = Counter(stem for fact in self._all for stem in fact.stems)
        return {stem: 0.3 + math.log(1 + len(self._all) / count) / 2 for stem, count in counts.items()}

    def _weight(self, stem: str) -> float:
        return self._weights.get(stem) or 0.3 + math.log(1 + max(len(self._all), 1)) / 2

    def fact(self, iri: str) -> Fact:
        """Return a claim."""
        return self.index.keep(self._facts, iri, self._read_fact)

    def _read_fact(self, iri: str) -> Fact:
        fillers: dict[str, list[str]] = {}
        involved: set[str] = set()
        held: set[str] = set()
        classes = []
        for quad in self.index.quads(NamedNode(iri)):
            name, term = quad.predicate.value, quad.object
            if name != PREFIXES["rdf"] + "type" and isinstance(term, NamedNode | Literal):
                held |= {term.value, self.index.name(term.value) if isinstance(term, NamedNode) else ""}
            if name == PREFIXES["rdf"] + "type":
                classes.append(term.value)
            elif name == WH + "involves":
                involved.add(term.value)
            elif name.startswith(WH) and name not in _DERIVED and isinstance(term, NamedNode | Literal):
                fillers.setdefault(name.removeprefix(WH), []).append(term.value)
                involved |= {term.value} if isinstance(term, NamedNode) else set()
        kind = next((one for one in map(local, self.index.special(classes)) if one in KINDS), "Claim")
        things = [value for role, values in fillers.items() if role not in _TELLING for value in values if value in involved and is_thing(value)]
        positions = self.index.positions(NamedNode(iri))
        printed = frozenset().union(*(self.lexicon.read.stems(text.value) for one in positions for text in self.index.objects(one, wh("printedAs"))))
        speakers = frozenset(speaker.value for one in positions for speaker in self.index.things(one, wh("speaker")))
        also = frozenset().union(*map(self.lexicon.words_of, things))
        told = {role: tuple(values) for role, values in fillers.items()}
        return Fact(iri, kind, told, frozenset(involved), frozenset(held - {""}), self._stems(kind, fillers, involved), also, printed, speakers)

    def _stems(self, kind: str, fillers: dict[str, list[str]], iris: set[str]) -> frozenset[str]:
        """Return the stems of what a claim says, but for the names of things."""
        found = set(self.lexicon.words_of(WH + kind)) if kind not in ("Relation", "WorldFact", "Statement", "Claim") else set()
        for role, values in fillers.items():
            for value in values:
                if value in iris and (role in _TELLING or not is_thing(value)):
                    found |= self.lexicon.words_of(value)
                elif role in _LITERAL:
                    found |= self.lexicon.read.stems(value)
        return frozenset(found)
