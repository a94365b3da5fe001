"""A pack: a catalogue beside a graph, and its own validated graph."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from whence import validation
from whence.errors import InputError, WhenceError
from whence.namespaces import PACK, PREFIXES
from whence.packs import manifest
from whence.packs.manifest import Manifest, PublishedFile
from whence.rdf.reading import read_text
from whence.store.layout import GraphFiles
from whence.validation import Tell


#: The queries of inference that are not run over packs: there is a passage for every position, and its nodes say again what that says.
LEFT_TO_READERS = ("12-passage-node.rq",)


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
        return NamedNode(PACK + self.name)

    def view(self, policy: str) -> NamedNode:
        """Return the name of the graph that one of its views is in."""
        return NamedNode(f"{PACK}{self.name}/view/{policy}")

    def about(self) -> list[Quad]:
        """Return what it says of its source, as triples about its graph, in its graph."""
        told = self.manifest
        said = {"title": Literal(told.title), "source": NamedNode(told.source), "license": NamedNode(told.licence), "created": Literal(told.made)}
        said |= {name: Literal(text) for name, text in (("rights", told.notice), ("hasVersion", told.version)) if text}
        quads = [Quad(self.graph, NamedNode(PREFIXES["dcterms"] + name), value, self.graph) for name, value in said.items()]
        return [*quads, Quad(self.graph, NamedNode("http://rdfs.org/ns/void#uriSpace"), Literal(self.base), self.graph)]

    def asserted(self) -> Iterator[Quad]:
        """Yield what stands in its data, in its graph.

        :raises InputError: a file of it cannot be read or parsed
        """
        try:
            for path in self.files.data:
                yield from (Quad(quad.subject, quad.predicate, quad.object, self.graph) for quad in parse(path=path, format=RdfFormat.TURTLE))
        except (OSError, SyntaxError) as error:
            raise InputError(f"The data of the pack cannot be read: {error}.", fix=f"whence validate --pack {self.name} tells where.", file=self.root) from None

    def derived(self, store: Store) -> Iterator[Quad]:
        """Yield what its graph in a store of `whence.packs.open` holds, and what is left to readers, such as the nodes of passages."""
        yield from store.quads_for_pattern(None, None, None, self.graph)
        folder = os.path.dirname(self.files.queries_in("inference")[0])
        for name in LEFT_TO_READERS:
            for triple in store.query(read_text(os.path.join(folder, name)), default_graph=[self.graph]):
                yield Quad(triple.subject, triple.predicate, triple.object, self.graph)

    @property
    def files(self) -> GraphFiles:
        """Its files as a graph of one's own: the model that comes with whence without `LEFT_TO_READERS`, and its data.

        :raises InputError: a folder of it cannot be read
        """
        if self._files is None:
            self._files = GraphFiles(self.root, self.manifest.settings(self.root))
            self._files.queries = [path for path in self._files.queries if os.path.basename(path) not in LEFT_TO_READERS]
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
