"""A validation that starts from a remembered graph and does again only what an edit can change, through every stage.

The outcome, the graph with its views and the report, is that of a full run. Where that cannot be had so, a full run is made: the edit is
large or has blank nodes, it declares terms or changes the hierarchy of classes and properties, or a rule cannot be asked for a few
bindings alone (`whence.validation.local`). A check or view that cannot be asked so is run whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode, Quad, Store

from whence import catalog, inference, sparql
from whence.findings import Finding, Place, Severity, path_from_json
from whence.namespaces import PREFIXES, VIEW
from whence.rdf.terms import term_of
from whence.store import snapshot
from whence.store.layout import GraphFiles, stem
from whence.things.index import Index
from whence.validation import checks, declarations, edit_basis, local
from whence.validation.deriving import Deriving, State, derived_view
from whence.validation.local import LocalQuery, TooMany
from whence.validation.places import located
from whence.validation.reading import Sources

_HIERARCHY = {PREFIXES["rdfs"] + "subClassOf", PREFIXES["rdfs"] + "subPropertyOf", PREFIXES["owl"] + "inverseOf", PREFIXES["owl"] + "propertyChainAxiom"}
_SYMMETRIC = NamedNode(PREFIXES["owl"] + "SymmetricProperty")


def start(files: GraphFiles, sources: Sources) -> Edit | None:
    """Return the edit since the newest remembered graph of the same model, or None when a full run is called for.

    :param sources: the texts; a changed one that cannot be parsed gets a finding, and then there is no edit
    """
    basis = edit_basis.recall(files, sources.texts)
    draft = snapshot.draft(basis.path) if basis else None
    if basis is None or draft is None:
        return None
    edit = basis.edit(sources, [files.display(path) for path in [*files.ontology, *files.data]], draft.asserted)
    if edit is None or any(map(_is_of_the_model, [*edit[0], *edit[1]])):
        return None
    rules = [local.read(text) for text in _texts(files, "inference")]
    if None in rules:
        return None
    return Edit(files, sources, basis, draft, *edit, [rule for rule in rules if rule])


def whole(files: GraphFiles) -> list[str]:
    """Return the rules, checks and views that cannot be asked for a few bindings alone, as `kind/name`.

    After an edit such a check or view is run whole, and for such a rule everything is.
    """
    paths = [(kind, path) for kind in ("inference", "checks", "views") for path in files.queries_in(kind)]
    return [f"{kind}/{stem(path)}" for kind, path in paths if local.read(files.read(path).decode("utf-8-sig")) is None]


def _is_of_the_model(quad: Quad) -> bool:
    return declarations.declares(quad) or quad.predicate.value in _HIERARCHY or quad.object == _SYMMETRIC


@dataclass(slots=True)
class Edit:
    """What differs from a remembered graph, and the copy of that graph in which it is followed; `whence.validation.stages` says in which order.

    :ivar removed: triples that were asserted and are no more
    :ivar added: triples that are asserted and were not
    :ivar subjects: those of all triples of the files that read otherwise, then and now
    :ivar rows: the rows of each check that finds something
    """

    files: GraphFiles
    sources: Sources
    basis: edit_basis.Basis
    draft: snapshot.Draft
    removed: list[Quad]
    added: list[Quad]
    subjects: set[object]
    rules: list[LocalQuery]
    changes: list[Quad] = field(default_factory=list)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def apply(self) -> None:
        """Change what is asserted."""
        for quad in self.removed:
            self.draft.asserted.remove(quad)
        self.draft.asserted.extend(self.added)

    def undeclared(self, bases: Iterable[str]) -> Iterator[Finding]:
        """Yield what the declarations and the rules about `triples/` find; before the edit they found nothing."""
        added, asserted = Store(), self.draft.asserted
        added.extend(self.added)
        yield from declarations.undeclared(added, asserted)
        values = {quad.object for quad in self.added if isinstance(quad.object, NamedNode)} | {quad.subject for quad in self.removed}
        yield from declarations.undescribed(asserted, bases, values)  # type: ignore[arg-type]
        yield from checks.run_rules(Store(), added, self.files.prefixes)

    def by_shapes(self) -> edit_basis.Validation:
        return edit_basis.revalidate(self.basis, self.draft.asserted, self.removed, self.added)

    def derive(self) -> None:
        """Bring what follows up to date.

        :raises TooMany: a full run costs less
        """
        draft = self.draft
        closing = inference.Rules(draft.asserted)
        chains = [query for text in closing.chain_queries() if (query := local.read(text))]
        old, new = State(draft.base, draft.base_asserted), State(draft.store, draft.asserted)
        deriving = Deriving(closing, chains, self.rules, old, new, sum(map(len, self.sources.texts.values())))
        deriving.follow(self.removed, self.added)
        self.changes = deriving.changes

    def check(self, read: Callable[[str, str], sparql.Query]) -> Iterator[Finding]:
        """Yield what the checks find: at the bindings that changed triples touch, and elsewhere what they found before."""
        index = Index(self.draft.store)
        for path in self.files.queries_in("checks"):
            name, query = stem(path), checks.read_check(path, self.files.display(path), read)
            before = [{column: term_of(text) for column, text in row.items()} for row in self.basis.rows.get(name, ())]
            rows = self._rows(query, before)
            if rows:
                self.rows[name] = checks.as_text(rows)
            yield from checks.findings_of(name, query, rows, index)

    def _rows(self, query: sparql.Query, before: list[checks.Row]) -> list[checks.Row]:
        """Return the rows of a check."""
        store, asked = self.draft.store, local.read(query.text)
        try:
            if asked is None or (before and not asked.shown):
                raise TooMany
            keys = asked.affected(self.changes, self.draft.base, store)
            if not any(keys):
                return before
            found = checks.rows_of(asked.rows(asked.around(store, keys), keys))
        except TooMany:
            return checks.rows_of(sparql.run(store, query))
        names = {part.key[1:]: own for part, own in zip(asked.parts, keys, strict=True)}
        kept = [row for row in before if not any(row.get(name) in own for name, own in names.items())]
        return sorted([*kept, *found], key=lambda row: list(map(str, row.values())))

    def view(self, construct: Callable[[str, NamedNode], object]) -> None:
        """Bring the views up to date.

        :param construct: makes the view of a query file whole, in its graph
        """
        store = self.draft.store
        for path in self.files.queries_in("views"):
            graph, query = NamedNode(VIEW + stem(path)), local.read(self.files.read(path).decode("utf-8-sig"))
            try:
                if query is None:
                    raise TooMany
                derived_view(query, graph, self.changes, self.draft.base, store)
            except TooMany:
                store.clear_graph(graph)
                construct(path, graph)

    def located(self, findings: list[Finding], shapes: Store) -> list[Finding]:
        """Return the findings with their places, sorted; a place stands that was found before, of what no changed file says anything."""
        known = self._places()
        placed = []
        for one in findings:
            place = known.get(_known_by(one)) if one.place is None and one.focus_node else None
            ends = {NamedNode(term[1:-1]) for term in (one.focus_node or "", one.value or "") if term.startswith("<")}
            if place is not None and self.subjects.isdisjoint(ends):
                one = replace(one, place=place)
            placed.append(one)
        return located(placed, self.sources.texts, self.draft.asserted, shapes)

    def _places(self) -> dict[str, Place]:
        """Return the places that were found before."""
        shown = {os.path.relpath(path, self.files.root): self.files.display(path) for path in self.files.taking_part()}
        with open(os.path.join(self.basis.path, "findings.json"), encoding="utf-8") as stream:
            records = [record for record in json.load(stream) if record["place"] and record["place"][0] in shown]
        found = {}
        for record in records:
            file, line, column = record["place"]
            path = path_from_json(record["path"]) if record["path"] else None
            one = Finding(record["rule"], Severity(record["severity"]), "", None, record["focus_node"], path, record["value"])
            found[_known_by(one)] = Place(shown[file], line, column)
        return found


def _known_by(finding: Finding) -> str:
    return repr((finding.rule, finding.focus_node, finding.path, finding.value))


def _texts(files: GraphFiles, kind: str) -> list[str]:
    return [catalog.parse_bytes(files.read(path), files.display(path)).text for path in files.queries_in(kind)]
