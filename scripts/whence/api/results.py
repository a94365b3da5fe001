"""What a graph answers in Python: rows, claims, influences and text, each for frames, programs and notebooks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from io import BytesIO
from itertools import tee
from typing import TYPE_CHECKING, Any, TypeVar
from warnings import warn

from whence.rdf import dataframes

if TYPE_CHECKING:
    import networkx
    import pandas
    import polars
    import pyarrow
    import rdflib
    from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

    from whence import sparql
    from whence.lineage.diagram import Diagram
    from whence.things import Claim, Index

    Term = NamedNode | BlankNode | Literal | Triple


class _Tabular(dataframes.Tabular):
    """What can become a frame, too."""

    def to_arrow(self) -> pyarrow.Table:
        """Return everything as a table of Arrow, typed by datatype; see `whence.rdf.dataframes`.

        :raises UsageError: pyarrow is not installed
        """
        return dataframes.arrow(*self._table())

    def to_pandas(self) -> pandas.DataFrame:
        """Return everything as a frame of pandas.

        :raises UsageError: pandas or pyarrow is not installed
        """
        return dataframes.pandas_frame(self.to_arrow())

    def to_polars(self) -> polars.DataFrame:
        """Return everything as a frame of polars.

        :raises UsageError: polars or pyarrow is not installed
        """
        return dataframes.polars_frame(self.to_arrow())


_Kept = TypeVar("_Kept")


class Found(_Tabular, list[_Kept]):
    """What was found, in order, which is shown as a table with a line each.

    :ivar columns: the names of the columns of that table
    """

    def __init__(self, found: Iterable[_Kept], columns: Sequence[str], line: Callable[[_Kept], Sequence[Any]]) -> None:
        super().__init__(found)
        self.columns = tuple(columns)
        self._line = line

    def _table(self) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        return self.columns, map(self._line, self)


class Hint(UserWarning):
    """What an answer hides: names that the graph does not know, patterns that nothing matches, and that it may only not be known."""


def hint(sentences: Iterable[str]) -> None:
    """Warn of what an answer hides, at the line that asked."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "whence":
        level, frame = level + 1, frame.f_back
    for sentence in sentences:
        warn(sentence, Hint, stacklevel=level)


class Rows(_Tabular):
    """The solutions of a SELECT, as they come: they can be gone through, or turned into a frame, once; afterwards it is an error.

    :ivar variables: the names of the columns, without `?`
    """

    __slots__ = ("_over", "_rows", "variables")

    def __init__(self, answer: QuerySolutions | sparql.Solutions) -> None:
        self.variables: list[str] = [getattr(variable, "value", variable) for variable in answer.variables]
        self._rows: Iterator[Any] = iter(answer)
        self._over = False

    def _left(self) -> Iterator[Any]:
        """Yield the rows that nobody has read.

        :raises UsageError: all have been read before
        """
        from whence.errors import UsageError

        if self._over:
            raise UsageError("These rows have been gone through; they come once.", fix="Keep them in a list or a frame, or ask again.")
        while (row := next(self._rows, None)) is not None:  # by turns with whoever has the rows shown meanwhile
            yield row
        self._over = True

    def __iter__(self) -> Iterator[dict[str, Term | None]]:
        """Yield each solution as a dictionary from variable to RDF term; None where it is unbound."""
        return (dict(zip(self.variables, row, strict=True)) for row in self._left())

    def _table(self) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        return self.variables, (tuple(row) for row in self._left())

    def __repr__(self) -> str:
        return f"<Rows: {', '.join(self.variables)}; go through them once, or to_pandas()>"

    def _first(self) -> tuple[Sequence[str], list[Sequence[Any]], str]:
        if self._over:
            return self.variables, [], "These rows have been gone through; they come once."
        self._rows, shown = tee(self._rows)  # what is shown stays to be read
        return dataframes.first(self.variables, map(tuple, shown))


