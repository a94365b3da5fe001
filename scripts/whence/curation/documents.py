"""Documents brought into a graph: what is kept of a text, and what it prints, or its curator says, of its title, outlet, date and address."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from whence.curation.extraction import Extracted
from whence.curation.naming import language_of, slug, unique
from whence.curation.records import Resolved, printed_forms, wrong_date, wrong_language, wrong_url
from whence.curation.saving import write
from whence.curation.turtle_blocks import Planner
from whence.curation.turtle_files import Block
from whence.curation.workspace import Workspace
from whence.errors import InputError, UsageError
from whence.evidence.texts import digest
from whence.namespaces import PREFIXES, WH, local
from whence.rdf.atomic import replacing
from whence.rdf.terms import RDF_TYPE

_DCTERMS, _SCHEMA, _SKOS, _XSD = (PREFIXES[name] for name in ("dcterms", "schema", "skos", "xsd"))
#: What is told of a document: the property that claims it, and the one that keeps the curator's word.
_TOLD = {
    "title": (WH + "headline", _DCTERMS + "title"), "outlet": (WH + "publishedBy", _DCTERMS + "publisher"),
    "date": (WH + "publicationDate", _DCTERMS + "issued"), "url": (WH + "url", _SCHEMA + "url"),
}  # fmt: skip
#: A text tells of itself in its first lines, in lines of so many words at most.
_HEAD_LINES, _HEAD_WORDS = 5, 25
#: Words of a printed title that are kept, and how long the part of a slug is.
_TITLE_WORDS, _SLUG = 12, 40
_ALIKE = str.maketrans("‘’‚′“”„″‐‑‒–—−\u00a0\u3000", "''''\"\"\"\"------  ")
_HAN = re.compile("[\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Given:
    """What a curator says of a document; empty texts where nothing.

    :ivar writer: the name of who speaks in the narration
    :ivar date: in EDTF
    :ivar language: as BCP 47 has it
    """

    title: str = ""
    outlet: str = ""
    url: str = ""
    date: str = ""
    writer: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What was done.

    :ivar document: its IRI
    :ivar is_new: whether it was not in the graph before
    :ivar files: the files that were written
    :ivar sentences: what is worth telling
    """

    document: str
    is_new: bool
    files: tuple[str, ...] = ()
    sentences: tuple[str, ...] = field(default=())


def check(given: Given) -> None:
    """Check what can be wrong with what a curator says of a document, whatever the graph.

    :raises UsageError: the date is not in EDTF, the address not whole, the language no tag, or a name too long
    """
    for value, wrong in ((given.date, wrong_date), (given.url, wrong_url), (given.language, wrong_language)):
        if value and (told := wrong(value)):
            raise UsageError(told[0], fix=told[1])
    for name in ("title", "outlet", "writer"):
        if len(getattr(given, name)) > 200:
            raise UsageError(f"The {name} is longer than 200 characters.", fix="Shorten it.")


