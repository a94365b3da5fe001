"""Credits, casts, offices, releases, songs and printed names, among the claims that involve a thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from whence.things.claims import Claim
from whence.things.index import Value

_KINDS = ("Contribution", "Casting", "Position", "Release", "ThemeUse", "Naming")


@dataclass(frozen=True, slots=True)
class Credit:
    """A claim with its roles spelled out; what is not stated is left out."""

    claim: Claim
    roles: dict[str, list[Value]]

    def words(self, role: str) -> str:
        """Return the words of a role, or an empty text."""
        return ", ".join(value.text for value in self.roles.get(role, []))

    def has(self, role: str, iri: str) -> bool:
        """Report whether a thing fills a role."""
        return any(value.iri == iri for value in self.roles.get(role, []))


@dataclass(frozen=True, slots=True)
class Credits:
    """The claims of these kinds that a thing takes part in; all may be empty.

    :ivar people: who did what on it
    :ivar casts: who voices or plays whom, by version
    :ivar credited: what it did itself
    """

    people: list[Credit] = field(default_factory=list)
    casts: dict[str, list[Credit]] = field(default_factory=dict)
    credited: list[Credit] = field(default_factory=list)
    offices: list[Credit] = field(default_factory=list)
    releases: list[Credit] = field(default_factory=list)
    songs: list[Credit] = field(default_factory=list)
    names: list[Credit] = field(default_factory=list)


def among(claims: Iterable[Claim], iri: str) -> Credits:
    """Return the credits of a thing among claims that involve it, sorted by role, agent and label; releases by date."""
    found = Credits()
    credits = [Credit(claim, _stated(claim)) for claim in claims if claim.kind in _KINDS]
    for credit in sorted(credits, key=lambda credit: (credit.words("role") or "~", credit.words("agent"), credit.claim.label)):
        kind, own = credit.claim.kind, credit.has("agent", iri)
        if kind == "Casting" and not own:
            found.casts.setdefault(credit.words("version") or "version not stated", []).append(credit)
        elif kind in ("Contribution", "Casting"):
            (found.credited if own else found.people).append(credit)
        elif kind == "Naming":
            if credit.has("entity", iri):
                found.names.append(credit)
        else:
            {"Position": found.offices, "Release": found.releases, "ThemeUse": found.songs}[kind].append(credit)
    found.releases.sort(key=lambda credit: (credit.words("date") or "9999", credit.claim.label))
    return found


def _stated(claim: Claim) -> dict[str, list[Value]]:
    found = {role: [value for value in values if not value.iri.endswith("NotStated")] for role, values in claim.roles.items()}
    return {role: values for role, values in found.items() if values}
