"""What a mapping leaves over: fields that no rule reads, and what is malformed, as tables beside the data of a pack."""

from __future__ import annotations

import os
from collections import Counter
from types import TracebackType

from whence.rdf.terms import NOT_XML
from whence.rdf.tokenizer import excerpt, Lines

_FINDINGS = ("file", "line", "column", "start", "record", "field", "problem", "fix", "words")
_UNMAPPED = ("field", "records", "reason", "values", "example")


class Leftovers:
    """Writes `findings.tsv` as findings come, and `unmapped.tsv` at the end.

    :ivar findings: how many there are; `unmapped_values` likewise of values without a rule
    """

    def __init__(self, folder: str) -> None:
        self.findings = self.unmapped_values = 0
        self._folder = folder
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._examples: dict[tuple[str, str, str], str] = {}
        self._file, self._text = "", ""
        self._lines: Lines | None = None

    def __enter__(self) -> Leftovers:
        self._stream = open(os.path.join(self._folder, "findings.tsv"), "w", encoding="utf-8", newline="")  # closed on leaving
        self._stream.write("\t".join(_FINDINGS) + "\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()
        if kind is None:
            with open(os.path.join(self._folder, "unmapped.tsv"), "w", encoding="utf-8", newline="") as stream:
                stream.write("\t".join(_UNMAPPED) + "\n")
                for key, number in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
                    stream.write("\t".join((*(_cell(part) for part in key), str(number), _cell(self._examples[key]))) + "\n")

    def open(self, file: str, text: str) -> None:
        """Say from which file the following findings are."""
        self._file, self._text, self._lines = file, text, None

    def unmapped(self, field: str, records: str, reason: str, values: int, example: str) -> None:
        """Count values of a field that become no claim."""
        key = (field, records, reason)
        self._counts[key] += values
        self.unmapped_values += values
        self._examples.setdefault(key, example)

    def broken(self, start: int, end: int, record: str, field: str, problem: str, fix: str) -> None:
        """Write a finding about words of the file."""
        if self._lines is None:
            self._lines = Lines(self._text)
        line, column = self._lines.place(start)
        self.finding(self._file, line, column, start, record, field, problem, fix, excerpt(self._text[start:end]))

    def finding(self, file: str, line: int, column: int, start: int, record: str, field: str, problem: str, fix: str, words: str) -> None:
        """Write a finding."""
        self.findings += 1
        self._stream.write("\t".join(_cell(str(part)) for part in (file, line, column, start, record, field, problem, fix, words)) + "\n")


def _cell(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
