"""What names have in common that mean one thing but are written otherwise: scripts, readings, variants of characters, order, long vowels."""

from __future__ import annotations

import re

from whence.things import plain

#: What a catalogue writes behind a name to tell it from others: "(film)", "（2009年の映画）".
_QUALIFIER = re.compile(r"(?<!\s)\s*+[(（\[【][^()（）\[\]【】]*+[)）\]】]\s*$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
#: Katakana stand 0x60 above their hiragana (Unicode blocks 3040 and 30A0).
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)} | {0x30FD: 0x309D, 0x30FE: 0x309E}
#: Old and other forms of characters that names are written with, to those of the list for general use (常用漢字表, 2010).
_FORMS = str.maketrans(
    "亞惡壓圍爲榮圓應歐櫻奧假會覺學樂關觀顏歸舊據峽曉區惠驗顯廣恆國黑碎劑齋濟齊嶋嶌眞實寫釋壽從澁澀縱將燒條乘淨眞愼圖靜聲專戰淺錢禪壯搜莊總藏臟續體對臺瀧瀨澤單團遲晝聽鐵轉傳燈當黨盜稻獨讀繩貳惱腦霸廢拜賣麥發髮拔濱邊邉變辨瓣寶豐萬滿默藥與餘譽謠來賴亂覽龍兩獵綠壘禮戀爐勞樓灣髙﨑德渕",
    "亜悪圧囲為栄円応欧桜奥仮会覚学楽関観顔帰旧拠峡暁区恵験顕広恒国黒砕剤斎済斉島島真実写釈寿従渋渋縦将焼条乗浄真慎図静声専戦浅銭禅壮捜荘総蔵臓続体対台滝瀬沢単団遅昼聴鉄転伝灯当党盗稲独読縄弐悩脳覇廃拝売麦発髪抜浜辺辺変弁弁宝豊万満黙薬与余誉謡来頼乱覧竜両猟緑塁礼恋炉労楼湾高崎徳淵",
)
_LONG = re.compile(r"o[uo]|oh(?![aeiouy])|uu")
_LATIN = re.compile(r"[a-z]")


def key(name: str, person: bool = False) -> str:
    """Return what two names have in common when they are one but for script, case, accents, spaces, and a qualifier in brackets.

    :param person: whether order of the names and length of vowels in Latin letters make no difference either
    :returns: an empty text for a name without letters and digits

    >>> key("ＭＥＴＡＬＬＩＣ　ＲＯＵＧＥ") == key("Metallic Rouge"), key("Batman (1989 film)")
    (True, 'batman')
    >>> key("ラーゼフォン") == key("らーぜふぉん"), key("澤野 弘之", True) == key("沢野弘之", True)
    (True, True)
    >>> key("Shinichirō Watanabe", True) == key("WATANABE Shin'ichirou", True)
    True
    """
    text = _QUALIFIER.sub("", name.strip()) or name
    text = plain(text).translate(_FORMS).translate(_KANA)
    if not any(map(str.isalnum, text)):
        return ""
    if not _LATIN.search(text):
        return text.replace(" ", "")
    if person:
        text = " ".join(sorted(_LONG.sub(lambda found: found[0][0], text).split()))
    return text.removeprefix("the ") or text


def qualifier(name: str) -> str:
    """Return what stands in brackets behind a name, brackets and all, or an empty text.

    >>> qualifier("Batman (1989 film)").strip(), qualifier("Blade Runner 2049")
    ('(1989 film)', '')
    """
    found = _QUALIFIER.search(name.strip())
    return found[0] if found and found.start() else ""


def year(text: str) -> int | None:
    """Return the first year in a date, or in what stands behind a name, or None.

    >>> year("1982-06-25"), year("(1989 film)"), year("film")
    (1982, 1989, None)
    """
    found = _YEAR.search(text)
    return int(found[0]) if found else None
