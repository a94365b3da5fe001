"""Where the words of a record stand in the text, and what the marks around them say."""

from __future__ import annotations

import re
from typing import Any

from whence.curation.records import Problem, Record
from whence.curation.workspace import Workspace
from whence.errors import UsageError
from whence.evidence.searching import UnclearWords, pattern_of, places

#: Opening marks of quotations with what closes each.
_QUOTES = {"“": "”", "„": "“", "«": "»", "「": "」", "『": "』", '"': '"', "‹": "›"}
#: A turn of a printed interview starts with a name and a colon, in Japanese with a name and a wide space, or a long dash.
_TURN = re.compile(r"[ \t\u3000]*(?:[^\s:：][^:：\n]{0,60}[:：]|[^\s\u3000]{1,12}\u3000|[—―－]{1,2})")
_SENTENCE_ENDS = re.compile(r"[.!?。！？…]\s*$")
_FEW_WORDS = 8


def locate(workspace: Workspace, document: str, record: Record, problems: list[Problem]) -> tuple[int, int]:
    """Return start and end of the words of a record in the text of a document, or (0, 0) and a problem."""
    text = workspace.text(document)
    if text is None:
        problems.append(Problem("document", workspace.why_not_held(document)))
        return 0, 0
    quote = str(record.get("quote") or "")
    if record.get("start") not in (None, "") or record.get("end") not in (None, ""):
        return _given(text, record, quote, problems)
    try:
        found = places(text, quote, workspace.label(document))
    except UnclearWords as error:
        problems.append(Problem("quote", str(error), tuple(match.words for match in error.matches)))
        return 0, 0
    except UsageError as error:
        problems.append(Problem("quote", str(error)))
        return 0, 0
    wanted = record.get("occurrence")
    if wanted in (None, ""):
        if len(found) == 1:
            return found[0].start, found[0].end
        listed = "; ".join(f"{number}: {match.start}-{match.end} {match.context}" for number, match in enumerate(found, start=1))
        sentence = f"The words stand in {len(found)} places: {listed}. Say which one with occurrence, or add words before or after them."
        problems.append(Problem("occurrence", sentence, tuple(str(number) for number in range(1, len(found) + 1))))
        return 0, 0
    number = _whole_number(wanted)
    if number is None or not 1 <= number <= len(found):
        several = "one place" if len(found) == 1 else f"{len(found)} places"
        problems.append(Problem("occurrence", f"The words stand in {several}, so there is no number {wanted}: count from 1."))
        return 0, 0
    return found[number - 1].start, found[number - 1].end


def _given(text: str, record: Record, quote: str, problems: list[Problem]) -> tuple[int, int]:
    """Return the offsets that a record states, when they lie in the text and its quote, if any, stands there."""
    start, end = _whole_number(record.get("start")), _whole_number(record.get("end"))
    if start is None or end is None or not 0 <= start < end <= len(text):
        sentence = f"The passage {record.get('start')}-{record.get('end')} does not lie in the text, which has {len(text)} code points."
        problems.append(Problem("start", f"{sentence} Give start and end, the end exclusive."))
        return 0, 0
    if quote and " ".join(quote.split()) != " ".join(text[start:end].split()):
        problems.append(Problem("quote", f"At {start}-{end} the text prints {_shown(text[start:end])}, not {_shown(quote)}.", (text[start:end],)))
        return 0, 0
    return start, end


def stands(text: str, words: str) -> bool:
    """Report whether a text has words, white space apart."""
    return bool(words.split()) and re.search(pattern_of(words), text) is not None


def quotation_at(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span inside the quotation marks around a passage, or None when it stands in none.

    >>> quotation_at("She says: “We took nothing.” Then", 11, 14)
    (11, 27)
    """
    first = max(text.rfind("\n\n", 0, start) + 1, start - 3000, 0)
    found: tuple[int, int] | None = None
    closed: dict[str, int] = {}  # where each mark stands next
    at = first
    while at <= start and at < len(text):
        closing = _QUOTES.get(text[at])
        if closing is None:
            at += 1
            continue
        if closed.get(closing, 0) <= at:
            found_at = text.find(closing, at + 1)
            closed[closing] = found_at if found_at >= 0 else len(text)
        until = closed[closing]
        if until == len(text):
            at += 1
        elif until < start:
            at = until + 1
        else:
            if until >= end - 1 and at < end:
                found = (at + 1, until)
            at += 1
    return found


def mode_at(text: str, start: int, end: int, by_writer: bool) -> str:
    """Return the local name of the mode that the text's marks tell.

    :param by_writer: whether the writer of the document speaks
    """
    line = text.rfind("\n", 0, start) + 1
    if by_writer:
        return "Headline" if not text[:line].strip() and "\n" in text.strip() else "Narration"
    quotation = quotation_at(text, start, end)
    if quotation is not None:
        inside = text[quotation[0] : quotation[1]]
        before = text[: quotation[0] - 1].rstrip()
        introduced = before.endswith((":", ",", "：", "、")) or not before or bool(_SENTENCE_ENDS.search(before))
        partial = len(inside.split()) < _FEW_WORDS and not introduced and not inside[:1].isupper() and inside.isascii()
        return "PartialQuotation" if partial else "DirectQuotation"
    return "TranscriptTurn" if _TURN.match(text, line) else "Paraphrase"


def _whole_number(given: Any) -> int | None:
    text = str(given).strip()
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _shown(words: str) -> str:
    words = " ".join(words.split())
    return repr(words if len(words) <= 80 else words[:79] + "…")
