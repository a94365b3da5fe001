"""`wh:moreSpecificThan` goes from the claim that says more to the one that says less, and never the other way."""

from __future__ import annotations

from pathlib import Path

import pytest
from deriving import graph_of, queries

HEAD = """
@prefix id: <https://w3id.org/whence/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .

id:part a wh:Film ; wh:partOf id:whole .
id:whole a wh:Series .
id:other-part a wh:Film .
id:other-whole a wh:Series .
id:a a wh:Person .
id:r a wh:Role .
id:other-r a wh:Role .
id:narrow skos:broader id:wide .
"""
#: Name of the query to the class, what both claims say, what the specific one says, what the general one says.
CASES = {
    "30-more-specific-contribution": ("Contribution", "wh:agent id:a", "wh:work id:part ; wh:role id:r", "wh:work id:whole ; wh:role wh:RoleNotStated"),
    "31-more-specific-casting": (
        "Casting",
        "wh:agent id:a ; wh:work id:whole ; wh:role id:r ; wh:version wh:OriginalCast",
        "wh:character id:c",
        "wh:character wh:CharacterNotStated",
    ),
    "32-more-specific-classification": ("Classification", "wh:subject id:s", "wh:concept id:narrow", "wh:concept id:wide"),
    "33-more-specific-influence": ("Influence", "wh:influencer id:i", "wh:influenced id:part ; wh:aspect id:narrow", "wh:influenced id:whole ; wh:aspect id:wide"),
    "34-more-specific-likeness": ("Likeness", "wh:compared id:c ; wh:comparedWith id:d", "wh:aspect id:narrow", "wh:aspect wh:AspectNotStated"),
    "35-more-specific-position": ("Position", "wh:agent id:a ; wh:organization id:o ; wh:tenure wh:Current", "wh:office id:p", "wh:office wh:OfficeNotStated"),
    "36-more-specific-release": ("Release", "wh:work id:whole", 'wh:date "2031-04-01" ; wh:outlet id:o', 'wh:date "2031-04"'),
    "37-more-specific-world-fact": ("WorldFact", "wh:inWorld id:w ; wh:property wh:setIn ; wh:value id:v", "wh:subject id:part", "wh:subject id:whole"),
    "38-more-specific-relation": ("Relation", "wh:property wh:setIn ; wh:value id:v", "wh:subject id:part", "wh:subject id:whole"),
    "39-more-specific-adaptation": ("Adaptation", "wh:basis id:b", "wh:derivative id:part", "wh:derivative id:whole"),
    "39-more-specific-recommendation": ("Recommendation", "wh:recommended id:r", "wh:toAudienceOf id:part", "wh:toAudienceOf id:whole"),
}


def pairs(tmp_path: Path, kind: str, same: str, specific: str, general: str) -> set[tuple[str, str]]:
    path = tmp_path / "case.ttl"
    path.write_text(f"{HEAD}\nid:specific a wh:{kind} ; {same} ; {specific} .\nid:general a wh:{kind} ; {same} ; {general} .\n", encoding="utf-8")
    rows = graph_of(path).query("SELECT ?s ?g { ?s <https://w3id.org/whence/ontology#moreSpecificThan> ?g }")
    return {(row["s"].value.rpartition("/")[2], row["g"].value.rpartition("/")[2]) for row in rows}


@pytest.mark.parametrize("name", CASES)
def test_the_claim_that_says_more_is_the_more_specific(name: str, tmp_path: Path) -> None:
    assert pairs(tmp_path, *CASES[name]) == {("specific", "general")}


@pytest.mark.parametrize("name", CASES)
def test_claims_about_other_things_are_not_compared(name: str, tmp_path: Path) -> None:
    kind, same, specific, general = CASES[name]
    assert pairs(tmp_path, kind, "wh:scope id:none", specific.replace("id:", "id:other-"), general) == set()


def test_every_rule_of_specificity_has_a_case() -> None:
    assert sorted(CASES) == sorted(named.name for named in queries("inference") if "-more-specific-" in named.name)
