"""Proposals of things that may be one, between graphs and within them, by three tiers of evidence.

1. `identifier`: both have one identifier of another database.
2. `name and work`: both have one name, and of things credited together with each, one has one name too.
3. `name`: both have one name, and stand in different graphs: two things of one name in one catalogue are two for those who wrote it.

Names decide nothing where class, year or identifiers differ; they say less of what has a name of three letters, of characters of other
works, and of a work that another one has an identifier of there. Things are compared only with those of the same identifier or name
(blocks), and names that very many have only with a work in common, so that the time grows with the size of the graphs.

Names that are written otherwise have keys in common: scripts, readings, variants of characters, order, long vowels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from unicodedata import normalize

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from whence.identity.decisions import TIERS
from whence.inference import superclasses
from whence.namespaces import PREFIXES, WH, local, shorten, spaced
from whence.things import plain

#: What a catalogue writes behind a name to tell it from others: "(film)", "（2009年の映画）".
_QUALIFIER = re.compile(r"(?<!\s)\s*+[(（\[【][^()（）\[\]【】]*+[)）\]】]\s*$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
#: Katakana stand 0x60 above their hiragana (Unicode blocks 3040 and 30A0).
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)} | {0x30FD: 0x309D, 0x30FE: 0x309E}
#: Old and other forms of characters that names are written with, to those of the list for general use (常用漢字表, 2010).
_FORMS = str.maketrans(
    "亞惡壓圍爲榮圓應歐櫻奧假會覺學樂關觀顏歸舊據峽曉區惠驗顯廣恆國黑碎劑齋濟齊嶋嶌眞實寫釋壽從澁澀縱將燒條乘淨眞愼圖靜聲專戰淺錢禪壯搜莊總藏臟續體對臺瀧瀨澤單團遲晝聽鐵轉傳燈當黨盜稻獨讀繩貳惱腦霸廢拜賣麥發髮拔濱邊邉變辨瓣寶豐萬滿默藥與餘譽謠來賴亂覽龍兩獵綠壘禮戀爐勞樓灣髙﨑德渕",
    "亜悪圧囲為栄円応欧桜奥仮会覚学楽関観顔帰旧拠峡暁区恵験顕広恒国黒砕剤斎済斉島島真実写釈寿従渋渋縦将焼条乗浄真慎図静声専戦浅銭禅壮捜荘総蔵臓続体対台滝瀬沢単団遅昼聴鉄転伝灯当党盗稲独読縄弐悩脳覇廃拝売麦発髪抜浜辺辺変弁弁宝豊万満黙薬与余誉謡来頼乱覧竜両猟緑塁礼恋炉労楼湾高崎徳淵",
)
_LONG = re.compile(r"o[uo]|oh(?![aeiouy])|uu")
_LATIN = re.compile(r"[a-z]")


def key(name: str, person: bool = False) -> str:
    """Return what two names have in common when they are one but for script, case, accents, spaces, and a qualifier in brackets.

    :param person: whether order of the names and length of vowels in Latin letters make no difference either
    :returns: an empty text for a name without letters and digits

    >>> key("ＭＥＴＡＬＬＩＣ　ＲＯＵＧＥ") == key("Metallic Rouge"), key("Batman (1989 film)")
    (True, 'batman')
    >>> key("ラーゼフォン") == key("らーぜふぉん"), key("澤野 弘之", True) == key("沢野弘之", True)
    (True, True)
    >>> key("Shinichirō Watanabe", True) == key("WATANABE Shin'ichirou", True)
    True
    """
    text = _QUALIFIER.sub("", name.strip()) or name
    text = plain(text).translate(_FORMS).translate(_KANA)
    if not any(map(str.isalnum, text)):
        return ""
    if not _LATIN.search(text):
        return text.replace(" ", "")
    if person:
        text = " ".join(sorted(_LONG.sub(lambda found: found[0][0], text).split()))
    return text.removeprefix("the ") or text


def qualifier(name: str) -> str:
    """Return what stands in brackets behind a name, brackets and all, or an empty text.

    >>> qualifier("Batman (1989 film)").strip(), qualifier("Blade Runner 2049")
    ('(1989 film)', '')
    """
    found = _QUALIFIER.search(name.strip())
    return found[0] if found and found.start() else ""


def year(text: str) -> int | None:
    """Return the first year in a date, or in what stands behind a name, or None.

    >>> year("1982-06-25"), year("(1989 film)"), year("film")
    (1982, 1989, None)
    """
    found = _YEAR.search(text)
    return int(found[0]) if found else None


#: A block of more things is not compared pair by pair.
_BLOCK = 12
#: Years of one thing that two sources give may differ by so many: a premiere, a release elsewhere.
_YEARS = 1
#: A name of so few Latin letters, such as NAS, is a firm's here and a singer's there.
_SHORT = re.compile(r"[a-z0-9]{1,3}")
_DEFAULT = DefaultGraph()
_SKOS = PREFIXES["skos"]
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_NAMES = [NamedNode(_SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel")]
_EXACT, _DIFFERENT = NamedNode(_SKOS + "exactMatch"), NamedNode(PREFIXES["owl"] + "differentFrom")
#: Classes whose things are never proposed: what is said, where it stands, and terms.
_LEFT_OUT = frozenset(("Document", "Question", "Concept", "Claim", "Attestation", "Identifier", "CompletenessStatement", "Discrepancy"))
_AGENTS = frozenset(("Agent", "Person", "Group", "Journalist"))


@dataclass(frozen=True, slots=True)
class Source:
    """One graph whose things are compared.

    :ivar name: as proposals tell it
    :ivar store: with what follows from the graph
    :ivar graph: the named graph in it, or None for its default graph
    """

    name: str
    store: Store
    graph: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two things that may be one.

    :ivar thing: the IRI that comes first in the alphabet
    :ivar score: from 0 to 1
    :ivar reason: what speaks for it and against it, in words
    :ivar sources: the names of their graphs
    """

    thing: str
    other: str
    tier: str
    score: float
    reason: str
    names: tuple[str, str]
    sources: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is proposed, the best first.

    :ivar left_out: names that so many things have that these were not compared, with how many they are
    """

    found: tuple[Proposal, ...]
    left_out: dict[str, int]


@dataclass(slots=True)
class Thing:
    """What is compared of a thing.

    :ivar classes: local names of its most special ones
    :ivar names: what tells each name, with the name
    :ivar years: in which it comes out
    :ivar identifiers: scheme to values
    :ivar near: the IRIs of what is credited or cast together with it
    :ivar beside: what tells each of their names, with the name to tell it by
    """

    iri: str
    source: str
    classes: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)
    beside: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name to tell it by."""
        return next(iter(self.names.values()), local(self.iri))

    @property
    def described(self) -> str:
        """Its classes, its first year and its graph, in words."""
        return ", ".join(filter(None, (_kinds(self), str(min(self.years)) if self.years else "", self.source)))