def add(workspace: Workspace, extracted: Extracted, given: Given, folder: str) -> Added:
    """Bring a document into a graph: its text into the folder of texts, everything else into the files, as one change.

    A title, outlet, date or address that the first lines of the text print is a claim with that passage; one that they do
    not print stands on the document, as the curator's word.

    :param folder: the folder of texts; made where it is not there
    :returns: the document that has this very text where there is one; nothing is written then
    :raises UsageError: as `check`; or a name means several things
    :raises InputError: a file cannot be written
    """
    check(given)
    unix = extracted.text.replace("\r\n", "\n")
    same = workspace.having("textDigest", digest(extracted.text))
    variants = (extracted.original, *(unix.replace("\n", end) for end in ("\n", "\r\n", "\r")))
    if known := same or next(filter(None, (workspace.having("textDigest", digest(text)) for text in variants)), ""):
        but = "" if same else ", but for its line ends"
        sentence = f"This text is in the graph already{but}: {workspace.label(known)} ({local(known)})."
        unused = [name for name in ("title", "outlet", "url", "date", "writer", "language") if getattr(given, name)]
        left = f"Nothing was changed: {', '.join(unused)} as given now {'is' if len(unused) == 1 else 'are'} not taken over."
        mend = "If it was added last, whence undo takes it back and it can be added anew; else change it in triples/documents.ttl."
        return Added(known, False, sentences=(sentence, *((f"{left} {mend}",) if unused else ())))
    _refuse_changed(workspace, extracted, folder)
    given = _with_metadata(given, extracted)
    draft = _Draft(workspace, extracted, given)
    name = _kept_name(workspace, folder, extracted)
    blocks = draft.blocks(name)
    note: dict[str, object] = {"sentences": [f"{local(draft.iri)}."], "created": draft.created}
    if folder == workspace.files.settings.texts and not os.path.exists(os.path.join(folder, name)):
        note["text"] = [name, digest(extracted.text), None]
    try:
        with kept_text(os.path.join(folder, name), extracted.text):
            files = write(workspace, blocks, note)
    except BaseException:
        workspace.reload()  # without the draft
        raise
    sentences = (*extracted.sentences, *draft.sentences, *_lacking(given, extracted.metadata.get("author", "")), f"The text is kept as {os.path.join(folder, name)}, and is not in the graph.")
    return Added(draft.iri, True, files, sentences)


