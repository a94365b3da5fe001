"""The named queries of a graph directory: the questions it can be asked, and its views, checks and inferences.

    from whence import catalog
    from whence.store import layout
    files = layout.locate()
    for query in catalog.load(files):
        ...
    catalog.find(files, "influences-on-a-work")     # reads one file
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from whence.did_you_mean import meant
from whence.errors import InputError, UsageError
from whence.namespaces import ID
from whence.sparql.front_matter import generalized
from whence.sparql.query import Query, parse
from whence.store.layout import stem

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from whence.sparql.parameters import Parameter
    from whence.store.layout import GraphFiles

#: Folder below queries/ to the kind of the queries in it.
KINDS = {"views": "view", "competency": "competency", "checks": "check", "inference": "inference"}


class NamedQuery:
    """One file of the catalogue.

    :ivar name: the file's stem
    :ivar kind: view, competency, check or inference
    :ivar file: the file as the user would type it
    :ivar query: its text and front matter
    """

    __slots__ = ("file", "kind", "name", "query")

    def __init__(self, name: str, kind: str, file: str, query: Query) -> None:
        self.name = name
        self.kind = kind
        self.file = file
        self.query = query

    def __repr__(self) -> str:
        return f"NamedQuery({self.name!r}, {self.kind!r})"

    @property
    def summary(self) -> str:
        """The question it answers, in one sentence."""
        return self.query.front_matter.summary

    @property
    def description(self) -> str:
        """More about it, or an empty text."""
        return self.query.front_matter.description

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags in the order of the file; may be empty."""
        return self.query.front_matter.tags

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters in the order of the file; may be empty."""
        return self.query.front_matter.parameters


class Catalog:
    """Every named query of a graph directory, sorted by kind as in `KINDS`, then by name."""

    __slots__ = ("_by_name",)

    def __init__(self, queries: list[NamedQuery]) -> None:
        order = list(KINDS.values())
        self._by_name = {one.name: one for one in sorted(queries, key=lambda one: (order.index(one.kind), one.name))}

    def __iter__(self) -> Iterator[NamedQuery]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __getitem__(self, name: str) -> NamedQuery:
        """Return the query of this name.

        :raises UsageError: there is none; says which one was perhaps meant
        """
        if name not in self._by_name:
            raise _unknown(name, list(self._by_name))
        return self._by_name[name]

    @property
    def texts(self) -> str:
        """The kinds, names and texts of all, which tell this catalogue from any other."""
        return "".join(f"{one.kind} {one.name}\n{one.query.text}\n" for one in self)

    def of_kind(self, kind: str) -> list[NamedQuery]:
        """Return the queries of one kind, sorted by name; may be empty."""
        return [one for one in self if one.kind == kind]


def load(files: GraphFiles) -> Catalog:
    """Read every query file of a graph directory.

    :raises InputError: a file cannot be read, its front matter is wrong or lacks its summary, two files
        have one name, or a file stands in no known folder; with file and line
    """
    found = []
    for one in each(files):
        if isinstance(one, InputError):
            raise one
        found.append(one)
    return Catalog(found)


def each(files: GraphFiles) -> Iterator[NamedQuery | InputError]:
    """Yield every query of a graph directory by file name, and in its place the error about a file that is wrong."""
    seen: dict[str, str] = {}
    for path in files.queries:
        name = stem(path)
        if name in seen:
            yield InputError(
                f"Two queries are named {name}: the other is {files.display(seen[name])}.",
                fix="Rename one of the files.",
                file=files.display(path),
            )
            continue
        seen[name] = path
        try:
            yield read_named(files, path)
        except InputError as error:
            yield error


def find(files: GraphFiles, name: str) -> NamedQuery:
    """Read the one query of this name, and no other file.

    :raises UsageError: there is none; says which one was perhaps meant
    :raises InputError: the file cannot be read, or its front matter is wrong
    """
    for path in files.queries:
        if stem(path) == name:
            return read_named(files, path)
    raise _unknown(name, names(files))


def names(files: GraphFiles) -> list[str]:
    """Return the names of all queries, sorted, without reading a file."""
    return sorted(map(stem, files.queries))


def read(path: str | os.PathLike[str], file: str | None = None) -> Query:
    """Read one query file, of the catalogue or not.

    :param file: the name that errors show; the path when None
    :raises InputError: it cannot be read, is not UTF-8, or its front matter is wrong
    """
    from whence.rdf.reading import read_bytes

    shown = file or os.fspath(path)
    return parse_bytes(read_bytes(path, shown), shown)


def parse_bytes(raw: bytes, shown: str) -> Query:
    """Return the query that a file holds.

    :raises InputError: it is not UTF-8, or its front matter is wrong
    """
    try:
        return parse(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("The query is not UTF-8.", fix="Save it as UTF-8.", file=shown, line=line) from None


def fitting(files: GraphFiles, query: Query) -> Query:
    """Return a query of the model as a graph takes it: without defaults that are things of our corpus, where that is not in it."""
    if ID in files.prefixes.values() or not query.front_matter.parameters:
        return query
    return parse(generalized(query.text, ID), query.file)


def read_named(files: GraphFiles, path: str) -> NamedQuery:
    """Return the named query that a file of a graph directory holds.

    :raises InputError: the file cannot be read, its front matter is wrong or lacks its summary, or it stands in no known folder
    """
    shown = files.display(path)
    folder = files.relative(path).split("/")[1]
    if folder not in KINDS:
        raise InputError(
            "The query stands in no folder of the catalogue.", fix=f"Move it to one of queries/{', queries/'.join(KINDS)}.", file=shown
        )
    query = parse_bytes(files.read(path), shown)
    _check(query, KINDS[folder], shown)
    return NamedQuery(stem(path), KINDS[folder], shown, fitting(files, query))


def _check(query: Query, kind: str, file: str) -> None:
    """See that the front matter says what a query of this kind must say, and that its form fits."""
    matter = query.front_matter
    if not matter.summary:
        raise InputError(
            "The query does not say what it asks.", fix="Put a line on top: #+ summary: the question in one sentence.",
            file=file, line=1,
        )
    if kind == "check" and not (matter.severity and matter.message):
        missing = "message" if matter.severity else "severity"
        raise InputError(f"The check has no {missing}.", fix=f"Add a line: #+ {missing}: ...", file=file, line=1)
    wanted = "select" if kind == "check" else "construct" if kind in ("view", "inference") else query.form
    if query.form != wanted:
        article = "An" if kind[0] in "aei" else "A"
        raise InputError(f"{article} {kind} is a {wanted.upper()} query; this one is {query.form.upper()}.", file=file)


def _unknown(name: str, known: list[str]) -> UsageError:
    return UsageError(f"There is no query {name}.", fix=meant(name, known) or "whence queries lists them.")
