"""Where the files of a graph stand, what they hold, and the digest of everything that goes into it.

A graph directory has the layout of this repository: `ontology/*.ttl`, `ontology/vocab/**.ttl`,
`ontology/shapes/**.ttl`, `triples/**.ttl`, and `queries/{views,competency,checks,inference}/*.rq`.

This module is on the path of every command, so it uses `os` and nothing larger.
"""

from __future__ import annotations

import os

from whence import __version__
from whence.errors import InputError

__all__ = ["GraphFiles", "locate"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: What decides how a graph is derived and judged: when one of these changes, remembered graphs are stale.
_ENGINE_SOURCES = ("catalog", "inference", "rdf", "shacl", "sparql", "store", "validation")
#: The queries that take part in deriving and judging; a competency question does not.
_TAKING_PART = ("checks", "inference", "views")


class GraphFiles:
    """The files of one graph directory as they are now, each list sorted by name; any list may be empty.

    What a file holds is read once, when it is first asked for, so everything that is done with these files is done with the
    same bytes: the fingerprint of a graph is that of what was validated.

    :ivar root: the absolute path of the graph directory
    :ivar ontology: `ontology/*.ttl` and every vocabulary below `ontology/`, without the shapes
    :ivar shapes: `ontology/shapes/**.ttl`
    :ivar data: `triples/**.ttl`
    :ivar queries: `queries/**.rq`
    """

    __slots__ = ("root", "ontology", "shapes", "data", "queries", "_contents")

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = os.path.abspath(root)
        turtle = _walk(os.path.join(self.root, "ontology"), ".ttl")
        shapes = os.path.join(self.root, "ontology", "shapes") + os.sep
        self.shapes = [path for path in turtle if path.startswith(shapes)]
        self.ontology = [path for path in turtle if not path.startswith(shapes)]
        self.data = _walk(os.path.join(self.root, "triples"), ".ttl")
        self.queries = _walk(os.path.join(self.root, "queries"), ".rq")
        self._contents: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """Return what a file held when it was first read.

        :raises InputError: when it cannot be read
        """
        if path not in self._contents:
            from whence.rdf.reading import read_bytes

            self._contents[path] = read_bytes(path, self.display(path))
        return self._contents[path]

    @property
    def context(self) -> str:
        """The path of the JSON-LD context, whether or not it exists."""
        return os.path.join(self.root, "ontology", "context.jsonld")

    @property
    def vocabularies(self) -> list[str]:
        """The files of `ontology/vocab/`, which `ontology` lists as well."""
        folder = os.path.join(self.root, "ontology", "vocab") + os.sep
        return [path for path in self.ontology if path.startswith(folder)]

    def queries_in(self, kind: str) -> list[str]:
        """Return the query files of one folder of `queries/`: views, competency, checks or inference.

        :returns: absolute paths sorted by name; empty when there is no such folder
        """
        folder = os.path.join(self.root, "queries", kind) + os.sep
        return [path for path in self.queries if path.startswith(folder)]

    def relative(self, path: str) -> str:
        """Return a file's name inside the graph directory, with forward slashes.

        >>> GraphFiles("/graph").relative("/graph/triples/documents.ttl")
        'triples/documents.ttl'
        """
        return os.path.relpath(path, self.root).replace(os.sep, "/")

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
        return [*self.ontology, *self.shapes, *self.data, *queries]

    def digest(self) -> str:
        """Return the SHA-256, in hexadecimal, of everything that goes into the validated graph.

        That is the name and content of every file that takes part, the version of whence and of its
        SPARQL engine, and size and time of the sources of whence that derive and judge the graph.

        :raises InputError: when a file cannot be read
        """
        from hashlib import sha256

        whole = sha256(self.engine_digest())
        for path in self.taking_part():
            name = path[len(self.root) :].encode()
            whole.update(b"%d %s %s\n" % (len(name), name, sha256(self.read(path)).digest()))
        return whole.hexdigest()

    def engine_digest(self) -> bytes:
        """Return the digest of what derives and judges a graph: the versions, and the sources by size and time."""
        from hashlib import sha256

        whole = sha256(self.kind_of_digest().encode())
        for path in self.engine_sources():
            status = os.stat(path)
            whole.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        return whole.digest()

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

    :param directory: a graph directory, or None for the one that belongs to this package
    :raises InputError: when there is no graph directory
    """
    if directory is not None:
        if _is_graph(os.fspath(directory)):
            return GraphFiles(directory)
        problem = "The directory holds neither ontology/ nor triples/." if os.path.isdir(directory) else "This is not a directory."
        fix = "Point --graph at a directory that holds ontology/, triples/ and queries/."
        raise InputError(problem, fix=fix, file=os.fspath(directory))
    bundled = os.path.join(_PACKAGE, "_graph")
    checkout = os.path.dirname(os.path.dirname(_PACKAGE))
    for candidate in (bundled, checkout):
        if _is_graph(candidate):
            return GraphFiles(candidate)
    raise InputError("No graph came with this installation of whence.", fix="Point --graph at a graph directory.")


def _is_graph(directory: str) -> bool:
    return any(os.path.isdir(os.path.join(directory, part)) for part in ("ontology", "triples"))


def _walk(folder: str, suffix: str, above: tuple[tuple[int, int], ...] = ()) -> list[str]:
    """Return every file below a folder whose name ends with the suffix, sorted; hidden names are left out.

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
                if entry.name.startswith("."):
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
    """Refuse a name that no report could show."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        shown = entry.path.encode("utf-8", "backslashreplace").decode()
        raise InputError("The name is not UTF-8.", fix="Rename it, or take it out of the graph directory.", file=shown) from None
