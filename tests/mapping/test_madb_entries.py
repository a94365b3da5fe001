"""The mapping of the Media Arts Database reads every style in which staff and cast are packed, by records of our own."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

from whence.mapping import run
from whence.namespaces import PREFIXES

HEAD = """@prefix schema: <https://schema.org/> .
@prefix ma: <https://mediaarts-db.bunka.go.jp/data/property#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""


class Pack:
    """A pack of one record of our own, in memory."""

    def __init__(self, folder: Path, kind: str, properties: str, more: str = "") -> None:
        file = folder / "metadata_an-col_an207_00001.ttl"
        self.text = f'{HEAD}<https://mediaarts-db.bunka.go.jp/id/C1>\n  schema:genre "{kind}" ;\n  schema:name "灯台の歌" ;\n  {properties} .\n{more}'
        file.write_text(self.text, encoding="utf-8")
        self.made = run([str(file)], "madb", str(folder / "made"))
        self.store = pyoxigraph.Store()
        for part in (folder / "made" / "data").iterdir():
            self.store.load(part.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE)
        self.findings = (folder / "made" / "findings.tsv").read_text("utf-8").splitlines()[1:]
        self.unmapped = (folder / "made" / "unmapped.tsv").read_text("utf-8").splitlines()[1:]

    def rows(self, pattern: str, *names: str) -> set[tuple[str, ...]]:
        head = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in PREFIXES.items())
        found = self.store.query(f"{head} PREFIX madb: <https://w3id.org/whence/pack/madb/> SELECT {' '.join(f'?{name}' for name in names)} {{ {pattern} }}")
        return {tuple(re.sub(r"^http.*/(?:ontology#)?|^agent-|-[0-9a-f]{6}$", "", re.sub(r"^.*/", "", row[name].value)) for name in names) for row in found}  # type: ignore[union-attr,call-overload]

    def credits(self) -> set[tuple[str, ...]]:
        """Who is credited as what, with the words that the position has for its passage."""
        found = self.rows("?c wh:agent ?agent ; wh:role ?role . ?p wh:attests ?c ; wh:start ?start ; wh:end ?end", "agent", "role", "start", "end")
        return {(agent.removeprefix("agent-"), role.removeprefix("ontology#"), self.text[int(start) : int(end)]) for agent, role, start, end in found}


SERIES = "テレビレギュラーアニメシリーズ"
STYLES = [
    ("[監督]山田花", {("山田花", "director", "[監督]山田花")}),
    ("［監督］山田花 ／ 【脚本】森二", {("山田花", "director", "［監督］山田花"), ("森二", "screenwriter", "【脚本】森二")}),
    ("[監督・脚本]山田花", {("山田花", "director", "[監督・脚本]山田花"), ("山田花", "screenwriter", "[監督・脚本]山田花")}),
    ("[演出、絵コンテ]森二[1～3話]", {("森二", "episode-director", "[演出、絵コンテ]森二[1～3話]"), ("森二", "storyboard-artist", "[演出、絵コンテ]森二[1～3話]")}),
    ("[原画]森二（灯プロ）", {("森二", "animator", "[原画]森二（灯プロ）")}),
    ("[動画（作画と同義）]森二", {("森二", "in-between-animator", "[動画（作画と同義）]森二")}),
    ("[原画]森二、山田花", {("森二", "animator", "[原画]森二、山田花"), ("山田花", "animator", "[原画]森二、山田花")}),
    ("撮影監督:森二", {("森二", "director-of-photography", "撮影監督:森二")}),
    ("森二　／　山田 花", {("森二", "RoleNotStated", "森二"), ("山田花", "RoleNotStated", "山田 花")}),
    ("[[製作]]灯社", {("灯社", "production-credit", "[[製作]]灯社")}),
    ("[灯係]森二", {("森二", "RoleNotStated", "[灯係]森二")}),
    ("[火付け監修]森二", {("森二", "supervisor", "[火付け監修]森二")}),
    ("[SD]森二", {("森二", "chief-director", "[SD]森二")}),
    ("[演出]佐藤順一。吉沢孝男", {("佐藤順一", "episode-director", "[演出]佐藤順一。吉沢孝男"), ("吉沢孝男", "episode-director", "[演出]佐藤順一。吉沢孝男")}),
    ("[歌]モーニング娘。", {("モーニング娘", "singer", "[歌]モーニング娘。")}),
    ("[製作]妹ちょ。製作委員会", {("妹ちょ-製作委員会", "production-credit", "[製作]妹ちょ。製作委員会")}),
    ("[監督／脚本]森二", {("森二", "director", "[監督／脚本]森二"), ("森二", "screenwriter", "[監督／脚本]森二")}),
]  # fmt: skip


