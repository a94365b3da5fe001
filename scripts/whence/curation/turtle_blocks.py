"""The blocks that resolved records come to: new things, claims where there is none yet, positions, names at first sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from pyoxigraph import Literal, NamedNode

from whence.curation.forms import kebab
from whence.curation.naming import slug, unique
from whence.curation.records import NewThing, Resolved, Values, pairs
from whence.curation.turtle_files import Block
from whence.curation.workspace import Workspace
from whence.evidence.texts import digest
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.terms import RDF_TYPE

_SKOS, _XSD = PREFIXES["skos"], PREFIXES["xsd"]
_LONGEST = 100
_COPIED = (*(WH + name for name in ("speaker", "mode", "inQuestion", "answers")), PREFIXES["prov"] + "wasAttributedTo")


class Planner:
    """What records add to a graph.

    :ivar blocks: in the order in which they were found to be needed
    :ivar ids: the IRI of the attestation or question of each record, in their order
    :ivar records: the number of the record for which each of them is created
    :ivar generated: those of them that are namings and positions on them
    :ivar created: IRI to class and name of what is created, by which it is told that an IRI was given once
    """

    def __init__(self, workspace: Workspace, resolved: Sequence[Resolved]) -> None:
        self.workspace = workspace
        self.blocks: list[Block] = []
        self.ids: list[str] = []
        self.sentences: list[str] = []
        self.hints: list[str] = []
        self.created: dict[str, tuple[str, str]] = {}
        self.generated: set[str] = set()
        self.records: dict[str, int] = {}
        self._labels: dict[str, str] = {}
        self._claims: dict[tuple[str, frozenset[tuple[str, str]]], str] = {}
        self._attesting: dict[str, list[tuple[str, frozenset[tuple[str, str]]]]] = {}
        self._numbers: dict[str, int] = {}
        self._named: set[tuple[str, str, str]] = set()
        for number, one in enumerate(resolved):
            known = len(self.created)
            self._add(one)
            self.records |= dict.fromkeys(islice(self.created, known, None), number)

    @property
    def told(self) -> list[str]:
        """What is added, each in a few words, for whoever takes it back."""
        kinds = (WH + "Attestation", WH + "Question")
        asked = [iri for iri, (kind, _) in self.created.items() if kind in kinds and iri not in self.generated]
        things = [iri for iri in self.created if iri in self._labels]
        return [*(f"the position {local(iri)}." for iri in asked), *(f"{self._labels[iri]} ({local(iri)})." for iri in things)]

    def _add(self, one: Resolved) -> None:
        for thing in one.new:
            self._thing(thing)
        if one.kind == WH + "Question":
            self.ids.append(self._question(one))
            return
        claim = self._claim(one.kind, one.fillers)
        values = {**one.stance, **self._place(one.document, one.start, one.end, one.digest)}
        self._tell_otherwise(claim, values)
        self.ids.append(self._attestation(one.document, claim, values))
        self.sentences += one.sentences
        for named, start, end in one.forms:
            self._naming(one, named, start, end)

    def _thing(self, thing: NewThing) -> None:
        if thing.iri in self.created:
            return
        name = next(value.value for iri, values in thing.values if iri == _SKOS + "prefLabel" for value in values)
        self._create(thing.iri, thing.kind, dict(thing.values), name)
        self._labels[thing.iri] = name
        counted = not slug(name) and local(thing.iri).rpartition("-")[0] == kebab(local(thing.kind))
        how = " How its name is read cannot be told, so its id is a number." if counted else ""
        self.hints += ["To give an id to read: whence undo, and slug=... beside the class."] if counted else []
        near = "" if thing.kept_apart else self.workspace.nearly(name)  # a slip of the hand would be another thing
        slip = f" {self.workspace.label(near)} ({local(near)}) is written nearly so." if near else ""
        self.hints += [f"If {self.workspace.label(near)} was meant: whence undo takes this back."] if near else []
        self.sentences.append(f"Created {name} ({local(thing.iri)}), {_with_article(self.workspace.forms.label(thing.kind))}.{how}{slip}")

    def _question(self, one: Resolved) -> str:
        number = int(one.fillers[WH + "questionNumber"][0].value)
        iri = self.workspace.base + f"question-{self.workspace.key(one.document)}-{number}"
        if iri in self.created or self.workspace.is_known(iri):
            self.sentences.append(f"Question {number} is there already.")
            return iri
        place = self._place(one.document, one.start, one.end, one.digest)
        self._create(iri, one.kind, {**place, **one.fillers}, str(number))
        return iri

    def _claim(self, kind: str, fillers: Values) -> str:
        """Return the claim of a class with these fillers, which is created where there is none."""
        key = (kind, pairs(fillers))
        if key not in self._claims:
            known = self._known_claim(kind, fillers)
            if known:
                self._tell_joined(known)
            self._claims[key] = known or self._new_claim(kind, fillers)
        return self._claims[key]

    def _known_claim(self, kind: str, fillers: Values) -> str:
        """Return the claim of the graph that has this class and these fillers and no others, or an empty text."""
        of, values = min(fillers.items(), key=lambda item: (not isinstance(item[1][0], NamedNode), item[0]))
        for quad in sorted(self.workspace.quads(None, of, values[0]), key=str):
            found: dict[str, set[str]] = {}
            for other in self.workspace.quads(quad.subject.value, None):
                found.setdefault(other.predicate.value, set()).add(str(other.object))
            if kind not in {one[1:-1] for one in found.pop(RDF_TYPE, set())}:
                continue
            found.pop(PREFIXES["rdfs"] + "label", None)
            if {(of, value) for of, values in found.items() for value in values} == pairs(fillers):
                return quad.subject.value
        return ""

    def _tell_joined(self, claim: str) -> None:
        positions = [quad.subject.value for quad in self.workspace.quads(None, WH + "attests", NamedNode(claim))]
        speakers = {self.workspace.value(one, "speaker") for one in positions}
        names = ", ".join(sorted(self.workspace.label(one) for one in speakers if one)[:3])
        others = {1: "one position is taken on it", 2: "two positions are taken on it"}.get(len(positions), f"{len(positions)} positions are taken on it")
        by = f", by {names}{' and others' if len(speakers) > 3 else ''}" if names else ""
        self.sentences.append(f"The claim {local(claim)} is there already: {others}{by}.")

    def _tell_otherwise(self, claim: str, values: Values) -> None:
        """Tell of positions that have the same words of the same speaker for the same claim, held otherwise."""
        wanted = pairs(values)
        place = {one for one in wanted if local(one[0]) in ("speaker", "document", "start", "end")}
        for iri, known in self._attestations(claim):
            others = sorted(one for one in known - wanted if local(one[0]) in ("polarity", "commitment", "mood"))
            if place <= known and others:
                held = ", ".join(self.workspace.forms.label(value[1:-1]) for _, value in others)
                self.sentences.append(f"The same words of the same speaker are saved already as {held} ({local(iri)}): both are kept.")

    def _new_claim(self, kind: str, fillers: Values) -> str:
        parts = [_part(value) for of in fillers for value in fillers[of] if of != WH + "namingKind"]
        words = "-".join(dict.fromkeys(part for part in parts if part))
        name = _named(fillers)
        iri = self._iri(f"claim-{kebab(local(kind))}-{words}", kind, name)
        self._create(iri, kind, fillers, name)
        return iri

    def _attestation(self, document: str, claim: str, values: Values) -> str:
        """Return the position on a claim with these values, which is created where there is none."""
        values = {WH + "attests": (NamedNode(claim),), **values}
        wanted = pairs(values)
        same = [iri for iri, block in self._attestations(claim) if block == wanted]
        if same:
            self.sentences.append(f"The position {local(same[0])} is there already.")
            return same[0]
        speaker = next((one.value for one in values.get(WH + "speaker", ())), "")
        writer = self.workspace.value(document, "writer")
        who = "writer" if speaker and speaker == writer else local(speaker)
        stem = f"attestation-{self.workspace.key(document)}-{who}-{local(claim).removeprefix('claim-')}"
        name = _named(values)
        iri = self._iri(stem, WH + "Attestation", name)
        self._create(iri, WH + "Attestation", values, name)
        self._attesting.setdefault(claim, []).append((iri, wanted))
        return iri

    def _attestations(self, claim: str) -> Iterable[tuple[str, frozenset[tuple[str, str]]]]:
        """Yield the positions on a claim: those of the graph, and those that are created."""
        for quad in self.workspace.quads(None, WH + "attests", NamedNode(claim)):
            found = self.workspace.quads(quad.subject.value, None)
            yield quad.subject.value, frozenset((one.predicate.value, str(one.object)) for one in found if one.predicate.value != RDF_TYPE)
        yield from self._attesting.get(claim, ())

    def _naming(self, one: Resolved, thing: str, start: int, end: int) -> None:
        """Add a naming where a form of a name is first seen in the document."""
        words = (self.workspace.text(one.document) or "")[start:end]
        form = " ".join(words.split())
        if (one.document, thing, form) in self._named or self._is_named(one.document, thing, form):
            return
        self._named.add((one.document, thing, form))
        known = [quad.subject.value for quad in self.workspace.quads(None, WH + "printedForm", Literal(form)) if self.workspace.value(quad.subject.value, "entity") == thing]
        fillers: Values = {WH + "entity": (NamedNode(thing),), WH + "printedForm": (Literal(form),), WH + "namingKind": (NamedNode(WH + self._naming_kind(thing, form)),)}
        key = (WH + "Naming", pairs(fillers))
        claim = self._claims[key] = known[0] if known else self._claims.get(key) or self._new_claim(WH + "Naming", fillers)
        stance = {of: one.stance[of] for of in _COPIED if of in one.stance}
        plain = {"polarity": "Affirmed", "commitment": "Stated", "mood": "Fact"}
        stance |= {WH + name: (NamedNode(WH + value),) for name, value in plain.items()}
        place = self._place(one.document, start, end, digest(words))
        self.generated |= {claim, self._attestation(one.document, claim, {**stance, WH + "printedAs": (Literal(form),), **place})}

    def _is_named(self, document: str, thing: str, form: str) -> bool:
        """Report whether somebody uses a form of a name in a document already."""
        return any(
            self.workspace.value(position.subject.value, "document") == document
            for naming in self.workspace.quads(None, WH + "printedForm", Literal(form))
            if self.workspace.value(naming.subject.value, "entity") == thing
            for position in self.workspace.quads(None, WH + "attests", NamedNode(naming.subject.value))
        )

    def _naming_kind(self, thing: str, form: str) -> str:
        """Return the local name of the kind of a form: the whole name, a part of it, or another one."""
        labels = {quad.object.value for quad in self.workspace.quads(thing, _SKOS + "prefLabel")} | {self._labels.get(thing, "")}
        bare = {label.removeprefix("the ") for label in labels}
        if form in labels or form in bare:
            return "FullName"
        return "ShortName" if any(form in label for label in labels) else "VariantName"

    def _place(self, document: str, start: int, end: int, passage: str) -> Values:
        numbers = {name: Literal(str(number), datatype=NamedNode(_XSD + "integer")) for name, number in (("start", start), ("end", end))}
        return {WH + "document": (NamedNode(document),), WH + "start": (numbers["start"],), WH + "end": (numbers["end"],), WH + "passageDigest": (Literal(passage),)}

    def _iri(self, stem: str, kind: str, name: str) -> str:
        base = self.workspace.base
        short = stem if len(stem) <= _LONGEST else stem[:_LONGEST].rpartition("-")[0]

        def is_taken(one: str) -> bool:
            return base + one in self.created or self.workspace.is_known(base + one) or self.workspace.is_retired(base + one, kind, name)

        wanted = short.strip("-")
        found = unique(wanted, is_taken, self._numbers.get(wanted, 1))
        self._numbers[wanted] = 1 if found == wanted else int(found.rpartition("-")[2])
        return base + found

    def _create(self, iri: str, kind: str, values: Values, name: str) -> None:
        self.created[iri] = (kind, name)
        triples = [(RDF_TYPE, NamedNode(kind)), *((of, value) for of, several in values.items() for value in several)]
        self.blocks.append(Block(iri, tuple(triples)))  # type: ignore[arg-type]


def _named(values: Values) -> str:
    """Return what tells a claim or position from others of its class."""
    return " ".join(sorted(f"{of} {value}" for of, value in pairs(values)))


def _part(value: NamedNode | Literal) -> str:
    """Return what a filler adds to the slug of its claim; what says that nothing is stated adds nothing."""
    if isinstance(value, Literal):
        return slug(value.value)
    name = local(value.value)
    return "" if name.endswith("NotStated") else kebab(name) if value.value.startswith(WH) else slug(name)


def _with_article(label: str) -> str:
    return f"{'an' if label[:1] in 'aeiou' else 'a'} {label}"
