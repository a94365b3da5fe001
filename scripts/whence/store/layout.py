"""Where the files of a graph stand, what they hold, and the digest of everything that goes into it.

A graph directory has the layout of this repository: `ontology/*.ttl`, `ontology/vocab/**.ttl`,
`ontology/shapes/**.ttl`, `triples/**.ttl`, and `queries/{views,competency,checks,inference}/*.rq`. With a `whence.toml`
(`whence.store.settings`) it is a graph of one's own: it needs nothing but `triples/`, since ontology, shapes and queries come
with the package and its own add to them, and it may include other graphs. Catalogues beside the graph, packs, stand in
`triples/packs/NAME/`, each a graph of its own (`whence.packs`) that is no part of the data.

This module is on the path of every command, so it uses `os` and nothing larger.
"""

from __future__ import annotations

import os
from functools import cache

from whence import __version__, namespaces
from whence.errors import InputError
from whence.store import settings

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: The folders by which a graph directory is known where it has no `whence.toml`; what only has such a name is no folder.
_FOLDERS = ("ontology/", "triples/")
#: The folder of the packs below that of the triples.
PACKS = "packs"
#: What the name of a pack's folder ends with, after a dot and the name, while it takes the place of an older one.
NEW = ".new"
#: What decides how a graph is derived and judged: when one of these changes, remembered graphs are stale.
_ENGINE_SOURCES = ("catalog", "identity", "inference", "packs", "rdf", "shacl", "sparql", "store", "validation")
#: The queries that take part in deriving and judging; a competency question does not.
_TAKING_PART = ("checks", "inference", "views")


#: What the name of a query may have beside letters and digits.
_MARKS = str.maketrans("", "", "-_.")


def stem(path: str) -> str:
    """Return the name of a file without its folder and its ending.

    >>> stem("queries/views/maker.rq")
    'maker'
    """
    return os.path.splitext(os.path.basename(path))[0]


