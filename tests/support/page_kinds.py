"""One page of each kind, by its path on the server."""

from __future__ import annotations

from urllib.parse import urlencode

KINDS = {
    "home": "/",
    "search": "/search?q=izubuci",
    "work": "/page/metallic-rouge",
    "person": "/page/yutaka-izubuchi",
    "character": "/page/rouge-redstar",
    "document": "/page/document-002",
    "claim": "/page/claim-influence-star-trek-world-building",
    "position": "/page/attestation-002-minami-star-trek",
    "position of a catalogue": "/page/madb/attestation-an207-527205",
    "question": "/page/question-004-1",
    "discrepancy": "/page/discrepancy-000-role-of-izubuchi",
    "passage": "/page/passage-002-1372-1491",
    "concept": "/page/vocab/genre/tokusatsu",
    "class": "/page/ontology/Influence",
    "property": "/page/ontology/influencer",
    "ontology": "/page/ontology",
    "questions": "/query",
    "question of the catalogue": "/query/lineage",
    "editor": "/editor",
    "disagreements": "/disagreements?thing=rouge-redstar",
    "lineage": "/lineage?thing=metallic-rouge",
    "path": "/path?from=metallic-rouge&to=cowboy-bebop",
    "compare": "/compare?a=metallic-rouge&b=cowboy-bebop",
    "timeline": "/timeline?thing=metallic-rouge",
    "explain": "/explain?subject=metallic-rouge&property=wh:influencedBy&object=blade-runner&policy=maker",
    "form": "/path",
    "validation": "/validation",
    "about": "/about",
    "licence": "/licence",
    "downloads": "/download",
    "changes": "/changes",
    "dataset": "/.well-known/void",
    "catalogue entry": "/dcat",
    "api": "/openapi.json",
    "health": "/health",
    "results": "/editor?" + urlencode({"query": "SELECT ?film { ?film a wh:Film } ORDER BY ?film"}),
}
