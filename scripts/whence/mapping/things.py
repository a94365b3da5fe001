"""The things of a catalogue: records, what they name by id, and what they only name by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import NamedTuple

from whence.mapping.language import Filler, Mapping_
from whence.mapping.patterns import Pattern
from whence.mapping.records import Record
from whence.mapping.terms import Terms
from whence.mapping.writing import address, literal, local_name, short_digest, Writer
from whence.namespaces import spaced
from whence.rdf.terms import NOT_XML

#: A name of more characters is none. What a thing is called may have the name of its record behind it, and all is one literal.
LONGEST_NAME = 500

_CAUTION = "Entries with this name are taken for this record because no other record has the name."
#: Classes whose things by one name are one thing, and who can be only one of the last three.
_AGENTS = frozenset({"Agent", "Journalist", "Person", "Organization", "Group"})
#: The tag of words of no language (ISO 639-3), for an id that stands for a label.
_NO_LANGUAGE = "zxx"
#: The row of a class that stands in no table, which any other goes before.
_LAST_ROW = 1_000_000
#: White space, and characters that direct or join others and show nothing.
_UNSEEN = re.compile(r"[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*")


def visible(text: str) -> str:
    """Return a text without white space around it; an empty one where nothing of it is to be seen."""
    return "" if _UNSEEN.fullmatch(text) else text.strip()


def several(id: str) -> tuple[str, str]:
    """Return what is wrong where records share an id and are not one thing, and how to mend it: whose claims are whose is not known then."""
    problem = f"Several records have the id {id}, and differ in class or name, so nothing is made of them."
    return problem, "Give each record an id of its own, or name ids in [things] where several tell of one thing."


class Misfit(Exception):
    """Words that cannot fill their role; the text of it is a sentence, and `fix` says how to mend it."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.fix = fix


class Ref(NamedTuple):
    """What fills a role: a term, a literal, or a thing.

    :ivar term: as Turtle has it
    :ivar names: by what a selection may name the thing; empty for others
    :ivar id: of a record, or ""
    :ivar inside: the id of the record in whose fictional world it is, or ""; `whole` that of the record whose part it is
    :ivar printed: words that the term does not carry, and the position keeps
    """

    term: str
    names: tuple[str, ...] = ()
    id: str = ""
    cls: str = ""
    label: str = ""
    name: str = ""
    inside: str = ""
    whole: str = ""
    printed: str = ""


class _Known(NamedTuple):
    """A record that is a thing: its class, or "" where no record tells it, the one label of each language, and its other names."""

    cls: str
    labels: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