def things(sources: Iterable[Source]) -> dict[str, Thing]:
    """Return the things of these graphs by IRI; of one that several have, that of the first."""
    found: dict[str, Thing] = {}
    for source in sources:
        for iri, thing in _read(source, _above(source)).items():
            found.setdefault(iri, thing)
    return found


def proposals(sources: Iterable[Source], decided: Collection[tuple[str, str]] = (), clusters: Iterable[Collection[str]] = ()) -> Proposals:
    """Return which things of these graphs may be one, each pair once, by the firmest tier.

    :param decided: pairs of IRIs, each in alphabetical order, on which somebody decided: they are not proposed again
    :param clusters: things that are one already: no two of one are proposed
    """
    sources = list(sources)
    clusters = list(clusters)
    home = {iri: number for number, cluster in enumerate(clusters) for iri in cluster}
    quads = (quad for source in sources for quad in source.store.quads_for_pattern(None, _DIFFERENT, None, source.graph or _DEFAULT))
    apart = {*decided, *(tuple(sorted((quad.subject.value, quad.object.value))) for quad in quads)}
    known = things(sources)
    every = known.values()
    _add_beside(known, clusters)
    comparing = _Comparing(_above(sources[0]) if sources else {}, home, apart)
    for pair, identifier in _by_identifier(every):
        comparing.identified(*pair, identifier)
    left_out = {}
    for name, block in _by_name(every).items():
        if len(block) <= _BLOCK:
            comparing.named(name, block)
        elif rest := comparing.crowded(name, block):
            left_out[block[0].names[name]] = rest
    return Proposals(tuple(sorted(comparing.found.values(), key=lambda one: (-one.score, one.thing, one.other))), left_out)


