"""Linked data: every IRI of ours, under the address served, leads to a page or to data (303), and the data to a description.

`/id/x` stands for the thing of the graph with the slug `x`, as does the path that the base of the graph has; for
`https://w3id.org/whence/id/x` in our corpus and in a graph that includes it; `/vocab/...`, `/ontology` (and its terms as `/ontology/Term`),
`/shape/...`, `/view/...` likewise, and `/pack/NAME/x` for what is in a pack. The form is chosen by suffix, `?_format=`, or `Accept`, in this order.

A description is bounded: the thing's own triples with the nodes that are part of them, its claims, their attestations, and names of
what they touch. It is written as CONSTRUCTs of unions over sub-SELECTs with a limit: an OPTIONAL-heavy form of the same takes a hundred
times as long, and a VALUES of naming properties reads every name there is. `?thing` is bound beside the text.
"""

from __future__ import annotations

import json
from urllib.parse import quote, unquote, urlsplit

from whence.namespaces import CURATED, ID, PACK
from whence.rdf.formats import GRAPHS, by_name
from whence.web.graph import Graph
from whence.web.http.negotiation import DATA, HTML, choose, chosen
from whence.web.http.problems import Problem
from whence.web.http.requests import Request, Send
from whence.web.http.responses import Headers, send_whole
from whence.web.iris import iri_of, named, path_of, valid
from whence.web.query import responding
from whence.web.routes.documents import send_text
from whence.web.worker_state import Site

#: At most so many claims of one thing, and so many positions; the rest is found with SPARQL.
CLAIMS = 250
_OWN = "{ SELECT ?thing ?p ?o { ?thing ?p ?o } LIMIT 5000 }"
_NAMED = "skos:prefLabel|rdfs:label"
_ABOUT = f"{{ SELECT ?thing ?claim {{ ?claim wh:involves ?thing }} ORDER BY ?claim LIMIT {CLAIMS} }}"
_OF_CLAIM = f"{{ SELECT ?thing ?attestation {{ ?attestation wh:attests ?thing }} ORDER BY ?attestation LIMIT {CLAIMS} }}"
_MADE = f"{{ SELECT ?thing ?made {{ ?made wh:speaker|wh:ascribedTo ?thing }} ORDER BY ?made LIMIT {CLAIMS} }}"
_INWARD = " ".join(
    ("wh:partOf", "wh:inWorld", "skos:broader", "skos:inScheme", "rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain",
     "rdfs:range", "wh:passage", "oa:hasSelector", "wh:inQuestion", "wh:answers")
)  # fmt: skip
#: What an anonymous class or list of an ontology is made of, and a selector.
_PARTS = " | ".join(
    ("owl:unionOf", "owl:intersectionOf", "owl:oneOf", "owl:complementOf", "owl:someValuesFrom", "owl:allValuesFrom", "owl:hasValue",
     "owl:onDatatype", "owl:withRestrictions", "rdf:first", "rdf:rest", "oa:refinedBy")
)  # fmt: skip
_PART = "{ SELECT ?thing ?part { ?thing ?own ?part FILTER(isBlank(?part) || ?own = oa:hasSelector) } LIMIT 5000 }"

