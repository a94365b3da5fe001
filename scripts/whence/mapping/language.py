"""The mapping language: a TOML file that says what the records of a catalogue claim (described in `ontology/MAPPINGS.md`).

Everything in the file is checked before a record is read, so the mistakes in it are told with their lines, all at once, and never half applied.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from inspect import signature
from typing import Any

from whence.did_you_mean import nearest
from whence.errors import InputError
from whence.mapping.patterns import Pattern
from whence.mapping.readers.json import JsonReader
from whence.mapping.readers.kgtk import KgtkReader
from whence.mapping.readers.lines import LinesReader
from whence.mapping.readers.turtle import TurtleReader
from whence.mapping.readers.wikidata import WikidataReader
from whence.mapping.records import Reader
from whence.mapping.terms import Terms
from whence.namespaces import BUILT_IN, PACK, VOCAB, WH
from whence.rdf.terms import is_language
from whence.store.settings import check_base, is_address
from whence.store.toml import Toml

#: The kinds of readers, each made from the other keys of `[reader]`.
READERS: dict[str, Callable[..., Reader]] = {
    "turtle": lambda prefixes=None: TurtleReader(prefixes or {}),
    "lines": LinesReader,
    "json": JsonReader,
    "kgtk": KgtkReader,
    "wikidata": WikidataReader,
}

_GROUP = re.compile(r"\{([^{}]+)\}")
_TERM = re.compile(r"([a-z][a-z-]*):([A-Za-z][\w-]*)")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_FILLERS = ("record", "thing", "table", "text", "name", "date", "number")


@dataclass(frozen=True, slots=True)
class Pack:
    """What `[pack]` says: where the catalogue comes from, under what terms, and who speaks in it."""

    name: str
    title: str
    base: str
    source: str
    version: str
    licence: str
    notice: str
    editors: str
    language: str = "en"
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Words of the catalogue to terms of the graph; a key may begin or end with `*`, which stands for any words."""

    exact: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def get(self, words: str) -> str | None:
        """Return the term of some words: that of the same words, else that of the first pattern, or None."""
        found = self.exact.get(words)
        return found or next((term for pattern, term in self.patterns if pattern.fullmatch(words)), None)


@dataclass(frozen=True, slots=True)
class Filler:
    """How one role of a claim, or one property of a position, is filled.

    :ivar kind: `term`, `self` (the thing of the record), `record`, `thing`, `table`, `text`, `name` (what a record is called), `date` or `number`
    :ivar value: the term, or the words with `{names}` in them
    :ivar separator: what stands between several values
    :ivar cls: of what class the thing must be; `missing` is the class of a record that is in none of the files
    :ivar within: whether a name means one thing in each record, and not in all the catalogue
    :ivar world: whether the thing is in the fictional world of the record; `part` whether it is a part of the record's thing
    :ivar otherwise: the term where a table has none; the words are kept with the position
    """

    kind: str
    value: str
    cls: str = ""
    separator: Pattern | None = None
    label: str = ""
    within: bool = False
    world: bool = False
    part: bool = False
    table: Table | None = None
    otherwise: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form that an item of a value may have, and the claim that it makes.

    :ivar left: why an item of this form is no claim, or ""
    """

    pattern: Pattern
    left: str = ""
    claim: str = ""
    fillers: Mapping[str, Filler] = field(default_factory=dict)
    position: Mapping[str, Filler] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the values of a field claim, in records of some kinds, under conditions on other fields.

    :ivar beside: the names in braces that are no group of their form: fields that are read beside its own
    """

    fields: tuple[str, ...]
    forms: tuple[Form, ...]
    separator: Pattern | None = None
    records: frozenset[str] | None = None
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({""})
    whole: bool = False
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PositionRule:
    """What holds for every position that a record takes: conditions, and the properties that they give it.

    :ivar further: whether it is a further position on the same claims, such as that of whom the record says to deny them
    """

    properties: Mapping[str, Filler]
    name: str = ""
    separator: Pattern | None = None
    pattern: Pattern | None = None
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: Pattern | None = None
    further: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """Files of one format.

    :ivar pattern: finds in a file name that it is one of them; None for all
    :ivar editors: who speaks in them, where these are not the editors of the catalogue; `title` likewise of what they are
    :ivar names: whether they only say what the things are called that other files have
    """

    reader: Reader
    pattern: Pattern | None = None
    editors: str = ""
    title: str = ""
    names: bool = False