class _Draft:
    """The blocks of a document that is not in the graph yet."""

    def __init__(self, workspace: Workspace, extracted: Extracted, given: Given) -> None:
        self.workspace, self.extracted, self.given = workspace, extracted, given
        self.created: dict[str, tuple[str, str]] = {}
        stem = slug(re.split("[:：|]", given.title)[0]) or slug(os.path.splitext(extracted.name)[0]) or "text"
        short = stem if len(stem) <= _SLUG else stem[:_SLUG].rpartition("-")[0] or stem[:_SLUG]
        self.slug = unique(short, lambda one: self._taken(f"document-{one}", "Document", extracted.name))
        self.iri = workspace.base + f"document-{self.slug}"
        self.created[self.iri] = (WH + "Document", extracted.name)
        self.sentences: list[str] = []

    def blocks(self, name: str) -> list[Block]:
        """Return everything that is written.

        :param name: the file name under which the text is kept
        """
        found: list[Block] = []
        writer = self._agent(self.given.writer, "Journalist", found) if self.given.writer else self._unnamed(found)
        outlet = self._agent(self.given.outlet, "Organization", found) if self.given.outlet else ""
        triples: list[tuple[str, NamedNode | Literal]] = [
            (RDF_TYPE, NamedNode(WH + "Document")), (WH + "fileName", Literal(name)), (WH + "textDigest", Literal(digest(self.extracted.text))),
            (WH + "textLength", Literal(str(len(self.extracted.text)), datatype=NamedNode(_XSD + "integer"))), (WH + "writer", NamedNode(writer)),
        ]  # fmt: skip
        triples += [(WH + "extractor", Literal(self.extracted.extractor))] if self.extracted.extractor else []
        triples += [(_SCHEMA + "inLanguage", Literal(self.given.language))] if self.given.language else []
        printed: list[Resolved] = []
        for what, value in (("title", self.given.title), ("outlet", self.given.outlet), ("date", self.given.date), ("url", self.given.url)):
            if value:
                passage = _printed(self.extracted.text, what, value)
                term = NamedNode(outlet) if what == "outlet" else Literal(value)
                if passage:
                    printed.append(self._claim(what, term, passage, writer))
                else:
                    triples.append((_TOLD[what][1], Literal(value, language=language_of(value)) if what == "title" else term))
                stands = f"printed at {passage[0]}-{passage[1]}, a claim" if passage else "not printed in the first lines, so the curator's word"
                self.sentences.append(f"{what}: {value} ({stands}).")
        document = Block(self.iri, tuple(triples))
        return [document, *found, *self._claims(document, printed)]

    def _claims(self, document: Block, printed: list[Resolved]) -> list[Block]:
        """Return claims and positions, as if the document were in the graph already."""
        store = self.workspace.store
        store.extend([Quad(NamedNode(document.subject), NamedNode(of), value) for of, value in document.triples])
        planner = Planner(self.workspace, printed)
        self.created |= planner.created
        return planner.blocks

    def _claim(self, what: str, value: NamedNode | Literal, passage: tuple[int, int], writer: str) -> Resolved:
        start, end = passage
        words = self.extracted.text[start:end]
        if what == "title":
            value = Literal(_shortened(" ".join(words.split())))
        fillers: dict[str, tuple[NamedNode | Literal, ...]] = {
            WH + "subject": (NamedNode(self.iri),), WH + "property": (NamedNode(_TOLD[what][0]),), WH + ("value" if what == "outlet" else "literalValue"): (value,),
        }  # fmt: skip
        plain = {"speaker": writer, "polarity": WH + "Affirmed", "commitment": WH + "Stated", "mood": WH + "Fact", "mode": WH + "Headline"}
        stance: dict[str, tuple[NamedNode | Literal, ...]] = {WH + name: (NamedNode(iri),) for name, iri in plain.items()}
        if what == "date" and words != value.value:
            stance[WH + "printedAs"] = (Literal(words),)
        return Resolved({}, self.iri, start, end, digest(words), WH + "Relation", fillers, stance)

    def _unnamed(self, found: list[Block]) -> str:
        iri = self.workspace.base + unique(f"writer-of-{self.slug}", lambda one: self._taken(one, "Journalist", self.slug))
        found.append(Block(iri, ((RDF_TYPE, NamedNode(WH + "Journalist")), (WH + "description", Literal("Unnamed, one writer or several, who speaks in the narration.")))))
        self.created[iri] = (WH + "Journalist", self.slug)
        self.sentences.append(f"Created a writer without a name ({local(iri)}), who speaks in the narration.")
        return iri

    def _agent(self, name: str, kind: str, found: list[Block]) -> str:
        """Return the agent of this name, which is created where there is none."""
        matches = [match.iri for match in self.workspace.index.find(name)]
        agents = [iri for iri in matches if self.workspace.is_one(iri, [WH + "Agent"])]
        if len(agents) == 1:
            return agents[0]
        if agents:
            listed = ", ".join(f"{self.workspace.label(iri)} ({local(iri)})" for iri in agents[:6])
            raise UsageError(f"{name!r} names several: {listed}.", fix="Give the slug of the one that is meant.")
        stem = slug(name)
        iri = self.workspace.base + unique(stem or slug(kind), lambda one: self._taken(one, kind, name), 1 if stem else 0)
        label = Literal(name, language=language_of(name))
        kinds = ("Journalist", "Person") if kind == "Journalist" else (kind,)
        triples: list[tuple[str, NamedNode | Literal]] = [*((RDF_TYPE, NamedNode(WH + one)) for one in kinds), (_SKOS + "prefLabel", label)]
        found.append(Block(iri, tuple(triples)))
        self.created[iri] = (WH + kind, name)
        self.sentences.append(f"Created {name} ({local(iri)}), {'a journalist' if kind == 'Journalist' else 'an organization'}.{'' if stem else ' How its name is read cannot be told, so its id is a number.'}")
        return iri

    def _taken(self, one: str, kind: str, name: str) -> bool:
        iri = self.workspace.base + one
        return iri in self.created or self.workspace.is_known(iri) or self.workspace.is_retired(iri, WH + kind, name)


def _lacking(given: Given, author: str) -> tuple[str, ...]:
    """Return a sentence on what is not known of a document and how to give it, or none.

    :param author: whom the file names as its author; who speaks in the narration is for the curator to say
    """
    options = {"title": "TITLE", "outlet": "NAME", "date": "2024-01-11", "writer": shlex.quote(author or "NAME")}
    lacking = [name for name in options if not getattr(given, name)]
    how = " ".join(f"--{name} {options[name]}" for name in lacking)
    return (f"Not known: {', '.join(lacking)}. To give {'it' if len(lacking) == 1 else 'them'}: whence undo, then whence add FILE {how}.",) if lacking else ()


