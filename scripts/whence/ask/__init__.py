"""Questions in plain words: what was understood, an answer with passages, and the next best; without a model and without a network.

    from whence.ask import Asker
    asker = Asker(index, catalog.load(files))
    reply = asker.ask("Who composed the music of Metallic Rouge?")
    print(reply.state, reply.choices[0].understood, reply.choices[0].answer.values)

A question goes through these modules, in this order:

1. `words`: the text becomes tokens with stems, and what it is after (its focus: who, when, how many, yes).
2. `lexicon`: runs of tokens become mentions: the things, terms, dates and texts that they may stand for.
3. `matching`: the wordings (`#+ asks:`) of the queries are scored by the words, mentions and focus that they share with it, against those that
   only one of them has; each good one is a candidate: a query, and mentions as values of its parameters. Those that
   share the most with it are scored.
4. `facts`: beside that, the claims that hold the most of its words and mentions, for what no query asks; and all that is read of the graph.
5. `answering`: the rows of each candidate become values with evidence, or a verdict with its proof.
6. Here the choices are ordered and judged, by one rule: a choice is sure that accounts for every word and name of the question, by itself, its answer
   or another wording of its query (`Matcher.speaks_of`), and gives what that is after (`Choice.complete`), and that has no rival, which accounts for as
   much and says otherwise. What is sure is `answered`, or `unknown` where nothing is found; anything else is `unsure`, or `unknown` where it has a word
   that nothing speaks of and no answer is likely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode, Store

from whence.ask import answering
from whence.ask.answering import Answer, Asked
from whence.ask.facts import Evidence, Facts, Found
from whence.ask.lexicon import Lexicon, Mention
from whence.ask.matching import LEAST, OR, Candidate, Matcher, Question, expanded
from whence.ask.words import DENIED, ELSE, POINTING, SPEAKING, STOP, is_denial, is_sequel, restrictions, speech, with_name, without_source
from whence.catalog import NamedQuery
from whence.namespaces import PREFIXES, is_thing, local, shorten
from whence.rdf.dataframes import Tabular, first
from whence.sparql.front_matter import PLACEHOLDER
from whence.sparql.parameters import Parameter
from whence.things import Index
from whence.things.index import wh

__all__ = ["Answer", "Asker", "Choice", "Evidence", "Reply"]

#: By how much a question must fit the one answer better than another that says otherwise.
_MARGIN = 0.08
#: How well it fits an answer that is offered although words of it are not known.
_LIKELY = 0.45
#: What a yes or no keeps of its score where the question asks for something else, and claims without a number or date where it asks for one.
_NO_ANSWER = 0.85
#: The longest question, in characters; what an empty answer keeps of its score, one that says not known, and claims of theirs
#: beside a query; what rows gain that hold a name of the question which no parameter takes.
_LONGEST, _EMPTY, _OPEN, _FROM_CLAIMS, _NARROWED = 500, 0.5, 0.9, 0.8, 1.05
#: Stems of words that ask for no more than every answer gives: what documents say.
_LIGHT = frozenset("say mention document state claim print tell text for from up out off one thing list appear still ever now".split())
#: How far an answer that leaves out a word or name of the question is put behind one that does not; what is left of a score where the whole answers for a part.
_LEFT_OUT, _OF_WHOLE = 0.1, 0.8
#: A question with so many words that nothing here speaks of, and more of them than others, is in another language.
_FOREIGN = 3
#: So many things of packs that a question may name are told.
_CATALOGUED = 3


#: An article before a parameter; what a verb follows, or a noun without its article.
_ARTICLE = re.compile(rf"\ba (?={PLACEHOLDER.pattern})\{{")
_NO_NOUN = re.compile(r"(?:\bWho|\bWhat|\bor what is|\b(?:did|does|that) \{[^}]*\}) $")
#: Words before which a word ends that a wording joins to others by "or".
_ENDING = frozenset("a about an and are did do does has have is its of the their was were when".split())
_VERBAL = frozenset("has had is was are were saw held".split())


def _is_noun(label: str) -> bool:
    """Report whether the label of a relation is a noun, which neither ends in a preposition nor starts with a verb."""
    first, *rest = label.split()
    verb = first in _VERBAL or first.endswith("ed") or (first.endswith("s") and not first.endswith(("ss", "ies")))
    return not verb and (rest or [first])[-1] not in STOP | {"for", "from"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to understand a question.

    :ivar query: the name of the query that answers it, or an empty text where claims do
    :ivar values: its parameters as `whence query --set` takes them
    :ivar understood: what it takes the question for, in one sentence
    :ivar unmatched: the stems of the question that neither what it is understood as nor its answer accounts for
    :ivar complete: whether it accounts for every word and name of the question, and gives what that is after
    :ivar bare: whether the question shares nothing with it but names of things
    """

    query: str
    values: dict[str, str]
    understood: str
    score: float
    matched: tuple[str, ...]
    unmatched: tuple[str, ...]
    answer: Answer
    complete: bool
    bare: bool = False

    @property
    def rank(self) -> float:
        """How likely it is what is asked: less where it leaves something out or finds nothing."""
        return self.score * (_EMPTY if self.answer.empty else 1) - _LEFT_OUT * bool(self.unmatched or not self.answer.whole)

    def has_rival(self, other: Choice) -> bool:
        """Report whether another accounts for as much of the question, and says otherwise."""
        # of names alone nobody knows whether they ask what is so, or whether it is
        alike = self.bare or self.answer.open or bool(self.answer.verdict) == bool(other.answer.verdict)
        found_alone = self.answer.empty != other.answer.empty and not (self.answer.open and other.answer.open)
        near = 0 if found_alone else _MARGIN  # to find nothing where it fits no better is no answer
        return alike and not other.unmatched and self.score - other.score < near and not self.answer.agrees(other.answer)