def _above(source: Source) -> dict[str, set[str]]:
    """Return the local names of the classes of the ontology with those above each."""
    return {local(one): set(map(local, uppers)) for one, uppers in superclasses(source.store).items() if one.startswith(WH)}


class _Comparing:
    """Compares things and keeps what is proposed.

    :ivar found: pair to proposal
    """

    def __init__(self, above: dict[str, set[str]], home: dict[str, int], apart: set[tuple[str, str]]) -> None:
        self.found: dict[tuple[str, str], Proposal] = {}
        self._above, self._home, self._apart = above, home, apart
        #: A thing and the name of a graph to what it is in that graph by an identifier.
        self._known: dict[tuple[str, str], Thing] = {}

    def identified(self, one: Thing, other: Thing, identifier: str) -> None:
        """Propose two things of one identifier, be they of one class or not: somebody is wrong then, and a person sees it."""
        score, reasons = 0.98, [f"{identifier} for both"]
        if not (set(one.names) & set(other.names)):
            score -= 0.05
            reasons.append("no name in common")
        if not self._one_class(one, other):
            score -= 0.4
            reasons.append(f"but {_kinds(one)} and {_kinds(other)}")
        if not _one_year(one, other):
            score -= 0.3
            reasons.append(f"but {_years(one)} and {_years(other)}")
        if score > 0.9:
            self._known |= {(one.iri, other.source): other, (other.iri, one.source): one}
        self._propose(one, other, "identifier", score, reasons)

    def named(self, name: str, block: list[Thing]) -> None:
        """Propose those of the things of one name that may be one."""
        pairs = [(one, other) for one, other in combinations(block, 2) if self._may_be_one(name, one, other)]
        rivals: dict[tuple[str, str], int] = defaultdict(int)
        for one, other in pairs:
            rivals[one.iri, other.source] += 1
            rivals[other.iri, one.source] += 1
        for one, other in pairs:
            shared = _shared(one, other)
            crowd = max(rivals[one.iri, other.source], rivals[other.iri, one.source])
            if shared or one.source != other.source:
                self._by_name(name, one, other, shared, crowd)

    def crowded(self, name: str, block: list[Thing]) -> int:
        """Propose those of very many things of one name that share a work or a credit, and return how many were not compared."""
        by_work: dict[str, list[Thing]] = defaultdict(list)
        for thing in block:
            for beside in thing.beside:
                by_work[beside].append(thing)
        near = [group for group in by_work.values() if 1 < len(group) <= _BLOCK]
        for group in near:
            for one, other in combinations(group, 2):
                if self._may_be_one(name, one, other):
                    self._by_name(name, one, other, _shared(one, other), 1)
        return len(block) - len({thing.iri for group in near for thing in group})

    def _by_name(self, name: str, one: Thing, other: Thing, shared: list[str], crowd: int) -> None:
        reasons = [f"both are called “{one.names[name]}”"]
        score = 0.7 + 0.05 * min(len(shared), 4) if shared else 0.5
        if len({plain(text.removesuffix(qualifier(text))) for text in (one.names[name], other.names[name])}) > 1:
            score -= 0.05
            reasons[0] = f"“{one.names[name]}” and “{other.names[name]}” are one name written otherwise"
        behind = qualifier(one.names[name]).strip(), qualifier(other.names[name]).strip()
        if all(behind) and behind[0] != behind[1]:
            score -= 0.2
            reasons.append(f"but {behind[0]} and {behind[1]} stand behind it")
        if shared:
            told = ", ".join(f"“{word}”" for word in shared[:3])
            reasons.append(f"{told} beside both" + (f" and {len(shared) - 3} more" if len(shared) > 3 else ""))
        if not one.classes & other.classes:
            score -= 0.1
            reasons.append(f"of one no more is known than that it is {_kinds(one)}, the other {_kinds(other)}")
        if one.years and other.years:
            score += 0.05
            reasons.append(f"both of {_years(one)}" if one.years & other.years else f"of {_years(one)} and {_years(other)}")
        if crowd > 1:
            score *= 0.5 + 0.5 / crowd if shared else 1 / crowd
            reasons.append(f"{crowd} that may be meant are called so in one graph")
        if not shared and (told := self._weak(name, one, other)):
            score *= 0.4
            reasons.append(told)
        self._propose(one, other, "name and work" if shared else "name", score, reasons)

    def _weak(self, name: str, one: Thing, other: Thing) -> str:
        """Return why a name that two things have says little, or an empty text."""
        if _SHORT.fullmatch(name):
            return "so short a name says little"
        if one.beside and other.beside and all("Character" in thing.classes for thing in (one, other)):
            return "but characters of works that have no name in common"
        for thing, there in ((one, other), (other, one)):
            known = self._known.get((thing.iri, there.source))
            if known is not None and known is not there and any("Work" in {kind, *self._above.get(kind, ())} for kind in thing.classes):
                return f"but an identifier says that {thing.label} is {known.label} ({shorten(known.iri)}) there"
        return ""

    def _propose(self, one: Thing, other: Thing, tier: str, score: float, reasons: list[str]) -> None:
        one, other = sorted((one, other), key=lambda thing: thing.iri)
        pair = one.iri, other.iri
        decided = pair in self._apart or (one.iri in self._home and self._home[one.iri] == self._home.get(other.iri))
        known = self.found.get(pair)
        score = round(max(score, 0.05), 2)
        if not decided and (known is None or (TIERS.index(tier), -score) < (TIERS.index(known.tier), -known.score)):
            self.found[pair] = Proposal(*pair, tier, score, "; ".join(reasons), (one.label, other.label), (one.source, other.source))

    def _may_be_one(self, name: str, one: Thing, other: Thing) -> bool:
        """Report whether classes, years and identifiers let two things of one name be one; within one graph a work's signs count: a sequel may have one more."""
        both = one.identifiers.keys() & other.identifiers.keys()
        texts = one.names[name], other.names[name]
        if one.source == other.source and len({qualifier(text) for text in texts} if one.classes & _AGENTS else set(map(_squeezed, texts))) > 1:
            return False
        return self._one_class(one, other) and _one_year(one, other) and all(one.identifiers[scheme] & other.identifiers[scheme] for scheme in both)

    def _one_class(self, one: Thing, other: Thing) -> bool:
        return any(a == b or a in self._above.get(b, ()) or b in self._above.get(a, ()) for a in one.classes for b in other.classes)


