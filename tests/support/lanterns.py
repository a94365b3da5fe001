"""The positions of the three texts about Harbour of Lanterns, whole: with the questions, and with what new things need."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

LANTERNS = Path(__file__).resolve().parents[1] / "cases" / "lanterns"
TEXTS = LANTERNS / "texts"
SERIES = "Harbour of Lanterns"
#: In the order in which they are published, which is that of reading them.
NAMES = ("the-city-that-glows", "minato-no-akari", "second-look")
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


def _new(things: dict[str, Any]) -> str:
    said = {name: kind if isinstance(kind, str) else "; ".join([kind["class"], *(f"{key}={value}" for key, value in kind.items() if key != "class")]) for name, kind in things.items()}
    return " | ".join(f"{name}={kind}" for name, kind in said.items())
