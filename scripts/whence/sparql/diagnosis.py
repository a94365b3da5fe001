"""Turns the engine's refusal of a query into one sentence with line, column, excerpt and a way to mend it.

A query whose every token can stand where it does is held against the rules of SPARQL beyond its grammar.
"""

from __future__ import annotations

import re
from itertools import takewhile
from math import inf

from whence.did_you_mean import meant, nearest
from whence.errors import QueryError
from whence.namespaces import PREFIXES
from whence.sparql.grammar import FUNCTIONS, Refusal, refusal
from whence.sparql.groups import Select, bodies, selects
from whence.sparql.query import prologue
from whence.sparql.tokens import Token, place, tokens

_AT = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_AFTER_GROUP_BY = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def broken_rule(text: str, message: str, file: str | None = None, *, based: bool = False) -> QueryError:
    """Return the error for a query that is grammatical and was refused all the same.

    :param message: the text of pyoxigraph's SyntaxError, whose place says little and whose words a little
    :param based: whether it was given a base besides those it declares
    """
    match = _AT.match(message)
    expected = match[3] if match else ""
    if "IRI parsing failed" in expected and match:
        return _not_whole(text, _iri_before(text, _offset(text, int(match[1]), int(match[2]))), file)
    found = _number_too_large(text, file) or _computed_again(text, file) or _ungrouped(text, file) or _values_that_differ(text, file)
    if found:
        return found
    if not based and (iri := _relative(text)):
        return _not_whole(text, iri, file)
    return QueryError(
        "Every word of the query can stand where it does, but together they break a rule of SPARQL.",
        fix="See that every variable of SELECT is grouped, that BIND and AS name new variables, and that VALUES rows have equal lengths.",
        file=file,
    )


def _not_whole(text: str, iri: Token | None, file: str | None) -> QueryError:
    return QueryError(
        f"{iri.text[:80]} is not a whole IRI." if iri else "An IRI is not whole.",
        fix="Write it with its scheme, such as <https://example.org/thing>, or declare a BASE.",
        **(place(text, iri.start, file) if iri else {"file": file}),
    )


def _relative(text: str) -> Token | None:
    """Return the first IRI that has no scheme, before any BASE."""
    stream = takewhile(lambda token: token.word != "BASE", tokens(text))
    return next((token for token in stream if token.kind == "iri" and not _SCHEME.match(token.text)), None)


def not_understood(text: str, message: str, file: str | None = None) -> QueryError:
    """Return the error for a query that is nested too deeply to look for the mistake, with the place where the engine gave up."""
    match = _AT.match(message)
    at = _offset(text, int(match[1]), int(match[2])) if match else len(text)
    fix = "Its brackets are nested too deeply to say more: write it flatter."
    return QueryError("The query is not understood at or before this place.", fix=fix, **place(text, at, file))


def _number_too_large(text: str, file: str | None) -> QueryError | None:
    """A LIMIT or OFFSET beyond what the engine counts to."""
    stream = list(tokens(text))
    for before, token in zip(stream, stream[1:], strict=False):
        if before.word in ("LIMIT", "OFFSET") and token.kind == "number" and not (token.text.isdecimal() and len(token.text) < 20 and int(token.text) < 2**63):
            word = before.text.upper()
            return QueryError(f"{word} {token.text[:40]} is no number of rows.", fix="Write a whole number of at most 18 digits.", **place(text, token.start, file))
    return None


def _computed_again(text: str, file: str | None) -> QueryError | None:
    """A BIND or AS whose variable has a value already (SPARQL 1.1 sections 10.1 and 16.1.2)."""
    outer, inner = selects(text)
    places: list[tuple[list[Token], list[Token]]] = [(body.own, body.tokens) for body in bodies(text)]
    places += [(select.columns, select.columns + select.body.tokens) for select in (outer, *inner)]
    for own, around in places:
        for before, token in zip(own, own[1:], strict=False):
            if not (before.word == "AS" and token.kind == "variable"):
                continue
            others = around if own is not around and own[0].word == "SELECT" else [one for one in around if one.start < token.start]
            if any(one.kind == "variable" and one.text[1:] == token.text[1:] and one is not token for one in others):
                return QueryError(
                    f"{token.text} is computed here, but it has a value already.", fix="Give the computed value another name.",
                    **place(text, token.start, file),
                )
    return None


def _ungrouped(text: str, file: str | None) -> QueryError | None:
    """A column that is neither grouped nor aggregated (SPARQL 1.1 section 11.4)."""
    outer, inner = selects(text)
    for select in (outer, *inner):
        if select.keyword.word != "SELECT" or not (select.group_by or select.aggregates):
            continue
        keys = _keys(select)
        for token in select.plain_columns():
            if token.text == "*" or token.text[1:] not in keys:
                return QueryError(
                    f"SELECT names {token.text}, which is not grouped.",
                    fix=f"Add it to GROUP BY, or wrap it in an aggregate such as SAMPLE({token.text})."
                    if token.text != "*"
                    else "Name the columns.",
                    **place(text, token.start, file),
                )
    return None


