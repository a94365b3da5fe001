"""The readable text of a file: text and Markdown as they stand, HTML by trafilatura, PDF by pypdf."""

from __future__ import annotations

import importlib
import io
import logging
import os
import re
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from whence.curation.records import printed_forms
from whence.errors import InputError, UsageError
from whence.rdf.reading import guessed_encoding, read_bytes

#: The largest file that is read, and the longest text that comes out of one, in bytes.
_LARGEST, _LONGEST = 50_000_000, 10_000_000
_SAVED = "Save it as text, Markdown, HTML or PDF, and add that."
_HTML = (".html", ".htm", ".xhtml")
_SEEN_AS_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b", re.I)
#: A carriage return alone ends a line where old Macs wrote; no position moves when it becomes a line feed.
_OLD_LINE_ENDS = re.compile(r"\r(?!\n)")
#: What takes no room where it is shown, and counts as characters all the same.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")
#: What a page says of its encoding, near its beginning (HTML Standard, section 13.2.3.2), and what is meant by some names there (Encoding Standard, section 4.2).
_CHARSET, _LOOKED_AT = re.compile(rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w-]++)""", re.I), 1024
_MEANT = {"shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text as it is kept.

    :ivar name: a file name for it, without a folder
    :ivar text: with its line ends as they are, but for those of old Macs
    :ivar original: the same with these too
    :ivar extractor: name and version of what made it out of another format, or an empty text
    :ivar metadata: what the file says of itself: title, outlet, date, url, language, author, as far as it does
    :ivar sentences: what is worth telling of how it was read
    """

    name: str
    text: str
    extractor: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    original: str = ""


def extract(path: str) -> Extracted:
    """Return the readable text of a file.

    :raises InputError: it cannot be read, or holds no text; says where and how to mend it
    :raises UsageError: the package that reads such files is not installed
    """
    if re.match(r"https?://", path):
        raise InputError("An address is not fetched.", fix="Save the page from a browser, and add that file, with --url ADDRESS.", file=path)
    raw = read_bytes(path, most=_LARGEST)
    name = _plain_name(os.path.basename(path))
    stem, ending = os.path.splitext(name)
    if raw.startswith(b"%PDF-") or ending.lower() == ".pdf":
        found = _pdf(raw, path, f"{stem}.txt")
    elif ending.lower() in _HTML or _SEEN_AS_HTML.match(raw[:1000]):
        found = _html(raw, path, f"{stem}.txt")
    else:
        found = _text(raw, path, name)
    return _checked(found, path)


def _checked(found: Extracted, path: str) -> Extracted:
    """Return what was extracted, with what is told of it; it is neither empty nor too long."""
    if not _INVISIBLE.sub("", found.text).strip():
        raise InputError("There is no readable text in the file.", fix="A scanned page wants character recognition first; a page made by scripts wants saving from a browser.", file=path)
    if len(found.text) > _LONGEST:
        raise InputError(f"The text has {len(found.text):,} characters; {_LONGEST:,} are kept.", fix="Add the part that carries claims.", file=path)
    hidden = [match.start() for match in _INVISIBLE.finditer(found.text)]
    told = list(found.sentences)
    if hidden:
        count = "one character that is" if len(hidden) == 1 else f"{len(hidden)} characters that are"
        told.append(f"The text has {count} not seen (the first is U+{ord(found.text[hidden[0]]):04X} at {hidden[0]}); positions count them.")
    return replace(found, metadata={key: value for key, value in found.metadata.items() if value}, sentences=tuple(told))


def _plain_name(name: str) -> str:
    """Return a file name without what cannot stand in the graph: control characters and bytes that are no text."""
    return re.sub("[\x00-\x1f\x7f/\\\\\ud800-\udfff]", "_", name).strip() or "text.txt"


def _text(raw: bytes, path: str, name: str) -> Extracted:
    told: tuple[str, ...] = ()
    if raw.startswith(b"\xef\xbb\xbf"):
        raw, told = raw[3:], ("The byte order mark at the beginning is left out.",)
    if b"\0" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        what = "a zip file, as those of word processors are" if raw.startswith(b"PK\3\4") else f"no text: byte {raw.index(0)} is zero"
        raise InputError(f"This is {what}.", fix=_SAVED, file=path)
    if raw.startswith(b"{\\rtf"):
        raise InputError("This is RTF, as word processors write it, with marks between the words.", fix=_SAVED, file=path)
    text = original = decoded(raw, path)
    if _OLD_LINE_ENDS.search(text):
        text, told = _OLD_LINE_ENDS.sub("\n", text), (*told, "Its line ends of old Macs (CR) are kept as LF.")
    heading = re.search(r"^#[^\S\r\n]++(\S.*)", text, re.M) if name.lower().endswith((".md", ".markdown")) else None
    return Extracted(name, text, metadata={"title": heading[1].rstrip().rstrip("#").rstrip() if heading else ""}, sentences=told, original=original)


