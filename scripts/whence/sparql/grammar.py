"""The query grammar of SPARQL 1.1 (section 19.8), to find the first token that cannot stand where it does.

The engine parses queries; it reports the furthest character any of its alternatives reached, which is often
many characters behind or before the mistake. So when it has refused a query, the tokens are read again by
the grammar below, and the first token no rule can take is where the mistake is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from whence.sparql.tokens import Token

#: [121] BuiltInCall, the functions with an argument list, and those that the engine adds.
FUNCTIONS = frozenset(
    "STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI"
    " CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1"
    " SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE"
    " LANGDIR STRLANGDIR HASLANG HASLANGDIR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE ADJUST".split()
)

# One rule a line; `?`, `*`, `+` as in the specification; quoted: a keyword or mark; capitals: a kind of token.
_GRAMMAR = """
Query = Prologue ( Select | Construct | Describe | Ask ) Values ;
Prologue = ( 'BASE' IRI | 'PREFIX' NAME IRI | 'VERSION' STRING )* ;
Select = SelectClause Dataset Where Modifier ;
SubSelect = SelectClause Where Modifier Values ;
SelectClause = 'SELECT' ( 'DISTINCT' | 'REDUCED' )? ( '*' | ( VARIABLE | '(' Expression 'AS' VARIABLE ')' )+ ) ;
Construct = 'CONSTRUCT' ( '{' Triples? '}' Dataset Where Modifier | Dataset 'WHERE' '{' Triples? '}' Modifier ) ;
Describe = 'DESCRIBE' ( ( VARIABLE | iri )+ | '*' ) Dataset Where? Modifier ;
Ask = 'ASK' Dataset Where Modifier ;
Dataset = ( 'FROM' 'NAMED'? iri )* ;
Where = 'WHERE'? Group ;
Modifier = ( 'GROUP' 'BY' Key+ )? ( 'HAVING' Constraint+ )? ( 'ORDER' 'BY' Order+ )? ( 'LIMIT' NUMBER | 'OFFSET' NUMBER )* ;
Key = VARIABLE | '(' Expression ( 'AS' VARIABLE )? ')' | BuiltIn | iri Arguments ;
Order = VARIABLE | ( 'ASC' | 'DESC' ) Bracketed | Constraint ;
Values = ( 'VALUES' Data )? ;
Data = VARIABLE '{' Datum* '}' | '(' VARIABLE* ')' '{' ( '(' Datum* ')' )* '}' ;
Datum = iri | Literal | 'UNDEF' | TripleTerm ;
Group = '{' ( SubSelect | Triples? ( Pattern '.'? Triples? )* ) '}' ;
Pattern = ( 'OPTIONAL' | 'MINUS' | 'LATERAL' ) Group | Group ( 'UNION' Group )* | 'FILTER' Constraint
  | 'BIND' '(' Expression 'AS' VARIABLE ')' | 'VALUES' Data | 'GRAPH' ( VARIABLE | iri ) Group
  | 'SERVICE' 'SILENT'? ( VARIABLE | iri ) Group ;
Triples = Block ( '.' Block )* '.'? ;
Block = Term Properties | Nested Properties? ;
Properties = Verb Objects ( ';' ( Verb Objects )? )* ;
Verb = Path | VARIABLE ;
Objects = Object ( ',' Object )* ;
Object = Node ( '{|' Properties '|}' | '~' ( VARIABLE | iri | BLANK )? )* ;
Node = Term | Nested ;
Nested = '(' Node+ ')' | '[' Properties ']' ;
Path = Sequence ( '|' Sequence )* ;
Sequence = Step ( '/' Step )* ;
Step = '^'? ( iri | a | '!' Negated | '(' Path ')' ) ( '?' | '*' | '+' )? ;
Negated = One | '(' ( One ( '|' One )* )? ')' ;
One = '^'? ( iri | a ) ;
Term = VARIABLE | iri | Literal | BLANK | '(' ')' | '[' ']' | TripleTerm ;
TripleTerm = '<<(' Node Verb Node ')>>' | '<<' Node Verb Node ( '~' ( VARIABLE | iri | BLANK )? )? '>>' ;
Literal = STRING ( LANGUAGE | '^^' iri )? | ( '+' | '-' )? NUMBER | 'TRUE' | 'FALSE' ;
iri = IRI | NAME ;
Expression = And ( '||' And )* ;
And = Relation ( '&&' Relation )* ;
Relation = Sum ( ( '=' | '!=' | '<=' | '>=' | '<' | '>' ) Sum | 'NOT'? 'IN' List )? ;
Sum = Product ( ( '+' | '-' ) Product )* ;
Product = Unary ( ( '*' | '/' ) Unary )* ;
Unary = ( '!' | '+' | '-' )? Primary ;
Primary = Bracketed | BuiltIn | iri Arguments? | Literal | VARIABLE | TripleTerm ;
Bracketed = '(' Expression ')' ;
Constraint = Bracketed | BuiltIn | iri Arguments ;
BuiltIn = 'NOT' 'EXISTS' Group | 'EXISTS' Group | 'COUNT' '(' 'DISTINCT'? ( '*' | Expression ) ')'
  | ( 'SUM' | 'MIN' | 'MAX' | 'AVG' | 'SAMPLE' ) '(' 'DISTINCT'? Expression ')'
  | 'GROUP_CONCAT' '(' 'DISTINCT'? Expression ( ';' 'SEPARATOR' '=' STRING )? ')' | FUNCTION Arguments ;
