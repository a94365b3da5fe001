"""The corpus about Harbour of Lanterns: its positions, whole, with questions and what new things need; and how it is made.

`python tests/support/lanterns.py` makes `tests/cases/lanterns/triples` anew, by what `whence add` and `whence import` call.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from whence.curation import Unresolved, Workspace, resolve_all, save
from whence.curation.documents import Given, add
from whence.curation.extraction import extract
from whence.store import layout

LANTERNS = Path(__file__).resolve().parents[1] / "cases" / "lanterns"
TEXTS = LANTERNS / "texts"
SERIES = "Harbour of Lanterns"
#: In the order in which they are published, which is that of reading them.
NAMES = ("the-city-that-glows", "minato-no-akari", "second-look")
#: What is said of each document when it is added: title, outlet, date, writer, language.
_DOCUMENTS = {
    "the-city-that-glows": ("The City That Glows: Ren Sunada on Harbour of Lanterns", "The Paper Kite", "2026-05-03", "Mila Okafor", "en"),
    "minato-no-akari": ("『灯籠の港』砂田蓮監督インタビュー", "紙凧新聞", "2026-06-12", "大森千夏", "ja"),
    "second-look": ("A Second Look at the Lamps", "Tidewater Review", "2026-10-14", "Jonas Vale", "en"),
}
_IN_JAPANESE = {"Ren Sunada": "砂田蓮", SERIES: "灯籠の港", "The Crimson Heron": "赤い鷺", "Aoi Terada": "寺田葵"}
_NEEDS = {"FictionalPlace": "inWorld", "Character": "inWorld", "WorkPart": "partOf"}
_QUESTIONS = ("『灯籠の港』は『赤い鷺』から生まれた作品ですね", "音楽についてはいかがですか", "放送日は決まりましたか")


def records(name: str) -> list[dict[str, Any]]:
    """The records of one text, each as it would be typed, those of questions first."""
    lines = (LANTERNS / "positions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [{"document": name, **json.loads(line)} for line in lines]
    for record in found:
        for thing, kind in record.get("new", {}).items():
            if kind in _NEEDS:
                record["new"][thing] = {"class": kind, _NEEDS[kind]: SERIES}
            elif thing in _IN_JAPANESE:
                record["new"][thing] = {"class": kind, "altLabel": _IN_JAPANESE[thing]}
    if name != "minato-no-akari":
        return found
    asked = [{"document": name, "quote": words, "class": "question", "askedBy": "大森千夏", "addressee": "Ren Sunada"} for words in _QUESTIONS]
    return [*asked, *(record for record in found if record["class"] != "question")]


def as_table(rows: list[dict[str, Any]]) -> str:
    """Records as a table that `whence import` reads: a column for each key and role."""
    flat = [{**{key: value for key, value in row.items() if key not in ("roles", "new")}, **row.get("roles", {}), "new": _new(row.get("new", {}))} for row in rows]
    columns = list(dict.fromkeys(key for row in flat for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue()


def build(root: Path) -> None:
    """Make the graph of the three texts in a directory that has a `whence.toml` and the texts."""
    for name in NAMES:
        workspace = Workspace.open(layout.locate(root), TEXTS)
        title, outlet, date, writer, language = _DOCUMENTS[name]
        add(workspace, extract(str(TEXTS / f"{name}.txt")), Given(title=title, outlet=outlet, url="", date=date, writer=writer, language=language), str(root / "texts"))
        resolved = resolve_all(workspace, records(name))
        assert not [one for one in resolved if isinstance(one, Unresolved)], [str(one) for one in resolved if isinstance(one, Unresolved)]
        save(workspace, resolved)  # type: ignore[arg-type]


def _new(things: dict[str, Any]) -> str:
    said = {name: kind if isinstance(kind, str) else "; ".join([kind["class"], *(f"{key}={value}" for key, value in kind.items() if key != "class")]) for name, kind in things.items()}
    return " | ".join(f"{name}={kind}" for name, kind in said.items())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(LANTERNS / "whence.toml", folder)
        shutil.copytree(TEXTS, Path(folder) / "texts")
        (Path(folder) / "triples").mkdir()
        build(Path(folder))
        shutil.rmtree(LANTERNS / "triples", ignore_errors=True)
        shutil.copytree(Path(folder) / "triples", LANTERNS / "triples")
