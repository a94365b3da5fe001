"""From a candidate to an answer: what was asked for first, then who says so and where; for yes and no, what proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.ask.facts import Evidence, Fact, Facts, Found
from whence.ask.matching import Candidate, Question
from whence.ask.lexicon import Lexicon
from whence.ask.words import DENIED, NOUNS, SPEAKING, SUPERLATIVES, Speech, Words, stem
from whence.namespaces import WH, is_thing, local, spaced
from whence.things import Index, claims
from whence.things.claims import KINDS, Claim
from whence.things.dates import in_words
from whence.things.index import wh
from whence.things.positions import AFFIRMING, OUTRIGHT

#: Columns that say where and how something is said, and not what.
_EVIDENCE = frozenset("file start end document speaker speakerLabel polarity commitment mood mode files claim passage".split())
#: At most so many pieces of evidence are given for one value, and values for a verdict.
_EACH = 8
#: Question word to the roles of a claim whose fillers answer it.
ASKED = {"@who": ("agent", "performer", "interviewee"), "@when": ("date", "clockTime", "weekday"), "@where": ("outlet", "territory"), "@howmany": ("number",), "@howlong": ("number",)}
#: Roles whose fillers come last where a question asks what.
_LAST = frozenset(("agent", "performer", "interviewee", "outlet"))
#: Question word to the columns that answer it, where a query has some of them.
_COLUMNS = {"@when": ("date", "weekday", "clockTime"), "@time": ("weekday", "clockTime"), "@where": ("outletLabel", "territoryLabel", "eventLabel")}
#: Question word to the columns of an answer to it, and to the classes of which one is.
_GIVEN = {
    "@who": (("agent", "performer", "person", "speaker", "actor", "answerer", "interviewee", "character"), ("Agent", "Character")),
    "@when": (("date", "weekday", "clockTime", "year"), ()),
    "@time": (("clockTime",), ()),
    "@where": (("outlet", "territory", "event", "place"), ("Place", "Outlet", "Event", "FictionalPlace")),
    "@howmany": (("number", "count"), ()),
    "@howlong": (("number",), ()),
    "@why": (("reason",), ()),
    "@document": (("file", "files", "document"), ("Document",)),
}
#: Stems of words for those who make a work.
_MAKERS = frozenset(map(stem, "maker creator staff team themselves".split()))
#: Stances in which something is said to be so, and those in which outright; of rows too, which tell less.
_AFFIRMED, _OUTRIGHT = AFFIRMING | {"disputed"}, frozenset((*OUTRIGHT, "affirmed"))
#: Stems of words that ask what is said.
_SAYING = SPEAKING | {"document", "statement", "known"}
#: Stems of words for what stands in a document.
_WRITTEN = frozenset("written write print read stand credit name find found talk speak discuss bring come quot refer".split())
#: Stances that put something forward and not as what is so.
_NOT_YET = frozenset("expected intended wished".split())
#: What is added to a value that nobody affirms.
_MARKS = {"": "", "denied": " (denied)", "premise": " (only taken for granted in a question)"}
_DATE = re.compile(r"(?<![\w.:/-])[12][0-9]{3}-[0-9]{2}(?:-[0-9]{2})?[?~%]?(?![\w/-])")
#: Class of claims to what it gives, and what it gives it for: of the same of these, another of that is said in its place.
_SLOTS = {"Contribution": ("agent", ("work", "role")), "Casting": ("performer", ("work", "character", "version")), "Relation": ("value", ("subject", "property")),
          "WorldFact": ("value", ("subject", "property"))}  # fmt: skip
_TERMS = frozenset("property role aspect precision unit version use namingKind tenure".split())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the graph answers.

    :ivar values: what was asked for, each with its evidence, which may be empty
    :ivar verdict: `yes`, `no` or `not known` for a question that asks so, else empty
    :ivar more: how many further values there are
    :ivar denied: whether somebody denies what a verdict is about
    :ivar whole: whether it is about all that the question names
    :ivar fits: whether it gives what the question is after, such as a date where it asks when
    :ivar instead: whether the values of a verdict are what is said instead of what was asked
    :ivar also: for a yes, what documents affirm besides or in its place, each with the document
    :ivar saying: whether it is asked what documents or people say, and not what is so
    :ivar turned: whether it is asked whether it is not so, to which yes may mean both
    :ivar disputed: whether it is recorded that what a yes rests on disagrees with something else
    :ivar told: the stems of what all of it tells, and of question words for what it gives, such as "artist" where it gives who
    """

    values: tuple[tuple[str, tuple[Evidence, ...]], ...]
    verdict: str = ""
    more: int = 0
    denied: bool = False
    whole: bool = True
    fits: bool = True
    instead: bool = False
    also: tuple[str, ...] = ()
    saying: bool = False
    turned: bool = False
    disputed: bool = False
    told: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.values and not self.verdict

    @property
    def open(self) -> bool:
        """Whether it tells nothing that is so."""
        return self.empty or self.verdict == "not known"

    def agrees(self, other: Answer) -> bool:
        """Report whether another answer says the same: its verdict, or one of its values."""
        said, others = ({words.partition(" | ")[0] for words, _ in one.values} for one in (self, other))
        return self.verdict == other.verdict and bool(self.verdict or not said.isdisjoint(others))

    def holds(self, other: Answer) -> bool:
        """Report whether another answer says the same, or a value of it stands somewhere in one of this."""
        parts = {part for words, _ in self.values for part in words.split(" | ")}
        return self.agrees(other) or any(words.partition(" | ")[0] in parts for words, _ in other.values)

    @property
    def verdict_in_words(self) -> str:
        """The verdict as a sentence, with the hedges and denials that it rests on, and what else is said."""
        return self._sentence + (f" Also said: {'; '.join(self.also)}." if self.also else "")

    @property
    def _sentence(self) -> str:
        if self.verdict == "not known":
            return self._why_not_known
        if self.verdict == "no":
            if self.denied:
                return "No: it is denied, and no document says so."
            if any(one.stance == "silent" for _, evidence in self.values for one in evidence):
                return f"{'No' if self.saying else 'Not said'}: no document says so."
            return "It is not so." if self.turned else "No."
        if self.verdict != "yes":
            return ""
        taken = [{one.stance for one in evidence} for _, evidence in self.values]
        said = dict.fromkeys(one.stance_in_words for _, evidence in self.values for one in evidence if one.stance not in ("denied", "premise"))
        if said and not any(of & _OUTRIGHT for of in taken):
            return f"{'It is so' if self.turned else 'Yes'}, but nobody says it outright: it is {' or '.join(said)} only."
        if any("denied" in of and of & _OUTRIGHT for of in taken):
            return "Disputed: it is affirmed and denied."
        return "Disputed: documents differ." if self.disputed else "It is so." if self.turned else "Yes."

    @property
    def _why_not_known(self) -> str:
        stances = {} if self.instead or self.denied else {one.stance: one.stance_in_words for _, evidence in self.values for one in evidence}
        if "premise" in stances:
            return "Not known: nobody says so, it is only taken for granted in a question."
        if meant := dict.fromkeys(words for stance, words in stances.items() if stance in _NOT_YET):
            return f"Not known: it is only {' or '.join(meant)}; nobody says that it is so."
        if "silent" in stances:
            return "Not known: no document says so."
        if self.denied:
            return "Denied, and affirmed by nobody."
        return "Not known: no document says so, and not every document is known to be silent on it." + (" What is said instead:" if self.instead else "")

    @property
    def verdict_in_short(self) -> str:
        """The beginning of that sentence, in small letters."""
        return self._sentence.partition(":")[0].rstrip(".").lower()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of a query besides its parameters.

    :ivar focus: what it is after; documents come first where it is after these
    :ivar named: for each name that is no parameter, the IRIs that it may be; rows with all of them are the answer where there are some, else those with one
    :ivar terms: the IRIs of terms that are no parameters; rows with another value where these are one of the few that there are, as the versions of a cast, are no answer
    :ivar without: the IRIs of what it asks for others than; rows with one of them are no answer
    :ivar kinds: the classes of what it asks which of; rows with one of these come first
    :ivar whether: whether rows with all that is named are a yes
    :ivar besides: the stems of what it says besides; rows with the most of these come first
    :ivar said: the stems of all that it says but for names
    :ivar only: the stems of each phrase, such as "the first teaser", that tells which of several it asks for; rows with all of them are the answer
    """

    focus: str
    named: tuple[frozenset[str], ...]
    terms: frozenset[str]
    without: frozenset[str]
    kinds: frozenset[str]
    whether: bool
    besides: tuple[str, ...]
    said: frozenset[str]
    only: tuple[frozenset[str], ...]


def from_query(facts: Facts, candidate: Candidate, asked: Asked, limit: int) -> Answer:
    """Return the answer of a query.

    :param limit: how many values are given
    """
    index, lexicon = facts.index, facts.lexicon
    columns, rows = facts.rows(candidate.query.query, candidate.values)
    bound = [*candidate.bound.values()]
    asked = replace(asked, named=(*asked.named, *_values_told(lexicon, rows, asked.terms, bound)))
    whole, rows = _narrowed(index, rows, asked)
    verdict = _verdict(columns, rows, candidate.matched)
    rows, met, told = _restricted(lexicon.read, rows, asked)
    rows, most = _extreme(rows, asked)
    if asked.focus == "@when":
        rows.sort(key=lambda row: -len(getattr(row.get("date"), "value", "")))  # the most exact first
    if verdict and columns[0] != "agree":
        proof = _proof(facts, candidate, bound, verdict)
        asks = {iri for iri in bound if not is_thing(iri)}
        instead = verdict == "not known" and bool(proof) and not any(asks <= facts.fact(one.claim).held for _, of in proof for one in of)
        also = _said_besides(index, proof) if verdict == "yes" else ()
        saying = not _SAYING.isdisjoint(asked.said)
        open_role = instead and any(wh("RoleNotStated").value in facts.fact(one.claim).held for _, of in proof for one in of)  # which may be the one that is asked for
        about = {"whole": not asked.named, "fits": not open_role, "instead": instead, "saying": saying, "disputed": bool(also) and _disagrees(index, proof)}
        return Answer(proof, verdict, denied=_is_denied(facts, candidate, bound), also=also, told=lexicon.read.stems(" ".join(words for words, _ in proof)), **about)
    shown = _shown(columns[1:] if verdict else columns, asked)
    groups = _grouped(index, rows, shown, asked)
    values = []
    for words, of in islice(groups.items(), limit):
        evidence = [one for row in of for one in _row_evidence(facts, row, bound)] or _recalled(facts, of[0], bound, set(_kinds(candidate)))
        values.append((words, tuple(islice(dict.fromkeys(evidence), _EACH))))
    stances = {one.stance for _, evidence in values for one in evidence}
    if asked.whether and whole and stances and not verdict and "polarity" in columns:
        yes = bool(stances & _AFFIRMED)
        also = _said_besides(index, values) if yes and asked.named else ()
        return Answer(tuple(values), "yes" if yes else "not known", max(0, len(groups) - limit), stances == {"denied"}, also=also)
    same = asked.focus == candidate.focus or (asked.focus[1:] in candidate.matched and _GIVEN.keys().isdisjoint((asked.focus, candidate.focus)))
    fits = (met or len(groups) < 2) and (same or bool(verdict) or any(_gives(index, row, asked.focus, asked.kinds) for row in rows))
    told |= most | {noun for noun in asked.besides if _names_what_is_given(lexicon, noun, rows)}
    return Answer(tuple(values), verdict, more=max(0, len(groups) - limit), whole=whole, fits=fits, told=told)


def _names_what_is_given(lexicon: Lexicon, noun: str, rows: list[dict[str, Any]]) -> bool:
    """Report whether a word names what some rows give: a class that something in them is of, or, as "artist", what a question word asks for."""
    kinds = frozenset(lexicon.classes_called(noun))
    return bool(kinds or noun in NOUNS) and any(_gives(lexicon.index, row, NOUNS.get(noun, ""), kinds) for row in rows)


def _gives(index: Index, row: dict[str, Any], focus: str, kinds: Set[str]) -> bool:
    """Report whether a row holds what a question is after: a column of that name, or something of such a class."""
    columns, classes = _GIVEN.get(focus, ((), kinds))
    named = any(value is not None and name.removesuffix("Label") in columns for name, value in row.items())
    return named or not (columns or classes) or _of_kind(index, row, frozenset(classes))


def _narrowed(index: Index, rows: list[dict[str, Any]], asked: Asked) -> tuple[bool, list[dict[str, Any]]]:
    """Return whether some rows hold all that is named, and the rows that answer."""
    whole = [row for row in rows if all(_holds(index, row, iris) for iris in asked.named)]
    narrowed = whole or [row for row in rows if any(_holds(index, row, iris) for iris in asked.named)]
    kept = [row for row in narrowed or rows if not _holds(index, row, asked.without)]
    return bool(whole) or not asked.named, sorted(kept, key=lambda row: not _of_kind(index, row, asked.kinds))


def _values_told(lexicon: Lexicon, rows: list[dict[str, Any]], terms: Iterable[str], bound: Sequence[str]) -> list[frozenset[str]]:
    """Return those of some terms that are values of the ontology, such as the versions of a cast, for each class of which rows or parameters tell the one that they are of."""
    of_class: dict[str, set[str]] = {}
    for term in terms:
        for kind in lexicon.kinds(term) - {"Class", "Property"} if term.startswith(WH) else ():
            of_class.setdefault(kind, set()).add(term)
    held = {*bound, *(value.value for row in rows for value in row.values() if isinstance(value, NamedNode))} if of_class else ()
    told = frozenset().union(*map(lexicon.kinds, held))
    return [frozenset(values) for kind, values in sorted(of_class.items()) if kind in told and values.isdisjoint(bound)]


def _restricted(read: Words, rows: list[dict[str, Any]], asked: Asked) -> tuple[list[dict[str, Any]], bool, frozenset[str]]:
    """Return the rows that tell each of the phrases that some tell, those with the most further words first; whether some do for each phrase; and the stems that all of them tell."""
    told = [(row, read.stems(_dated(" ".join(value.value for name, value in row.items() if name not in _EVIDENCE and isinstance(value, Literal))))) for row in rows]
    met = True
    for phrase in asked.only:
        kept = [one for one in told if phrase <= one[1]]
        told, met = (kept, met) if kept else (told, False)
    told.sort(key=lambda one: -len(one[1].intersection(asked.besides)))
    return [row for row, _ in told], met, frozenset.intersection(*(stems for _, stems in told)) if told else frozenset()


def _extreme(rows: list[dict[str, Any]], asked: Asked) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """Return the rows with the highest or lowest number where a question asks for the most or fewest, and the word that asks so; all rows where it does not or they have no number."""
    words = SUPERLATIVES.keys() & asked.besides
    numbers = [name for name, value in (rows[0] if words and rows else {}).items() if isinstance(value, Literal) and value.datatype.value.endswith("integer") and name not in _EVIDENCE]
    if not numbers:
        return rows, frozenset()
    best = next((name for name in numbers if stem(name) in asked.said), numbers[0])
    found = {id(row): int(row[best].value) for row in rows if row[best] is not None}
    wanted = SUPERLATIVES[min(words)](found.values())
    return [row for row in rows if found.get(id(row)) == wanted], frozenset(words)


def _grouped(index: Index, rows: list[dict[str, Any]], shown: list[str], asked: Asked) -> dict[str, list[dict[str, Any]]]:
    """Return values with their rows, in the order in which they answer."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if words := _words(index, row, shown):
            groups.setdefault(words, []).append(row)
    if DENIED in asked.besides:  # which alone is the answer where there is some
        groups = {words: of for words, of in groups.items() if _mark(of) == _MARKS["denied"]} or groups
    return _told_apart(groups)


