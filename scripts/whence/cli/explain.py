"""`whence explain`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from whence import catalog
from whence.cli import console, process, served
from whence.cli.arguments import Parser, packs_option, positive
from whence.cli.query import read_settings
from whence.hints import check_values
from whence.errors import UsageError
from whence.evidence import Texts
from whence.namespaces import shorten
from whence.proof import Explainer, Explanation, Premise, Proof, RowExplanation, terms, verdict
from whence.rdf.terms import nt
from whence.store.layout import GraphFiles
from whence.things import Claim, Index, Passage, sentences
from whence.things.index import wh


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("triple", nargs="*", metavar="TERM", help="SUBJECT PROPERTY OBJECT: names in quotation marks, prefixed names, IRIs or values")
    parser.add_argument("--view", metavar="POLICY", help="look at this view alone, instead of the default graph and every view that could have it")
    parser.add_argument("--query", metavar="NAME", help="explain a row of this query of the catalogue, instead of a triple")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="the value of a parameter of the query; may be given again")
    parser.add_argument("--row", type=positive, default=1, metavar="N", help="which row of the query (default: 1)")
    parser.add_argument("--texts", metavar="DIR", help="the directory of the source texts, to print the words of each passage")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text, or JSON with every premise and position (default: text)")
    served.declare(parser, "of a store that whence publish filled, or of whence serve, instead of --graph; proofs lead to claims and passages, not to lines of its files")
    packs_option(parser, "explain what this pack holds, too")


def run(arguments: Namespace, _: str) -> int:
    """Explain the triple or the row and print it."""
    if bool(arguments.query) == bool(arguments.triple) or (arguments.triple and len(arguments.triple) != 3):
        fix = "Write whence explain SUBJECT PROPERTY OBJECT, with names of several words in quotation marks, or whence explain --query NAME --row N."
        raise UsageError("What to explain is a triple of three terms, or a row of a query.", fix=fix)
    files, store = served.opened(arguments)
    process.stage("explaining")
    index = Index(store)
    explainer = Explainer(files, index, arguments.endpoint or "")
    texts = Texts(arguments.texts) if arguments.texts else None
    if arguments.query:
        told: Any = [_row(explainer, files, arguments)]
        document = {"row": told[0].as_dict()}
    else:
        triple, also = terms.read(index, *arguments.triple)
        for sentence in also:
            console.say(sentence)
        told = explainer.triple(triple.subject, triple.predicate, triple.object, arguments.view)
        document = {"triple": [one.as_dict() for one in told]}
    process.stage(None)
    if arguments.format == "json":
        console.write_json(document)
        return 0
    tell = _Teller(index, texts, explainer.copied)
    console.write("\n".join(tell.row(told[0]) if arguments.query else tell.triple(told)) + "\n")
    return 0


def _row(explainer: Explainer, files: GraphFiles, arguments: Namespace) -> RowExplanation:
    named = catalog.find(files, arguments.query)
    given = read_settings(arguments.set)
    check_values(explainer.index.store, named.query, given)
    return explainer.row(named, given, arguments.row)


class _Teller:
    """Puts explanations into lines of text."""

    def __init__(self, index: Index, texts: Texts | None, copied: str) -> None:
        self._index = index
        self._copied = copied
        self._texts = texts

    def triple(self, told: list[Explanation]) -> Iterator[str]:
        subject, predicate, value = told[0].triple
        yield f"{self._term(subject)} - {self._term(predicate)} - {self._term(value)}"
        yield f"  {self._nt(subject)} {self._nt(predicate)} {self._nt(value)}"
        yield f"\n{verdict(self._index, told)}"
        before: dict[tuple[str, ...], str] = {}
        for one in sorted(told, key=lambda one: not one.holds):
            yield f"\n{one.where[:1].upper()}{one.where[1:]}: {'yes' if one.holds else 'no' if one.reasons[0].kind != 'unknown' else 'not known'}"
            if one.policy:
                yield f"  Policy: {one.policy}"
            why = tuple(self._why(one))
            same = before.setdefault(why, one.where)
            yield from why if same == one.where or len(why) == 1 else [f"  For the same reasons as {same}."]

    def _why(self, one: Explanation) -> Iterator[str]:
        """Yield what a triple rests on in one graph, or why it is not there."""
        if one.place:
            yield f"  Asserted: {one.place}"
        for number, proof in enumerate(one.proofs):
            yield from self._proof(proof, premises=number == 0)
        if one.holds and not (one.place or one.proofs or one.reasons):
            yield "  It is derived, but the rule could not be followed to what it rests on."
        if one.more:
            yield f"  and {one.more} more proofs"
        yield from (f"  {reason.sentence}{self._words(reason.claim)}" for reason in one.reasons)
        if one.otherwise:
            yield "  Who says otherwise" if one.graph else "  What the graph knows of both"
            yield from self._claims(one.otherwise)

    def row(self, told: RowExplanation) -> Iterator[str]:
        yield f"{told.summary}\n  {told.query}, row {told.number}\n"
        yield from (f"  {name}: {value}" for name, value in told.columns.items())
        if told.proof:
            yield ""
            yield from self._proof(told.proof, premises=True)
        elif told.found:
            yield "\n  The row needs nothing to be there: it tells that nothing was found, which is not known rather than no."
        else:
            yield "\n  The row rests on more than can be told one by one."

    def _proof(self, proof: Proof, *, premises: bool) -> Iterator[str]:
        yield f"  By {proof.file or proof.rule}: {proof.summary}"
        yield from self._claims(proof.claims)
        if premises:
            yield "  Premises"
            yield from (line for premise in proof.premises for line in self._premise(premise, 2))
            yield from self._absences(proof, 2)

    def _claims(self, claims: tuple[Claim, ...]) -> Iterator[str]:
        for claim in claims:
            if claim.positions:
                yield f"    {sentences.said(self._index, [claim])}.  ({shorten(claim.iri)}){self._words(claim)}"
            else:
                yield f"    {claim.label}  ({shorten(claim.iri)})"

    def _premise(self, premise: Premise, depth: int) -> Iterator[str]:
        subject, predicate, value = premise.triple
        where = str(premise.place) if premise.place else f"follows by {premise.proof.file or premise.proof.rule}" if premise.proof else f"in {self._copied}" if self._copied else "not traced"
        yield f"{'  ' * depth}{self._nt(subject)} {self._nt(predicate)} {self._nt(value)}   [{where}]"
        if premise.proof:
            yield from (line for inner in premise.proof.premises for line in self._premise(inner, depth + 1))
            yield from self._absences(premise.proof, depth + 1)

    def _absences(self, proof: Proof, depth: int) -> Iterator[str]:
        for absence in proof.absences:
            yield f"{'  ' * depth}{absence.sentence[:-1]}: looked for {absence.pattern}"

    def _words(self, claim: Claim | None) -> str:
        """Return the words of every passage of a claim's positions, each on a line of its own; nothing without the texts."""
        if self._texts is None or claim is None:
            return ""
        found = sorted({passage for position in claim.positions for passage in position.passages})
        return "".join(f"\n      {self._index.label(one.document)}, {one.start}-{one.end}: {self._quoted(one)}" for one in found)

    def _quoted(self, passage: Passage) -> str:
        assert self._texts is not None
        text = self._texts[self._index.value(NamedNode(passage.document), wh("fileName"))]
        return f"“{' '.join(text.text[passage.start : passage.end].split())}”" if text.text is not None else text.problem

    def _term(self, term: Any) -> str:
        return str(self._index.term(term).text)

    def _nt(self, term: Any) -> str:
        value = getattr(term, "value", "")
        return shorten(value) if type(term).__name__ == "NamedNode" else nt(term)
