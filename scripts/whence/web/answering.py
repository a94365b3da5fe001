"""Answers one question in a worker: reads the query, chooses the format, evaluates, writes within limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from itertools import islice
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from whence import results, sparql
from whence.errors import QueryError, WhenceError
from whence.namespaces import PREFIXES
from whence.sparql.front_matter import FrontMatter
from whence.sparql.parameters import Parameter
from whence.sparql.query import SMALL
from whence.web import media
from whence.web.counting import COUNTERS
from whence.web.frames import BROKEN, WHOLE, frame
from whence.web.message import Question
from whence.web.problems import Problem, of_error
from whence.web.services import require_plain
from whence.web.sink import Sink

if TYPE_CHECKING:
    from whence.web.forwarding import Calls, Forwarder

__all__ = ["answer"]

_RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "n3": RdfFormat.N3,
}  # fmt: skip
#: Fields of a question that do not change what is told, or are told by the media type.
_NEGOTIATED = ("accept", "encoding", "known")
#: Calls that may give another answer each time, in any place of the text (a harmless mention costs a cache entry).
_CHANGING = ("RAND", "NOW", "UUID", "BNODE", "SERVICE")
_CHANGING_WORD = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE)\b|SERVICE")
#: A prologue of the usual spelling and the word after it: what this does not match is read token by token.
_PROLOGUE = re.compile(
    r"(?:\s+|#(?!\+)[^\r\n]*[\r\n]|PREFIX\s+[A-Za-z0-9_-]*:\s*<[^<>\"{}|^`\\\s]*>)*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE
)


def answer(
    store: Store, digest: str, context: str | None, fields: dict[str, Any], send: Callable[[bytes], None], confined: bool = False,
    forwarder: Forwarder | None = None,
) -> None:
    """Answer a question; every error of the request becomes a problem, none is raised.

    :param digest: of the snapshot, for entity tags
    :param context: the file of the JSON-LD context, or None
    :param fields: of a `Question`
    :param send: takes the frames of the answer
    :param confined: whether queries have no network here, so that the text need not be read with suspicion
    :param forwarder: what makes the calls of SERVICE, if any may be made
    """
    sink: Sink | None = None
    calls: Calls | None = None
    try:
        question = Question(**fields)
        calls = forwarder.begin(question.hosts) if forwarder and question.hosts else None
        query = _read(question)
        name, head = _head(question, query, digest, fields)
        if head["status"] == 304:
            send(frame(WHOLE, head))
            return
        found = _evaluate(store, question, query, confined, calls)
        sink = _sink(send, head, question, query, name)
        _write(found, name, question, query, sink, context)
        if calls:
            calls.check()
        sink.finish()
    except Problem as problem:
        _refuse(send, sink, problem)
    except MemoryError:
        _refuse(send, sink, Problem(503, "The query needs more memory than one query may take. Narrow it."))
    except (WhenceError, OSError, RuntimeError, ValueError) as error:
        _refuse(send, sink, _limited(sink) or (calls and calls.problem(error)) or _of_any(error))
    except Exception:  # a bug of ours: the request fails, the worker goes on
        _refuse(send, sink, Problem(500, "The server made a mistake. It has been written to the log.", bug=format_exc()))
    finally:
        if forwarder and calls:
            forwarder.end(calls)


def _read(question: Question) -> sparql.Query:
    careful = question.values or question.bound or len(question.query) > SMALL
    usual = None if careful else _PROLOGUE.match(question.query)
    if usual is not None:
        return sparql.Query(question.query, None, usual[1].lower(), FrontMatter())
    query = sparql.parse(question.query)
    if question.bound:
        declared = tuple(Parameter(name, kind) for name, kind, _ in question.bound)
        query.front_matter.parameters = declared
        question.values = {name: text for name, _, text in question.bound}
    return query


def _head(question: Question, query: sparql.Query, digest: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the format's name and the head of the answer: status and headers."""
    graph = query.form in ("construct", "describe")
    offered = media.GRAPHS if graph else media.TABLES if question.wide else media.SOLUTIONS
    named = [found for word in question.formats if (found := media.name_of(word, offered))]
    chosen = (named[0], offered[named[0]][0]) if named else media.choose(question.accept, offered)
    if chosen is None:
        known = ", ".join(types[0] for types in offered.values())
        raise Problem(406, f"This answer has no form the client accepts. It comes as {known}.")
    name, kind = chosen
    headers = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
    head: dict[str, Any] = {"status": 200, "headers": headers, "form": query.form, "format": name}
    if _changes(question.query.upper()):
        headers["Cache-Control"] = "no-store"
        return name, head
    tag = _tag(fields, digest, kind)
    headers |= {"Cache-Control": "no-cache", "ETag": f'W/"{tag}"'}
    head["keep"] = True
    if question.known and (tag in question.known or question.known.strip() == "*"):
        head["status"] = 304
        del headers["Content-Type"]
    return name, head


