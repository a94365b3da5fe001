"""The things of a catalogue: records, what they name by id, and what they only name by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from whence.mapping.language import Filler, Mapping_
from whence.mapping.records import Record
from whence.mapping.terms import Terms
from whence.mapping.writing import literal, local_name, short_digest, Writer

__all__ = ["Misfit", "Ref", "Registry"]

_CAUTION = "Entries with this name are taken for this record because no other record has the name."
#: Classes whose things by one name are one thing, and who can be only one of the last three.
_AGENTS = frozenset({"Agent", "Journalist", "Person", "Organization", "Group"})
_KINDS = frozenset({"Person", "Organization", "Group"})


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
    :ivar printed: words that the term does not carry, and the position keeps
    """

    term: str
    names: tuple[str, ...] = ()
    id: str = ""
    cls: str = ""
    label: str = ""
    name: str = ""
    inside: str = ""
    printed: str = ""


class _Known(NamedTuple):
    """A record that is a thing: its class, the one label of each language, and its other names."""

    cls: str
    labels: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


class Registry:
    """Knows every record that is a thing before the first claim is made, and writes each thing once, when a claim needs it.

    :ivar count: how many things were written
    """

    def __init__(self, mapping: Mapping_, terms: Terms, writer: Writer) -> None:
        self._mapping, self._terms, self._writer = mapping, terms, writer
        self._prefix = mapping.pack.name
        self._records: dict[str, _Known] = {}
        self._shared: Counter[tuple[str, str]] = Counter()
        #: Name to the id of the one record of an authority that has it, or None where several have it.
        self._named: dict[str, str | None] = {}
        self._written: dict[str, str] = {}
        self._told: set[str] = set()
        self.count = 0

    # What the records are

    def learn(self, record: Record) -> None:
        """Note what a record is and what it is called."""
        cls, things = self.class_of(record), self._mapping.things
        if not cls:
            return
        chosen, others = dict[str, str](), list[tuple[str, str]]()
        for name in things.labels:
            for value in record.fields.get(name, ()):
                text, language = self.text(value.text), value.language or self._mapping.pack.language
                if not text:
                    continue
                if language in things.readings or chosen.setdefault(language, text) != text:
                    others.append((text, language))
        labels = tuple((text, language) for language, text in chosen.items())
        self._records[record.id] = _Known(cls, labels, tuple(dict.fromkeys(others)))
        self._shared.update(labels)
        if self.kind(record) in things.authority:
            for text, _ in labels:
                name = self.plain(text)
                self._named[name] = record.id if self._named.get(name, record.id) == record.id else None

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
        """Return what words stand for, without white space around them."""
        return self._mapping.reader.decode(words).strip()

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
        known = self._records.get(id)
        if known is not None:
            if cls and not self._fits(known.cls, cls):
                raise Misfit(f"{known.labels[0][0] if known.labels else id} (record {id}) is of the class {known.cls}, not {cls}.", "Correct the value, or the class that the mapping gives.")
            narrower = cls if cls and known.cls != cls and known.cls in self._terms.above(cls) else known.cls
            return Ref(self._term(local_name(id)), (id, *(text for text, _ in known.labels)), id, narrower, self._apart(id, known)[0][0])
        if not missing:
            raise Misfit(f"There is no record {id}.", "Add the file that has it, or give the class in the mapping.")
        shown = label or self._mapping.things.missing.replace("{id}", id)
        return Ref(self._term(local_name(id)), (id,), id, missing, shown)

    def thing(self, name: str, filler: Filler, record: Ref | None) -> Ref:
        """Return a thing by its name: the one record of an authority that has it, else one of its own.

        :param record: the record that names it
        :raises Misfit: the record is of another class
        """
        name = self.plain(name)
        if filler.cls in _AGENTS and (id := self._named.get(name)):
            return self.record(id, filler.cls)._replace(name=name)
        family = "agent" if filler.cls in _AGENTS else re.sub(r"(?<=[a-z])(?=[A-Z])", "-", filler.cls).lower()
        inside = record.id if filler.within and record else ""
        local = "-".join(part for part in (family, inside, local_name(name)) if part)
        label = (filler.label or "{name}").replace("{name}", name).replace("{record}", record.label if record else "")
        world = record.id if filler.world and record else ""
        return Ref(self._term(local), (local, name), "", filler.cls, label, name, world)

    def _fits(self, cls: str, wanted: str) -> bool:
        """Tell whether a thing of one class can be of another: below it, or an agent of no kind yet."""
        return wanted in self._terms.above(cls) or (cls == "Agent" and wanted in _AGENTS)

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
            self._writer.block("things", ref.term, [f"a wh:{ref.cls}"], 1)
        if ref.id and ref.name and self._mapping.things.identifier and ref.term not in self._told:
            self._told.add(ref.term)
            self._writer.block("things", self._identifier(ref.id), [f"wh:caution {literal(_CAUTION)}"], 1)

    def clash(self, ref: Ref) -> bool:
        """Tell whether a thing is written with a class that shuts out the one of this mention."""
        before = self._written.get(ref.term, ref.cls)
        return before != ref.cls and bool({before, ref.cls} <= _KINDS)

    def _write_record(self, ref: Ref) -> None:
        known = self._records.get(ref.id) or _Known(ref.cls, ((ref.label, self._mapping.pack.language),), ())
        things, apart = self._mapping.things, self._apart(ref.id, known)
        others = [one for one in dict.fromkeys((*known.labels, *known.others)) if one not in apart]
        lines = [f"a wh:{ref.cls}", "skos:prefLabel " + " , ".join(literal(*one) for one in apart)]
        if others:
            lines.append("skos:altLabel " + " , ".join(literal(*one) for one in others))
        triples = 1 + len(apart) + len(others)
        if things.match:
            lines.append(f"skos:exactMatch <{things.match.replace('{id}', ref.id)}>")
            triples += 1
        if things.identifier:
            lines.append(f"wh:identifier {self._identifier(ref.id)}")
            triples += 1
            what = ["a wh:Identifier", f"wh:scheme {literal(things.identifier)}", f"wh:identifierValue {literal(ref.id)}"]
            self._writer.block("things", self._identifier(ref.id), [*what, f"wh:verifiedIn {literal(self._mapping.pack.source)}"], 4)
        self._writer.block("things", ref.term, lines, triples)

    def _apart(self, id: str, known: _Known) -> list[tuple[str, str]]:
        """Return the labels of a record, with its id behind those that other records have too."""
        return [(text if self._shared[text, language] < 2 else f"{text} ({id})", language) for text, language in known.labels] or [(id, "zxx")]

    def _write_named(self, ref: Ref) -> None:
        pack, label = self._mapping.pack, ref.label
        if self._shared[label, pack.language]:
            label = f"{label} ({ref.cls.lower()})"
        if self._shared[label, pack.language]:
            label = f"{ref.label} ({short_digest(ref.term, 6)})"
        self._shared[label, pack.language] += 1
        lines, triples = [f"a wh:{ref.cls}", f"skos:prefLabel {literal(label, pack.language)}"], 2
        if ref.name != label:
            lines.append(f"skos:altLabel {literal(ref.name, pack.language)}")
            triples += 1
        if pack.assumption and ref.cls in _AGENTS:
            lines.append(f"wh:description {literal(pack.assumption)}")
            triples += 1
        if ref.inside:
            lines.append(f"wh:inWorld {self._world(ref.inside)}")
            triples += 1
        self._writer.block("things", ref.term, lines, triples)

    def _world(self, id: str) -> str:
        """Return the world of a work, written once."""
        work = self.record(id)
        term = self._term(f"world-{id}")
        if term not in self._written:
            self.write(work)
            self._written[term] = "FictionalWorld"
            self.count += 1
            label = literal(f"world of {work.label} ({id})", "en")
            self._writer.block("things", term, ["a wh:FictionalWorld", f"skos:prefLabel {label}", f"wh:worldOf {work.term}"], 3)
        return term

    def _identifier(self, id: str) -> str:
        return self._term(f"identifier-{local_name(id).lower()}-{self._prefix}")


def is_selected(ref: Ref, only: Collection[str], base: str) -> str | None:
    """Return by what a selection names a thing, or None."""
    return next((name for name in (*ref.names, *(base + name for name in ref.names[:1])) if name in only), None)
