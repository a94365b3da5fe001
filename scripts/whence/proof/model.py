"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import Triple

from whence.findings import Place
from whence.rdf.terms import nt
from whence.things.claims import Claim


@dataclass(frozen=True, slots=True)
class Premise:
    """A triple that a proof rests on.

    :ivar place: where it is asserted, or None where it is derived
    :ivar proof: from what it is derived, or None where it is asserted; both are None where a rule of one's own could not be followed, and where the files are elsewhere
    """

    triple: Triple
    place: Place | None = None
    proof: Proof | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object, its terms in N-Triples syntax."""
        place = {"file": self.place.file, "line": self.place.line, "column": self.place.column} if self.place else None
        return {**terms(self.triple), "place": place, "proof": self.proof.as_dict() if self.proof else None}


@dataclass(frozen=True, slots=True)
class Absence:
    """What a rule rules out and what is not in the graph, which belongs to a proof as its premises do.

    :ivar sentence: that it is not there, in words
    :ivar pattern: what was looked for, as a group of SPARQL with the terms of this proof in it
    """

    sentence: str
    pattern: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"sentence": self.sentence, "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class Proof:
    """How a triple, or a row, follows: the rule yields it from the premises and from nothing less.

    :ivar rule: the name of the query, or what of RDFS and OWL it is
    :ivar summary: what the rule is about, in one sentence
    :ivar file: the file of the query, or an empty text
    :ivar claims: the claims among the premises, each with those positions that are among them too
    :ivar absences: what the rule rules out, and what was looked for and not found
    """

    rule: str
    summary: str
    file: str
    premises: tuple[Premise, ...]
    claims: tuple[Claim, ...] = ()
    absences: tuple[Absence, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "rule": self.rule, "summary": self.summary, "file": self.file, "claims": [claim.as_dict() for claim in self.claims],
            "premises": [premise.as_dict() for premise in self.premises], "absences": [absence.as_dict() for absence in self.absences],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not in a view.

    :ivar kind: `denied`, another stance that the policy does not take, `unknown` where nobody says anything of the kind, or `elsewhere` where
        it stands there, and why is known where its files are
    :ivar claim: what is said, with the positions that are the reason; None where there is nothing
    """

    kind: str
    sentence: str
    claim: Claim | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"kind": self.kind, "sentence": self.sentence, "claim": self.claim.as_dict() if self.claim else None}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a triple stands in one graph, and why.

    :ivar graph: the policy of the view, or an empty text for the default graph
    :ivar policy: what the view lets in, in words
    :ivar holds: whether it stands there
    :ivar place: where it is asserted, or None
    :ivar proofs: how it follows; several where several claims or attestations license it, `more` of which are left out; empty where it is
        asserted, or where a rule of one's own could not be followed
    :ivar reasons: why it is not there, the weightiest first, or why it is not known how it came there
    :ivar otherwise: claims with the positions of those who say otherwise
    :ivar catalogue: the title of the catalogue whose pack the graph is of, or an empty text where it is the graph's own
    """

    triple: Triple
    graph: str
    policy: str
    holds: bool
    place: Place | None = None
    proofs: tuple[Proof, ...] = ()
    more: int = 0
    reasons: tuple[Reason, ...] = ()
    otherwise: tuple[Claim, ...] = ()
    catalogue: str = ""

    @property
    def where(self) -> str:
        """The graph in words: `in the view maker`."""
        if self.catalogue:
            return f"in the view {self.graph} of {self.catalogue}" if self.graph else f"in the catalogue {self.catalogue}"
        return f"in the view {self.graph}" if self.graph else "in the default graph"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        place = {"file": self.place.file, "line": self.place.line, "column": self.place.column} if self.place else None
        return {
            **terms(self.triple), "graph": self.graph or "default", "policy": self.policy, "holds": self.holds, "place": place,
            "proofs": [proof.as_dict() for proof in self.proofs], "more": self.more, "reasons": [reason.as_dict() for reason in self.reasons],
            "otherwise": [claim.as_dict() for claim in self.otherwise], **({"catalogue": self.catalogue} if self.catalogue else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowExplanation:
    """A row of a named query, and why it is there.

    :ivar query: the name of the query, and `summary` its question
    :ivar columns: the values of the row in N-Triples syntax, by column
    :ivar proof: from which the query yields the row; None where it needs nothing to be there, or where that was not found
    :ivar found: whether it is known what the row needs
    """

    query: str
    summary: str
    number: int
    columns: dict[str, str]
    proof: Proof | None
    found: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        proof = self.proof.as_dict() if self.proof else None
        return {"query": self.query, "summary": self.summary, "row": self.number, "columns": self.columns, "proof": proof, "found": self.found}


def terms(triple: Triple) -> dict[str, str]:
    """Return the terms of a triple in N-Triples syntax by their roles."""
    return {"subject": nt(triple.subject), "predicate": nt(triple.predicate), "object": nt(triple.object)}
