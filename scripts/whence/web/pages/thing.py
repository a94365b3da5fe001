"""The page of a thing: whatever it is, its names, facts, claims and everyone's positions on them.

A document has its claims in the order of its text, and where each passage sits; no text is held. Search engines get the thing as
JSON-LD of schema.org: what the published view of that name says of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, WH, is_thing, local, prefixed, shorten, spaced
from whence.things import STANCES, Claim, Index, Position, Value, citing, claims, credits, disagreements, identifiers, influence
from whence.things.claims import KINDS
from whence.things.identifiers import Identifier
from whence.things.index import CLOSURES, Discrepancy, Term, wh
from whence.things.lead_sentences import Sentence, lead
from whence.things.positions import POLICIES, passages_of
from whence.web.http.problems import Problem
from whence.web.http.requests import whole
from whence.web.iris import iri_of, named, path_of, valid
from whence.web.pages.influence_picture import Influences, draw
from whence.web.pages.rendering import Context, render

_SCHEMA = PREFIXES["schema"]
_PREF, _ALT = (NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel"))
#: Our classes in the words of schema.org, the most special first.
_TYPES = (
    ("Episode", "Episode"), ("Season", "CreativeWorkSeason"), ("Series", "CreativeWorkSeries"), ("Film", "Movie"), ("Novel", "Book"),
    ("Comic", "ComicStory"), ("Game", "VideoGame"), ("Song", "MusicComposition"), ("Soundtrack", "MusicAlbum"), ("Website", "WebSite"),
    ("Work", "CreativeWork"), ("Person", "Person"), ("Organization", "Organization"), ("Document", "Article"), ("Event", "Event"),
    ("Claim", "Claim"), ("Concept", "DefinedTerm"),
)  # fmt: skip


def describe(index: Index, iri: str, base: str) -> dict[str, Any]:
    """Return the document; a thing without names has its address and kind alone."""
    thing = NamedNode(iri)
    classes = set(map(local, index.classes(thing)))
    labels = _literals(index, thing, _PREF)
    kind = next((kind for ours, kind in _TYPES if ours in classes), "Thing")
    document: dict[str, Any] = {"@context": "https://schema.org/", "@id": iri, "@type": kind, "url": _address(base, iri)}
    if labels:
        document["name"] = index.name(iri)
    others = sorted({label.value for label in [*_literals(index, thing, _ALT), *labels]} - {document.get("name")})
    if others:
        document["alternateName"] = others
    facts: dict[str, list[Any]] = {}
    quads = index.match(thing, None, None, "schema-org")
    for quad in sorted(quads, key=lambda quad: (quad.predicate.value, isinstance(quad.object, Literal), getattr(quad.object, "value", ""))):
        if quad.predicate.value.startswith(_SCHEMA):
            facts.setdefault(quad.predicate.value.removeprefix(_SCHEMA), []).append(_schema_value(index, quad.object, base))
    return {**facts, **document}


def embedded(index: Index, iri: str, base: str) -> str:
    """Return the document as text that is safe inside `<script type="application/ld+json">`."""
    text = json.dumps(describe(index, iri, base), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _literals(index: Index, thing: NamedNode, predicate: NamedNode) -> list[Literal]:
    return [term for term in index.objects(thing, predicate) if isinstance(term, Literal)]


def _address(base: str, iri: str) -> str:
    path = path_of(iri)
    return iri if path is None else f"{base}page/{path}"


def _schema_value(index: Index, value: Any, base: str) -> Any:
    if not isinstance(value, NamedNode):
        return value.value
    found = {"@id": value.value, "url": _address(base, value.value)}
    name = index.name(value.value) if _literals(index, value, _PREF) else ""
    return {**found, "name": name} if name else found


@dataclass(slots=True)
class Run:
    """One run of the text with the positions taken there.

    :ivar question: IRI, number and asker where an interview's question stands here
    """

    document: str
    start: int
    end: int
    entries: list[tuple[Claim, Position]] = field(default_factory=list)
    question: tuple[str, str, str] | None = None

    @property
    def holder(self) -> str:
        """The IRI of a position or question that stands here."""
        return self.entries[0][1].iri if self.entries else self.question[0] if self.question else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: its length, its passages in text order, and what it does not say.

    :ivar silences: IRI, topic and count of each statement on how often something is there
    :ivar writers: the IRIs of those who wrote it and are named by it alone, as "the writer of ..."
    """

    length: int
    passages: list[Run]
    silences: list[tuple[str, str, int]]
    writers: frozenset[str]

    @property
    def count(self) -> int:
        """The number of positions."""
        return len({position.iri for passage in self.passages for _, position in passage.entries})


