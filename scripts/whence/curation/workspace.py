"""The graph that is being edited: its names, documents, claims and texts, from what is asserted alone.

So it can be edited while it has violations, which is when it has to be.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from whence.curation.forms import Forms
from whence.did_you_mean import is_misspelt
from whence.errors import InputError
from whence.evidence.texts import Texts, digest
from whence.inference import close, construct
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.terms import RDF_TYPE, whole_number
from whence.store import journal, layout
from whence.store.layout import GraphFiles
from whence.things.index import Index
from whence.things.names import Form, Names
from whence.validation.reading import read_graph

_GRAPH = DefaultGraph()
_TYPE = NamedNode(RDF_TYPE)
#: The rules by which documents, and what belongs to them, are called.
_NAMING = ("40-", "41-")


class Workspace:
    """A graph directory as it is edited.

    :ivar files: its files as they were read
    :ivar texts: the folder of texts, or None
    :ivar store: what is asserted: ontology and data; and what documents are called
    :ivar forms: which roles each class has
    """

    def __init__(self, files: GraphFiles, texts: Texts | None) -> None:
        self.texts = texts
        self._root = files.root
        self._read(files)

    @classmethod
    def open(cls, files: GraphFiles, texts: str | os.PathLike[str] | Texts | None = None) -> Workspace:
        """Return the workspace of a graph directory.

        :param texts: the folder that holds the texts of the documents, or None when no passage is looked for
        :raises InputError: a file is no Turtle or cannot be read, or there is no such folder
        """
        return cls(layout.locate(files.root), Texts(texts) if isinstance(texts, str | os.PathLike) else texts)

    def reload(self) -> None:
        """Forget what was read: the files are read again when they are next asked for."""
        self.__dict__ = {"texts": self.texts, "_root": self._root}

    def __getattr__(self, name: str) -> Any:
        if name not in ("files", "store", "forms", "_stamps", "_texts"):
            raise AttributeError(name)
        self._read(layout.locate(self._root))
        return self.__dict__[name]

    def _read(self, files: GraphFiles) -> None:
        stamps = _stamps(files)
        sources = read_graph(files)
        if not sources.readable:
            first = next(finding for finding in sources.findings if finding.place is not None)
            assert first.place is not None
            raise InputError(first.message, fix=first.fix, file=first.place.file, line=first.place.line, column=first.place.column)
        self.files, self.store, self._stamps = files, sources.asserted, stamps
        names = [path for path in files.queries_in("inference") if os.path.basename(path).startswith(_NAMING)]
        construct(self.store, (files.read(path).decode() for path in names))
        self.forms = Forms(self.store, sources.shapes)
        self._texts: dict[str, str | None] = {}

    @property
    def changed(self) -> bool:
        """Whether a file of the graph is another one, by size and time, than the one that was read."""
        return _stamps(layout.locate(self._root)) != self._stamps

    @property
    def base(self) -> str:
        """The namespace of the IRIs of things that are created."""
        return self.files.settings.base

    @cached_property
    def names(self) -> Names:
        """Every form of the name of every thing."""
        return Names(self.store)

    @cached_property
    def forms_of(self) -> dict[str, list[Form]]:
        """The forms of the names of each thing."""
        found: dict[str, list[Form]] = {}
        for form in self.names.forms:
            found.setdefault(form.thing, []).append(form)
        return found

    @cached_property
    def properties(self) -> dict[str, set[str]]:
        """The properties that the ontology declares, each with its names without case, spaces and hyphens."""
        kinds = (PREFIXES["owl"] + kind for kind in ("ObjectProperty", "DatatypeProperty"))
        declared = {quad.subject.value for kind in kinds for quad in self.quads(None, RDF_TYPE, NamedNode(kind)) if isinstance(quad.subject, NamedNode)}
        return {iri: {local(iri).casefold(), self.forms.label(iri).casefold().replace(" ", "")} for iri in sorted(declared)}

    @cached_property
    def claimed(self) -> frozenset[str]:
        """Those properties that are there to be claimed: below `wh:claimedRelation` and `wh:claimedAttribute`."""
        found = [WH + "claimedRelation", WH + "claimedAttribute"]
        for upper in found:
            found += [quad.subject.value for quad in self.quads(None, PREFIXES["rdfs"] + "subPropertyOf", NamedNode(upper))]
        return frozenset(found[2:])

    @cached_property
    def index(self) -> Index:
        """The index of what is asserted and follows from the schema, for cards and lists."""
        store = Store()
        store.bulk_extend(self.store)
        close(store)
        return Index(store)

    @cached_property
    def documents(self) -> list[str]:
        """The IRIs of the documents, sorted."""
        return sorted(quad.subject.value for kind in self.forms.below(WH + "Document") for quad in self.quads(None, RDF_TYPE, NamedNode(kind)))

    def quads(self, subject: str | None, predicate: str | None, value: NamedNode | Literal | None = None) -> list[Quad]:
        """Return what is asserted of a subject, or by a predicate, or with a value."""
        of, by = (NamedNode(one) if one is not None else None for one in (subject, predicate))
        return list(self.store.quads_for_pattern(of, by, value, _GRAPH))

    def value(self, subject: str, name: str) -> str:
        """Return a value that a property of the ontology has, or an empty text."""
        return next((quad.object.value for quad in self.quads(subject, WH + name) if isinstance(quad.object, NamedNode | Literal)), "")

    def having(self, name: str, text: str) -> str:
        """Return the first that has a text as the value of a property of the ontology, or an empty text."""
        return next((quad.subject.value for quad in self.quads(None, WH + name, Literal(text))), "")

    def classes(self, iri: str) -> list[str]:
        """Return the asserted classes of a thing, sorted."""
        return sorted(quad.object.value for quad in self.quads(iri, RDF_TYPE))

    def is_one(self, iri: str, classes: Iterable[str]) -> bool:
        """Report whether a thing is of one of these classes or of one below."""
        classes = list(classes)
        return any(self.forms.is_below(kind, classes) for kind in self.classes(iri))

    def label(self, iri: str) -> str:
        """Return the name to show for a thing."""
        return Index(self.store).label(iri)

    def nearly(self, name: str) -> str:
        """Return the thing of which a name is a slip of the hand, or an empty text."""
        return next((one.iri for one in self.names.search(name, 10) if is_misspelt(name, one.name)), "")

    def is_known(self, iri: str) -> bool:
        """Report whether anything is asserted of an IRI; of what is none, nothing is."""
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        return next(self.store.quads_for_pattern(node, None, None, _GRAPH), None) is not None

    def is_retired(self, iri: str, kind: str, name: str) -> bool:
        """Report whether an IRI was given to something else by a change that was taken back: it is never given again.

        :param kind: the class of what it is wanted for
        :param name: what tells that apart: the name of a thing
        """
        return self._retired.get(iri, (kind, name)) != (kind, name)

    @cached_property
    def _retired(self) -> dict[str, tuple[str, str]]:
        notes = journal.retired(self.files.root)
        return {iri: (told[0], told[1]) for note in notes for iri, told in note.get("created", {}).items()}  # type: ignore[attr-defined]

    def text(self, document: str) -> str | None:
        """Return the text of a document, found by its digest, or None when the folder does not hold it."""
        if document not in self._texts:
            self._texts[document] = self._text(document)
        return self._texts[document]

    def _text(self, document: str) -> str | None:
        wanted = self.value(document, "textDigest")
        if self.texts is None or not wanted:
            return None
        name = self.value(document, "fileName")
        for held in (name, *(one for one in self.texts.names if one != name)):
            found = self.texts[held]
            if found.raw is not None and found.text is not None and digest(found.raw) == wanted:
                return found.text
        return None

    def why_not_held(self, document: str) -> str:
        """Return why there is no text of a document, with how to mend that."""
        name = self.value(document, "fileName") or "the text"
        if self.texts is None:
            return f"No folder of texts was given, so {name} cannot be read: name it with --texts."
        if self.texts[name].raw is not None:
            return f"{name} in {self.texts.directory} is not the text that was added (its digest differs): whence reanchor follows a text that changed."
        return f"{self.texts.directory} does not hold {name}: put the text there, or name its folder with --texts."

    def questions(self, document: str) -> dict[int, str]:
        """Return the IRIs of the questions of a document by their numbers."""
        found = {quad.subject.value for quad in self.quads(None, WH + "document", NamedNode(document)) if WH + "Question" in self.classes(quad.subject.value)}
        return {whole_number(self.value(iri, "questionNumber")) or 0: iri for iri in sorted(found)}

    def key(self, document: str) -> str:
        """Return the part of a document's slug that the ids of its attestations carry.

        >>> Workspace.key(None, "https://w3id.org/whence/id/document-002")
        '002'
        """
        return local(document).removeprefix("document-")


def _stamps(files: GraphFiles) -> dict[str, tuple[int, int, int]]:
    found = {}
    for path in (*files.ontology, *files.shapes, *files.data):
        status = os.stat(path)
        found[path] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found
