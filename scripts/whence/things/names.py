"""Finding things by name: IRIs, slugs, labels, and every form a document prints; whole words first, then spelling."""

from __future__ import annotations

import pickle
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, chain, islice
from typing import overload, TypeVar

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from whence.namespaces import PREFIXES, bases, expansions, is_thing
from whence.store import layout, snapshot

#: The sources of names by how much they weigh: labels, other names, forms printed in documents, terms.
_FORMS = """
SELECT ?thing ?name ?source WHERE {
  { ?thing skos:prefLabel ?name BIND(0 AS ?source) }
  UNION { ?thing skos:altLabel ?name BIND(1 AS ?source) }
  UNION { ?thing wh:fileName ?name BIND(1 AS ?source) }
  UNION { ?thing wh:fileName ?file ; dcterms:title ?name BIND(1 AS ?source) }
  UNION { ?thing wh:fileName ?file BIND(REPLACE(STR(?thing), "^.*[/#:]", "") AS ?name) BIND(1 AS ?source) }
  UNION { ?document wh:writer ?thing BIND(REPLACE(STR(?thing), "^.*[/#:]", "") AS ?name) BIND(1 AS ?source) }
  UNION { ?claim wh:property wh:headline ; wh:subject ?thing ; wh:literalValue ?name BIND(2 AS ?source) }
  UNION { ?naming wh:printedForm ?name ; wh:entity ?thing BIND(2 AS ?source) }
  UNION { ?thing rdfs:label ?name BIND(3 AS ?source) MINUS { ?thing wh:attests ?claim } MINUS { ?thing a wh:Claim }
    MINUS { ?thing a wh:CompletenessStatement } MINUS { ?thing a wh:Discrepancy } }
}
"""
#: The source of terms of the ontology, which stand behind things with as good a name.
_TERM = 3
#: How alike two words must be to be one spelled otherwise, from 0 to 1: in letters, and in scripts where a letter says more.
_ALIKE, _ALIKE_OTHERS = 0.74, 0.6
#: The longest name that is looked for, and the most of its words.
_LONGEST, _WORDS = 200, 12
#: Words that make no difference to which thing is meant: articles, and titles before and after the name of a person.
_ARTICLES = frozenset(("a", "an", "and", "the"))
_BEFORE, _AFTER = frozenset("mr mrs ms miss dr".split()), frozenset("san sama kun chan sensei さん 様 さま 君 くん ちゃん 氏 先生 監督".split())
#: Such words do not tell things apart where only some words of a text are looked for.
_COMMON = _ARTICLES | frozenset("at by for from in is of on or s that to was what who with".split())
#: So many forms that begin with a text, and so many with a word of it, are put in order.
_RANKED = 20_000


#: The combining marks below Greek.
_ACCENTS = re.compile(r"[\u0300-\u034e\u0350-\u036f]")
#: What is no letter or digit.
_OTHERS = re.compile(r"[\W_]")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")
_PREFIX = re.compile(r"^([a-z][a-z0-9-]*):")
_SPACES = re.compile(r"(?<=[^\x00-\u024f]) | (?=[^\x00-\u024f])")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the name of one thing.

    :ivar plain: the form without case, accents and punctuation
    """

    thing: str
    text: str
    source: int
    plain: str


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that was found.

    :ivar name: the name by which it was found
    :ivar source: how little the name weighs: 0 for a label, 1 for another name, 2 for a form in print, 3 for a term
    """

    iri: str
    name: str
    source: int = 0


_Part = TypeVar("_Part")


