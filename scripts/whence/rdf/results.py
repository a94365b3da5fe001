"""Answers of queries in the formats people and programs read.

Solutions and booleans: table, csv, tsv, json, xml, markdown. Graphs: turtle, nt, trig, jsonld, rdfxml, nquads.
The engine's own serializers are used where they are right; rows are written as they come, except in the
table and in graphs, which must be seen whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from whence.errors import UsageError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

    from whence.rdf.jsonld import Context
    from whence.sparql import Solutions

    Row = Sequence[Any]

SOLUTION_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")
GRAPH_FORMATS = ("turtle", "nt", "trig", "jsonld", "rdfxml", "nquads")

_XML_START = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"
_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_QUOTED = re.compile(r'[",\r\n]')
#: Turtle 1.1 [19] to [21]: what stands without quotes and datatype.
_BARE_IN_TSV = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+", re.ASCII),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+", re.ASCII),
    _XSD + "double": re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]+", re.ASCII),
    _XSD + "boolean": re.compile(r"true|false"),
}


def write(
    answer: QuerySolutions | QueryBoolean | QueryTriples | Solutions | Iterable[Triple] | bool,
    format: str | None,
    out: BinaryIO,
    *,
    width: int | None = None,
    context: Context | None = None,
) -> int | None:
    """Write the answer of a query.

    :param format: one of `SOLUTION_FORMATS` or, for a graph, of `GRAPH_FORMATS`; None takes table or turtle
    :param width: the terminal's columns, which a table then keeps to; None lets it grow
    :param context: the JSON-LD context, or its file (jsonld only); without it only prefixes shorten
    :returns: how many rows or triples were written, or None where the engine wrote them uncounted
    :raises UsageError: the format does not fit the answer
    :raises NotWritable: the format cannot carry the graph

    >>> from io import BytesIO
    >>> from pyoxigraph import Store
    >>> out = BytesIO()
    >>> write(Store().query("SELECT (1 AS ?n) (<https://w3id.org/whence/id/x> AS ?thing) {}"), "markdown", out)
    1
    >>> print(out.getvalue().decode(), end="")
    | n | thing |
    | --- | --- |
    | 1 | id:x |
    """
    if hasattr(answer, "variables"):
        return _write_solutions(answer, _checked(format or "table", SOLUTION_FORMATS, "a table of solutions"), out, width)
    if isinstance(answer, bool) or type(answer).__name__ == "QueryBoolean":
        _write_boolean(bool(answer), _checked(format or "table", SOLUTION_FORMATS, "yes or no"), out)
        return None
    format = _checked(format or "turtle", GRAPH_FORMATS, "a graph")
    from whence.rdf import graphs

    return graphs.write(answer, format, out, context)


def _checked(format: str, formats: tuple[str, ...], answer: str) -> str:
    if format not in formats:
        raise UsageError(f"The query answers with {answer}, which has no form {format}.", fix=f"Use one of {', '.join(formats)}.")
    return format


def _write_solutions(answer: Any, format: str, out: BinaryIO, width: int | None) -> int | None:
    if format in ("tsv", "json") and hasattr(answer, "serialize"):  # its CSV leaves commas of IRIs bare
        from pyoxigraph import QueryResultsFormat

        answer.serialize(out, format=getattr(QueryResultsFormat, format.upper()))
        return None
    names = [variable if isinstance(variable, str) else variable.value for variable in answer.variables]
    if format in ("table", "markdown"):
        from whence.rdf import tables

        return tables.write(names, answer, format, out, width)
    return _WRITERS[format](names, answer, out)


def _write_boolean(answer: bool, format: str, out: BinaryIO) -> None:
    """SPARQL 1.1 results formats; csv and tsv define no boolean, so the word alone as other engines do."""
    word = "true" if answer else "false"
    if format == "json":
        out.write(f'{{"head":{{}},"boolean":{word}}}'.encode())
    elif format == "xml":
        out.write(f"{_XML_START}<head></head><boolean>{word}</boolean></sparql>".encode())
    else:
        out.write(f"{word}\n".encode())


def _write_csv(names: list[str], rows: Iterable[Row], out: BinaryIO) -> int:
    """SPARQL 1.1 CSV (section 3): values alone, RFC 4180 quoting, CRLF."""
    out.write((",".join(names) + "\r\n").encode())
    count = 0
    for count, row in enumerate(rows, start=1):
        out.write((",".join(map(_csv_cell, row)) + "\r\n").encode())
    return count


def _csv_cell(term: Any) -> str:
    if term is None:
        return ""
    text = f"_:{term.value}" if _kind(term) == "bnode" else str(term.value) if hasattr(term, "value") else _nt(term)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _write_tsv(names: list[str], rows: Iterable[Row], out: BinaryIO) -> int:
    """SPARQL 1.1 TSV (section 4): terms in Turtle syntax, numbers and booleans bare."""
    out.write(("\t".join(f"?{name}" for name in names) + "\n").encode())
    count = 0
    for count, row in enumerate(rows, start=1):
        out.write(("\t".join(map(_tsv_cell, row)) + "\n").encode())
    return count


def _tsv_cell(term: Any) -> str:
    if term is None:
        return ""
    if _kind(term) == "literal" and not term.language:
        bare = _BARE_IN_TSV.get(term.datatype.value)
        if bare and bare.fullmatch(term.value):
            return term.value
    return _nt(term)


def _nt(term: Any) -> str:
    from whence.rdf.terms import nt  # most answers have no use for it

    return nt(term)


def _write_json(names: list[str], rows: Iterable[Row], out: BinaryIO) -> int:
    """SPARQL 1.1 Query Results JSON (section 3), with triple terms and directions as in 1.2, UTF-8."""
    import json

    def dumped(value: object) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    out.write(b'{"head":{"vars":' + dumped(names) + b'},"results":{"bindings":[')
    count = 0
    for count, row in enumerate(rows, start=1):
        bindings = {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None}
        out.write((b"," if count > 1 else b"") + dumped(bindings))
    out.write(b"]}}")
    return count


def _json_term(term: Any) -> dict[str, Any]:
    kind = _kind(term)
    if kind == "triple":
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    found: dict[str, Any] = {"type": kind, "value": term.value}
    if kind == "literal":
        if term.language:
            found["xml:lang"] = term.language
            if term.direction is not None:
                found["its:dir"] = term.direction.value
        elif term.datatype.value != _STRING:
            found["datatype"] = term.datatype.value
    return found


def _write_xml(names: list[str], rows: Iterable[Row], out: BinaryIO) -> int:
    """SPARQL Query Results XML; carriage returns as references, which the engine's own writer forgets.

    A character that XML 1.0 cannot carry comes out as U+FFFD; json and tsv carry it whole.
    """
    head = "".join(f'<variable name="{_xml_text(name)}"/>' for name in names)
    out.write(f"{_XML_START}<head>{head}</head><results>".encode())
    count = 0
    for count, row in enumerate(rows, start=1):
        cells = "".join(
            f'<binding name="{_xml_text(name)}">{_xml_term(term)}</binding>'
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        out.write(f"<result>{cells}</result>".encode())
    out.write(b"</results></sparql>")
    return count


def _xml_term(term: Any) -> str:
    kind = _kind(term)
    if kind == "triple":
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"
    # some readers trim white space at the edges, references they keep
    text = _xml_text(term.value)
    inner = text.strip(" \t\n")
    if inner != text:
        start = text.index(inner)
        before, after = ("".join(f"&#{ord(char)};" for char in edge) for edge in (text[:start], text[start + len(inner) :]))
        text = f"{before}{inner}{after}"
    if kind != "literal":
        return f"<{kind}>{text}</{kind}>"
    if term.language:
        told = "" if term.direction is None else f' its:dir="{term.direction.value}" xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
        return f'<literal xml:lang="{term.language}"{told}>{text}</literal>'
    if term.datatype.value == _STRING:
        return f"<literal>{text}</literal>"
    return f'<literal datatype="{_xml_text(term.datatype.value)}">{text}</literal>'


def _xml_text(text: str) -> str:
    from whence.rdf.terms import as_xml

    return as_xml(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))


def _kind(term: Any) -> str:
    return _KINDS[type(term).__name__]


_KINDS = {"NamedNode": "uri", "BlankNode": "bnode", "Literal": "literal", "Triple": "triple"}

_WRITERS = {"csv": _write_csv, "tsv": _write_tsv, "json": _write_json, "xml": _write_xml}
