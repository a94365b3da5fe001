"""From tokens to RDF terms: escapes, prefixed names, relative IRIs, literals.

A term is told by its *key*: N-Triples syntax with nothing escaped, language tags in lower case and
every datatype written, so that two spellings of one term have one key. Keys are for comparing, not
for writing out.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    _Node = TypeVar("_Node")

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = f"^^<{_XSD}string>"

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
#: An N-Triples literal: lexical form, language, datatype.
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9\-]+)|\^\^<([^>]*)>)?', re.DOTALL)

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z0-9]{1,8})*")
#: The languages of two letters in the IANA Language Subtag Registry (2025-08-25), to which ISO 639-1 adds no more; of three letters it has 8,000.
_TWO_LETTERS = frozenset((
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr "
    "fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la "
    "lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc "
    "sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
).split())


def is_language(tag: str) -> bool:
    """Report whether a tag that a person types can be one of a language (BCP 47): of its form, and one of two letters that there is.

    >>> is_language("ja"), is_language("pt-BR"), is_language("ain"), is_language("jp"), is_language("Portuguese")
    (True, True, True, False, False)
    """
    match = _LANGUAGE.fullmatch(tag)
    return match is not None and (len(match[1]) == 3 or match[1].lower() in _TWO_LETTERS)


def whole_number(text: str) -> int | None:
    """The number that a text writes in ASCII digits; None where it writes none, or one of more than 15 digits, which counts nothing here.

    >>> whole_number("007"), whole_number("-1"), whole_number("9" * 16)
    (7, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def closure(found: Iterable[_Node], near: Callable[[_Node], Iterable[_Node]]) -> list[_Node]:
    """Return nodes and all that can be reached from them, each once, circles too.

    >>> closure(["a"], {"a": ["b", "c"], "b": ["a"], "c": ["d"], "d": []}.__getitem__)
    ['a', 'b', 'c', 'd']
    """
    reached = dict.fromkeys(found)
    waiting = list(reached)
    for node in waiting:
        new = [other for other in dict.fromkeys(near(node)) if other not in reached]
        reached.update(dict.fromkeys(new))
        waiting += new
    return list(reached)


def nt(term: Any) -> str:
    """A term of the engine in N-Triples syntax; a triple term as RDF 1.2 N-Triples has it.

    >>> from pyoxigraph import Literal, NamedNode, Triple
    >>> nt(Triple(NamedNode("x:a"), NamedNode("x:b"), Literal("c", language="en")))
    '<<( <x:a> <x:b> "c"@en )>>'
    """
    return f"<<( {term} )>>" if type(term).__name__ == "Triple" else str(term)


def term_of(text: str) -> Any:
    """The engine's term of an N-Triples term, the reverse of `nt`.

    >>> term_of('"a"@en').value, nt(term_of('<<( <x:a> <x:b> _:c )>>'))
    ('a', '<<( <x:a> <x:b> _:c )>>')
    """
    import pyoxigraph

    if text.startswith("_:"):
        return pyoxigraph.BlankNode(text[2:])
    if text.startswith("<") and not text.startswith("<<"):
        return pyoxigraph.NamedNode(text[1:-1])
    return next(iter(pyoxigraph.parse(f"<x:s> <x:p> {text} .", format=pyoxigraph.RdfFormat.N_TRIPLES))).object


#: A character that XML 1.0 cannot carry in any form (section 2.2).
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_xml(text: str) -> str:
    """A document of XML with what a reader would refuse replaced, and with carriage returns that it would take for line ends (section 2.11)."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r", "&#13;"))


#: What a document of HTML holds: no surrogates and noncharacters, and of controls only white space (Living Standard, section 13.2.3.5).
_HTML = "\t\n\f\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd" + "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17))


def as_html(text: str) -> str:
    """A document of HTML with what it must not hold replaced."""
    return re.sub(f"[^{_HTML}]", "\N{REPLACEMENT CHARACTER}", text)


def unescape(text: str) -> str:
    r"""The text with its escape sequences replaced (Turtle section 6.4, all three kinds).

    >>> unescape(r"caf\u00e9\tau lait")
    'café\tau lait'
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if not code:
        return _CONTROL.get(match[3], match[3])
    number = int(code, 16)
    return chr(number) if number < 0x110000 else match[0]


def lexical_form(token: str) -> str:
    '''The lexical form of a string token.

    >>> lexical_form('"""two "quotes" here"""')
    'two "quotes" here'
    '''
    quotes = 3 if token[:3] in ('"""', "'''") else 1
    return unescape(token[quotes:-quotes])


def literal_key(token: str, suffix: str) -> str:
    """The key of a literal; the suffix is a language tag with its @, a datatype IRI, or empty."""
    lexical = lexical_form(token)
    if suffix.startswith("@"):
        return f'"{lexical}"{suffix.lower()}'
    return f'"{lexical}"^^<{suffix}>' if suffix else f'"{lexical}"{_STRING}'


def key_of(term: str) -> str:
    r"""The key of a term in N-Triples syntax.

    >>> key_of('"caf\\u00e9"@FR')
    '"café"@fr'
    """
    if not term.startswith('"'):
        return unescape(term)
    match = _LITERAL.fullmatch(term)
    if match is None:
        return term
    lexical, language, datatype = match.groups()
    if language:
        return f'"{unescape(lexical)}"@{language.lower()}'
    return f'"{unescape(lexical)}"' + (f"^^<{unescape(datatype)}>" if datatype else _STRING)


def resolve(reference: str, base: str | None) -> str:
    """The IRI a reference stands for (RFC 3986 section 5.2); without a base, the reference itself.

    >>> resolve("../b#c", "https://example.org/x/y")
    'https://example.org/b#c'
    """
    if base is None or _SCHEME.match(reference):
        return reference
    import pyoxigraph

    try:
        return next(pyoxigraph.parse(f"<{reference}> <x:p> <x:o> .", format=pyoxigraph.RdfFormat.TURTLE, base_iri=base)).subject.value
    except (SyntaxError, ValueError):
        return reference