def _squeezed(name: str) -> str:
    """Return a name without case, spaces and differences of width, signs and brackets kept."""
    return "".join(normalize("NFKC", name).casefold().split())


def _shared(one: Thing, other: Thing) -> list[str]:
    """Return the names of what is credited or cast together with both, sorted."""
    return sorted({one.beside[name] for name in one.beside.keys() & other.beside.keys()})


def _one_year(one: Thing, other: Thing) -> bool:
    """Report whether the first years of two things agree, as far as both are known."""
    return not one.years or not other.years or abs(min(one.years) - min(other.years)) <= _YEARS


def _years(thing: Thing) -> str:
    return str(min(thing.years))


def _kinds(thing: Thing) -> str:
    return " and ".join(spaced(kind) for kind in sorted(thing.classes))


def _by_identifier(things: Iterable[Thing]) -> Iterator[tuple[tuple[Thing, Thing], str]]:
    """Yield pairs of things with one identifier: of several the first with each other, from which a cluster follows."""
    holders: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in things:
        for scheme, values in thing.identifiers.items():
            for value in values:
                holders[scheme, value].append(thing)
    for (scheme, value), found in holders.items():
        for other in found[1:]:
            yield (found[0], other), f"{scheme} {value}".strip()


def _by_name(things: Iterable[Thing]) -> dict[str, list[Thing]]:
    blocks: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        for name in thing.names:
            blocks[name].append(thing)
    return {name: block for name, block in blocks.items() if len(block) > 1}


