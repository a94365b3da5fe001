"""A graph in Python, from the package, a directory or a server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from whence import catalog, hints, packs, sparql, validation
from whence.api.results import Claims, Found, Influences, Rows, Text, Triples, hint
from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.namespaces import PREFIXES, WH, declare, local
from whence.store import layout, views

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Store

    from whence.ask import Asker, Reply
    from whence.findings import Report
    from whence.proof import Explainer, Explanation
    from whence.things import Index, Match
    from whence.things.comparison import Comparison
    from whence.things.disagreements import Disagreement
    from whence.things.sources import Slot
    from whence.things.timeline import Entry

_TYPE = NamedNode(PREFIXES["rdf"] + "type")


class Graph:
    """A graph directory that has passed validation, read-only. Things are named as people do, by IRI, `id:slug` or any name.

    :ivar directory: its absolute path
    :ivar store: the pyoxigraph Store behind it: the default graph holds what is asserted and what follows from it, each
        view stands in a named graph of its own
    """

    def __init__(self, directory: str, store: Store, prefixes: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self.store = store
        self._prefixes = prefixes or {}

    @property
    def _files(self) -> layout.GraphFiles:
        return layout.GraphFiles(self.directory)

    def __repr__(self) -> str:
        return f"<whence.Graph {self.directory}>"

    @property
    def catalog(self) -> catalog.Catalog:
        """The named queries of the graph directory, read anew each time.

        :raises InputError: a query file cannot be read
        """
        return catalog.load(self._files)

    @property
    def index(self) -> Index:
        """The things of the graph, for `whence.things`."""
        self._speak()
        return self._index

    @cached_property
    def _index(self) -> Index:
        from whence.things import Index

        return Index(self.store)

    def _speak(self) -> None:
        """Let the prefixes of this graph be those that are read and written: another one in this process may have the same."""
        if self._prefixes:
            declare(self._prefixes)

    def query(self, query: str, *, view: str | None = None, **parameters: object) -> Rows | Triples | bool:
        """Answer a query of the catalogue by its name, or a SPARQL 1.1 text; what the answer hides is told by a warning, a `Hint`.

        :param query: a name, or a text; the prefixes of `whence.namespaces.PREFIXES` need no declaration
        :param view: the policy of a view whose plain triples the query sees as well
        :param parameters: values of the query's parameters, written as in Turtle (`"id:metallic-rouge"`)
        :returns: rows (SELECT), which are lazy, a boolean (ASK), or the triples of a graph (CONSTRUCT, DESCRIBE)
        :raises UsageError: no query or view has this name, or a parameter is unknown, missing or of another type
        :raises QueryError: the text is refused; with line and column

        >>> graph = open()
        >>> graph.query("ASK { ?claim a wh:Influence }")
        True
        >>> rows = graph.query("influences-on-work", work="id:metallic-rouge")
        >>> "Star Trek" in {row["influencerLabel"].value for row in rows}
        True
        >>> graph.query("SELECT ?start { ?x wh:start ?start } LIMIT 3").to_pandas()["start"].dtype
        Int64Dtype()
        >>> print(graph.query("CONSTRUCT { id:metallic-rouge a wh:Series } WHERE {}").serialize("nt"), end="")
        <https://w3id.org/whence/id/metallic-rouge> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/whence/ontology#Series> .
        """
        self._speak()
        _require_texts(view=view)
        own = is_text(query)
        text = sparql.parse(query) if own else catalog.find(self._files, query).query
        values = {name: str(value) for name, value in parameters.items()}
        hints.check_values(self.store, text, values)
        dataset = views.dataset(self.store, view)
        answer = sparql.run(self.store, text, values, **dataset)
        told = hints.of_values(self.store, text, values)
        if own:
            told += hints.of_run(self.store, text, values, dataset, views=view is not None, index=self.index)
        elif text.form == "select":
            more, answer = hints.of_answer(self.store, text, values, answer)  # type: ignore[arg-type]
            told += more
        hint(told)
        if text.form == "select":
            return Rows(answer)  # type: ignore[arg-type]
        return bool(answer) if text.form == "ask" else Triples(answer)  # type: ignore[arg-type]

    def find(self, name: str) -> Found[Match]:
        """Return the things of a name, the likeliest first; at least one.

        :raises UsageError: nothing is called so; says what is called nearly so

        >>> open().find("Toshihiro Kawamoto")[0].iri
        'https://w3id.org/whence/id/toshihiro-kawamoto'
        """
        return Found(self.index.named(_text(name, "A name")), ("iri", "name", "label"), lambda one: (one.iri, one.name, self.index.label(one.iri)))

    def show(self, thing: str, *, limit: int = 10) -> Text:
        """Return the card of a thing: names, kinds, facts, roles, and claims by stance with their passages.

        :param limit: facts, roles, and claims of each stance that are shown
        :raises UsageError: nothing is called so, or the limit is below 1

        >>> print(open().show("Metallic Rouge", limit=1))
        Metallic Rouge
          id:metallic-rouge
        ...
        """
        from whence.things.card import card

        _require_positive(limit=limit)
        return Text(card(self.index, self._iri(thing), limit))

    def claims(
        self, thing: str | None = None, *, kind: str | None = None, speaker: str | None = None, document: str | None = None,
        stance: str | None = None,
    ) -> Claims:  # fmt: skip
        """Return claims with the positions on them, sorted by class and label.

        :param thing: only those that name it
        :param kind: only those of a class of the ontology and the classes below it, such as `"Influence"`
        :param speaker: only positions of whoever speaks, or is said to hold them
        :param document: only positions that stand in it
        :param stance: only claims whose positions come to it: one of `whence.things.STANCES`, such as `"denied"`
        :raises UsageError: nothing is called so, or there is no such class or stance

        >>> open().claims("Metallic Rouge", kind="Influence", stance="denied").to_arrow().column_names[:4]
        ['claim', 'label', 'kind', 'stance']
        """
        from dataclasses import replace

        from whence.things import STANCES, claims

        index = self.index
        _require_texts(kind=kind, stance=stance)
        if stance is not None and stance not in STANCES:
            raise UsageError(f"There is no stance {stance!r}.", fix=_offered(stance, list(STANCES)))
        of_kind = self._of_kind("Claim" if kind is None else kind)
        found = claims.mentioning(index, self._iri(thing)) if thing is not None else [claims.load(index, iri) for iri in of_kind]
        speaks, holds = (self._iri(name) if name is not None else None for name in (speaker, document))
        if speaks or holds:
            kept = ((claim, claim.positions_of(speaks, holds)) for claim in found)
            found = [replace(claim, positions=positions) for claim, positions in kept if positions]
        chosen = [claim for claim in found if claim.iri in of_kind and stance in (None, claim.stance)]
        return Claims(sorted(chosen, key=lambda claim: (claim.kind, claim.label, claim.iri)), index)

    def lineage(
        self, thing: str, *, forward: bool = False, depth: int = 4, policy: str | None = None, aspect: str | None = None
    ) -> Influences:
        """Trace where a thing comes from, or what came of it, as `whence lineage` does.

        :param forward: what came of it
        :param depth: steps a path may have
        :param policy: only what the view of this policy licenses: maker, press or any
        :param aspect: only influence in this aspect or a narrower one
        :raises UsageError: nothing is called so, there is no such policy, or a number is below 1

        >>> influences = open().lineage("Metallic Rouge", policy="maker")
        >>> "https://w3id.org/whence/id/star-trek" in influences.to_networkx()
        True
        """
        from whence import lineage
        from whence.lineage.diagram import of_lineage

        _require_positive(depth=depth)
        _require_texts(policy=policy)
        of = self._iri(aspect) if aspect is not None else None
        traced = [lineage.trace(self.index, self._iri(thing), forward=forward, depth=depth, policy=policy, aspect=of)]
        return Influences(traced[0], lineage.record(self.index, traced), of_lineage(self.index, traced))

    def path(self, start: str, end: str, *, length: int = 4, policy: str | None = None) -> Influences:
        """Find how one thing reaches another, by influence, shared people and shared sources, the best supported paths first.

        :param length: steps a path may have
        :param policy: only what the view of this policy licenses: maker, press or any
        :raises UsageError: nothing is called so, there is no such policy, or a number is below 1

        >>> len(open().path("Metallic Rouge", "Star Trek").found.found) > 0
        True
        """
        from whence import lineage
        from whence.lineage.diagram import of_paths

        _require_positive(length=length)
        _require_texts(policy=policy)
        paths = lineage.find(self.index, self._iri(start), self._iri(end), length=length, policy=policy)
        return Influences(paths, lineage.path_record(self.index, paths), of_paths(self.index, paths))

    def disagreements(self, thing: str | None = None) -> Found[Disagreement]:
        """Return what is disputed about a thing, or in the whole graph, the weightiest first; each has a `sentence`.

        :raises UsageError: nothing is called so

        >>> {one.kind for one in open().disagreements("Metallic Rouge")} >= {"aspect", "value"}
        True
        """
        from whence.things import disagreements

        found = disagreements.about(self.index, self._iri(thing)) if thing is not None else disagreements.everywhere(self.index)
        return Found(found, ("kind", "sentence", "weight"), lambda one: (one.kind, one.sentence, one.weight))

    def compare(self, first: str, second: str) -> Comparison:
        """Return what two works, people, characters or documents share, what differs, and what is said of both.

        :raises UsageError: nothing is called so, or both are one
        """
        from whence.things import comparison

        return comparison.compare(self.index, self._iri(first), self._iri(second))

    def sources(self, thing: str) -> Found[Slot]:
        """Return what articles and catalogues answer about a thing, question by question: where they differ first.

        :raises UsageError: nothing is called so
        """
        from whence.things import sources

        def line(slot: Slot) -> tuple[str, str, str]:
            told = (f"{one.value.text} ({', '.join(who or 'articles' for who in one.claims)})" for one in slot.answers)
            return slot.words, sources.VERDICTS[slot.verdict], "; ".join(told)

        return Found(sources.of(self.index, self._iri(thing)), ("question", "verdict", "answers"), line)

    def timeline(self, thing: str) -> Found[Entry]:
        """Return what is dated about a thing, in order, dates as imprecise as they are said to be (EDTF).

        :raises UsageError: nothing is called so
        """
        from whence.things import timeline

        found = timeline.of(self.index, self._iri(thing))
        return Found(found, ("date", "words", "kind", "what"), lambda one: (one.date or None, one.words, one.kind, one.what))

    def explain(self, subject: str, property: str, object: str, *, view: str | None = None) -> Found[Explanation]:
        """Prove a triple in the default graph and in each view, or tell why it is not there.

        :param property: as the others by name, prefixed name or IRI
        :param view: the policy of one view, instead of all
        :raises UsageError: a term is not known here, or there is no such view

        >>> [one.holds for one in open().explain("Metallic Rouge", "wh:influencedBy", "Star Trek", view="maker")]
        [True]
        """
        from whence.proof import terms
        from whence.things import sentences

        _require_texts(view=view)
        triple, _ = terms.read(self.index, *(_text(word, "A term") for word in (subject, property, object)))

        def line(one: Explanation) -> tuple[str, bool, str]:
            proved = [sentences.said(self.index, proof.claims) or proof.summary for proof in one.proofs]
            return f"{one.graph or 'default'}{one.catalogue and ' of ' + one.catalogue}", one.holds, "; ".join([str(one.place)] if one.place else proved or [reason.sentence for reason in one.reasons])

        return Found(self._explainer.triple(triple.subject, triple.predicate, triple.object, view), ("graph", "holds", "why"), line)

    @cached_property
    def _explainer(self) -> Explainer:
        from whence.proof import Explainer

        return Explainer(self._files, self.index)

    def ask(self, question: str, *, limit: int = 10) -> Reply:
        """Answer a question in plain English; `state` says whether it is sure, the first of `choices` is the likeliest answer.

        :param limit: how many values an answer gives
        :raises UsageError: it is below 1

        >>> reply = open().ask("Who composed the music of Metallic Rouge?")
        >>> reply.state, reply.choices[0].answer.values[0][0].partition(" |")[0]
        ('answered', 'Taisei Iwasaki')
        """
        _require_positive(limit=limit)
        return self._asker.ask(_text(question, "A question"), limit)

    @cached_property
    def _asker(self) -> Asker:
        from whence.ask import Asker

        return Asker(self.index, self.catalog)

    def validate(self) -> Report:
        """Return the findings of its validation; see `whence.validate`."""
        return validate(self.directory)

    def rdflib(self) -> rdflib.Dataset:
        """Return an rdflib Dataset over the same store, without a copy; the shared prefixes need no declaration.

        :raises UsageError: rdflib and oxrdflib are not installed

        >>> len(open().rdflib()) > 10_000
        True
        """
        try:
            from oxrdflib import OxigraphStore
            from rdflib import Dataset
        except ImportError:
            raise UsageError("rdflib and oxrdflib are not installed.", fix="pip install 'whence-graph[rdflib]'") from None
        dataset = Dataset(store=OxigraphStore(store=self.store))
        self._speak()
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace)
        return dataset

    def _iri(self, name: str) -> str:
        return self.index.named(_text(name, "A name"))[0].iri

    def _of_kind(self, kind: str) -> frozenset[str]:
        known = {local(of): of for of, above in self.index.superclasses.items() if WH + "Claim" in above} | {"Claim": WH + "Claim"}
        if kind not in known:
            raise UsageError(f"There is no class of claims {kind!r}.", fix=_offered(kind, sorted(known)))
        return frozenset(node.value for node in self.index.subjects(_TYPE, NamedNode(known[kind])))


def open(source: str | os.PathLike[str] | None = None) -> Graph:
    """Open a graph, validated now unless it was before.

    :param source: a graph directory, None for the graph that came with the package, or the address of a served graph
    :raises ValidationError: the graph has violations; carries the report
    :raises InputError: there is no graph directory, or a file of it cannot be read
    :raises RemoteError: what is at the address does not answer, or holds no graph that whence serves or published

    >>> open()
    <whence.Graph ...>
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from whence.api.remote import open_address

        return open_address(source)
    files = layout.locate(_path(source, "A source"))
    if source is None and (here := layout.around()) and os.path.realpath(here) != os.path.realpath(files.root):
        hint([f"This is the graph that came with whence; whence.open({here!r}) is the one that you stand in."])
    return Graph(files.root, packs.open(files).store, files.prefixes)