class Triples(_Tabular, list["Triple"]):
    """The graph that a CONSTRUCT or DESCRIBE answers: its triples, in no order, shown as a table with a line each."""

    COLUMNS = ("subject", "predicate", "object")

    def _table(self) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        return self.COLUMNS, ((one.subject, one.predicate, one.object) for one in self)

    def serialize(self, format: str = "turtle") -> str:
        """Return it as one document.

        :param format: turtle, jsonld, nt, nquads, trig or rdfxml
        :raises UsageError: there is no such format
        """
        from whence.errors import UsageError
        from whence.rdf import graphs

        if format not in graphs.FORMATS:
            raise UsageError(f"There is no format {format}.", fix=f"Use one of {', '.join(graphs.FORMATS)}.")
        out = BytesIO()
        graphs.write(self, format, out)
        return out.getvalue().decode()

    def to_rdflib(self) -> rdflib.Graph:
        """Return it as a graph of rdflib.

        :raises UsageError: rdflib is not installed
        """
        try:
            from rdflib import Graph
        except ImportError:
            from whence.errors import UsageError

            raise UsageError("rdflib is not installed.", fix="pip install 'whence-graph[rdflib]'") from None
        return Graph().parse(data=self.serialize(), format="turtle")

    def __repr__(self) -> str:
        return f"<Triples: {len(self)}; serialize(), to_rdflib() or to_pandas()>"


class Claims(_Tabular, list["Claim"]):
    """Claims with the positions on them; as a table one row for each position, and for a claim that nobody takes one on."""

    COLUMNS = ("claim", "label", "kind", "stance", "speaker", "speaker_label", "polarity", "commitment", "mood", "document", "start", "end")

    def __init__(self, claims: Sequence[Claim], index: Index) -> None:
        super().__init__(claims)
        self._index = index

    def _table(self) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        return self.COLUMNS, (row for claim in self for row in self._rows_of(claim))

    def _first(self) -> tuple[Sequence[str], list[Sequence[Any]], str]:
        names, rows = self._table()
        people = [names.index(name) for name in ("label", "stance", "speaker_label", "polarity", "commitment", "document", "start", "end")]
        return dataframes.first([names[one] for one in people], ([row[one] for one in people] for row in rows))

    def _rows_of(self, claim: Claim) -> Iterator[Sequence[Any]]:
        head = (claim.iri, claim.label, claim.kind)
        if not claim.positions:
            yield (*head, claim.stance, *[None] * (len(self.COLUMNS) - 4))
        for one in claim.in_order:
            place = next(iter(one.passages), None)
            yield (
                *head, one.stance, one.speaker or None, self._index.label(one.speaker) if one.speaker else None, "Denied" if one.denied else "Affirmed",
                one.commitment or None, one.mood or None, *((place.document, place.start, place.end) if place else (None, None, None)),
            )  # fmt: skip


class Influences:
    """A lineage, or the paths between two things.

    :ivar found: what `whence.lineage` found: one `Lineage` for each direction, or `Paths`
    """

    def __init__(self, found: Any, record: dict[str, Any], diagram: Diagram) -> None:
        self.found = found
        self._record = record
        self._diagram = diagram

    def as_dict(self) -> dict[str, Any]:
        """Return what `--format json` of `whence lineage` and `whence path` writes."""
        return self._record

    def draw(self, format: str = "svg") -> str:
        """Return it as a drawing or a graph.

        :param format: one of `whence.lineage.DIAGRAMS`: mermaid, dot, graphml, gexf, svg, html
        :raises UsageError: there is no such format
        """
        from whence import lineage
        from whence.errors import UsageError

        if format not in lineage.DIAGRAMS:
            raise UsageError(f"There is no format {format}.", fix=f"Use one of {', '.join(lineage.DIAGRAMS)}.")
        return lineage.draw(self._diagram, format)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Return a graph of networkx: nodes by IRI, edges in the direction of the influence, by the IRI of their claim.

        Nodes have `label` and `kind`; edges `stance`, `aspect`, `commitment`, `contested`, `speakers` and `documents`.

        :raises UsageError: networkx is not installed
        """
        try:
            import networkx
        except ImportError:
            from whence.errors import UsageError

            raise UsageError("networkx is not installed.", fix="pip install 'whence-graph[networkx]'") from None
        graph = networkx.MultiDiGraph(title=self._diagram.title)
        for node in self._diagram.nodes:
            graph.add_node(node.iri, label=node.label, kind=node.kind)
        for edge in self._diagram.edges:
            step = edge.step
            told: dict[str, Any] = {"stance": edge.stance, "aspect": edge.words}
            if step is not None:
                told |= {"commitment": step.commitment, "contested": step.contested, "speakers": step.speakers, "documents": step.documents}
            graph.add_edge(edge.source, edge.target, key=step.claim if step else "partOf", **told)
        return graph

    def __repr__(self) -> str:
        return f"<Influences: {self._diagram.title}; {len(self._diagram.nodes)} things, {len(self._diagram.edges)} links; draw(), as_dict() or to_networkx()>"

    def _repr_svg_(self) -> str:
        return self.draw("svg")


class Text(str):
    """A text that a notebook shows with its lines as they are."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self)}</pre>"
