"""The report as a W3C validation report in Turtle (SHACL section 3.6).

A finding that is not SHACL's has no shape; its constraint component is an IRI under
`https://w3id.org/whence/rule/` made of the rule's name. One that is about no node, such as a syntax
error, has its place as its focus node, a literal. Every result with a place says so by `dcterms:source`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from whence.findings import Finding, Report
from whence.namespaces import PREFIXES, shorten
from whence.report.order import is_shape

__all__ = ["path_turtle", "render"]

_RULES = "https://w3id.org/whence/rule/"
_LOCAL = re.compile(r"[\w-]+:(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)")
_NAME = re.compile(r"(?:(?<=[ (\[])|^)([a-z][a-z-]*):", re.MULTILINE)
_PATH = re.compile(r"\s*(?:<([^<>]*)>|([\^/|*+?()]))")
_DEEPEST = 50
_KINDS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def render(report: Report, sources: Mapping[str, str], limit: int | None, colour: bool) -> str:
    """Turtle with one blank node for the report and one for each result; complete.

    `sh:conforms` is true only without any result, of whatever severity (SHACL section 3.6.1.1).
    """
    head = ["[]", "  a sh:ValidationReport ;", f"  sh:conforms {'false' if report.findings else 'true'} ;"]
    results = [_result(finding) for finding in report.findings]
    body = ["  sh:result", " ,\n".join(results) + " ;"] if results else []
    used = {"sh"} | {name for line in body for name in _prefixes(line)}
    declared = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(used)]
    return "\n".join([*declared, "", *head, *body, "."]) + "\n"


def _prefixes(text: str) -> set[str]:
    return {name for name in _NAME.findall(text) if name in PREFIXES}


def _result(finding: Finding) -> str:
    lines = [f"      {name} {value} ;" for name, value in _properties(finding)]
    return "\n".join(["    [", *lines, "    ]"])


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "a", "sh:ValidationResult"
    if finding.place:
        yield "dcterms:source", _string(str(finding.place))
    yield (
        "sh:focusNode",
        _term(finding.focus_node) if finding.focus_node else _string(str(finding.place or finding.rule)),
    )
    path = path_turtle(finding.path) if finding.path else None
    if path:
        yield "sh:resultPath", path
    if finding.value is not None:
        yield "sh:value", _term(finding.value)
    yield "sh:resultMessage", _string(finding.message)
    if finding.fix:
        yield "sh:resultMessage", _string(finding.fix)
    yield "sh:resultSeverity", f"sh:{finding.severity.value}"
    if is_shape(finding):
        yield "sh:sourceConstraintComponent", _iri(finding.component or "")
        yield "sh:sourceShape", finding.rule if finding.rule.startswith("_:") else _iri(finding.rule)
    else:
        yield "sh:sourceConstraintComponent", _iri(_RULES + quote(finding.rule.replace(":", "/")))


def _iri(iri: str) -> str:
    short = shorten(iri)
    return short if _LOCAL.fullmatch(short) else f"<{iri}>"


def _term(term: str) -> str:
    return _iri(term[1:-1]) if term.startswith("<") and not term.startswith("<<") else term


def _string(text: str) -> str:
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + escaped.encode("utf-8", "replace").decode("utf-8") + '"'


def path_turtle(path: str) -> str | None:
    """A property path in SPARQL syntax as the SHACL path of section 2.3.1, or None when it is no such path.

    >>> path_turtle("^<http://www.w3.org/ns/shacl#path>/<x:p>*")
    '( [ sh:inversePath sh:path ] [ sh:zeroOrMorePath <x:p> ] )'
    """
    words: list[str] = []
    at = 0
    while match := _PATH.match(path, at):
        words.append(match[2] or f"<{match[1]}>")
        at = match.end()
    if path[at:].strip():
        return None
    reader = _PathReader(words)
    try:
        found = reader.alternatives(0)
    except (IndexError, ValueError):
        return None
    return found if reader.at == len(words) else None


class _PathReader:
    """Recursive descent over the words of a property path (SPARQL 1.1 grammar, rules 89 to 94)."""

    def __init__(self, words: list[str]) -> None:
        self.at = 0
        self._words = words

    def _take(self, *wanted: str) -> str | None:
        if self.at < len(self._words) and self._words[self.at] in wanted:
            self.at += 1
            return self._words[self.at - 1]
        return None

    def alternatives(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise ValueError("too deep")
        parts = [self._sequence(depth)]
        while self._take("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else f"[ sh:alternativePath ( {' '.join(parts)} ) ]"

    def _sequence(self, depth: int) -> str:
        parts = [self._step(depth)]
        while self._take("/"):
            parts.append(self._step(depth))
        return parts[0] if len(parts) == 1 else f"( {' '.join(parts)} )"

    def _step(self, depth: int) -> str:
        inverse = self._take("^")
        if self._take("("):
            found = self.alternatives(depth + 1)
            if not self._take(")"):
                raise ValueError("not closed")
        else:
            word = self._words[self.at]
            if not word.startswith("<"):
                raise ValueError("no IRI")
            self.at += 1
            found = _iri(word[1:-1])
        while kind := self._take(*_KINDS):
            found = f"[ sh:{_KINDS[kind]} {found} ]"
        return f"[ sh:inversePath {found} ]" if inverse else found
