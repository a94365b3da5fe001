"""The exports of INCEpTION: UIMA CAS as XMI with its type system, or as JSON, read by dkpro-cassis, which makes code points of UTF-16.

A span layer is a claim where its name or a feature names a class of claims; its features are keys and roles, and the
spans that its link features point to are their words. Of a relation the roles of its two ends are not known.
"""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from whence.curation.drafts.proposals import MOST_BYTES, Fault, Proposal, Reading, Terms, folded, too_large
from whence.errors import InputError, UsageError

if TYPE_CHECKING:
    from cassis import Cas
    from cassis.typesystem import FeatureStructure

_TYPE_SYSTEM = "TypeSystem.xml"
_AROUND = 32
#: What every annotation has, and what tools add for themselves.
_FRAME = {"begin", "end", "sofa", "type", "xmiID", "self", "identifier", "order"}
#: Layers that say what words are, not what they claim.
_LINGUISTIC = ("uima.", "de.tudarmstadt.ukp.dkpro.core.", "de.tudarmstadt.ukp.inception.", "de.tudarmstadt.ukp.clarin.")


def read_archive(data: bytes, name: str, terms: Terms) -> Reading:
    """Return the annotations of an archive as INCEpTION exports it: one document and its type system.

    :raises InputError: it cannot be read, unpacks to too much, or holds no document
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {one.filename: one.file_size for one in archive.infolist()}
            if sum(sizes.values()) > MOST_BYTES:
                raise too_large(name, sum(sizes.values()))
            wanted = [one for one in sizes if one.lower().endswith((".xmi", ".json"))]
            if len(wanted) != 1:
                raise InputError(f"The archive holds {len(wanted)} documents.", fix="Export one document as UIMA CAS XMI or JSON.", file=name)
            document = archive.read(wanted[0])
            types = next((archive.read(one) for one in sizes if os.path.basename(one) == _TYPE_SYSTEM), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError(f"The archive cannot be unpacked: {error}.", fix="Export it again.", file=name) from None
    return _read(document, types, name, terms)


def read_xmi(text: str, name: str, terms: Terms) -> Reading:
    """Return the annotations of a document in XMI, whose type system stands beside it.

    :raises InputError: either cannot be read
    """
    beside = os.path.join(os.path.dirname(os.path.abspath(name)), _TYPE_SYSTEM)
    try:
        with open(beside, "rb") as file:
            types = file.read(MOST_BYTES)
    except OSError:
        fix = f"Put the {_TYPE_SYSTEM} of the export beside it, or give the archive as INCEpTION made it."
        raise InputError("The type system of the XMI is not beside it.", fix=fix, file=name) from None
    return _read(text.encode(), types, name, terms)


def read_json(document: dict[str, Any], name: str, terms: Terms) -> Reading:
    """Return the annotations of a document in JSON, which holds its type system."""
    return _read(json.dumps(document).encode(), None, name, terms)


def _read(document: bytes, types: bytes | None, name: str, terms: Terms) -> Reading:
    cassis = _cassis()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # offsets outside the text become faults below
            if document.lstrip().startswith(b"{"):
                cas = cassis.load_cas_from_json(io.BytesIO(document))
            else:
                system = cassis.load_typesystem(io.BytesIO(types or b""))
                cas = cassis.load_cas_from_xmi(io.BytesIO(document), typesystem=system, lenient=True)
            reading = Reading("INCEpTION")
            for sofa in cas.sofas:
                _read_view(cas.get_view(sofa.sofaID), reading, terms)
    except Exception as error:  # the library raises whatever its parsers do
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise InputError(f"The UIMA CAS cannot be read: {type(error).__name__}, {said}.", fix="Export it again.", file=name) from None
    if not reading.proposals and not reading.faults:
        fix = "Name a layer, or a feature class of it, after a class of claims, such as Influence."
        raise InputError("No annotation is on a layer of its own.", fix=fix, file=name)
    return reading


def _cassis() -> Any:
    try:
        import cassis
    except ImportError:
        raise UsageError("Exports of INCEpTION are read by dkpro-cassis, which is not installed.", fix="pip install 'whence-graph[inception]'") from None
    return cassis


def _read_view(view: Cas, reading: Reading, terms: Terms) -> None:
    """Add the claims of a view: annotations of layers of one's own that nothing else points to."""
    text = view.sofa_string or ""
    spans = [one for one in view.select_all() if hasattr(one, "begin") and not _linguistic(one, terms)]
    pointed = {id(target) for one in spans for _, target in _links(one)}
    for number, one in enumerate((one for one in spans if id(one) not in pointed), start=1):
        where = f"annotation {number} ({_layer(one)})"
        notes: list[str] = []
        record: dict[str, Any] = {}
        terms.fill(record, {"class": kind} if (kind := terms.classes.get(folded(_layer(one)))) else {}, notes)
        terms.fill(record, dict(_features(one)) | _roles(one, text), notes)
        if not record.get("class"):
            record["class"] = _layer(one)
        start, end = _extent(one)
        if start is None or end is None or not 0 <= start < end <= len(text):
            reading.faults.append(Fault(where, "begin", f"{start}-{end} does not lie in the text that was annotated."))
            continue
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        reading.proposals.append(Proposal(where, record, text[start:end], start, end, before=before, after=after, notes=notes))


def _linguistic(one: FeatureStructure, terms: Terms) -> bool:
    return one.type.name.startswith(_LINGUISTIC) and folded(_layer(one)) not in terms.classes


def _layer(one: FeatureStructure) -> str:
    return str(one.type.name.rsplit(".", 1)[-1])


def _features(one: FeatureStructure) -> Iterator[tuple[str, Any]]:
    """Yield the features that hold words, numbers, or lists of them."""
    for feature in one.type.all_features:
        value = getattr(one, feature.name, None)
        members = getattr(value, "elements", value)
        listed = isinstance(members, list) and bool(members) and all(isinstance(member, str) for member in members)
        if feature.name not in _FRAME and (listed or isinstance(members, str | int | float | bool)):
            yield feature.name, members


def _links(one: FeatureStructure) -> Iterator[tuple[str, FeatureStructure]]:
    """Yield the annotations that link features point to, with the role that the link or the feature names."""
    for feature in one.type.all_features:
        value = getattr(one, feature.name, None)
        members = getattr(value, "elements", value)
        for member in members if isinstance(members, list) else [members]:
            target = getattr(member, "target", None)
            if hasattr(target, "begin"):
                yield str(getattr(member, "role", None) or feature.name), target
            elif feature.name not in _FRAME and hasattr(member, "begin"):
                yield feature.name, member


def _roles(one: FeatureStructure, text: str) -> dict[str, Any]:
    """Return the words of the spans that link features point to, by role."""
    found: dict[str, list[str]] = {}
    for role, target in _links(one):
        found.setdefault(role, []).append(text[target.begin : target.end])
    return {role: words[0] if len(words) == 1 else words for role, words in found.items()}


def _extent(one: FeatureStructure) -> tuple[int | None, int | None]:
    """Return the place of an annotation; of a relation, that of both its ends."""
    ends = [target for role, target in _links(one) if role in ("Governor", "Dependent")]
    begins = [part.begin for part in (one, *ends)]
    stops = [part.end for part in (one, *ends)]
    return (None, None) if None in begins or None in stops else (min(begins), max(stops))
