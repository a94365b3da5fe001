"""Rules: queries of the catalogue asked backwards, what they would need for one triple or one row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice, product
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Store, Triple, Variable

from whence.namespaces import PREFIXES
from whence.sparql.running import bind
from whence.sparql import groups
from whence.sparql.groups import Body, Select
from whence.sparql.query import prologue
from whence.sparql.tokens import Token, tokens as read_tokens
from whence.rdf.terms import RDF_TYPE, term_of

#: A triple pattern: a variable is its name with `?`, everything else a term of the engine.
Pattern = tuple[Any, Any, Any]
#: So many ways in which a rule yields one thing are looked at.
_MOST = 40
#: So many solutions are put in order, whatever order the engine finds them in.
_SORTED = 1_000

#: The words before a group that a query rules out.
_RULES_OUT = re.compile(r"\b(?:MINUS|FILTER\s+NOT\s+EXISTS)\s*+\Z", re.IGNORECASE)
#: Tokens that may be a subject or an object.
_NODES = ("variable", "iri", "name", "blank", "string", "number")
#: What was found out about the text of a query is kept for so many texts.
_KEPT = 512


@lru_cache(_KEPT)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text."""
    return tuple(read_tokens(text))


bodies, selects = lru_cache(_KEPT)(groups.bodies), lru_cache(_KEPT)(groups.selects)


@lru_cache(_KEPT)
def templates(text: str) -> list[Pattern]:
    """Return the triple patterns that a CONSTRUCT writes; those with blank nodes or terms in brackets are left out.

    >>> templates("CONSTRUCT { ?s a rdf:List , ?k ; <x:p> 1 } WHERE { ?s <x:q> ?k }")[1]
    ('?s', <NamedNode value=http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, '?k')
    """
    stream = list(tokens(text))
    start = next(place for place, token in enumerate(stream) if token.word == "CONSTRUCT")
    if stream[start + 1].text != "{":  # the short form: what it matches is what it writes
        start = next(place for place, token in enumerate(stream) if token.text == "{") - 1
    found: list[Pattern] = []
    row: list[Any] = []
    declared = {**PREFIXES, **prologue(text)[0]}
    end = next(place for place in range(start + 2, len(stream)) if stream[place].text == "}")
    for token in _terms([*stream[start + 2 : end], Token("mark", ".", 0)]):
        if token.kind == "mark":
            if len(row) == 3 and None not in row:
                found.append((row[0], row[1], row[2]))
            row = {".": [], ";": row[:1], ",": row[:2]}.get(token.text, [])
        else:
            row.append(_term(token, declared))
    return found


def _terms(stream: list[Token]) -> Iterator[Token]:
    """Yield tokens, literals with their language or datatype as one."""
    held: Token | None = None
    typed = False
    for token in stream:
        if held is not None and (token.text == "^^" or token.kind == "language" or typed):
            typed = token.text == "^^"
            held = Token("string", held.text + token.text, held.start)
            continue
        if held is not None:
            yield held
        held = token
    if held is not None:
        yield held


def _term(token: Token, declared: dict[str, str]) -> Any:
    """Return a variable's name, a term, or None for what cannot be told."""
    if token.kind == "variable":
        return "?" + token.text[1:]
    if token.text == "a":
        return term_of(f"<{RDF_TYPE}>")
    if token.kind == "iri":
        return term_of(token.text)
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return term_of(f"<{declared[prefix]}{local}>") if prefix in declared else None
    row = next(iter(Store().query(f"SELECT ({token.text} AS ?x) {{}}", prefixes=declared)), None) if token.kind in ("string", "number", "word") else None
    return row[0] if row else None


def unify(pattern: Pattern, triple: Triple) -> dict[str, Any] | None:
    """Return what the variables of a pattern stand for where it is this triple, or None where it cannot be."""
    found: dict[str, Any] = {}
    for part, term in zip(pattern, (triple.subject, triple.predicate, triple.object), strict=True):
        if isinstance(part, str):
            if found.setdefault(part[1:], term) != term:
                return None
        elif part != term:
            return None
    return found


