"""The formats of graphs and of query results: their names, media types and file endings, what each can carry.

    >>> GRAPHS["rdfxml"].media_type, GRAPHS["nquads"].graphs
    ('application/rdf+xml', True)
    >>> by_name("XML", GRAPHS), by_name("text/csv", SOLUTIONS), by_name("html", SOLUTIONS)
    ('rdfxml', 'csv', None)
    >>> by_ending("graph.NT"), by_ending("graph.odt")
    ('nt', None)
"""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

from whence.errors import InputError


class NotWritable(InputError):
    """A graph or a table holds what the format asked for cannot carry; another one can."""


class Format:
    """One format.

    :ivar name: the word for it in this project
    :ivar media_types: the registered one first, then those that clients also say
    :ivar endings: of file names, the usual one first
    :ivar names: other words for it that clients use
    :ivar graphs: whether it carries named graphs
    :ivar engine: the engine's name for it, or None where the engine neither reads nor writes it
    """

    __slots__ = ("endings", "engine", "graphs", "media_types", "name", "names")

    def __init__(self, name: str, media_types: str, endings: str, names: str = "", engine: str | None = None, graphs: bool = False) -> None:
        self.name = name
        self.media_types = tuple(media_types.split())
        self.endings = tuple(endings.split())
        self.names = tuple(names.split())
        self.engine = engine
        self.graphs = graphs

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]

    @property
    def rdf(self) -> RdfFormat:
        """The engine's format of graphs."""
        return getattr(pyoxigraph.RdfFormat, self.engine or "")

    @property
    def results(self) -> QueryResultsFormat:
        """The engine's format of query results."""
        return getattr(pyoxigraph.QueryResultsFormat, self.engine or "")


def _named(*formats: Format) -> dict[str, Format]:
    return {one.name: one for one in formats}


#: Query results of the W3C by name, the first one for those who take anything.
SOLUTIONS = _named(
    Format("json", "application/sparql-results+json application/json", "srj", "srj sparql-json", "JSON"),
    Format("xml", "application/sparql-results+xml application/xml text/xml", "srx", "srx sparql-xml", "XML"),
    Format("csv", "text/csv", "csv", engine="CSV"),
    Format("tsv", "text/tab-separated-values", "tsv", engine="TSV"),
)
#: Query results with those for people.
TABLES = SOLUTIONS | _named(
    Format("markdown", "text/markdown", "md", "md"),
    Format("table", "text/plain", "txt", "text txt"),
)
#: RDF syntaxes by name, the first one for those who take anything.
GRAPHS = _named(
    Format("turtle", "text/turtle application/x-turtle", "ttl", "ttl", "TURTLE"),
    Format("nt", "application/n-triples", "nt txt", "ntriples n-triples", "N_TRIPLES"),
    Format("rdfxml", "application/rdf+xml application/xml text/xml", "rdf xml", "rdf rdf+xml rdf/xml rdf-xml xml", "RDF_XML"),
    Format("jsonld", "application/ld+json application/json", "jsonld json", "json-ld json", "JSON_LD", graphs=True),
    Format("trig", "application/trig", "trig", "", "TRIG", graphs=True),
    Format("nquads", "application/n-quads", "nq", "nq n-quads", "N_QUADS", graphs=True),
    Format("n3", "text/n3", "n3", "", "N3"),
)


def by_name(word: str, offered: Mapping[str, Format]) -> str | None:
    """The name of the offered format that a word or a media type of a client stands for, or None."""
    word = word.strip().lower()
    for one in offered.values():
        if word == one.name or word in one.media_types:
            return one.name
    return next((one.name for one in offered.values() if word in one.names), None)


def by_ending(path: str, offered: Mapping[str, Format] = GRAPHS) -> str | None:
    """The name of the format that the ending of a file's name stands for, in upper or lower case, or None."""
    ending = path[path.rfind("/") + 1 :].rpartition(".")[2].lower()
    return next((one.name for one in offered.values() if ending in one.endings), None)
