"""What words may mean: the names of things, the terms of the vocabularies and the ontology, numbers, dates and quoted texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from whence.ask.words import Token, Words, stem
from whence.namespaces import PREFIXES, WH, is_thing, local
from whence.things import Index, plain
from whence.things.index import wh

_LABELS = [NamedNode(PREFIXES[prefix] + name) for prefix, name in (("skos", "prefLabel"), ("rdfs", "label"), ("skos", "altLabel"), ("skos", "hiddenLabel"))]
_CLAIMED = tuple(WH + name for name in ("claimedRelation", "claimedAttribute"))
#: The longest name in words, and how alike the spelling of a name must be.
_LONGEST, _ALIKE = 20, 0.8
#: How alike each word of it must be to one of the name: another word makes another name.
_WORD_ALIKE = 0.6
#: The source of a name that a document prints.
_FORM = 2
#: So many words are taken for misspelled names.
_ODD = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = {month: number for number, month in enumerate("january february march april may june july august september october november december".split(), 1)}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that may stand for something.

    :ivar start: the number of its first word; `end` is the one after its last
    :ivar values: what it may be, the likeliest first: IRIs, or a text, number or date as a parameter takes it
    :ivar kind: `thing`, `term`, `string`, `number`, `date`, or `reference`, such as "the series", whose values are names of classes
    :ivar text: the words as typed
    :ivar weak: whether it is a common noun that some text uses for a thing
    :ivar document: whether it is a document, which tells where to look more than what for
    """

    start: int
    end: int
    values: tuple[str, ...]
    kind: str
    text: str
    weak: bool = False
    document: bool = False

    def overlaps(self, other: Mention) -> bool:
        """Report whether two mentions share a word."""
        return self.start < other.end and other.start < self.end