@lru_cache(_KEPT)
def constants(text: str) -> tuple[frozenset[Any], bool]:
    """Return the IRIs and literals that a query names, and whether a variable may stand in it as a predicate."""
    declared = {**PREFIXES, **prologue(text)[0]}
    stream = list(tokens(text))
    kinds = ("iri", "name", "string", "number")
    found = {_term(token, declared) for token in _terms(stream) if token.kind in kinds or token.text in ("a", "true", "false")} - {None}
    free = any(
        (mark.text in ("{", "}", ".") and first.kind in _NODES and second.kind == "variable" and third.kind in _NODES)
        or (mark.text == ";" and first.kind == "variable")
        for mark, first, second, third in zip(stream, stream[1:], stream[2:], stream[3:], strict=False)
    )
    return frozenset(found), free


@dataclass(frozen=True, slots=True)
class Way:
    """One solution of a query.

    :ivar terms: the terms that it uses, those of its sub-SELECTs too
    :ivar ruled_out: the groups after MINUS and NOT EXISTS that have no solution with it, each with what its variables stand for
    """

    terms: frozenset[Any]
    ruled_out: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]


def used(store: Store, text: str, known: dict[str, Any], fixed: dict[str, Any] | None = None, *, strict: bool = True) -> Iterator[Way]:
    """Yield the solutions of a query where variables stand for what is known; no terms twice.

    :param text: a query of any form; its modifiers do not count
    :param known: the name of a variable to its term
    :param fixed: the same of the parameters, which stand for their terms wherever they occur
    :param strict: whether what the query rules out is looked for in the store
    """
    head, body = _parts(text)
    seen = set()
    for way in _used(store, head, body, known, fixed or {}, 0, strict):
        if way.terms not in seen:
            seen.add(way.terms)
            yield way


def yields(text: str, known: Iterable[str], triple: Triple) -> Callable[[Store], bool]:
    """Return a function that tells whether a CONSTRUCT yields a triple from a store, by those of its UNION's branches that bind some variables."""
    queries = _narrowed(text, frozenset(known))
    return lambda store: any(triple in set(store.query(query, prefixes=PREFIXES)) for query in queries)


@lru_cache(_KEPT)
def _narrowed(text: str, known: frozenset[str]) -> list[str]:
    outer, _ = selects(text)
    bodies = (body for body in _without_union(text[outer.body.start : outer.body.end]) if known <= _variables(body))
    return [text[: outer.body.start] + body + text[outer.body.end :] for body in bodies]


@lru_cache(_KEPT)
def rules_out(text: str) -> bool:
    """Report whether a query rules something out."""
    return any(token.word in ("MINUS", "NOT") for token in tokens(text))


@lru_cache(_KEPT)
def _parts(text: str) -> tuple[str, str]:
    """Return the declarations of a query, and its outermost group."""
    outer, _ = selects(text)
    return text[: outer.keyword.start], text[outer.body.start : outer.body.end]


def _used(store: Store, head: str, body: str, known: dict[str, Any], fixed: dict[str, Any], depth: int, strict: bool) -> Iterator[Way]:
    for branch in _branches(body):
        for row in _rows(store, head, branch if strict else replace(branch, body=branch.lenient), known, fixed):
            if strict and any(_takes_away(store, head, group, row, fixed) for group in branch.without if not group.negated):
                continue
            told = tuple((group.body, tuple(sorted(((name, row[name]) for name in group.variables & row.keys()), key=str))) for group in branch.without)
            choices: list[list[Way]] = []
            for part in branch.parts:
                bound = {name: row[name] for name in part.names if name in row}
                below = _used(store, head, part.body, bound, fixed, depth + 1, strict)
                ways = [together(below)] if part.every else list(islice(below, _MOST if depth == 0 else 1))
                choices.append(ways or ([] if part.apart else [together(())]))
            for choice in islice(product(*choices), _MOST):
                yield together((Way(frozenset(row.values()), told), *choice))


def together(ways: Iterable[Way]) -> Way:
    """Return what several solutions use and rule out, as one."""
    ways = list(ways)
    return Way(frozenset().union(*(way.terms for way in ways)), tuple(dict.fromkeys(group for way in ways for group in way.ruled_out)))