def _read(source: Source, above: dict[str, set[str]]) -> dict[str, Thing]:
    """Return the things of a graph with what is compared of them."""
    graph = source.graph or _DEFAULT
    every: dict[str, set[str]] = defaultdict(set)
    entities = {"Entity"} | {one for one, uppers in above.items() if "Entity" in uppers}
    for kind in entities - _LEFT_OUT - {one for one, uppers in above.items() if uppers & _LEFT_OUT}:
        for quad in source.store.quads_for_pattern(None, _TYPE, NamedNode(WH + kind), graph):
            if isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(WH):
                every[quad.subject.value].add(kind)
    things = {}
    for iri, kinds in every.items():
        general = {upper for kind in kinds for upper in above.get(kind, ())}
        if special := kinds - general - {"Entity"}:
            things[iri] = Thing(iri, source.name, frozenset(special))
    _add_names(source.store, graph, things)
    _add_identifiers(source.store, graph, things)
    _add_claims(source.store, graph, things)
    return things


def _add_beside(known: dict[str, Thing], clusters: Iterable[Collection[str]]) -> None:
    """Add the names of what is credited together with each thing; those of a cluster's things are names of one."""
    names = {iri: dict.fromkeys(thing.names, thing.label) for iri, thing in known.items()}
    for cluster in clusters:
        members = [known[iri] for iri in cluster if iri in known]
        together = {name: members[0].label for thing in members for name in thing.names}
        names |= {thing.iri: together for thing in members}
    for thing in known.values():
        for iri in thing.near:
            thing.beside |= names[iri]


def _add_names(store: Store, graph: DefaultGraph | NamedNode, things: dict[str, Thing]) -> None:
    for predicate in _NAMES:
        for quad in sorted(store.quads_for_pattern(None, predicate, None, graph), key=lambda quad: str(quad.object)):  # a store has no order
            thing = things.get(quad.subject.value)
            if thing is not None and isinstance(quad.object, Literal):
                text = quad.object.value
                if name := key(text, bool(thing.classes & _AGENTS)):
                    thing.names.setdefault(name, text)
                if found := year(qualifier(text)):
                    thing.years.add(found)


def _add_identifiers(store: Store, graph: DefaultGraph | NamedNode, things: dict[str, Thing]) -> None:
    schemes, values = (
        {str(quad.subject): quad.object.value for quad in store.quads_for_pattern(None, NamedNode(WH + name), None, graph)} for name in ("scheme", "identifierValue")
    )
    for quad in store.quads_for_pattern(None, NamedNode(WH + "identifier"), None, graph):
        node = str(quad.object)
        if quad.subject.value in things and node in schemes and node in values:
            things[quad.subject.value].identifiers.setdefault(schemes[node], set()).add(values[node])
    for quad in store.quads_for_pattern(None, _EXACT, None, graph):
        if quad.subject.value in things:
            things[quad.subject.value].identifiers.setdefault("", set()).add(quad.object.value)


def _add_claims(store: Store, graph: DefaultGraph | NamedNode, things: dict[str, Thing]) -> None:
    """Add the years in which works come out, and the names of what is credited or cast together with each thing."""
    parties: dict[str, list[Thing]] = defaultdict(list)
    for role in ("agent", "work", "character"):
        for quad in store.quads_for_pattern(None, NamedNode(WH + role), None, graph):
            thing = things.get(quad.object.value)
            if thing is not None:
                parties[quad.subject.value].append(thing)
    for those in parties.values():
        for thing in those:
            for other in those:
                if other is not thing:
                    thing.near.add(other.iri)
    for quad in store.quads_for_pattern(None, NamedNode(WH + "date"), None, graph):
        found = year(quad.object.value)
        for thing in parties.get(quad.subject.value, ()) if found else ():
            thing.years.add(found)
