"""The page of a thing: whatever it is, its names, facts, claims and everyone's positions on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode

from whence.namespaces import PREFIXES, WH, is_thing, prefixed, shorten
from whence.things import STANCES, Claim, Index, citing, claims, credits, disagreements, influence
from whence.things.claims import KINDS
from whence.things.index import Discrepancy, Value, wh
from whence.things.lead import Sentence, lead
from whence.things.positions import POLICIES, passages_of
from whence.web.http.problems import Problem
from whence.web.iris import iri_of, valid
from whence.web.pages.documents import read
from whence.web.pages.facts import Facts, facts, roles
from whence.web.pages.picture import Influences, draw
from whence.web.pages.rendering import render
from whence.web.pages.schema_org import embedded

if TYPE_CHECKING:
    from whence.web.pages.context import Context

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
        view["citation"] = citing.cite(index, claim, iri, f"{context.base}page/{context.path}", context.day, context.graph.digest, context.graph.name)
        view["explained"] = [] if claim.catalogue else _explained(index, claim)  # proofs lead to lines of the graph's own files
        view["turtle"], view["query"] = citing.turtle(index, claim.iri), citing.query(claim.iri, index.pack(claim.iri))
    if (view["lead"] and not iri.startswith(WH)) or "Claim" in known.classes:
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
    plain = {quad.triple for graph in index.store.named_graphs() for one in subjects for quad in index.store.quads_for_pattern(one, None, None, graph)}
    found = []
    for triple in sorted((one for one in plain if one.object in ends), key=str):
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


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise Problem(400, f"The parameter {name} cannot be {text[:40]!r}. Give a whole number, 0 or more.")
    return int(text)


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
    start = _whole("start", context.parameters.get("start") or "0")
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