@pytest.mark.parametrize(("packed", "credits"), STYLES)
def test_staff_in_every_style(tmp_path: Path, packed: str, credits: set[tuple[str, ...]]) -> None:
    pack = Pack(tmp_path, SERIES, f'schema:contributor "{packed}"')
    assert pack.credits() == credits
    assert not pack.findings


def test_words_of_an_unknown_role_are_kept(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'schema:contributor "[灯係・監督]森二"')
    assert pack.rows("?p wh:printedAs ?words", "words") == {("灯係・監督",)}
    assert {role for _, role, _ in pack.credits()} == {"RoleNotStated", "director"}


@pytest.mark.parametrize("others", ["[原画]ほか", "[原画]他", "ほか"])
def test_and_others_is_no_person(tmp_path: Path, others: str) -> None:
    pack = Pack(tmp_path, SERIES, f'schema:contributor "[原画]森二 ／ {others}"')
    assert {agent for agent, *_ in pack.credits()} == {"森二"}
    assert pack.rows("?c a wh:Quantity ; wh:about madb:C1 ; wh:precision ?how ; wh:number ?number", "how", "number") == {("AtLeast", "1")} or pack.rows(
        "?c a wh:Quantity ; wh:number ?number", "number"
    ) == {("1",)}


def test_headings_and_missing_names_are_counted_and_no_claims(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'schema:contributor "[スタッフ] ／ [撮影]不詳 ／ [監督]森二"')
    assert {agent for agent, *_ in pack.credits()} == {"森二"}
    assert sum(int(line.split("\t")[3]) for line in pack.unmapped if line.startswith("schema:contributor")) == 2


def test_the_field_says_the_role_where_the_entry_does_not(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'schema:creator "森二" ; schema:productionCompany "灯社" ; ma:originalWorkCreator "花田"')
    assert {(agent, role) for agent, role, _ in pack.credits()} == {("森二", "creator"), ("灯社", "production-credit"), ("花田", "original-work-creator")}


def test_original_works_are_what_the_work_is_based_on(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'ma:originalWorkName "［原作］「灯台」" ; schema:contributor "[原作]『海の本』より" ; ma:originalWorkCreator "[原作]森二"')
    assert pack.rows("?c a wh:Adaptation ; wh:derivative madb:C1 ; wh:basis ?work", "work") == {("work-灯台",), ("work-海の本",)}
    assert {(agent, role) for agent, role, _ in pack.credits()} == {("森二", "original-work-creator")}


def test_staff_of_parts_are_credited_for_a_part(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'schema:hasPart [ schema:contributor "[演出]森二" ] ; schema:hasPart [ schema:contributor "[演出]山田花 ／ ほか" ]')
    assert pack.rows("?c wh:agent ?agent ; wh:work ?part . ?part a wh:WorkPart ; wh:partOf madb:C1", "agent", "part") == {("森二", "work-part-C1-part"), ("山田花", "work-part-C1-part")}


