"""What a curator reads of the faults that curators make: one finding for each, with names, what is allowed there, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from own_graphs import CLAIMS, PREFIXES, THINGS, attestation

from whence import validation
from whence.store import layout

DIGEST = "sha256:" + "0" * 64
#: Everything in one file, in which each fault is a change of some words.
GRAPH = PREFIXES + THINGS.replace("  wh:textLength", f'  wh:textDigest "{DIGEST}" ;\n  wh:textLength') + CLAIMS + attestation("first", 10).replace("sha256:first", DIGEST)
FAULTS: dict[str, tuple[str, str, str]] = {
    "a typo in the class of a claim": ("a wh:Influence", "a wh:Influnce", "The class wh:Influnce is not declared in the ontology. Did you mean wh:Influence?"),
    "a typo in the class of a thing": ("a wh:Person", "a wh:Persn", "The class wh:Persn is not declared in the ontology. Did you mean wh:Person?"),
    "no class": ("g:mori\n  a wh:Person ;", "g:mori", "“Kana Mori” (g:mori) is of no class. Say what it is, or correct the name if another thing is meant."),
    "no speaker": ("  wh:speaker g:mori ;\n", "", "This attestation has no speaker. Give exactly one wh:speaker: who says it here."),
    "a typo in a property": ("wh:speaker", "wh:speeker", "The property wh:speeker is not declared in the ontology. Did you mean wh:speaker?"),
    "a place as speaker": ("wh:speaker g:mori", "wh:speaker g:otaru", "“Otaru” (g:otaru) is a place. A place cannot be a speaker here. Allowed: an agent (*"),
    "text as speaker": ("wh:speaker g:mori", 'wh:speaker "Kana Mori"', '"Kana Mori" is no thing of the graph and cannot be a speaker here. Allowed: an agent (*'),
    "a document as influencer": (
        "wh:influencer g:otaru", "wh:influencer g:post",
        "“The Harbour Post” (g:post) is a document. A document cannot be an influencer here. Allowed: a work, a work part, an agent (group, journalist, "
        "organization, person), a fictional entity, a concept, an idea, an event, a place. Give exactly one wh:influencer: something that can influence.",
    ),
    "an unknown thing": ("wh:influencer g:otaru", "wh:influencer g:otaro", "g:claim-influence-otaru points with wh:influencer at g:otaro, which nothing describes. Did you mean g:otaru?"),
    "an unknown concept": ("wh:AspectNotStated", "aspect:world-bilding", "*aspect:world-bilding, which nothing describes. Did you mean aspect:world-building?"),
    "a concept of another vocabulary": ("wh:AspectNotStated", "<https://w3id.org/whence/vocab/genre/cyberpunk>", "“cyberpunk” (genre:cyberpunk) is a genre. A genre cannot be an aspect here. Allowed: an aspect. *"),
    "a typo in a value": ("wh:Affirmed", "wh:Afirmed", "*wh:Afirmed, which nothing describes. Did you mean wh:Affirmed?"),
    "a value of another set": ("wh:polarity wh:Affirmed", "wh:polarity wh:Stated", "“stated” (wh:Stated) cannot be a polarity here. Allowed: “affirmed” (wh:Affirmed), “denied” (wh:Denied). Choose one of these."),
    "offsets reversed": ("wh:start 10 ; wh:end 30", "wh:start 30 ; wh:end 10", "The start 30 does not come before the end 10. *"),
    "an offset in quotation marks": ("wh:start 10", 'wh:start "10"', '"10" cannot be a start here. Allowed: a whole number without quotation marks, such as 12. *'),
    "an end beyond the text": ("wh:end 30", "wh:end 3000", "The attestation “Kana Mori (affirmed, stated): Otaru influenced Harbour” ends at 3000, beyond its text: g:post has 400 characters. *"),
    "a typo in an offset": ("wh:start", "wh:strat", "The property wh:strat is not declared in the ontology. Did you mean wh:start?"),
    "no offsets": ("wh:start 10 ; wh:end 30 ; ", "", "*does not say where its words stand: wh:start and wh:end are missing. *"),
    "a digest cut short": (f'wh:passageDigest "{DIGEST}"', 'wh:passageDigest "sha256:12"', '"sha256:12" is not in the form of a passage digest. *'),
    "two names in one language": ('"Otaru"@en', '"Otaru"@en , "City of Otaru"@en', '*has several values of “name” in one language: "City of Otaru"@en, "Otaru"@en. *'),
    "a name without language": ('"Otaru"@en', '"Otaru"', '"Otaru" cannot be a name here. Allowed: text with its language, such as "text"@en. *'),
    "no name": ('  skos:prefLabel "Otaru"@en ;\n', "", "This place has no name. *"),
    "one name for two things": ('"Kana Mori"@en', '"Otaru"@en', '“Otaru” (g:mori) and “Otaru” (g:otaru) have the same label, "Otaru". *'),
    "a comma missing": ('"Otaru"@en', '"Otaru"@en "小樽"@ja', "A mark is missing after `@en`. *"),
    "a semicolon missing": ("wh:aspect wh:AspectNotStated ;", "wh:aspect wh:AspectNotStated", "A semicolon is missing after `wh:AspectNotStated`. Put `;` before the next property."),
    "a dot missing": ("  wh:writer g:mori ;\n.\n", "  wh:writer g:mori ;\n", "The statement before `g:claim-influence-otaru` has no dot at its end. Put `.` before this line."),
    "a dot too many": ('"Otaru"@en ;', '"Otaru"@en .', "`.` stands where the subject of a statement is expected. Remove this dot: the statement before has its own."),
    "a quotation mark missing": ('"Otaru"@en', '"Otaru@en', "The string `\"Otaru@en ;` is not closed on its line. *"),
    "an unknown prefix": ("a wh:Place", "a who:Place", "The prefix `who:` is not declared. Did you mean `wh:`?"),
    "hedged, and by no words": ("wh:Stated", "wh:Hedged", "*is hedged, and the words that hedge it are missing. Add wh:hedge *"),
    "two speakers": ("wh:speaker g:mori", "wh:speaker g:mori , g:ito", "*has 2 values of “speaker”, where 1 may stand: “Kana Mori” (g:mori), “Ren Ito” (g:ito). *"),
    "narration by somebody else": ("wh:speaker g:mori", "wh:speaker g:ito ; wh:mode wh:Narration", "*is running text of the document, but its speaker is “Ren Ito” (g:ito). *"),
    "an edge of a view": ("a wh:Film ;", "a wh:Film ;\n  wh:influencedBy g:otaru ;", "“Harbour” (g:harbour) has the plain edge wh:influencedBy, which only views may have. *"),
    "a role of another claim": ("wh:influencer g:otaru", "wh:influencer g:otaru ; wh:performer g:mori", "wh:performer cannot stand on an influence. Allowed: wh:aspect, wh:influenced, wh:influencer. Take it out."),
    "a claim misspelt by its position": ("wh:attests g:claim-influence-otaru", "wh:attests g:claim-influence-otary", "*g:claim-influence-otary, which nothing describes. Did you mean g:claim-influence-otaru?"),
    "a document misspelt": ("wh:document g:post", "wh:document g:pots", "g:first points with wh:document at g:pots, which nothing describes. Did you mean g:post?"),
    "a date in words": ("g:first\n", f'g:out\n  a wh:Release ;\n  wh:work g:harbour ; wh:date "9 October 2026" ;\n.\n{attestation("second", 50, "out").replace("sha256:second", DIGEST)}\ng:first\n',
                        '"9 October 2026" is not in the form of a date. Give at most one wh:date: a date in EDTF, such as "2024-01", "2024-01-11" or "2024-24" for winter.'),
    "parts in a circle": ("a wh:Film ;", "a wh:Film ;\n  wh:partOf g:reel ;", "“Harbour” (g:harbour) is a part of itself. Remove one wh:partOf of the circle."),
}  # fmt: skip
MORE = """
g:ito
  a
    wh:Journalist ,
    wh:Person ;
  skos:prefLabel "Ren Ito"@en ;
