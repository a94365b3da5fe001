"""What the site is, its licences, its files, its changes, and its documents for programs as pages for people."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from whence import __version__
from whence.errors import WhenceError
from whence.export import FORMATS
from whence.namespaces import PREFIXES, VIEW
from whence.rdf.formats import GRAPHS
from whence.web import downloads
from whence.web.downloads import Download, Prepared
from whence.web.graph import Graph
from whence.web.iris import below
from whence.web.pages.rendering import Context, render

#: What VoID counts, as queries.
COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(%s) }",
}
_CLASSES = "SELECT ?term (COUNT(?s) AS ?n) { ?s a ?term FILTER(isIRI(?term)) } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
#: For how long the page of downloads makes files that nobody has asked for yet.
_PREPARING_SECONDS = 1.0
#: What each part of the downloads is, besides the views.
_PARTS = {
    "asserted": ("The graph", "What its files state: the ontology and the triples."),
    "derived": ("The graph with what follows from it", "As queries see it, with labels and passages as Web Annotations; in other formats by whence export --derived."),
}
_SCRIPTS = "THIRD-PARTY-LICENSES.txt"


def when(seconds: float) -> datetime:
    """Return a time in seconds since 1970 as one in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def about(context: Context) -> str:
    """Render what this site is and how its graph is made."""
    return render("about.html", counts=context.index.counts, graph=context.graph, version=__version__, since=when(context.graph.since))


def licence(context: Context) -> str:
    """Render who may do what with data, code and scripts, with the licence that the graph brings."""
    graph = context.graph
    if graph.address and graph.settings.file:  # whose licence stands in no file here
        return render("licence.html", text="", scripts=f"/static/{_SCRIPTS}")
    try:
        with open(os.path.join(graph.root, "triples", "LICENSE"), encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        text = ""
    return render("licence.html", text=text, scripts=f"/static/{_SCRIPTS}")


@dataclass(frozen=True, slots=True)
class _Part:
    """Downloads of one part of the graph: each with the file, or with a sentence why there is none."""

    name: str
    explained: str
    files: list[tuple[Download, Prepared | None, str]]


def download(context: Context) -> str:
    """Render what can be downloaded; files that are not made in time are made when they are asked for."""
    end = time.monotonic() + _PREPARING_SECONDS
    parts: dict[str, _Part] = {}
    for one in downloads.offered(context.graph):
        found, why = downloads.prepared(context.graph, one), ""
        if found is None and time.monotonic() < end:
            try:
                found = downloads.prepare(context.graph, one)
            except WhenceError as error:
                why = f"{error.problem} {error.fix or ''}".strip()
        if found is None and not why:
            why = "Made when it is asked for first; then its size and digest stand here."
            context.lasting = False
        words = _PARTS.get(one.part, (f"The view “{one.part}”", "Plain triples alone, under the policy of this name."))
        parts.setdefault(one.part, _Part(*words, [])).files.append((one, found, why))
    return render("download.html", parts=parts, views=PREFIXES["view"])


def changes(context: Context) -> str:
    """Render the versions of the graph that were published here."""
    return render("changes.html", versions=context.graph.versions, when=when)


def statistics(graph: Graph) -> dict[str, Any]:
    """Return what `COUNTS` counts by name, and pairs of term and number for each `class` and `property`, sorted by term."""

    def rows(query: str) -> list[Any]:
        return list(graph.store.query(query, prefixes=PREFIXES))

    own = below("?s", graph.bases)
    found: dict[str, Any] = {name: int(rows(query.replace("%s", own))[0]["n"].value) for name, query in COUNTS.items()}
    found["class"] = [(row["term"].value, int(row["n"].value)) for row in rows(_CLASSES)]
    found["property"] = [(row["term"].value, int(row["n"].value)) for row in rows(_PROPERTIES)]
    return found


def dataset(context: Context) -> str:
    """Render what the VoID and DCAT descriptions tell programs."""
    found = statistics(context.graph)
    terms = [(words, sorted(found[kind], key=lambda term: (-term[1], term[0]))) for words, kind in (("Classes", "class"), ("Properties", "property"))]
    views = [(iri, size) for iri, size in context.graph.named_graphs.items() if iri.startswith(VIEW)]
    packs = [(pack, context.graph.named_graphs.get(pack.graph.value, 0)) for pack in context.graph.packs]
    return render("dataset.html", counts=found, names=COUNTS, terms=terms, views=views, packs=packs, formats=[GRAPHS[name] for name in FORMATS])


def api(context: Context) -> str:
    """Render what programs can ask, with an address to try of each."""
    questions = context.graph.catalog.of_kind("competency")
    asked = next((one for one in sorted(questions, key=lambda one: one.name != "lineage") if not any(parameter.required for parameter in one.parameters)), None)
    return render("api.html", base=context.base, count=len(context.graph.catalog), asked=asked)


def health(context: Context) -> str:
    """Render whether the server is well; the next moment may be another."""
    context.lasting = False
    context.status = 200 if context.told.get("status") == "ok" else 503
    return render("health.html", told=context.told, since=when(context.graph.since))