def query(
    query: str, *, directory: str | os.PathLike[str] | None = None, view: str | None = None, **parameters: object
) -> Rows | Triples | bool:
    """Open a graph and answer one query from it; see `open` and `Graph.query`."""
    return open(directory).query(query, view=view, **parameters)


def validate(
    directory: str | os.PathLike[str] | None = None,
    *,
    data: str | Iterable[str] | None = None,
    shapes: str | Iterable[str] | None = None,
) -> Report:
    """Validate a graph directory, or any RDF files by any shapes.

    :param directory: a graph directory, or None for the graph that came with the package
    :param data: names of RDF files to validate instead, with `shapes`
    :param shapes: names of files with the shapes for `data`
    :returns: the findings, sorted by place; `conforms` tells whether there is no violation
    :raises UsageError: only one of `data` and `shapes` was given, or a directory as well
    :raises InputError: the shapes cannot be used, or there is no graph directory

    >>> validate().conforms
    True
    """
    if (data is None) != (shapes is None) or (data is not None and directory is not None):
        raise UsageError("data and shapes belong together, without a directory.", fix="Give both, or a directory alone.")
    if data is not None and shapes is not None:
        return validation.check_files(_names(data), _names(shapes)).report
    files = layout.locate(_path(directory, "A directory"))
    return validation.check_queries(files, validation.check(files)).report


