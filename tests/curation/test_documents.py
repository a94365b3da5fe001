"""A document is brought in with what its first lines print of it as claims, and what its curator says beside them; a bad file in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from whence import validation
from whence.curation import Workspace, undo
from whence.curation.documents import Added, Given, add, check
from whence.curation.extraction import Extracted, extract
from whence.errors import InputError, UsageError
from whence.evidence.texts import digest
from whence.namespaces import PREFIXES
from whence.store import layout

LANTERNS = Path(__file__).resolve().parents[1] / "cases" / "lanterns" / "texts"
BASE = "https://example.org/lamps/id/"
CITY = Given(
    title="The City That Glows: Ren Sunada on Harbour of Lanterns", outlet="The Paper Kite", date="2026-05-03", writer="Mila Okafor",
    url="https://example.org/city", language="en",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "graph" / "triples").mkdir(parents=True)
    (tmp_path / "graph" / "whence.toml").write_text(f'title = "Lanterns"\nbase = "{BASE}"\nprefix = "lamps"\n', encoding="utf-8")
    return tmp_path / "graph"


def added(root: Path, file: Path, given: Given = Given()) -> Added:  # noqa: B008
    return add(Workspace.open(layout.locate(root)), extract(str(file)), given, str(root / "texts"))


def label(root: Path, iri: str) -> str:
    store = validation.open(layout.locate(root))
    return next(quad.object.value for quad in store.quads_for_pattern(NamedNode(iri), NamedNode(PREFIXES["skos"] + "prefLabel"), None))


def written(root: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((root / "triples").rglob("*.ttl")))


def test_what_the_first_lines_print_is_claimed_and_the_rest_is_the_curators_word(root: Path) -> None:
    file = LANTERNS / "the-city-that-glows.txt"
    document = added(root, file, CITY)
    text = file.read_text(encoding="utf-8")
    assert document.document == BASE + "document-the-city-that-glows" and document.is_new
    assert (root / "texts" / file.name).read_bytes() == file.read_bytes()
    turtle = written(root)
    for words in (CITY.title, "The Paper Kite", "3 May 2026"):
        start = text.index(words)
        assert f'wh:start {start} ; wh:end {start + len(words)} ; wh:passageDigest "{digest(words)}"' in turtle
    assert 'schema:url "https://example.org/city"' in turtle and "wh:property wh:url" not in turtle
    assert f"wh:textLength {len(text)} ;" in turtle and f'wh:textDigest "{digest(text)}" ;' in turtle and 'schema:inLanguage "en"' in turtle
    assert text[200:240] not in turtle
    assert label(root, document.document) == "“The City That Glows: Ren Sunada on Harbour of Lanterns” (The Paper Kite, 2026-05-03)"


def test_what_is_not_known_of_a_document_is_told_with_how_to_give_it(root: Path) -> None:
    file = LANTERNS / "second-look.txt"
    bare = added(root, file)
    assert "Created a writer without a name (writer-of-second-look), who speaks in the narration." in bare.sentences
    assert any(one.startswith("Not known: title, outlet, date, writer. To give them: whence undo, then whence add FILE --title TITLE") for one in bare.sentences)
    city = added(root, LANTERNS / "the-city-that-glows.txt", CITY)
    assert not any("Not known" in one for one in city.sentences)


def test_a_text_that_is_there_is_told_of_and_not_doubled(root: Path, tmp_path: Path) -> None:
    file = LANTERNS / "second-look.txt"
    first = added(root, file, Given(title="A Second Look at the Lamps"))
    before = written(root)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(file.read_bytes())
    again = added(root, copy)
    assert (again.document, again.is_new, again.files) == (first.document, False, ())
    assert "already: “A Second Look at the Lamps”" in again.sentences[0] and written(root) == before and len(again.sentences) == 1
    told = added(root, copy, Given(title="The Lamps Again", writer="Iris Penhale")).sentences[1]
    assert "Nothing was changed: title, writer as given now are not taken over." in told and "whence undo" in told and written(root) == before
    copy.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert added(root, copy).sentences == ("This text is in the graph already, but for its line ends: “A Second Look at the Lamps” (document-a-second-look-at-the-lamps).",) and written(root) == before
    copy.write_bytes(file.read_bytes())
    assert "language as given now is not taken over" in added(root, copy, Given(language="en")).sentences[1]


def test_an_addition_is_taken_back_as_a_whole(root: Path) -> None:
    added(root, LANTERNS / "the-city-that-glows.txt", CITY)
    assert list((root / "texts").iterdir()) == [root / "texts" / "the-city-that-glows.txt"]
    told = undo(Workspace.open(layout.locate(root))).sentences
    assert not written(root).strip() and not list((root / "texts").iterdir()) and told[-1] == f"The text {root / 'texts' / 'the-city-that-glows.txt'} is removed."


def test_what_was_taken_back_gets_the_same_slug_again(root: Path) -> None:
    file = LANTERNS / "the-city-that-glows.txt"
    first = added(root, file, CITY)
    undo(Workspace.open(layout.locate(root)))
    assert added(root, file, CITY).document == first.document


def test_nothing_known_is_cited_by_its_file_and_its_writer_after_it(root: Path) -> None:
    document = added(root, LANTERNS / "second-look.txt").document
    assert label(root, document) == "second-look.txt"
    assert label(root, BASE + "writer-of-second-look") == "the writer of second-look.txt"


def test_a_japanese_text_prints_its_date_and_outlet(root: Path) -> None:
    document = added(root, LANTERNS / "minato-no-akari.txt", Given(title="『灯籠の港』砂田蓮監督インタビュー", date="2026-06-12", writer="大森千夏")).document
    assert label(root, document) == "“『灯籠の港』砂田蓮監督インタビュー” (2026-06-12)"


def test_what_a_curator_calls_a_text_and_its_writer_has_the_language_of_its_script(root: Path) -> None:
    added(root, LANTERNS / "minato-no-akari.txt", Given(title="港の灯", writer="김철수"))
    assert 'dcterms:title "港の灯"@ja' in written(root) and 'skos:prefLabel "김철수"@ko' in written(root)


def test_a_date_in_the_body_is_not_the_date_of_the_document(root: Path) -> None:
    told = added(root, LANTERNS / "the-city-that-glows.txt", Given(date="2026-10-09")).sentences
    assert any("the curator's word" in sentence for sentence in told)


def test_texts_of_one_name_are_kept_apart(root: Path, tmp_path: Path) -> None:
    for number, folder in enumerate(("one", "two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.txt").write_text(f"The text number {number}.", encoding="utf-8")
        added(root, tmp_path / folder / "index.txt")
    assert sorted(path.name for path in (root / "texts").iterdir()) == ["index-2.txt", "index.txt"]
    assert "document-index\n" in written(root) and "document-index-2\n" in written(root)


def test_the_file_of_a_document_that_changed_since_is_followed_and_no_other_document(root: Path, tmp_path: Path) -> None:
    (tmp_path / "index.txt").write_text("The text.", encoding="utf-8")
    added(root, tmp_path / "index.txt")
    kept = root / "texts" / "index.txt"
    kept.write_text("The text, changed.", encoding="utf-8")
    with pytest.raises(UsageError, match=r"index.txt is the text of index.txt \(document-index\), .* whence reanchor document-index follows it"):
        added(root, kept)
    kept.unlink()  # as where only the graph is there, and texts are not
    (tmp_path / "index.txt").write_text("Another text.", encoding="utf-8")
    assert added(root, tmp_path / "index.txt").document and [path.name for path in (root / "texts").iterdir()] == ["index-2.txt"]


def test_a_name_whose_reading_nobody_told_has_a_number_for_an_id_and_that_is_told(root: Path, tmp_path: Path) -> None:
    told: list[str] = []
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(f"The text {number}.", encoding="utf-8")
        told += added(root, tmp_path / f"{number}.txt", Given(outlet="港の評論" * number, writer=f"砂田 {'蓮' * number}")).sentences
    assert "Created 港の評論 (organization-1), an organization. How its name is read cannot be told, so its id is a number." in told
    assert [one.split(",")[0] for one in told if "砂田" in one] == ["Created 砂田 蓮 (journalist-1)", "Created 砂田 蓮蓮 (journalist-2)"]


def test_two_documents_may_be_cited_alike(root: Path, tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(f"Review\n\nThis is text {name}.", encoding="utf-8")
        assert added(root, tmp_path / name, Given(title="Review")).is_new


@pytest.mark.parametrize("name", ["a b.txt", "灯.txt", 'quote".txt', "new\nline.txt", "per%cent.txt"])
def test_a_file_may_have_any_name(root: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A text that is short.", encoding="utf-8")
    assert added(root, tmp_path / name).is_new


def test_an_address_is_no_file() -> None:
    with pytest.raises(InputError, match=r"An address is not fetched. Save the page .* --url ADDRESS"):
        extract("https://example.org/review")


def test_a_heading_of_markdown_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\n\n# The lamps #\n\nThey glow.\n", encoding="utf-8")
    assert extract(str(tmp_path / "a.md")).metadata == {"title": "The lamps"}


def test_line_ends_stay_a_byte_order_mark_goes_and_what_is_not_seen_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfOne\r\ntwo\xe2\x80\x8b.\r\n")
    found = extract(str(tmp_path / "a.txt"))
    assert found.text == "One\r\ntwo\u200b.\r\n"
    assert found.sentences == ("The byte order mark at the beginning is left out.", "The text has one character that is not seen (the first is U+200B at 8); positions count them.")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "There is no readable text in the file."),
        (" \u200b\n".encode(), "There is no readable text in the file."),
        (b"ab\x00c", "byte 2 is zero"),
        (rb"{\rtf1\ansi The text.}", "This is RTF"),
        (b"one\ncaf\xe9 is", "byte 7 (E9) cannot be decoded. Save it as UTF-8 (a spreadsheet calls that CSV UTF-8). It may be WINDOWS-1252: iconv -f WINDOWS-1252"),
        ("灯籠の港".encode("shift_jis"), "It may be SHIFT-JIS"),
        ("text".encode("utf-16"), "It may be UTF-16"),
    ],
)
def test_a_file_without_a_text_is_refused_in_one_sentence(content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError) as error:
        extract(str(tmp_path / "a.txt"))
    assert problem in str(error.value)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (Given(date="May 3, 2026"), "Write 2026-05-03."), (Given(date="2026-02-30"), "no such day"), (Given(date="yesterday"), "Write 2024-01-11, 2024-01, 2024 or a season"),
        (Given(url="www.example.org"), "from http:// or https://"), (Given(url="https://example.org/a b"), "without spaces"),
        (Given(language="English"), "BCP 47"), (Given(title="x" * 201), "longer than 200"),
    ],
)  # fmt: skip
def test_what_a_curator_says_wrongly_is_said(given: Given, problem: str) -> None:
    with pytest.raises(UsageError) as error:
        check(given)
    assert problem in str(error.value)


PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lamps again</title><meta property="og:title" content="Lamps again">
<meta property="og:site_name" content="Tidewater Review"><meta property="article:published_time" content="2026-10-14T10:00:00Z">
<link rel="canonical" href="https://tidewater.example.org/lamps"></head><body><nav>Home About</nav><article><h1>Lamps again</h1>
<p>Harbour of Lanterns began on 10 October 2026, and it is hardly a mystery at all, as whoever has seen two episodes will agree.</p>
<p>The music sounds nothing like what one expects, although the two were compared by several people at conventions this year.</p>
</article><footer>Copyright</footer></body></html>"""