def from_facts(facts: Facts, found: Found, question: Question, limit: int, saying: bool, denied: bool) -> Answer:
    """Return the answer that claims give: of each what the question is after.

    :param saying: whether the question asks who says so, and not for what is claimed
    :param denied: whether it asks for what is denied
    """
    index, focus = facts.index, question.focus
    values: dict[str, list[Evidence]] = {}
    by = {index.label(one) for one in found.speakers}
    positions = {fact.iri: [one for one in facts.positions(fact.iri) if (not denied or one.stance == "denied") and (not by or one.speaker in by)] for fact in found.facts}
    stance = {fact.iri: claims.load(index, fact.iri).stance for fact in found.facts}
    stances = set(stance.values())
    valued = {value for role in ("value", "concept") for value in found.facts[0].fillers.get(role, ())}  # which a question may name by a term
    naming = len(found.named) + (not valued.isdisjoint(value for one in question.mentions if one.kind == "term" for value in one.values))
    if found.whole and not found.missing and focus != "@why" and not (saying or denied) and ((focus == "@yes" and naming > 1) or stances == {"denied"}):  # a word that a claim has too affirms nothing
        verdict = "yes" if stances & _AFFIRMED else "no" if stances == {"denied"} else "not known"
        proof = tuple((_dated(index.name(iri)), tuple(of)) for iri, of in islice(positions.items(), limit))
        return Answer(proof, verdict, fits=verdict != "not known" and focus == "@yes", denied=verdict == "no", also=_said_besides(index, proof) if verdict == "yes" else ())
    if focus == "@why":
        for fact in found.facts:
            for ground, evidence in _grounds(facts, fact.iri):
                values.setdefault(ground, []).append(evidence)
    elif (saying or denied) and focus == "@who":
        for one in (one for of in positions.values() for one in of):
            values.setdefault(f"{one.speaker} | {one.label}", []).append(one)
    fits = bool(values) and bool(found.matched or not denied)  # of a name alone nothing is denied
    if not values:
        named = question.without.union(*(mention.values for mention in found.named))
        said = {word.stem for word in question.words if word.content}
        named |= {value for fact in found.facts for value in fact.fillers.get("date", ()) if said & facts.lexicon.read.stems(_dated(value))}
        bare = not found.matched and (bool(found.missing) or focus not in (*ASKED, "@document"))  # of names alone all is told
        telling = [fact for fact in found.facts if not fact.fillers.keys().isdisjoint(ASKED.get(focus, ()))]
        for fact in telling or found.facts:
            for words in [_dated(index.name(fact.iri))] if bare else _asked(facts, fact, focus, named):
                mark = _MARKS.get(stance[fact.iri], "")
                values.setdefault(words + mark, []).extend(positions[fact.iri])
        known = {index.name(fact.iri) for fact in found.facts}
        fits = focus != "@why" and not denied and (focus != "@who" or not known.issuperset(values))  # a claim that names nobody else does not tell who
        fits &= not all(words.endswith((_MARKS["denied"], _MARKS["premise"])) for words in values)  # what nobody affirms is no answer to what is so
    return Answer(tuple((words, tuple(of[:_EACH])) for words, of in islice(values.items(), limit)), more=max(0, len(values) - limit), fits=fits, whole=found.whole and (focus != "@why" or found.facts[0].kind != "Statement"))


