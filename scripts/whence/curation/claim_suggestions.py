"""What the words of a passage are likely to be: class, speaker, polarity, commitment, mood, mode and hedge, for a person to confirm.

The tables below are those of `ontology/CURATION.md` as data, for English and Japanese. The first line that fits decides.
"""

from __future__ import annotations

import re

from whence.curation.records import Record
from whence.curation.resolving import mode_at, quotation_at
from whence.curation.workspace import Workspace
from whence.errors import UsageError
from whence.namespaces import WH
from whence.rdf.terms import whole_number

#: Class to the words that lead to it, the more telling first.
CLASSES = {
    "Nondisclosure": r"not (?:yet )?(?:been )?(?:announced|revealed|disclosed)|under wraps|can(?:not|['’]t) (?:be told|say|tell|reveal)|言えません|明かせ|未定|お楽しみに",
    "Recommendation": r"fans? of .+ (?:will|should)|if you (?:like|love|enjoy)|(?:anyone|those|everyone) who (?:likes?|loves?|liked|loved|enjoyed)|recommend|おすすめ|好きなら",
    "Casting": r"\bvoic(?:ed?|es|ing)\b|\bplay(?:s|ed) (?:by|the)|\bstars? as|\bstarring|\bcast\b|声優|を演じ|の声を",
    "ThemeUse": r"\b(?:opening|ending|insert|theme) (?:theme|song)|主題歌|挿入歌|オープニング|エンディング",
    "Release": r"\bpremi[eè]r|\bair(?:s|ed|ing)?\b|\bstream(?:s|ed|ing)\b|\bbegan\b|\bcomes? out|\bcame out|\breleas|\bbroadcast|放送|公開|配信|発売",
    "Adaptation": r"\badapt(?:s|ed|ing|ation)\b|\bbased on (?:the|a|an) (?:\w+ )?(?:novel|book|manga|comic|game|story|play|film|series|short story)\b|を原作|原作は|の映画化|のアニメ化",
    "Influence": (
        r"\binspir|\bdr[ae]ws? (?:\w+ )?(?:on|from)|\bbased on|\bc[ao]mes? from|\bcame from|\binfluenc|\bshaped by|\bt(?:ook|akes?|aken) (?:\w+ )*from"
        r"|\bin mind\b|\bdrawn (?:after|from)|\bmodell?ed (?:on|after)|\bborrow|\bgave us\b|\bowes?\b|\broots? in|から生まれ|から来|影響|触発|もとに|着想"
    ),
    "Blend": r"\bcombin|\bblend|\bmix(?:es|ed|ing|ture)?\b|\bmeets\b|融合|掛け合わせ",
    "Likeness": r"\bakin\b|\bresembl|\bremind|\blike\b|\bsimilar|\bthink of\b|\btwist on|\bevok|\brecall|\becho|\bunlike\b|似て|のよう|彷彿",
    "Position": r"\bpresident\b|\bfounder|\bfounded\b|\bchief executive|\bCEO\b|\bhead of\b|社長|代表取締役|創業",
    "Contribution": (
        r"\bdirect(?:s|ed|or|ing)\b|\bcompos|\bw(?:rote|rites|ritten|riter)\b|\bproduc|\bdesign|\bscore[ds]?\b|\bmusic\b|\bstudio|\banimat|\bcreat(?:ed|or|es)\b"
        r"|\bscript|\bcredit|['’]s (?=[A-Z])|\bmade by\b|監督|作曲|脚本|制作|デザイン"
    ),
    "Quantity": r"\b\d++ (?:episodes?|parts?|volumes?|minutes?|hours?|years?|people|pages?|songs?)\b|\b(?:dozens?|hundreds?|thousands?) of\b|(?<!\d)\d++話",
    "Classification": r"\b(?:is|are|was|were) (?:\w+ )?an?\b|^an? |\bgenre\b|\bis about\b|ジャンル",
}  # fmt: skip
_CLASSES = {name: re.compile(words, re.IGNORECASE) for name, words in CLASSES.items()}
_DENIAL = re.compile(r"\b(?:not|no|none|never|nothing|nobody|neither|nor|hardly|without|unlike)\b|n['’]t\b|いいえ|ありません|ではない|じゃない|ていません|(?<!しれ)(?<!言え)ません", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:perhaps|maybe|possibly|probably|presumably|apparently|arguably|loosely|partly|partially|somewhat|hardly|almost|might|may|could|seems? to|appears? to|kind of|sort of|in a way|a little|a bit)\b"
    r"(?: (?:a little|a bit|somewhat|loosely|kind of|sort of))?|かもしれません|かもしれない|おそらく|たぶん|ような気が",
    re.IGNORECASE,
)  # fmt: skip
_SUPERLATIVE = re.compile(r"\b(?:best|greatest|most \w+|unforgettable|stunning|breathtaking|must-(?:see|watch)|masterpiece)\b|\b(?!interest|forest|honest|request|latest|guest|quest|west|test|rest)\w{4,}est\b|最高|必見|傑作", re.IGNORECASE)
_MOODS = {
    "Wish": re.compile(r"\bhopes? (?:that|you|people|viewers)|\bwants? (?:you|people|viewers|everyone) to|\bwould like (?:you|people|viewers)|てほしい|てください", re.IGNORECASE),
    "Intention": re.compile(r"\b(?:want(?:s|ed)?|plan(?:s|ned)?|intend(?:s|ed)?|aim(?:s|ed)?|meant|tried|hoped) to\b|つもり|ようと思", re.IGNORECASE),
    "Prediction": re.compile(r"\b(?:will|premieres|airs|slated|scheduled|upcoming|expected to|set to)\b|予定|決定", re.IGNORECASE),
}  # fmt: skip
#: Classes whose claims are judgements.
_JUDGED = frozenset(("Likeness", "Blend", "Recommendation"))
_PRONOUN = re.compile(r"\b(?:he|she|they) (?:says?|said|adds?|added|explain(?:s|ed)|continue[sd]?|recall(?:s|ed)|note[sd]?)\b|\b(?:says?|said|adds?|added) (?:he|she|they)\b", re.IGNORECASE)
_SAYING = re.compile(r"\b(?:says?|said|adds?|added|explain(?:s|ed)|continue[sd]?|recall(?:s|ed)|note[sd]?|told|tells|asks?|asked|replie[sd])\b|と(?:語|話|述べ)", re.IGNORECASE)
_ACCORDING = re.compile(r"\baccording to\b|\b(?:says?|said|explain(?:s|ed)|told|tells|claims?|claimed) that\b|によると", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[.!?])[”\"’]?\s+(?=[^a-z\s])|(?<=[。！？])|\n")
_QUOTED = re.compile(r"[“「«„][^”」»]{0,3000}+[”」»]|\"[^\"\n]*+\"")
_AGENTS, _PEOPLE = (WH + "Agent",), (WH + "Person",)