@dataclass(frozen=True, slots=True)
class _Part:
    """A sub-SELECT of a branch, or a group that it asks for by EXISTS.

    :ivar names: the variables that mean the same outside
    :ivar every: whether all of its solutions are needed, as an aggregate does
    :ivar apart: whether it was taken out of the branch, so that a solution of the branch needs one of it
    """

    body: str
    names: frozenset[str]
    every: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class _Branch:
    """A group with one branch chosen of every UNION that it needs, and without the sub-SELECTs that are asked apart.

    :ivar certain: the variables that every solution binds, and that the query does not compute
    :ivar without: the groups after MINUS and NOT EXISTS, which are to have no solution with one of it; those after MINUS are asked apart
    :ivar negated: whether it is such a group, and after NOT EXISTS
    :ivar lenient: the body without what NOT EXISTS rules out
    """

    body: str
    parts: tuple[_Part, ...]
    variables: frozenset[str]
    certain: frozenset[str]
    without: tuple[_Branch, ...] = ()
    negated: bool = False
    lenient: str = ""


@lru_cache(_KEPT)
def _branches(body: str) -> tuple[_Branch, ...]:
    return tuple(map(_branch, _without_union(body)))


def _branch(body: str) -> _Branch:
    parts, text = [], f"ASK {body}"
    ruled_out, negated = [], []
    for group in (group for outer in _required(body) for group in outer.groups):
        if before := _RULES_OUT.search(text, 0, group.start):
            inner, span = f"{{ {text[group.start : group.end]} }}", (before.start(), group.end)
            ruled_out.append(_Branch(inner, (), _variables(inner), frozenset(_certain(inner)), negated=before[0][:1] in "Ff"))
            if ruled_out[-1].negated:
                negated.append(span)
            else:
                text = _blank(text, *span)
    bare, plain = text, _plain(text)
    for select in (select for select in selects(text)[1] if _counts(text, select)):
        columns = frozenset(token.text[1:] for token in select.plain_columns())
        every = bool(select.group_by or select.aggregates)
        around = min((group for group in bodies(text) if group.start < select.keyword.start < group.end), key=lambda group: group.end - group.start)
        without = bare[: around.start + 1] + " " * (around.end - around.start - 2) + bare[around.end - 1 :]
        apart = around.start in plain and not every and columns <= _certain(without[4:])  # with its columns known it is asked alone, which is faster
        bare = without if apart else bare
        parts.append(_Part(text[select.body.start : select.body.end], columns, every, apart))
    for asked in _existing(text[4:]):
        parts.append(_Part(asked, _variables(asked), False, False))
    lenient = bare
    for span in negated:
        lenient = _blank(lenient, *span)
    return _Branch(bare[4:], tuple(parts), _variables(body), frozenset(_certain(bare[4:])), tuple(ruled_out), lenient=lenient[4:])


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _takes_away(store: Store, head: str, group: _Branch, row: dict[str, Any], fixed: dict[str, Any]) -> bool:
    """Report whether MINUS takes a solution away: its group has one that shares a variable with it, and differs in none (section 8.3)."""
    shared = {name: term for name, term in row.items() if name in group.certain}
    found = _rows(store, head, group, shared, fixed)
    return any(not row.keys().isdisjoint(other) and all(other.get(name, term) == term for name, term in row.items()) for other in found)


def _variables(text: str) -> frozenset[str]:
    return frozenset(token.text[1:] for token in tokens(text) if token.kind == "variable")


def _certain(body: str) -> set[str]:
    """Return the variables that every solution of a group without UNION binds, and that the query does not compute."""
    text = f"ASK {body}"
    stream = list(tokens(text))
    computed = {after.text[1:] for token, after in zip(stream, stream[1:], strict=False) if token.word == "AS"}
    found = {token.text[1:] for group in _required(body) for token in _outside_brackets(group.own) if token.kind == "variable"}
    found |= {token.text[1:] for select in selects(text)[1] if _counts(text, select) for token in select.plain_columns()}
    return found - computed