def told_by(answer: Answer, told: Speech, limit: int) -> Answer | None:
    """Return who says, or where it is said, what the answer to a question whether it is so rests on; None where nobody does."""
    values: dict[str, list[Evidence]] = {}
    for one in (one for _, evidence in answer.values for one in evidence if not answer.instead and one.stance != "silent" and (one.stance == "denied") == told.denied):
        values.setdefault(f"{one.speaker if told.who else one.passage} | {one.label}", []).append(one)
    found = tuple((words, tuple(of[:_EACH])) for words, of in islice(values.items(), limit))
    return replace(answer, values=found, verdict="", also=(), more=max(0, len(values) - limit)) if found else None


def _grounds(facts: Facts, claim: str) -> Iterator[tuple[str, Evidence]]:
    """Yield what those who take a position on a claim give as their reason, with where they do."""
    index = facts.index
    for position in claims.load(index, claim).in_order:
        for ground in index.things(NamedNode(position.iri), wh("because")):
            for reason in index.attested(ground):
                yield from ((_dated(one.label), one) for one in facts.positions(reason.value) if one.speaker == position.speaker_name)


def _holds(index: Index, row: dict[str, Any], iris: Set[str]) -> bool:
    """Report whether one of some things stands in a row, itself, its label, or the file of a document."""
    names = {name for iri in iris for name in (iri, index.name(iri)) if name}
    files = tuple(filter(None, (index.value(NamedNode(iri), wh("fileName")) for iri in iris)))
    return any(value.value in names or any(file in value.value for file in files) for value in row.values() if value is not None)


