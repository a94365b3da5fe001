"""Calls of other servers (SPARQL 1.1 Federated Query): found in a query, refused, or led elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from whence.errors import QueryError
from whence.sparql.tokens import Token, place, tokens

#: Takes the IRI of a SERVICE and whether it is SILENT; returns the IRI to call instead, or None when it is not allowed.
Elsewhere = Callable[[str, bool], "str | None"]


class CallRefused(QueryError):
    """The query calls a server that may not be called."""


def calls(text: str) -> Iterator[tuple[Token, Token | None, bool]]:
    """Yield each SERVICE of a query in text order: the word, what it calls (None at the text's end), and whether it is SILENT.

    >>> [(target.text, silent) for _, target, silent in calls('ASK { SERVICE SILENT <a:b> { ?s ?p "SERVICE <c:d>" } }')]
    [('<a:b>', True)]
    """
    stream = list(tokens(text))
    for index, token in enumerate(stream):
        if token.word == "SERVICE":
            after = stream[index + 1 : index + 3]
            silent = bool(after) and after[0].word == "SILENT"
            yield token, next(iter(after[silent:]), None), silent


def redirected(text: str, elsewhere: Elsewhere | None, file: str | None = None) -> str:
    """Return the query with the address of each call replaced; what stands in strings and comments stays as it is.

    :param elsewhere: says what to call instead; None when no server may be called
    :raises CallRefused: a call is not allowed, or is not of an address as such
    :raises QueryError: a call cannot be told from a comparison

    >>> redirected("ASK { SERVICE <https://a.example/> {} }", lambda iri, silent: "http://b.example/")
    'ASK { SERVICE <http://b.example/> {} }'
    """
    _refuse_doubtful(text, file)
    pieces: list[str] = []
    last = 0
    for word, target, silent in calls(text):
        named = target is not None and target.kind == "iri"
        instead = elsewhere(target.text[1:-1], silent) if named and elsewhere else None
        if target is None or instead is None:
            shown = target.text[:200] if target else ""
            raise CallRefused(
                f"The query calls another server (SERVICE {shown}), which is not allowed here.",
                fix="Ask that server by itself, or load its data first; whence serve --allow-service HOST lets queries of a served graph call a host.",
                **place(text, word.start, file),
            )
        pieces += [text[last : target.start], f"<{instead}>"]
        last = target.end
    return "".join([*pieces, text[last:]])


def _refuse_doubtful(text: str, file: str | None) -> None:
    """Refuse an IRI that the engine may take for a comparison: it then sees other words behind `<` than section 19.8 does.

    Only a bracket inside the IRI could end the expression and let SERVICE follow.
    """
    for token in tokens(text):
        if token.kind == "iri" and ")" in token.text:
            raise QueryError(
                f"The query names SERVICE and has {token.text}, which may be read as an IRI or as a comparison.",
                fix="Put a space behind the less-than sign, or write the bracket of the IRI as %29.",
                **place(text, token.start, file),
            )