THING = f"""
CONSTRUCT {{
  ?thing ?p ?o . ?o rdfs:label ?label .
  ?claim ?p1 ?o1 . ?o1 rdfs:label ?label1 .
  ?attestation ?p2 ?o2 . ?o2 rdfs:label ?label2 .
  ?made ?p3 ?o3 . ?o3 rdfs:label ?label3 .
  ?s ?inward ?thing . ?s rdfs:label ?label4 .
  ?inner ?p5 ?o5 .
}} WHERE {{
  {{ ?thing ?p ?o }}
  UNION {{ {_OWN} ?o {_NAMED} ?label }}
  UNION {{ {_PART} ?part ({_PARTS})* ?inner . ?inner ?p5 ?o5 FILTER(isBlank(?inner) || ?inner = ?part) }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 }}
  UNION {{ {_ABOUT} ?claim ?p1 ?o1 . ?o1 {_NAMED} ?label1 FILTER(?p1 != wh:attestedBy) }}
  UNION {{ {_ABOUT} ?attestation wh:attests ?claim ; ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 }}
  UNION {{ {_OF_CLAIM} ?attestation ?p2 ?o2 . ?o2 {_NAMED} ?label2 }}
  UNION {{ {_MADE} ?made ?p3 ?o3 }}
  UNION {{ {_MADE} ?made wh:attests ?o3 . ?o3 {_NAMED} ?label3 }}
  UNION {{ {{ SELECT ?thing ?s ?inward {{ VALUES ?inward {{ {_INWARD} }} ?s ?inward ?thing }} ORDER BY ?s LIMIT {CLAIMS} }}
    OPTIONAL {{ ?s {_NAMED} ?label4 }} }}
}}
"""

#: The ontology's document: every term it defines, with what is said of it and of the nodes its axioms are made of.
#: The data has no blank nodes, so those of the default graph are the ontology's.
ONTOLOGY = """
CONSTRUCT { ?term ?p ?o . ?thing ?p1 ?o1 . ?inner ?p2 ?o2 } WHERE {
  { ?term rdfs:isDefinedBy ?thing ; ?p ?o }
  UNION { ?thing ?p1 ?o1 }
  UNION { ?inner ?p2 ?o2 FILTER(isBlank(?inner)) }
}
"""
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


_SUFFIX_OF = {name: suffix for suffix, name in DATA.items()}


def links(site: Site, request: Request, path: str, form: str = "") -> str:
    """Return the value of `Link` (RFC 8288) that names a thing's page and all forms of its data.

    :param form: the one it goes with, which it leaves out; JSON-LD goes with its page alone, since PyLD reads no document that has
        several alternates
    """
    base = site.base(request)
    shown = quote(path)
    others = {suffix: name for suffix, name in DATA.items() if form not in (name, "jsonld")}
    found = [f'<{base}data/{shown}.{suffix}>; rel="alternate"; type="{GRAPHS[name].media_type}"' for suffix, name in others.items()]
    if site.settings.ui:
        found.append(f'<{base}page/{shown}>; rel="alternate"; type="text/html"')
    return ", ".join([*found, f'<{iri_of(path)}>; rel="describes"'])


def is_below_base(site: Site, path: str) -> bool:
    """Report whether a path is one that the base of the graph has, so that it is a thing's own address where the site stands at its base."""
    return path.startswith(_below(site))


def canonical(site: Site, path: str) -> str | None:
    """Return the path below `/page/` of a thing of the graph itself that is named by its slug alone, or by prefix and slug; else None."""
    if site.graph.settings.base == ID and ":" not in path:
        return None
    iri = site.graph.iri_at(path)
    found = path_of(iri) if iri else None
    return None if found == path else found


async def identified(site: Site, request: Request, send: Send) -> None:
    """Answer a thing's own address: 303 to its page or to its data (Cool URIs for the Semantic Web, section 4.2)."""
    start = next(start for start in (_below(site), "/id/", "/pack/", "/") if request.path.startswith(start))
    path, suffix = _split(request.path.removeprefix(start))
    if start == "/pack/" and f"{PACK}{path}" in site.graph.named_graphs:
        raise Problem(404, f"<{PACK}{path}> is no thing: a pack is a graph, and /sparql answers from it with GRAPH <{PACK}{path}>.")
    path = canonical(site, path) or path
    target, name = _form(site, request, suffix)
    _require(site, path)
    location = f"{site.base(request)}{target}/{quote(path)}{f'.{_SUFFIX_OF[name]}' if name else ''}"
    headers: Headers = [
        (b"location", location.encode()),
        (b"vary", b"Accept"),
        (b"link", links(site, request, path).encode()),
        (b"cache-control", b"no-cache"),
        (b"content-type", b"text/plain; charset=utf-8"),
    ]
    await send_whole(send, 303, headers, f"{location}\n".encode(), request.method == "HEAD")