.

g:reel
  a wh:Film ;
  skos:prefLabel "A reel of it"@en ;
  wh:partOf g:harbour ;
.
"""


@pytest.fixture
def found(own_graph: Path) -> Callable[[str], list[str]]:
    """Returns what is wrong with a text that is all of the graph, warnings left out: each finding as one line."""
    for path in (own_graph / "triples").iterdir():
        path.unlink()

    def run(text: str) -> list[str]:
        (own_graph / "triples" / "all.ttl").write_text(text, encoding="utf-8")
        report = validation.check(layout.locate(own_graph)).report
        assert all(one.place is not None for one in report)
        return [" ".join(filter(None, (one.message, one.fix))) for one in report if one.severity.value == "Violation"]

    return run


def test_the_graph_without_fault_has_no_finding(found: Callable[[str], list[str]]) -> None:
    assert found(GRAPH + MORE.replace("  wh:partOf g:harbour ;\n", "")) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_finding_in_the_words_of_a_curator(fault: str, found: Callable[[str], list[str]]) -> None:
    words, others, expected = FAULTS[fault]
    assert words in GRAPH
    text = GRAPH.replace("wh:mode wh:DirectQuotation ;", "") if others.endswith("wh:Narration") else GRAPH
    (told,) = found(text.replace(words, others, 1) + MORE)
    assert re.fullmatch(re.escape(expected).replace(r"\*", ".*"), told), told
