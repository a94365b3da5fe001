"""Evaluates one query in a thread of a worker: reads it, chooses the format, and writes the answer within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pyoxigraph import NamedNode, QuerySolutions, Triple, serialize

from whence import hints, sparql
from whence.errors import WhenceError
from whence.namespaces import PREFIXES
from whence.rdf import graphs, jsonld, rdfxml, results
from whence.rdf.formats import GRAPHS, SOLUTIONS, TABLES
from whence.sparql.parameters import Parameter
from whence.web.http.responses import display_strings, holds
from whence.web.http.negotiation import chosen, offered_types
from whence.web.http.problems import Problem, of_error
from whence.web.query.stream import COUNTERS, Answer, Sink, is_empty
from whence.web.query.limits import Cancelled

if TYPE_CHECKING:
    from whence.web.federation.relay import Calls, Relay
    from whence.web.graph import Graph

#: What the engine writes by itself, as `whence.rdf.results` has it do too.
_ENGINE_WRITES = ("json", "tsv")
#: Of the time of a query, what its calls of other servers may take: the rest is for telling that they took too long.
_CALLS_SHARE = 2 / 3
#: At most so many hints go with an answer, each of at most so many characters: clients bound what they read of headers.
_HINTS, _HINT = 6, 300


class Question(NamedTuple):
    """One query to evaluate and the form its answer is wanted in; equal ones have equal answers.

    :ivar query: the SPARQL text, front matter and all
    :ivar accept: the client's `Accept`, or None
    :ivar formats: words for a format that go before `accept`, the first that fits counts
    :ivar encoding: `gzip` or None
    :ivar values: name and text of parameters the query's front matter declares
    :ivar bound: name, type and text of parameters declared by the caller, for queries without front matter
    :ivar wide: whether Markdown and plain tables are offered too
    :ivar default_graphs: IRIs of the default graph, or None for what the query or the store says
    :ivar named_graphs: the same for the named graphs
    :ivar rows: at most so many rows or triples
    :ivar size: at most so many bytes before compression
    :ivar offset: rows to leave out at the start
    :ivar page: rows to give after these, or None for all
    :ivar next_link: the address of the page after this one, told as `Link` when there is one
    :ivar base: the base IRI of relative references in the query, or empty for none
    :ivar neat: write graphs sorted and in the house style: for small graphs
    :ivar context: the address that JSON-LD names as that of its context
    :ivar required: a graph without triples means that there is no such thing (404)
    :ivar hints: what is told beside the answer, as `Whence-Hint`: of an `own` query likely mistakes that its answer hides, of one of the
        `catalogue` things the graph does not know, rows that a default leaves out, and what no row means; of others nothing
    """

    query: str
    accept: str | None = None
    formats: tuple[str, ...] = ()
    encoding: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    bound: tuple[tuple[str, str, str], ...] = ()
    wide: bool = False
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    rows: int = 0
    size: int = 0
    offset: int = 0
    page: int | None = None
    next_link: str = ""
    base: str = ""
    neat: bool = False
    context: str = ""
    required: bool = False
    hints: str = ""


def evaluate(graph: Graph, relay: Relay, question: Question, known: str | None, seconds: float, push: Callable[[Any], None]) -> Answer | bytes:
    """Return an answer, or the last piece of one whose other pieces were pushed before.

    :param known: entity tags the client holds (`If-None-Match`), or None
    :param seconds: how long the query may take, of which calls of other servers have two thirds
    :raises Problem: what is wrong
    """
    calls: Calls | None = None
    sink: Sink | None = None
    try:
        query, values = _read(question)
        bare = question.hints == "own" and not hints.may_hide(query)  # patterns alone: it calls nothing and computes nothing
        calls = None if bare or "SERVICE" not in query.text.upper() else relay.calls(query.text, seconds * _CALLS_SHARE)
        name, answer = _head(graph, question, query.form, known, not bare and sparql.may_change(query.text))
        if answer.status == 304:
            return answer
        sink = Sink(push, answer, question.size, question.rows, COUNTERS.get(name) if query.form == "select" else None, question.encoding)
        found = _found(graph, question, query, values, calls)
        told_if_empty = bare and name in COUNTERS and question.default_graphs is None and question.named_graphs is None
        if question.hints and not told_if_empty:
            found = _tell(graph, question, query, values, found, sink, bool(calls))
        _write(found, name, question, query, sink, graph.context)
        if told_if_empty and not sink.started and is_empty(name, sink.written()):
            _tell(graph, question, query, values, found, sink, False)
        if calls:
            calls.check()
        return sink.finish()
    except Problem as problem:
        raise problem.with_traceback(None) from None
    except MemoryError:
        raise Problem(503, "The query needs more memory than one query may take. Narrow it.") from None
    except (WhenceError, OSError, RuntimeError, ValueError, Cancelled) as error:
        # Without its traceback, which holds the engine's rows: only this thread may drop them.
        raise _problem(sink, calls, error.with_traceback(None)) from None
    finally:
        if calls:
            calls.close()


def _read(question: Question) -> tuple[sparql.Query, dict[str, str]]:
    """Return the query and the texts of its parameters."""
    query = sparql.parse(question.query)
    if question.bound:
        query.front_matter.parameters = tuple(Parameter(name, kind) for name, kind, _ in question.bound)
        return query, {name: given for name, _, given in question.bound}
    return query, dict(question.values)


def _head(graph: Graph, question: Question, form: str, known: str | None, changing: bool) -> tuple[str, Answer]:
    """Return the format's name and the answer without its body.

    :param changing: whether the answer may be another each time
    :raises Problem: 406 when the client takes no format there is
    """
    name, kind, tagger = _manner(form in ("construct", "describe"), question[1:], graph.digest, graph.vocabulary)
    if changing:
        return name, Answer(200, {b"content-type": kind, b"cache-control": b"no-store"})
    tagger = tagger.copy()
    tagger.update(question.query.encode("utf-8", "surrogatepass"))
    tag = tagger.hexdigest().encode()
    headers = {b"cache-control": b"no-cache", b"etag": b'W/"%b"' % tag}
    if known and known.strip() != "*" and holds(known, b'"%b"' % tag, b'"%b-gzip"' % tag):  # as the stream names it when it compresses
        return name, Answer(304, headers)
    return name, Answer(200, {b"content-type": kind, **headers}, keep=True)


@lru_cache(maxsize=512)
def _manner(graphs: bool, asked: tuple[Any, ...], *served: str) -> tuple[str, bytes, Any]:
    """Return the format's name, the content type, and what makes entity tags of queries that differ in nothing but their text.

    :param asked: the fields of a question but for its query
    :param served: digests of what is served
    :raises Problem: 406 when there is no format that fits
    """
    question = Question("", *asked)
    offered = GRAPHS if graphs else TABLES if question.wide else SOLUTIONS
    found = chosen(question.formats, question.accept, offered)
    if found is None:
        raise Problem(406, f"This answer has no form the client accepts. It comes as {offered_types(offered)}.")
    name, kind = found
    content = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    told = question._replace(accept=None, formats=(), encoding=None)  # which the content type and the name of the compressed form tell
    return name, content.encode(), blake2b(repr((served, content, told)).encode("utf-8", "surrogatepass"), digest_size=12)


def _found(graph: Graph, question: Question, query: sparql.Query, values: dict[str, str], calls: Calls | None) -> Any:
    dataset: dict[str, Any] = {"base_iri": question.base} if question.base else {}
    if question.default_graphs is not None or question.named_graphs is not None:
        dataset["default_graph"] = [_graph_name(iri) for iri in question.default_graphs or ()]
        dataset["named_graphs"] = [_graph_name(iri) for iri in question.named_graphs or ()]
    if not (query.front_matter.parameters or calls or question.default_graphs) and sparql.is_plain(query.text):
        try:
            return graph.store.query(query.text, **dataset)
        except (SyntaxError, RuntimeError):
            pass  # it leans on the shared prefixes, or is wrong: then it is told where and why
    return sparql.run(graph.store, query, values, elsewhere=calls.redirect if calls else None, **dataset)


def _tell(graph: Graph, question: Question, query: sparql.Query, values: dict[str, str], found: Any, sink: Sink, calling: bool) -> Any:
    """Add a few sentences to what was found, of which rows may have been read ahead, and return it."""
    store, index = graph.store, graph.things

    def empty() -> bool:
        again = _found(graph, question, query, values, None)
        return not again if query.form == "ask" else next(iter(again), None) is None

    if question.hints == "own":
        graphs = [*(question.default_graphs or ()), *(question.named_graphs or ())]
        told = hints.about(store, query, values, empty=(lambda: False) if calling else empty, views=bool(graphs), index=index, graphs=graphs)
    else:
        told = hints.of_values(store, query, values, index)
        if query.form == "select":
            more, found = hints.of_answer(store, query, values, found)
            told += more
    if told:
        sink.add_header(b"whence-hint", display_strings(one if len(one) <= _HINT else one[: _HINT - 1] + "\u2026" for one in told[:_HINTS]))
    return found


def _graph_name(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise Problem(400, f"The graph name {iri[:200]!r} is not an absolute IRI.") from None


def _write(found: Any, name: str, question: Question, query: sparql.Query, sink: Sink, context: dict[str, Any]) -> None:
    if query.form == "ask":
        results.write(found, name, sink)
    elif query.form == "select":
        if type(found) is QuerySolutions and name in _ENGINE_WRITES and not question.offset and question.page is None:
            found.serialize(sink, format=SOLUTIONS[name].results)
            return
        results.write(_page(found, question, sink) if question.offset or question.page is not None else found, name, sink)
    else:
        triples: Iterable[Triple] = sink.limited(found)
        if question.neat:
            triples = list(triples)
            if question.required and not triples:
                raise Problem(404, "There is nothing of this name here.")
        if question.neat and name in graphs.FORMATS:
            graphs.write(triples, name, sink, context, question.context)
        elif name == "jsonld" and question.context:
            jsonld.write(triples, sink, context, question.context)
        elif name == "rdfxml":
            rdfxml.write(triples, sink, PREFIXES)
        else:
            serialize(triples, sink, format=GRAPHS[name].rdf, prefixes=PREFIXES if name in ("turtle", "trig", "n3") else None)
        sink.require_end(found)


def _page(found: Any, question: Question, sink: Sink) -> sparql.Solutions:
    """Return the rows of one page, and tell where the next one is when there is one."""
    names = [variable if isinstance(variable, str) else variable.value for variable in found.variables]
    rows = (tuple(row) for row in islice(found, question.offset, None))
    if question.page is None:
        return sparql.Solutions(names, rows)
    page = list(islice(rows, question.page + 1))
    if len(page) > question.page and question.next_link:
        sink.add_header(b"link", f'<{question.next_link}>; rel="next"'.encode())
    return sparql.Solutions(names, iter(page[: question.page]))


def _problem(sink: Sink | None, calls: Calls | None, error: Exception) -> Exception:
    """Return what an error means for the client."""
    stopped = sink.failure if sink is not None else None
    if isinstance(stopped, WhenceError):
        return Problem(403, f"{stopped.problem} {getattr(stopped, 'fix', '')}")
    if stopped is not None or isinstance(error, Cancelled):
        return Cancelled()
    called = calls.problem(error) if calls else None
    if called is not None:
        return called
    return of_error(error) if isinstance(error, WhenceError) else Problem(400, f"The query cannot be answered: {str(error).rstrip('.')}.")