class GraphFiles:
    """The files of one graph directory as they are now, each list sorted by name; any list may be empty.

    What a file holds is read once, when it is first asked for, so everything that is done with these files is done with the
    same bytes: the fingerprint of a graph is that of what was validated.

    :ivar root: the absolute path of the graph directory
    :ivar settings: what its `whence.toml` says
    :ivar prefixes: prefix to base of its own things and of those of the graphs that it includes, its own first
    :ivar ontology: `ontology/*.ttl` and every vocabulary below `ontology/`, without the shapes
    :ivar shapes: `ontology/shapes/**.ttl`
    :ivar data: `triples/**.ttl`, without the packs
    :ivar own: those of `data` that the graph itself brings; the others belong to graphs that it includes
    :ivar identity: `triples/identity.tsv`, its own first: who decided which names mean one thing
    :ivar queries: `queries/**.rq`
    :ivar configuration: the `whence.toml` of this graph and of those it includes
    """

    __slots__ = ("root", "settings", "prefixes", "ontology", "shapes", "data", "own", "identity", "queries", "configuration", "_folders", "_parts", "_contents")

    def __init__(self, root: str | os.PathLike[str], told: settings.Settings | None = None) -> None:
        """:param told: what the graph says of itself, where no `whence.toml` does"""
        self.root = os.path.abspath(root)
        self.settings = told or settings.read(self.root)
        parts = _parts(self.root, self.settings)
        self.prefixes = {part.settings.prefix: part.settings.base for part in parts if part.data}
        self.configuration = [part.settings.file for part in parts if part.settings.file]
        self._parts = [part.root for part in parts]
        models = [part.root for part in parts if part.model]
        turtle = [path for folder in models for path in _walk(os.path.join(folder, "ontology"), ".ttl")]
        self.shapes = [path for path in turtle if self.relative(path).startswith("ontology/shapes/")]
        self.ontology = [path for path in turtle if path not in set(self.shapes)]
        self.queries = [path for folder in models for path in _walk(os.path.join(folder, "queries"), ".rq")]
        self._folders = [os.path.join(part.root, part.settings.data) for part in parts if part.data]
        data = [_walk(folder, ".ttl", without=os.path.join(folder, PACKS)) for folder in self._folders]
        self.data = [path for found in data for path in found]
        self.own = data[0]
        self.identity = [path for folder in self._folders if os.path.lexists(path := os.path.join(folder, "identity.tsv"))]
        self._contents: dict[str, bytes] = {}
        namespaces.declare(self.prefixes)

    @property
    def emptiness(self) -> str:
        """A sentence that tells that there is nothing yet, in a graph of one's own but the model; an empty text where there is something."""
        if self.data or (self.ontology and not self.settings.file):
            return ""
        return "This graph is empty: no file in its triples/ holds anything yet, and it includes no other graph." if self.settings.file else f"There is no Turtle file in {self.root}."

    @property
    def packs(self) -> dict[str, str]:
        """The folders of the packs beside the graph and beside those that it includes, by name.

        A pack of the graph itself stands in the place of one of the same name beside a graph that it includes.

        :raises InputError: a folder of packs cannot be read
        """
        found: dict[str, str] = {}
        for folder in (os.path.join(folder, PACKS) for folder in self._folders):
            try:
                names = sorted(os.listdir(folder))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise InputError(f"The folder cannot be read: {error.strerror}.", fix="Make it readable.", file=folder) from None
            for entry in names:
                name = entry[1 : -len(NEW)] if entry.startswith(".") and entry.endswith(NEW) else entry
                if name and not name.startswith(".") and (name == entry or name not in names) and os.path.isdir(os.path.join(folder, entry)):
                    found.setdefault(name, os.path.join(folder, entry))
        return found

    def read(self, path: str) -> bytes:
        """Return what a file held when it was first read.

        :raises InputError: when it cannot be read
        """
        if path not in self._contents:
            from whence.rdf.reading import read_bytes

            self._contents[path] = read_bytes(path, self.display(path))
        return self._contents[path]

    def edited(self, contents: dict[str, bytes | None]) -> GraphFiles:
        """Return the same files as if some held something else.

        :param contents: absolute path of a data file, or of the decisions on identity, to what it would hold; None for a file that would be gone
        """
        from copy import copy

        other = copy(self)
        other._contents = {**self._contents, **{path: content for path, content in contents.items() if content is not None}}
        gone = {path for path, content in contents.items() if content is None}
        other.own = sorted({*self.own, *(path for path in contents if path.endswith(".ttl"))} - gone)
        other.data = [*other.own, *(path for path in self.data if path not in set(self.own))]
        return other

    @property
    def context(self) -> str:
        """The path of the JSON-LD context: the graph's own, or that of the model; whether or not it exists."""
        paths = [os.path.join(root, "ontology", "context.jsonld") for root in self._parts]
        return next(filter(os.path.exists, paths), paths[0])

    @property
    def vocabularies(self) -> list[str]:
        """The files of `ontology/vocab/`, which `ontology` lists as well."""
        return [path for path in self.ontology if self.relative(path).startswith("ontology/vocab/")]

    def queries_in(self, kind: str) -> list[str]:
        """Return the query files of one folder of `queries/`: views, competency, checks or inference.

        :returns: absolute paths sorted by file name, whichever folder they stand in: rules run in this order; empty when there are none
        """
        within = os.path.join("queries", kind, "")
        found = [path for path in self.queries if within in path and self.relative(path).startswith(f"queries/{kind}/")]
        return sorted(found, key=os.path.basename)

    def brings(self, path: str) -> bool:
        """Report whether a file is one that the graph itself brings, not one of the model or of a graph that it includes."""
        return self._part(path) == 0

    def relative(self, path: str) -> str:
        """Return a file's name inside the graph directory it stands in, with forward slashes.

        >>> GraphFiles("/graph").relative("/graph/triples/documents.ttl")
        'triples/documents.ttl'
        """
        return os.path.relpath(path, self._parts[self._part(path)]).replace(os.sep, "/")

    def name(self, path: str) -> str:
        """Return what tells a file from all others of the graph, wherever the directories stand: `relative`, for included ones with a number."""
        part = self._part(path)
        return f"{part}:{self.relative(path)}" if part else self.relative(path)

    def _part(self, path: str) -> int:
        """Return the number of the directory that a file stands in; of nested ones, the inner."""
        within = [number for number, root in enumerate(self._parts) if path.startswith(os.path.join(root, ""))]
        return max(within, key=lambda number: len(self._parts[number]), default=0)

    def display(self, path: str) -> str:
        """Return a file's name as a person in the working directory would type it.

        A file below the working directory is named relative to it, any other by its full path.
        """
        try:
            here = os.getcwd()
        except OSError:
            return path
        return os.path.relpath(path, here) if path.startswith(here.rstrip(os.sep) + os.sep) else path

    def taking_part(self) -> list[str]:
        """Return every file whose content decides what the validated graph is, in a fixed order."""
        queries = [path for kind in _TAKING_PART for path in self.queries_in(kind)]
        return [*self.configuration, *self.ontology, *self.shapes, *self.data, *queries]

    def digest(self) -> str:
        """Return the SHA-256, in hexadecimal, of everything that goes into the validated graph.

        That is the name and content of every file that takes part, the version of whence and of its
        SPARQL engine, and size and time of the sources of whence that derive and judge the graph.

        :raises InputError: when a file cannot be read
        """
        from hashlib import sha256

        whole = sha256(self.engine_digest())
        for path in self.taking_part():
            name = self.name(path).encode()
            whole.update(b"%d %s %s\n" % (len(name), name, sha256(self.read(path)).digest()))
        return whole.hexdigest()

    def engine_digest(self) -> bytes:
        """Return the digest of what derives and judges a graph: the versions, and the sources by size and time."""
        return _digest_of(self.kind_of_digest(), self.engine_sources())

    @staticmethod
    def kind_of_digest() -> str:
        """Return the versions that go into the digest."""
        from pyoxigraph import __version__ as engine_version

        return f"whence {__version__} pyoxigraph {engine_version}"

    @staticmethod
    def engine_sources() -> list[str]:
        """Return the sources of whence that derive and judge a graph, in a fixed order."""
        sources: list[str] = []
        for name in _ENGINE_SOURCES:
            module = os.path.join(_PACKAGE, name + ".py")
            sources += [module] if os.path.exists(module) else _walk(os.path.join(_PACKAGE, name), ".py")
        return sources