def test_what_a_page_shows_of_itself_stands_above_its_readable_text(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")
    shown = "<body><header><a>Tidewater Review</a><span>October 14, 2026</span></header>"
    (tmp_path / "page.html").write_text(PAGE.replace("<body>", shown), encoding="utf-8")
    found = extract(str(tmp_path / "page.html"))
    assert found.name == "page.txt" and found.extractor.startswith("trafilatura ")
    assert found.text.startswith("Tidewater Review\nOctober 14, 2026\n\nLamps again\n")
    assert "Home About" not in found.text and "hardly a mystery" in found.text
    document = added(root, tmp_path / "page.html").document
    assert label(root, document) == "“Lamps again” (Tidewater Review, 2026-10-14)"
    assert written(root).count("a wh:Attestation") == 3 and "wh:extractor \"trafilatura" in written(root)


def test_what_a_page_says_in_its_metadata_alone_is_no_text_of_it(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")
    (tmp_path / "page.html").write_text(PAGE.replace("<title>", '<meta name="author" content="Mila Okafor"><title>'), encoding="utf-8")
    assert extract(str(tmp_path / "page.html")).text.startswith("Lamps again\nHarbour of Lanterns began")
    found = added(root, tmp_path / "page.html")
    assert "date: 2026-10-14 (not printed in the first lines, so the curator's word)." in found.sentences
    assert "Not known: writer. To give it: whence undo, then whence add FILE --writer 'Mila Okafor'." in found.sentences
    assert written(root).count("a wh:Attestation") == 1


@pytest.mark.parametrize(("said", "encoding", "problem"), [
    ("Shift_JIS", "cp932", ""), ("EUC-JP", "euc_jp", ""), ("iso-2022-jp", "iso2022_jp", ""), ("iso-8859-1", "utf-8", ""),
    ("utf-8", "cp932", r"The text is not UTF-8: byte \d+ .* cannot be decoded. .*It may be SHIFT-JIS"), ("no-such", "euc_jp", "The text is not UTF-8"),
])  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_says_or_refused(said: str, encoding: str, problem: str, tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")
    words = "灯籠の港は二〇二六年十月十日に始まった。二話まで見た人は、謎などほとんどないと言うだろう。"
    (tmp_path / "page.html").write_bytes(PAGE.replace("utf-8", said).replace("Harbour of Lanterns", words).encode(encoding))
    if problem:
        with pytest.raises(InputError, match=problem):
            extract(str(tmp_path / "page.html"))
    else:
        assert words in extract(str(tmp_path / "page.html")).text


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")
    (tmp_path / "page.html").write_text("<html><head><title>x</title></head><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(InputError, match="no readable text"):
        extract(str(tmp_path / "page.html"))


def test_a_pdf_that_is_broken_encrypted_or_a_picture_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="needs the extra pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 garbage")
    for name, password in (("blank", ""), ("secret", "secret")):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(200, 200)
        if password:
            writer.encrypt(password, algorithm="RC4-128")
        writer.write(tmp_path / f"{name}.pdf")
    for name, problem in (("broken", "The PDF cannot be read"), ("secret", "The PDF is encrypted"), ("blank", "no readable text")):
        with pytest.raises(InputError, match=problem):
            extract(str(tmp_path / f"{name}.pdf"))


def test_nothing_is_left_behind_where_the_graph_is_refused(root: Path) -> None:
    (root / "triples" / "documents.ttl").write_text("no turtle", encoding="utf-8")
    with pytest.raises(InputError):
        add(Workspace.open(layout.locate(root)), Extracted("a.txt", "A text."), Given(), str(root / "texts"))
    assert not (root / "texts").exists()


def test_a_country_is_no_language(root: Path) -> None:
    with pytest.raises(UsageError, match="'jp' is not a language tag. Write it as BCP 47 has it, the language before the country: en, ja, pt-BR."):
        check(Given(language="jp"))
    check(Given(language="ja-JP"))


def test_line_ends_of_old_macs_are_kept_as_line_feeds_and_the_text_is_known_again(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_bytes(b"One Lamp\rBy Ada Novak\r\rThe lamps are lit.\r")
    first = added(root, file)
    assert "Its line ends of old Macs (CR) are kept as LF." in first.sentences
    assert (root / "texts" / "old.txt").read_bytes() == b"One Lamp\nBy Ada Novak\n\nThe lamps are lit.\n"
    assert (added(root, file).document, added(root, file).is_new) == (first.document, False)
    before = tmp_path / "before.txt"
    before.write_bytes(b"Three Lamps\rare lit.\nAll of them.\n")
    text = "Three Lamps\rare lit.\nAll of them.\n"
    kept = add(Workspace.open(layout.locate(root)), Extracted("before.txt", text), Given(title="Three Lamps"), str(root / "texts"))  # as it was kept with them
    assert (added(root, before).document, added(root, before).is_new) == (kept.document, False)
    mixed = tmp_path / "mixed.txt"
    mixed.write_bytes(b"Two Lamps\r\nare lit.\r\n")
    added(root, mixed)
    assert (root / "texts" / "mixed.txt").read_bytes() == mixed.read_bytes()
