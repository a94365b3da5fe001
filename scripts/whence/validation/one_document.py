"""What of a validation is about one document: its text, its positions, the claims they are on, and the things in these."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from whence.findings import Finding
from whence.namespaces import OA, WH, is_thing, local

_BETWEEN = (WH + "between", WH + "derivedClaim")
_DOCUMENT, _SOURCE, _PASSAGE, _ATTESTS = WH + "document", OA + "hasSource", WH + "passage", WH + "attests"


def about(quads: Iterable[Quad], document: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the IRIs of what a document states, and of the things that are named in it.

    The first are its positions, questions and statements of completeness, what stands between them, and the claims that the
    positions are on; the second the document itself and what any of the first name.

    :param quads: what is asserted
    """
    named: dict[str, list[tuple[str, str]]] = {}
    naming: dict[str, list[tuple[str, str]]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            named.setdefault(quad.subject.value, []).append((quad.predicate.value, quad.object.value))
            naming.setdefault(quad.object.value, []).append((quad.predicate.value, quad.subject.value))
    stated = {node for verb, node in naming.get(document, ()) if verb in (_DOCUMENT, _SOURCE)}
    stated |= {node for passage in stated for verb, node in naming.get(passage, ()) if verb == _PASSAGE}
    stated |= {node for one in stated for verb, node in named.get(one, ()) if verb == _ATTESTS}
    stated |= {node for one in stated for verb, node in naming.get(one, ()) if verb in _BETWEEN}
    things = {node for one in (document, *stated) for _, node in named.get(one, ()) if is_thing(node)}
    return frozenset(stated), frozenset(things | {document})


def of_document(findings: Iterable[Finding], quads: Iterable[Quad], document: str) -> list[Finding]:
    """Return those findings that are about a document, or stand in the file of its positions.

    :param quads: what is asserted
    """
    stated, things = about(quads, document)
    foci, values = {f"<{node}>" for node in stated | things}, {f"<{node}>" for node in stated}
    files = {os.path.join("attestations", f"{name}.ttl") for name in (local(document), local(document).removeprefix("document-"))}
    return [
        finding
        for finding in findings
        if finding.focus_node in foci or finding.value in values or (finding.place is not None and finding.place.file.endswith(tuple(files)))
    ]
