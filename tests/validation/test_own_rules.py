"""A graph of one's own ontology, rules, checks, views and shapes: after random edits the gate says what it says of the whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store
from random_edits import any_size, both_ways

from whence import validation
from whence.store import layout
from whence.validation import local, solving

#: So many random graphs are edited, each so many times.
GRAPHS, EDITS = int(os.environ.get("WHENCE_RANDOM_GRAPHS", "6")), 6
PREFIXES = {
    "ex": "https://example.org/m#", "g": "https://example.org/g/", "owl": "http://www.w3.org/2002/07/owl#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "sh": "http://www.w3.org/ns/shacl#", "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
TURTLE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
SPARQL = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
ONTOLOGY = """
skos:prefLabel a owl:AnnotationProperty ; rdfs:subPropertyOf rdfs:label .
ex:A a owl:Class . ex:B a owl:Class ; rdfs:subClassOf ex:A . ex:C a owl:Class . ex:D a owl:Class ; rdfs:subClassOf ex:B , ex:C . ex:E a owl:Class .
ex:n a owl:DatatypeProperty . ex:m a owl:DatatypeProperty . ex:k a owl:DatatypeProperty .
ex:q rdfs:subPropertyOf ex:p . ex:r owl:inverseOf ex:s . ex:t a owl:SymmetricProperty . ex:u owl:propertyChainAxiom ( ex:p ex:q ) .
""" + "".join(f"ex:{name} a owl:ObjectProperty .\n" for name in "pqrstuvwxyz")
RULES = [
    "CONSTRUCT { ?a ex:v ?c } WHERE { ?a ex:p ?b . ?b ex:q ?c }",
    "CONSTRUCT { ?a ex:v ?c } WHERE { ?a ex:t+ ?c }",
    "CONSTRUCT { ?a ex:w ?b } WHERE { ?a ex:p ?b FILTER NOT EXISTS { ?b ex:q ?z } }",
    "CONSTRUCT { ?a ex:w ?b } WHERE { ?a ex:p ?b MINUS { ?b ex:r ?a } }",
    "CONSTRUCT { ?a ex:x ?b } WHERE { ?a a ex:A OPTIONAL { ?a ex:q ?c } BIND (COALESCE(?c, ?a) AS ?b) }",
    "CONSTRUCT { ?a ex:x ?b . ?b ex:y ?a } WHERE { { ?a ex:q ?b } UNION { ?b ex:r ?a } UNION { ?a ex:v ?b . ?b a ex:C } }",
    "CONSTRUCT { ?a rdfs:label ?l } WHERE { ?a a ex:D ; ex:n ?n BIND (STRLANG(CONCAT('D', STR(?n)), 'en') AS ?l) }",
    "CONSTRUCT { ?a ex:y ?b } WHERE { ?a ex:n ?n . ?b ex:n ?n FILTER (?a != ?b) }",
    "CONSTRUCT { ?a ex:z ?b } WHERE { ?a ex:p+ ?b }",
    "CONSTRUCT { ?a ex:z ?b } WHERE { ?a (ex:q|ex:r)/ex:p ?b }",
    "CONSTRUCT { ?a ex:k ?c } WHERE { SELECT ?a (COUNT(?b) AS ?c) WHERE { ?a ex:p ?b } GROUP BY ?a }",
    "CONSTRUCT { ?a ex:z ?b } WHERE { ?a ex:x ?b { SELECT DISTINCT ?b WHERE { ?b ex:p ?q } } }",
    "CONSTRUCT { ?a a ex:E } WHERE { ?a ex:p ?b . ?b a ex:E }",
    "CONSTRUCT { ?a ex:p ?b } WHERE { ?a ex:z ?b . ?b a ex:D }",
    "CONSTRUCT { ?a ex:v ?a } WHERE { VALUES ?t { ex:B ex:D } ?a a ?t FILTER EXISTS { ?a ex:q ?b . ?b a ex:A } }",
    "CONSTRUCT { ?a ex:y ?c } WHERE { ?a ex:p? ?b . ?b ex:q* ?c }",
    "CONSTRUCT { ?a ex:y ?b } WHERE { { SELECT DISTINCT ?a ?b WHERE { ?a ex:r ?b } } }",
    "CONSTRUCT { ?a ex:k 1 } WHERE { ?a a ex:A FILTER NOT EXISTS { ?a ex:p ?b FILTER NOT EXISTS { ?b a ex:C } } }",
    "CONSTRUCT { ?a ex:x ?b } WHERE { ?a a ex:C . ?b a ex:E FILTER NOT EXISTS { ?a ex:p ?b } }",
]
CHECKS = [
    "SELECT ?focus ?value WHERE { ?focus ex:p ?value . ?value ex:p ?focus }",
    "SELECT ?focus (COUNT(?b) AS ?value) WHERE { ?focus ex:p ?b } GROUP BY ?focus HAVING (COUNT(?b) > 2)",
    "SELECT ?focus ?value WHERE { ?focus ex:v ?value MINUS { ?focus ex:w ?value } }",
    "SELECT ?focus ?value WHERE { ?focus a ex:E OPTIONAL { ?focus ex:k ?value } }",
    "SELECT DISTINCT ?focus WHERE { ?focus ex:z+ ?focus }",
    "SELECT DISTINCT ?focus WHERE { ?focus a ex:A ; ?any ?one MINUS { ?other ex:p|ex:v ?focus } MINUS { ?focus ex:r ?other1 . ?other2 ex:w ?focus } }",
    "SELECT ?focus ?value WHERE { ?focus ex:p ?value } ORDER BY ?focus ?value LIMIT 3",
]
SHAPES = [
    "sh:path ex:p ; sh:class ex:C", "sh:path [ sh:inversePath ex:p ] ; sh:minCount 1", "sh:path ( ex:p ex:q ) ; sh:maxCount 1",
    "sh:path [ sh:zeroOrMorePath ex:q ] ; sh:class ex:A", "sh:path [ sh:oneOrMorePath ex:p ] ; sh:maxCount 3",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1", "sh:path ex:q ; sh:equals ex:p",
    "sh:path ex:p ; sh:node [ sh:property [ sh:path ex:n ; sh:minCount 1 ] ]", "sh:path skos:prefLabel ; sh:uniqueLang true",
]  # fmt: skip
TARGETS = ["sh:targetClass ex:A", "sh:targetClass ex:D", "sh:targetSubjectsOf ex:q", "sh:targetObjectsOf ex:p"]


def write_model(root: Path, chance: random.Random) -> None:
    """Write an ontology, and rules, checks, views and shapes by chance."""
    for folder in ("ontology/shapes", "queries/inference", "queries/checks", "queries/views", "triples"):
        (root / folder).mkdir(parents=True)
    (root / "ontology" / "whence.ttl").write_text(TURTLE + ONTOLOGY, encoding="utf-8")
    rules, checks = chance.sample(RULES, chance.randint(2, 7)), chance.sample(CHECKS, 2)
    for kind, queries in (("inference", rules), ("views", chance.sample(RULES, 2)), ("checks", checks)):
        for number, query in enumerate(queries):
            severity = chance.choice(["warning"] * 9 + ["violation"])
            head = f"#+ summary: What is {number}?\n" + (f"#+ severity: {severity}\n#+ message: {{?focus}} is wrong.\n#+ fix: Mend it.\n" if kind == "checks" else "")
            (root / "queries" / kind / f"{number + 10}-one.rq").write_text(f"{head}{SPARQL}{query}\n", encoding="utf-8")
    shapes = ""
    for number, shape in enumerate(chance.sample(SHAPES, 3)):
        shapes += f"ex:S{number} a sh:NodeShape ; {chance.choice(TARGETS)} ; sh:property ex:P{number} .\n"
        shapes += f"ex:P{number} a sh:PropertyShape ; sh:severity sh:Warning ; {shape} .\n"
    (root / "ontology" / "shapes" / "shapes.ttl").write_text(TURTLE + shapes, encoding="utf-8")


def a_triple(chance: random.Random) -> str:
    subject, other = (f"g:i{chance.randrange(14)}" for _ in range(2))
    told = [f"a ex:{chance.choice('ABCDE')}", f"ex:{chance.choice('ppqqrstuvwxyz')} {other}", f"ex:{chance.choice('ppqqr')} {other}"]
    told.append(f"ex:{chance.choice('nnmk')} {chance.randrange(4)}")
    return f"{subject} {chance.choice(told)} .\n"


def write_data(root: Path, files: dict[str, list[str]]) -> None:
    for path in (root / "triples").iterdir():
        path.unlink()
    for name, lines in files.items():
        (root / "triples" / name).write_text(TURTLE + "".join(lines), encoding="utf-8")


def edit(files: dict[str, list[str]], chance: random.Random) -> dict[str, list[str]]:
    """Return the files with a triple more, a triple less, a file less or a file more that says what another one says."""
    files = {name: [*lines] for name, lines in files.items()}
    name, what = chance.choice([name for name in files if name != "things.ttl"]), chance.random()
    if what < 0.4:
        files[name].append(a_triple(chance))
    elif what < 0.8 and len(files[name]) > 1:
        files[name].pop(chance.randrange(len(files[name])))
    elif what < 0.9 and len(files) > 2:
        del files[name]
    else:
        files[f"more{chance.randrange(100)}.ttl"] = [a_triple(chance), a_triple(chance), chance.choice(files[name])]
    return files


def test_random_edits_of_graphs_with_rules_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    any_size(monkeypatch)
    edited = 0
    for number in range(GRAPHS):
        chance, root = random.Random(number), tmp_path / str(number)
        write_model(root, chance)
        files = {f"f{place}.ttl": [a_triple(chance) for _ in range(12)] for place in range(3)}
        files["things.ttl"] = [f'g:i{place} a ex:{chance.choice("ABCD")} ; skos:prefLabel "i{place}"@en .\n' for place in range(14)]
        for _ in range(EDITS):
            write_data(root, files)
            again, _ = both_ways(root)
            edited += again.draft is not None
            files = edit(files, chance)
    assert edited > GRAPHS


def test_of_what_only_has_to_be_there_one_triple_is_enough() -> None:
    """What stands for a variable that nothing else of the check names may be many things; nothing is counted, so one of them is as good as all."""
    thing, other = NamedNode("https://example.org/g/i1"), NamedNode("https://example.org/g/i2")
    store = Store()
    store.bulk_extend(Quad(NamedNode(f"https://example.org/g/i{number}"), NamedNode(PREFIXES["ex"] + "p"), thing) for number in range(3, solving.MANY + 9))
    store.bulk_extend([Quad(one, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["ex"] + "A")) for one in (thing, other)])
    body = "WHERE { ?focus a ex:A MINUS { ?by ex:p ?focus } }"
    asked = local.read(f"{SPARQL}SELECT DISTINCT ?focus {body}")
    assert asked is not None
    around = asked.around(store, [{thing, other}])
    assert len(around) == 3
    assert [row["focus"] for row in asked.rows(around, [{thing, other}])] == [other]
    for counting in (f"SELECT ?focus {body}", f"CONSTRUCT {{ ?focus ex:q ?focus }} {body}"):
        asked = local.read(SPARQL + counting)
        assert asked is not None
        assert len(asked.around(store, [{thing}])) > solving.MANY


def test_what_a_part_does_not_bind_it_does_not_write() -> None:
    """Of a query in parts, only those are asked about a triple that can write it: others hold for many things."""
    thing = NamedNode("https://example.org/g/i1")
    store = Store()
    store.bulk_extend(Quad(NamedNode(f"https://example.org/g/i{number}"), NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["ex"] + "A")) for number in range(9))
    asked = local.read(f"{SPARQL}CONSTRUCT {{ ?a ex:v ?b . ?c ex:w ?d }} WHERE {{ {{ ?a a ex:A . ?a ex:p* ?b }} UNION {{ ?c a ex:A . ?c ex:q* ?d }} }}")
    assert asked is not None
    assert asked.yielding(store, Quad(thing, NamedNode(PREFIXES["ex"] + "w"), thing)) == [set(), {thing}]


@pytest.mark.parametrize(("query", "local_too"), [
    ("CONSTRUCT { ?a ex:k ?c } WHERE { SELECT ?a (COUNT(?b) AS ?c) WHERE { ?a ex:p ?b } GROUP BY ?a }", True),
    ("CONSTRUCT { ?a ex:y ?c } WHERE { ?a ex:p? ?b . ?b ex:q* ?c }", False),
    ("CONSTRUCT { ?a ex:y ?c } WHERE { ?a ex:p ?b . ?b ex:q* ?c }", True),
])  # fmt: skip
def test_a_rule_that_holds_at_every_node_is_run_whole(query: str, local_too: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (local.read(SPARQL + query) is not None) == local_too
    any_size(monkeypatch)
    write_model(tmp_path, random.Random(1))
    for path in (tmp_path / "queries").rglob("*.rq"):
        path.unlink()
    (tmp_path / "queries" / "inference" / "10-one.rq").write_text(f"#+ summary: What?\n{SPARQL}{query}\n", encoding="utf-8")
    for more in ("", "g:i3 ex:p g:i4 .\n", "g:i5 ex:r g:i6 . g:i3 ex:p g:i5 .\n"):
        write_data(tmp_path, {"a.ttl": ["g:i1 a ex:A ; ex:p g:i2 . g:i2 a ex:A .\n", more]})
        again, _ = both_ways(tmp_path)
        assert (again.draft is not None) == (local_too and bool(more))
    assert again.store is not None and validation.check(layout.locate(tmp_path), whole=True).store is not None
