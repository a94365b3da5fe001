"""Claims as pages show them: with everyone's position side by side, and the stance these come to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from whence.things import STANCES, stance_of
from whence.web.page_context import together
from whence.web.pages.words import HEADINGS, local, spaced
from whence.web.terms import IRI, Row

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["ABOUT", "AT_PASSAGE", "IN_DOCUMENT", "IN_QUESTION", "ITSELF", "MADE_BY", "OF_DISCREPANCY", "OF_POSITION", "Claim", "Position", "complete", "contested", "load"]

#: How claims are chosen by `?thing`; where a pattern names no positions, all on these claims are meant.
ABOUT = "?claim wh:involves ?thing ; a wh:Claim ."
AT_PASSAGE = "?position wh:passage ?thing ; wh:attests ?claim ."
ITSELF = "BIND(?thing AS ?claim)"
MADE_BY = "?position wh:speaker|wh:ascribedTo ?thing ; wh:attests ?claim ."
IN_DOCUMENT = "?position a wh:Attestation ; wh:document ?thing ; wh:attests ?claim ."
IN_QUESTION = "?position wh:inQuestion|wh:answers ?thing ; wh:attests ?claim ."
OF_POSITION = "?thing wh:attests ?claim . BIND(?thing AS ?position)"
OF_DISCREPANCY = "{ ?thing wh:between ?claim . ?position wh:attests ?claim } UNION { ?thing wh:between ?position . ?position wh:attests ?claim }"

#: Without ORDER BY and DISTINCT, which take as long as all the rest: the rows are sorted and merged as they are read.
_CLAIMS = """SELECT ?claim ?label ?class ?work ?gloss WHERE {
  { SELECT DISTINCT ?thing ?claim { %s } LIMIT 4000 }
  ?claim a ?class . FILTER(?class != wh:Claim && STRSTARTS(STR(?class), STR(wh:)))
  OPTIONAL { ?claim rdfs:label ?label } OPTIONAL { ?claim wh:aboutWork ?work } OPTIONAL { ?claim wh:gloss ?gloss }
}"""
_POSITIONS = """SELECT DISTINCT ?claim ?position ?polarity ?commitment ?mood ?mode ?speaker ?ascribed
    ?document ?start ?end ?hedge ?printed ?answer ?question WHERE {
  { SELECT DISTINCT ?thing ?claim ?position { %s } LIMIT 4000 }
  ?position wh:polarity ?polarity ; wh:commitment ?commitment ; wh:mood ?mood ; wh:mode ?mode ; wh:speaker ?speaker ; wh:passage ?passage .
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL { ?position wh:ascribedTo ?ascribed } OPTIONAL { ?position wh:hedge ?hedge } OPTIONAL { ?position wh:printedAs ?printed }
  OPTIONAL { ?position wh:answerStance ?answer } OPTIONAL { ?position wh:inQuestion|wh:answers ?question }
} ORDER BY ?document ?start ?end ?position LIMIT 6000"""
#: What the stance of a claim takes, again sorted as it is read; a thing with hundreds of claims shows few of them in full.
_STANCES = """SELECT ?claim ?position ?polarity ?commitment ?mood ?speaker ?ascribed ?document WHERE {
  { SELECT DISTINCT ?thing ?claim ?position { %s } LIMIT 4000 }
  ?position wh:polarity ?polarity ; wh:commitment ?commitment ; wh:mood ?mood ; wh:speaker ?speaker ; wh:document ?document .
  OPTIONAL { ?position wh:ascribedTo ?ascribed }
} LIMIT 6000"""
_SPEAKERS = """SELECT DISTINCT ?speaker ?name WHERE {
  { SELECT DISTINCT ?speaker { ?position wh:speaker|wh:ascribedTo ?speaker } } ?speaker skos:prefLabel ?name FILTER(LANG(?name) = "en")
} ORDER BY ?speaker DESC(?name)"""
#: As the view `maker` has it: somebody affirms the credit outright, and the office that leads to it.
_OUTRIGHT = "wh:polarity wh:Affirmed ; wh:commitment wh:Stated ; wh:mood wh:Fact"
_MAKERS = f"""SELECT DISTINCT ?maker ?work WHERE {{
  {{
    ?c a wh:Contribution ; wh:agent ?maker ; wh:work/wh:partOf* ?work
    {{ SELECT DISTINCT ?c {{ ?credit wh:attests ?c ; {_OUTRIGHT} }} }}
  }}
  UNION
  {{
    ?p a wh:Position ; wh:agent ?maker ; wh:organization ?studio .
    ?c a wh:Contribution ; wh:agent ?studio ; wh:work/wh:partOf* ?work
    {{ SELECT DISTINCT ?p {{ ?office wh:attests ?p ; {_OUTRIGHT} }} }}
    {{ SELECT DISTINCT ?c {{ ?credit wh:attests ?c ; {_OUTRIGHT} }} }}
  }}
}} ORDER BY ?maker ?work"""
_CONTESTED = """SELECT DISTINCT ?claim ?other WHERE {
  { GRAPH view:contested { ?claim wh:affirmedIn ?position ; wh:deniedIn ?denial }
    VALUES ?mood { wh:Fact wh:Opinion } ?position wh:mood ?mood ; wh:commitment ?commitment . ?denial wh:commitment ?against .
    FILTER(wh:QuestionPremise NOT IN (?commitment, ?against)) }
  UNION { GRAPH view:contested { ?claim wh:competesWith ?other } }
} ORDER BY ?claim ?other"""
#: What is put forward in the moods in which nothing is said to be so.
_MOODS = {"Intention": "an intention", "Prediction": "a prediction", "Wish": "a wish", "Analogy": "an analogy"}
_AFFIRMING = frozenset(("makers", "press", "hedged", "implied", "promotional"))


@dataclass(slots=True)
class Position:
    """One person's position on one claim at one place.

    :ivar passages: start and end of each passage, in code points; none until the position is there in full
    """

    iri: str
    claim: str
    polarity: str
    commitment: str
    mood: str
    mode: str
    speaker: str
    speaker_name: str
    ascribed: str
    ascribed_name: str
    document: str
    hedge: str
    printed: str
    answer: str
    question: str
    passages: list[tuple[int, int]] = field(default_factory=list)
    maker: bool = False

    @property
    def denies(self) -> bool:
        """Whether the claim is denied; a question that takes it for untrue denies nothing."""
        return self.polarity == "Denied" and self.commitment != "QuestionPremise"

    @property
    def stance(self) -> str:
        """The stance this position alone would give its claim: as on cards, but affirmed by whom."""
        return stance_of(self.polarity == "Denied", self.commitment, self.mood, self.maker)

    @property
    def verb(self) -> str:
        """What the speaker does with the claim."""
        if self.commitment == "QuestionPremise":
            return "takes for untrue" if self.polarity == "Denied" else "takes for granted"
        if self.denies:
            return "denies"
        return f"puts forward as {_MOODS[self.mood]}" if self.mood in _MOODS else "affirms"

    @property
    def words(self) -> str:
        """Commitment, mood and mode in words, as far as they say more than the verb and the plain case."""
        told = [self.commitment, self.mood if self.denies or self.mood not in _MOODS else "", self.mode]
        return ", ".join(spaced(word) for word in told if word and word not in ("Stated", "Fact"))


@dataclass(slots=True)
class Claim:
    """A claim with positions on it."""

    iri: str
    label: str
    kind: str
    works: set[str] = field(default_factory=set)
    positions: list[Position] = field(default_factory=list)
    disputed: bool = False
    competing: list[str] = field(default_factory=list)

    @property
    def stance(self) -> str:
        """What all positions together come to; see `words.STANCES`."""
        found = [position.stance for position in self.positions]
        if self.disputed or ("denied" in found and _AFFIRMING.intersection(found)):
            return "disputed"
        return next((stance for stance in STANCES if stance in found), "unattested")

    @property
    def rank(self) -> tuple[int, str]:
        """Sorts claims that matter more first: contested ones, then those with more positions."""
        return (-(1000 * (self.stance == "disputed") + 500 * bool(self.competing) + len(self.positions)), self.label)


async def load(context: Context, selector: str, thing: str, whole: bool = True) -> list[Claim]:
    """Return the claims a selector chooses, in the order of classes, then by weight; each with the positions chosen.

    :param selector: one of the patterns of this module
    :param whole: whether the positions are wanted in full; else `complete` makes those of single claims so
    """
    bound = {"thing": IRI(thing)}
    chosen = selector if "?position" in selector else selector + " ?position wh:attests ?claim ."
    told, taken, speakers, makers, fought = await together(
        context.select(_CLAIMS % selector, bound), context.select((_POSITIONS if whole else _STANCES) % chosen, bound), _speakers(context), _makers(context), contested(context)
    )
    claims = _read_claims(told)
    for position in _read_positions(taken, speakers):
        claim = claims.get(position.claim)
        if claim is not None:
            position.maker = not position.ascribed and any((position.speaker, work) in makers for work in claim.works)
            claim.positions.append(position)
    for claim in claims.values():
        claim.disputed = claim.iri in fought and not fought[claim.iri]
        claim.competing = fought.get(claim.iri, [])
    order = list(HEADINGS)
    return sorted(claims.values(), key=lambda claim: (order.index(claim.kind) if claim.kind in order else 99, claim.rank))


async def complete(context: Context, claims: list[Claim]) -> None:
    """Add to the positions on claims what these take when shown in full: mode, hedge, passages and the like."""
    if not claims:
        return
    shown = " ".join(f"<{claim.iri}>" for claim in claims)  # from the store, which holds no IRI that could end here early
    rows, speakers = await together(context.select(_POSITIONS % f"VALUES ?claim {{ {shown} }} ?position wh:attests ?claim ."), _speakers(context))
    found = _read_positions(rows, speakers)
    for claim in claims:
        makers = {position.iri: position.maker for position in claim.positions}
        claim.positions = [replace(position, maker=makers[position.iri]) for position in found if position.iri in makers]


def _read_claims(rows: list[Row]) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    for row in sorted(rows, key=lambda row: tuple(row.get(name, "") for name in ("label", "claim", "class", "work"))):
        kind = local(row["class"])
        claim = claims.get(row["claim"])
        if claim is None:
            claim = claims[row["claim"]] = Claim(str(row["claim"]), str(row.get("gloss") or row.get("label") or spaced(local(row["claim"]))), kind)
        elif kind == "Casting":  # every casting is a contribution too
            claim.kind = kind
        if "work" in row:
            claim.works.add(str(row["work"]))
    return claims


def _read_positions(rows: list[Row], speakers: dict[str, str]) -> list[Position]:
    found: dict[str, Position] = {}
    for row in sorted(rows, key=_place):

        def text(name: str, row: Row = row) -> str:
            return str(row.get(name, ""))

        position = found.get(row["position"])
        if position is None:
            position = found[row["position"]] = Position(
                text("position"), text("claim"), local(row["polarity"]), local(row["commitment"]), local(row["mood"]), local(text("mode")),
                text("speaker"), speakers.get(row["speaker"]) or spaced(local(row["speaker"])), text("ascribed"), speakers.get(text("ascribed"), ""),
                text("document"), text("hedge"), text("printed"), local(text("answer")), text("question"),
            )  # fmt: skip
        place = (int(row["start"]), int(row["end"])) if "start" in row else None
        if place is not None and place not in position.passages:
            position.passages.append(place)
    return list(found.values())


def _place(row: Row) -> tuple[str, int, int, str]:
    return row["document"], int(row.get("start", 0)), int(row.get("end", 0)), row["position"]


async def _speakers(context: Context) -> dict[str, str]:
    """Return the English names of everybody who takes a position, or is said to."""
    kept = context.site.published.kept
    if "speakers" not in kept:
        kept["speakers"] = {str(row["speaker"]): str(row["name"]) for row in await context.select(_SPEAKERS)}
    return kept["speakers"]


async def _makers(context: Context) -> set[tuple[str, str]]:
    """Return agent and work of everybody who made one, also through an office in an organization that did."""
    kept = context.site.published.kept
    if "makers" not in kept:
        kept["makers"] = {(str(row["maker"]), str(row["work"])) for row in await context.select(_MAKERS)}
    return kept["makers"]


async def contested(context: Context) -> dict[str, list[str]]:
    """Return the contested claims; each with the claims that compete with it, none where it is denied outright."""
    kept = context.site.published.kept
    if "contested" not in kept:
        found: dict[str, list[str]] = {}
        for row in await context.select(_CONTESTED):
            others = found.setdefault(str(row["claim"]), [])
            if "other" in row:
                others.append(str(row["other"]))
        kept["contested"] = found
    return kept["contested"]