Arguments = '(' ( 'DISTINCT'? Expression ( ',' Expression )* )? ')' ;
List = '(' ( Expression ( ',' Expression )* )? ')' ;
"""
_KINDS = {"IRI": "an IRI", "NAME": "a prefixed name", "VARIABLE": "a variable", "STRING": "a string", "NUMBER": "a number",
          "BLANK": "a blank node", "LANGUAGE": "a language tag", "FUNCTION": "a function"}  # fmt: skip

#: Takes a position among the tokens and returns the position after what it matched, or -1.
_Matcher = Callable[["_Reading", int], int]


class Refusal:
    """The first token that cannot stand where it does.

    :ivar token: the token, or None at the end of the query
    :ivar expected: what could stand there, for people; sorted
    :ivar functions: whether a function could stand there
    """

    __slots__ = ("expected", "functions", "token")

    def __init__(self, token: Token | None, expected: list[str], functions: bool) -> None:
        self.token = token
        self.expected = expected
        self.functions = functions


def refusal(stream: list[Token]) -> Refusal | None:
    """Return the first token of a query that no rule of the grammar can take, or None when all can stand.

    :raises RecursionError: its brackets are nested too deeply

    >>> from whence.sparql.tokens import tokens
    >>> refusal(list(tokens("SELECT ?s WHERE { ?s <urn:p> . }"))).token
    Token('mark', '.', 29)
    """
    reading = _Reading(stream)
    end = _rules()["Query"](reading, 0)
    if end == len(stream):
        return None
    # what was matched whole but is followed by more: the furthest failure is at or behind its end
    at = max(reading.furthest, end)
    expected = reading.expected if at == reading.furthest else set()
    named = sorted(_KINDS.get(one, one) for one in expected)
    return Refusal(stream[at] if at < len(stream) else None, named, "FUNCTION" in expected)


class _Reading:
    """The tokens, and the furthest one that was refused with what could have stood there."""

    def __init__(self, stream: list[Token]) -> None:
        self.stream = stream
        self.furthest = 0
        self.expected: set[str] = set()

    def refuse(self, at: int, wanted: str) -> int:
        if at > self.furthest:
            self.furthest = at
            self.expected = {wanted}
        elif at == self.furthest:
            self.expected.add(wanted)
        return -1


@cache
def _rules() -> dict[str, _Matcher]:
    """The grammar's rules as matchers."""
    rules: dict[str, _Matcher] = {}
    for rule in re.split(r"\s;\s", _GRAMMAR):
        name, _, body = rule.strip().partition(" = ")
        if name:
            rules[name] = _choice(re.findall(r"'[^']+'[?*+]?|\)[?*+]?|[^\s]+", body), rules)
    return rules


def _choice(words: list[str], rules: dict[str, _Matcher]) -> _Matcher:
    """Read alternatives up to a closing bracket; takes what it reads off the list."""
    options: list[_Matcher] = []
    parts: list[_Matcher] = []
    while words and not words[0].startswith(")"):
        word = words.pop(0)
        if word == "|":
            options.append(_sequence(parts))
            parts = []
        elif word == "(":
            inner = _choice(words, rules)
            parts.append(_repeated(inner, words.pop(0)[1:]))
        else:
            core, sign = (word[:-1], word[-1]) if len(word) > 1 and word[-1] in "?*+" else (word, "")
            parts.append(_repeated(_item(core, rules), sign))
    options.append(_sequence(parts))
    return options[0] if len(options) == 1 else _first_of(options)


def _item(word: str, rules: dict[str, _Matcher]) -> _Matcher:
    if word.startswith("'"):
        return _literal(word[1:-1])
    if word in _KINDS or word == "a":
        return _kind(word)
    return lambda reading, at: rules[word](reading, at)


def _literal(text: str) -> _Matcher:
    """A keyword in any case, or a mark."""

    def match(reading: _Reading, at: int) -> int:
        if at < len(reading.stream):
            token = reading.stream[at]
            if token.kind in ("word", "mark") and token.text.upper() == text:
                return at + 1
        return reading.refuse(at, text)

    return match


def _kind(word: str) -> _Matcher:
    def match(reading: _Reading, at: int) -> int:
        if at < len(reading.stream):
            token = reading.stream[at]
            if token.kind == word.lower() or (word == "a" and token.kind == "word" and token.text == "a"):
                return at + 1
            if word == "FUNCTION" and token.kind == "word" and token.text.upper() in FUNCTIONS:
                return at + 1
        return reading.refuse(at, word)

    return match


def _sequence(parts: list[_Matcher]) -> _Matcher:
    def match(reading: _Reading, at: int) -> int:
        for part in parts:
            at = part(reading, at)
            if at < 0:
                return -1
        return at

    return match


def _first_of(options: list[_Matcher]) -> _Matcher:
    def match(reading: _Reading, at: int) -> int:
        for option in options:
            end = option(reading, at)
            if end >= 0:
                return end
        return -1

    return match


def _repeated(part: _Matcher, sign: str) -> _Matcher:
    """A part that may be missing (`?`, `*`) or come again (`*`, `+`)."""
    if not sign:
        return part

    def match(reading: _Reading, at: int) -> int:
        end = part(reading, at)
        if end < 0:
            return -1 if sign == "+" else at
        while sign != "?" and end > at:
            at = end
            end = part(reading, at)
        return max(at, end)

    return match
