"""Terms, rules and lines of files as people read them: short, on one line, safe on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from whence.findings import Finding, Path, path_text, Place, Report, Severity
from whence.namespaces import SH, shorten
from whence.report.order import Group, is_shape

_IRI = re.compile(r"<([^<>\s]*)>")
_LITERAL = re.compile(r'("(?:[^"\\]|\\.)*+")(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_MESSAGE = 1200  # the axioms of a contradiction with their places take a thousand
_TERM = 80
_LINE = 100


def clipped(text: str, length: int = _MESSAGE) -> str:
    """The text without control characters, cut to a length with a mark that says so.

    >>> clipped("a\\x1b[31mb", 20), clipped("x" * 30, 10)
    ('a\\\\x1b[31mb', 'xxxxxxxxx…')
    """
    if len(text) > length:
        text = text[: length - 1] + "…"
    return text if text.isprintable() else "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\n\r\t":
        return " "
    # Cc, Cf, Cs: what could move the cursor, turn the reading direction or not be encoded; and noncharacters, which HTML has not
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    if noncharacter or (unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\u200c\u200d"):
        return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    return character


def count(number: float, noun: str, plural: str = "") -> str:
    """A number with its noun.

    :param plural: the noun of several, where it is not the one with an s

    >>> count(1, "violation"), count(2, "focus node"), count(1.0, "second"), count(0, "query", "queries")
    ('1 violation', '2 focus nodes', '1 second', '0 queries')
    """
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def term_words(term: str) -> str:
    """A term in N-Triples syntax as people write it, cut when long.

    >>> term_words("<https://w3id.org/whence/ontology#Claim>"), term_words('"a"@en')
    ('wh:Claim', '"a"@en')
    """
    if term.startswith("<"):
        return clipped(shorten(term[1:-1]), 2 * _TERM)
    if term.startswith("_:node"):
        return "a blank node"
    match = _LITERAL.fullmatch(term)
    if match is None:
        return clipped(term, _TERM)
    lexical, language, datatype = match.groups()
    suffix = f"@{language}" if language else ""
    if datatype and not datatype.endswith("#string"):
        suffix = f"^^{clipped(shorten(datatype), _TERM)}"
    return clipped(lexical, _TERM) + suffix


def path_words(path: Path) -> str:
    """A property path with prefixed names.

    >>> path_words(("seq", ("inv", ("pred", "<http://www.w3.org/ns/shacl#path>")), ("star", ("pred", "<x:p>"))))
    '^sh:path/<x:p>*'
    """
    return clipped(_IRI.sub(lambda match: shorten(match[1]), path_text(path)), 3 * _TERM)


def rule_name(finding: Finding | Group) -> str:
    """The name of the shape or check."""
    if not is_shape(finding):
        return clipped(finding.rule, _TERM)
    if finding.rule.startswith("_:"):
        return "a shape without a name"
    return clipped(shorten(finding.rule), 2 * _TERM)


def component_name(component: str | None) -> str | None:
    """The constraint component by the name of its parameter, `sh:minCount`, or None.

    >>> component_name("http://www.w3.org/ns/shacl#MinCountConstraintComponent")
    'sh:minCount'
    """
    if component is None or not component.startswith(SH):
        return component and clipped(shorten(component), 2 * _TERM)
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    return "sh:" + (name.lower() if name.isupper() else name[:1].lower() + name[1:])


#: What is wrong, by the name of the constraint component (SHACL section 4): `{path}` is the path, `{value}` what it leads to.
_PROBLEMS = {
    "MinCount": "too few values of {path}",
    "MaxCount": "too many values of {path}",
    "QualifiedMinCount": "too few values of {path} of the shape asked for",
    "QualifiedMaxCount": "too many values of {path} of the shape counted",
    "Class": "{value} is not of the class asked for",
    "Datatype": "{value} has another datatype than asked for",
    "NodeKind": "{value} is of another kind than asked for",
    "MinExclusive": "{value} is too low",
    "MinInclusive": "{value} is too low",
    "MaxExclusive": "{value} is too high",
    "MaxInclusive": "{value} is too high",
    "MinLength": "{value} is too short",
    "MaxLength": "{value} is too long",
    "Pattern": "{value} is not written as asked for",
    "LanguageIn": "{value} is in none of the languages asked for",
    "UniqueLang": "several values of {path} share a language",
    "Equals": "{value} stands under one of two properties that must agree",
    "Disjoint": "{value} stands under two properties that exclude each other",
    "LessThan": "{value} is not less than asked for",
    "LessThanOrEquals": "{value} is greater than asked for",
    "Not": "{value} has the shape that is excluded",
    "And": "{value} does not have all of the shapes asked for",
    "Or": "{value} has none of the shapes asked for",
    "Xone": "{value} does not have exactly one of the shapes asked for",
    "Node": "{value} does not have the shape asked for",
    "Closed": "{path} may not be used here",
    "HasValue": "a value of {path} that must be there is missing",
    "In": "{value} is none of those listed",
    "Expression": "{value} does not meet the expression given",
    "SingleLine": "{value} has more than one line",
    "RootClass": "{value} is not below the class asked for",
    "SubsetOf": "{value} is none of the values it must be among",
    "SomeValue": "no value of {path} has the shape asked for",
    "UniqueValuesFor": "another node has the values that must be its own",
    "ReifierShape": "what is said of a statement of {path} does not have the shape asked for",
    "MemberShape": "{value} is no list of members of the shape asked for",
    "MinListLength": "{value} is no list as long as asked for",
    "MaxListLength": "{value} is no list as short as asked for",
    "UniqueMembers": "{value} is no list of members that all differ",
}


def problem(group: Group) -> str | None:
    """What is wrong in a few plain words that hold for all findings of a group, or None where only the shape can say or the findings do.

    >>> finding = Finding("x:shape", Severity.VIOLATION, "", path=("pred", f"<{SH}path>"))
    >>> problem(Group("x:shape", SH + "MinCountConstraintComponent", Severity.VIOLATION, (finding,)))
    'too few values of sh:path'
    """
    component = group.component or ""
    if group.told:
        return None
    words = _PROBLEMS.get(component.removeprefix(SH).removesuffix("ConstraintComponent")) if component.startswith(SH) else None
    if words is None:
        return None
    paths = {finding.path for finding in group.findings}
    path: Path | None = paths.pop() if len(paths) == 1 else ()
    if path:
        return words.format(path=path_words(path), value=f"a value of {path_words(path)}")
    return words.format(path="a property", value="a node" if path is None else "a value")


def subject_words(finding: Finding) -> str:
    """Focus node, path and value on one line, as far as they are known."""
    words = [term_words(finding.focus_node)] if finding.focus_node else []
    if finding.path:
        words.append(path_words(finding.path))
    if finding.value and finding.value != finding.focus_node:
        words.append(term_words(finding.value))
    return " ".join(words)


def summary(report: Report) -> str:
    """One line: how many findings of each severity, and how much was checked."""
    numbers = [(severity, sum(one.severity is severity for one in report.findings)) for severity in Severity]
    found = [count(number, severity.value.lower()) for severity, number in numbers if number]
    text = f"{', '.join(found)}." if found else "No findings."
    if report.focus_counts:
        met, shapes = sum(report.focus_counts.values()), len(report.focus_counts)
        text += f" {count(shapes, 'shape')} met {count(met, 'focus node')}."
    return text


#: The lines of texts that are quoted, by what Python knows each text: to compare a long text with an equal one takes as long as to read it.
_split: dict[int, tuple[str, list[str]]] = {}
_MOST_SPLIT = 256


def _lines(text: str) -> list[str]:
    held = _split.get(id(text))
    if held is None:
        if len(_split) >= _MOST_SPLIT:
            _split.clear()
        held = _split[id(text)] = text, re.split(r"\r\n|\n|\r", text)  # while the text is held no other has its number
    return held[1]


def quoted(place: Place, sources: Mapping[str, str]) -> tuple[str, str] | None:
    """The line at a place and the marks that stand below its column, or None without the text.

    A long line is cut around the column; tabs and wide characters keep the mark in its place.
    """
    text = sources.get(place.file)
    if text is None:
        return None
    lines = _lines(text)
    if not 0 < place.line <= len(lines):
        return None
    line = lines[place.line - 1]
    start = 0 if place.column < _LINE else place.column - _LINE // 2
    shown = line[start : start + _LINE]
    before = clipped(shown[: max(place.column - 1 - start, 0)])
    head, tail = ("…" if start else ""), ("…" if len(line) > start + _LINE else "")
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in before)
    return head + clipped(shown) + tail, " " * (len(head) + width) + "^"
