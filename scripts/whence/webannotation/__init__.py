"""W3C Web Annotations: the positions of a graph as an annotation collection, and the graph out of such a collection.

    from whence import export, webannotation
    document = webannotation.collection(export.data(files), "https://w3id.org/whence/id/", "Whence")
    assert set(webannotation.quads(document).quads) == set(export.data(files))

An attestation, or a question, is an annotation: its body the claim, its target the passage, which says source, start, end and
digest. Offsets are Unicode code points, as Web Annotation demands (Web Annotation Data Model, section 4.2.4), so none is
converted. What the claims speak of stands beside the annotations, so that the collection is the whole graph.
"""

from __future__ import annotations

from whence.webannotation.writing import ADDRESS, Quoting, Words, collection, of_document
from whence.webannotation.reading import Read, quads

__all__ = ["ADDRESS", "Quoting", "Read", "Words", "collection", "of_document", "quads"]
