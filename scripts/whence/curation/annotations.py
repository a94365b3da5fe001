"""The way back from Web Annotations: what a collection says enters the graph with its IRIs, verified, as one change."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad

from whence import webannotation
from whence.curation.drafts.proposals import Fault, content, load_json
from whence.curation.records import Saved
from whence.curation.saving import write
from whence.curation.turtle_files import Block
from whence.curation.workspace import Workspace
from whence.errors import InputError
from whence.evidence.texts import digest
from whence.namespaces import WH, local, shorten
from whence.rdf.reading import decode
from whence.rdf.terms import RDF_TYPE, whole_number
from whence.report.words import count

_PLACE = tuple(WH + name for name in ("document", "start", "end", "passageDigest"))
_Values = dict[str, list[NamedNode | Literal]]


def bring_in(workspace: Workspace, path: str | os.PathLike[str], *, dry: bool = False) -> Saved:
    """Write what a collection of Web Annotations says and the graph does not have yet: `whence export --format webannotation` and back.

    Where the text of a document is held, each passage is held against it; quotes are checked and never kept.

    :returns: the IRIs of the positions and questions that are new, and what is worth telling
    :raises InputError: the file is no such collection, a passage does not hold, or the graph has a thing with other values
    :raises Refused: the graph would have violations; nothing was written
    """
    name = os.fspath(path)
    read = webannotation.quads(_json(name), name)
    subjects = _by_subject(read.quads, name)
    new = {iri: values for iri, values in subjects.items() if _is_new(workspace, iri, values)}
    _check_conflicts(workspace, new, name)
    unheld = _check_passages(workspace, new, subjects, name)
    positions = tuple(iri for iri, values in new.items() if values.keys() >= set(_PLACE) or WH + "attests" in values)
    sentences = [f"{count(len(positions), 'position or question is', 'positions and questions are')} new, {count(len(subjects) - len(new), 'node is', 'nodes are')} there already."]
    if unheld:
        sentences.append(f"{count(unheld, 'passage')} could not be held against {'its text, which is' if unheld == 1 else 'their texts, which are'} not there: whence evidence --texts DIR checks them.")
    sentences += [f"Left out: {shorten(of)}, which says something of annotations, not of works ({count(number, 'time')})." for of, number in read.left_out.items()]
    blocks = [Block(iri, tuple((of, value) for of, several in values.items() for value in several)) for iri, values in new.items()]
    files = write(workspace, blocks, {"sentences": sentences[:1]}, dry=dry) if blocks else ()
    return Saved(positions, files, tuple(sentences))


def _json(name: str) -> object:
    value = load_json(decode(content(name).removeprefix(b"\xef\xbb\xbf"), name), "the document")
    if isinstance(value, Fault):
        raise InputError(f"{value.key}: {value.sentence}" if value.key else value.sentence, fix="Give a collection of Web Annotations.", file=name)
    return value


def _by_subject(quads: Iterable[Quad], name: str) -> dict[str, _Values]:
    """Return the values of each subject, the class first."""
    found: dict[str, _Values] = {}
    for quad in sorted(quads, key=lambda quad: (str(quad.subject), quad.predicate.value != RDF_TYPE, str(quad))):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode | Literal):
            fix = "Give every node an IRI: a graph of claims has no blank nodes."
            raise InputError(f"{quad.subject} and {quad.object} are not both named.", fix=fix, file=name)
        found.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object)
    return found


def _known(workspace: Workspace, iri: str) -> set[tuple[str, str]]:
    return {(quad.predicate.value, str(quad.object)) for quad in workspace.quads(iri, None)}


def _is_new(workspace: Workspace, iri: str, values: _Values) -> bool:
    return not {(of, str(value)) for of, several in values.items() for value in several} <= _known(workspace, iri)


def _check_conflicts(workspace: Workspace, new: dict[str, _Values], name: str) -> None:
    """Refuse things of which the graph says something else; what is said of terms of the model only adds to it."""
    differing = []
    for iri, values in new.items():
        known = _known(workspace, iri)
        if RDF_TYPE in values and any(of == RDF_TYPE for of, _ in known):
            said = next((of, value) for of, several in values.items() for value in several if (of, str(value)) not in known)
            there = ", ".join(sorted(value for of, value in known if of == said[0])) or "nothing"
            differing.append(f"{shorten(iri)} has {shorten(said[0])} {said[1]} in the file and {there} in the graph")
    if differing:
        more = f", and {len(differing) - 3} more things differ" if len(differing) > 3 else ""
        fix = "Nothing was written: let one of both say what the other says."
        raise InputError(f"{'; '.join(differing[:3])}{more}.", fix=fix, file=name)


def _check_passages(workspace: Workspace, new: dict[str, _Values], subjects: dict[str, _Values], name: str) -> int:
    """Hold every new place against its text, and return of how many the text is not held."""
    unheld = 0
    texts: dict[str, str | None] = {}
    for iri, values in new.items():
        if not values.keys() >= set(_PLACE):
            continue
        document, start, end, stated = (values[of][0].value for of in _PLACE)
        if document not in texts:
            texts[document] = _text(workspace, document, subjects.get(document, {}))
        text = texts[document]
        if text is None:
            unheld += 1
        elif (first := whole_number(start)) is None or (last := whole_number(end)) is None or digest(text[first:last]) != stated:
            problem = f"The words at {start}-{end} of {workspace.label(document)} are not those of {local(iri)}: their digest differs."
            raise InputError(problem, fix="The annotation was moved or is of another version of the text.", file=name)
    return unheld


def _text(workspace: Workspace, document: str, said: _Values) -> str | None:
    """Return the text of a document that the graph has, or that the file brings."""
    stated = next((value.value for value in said.get(WH + "textDigest", ())), "")
    return workspace.text(document) or (workspace.texts.holding(stated) if workspace.texts is not None and stated else None)