class Lexicon:
    """What the words of questions may mean in one graph."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.read = Words(*(dict(self._words_with(name)) for name in ("inflectedForm", "synonym")))
        self._kinds: dict[str, frozenset[str]] = {}
        self._words: dict[str, tuple[frozenset[str], ...]] = {}
        self.read.mean(dict(self._named_otherwise()))

    def _words_with(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield what stands for a word of the graph in one way, with that word."""
        for word in self.index.instances("Word"):
            yield from ((one.value, self.index.value(word, wh("baseForm"))) for one in self.index.objects(word, wh(name)) if isinstance(one, Literal))

    def _named_otherwise(self) -> Iterator[tuple[str, str]]:
        """Yield the stem of each other name of a class or property that is one word, with that of its label, the likeliest last."""
        for quad in (quad for of in reversed(_LABELS) for quad in self.index.store.quads_for_pattern(None, of, None)):
            iri, name = getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")
            label = plain(self.index.label(iri)).split() if " " not in name and not is_thing(iri) else ()
            if len(label) == 1 and stem(plain(name)) != stem(label[0]) and self.kinds(iri) & {"Class", "Property", "Polarity", "Commitment"}:
                yield stem(plain(name)), stem(label[0])

    def mentions(self, text: str, words: list[Token], known: Iterable[str]) -> list[Mention]:
        """Return all that words may stand for, by place, longer ones first; they may overlap.

        :param known: stems of words that are no misspelled names
        """
        found = [*self._texts(text, words), *self._dates(words)]
        for start in range(len(words)):
            for end in range(min(start + _LONGEST, len(words)), start, -1):
                shown = text[words[start].start : words[end - 1].end]
                things = self._things.get(tuple(word.plain for word in words[start:end]))
                if things and not (end == start + 1 and not words[start].content):
                    weak = shown.islower() and words[start].plain != "the" and things[0] in self._printed.get(tuple(word.plain for word in words[start:end]), ())
                    found.append(Mention(start, end, tuple(things), "thing", shown, weak, "Document" in self.kinds(things[0])))
                stems = tuple(word.stem for word in words[start:end] if word.content)
                edges = not (words[start].content and words[end - 1].content)
                whole = tuple(word.stem for word in words[start:end])
                iris = [*(self._terms.get(stems, ()) if not edges else ()), *(self._terms.get(whole, ()) if whole != stems else ())]
                if stems and iris:
                    found.append(Mention(start, end, tuple(dict.fromkeys(iris)), "term", shown))
            if words[start].stem.isdecimal():
                found.append(Mention(start, start + 1, (words[start].stem,), "number", words[start].plain))
        longer = [one for one in found if one.end - one.start > 1 and one.kind in ("thing", "term")]
        proper = [one for one in longer if one.kind == "thing" and one.text[0].isupper()]
        found = [one for one in found if one.kind != "term" or not any(other.start <= one.start and one.end <= other.end and one.text != other.text for other in proper)]
        references = [one for one in self._references(text, words, any(one.kind == "thing" for one in found)) if not any(one.overlaps(other) and other.end > one.end for other in longer)]
        meant = {one.start for one in references}  # "the anime" is a work, and no genre
        found = [one for one in found if not (one.start in meant and one.kind == "term" and any("Genre" in self.kinds(iri) for iri in one.values))] + references
        found += self._misspelled(text, words, found, set(known))
        return sorted(self._with_titles(found, words), key=lambda one: (one.start, -one.end))

    def _with_titles(self, found: list[Mention], words: list[Token]) -> list[Mention]:
        """Return mentions in which a role before the name of who has it is a part of the name: "director Hori" is he."""
        titles = [one for one in found if one.kind == "term" and words[one.end - 1].content and words[max(one.start - 1, 0)].plain != "the"]
        things = [one for one in found if one.kind == "thing"]
        for title in titles:
            for named in (one for one in things if one.start == title.end and self._has_role(one.values[0], title.values)):
                found = [replace(named, start=title.start) if one is named else one for one in found if one is not title]
        return found

    def _has_role(self, person: str, roles: Iterable[str]) -> bool:
        """Report whether somebody is said to have one of some roles."""
        claimed = (claim for claim in self.index.subjects(wh("agent"), NamedNode(person)))
        return any(self.index.holds(claim, wh("role"), NamedNode(role)) for claim in claimed for role in roles)

    def kinds(self, iri: str) -> frozenset[str]:
        """Return the local names of the classes of a thing; `Class` for a class, `Property` for a property that relations and facts name."""
        if iri not in self._kinds:
            classes = self.index.classes(NamedNode(iri))
            names = {local(kind) for kind in classes if kind.startswith(WH)}
            above = self.index.things(NamedNode(iri), NamedNode(PREFIXES["rdfs"] + "subPropertyOf"))
            names |= {"Property"} if any(one.value in _CLAIMED for one in above) else set()
            names |= {"Class"} if PREFIXES["owl"] + "Class" in classes else set()
            self._kinds[iri] = frozenset(names)
        return self._kinds[iri]

    def classes_called(self, stem: str) -> list[str]:
        """Return the local names of the classes that a word names."""
        return [local(iri) for iri in self._terms.get((stem,), ()) if "Class" in self.kinds(iri)]

    @cached_property
    def vocabulary(self) -> set[str]:
        """The stems of all words of the terms."""
        return {stem for stems in self._terms for stem in stems}

    @cached_property
    def _singular(self) -> frozenset[str]:
        """The names of terms as they are written: the plural of one refers to no single thing."""
        return frozenset(map(plain, self.names_of_terms))

    @cached_property
    def names_of_terms(self) -> list[str]:
        """All names of terms that are no things, in English."""
        quads = (quad for predicate in _LABELS for quad in self.index.store.quads_for_pattern(None, predicate, None))
        terms = (quad for quad in quads if isinstance(quad.subject, NamedNode) and not is_thing(quad.subject.value) and isinstance(quad.object, Literal))
        return [quad.object.value for quad in terms if quad.object.value.isascii()]

    def words_of(self, iri: str) -> frozenset[str]:
        """Return the stems of all names of a term."""
        return frozenset().union(*self.names_of(iri))

    def names_of(self, iri: str) -> tuple[frozenset[str], ...]:
        """Return the stems of each name of a term."""
        if iri not in self._words:
            names = (term.value for of in _LABELS for term in self.index.objects(NamedNode(iri), of) if isinstance(term, Literal))
            self._words[iri] = tuple(map(self.read.stems, names))
        return self._words[iri]

    @cached_property
    def _things(self) -> dict[tuple[str, ...], list[str]]:
        """The words of every name of a thing, and of a part of it that means nothing else, to the things, the likeliest first."""
        whole: dict[tuple[str, ...], dict[str, int]] = {}
        for form in self.index.names.forms:
            if not is_thing(form.thing):
                continue
            words = tuple(token.plain for token in self.read.tokens(form.text))
            words = words[1:] if len(words) > 1 and words[0] in ("the", "a") else words
            if words:
                named = whole.setdefault(words, {})
                named[form.thing] = min(form.source, named.get(form.thing, 9))
                if len(words) == 2 and "Person" in self.kinds(form.thing):
                    whole.setdefault(words[::-1], {})[form.thing] = 4
        for thing, name in self._hidden:
            whole.setdefault(name, {})[thing] = 3
        for words, described in self._compounds().items():
            whole.setdefault(words, dict.fromkeys(described, 4))
        for document, names, rank in self._documents():
            for name in names:
                whole.setdefault(name, {}).setdefault(document, rank)
        for words, things in self._parts().items():
            whole[words] = {**things, **whole.get(words, {})}
        return {words: sorted(things, key=lambda one: (things[one], one)) for words, things in whole.items()}

    def _compounds(self) -> dict[tuple[str, ...], set[str]]:
        """Return what people say for "the special clip of Crimson Lightning", as "Crimson Lightning clip" or "clip of Crimson Lightning", any name as one word, and the name of an event without its year, where it means one thing."""
        found: dict[tuple[str, ...], set[str]] = {}
        for form in self.index.names.forms:
            described = re.fullmatch(r"the (.+?) of (.+)", form.text) if form.source < _FORM and is_thing(form.thing) else None
            if described:
                head, of = ([token.plain for token in self.read.tokens(part.removeprefix("the "))] for part in described.groups())
                for last in (head, head[-1:]):
                    found.setdefault((*of, *last), set()).add(form.thing)
                    found.setdefault((*last, "of", *of), set()).add(form.thing)
            if is_thing(form.thing) and not form.text.isalnum():
                found.setdefault(("".join(token.plain for token in self.read.tokens(form.text)),), set()).add(form.thing)
            name, _, year = form.text.rpartition(" ")
            if name and _YEAR.fullmatch(year) and is_thing(form.thing) and "Event" in self.kinds(form.thing):  # of a work it tells which one
                found.setdefault(tuple(token.plain for token in self.read.tokens(name)), set()).add(form.thing)
        return {words: things for words, things in found.items() if len(things) == 1}

    def _parts(self) -> dict[tuple[str, ...], dict[str, int]]:
        """Return the single words of the names of people and characters, with the things."""
        found: dict[tuple[str, ...], dict[str, int]] = {}
        for form in self.index.names.forms:
            own = form.source < _FORM and is_thing(form.thing) and not form.text.startswith("the ")  # which describes, and names others
            words = re.findall(r"\b[A-Z]\w{2,}", form.text) if own else []
            if len(words) > 1 and self.kinds(form.thing) & {"Person", "Character"}:
                for word in words:
                    found.setdefault((plain(word),), {})[form.thing] = 5
        return found

    @cached_property
    def _hidden(self) -> list[tuple[str, tuple[str, ...]]]:
        """The things with the words of their hidden labels."""
        quads = [quad for quad in self.index.store.quads_for_pattern(None, _LABELS[3], None) if isinstance(quad.subject, NamedNode) and is_thing(quad.subject.value)]
        return [(quad.subject.value, tuple(token.plain for token in self.read.tokens(quad.object.value))) for quad in quads]

    @cached_property
    def _printed(self) -> dict[tuple[str, ...], set[str]]:
        """The words of names that documents print and that are no label, to the things."""
        found: dict[tuple[str, ...], set[str]] = {}
        labels = {(form.plain, form.thing) for form in self.index.names.forms if form.source < 2}
        for thing, name in self._hidden:
            found.setdefault(name, set()).add(thing)
        for form in self.index.names.forms:
            if form.source == _FORM and (form.plain, form.thing) not in labels:
                found.setdefault(tuple(token.plain for token in self.read.tokens(form.text.removeprefix("the "))), set()).add(form.thing)
        return found

    def _documents(self) -> Iterable[tuple[str, list[tuple[str, ...]], int]]:
        """Yield each document with names that people give it, and how likely these mean it: by its number, by its outlet, and less so the outlet alone."""
        for document in self.index.instances("Document"):
            number = re.search(r"(\d+)$", document.value)
            names: list[tuple[str, ...]] = [(kind, digits) for kind in ("document", "article", "text", "doc") for digits in {number[1], str(int(number[1]))}] if number else []
            names += [(f"d{int(number[1])}",), (number[1],)] if number else []
            for claim in self.index.subjects(wh("subject"), document):
                if self.index.holds(claim, wh("property"), wh("publishedBy")):
                    outlet = tuple(token.plain for token in self.read.tokens(self.index.label(self.index.value(claim, wh("value")))))
                    names += [(*outlet, kind) for kind in ("article", "interview", "piece", "text", "document")]
                    yield document.value, [outlet], 4
            yield document.value, names, 1

    @cached_property
    def _terms(self) -> dict[tuple[str, ...], list[str]]:
        """The stems of every name of a term that is no thing, to the terms; small words count where a name ends in one, as `released at`."""
        found: dict[tuple[str, ...], list[str]] = {}
        for predicate in _LABELS:  # the likeliest first
            named: dict[tuple[str, ...], list[str]] = {}
            for quad in self.index.store.quads_for_pattern(None, predicate, None):
                if not isinstance(quad.subject, NamedNode) or is_thing(quad.subject.value) or not isinstance(quad.object, Literal):
                    continue
                words = self.read.tokens(quad.object.value)
                whole = bool(words) and not words[-1].content
                stems = tuple(word.stem for word in words if whole or word.content)
                if stems:
                    named.setdefault(stems, []).append(quad.subject.value)
            for stems, iris in named.items():
                found[stems] = list(dict.fromkeys((*found.get(stems, ()), *sorted(iris))))
        for form in self.index.names.forms:
            stems = tuple(word.stem for word in self.read.tokens(form.text) if word.content)
            if form.source == _FORM and not is_thing(form.thing) and stems and form.thing not in found.setdefault(stems, []):
                found[stems].append(form.thing)
        return found

    def _texts(self, text: str, words: list[Token]) -> Iterable[Mention]:
        """Yield what stands in quotation marks."""
        for match in re.finditer(r"[\"“”]([^\"“”]+)[\"“”]", text):
            inside = [place for place, word in enumerate(words) if match.start() <= word.start and word.end <= match.end()]
            if inside:
                yield Mention(inside[0], inside[-1] + 1, (match[1],), "string", match[1])

    def _references(self, text: str, words: list[Token], named: bool) -> Iterable[Mention]:
        """Yield what refers to a thing by its class, as "the series" does, and "it" where nothing is named."""
        for place, word in enumerate(words[1:], 1):
            if words[place - 1].plain in ("the", "this") and (word.stem,) in self._terms and word.plain in self._singular:
                classes = [local(iri) for iri in self._terms[(word.stem,)] if WH + "Entity" in self.index.superclasses.get(iri, ())]
                if classes:
                    yield Mention(place, place + 1, tuple(classes), "reference", text[words[place - 1].start : word.end])
            elif word.plain == "it" and not named:
                yield Mention(place, place + 1, ("Work",), "reference", "it")

    def _dates(self, words: list[Token]) -> Iterable[Mention]:
        """Yield years and months, as EDTF writes them."""
        for place, word in enumerate(words):
            if _YEAR.fullmatch(word.plain):
                month = _MONTHS.get(words[place - 1].plain) if place else None
                if month is None and place > 1 and words[place - 1].plain == "of":
                    month = _MONTHS.get(words[place - 2].plain)
                    start = place - 2
                else:
                    start = place - 1
                if month:
                    yield Mention(start, place + 1, (f"{word.plain}-{month:02}",), "date", f"{words[start].plain} {word.plain}")
                else:
                    yield Mention(place, place + 1, (word.plain,), "date", word.plain)

    def _misspelled(self, text: str, words: list[Token], found: list[Mention], known: set[str]) -> Iterable[Mention]:
        """Yield names that are spelled otherwise than any name, the longest first."""
        taken = {place for one in found for place in range(one.start, one.end)}
        odd = {place for place, word in enumerate(words) if place not in taken and word.stem not in known and word.content and len(word.plain) > 3}
        for place in sorted(odd)[:_ODD]:
            best: tuple[float, int, int, str] | None = None
            for match in self.index.search(words[place].plain, 6):
                name = plain(match.name)
                own = max((SequenceMatcher(None, words[place].plain, word).ratio() for word in name.split()), default=0)
                if own < _ALIKE or not is_thing(match.iri):
                    continue
                for start in range(max(0, place - 3), place + 1):
                    for end in range(place + 1, min(len(words), place + 4) + 1):
                        alike = SequenceMatcher(None, " ".join(word.plain for word in words[start:end]), name).ratio()
                        every = min(max(SequenceMatcher(None, word.plain, part).ratio() for part in name.split()) for word in words[start:end])
                        if alike >= _ALIKE and every >= _WORD_ALIKE and (best is None or (alike, end - start) > (best[0], best[2] - best[1])):
                            best = (alike, start, end, match.iri)
            if best:
                _, start, end, iri = best
                yield Mention(start, end, (iri,), "thing", text[words[start].start : words[end - 1].end])
