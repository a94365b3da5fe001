"""Packs of the small catalogue."""


from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lamps import MAPPING, RECORDS

from whence.mapping.engine import Made, run

@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """The file of the small mapping."""
    file = tmp_path / "lamps.toml"
    file.write_text(MAPPING, encoding="utf-8")
    return file


@pytest.fixture
def make(tmp_path: Path, mapping: Path) -> Callable[..., tuple[Made, Path, str]]:
    """Makes a pack of the small catalogue, or of other text; returns what was made, the folder, and all Turtle in it."""

    def make(text: str = RECORDS, folder: str = "made", **options: object) -> tuple[Made, Path, str]:
        file = tmp_path / "lamps-part1.ttl"
        file.write_text(text, encoding="utf-8", newline="")
        made = run([str(file)], str(mapping), str(tmp_path / folder), **options)  # type: ignore[arg-type]
        data = sorted((tmp_path / folder / "data").iterdir())
        return made, tmp_path / folder, "".join(one.read_text("utf-8") for one in data)

    return make
