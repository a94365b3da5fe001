"""From a record to things: every name found, every word checked, what is left open asked for, nothing guessed.

The words of a record are found in the text, with what the marks around them say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.curation.forms import Form, Role, squash
from whence.curation.naming import Namer
from whence.curation.records import KEYS, Problem, Record, Resolved, Unresolved, wrong_value
from whence.curation.workspace import Workspace
from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.evidence.searching import UnclearWords, pattern_of, places
from whence.evidence.texts import digest
from whence.namespaces import WH, local
from whence.rdf.terms import whole_number

#: Opening marks of quotations with what closes each.
_QUOTES = {"“": "”", "„": "“", "«": "»", "「": "」", "『": "』", '"': '"', "‹": "›"}
#: A turn of a printed interview starts with a name and a colon, in Japanese with a name and a wide space, or a long dash.
_TURN = re.compile(r"[ \t\u3000]*(?:[^\s:：][^:：\n]{0,60}[:：]|[^\s\u3000]{1,12}\u3000|[—―－]{1,2})")
_SENTENCE_ENDS = re.compile(r"[.!?。！？…]\s*$")
_FEW_WORDS = 8


def locate(workspace: Workspace, document: str, record: Record, problems: list[Problem]) -> tuple[int, int]:
    """Return start and end of the words of a record in the text of a document, or (0, 0) and a problem."""
    text = workspace.text(document)
    if text is None:
        problems.append(Problem("document", workspace.why_not_held(document)))
        return 0, 0
    quote = str(record.get("quote") or "")
    if record.get("start") not in (None, "") or record.get("end") not in (None, ""):
        return _given(text, record, quote, problems)
    try:
        found = places(text, quote, workspace.label(document))
    except UnclearWords as error:
        problems.append(Problem("quote", str(error), tuple(match.words for match in error.matches)))
        return 0, 0
    except UsageError as error:
        problems.append(Problem("quote", str(error)))
        return 0, 0
    wanted = record.get("occurrence")
    if wanted in (None, ""):
        if len(found) == 1:
            return found[0].start, found[0].end
        listed = "; ".join(f"{number}: {match.start}-{match.end} {match.context}" for number, match in enumerate(found, start=1))
        sentence = f"The words stand in {len(found)} places: {listed}. Say which one with occurrence, or add words before or after them."
        problems.append(Problem("occurrence", sentence, tuple(str(number) for number in range(1, len(found) + 1))))
        return 0, 0
    number = _whole_number(wanted)
    if number is None or not 1 <= number <= len(found):
        several = "one place" if len(found) == 1 else f"{len(found)} places"
        problems.append(Problem("occurrence", f"The words stand in {several}, so there is no number {wanted}: count from 1."))
        return 0, 0
    return found[number - 1].start, found[number - 1].end


def _given(text: str, record: Record, quote: str, problems: list[Problem]) -> tuple[int, int]:
    """Return the offsets that a record states, when they lie in the text and its quote, if any, stands there."""
    start, end = _whole_number(record.get("start")), _whole_number(record.get("end"))
    if start is None or end is None or not 0 <= start < end <= len(text):
        sentence = f"The passage {record.get('start')}-{record.get('end')} does not lie in the text, which has {len(text)} code points."
        problems.append(Problem("start", f"{sentence} Give start and end, the end exclusive."))
        return 0, 0
    if quote and " ".join(quote.split()) != " ".join(text[start:end].split()):
        problems.append(Problem("quote", f"At {start}-{end} the text prints {_shown(text[start:end])}, not {_shown(quote)}.", (text[start:end],)))
        return 0, 0
    return start, end


def stands(text: str, words: str) -> bool:
    """Report whether a text has words, white space apart."""
    return bool(words.split()) and re.search(pattern_of(words), text) is not None


def quotation_at(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span inside the quotation marks around a passage, or None when it stands in none.

    >>> quotation_at("She says: “We took nothing.” Then", 11, 14)
    (11, 27)
    """
    first = max(text.rfind("\n\n", 0, start) + 1, text.rfind("\n\r\n", 0, start) + 1, start - 3000)
    found: tuple[int, int] | None = None
    closed: dict[str, int] = {}  # where each mark stands next
    at = first
    while at <= start and at < len(text):
        closing = _QUOTES.get(text[at])
        if closing is None:
            at += 1
            continue
        if closed.get(closing, 0) <= at:
            found_at = text.find(closing, at + 1)
            closed[closing] = found_at if found_at >= 0 else len(text)
        until = closed[closing]
        if until == len(text):
            at += 1
        elif until < start:
            at = until + 1
        else:
            if until >= end - 1 and at < end:
                found = (at + 1, until)
            at += 1
    return found


