"""Finding things by any of their names, and the same offers in every face: whole words first, then spelling."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from subprocess import CompletedProcess

import pyoxigraph
import pytest

from whence import packs, validation
from whence.namespaces import ID, PREFIXES
from whence.store import layout
from whence.things import Index, names, plain

ROLE = PREFIXES["role"]
SMALL_GRAPH = Path(__file__).parents[1] / "cases" / "graph"


@pytest.fixture(scope="module")
def small(small_store: pyoxigraph.Store) -> Index:
    return Index(small_store)


@pytest.fixture(scope="module")
def index(real_graph: pyoxigraph.Store) -> Index:
    """The bundled graph."""
    return Index(real_graph)


@pytest.mark.parametrize(("name", "slug"), [
    ("Hana Mori", "hana-mori"),
    ("hana mori", "hana-mori"),
    ("  HANA-MORI ", "hana-mori"),
    ("Hanna Morri", "hana-mori"),
    ("hana-mori", "hana-mori"),
    ("id:hana-mori", "hana-mori"),
    (ID + "hana-mori", "hana-mori"),
    (f"<{ID}hana-mori>", "hana-mori"),
    ("彗星の歌", "comet-song"),
    ("Cömet Söng", "comet-song"),
    ("000_sample.txt", "document-000"),
    ("000_sample", "document-000"),
    ("claim-naming-hana-mori-hanna-morri", "claim-naming-hana-mori-hanna-morri"),
])  # fmt: skip
def test_a_thing_is_found_by_any_of_its_names(small: Index, name: str, slug: str) -> None:
    assert [match.iri for match in small.find(name)] == [ID + slug]


@pytest.mark.parametrize("name", ["", "nobody", "Hana", "<not an iri>", "wh:", "\"}", "x" * 100_000])
def test_what_is_not_there_is_not_found(small: Index, name: str) -> None:
    assert small.find(name) == []


@pytest.mark.parametrize(("name", "slug"), [
    ("Hana Moori", "hana-mori"), ("commet sogn", "comet-song"), ("id:iron-gardn", "iron-garden"), ("mori hana", "hana-mori"),
    ("irongarden", "iron-garden"), ("彗星", "comet-song"), ("彗星の詩", "comet-song"),
])  # fmt: skip
def test_a_near_name_is_offered(small: Index, name: str, slug: str) -> None:
    assert small.search(name, 3)[0].iri == ID + slug


@pytest.mark.parametrize("name", ["", "qqqqqqqq", "?", "x" * 100_000, "q" * 199 + " "])
def test_nothing_is_offered_for_nonsense(small: Index, name: str) -> None:
    assert small.search(name, 3) == []


@pytest.mark.parametrize(("name", "slug"), [
    ("Ortman", "naomi-ortmann"),  # a word of the name, misspelt
    ("Ortmann", "naomi-ortmann"),
    ("Ortmann Naomi", "naomi-ortmann"),
    ("Orrtman", "naomi-ortmann"),
    ("Metalic Rouge", "metallic-rouge"),  # as a document prints it
    ("metallicrouge", "metallic-rouge"),
    ("Mettalic Rogue", "metallic-rouge"),
    ("Blade Runer", "blade-runner"),
    ("出渕", "yutaka-izubuchi"),
    ("出淵裕", "yutaka-izubuchi"),  # the older form of a character
    ("izubuci", "yutaka-izubuchi"),
])  # fmt: skip
def test_the_thing_that_is_meant_comes_first(index: Index, name: str, slug: str) -> None:
    assert index.search(name, 3)[0].iri == ID + slug


@pytest.mark.parametrize(("name", "iri"), [
    ("the Alters", ID + "alters"),  # articles
    ("The Metallic Rouge", ID + "metallic-rouge"),
    ("Apothecary Diaries", ID + "the-apothecary-diaries"),
    ("writer of document 000", ID + "writer-of-document-000"),
    ("Hells Paradise", ID + "hells-paradise"),  # apostrophes, and what they may be printed as
    ("hell’s paradise", ID + "hells-paradise"),
    ("Kawamoto Toshihiro", ID + "toshihiro-kawamoto"),  # family name first
    ("Kawamoto, Toshihiro", ID + "toshihiro-kawamoto"),
    ("Mr. Minami", ID + "masahiko-minami"),  # titles
    ("Minami Masahiko-san", ID + "masahiko-minami"),
    ("川元利浩", ID + "toshihiro-kawamoto"),
    ("川元 利浩", ID + "toshihiro-kawamoto"),
    ("川元　利浩", ID + "toshihiro-kawamoto"),
    ("利浩川元", ID + "toshihiro-kawamoto"),  # given name first
    ("利浩・川元", ID + "toshihiro-kawamoto"),
    ("出渕裕監督", ID + "yutaka-izubuchi"),
    ("岩崎 太整 さん", ID + "taisei-iwasaki"),
    ("宮本侑芽ちゃん", ID + "yume-miyamoto"),
    ("メタリック・ルージュ", ID + "metallic-rouge"),
    ("composer", ROLE + "composer"),  # roles as people say them
    ("composed by", ROLE + "composer"),
    ("wrote", ROLE + "writer"),
    ("voiced by", ROLE + "voice-actor"),
    ("directed", ROLE + "director"),
    ("studio", ROLE + "production-studio"),
    ("声優", ROLE + "voice-actor"),
])  # fmt: skip
def test_a_thing_is_found_by_what_people_call_it(index: Index, name: str, iri: str) -> None:
    assert index.find(name)[0].iri == iri
    assert index.search(name, 1)[0].iri == iri


@pytest.mark.parametrize("name", ["the", "the the", "san", "さん", "Mr.", "浩", "Francisco San"])
def test_articles_and_titles_alone_name_nothing(index: Index, name: str) -> None:
    assert index.find(name) == []


@pytest.mark.parametrize(("text", "words"), [("war on Mars", ("war", "mars")), ("the war on Mars", ("war", "mars")), ("a song of scarlet", ("song", "scarlet"))])
def test_things_with_some_of_the_words_come_before_words_that_are_spelled_alike(index: Index, text: str, words: tuple[str, ...]) -> None:
    found = [plain(match.name).split() for match in index.search(text, 40)]
    assert found and all(set(words) & set(name) for name in found)


def test_every_name_leads_to_its_thing(index: Index) -> None:
    for form in index.names.forms:
        assert form.thing in [match.iri for match in index.find(form.text)]
        assert any(plain(match.name) == form.plain for match in index.search(form.text, 1))


def test_words_that_are_there_come_before_words_that_are_spelled_alike(index: Index) -> None:
    names = [plain(match.name) for match in index.search("rogue", 60)]
    whole = ["rogue" in name.split() for name in names]
    assert whole == sorted(whole, reverse=True)
    assert names[0] == "rogue" and "rouge" in names and False in whole


@pytest.mark.parametrize(("arguments", "told"), [
    (["show", "Ortman"], "Nothing here is called 'Ortman'. Did you mean Naomi Ortmann (id:naomi-ortmann)"),
    (["lineage", "Metallic Rogue"], "Nothing here is called 'Metallic Rogue'. Did you mean Metallic Rouge (id:metallic-rouge)"),
    (["query", "influences-on-work", "--set", "work=Blade Runer"], 'The parameter work cannot be "Blade Runer". Did you mean id:blade-runner'),
    (["query", "ASK { id:ortman a ?kind }"], "The graph does not know id:ortman. Did you mean id:naomi-ortmann"),
])  # fmt: skip
def test_commands_offer_what_the_search_finds(whence: Callable[..., CompletedProcess[str]], arguments: list[str], told: str) -> None:
    assert told in whence(*arguments).stderr


@pytest.mark.parametrize("name", ["things", "web.pages"])
def test_no_name_of_a_package_hides_a_module_of_it(name: str) -> None:
    package = import_module(f"whence.{name}")
    for module in iter_modules(package.__path__):
        assert import_module(f"whence.{name}.{module.name}") is getattr(package, module.name)


def test_names_are_read_once_for_a_graph_that_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = layout.locate(SMALL_GRAPH)
    asked = ("Hanna Morri", "gardn", "the Hana Mori", "nothing of the kind")
    read = Index(validation.open(files))
    found = [(read.find(name), read.search(name, 5)) for name in asked]
    assert found[0][0] and found[1][1]
    monkeypatch.setattr(names, "_forms", None)  # nothing is read
    kept = Index(validation.open(files))
    assert [(kept.find(name), kept.search(name, 5)) for name in asked] == found
    (path,) = (cache / "snapshots").glob("*/names")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TypeError):  # it is damaged, so it is read anew
        Index(validation.open(files)).find("Hana Mori")


@pytest.mark.usefixtures("validated")
def test_names_of_a_graph_and_of_its_packs_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = packs.open(layout.locate())
    both, alone = Index(opened.store), Index(opened.store, packs=False)
    assert both.find("BUNBUN") and not alone.find("BUNBUN")
    monkeypatch.setattr(names, "_forms", None)  # nothing is read
    assert [Index(opened.store).find("BUNBUN"), Index(opened.store, packs=False).find("BUNBUN")] == [both.find("BUNBUN"), []]