def _of_kind(index: Index, row: dict[str, Any], kinds: Set[str]) -> bool:
    """Report whether something of one of some classes stands in a row."""
    return any(index.is_a(value, kind) for name, value in row.items() if name not in _EVIDENCE and isinstance(value, NamedNode) for kind in kinds)


def _verdict(columns: list[str], rows: list[dict[str, Any]], matched: tuple[str, ...]) -> str:
    """Return what a query says that asks whether something is so: its one column that says it, of two the one for makers alone where
    the question names these; or a boolean ?agree.
    """
    said = {name: getattr(value, "value", "") for name, value in rows[0].items()} if len(rows) == 1 else {}
    verdicts = [name for name, value in said.items() if value in ("yes", "no", "not known")]
    if verdicts and "file" not in columns:
        asked = [name for name in verdicts if ("Maker" in name) == (not _MAKERS.isdisjoint(matched))]
        return said[(asked or verdicts)[0]]
    if rows and columns[0] == "agree":
        agree = {row["agree"].value for row in rows if row["agree"] is not None}
        return "" if len(agree) != 1 else "yes" if agree == {"true"} else "no"
    return ""


def _shown(columns: list[str], asked: Asked) -> list[str]:
    """Return the columns that answer, the file at the end where a question asks for documents too."""
    told = asked.focus == "@where" and asked.said.isdisjoint(_SAYING | _WRITTEN)  # a place, and none in a document
    shown = _answering(columns, "" if told and _COLUMNS["@where"][0] not in columns else asked.focus)
    if asked.focus == "@when" and "weekday" in columns and (asked.said >= {"day", "week"} or "weekday" in asked.said):
        shown = [name for name in shown if name == "weekday" or (name == "clockTime" and "time" in asked.said)]
    return list(dict.fromkeys([*shown, "file"])) if "document" in asked.besides and "file" in columns else shown


