"""Answers one question in a worker: reads the query, chooses the format, evaluates, writes within limits."""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import islice
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store, serialize

from whence import sparql
from whence.rdf import results
from whence.errors import WhenceError
from whence.namespaces import PREFIXES
from whence.sparql.front_matter import FrontMatter
from whence.sparql.parameters import Parameter
from whence.sparql.query import SMALL
from whence.web import media
from whence.web.counting import COUNTERS
from whence.web.frames import BROKEN, WHOLE, Tell, unpacked
from whence.web.heads import holds
from whence.web.message import Question, may_change
from whence.web.problems import Problem, of_error
from whence.web.remembering import Remembered
from whence.web.sink import Sink

if TYPE_CHECKING:
    from whence.web.federation.relay import Calls, Relay

__all__ = ["Answerer"]

_RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "n3": RdfFormat.N3,
}  # fmt: skip
#: What the engine writes by itself, as `whence.rdf.results` has it do too.
_ROW_FORMATS = {"json": QueryResultsFormat.JSON, "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
#: Fields of a question that do not change what is told, or are told by the media type.
_NEGOTIATED = ("accept", "encoding", "known")
_NO_FRONT_MATTER = FrontMatter()
#: What may stand right after SELECT or ASK; after anything else the text is matched anew.
_AFTER_FORM = frozenset(" \t\r\n{(*?$")
#: A prologue of the usual spelling and the word after it: what this does not match is read token by token.
_PROLOGUE = re.compile(
    r"(?:\s+|#(?!\+)[^\r\n]*[\r\n]|PREFIX\s+[A-Za-z0-9_-]*:\s*<[^<>\"{}|^`\\\s]*>)*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE
)


class Answerer:
    """Answers questions from one snapshot, in a worker."""

    def __init__(
        self, store: Store, digest: str, context: str | None, tell: Tell, relay: Relay,
    ) -> None:
        """
        :param digest: of the snapshot, for entity tags
        :param context: the file of the JSON-LD context, or None
        :param tell: takes the messages of the answers
        :param relay: what makes the calls of SERVICE
        """
        self._store = store
        self._digest = digest
        self._context = context
        self._tell = tell
        self._relay = relay
        self._manners: Remembered[bytes, _Manner] = Remembered(256, 4096)
        self._usual = "", ""  # the last prologue of the usual spelling and the form after it: clients keep to theirs

    def answer(self, head: bytes, text: bytes) -> None:
        """Answer a question; every error of the request becomes a problem, none is raised.

        :param head: the fields of a `Question`, packed
        :param text: its query, in UTF-8
        """
        sink: Sink | None = None
        calls: Calls | None = None
        try:
            manner = self._manner(head)
            query, values, words = self._read(manner.question, text.decode("utf-8", "surrogatepass"))
            calls = self._relay.calls(query.text, manner.question.calls) if "SERVICE" in words else None
            name, told = manner.head(query.form, text, may_change(words))
            if told["status"] == 304:
                self._tell(WHOLE, told)
                return
            found = _evaluate(self._store, manner.question, query, values, calls)
            sink = _sink(self._tell, told, manner.question, query, name)
            _write(found, name, manner.question, query, sink, self._context)
            if calls:
                calls.check()
            sink.finish()
        except Problem as problem:
            _refuse(self._tell, sink, problem)
        except MemoryError:
            _refuse(self._tell, sink, Problem(503, "The query needs more memory than one query may take. Narrow it."))
        except (WhenceError, OSError, RuntimeError, ValueError) as error:
            _refuse(self._tell, sink, _limited(sink) or (calls and calls.problem(error)) or _of_any(error))
        except Exception:  # a bug of ours: the request fails, the worker goes on
            _refuse(self._tell, sink, Problem(500, "The server made a mistake. It has been written to the log.", bug=format_exc()))
        finally:
            if calls:
                calls.close()

    def _manner(self, head: bytes) -> _Manner:
        found = self._manners.get(head)
        if found is None:
            found = _Manner(unpacked(head), self._digest)
            self._manners.keep(head, found, len(head))
        return found

    def _read(self, question: Question, text: str) -> tuple[sparql.Query, dict[str, str], str]:
        """Return the query, the texts of its parameters, and in capitals the words among which calls may be."""
        if not (question.values or question.bound or len(text) > SMALL):
            start, form = self._usual
            if not (form and text.startswith(start) and text[len(start) : len(start) + 1] in _AFTER_FORM):
                usual = _PROLOGUE.match(text)
                start, form = self._usual = (usual[0], usual[1].lower()) if usual else ("", "")
            if form:
                return sparql.Query(text, None, form, _NO_FRONT_MATTER), {}, text[len(start) :].upper()
        query = sparql.parse(text)
        if question.bound:
            query.front_matter.parameters = tuple(Parameter(name, kind) for name, kind, _ in question.bound)
            return query, {name: given for name, _, given in question.bound}, text.upper()
        return query, question.values, text.upper()


class _Manner:
    """What a question asks for besides its query, with what follows from that alone: most clients keep to one.

    :ivar question: the question, without its query
    """

    def __init__(self, fields: dict[str, Any], digest: str) -> None:
        self.question = Question("", **fields)
        self._said = f"{digest} {[field for field in fields.items() if field[0] not in _NEGOTIATED]!r} "
        self._forms: dict[bool, tuple[str, bytes, Any]] = {}

    def head(self, form: str, text: bytes, changing: bool) -> tuple[str, dict[str, Any]]:
        """Return the format's name and the head of the answer: status and headers.

        :param changing: whether the answer may be another the next time
        :raises Problem: 406 when the client takes no format there is
        """
        graph = form in ("construct", "describe")
        if graph not in self._forms:
            self._forms[graph] = self._form(graph)
        name, kind, tagger = self._forms[graph]
        head: dict[str, Any] = {"status": 200, "headers": {b"content-type": kind}}
        headers = head["headers"]
        if changing:
            headers[b"cache-control"] = b"no-store"
            return name, head
        tagger = tagger.copy()
        tagger.update(text)
        tag = tagger.hexdigest().encode()
        headers[b"cache-control"] = b"no-cache"
        headers[b"etag"] = b'W/"%b"' % tag
        head["keep"] = True
        known = self.question.known
        if known and holds(known, b'"%b"' % tag, b'"%b-gzip"' % tag):  # as `whence.web.sink` names it when it compresses
            head["status"] = 304
            del headers[b"content-type"]
        return name, head

    def _form(self, graph: bool) -> tuple[str, bytes, Any]:
        """Return name and media type of the format the client wants, and what makes entity tags for it."""
        question = self.question
        offered = media.GRAPHS if graph else media.TABLES if question.wide else media.SOLUTIONS
        named = [found for word in question.formats if (found := media.name_of(word, offered))]
        chosen = (named[0], offered[named[0]][0]) if named else media.choose(question.accept, offered)
        if chosen is None:
            known = ", ".join(types[0] for types in offered.values())
            raise Problem(406, f"This answer has no form the client accepts. It comes as {known}.")
        name, kind = chosen
        tagger = blake2b(f"{self._said}{kind} ".encode("utf-8", "surrogatepass"), digest_size=12)
        return name, f"{kind}; charset=utf-8".encode() if kind.startswith("text/") else kind.encode(), tagger


def _sink(tell: Tell, head: dict[str, Any], question: Question, query: sparql.Query, name: str) -> Sink:
    counter = COUNTERS.get(name) if query.form == "select" else None
    return Sink(tell, head, question.size, question.rows, counter, question.encoding)


def _evaluate(
    store: Store, question: Question, query: sparql.Query, values: dict[str, str], calls: Calls | None
) -> Any:
    dataset: dict[str, Any] = {"base_iri": question.base} if question.base else {}
    if question.default_graphs is not None or question.named_graphs is not None:
        dataset["default_graph"] = [_graph(iri) for iri in question.default_graphs or []]
        dataset["named_graphs"] = [_graph(iri) for iri in question.named_graphs or []]
    if not query.front_matter.parameters and not calls:
        try:
            return store.query(query.text, **dataset)
        except (SyntaxError, RuntimeError):
            pass  # it leans on the shared prefixes, or is wrong: then it is told where and why
    return sparql.run(store, query, values, elsewhere=calls.redirect if calls else None, **dataset)


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise Problem(400, f"The graph name {iri[:200]!r} is not an absolute IRI.") from None


def _write(found: Any, name: str, question: Question, query: sparql.Query, sink: Sink, context: str | None) -> None:
    if query.form == "ask":
        results.write(found, name, sink)
    elif query.form == "select":
        if type(found) is QuerySolutions and name in _ROW_FORMATS and not question.offset and question.page is None:
            found.serialize(sink, format=_ROW_FORMATS[name])
            return
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
        sink.add_header(b"link", f'<{question.next_link}>; rel="next"'.encode())
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


def _refuse(tell: Tell, sink: Sink | None, problem: Problem) -> None:
    told = {"status": problem.status, "problem": {"detail": problem.detail, "headers": problem.headers, **problem.members}}
    tell(BROKEN if sink is not None and sink.started else WHOLE, told)
