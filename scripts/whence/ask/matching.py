"""Which query of the catalogue a question asks: its words against the wordings of every query, its names against their parameters.

A candidate is a query, values for its parameters, and a score that its matched words explain.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from heapq import nlargest
from itertools import chain, combinations, islice, product
from typing import NamedTuple

from pyoxigraph import NamedNode

from whence.ask.lexicon import Lexicon, Mention
from whence.ask.words import APART, DENIED, STOP, SUPERLATIVES, Token, focus, reworded
from whence.catalog import NamedQuery
from whence.namespaces import PREFIXES, is_thing, local, shorten
from whence.sparql.front_matter import PLACEHOLDER
from whence.things.index import wh

#: What a name weighs, one more than a word: found for a parameter that takes a thing of a class, for one that takes any, and left over.
_NAMED, _ANY, _LEFT = 4.0, 2.5, 3.5
#: What part of that speaks against a name that is a likelier one of something else; what it weighs that both are after the same.
_UNLIKELY, _FOCUS = 0.25, 2.0
#: What decides between wordings that are else as good: a small word they share, a parameter that has its default.
_SMALL = 0.1
#: How much it takes from a score that the question says what the wording does not, and the wording what the question does not.
_UNASKED, _UNSAID = 1.0, 0.3
#: What tells against a wording that turns round who did it to whom; what a word tells that no query speaks of.
_TURNED, _UNKNOWN = 0.5, 2.0
#: What a score keeps where names fit a wording and none of its words does.
_NO_WORD = 0.75
#: What it keeps where subject and object have changed places.
_MISPLACED = 0.4
#: Words that make another question of one: why instead of whether, where not, what ought to be.
_REASONS, _LIMITS, _MODALS = frozenset(("why", "how")), frozenset(("outside", "except", "without")), frozenset(("should", "could", "would"))
#: Classes of concepts that no parameter takes which does not ask for them.
_NO_THINGS = frozenset(("Role", "Office", "Unit", "Occupation", "Topic"))
#: What part of the score of a query's best candidate another of it must have.
_AS_GOOD = 0.9
#: The longest word of which no misspelling is looked for, and how alike a word must be to one it is taken for.
_SHORT, _SPELLED = 3, 0.85
#: So many ways to give names to the parameters of one wording are tried, and so many values of a parameter and combinations of such looked at.
_WAYS, _VALUES, _COMBINED = 12, 8, 400
#: So many wordings are scored; so many candidates are looked for, of at least this part of the best score.
_SCORED, _TRIED, _FAR = 240, 6, 0.6
#: The score below which nothing answers a question.
LEAST = 0.15


class _Given(NamedTuple):
    """A value that a question gives a parameter: which words give it, whether it is the likeliest of what these may be, and what it weighs."""

    mention: Mention
    value: str
    likeliest: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood word by word.

    :ivar without: the IRIs of what it asks for others than, which its words leave out
    :ivar among: the IRIs of those of which it asks which, which they leave out too
    """

    text: str
    words: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    focus: str
    without: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    options: dict[tuple[str, frozenset[str]], list[_Given]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One query that a question may ask.

    :ivar values: parameter to value, as far as the question or the wording gives one
    :ivar used: the mentions that became values
    :ivar score: from 0 to 1
    :ivar matched: the stems that question and wording share
    :ivar wording: the wording that it fits, with placeholders
    :ivar focus: what the wording is after
    :ivar crossed: whether the question says "for" or "by" of another name than the wording does, turns round who did it to whom, or hardly says what the wording sets a parameter to
    """

    query: NamedQuery
    wording: str
    values: dict[str, str]
    used: tuple[Mention, ...]
    score: float
    matched: tuple[str, ...]
    focus: str
    crossed: bool

    @property
    def bound(self) -> dict[str, str]:
        """The parameters that are IRIs, with what they are set to, as the question says or by default."""
        values = {one.name: self.values.get(one.name, one.default) for one in self.query.parameters if one.type == "iri"}
        return {name: expanded(value) for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class _Slot:
    """A parameter in a wording.

    :ivar kind: the class of its values, or an empty text
    :ivar takes: what kinds of mention it takes
    :ivar before: the small or other word before it, if there is one
    """

    name: str
    kind: str
    optional: bool
    takes: frozenset[str]
    default: str
    before: str


@dataclass(frozen=True, slots=True)
class _Wording:
    query: NamedQuery
    text: str
    words: frozenset[str]
    either: tuple[frozenset[str], ...]
    small: frozenset[str]
    slots: tuple[_Slot, ...]
    focus: str
    place: str
    settings: dict[str, str] = field(hash=False)


def expanded(value: str) -> str:
    """Return the IRI of a value of a parameter, which may have a prefix.

    >>> expanded("wh:DubCast"), expanded("https://example.org/a")
    ('https://w3id.org/whence/ontology#DubCast', 'https://example.org/a')
    """
    prefix, _, name = value.partition(":")
    return PREFIXES.get(prefix, f"{prefix}:") + name


def _place(before: Sequence[Token], after: Sequence[Token], verbs: Set[str]) -> str:
    """Return whether a name is the object of a verb that it follows at once, or the subject of one that stands behind it; an empty text where a preposition or the passive leaves it open."""
    if any(word.plain in _BEING for word in (*before, *after)):
        return ""
    last = next((word.stem for word in reversed(before) if word.plain not in _ARTICLES), "")
    if verbs.isdisjoint(word.stem for word in before):
        return "subject" if any(word.stem in verbs for word in after) else ""
    return "object" if last in verbs else ""


def _asks_otherwise(question: Question, wording: _Wording, chosen: dict[_Slot, _Given]) -> bool:
    """Report whether one of a question and a wording asks what the other does not: why, outside of something, what ought to be, whether it is so of a thing that is less likely meant."""
    asked, said, whether = frozenset(word.plain for word in question.words), frozenset(wording.text.lower().split()), wording.focus == "@yes"
    unlikely = whether and not all(given.likeliest for given in chosen.values())
    return unlikely or not asked >= said & (_LIMITS | _REASONS if whether else _LIMITS) or not said >= asked & _MODALS


def _crossed(question: Question, wording: _Wording, chosen: dict[_Slot, _Given]) -> bool:
    """Report whether a question has a preposition before one name that the wording has before another."""
    before = {slot: _before(question.words[: given.mention.start]) for slot, given in chosen.items()}
    said = {one.before for one in chosen}
    return any(
        (word in _DIRECTING and word != slot.before and word in said)
        or (word == "to" and slot.before not in ("to", "with", ""))
        or (slot.before == "about" and word not in _ABOUT)
        for slot, word in before.items()
    )


def _before(words: Sequence[Token]) -> str:
    return next((word.plain for word in reversed(words) if word.plain not in _ARTICLES), "")


_ARTICLES = frozenset(("the", "this", "a", "an"))
_BEING = frozenset("be been being is are was were by".split())
_ABOUT = frozenset(("about", "of", "on", "to", "concerning", "regarding"))
_DIRECTING = frozenset(("by", "for", "from", "to"))
_BY = re.compile(r"\bby \{")
_ANY_KIND = re.compile(r"^(?:What|Which) \{")  # which is after what a parameter says
#: Words of a wording of which one will do.
OR = re.compile(r"\b\w++(?:, \w++)*,? or \w+")
_TAKES = {"iri": frozenset(("thing", "term", "reference")), "integer": frozenset(("number",)), "decimal": frozenset(("number",)),
          "date": frozenset(("date",)), "string": frozenset(("string", "date", "thing")), "lang-string": frozenset(("string",))}  # fmt: skip


class Matcher:
    """The wordings of a catalogue, ready to be compared with questions.

    :ivar known: the stems of all words of the wordings
    :ivar usual_work: the work that most queries are about, as parameters are written, or an empty text
    """

    def __init__(self, queries: Sequence[NamedQuery], lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        classes = lexicon.index.subjects(NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["owl"] + "Class"))
        self._classes = {name.lower(): name for name in (*(local(kind.value) for kind in classes), "Class", "Property")}
        self._usual = [value for value, _ in Counter(one.default for query in queries for one in query.parameters if one.default and one.type == "iri").most_common()]
        self._usual[:0] = self._own_work()
        self.usual_work = next((one for one in self._usual if "Work" in self._kinds(one)), "")
        self._wordings = [wording for query in queries for wording in self._read(query)]
        self._wordings_of: dict[str, list[_Wording]] = {}
        self._vocabulary: dict[str, frozenset[str]] = {}
        for wording in self._wordings:
            self._wordings_of.setdefault(wording.query.name, []).append(wording)
            said = self._vocabulary.get(wording.query.name) or self.lexicon.read.stems(f"{wording.query.summary} {wording.query.description}")
            self._vocabulary[wording.query.name] = said | wording.words
        counts = Counter(word for said in self._vocabulary.values() for word in said)
        self._most = math.log(1 + max(len(self._vocabulary), 1))
        self._weights = {word: math.log(1 + len(self._vocabulary) / count) for word, count in counts.items()}
        self.known = frozenset(self._weights)
        self._slots = {slot for wording in self._wordings for slot in wording.slots}
        places = {(wording.words, wording.place) for wording in self._wordings}
        self._told_by_place = frozenset(chain.from_iterable(words for words, _ in places if {(words, "subject"), (words, "object")} <= places))

    def _own_work(self) -> list[str]:
        """Return the work of which most is claimed in a graph of one's own, as parameters are written; none in the graph of the package."""
        index = self.lexicon.index
        own = [one for one in index.instances("Work") if is_thing(one.value) and not one.value.startswith(PREFIXES["id"])]
        most = min(own, key=lambda one: (-len(index.subjects(wh("involves"), one)), one.value), default=None)
        return [shorten(most.value)] if most else []

    def question(self, text: str) -> Question:
        """Read a question: without slips of the pen in common words, and one whether it is this or that as one which it is."""
        text = reworded(text)
        words, mentions = self._read_words(text)
        if spelled := self._spelled(text, words, mentions):
            text = spelled
            words, mentions = self._read_words(text)
        text, among = self._without_alternatives(text, words, mentions)
        if among:
            words, mentions = self._read_words(text)
        without: frozenset[str] = frozenset()
        for one in (one for one in mentions if one.kind == "thing" and not one.weak):
            if others := APART.search(text[: words[one.start].start]):
                text = f"{text[: others.start()]} {others['noun'] or ''}{text[words[one.end - 1].end :]}"
                without = frozenset(one.values)
                words, mentions = self._read_words(text)
                break
        named = {place for one in mentions if one.kind == "thing" for place in range(one.start, one.end)}
        asking = [word for place, word in enumerate(words) if place not in named]
        return Question(text, words, tuple(mentions), focus(asking), without, among)

    def _read_words(self, text: str) -> tuple[tuple[Token, ...], list[Mention]]:
        words = tuple(self.lexicon.read.tokens(text))
        return words, self.lexicon.mentions(text, list(words), self.known | self.lexicon.vocabulary)

    def _spelled(self, text: str, words: Sequence[Token], mentions: Iterable[Mention]) -> str:
        """Return a question with those words that nothing knows spelled as the known ones they are closest to, or an empty text where there are none."""
        taken = {place for one in mentions for place in range(one.start, one.end)}
        found = ""
        for place, word in reversed([*enumerate(words)]):
            unheard = place not in taken and text[word.start : word.end].islower() and word.plain.isalpha() and word.stem not in self.known and word.stem not in self.lexicon.vocabulary
            if unheard and len(word.plain) > _SHORT and word.plain not in self._spellings:
                near = (one for one in self._spellings if one[0] == word.plain[0] and (one not in STOP or len(one) >= len(word.plain)))  # a longer word is none that tells little
                alike = get_close_matches(word.plain, near, 1, _SPELLED)
                found = (found or text)[: word.start] + alike[0] + (found or text)[word.end :] if alike else found
        return found

    @cached_property
    def _spellings(self) -> frozenset[str]:
        """The words of the wordings and terms, and those that tell no question from another."""
        wordings = (PLACEHOLDER.sub(" ", wording.text) for wording in self._wordings)
        return frozenset(word.plain for text in (*wordings, *self.lexicon.names_of_terms) for word in self.lexicon.read.tokens(text)) | STOP

    def _without_alternatives(self, text: str, words: Sequence[Token], mentions: Sequence[Mention]) -> tuple[str, frozenset[str]]:
        """Return a question whether it is one thing or another as one which it is, and one that ends in the two without them, and these; any other as it is."""
        things = [one for one in mentions if one.kind == "thing" and not one.weak]
        for one, other in ((one, other) for one in things for other in things if one.end < other.start):
            between = [word.plain for word in words[one.end : other.start]]
            if "or" not in between or not STOP.issuperset(between) or self.lexicon.kinds(one.values[0]).isdisjoint(self.lexicon.kinds(other.values[0])):
                continue
            before, after, these = text[: words[one.start].start], text[words[other.end - 1].end :], frozenset((*one.values, *other.values))
            if focus(words) == "@yes":
                asking = "who" if self.lexicon.kinds(one.values[0]) & {"Agent", "Character", "Person"} else "which"
                return f"{asking} {before[words[1].start :]}{after}", these
            if focus(words) and other.end == len(words) and before.rstrip().endswith((",", ":")):
                return before.rstrip(" ,:") + after, these
        return text, frozenset()

    def candidates(self, question: Question) -> list[Candidate]:
        """Return the best candidates, the best first: so many, of at least a part of the best score, and of each query one.

        A query whose parameters may be two things as well comes twice.
        """
        best: dict[tuple[str, ...], tuple[float, int, Candidate]] = {}
        small = {word.plain for word in question.words if not word.content}
        for number in self._likeliest(question):
            for candidate in self._candidates(question, self._wordings[number], small):
                key = (candidate.query.name, *sorted(candidate.values.values()))
                if key not in best or (candidate.score, -number) > best[key][:2]:
                    best[key] = candidate.score, -number, candidate
        ranked = [one for _, _, one in sorted(best.values(), key=lambda one: (-one[0], one[2].query.name, -one[1]))]
        scores: dict[str, list[float]] = {}
        for one in ranked:
            scores.setdefault(one.query.name, []).append(one.score)
        least = {name: max(LEAST, _FAR * ranked[0].score, _AS_GOOD * of[0], *of[:2][-1:]) for name, of in scores.items()}
        return [one for one in ranked if one.score >= least[one.query.name]][:_TRIED]

    def _likeliest(self, question: Question) -> list[int]:
        """Return the numbers of the wordings that are worth a score: by what they share with a question, less one for each word that it lacks."""
        stems = frozenset(word.stem for word in question.words if word.content)
        given = {slot: max((one.weight for one in self._options(question, slot)), default=0.0 if slot.optional else None) for slot in self._slots}
        found = []
        for number, wording in enumerate(self._wordings):
            weights = [given[slot] for slot in wording.slots]
            if None not in weights:
                shared = sum(map(self.weight, stems & wording.words)) + sum(filter(None, weights)) + _FOCUS * bool(question.focus and question.focus == wording.focus)
                found += [(shared - sum(map(stems.isdisjoint, wording.either)), number)] if shared else []
        return [number for _, number in nlargest(_SCORED, found)]

    def weight(self, word: str) -> float:
        """Return how much a word tells, as the logarithm of how few queries speak of it; "not" tells as much as any."""
        return self._most if word == "not" else self._weights.get(word, _UNKNOWN)

    def speaks_of(self, question: Question, candidate: Candidate) -> frozenset[str]:
        """Return the stems that say no more than what a candidate asks: those of the terms that it takes, and of other wordings of its query that ask it with the same values.

        None is of a concept or relation that the question names besides, which asks for itself.
        """
        taken = frozenset().union(*(self.lexicon.words_of(iri) for iri in candidate.bound.values() if not is_thing(iri)))
        if not candidate.matched:
            return taken
        values = {one.name: one.default for one in candidate.query.parameters} | candidate.values
        words = frozenset().union(*(one.words for one in self._wordings_of[candidate.query.name] if one.settings.items() <= values.items()))
        terms = (one for one in question.mentions if one.kind == "term" and any(self.lexicon.kinds(iri) & {"Concept", "Property"} for iri in one.values))
        return taken | words.difference(word.stem for one in terms for word in question.words[one.start : one.end])

    def left_over(self, question: Question, used: Iterable[Mention], said: frozenset[str] = frozenset()) -> tuple[list[str], list[Mention]]:
        """Return the stems and the names of a question that are no values, each once.

        :param said: the stems of a wording; a common noun that it says is no name
        """
        taken = {place for mention in used for place in range(mention.start, mention.end)}
        named: list[Mention] = []
        for mention in question.mentions:
            places = set(range(mention.start, mention.end))
            if mention.kind == "thing" and not places & taken and not (mention.weak and {question.words[place].stem for place in places} <= said):
                named.append(mention)
                taken |= places
        stems = [word.stem for place, word in enumerate(question.words) if place not in taken and word.content]
        return list(dict.fromkeys(stems)), named

    def _candidates(self, question: Question, wording: _Wording, small: Set[str]) -> Iterator[Candidate]:
        """Yield the ways in which a question may be of a wording.

        :param small: the words of the question that tell little
        """
        said = self._vocabulary[wording.query.name]
        for chosen in self._assignments(question, wording.slots):
            values = wording.settings | {slot.name: given.value for slot, given in chosen.items()}
            for slot in wording.slots:  # a work that is not named is that which most queries are about
                if slot not in chosen and slot.kind == "Work" and self.usual_work not in ("", slot.default):
                    values[slot.name] = self.usual_work
            things = [values.get(one.name, one.default) for one in wording.query.parameters if one.type == "iri"]
            if len({*things}) < len(things):  # of a thing and itself nothing is asked
                continue
            used = [given.mention for given in chosen.values()]
            stems, named = self.left_over(question, used, wording.words)
            shared = [one for one in stems if one in wording.words]
            worded = sum(map(self.weight, shared))
            lacking = (one for one in stems if one not in wording.words and one not in SUPERLATIVES)
            matched, unasked = worded, sum(self.weight(one) * (0.5 if one in said else 1) for one in lacking)
            unasked += sum(_LEFT * (0.4 if one.weak or one.document else 1) for one in named)
            for slot, given in chosen.items():
                matched += given.weight
                unasked += _UNLIKELY * given.weight * (not given.likeliest)
            place = self._place_of(question, wording, used)
            misplaced = bool(place and wording.place) and place != wording.place
            turned = self._turned(question, wording, chosen) or misplaced
            unasked += _TURNED * turned
            unsaid = sum(min(map(self.weight, group)) for group in wording.either if group.isdisjoint(stems))
            if question.focus and wording.focus:
                same = question.focus == wording.focus
                matched, unasked, unsaid = (matched + _FOCUS * same, unasked + _FOCUS * (not same), unsaid + _FOCUS * (not same))
            if matched:
                matched += _SMALL * (len(wording.small & small) + sum(values[slot.name] == slot.default for slot in chosen))
                crossed = _crossed(question, wording, chosen) or (DENIED not in stems and frozenset((DENIED,)) in wording.either)
                if not wording.words and all(one.kind == "thing" for one in used):  # of small words each tells
                    crossed |= not wording.small <= small | _ARTICLES | _BEING
                score = matched / (matched + _UNASKED * unasked + _UNSAID * unsaid) * (_NO_WORD if crossed or (wording.words and not shared) else 1) * (_MISPLACED if misplaced else 1)
                crossed |= turned or (bool(wording.settings) and unsaid > worded) or (place == "subject" and not wording.place) or shared == ["not"] or _asks_otherwise(question, wording, chosen)
                yield Candidate(wording.query, wording.text, values, tuple(used), score, tuple(shared), wording.focus, crossed)

    def _turned(self, question: Question, wording: _Wording, chosen: dict[_Slot, _Given]) -> bool:
        """Report whether a wording says who did it to whom the other way round, in another order or in the other voice, but not both, and names do not tell that by their kinds."""
        given = [(slot, chosen[slot].mention) for slot in wording.slots if slot in chosen]
        named = [one.start for _, one in given]
        passive = any(one.start and question.words[one.start - 1].plain == "by" for _, one in given if not one.document)
        if not named or (named != sorted(named)) == (passive != bool(_BY.search(wording.text))):
            return False
        return len(given) == 1 or any(self._values_for(two, slot) and self._values_for(one, other) for (slot, one), (other, two) in combinations(given, 2))

    def _place_of(self, question: Question, wording: _Wording, used: list[Mention]) -> str:
        """Return whether the one name of a question is the subject or the object of a verb of a wording, where only that tells wordings with the verb apart; else an empty text."""
        verbs = wording.words & self._told_by_place
        return _place(question.words[: used[0].start], question.words[used[0].end :], verbs) if len(used) == 1 and verbs else ""

    def _assignments(self, question: Question, slots: tuple[_Slot, ...]) -> Iterator[dict[_Slot, _Given]]:
        """Yield ways to give each slot a value of the question, no word twice; one that may be left open is so only for want of a value."""
        options = [[*self._options(question, slot), *([None] if slot.optional else [])] for slot in slots]
        found = 0
        for way in islice(product(*options), _COMBINED):
            given = [one.mention for one in way if one]
            if any(one.overlaps(other) for one, other in combinations(given, 2)):
                continue
            yield {slot: one for slot, one in zip(slots, way, strict=True) if one}
            found += 1
            if found == _WAYS:
                return

    def _options(self, question: Question, slot: _Slot) -> list[_Given]:
        """Return the values that a question gives a parameter, each once."""
        key = (slot.kind, slot.takes)
        if key not in question.options:
            found: dict[str, _Given] = {}
            for one in question.mentions:
                for place, value in enumerate(self._values_for(one, slot)):
                    found.setdefault(value, _Given(one, value, place == 0, (_NAMED if slot.kind else _ANY) * (0.5 if one.weak else 1)))
            question.options[key] = [*islice(found.values(), _VALUES)]
        return question.options[key]

    def _values_for(self, mention: Mention, slot: _Slot) -> list[str]:
        """Return those values of a mention that a slot takes, as parameters are written; two at most."""
        if mention.kind not in slot.takes:
            return []
        if mention.kind == "reference":  # what is meant without a name is what most queries are about
            return [one for one in self._usual if not self._kinds(one).isdisjoint(mention.values) and (not slot.kind or slot.kind in self._kinds(one))][:1]
        if "string" in slot.takes:
            return [mention.text] if mention.kind == "thing" else list(mention.values)
        if mention.kind not in ("thing", "term"):
            return list(mention.values)
        if not slot.kind and mention.kind == "term":
            kinds = ((iri, self.lexicon.kinds(iri)) for iri in mention.values)
            return [shorten(iri) for iri, of in kinds if "Concept" in of and of.isdisjoint(_NO_THINGS)][:1]
        return [shorten(iri) for iri in mention.values if not slot.kind or slot.kind in self.lexicon.kinds(iri)][:2]

    def _kinds(self, value: str) -> frozenset[str]:
        return self.lexicon.kinds(expanded(value))

    def _read(self, query: NamedQuery) -> Iterator[_Wording]:
        """Yield the wordings of a query, the sentence that sums it up among them."""
        known = {parameter.name: parameter for parameter in query.parameters}
        for wording in query.query.front_matter.asks:
            slots = []
            for match in PLACEHOLDER.finditer(wording.text):
                kind = self._classes.get((match["kind"] or match["name"]).replace("-", ""), "")
                parameter = known[match["name"]]
                before = _before(self.lexicon.read.tokens(wording.text[: match.start()]))
                slots.append(_Slot(parameter.name, kind, bool(match["optional"]), _TAKES.get(parameter.type, frozenset()), parameter.default or "", before))
            text = PLACEHOLDER.sub(" ", wording.text)
            small = frozenset(word.plain for word in self.lexicon.read.tokens(text) if not word.content)
            after = "@" if _ANY_KIND.search(wording.text) else focus(self.lexicon.read.tokens(text))
            words = self.lexicon.read.stems(text)
            sides = (wording.text[: match.start()], wording.text[match.end() :]) if len(slots) == 1 else ("", "")
            place = _place(self.lexicon.read.tokens(sides[0]), self.lexicon.read.tokens(sides[1]), words)
            yield _Wording(query, wording.text, words, tuple(self._either(text)), small, tuple(slots), after, place, wording.settings)

    def _either(self, text: str) -> Iterator[frozenset[str]]:
        """Yield the stems of a wording one by one, those joined by "or" together: one of them will do."""
        yield from filter(None, map(self.lexicon.read.stems, OR.findall(text)))
        for stem in sorted(self.lexicon.read.stems(OR.sub(" ", text))):
            yield frozenset((stem,))