def _keys(select: Select) -> set[str]:
    """The variables that GROUP BY makes visible."""
    if select.group_by is None:
        return set()
    found: set[str] = set()
    depth = 0
    after_as = False
    for token in select.tokens:
        if token.start < select.group_by.end:
            continue
        if not depth and token.word in _AFTER_GROUP_BY:
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (not depth or after_as):
            found.add(token.text[1:])
        after_as = token.word == "AS"
    return found


def _values_that_differ(text: str, file: str | None) -> QueryError | None:
    """A row of VALUES that has another length than its head (SPARQL 1.1 section 10.2)."""
    stream = list(tokens(text))
    for index, token in enumerate(stream):
        if token.word != "VALUES" or index + 1 == len(stream) or stream[index + 1].text != "(":
            continue
        width: int | None = None
        row: list[Token] = []
        for other in stream[index + 1 :]:
            if other.text == "}":
                break
            if other.text == "(":
                row = [other]
            elif other.text == ")":
                count = sum(1 for one in row[1:] if one.kind not in ("language", "mark"))
                typed = sum(1 for one in row[1:] if one.text == "^^")
                width = count if width is None else width
                if count - typed != width:
                    problem = f"This row of VALUES has another length than its head, which names {width}."
                    return QueryError(problem, fix="Use UNDEF where there is no value.", **place(text, row[0].start, file))
            else:
                row.append(other)
    return None


def _iri_before(text: str, offset: int) -> Token | None:
    return next((token for token in reversed(list(tokens(text))) if token.kind == "iri" and token.start < offset), None)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column that the engine counted (lines end with a line feed)."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


#: Longer lists of what may stand somewhere help nobody.
_LISTED = 8
#: What can stand for a subject or an object, and the words that say so.
_TERMS = frozenset(("an IRI", "a prefixed name", "a variable", "a string", "a number", "a blank node", "TRUE", "FALSE"))
_OPENING = frozenset("( [ + - << <<(".split())
_A_TERM = "an IRI, a name, a variable or a literal"
#: What may be missing between two terms of a pattern, and what follows it.
_SEPARATORS = {
    ".": "the next triple",
    ";": "the next property of the same subject",
    ",": "the next value of the same property",
}
_BROKEN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\[^tbnrf\"'\\uU])", re.DOTALL)
_CODE = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u([0-9A-Fa-f]{0,4})|U([0-9A-Fa-f]{0,8}))")
_BROKEN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^<>\r\n]*>")

#: Namespaces people use without declaring them, beside our own.
_WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
}


def diagnose(text: str, message: str, file: str | None = None, *, based: bool = False) -> QueryError:
    """Return the error for a query that pyoxigraph refused with this message.

    Of a prefix nobody declared, a string or IRI that is broken, a bracket without partner and a token that
    the grammar cannot take, the first in the text is told; when there is none of them, the rule beyond the
    grammar that the engine names.

    :param text: the whole query as the user wrote it
    :param message: the text of pyoxigraph's SyntaxError
    :param based: whether it was given a base besides those it declares
    """
    stream = list(tokens(text))
    found = [error for error in (_broken_token(text, stream, file), _brackets(text, stream, file)) if error]
    try:
        refused = refusal(stream)
    except RecursionError:
        return min(found, key=lambda one: one[0])[1] if found else not_understood(text, message, file)
    if refused is not None:
        found.append((refused.token.start if refused.token else len(text), _refused(text, stream, refused, file)))
    if found:
        return min(found, key=lambda one: one[0])[1]
    return broken_rule(text, message, file, based=based)


def _broken_token(text: str, stream: list[Token], file: str | None) -> tuple[int, QueryError] | None:
    """The first token that is wrong in itself, with its offset."""
    declared = {**PREFIXES, **prologue(text)[0]}
    for token in stream:
        if token.text == "<" and (match := _BROKEN_IRI.match(text, token.start)):
            shown = place(text, token.start, file)
            fix = "Write it whole, without spaces and quotation marks, such as <https://example.org/thing>."
            return token.start, QueryError(f"This IRI has a character that no IRI has: {match[0][:60]}.", fix=fix, **shown)
        if token.kind == "name" and token.text.partition(":")[0] not in declared:
            return token.start, _unknown_prefix(text, token, declared, file)
        if token.kind == "string" and (match := _BROKEN_ESCAPE.search(token.text)):
            fix = "Write a backslash as \\\\, or one of \\t, \\n, \\r, \\b, \\f, \\\", \\'."
            at = token.start + match.start(1)
            return at, QueryError(f"The string has the unknown escape {match[1]}.", fix=fix, **place(text, at, file))
        if token.kind in ("string", "iri") and (wrong := _broken_code(text, token, file)):
            return wrong
        if token.kind == "open-string":
            fix = "End it with the same quotation mark; for a line break inside use three of them."
            problem = f"The string that starts with {token.text[:20]} never closes."
            return token.start, QueryError(problem, fix=fix, **place(text, token.start, file))
    return None


