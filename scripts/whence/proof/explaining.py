"""Explaining a triple in the default graph and in every view, or a row of a named query.

The verdict is what explanations of one triple come to: whether it is so, who says it, who says otherwise, and what is recorded of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from whence import catalog, sparql
from whence.catalog import NamedQuery
from whence.errors import InputError, UsageError
from whence.namespaces import VIEW, is_thing, local, shorten
from whence.packs import chosen
from whence.proof import why_not
from whence.proof.derivation import Derivation
from whence.proof.model import Absence, Explanation, Premise, Proof, Reason, RowExplanation
from whence.proof.premises import absences, needed
from whence.proof.rules import templates, together, unify, used, yields
from whence.rdf.terms import nt
from whence.report.words import count
from whence.sparql.groups import selects
from whence.sparql.query import Query
from whence.sparql.tokens import tokens
from whence.store import views
from whence.store.layout import GraphFiles
from whence.things import Claim, Index, sentences
from whence.things.claims import load
from whence.things.index import wh
from whence.things.influence import COMPARISONS
from whence.things.positions import AFFIRMING

#: Kinds of reasons why a triple stands nowhere, the weightiest first.
_WEIGHT = {"denied": 0, "unknown": 2, "views": 3}
#: So many recorded discrepancies are told.
_CLAIMS_TOLD = 2


def verdict(index: Index, told: Sequence[Explanation]) -> str:
    """Return what explanations of one triple come to: `Yes` with where it stands and who says so, `No` with who denies it,
    `Not outright` with who says it otherwise, or `Not known`.

    :param told: of the default graph and of the views, as `Explainer.triple` returns them; not empty
    """
    holding = [one for one in told if one.holds]
    against = {claim.iri: claim for one in told if one.graph and one.holds == bool(holding) for claim in one.otherwise}
    otherwise = f" Who says otherwise: {sentences.said(index, against.values())}." if against else ""
    if not holding:
        reason = min((reason for one in told for reason in one.reasons), key=lambda reason: _WEIGHT.get(reason.kind, 1))
        word = {"denied": "No", "unknown": "Not known"}.get(reason.kind, "Not outright")
        return f"{word}: {reason.sentence[:1].lower()}{reason.sentence[1:].replace(': it is not known, which', ', which')}{otherwise}"
    views = [one.where.removeprefix("in the view ") for one in holding if one.graph]
    first = min(holding, key=lambda one: (not one.graph, one.graph != "maker"))
    if not views:
        how = f"asserted in {first.place}" if first.place else "it follows from what is asserted" if first.proofs else ""
        return f"Yes{how and ': ' + how}."
    proving = [claim for proof in first.proofs for claim in proof.claims if claim.positions]
    says = next((sentences.said(index, [claim]) for claim in proving), "")
    nodes = {iri for claim in proving for iri in (claim.iri, *(one.iri for one in claim.positions))}
    recorded = sorted({record.value for node in nodes for record in index.subjects(wh("between"), NamedNode(node))})
    noted = "".join(f" Recorded of it: {index.discrepancy(NamedNode(one)).gloss}" for one in recorded[:_CLAIMS_TOLD])
    return f"Yes, in the {'view' if len(views) == 1 else 'views'} {sentences.listed(views)}{says and ': ' + says}.{otherwise}{noted}"


#: So many proofs of one triple are told.
_TOLD = 10
#: The claims that bear on a triple are kept for so many triples.
_KEPT = 64
_ATTESTS = wh("attests")


class Explainer:
    """Explains what one graph holds; keep one as long as the graph is served, since it keeps the premises that it found.

    Of a graph that was fetched from elsewhere, whose files are not here, proofs lead to claims and positions, and no further.

    :ivar copied: the address that the graph was fetched from, or empty
    """

    def __init__(self, files: GraphFiles, index: Index, copied: str = "", store: Store | None = None) -> None:
        """
        :param store: the graph itself, where the index is of a store that holds it as a pack
        """
        self._files = files
        self.copied = copied
        self.index = index
        self._store: Store = index.store if store is None else store
        self._packs: dict[str, Explainer] = {}
        self._between = lru_cache(_KEPT)(lambda triple: why_not.claims_between(index, triple))
        self._licensing = lru_cache(_KEPT)(lambda text, triple: why_not.licensing(index, text, triple, self._between(triple)))

    @cached_property
    def derivation(self) -> Derivation:
        """How the default graph follows from the files, which are read when it is first needed."""
        return Derivation(self._files, self._store)

    @cached_property
    def _views(self) -> dict[str, NamedQuery]:
        found = (catalog.read_named(self._files, path) for path in self._files.queries_in("views"))
        return {named.name: named for named in found}

    def triple(self, subject: Any, predicate: NamedNode, value: Any, policy: str | None = None) -> list[Explanation]:
        """Return whether a triple stands in each graph and why: in the default graph first, then in every view that could have it.

        Of a thing of a pack, in the graph and the views of the pack; of what the graph does not hold, also where a catalogue holds it of the same things.

        :raises UsageError: there is no such view, or its query is not here
        :raises InputError: the files of a pack cannot be read
        """
        told = self._of(Triple(subject, predicate, value), policy)
        if not any(one.holds for one in told) and isinstance(subject, NamedNode):
            values = [value, *map(NamedNode, self.index.same(value.value))] if isinstance(value, NamedNode) else [value]
            others = [Triple(NamedNode(twin), predicate, other) for twin in self.index.same(subject.value) for other in values]
            told += [one for other in others for one in self._of(other, policy) if one.holds]
        return told

    def _of(self, triple: Triple, policy: str | None) -> list[Explanation]:
        """Return what the graph that a triple belongs to holds of it, and why: the graph itself, or the pack of its subject, of a shared term that of its object."""
        shared = isinstance(triple.subject, NamedNode) and not is_thing(triple.subject.value)
        packs = [self.index.pack(term.value) for term in (triple.subject, *([triple.object] if shared else [])) if isinstance(term, NamedNode)]
        pack = next(filter(None, packs), "")
        if not pack:
            return self._triple(triple, policy)
        title = self.index.packs[pack]
        if pack not in self._packs:
            if self.copied:
                self._packs[pack] = Explainer(self._files, self.index, self.copied, _alone(self._store, pack))
            elif isinstance(found := chosen(self._files, [local(pack)])[local(pack)], InputError):
                raise found
            else:
                self._packs[pack] = Explainer(found.files, self.index, store=found.open())
        return [replace(one, catalogue=title) for one in self._packs[pack]._triple(triple, policy)]

    def _triple(self, triple: Triple, policy: str | None) -> list[Explanation]:
        if policy is not None:
            views.graph_of(self._store, policy)
            if policy not in self._views:
                raise UsageError(f"The query that makes the view {policy} is not here.", fix=f"Ask where the files of {self.copied or 'the graph'} are.")
            return [self._in_view(triple, policy)]
        can = [name for name in self._views if self._may_hold(name, triple)]
        plain = [self._in_view(triple, name) for name in can]
        return [self._in_default(triple, bool(plain)), *plain]

    def _may_hold(self, policy: str, triple: Triple) -> bool:
        """Report whether a triple could be expected in a view: it has the property, or would have it if a claim here were affirmed outright."""
        text = self._views[policy].query.text
        if all(unify(pattern, triple) is None for pattern in templates(text)):
            return False
        if next(self._store.quads_for_pattern(None, triple.predicate, None, NamedNode(VIEW + policy)), None) is not None:
            return True
        return bool(self._licensing(text, triple))  # a claim here would

    def _as_there(self, triple: Triple, graph: NamedNode | DefaultGraph) -> Triple:
        """Return a triple whose literal is written as a graph has it, where it differs in datatype or language alone."""
        if not isinstance(triple.object, Literal) or Quad(triple.subject, triple.predicate, triple.object, graph) in self._store:
            return triple
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, None, graph)
        return next((quad.triple for quad in sorted(quads, key=str) if getattr(quad.object, "value", None) == triple.object.value), triple)

    def _in_default(self, triple: Triple, plain: bool) -> Explanation:
        triple = self._as_there(triple, DefaultGraph())
        plain = plain and next(self._store.quads_for_pattern(None, triple.predicate, None, DefaultGraph()), None) is None
        if Quad(*triple) not in self._store:
            sentence = "Plain triples stand in views alone." if plain else "It is neither asserted nor does it follow: it is not known, which does not mean that it is not so."
            sentence = sentence if plain else f"{sentence} {self._of_claims(triple)}".strip()
            between = () if plain else tuple(self._between(triple)[:_TOLD])
            return Explanation(triple, "", "", False, reasons=(Reason("views" if plain else "unknown", sentence),), otherwise=between)
        if self.copied:
            sentence = f"Whether it is asserted, and in which file, or follows is known where the files of {self.copied} are."
            return Explanation(triple, "", "", True, reasons=(Reason("elsewhere", sentence),))
        premise = self._traced(triple)
        proofs = (self._with_claims(premise.proof),) if premise.proof else ()
        return Explanation(triple, "", "", True, premise.place, proofs)

    def _of_claims(self, triple: Triple) -> str:
        """Return a sentence where a property of claims is asked for of something that is none; else an empty text."""
        quads = islice(self._store.quads_for_pattern(None, triple.predicate, None, DefaultGraph()), _TOLD)
        having = {quad.subject for quad in quads}
        if not having or not all(self.index.is_a(one, "Claim") for one in having) or self.index.is_a(triple.subject, "Claim"):
            return ""
        return f"Only claims have {shorten(triple.predicate.value)}: of things, ask for a property that the views write, such as wh:influencedBy or schema:director."

    def _in_view(self, triple: Triple, policy: str) -> Explanation:
        named = self._views[policy]
        told = named.description or named.summary
        triple = self._as_there(triple, NamedNode(VIEW + policy))
        if Quad(triple.subject, triple.predicate, triple.object, NamedNode(VIEW + policy)) not in self._store:
            why = why_not.reasons(self.index, policy, named.query.text, triple, self._licensing(named.query.text, triple))
            known = {reason.claim.iri for reason in why if reason.claim}
            otherwise = tuple(claim for claim in self._otherwise(triple, named, (), holds=False) if claim.iri not in known)
            return Explanation(triple, policy, told, False, reasons=tuple(why), otherwise=otherwise)
        proofs = list(self.proofs(triple, named))
        proofs.sort(key=lambda proof: (-sum(one.maker for claim in proof.claims for one in claim.positions), len(proof.premises), str(proof.premises[0].triple)))
        used_claims = {claim.iri for proof in proofs for claim in proof.claims}
        return Explanation(triple, policy, told, True, None, tuple(proofs[:_TOLD]), len(proofs[_TOLD:]), (), tuple(self._otherwise(triple, named, used_claims, holds=True)))

    def proofs(self, triple: Triple, named: NamedQuery) -> Iterator[Proof]:
        """Yield a proof of a triple of a view for every position that licenses it."""
        text = named.query.text
        seen: set[frozenset[str]] = set()
        kept: dict[Any, list[Quad]] = {}
        for pattern in templates(text):
            if (known := unify(pattern, triple)) is None:
                continue
            for way in used(self._store, text, known):
                quads = needed(self._store, text, way.terms, yields(text, known, triple), kept=kept)
                if quads is None:
                    continue
                licence = frozenset(str(quad) for quad in quads if quad.predicate == _ATTESTS and not self._credits(quad.object, triple))
                if licence not in seen:
                    seen.add(licence)
                    yield self._proof(named, quads, absences(way))

    def _credits(self, claim: Any, triple: Triple) -> bool:
        """Report whether a claim among the premises shows that a speaker made the work, and is not what the triple says."""
        return claim not in {NamedNode(one.iri) for one in self._between(triple)} and self.index.is_a(claim, "Contribution")

    def _proof(self, named: NamedQuery, quads: Iterable[Quad], absent: tuple[Absence, ...]) -> Proof:
        premises = tuple(premise for quad in quads if (premise := self._premise(quad)))
        return self._with_claims(Proof(named.name, named.summary, named.file, premises, absences=absent))

    def _premise(self, quad: Quad) -> Premise:
        if quad.graph_name != DefaultGraph():
            policy = quad.graph_name.value.removeprefix(VIEW)
            return Premise(quad.triple, proof=next(self.proofs(quad.triple, self._views[policy]), None))
        return self._traced(quad.triple)

    def _traced(self, triple: Triple) -> Premise:
        return (None if self.copied else self.derivation.premise(triple)) or Premise(triple)

    def _with_claims(self, proof: Proof) -> Proof:
        """Return a proof with the claims among its premises, each with the positions among them; what sub-proofs use is told there."""
        index = self.index
        nodes = {term for premise in proof.premises for term in (premise.triple.subject, premise.triple.object) if isinstance(term, NamedNode)}
        positions = {node.value for node in nodes if index.is_a(node, "Attestation")}
        claims = {node.value for node in nodes if index.is_a(node, "Claim")} | {claim.value for one in positions for claim in index.attested(NamedNode(one))}
        told = []
        for claim in (load(index, iri) for iri in sorted(claims)):
            told.append(replace(claim, positions=tuple(one for one in claim.positions if one.iri in positions), partial=True))
        told.sort(key=lambda claim: (not claim.positions, claim.kind in ("Contribution", "Position"), claim.iri))
        return replace(proof, claims=tuple(told))

    def _otherwise(self, triple: Triple, named: NamedQuery, used_claims: Iterable[str], *, holds: bool) -> list[Claim]:
        """Return the claims that say otherwise, with who does: where a triple holds, denials of what would license it or of its like, and values
        that compete; where it does not, those of its like that are affirmed.
        """
        index = self.index
        licensing = self._licensing(named.query.text, triple)
        kinds = {claim.kind for claim in licensing}
        like = set(COMPARISONS) if kinds & set(COMPARISONS) else set()
        chosen = {claim.iri: claim for claim in self._between(triple) if claim.kind in (kinds | like if holds else like)}
        if holds:
            chosen |= {claim.iri: claim for one in licensing for claim in why_not.family(index, one)[1]}
        rivals = {rival for claim in licensing if claim.iri in used_claims for rival in claim.competing}
        found = [(claim, [one for one in claim.positions if (one.stance == "denied" if holds else one.stance in AFFIRMING)]) for claim in chosen.values()]
        found += [(load(index, iri), [one for one in load(index, iri).positions if not one.denied]) for iri in sorted(rivals)]
        return [replace(claim, positions=tuple(positions), partial=True) for claim, positions in found if positions]

    def row(self, named: NamedQuery, values: Mapping[str, str], number: int) -> RowExplanation:
        """Return a row of a named query with the proof of it.

        :param number: which row, from 1, in the order of the query
        :raises UsageError: the query has no rows, or fewer
        """
        query = named.query
        if query.form != "select":
            raise UsageError(f"The query {named.name} has no rows.", fix="Give a triple instead, or a query that is a SELECT.")
        answer: Any = sparql.run(self._store, query, values)
        columns = [getattr(one, "value", one) for one in answer.variables]
        rows = [tuple(row) for row in islice(answer, number)]
        if len(rows) < number:
            many = "no row" if not rows else count(len(rows), "row")
            raise UsageError(f"The query {named.name} has {many} with these values.", fix="Count from 1; whence query shows the rows." if rows else "Choose other values.")
        row = rows[-1]
        told = {name: term for name, term in zip(columns, row, strict=True) if term is not None}
        found = self._of_row(query, values, row, told)
        proof = self._proof(named, *found) if found and found[0] else None
        return RowExplanation(named.name, named.summary, number, {name: nt(term) for name, term in told.items()}, proof, found is not None)

    def _of_row(self, query: Query, values: Mapping[str, str], row: tuple[Any, ...], told: dict[str, Any]) -> tuple[list[Quad], tuple[Absence, ...]] | None:
        """Return the quads that a row needs, empty where it needs none, and what it needs not to be there; None where they are not found."""
        outer, _ = selects(query.text)
        fixed = sparql.terms(query, values)
        body = query.text[outer.body.start : outer.body.end]
        present = {token.text[1:] for token in tokens(body) if token.kind == "variable"}
        known = {name: term for name, term in told.items() if name in present and not isinstance(term, BlankNode)}
        ways = used(self._store, query.text, known, fixed)

        def goal(few: Store) -> bool:
            answer: Any = sparql.run(few, query, values)
            return any(all(map(_same, one, row)) for one in answer)

        if goal(Store()):
            return [], ()
        if outer.group_by or outer.aggregates:
            ways = iter([together(ways)])
        return next(((quads, absences(way)) for way in ways if (quads := needed(self._store, query.text, way.terms, goal)) is not None), None)


def _alone(store: Store, pack: str) -> Store:
    """Return what a store that was fetched holds of a pack as a graph of its own: with the model, its views where those of a graph are."""
    found = Store()
    found.bulk_extend(quad for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    found.bulk_extend(Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, NamedNode(pack)))
    for graph in store.named_graphs():
        if graph.value.startswith(f"{pack}/view/"):
            own = NamedNode(VIEW + graph.value.removeprefix(f"{pack}/view/"))
            found.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, own) for quad in store.quads_for_pattern(None, None, None, graph))
    return found


def _same(one: Any, other: Any) -> bool:
    """Report whether two values of rows are alike; GROUP_CONCAT may tell its parts in any order."""
    if one == other or not (isinstance(one, Literal) and isinstance(other, Literal)):
        return bool(one == other)
    return sorted(re.split(r"[,;] ?", one.value)) == sorted(re.split(r"[,;] ?", other.value))
