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
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.errors import UsageError

Record = dict[str, Any]
#: Properties of a claim or position: the IRI of each with its values.
Values = dict[str, tuple[NamedNode | Literal, ...]]

#: The keys of a record that are no property of an attestation.
KEYS = ("document", "quote", "occurrence", "start", "end", "class", "roles", "question", "new")


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """A record in which every name is a thing.

    :ivar record: the record it comes from
    :ivar document: the IRI of the document
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
    """

    ids: tuple[str, ...]
    files: tuple[str, ...]
    sentences: tuple[str, ...] = field(default=())


def pairs(values: Values) -> frozenset[tuple[str, str]]:
    """Return values as they are compared, whatever their order."""
    return frozenset((of, str(value)) for of, several in values.items() for value in several)