def is_text(query: str) -> bool:
    """Report whether a query is a SPARQL text: a name has neither braces nor spaces.

    :raises UsageError: it is neither
    """
    if not _text(query, "A query").strip():
        raise UsageError("The query is empty.", fix="Give the name of a query of the catalogue, or a SPARQL text.")
    return any(mark in query for mark in "{ \n\t")


def _text(given: str, what: str) -> str:
    """Return a text that was given.

    :raises UsageError: it is none
    """
    if not isinstance(given, str):
        raise UsageError(f"{what} is a text, not {given!r}.", fix="Give a text in quotation marks.")
    return given


def _path(given: str | os.PathLike[str] | None, what: str) -> str | None:
    """Return a path that was given as a text, None where none was.

    :raises UsageError: it is no path
    """
    return None if given is None else _text(os.fspath(given) if isinstance(given, os.PathLike) else given, what)


def _require_texts(**given: str | None) -> None:
    for name, value in given.items():
        if value is not None:
            _text(value, name)


def _offered(word: str, known: list[str]) -> str:
    """Return what there is in place of a word: the nearest first, where one is near."""
    return f"{meant(word, known) or ''} There are {', '.join(known)}.".strip()


def _names(files: str | Iterable[str]) -> list[str]:
    return [_text(one, "The name of a file") for one in ([files] if isinstance(files, str) or not isinstance(files, Iterable) else files)]


def _require_positive(**numbers: int) -> None:
    for name, number in numbers.items():
        if not isinstance(number, int) or number < 1:
            raise UsageError(f"{name} is {number!r}.", fix="Give a whole number from 1.")