def test_cast_with_characters_of_the_work(tmp_path: Path) -> None:
    pack = Pack(tmp_path, SERIES, 'schema:actor "[声の出演] ／ 【ヨウコ】山田 花 ／ 【[トモ（父）]】[森二] ／ 【ナレーション】花田 ／ 灯社 ／ 【客】ほか"')
    found = pack.rows("?c a wh:Casting ; wh:agent ?agent ; wh:character ?who", "agent", "who")
    assert {(agent.removeprefix("agent-"), who) for agent, who in found} >= {("山田花", "character-C1-ヨウコ")}
    assert len(found) == 4
    assert sum("CharacterNotStated" in who for _, who in found) == 2
    assert pack.rows("?who wh:inWorld ?world . ?world wh:worldOf ?work", "work") == {("C1",)}
    assert not pack.findings


def test_credits_of_libraries_and_of_screens(tmp_path: Path) -> None:
    one = Pack(tmp_path, "アニメビデオパッケージ", 'ma:contributor "原作:森二 監督:山田花 声の出演:花田/灯太."')
    assert {(agent, role) for agent, role, _ in one.credits()} == {("森二", "original-work-creator"), ("山田花", "director"), ("花田", "voice-actor"), ("灯太", "voice-actor")}
    two = Pack(tmp_path, "ゲームバリエーション", r'schema:contributor "\"DIRECTOR\" : \"M.KIND \"\n\"灯係\" : \"K.\""')
    assert {(agent, role) for agent, role, _ in two.credits()} == {("M-KIND", "director"), ("K", "RoleNotStated")}


def test_media_art_names_roles_before_and_behind(tmp_path: Path) -> None:
    pack = Pack(tmp_path, "メディアアート展示・実演", 'ma:contributor "[照明]森二 / 灯社[協賛] / 灯の会:[演出]山田花 / 灯社"')
    assert {(agent, role) for agent, role, _ in pack.credits()} == {("森二", "lighting"), ("灯社", "cooperation"), ("山田花", "episode-director"), ("灯社", "RoleNotStated")}


def test_records_of_agents_dates_wholes_and_sources(tmp_path: Path) -> None:
    more = (
        '<https://mediaarts-db.bunka.go.jp/id/C2> schema:genre "責任主体" ; schema:name "灯社" ; ma:additionalGenre "団体" .\n'
        '<https://mediaarts-db.bunka.go.jp/id/C3> schema:genre "責任主体" ; schema:name "森二" ; ma:additionalGenre "個人" .\n'
    )
    pack = Pack(
        tmp_path,
        SERIES,
        'schema:name "トウダイノウタ"@ja-Hrkt ; schema:contributor "[監督]森二" ; schema:datePublished "1999-03-01" ; schema:publisher "灯社" ; '
        'schema:isPartOf <https://mediaarts-db.bunka.go.jp/id/C9> ; ma:source "灯年鑑　／　公式サイト（http://e.org/）"',
        more,
    )
    assert pack.rows("?c wh:agent ?agent ; wh:work madb:C1", "agent") == {("C3",)}
    assert pack.rows("?c wh:outlet ?outlet", "outlet") == {("C2",)}
    assert pack.rows("?c wh:date ?date ; wh:work madb:C1", "date") == {("1999-03-01",)}
    assert pack.rows("madb:C1 wh:partOf ?whole . ?whole a wh:Franchise", "whole") == {("C9",)}
    assert len(pack.rows("?p wh:ascribedTo ?source", "source")) == 2
    assert pack.rows("madb:C1 skos:altLabel ?name FILTER (LANG(?name) = 'ja-hrkt' || LANG(?name) = 'ja-Hrkt')", "name") == {("トウダイノウタ",)}


def test_the_order_of_games_is_one_claim_from_both_sides(tmp_path: Path) -> None:
    more = '<https://mediaarts-db.bunka.go.jp/id/C2> schema:genre "ゲーム作品" ; schema:name "灯" ; ma:succeeds <https://mediaarts-db.bunka.go.jp/id/C1> .\n'
    pack = Pack(tmp_path, "ゲーム作品", "ma:precedes <https://mediaarts-db.bunka.go.jp/id/C2>", more)
    assert pack.rows("?c wh:subject ?one ; wh:property wh:precedes ; wh:value ?other", "one", "other") == {("C1", "C2")}
    assert pack.made.counts["claims"] == 1
    assert pack.made.counts["attestations"] == 2