class Registry:
    """Knows every record that is a thing before the first claim is made, and writes each thing once, when a claim needs it.

    :ivar count: how many things were written; `unnamed` of them have no label in the files
    """

    def __init__(self, mapping: Mapping_, terms: Terms, writer: Writer) -> None:
        self._mapping, self._terms, self._writer = mapping, terms, writer
        self._prefix = mapping.pack.name
        #: The first words of the names that are made: of things without a record, claims, positions and what they need.
        self._families = {"agent", "attestation", "claim", "document", "editors", "identifier", "record", "world", *(spaced(one).split()[0] for one in terms.classes)}
        self._records: dict[str, _Known] = {}
        self._shared: Counter[tuple[str, str]] = Counter()
        #: Name to the id of the one record of an authority that has it, or None where several have it.
        self._named: dict[str, str | None] = {}
        self._written: dict[str, str] = {}
        self._told: set[str] = set()
        #: The ids that several records have which are not of one class, or not called the same.
        self.ambiguous: set[str] = set()
        #: The ids of records with a name that is too long.
        self.shortened: set[str] = set()
        #: Term of a thing to the terms of those that it is a part of.
        self._wholes: dict[str, set[str]] = {}
        #: Of things of which several records tell: the row of the table that gave the class, and the class that their roles give.
        self._rows: dict[str, int] = {}
        self._roles: dict[str, str] = {}
        self.count = 0
        self.unnamed = 0
        #: Undoes the escapes of the file that is being read.
        self.decode: Callable[[str], str] = str

    # What the records are

    def learn(self, record: Record) -> None:
        """Note what a record is and what it is called."""
        cls, things = self.class_of(record), self._mapping.things
        if things.ids is not None:
            self._learn_more(record, cls)
        if not cls or things.ids is not None:
            return
        labels, others = self._labels(record)
        known = self._records.get(record.id, _Known(cls, (), ()))
        called = {language.lower(): text for text, language in labels}
        if known.cls != cls or any(called.get(language.lower(), text) != text for text, language in known.labels):
            self.ambiguous.add(record.id)
        self._records[record.id] = now = self._with_names(known, labels, others)
        self._shared.update(now.labels[len(known.labels) :])
        if self.kind(record) in things.authority:
            for text, _ in labels:
                name = self.plain(text)
                self._named[name] = record.id if self._named.get(name, record.id) == record.id else None

    def _learn_more(self, record: Record, cls: str) -> None:
        """Note what one of several records tells of a thing: the class of the first row of the table that fits any, and labels."""
        known = self._records.get(record.id, _Known("", (), ()))
        labels, others = self._labels(record)
        row = self._row(record) if cls else 0
        if cls and row < self._rows.get(record.id, row + 1):
            self._rows[record.id] = row
            known = known._replace(cls=cls)
        if known.cls or known.labels or labels:
            self._records[record.id] = self._with_names(known, labels, others)

    def _with_names(self, known: _Known, labels: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> _Known:
        """Return what is known of a thing with the names that another record has: one label of each language, the first, and all others as other names."""
        languages = {language.lower() for _, language in known.labels}
        more = tuple(one for one in labels if one[1].lower() not in languages)
        later = tuple(one for one in (*labels, *others) if one not in known.labels + more + known.others)
        return known._replace(labels=known.labels + more, others=known.others + later)

    def names(self, record: Record) -> tuple[str, ...]:
        """Return what a record can be chosen by: its id, its address, and its labels."""
        return record.id, self._mapping.pack.base + record.id, *(text for text, _ in self._labels(record)[0])

    def _row(self, record: Record) -> int:
        """Return the first row of the table of classes that a record fits."""
        filler = self._mapping.things.classes[self.kind(record)]
        rows = list(filler.table.exact) if filler.table else []
        found = [rows.index(text) for value in record.fields.get(filler.value, ()) if (text := self.text(value.text)) in rows]
        return min(found, default=_LAST_ROW)

    def suggest(self, id: str, cls: str) -> None:
        """Note that a thing fills a role of a class, for things whose class no record tells; the narrower class stays."""
        before = self._roles.get(id)
        if before is None or before in self._terms.above(cls):
            self._roles[id] = cls

    def name(self, id: str) -> str:
        """Return what a thing is called by the files, in the language of the catalogue if they can, or its id."""
        known = self._records.get(id)
        labels = {language: text for text, language in known.labels} if known else {}
        return labels.get(self._mapping.pack.language) or next(iter(labels.values()), id)

    def _labels(self, record: Record) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Return the one label of each language in a record, and its other names."""
        things = self._mapping.things
        chosen, others = dict[str, tuple[str, str]](), list[tuple[str, str]]()
        for name in self.names_in(self.kind(record)):
            for value in record.fields.get(name, ()):
                text, language = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", self.text(value.text)), value.language or things.languages.get(name, self._mapping.pack.language)
                if len(text) > LONGEST_NAME:
                    self.shortened.add(record.id)
                    text = text[:LONGEST_NAME]
                if text and (language in things.readings or chosen.setdefault(language.lower(), (text, language))[0] != text):
                    others.append((text, language))
        return tuple(chosen.values()), tuple(dict.fromkeys(others))

    def names_in(self, kind: str) -> tuple[str, ...]:
        """Return the fields that hold names in records of a kind."""
        things = self._mapping.things
        return things.labels if not things.naming or kind in things.naming else ()

    def kind(self, record: Record) -> str:
        """Return the value that tells what kind of record it is, or ""."""
        values = record.fields.get(self._mapping.things.kind)
        return self.text(values[0].text) if values else ""

    def class_of(self, record: Record) -> str:
        """Return the class of a record, or "" where it is no thing."""
        found = self._mapping.things.classes.get(self.kind(record))
        if found is None or found.kind == "term":
            return found.value if found else ""
        values = record.fields.get(found.value, ())
        return next((cls for cls in (found.table.get(self.text(value.text)) for value in values) if cls), found.otherwise)  # type: ignore[union-attr]

    def text(self, words: str) -> str:
        """Return what words stand for, without white space around them; an empty text where nothing of them is to be seen."""
        return visible(self.decode(words))

    def plain(self, name: str) -> str:
        """Return a name as it is compared: white space as one space, and none where the mapping says that it tells nothing."""
        name = re.sub(r"\s+", " ", name)
        return self._mapping.things.spaces.sub("", name) if self._mapping.things.spaces else name

    # What is named

    def record(self, id: str, cls: str = "", missing: str = "", label: str = "") -> Ref:
        """Return a thing by the id of its record.

        :param cls: of what class it must be, or "" where any will do
        :param missing: of what class it is where no file has the record, and `label` what it is called then
        :raises Misfit: the record is of another class, or there is none and nothing says of what class it is
        """
        known, ids = self._records.get(id), self._mapping.things.ids
        if id in self.ambiguous:
            raise Misfit(*several(id))
        if ids is not None:
            return self._item(id, known, cls, missing, ids)
        if known is not None:
            if cls and not self._fits(known.cls, cls):
                raise Misfit(f"{known.labels[0][0] if known.labels else id} (record {id}) is of the class {known.cls}, not {cls}.", "Correct the value, or the class that the mapping gives.")
            narrower = cls if cls and known.cls != cls and known.cls in self._terms.above(cls) else known.cls
            return Ref(self._record_term(id), (id, *(text for text, _ in known.labels)), id, narrower, self._apart(id, known)[0][0])
        if not missing:
            raise Misfit(f"Of what class the record {id} is, no file and no rule tells.", "Add the file that has it, or give its class in [things.classes].")
        shown = label or self._missing(id)
        return Ref(self._record_term(id), (id,), id, missing, shown)

    def _missing(self, id: str) -> str:
        """Return what a record is called that no file has."""
        return self._mapping.things.missing.replace("{id}", id)

    def _item(self, id: str, known: _Known | None, cls: str, missing: str, ids: Pattern) -> Ref:
        """Return a thing of which several records tell, or none: its class is what they say, else what its roles say.

        :raises Misfit: it is of another class, nothing says of what class it is, or the words are no id
        """
        if not ids.fullmatch(id):
            raise Misfit(f"`{id[:60]}` is no id of a thing.", "Correct the value; only ids can fill this role.")
        found = (known.cls if known else "") or self._roles.get(id) or missing
        if not found:
            raise Misfit(f"Nothing in the files says of what class {id} is.", "Add a file that says so, or the class that it has there to the mapping.")
        if cls and not self._fits(found, cls):
            raise Misfit(f"{id} is of the class {found}, not {cls}.", "Correct the value, or the class that the mapping gives.")
        labels = known.labels if known else ()
        return Ref(self._record_term(id), (id, *(text for text, _ in labels)), id, found, self.name(id))

    def thing(self, name: str, filler: Filler, record: Ref | None) -> Ref:
        """Return a thing by its name: the one record of an authority that has it, else one of its own.

        :param record: the record that names it
        :raises Misfit: the record is of another class
        """
        name = self.plain(name)
        if filler.cls in _AGENTS and (id := self._named.get(name)):
            return self.record(id, filler.cls)._replace(name=name)
        family = "agent" if filler.cls in _AGENTS else spaced(filler.cls).replace(" ", "-")
        inside = local_name(record.id) if filler.within and record else ""
        local = "-".join(part for part in (family, inside, local_name(name)) if part)
        label = (filler.label or "{name}").replace("{name}", name).replace("{record}", record.label if record else "")
        world = record.id if filler.world and record else ""
        return Ref(self._term(local), (local, name), "", filler.cls, label, name, world, record.id if filler.part and record else "")

    def _fits(self, cls: str, wanted: str) -> bool:
        """Tell whether a thing of one class can be of another: below it, or an agent of no kind yet."""
        return wanted in self._terms.above(cls) or (cls == "Agent" and wanted in _AGENTS)

    def _record_term(self, id: str) -> str:
        """Return the term of a record: its id, kept apart from the names that are made here, such as agent-… and document-…."""
        local = local_name(id)
        return self._term(f"record-{local}" if local.partition("-")[0] in self._families else local)

    def _term(self, local: str) -> str:
        return f"{self._prefix}:{local}"

    # Writing

    def write(self, ref: Ref) -> None:
        """Write a thing unless it is written, and what this mention adds to it."""
        before = self._written.get(ref.term)
        if before is None:
            self._written[ref.term] = ref.cls
            self.count += 1
            (self._write_record if ref.id else self._write_named)(ref)
        elif ref.cls != before and before in self._terms.above(ref.cls):
            self._written[ref.term] = ref.cls
            self._writer.block("things", ref.term, [f"a wh:{ref.cls}"])
        if ref.id and ref.name and self._mapping.things.identifier and ref.term not in self._told:
            self._told.add(ref.term)
            self._writer.block("things", self._identifier(ref.id), [f"wh:caution {literal(_CAUTION)}"])

    def check(self, role: str, ref: Ref) -> None:
        """Ask whether a thing may fill a role, or be a property of a position.

        :raises Misfit: the ontology takes things of other classes there
        """
        wanted = self._terms.ranges.get(role, frozenset())
        if ref.cls and wanted and not any(self._fits(ref.cls, one) for one in wanted):
            article = "An" if ref.cls[0] in "AEIOU" else "A"
            fix = f"Correct the value, or the class in the mapping; {', '.join(sorted(wanted))} can."
            raise Misfit(f"{article} {ref.cls} ({ref.label or ref.id}) cannot fill {role}.", fix)

    def include(self, part: Ref, whole: Ref) -> None:
        """Note that one thing is a part of another.

        :raises Misfit: the other is a part of it already, or is it
        """
        seen, waiting = set[str](), [whole.term]
        while waiting:
            term = waiting.pop()
            if term == part.term:
                raise Misfit(f"{part.label or part.id} would be a part of itself.", "Correct which of the two is part of the other.")
            if term not in seen:
                seen.add(term)
                waiting += self._wholes.get(term, ())
        self._wholes.setdefault(part.term, set()).add(whole.term)

    def is_written(self, ref: Ref) -> bool:
        """Tell whether it is a thing that is written."""
        return ref.term in self._written

    def clash(self, ref: Ref) -> bool:
        """Tell whether a thing is written with a class that shuts out the one of this mention."""
        before = self._written.get(ref.term, ref.cls)
        return not (self._fits(before, ref.cls) or self._fits(ref.cls, before))

    def _write_record(self, ref: Ref) -> None:
        told = _NO_LANGUAGE if ref.label in (ref.id, self._missing(ref.id)) else self._mapping.pack.language
        known = (self._records.get(ref.id) or _Known(ref.cls, ((ref.label, told),), ()))._replace(cls=ref.cls)
        self.unnamed += not known.labels or known.labels[0][1] == _NO_LANGUAGE
        things, apart = self._mapping.things, self._apart(ref.id, known)
        others = [one for one in dict.fromkeys((*known.labels, *known.others)) if one not in apart]
        lines = [f"a wh:{ref.cls}", "skos:prefLabel " + " , ".join(literal(*one) for one in apart)]
        if others:
            lines.append("skos:altLabel " + " , ".join(literal(*one) for one in others))
        further = len(apart) - 1 + max(len(others) - 1, 0)
        if things.match:
            lines.append(f"skos:exactMatch <{address(things.match, ref.id)}>")
        if things.identifier:
            lines.append(f"wh:identifier {self._identifier(ref.id)}")
            what = ["a wh:Identifier", f"wh:scheme {literal(things.identifier)}", f"wh:identifierValue {literal(ref.id)}"]
            self._writer.block("things", self._identifier(ref.id), [*what, f"wh:verifiedIn {literal(self._mapping.pack.source)}"])
        if "Concept" in self._terms.above(ref.cls):
            lines += self._concept(ref, apart)
            further += len(apart) - 1
        self._writer.block("things", ref.term, lines, further)

    def _concept(self, ref: Ref, labels: list[tuple[str, str]]) -> list[str]:
        """Return what a concept has besides: its vocabulary, which is written once, and what it means."""
        pack, what = self._mapping.pack, spaced(ref.cls)
        scheme = self._term(f"{local_name(what)}-vocabulary")
        if scheme not in self._written:
            self._written[scheme] = ""
            title = literal(f"{pack.title}: {what}", "en")
            self._writer.block("things", scheme, ["a skos:ConceptScheme", f"rdfs:label {title}", f"dcterms:license <{pack.licence}>"])
        named = " , ".join(literal(*one) for one in labels)
        return [f"rdfs:label {named}", f"skos:definition {literal(f'What {pack.title} names so as a {what}.', 'en')}", f"skos:inScheme {scheme}"]

    def _apart(self, id: str, known: _Known) -> list[tuple[str, str]]:
        """Return the labels of a record, with its id behind those that other records have too."""
        if self._mapping.things.ids is not None:
            return list(known.labels) or [(id, _NO_LANGUAGE)]
        return [(text if self._shared[text, language] < 2 else f"{text} ({id})", language) for text, language in known.labels] or [(id, _NO_LANGUAGE)]

    def _write_named(self, ref: Ref) -> None:
        pack, label = self._mapping.pack, ref.label
        if self._shared[label, pack.language]:
            label = f"{label} ({ref.cls.lower()})"
        if self._shared[label, pack.language]:
            label = f"{ref.label} ({short_digest(ref.term, 6)})"
        self._shared[label, pack.language] += 1
        lines = [f"a wh:{ref.cls}", f"skos:prefLabel {literal(label, pack.language)}"]
        if ref.name != label and not ref.whole:
            lines.append(f"skos:altLabel {literal(ref.name, pack.language)}")
        if pack.assumption and ref.cls in _AGENTS:
            lines.append(f"wh:description {literal(pack.assumption)}")
        if ref.inside:
            lines.append(f"wh:inWorld {self._world(ref.inside)}")
        if ref.whole:
            whole = self.record(ref.whole)
            self.write(whole)
            lines.append(f"wh:partOf {whole.term}")
        self._writer.block("things", ref.term, lines)

    def _world(self, id: str) -> str:
        """Return the world of a work, written once."""
        work = self.record(id)
        term = self._term(f"world-{local_name(id)}")
        if term not in self._written:
            self.write(work)
            self._written[term] = "FictionalWorld"
            self.count += 1
            label = literal(f"world of {work.label} ({id})", "en")
            self._writer.block("things", term, ["a wh:FictionalWorld", f"skos:prefLabel {label}", f"wh:worldOf {work.term}"])
        return term

    def _identifier(self, id: str) -> str:
        apart = f"-{short_digest(id, 6)}" if id != id.upper() else ""  # of ids that differ by case alone
        return self._term(f"identifier-{local_name(id).lower()}{apart}-{self._prefix}")


def is_selected(ref: Ref, only: Collection[str], base: str) -> str | None:
    """Return by what a selection names a thing, or None."""
    return next((name for name in (*ref.names, *(base + name for name in ref.names[:1])) if name in only), None)