def mode_at(text: str, start: int, end: int, by_writer: bool) -> str:
    """Return the local name of the mode that the text's marks tell.

    :param by_writer: whether the writer of the document speaks
    """
    line = text.rfind("\n", 0, start) + 1
    if by_writer:
        return "Headline" if not text[:line].strip() and "\n" in text.strip() else "Narration"
    quotation = quotation_at(text, start, end)
    if quotation is not None:
        inside = text[quotation[0] : quotation[1]]
        before = text[: quotation[0] - 1].rstrip()
        introduced = before.endswith((":", ",", "：", "、")) or not before or bool(_SENTENCE_ENDS.search(before))
        partial = len(inside.split()) < _FEW_WORDS and not introduced and not inside[:1].isupper() and inside.isascii()
        return "PartialQuotation" if partial else "DirectQuotation"
    return "TranscriptTurn" if _TURN.match(text, line) else "Paraphrase"


def _whole_number(given: Any) -> int | None:
    return whole_number(str(given).strip())


def _shown(words: str) -> str:
    words = " ".join(words.split())
    return repr(words if len(words) <= 80 else words[:79] + "…")


def resolve(workspace: Workspace, record: Record) -> Resolved:
    """Return a record with every name as a thing.

    :raises Unresolved: something lacks, is unknown, or may mean several things; tells all of it at once
    """
    (found,) = resolve_all(workspace, [record])
    if isinstance(found, Unresolved):
        raise found
    return found


def resolve_all(workspace: Workspace, records: Iterable[Record]) -> list[Resolved | Unresolved]:
    """Return each record resolved, or why it cannot be; a thing that one creates is known to all of them."""
    records = list(records)
    namer = Namer(workspace, [new for record in records if isinstance(new := record.get("new"), dict)])
    questions: dict[tuple[str, int], str] = {}
    outcomes = [_Resolver(workspace, record, namer, questions).outcome() for record in records]
    for at, (record, outcome) in enumerate(zip(records, outcomes, strict=True)):
        if isinstance(outcome, Resolved) and isinstance(new := record.get("new"), dict) and (idle := namer.idle(map(str, new))):
            told = (f"Not created, since nothing here names it: {name}." for name in idle)
            outcomes[at] = replace(outcome, sentences=(*outcome.sentences, *told))
    return outcomes


