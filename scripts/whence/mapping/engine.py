"""Makes claims, positions and things of the records of published files, as a mapping says.

The files are read twice: first to know which records there are and what they are called, then to make the claims, which are
written as they are made. What is held in memory grows with the number of things and claims, not with the text.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from glob import glob
from hashlib import sha256

from whence.did_you_mean import nearest
from whence.errors import InputError
from whence.mapping.language import Files, Form, Mapping_, PositionRule, Rule, load
from whence.mapping.leftovers import Leftovers
from whence.mapping.patterns import ANY, Pattern
from whence.mapping.records import Malformed, Record, Value
from whence.mapping.roles import Fillings
from whence.mapping.sources import Source, read, sources
from whence.mapping.terms import Terms
from whence.mapping.things import LONGEST_NAME, Misfit, Ref, Registry, is_selected, several, visible
from whence.mapping.writing import Writer, few_words, literal, local_name, short_digest
from whence.namespaces import spaced
from whence.rdf.terms import NOT_XML
from whence.store.layout import bundled
from whence.store.toml import Toml

#: Called with what is done, what there is to do (code points and bytes, about), and the name of the file.
Progress = Callable[[int, int, str], None]

_MAPPINGS = os.path.join(os.path.dirname(__file__), "bundled")
_WHITE = " \t\u3000"
_EVERY = 2_000
#: The roles that no thing fills both of, by class of claims, as the check compared-with-itself has it.
APART = {
    "Influence": ("influenced", "influencer"), "Adaptation": ("derivative", "basis"), "Likeness": ("compared", "comparedWith"),
    "Recommendation": ("toAudienceOf", "recommended"), "Blend": ("subject", "ingredient"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A published file that was read.

    :ivar name: its file name; `path` is where it was read from, and `member` its name within a zip, or ""
    :ivar digest: `sha256:` and the digest of its text; `length` in code points
    :ivar document: the IRI of the document that stands for it
    """

    name: str
    path: str
    member: str
    digest: str
    length: int
    document: str


@dataclass(slots=True)
class Made:
    """What was made: what the mapping says of the catalogue, the files, and how much there is of everything.

    :ivar unmet: fields that a rule, or `[things]`, reads and no record has, or names in braces that are no group either, each with the one that was probably meant, or ""
    """

    title: str
    base: str
    source: str
    version: str
    licence: str
    notice: str
    files: list[File] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unmet: dict[str, str] = field(default_factory=dict)


def names_of_mappings() -> list[str]:
    """Return the names of the mappings that come with whence, sorted."""
    return sorted(name.removesuffix(".toml") for name in os.listdir(_MAPPINGS) if name.endswith(".toml"))


def run(
    files: list[str],
    mapping: str,
    folder: str,
    *,
    name: str = "",
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    ontology: Iterable[str] | None = None,
) -> Made:
    """Write what a mapping makes of published files into a folder, and return what was made.

    `data/*.ttl` has things, claims and positions; `unmapped.tsv` the fields without a rule, counted; `findings.tsv` what is
    malformed, with its place; `mapping.toml` the mapping. The same files, mapping and selection give the same bytes.

    :param files: paths of files, and of zips that hold some
    :param mapping: a file, or the name of one that comes with whence
    :param name: the name of the pack, where it is not the mapping's own
    :param only: ids or names of things; only what involves one of them is made
    :param ontology: the files of the ontology and its shapes; None for the one that comes with whence
    :raises InputError: nothing can be made: a file cannot be read, the mapping is wrong, or no record is in the files
    """
    here = os.path.join(bundled(), "ontology")
    terms = Terms(ontology if ontology is not None else [os.path.join(here, "whence.ttl"), os.path.join(here, "shapes", "claims.ttl"), *sorted(glob(os.path.join(here, "vocab", "*.ttl")))])
    loaded = load(_mapping_file(mapping), terms, _mapping_file)
    if name and name != loaded.pack.name:
        loaded = loaded.renamed(name)
    chosen = [(source, how) for source in sources(files) if (how := loaded.files_of(source.name)) is not None]
    chosen.sort(key=lambda one: one[1].names)
    if not chosen:
        raise InputError("None of the files is one that this mapping reads.", fix="Name the published files, or the zips that hold them.", file=", ".join(files))
    os.makedirs(folder, exist_ok=True)
    with Leftovers(folder) as leftovers:
        engine = _Engine(loaded, terms, folder, only, leftovers, progress)
        made = engine.make(chosen)
    with open(os.path.join(folder, "mapping.toml"), "w", encoding="utf-8", newline="") as stream:
        stream.write(loaded.text)
    return made