@dataclass(frozen=True, slots=True)
class Reply(Tabular):
    """What is replied to a question.

    :ivar state: `answered`; `unsure` where several answers are as likely; `unknown` where it is understood and nothing is known, or it has a word
        that nothing here speaks of and the likeliest answer is not sure; `not understood`
    :ivar choices: the ways to understand it, the likeliest first; the first is the answer where the state is `answered`
    :ivar missing: the words that nothing here speaks of
    :ivar left: the words that the first choice does not account for
    :ivar catalogued: the IRIs of things that are named and that a pack has, where the graph itself has no sure answer
    :ivar named: the IRIs of things that are named in a question which is not in English, and so not understood
    :ivar within: which catalogues the reply is of, such as "in the catalogue Wikidata"; empty where it is the graph's
    """

    question: str
    state: str
    choices: tuple[Choice, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...] = ()
    catalogued: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    within: str = ""

    @property
    def understood(self) -> str:
        """What the question is taken for of which nothing is known, or an empty text where something else is not known."""
        return self.choices[0].understood if self.state == "unknown" and not self.missing and self.choices and self.choices[0].answer.empty else ""

    @property
    def offered(self) -> list[Choice]:
        """The other ways to understand the question that are worth an offer, two at most; none where it has words that nothing speaks of and no way is likely."""
        taken = {one.understood for one in self.choices[:1] if self.state != "unknown" or one.answer.empty}
        distinct: dict[str, Choice] = {}
        for one in self.choices if self.state != "unknown" or not self.missing else ():
            if not one.answer.empty and one.understood not in taken:
                distinct.setdefault(one.understood, one)
        return [*distinct.values()][:2]

    def _table(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        rows = [
            (choice.understood, choice.answer.verdict_in_words or words, "; ".join(f"{one.stance_in_words} by {one.speaker}, {one.place}" for one in evidence))
            for choice in (self.offered if self.state == "unknown" else self.choices)
            for words, evidence in choice.answer.values or (("", ()),)
        ]
        return (f"{self.state}: understood as", "answer", "evidence"), rows

    def _first(self) -> tuple[Sequence[str], list[Sequence[str]], str]:
        names, rows, more = first(*self._table())
        if self.state in ("unknown", "not understood"):
            told = "Nothing is known here that answers this." if self.state == "unknown" else "The question is not understood; questions are, in English."
            more = told + f" Nothing here speaks of {', '.join(self.missing)}." * bool(self.missing)
        return names, rows, more


class Asker:
    """Answers questions about one graph, and from the packs beside it what the graph knows nothing of and what is asked of them. Threads may share it once it is made.

    :param within: the named graphs of the packs that are asked instead, by claims alone
    :param lexicon: what words mean in these
    """

    def __init__(self, index: Index, queries: Iterable[NamedQuery], within: frozenset[str] = frozenset(), lexicon: Lexicon | None = None) -> None:
        queries = list(queries)
        self._beside = index
        self.index = Index(index.store, index.language, packs=False) if index.packs and not within else index  # the queries see the graph alone
        self.lexicon = lexicon or Lexicon(self.index)
        self.matcher = Matcher([query for query in queries if query.kind == "competency"], self.lexicon)
        self.facts = Facts(self.lexicon, within)
        self._catalogues: dict[frozenset[str], Asker] = {}
        self._queries = {query.name: query for query in queries}

    def prepare(self) -> None:
        """Read what every question needs, which the first would."""
        self.ask("Who says so?")
        if self._sources:
            self._of_packs(frozenset(self._beside.packs), "Who says so?", 1)

    def reads(self, store: Store) -> None:
        """Look into this store from now on, which has the same graph; one that was pickled comes without any."""
        self._beside.store = self.index.store = store

    def ask(self, text: str, limit: int = 10) -> Reply:
        """Return the reply to a question.

        :param limit: how many values an answer gives
        """
        for packs, names in self._sources:
            if asked := without_source(text[:_LONGEST], names):
                return replace(self._of_packs(packs, asked, limit), question=text)
        question = self.matcher.question(text[:_LONGEST])
        left = self.matcher.left_over(question, [])
        choices = self._ordered([*self._choices(question, left, limit), *self._told(question, limit)])
        if is_denial(text):
            choices = [replace(one, answer=replace(one.answer, turned=True)) for one in choices]
        unaccounted = [one for one in question.words if one.stem in (choices[0].unmatched if choices else left[0])]
        heard = {stem for one in choices for stem in one.matched}.union(self.matcher.known, self.lexicon.vocabulary, self.facts.known)  # of packs `known` does not tell all
        missing = tuple(one.plain for one in unaccounted if one.stem not in heard)
        leaving = tuple(dict.fromkeys(one.plain for one in unaccounted if one.plain not in missing))
        reply = Reply(text, self._state(question, choices, bool(missing)), tuple(choices[:4]), missing, leaving)
        if beside := self._catalogued(question, reply):
            return self._with_packs(replace(reply, state="unknown" if reply.state == "not understood" else reply.state, catalogued=beside), limit)
        return reply if question.focus else self._in_english(reply, *left)

    def _in_english(self, reply: Reply, stems: list[str], named: list[Mention]) -> Reply:
        """Return a reply to a question that asks for nothing in English; one in another language tells no more than what is named, also where no spaces part its words."""
        foreign = 2 * len(reply.missing) > len(stems) and (len(reply.missing) >= _FOREIGN or not "".join(reply.missing).isascii())
        if not foreign or reply.state not in ("unknown", "not understood"):
            return reply
        within = (form.thing for form in self.index.names.forms if not form.text.isascii() and len(form.text) > 1 and form.text in reply.question and is_thing(form.thing))
        return Reply(reply.question, "not understood", (), reply.missing, named=tuple(dict.fromkeys((*(one.values[0] for one in named), *within))))

    @property
    def _sources(self) -> list[tuple[frozenset[str], tuple[str, ...]]]:
        """The packs that a question may be put to, one or all, with what they are called."""
        packs = self._beside.packs if self.index is not self._beside else {}
        if not packs:
            return []
        return [*((frozenset((pack,)), (title, title.partition(" (")[0], local(pack))) for pack, title in packs.items()), (frozenset(packs), ("catalogues", "catalogue", "databases"))]

    @cached_property
    def _lexicon_beside(self) -> Lexicon:
        return Lexicon(self._beside)

    def _of_packs(self, packs: frozenset[str], text: str, limit: int) -> Reply:
        """Return the reply of catalogues, which every way to understand the question names."""
        asker = self._catalogues.get(packs) or self._catalogues.setdefault(packs, Asker(self._beside, (), packs, self._lexicon_beside))
        reply = asker.ask(text, limit)
        within = f"in the catalogue {self._beside.packs[min(packs)].removeprefix('The ')}" if len(packs) == 1 else "in the catalogues"
        return replace(reply, within=within, choices=tuple(replace(one, understood=f"{within}: {one.understood}") for one in reply.choices))

    def _with_packs(self, reply: Reply, limit: int) -> Reply:
        """Return a reply with what the packs say that have what the question names, before what the graph does, unless that is doubtful and what they say as well."""
        packs = frozenset(filter(None, (self._beside.pack(same) for iri in reply.catalogued for same in (iri, *self._beside.same(iri)))))
        told = self._of_packs(packs, reply.question, limit)
        known = reply.state == "unsure" and not reply.missing and not reply.choices[0].answer.empty
        there = any(map(self._beside.pack, reply.catalogued))  # and there alone
        says = told.state in ("answered", "unsure") and not told.choices[0].answer.empty and (there or not told.choices[0].unmatched)
        if not says or (known and told.state != "answered"):
            return replace(reply, catalogued=() if known else reply.catalogued)
        return replace(told, choices=(*told.choices[:1], *reply.choices)[:4], catalogued=reply.catalogued)

    def _choices(self, question: Question, left: tuple[list[str], list[Mention]], limit: int) -> list[Choice]:
        """Return what the likeliest queries answer, and what claims do."""
        choices = [self._choice(question, candidate, limit) for candidate in self.matcher.candidates(question)]
        found = self.facts.find(question, left)
        return [*choices, *([self._of_facts(question, found, limit)] if found and found.score >= LEAST else [])]

    def _told(self, question: Question, limit: int) -> Iterator[Choice]:
        """Yield who says that something is so, or where that is said, where a question asks that."""
        if told := speech(question.text):
            clause = self.matcher.question(told.clause)
            for one in self._choices(clause, self.matcher.left_over(clause, []), limit):
                if (one.answer.verdict or not one.query) and (answer := answering.told_by(one.answer, told, limit)):
                    yield replace(one, understood=f"{told.asking} {one.understood}", answer=answer)

    def _ordered(self, choices: list[Choice]) -> list[Choice]:
        """Return choices, the likeliest first: one that accounts for the question and finds nothing before those that find something and do not account for it."""
        choices = sorted(choices, key=lambda one: (-one.rank, one.query))
        first = choices[0] if choices else None
        if first and not first.query:  # a query says all of what claims say
            alike = (one for one in choices[1:] if one.query and one.answer.fits >= first.answer.fits and first.score - one.score < 2 * _MARGIN and one.answer.holds(first.answer))
            first = next(alike, first)
        empty = next((one for one in choices if one.answer.empty and one.complete), None)
        if empty and not any((one.answer.fits or one.query) and one.answer.whole and one.score >= _LIKELY for one in choices if not one.answer.empty):
            first = empty
        return sorted(choices, key=lambda one: one is not first)

    def _catalogued(self, question: Question, reply: Reply) -> tuple[str, ...]:
        """Return the things that a question without a good answer names and that a pack has: those that are known here too, and what the words that nothing here speaks of are names of there."""
        missing = reply.missing
        doubtful = reply.state == "unsure" and (missing or reply.choices[0].answer.empty or not reply.choices[0].answer.fits)
        if self.index is self._beside or not (doubtful or reply.state in ("unknown", "not understood")):
            return ()
        named = dict.fromkeys(value for one in question.mentions if one.kind == "thing" for value in one.values)
        found = [one for one in named if any(map(self._beside.pack, self._beside.same(one)))]
        if missing:
            there = self._lexicon_beside.mentions(question.text, list(question.words), self.matcher.known | self.lexicon.vocabulary)
            unheard = (one for one in there if one.kind == "thing" and any(word.plain in missing for word in question.words[one.start : one.end]))
            found += [value for one in unheard for value in one.values if self._beside.pack(value)][:_CATALOGUED]
        return tuple(dict.fromkeys(found))

    def resumed(self, text: str, before: str) -> str:
        """Return a question that goes on from one before it, as "and Rouge?" or "What did he say?" do, as one that stands alone; any other as it is."""
        question, earlier = self.matcher.question(text), self.matcher.question(before)
        if with_name(text, "") != text and not any(map(self._is_person, question.mentions)) and (name := self._spoken_of(earlier)):
            return with_name(text, name)
        if not is_sequel(text, question.words) or not question.mentions:
            return text
        new = question.mentions[0]
        alike = {one: len(self.lexicon.kinds(one.values[0]) & self.lexicon.kinds(new.values[0])) for one in earlier.mentions if one.kind == new.kind}
        if not any(alike.values()):
            return f"{earlier.text.rstrip('?!. ')} {text[question.words[0].start :].partition(' ')[2]}"
        old = max(alike, key=lambda one: alike[one])
        return earlier.text[: earlier.words[old.start].start] + new.text + earlier.text[earlier.words[old.end - 1].end :]

    def _spoken_of(self, question: Question) -> str:
        """Return the name of the person whom "he" or "she" is after a question: of the answer where it asks who, else the last that is named; empty where it is open."""
        people = [one.text for one in question.mentions if self._is_person(one)]
        if question.focus != "@who" or not self.matcher.left_over(question, [])[0]:
            return people[-1] if people else ""
        reply = self.ask(question.text)
        names = {words.partition(" | ")[0] for words, _ in reply.choices[0].answer.values} if reply.choices else set()
        found = [one.iri for name in names for one in self.index.find(name)[:1]]
        return self.index.label(found[0]) if len(names) == len(found) == 1 and {"Person", "Character"} & self.lexicon.kinds(found[0]) else ""

    def _is_person(self, mention: Mention) -> bool:
        return mention.kind == "thing" and not self.lexicon.kinds(mention.values[0]).isdisjoint(("Person", "Character"))

    def _state(self, question: Question, choices: list[Choice], missing: bool) -> str:
        """Return how sure the first answer is: it must account for every word of the question, give what is asked for, and have no rival."""
        if not choices:
            return "unknown" if question.mentions and not missing else "not understood"
        first = choices[0]
        if missing and first.score < _LIKELY:
            return "unknown"
        if first.unmatched and first.bare and (question.focus == "@who" or question.focus not in answering.ASKED):  # names alone ask nothing
            return "unknown"
        if not first.complete or self._goes_on(question) or any(map(first.has_rival, choices[1:])):
            return "unsure"
        return "unknown" if first.answer.empty else "answered"

    def _goes_on(self, question: Question) -> bool:
        """Report whether a question says nothing by itself, goes on from one before it, or speaks of somebody or something that it does not name."""
        unnamed = with_name(question.text, "") != question.text and not any(map(self._is_person, question.mentions))
        pointing = not any(one.kind in ("thing", "reference") for one in question.mentions) and any(word.plain in POINTING for word in question.words[-2:])  # further ahead they begin a clause
        silent = not question.mentions and not any(word.content for word in question.words)
        return silent or unnamed or pointing or is_sequel(question.text, question.words)

    def _takes_an_outlet(self, question: Question, values: dict[str, str]) -> bool:
        """Report whether an answer takes an outlet that a question names for its document, or one that says something for what is spoken of."""
        meant = {expanded(value) for name, value in values.items() if name != "speaker"}
        pieces = [one for one in question.mentions if one.document]
        outlets = [one for one in question.mentions if one.kind == "thing" and len(one.values) > 1 and "Document" in self.lexicon.kinds(one.values[-1]) and not any(map(one.overlaps, pieces))]
        speaking = [iri for one in outlets for iri in one.values if one.end < len(question.words) and question.words[one.end].stem in SPEAKING]
        return not meant.isdisjoint((*(one.values[-1] for one in outlets), *speaking))

    def _narrowed(self, question: Question, candidate: Candidate) -> bool:
        """Report whether an answer is from one document that the question does not name."""
        named = {iri for one in question.mentions for iri in one.values}
        return any(iri not in named and "Document" in self.lexicon.kinds(iri) for name, iri in candidate.bound.items() if name not in candidate.values)

    def _choice(self, question: Question, candidate: Candidate, limit: int) -> Choice:
        """Return what a candidate answers, and whether it accounts for the question."""
        asked = self._asked(question, candidate)
        answer = answering.from_query(self.facts, candidate, asked, limit)
        if answer.empty and (whole := self._of_whole(candidate)):
            of_whole = answering.from_query(self.facts, whole, asked, limit)
            candidate, answer = (candidate, answer) if of_whole.empty else (whole, replace(of_whole, fits=False))
        kinds = frozenset().union(*map(self.lexicon.kinds, candidate.bound.values()))
        unmatched = tuple(one for one in asked.besides if one not in _LIGHT | answer.told and kinds.isdisjoint(self.lexicon.classes_called(one)))
        if unmatched:
            said = self.matcher.speaks_of(question, candidate)
            unmatched = tuple(one for one in unmatched if one not in said)
        score = candidate.score * (_NARROWED if asked.named and answer.whole else _OPEN if answer.verdict == "not known" else 1)
        if question.focus == "@why" and answer.verdict == "no":  # which tells that no document says why
            answer = replace(answer, verdict="not known")
        elif not answer.fits or (answer.verdict and question.focus not in ("@yes", "")):
            answer, score = replace(answer, fits=False), score * _NO_ANSWER
        if answer.verdict in ("yes", "no") and not (answer.whole and (answer.verdict == "no" or not unmatched)):  # of what is left out it may not be so
            answer = replace(answer, verdict="", fits=False)
        fits = answer.fits and not (candidate.crossed or (question.without and answer.verdict))
        bare = not candidate.matched and all(one.kind == "thing" for one in candidate.used)
        listed = question.focus == "@yes" and not answer.verdict  # which leaves to the reader what is asked
        complete = fits and answer.whole and not (unmatched or listed or (bare and answer.verdict) or self._narrowed(question, candidate) or self._takes_an_outlet(question, candidate.values))
        return Choice(candidate.query.name, candidate.values, self._understood(candidate), score, candidate.matched, unmatched, replace(answer, fits=fits), complete, bare)

    def _asked(self, question: Question, candidate: Candidate) -> Asked:
        """Return what a question asks of a candidate besides its parameters."""
        stems, left = self.matcher.left_over(question, candidate.used, frozenset(candidate.matched))
        bound = candidate.bound.values()
        again = [one for one in left if one.values[0] in bound]  # another name of what is asked about, which tells how it is written
        named = (*(frozenset(one.values) for one in left if one not in again), *filter(None, [question.among]))
        spoken = (one for one in question.mentions if one.kind == "term" and not any(one.overlaps(other) for other in candidate.used))
        usual = self.matcher.usual_work
        apart = {expanded(usual)} if usual and usual not in candidate.values.values() and any(word.plain in ELSE for word in question.words) else set()
        unmatched = tuple(one for one in stems if one not in candidate.matched)
        several = bool(named or (len(candidate.used) > 1 and candidate.focus == "@yes"))
        return Asked(
            focus=question.focus,
            named=named,
            terms=frozenset(one.values[0] for one in spoken),
            without=question.without | apart,
            kinds=frozenset(self.lexicon.classes_called(question.focus.removeprefix("@"))),
            whether=question.focus == "@yes" and several and not unmatched,
            besides=unmatched,
            said=frozenset(stems),
            only=(*restrictions(question.words), *(self.lexicon.read.stems(one.text) for one in again if question.focus)),
        )

    def _of_whole(self, candidate: Candidate) -> Candidate | None:
        """Return the candidate that asks of the whole what this one asks of a part of a work, or None."""
        for name, iri in candidate.bound.items():
            if name in candidate.values and (wholes := self.index.things(NamedNode(iri), wh("partOf"))):
                return replace(candidate, values={**candidate.values, name: shorten(wholes[0].value)}, score=candidate.score * _OF_WHOLE)
        return None

    def _of_facts(self, question: Question, found: Found, limit: int) -> Choice:
        saying = not SPEAKING.isdisjoint(word.stem for word in question.words)
        answer = answering.from_facts(self.facts, found, question, limit, saying, any(word.stem == DENIED for word in question.words))
        named = ", ".join(self.index.label(self.index.main(next((one for one in mention.values if any(one in fact.involved for fact in found.facts)), mention.values[0]))) for mention in found.named)
        by = " and ".join(map(self.index.label, sorted(found.speakers)))
        about = ("claims" + f" about {named}" * bool(named)) + f" by {by}" * bool(by)
        written = {word.stem: word.plain for word in reversed(question.words)}
        words = f" with the words {', '.join(written.get(one, one) for one in found.matched)}" if found.matched else ""
        asked = answering.ASKED[question.focus] if question.focus in ("@howmany", "@howlong", "@when") else ()
        other = not answer.fits if question.focus == "@why" else asked and not any(role in fact.fillers for role in asked for fact in found.facts)  # than what it is after
        answer = replace(answer, fits=answer.fits and not other, verdict=answer.verdict if question.focus in ("@yes", "") else "")
        kinds = frozenset().union(*(self.lexicon.kinds(iri) for fact in found.facts for iri in fact.involved))
        unmatched = tuple(one for one in found.missing if one not in _LIGHT and kinds.isdisjoint(self.lexicon.classes_called(one)))
        own = any("gloss" in fact.fillers for fact in found.facts)  # words of ours
        telling = found.named and found.matched and not (found.missing or own) and question.focus not in ("@yes", "@who")  # which ask what part a name has in it
        in_packs = question.focus and not self._queries and (found.matched or question.focus != "@who")  # where only claims are asked
        worded = question.focus == "@why" or in_packs or telling
        complete = bool(((answer.verdict and not own) or worded) and answer.fits and answer.whole and not unmatched)
        return Choice("", {}, about + words, found.score * (1 if question.focus == "@why" and answer.fits else _FROM_CLAIMS) * (1 if answer.fits else _NO_ANSWER), found.matched, unmatched, answer, complete)

    def _understood(self, candidate: Candidate) -> str:
        """Return the wording that a question fits, with its parameters in words, and what it takes by default."""
        known = {one.name: one for one in candidate.query.parameters}

        def words(parameter: Parameter) -> str:
            given = candidate.values.get(parameter.name, parameter.default or "")
            iri = expanded(given) if parameter.type == "iri" and given.partition(":")[0] in PREFIXES else ""
            every = "any " * bool(iri and parameter.name not in candidate.values and "Class" in self.lexicon.kinds(iri))
            return every + ((iri and self.index.name(iri)) or given)

        def article(match: re.Match[str]) -> str:
            return "an {" if words(known[match["name"]])[:1].lower() in "aeiou" else "a {"

        wording = OR.sub(lambda match: self._as_asked(candidate, match), self._said_with_nouns(candidate, words))
        text = PLACEHOLDER.sub(lambda match: words(known[match["name"]]), _ARTICLE.sub(article, wording))
        left = [one for one in candidate.query.parameters if one.name not in candidate.values and f"{{{one.name}" not in candidate.wording]
        by_default = [words(one) for one in left if one.type != "iri" or "Class" not in self.lexicon.kinds(expanded(one.default or ""))]
        return text + (f" ({', '.join(by_default)})" if by_default else "")

    def _as_asked(self, candidate: Candidate, match: re.Match[str]) -> str:
        """Return that of the words a wording joins by "or" which the question has, else the first; all of them where one may go on after that, as "take place" and "similar to" do."""
        either = self.lexicon.read.tokens(match[0])
        after = next(iter(self.lexicon.read.tokens(match.string[match.end() :].partition("{")[0])), None)
        if any(not one.content and one.plain != "or" for one in either) or (after and after.plain not in _ENDING):
            return match[0]
        chosen = next((one for one in either if one.stem in candidate.matched), either[0])
        return match[0][chosen.start : chosen.end]

    def _said_with_nouns(self, candidate: Candidate, words: Callable[[Parameter], str]) -> str:
        """Return the wording that a question fits, or, where it has a role or relation in the place of a verb or of a noun that it is not, one that has not."""
        terms = {name: self.lexicon.kinds(iri) & {"Role", "Property", "Office"} for name, iri in candidate.bound.items() if name in candidate.values}
        named = next((name for name, kinds in terms.items() if kinds), "")
        noun = "Property" not in terms.get(named, ()) or any(_is_noun(words(one)) for one in candidate.query.parameters if one.name == named)

        def fits(wording: str) -> bool:
            before = wording.partition(f"{{{named}")[0]
            return before == wording or (noun and not _NO_NOUN.search(before))

        def names(wording: str) -> list[str]:
            return sorted(match["name"] for match in PLACEHOLDER.finditer(wording))

        if not named or fits(candidate.wording):
            return candidate.wording
        others = [one for one in names(candidate.wording) if one != named]
        about = f" of {' and '.join(f'{{{name}}}' for name in others)}" if others else ""
        alike = (one.text for one in candidate.query.query.front_matter.asks if not one.settings and names(one.text) == names(candidate.wording))
        spoken = f"What do the documents say{about} with the {'relation' if 'Property' in terms[named] else 'role'} “{{{named}}}”?"
        return next(filter(fits, alike), spoken)