def decoded(raw: bytes, path: str, *encodings: str) -> str:
    """Return a text in the first of some encodings that it can be in.

    :raises InputError: it is in none; says where it is no UTF-8, and how it may be made so
    """
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = " ".join(f"{byte:02X}" for byte in raw[error.start : error.end])
        name, called = os.path.basename(path), guessed_encoding(raw)
        called = "" if called and called.lower() in encodings else called  # which it is not either
        fix = "Save it as UTF-8 (a spreadsheet calls that CSV UTF-8)."
        fix += f" It may be {called}: iconv -f {called} -t UTF-8 {name} > utf-8-{name}" if called else ""
        raise InputError(f"The text is not UTF-8: byte {error.start} ({wrong}) cannot be decoded.", fix=fix, file=path, line=line) from None


def _page(raw: bytes, path: str) -> str:
    """Return a page decoded as UTF-8, or as it says itself: a guess would put other characters where it is wrong."""
    said = _CHARSET.search(raw[:_LOOKED_AT])
    called = said[1].decode().lower() if said else "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    encodings = ["utf-8-sig", _MEANT.get(called, called)]
    text = decoded(raw, path, *(reversed(encodings) if b"\x1b" in raw else encodings))  # what escapes lead to is ASCII, and so UTF-8
    return re.sub(r"^\s*<\?xml[^>]*>", "", text)  # which would be believed again


def _html(raw: bytes, path: str, name: str) -> Extracted:
    """Return the readable text of a page, below what else the page shows of title, outlet, date and address, a line each.

    What a page says of itself in its metadata alone is no text of it.
    """
    trafilatura = _imported("trafilatura", "html", path)
    quiet = logging.getLogger("trafilatura")
    quiet.setLevel(logging.CRITICAL)
    page = _page(raw, path)
    try:
        found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False, date_extraction_params={"extensive_search": False})
    except Exception as error:  # a parser of other people's pages
        raise InputError(f"The page cannot be read: {_first_line(error)}.", fix="Save it again from a browser.", file=path) from None
    body = (getattr(found, "text", None) or "").strip()
    told = {key: " ".join((getattr(found, of, None) or "").split()) for key, of in (("title", "title"), ("outlet", "sitename"), ("date", "date"), ("url", "url"), ("language", "language"), ("author", "author"))}
    start = "\n".join(body.splitlines()[:3])
    shown = _shown(page)
    printed = {key: next((form for form in printed_forms(key, told[key]) if told[key] and form in shown), "") for key in ("title", "outlet", "date", "url")}
    head = [form for form in printed.values() if form and form not in start]
    text = "\n".join(head) + ("\n\n" if head else "") + body + "\n" if body else ""
    return Extracted(name, text, f"trafilatura {version('trafilatura')}", told)


def _shown(page: str) -> str:
    """Return all text that a page shows, white space as single spaces."""
    from trafilatura.utils import load_html

    body = getattr(load_html(page), "find", lambda _: None)("body")
    return " ".join(" ".join(body.xpath(".//text()[not(ancestor::script or ancestor::style or ancestor::template)]")).split()) if body is not None else ""


def _pdf(raw: bytes, path: str, name: str) -> Extracted:
    """Return the text of the pages, an empty line between them."""
    pypdf = _imported("pypdf", "pdf", path)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("The PDF is encrypted.", fix="Save it without a password: qpdf --decrypt --password=… IN OUT", file=path)
        pages = [page.extract_text().strip() for page in reader.pages]
    except InputError:
        raise
    except Exception as error:  # a parser of other people's files
        raise InputError(f"The PDF cannot be read: {_first_line(error)}.", fix="Open it in a viewer and save it again.", file=path) from None
    text = "\n\n".join(filter(None, pages)).encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return Extracted(name, text + "\n" if text else "", f"pypdf {version('pypdf')}")


def _imported(package: str, extra: str, path: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise UsageError(f"Reading {extra.upper()} needs the package {package}.", fix=f"pip install 'whence-graph[{extra}]'", file=path) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