def propose(workspace: Workspace, document: str, start: int, end: int) -> Record:
    """Return what is proposed for a span of a document, as a record without roles; keys about which nothing is told are left out.

    :param start: in code points, as `end`, which is exclusive
    :raises UsageError: the text is not held
    """
    text = workspace.text(document)
    if text is None:
        raise UsageError(workspace.why_not_held(document))
    words = text[start:end]
    kind = next((name for name, pattern in _CLASSES.items() if name in workspace.forms.claims and pattern.search(words)), "Statement")
    writer = workspace.value(document, "writer")
    found: Record = {"class": kind, **_voice(workspace, document, text, start, end, writer)}
    hedge = _HEDGE.search(words)
    denied = kind != "Nondisclosure" and _DENIAL.search(words.replace(hedge[0], "") if hedge and hedge[0].casefold() != "hardly" else words)
    found["polarity"] = "Denied" if denied else "Affirmed"
    if hedge:
        found["hedge"] = hedge[0]
    promotional = kind == "Recommendation" or (kind == "Statement" and bool(_SUPERLATIVE.search(words)))
    found.setdefault("commitment", "Promotional" if promotional else "Hedged" if hedge else "Stated")
    mood = next((name for name, pattern in _MOODS.items() if pattern.search(words)), "Fact")
    found["mood"] = "Opinion" if kind in _JUDGED or promotional else mood
    return found


