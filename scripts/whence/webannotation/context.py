"""The JSON-LD context of Web Annotation, so that nothing is fetched to read its documents.

It is that of the Web Annotation Vocabulary (W3C Recommendation of 23 February 2017, appendix A), term by term.
"""

from __future__ import annotations

from typing import Any

from whence.namespaces import BUILT_IN, OA

#: The address by which documents name the context; some write it with https.
ADDRESS = "http://www.w3.org/ns/anno.jsonld"
_NAMESPACES = {
    "oa": OA,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "iana": "http://www.iana.org/assignments/relation/",
    "as": "http://www.w3.org/ns/activitystreams#",
    "schema": "http://schema.org/",
    **{prefix: BUILT_IN[prefix] for prefix in ("dcterms", "rdf", "rdfs", "skos", "xsd", "owl")},
}
#: Term to IRI where both have one name; those that are renamed follow as `term=name`.
_PLAIN = """
oa: Annotation TextualBody ResourceSelection SpecificResource FragmentSelector CssSelector XPathSelector TextQuoteSelector
    TextPositionSelector DataPositionSelector SvgSelector RangeSelector TimeState HttpRequestState CssStylesheet=CssStyle Choice
    Motivation bookmarking classifying commenting describing editing highlighting identifying linking moderating questioning
    replying reviewing tagging auto=autoDirection ltr=ltrDirection rtl=rtlDirection bodyValue processingLanguage exact prefix suffix
    styleClass
dctypes: Dataset Image=StillImage Video=MovingImage Audio=Sound Text
foaf: Person Organization name email=mbox email_sha1=mbox_sha1sum nickname=nick
as: Software=Application AnnotationCollection=OrderedCollection AnnotationPage=OrderedCollectionPage
schema: Audience accessibility=accessibilityFeature
dc: format language
rdf: value
rdfs: label
"""
#: The same for properties whose values have a type: of IRIs, of terms, or a datatype.
_TYPED = {
    "@id": """
oa: body=hasBody target=hasTarget source=hasSource selector=hasSelector state=hasState scope=hasScope refinedBy
    startSelector=hasStartSelector endSelector=hasEndSelector renderedVia via canonical stylesheet=styledBy cached=cachedSource
dcterms: creator rights conformsTo
as: generator items partOf first last next prev
foaf: homepage
schema: audience
""",
    "@vocab": "oa: motivation=motivatedBy purpose=hasPurpose textDirection",
    "xsd:dateTime": "dcterms: created modified generated=issued\noa: sourceDate sourceDateStart sourceDateEnd",
    "xsd:nonNegativeInteger": "oa: start end\nas: total=totalItems startIndex",
}


def _named(table: str) -> dict[str, str]:
    found, prefix = {}, ""
    for word in table.split():
        if word.endswith(":"):
            prefix = word
        else:
            term, _, name = word.partition("=")
            found[term] = prefix + (name or term)
    return found


def _terms() -> dict[str, Any]:
    typed = {term: {"@type": kind, "@id": iri} for kind, table in _TYPED.items() for term, iri in _named(table).items()}
    typed["items"]["@container"] = "@list"
    keywords = {"id": {"@type": "@id", "@id": "@id"}, "type": {"@type": "@id", "@id": "@type"}}
    return _NAMESPACES | keywords | _named(_PLAIN) | typed


#: The value of `@context` in the published document.
TERMS: dict[str, Any] = _terms()
#: What our documents add: the shared prefixes, but for those that are terms of Web Annotation, such as `id` and `language`.
OURS: dict[str, str] = {
    prefix: iri for prefix, iri in BUILT_IN.items() if prefix not in TERMS or (prefix in _NAMESPACES and _NAMESPACES[prefix] != iri)
}


def inlined(context: Any) -> Any:
    """Return a context in which the address of that of Web Annotation is replaced by its terms."""
    if isinstance(context, list):
        return [inlined(one) for one in context]
    is_address = isinstance(context, str) and context.replace("https:", "http:", 1) == ADDRESS
    return TERMS if is_address else context