def _broken_code(text: str, token: Token, file: str | None) -> tuple[int, QueryError] | None:
    """The first escape of a token that has too few digits or stands for no character (SPARQL 1.1 Query, section 19.2)."""
    for match in _CODE.finditer(token.text):
        short = match[1] is not None
        digits, size = (match[1], 4) if short else (match[2], 8)
        at = token.start + match.start(1 if short else 2) - 2
        shown = f"\\{'u' if short else 'U'}{digits}"
        if len(digits) < size:
            fix = "Fill up with zeros on the left." if digits else "Write a backslash as \\\\."
            return at, QueryError(f"The escape {shown} needs {size} hexadecimal digits.", fix=fix, **place(text, at, file))
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF:
            fix = "Write the character itself, or \\U and its eight digits."
            return at, QueryError(f"The escape {shown} is half a character of UTF-16.", fix=fix, **place(text, at, file))
        if code > 0x10FFFF:
            return at, QueryError(f"The escape {shown} is no character.", fix="The last one is \\U0010FFFF.", **place(text, at, file))
    return None


def _unknown_prefix(text: str, token: Token, declared: dict[str, str], file: str | None) -> QueryError:
    prefix = token.text.partition(":")[0]
    if prefix in _WELL_KNOWN:
        fix = f"Put this line on top: PREFIX {prefix}: <{_WELL_KNOWN[prefix]}>"
    else:
        near = nearest(prefix, declared, 0.7)
        fix = f"Did you mean {near}: <{declared[near]}>? Otherwise put" if near else "Put"
        fix += f" a line PREFIX {prefix}: <...> on top, with its namespace between the brackets."
    return QueryError(f'The prefix "{prefix}:" is not declared.', fix=fix, **place(text, token.start, file))


def _brackets(text: str, stream: list[Token], file: str | None) -> tuple[int, QueryError] | None:
    """The first bracket without its partner, with the offset where that shows; None when all match."""
    closing = {"}": "{", ")": "(", "]": "["}
    opened: list[Token] = []
    for token in stream:
        if token.kind != "mark":
            continue
        if token.text in closing.values():
            opened.append(token)
        elif token.text in closing and not opened:
            problem, fix = f"This {token.text} closes nothing.", f"Take it out, or open a {closing[token.text]} before it."
            return token.start, QueryError(problem, fix=fix, **place(text, token.start, file))
        elif token.text in closing and opened.pop().text != closing[token.text]:
            problem = f"This {token.text} closes another bracket than the one that is open."
            return token.start, QueryError(problem, fix="Close the inner bracket first.", **place(text, token.start, file))
    if not opened:
        return None
    partner = {before: after for after, before in closing.items()}[opened[-1].text]
    problem, fix = f"This {opened[-1].text} is never closed.", f"Add the missing {partner}."
    return len(text), QueryError(problem, fix=fix, **place(text, opened[-1].start, file))


def _refused(text: str, stream: list[Token], refused: Refusal, file: str | None) -> QueryError:
    """The error for the first token that the grammar cannot take."""
    words = _summed_up(refused.expected)
    expected = f"Expected here: {_listed(words)}." if 0 < len(words) <= _LISTED else None
    token = refused.token
    if token is None:
        return QueryError("The query ends too early.", fix=expected, **place(text, stream[-1].end, file))
    shown = place(text, token.start, file)
    if token.kind == "word":
        follows = next((other.text for other in stream if other.start >= token.end), "")
        keywords = [word for word in refused.expected if word.isalpha()]
        hint = meant(token.text.upper(), keywords, 0.7)
        if not hint and refused.functions and follows == "(":
            fix = meant(token.text.upper(), sorted(FUNCTIONS)) or "A function that is not SPARQL's own is named by its IRI."
            return QueryError(f"SPARQL has no function {token.text[:40]}.", fix=fix, **shown)
        if hint:
            return QueryError(f'The query is not understood at "{token.text[:40]}".', fix=hint, **shown)
    before = stream[stream.index(token) - 1]
    if before.word in ("FILTER", "HAVING"):
        expected = f"Put the condition in brackets: {before.text.upper()} (...)."
    else:
        expected = _separator(stream, token, refused) or expected
    return QueryError(f'The query is not understood at "{token.text[:40]}".', fix=expected, **shown)


def _separator(stream: list[Token], token: Token, refused: Refusal) -> str | None:
    """Return a sentence that offers the mark without which two terms stand side by side, or None."""
    at = stream.index(token)
    reached: dict[str, float] = {}
    for mark in _SEPARATORS:
        if mark in refused.expected:
            left = refusal([*stream[:at], Token("mark", mark, token.start), *stream[at:]])
            reached[mark] = inf if left is None else left.token.start if left.token else stream[-1].end
    best = max(reached, key=reached.__getitem__, default=None)
    if best is None or reached[best] <= token.start:
        return None
    meaning = f", where {_SEPARATORS[best]} starts" if ";" in refused.expected else ""
    return f"Put the missing {best} before it{meaning}."


def _summed_up(words: list[str]) -> list[str]:
    """The words, with all that a term can be in one."""
    if not _TERMS <= set(words):
        return words
    return [_A_TERM, *(word for word in words if word not in _TERMS | _OPENING)]


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