def locate(directory: str | os.PathLike[str] | None = None) -> GraphFiles:
    """Return the files of the graph: of `directory`, of the installed package, or of the checkout around it.

    A change of its files that a killed process left half done is finished first (`whence.store.journal`).

    :param directory: a graph directory, or None for the one that belongs to this package
    :raises InputError: when there is no graph directory, or its `whence.toml` is wrong
    """
    if directory is None:
        return GraphFiles(bundled())
    path = os.fspath(directory)
    if _is_graph(path):
        if os.path.isdir(os.path.join(path, ".whence")):
            from whence.store.journal import recover

            recover(path)
        return GraphFiles(path)
    there = os.path.isdir(path)
    problem = f"The directory holds neither {settings.FILE} nor triples/ nor ontology/." if there else "This is not a directory."
    raise InputError(problem, fix="Give a graph directory; whence init DIR starts one.", file=path)


def around() -> str | None:
    """Return the nearest graph directory that the working directory is, or stands in; None when there is none.

    That is one with a `whence.toml`, or with both `ontology/` and `triples/`. What belongs to another user is passed over, so that
    nobody else decides from which graph is answered.
    """
    try:
        folder = os.getcwd()
    except OSError:
        return None
    while True:
        if _has(folder, settings.FILE) or _has(folder, *_FOLDERS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def bundled() -> str:
    """Return the directory of the corpus and the model that came with whence: in the installed package, or the checkout around it.

    :raises InputError: there is none
    """
    for candidate in (os.path.join(_PACKAGE, "_graph"), os.path.dirname(os.path.dirname(_PACKAGE))):
        if _is_graph(candidate):
            return candidate
    raise InputError("No graph came with this installation of whence.", fix="Install it again.")


def _has(directory: str, *names: str) -> bool:
    """Report whether a directory has these, each this user's or root's."""
    try:
        return all(os.stat(os.path.join(directory, name)).st_uid in (0, os.geteuid()) for name in names)
    except OSError:
        return False


def _is_graph(directory: str) -> bool:
    return any(os.path.exists(os.path.join(directory, part)) for part in (settings.FILE, *_FOLDERS))


class _Part:
    """A directory of which a graph takes the model, the data, or both."""

    __slots__ = ("data", "model", "root", "settings")

    def __init__(self, root: str, told: settings.Settings, *, model: bool, data: bool) -> None:
        self.root = root
        self.settings = told
        self.model = model
        self.data = data


def _parts(root: str, told: settings.Settings) -> list[_Part]:
    """Return the directories that make up a graph: its own, the model's, and those of the graphs it includes, at any depth.

    :raises InputError: a graph includes itself, or two have one base or one prefix
    """
    parts = [_Part(root, told, model=True, data=True)]
    if not told.file:
        return parts
    package = bundled()
    if not _same(package, root):
        parts.append(_Part(package, settings.read(package), model=True, data=False))
    _include(parts, parts[0], package, (root,))
    for number, part in enumerate(parts):
        for other in parts[:number]:
            one, two = other.settings, part.settings
            if one.file and two.file and (one.base == two.base or one.prefix == two.prefix):
                key = "base" if one.base == two.base else "prefix"
                problem = f"{other.root} and {part.root} have one {key}, so that their things could not be told apart."
                raise settings.wrong(one, problem, f"Give one of them another {key} in its {settings.FILE}.", key)
    return parts


def _include(parts: list[_Part], part: _Part, package: str, above: tuple[str, ...]) -> None:
    """Add what a graph includes to the parts.

    :param above: the directories that lead to it
    """
    for name in part.settings.include:
        root = package if name == "whence" else name
        circle = next((other for other in above if _same(other, root)), None)
        if circle is not None:
            way = " includes ".join([*above[above.index(circle) :], circle])
            raise settings.wrong(part.settings, f"The graph includes itself: {way}.", "Take one of them out of include.", "include")
        if not _is_graph(root):
            fix = f"Name a directory that has {settings.FILE} or triples/."
            raise settings.wrong(part.settings, f"{name} is no graph directory.", fix, "include")
        known = next((other for other in parts if _same(other.root, root)), None)
        if known is not None:
            known.data = True
            continue
        told = settings.read(root)
        parts.append(_Part(root, told, model=bool(told.file), data=True))  # a directory without whence.toml has a model of its own
        _include(parts, parts[-1], package, (*above, root))


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


@cache
def sources_digest() -> bytes:
    """Return the digest of the versions and of all sources of whence, as this process found them, for what is kept in the form that they give it."""
    return _digest_of(GraphFiles.kind_of_digest(), _walk(_PACKAGE, ".py"))


def _digest_of(versions: str, sources: list[str]) -> bytes:
    """Return the digest of versions, and of sources by size and time."""
    from hashlib import sha256

    whole = sha256(versions.encode())
    for path in sources:
        status = os.stat(path)
        whole.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return whole.digest()


def _walk(folder: str, suffix: str, above: tuple[tuple[int, int], ...] = (), without: str = "") -> list[str]:
    """Return every file below a folder whose name ends with the suffix, sorted; hidden names are left out.

    :param without: a folder in it that is left out
    :param above: device and inode of the folders around it, to which no link may lead back
    """
    found: list[str] = []
    try:
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            raise InputError("This link leads back to a folder it stands in.", fix="Take the link out of the graph directory.", file=folder)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.path == without:
                    continue
                if entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and os.path.isdir(entry.path)):
                    _check_name(entry)
                    found += _walk(entry.path, suffix, (*above, identity))
                elif entry.name.endswith(suffix):
                    _check_name(entry)
                    _check_file(entry)
                    found.append(entry.path)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(f"The folder cannot be read: {error.strerror}.", fix="Make it readable.", file=folder) from None
    return sorted(found)


def _check_file(entry: os.DirEntry[str]) -> None:
    """Refuse what is no file, whose reading may never end."""
    if not entry.is_file(follow_symlinks=False) and os.path.exists(entry.path) and not os.path.isfile(entry.path):
        raise InputError("This is a pipe or a device, not a file.", fix="Take it out of the graph directory.", file=entry.path)


def _check_name(entry: os.DirEntry[str]) -> None:
    """Refuse a name that no report could show, and of a query one that could not stand in an IRI and an address."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        shown = entry.path.encode("utf-8", "backslashreplace").decode()
        raise InputError("The name is not UTF-8.", fix="Rename it, or take it out of the graph directory.", file=shown) from None
    if entry.name.endswith(".rq") and not stem(entry.name).translate(_MARKS).isalnum():
        raise InputError("A query is called by the name of its file, which has a character that no address takes.", fix="Use letters, digits, dots, - and _.", file=entry.path)