class Lines:
    """Texts as one long text, a line each: a million take little more than their letters, and are searched at once."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = list(texts)
        self._starts = array("Q", accumulate((len(line) + 1 for line in lines), initial=1))
        self._text = "\n".join(["", *lines, ""])

    def __getitem__(self, number: int) -> str:
        return self._text[self._starts[number] : self._starts[number + 1] - 1]

    def equal(self, text: str) -> Iterator[int]:
        """Yield the numbers of the lines that are a text."""
        return self.containing(f"\n{text}\n")

    def containing(self, text: str) -> Iterator[int]:
        """Yield the numbers of the lines with a text in them, each once; a text that begins with a line break is looked for at their beginnings."""
        at = self._text.find(text)
        while 0 <= at < len(self._text) - 1:
            number = bisect_right(self._starts, at + text.startswith("\n")) - 1
            yield number
            at = self._text.find(text, self._starts[number + 1] - 1)


class Forms(Sequence[Form]):
    """The forms of names, each made when it is asked for.

    :ivar plain: of each the form without case, accents and punctuation
    """

    def __init__(self, forms: Iterable[tuple[str, str, int]]) -> None:
        found = list(dict.fromkeys(forms))
        numbers: dict[str, int] = {}
        self._thing = array("L", (numbers.setdefault(thing, len(numbers)) for thing, _, _ in found))
        self._things, self._texts = Lines(numbers), Lines(text for _, text, _ in found)
        self._sources = bytes(source for _, _, source in found)
        self.plain = Lines(plain(text) for _, text, _ in found)

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, number: int) -> Form: ...
    @overload
    def __getitem__(self, number: slice) -> list[Form]: ...
    def __getitem__(self, number: int | slice) -> Form | list[Form]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        place = range(len(self))[number]
        return Form(self._things[self._thing[place]], self._texts[place], self._sources[place], self.plain[place])


class Names:
    """Every form of the name of every thing of a graph, misspellings too.

    :ivar forms: all of them
    """

    def __init__(self, store: Store, graphs: Sequence[DefaultGraph | NamedNode] = (DefaultGraph(),)) -> None:
        self._path, self._graphs = snapshot.path_of(store), " ".join(map(str, graphs))
        self.forms: Forms = self._kept("names", lambda: Forms(_forms(store, graphs)))

    def _kept(self, name: str, make: Callable[[], _Part]) -> _Part:
        """Return a part of the names that is made once for a graph that is kept, with its packs or without."""
        if self._path is None:
            return make()
        key = sha256(layout.sources_digest() + self._graphs.encode()).digest()
        name += "-with-packs" if " " in self._graphs else ""
        found: _Part = pickle.loads(snapshot.beside(self._path, name, key, lambda: pickle.dumps(make())))
        return found

    def find(self, name: str) -> list[Match]:
        """Return the things that have a name, the likeliest first; empty when none has.

        A name is a label in any language, a form printed in a document, or a document's headline, title, file name or number. Case, accents,
        punctuation and width of letters do not matter; where nothing is called exactly so, neither do articles, titles of
        people such as `Mr.` and `さん`, which of two names comes first, and spaces in scripts that have none.
        """
        wanted = plain(name)
        wanted = f"document {wanted}" if wanted.isdecimal() else wanted
        begun = (self.forms[number] for number in self.forms.plain.containing(f"\n{plain(name)}")) if name else ()
        found = [self.forms[number] for number in self.forms.plain.equal(wanted)]
        found += [form for form in begun if form.source == 1 and form.text.rpartition(".")[0] == name]
        if not found and wanted:
            key = _key(wanted[:_LONGEST])
            found = self._of_key(key) or self._of_key(_turned(key))
        best: dict[str, Form] = {}
        for form in found:
            if form.thing not in best or (form.source, form.text) < (best[form.thing].source, best[form.thing].text):
                best[form.thing] = form
        ranked = sorted(best.items(), key=lambda item: (item[1].source, not is_thing(item[0]), item[0]))
        return [Match(iri, form.text, form.source) for iri, form in ranked]

    def _of_key(self, key: str) -> list[Form]:
        """Return the forms that have a key, in the order of their words or in any order."""
        return [self.forms[number] for number in dict.fromkeys(number for lines in self._keys for number in lines.equal(key))]

    @cached_property
    def _keys(self) -> tuple[Lines, Lines]:
        """What tells the forms apart, in the order of their words and in any order."""
        return self._kept("names-keys", self._make_keys)

    def _make_keys(self) -> tuple[Lines, Lines]:
        keys = [_key(self.forms.plain[number]) for number in range(len(self.forms))]
        return Lines(keys), Lines(map(_turned, keys))

    def search(self, name: str, limit: int) -> list[Match]:
        """Return the things whose names fit a text best, the best first; empty when none is near.

        A form that is the text comes first, then what `find` finds, those with all of its words, those that start with it or
        whose words start with its words, those that contain it, and last those with the most of its words, spelled nearly so
        where not the same.
        """
        wanted = plain(_PREFIX.sub(lambda match: match[0] if not expansions(match[1]) else "", name)[:_LONGEST])
        if not wanted:
            return []
        best: dict[str, tuple[float, ...]] = {}
        shown: dict[str, Form] = {}
        for rank, form in self._ranked(wanted):
            order = (*rank, form.source == _TERM, len(form.text))
            if form.thing not in best or order < best[form.thing]:
                best[form.thing], shown[form.thing] = order, form
        ranked = sorted(shown.values(), key=lambda form: (best[form.thing], form.text, form.thing))
        return [Match(form.thing, form.text, form.source) for form in ranked[:limit]]

    def _ranked(self, wanted: str) -> Iterator[tuple[tuple[float, ...], Form]]:
        """Yield forms that fit with how well, less is better; a form may come more than once."""
        words = list(dict.fromkeys(wanted.split()))[:_WORDS]
        words = [word for word in words if word not in _COMMON] or words
        key = _key(wanted)
        for form in (one for of in (key, _turned(key)) for one in self._of_key(of)):
            yield (0, form.plain != wanted, 0), form
        lines = self.forms.plain
        fitting = chain(islice(lines.containing(f"\n{wanted}"), _RANKED), islice(lines.containing(max(words, key=len)), _RANKED))
        for number in dict.fromkeys(fitting):
            if all(word in lines[number] for word in words):
                form = self.forms[number]
                own = form.plain.split()
                if all(word in own for word in words):
                    yield (1, not form.plain.startswith(wanted), 0), form
                elif form.plain.startswith(wanted):
                    yield (2, 0, 0), form
                elif all(any(one.startswith(word) for one in own) for word in words):
                    yield (3, 0, 0), form
                elif len(wanted) > 2 or not wanted.isascii():
                    yield (4, 0, 0), form
        if len(wanted) > 3 or not wanted.isascii():
            yield from self._spelled(wanted, words)

    def _spelled(self, wanted: str, words: list[str]) -> Iterator[tuple[tuple[float, ...], Form]]:
        """Yield forms with some of the words wanted, or words spelled like them, or spelled like all of it without spaces."""
        found: defaultdict[int, float] = defaultdict(float)
        whole: defaultdict[int, int] = defaultdict(int)
        for word in words:
            near: dict[int, float] = {}
            for one, likeness in self._like(word):
                for number in self._with(one):
                    near[number] = max(near.get(number, 0), likeness)
                    whole[number] += one == word and word not in _COMMON
            for number, likeness in near.items():
                found[number] += likeness / len(words)
        for one, likeness in self._like(wanted.replace(" ", "")):
            for number in self._spelling[0].equal(one):
                found[number] = max(found[number], likeness)
        least = _ALIKE if wanted.isascii() else _ALIKE_OTHERS
        for number, likeness in sorted(found.items()):
            if likeness >= least or whole[number]:
                yield (5 if likeness >= least else 6, -whole[number], -likeness), self.forms[number]

    def _like(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the words of names that are spelled like a word, with how much, from 0 to 1."""
        least = _ALIKE if word.isascii() else _ALIKE_OTHERS
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(word)
        for length, words in self._spelling[1].items():
            if 2 * min(length, len(word)) < least * (length + len(word)):
                continue
            for one in words.split("\n"):
                matcher.set_seq1(one)
                if matcher.quick_ratio() >= least and (likeness := matcher.ratio()) >= least:
                    yield one, likeness

    def _with(self, word: str) -> set[int]:
        """Return the numbers of the forms that have a word, or are it without spaces."""
        lines = self.forms.plain
        return {number for number in lines.containing(word) if word in lines[number].split()} | set(self._spelling[0].equal(word))

    @cached_property
    def _spelling(self) -> tuple[Lines, dict[int, str]]:
        """The forms without spaces; and the words of all forms, and these, by how long they are, with a line break between them."""
        return self._kept("names-words", self._make_spelling)

    def _make_spelling(self) -> tuple[Lines, dict[int, str]]:
        joined = Lines(self.forms.plain[number].replace(" ", "") for number in range(len(self.forms)))
        found: dict[int, dict[str, None]] = {}
        for number in range(len(self.forms)):
            for word in (*self.forms.plain[number].split(), joined[number]):
                found.setdefault(len(word), {})[word] = None
        return joined, {length: "\n".join(words) for length, words in found.items()}