@dataclass(frozen=True, slots=True)
class Things:
    """Which records are things, and what they are called.

    :ivar naming: the kinds of records whose `labels` are names; empty for all
    :ivar languages: of the values of a field that carry no tag
    """

    kind: str = ""
    classes: Mapping[str, Filler] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    naming: frozenset[str] = frozenset()
    readings: frozenset[str] = frozenset()
    identifier: str = ""
    match: str = ""
    authority: frozenset[str] = frozenset()
    spaces: Pattern | None = None
    missing: str = "{id}"
    ids: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Mapping_:
    """A whole mapping.

    :ivar text: the file's text, kept with the pack
    :ivar document: finds in a file name what its document is called, or None for all of the name
    :ivar ignored: fields that no rule reads on purpose, and why
    """

    pack: Pack
    readers: tuple[Files, ...]
    text: str
    things: Things
    rules: tuple[Rule, ...]
    positions: tuple[PositionRule, ...]
    document: Pattern | None = None
    files: Pattern | None = None
    ignored: Mapping[str, str] = field(default_factory=dict)

    def files_of(self, name: str) -> Files | None:
        """Return how a file of some name is read, or None where it is none of this mapping's."""
        if self.files is not None and not self.files.search(name):
            return None
        return next((one for one in self.readers if one.pattern is None or one.pattern.search(name)), None)

    def renamed(self, name: str) -> Mapping_:
        """Return the mapping for a pack of another name, whose things have IRIs of their own."""
        return replace(self, pack=replace(self.pack, name=name, base=f"{PACK}{name}/"))


class Mistakes(InputError):
    """Several mistakes of a mapping and those that it includes: the first as every error, with the others behind it.

    :ivar excerpt: the others, one a line
    """

    def __init__(self, mistakes: list[InputError]) -> None:
        first, *others = mistakes
        super().__init__(first.problem, fix=first.fix, file=first.file, line=first.line)
        self.excerpt = "\n".join(map(str, others))


def load(file: str, terms: Terms, find: Callable[[str], str] = str) -> Mapping_:
    """Return the mapping of a file.

    :param terms: what the ontology declares
    :param find: returns the file of another mapping, which this one includes by its name
    :raises InputError: it cannot be read, or says what no mapping can say; with file and line, `Mistakes` where it does so several times
    """
    mistakes: list[InputError] = []
    found, _ = _load(file, terms, find, (), mistakes)
    if mistakes:
        raise Mistakes(mistakes) if len(mistakes) > 1 else mistakes[0]
    return found


def _load(file: str, terms: Terms, find: Callable[[str], str], above: tuple[str, ...], mistakes: list[InputError]) -> tuple[Mapping_, Mapping[str, Table]]:
    """Return the mapping of a file, and its tables with those of what it includes.

    :param above: the files that include it, one in the other
    :param mistakes: where what is wrong in them is put
    """
    toml, above = Toml(file), (*above, os.path.realpath(file))
    name = toml.table().get("include")
    if name is None:
        loader = _Loader(toml, terms)
        return loader.mapping(mistakes), loader.tables
    included = find(str(name))
    if os.path.realpath(included) in above:
        raise toml.wrong("The mapping includes itself.", "Take the line out.", "include", str(name))
    base, tables = _load(included, terms, find, above, mistakes)
    loader = _Loader(toml, terms, tables)
    own = loader.mapping(mistakes, base)
    return replace(own, rules=base.rules + own.rules, positions=base.positions + own.positions, ignored={**base.ignored, **own.ignored}), loader.tables


