"""What counts as a word where a text is kept as printed: twelve at most, in any script."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

from whence import shacl
from whence.namespaces import PREFIXES, WH

ROOT = Path(__file__).parents[2]
SUBJECTS = {
    "hedge": "id:attestation-900-influence-old-film",
    "printedAs": "id:attestation-900-naming-mira",
    "printedForm": "id:claim-naming-mira",
    "clockTime": "id:claim-release-first",
    "counted": "id:claim-quantity-keepers",
}
FIT = [
    "one two three four five six seven eight nine ten eleven twelve",
    "one — two , three & four ! five six seven eight nine ten eleven twelve ?",
    "機動戦士ガンダム 逆襲のシャア",
    "この素晴らしい世界に祝福を！",
    "Re:ゼロから始める異世界生活",
    "灯" * 24,
    "「" + "灯" * 24 + "」！",
    "one two three four five six 灯火灯火灯火灯火灯火灯火",
    "กาลครั้งหนึ่งนานมาแล้วมีเจ้าหญิงองค์หนึ่ง",
    "가나 다라 마바 사아 자차 카타 파하 가나 다라 마바 사아 자차",
    "𠮷" * 24,
]
TOO_LONG = [
    "one two three four five six seven eight nine ten eleven twelve thirteen",
    "one\u00a0two\u00a0three\u00a0four\u00a0five\u00a0six\u00a0seven\u00a0eight\u00a0nine\u00a0ten\u00a0eleven\u00a0twelve\u00a0thirteen",
    "one—two—three—four—five—six—seven—eight—nine—ten—eleven—twelve—thirteen",
    "灯" * 25,
    "𠮷" * 25,
    "彼女は港のあかりをひとつずつ数えながら、帰らない船をいつまでも待っていた。",
    "彼女は 港の あかりを　数えながら、帰らない 船を いつまでも 待っていた。",
    "ﾐﾅﾄﾉｱｶﾘｦﾋﾄﾂｽﾞﾂｶｿﾞｴﾅｶﾞﾗﾌﾈｦﾏｯﾃｲﾀ",
    "她一盏一盏地数着港口的灯火，一直等着那艘再也不会回来的船。",
    "one two three four five six seven eight nine ten eleven 灯火灯火",
    "เธอนับแสงไฟในท่าเรือทีละดวงขณะที่รอเรือซึ่งไม่มีวันกลับมาอีกเลย",
    "ນາງນັບແສງໄຟໃນທ່າເຮືອເທື່ອລະດວງໃນຂະນະທີ່ລໍຖ້າເຮືອທີ່ບໍ່ເຄີຍກັບມາອີກ",
    "នាងរាប់ភ្លើងនៅកំពង់ផែម្ដងមួយៗខណៈពេលរង់ចាំសំពៅដែលមិនត្រឡប់មកវិញទៀតឡើយ",
    "သူမသည်ဆိပ်ကမ်းရှိမီးများကိုတစ်လုံးချင်းရေတွက်ရင်းပြန်မလာတော့သည့်သင်္ဘောကိုစောင့်နေခဲ့သည်",
]


@cache
def shapes() -> shacl.ShapeSet:
    store = pyoxigraph.Store()
    for path in (ROOT / "ontology" / "shapes").glob("*.ttl"):
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return shacl.compile(store)


def too_long(name: str, values: list[str]) -> set[str]:
    """The values that the limit refuses as those of a property of a graph that is in order."""
    store = pyoxigraph.Store()
    for path in (ROOT / "ontology" / "whence.ttl", ROOT / "tests" / "cases" / "shapes" / "valid.ttl"):
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    subject = pyoxigraph.NamedNode(PREFIXES["id"] + SUBJECTS[name].removeprefix("id:"))
    for value in values:
        store.add(pyoxigraph.Quad(subject, pyoxigraph.NamedNode(WH + name), pyoxigraph.Literal(value)))
    results = [result for result in shapes().validate(store).results if "twelve" in "".join(result.messages)]
    limited = [result for result in results if result.component.endswith("SPARQLConstraintComponent>")]
    return {value for value in values for result in limited if str(pyoxigraph.Literal(value)) == result.value}


@pytest.mark.parametrize("name", SUBJECTS)
def test_at_most_twelve_words_in_any_script(name: str) -> None:
    assert too_long(name, FIT + TOO_LONG) == set(TOO_LONG)


def test_every_limit_of_words_counts_so() -> None:
    limited = set()
    for path in (ROOT / "ontology" / "shapes").glob("*.ttl"):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            if "twelve" in block and "sh:PropertyShape" in block:
                assert "sh:sparql shape:TwelveWords ;" in block, block
                limited.add(block.split("sh:path wh:")[1].split(" ")[0])
    assert limited == set(SUBJECTS)