def _forms(store: Store, graphs: Sequence[DefaultGraph | NamedNode]) -> Iterator[tuple[str, str, int]]:
    for row in store.query(_FORMS, prefixes=PREFIXES, default_graph=list(graphs)):
        thing, name = row["thing"], row["name"]
        if isinstance(thing, NamedNode) and isinstance(name, Literal):
            yield thing.value, name.value, int(row["source"].value)


def as_iris(name: str) -> list[str]:
    """Return the IRIs that a text may stand for, as far as they are IRIs at all.

    >>> as_iris("id:metallic-rouge")[:2]
    ['id:metallic-rouge', 'https://w3id.org/whence/id/metallic-rouge']
    """
    candidates = [name[1:-1] if name.startswith("<") and name.endswith(">") else name]
    prefix, colon, local = name.partition(":")
    candidates += [namespace + local for namespace in expansions(prefix) if colon]
    candidates += [base + name for base in bases()]
    return [iri for iri in candidates if is_iri(iri)]


def is_iri(text: str) -> bool:
    """Report whether a text can be an IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _key(name: str) -> str:
    """Return a plain name without what makes no difference, and without spaces beside letters that are not Latin.

    >>> _key("the writer of document 000"), _key("川元 利浩 さん"), _key("mr minami")
    ('writer of document 000', '川元利浩', 'minami')
    """
    words = [word for word in name.split() if word not in _ARTICLES]
    if len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    if len(words) > 1 and words[0] in _BEFORE:
        words.pop(0)
    text = " ".join(words)
    if not text or text.isascii():
        return text or name
    joined = _SPACES.sub("", text)
    title = max((one for one in _AFTER if not one.isascii() and joined.endswith(one) and len(joined) > len(one) + 1), key=len, default="")
    return joined.removesuffix(title)


def _turned(key: str) -> str:
    """Return the same text for a name and the name with its parts in another order.

    >>> _turned("minami masahiko") == _turned("masahiko minami"), _turned("利浩川元") == _turned("川元利浩")
    (True, True)
    """
    if " " in key or key.isascii():
        return " ".join(sorted(key.split()))
    return min(key[at:] + key[:at] for at in range(len(key))) if 2 < len(key) < 12 else key


def plain(name: str) -> str:
    """Return a name without case, accents, punctuation and differences of width.

    >>> plain("Naohiro  FUKUSHIMA!"), plain("Shin’ichirō"), plain("ｶﾞﾝﾀﾞﾑ") == plain("ガンダム")
    ('naohiro fukushima', 'shinichiro', True)
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    whole = unicodedata.normalize("NFC", bare)  # marks that belong to their letters, such as the voiced ones of kana
    kept = _OTHERS.sub(lambda one: one[0] if unicodedata.category(one[0])[0] == "M" else " ", _APOSTROPHES.sub("", whole))
    return " ".join(kept.split()) or " ".join(name.casefold().split())
