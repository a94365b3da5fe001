"""SPARQL that shapes bring along, made set-based (SHACL section 5 and appendix A, pre-binding).

A pre-bound variable has its value in every group of the query. For one focus node that is substitution; for all of
them at once the pattern that yields the focus nodes is put at the start of each group that mentions `$this`, which
joins to the same solutions. Inside EXISTS the surrounding solution is substituted anyway. Parameters, `$currentShape`
and `$shapesGraph` are constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from whence.rdf.terms import resolve
from whence.shacl.algebra import Bind, Exists, Pattern, Raw, Test
from whence.shacl.model import Shape, Validator
from whence.findings import path_text
from whence.shacl.shapes_graph import ill_formed
from whence.shacl.dependencies import Token, triple_patterns
from whence.shacl.vocabulary import is_blank, is_iri, is_literal
from whence.sparql.tokens import tokens as terminals

#: The named graph in which `GRAPH $shapesGraph` finds the shapes.
SHAPES_GRAPH = "<urn:x-whence:shapes-graph>"

#: Stands in a query where variables are to be bound for one run; no SPARQL text can hold it otherwise.
BINDINGS = "\x01"
#: IRI of the function that returns the term its argument writes.
TERM = "<urn:x-whence:term>"

_FORBIDDEN = {"MINUS", "VALUES", "SERVICE"}
_GROUP_WORDS = {"WHERE", "UNION", "OPTIONAL", "EXISTS", "ASK"}
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Call:
    """A validator that is asked for one node at a time, where it cannot be part of a greater query.

    :ivar text: the query, with `BINDINGS` where its variables are to be bound
    :ivar names: the variables its arguments are bound to
    """

    text: str
    ask: bool
    names: tuple[str, ...]
    shape: str


def tokenize(text: str, shape: str) -> list[Token]:
    """Return the tokens of a query after its prologue, names and relative IRIs expanded, variables with `?`.

    :param shape: the shape the query belongs to, for the error
    :raises ShapeError: a prefix is not declared

    >>> [token.text for token in tokenize("BASE <x:/a> PREFIX ex: <b#> ASK { $this ex:p <c> }", "<x:S>")]
    ['ASK', '{', '?this', '<x:/b#p>', '<x:/c>', '}']
    """
    raw = list(terminals(text))
    prefixes: dict[str, str] = {}
    base: str | None = None
    start = 0
    while len(raw) > start + 2:
        if raw[start].word == "BASE":
            base = resolve(raw[start + 1].text[1:-1], base)
            start += 2
        elif raw[start].word == "PREFIX":
            prefixes[raw[start + 1].text[:-1]] = resolve(raw[start + 2].text[1:-1], base)
            start += 3
        else:
            break
    found = []
    for token in raw[start:]:
        kind, written = token.kind, token.text
        if kind == "variable":
            written = f"?{written[1:]}"
        elif kind == "iri":
            written = f"<{resolve(written[1:-1], base)}>"
        elif kind == "name":
            prefix, _, local = written.partition(":")
            if prefix not in prefixes:
                raise ill_formed(shape, f"its query uses the prefix {prefix}: without declaring it", "Declare it with sh:prefixes.")
            kind, written = "iri", f"<{prefixes[prefix]}{_ESCAPE.sub(lambda match: match.group(1), local)}>"
        found.append(Token(kind, written))
    return found


def _prepared(validator: Validator, shape: Shape) -> list[Token]:
    """Return the tokens with the constants in place, refusing what SHACL appendix A excludes."""
    tokens = tokenize(validator.text, shape.node)
    _check_braces(tokens, shape)
    given = {f"?{name}": term for name, term in validator.parameters.items()}
    constants = given | {"?shapesGraph": SHAPES_GRAPH, "?currentShape": shape.node}
    pre_bound = {"?this", "?PATH", *constants, *(["?value"] if validator.ask else [])}
    constants = {name: term for name, term in constants.items() if not is_blank(term)}
    for index, token in enumerate(tokens):
        if token.word() in _FORBIDDEN:
            raise ill_formed(shape.node, f"its query uses {token.word()}, which pre-bound queries must not")
        if token.word() == "FROM":
            raise ill_formed(shape.node, "its query names a dataset by FROM, but sees the data graph alone", "Take FROM out.")
        if token.word() == "AS" and tokens[index + 1 : index + 2] and tokens[index + 1].text in pre_bound:
            raise ill_formed(shape.node, f"its query assigns the pre-bound variable {tokens[index + 1].text}")
    if shape.path is not None:
        text = path_text(shape.path)
        path = Token("path", text if shape.path[0] == "pred" else f"({text})")
        tokens = [path if token.text == "?PATH" else token for token in tokens]
    elif any(token.text == "?PATH" for token in tokens):
        raise ill_formed(shape.node, "its query uses $PATH, which only property shapes have")
    _check_subqueries(tokens, shape, validator)
    tokens = _spelled_out(tokens, pre_bound)
    return _with_constants(tokens, constants)


def _check_braces(tokens: list[Token], shape: Shape) -> None:
    depth = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth < 0:
            break
    if depth or not any(token.text == "{" for token in tokens):
        raise ill_formed(shape.node, "the braces of its query do not match", "Close each { with a }.")


def _select_clause(tokens: list[Token], start: int) -> tuple[list[str], int]:
    """Return the variables a SELECT projects (`*` too) and the index of what follows the clause."""
    depth, names, index = 0, [], start + 1
    while index < len(tokens):
        token = tokens[index]
        if depth == 0 and (token.text == "{" or token.word() in ("WHERE", "FROM")):
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if (depth == 0 and (token.kind == "variable" or token.text == "*")) or tokens[index - 1].word() == "AS":
            names.append(token.text)
        index += 1
    return names, index


def _check_subqueries(tokens: list[Token], shape: Shape, validator: Validator) -> None:
    selects = [index for index, token in enumerate(tokens) if token.word() == "SELECT"]
    for index in selects[0 if validator.ask else 1 :]:
        names, start = _select_clause(tokens, index)
        needed = {"?this", "?value"} if validator.ask else {"?this"}
        if not needed <= (_in_scope(tokens, start) if "*" in names else set(names)):
            raise ill_formed(shape.node, "a subquery of its query does not project the pre-bound variables")
    projected = _select_clause(tokens, selects[0])[0] if selects else []
    if not validator.ask and not {"?this", "*"} & set(projected):
        raise ill_formed(shape.node, "its SELECT query does not project $this")


def _spelled_out(tokens: list[Token], pre_bound: set[str]) -> list[Token]:
    """Return the query with the variables it projects in the place of its outermost `*`."""
    if [token.text.upper() for token in tokens[:2]] != ["SELECT", "*"]:
        return tokens
    names = {"?this"} | (_in_scope(tokens, 2) - pre_bound)
    return [tokens[0], *(Token("variable", name) for name in sorted(names)), *tokens[2:]]


def _in_scope(tokens: list[Token], start: int) -> set[str]:
    """Return the variables of a group that `SELECT *` projects: those outside expressions, and those they are assigned to."""
    first = next(index for index in range(start, len(tokens)) if tokens[index].text == "{")
    depth, names, before = 0, set(), tokens[first]
    for token in tokens[first : _matching(tokens, first)]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "variable" and (depth == 0 or before.word() == "AS"):
            names.add(token.text)
        before = token
    return names


def _with_constants(tokens: list[Token], constants: dict[str, str]) -> list[Token]:
    result: list[Token] = []
    index, clause_end, depth = 0, -1, 0
    while index < len(tokens):
        token = tokens[index]
        if token.word() == "SELECT":
            clause_end, depth = _select_clause(tokens, index)[1], 0
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        bound = [part.text.upper() for part in tokens[index : index + 2]] == ["BOUND", "("]
        if bound and tokens[index + 2].text in constants:
            result.append(Token("term", "(true)"))
            index += 4
            continue
        if token.text in constants and token.kind == "variable":
            if index >= clause_end or depth > 0:
                result.append(Token("term", constants[token.text]))
        else:
            result.append(token)
        index += 1
    return result


def _matching(tokens: list[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    return len(tokens) - 1


def _group_kind(tokens: list[Token], brace: int) -> str:
    before = tokens[brace - 1] if brace else Token("mark", "{")
    if before.word() in _GROUP_WORDS:
        return before.word()
    if brace > 1 and tokens[brace - 2].word() == "GRAPH":
        return "GRAPH"
    if before.word() or before.kind in ("variable",) or before.text == ")":
        return "SELECT" if _in_select_clause(tokens, brace) else "PLAIN"
    return "PLAIN"


def _in_select_clause(tokens: list[Token], brace: int) -> bool:
    for index in range(brace - 1, -1, -1):
        if tokens[index].text in "{}":
            return False
        if tokens[index].word() == "SELECT":
            return True
    return False


def _mentions(tokens: list[Token], names: set[str]) -> bool:
    return any(token.kind == "variable" and token.text in names for token in tokens)


def _injection_points(tokens: list[Token], names: set[str], everywhere: bool = False) -> set[int]:
    """Return the indexes of the `{` after which the focus nodes are joined in.

    :param everywhere: whether also inside EXISTS, where the solution around it is known, and inside GRAPH
    """
    points: set[int] = set()
    first = next(index for index, token in enumerate(tokens) if token.text == "{")
    barred = -1
    for index, token in enumerate(tokens):
        if token.text != "{" or index <= barred:
            continue
        kind, end = _group_kind(tokens, index), _matching(tokens, index)
        inside = tokens[index + 1 : end]
        if kind in ("EXISTS", "GRAPH") and not everywhere:
            barred = end
        elif inside and inside[0].word() == "SELECT":
            continue
        elif index == first or (_mentions(inside, names) and (kind != "OPTIONAL" or any(part.word() == "BIND" for part in inside))):
            points.add(index)
    return points


def _needs_one_by_one(tokens: list[Token]) -> bool:
    """Whether a set-based run would differ: limits, and filters on `$this` inside GRAPH."""
    if any(token.word() in ("LIMIT", "OFFSET") for token in tokens):
        return True
    for index, token in enumerate(tokens):
        if token.text == "{" and _group_kind(tokens, index) == "GRAPH":
            inside = tokens[index + 1 : _matching(tokens, index)]
            if _mentions(inside, {"?this"}) and any(part.word() in ("FILTER", "BIND") for part in inside):
                return True
    return False


def template(tokens: list[Token], names: set[str]) -> str:
    """Return the query with `BINDINGS` wherever variables have to be bound for one run.

    >>> template(tokenize("ASK { { FILTER(?a > 1) } UNION { ?s <x:p> ?a } }", "<x:S>"), {"?a"}).count(BINDINGS)
    3
    """
    text, last = "", 0
    for point in sorted(_injection_points(tokens, names, everywhere=True)):
        text += f"{joined(tokens[last : point + 1])} {BINDINGS}"
        last = point + 1
    return f"{text} {joined(tokens[last:])}"


def bindings(values: dict[str, str]) -> str:
    """Return the text that binds variables to terms."""
    return " ".join(f"BIND({_written(term)} AS ?{name})" for name, term in values.items())


def _written(term: str) -> str:
    """Return a term as an expression; a blank node has none in SPARQL, so a function returns it."""
    return term if is_iri(term) or is_literal(term) else f'{TERM}("{term}")'


def pre_bound_query(validator: Validator, shape: Shape, source: Pattern) -> tuple[Raw, bool]:
    """Return a SELECT constraint as a whole query over all focus nodes.

    :param source: yields the focus nodes as `?this`, each once
    :returns: the query, and whether it must run once for each focus node, bound at its `BINDINGS`
    :raises ShapeError: the query breaks a rule of pre-binding
    """
    tokens = _prepared(validator, shape)
    blank = _blank(validator, shape, tokens)
    if _needs_one_by_one(tokens):
        text = template(tokens, {"?this", *(f"?{name}" for name in blank)})
        return Raw((text.replace(BINDINGS, f"{BINDINGS} {bindings(blank)}"),)), True
    return _woven(tokens, source, {"?this"}, blank), False


def construct_query(validator: Validator, shape: Shape, source: Pattern) -> tuple[Raw, bool]:
    """Return the CONSTRUCT of a SPARQL rule as `pre_bound_query` returns a SELECT.

    :raises ShapeError: it is none, or breaks a rule of pre-binding
    """
    tokens = tokenize(validator.text, shape.node)
    _check_braces(tokens, shape)
    if tokens[0].word() != "CONSTRUCT":
        raise ill_formed(shape.node, "the query of its SPARQL rule is no CONSTRUCT")
    short = tokens[1].text != "{"
    body = tokens[1:] if short else tokens[_matching(tokens, 1) + 1 :]
    template_text = joined(_body(tokens))
    select = replace(validator, text=f"SELECT ?this {joined(body)}")
    pattern, alone = pre_bound_query(select, shape, source)
    first, *rest = pattern.parts
    return Raw((str(first).replace("SELECT ?this", f"CONSTRUCT {template_text}", 1), *rest)), alone


def _blank(validator: Validator, shape: Shape, tokens: list[Token]) -> dict[str, str]:
    """Return the pre-bound variables of a query whose values are blank nodes, which no query text can name."""
    values = {**validator.parameters, "currentShape": shape.node}
    return {name: term for name, term in values.items() if is_blank(term) and _mentions(tokens, {f"?{name}"})}


def _woven(tokens: list[Token], source: Pattern, names: set[str], blank: dict[str, str]) -> Raw:
    for name, term in blank.items():
        source = Bind(source, f"?{name}", _written(term))
    points = _injection_points(tokens, names | {f"?{name}" for name in blank})
    parts: list[str | Pattern] = []
    last = 0
    for point in sorted(points):
        parts += [joined(tokens[last : point + 1]), source]
        last = point + 1
    return Raw((*parts, joined(tokens[last:])), triple_patterns(tokens))


def _body(tokens: list[Token]) -> list[Token]:
    first = next(index for index, token in enumerate(tokens) if token.text == "{")
    return tokens[first : _matching(tokens, first) + 1]


def value_pattern(validator: Validator, shape: Shape, values: Pattern) -> Pattern | None:
    """Return the value nodes for which an ASK validator answers true, or None when the test of one node will do.

    :param values: yields `?this` and `?value`, each pair once
    """
    body = _body(_prepared(validator, shape))
    blank = _blank(validator, shape, body)
    if not blank and [token.word() for token in body[1:2]] == ["FILTER"] and sum(token.text == "{" for token in body) == 1:
        depth = 0
        ends = []
        for index, token in enumerate(body):
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 and token.text == ")":
                ends.append(index)
        if all(token.text in (".", "}") for token in body[ends[0] + 1 :]):
            return None
    return _woven(body, values, {"?this", "?value"}, blank)


class Calls:
    """The validators of a plan that are asked for one node at a time.

    :param split: whether queries look into a store of exact literals, of which SPARQL text knows nothing
    """

    def __init__(self, split: bool = False) -> None:
        self.found: list[Call] = []
        self._split = split

    def number(self, validator: Validator, shape: Shape) -> int | None:
        """Return the number of the call that a validator inside another shape has to be, or None when none is needed."""
        tokens = _prepared(validator, shape)
        blank = _blank(validator, shape, tokens)
        alone = not validator.ask and (_mentions(tokens, {"?failure"}) or _needs_one_by_one(tokens))
        if not (self._split or blank or alone):
            return None
        names = ("this", "value") if validator.ask else ("this",)
        text = template(tokens, {f"?{name}" for name in (*names, *blank)}).replace(BINDINGS, f"{BINDINGS} {bindings(blank)}")
        call = Call(text, validator.ask, names, shape.node)
        if call not in self.found:
            self.found.append(call)
        return self.found.index(call)


def target_text(query: Validator, shape: str) -> str:
    """Return the query of a SPARQL-based target with its parameters in place.

    :raises ShapeError: it does not project `?this`
    """
    tokens = tokenize(query.text, shape)
    selects = [index for index, token in enumerate(tokens) if token.word() == "SELECT"]
    if not selects or not {"?this", "*"} & set(_select_clause(tokens, selects[0])[0]):
        raise ill_formed(shape, "the query of its sh:target does not project ?this")
    return joined(_with_constants(tokens, {f"?{name}": term for name, term in query.parameters.items()}))


def ask_test(validator: Validator, shape: Shape, this: str, value: str, fresh: Callable[[], str]) -> Test:
    """Return the test that an ASK validator answers true for a value node of a focus node."""
    return Exists(_raw(_renamed(_body(_prepared(validator, shape)), {"?value": value, "?this": this}, fresh)))


def select_test(validator: Validator, shape: Shape, node: str, fresh: Callable[[], str]) -> Test:
    """Return the test that a SELECT constraint has a solution for a node."""
    tokens = _prepared(validator, shape)
    grouped = any(token.word() in ("GROUP", "HAVING", "DISTINCT", "REDUCED") for token in tokens)
    used = [Token("mark", "{"), *tokens, Token("mark", "}")] if grouped else _body(tokens)
    return Exists(_raw(_renamed(used, {"?this": node}, fresh)))


def _raw(tokens: list[Token]) -> Raw:
    """Return a group for EXISTS, which brings braces of its own: nothing is substituted into a group inside another."""
    return Raw((joined(tokens[1:-1]),), triple_patterns(tokens))


def _renamed(tokens: list[Token], names: dict[str, str], fresh: Callable[[], str]) -> list[Token]:
    """Give every variable a name of its own, so that a test can stand inside any query."""
    names = dict(names)
    for token in tokens:
        if token.kind == "variable" and token.text not in names:
            names[token.text] = fresh()
    return [Token("variable", names[token.text]) if token.kind == "variable" else token for token in tokens]


def joined(tokens: list[Token]) -> str:
    """Return the tokens as text.

    A language tag or datatype mark clings to its literal, `(` to its function, and a sign to its number, which it may be
    a part of: some engines insist.
    """
    text, before = "", Token("mark", "")
    for token in tokens:
        clings = token.kind == "language" or token.text == "^^" or before.text == "^^"
        clings = clings or (token.text == "(" and before.kind == "word") or (token.kind == "number" and before.text in ("+", "-"))
        text += token.text if clings or not text else " " + token.text
        before = token
    return text