def read(index: Index, iri: str) -> Reading:
    """Return the passages of a document in text order."""
    found: dict[tuple[int, int], Run] = {}
    for claim in claims.ranked(claims.held(index, iri, "document")):
        for position in claim.in_order:
            for place in position.passages:
                found.setdefault((place.start, place.end), Run(iri, place.start, place.end)).entries.append((claim, position))
    silences = []
    for node in index.subjects(wh("document"), NamedNode(iri)):
        start, end, number = (index.value(node, wh(name)) for name in ("start", "end", "questionNumber"))
        if number and start and end and index.is_a(node, "Question"):
            asker = index.value(node, wh("askedBy"))
            found.setdefault((int(start), int(end)), Run(iri, int(start), int(end))).question = (node.value, number, index.name(asker) if asker else "")
        elif index.is_a(node, "CompletenessStatement"):
            if count := index.value(node, wh("count")):
                silences.append((index.label(node.value), node.value, int(count)))
    told = index.value(NamedNode(iri), wh("textLength"))
    length = int(told) if told else max((end for _, end in found), default=1)
    passages = sorted(found.values(), key=lambda passage: (passage.start, -passage.end))
    writers = frozenset(one.value for one in index.things(NamedNode(iri), wh("writer")) if index.label(iri) in index.label(one.value))
    return Reading(length, passages, [(node, topic, count) for topic, node, count in sorted(silences)], writers)


