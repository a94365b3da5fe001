"""Credits, casts, releases and songs of a work, and the credits of a person."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.web.page_context import together
from whence.web.pages.claims import Claim
from whence.web.pages.words import local, spaced
from whence.web.terms import IRI

if TYPE_CHECKING:
    from whence.web.page_context import Context

__all__ = ["Credit", "Credits", "credits"]

_ROLES = """SELECT DISTINCT ?claim ?role ?value ?name WHERE {
  { SELECT DISTINCT ?thing ?claim ?class { VALUES ?class { wh:Contribution wh:Position wh:Release wh:ThemeUse wh:Naming } ?claim a ?class ; wh:involves ?thing } LIMIT 2000 }
  VALUES ?role { wh:agent wh:work wh:role wh:character wh:version wh:organization wh:office wh:tenure wh:date wh:weekday wh:clockTime wh:outlet wh:territory
    wh:song wh:use wh:performer wh:entity wh:printedForm wh:namingKind }
  ?claim ?role ?value OPTIONAL { ?value skos:prefLabel|rdfs:label ?name FILTER(LANG(?name) IN ("en", "")) }
} ORDER BY ?claim ?role ?name ?value"""


@dataclass(slots=True)
class Credit:
    """A claim with its roles spelled out: role name to pairs of address and words; unknown ones are left out."""

    claim: Claim
    roles: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def words(self, role: str) -> str:
        """Return the words of a role, or an empty text."""
        return ", ".join(text for _, text in self.roles.get(role, []))


@dataclass(slots=True)
class Credits:
    """The claims of these kinds that a thing takes part in."""

    people: list[Credit] = field(default_factory=list)
    casts: dict[str, list[Credit]] = field(default_factory=dict)
    credited: list[Credit] = field(default_factory=list)
    offices: list[Credit] = field(default_factory=list)
    releases: list[Credit] = field(default_factory=list)
    songs: list[Credit] = field(default_factory=list)
    names: list[Credit] = field(default_factory=list)


async def credits(context: Context, iri: str, about: Awaitable[list[Claim]]) -> Credits:
    """Return the credits among claims that involve a thing.

    :param about: what `claims.load` will return for `claims.ABOUT`
    """
    claims, rows = await together(about, context.select(_ROLES, {"thing": IRI(iri)}))
    known = {claim.iri: Credit(claim) for claim in claims if claim.kind in ("Contribution", "Casting", "Position", "Release", "ThemeUse", "Naming")}
    for row in rows:
        credit = known.get(row["claim"])
        if credit is not None and not row["value"].endswith("NotStated"):
            value = row["value"]
            address = context.page_address(value) if value.kind == "uri" else ""
            entry = (address, str(row.get("name") or (spaced(local(value)) if value.kind == "uri" else value)))
            entries = credit.roles.setdefault(local(row["role"]), [])
            if all(address != other for other, _ in entries) or not address:
                entries.append(entry)
    return _sorted(known.values(), context.page_address(iri))


def _sorted(found: Iterable[Credit], own: str) -> Credits:
    result = Credits()
    for credit in sorted(found, key=lambda credit: (credit.words("role") or "~", credit.words("agent"), credit.claim.label)):
        kind = credit.claim.kind
        if kind == "Casting" and not any(address == own for address, _ in credit.roles.get("agent", [])):
            result.casts.setdefault(credit.words("version") or "version not stated", []).append(credit)
        elif kind in ("Contribution", "Casting"):
            mine = any(address == own for address, _ in credit.roles.get("agent", []))
            (result.credited if mine else result.people).append(credit)
        elif kind == "Position":
            result.offices.append(credit)
        elif kind == "Release":
            result.releases.append(credit)
        elif kind == "ThemeUse":
            result.songs.append(credit)
        elif any(address == own for address, _ in credit.roles.get("entity", [])):
            result.names.append(credit)
    result.releases.sort(key=lambda credit: (credit.words("date") or "9999", credit.claim.label))
    return result