async def data(site: Site, request: Request, send: Send) -> None:
    """Answer the description of a thing; without a suffix the form is negotiated."""
    path, suffix = _split(request.path.removeprefix("/data/"))
    path = canonical(site, path) or path
    if suffix == "html":
        raise _no_form(suffix)
    _require(site, path)
    words = (DATA[suffix],) if suffix else request.formats
    accept = None if suffix else request.accept
    iri = iri_of(path)
    form = chosen(words, accept, GRAPHS)
    query = THING
    graphs = (CURATED, *site.graph.things.packs) if site.graph.things.pack(iri) else None
    if path == "ontology":
        query = ONTOLOGY
    elif iri in site.graph.named_graphs:
        query, graphs = GRAPH, (iri,)
    bound = () if query == GRAPH else (("thing", "iri", f"<{valid(iri)}>"),)
    question = site.question(request, query, bound=bound, accept=accept, formats=words, default_graphs=graphs, neat=True, required=True)
    more: Headers = [(b"link", links(site, request, path, form[0] if form else "").encode())]
    await responding.respond(site, request, send, question, site.settings.timeout, more)


async def context(site: Site, request: Request, send: Send) -> None:
    """Answer the JSON-LD context that the server's compacted answers name; asked for anew each time, for a 304 mostly."""

    def text(graph: Graph) -> bytes:
        return json.dumps({"@context": graph.context}, ensure_ascii=False, indent=2).encode() + b"\n"

    await send_text(site, request, send, GRAPHS["jsonld"].media_type, f"context {site.graph.vocabulary}", text)


async def draft_schema(site: Site, request: Request, send: Send) -> None:
    """Answer the JSON Schema of one line of proposals, as `whence draft --schema` prints it."""

    def text(graph: Graph) -> bytes:
        from whence.curation.drafts import schema
        from whence.curation.workspace import Workspace
        from whence.store.layout import GraphFiles

        return json.dumps(schema(Workspace(GraphFiles(graph.root), None)), ensure_ascii=False, indent=2).encode() + b"\n"

    await send_text(site, request, send, "application/schema+json", "draft schema", text)


def _split(path: str) -> tuple[str, str]:
    """Return path and suffix; only a suffix that names a format of ours is one."""
    stem, dot, suffix = path.rpartition(".")
    if dot and (suffix in DATA or suffix == "html"):
        return stem, suffix
    return path, ""


def _form(site: Site, request: Request, suffix: str) -> tuple[str, str]:
    """Return `page` and nothing, or `data` and the format's name."""
    words = (suffix,) if suffix else request.formats
    for word in words:
        if word == "html" and site.settings.ui:
            return "page", ""
        name = by_name(word, GRAPHS)
        if name:
            return "data", name
    if words:
        raise _no_form(words[0])
    offered = {**GRAPHS}
    if site.settings.ui:
        offered["html"] = HTML
    chosen = choose(request.accept, offered)
    if chosen is None:
        raise Problem(406, "This thing is described in HTML and in RDF formats: Turtle, JSON-LD, RDF/XML, N-Triples and more.")
    return ("page", "") if chosen[0] == "html" else ("data", chosen[0])


def _no_form(word: str) -> Problem:
    return Problem(406, f"There is no form {word[:40]!r}. There are {', '.join(DATA)}.")


def _below(site: Site) -> str:
    return unquote(urlsplit(site.graph.settings.base).path)


def _is_known(site: Site, path: str) -> bool:
    iri = iri_of(path)
    return iri in site.graph.named_graphs or site.graph.knows(valid(iri))


def _require(site: Site, path: str) -> None:
    if not _is_known(site, path):
        stem, _, ending = path.rpartition(".")
        if stem and _is_known(site, stem):
            raise _no_form(ending)
        raise Problem(404, f"There is no <{named(iri_of(path))}> here. Search at /search?q=..., or query at /sparql.")
