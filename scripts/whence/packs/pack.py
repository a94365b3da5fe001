"""A pack: a catalogue beside a graph, and its own validated graph."""

from __future__ import annotations

import os

from whence import validation
from whence.errors import InputError, WhenceError
from whence.namespaces import PACK
from whence.packs import manifest
from whence.store.layout import GraphFiles

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store

    from whence.packs.manifest import Manifest, PublishedFile
    from whence.validation import Tell

__all__ = ["Pack", "sentence"]


class Pack:
    """A catalogue that was made into a graph of its own.

    :ivar name: that of its folder
    :ivar root: its folder
    :ivar manifest: what it says of itself
    """

    __slots__ = ("_files", "manifest", "name", "root")

    def __init__(self, root: str, told: Manifest) -> None:
        self.name = told.name
        self.root = root
        self.manifest = told
        self._files: GraphFiles | None = None

    def __repr__(self) -> str:
        return f"<Pack {self.name}>"

    @classmethod
    def read(cls, root: str, name: str) -> Pack:
        """Return the pack of a name in a folder.

        :raises InputError: its manifest cannot be used; with file and line
        """
        return cls(root, manifest.read(root, name))

    @property
    def title(self) -> str:
        """What the catalogue is called."""
        return self.manifest.title

    @property
    def base(self) -> str:
        """What the IRIs of its things begin with."""
        return self.manifest.base

    @property
    def prefix(self) -> str:
        """Short for the base."""
        return self.manifest.prefix

    @property
    def graph(self) -> NamedNode:
        """The name of its graph in a store of graph and packs."""
        from pyoxigraph import NamedNode

        return NamedNode(PACK + self.name)

    def view(self, policy: str) -> NamedNode:
        """Return the name of the graph that one of its views is in."""
        from pyoxigraph import NamedNode

        return NamedNode(f"{PACK}{self.name}/view/{policy}")

    @property
    def files(self) -> GraphFiles:
        """Its files as a graph of one's own: the model that comes with whence, and its data.

        :raises InputError: a folder of it cannot be read
        """
        if self._files is None:
            self._files = GraphFiles(self.root, self.manifest.settings(self.root))
        return self._files

    def path_of(self, published: PublishedFile) -> str:
        """Return where a published file was read from, absolute: it is told from the graph directory that the pack is beside."""
        return os.path.normpath(os.path.join(self.root, *[os.pardir] * 3, published.path))

    def open(self, *, tell: Tell | None = None, progress: Tell | None = None) -> Store:
        """Return its own validated graph, read-only: default graph with the model, one named graph a view.

        :raises Refusal: it has violations; carries the report
        :raises InputError: a file of it cannot be read, or it has no data
        """
        if not self.files.data:
            raise InputError("The pack has no data.", fix=f"Make it again: whence pack update {self.name}.", file=self.root)
        try:
            return validation.open(self.files, tell=tell, progress=_of(self.name, progress))
        except validation.Refusal as refusal:
            refusal.problem = refusal.problem.replace("this graph", f"the pack {self.name}")
            raise


def _of(name: str, progress: Tell | None) -> Tell | None:
    """Return what tells each stage with the name of the pack."""
    return None if progress is None else lambda stage: progress(f"pack {name}: {stage}")


def sentence(name: str, error: WhenceError) -> str:
    """Say in a sentence that a pack is set aside, and why.

    >>> sentence("madb", InputError("The pack has no data.", file="packs/madb"))
    'The pack madb is set aside: packs/madb: The pack has no data.'
    """
    if isinstance(error, validation.Refusal):
        count = sum(1 for finding in error.report.findings if finding.severity.value == "Violation")
        return f"The pack {name} is set aside: it has {'one violation' if count == 1 else f'{count:,} violations'}. whence validate --pack {name} tells them."
    return f"The pack {name} is set aside: {error}"
