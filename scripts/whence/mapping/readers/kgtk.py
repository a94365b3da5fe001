"""Records of KGTK edge files (https://kgtk.readthedocs.io/en/latest/specification/): a node, a label, and a literal or another node."""

from __future__ import annotations

import re
from collections.abc import Iterator

from whence.mapping.records import LANGUAGE, Malformed, Record, Value
from whence.report.words import count

_NEEDED = ("node1", "label", "node2")
#: A language-qualified string: quoted with apostrophes, those inside with a backslash before them.
_LANGUAGE_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'@([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)")


class KgtkReader:
    r"""Reads edges: the first node names the record, the label of the edge is its field.

    >>> [record] = KgtkReader().read("node1\tlabel\tnode2\nQ1\tlabel\t'universe'@en\n")
    >>> record.id, record.fields["label"]
    ('Q1', [Value(text='universe', start=28, end=36, language='en')])
    """

    def decode(self, words: str) -> str:
        """Return words without the backslashes before apostrophes, bars and the like."""
        return re.sub(r"\\(.)", r"\1", words)

    def read(self, text: str) -> Iterator[Record | Malformed]:
        """Yield a record for each edge, and lines that are none."""
        place, columns = int(text.startswith("\ufeff")), list[str]()
        for line in text[place:].split("\n"):
            start, cells = place, line.removesuffix("\r").split("\t")
            place += len(line) + 1
            if not columns:
                columns = cells
                if any(name not in columns for name in _NEEDED):
                    yield Malformed(start, start + len(line), "The first line does not name the columns node1, label and node2.", "Take the file as it was published.")
                    return
            elif line.strip():
                yield self._edge(columns, cells, start, line)

    @staticmethod
    def _edge(columns: list[str], cells: list[str], start: int, line: str) -> Record | Malformed:
        if len(cells) != len(columns):
            return Malformed(start, start + len(line), f"The line has {count(len(cells), 'value')}, not {len(columns)}.", "Put one tabulator between two values.")
        node, label, value = (columns.index(name) for name in _NEEDED)
        at = start + sum(len(cell) + 1 for cell in cells[:value])
        found = _LANGUAGE_STRING.fullmatch(cells[value])
        if found and not LANGUAGE.fullmatch(found[2]):
            return Malformed(start, start + len(line), f"`{found[2]}` is no language tag.", "Take the file as it was published.")
        one = Value(found[1], at + 1, at + 1 + len(found[1]), found[2]) if found else Value(cells[value], at, at + len(cells[value]))
        return Record(cells[node], start, start + len(line.removesuffix("\r")), {cells[label]: [one]})
