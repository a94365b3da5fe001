"""What the graph's documents say of a thing beside what catalogues say of it: the same question, each source's answer.

Things that were decided to be the same are one here. Two that only bear one name are told apart, and that nobody decided on them is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from whence.namespaces import WH
from whence.things import claims as all_claims
from whence.things.claims import Claim
from whence.things.index import Index, Value
from whence.things.names import plain
from whence.things.positions import SILENT

#: Class of claim to the role that the thing has in it, to the role that makes the question, if any, and the one that answers it.
_ASKED: dict[str, dict[str, tuple[str, str]]] = {
    "Contribution": {"work": ("role", "agent"), "agent": ("role", "work")},
    "Casting": {"work": ("character", "agent"), "agent": ("role", "work"), "character": ("role", "agent")},
    "Position": {"agent": ("office", "organization"), "organization": ("office", "agent")},
    "Classification": {"subject": ("", "concept")},
    "Release": {"work": ("outlet", "date")},
    "Influence": {"influenced": ("", "influencer"), "influencer": ("", "influenced")},
    "Adaptation": {"derivative": ("", "basis"), "basis": ("", "derivative")},
    "Relation": {"subject": ("property", "value")},
    "Quantity": {"subject": ("property", "value")},
}  # fmt: skip
#: How the answers of two kinds of sources stand to each other, with its heading, in the order in which they are shown.
VERDICTS = {
    "differ": "Each says something else", "partly": "They agree in part", "agree": "They agree", "catalogues": "Only catalogues say it", "documents": "Only the articles say it",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question.

    :ivar value: what is answered; of things that are the same, the one that stands for them
    :ivar claims: those that say so, by who says it: an empty text for the graph's own documents, else the title of the catalogue
    :ivar namesakes: the answers of others that bear the same name, and of which nobody decided whether they are the same
    """

    value: Value
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    namesakes: list[Value] = field(default_factory=list)

    @property
    def denied(self) -> bool:
        """Whether every claim of it is denied by all who speak of it."""
        return all(claim.stance in SILENT for some in self.claims.values() for claim in some)


@dataclass(frozen=True, slots=True)
class Slot:
    """One question about a thing, and what the sources answer.

    :ivar words: the question in words, such as `director`
    :ivar answers: those that more sources give first, then by name
    """

    words: str
    answers: list[Answer]

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        said = [set(answer.claims) for answer in self.answers if not answer.denied]
        articles, catalogues = any("" in who for who in said), any(who - {""} for who in said)
        if not articles or not catalogues:
            return "documents" if articles or not catalogues else "catalogues"
        both = sum(len(who) > 1 and "" in who for who in said)
        return "agree" if both == len(said) else "partly" if both else "differ"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "question": self.words, "verdict": self.verdict,
            "answers": [
                {
                    "iri": one.value.iri or None, "text": one.value.text, "sameName": [{"iri": other.iri, "text": other.text} for other in one.namesakes],
                    "saidBy": [{"catalogue": who or None, "claims": [claim.as_dict() for claim in said]} for who, said in sorted(one.claims.items())],
                }
                for one in self.answers
            ],
        }  # fmt: skip


def of(index: Index, iri: str) -> list[Slot]:
    """Return the questions that documents or catalogues answer of a thing, by verdict and then words; may be empty."""
    members = {iri, *index.same(iri)}
    slots: dict[str, dict[str, Answer]] = {}
    for claim in (claim for member in sorted(members) for claim in all_claims.about(index, member)):
        for words, value in _answers(index, claim, members):
            key = value.iri or plain(value.text)
            answer = slots.setdefault(words, {}).setdefault(key, Answer(value))
            answer.claims.setdefault(claim.catalogue, []).append(claim)
    found = [Slot(words, sorted(answers.values(), key=lambda one: (-len(one.claims), one.value.text))) for words, answers in slots.items()]
    for slot in found:
        _note_namesakes(slot)
    order = list(VERDICTS)
    return sorted(found, key=lambda slot: (order.index(slot.verdict), slot.words))


def _answers(index: Index, claim: Claim, members: set[str]) -> Iterator[tuple[str, Value]]:
    """Yield what a claim answers of a thing: the question in words, and each value."""
    roles = claim.roles
    for own, (asked, answering) in _ASKED.get(claim.kind, {}).items():
        if not any(value.iri in members for value in roles.get(own, [])):
            continue
        stated = [value.text for value in roles.get(asked, []) if not value.iri.endswith("NotStated")]
        kind = index.label(WH + claim.kind).lower()
        words = " ".join(filter(None, [", ".join(stated) or kind, {"agent": "of", "influencer": "of others", "basis": "of others"}.get(own, "")]))
        for value in [*roles.get(answering, []), *(roles.get("literalValue", []) if answering == "value" else [])]:
            yield words, claim.standing(value) if value.iri else value


def _note_namesakes(slot: Slot) -> None:
    named: dict[str, list[Answer]] = {}
    for answer in slot.answers:
        named.setdefault(plain(answer.value.text), []).append(answer)
    for alike in named.values():
        for answer in alike:
            answer.namesakes.extend(other.value for other in alike if other is not answer)