class _Resolver:
    """One record on its way to things; problems are collected."""

    def __init__(self, workspace: Workspace, record: Record, namer: Namer, questions: dict[tuple[str, int], str]) -> None:
        self.workspace, self.record, self.namer, self.questions = workspace, record, namer, questions
        self.problems: list[Problem] = []
        self.sentences: list[str] = []
        self.document = ""

    def outcome(self) -> Resolved | Unresolved:
        form = self._form()
        self.document = self.namer.document(str(self.record.get("document", "")), self.problems)
        start, end = locate(self.workspace, self.document, self.record, self.problems) if self.document else (0, 0)
        self.namer.begin(self.document)
        is_question = form is not None and form.iri == WH + "Question"
        fillers = self._fillers(form) if form is not None else {}
        stance = {} if is_question or not self.document else self._stance(start, end)
        self._unknown_keys(form)
        if self.problems or form is None:
            return Unresolved(self.problems)
        if is_question:
            number = int(fillers[WH + "questionNumber"][0].value)
            self.questions[self.document, number] = self.workspace.base + f"question-{self.workspace.key(self.document)}-{number}"
        text = self.workspace.text(self.document) or ""
        things = [value.value for values in fillers.values() for value in values if isinstance(value, NamedNode)]
        forms = () if is_question else self.namer.printed(things, text, start, end)
        new = self.namer.created()
        self.sentences += dict.fromkeys(self.namer.sentences)
        return Resolved(
            self.record, self.document, start, end, digest(text[start:end]), form.iri, fillers, stance, new, forms, tuple(self.sentences),
        )  # fmt: skip

    def _form(self) -> Form | None:
        wanted = str(self.record.get("class") or "").strip()
        known = {**self.workspace.forms.claims, "Question": self.workspace.forms.question}
        squashed = squash(local(wanted.replace(":", "/")))
        for name, form in known.items():
            if squashed in (squash(name), squash(form.label)):
                return form
        names = sorted(local(form.iri) for form in known.values())
        hint = meant(wanted, names) if wanted else None
        problem = f"There is no class of claims {wanted!r}." if wanted else "The class of the claim is not given."
        self.problems.append(Problem("class", f"{problem} {hint or 'Choose from ' + ', '.join(names) + '.'}", tuple(names)))
        return None

    def _given(self, form: Form) -> dict[str, tuple[str, Any]]:
        """Return what the record gives for roles: the IRI of each with the field that names it and the value."""
        roles = self.record.get("roles") or {}
        if not isinstance(roles, dict):
            self.problems.append(Problem("roles", "The roles are not an object of role to value."))
            return {}
        found: dict[str, tuple[str, Any]] = {}
        for name, value in roles.items():
            role = form.role(str(name))
            if role is None:
                names = [one.name for one in form.roles]
                hint = meant(str(name), [label for one in form.roles for label in one.names]) or meant(str(name), self._keys()) or f"It has {', '.join(names)}."
                self.problems.append(Problem(f"roles.{name}", f"A claim of class {form.name} has no role {name!r}. {hint}", tuple(names)))
            elif role.iri in found:
                self.problems.append(Problem(f"roles.{name}", f"The role {role.name} is given twice: once as {found[role.iri][0].removeprefix('roles.')!r}."))
            elif value not in (None, "", []):
                found[role.iri] = (f"roles.{name}", value)
        if form.iri == WH + "Question":
            for key, name in (("askedBy", "askedBy"), ("addressee", "addressee"), ("number", "questionNumber")):
                if self.record.get(key) not in (None, "", []):
                    found.setdefault(WH + name, (key, self.record[key]))
        return found

    def _fillers(self, form: Form) -> dict[str, tuple[NamedNode | Literal, ...]]:
        given = self._given(form)
        if form.iri == WH + "Question" and WH + "questionNumber" not in given and self.document:
            known = {*self.workspace.questions(self.document), *(number for document, number in self.questions if document == self.document)}
            given[WH + "questionNumber"] = ("number", max(known, default=0) + 1)
        fillers: dict[str, tuple[NamedNode | Literal, ...]] = {}
        for role in form.roles:
            if role.iri in given:
                field, value = given[role.iri]
                fillers[role.iri] = self.namer.values(role, value, field, self.problems)
            elif role.default:
                fillers[role.iri] = (NamedNode(role.default),)
                self.sentences.append(f"{role.label[:1].upper()}{role.label[1:]}: {self.workspace.forms.label(role.default)}.")
            elif role.required and not (form.iri == WH + "Question" and role.name == "prefLabel"):
                allowed = self.namer.allowed(role)
                self.problems.append(Problem(f"roles.{role.name}", f"The {form.label} lacks {role.label}{_called(role)}. {role.definition} {allowed}".strip()))
        self._one_value(form, fillers)
        return fillers

    def _one_value(self, form: Form, fillers: dict[str, tuple[NamedNode | Literal, ...]]) -> None:
        """Ask for the value of a relation, which is either a thing or a text, written as its property has it."""
        both = {WH + "value", WH + "literalValue"}
        if both <= {role.iri for role in form.roles} and not both & {*fillers} and not any(one.field in ("roles.value", "roles.literalValue") for one in self.problems):
            self.problems.append(Problem("roles.value", f"The {form.label} lacks its value: value, a thing, or literalValue, a text or number."))
        for claimed in fillers.get(WH + "property", ()):
            for value in fillers.get(WH + "literalValue", ()):
                if wrong := wrong_value(claimed.value, value.value):
                    self.problems.append(Problem("roles.literalValue", " ".join(wrong)))

    def _stance(self, start: int, end: int) -> dict[str, tuple[NamedNode | Literal, ...]]:
        """Return the properties of the attestation, with what the record leaves to be supplied."""
        given = {key: value for key, value in self.record.items() if key not in KEYS and value not in (None, "", [])}
        stance: dict[str, tuple[NamedNode | Literal, ...]] = {}
        for name, key in (("inQuestion", "question"), ("answers", "answers")):
            if self.record.get(key) not in (None, "", []):
                given.pop(key, None)
                stance |= {WH + name: found} if (found := self._question(key)) else {}
        for role in self.workspace.forms.attestation.roles:
            said = next((one for one in given if role.iri not in stance and squash(one) in map(squash, role.names)), None)
            if said is not None and (values := self.namer.values(role, given[said], said, self.problems, self.document)):
                stance[role.iri] = values
        self._supply(stance, start, end)
        if stance[WH + "commitment"] == (NamedNode(WH + "Hedged"),) and not stance.get(WH + "hedge") and not any(one.field == "hedge" for one in self.problems):
            self.problems.append(Problem("hedge", "A hedged position keeps the words that hedge it: give them as hedge, as the text prints them."))
        text = self.workspace.text(self.document)
        for name in ("hedge", "printedAs"):
            for value in stance.get(WH + name, ()):
                if text is not None and not stands(text, value.value):
                    self.problems.append(Problem(name, f"The text does not print {value.value!r}: {name} keeps words as the text has them."))
        return stance

    def _supply(self, stance: dict[str, tuple[NamedNode | Literal, ...]], start: int, end: int) -> None:
        """Add speaker, mode, polarity, commitment and mood where the record says nothing."""
        writer = self.workspace.value(self.document, "writer")
        asked = next((one.value for one in stance.get(WH + "inQuestion", ())), "")

        def supply(name: str, value: str) -> None:
            if WH + name not in stance and not any(squash(problem.field) == name.casefold() for problem in self.problems):
                stance[WH + name] = (NamedNode(value),)
                called = "the writer of the document" if value == writer and self.namer.is_nameless(value) else self.namer.label(value)
                self.sentences.append(f"{name[:1].upper()}{name[1:]}: {called}.")

        if asked and WH + "mode" not in stance:
            stance[WH + "mode"] = (NamedNode(WH + "Question"),)
        asker = next((quad.object.value for quad in self.workspace.quads(asked, WH + "askedBy")), "") if asked else ""
        quoted = any(local(mode.value) in ("DirectQuotation", "PartialQuotation") for mode in stance.get(WH + "mode", ()))  # of whom, the writer does not tell
        if asker or (writer and not quoted):
            supply("speaker", asker or writer)
        elif WH + "speaker" not in stance and not any(problem.field == "speaker" for problem in self.problems):
            why = "and the words are a quotation" if quoted else "and the document has no writer"
            self.problems.append(Problem("speaker", f"Nobody is named as the speaker, {why}: say who says it."))
        text = self.workspace.text(self.document)
        if WH + "mode" not in stance and WH + "speaker" in stance and text is not None:
            supply("mode", WH + mode_at(text, start, end, stance[WH + "speaker"][0].value == writer))
        stance.setdefault(WH + "polarity", (NamedNode(WH + "Affirmed"),))
        hedged = "Hedged" if stance.get(WH + "hedge") else "Stated"
        premise = stance.get(WH + "mode") == (NamedNode(WH + "Question"),)
        stance.setdefault(WH + "commitment", (NamedNode(WH + ("QuestionPremise" if premise else hedged)),))
        stance.setdefault(WH + "mood", (NamedNode(WH + "Fact"),))

    def _question(self, key: str) -> tuple[NamedNode, ...]:
        """Return the question that the record names by its number or IRI."""
        wanted = str(self.record[key]).strip()
        known = {**self.workspace.questions(self.document), **{number: iri for (document, number), iri in self.questions.items() if document == self.document}}
        if (number := whole_number(wanted)) in known:
            return (NamedNode(known[number]),)
        if iri := next((iri for iri in known.values() if wanted in (iri, local(iri))), None):
            return (NamedNode(iri),)
        numbers = ", ".join(map(str, sorted(known)))
        told = f"It has {numbers}." if numbers else "It has none yet."
        self.problems.append(Problem(key, f"The document has no question {wanted[:40]}. {told} Mark the question first, by a position of its own: its words, the class question, and asked-by, who asked.", tuple(map(str, sorted(known)))))
        return ()

    def _keys(self) -> list[str]:
        """Return what a record of any class may have, beside its roles."""
        return [*KEYS, "answers", *(role.name for role in self.workspace.forms.attestation.roles if role.name != "attests")]

    def _unknown_keys(self, form: Form | None) -> None:
        known = self._keys()
        known += ["number"] if form is not None and form.iri == WH + "Question" else []
        known += ["askedBy", "addressee"]
        squashed = {squash(key) for key in known}
        for key in self.record:
            if squash(str(key)) not in squashed:
                self.problems.append(Problem(str(key), f"A record has no key {key!r}. {meant(str(key), known) or 'Roles of the claim stand under roles.'}"))


def _called(role: Role) -> str:
    called = ", ".join(role.short or (role.name,))
    return "" if called == role.label else f" ({called})"