def _answering(columns: list[str], focus: str) -> list[str]:
    """Return the columns that answer: no IRI beside its label, no evidence unless there is nothing else."""
    if asked := [name for name in _COLUMNS.get(focus, ()) if name in columns]:
        return asked
    if focus in ("@document", "@where") and "file" in columns:
        return ["file", *[name for name in _answering(columns, "") if name != "file"][:2]]
    own = [name for place, name in enumerate(columns) if (name not in _EVIDENCE or (name == "file" and columns[0] in ("file", "document") and place < 2)) and f"{name}Label" not in columns]
    if "speakerLabel" in columns and ("speaker" in columns or (focus == "@who" and not any(name.endswith("Label") for name in own))):
        own.insert(0, "speakerLabel")
    return own or [name for name in ("file", "files", "speakerLabel") if name in columns] or columns


def _told_apart(groups: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return values with their rows, those that are affirmed first, the others with what they are."""
    marks = {words: _mark(rows) for words, rows in groups.items()}
    if not any(marks.values()):
        return groups
    order = sorted(groups, key=lambda words: list(_MARKS.values()).index(marks[words]))
    return {f"{words}{marks[words]}": groups[words] for words in order}


def _mark(rows: list[dict[str, Any]]) -> str:
    """Return what tells that nobody affirms what rows say, or an empty text."""
    said = {(local(getattr(row.get("polarity"), "value", "")), local(getattr(row.get("commitment"), "value", ""))) for row in rows}
    kinds = {"premise" if commitment == "QuestionPremise" else "denied" if polarity == "Denied" else "" for polarity, commitment in said}
    return _MARKS[min(kinds, key=list(_MARKS).index)]


def _words(index: Index, row: dict[str, Any], shown: list[str]) -> str:
    parts = []
    for name in shown:
        value = row[name]
        if value is None or value.value == "" or (value.value == "0" and len(shown) > 1):
            continue
        words = (index.name(value.value) or spaced(local(value.value))) if isinstance(value, NamedNode) else value.value
        if isinstance(value, Literal) and value.datatype.value.endswith(("integer", "decimal")) and len(shown) > 1:
            words = f"{spaced(name)} {words}"
        parts.append(_dated(words))
    return " | ".join(parts)


def _dated(words: str) -> str:
    """Return a text with its dates in words, which the graph writes as EDTF does."""
    return _DATE.sub(lambda match: in_words(match[0]), words)


def _row_evidence(facts: Facts, row: dict[str, Any], bound: list[str]) -> Iterator[Evidence]:
    """Yield the position at the place of a row, on a claim that holds the most of it and of the parameters; none where the row has no place."""
    index = facts.index
    file, start, end = (row.get(name) for name in ("file", "start", "end"))
    if file is None or start is None or end is None:
        return
    documents = index.subjects(wh("fileName"), file)
    at = (node for node in index.subjects(wh("start"), start) if index.value(node, wh("end")) == end.value and any(index.holds(node, wh("document"), one) for one in documents))
    claimed = dict.fromkeys(claim for node in at for claim in index.attested(node))
    closest = _closest(facts, [*claimed], row, {*bound, *(value.value for value in row.values() if isinstance(value, NamedNode))})
    yield from islice((one for claim in closest for one in facts.positions(claim.value) if one.passage == f"{file.value}:{start.value}-{end.value}"), 1)


def _recalled(facts: Facts, row: dict[str, Any], bound: list[str], kinds: set[str]) -> Iterator[Evidence]:
    """Yield the positions on the claims that a row without places comes from: those that involve all things of the row and of the parameters."""
    file = getattr(row.get("file"), "value", "")
    own = {name: value.value for name, value in row.items() if isinstance(value, NamedNode) and is_thing(value.value)}
    if not own and not file:
        return
    document_alone = own.keys() <= {"document"}
    things, texts = {iri for name, iri in own.items() if name != "document"} or {*own.values()}, _texts(row)
    for of in (things.union(filter(is_thing, bound)), things, *([set(bound)] if file and document_alone else [])):
        chosen = [node for node in facts.involving(of) if not kinds or any(facts.index.is_a(node, kind) for kind in kinds)]
        if document_alone and of is things:  # of which much is said that the row does not tell
            chosen = [node for node in chosen if texts & facts.fact(node.value).held]
        if chosen:
            for node in _closest(facts, chosen, row, things | set(bound)):
                yield from (one for one in facts.positions(node.value) if one.passage.startswith(file))
            return


def _texts(row: dict[str, Any]) -> set[str]:
    return {value.value for name, value in row.items() if isinstance(value, Literal) and value.value and name not in _EVIDENCE}


def _closest(facts: Facts, nodes: list[NamedNode], row: dict[str, Any], iris: set[str]) -> list[NamedNode]:
    """Return those claims that themselves hold the most of a row: of its texts first, then of the things and terms in it and in the parameters."""
    texts = _texts(row)
    held = {node: facts.fact(node.value).held | {node.value} for node in nodes}
    counts = {node: (len(texts & of), len(iris & of)) for node, of in held.items()}
    return [node for node in nodes if counts[node] == max(counts.values())]


def _instead(facts: Facts, chosen: list[Claim], things: list[str], terms: set[str], kinds: Sequence[str]) -> list[Claim]:
    """Return what is said instead of what is asked: other claims on the first of the things, and claims on all things but one that hold the terms."""
    index = facts.index
    own = [one for one in chosen if one.kind in kinds and index.holds(NamedNode(one.iri), wh("subject"), NamedNode(things[0]))]
    if not terms or len(things) < 2:
        return own
    others = {node.value for one in things for node in facts.involving({*things} - {one}) if terms <= facts.fact(node.value).held} - {one.iri for one in own}
    return own + [claim for claim in (claims.load(index, iri) for iri in sorted(others)) if claim.kind in kinds]


def _proof(facts: Facts, candidate: Candidate, bound: list[str], verdict: str) -> tuple[tuple[str, tuple[Evidence, ...]], ...]:
    """Return what a verdict rests on: claims for yes, for no the statements that documents are silent, and the claims that deny."""
    things = [iri for iri in bound if is_thing(iri)]
    index, kinds = facts.index, _kinds(candidate)
    chosen = [claims.load(index, node.value) for node in _involving(facts, candidate, things) if not kinds or any(index.is_a(node, kind) for kind in kinds)]
    properties = {WH + name for name in re.findall(r"wh:property wh:(\w+)", candidate.query.query.text)}
    chosen = [one for one in chosen if not properties or index.value(NamedNode(one.iri), wh("property")) in ("", *properties)]
    terms = {iri for iri in bound if not is_thing(iri)}
    chosen = _asked_for(facts, chosen, things, terms) or (_instead(facts, chosen, things, terms, kinds) if verdict == "not known" else [])
    if verdict == "yes":
        affirmed = [claim for claim in chosen if claim.stance in _AFFIRMED and claim.kind in kinds]
        chosen = [claim for claim in affirmed if claim.kind == min(affirmed, key=lambda one: kinds.index(one.kind)).kind] or chosen
    else:
        chosen.sort(key=lambda claim: (kinds.index(claim.kind) if claim.kind in kinds else len(kinds), claim.stance != "denied"))
    values = [(_dated(claim.label), tuple(islice(facts.positions(claim.iri), _EACH))) for claim in chosen[:_EACH]]
    if verdict == "no" and len(things) > 1:
        silent = {one.passage: one for one in _silences(index, things)}
        values = [*([("no document affirms it", tuple(silent[file] for file in sorted(silent)))] if silent else []), *values]
    return tuple((words, evidence) for words, evidence in values if evidence)


def _said_besides(index: Index, proof: Iterable[tuple[str, tuple[Evidence, ...]]]) -> tuple[str, ...]:
    """Return what documents that do not affirm the claims of a yes affirm in their place: another agent in the role, another value of the property."""
    asked = list(dict.fromkeys(one.claim for _, evidence in proof for one in evidence if one.claim))
    affirming = {document for iri in asked for document in _affirmed_in(index, iri)}
    found = []
    for iri in asked:
        given, same = _SLOTS.get(claims.load(index, iri).kind, ("", ()))
        held = [(name, NamedNode(value)) for name in same if (value := index.value(NamedNode(iri), wh(name)))]
        together = "role" in same  # a document may name several for one role
        if any(value == wh("RoleNotStated") for _, value in held):
            continue
        nodes = [set(index.subjects(wh(name), value)) for name, value in held]
        for other in sorted(set.intersection(*nodes) if given and len(held) == len(same) else (), key=str):
            value = index.value(other, wh(given))
            documents = [one for one in _affirmed_in(index, other.value) if together or one not in affirming]
            if value and documents and value != index.value(NamedNode(iri), wh(given)):
                found.append(f"{index.label(value)}, in {' and '.join(map(index.label, documents))}")
    return tuple(dict.fromkeys(found))


def _disagrees(index: Index, proof: Iterable[tuple[str, tuple[Evidence, ...]]]) -> bool:
    """Report whether a discrepancy in values is recorded between those who affirm the claims of a yes and others."""
    claimed = {one.claim for _, evidence in proof for one in evidence if one.claim}
    positions = (NamedNode(one.iri) for iri in claimed for one in claims.load(index, iri).positions if one.stance in _AFFIRMED)
    recorded = (node for position in positions for node in index.subjects(wh("between"), position))
    return any(index.holds(node, wh("discrepancyKind"), wh("ValueDiscrepancy")) for node in recorded)


def _affirmed_in(index: Index, iri: str) -> list[str]:
    """Return the documents in which somebody affirms a claim."""
    places = [passage.document for position in claims.load(index, iri).in_order if position.stance in _AFFIRMED for passage in position.passages]
    return list(dict.fromkeys(places))


def _asked_for(facts: Facts, found: list[Claim], things: list[str], terms: set[str]) -> list[Claim]:
    """Return those claims that hold the most of the terms asked for; none of one thing alone that hold none of them."""
    held = {claim.iri: len(terms & facts.fact(claim.iri).held) for claim in found}
    most = max(held.values(), default=0)
    return [claim for claim in found if held[claim.iri] == most] if most or len(things) > 1 or not terms else []


def _is_denied(facts: Facts, candidate: Candidate, bound: list[str]) -> bool:
    """Return whether a claim of the kind that is asked for, on all things and by all terms that are asked for, is denied by all who speak of it."""
    things, terms = [iri for iri in bound if is_thing(iri)], {iri for iri in bound if not is_thing(iri)}
    asked = [node for kind in _kinds(candidate)[:1] for node in _involving(facts, candidate, things) if len(things) + len(terms) > 1 and facts.index.is_a(node, kind)]
    return any(claims.load(facts.index, node.value).stance == "denied" for node in asked if terms <= facts.fact(node.value).held)


def _involving(facts: Facts, candidate: Candidate, things: list[str]) -> list[NamedNode]:
    """Return the claims that involve all of some things, without those where another stands in the role that the query gives to one of them."""
    text = candidate.query.query.text
    places = [(role, iri) for name, iri in candidate.bound.items() if is_thing(iri) for role in re.findall(rf"\bwh:(\w+) \?{name}\b", text)]
    fillers = {node: facts.fact(node.value).fillers for node in facts.involving(things)}
    return [node for node, of in fillers.items() if all(role not in of or iri in of[role] for role, iri in places)]


def _kinds(candidate: Candidate) -> list[str]:
    """Return the classes of claims that a query asks for, in its order."""
    return [kind for kind in dict.fromkeys(re.findall(r"\ba\s+wh:(\w+)", candidate.query.query.text)) if kind in KINDS]


def _silences(index: Index, things: list[str]) -> Iterator[Evidence]:
    """Yield the statements that documents say nothing of some things together, in the order of documents."""
    nodes = [set(index.subjects(wh("topicEntity"), NamedNode(iri))) for iri in things]
    for node in sorted(set.intersection(*nodes), key=str) if nodes else []:
        if index.value(node, wh("count")) == "0":
            document = index.value(node, wh("document"))
            topic = f"{' and '.join(map(index.label, things))} together ({' and '.join(map(index.words, index.objects(node, wh('topic'))))})"
            yield Evidence(node.value, topic, "", "silent", index.value(NamedNode(document), wh("fileName")), index.label(document))


def _asked(facts: Facts, fact: Fact, focus: str, named: set[str]) -> list[str]:
    """Return those fillers of a claim that a question is after, in words; the claim itself where there are none."""
    index, roles = facts.index, ASKED.get(focus, ())
    values = [value for role in roles for value in fact.fillers.get(role, ()) if value not in named]
    if not values:
        left = [(role, value) for role, of in fact.fillers.items() if role not in _TERMS and not role.startswith("printed") for value in of]
        left = [one for one in left if one[1] not in named and not one[1].endswith("NotStated")]
        left.sort(key=lambda one: bool(focus) and one[0] in _LAST)
        values = [value for _, value in left]
        if focus == "@who":
            values = [value for value in values if value in fact.involved and any(index.is_a(NamedNode(value), kind) for kind in ("Agent", "Character"))]
    if focus == "@document":
        return sorted({one.passage.rpartition(":")[0] for one in facts.positions(fact.iri)})
    words = [index.label(index.main(value)) if value in fact.involved else value for value in dict.fromkeys(values)]
    counted = fact.fillers.get("counted")
    return [f"{word} {counted[0]}" if focus in ("@howmany", "@howlong") and counted else _dated(word) for word in words] or [_dated(index.name(fact.iri))]