def _changes(query: str) -> bool:
    return any(word in query for word in _CHANGING) and _CHANGING_WORD.search(query) is not None


def _tag(fields: dict[str, Any], digest: str, kind: str) -> str:
    said = [field for field in fields.items() if field[0] not in _NEGOTIATED]  # always in the same order
    return blake2b(f"{digest} {kind} {said!r}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _evaluate(store: Store, question: Question, query: sparql.Query, confined: bool, calls: Calls | None) -> Any:
    if not confined and "service" in question.query.lower():
        require_plain(question.query, tuple(question.hosts))
    dataset: dict[str, Any] = {"base_iri": question.base} if question.base else {}
    if question.default_graphs is not None or question.named_graphs is not None:
        dataset["default_graph"] = [_graph(iri) for iri in question.default_graphs or []]
        dataset["named_graphs"] = [_graph(iri) for iri in question.named_graphs or []]
    if not query.front_matter.parameters and "service" not in question.query.lower():
        try:
            return store.query(question.query, **dataset)
        except (SyntaxError, RuntimeError):
            pass  # it leans on the shared prefixes, or is wrong: then it is told where and why
    try:
        return sparql.run(store, query, question.values, elsewhere=calls.redirect if calls else None, **dataset)
    except QueryError as error:
        refused = error.line and "SERVICE" in error.problem and "not allowed" in error.problem
        if not refused:
            raise
        known = f" Allowed: {', '.join(question.hosts)}." if question.hosts else ""
        raise Problem(403, error.problem + known, line=error.line, column=error.column, excerpt=error.excerpt) from None


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise Problem(400, f"The graph name {iri[:200]!r} is not an absolute IRI.") from None


def _sink(send: Callable[[bytes], None], head: dict[str, Any], question: Question, query: sparql.Query, name: str) -> Sink:
    counter = COUNTERS[name]() if query.form == "select" and name in COUNTERS else None
    return Sink(send, head, question.size, question.rows, counter, question.encoding)


def _write(found: Any, name: str, question: Question, query: sparql.Query, sink: Sink, context: str | None) -> None:
    if query.form == "ask":
        results.write(found, name, sink)
    elif query.form == "select":
        results.write(_page(found, question, sink) if question.offset or question.page is not None else found, name, sink)
    else:
        triples = sink.limited(found)
        if question.neat:
            triples = list(triples)
            if question.required and not triples:
                raise Problem(404, "There is nothing of this name here.")
        if question.neat and name in results.GRAPH_FORMATS:
            results.write(triples, name, sink, context=context)
        else:
            prefixes = PREFIXES if name in ("turtle", "trig", "n3", "rdfxml") else None
            serialize(triples, sink, format=_RDF_FORMATS[name], prefixes=prefixes)


def _page(found: Any, question: Question, sink: Sink) -> sparql.Solutions:
    """Return the rows of one page, and name the next page in the head when there is one."""
    names = [variable if isinstance(variable, str) else variable.value for variable in found.variables]
    rows = map(tuple, islice(found, question.offset, None))
    if question.page is None:
        return sparql.Solutions(names, rows)
    page = list(islice(rows, question.page + 1))
    if len(page) > question.page and question.next_link:
        sink.add_header("Link", f'<{question.next_link}>; rel="next"')
    return sparql.Solutions(names, iter(page[: question.page]))


def _limited(sink: Sink | None) -> Problem | None:
    """Return the problem of a limit of rows or bytes, if that is what stopped the writing."""
    if sink is None or sink.failure is None:
        return None
    return Problem(403, f"{sink.failure.problem} {sink.failure.fix}")


def _of_any(error: Exception) -> Problem:
    if isinstance(error, WhenceError):
        return of_error(error)
    return Problem(400, f"The query cannot be answered: {str(error).rstrip('.')}.")


def _refuse(send: Callable[[bytes], None], sink: Sink | None, problem: Problem) -> None:
    told = {"status": problem.status, "problem": {"detail": problem.detail, "headers": problem.headers, **problem.members}}
    send(frame(BROKEN if sink is not None and sink.started else WHOLE, told))