def _with_metadata(given: Given, extracted: Extracted) -> Given:
    """Return what is said of a document, what the file says of itself where the curator says nothing."""
    told = dict(extracted.metadata)
    for name, wrong in (("date", wrong_date), ("url", wrong_url), ("language", wrong_language)):
        if wrong(told.get(name, "")):
            told.pop(name, None)
    names = ("title", "outlet", "url", "date", "language")
    return Given(writer=" ".join(given.writer.split()), **{name: " ".join((getattr(given, name) or told.get(name, "")).split())[:200] for name in names})


def _refuse_changed(workspace: Workspace, extracted: Extracted, folder: str) -> None:
    """Refuse the file of a document that is in the graph with the text it had before: a second document would take the file from the first."""
    owner = workspace.having("fileName", extracted.name)
    if owner and _content(os.path.join(folder, extracted.name)) == extracted.text.encode():
        problem = f"{extracted.name} is the text of {workspace.label(owner)} ({local(owner)}), and is not what it was when it was added."
        fix = f"whence reanchor {local(owner)} follows it. For another document, give the file another name."
        raise UsageError(problem, fix=fix)


def _kept_name(workspace: Workspace, folder: str, extracted: Extracted) -> str:
    """Return the name under which a text is kept: one that no other text has, here or where the graph's other texts are."""
    stem, ending = os.path.splitext(extracted.name)
    content, number, name = extracted.text.encode(), 1, extracted.name
    while workspace.having("fileName", name) or (os.path.exists(os.path.join(folder, name)) and _content(os.path.join(folder, name)) != content):
        number += 1
        name = f"{stem}-{number}{ending}"
    return name


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


@contextmanager
def kept_text(path: str, text: str) -> Iterator[None]:
    """Put a text into its folder where it is not there; when what follows fails, the folder holds what it held.

    :raises InputError: it cannot be written
    """
    before = _content(path)
    if before == text.encode():
        yield
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder of texts cannot be made: {error.strerror}.", fix="Name another one with --texts.", file=os.path.dirname(path)) from None
    with replacing(path) as stream:
        stream.write(text.encode())
    try:
        yield
    except BaseException:
        with suppress(OSError):
            if before is None:
                os.unlink(path)
            else:
                with replacing(path) as stream:
                    stream.write(before)
        raise


def _printed(text: str, what: str, value: str) -> tuple[int, int] | None:
    """Return where the first lines of a text print a title, outlet, date or address, or None."""
    plain = text.translate(_ALIKE)
    for first, last in _head(text):
        for form in printed_forms(what, value):
            words = r"\s+".join(map(re.escape, form.translate(_ALIKE).split()))
            match = re.search(rf"(?<!\w){words}(?![\w/])" if what != "title" else rf"(?<!\w){words}(?!\w)", plain[first:last])
            if match:
                return first + match.start(), first + match.end()
    return None


def _head(text: str) -> Iterable[tuple[int, int]]:
    lines = [match.span() for match in re.finditer(r"[^\r\n]*\S[^\r\n]*", text[:20_000])][:_HEAD_LINES]
    return [(first, last) for first, last in lines if len(text[first:last].split()) <= _HEAD_WORDS]


def _shortened(title: str) -> str:
    """Return a title of at most twelve words as it is, the beginning of a longer one with a mark; two characters of Japanese are a word."""
    words: list[str] = []
    count = 0.0
    for word in re.findall(r"\S+\s*", title):
        count += max(1.0, len(_HAN.findall(word)) / 2)
        if count > _TITLE_WORDS:
            kept = "".join(words).rstrip() or title[: 2 * _TITLE_WORDS - 4]
            return f"{kept} […]"
        words.append(word)
    return title