class _Loader:
    """Reads and checks one mapping file; what is wrong is kept, with anything in its place, and told when all is read."""

    def __init__(self, toml: Toml, terms: Terms, tables: Mapping[str, Table] | None = None) -> None:
        self._toml, self._terms = toml, terms
        self.tables: dict[str, Table] = dict(tables or {})
        #: How many tables of each heading were read, and where the one that is read begins.
        self._tables_of: dict[str, int] = {}
        self._start = 0
        self._mistakes: list[InputError] = []

    def mapping(self, mistakes: list[InputError], base: Mapping_ | None = None) -> Mapping_:
        """Return the mapping.

        :param mistakes: to which is put what no mapping can say, in the order of its lines
        :param base: one that it includes, whose rules are enough, and whose things are its own where it says nothing of them
        """
        whole = self._toml.table()
        self._known(whole, ("include", "pack", "reader", "files", "things", "tables", "rule", "position", "ignored"), "mapping")
        pack = self._pack(self._section(whole, "pack", needed=True))
        for name, rows in self._section(whole, "tables").items():
            self.tables[name] = self._one_table(name, rows)
        files = self._section(whole, "files")
        self._known(files, ("document", "only"), "[files]")
        rules = tuple(self._rule(row) for row in self._rows(whole, "rule"))
        if not self._rows(whole, "rule") and base is None:
            self._wrong("The mapping has no [[rule]], so nothing would be made.", "Say what a field claims in a [[rule]].", "pack")
        found = Mapping_(
            pack,
            self._readers(whole),
            self._toml.text,
            base.things if base and "things" not in whole else self._things(self._section(whole, "things")),
            rules,
            tuple(self._position(row) for row in self._rows(whole, "position")),
            self._pattern(files, "document"),
            self._pattern(files, "only"),
            {name: self._string(self._section(whole, "ignored"), name) for name in self._section(whole, "ignored")},
        )
        mistakes += {str(one): one for one in sorted(self._mistakes, key=lambda one: one.line or 0)}.values()
        return found

    # Sections

    def _pack(self, row: dict[str, Any]) -> Pack:
        needed = ("name", "title", "source", "version", "licence", "notice", "editors")
        self._known(row, (*needed, "base", "language", "assumption"), "[pack]")
        said = {key: self._string(row, key) for key in (*needed, "base", "language", "assumption") if key in row}
        for key in needed:
            if row and row.get(key, "") == "":
                self._wrong(f"[pack] has no {key}.", f'Add a line {key} = "…".', key if key in row else "pack")
        name, own = said.get("name", ""), f"{PACK}{said.get('name')}/"
        if name and (not _NAME.fullmatch(name) or name in BUILT_IN):
            self._wrong(f"`{name}` can be no name of a pack.", "Write lower-case letters, digits and hyphens, and none of whence's own prefixes.", "name")
        base = said.pop("base", "") or own
        if base != own and (wrong := check_base(base)):
            self._wrong(wrong[0], f"Leave the line out, for {own}, or write an address of yours that ends in a slash.", "base")
        for key in ("source", "licence"):
            if said.get(key) and not is_address(said[key]):
                self._wrong(f"The {key} {said[key]!r} is no IRI.", f'Give its address: {key} = "https://example.org/{key}".', key)
        if said.get("language"):
            self._language(row, "language")
        return Pack(base=base, **dict.fromkeys(needed, "") | said)

    def _readers(self, whole: dict[str, Any]) -> tuple[Files, ...]:
        """Return how files are read: one way for all, or a list of ways with patterns of file names."""
        found = whole.get("reader")
        if isinstance(found, list) and found:
            return tuple(map(self._files, self._rows(whole, "reader")))
        row = self._section(whole, "reader", needed=True)
        return (self._files(row),) if row else ()

    def _files(self, row: dict[str, Any]) -> Files:
        self._enter("reader")
        own = {"files", "editors", "title", "names"}
        reader = self._reader({key: value for key, value in row.items() if key not in own})
        return Files(reader, self._pattern(row, "files"), self._string(row, "editors"), self._string(row, "title"), self._yes(row, "names"))

    def _reader(self, row: dict[str, Any]) -> Reader:
        kind = self._string(row, "kind")
        if kind not in READERS:
            self._wrong(f"`{kind}` is no reader.", f"Write one of {', '.join(READERS)}.", "kind" if kind else "reader")
            return KgtkReader()
        known = [name.replace("_", "-") for name in signature(READERS[kind]).parameters]
        self._known(row, ("kind", *known), f"the reader `{kind}`")
        try:
            return READERS[kind](**{key.replace("-", "_"): value for key, value in row.items() if key in known})
        except (TypeError, ValueError, AttributeError) as error:
            told = str(error).rpartition("() ")[2]
            self._wrong(f"The reader `{kind}` cannot be made of these keys: {told}.", "See the table of readers in ontology/MAPPINGS.md.", "reader")
            return KgtkReader()

    def _things(self, row: dict[str, Any]) -> Things:
        self._enter("things")
        self._known(row, ("kind", "classes", "labels", "languages", "naming", "readings", "identifier", "match", "authority", "spaces", "missing", "ids"), "[things]")
        classes, languages = self._section(row, "classes"), self._section(row, "languages")
        match = self._string(row, "match")
        if match and not is_address(match.replace("{id}", "1")):
            self._wrong(f"`{match}` is no address of a record.", 'Write it like "https://example.org/id/{id}".', "match")
        return Things(
            self._string(row, "kind"),
            {kind: self._class_of_records(kind, value) for kind, value in classes.items()},
            self._strings(row, "labels"),
            {name: self._language(languages, name) for name in languages},
            frozenset(self._strings(row, "naming")),
            frozenset(self._strings(row, "readings")),
            self._string(row, "identifier"),
            match,
            frozenset(self._strings(row, "authority")),
            self._pattern(row, "spaces"),
            self._string(row, "missing") or "{id}",
            self._pattern(row, "ids"),
        )

    def _class_of_records(self, kind: str, value: object) -> Filler:
        """Return the class of the records of a kind: its name, or a table of the values of a field with one for all others."""
        if isinstance(value, dict):
            self._known(value, ("field", "of", "table", "otherwise"), f"the class of {kind}")
            rows = {words: self._class(name, kind) for words, name in self._section(value, "of").items()}
            if "table" in value:
                table = self._table(value["table"], "table")
                rows |= {words: self._class(term.removeprefix("wh:"), kind) for words, term in table.exact.items()}
            return Filler("field", self._string(value, "field"), table=Table(rows, ()), otherwise=self._class(value["otherwise"], kind) if "otherwise" in value else "")
        return Filler("term", self._class(value, kind))

    def _rule(self, row: dict[str, Any]) -> Rule:
        self._enter("rule")
        self._known(row, ("field", "records", "when", "separator", "languages", "passage", "item"), "[[rule]]")
        fields = self._strings(row, "field")
        if not fields:
            self._wrong("A [[rule]] has no field.", 'Add a line field = "…" with the name of a field.', "rule")
        separator, conditions, whole = self._pattern(row, "separator"), self._conditions(row), self._string(row, "passage")
        if whole not in ("", "item", "record"):
            self._wrong(f"`{whole}` is no passage.", "Write item or record.", "passage", whole)
        of = fields[0] if fields else "no field"
        forms = tuple(self._form(item, of) for item in self._rows(row, "item"))
        if not forms:
            self._wrong(f"The [[rule]] of {of} has no [[rule.item]].", "Say what an item of it claims.", "field", of)
        records = frozenset(self._strings(row, "records")) or None
        languages = frozenset(one.lower() for one in self._strings(row, "languages")) or frozenset({""})
        fillers = ((form, filler) for form in forms for filler in (*form.fillers.values(), *form.position.values()))
        beside = frozenset(name for form, filler in fillers for name in _GROUP.findall(filler.value) if name not in form.pattern.groups) - {"id", "field"}
        return Rule(fields, forms, separator, records, conditions, languages, whole == "record", beside)

    def _form(self, row: dict[str, Any], where: str) -> Form:
        self._enter("rule.item")
        pattern = self._pattern(row, "form") or Pattern(r"(?P<value>.+)")
        if "leave" in row:
            self._known(row, ("form", "leave"), f"an item of {where} that is left out")
            return Form(pattern, left=self._string(row, "leave"))
        claim, link = self._string(row, "claim"), self._string(row, "link")
        known = self._terms.claims.get(claim)
        if known is None:
            self._unknown(claim, frozenset(self._terms.claims), "class of claims", "claim")
        roles, fillers, position = known or frozenset[str](), dict[str, Filler](), dict[str, Filler]()
        odd = []
        for key, value in row.items():
            if key in ("form", "claim", "link"):
                continue
            if key in self._terms.positions and key not in roles:
                position[key] = self._filler(key, value)
            else:
                fillers[key] = self._filler(key, value)
                odd += [key] if known is not None and key not in roles else []
        for key in odd:
            self._unknown(key, roles if nearest(key, roles) else roles | self._terms.positions if nearest(key, self._terms.positions) else roles, f"role of {claim}", key)
        near = {nearest(key, roles) for key in odd}
        lacking = sorted(self._terms.needed(claim) - fillers.keys() - near) if known is not None and None not in near else []
        if lacking:
            self._wrong(f"The {claim} lacks {' and '.join(lacking)}.", f"Say what fills {'it' if len(lacking) == 1 else 'them'}; TERMS.md tells which term says that it is not stated.", "claim", claim)
        if link and (link != "wh:partOf" or not {"subject", "value"} <= fillers.keys()):
            self._wrong(f"`{link}` cannot be stated plainly.", "Only wh:partOf of a subject and a value can; leave the line out.", "link", link)
        return Form(pattern, "", claim, fillers, position, link)

    def _position(self, row: dict[str, Any]) -> PositionRule:
        self._enter("position")
        keys = ("field", "separator", "form", "when", "files", "further")
        for key in row:
            if key not in keys and key not in self._terms.positions:
                self._unknown(key, self._terms.positions | set(keys), "property of a position", key)
        properties = {key: self._filler(key, value) for key, value in row.items() if key not in keys}
        separator, form, files = (self._pattern(row, key) for key in ("separator", "form", "files"))
        return PositionRule(properties, self._string(row, "field"), separator, form, self._conditions(row), files, self._yes(row, "further"))

    def _filler(self, key: str, value: object) -> Filler:
        if value == "record":
            return Filler("self", "")
        if isinstance(value, str):
            return Filler("term", self._term(value, key))
        if not isinstance(value, dict) or sum(kind in value for kind in _FILLERS) != 1:
            self._wrong(f"`{key}` says not what fills it.", f'Write record, a term such as "wh:Affirmed", or a table with one of {", ".join(_FILLERS)}.', key)
            return Filler("term", "")
        kind = next(kind for kind in _FILLERS if kind in value)
        allowed = {"record": ("class", "missing", "separator", "label", "otherwise"), "thing": ("class", "separator", "label", "of", "world", "part"), "table": ("key", "separator", "otherwise")}
        self._known(value, (kind, *allowed.get(kind, ())), f"`{key}`")
        cls = self._class(value["class"], key) if "class" in value else ""
        missing = self._class(value["missing"], key) if "missing" in value else cls
        if kind == "thing" and "class" not in value:
            self._wrong(f"The thing that fills `{key}` has no class.", 'Add class = "…".', key)
        table = self._table(value[kind], key) if kind == "table" else None
        words = self._string(value, "key") if kind == "table" else str(value[kind])
        for text in (words, self._string(value, "label")):
            if re.search("[{}]", _GROUP.sub("", text)):
                self._wrong(f"A brace in `{text}` is left open.", "Write {name} for what is called name.", key)
        if kind == "thing" and (odd := [name for name in _GROUP.findall(self._string(value, "label")) if name not in ("name", "record")]):
            self._wrong(f"The label of `{key}` has {{{odd[0]}}}.", "It can have {name}, and {record} for what the record is called.", "label", odd[0])
        otherwise = self._term(value["otherwise"], key) if "otherwise" in value else ""
        separator = self._pattern(value, "separator")
        own, world, part = value.get("of") == "record", self._yes(value, "world"), self._yes(value, "part")
        return Filler(kind, words, cls, separator, self._string(value, "label"), own, world, part, table, otherwise, missing)

    def _table(self, name: object, key: str) -> Table:
        """Return the table of a name."""
        found = self.tables.get(str(name))
        if found is None:
            self._unknown(str(name), frozenset(self.tables), "table of [tables]", key)
        return found or Table({}, ())

    def _one_table(self, name: str, rows: object) -> Table:
        if not isinstance(rows, dict):
            self._wrong(f"[tables.{name}] is no table.", 'Write lines such as "director" = "role:director".', name)
            return Table({}, ())
        exact, patterns = dict[str, str](), list[tuple[re.Pattern[str], str]]()
        for term, words in rows.items():
            self._term(term, term)
            for one in words if isinstance(words, list) else [words]:
                if "*" in str(one):
                    patterns.append((re.compile(re.escape(str(one)).replace(r"\*", ".*")), term))
                elif exact.setdefault(str(one), term) != term:
                    self._wrong(f"`{one}` stands in [tables.{name}] for {exact[str(one)]} and for {term}.", "Remove one of the two.", term, str(one))
        return Table(exact, tuple(patterns))

    # Values

    def _term(self, value: object, key: str) -> str:
        match = _TERM.fullmatch(str(value))
        if match is None or match[1] not in BUILT_IN or match[1] == "id":  # whose things are the graph's; identity.tsv says which are the same
            self._wrong(f"`{value}` is no term.", "Write a prefix of whence and a name, such as role:director.", key, str(value))
        elif value not in self._terms.known and BUILT_IN[match[1]].startswith((WH, VOCAB)):
            self._unknown(str(value), self._terms.known, "term of the ontology and its vocabularies", key)
        return str(value)

    def _class(self, value: object, key: str) -> str:
        if not isinstance(value, str) or value not in self._terms.classes:
            self._unknown(str(value), self._terms.classes, "class of things", key)
        return str(value)

    def _conditions(self, row: dict[str, Any]) -> dict[str, frozenset[str]]:
        found = {name: value if isinstance(value, list) else [value] for name, value in self._section(row, "when").items()}
        for name, values in found.items():
            if not all(isinstance(one, str | int | float) for one in values):
                self._wrong(f"The condition on `{name}` is no text and no list of texts.", 'Write "…" or ["…", "…"].', "when")
        return {name: frozenset(map(str, values)) for name, values in found.items()}

    def _section(self, row: dict[str, Any], key: str, needed: bool = False) -> dict[str, Any]:
        found = row.get(key, {})
        if not isinstance(found, dict) or (needed and not found):
            self._wrong(f"The mapping has no table [{key}].", f"Write [{key}] and its keys below it.", key)
            return {}
        return found

    def _rows(self, row: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = row.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self._wrong(f"`{key}` is no list of tables.", f"Write [[{key}]] in double brackets.", key)
            return []
        return found

    def _string(self, row: dict[str, Any], key: str) -> str:
        found = row.get(key, "")
        if not isinstance(found, str):
            self._wrong(f"`{key}` is no text.", "Put it in quotation marks.", key)
            return ""
        return found

    def _yes(self, row: dict[str, Any], key: str) -> bool:
        found = row.get(key, False)
        if not isinstance(found, bool):
            self._wrong(f"`{key}` is neither true nor false.", "Write true, or leave it out.", key)
        return bool(found)

    def _language(self, row: dict[str, Any], key: str) -> str:
        found = self._string(row, key)
        if not is_language(found):
            self._wrong(f"`{found}` is no language tag.", "Write one such as en, ja or pt-BR.", key)
        return found

    def _strings(self, row: dict[str, Any], key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self._wrong(f"`{key}` is no text and no list of texts.", 'Write "…" or ["…", "…"].', key)
            return ()
        return tuple(listed)

    def _pattern(self, row: dict[str, Any], key: str) -> Pattern | None:
        written = self._string(row, key)
        start = self._start
        if not written:
            return None
        try:
            pattern = Pattern(written, key, lambda problem, fix: self._toml.wrong(problem, fix, key, written, start))
        except InputError as error:
            self._mistakes.append(error)
            return None
        if key == "separator" and pattern.fullmatch(""):
            self._wrong("The `separator` may be empty, so that each letter would be an item.", "Let it be one character at least.", key, written)
        return pattern

    def _known(self, row: dict[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in row:
            if key not in keys:
                self._unknown(key, frozenset(keys), f"key of {where}", key)

    def _unknown(self, name: str, known: frozenset[str] | set[str], what: str, key: str) -> None:
        near = nearest(name, sorted(known)) if name else None
        more = " TERMS.md has all." if known == self._terms.classes else ""
        listed = f"Write one of {', '.join(sorted(known)[:20])}{', …' if len(known) > 20 else '.'}" if known else "There is none yet: write its table."
        fix = f"Did you mean `{near}`?{more}" if near else f"{listed}{more}"
        self._wrong(f"`{name}` is no {what}." if name else f"A {what} is missing.", fix, key, name)

    def _wrong(self, problem: str, fix: str, key: str, within: str = "") -> None:
        """Keep a mistake, to be told with the others."""
        self._mistakes.append(self._toml.wrong(problem, fix, key, within, self._start))

    def _enter(self, heading: str) -> None:
        """Look for the keys of what is wrong from the next table of a heading on."""
        number = self._tables_of[heading] = self._tables_of.get(heading, 0) + 1
        found = list(re.finditer(rf"^[ \t]*\[+[ \t]*{re.escape(heading)}[ \t]*\]", self._toml.text, re.MULTILINE))
        self._start = found[number - 1].start() if number <= len(found) else 0