def _outside_brackets(stream: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens that stand in no brackets: a variable of an expression is not bound there."""
    depth = 0
    for token in stream:
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            yield token


def _without_union(body: str) -> Iterator[str]:
    """Yield a group with one branch chosen of every UNION that it needs."""
    for group in _required(body):
        inner, text = group.groups, f"ASK {body}"
        for place, first in enumerate(inner):
            chain = [first]
            for other in inner[place + 1 :]:
                if text[chain[-1].end : other.start].strip().upper() != "UNION":
                    break
                chain.append(other)
            if len(chain) > 1:
                for chosen in chain:
                    yield from _without_union(text[4 : first.start] + text[chosen.start : chosen.end] + text[chain[-1].end :])
                return
    yield body


def _existing(body: str) -> list[str]:
    """Return the groups that EXISTS asks for in a group; none of those that NOT EXISTS rules out."""
    text = f"ASK {body}"
    stream = list(tokens(text))
    opened = [two.start for one, two in zip(stream, stream[1:], strict=False) if one.word == "EXISTS"]
    denied = [three.start for one, two, three in zip(stream, stream[1:], stream[2:], strict=False) if one.word == "NOT" and two.word == "EXISTS"]
    required = _required(body)
    return [text[group.start : group.end] for outer in required for group in outer.groups if group.start in opened and group.start not in denied]


def _required(body: str) -> list[Body]:
    """Return a group, and those inside it that must be matched: none under OPTIONAL, MINUS, EXISTS or GRAPH, and no sub-SELECT."""
    text = f"ASK {body}"
    plain = _plain(text)
    found = bodies(text)[:1]
    for group in found:
        found += [inner for inner in group.groups if inner.start in plain and not (inner.own and inner.own[0].word == "SELECT")]
    return found


def _plain(text: str) -> set[int]:
    """Return where groups begin before which no word stands, such as OPTIONAL or MINUS."""
    stream = list(tokens(text))
    around = zip(stream, stream[1:], strict=False)
    return {after.start for token, after in around if after.text == "{" and (token.text in ("{", "}", ".", ")") or token.kind not in ("mark", "word"))}


def _counts(text: str, select: Select) -> bool:
    """Report whether a sub-SELECT stands directly in a query and not under MINUS or NOT EXISTS, where it needs nothing to be there."""
    around = [body for body in bodies(text) if body.start < select.keyword.start < body.end]
    stream = list(tokens(text))
    before = {after.start: token for token, after in zip(stream, stream[1:], strict=False)}
    if any(before[body.start].word in ("MINUS", "EXISTS") for body in around if body.start in before):
        return False
    return sum(1 for body in around if body.own and body.own[0].word == "SELECT") == 1


def _rows(store: Store, head: str, branch: _Branch, known: dict[str, Any], fixed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the solutions of a group without UNION in which the variables stand for what is known, as names of variables to terms."""
    known = {name: term for name, term in known.items() if name not in fixed}
    if not known.keys() <= branch.variables:
        return
    bound = {name: term for name, term in known.items() if name in branch.certain}  # for any other it would be true of solutions that lack it
    set_all = bound | {name: term for name, term in fixed.items() if name in branch.variables}
    written = {name: term for name, term in bound.items() if isinstance(term, NamedNode) and name in _plainly(branch.body)}
    beside = {name: term for name, term in set_all.items() if name not in written}
    text = _bound(head, _written(branch.body, written), tuple(sorted((name, str(term)) for name, term in beside.items() if not isinstance(term, BlankNode))))
    nodes = {Variable(name): term for name, term in beside.items() if isinstance(term, BlankNode)}  # no query can name them
    answer = store.query(text, prefixes=PREFIXES, substitutions=nodes or None)
    variables = [variable.value for variable in answer.variables]
    rows = ({name: solution[place] for place, name in enumerate(variables) if solution[place] is not None} | set_all for solution in answer)
    first = sorted(islice(rows, _SORTED), key=lambda row: [str(row.get(name)) for name in variables])
    for row in chain(first, rows):
        if all(row.get(name) == term for name, term in known.items()):
            yield row


@lru_cache(_KEPT)
def _bound(head: str, body: str, values: tuple[tuple[str, str], ...]) -> str:
    return bind(f"{head} SELECT * WHERE {body}", dict(values))


@lru_cache(_KEPT)
def _plainly(body: str) -> frozenset[str]:
    """Return the variables of a group that occur in its patterns and paths alone, so that an IRI may be written in their places."""
    if any(token.word in ("SELECT", "AS", "BOUND", "VALUES") for token in tokens(body)):
        return frozenset()
    return _variables(body)


def _written(body: str, terms: dict[str, NamedNode]) -> str:
    """Return a group with IRIs in the places of variables: the engine then begins with them."""
    parts, end = [], 0
    for token in tokens(body) if terms else ():
        if token.kind == "variable" and token.text[1:] in terms:
            parts += [body[end : token.start], str(terms[token.text[1:]])]
            end = token.end
    return "".join((*parts, body[end:]))
