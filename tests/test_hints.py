"""Hints: what is told of a query whose answer hides a mistake, and that nothing is told of a good one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pyoxigraph
import pytest

from whence import catalog, hints, sparql
from whence.sparql.patterns import patterns
from whence.sparql.tokens import tokens
from whence.store import layout

ROOT = Path(__file__).resolve().parents[1]
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## Asking your own questions")[1].split("\n## ")[0]
PATTERNS = re.findall(r"^\|[^|]+\| `([^`]*\?[^`]*)`", SECTION, re.MULTILINE)

GRAPHS = "There are view:any, view:contested, view:lrmoo, view:maker, view:press, view:schema-org, view:wikidata."
#: A query, and the hints on it where its answer is empty.
TOLD = {
    'SELECT ?x { ?x skos:prefLabel "Metallic Rouge" }': ['Nothing has skos:prefLabel "Metallic Rouge". Write "Metallic Rouge"@en.'],
    'SELECT ?x { ?x skos:prefLabel "metallic rouge"@en }': ['Nothing has skos:prefLabel "metallic rouge"@en. Write "Metallic Rouge"@en.'],
    'SELECT ?x { ?x skos:prefLabel "Metalic Rouge"@en }': ['Nothing has skos:prefLabel "Metalic Rouge"@en. Did you mean "Metallic Rouge"@en?'],
    'SELECT ?x { ?x skos:prefLabel ?n FILTER(?n = "Metallic Rouge") }': ['Nothing has skos:prefLabel "Metallic Rouge". Write "Metallic Rouge"@en.'],
    'SELECT ?x { ?x skos:prefLabel ?n FILTER("Star Trek" = ?n) }': ['Nothing has skos:prefLabel "Star Trek". Write "Star Trek"@en.'],
    'SELECT ?x { ?x skos:prefLabel ?n FILTER(?n IN ("Star Trek")) }': ['Nothing has skos:prefLabel "Star Trek". Write "Star Trek"@en.'],
    'SELECT ?x { VALUES ?n { "Star Trek" } ?x skos:prefLabel ?n }': ['Nothing has skos:prefLabel "Star Trek". Write "Star Trek"@en.'],
    'SELECT ?x { ?x rdfs:label "Metallic Rouge" }': ['Nothing has rdfs:label "Metallic Rouge". Did you mean skos:prefLabel "Metallic Rouge"@en?'],
    'SELECT ?x { ?c wh:role "composer" ; wh:agent ?x }': ['Nothing has wh:role "composer". Write role:composer.'],
    'ASK { ?c wh:polarity "Affirmed" }': ['Nothing has wh:polarity "Affirmed". Write wh:Affirmed.'],
    'SELECT ?c { ?c a wh:Influence FILTER NOT EXISTS { ?c wh:aspect "music" } }': ['Nothing has wh:aspect "music". Write aspect:music.'],
    'SELECT ?x { ?c wh:speaker/skos:prefLabel "Masahiko Minami" ; wh:attests ?x }':
        ['Nothing has skos:prefLabel "Masahiko Minami". Write "Masahiko Minami"@en.'],
    'SELECT ?c { ?c wh:number "9" }': ['Nothing has wh:number "9". Write "9"^^xsd:integer.'],
    'ASK { ?c wh:date "2024-01"^^xsd:gYearMonth }': ['Nothing has wh:date "2024-01"^^xsd:gYearMonth. Write "2024-01".'],
    "ASK { ?c wh:role role:composr }": ["The graph does not know role:composr. Did you mean role:composer?"],
    "ASK { ?c wh:role <https://w3id.org/whence/vocab/role/composr> }": ["The graph does not know role:composr. Did you mean role:composer?"],
    "ASK { ?x a <https://w3id.org/whence/other/composr> }":
        ["The graph does not know <https://w3id.org/whence/other/composr>. Did you mean role:composer or role:series-composition?"],
    "ASK { ?x a <https://w3id.org/whence/> }": ["The graph does not know <https://w3id.org/whence/>. whence show NAME tells the IRI behind a name."],
    "ASK { ?x a wh:Novel }": ["Nothing is a wh:Novel."],
    "ASK { ?x a role:composer }": ["Nothing is a role:composer. Did you mean wh:role role:composer?"],
    "ASK { id:metallic-rouge wh:role ?x }": ["id:metallic-rouge has no wh:role. Claims have it: ?claim wh:involves id:metallic-rouge ; wh:role ?value."],
    "ASK { id:metallic-rouge wh:director ?x }": ["The graph does not know wh:director. Did you mean role:director?"],
    "ASK { ?x skos:prefLable ?y }": ["No triple has the property skos:prefLable. Did you mean skos:prefLabel?"],
    "PREFIX foaf: <http://xmlns.com/foaf/0.1/> ASK { ?x foaf:name ?y }": ["No triple has the property <http://xmlns.com/foaf/0.1/name>."],
    "ASK { GRAPH view:makers { ?a ?b ?c } }": ["There is no graph view:makers. Did you mean view:maker?"],
    "ASK FROM view:makers { ?a ?b ?c }": ["There is no graph view:makers. Did you mean view:maker?"],
    "ASK FROM NAMED <https://w3id.org/whence/view/pres> { GRAPH ?g { ?a ?b ?c } }": ["There is no graph view:pres. Did you mean view:press?"],
    "ASK { GRAPH id:metallic-rouge { ?a ?b ?c } }": [f"There is no graph id:metallic-rouge. {GRAPHS}"],
    "ASK { GRAPH <https://w3id.org/whence/pack/madb> { ?a ?b ?c } }": [
        'There is no graph <https://w3id.org/whence/pack/madb>. No pack madb is asked here: packs = ["madb"] in whence.toml takes it in, and whence pack list tells which there are.'
    ],
    "ASK FROM <https://nowhere.example/g> { ?a ?b ?c }": [f"There is no graph <https://nowhere.example/g>. {GRAPHS}"],
    "PREFIX g: <https://nowhere.example/> ASK { GRAPH g:g { ?a ?b ?c } }": [f"There is no graph <https://nowhere.example/g>. {GRAPHS}"],
    "ASK { ?x schema:director ?y }":
        ["schema:director stands in views alone (any, press, schema-org). Ask GRAPH view:any { ... }."],
    "ASK { ?x wh:heldAt ?y }": [
        "wh:heldAt stands in views alone (any, press). Ask GRAPH view:any { ... }. "
        "Claims say it as ?claim wh:property wh:heldAt ; wh:subject ?subject ; wh:value ?value."
    ],
}  # fmt: skip
#: Queries that are as they should be, and some that only look like a mistake.
SILENT = [
    "SELECT ?x { ?c wh:property wh:heldAt ; wh:subject ?x }",
    "SELECT ?p { ?c wh:property ?p FILTER(?p IN (wh:heldAt, wh:interviewee)) }",
    "SELECT ?p { VALUES ?p { wh:heldAt } ?c wh:property ?p }",
    "SELECT ?x { GRAPH view:any { ?x wh:heldAt ?y } }",
    "SELECT ?x FROM view:any { ?x wh:heldAt ?y }",
    "ASK FROM NAMED view:any FROM NAMED <https://w3id.org/whence/graph/curated> { GRAPH ?g { ?a ?b ?c } }",
    "ASK { GRAPH <https://w3id.org/whence/graph/identity> { ?a ?b ?c } }",
    "ASK { SERVICE <https://elsewhere.example/sparql> { GRAPH <https://elsewhere.example/g> { ?a ?b ?c } } }",
    'SELECT ?x { ?x skos:prefLabel "Metallic Rouge"@en }',
    'SELECT ?x { ?x skos:prefLabel ?n FILTER(LANG(?n) = "en" && STR(?n) = "Metallic Rouge") }',
    'SELECT ?x { ?x skos:prefLabel ?l BIND(STR(?l) AS ?n) FILTER(?n = "Metallic Rouge") }',
    "SELECT ?x { ?x a wh:Work MINUS { ?x a wh:Novel } }",
    "SELECT ?c { ?c wh:number 9 }",
    "SELECT ?x { ?x wh:partOf+ id:metallic-rouge }",
]


def told(store: pyoxigraph.Store, query: str, **options: bool) -> list[str]:
    return hints.about(store, sparql.parse(query), empty=lambda: True, **options)


@pytest.mark.parametrize("query", TOLD)
def test_a_mistake_is_told_with_what_would_match(query: str, real_graph: pyoxigraph.Store) -> None:
    assert told(real_graph, query) == TOLD[query]


@pytest.mark.parametrize("query", SILENT + [f"SELECT * {{ {pattern} }}" for pattern in PATTERNS])
def test_nothing_is_told_of_a_good_query(query: str, real_graph: pyoxigraph.Store) -> None:
    assert told(real_graph, query) == []


def test_nothing_is_told_of_the_catalogue(real_graph: pyoxigraph.Store) -> None:
    assert len(PATTERNS) > 20
    for named in catalog.load(layout.locate(ROOT)).of_kind("competency"):
        assert hints.about(real_graph, named.query) == [], named.name


def test_a_property_of_views_is_not_told_where_a_view_is_asked(real_graph: pyoxigraph.Store) -> None:
    assert told(real_graph, "ASK { ?x wh:heldAt ?y }", views=True) == []


def test_a_graph_that_is_asked_beside_the_query_is_told_where_there_is_none(real_graph: pyoxigraph.Store) -> None:
    asked = sparql.parse("ASK { ?a ?b ?c }")
    assert hints.about(real_graph, asked, graphs=["https://w3id.org/whence/view/makr", "https://w3id.org/whence/view/any"], views=True) == [
        "There is no graph view:makr. Did you mean view:maker?"
    ]


def test_what_only_an_empty_answer_makes_a_mistake_is_not_told_of_another(real_graph: pyoxigraph.Store) -> None:
    query = sparql.parse("SELECT ?x { ?x a wh:Work OPTIONAL { ?x a wh:Novel } }")
    assert hints.about(real_graph, query, empty=lambda: False) == []
    assert hints.about(real_graph, query, empty=lambda: True) == ["Nothing is a wh:Novel."]


#: Where rows leave nothing to tell, and where they may.
NOTHING_TO_TELL = [
    "SELECT ?name { <https://w3id.org/whence/id/metallic-rouge> skos:prefLabel ?name } # 7",
    "PREFIX wh: <https://w3id.org/whence/ontology#>\nselect distinct ?c ?n where { ?c a wh:Influence ; rdfs:label ?n } order by ?n limit 5 offset 2",
    "SELECT * { ?c wh:speaker/skos:prefLabel ?x . ?y ^wh:speaker ?c }",
]
MAY_BE_TOLD = [
    "SELECT ?c ?title { ?c a wh:Influence }", "SELECT ?c { ?c a wh:Influence } ORDER BY ?title", "SELECT ?c FROM view:makr { ?c ?p ?o }",
    "SELECT ?c { ?c a wh:Influence OPTIONAL { ?c wh:agnet ?x } }", "SELECT ?c { ?c a wh:Influence FILTER(?c != id:metallic-rogue) }",
    "SELECT ?x { id:metallic-rouge wh:agnet* ?x }", "SELECT ?x { id:metallic-rouge wh:agnet? ?x }", "SELECT ?x { ?x (wh:agnet|rdfs:label) ?y }",
    "SELECT ?x { { ?x a wh:Influence } UNION { ?x a wh:Influense } }", 'SELECT ?x { ?x rdfs:label "?title" }', "SELECT ?x ?title { ?x a wh:Film # ?title\n}",
    "SELECT ?x { ?x a wh:Influence MINUS { ?x a wh:Influense } }", "SELECT ?x { ?x !wh:agnet ?y }", "ASK { ?x a wh:Influence }",
]  # fmt: skip


def test_rows_of_plain_patterns_leave_nothing_to_tell(real_graph: pyoxigraph.Store) -> None:
    nothing = list(map(sparql.parse, NOTHING_TO_TELL))
    assert not any(map(hints.may_hide, nothing)) and all(map(hints.may_hide, map(sparql.parse, MAY_BE_TOLD)))
    plain = [one.query for one in catalog.load(layout.GraphFiles(str(ROOT))) if not one.query.front_matter.parameters and not hints.may_hide(one.query)]
    assert all(next(iter(sparql.run(real_graph, query)), None) is not None for query in nothing)
    assert not any(hints.about(real_graph, query, empty=lambda: False) for query in [*nothing, *plain])


def test_emptiness_is_asked_at_most_once(real_graph: pyoxigraph.Store) -> None:
    asked = []
    hints.about(real_graph, sparql.parse("ASK { ?x a wh:Novel . ?y a wh:Comic }"), empty=lambda: not asked.append(1))  # type: ignore[func-returns-value]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('ASK { ?x a wh:Work ; skos:prefLabel "R"@en , "x" . ?y wh:n -5 }',
         "?x a wh:Work|?x skos:prefLabel \"R\"@en|?x skos:prefLabel \"x\"|?y wh:n -5"),
        ('ASK { FILTER(?x != id:y && NOT EXISTS { ?x wh:p true }) [ wh:e "f"^^xsd:string ; wh:g ?h ] }',
         '?x wh:p true| wh:e "f"^^xsd:string| wh:g ?h'),
        ("SELECT (COUNT(?c) AS ?n) { { SELECT ?a { ?a wh:b ?c } GROUP BY ?a HAVING (?c > 3) } VALUES (?a ?b) { (1 id:x) } }", "?a wh:b ?c"),
        ("CONSTRUCT { ?a wh:q ?b } WHERE { ?a (wh:r|^wh:s)*/wh:t ?b }", "?a (wh:r|^wh:s)*/wh:t ?b"),
        ("ASK { FILTER wh:fn(?x) FILTER regex(?x, id:y) ?x wh:same? ?y }", "?x wh:same? ?y"),
        ("SELECT * { ?x wh:b", ""),
    ],
)  # fmt: skip
def test_triple_patterns_are_found(query: str, found: str) -> None:
    shown = [f"{one.subject} {''.join(token.text for token in one.path)} {one.object}" for one in patterns([*tokens(query)])]
    assert "|".join(shown) == found


def test_patterns_of_other_graphs_and_of_what_is_taken_away_are_known() -> None:
    found = patterns([*tokens("ASK { ?a wh:a ?b GRAPH view:any { ?a wh:c ?b } MINUS { ?a wh:d ?b } FILTER NOT EXISTS { ?a wh:e ?b } ?a wh:f ?b }")])
    assert [(one.last, one.elsewhere, one.removes) for one in found] == [
        ("wh:a", False, False), ("wh:c", True, False), ("wh:d", False, True), ("wh:e", False, True), ("wh:f", False, False)
    ]  # fmt: skip


#: A query of the catalogue, the values given, and the rows that its other defaults leave out.
NARROWED = [
    ("cast-of-a-version", {"work": "id:metallic-rouge"}, ["version is wh:DubCast unless you set it: 15 more rows have another."]),
    ("influences-with-a-commitment", {"work": "id:metallic-rouge"}, ["commitment is wh:QuestionPremise unless you set it: 16 more rows have another."]),
    ("characters-named-only-in-a-cast", {"work": "id:metallic-rouge"}, ["version is wh:DubCast unless you set it: 1 more row has another."]),
    ("size-of-a-cast", {"document": "id:document-000", "work": "id:metallic-rouge"}, ["version is wh:OriginalCast unless you set it."]),  # it counts
    ("cast-of-a-version", {"work": "id:metallic-rouge", "version": "wh:DubCast"}, []),
    ("staff-of-a-work", {"work": "id:metallic-rouge"}, []),
    ("cast-of-a-version", {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "told"), NARROWED)
def test_rows_that_a_default_leaves_out_are_counted(name: str, values: dict[str, str], told: list[str], real_graph: pyoxigraph.Store) -> None:
    query = catalog.find(layout.locate(ROOT), name).query
    rows = list(sparql.run(real_graph, query, values))
    assert hints.left_out(real_graph, query, values, rows) == told


@pytest.mark.parametrize(("name", "values", "known"), [
    ("credits-of-a-person", {"agent": "id:nectar"}, ""),
    ("values-of-a-property", {"work": "id:metallic-rouge", "property": "wh:headline"}, ""),
    ("number-of-documents-mentioning", {"thing": "topic:age"}, ""),
    ("size-of-a-cast", {"document": "id:document-004", "work": "id:metallic-rouge"}, "1 of 1 on casts (Metallic Rouge)"),
    ("passages-of-a-world-fact", {"subject": "id:sarah-fitzgerald", "property": "wh:species"},
     "2 of 5 on kinds of being (Sarah Fitzgerald, species)"),
    ("measures-of-a-thing", {"thing": "id:metallic-rouge", "unit": "unit:episode"}, "5 of 5 on budgets (Metallic Rouge)"),
])  # fmt: skip
def test_an_empty_answer_is_no_no(name: str, values: dict[str, str], known: str, real_graph: pyoxigraph.Store) -> None:
    query = catalog.find(layout.locate(ROOT), name).query
    assert hints.is_empty(sparql.run(real_graph, query, values))
    told = hints.unanswered(real_graph, query, values)
    assert told.startswith('The graph holds nothing on it, which is no "no".')
    assert known in told and ("Documents known" in told) == bool(known)


def test_the_command_tells_what_an_empty_answer_means_and_what_a_default_leaves_out(whence: Callable[..., CompletedProcess[str]]) -> None:
    answer = whence("query", "contributors-of-a-work", "--set", "work=id:carole-and-tuesday", "--format", "json")
    assert json.loads(answer.stdout)["results"]["bindings"] == []
    assert answer.stderr.splitlines() == [
        "whence: role is role:character-designer unless you set it: 2 more rows have another.",
        'whence: The graph holds nothing on it, which is no "no". For another work there are 4 rows.',
    ]