def _voice(workspace: Workspace, document: str, text: str, start: int, end: int, writer: str) -> Record:
    """Return speaker and mode, and what a question or an answer of an interview hands on to the positions in it."""
    inherited = _interview(workspace, document, text, start)
    if inherited:
        return inherited
    found = _speaker(workspace, document, text, start, end)
    speaker = writer if found == "" else found
    mode = mode_at(text, start, end, speaker == writer)
    return {**({"speaker": speaker} if speaker else {}), "mode": mode}


def _interview(workspace: Workspace, document: str, text: str, start: int) -> Record:
    """Return what a question, or the answer that follows it, hands on to a position that begins at a place; empty outside of both.

    An answer goes on to the next question.
    """
    before: tuple[int, int, int, str] | None = None
    for number, iri in workspace.questions(document).items():
        first, last = (whole_number(workspace.value(iri, name)) or 0 for name in ("start", "end"))
        if first <= start and (before is None or first > before[0]):
            before = (first, last, number, iri)
    if before is None:
        return {}
    _, last, number, iri = before
    asker, addressee = workspace.value(iri, "askedBy"), workspace.value(iri, "addressee")
    if start < last:
        return {"speaker": asker, "mode": "Question", "commitment": "QuestionPremise", "question": str(number)}
    return {**({"speaker": addressee} if addressee else {}), "mode": "TranscriptTurn", "answers": str(number)}


def _speaker(workspace: Workspace, document: str, text: str, start: int, end: int) -> str | None:
    """Return who is quoted or reported at a place, an empty text where nobody is, or None where it is somebody whom the graph does not know."""
    quotation = quotation_at(text, start, end)
    first, last = _sentence(text, *(quotation or (start, end)))
    around = text[first:last]
    outside = _QUOTED.sub(lambda found: " " * len(found[0]), around)
    if quotation is None and not _ACCORDING.search(outside):
        return ""
    at = (quotation or (start, end))[0] - first
    named = sorted((abs(place - at), iri) for place, iri in _agents(workspace, outside) if not start <= first + place < end)
    if named and not (_PRONOUN.search(outside) and named[0][0] > len(around)):
        return named[0][1]
    if quotation and _SAYING.search(outside) and not _PRONOUN.search(outside):
        return None
    return _before(workspace, document, text, first) if quotation else ""


def _before(workspace: Workspace, document: str, text: str, place: int) -> str | None:
    """Return the speaker of the last quotation before a place: who `he adds` means."""
    quotations = list(_QUOTED.finditer(text, 0, place))
    if not quotations:
        return ""
    return _speaker(workspace, document, text, quotations[-1].start() + 1, quotations[-1].end() - 1)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    first = max((match.end() for match in _ENDS.finditer(text, 0, start) if match.end() <= start - 1 or match[0] == "\n"), default=0)
    after = next((match.start() for match in _ENDS.finditer(text, end + 1)), len(text))
    return min(first, start), after


def _agents(workspace: Workspace, words: str) -> list[tuple[int, str]]:
    """Return where people and organizations are named in words, by their names or, of people, the last part of one."""
    found = []
    for form in workspace.names.forms:
        for name in dict.fromkeys((form.text, form.text.split(" ")[-1])):
            if name != form.text and not (name[:1].isupper() and workspace.is_one(form.thing, _PEOPLE)):
                continue
            if len(name) < 2 or name not in words or not workspace.is_one(form.thing, _AGENTS):
                continue
            if match := re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", words):
                found.append((match.start() + (0 if name == form.text else 1), form.thing))
    return found