_SKOS, _RDFS, _OWL = (PREFIXES[name] for name in ("skos", "rdfs", "owl"))
_RDF_TYPE = PREFIXES["rdf"] + "type"
_PROPERTY_WORDS = {"subClassOf": "more general class", "subPropertyOf": "more general property", "term_status": "status", "disjointWith": "disjoint with", "inverseOf": "inverse of"}
#: Properties by which other things belong to one, with the heading of these.
_INWARD = {
    _RDFS + "domain": "Properties of it", _RDFS + "range": "Properties that lead to it", _RDFS + "subClassOf": "More special classes",
    _RDFS + "subPropertyOf": "More special properties", _SKOS + "broader": "More special", _SKOS + "inScheme": "Concepts",
    WH + "because": "Reason for", WH + "derivedFrom": "Derived from it", WH + "fictionalCounterpartOf": "Fictional counterpart of",
    WH + "inWorld": "In this world", WH + "oneOfKind": "One of kind", WH + "partOf": "Its parts", WH + "possiblySameAs": "Possibly the same",
    WH + "question": "Question",
}  # fmt: skip
#: Kinds of terms that an ontology defines, with the heading of these.
_TERMS = {"Class": "Classes", "DatatypeProperty": "Properties that take values", "NamedIndividual": "Fixed values", "ObjectProperty": "Properties that take things"}
_NAMES = {_SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel")} | {_RDFS + "label"}
_DERIVED = {"involves", "attestedBy", "aboutWork", "moreSpecificThan", "involvedIn", "passageDigest", "displayLabel", *CLOSURES}
_LEFT_OUT = {
    WH + name
    for name in ("speaksIn", "answeredIn", "workOfClaim", "hasPart", "worldOf", "identifier", "polarity", "commitment", "mood", "mode",
                 "attests", "start", "end", "between", *_DERIVED)
} | {_RDF_TYPE, _RDFS + "isDefinedBy"}  # fmt: skip
_NOTES = (_SKOS + "definition", _SKOS + "scopeNote", WH + "caution", WH + "description", WH + "gloss")
#: At most so many things of a class, terms of an ontology, and things that belong to one are listed; so many are looked at.
_INSTANCES, _DEFINED, _BELONGING, _SEEN = 120, 1000, 400, 5000


@dataclass(slots=True)
class Facts:
    """What is said of a thing itself.

    :ivar classes: local names of its classes
    :ivar kinds: its most special classes of ours
    :ivar table: property name to values
    :ivar inward: heading to the things that point at it
    :ivar identifiers: the verified ones
    """

    name: str
    names: list[Value] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    kinds: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    table: dict[str, list[Value]] = field(default_factory=dict)
    inward: dict[str, list[Value]] = field(default_factory=dict)
    identifiers: list[Identifier] = field(default_factory=list)


def facts(index: Index, iri: str) -> Facts:
    """Return what is said of a thing.

    :raises Problem: 404 when nothing is
    """
    thing = NamedNode(iri)
    quads = index.quads(thing)
    if not quads:
        raise Problem(404, f"There is no <{named(iri)}> here.")
    found = Facts(spaced(local(iri)))
    titles: list[Value] = []
    left_out = _LEFT_OUT if index.value(thing, wh("passage")) else _LEFT_OUT - {WH + "passageDigest"}
    told = (quad for quad in quads if quad.predicate.value not in left_out and isinstance(quad.object, NamedNode | Literal))
    for predicate, value in sorted(((quad.predicate.value, _value(index, quad.object)) for quad in told), key=_order):
        if predicate in _NAMES:
            found.names.append(value)
        elif predicate in _NOTES:
            if value.text not in found.notes:
                found.notes.append(value.text)
        else:
            titles += [value] if predicate == PREFIXES["dcterms"] + "title" else []
            name = _PROPERTY_WORDS.get(local(predicate)) or index.name(predicate) or spaced(local(predicate))
            found.table.setdefault(name, []).append(value)
    classes = index.classes(thing)
    found.classes = list(map(local, classes))
    found.kinds = [index.term(NamedNode(kind)) for kind in index.special(classes) if kind.startswith(WH)]
    if chosen := index.name(iri) or next((title.text for title in titles), ""):
        found.name = chosen
        found.names = [name for name in found.names if name.text != chosen]
    _add_belongings(index, thing, found)
    return found


def _order(entry: tuple[str, Value]) -> tuple[object, ...]:
    """Sorts what is said: definitions first, then by property, and by words."""
    predicate, value = entry
    return predicate != _NOTES[0], predicate, bool(value.iri), value.text, value.iri


def _add_belongings(index: Index, thing: NamedNode, found: Facts) -> None:
    """Add what points at a thing, its identifiers, and what a class holds or an ontology defines."""
    left = _BELONGING
    for predicate, heading in _INWARD.items():
        if belonging := _sorted(index, index.subjects(NamedNode(predicate), thing)[:left]):
            found.inward[heading] = belonging
            left -= len(belonging)
    found.identifiers = identifiers.of(index, thing.value)
    if "Class" in found.classes and (instances := index.subjects(NamedNode(_RDF_TYPE), thing)[:_SEEN]):
        found.inward["Things of this kind"] = _sorted(index, instances)[:_INSTANCES]
    if "Ontology" in found.classes:
        terms = {term: index.classes(term) for term in index.subjects(NamedNode(_RDFS + "isDefinedBy"), thing)}
        for kind, heading in _TERMS.items():
            if defined := _sorted(index, (term for term, classes in terms.items() if _OWL + kind in classes)):
                found.inward[heading] = defined[:_DEFINED]


def _sorted(index: Index, nodes: Iterable[NamedNode]) -> list[Value]:
    return sorted((index.term(node) for node in nodes), key=lambda value: (value.text, value.iri))


def _value(index: Index, term: Term) -> Value:
    """Return a value to show: an identifier by its value, a foreign address in full."""
    value = index.term(term)
    if value.iri and not index.name(value.iri) and path_of(value.iri) is None:
        return Value(value.iri, value.iri if value.iri.startswith(("http://", "https://")) else "")
    return _followed(index, value)


def _followed(index: Index, value: Value) -> Value:
    """Return a value without its link where that would lead to a thing of ours of which nothing is said, as of the passages of packs."""
    if value.iri and path_of(value.iri) is not None and not index.name(value.iri) and not index.quads(NamedNode(value.iri)):
        return Value(value.text)
    return value


def roles(index: Index, iri: str) -> dict[str, list[Value]]:
    """Return the roles of a claim or a position by their names, with their fillers."""
    found: dict[str, list[Value]] = {}
    quads = [quad for quad in index.quads(NamedNode(iri)) if quad.predicate.value.startswith(WH)]
    for quad in quads:
        role = local(quad.predicate.value)
        if role not in _DERIVED:
            found.setdefault(index.name(quad.predicate.value) or role, []).append(_followed(index, index.term(quad.object)))
    return {role: sorted(values, key=lambda value: (value.text, value.iri)) for role, values in found.items()}


#: The values that the controls of the influence picture take, beside none.
_CONTROLS = {"direction": ("up", "down"), "steps": ("1", "2", "3"), "policy": POLICIES, "comparisons": ("0", "1"), "edges": ("all",)}
#: Claims of a class before a link to all of them, and on a page of one class alone.
FEW, MANY = 6, 60
#: Where a thing has no more claims than this, nothing is folded.
_OVERLOOKED = 12
_CLOSE_MATCH = NamedNode(PREFIXES["skos"] + "closeMatch")
#: So many triples of a claim are offered to be explained.
_PROOFS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one class that are shown, of how many, and from which on.

    :ivar contested: how many of them all are disputed or have competing values
    :ivar open: whether they are shown unfolded
    """

    kind: str
    shown: list[Claim]
    count: int
    contested: int
    open: bool
    start: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same thing under another IRI.

    :ivar catalogue: the title of the catalogue it is in, or an empty text where it is in the graph itself
    :ivar told: what it is there, by whom, and what it comes from, in sentences
    :ivar groups: what is claimed of it there
    """

    iri: str
    name: str
    catalogue: str
    told: list[Sentence]
    groups: list[Group]


def thing(context: Context) -> str:
    """Render the page.

    :raises Problem: 404 when nothing is known of the thing
    """
    index, iri = context.index, valid(iri_of(context.path))
    known = facts(index, iri)
    view: dict[str, Any] = {
        "page": context, "facts": known, "credits": credits.Credits(), "picture": None, "influences": None, "reading": None, "roles": {},
        "neighbours": {}, "made": [], "selected": context.parameters.get("class", ""), "claim": None, "data": context.data_addresses(), "iri": iri,
        "groups": [], "citation": None, "schema_org": embedded(index, iri, context.base), "lead": lead(index, iri), "related": [], "places": [], "explained": [], "elsewhere": [],
    }  # fmt: skip
    view["elsewhere"] = [_elsewhere(index, other) for other in index.same(iri)]
    view["catalogue"] = index.catalogue(iri)
    about = {claim.iri for claim in _fill(context, iri, known, view)}
    if view["claim"]:
        claim = view["claim"]
        view["citation"] = citing.cite(index, claim, iri, f"{context.base}page/{quote(context.path)}", context.day, context.graph.digest, context.graph.name)
        view["explained"] = [] if claim.catalogue else _explained(index, claim)  # proofs lead to lines of the graph's own files
        view["turtle"], view["query"] = citing.turtle(index, claim.iri), citing.query(claim.iri, index.pack(claim.iri))
    told = any(view[name] for name in ("claim", "reading", "groups", "made", "elsewhere"))
    if told and ((view["lead"] and not iri.startswith(WH)) or "Claim" in known.classes):
        view["related"] = _related(iri, influences=bool(view["influences"]), things=bool(view["lead"]), elsewhere=bool(view["elsewhere"]))
    view["discrepancies"] = sorted((one for one in index.discrepancies if not about.isdisjoint(one.claims)), key=_weight)
    return render("thing.html", **view)


def picture(context: Context) -> str:
    """Render the influence picture alone, for pages that exchange theirs.

    :raises Problem: 404 when nothing is known of the thing
    """
    context.path = context.parameters.get("thing", "")
    iri = valid(iri_of(context.path))
    known = facts(context.index, iri)
    found = _influences(context, iri, known.name, claims.about(context.index, iri))
    return render("picture_alone.html", picture=draw(found), influences=found, page=context)


def _fill(context: Context, iri: str, known: Facts, view: dict[str, Any]) -> list[Claim]:
    """Fill in what a page of the thing's class shows, and return the claims it is about."""
    index, classes = context.index, set(known.classes)
    about: list[Claim] = []
    if "Claim" in classes:
        about = [claims.load(index, iri)]
        view["claim"], view["roles"], view["neighbours"] = about[0], roles(index, iri), _neighbours(index, NamedNode(iri))
        known.name, known.names, known.table = about[0].label, [], {}
        known.notes = [note for note in known.notes if note != known.name]
    elif "Document" in classes:
        about = claims.ranked(claims.about(index, iri))
        view["reading"], view["groups"] = read(index, iri), _groups(about, context)
    elif "Attestation" in classes:
        view["claim"], view["roles"] = claims.of(index, iri), roles(index, iri)
    elif "Discrepancy" in classes:
        view["groups"] = _groups(claims.ranked(claims.between(index, index.discrepancy(NamedNode(iri)))), context, everything=True)
    elif "Question" in classes:
        view["groups"] = _groups(claims.ranked(claims.held(index, iri, "inQuestion", "answers")), context, everything=True)
    elif "SpecificResource" in classes:
        about = claims.ranked(claims.held(index, iri, "passage"))
        view["groups"] = _groups(about, context, everything=True)
        view["places"] = passages_of(index, NamedNode(iri))
        for place in view["places"]:
            known.name = f"{index.label(place.document)}, code points {place.start} to {place.end}"
            known.table |= {"starts at code point": [Value(str(place.start))], "ends before code point": [Value(str(place.end))]}
    else:
        about = claims.ranked(claims.about(index, iri))
        found = view["influences"] = _influences(context, iri, known.name, about)
        view["credits"], view["groups"], view["picture"] = _weighed(credits.among(about, iri)), _groups(about, context), draw(found)
        if "Agent" in classes:
            view["made"] = _groups(claims.ranked(claims.held(index, iri, "speaker", "ascribedTo")), context, "said")
    return about


def _elsewhere(index: Index, iri: str) -> Elsewhere:
    """Return what is claimed of the same thing under another IRI, by class; all of it."""
    kinds = _by_kind(claims.ranked(claims.about(index, iri)))
    groups = [Group(kind, every[:MANY], len(every), 0, len(every) <= FEW) for kind, every in kinds.items()]
    return Elsewhere(iri, index.label(iri), index.catalogue(iri), lead(index, iri)[:2], groups)


def _weight(discrepancy: Discrepancy) -> tuple[int, str]:
    """Sorts discrepancies by their kinds, the weightiest first."""
    return -disagreements.KINDS[disagreements.kinds_of(discrepancy)[0]][1], discrepancy.gloss


def _related(iri: str, influences: bool, things: bool, elsewhere: bool) -> list[tuple[str, str]]:
    """Return addresses and words of the pages that tell how a thing stands to others."""
    prefix, slug = prefixed(iri) or ("", "")
    at = quote(slug if prefix == "id" else shorten(iri).strip("<>"), safe=":")
    found = [(f"/disagreements?thing={at}", "Who disagrees")]
    if influences:
        found += [(f"/lineage?thing={at}", "Lineage"), (f"/path?from={at}", "A path to something else")]
    if things:
        found += [(f"/sources?thing={at}", "Articles and catalogues")] if elsewhere else []
        found += [(f"/timeline?thing={at}", "Timeline"), (f"/compare?a={at}", "Compare with something else"), (f"/explain?subject={at}", "Why a triple of it holds")]
    return found


def _explained(index: Index, claim: Claim) -> list[tuple[str, str]]:
    """Return addresses and words of the proofs of the plain triples that join what stands in a claim's roles, in any view; sorted."""
    node = NamedNode(claim.iri)
    ends = {quad.object for quad in index.quads(node) if isinstance(quad.object, NamedNode | Literal)}
    subjects = [one for one in ends if isinstance(one, NamedNode) and is_thing(one.value)]
    joining = chain.from_iterable(index.store.quads_for_pattern(one, None, end) for one in subjects for end in ends)
    found = []
    for triple in sorted({quad.triple for quad in joining if isinstance(quad.graph_name, NamedNode)}, key=str):
        words = (shorten(triple.subject.value), shorten(triple.predicate.value), shorten(triple.object.value) if isinstance(triple.object, NamedNode) else triple.object.value)
        said = f"{index.label(triple.subject.value)} – {_property(index, triple.predicate)} – {index.words(triple.object)}"
        found.append(("/explain?" + urlencode(dict(zip(("subject", "property", "object"), words, strict=True))), said))
    return found[:_PROOFS]


def _property(index: Index, of: NamedNode) -> str:
    """Return the name of a property; of one of another vocabulary that has none here, those of ours that come close to it."""
    near = [index.name(one.value) for one in index.subjects(_CLOSE_MATCH, of)]
    return index.name(of.value) or " ".join(filter(None, (" or ".join(filter(None, near)), f"({shorten(of.value)})")))


def _weighed(found: credits.Credits) -> credits.Credits:
    """Return credits with those that are shown in part sorted: the firmest first, then those on which most positions are taken."""
    stances = list(STANCES)
    for one in (found.people, found.credited):
        one.sort(key=lambda credit: (stances.index(credit.claim.stance), -len(credit.claim.positions)))
    return found


def _one_of(name: str, value: str, values: Iterable[str]) -> str:
    if value and value not in values:
        raise Problem(400, f"There is no {name} {value[:40]!r}. There are {', '.join(values)}.")
    return value


def _influences(context: Context, iri: str, name: str, about: Iterable[Claim]) -> Influences:
    """Return what is claimed of a thing's origins and effects, under its other IRIs too.

    The address says how much: `direction` is `up` or `down`, `steps` up to 3, `policy` one of those of views; `comparisons=1` adds
    likenesses and blends, `edges=all` draws more.

    :param about: the claims that involve it under this one
    :raises Problem: 400 for another value
    """
    index = context.index
    about = [*about, *(claim for other in index.same(iri) for claim in claims.about(index, other))]
    asked = {name: _one_of(name, context.parameters.get(name, ""), values) for name, values in _CONTROLS.items()}
    direction, policy, steps, comparisons = asked["direction"], asked["policy"], int(asked["steps"] or 1), asked["comparisons"] == "1"
    family = {node.value for node in index.within(NamedNode(iri))}
    kinds = influence.COMPARISONS if comparisons else influence.INFLUENCE
    edges = influence.around(index, about, family, kinds, steps, up=direction != "down", down=direction != "up", policy=policy)
    return Influences(iri, name, family, edges, steps, comparisons, direction, policy, everything=asked["edges"] == "all")


def _neighbours(index: Index, claim: NamedNode) -> dict[str, list[tuple[str, str]]]:
    """Return IRI and label of the claims beside one, by how they stand to it; each sorted by label."""
    competes = wh("competesWith")
    rivals = {quad.object for quad in index.match(claim, competes, None, "contested")}
    rivals |= {quad.subject for quad in index.match(None, competes, claim, "contested")}
    beside = {"competing": rivals, "general": index.objects(claim, wh("moreSpecificThan")), "specific": index.subjects(wh("moreSpecificThan"), claim)}
    found = {more: sorted(((node.value, index.label(node.value)) for node in nodes), key=lambda pair: pair[::-1]) for more, nodes in beside.items()}
    return {more: nodes for more, nodes in found.items() if nodes}


def _groups(found: list[Claim], context: Context, parameter: str = "class", everything: bool = False) -> list[Group]:
    """Return claims by class; of each the weightiest, or a page of them where the address names the class."""
    selected = context.parameters.get(parameter, "")
    start = whole("start", context.parameters.get("start") or "0", 7)
    kinds = _by_kind(found)
    shown = {selected: kinds[selected]} if selected in kinds else kinds
    unfolded = everything or selected in kinds or len(found) <= _OVERLOOKED
    groups = []
    for kind, every in shown.items():
        most = len(every) if everything else MANY if unfolded else FEW
        first = start if kind == selected else 0
        contested = sum(claim.stance == "disputed" or bool(claim.competing) for claim in every)
        groups.append(Group(kind, every[first : first + most], len(every), contested, unfolded, first))
    return groups


def _by_kind(found: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return claims by class, in the order in which classes are shown."""
    kinds: dict[str, list[Claim]] = {kind: [] for kind in KINDS}
    for claim in found:
        kinds.setdefault(claim.kind, []).append(claim)
    return {kind: every for kind, every in kinds.items() if every}
