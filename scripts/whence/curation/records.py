"""One position as a record: what a command, a row of a table, a line of a draft and the annotator say alike.

The keys of a record, all but the first three optional:

    document        the document: its IRI, slug, file name, or any of its names
    quote           the words as the text prints them; white space may differ
    class           the local name of the class of the claim, in any case: influence; or question, for a question of an interview
    occurrence      which of several places the words stand at, from 1
    start, end      in place of the quote: code points of the text, the end exclusive
    roles           role to value, or a list of values: {"influenced": "Harbour of Lanterns", "by": "The Crimson Heron"}.
                    A role is called by its local name or its short name; a value is any name of a thing, an IRI, or a text
    speaker         who says it; by default the writer of the document
    polarity        affirmed (default), denied
    commitment      stated (default), hedged (default with a hedge), implied, promotional, question-premise
    mood            fact (default), prediction, intention, wish, opinion, analogy
    mode            direct-quotation, paraphrase, narration, ...; by default what the marks around the words and the speaker say
    hedge           the hedging words, or a list
    hedgeScope, ascribedTo, printedAs, scope, asOf, reportedSpeaker, languageInterpreter, because, sameWordingAs, supersededBy
    question        the question that carries a premise: its number in the document, or its IRI
    answers         the question that is answered, likewise
    answerStance    taken-up, partly-taken-up, not-taken-up, rejected, declined
    new             the things that may be created: name to class, or to an object with "class" and what the class needs:
                    {"the city": {"class": "FictionalPlace", "inWorld": "the world of Harbour of Lanterns"}}

A question has `askedBy`, `addressee` and `number` (by default the next one) among its roles or beside them.

Dates, addresses and language tags that a curator gives by hand are judged before anything is made of them, by functions that return what
is wrong and how to write it, or None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.errors import UsageError
from whence.namespaces import PREFIXES, WH
from whence.rdf.terms import is_language
from whence.things.dates import MONTHS, is_date

_URL = re.compile(r"https?://[^\s/<>\"{}|\\^`]+(/[^\s<>\"{}|\\^`]*)?")
#: How people write a day otherwise.
_DAYS = ("%d %B %Y", "%B %d, %Y", "%B %d %Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y-%m-%d")


def wrong_date(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with a date in EDTF (a year, a season, a month or a day that exists, with doubt marked behind).

    >>> wrong_date("2024-01-11"), wrong_date("11 January 2024")
    (None, ("The date '11 January 2024' is not in EDTF, or no such day.", 'Write 2024-01-11.'))
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?[?~%]?", text, re.ASCII)
    if match is not None and is_date(text):
        year, month, day = int(match[1]), int(match[2] or 1), match[3]
        if day is None or (month <= 12 and year > 0 and 1 <= int(day) <= monthrange(year, month)[1]):
            return None
    fix = _proposed(text) or "Write 2024-01-11, 2024-01, 2024 or a season, 2024-21 (spring) to 2024-24 (winter); 2024~ where it is about then, 2024? where it is not certain."
    return f"The date {text!r} is not in EDTF, or no such day.", fix


def wrong_url(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with the address of a page.

    >>> wrong_url("https://example.org/a"), wrong_url("example.org")
    (None, ("The address 'example.org' is not a whole one.", 'Write it from http:// or https:// on, without spaces.'))
    """
    return None if _URL.fullmatch(text) else (f"The address {text!r} is not a whole one.", "Write it from http:// or https:// on, without spaces.")


def wrong_language(text: str) -> tuple[str, str] | None:
    """Tell what is wrong with a language tag (BCP 47).

    >>> wrong_language("pt-BR"), wrong_language("Portuguese")
    (None, ("'Portuguese' is not a language tag.", 'Write it as BCP 47 has it, the language before the country: en, ja, pt-BR.'))
    """
    return None if is_language(text) else (f"{text!r} is not a language tag.", "Write it as BCP 47 has it, the language before the country: en, ja, pt-BR.")


def wrong_value(of: str, text: str) -> tuple[str, str] | None:
    """Tell what is wrong with the value of a property that has to be written in one way; None for every other property."""
    wrong = {
        WH + "date": wrong_date, WH + "asOf": wrong_date, WH + "publicationDate": wrong_date, PREFIXES["dcterms"] + "issued": wrong_date,
        WH + "url": wrong_url, PREFIXES["schema"] + "url": wrong_url, PREFIXES["schema"] + "inLanguage": wrong_language,
    }.get(of)  # fmt: skip
    return wrong(text) if wrong else None