def pack_name(mapping: str) -> str:
    """Return what a mapping calls the pack that it makes, unchecked; an empty text where it does not say.

    :param mapping: the name of a mapping that comes with whence, or the path of one
    :raises InputError: there is none, or it is no TOML
    """
    pack = Toml(_mapping_file(mapping)).table().get("pack")
    name = pack.get("name") if isinstance(pack, dict) else None
    return name if isinstance(name, str) else ""


def _mapping_file(mapping: str) -> str:
    inside = os.path.join(_MAPPINGS, f"{mapping}.toml")
    if re.fullmatch(r"[\w-]+", mapping) and os.path.isfile(inside):
        return inside
    if not os.path.exists(mapping):
        raise InputError("There is no such mapping.", fix=f"Name a file, or one of {', '.join(names_of_mappings())}.", file=mapping)
    return mapping


class _Engine:
    """Makes one pack."""

    def __init__(self, mapping: Mapping_, terms: Terms, folder: str, only: Collection[str] | None, leftovers: Leftovers, progress: Progress | None) -> None:
        self.mapping, self.left, self._progress = mapping, leftovers, progress
        pack = mapping.pack
        self._prefix = pack.name
        self._writer = Writer(os.path.join(folder, "data"), {pack.name: pack.base})
        self.things = Registry(mapping, terms, self._writer)
        self.fillings = Fillings(self.things)
        self._only = {re.sub(r"^<|>$", "", one) for one in only} if only is not None else None
        self._met: set[str] = set()
        self._speakers: set[str] = set()
        self._speaker = ""
        self._reading: tuple[Source, Files] | None = None
        self._claims: set[bytes] = set()
        self._positions = 0
        self._by_kind: dict[str, dict[str, list[Rule]]] = {}
        self._made = Made(pack.title, pack.base, pack.source, pack.version, pack.licence, pack.notice)

    def make(self, chosen: list[tuple[Source, Files]]) -> Made:
        """Read the files twice and write everything."""
        whole, done, fields = 2 * sum(source.size for source, _ in chosen), 0, set[str]()
        for source, how in chosen:
            for record in self._records(source, how, read(source), done, whole):
                if isinstance(record, Record):
                    fields.update(record.fields)
                    self.things.learn(record)
                    self._suggest(record)
            done += source.size
        if fields:  # else no record could be read, which is told
            self._compare(fields)
        keys: dict[str, int] = {}
        for source, how in chosen:
            self._file(source, how, keys, done, whole)
            done += source.size
        if self.things.unnamed:
            self.left.unmapped("label", "", "no label in the files, so the id stands for it", self.things.unnamed, "")
        for missed in sorted((self._only or set()) - self._met):
            self.left.finding("", 1, 1, 0, "", "", f"Nothing in the files is called {missed}.", "Write an id or a name as the catalogue has it.", missed)
        self._writer.close()
        counts = {"statements": self._writer.triples, "claims": len(self._claims), "attestations": self._positions, "things": self.things.count}
        self._made.counts = {**counts, "unmapped": self.left.unmapped_values, "findings": self.left.findings}
        return self._made

    def _compare(self, fields: set[str]) -> None:
        """Keep what the mapping reads and no record has."""
        things = self.mapping.things
        unmet = dict.fromkeys({things.kind} - {""} | {*things.labels}, fields)
        for rule in self.mapping.rules:
            groups = {name for form in rule.forms for name in form.pattern.groups}
            unmet |= dict.fromkeys(rule.beside | {*rule.fields}, groups | fields)
        self._made.unmet |= {name: nearest(name, sorted(known)) or "" for name, known in unmet.items() if name not in fields}

    def _suggest(self, record: Record) -> None:
        """Note the classes that the roles of a record give things of which several records tell."""
        if self.mapping.things.ids is None:
            return
        for name, rules in self.rules(self.things.kind(record)).items():
            for form in (form for rule in rules if name in record.fields and self.holds(rule, record) for form in rule.forms):
                wanted = [filler for filler in form.fillers.values() if filler.missing]
                for match in filter(None, (form.pattern.fullmatch(value.text) for value in record.fields[name] if wanted)):
                    for filler in wanted:
                        for id in self.fillings.ids(filler, match, record, name):
                            self.things.suggest(id, filler.missing)

    def holds(self, rule: Rule | PositionRule, record: Record) -> bool:
        """Tell whether a record has what a rule asks for."""
        return all(any(self.things.text(value.text) in wanted for value in record.fields.get(at, ())) for at, wanted in rule.when.items())

    def _records(self, source: Source, how: Files, text: str, done: int, whole: int) -> Iterator[Record | Malformed]:
        """Yield the records of a file, and tell how far it is."""
        self.things.decode = how.reader.decode
        for number, record in enumerate(how.reader.read(text)):
            if self._progress is not None and number % _EVERY == 0:
                self._progress(done + source.size * record.end // max(1, len(text)), whole, source.name)
            if isinstance(record, Record) and len(record.id) > LONGEST_NAME:
                yield Malformed(record.start, record.end, f"The id of the record has {len(record.id):,} characters.", f"Give it an id of {LONGEST_NAME} characters at most.")
            elif isinstance(record, Record) and NOT_XML.search(record.id):
                yield Malformed(record.start, record.end, "The id of the record has a character that no text may hold.", "Remove the control character or half of a surrogate pair.")
            elif isinstance(record, Record) and not visible(record.id):
                yield Malformed(record.start, record.end, "The id of the record is empty.", "Give the record its id, or leave it out.")
            else:
                yield record

    def _editors(self, named: str) -> str:
        """Return who speaks in a file, written once: the editors of the catalogue, or who is named for it."""
        term = f"{self._prefix}:{local_name(named).lower() if named else 'editors'}"
        if term not in self._speakers:
            self._speakers.add(term)
            self._writer.block("things", term, ["a wh:Group", f"skos:prefLabel {literal(named or self.mapping.pack.editors, 'en')}"])
        return term

    def _file(self, source: Source, how: Files, keys: dict[str, int], done: int, whole: int) -> None:
        """Write the document of a file and what its records claim."""
        text, self._speaker, self._reading = read(source), self._editors(how.editors), (source, how)
        found = self.mapping.document.search(source.name) if self.mapping.document else None
        key = re.sub(r"[^a-z0-9]+", "-", (found[0] if found else source.name).lower()).strip("-") or "file"
        keys[key] = keys.get(key, 0) + 1
        key = key if keys[key] == 1 else f"{key}-{keys[key]}"
        digest, title = f"sha256:{sha256(text.encode()).hexdigest()}", f"{how.title or self.mapping.pack.title}: {source.name}"
        lines = ["a wh:Dataset", f"dcterms:title {literal(title, 'en')}", f"wh:fileName {literal(source.name)}", f'wh:textDigest "{digest}"']
        document = f"{self._prefix}:document-{key}"
        if text:
            self._writer.block("things", document, [*lines, f"wh:textLength {len(text)}", f"wh:writer {self._speaker}"])
        self._made.files.append(File(source.name, source.path, source.member, digest, len(text), f"{self.mapping.pack.base}document-{key}"))
        self.left.open(source.name, text)
        for record in self._records(source, how, text, done, whole):
            if isinstance(record, Malformed):
                self.left.broken(record.start, record.end, "", "", record.problem, record.fix)
            else:
                _RecordMaker(self, record, text, key).make()

    @property
    def reads_names(self) -> bool:
        """Whether the file that is read only says what things are called."""
        return self._reading is not None and self._reading[1].names

    def reads(self, files: Pattern | None) -> bool:
        """Tell whether the file that is read is one of some."""
        return files is None or (self._reading is not None and files.search(self._reading[0].name) is not None)

    def rules(self, kind: str) -> dict[str, list[Rule]]:
        """Return field to the rules that read it in records of a kind."""
        found = self._by_kind.get(kind)
        if found is None:
            found = self._by_kind[kind] = {}
            for rule in self.mapping.rules:
                if rule.records is None or kind in rule.records:
                    for name in rule.fields:
                        found.setdefault(name, []).append(rule)
        return found

    def selects(self, refs: Iterable[Ref]) -> bool:
        """Tell whether one of some things is wanted; files of names are for every thing that is written."""
        refs = list(refs)
        if self.reads_names:
            return any(self.things.is_written(ref) for ref in refs)
        if self._only is None:
            return True
        named = [name for ref in refs if (name := is_selected(ref, self._only, self.mapping.pack.base))]
        self._met.update(named)
        return bool(named)

    def selects_record(self, record: Record) -> bool:
        """Tell whether a record is wanted for itself, so that what it leaves over is told."""
        if self._only is None:
            return True
        try:
            return self.selects([self.things.record(record.id)])
        except Misfit:
            named = self._only.intersection(self.things.names(record))
            self._met |= named
            return bool(named)

    def claim(self, form: Form, fillers: dict[str, Ref]) -> str:
        """Return the claim of some fillers; write it unless it is written."""
        key = f"{form.claim} " + " ".join(f"{role}={ref.term}" for role, ref in sorted(fillers.items()))
        readable = [spaced(form.claim).replace(" ", "-")]
        locals_ = [ref.term.partition(":")[2].lower() for role, ref in sorted(fillers.items()) if not ref.term.startswith('"')]
        readable += [local for local in locals_ if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", local) and len(local) <= 40]
        name = f"{self._prefix}:claim-{'-'.join(readable)[:100].rstrip('-')}-{short_digest(key, 10)}"
        known = sha256(key.encode()).digest()[:8]
        if known not in self._claims:
            self._claims.add(known)
            for ref in fillers.values():
                if ref.cls:
                    self.things.write(ref)
            lines = [f"a wh:{form.claim}", *(f"wh:{role} {ref.term}" for role, ref in sorted(fillers.items()))]
            self._writer.block("claims", name, lines)
            if form.link:
                self._writer.block("things", fillers["subject"].term, [f"{form.link} {fillers['value'].term}"])
        return name

    def position(self, key: str, claim: str, number: int, place: tuple[int, int], words: str, properties: list[tuple[str, Ref]]) -> None:
        """Write one position of the editors on a claim."""
        self._positions += 1
        fixed = {"polarity": "wh:Affirmed", "commitment": "wh:Stated", "mood": "wh:Fact", "mode": "wh:Record"}
        told = [(name, ref) for name, ref in properties if name not in fixed]
        fixed.update((name, ref.term) for name, ref in properties if name in fixed)
        for _, ref in told:
            if ref.cls:
                self.things.write(ref)
        many: dict[str, list[str]] = {}
        for name, ref in told:
            many.setdefault(name, []).append(ref.term)
        suffix = f"-{number}" if number > 1 else ""
        where = f"wh:document {self._prefix}:document-{key} ; wh:start {place[0]} ; wh:end {place[1]} ; wh:passageDigest"
        lines = [
            "a wh:Attestation",
            f"wh:attests {claim}",
            f"wh:speaker {self._speaker}",
            " ; ".join(f"wh:{name} {term}" for name, term in fixed.items()),
            *(f"wh:{name} {' , '.join(dict.fromkeys(terms))}" for name, terms in many.items()),
            f'{where} "sha256:{sha256(words.encode()).hexdigest()}"',
        ]
        further = 6 + sum(len(set(terms)) - 1 for terms in many.values())
        self._writer.block(f"attestations-{key}", f"{self._prefix}:attestation-{key}-{place[0]}{suffix}", lines, further)

    @property
    def told(self) -> int:
        """How many positions, values without a rule and findings there are so far."""
        return self._positions + self.left.unmapped_values + self.left.findings

    def is_lone(self, record: Record) -> bool:
        """Tell whether a record is a thing that no other record tells of, and that names do not lead to."""
        things = self.mapping.things
        return not self.reads_names and things.ids is None and self.things.kind(record) not in things.authority and bool(self.things.class_of(record))


class _RecordMaker:
    """Makes what one record claims."""

    def __init__(self, engine: _Engine, record: Record, text: str, key: str) -> None:
        self._engine, self._record, self._text, self._key = engine, record, text, key
        self._kind = engine.things.kind(record)
        self._wanted = engine.selects_record(record)
        self._taken: dict[tuple[int, int], int] = {}
        self._shared: list[tuple[str, Ref]] | None = None
        self._further: list[list[tuple[str, Ref]]] = []

    def make(self) -> None:
        """Make the claims of every field, and count the fields that no rule reads, or the record of which nothing comes at all."""
        engine, record = self._engine, self._record
        before = engine.told
        if record.id in engine.things.ambiguous:
            self._misfit(record.start, record.end, "", *several(record.id))
            return
        if record.id in engine.things.shortened:
            problem = f"A name of {record.id} is longer than {LONGEST_NAME} characters; no more of it is kept."
            self._misfit(record.start, record.end, "", problem, "Give its name alone in the field that the mapping reads names from.")
        of_kind = engine.rules(self._kind)
        rules = {name: [rule for rule in of_kind.get(name, ()) if engine.holds(rule, record)] for name in record.fields}
        taken = set[int]()
        for name, applied in rules.items():
            for rule in applied:
                for value in record.fields[name]:
                    around = record.around(name, value.start)
                    if around is record or engine.holds(rule, around):
                        taken.add(value.start)
                        self._value(rule, name, value, around)
        if self._wanted:
            self._leave_over(rules, taken)
            if engine.told == before and engine.is_lone(record):
                engine.left.unmapped("", self._kind, "a record that claims nothing by itself", 1, record.id)

    def _leave_over(self, rules: Mapping[str, list[Rule]], taken: Collection[int]) -> None:
        """Count the fields that no rule reads, of the record and in what fills the roles of others.

        :param taken: where the values begin that a rule has read
        """
        engine, record = self._engine, self._record
        read = {name for name, applied in rules.items() if applied}.union(*(rule.beside for applied in rules.values() for rule in applied))
        for name, values in record.fields.items():
            left = [value for value in values if value.start not in taken] if rules[name] else values
            if left and (name not in read or rules[name]) and not self._read_otherwise(name):
                engine.left.unmapped(name, self._kind, engine.mapping.ignored.get(name, "no rule"), len(left), record.id)

    def _read_otherwise(self, name: str) -> bool:
        """Tell whether a field is read without a rule: for the class, the names, or the positions of the record."""
        mapping = self._engine.mapping
        conditions = itertools.chain((rule.when for rule in mapping.rules), (one.when for one in mapping.positions))
        classes = mapping.things.classes.get(self._kind)
        if [value.text for value in self._record.fields[name]] == [self._record.id] or (classes is not None and classes.kind == "field" and name == classes.value):
            return True
        return name in (mapping.things.kind, "id") or name in self._engine.things.names_in(self._kind) or any(name == one.name for one in mapping.positions) or any(name in when for when in conditions)

    def _value(self, rule: Rule, name: str, value: Value, around: Record) -> None:
        if value.language.lower() not in rule.languages:
            if self._wanted:
                self._engine.left.unmapped(name, self._kind, f"in the language {value.language}", 1, self._record.id)
            return
        for start, end in items(value, rule.separator):
            words = self._text[start:end]
            for form in rule.forms:
                match = form.pattern.fullmatch(words)
                if match is not None:
                    self._item(form, name, match, (self._record.start, self._record.end) if rule.whole else (start, end), around)
                    break
            else:
                self._misfit(start, end, name, "No form of the mapping fits this entry.", "Correct the entry, or add a [[rule.item]] for it.")

    def _misfit(self, start: int, end: int, name: str, problem: str, fix: str) -> None:
        if self._wanted:
            self._engine.left.broken(start, end, self._record.id, name, problem, fix)

    def _item(self, form: Form, name: str, match: re.Match[str], place: tuple[int, int], around: Record) -> None:
        engine = self._engine
        if form.left:
            if self._wanted:
                engine.left.unmapped(name, self._kind, form.left, 1, self._record.id)
            return
        try:
            filled = [[(role, ref) for ref in engine.fillings.of(filler, match, around, name)] for role, filler in form.fillers.items()]
            own = [(role, ref) for role, filler in form.position.items() for ref in engine.fillings.of(filler, match, around, name)]
            for combination in itertools.product(*filled):
                self._one(form, dict(combination), own, place)
        except Misfit as misfit:
            if not engine.reads_names:  # a name of what no claim is about
                self._misfit(*place, name, str(misfit), misfit.fix)

    def _one(self, form: Form, fillers: dict[str, Ref], own: list[tuple[str, Ref]], place: tuple[int, int]) -> None:
        """Make one claim and the position on it."""
        engine = self._engine
        number = self._taken[place[0], 0] = self._taken.get((place[0], 0), 0) + 1
        for role, ref in (*fillers.items(), *own):
            engine.things.check(role, ref)
            if engine.things.clash(ref):
                raise Misfit(f"{ref.name or ref.id} is of another class elsewhere than {ref.cls}.", "Correct the entry, or the class in the mapping.")
        if not engine.selects(fillers.values()):
            return
        one, other = (fillers.get(role) for role in APART.get(form.claim, ("", "")))
        if one and other and one.term == other.term:
            raise Misfit(f"{one.label or one.id} would be set beside itself.", "Correct which two things are meant.")
        if form.link:
            engine.things.include(fillers["subject"], fillers["value"])
        if self._shared is None:
            self._shared = self._positions()
        printed = [("printedAs", Ref(literal(few_words(ref.printed)))) for ref in fillers.values() if ref.printed]
        claim, words = engine.claim(form, fillers), self._text[place[0] : place[1]]
        engine.position(self._key, claim, number, place, words, [*self._shared, *own, *printed])
        for properties in self._further:
            number = self._taken[place[0], 0] = self._taken[place[0], 0] + 1
            engine.position(self._key, claim, number, place, words, properties)

    def _positions(self) -> list[tuple[str, Ref]]:
        """Return the properties that the record gives every position in it, and note those of further positions."""
        engine, record, found = self._engine, self._record, list[tuple[str, Ref]]()
        for one in engine.mapping.positions:
            if not engine.holds(one, record) or not engine.reads(one.files):
                continue
            for value in record.fields.get(one.name, ()) if one.name else (Value("-", 0, 1),):
                for start, end in items(value, one.separator):
                    words = value.text[start - value.start : end - value.start]
                    match = (one.pattern or ANY).fullmatch(words)
                    if match is None:
                        self._misfit(start, end, one.name, "No form of the mapping fits this entry.", "Correct the entry, or the form of the [[position]].")
                        continue
                    try:
                        own = [(name, ref) for name, filler in one.properties.items() for ref in engine.fillings.of(filler, match, record, one.name)]
                        for name, ref in own:
                            engine.things.check(name, ref)
                    except Misfit as misfit:  # the claims of the record stand without it
                        self._misfit(start, end, one.name, str(misfit), misfit.fix)
                    else:
                        if one.further:
                            self._further.append(own)
                        else:
                            found += own
        return found


def items(value: Value, separator: Pattern | None) -> Iterator[tuple[int, int]]:
    """Yield where each item of a value stands, without separators and the white space around it; none that is empty.

    >>> list(items(Value("A ／ B", 10, 15), Pattern("／")))
    [(10, 11), (14, 15)]
    """
    begin, parts = 0, list[tuple[int, int]]()
    for match in separator.finditer(value.text) if separator else ():
        parts.append((begin, match.start()))
        begin = match.end()
    for start, end in (*parts, (begin, len(value.text))):
        words = value.text[start:end]
        stripped = words.lstrip(_WHITE)
        if stripped := stripped.rstrip(_WHITE) if stripped else "":
            left = start + len(words) - len(words.lstrip(_WHITE))
            yield value.start + left, value.start + left + len(stripped)
