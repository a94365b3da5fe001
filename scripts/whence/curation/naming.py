"""Names of a record made things: known ones found, several meanings asked for, new ones created, each with a slug that never changes.

A slug that a change gave and `whence undo` took back is given again to the same thing (same class and name, or same claim or
position), and to nothing else as long as the change is kept in `.whence/`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from whence.curation.forms import Role, kebab, squash
from whence.curation.records import KEPT_APART, NewThing, Problem, wrong_language, wrong_value
from whence.curation.workspace import Workspace
from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.namespaces import PREFIXES, WH, is_thing, local, shorten
from whence.things.names import as_iris, plain

_LONGEST = 80
#: So much of a name is read, which is more than a slug keeps of one.
_READ = 1_000
#: Letters that are no letter with a mark.
_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "&": " and "})
#: Syllables of kana whose names in Unicode are not how they are written in Latin letters (Hepburn).
_HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}


def slug(name: str) -> str:
    """Return a name as lower-case words joined by hyphens, or an empty text where no letter of it can be written in Latin.

    Accents go, kana are written by their sound (Hepburn). How kanji are read in a name cannot be told from them, so of a
    name with kanji only the words in Latin letters are kept; without such the caller counts.

    >>> slug("Shin’ichirō Ōtsuka"), slug("AT&T: The 2nd"), slug("ガンダム"), slug("きゃりーぱみゅぱみゅ"), slug("赤い鷺 Heron"), slug("宮崎 駿")
    ('shinichiro-otsuka', 'at-and-t-the-2nd', 'gandamu', 'kyariipamyupamyu', 'heron', '')
    """
    name = name[:_READ]
    if re.search(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", name):
        latin: list[str] = re.findall(r"[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f]*", unicodedata.normalize("NFKC", name))
        return slug(" ".join(latin)) if latin else ""
    text = unicodedata.normalize("NFKD", _kana(unicodedata.normalize("NFKC", name)).casefold().translate(_LATIN))
    text = re.sub(r"['’]", "", "".join(char for char in text if not unicodedata.combining(char)))
    words = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(words) <= _LONGEST:
        return words
    return words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]


def unique(wanted: str, is_taken: Callable[[str], bool], number: int = 1) -> str:
    """Return a slug, with the first number that makes it one that is not taken.

    :param number: 1 where the slug may stand without one, and 2 follows; 0 where it may not, and 1 follows
    """
    found = wanted
    while number == 0 or is_taken(found):
        number += 1
        found = f"{wanted}-{number}"
    return found


def _kana(text: str) -> str:
    """Return a text with its kana in Latin letters, by the names that Unicode gives them."""
    written, doubled = "", False
    for char in text:
        name = unicodedata.name(char, "")
        if char == "ー" and written[-1:] in "aiueo":
            written += written[-1:]
            continue
        match = re.fullmatch(r"(?:HIRAGANA|KATAKANA) LETTER (SMALL )?([A-Z]+)", name)
        if match is None:
            written, doubled = written + char, False
            continue
        small, sound = match[1], match[2].lower()
        if small and sound == "tu":
            doubled = True
            continue
        if small and sound[0] == "y" and written[-1:] == "i":
            written = written[:-1] + (sound[1:] if written[:-1].endswith(("sh", "ch", "j")) else sound)
            continue
        if small and len(sound) == 1 and written[-1:] in "aiueo":
            written = written[:-1] + sound
            continue
        sound = _HEPBURN.get(sound, sound)
        written, doubled = written + (sound[0] if doubled else "") + sound, False
    return written


_SKOS, _XSD = PREFIXES["skos"], PREFIXES["xsd"]
_PREF = _SKOS + "prefLabel"
_WORLD = WH + "FictionalWorld"
_SHOWN = 6
_ALL_DOCUMENTS = "All are listed by: whence query 'SELECT ?document { ?document a wh:Document }'."
_SLUG = re.compile(r"[^\s<>\"{}|\\^`:#]+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
#: No count of the sources has more digits.
_LONGEST_NUMBER = 40


class Namer:
    """Finds the things of records, and keeps those that they create.

    :param new: what the records offer to be created, each name to class or object
    """

    def __init__(self, workspace: Workspace, new: Iterable[dict[str, Any]]) -> None:
        self.workspace = workspace
        self._offered = {plain(str(name)): (str(name), wanted) for one in new for name, wanted in one.items()}
        self._made: dict[str, NewThing] = {}
        self._stating: dict[tuple[str, tuple[NamedNode | Literal, ...]], list[str]] = {}
        self._by_name: dict[str, str] = {}
        self._used: dict[str, NewThing] = {}
        self._waiting: set[str] = set()
        self._document = ""
        #: What is worth telling of the record at hand: what is offered to be created and is there already, which term a word was read as.
        self.sentences: list[str] = []
        self._named: set[str] = set()

    def begin(self, document: str) -> None:
        """Start with another record."""
        self._used, self._document, self.sentences = {}, document, []

    def created(self) -> tuple[NewThing, ...]:
        """Return the things that the record at hand needs and that are not in the graph."""
        return tuple(self._used.values())

    def idle(self, new: Iterable[str]) -> list[str]:
        """Return those names of things to be created that no record has named."""
        return [name for name in new if plain(name) not in self._named]

    def label(self, iri: str) -> str:
        """Return the name of a thing of the graph, or of one that is created."""
        made = self._made.get(iri)
        return next((value.value for of, values in made.values if of == _PREF for value in values), iri) if made else self.workspace.label(iri)

    def is_nameless(self, iri: str) -> bool:
        """Report whether a thing has no name, as an unnamed writer, so that its label is only its IRI."""
        return self.label(iri) in (iri, shorten(iri))

    def document(self, name: str, problems: list[Problem]) -> str:
        """Return the IRI of the document that a record names, or an empty text and a problem."""
        known = self.workspace.documents
        wanted = name.strip()
        exact = [*self._iris(wanted), self.workspace.base + f"document-{wanted}"] if wanted else []
        found = [iri for iri in known if iri in exact]
        if wanted and not found:
            stem = wanted.rpartition("/")[2]
            found = [iri for iri in known if stem in (self.workspace.value(iri, "fileName"), self.workspace.value(iri, "fileName").rpartition(".")[0])]
        if wanted and not found:
            found = [match.iri for match in self.workspace.names.find(wanted) if match.iri in known]
        if wanted and not found:  # the file that it was made of
            found = [iri for iri in known if os.path.splitext(os.path.basename(wanted))[0] == os.path.splitext(self.workspace.value(iri, "fileName"))[0]]
        if len(found) == 1:
            return found[0]
        problems.append(self._no_document(wanted, found))
        return ""

    def _no_document(self, wanted: str, found: list[str]) -> Problem:
        """Return the problem of a name that no document has, or several have."""
        known = self.workspace.documents
        near = found or [match.iri for match in self.workspace.names.search(wanted, 40) if match.iri in known][:3]
        listed = [f"{self.workspace.label(iri)} ({local(iri)})" for iri in near[:_SHOWN]]
        if found:
            sentence = f"{wanted!r} names {len(found)} documents: {', '.join(listed)}."
        elif not known:
            sentence = "The graph has no document yet: whence add FILE brings one in."
        else:
            sentence = f"There is no document {wanted!r}." if wanted else "The document is not given."
            several = f"There are {', '.join(map(local, known))}." if len(known) <= _SHOWN else _ALL_DOCUMENTS
            sentence += f" Did you mean {' or '.join(listed)}?" if near else f" {several}"
        return Problem("document", sentence, tuple(local(iri) for iri in (near or ([] if wanted else known))[:20]))

    def values(self, role: Role, given: Any, field: str, problems: list[Problem], document: str = "") -> tuple[NamedNode | Literal, ...]:
        """Return the values of a role; those that lead to none leave a problem.

        :param given: a name, a number, or a list of them
        """
        several = list(given) if isinstance(given, list | tuple) else [given]
        if len(several) > 1 and not role.many:
            problems.append(Problem(field, f"{_capital(role.label)} takes one value, not {len(several)}."))
            return ()
        found = [self._value(role, one, field, problems, document) for one in several]
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def allowed(self, role: Role) -> str:
        """Return a sentence that says what a role takes, or an empty text."""
        if role.values:
            return f"Allowed: {', '.join(kebab(local(value)) if ':' in value else value for value in role.values)}."
        if role.classes:
            return f"Allowed: {', '.join(self.workspace.forms.label(kind) for kind in role.classes)}."
        return ""

    def offers(self, role: Role) -> tuple[str, ...]:
        """Return the local names of the classes of which a thing for a role may be created."""
        forms = self.workspace.forms
        found = {kind for one in role.classes if one != WH + "Claim" for kind in forms.below(one)}
        abstract = {WH + name for name in ("Entity", "Agent", "FictionalEntity", "Concept", "Claim", "Document", "Question", "InfluenceSource")}
        made = found & {*forms.below(WH + "Entity")} - abstract
        return tuple(sorted(local(kind) for kind in made if not forms.is_below(kind, (WH + "Document", WH + "Question", WH + "Claim"))))

    def printed(self, things: Iterable[str], text: str, start: int, end: int) -> tuple[tuple[str, int, int], ...]:
        """Return where a passage prints names of things: the longest form of each, where it stands first."""
        words = text[start:end]
        found = []
        for thing in dict.fromkeys(things):
            if self._kinds(thing) and not any(self.workspace.forms.is_below(kind, (WH + "Concept", WH + "Claim", WH + "Question", WH + "Document")) for kind in self._kinds(thing)):
                for form in sorted(self._forms(thing), key=lambda form: (-len(form), form)):
                    at = _whole(words, form)
                    if at is not None:
                        found.append((thing, start + at, start + at + len(form)))
                        break
        return tuple(found)

    def _forms(self, thing: str) -> set[str]:
        if thing in self._made:
            return {value.value for of, values in self._made[thing].values if of in (_PREF, _SKOS + "altLabel") for value in values}
        return {form.text for form in self.workspace.forms_of.get(thing, ())}

    def _kinds(self, thing: str) -> list[str]:
        return [self._made[thing].kind] if thing in self._made else self.workspace.classes(thing)

    def _iris(self, name: str) -> list[str]:
        own = [self.workspace.base + name, WH + name] if _SLUG.fullmatch(name) else []
        return [*as_iris(name), *own] if re.fullmatch(r"[^\s<>\"{}|\\^`]+", name.strip("<>")) else []

    @staticmethod
    def _terms(name: str) -> list[str]:
        return [space + name for space in PREFIXES.values()] if _SLUG.fullmatch(name) else []

    def _value(self, role: Role, given: Any, field: str, problems: list[Problem], document: str) -> NamedNode | Literal | None:
        text = str(given).strip()
        if role.values:
            return self._listed(role, text, field, problems)
        if role.properties:
            return self._property(text, field, problems)
        if role.literal:
            return self._literal(role, text, field, problems)
        if document and role.name == "speaker" and text.casefold() in ("writer", "the writer") and self.workspace.value(document, "writer"):
            return NamedNode(self.workspace.value(document, "writer"))
        iri = self.thing(role, text, field, problems)
        return NamedNode(iri) if iri else None

    def _listed(self, role: Role, text: str, field: str, problems: list[Problem]) -> NamedNode | Literal | None:
        wanted = squash(text.removeprefix("wh:"))
        for value in role.values:
            if wanted in (squash(local(value)), value.casefold()):
                return NamedNode(value) if ":" in value else Literal(value)
        names = [kebab(local(value)) if ":" in value else value for value in role.values]
        problems.append(Problem(field, f"{_capital(role.label)} cannot be {text!r}. {meant(text, names) or ''} {self.allowed(role)}".replace("  ", " "), tuple(names)))
        return None

    def _literal(self, role: Role, text: str, field: str, problems: list[Problem]) -> Literal | None:
        kinds = [local(kind) for kind in role.datatypes]
        if "integer" in kinds or "decimal" in kinds:
            number = text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", text, re.ASCII) else text
            if not _NUMBER.fullmatch(number) or ("." in number and "decimal" not in kinds) or len(number) > _LONGEST_NUMBER:
                most = f" of at most {_LONGEST_NUMBER} digits" if len(number) > _LONGEST_NUMBER else ""
                problems.append(Problem(field, f"{_capital(role.label)} is a number{most} such as 9{' or 0.5' if 'decimal' in kinds else ''}, not {text[:60]!r}."))
                return None
            return self._judged(role, Literal(number.lstrip("+"), datatype=NamedNode(_XSD + ("decimal" if "." in number else "integer"))), field, problems)
        return self._judged(role, Literal(text, language=language_of(text)) if "langString" in kinds else Literal(text), field, problems)

    @staticmethod
    def _judged(role: Role, value: Literal, field: str, problems: list[Problem]) -> Literal | None:
        """Return a text or number that may stand in a role; one that may not leaves a problem."""
        wrong = wrong_value(role.iri, value.value)
        if wrong is None and role.admits(value.value):
            return value
        problems.append(Problem(field, " ".join(wrong or (f"{_capital(role.label)} cannot be {value.value[:60]!r}.", role.message))))
        return None

    def _property(self, text: str, field: str, problems: list[Problem]) -> NamedNode | None:
        known = self.workspace.properties
        wanted = squash(local(text.replace(":", "/")))
        found = [iri for iri in known if iri == text.strip("<>")] or [iri for iri, names in known.items() if wanted in names]
        found = [iri for iri in found if iri in self.workspace.claimed] or found
        if len(found) == 1:
            return NamedNode(found[0])
        names = [local(iri) for iri in (found or self.workspace.claimed)]
        problems.append(Problem(field, f"There is no property {text!r}. {meant(text, names) or 'They stand below wh:claimedRelation and wh:claimedAttribute in ontology/TERMS.md.'}", tuple(sorted(names))))
        return None

    def thing(self, role: Role, name: str, field: str, problems: list[Problem]) -> str:
        """Return the IRI of the thing that a name means in a role, or an empty text and a problem."""
        exact = [iri for iri in self._iris(name) if self.workspace.is_known(iri) or iri in self._made]
        named = [match.iri for match in self.workspace.names.find(name)]
        terms = [iri for iri in self._terms(name) if self.workspace.is_known(iri)]
        everything = list(dict.fromkeys([*exact, *named, *terms]))
        slugs = self._fitting(terms, role)
        fits = self._fitting(exact, role)[:1] or (slugs if len(slugs) == 1 else self._fitting([*named, *slugs], role))
        key = plain(name)
        self._named.add(key)
        if key in self._offered and not any(self._wanted(key, iri) for iri in fits):
            return self._create(role, key, problems)
        if len(fits) == 1:
            if key in self._offered:
                self.sentences.append(f"{self._offered[key][0]!r} is there already: {self.told(fits[0])}.")
            if fits[0] not in (*exact, *terms) and not is_thing(fits[0]) and plain(self.label(fits[0])) != key:
                self.sentences.append(f"{name!r} is read as {self.told(fits[0])}.")
            return fits[0]
        if not fits and (world := self._world(role, everything, problems)):
            return world
        problems.append(self._unclear(role, name, field, everything, fits))
        return ""

    def _fitting(self, iris: Iterable[str], role: Role) -> list[str]:
        """Return those of several things that can stand in a role, in their order."""
        return [iri for iri in dict.fromkeys(iris) if self._fits(iri, role.classes)]

    def _fits(self, iri: str, classes: tuple[str, ...]) -> bool:
        return not classes or any(self.workspace.forms.is_below(kind, classes) for kind in self._kinds(iri))

    def _wanted(self, key: str, iri: str) -> bool:
        """Report whether a known thing is of the class of which one of its name is offered to be created."""
        kind = self._kind(self._offered[key][1])
        return kind is None or any(self.workspace.forms.is_below(one, (kind,)) for one in self._kinds(iri))

    def _unclear(self, role: Role, name: str, field: str, everything: list[str], fits: list[str]) -> Problem:
        """Return the problem of a name that means several things here, none, or only things that cannot stand here."""
        if len(fits) > 1:
            listed = "; ".join(f"{self.told(iri)}" for iri in fits[:_SHOWN])
            return Problem(field, f"{name!r} means {len(fits)} things here: {listed}. Name one by its slug.", tuple(map(_called, fits)))
        offers = self.offers(role)
        near = [match.iri for match in self.workspace.names.search(name, 40) if match.iri not in everything and self._fits(match.iri, role.classes)][:3]
        choices = tuple(map(_called, near))
        if everything:
            kinds = ", ".join(dict.fromkeys(self.workspace.forms.label(kind) for iri in everything[:3] for kind in self._kinds(iri)))
            sentence = f"{name!r} is known as {kinds}, which cannot be {role.label} here. {self.allowed(role)}"
        else:
            meant_ = f" Did you mean {', '.join(self.told(iri) for iri in near)}?" if near else " If it is another name of a thing that is there, save that first, as a naming."
            sentence = f"Nothing is called {name!r}.{meant_} {self.allowed(role)}"
        sentence = f"{sentence.strip()} {_one_of(offers)}".strip()
        return Problem(field, sentence, choices, offers, f"{name}={offers[0] if len(offers) == 1 else 'CLASS'}" if offers else "")

    def told(self, iri: str) -> str:
        """Return name, slug and classes of a thing."""
        kinds = ", ".join(self.workspace.forms.label(kind) for kind in self._kinds(iri))
        return f"{self.label(iri)} ({_called(iri)}, {kinds})"

    def _kind(self, wanted: Any) -> str | None:
        """Return the class that is offered for a new thing, or None when there is none of that name."""
        name = str(wanted.get("class", "") if isinstance(wanted, dict) else wanted)
        squashed = squash(local(name.replace(":", "/")))
        for kind in self.workspace.forms.below(WH + "Entity"):
            if squashed in (local(kind).casefold(), re.sub(r"\s+", "", self.workspace.forms.label(kind)).casefold()):
                return kind
        return None

    def _create(self, role: Role, key: str, problems: list[Problem]) -> str:
        """Return the IRI of a thing that is created, with all that its class needs."""
        name, wanted = self._offered[key]
        if role.classes == (_WORLD,) and self.workspace.forms.is_below(self._kind(wanted) or "", (WH + "Work",)):
            work = self._create(replace(role, classes=()), key, problems)
            return self._world(role, [work], problems) if work else ""
        if key in self._by_name:
            iri = self._by_name[key]
            self._use(iri)
            if self._fits(iri, role.classes):
                return iri
            problems.append(Problem(f"new.{name}", f"{name!r} is created as {self.workspace.forms.label(self._made[iri].kind)}, which cannot be {role.label} here. {self.allowed(role)}", offers=self.offers(role)))
            return ""
        kind = self._kind(wanted)
        if kind is None or (role.classes and not self.workspace.forms.is_below(kind, role.classes)):
            given = wanted.get("class", "") if isinstance(wanted, dict) else wanted
            offers = self.offers(role)
            sentence = f"{name!r} cannot be created as {given!r} here. {meant(str(given), offers) or _one_of(offers) or self.allowed(role)}"
            problems.append(Problem(f"new.{name}", sentence, offers, offers))
            return ""
        if key in self._waiting:
            problems.append(Problem(f"new.{name}", f"{name!r} needs itself to be created."))
            return ""
        self._waiting.add(key)
        details = dict(wanted) if isinstance(wanted, dict) else {}
        values = self._details(name, kind, details, problems)
        self._waiting.discard(key)
        iri = self._make(name, kind, str(details.get("slug") or ""), values, details.get("language"))
        self._by_name[key] = iri
        return iri

    def _details(self, name: str, kind: str, details: dict[str, Any], problems: list[Problem]) -> dict[str, tuple[NamedNode | Literal, ...]]:
        """Return what else is said of a new thing; what its class needs and nobody said leaves a problem."""
        form = self.workspace.forms.of(kind)
        values: dict[str, tuple[NamedNode | Literal, ...]] = {}
        for said, given in details.items():
            if said == "language" and given and (wrong := wrong_language(str(given))):
                problems.append(Problem(f"new.{name}.language", " ".join(wrong)))
            if said in ("class", "slug", "language"):
                continue
            role = form.role(said)
            if role is None:
                needed = [one.name for one in form.roles]
                hint = meant(said, needed) or "Each thing to create stands by itself: divided by | in a table, with a --new of its own on the command line."
                problems.append(Problem(f"new.{name}.{said}", f"A {form.label} has no property {said!r}. {hint}"))
            else:
                values[role.iri] = self.values(role, given, f"new.{name}.{said}", problems)
        lacking = [role for role in form.roles if role.required and role.iri not in values and role.iri != _PREF]
        values |= {role.iri: (default,) for role in lacking if (default := self._supplied(role, kind)) is not None}
        lacking = [role for role in lacking if role.iri not in values]
        example = f"{name}={local(kind)}" + "".join(f"; {role.name}=..." for role in lacking)
        for role in lacking:
            known = [] if not role.classes else [quad.subject.value for one in role.classes for below in self.workspace.forms.below(one) for quad in self.workspace.quads(None, PREFIXES["rdf"] + "type", NamedNode(below))]
            sentence = f"{name!r} is to be a {form.label}, which needs {role.name}: {_uncapital(role.definition) or role.label} {self.allowed(role)}"
            problems.append(Problem(f"new.{name}.{role.name}", sentence.strip(), tuple(local(iri) for iri in known[:20]), example=example))
        return values

    def _supplied(self, role: Role, kind: str) -> NamedNode | None:
        """Return the vocabulary of a concept, which its class tells."""
        scheme = PREFIXES["vocab"] + kebab(local(kind))
        return NamedNode(scheme) if role.iri == _SKOS + "inScheme" and self.workspace.is_known(scheme) else None

    def _make(self, name: str, kind: str, wanted: str, values: dict[str, tuple[NamedNode | Literal, ...]], language: object = None) -> str:
        base = self.workspace.base
        stem = slug(wanted or re.sub(r"^(the|a|an)\s+", "", name, flags=re.IGNORECASE)) or f"{kebab(local(kind))}-1"
        counted = stem.endswith("-1") and not slug(wanted or name)

        def is_taken(one: str) -> bool:
            return self.workspace.is_known(base + one) or base + one in self._made or self.workspace.is_retired(base + one, kind, name)

        iri = base + unique(stem.removesuffix("-1") if counted else stem, is_taken, 0 if counted else 1)
        label = Literal(name, language=str(language or language_of(name)))
        extra = {PREFIXES["rdfs"] + "label": (label,)} if self.workspace.forms.is_below(kind, (WH + "Concept",)) else {}
        whole = {_PREF: (label,), **extra, **self._kept_apart(label, values), **values}
        self._made[iri] = NewThing(iri, kind, tuple(whole.items()))
        for stated in whole.items():
            self._stating.setdefault(stated, []).append(iri)
        self._use(iri)
        return iri

    def _kept_apart(self, label: Literal, values: dict[str, tuple[NamedNode | Literal, ...]]) -> dict[str, tuple[NamedNode | Literal, ...]]:
        """Return that a thing is another one than those that have its name, unless it is said what it is to them."""
        if values.keys() & KEPT_APART:
            return {}
        found = [quad.subject for quad in self.workspace.quads(None, _PREF, label)] + [NamedNode(iri) for iri in self._stating.get((_PREF, (label,)), ())]
        things = [one for one in found if isinstance(one, NamedNode) and self._fits(one.value, (WH + "Entity",))]
        return {PREFIXES["owl"] + "differentFrom": tuple(things)} if things else {}

    def _use(self, iri: str) -> None:
        """Note that the record at hand needs a created thing, after the things that this one needs."""
        for _, values in self._made[iri].values:
            for value in values:
                if isinstance(value, NamedNode) and value.value in self._made and value.value not in self._used:
                    self._use(value.value)
        self._used[iri] = self._made[iri]

    def _world(self, role: Role, works: list[str], problems: list[Problem]) -> str:
        """Return the world of the one work that was named where a world is asked for; it is created where there is none."""
        if role.classes != (_WORLD,):
            return ""
        works = [iri for iri in works if self._fits(iri, (WH + "Work",))]
        if len(works) != 1:
            return ""
        known = [quad.subject.value for quad in self.workspace.quads(None, WH + "worldOf", NamedNode(works[0]))]
        made = self._stating.get((WH + "worldOf", (NamedNode(works[0]),)), [])
        if made:
            self._use(made[0])
        if len(known + made) == 1:
            return (known + made)[0]
        return "" if known else self._make(f"the world of {self.label(works[0])}", _WORLD, "", {WH + "worldOf": (NamedNode(works[0]),)})


def document_named(workspace: Workspace, name: str) -> str:
    """Return the IRI of the document of a name.

    :raises UsageError: no document, or several, are called so
    """
    problems: list[Problem] = []
    document = Namer(workspace, []).document(name, problems)
    if problems:
        raise UsageError(problems[0].sentence)
    return document


def _whole(words: str, form: str) -> int | None:
    """Return where a form stands in words without being part of a longer word, or None."""
    for match in re.finditer(re.escape(form), words):
        before, after = words[match.start() - 1 : match.start()], words[match.end() : match.end() + 1]
        if not (_joins(before) and _joins(form[0])) and not (_joins(after) and _joins(form[-1])):
            return match.start()
    return None


def _joins(char: str) -> bool:
    """Report whether a letter goes on a word beside another one; letters of scripts without spaces do not."""
    return char.isalnum() and char < "\u3000"


def language_of(text: str) -> str:
    """Return the language that the script of a name tells: Japanese for kana and kanji, Korean for Hangul, else English."""
    if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]", text):
        return "ja"
    return "ko" if re.search(r"[\uac00-\ud7a3]", text) else "en"


def _one_of(offers: tuple[str, ...]) -> str:
    """Return a sentence on the classes of which a thing may be created, or an empty text where there is no choice."""
    if len(offers) > 2 * _SHOWN:
        return f"One that is created is of one of {len(offers)} classes, such as {', '.join(offers[:3])}; TERMS.md has all."
    return f"One that is created is of the class {', '.join(offers[:-1])} or {offers[-1]}." if len(offers) > 1 else ""


def _called(iri: str) -> str:
    """Return what names one thing alone: its slug, with a prefix where it is a term of a vocabulary."""
    return local(iri) if is_thing(iri) else shorten(iri)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]