def _proposed(date: str) -> str:
    """Return a sentence with the date that was probably meant, or an empty text."""
    for form in _DAYS:
        try:
            return f"Write {datetime.strptime(date.strip(), form).date().isoformat()}."  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return ""


def printed_forms(what: str, value: str) -> list[str]:
    """Return how a value may be printed; dates as English and Japanese texts write them.

    :param what: `title`, `outlet`, `date` or `url`
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if what != "date" or match is None:
        return [value]
    year, month, day = match[1], int(match[2] or 0), int(match[3] or 0)
    if not month or month > 12:
        return [value]
    names = dict.fromkeys((MONTHS[month - 1], MONTHS[month - 1][:3], MONTHS[month - 1][:3] + ".", *(("Sept", "Sept.") if month == 9 else ())))
    if not day:
        return [value, *(f"{name} {year}" for name in names), *(f"{name}, {year}" for name in names), f"{year}年{month}月"]
    ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    english = [form for name in names for number in (str(day), f"{day:02}", ordinal) for form in (f"{number} {name} {year}", f"{name} {number}, {year}", f"{number} {name}, {year}", f"{name} {number} {year}")]
    return [value, *english, f"{year}年{month}月{day}日", f"{year}年{month:02}月{day:02}日", f"{year}/{month:02}/{day:02}", f"{year}/{month}/{day}", f"{year}.{month:02}.{day:02}", f"{day}.{month}.{year}"]


Record = dict[str, Any]
#: Properties of a claim or position: the IRI of each with its values.
Values = dict[str, tuple[NamedNode | Literal, ...]]

#: The keys of a record that are no property of an attestation.
KEYS = ("document", "quote", "occurrence", "start", "end", "class", "roles", "question", "new")

#: What says what a thing is to others that could be taken for it.
KEPT_APART = frozenset((WH + "possiblySameAs", PREFIXES["owl"] + "differentFrom"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot be saved as it is.

    :ivar field: the key it is about: `quote`, `class`, `speaker`, `roles.influencer`, `new.the city.inWorld`
    :ivar sentence: what is wrong and how to mend it
    :ivar choices: values, of which one put into the field mends it; classes, where a thing is to be created
    :ivar offers: classes of which a thing of this name may be created; empty where none may
    :ivar example: how such a thing is written, `NAME=CLASS; PROPERTY=VALUE`, or an empty text
    """

    field: str
    sentence: str
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    example: str = ""

    @property
    def creating(self) -> str:
        """The words before the example, which invite nobody to create another thing where one of the choices may be meant."""
        return "If it is none of these, to create it" if self.choices and self.offers else "To create it"


class Unresolved(UsageError):
    """A record cannot be saved as it is.

    :ivar problems: at least one
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems), fix="Nothing was written.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewThing:
    """A thing to be created.

    :ivar kind: the IRI of its class
    :ivar values: its properties: the IRI of each with its values
    """

    iri: str
    kind: str
    values: tuple[tuple[str, tuple[NamedNode | Literal, ...]], ...]

    @property
    def kept_apart(self) -> bool:
        """Whether it says what it is to a thing of which it could be taken for another name."""
        return any(of in KEPT_APART for of, _ in self.values)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A record in which every name is a thing.

    :ivar kind: the IRI of the class of the claim, or of `wh:Question`
    :ivar fillers: the roles of the claim: the IRI of each with its values
    :ivar stance: the properties of the attestation, likewise; empty for a question
    :ivar new: the things that are created with it
    :ivar forms: names of things as the passage prints them, with where: thing, start, end
    :ivar sentences: what was supplied where the record said nothing
    """

    record: Record
    document: str
    start: int
    end: int
    digest: str
    kind: str
    fillers: Values
    stance: Values
    new: tuple[NewThing, ...] = ()
    forms: tuple[tuple[str, int, int], ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did.

    :ivar ids: the IRI of the attestation, or question, of each record, in their order
    :ivar files: the files that were written, as a person in the working directory would type them
    :ivar sentences: what is worth telling: claims joined, things created, values supplied
    :ivar hints: what commands can do about it
    """

    ids: tuple[str, ...]
    files: tuple[str, ...]
    sentences: tuple[str, ...] = field(default=())
    hints: tuple[str, ...] = field(default=())


def pairs(values: Values) -> frozenset[tuple[str, str]]:
    """Return values as they are compared, whatever their order."""
    return frozenset((of, str(value)) for of, several in values.items() for value in several)
