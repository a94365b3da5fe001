"""The reference of the command line names every command, option and setting there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from document_pages import SETTINGS, commands_page

from whence.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "scripts" / "COMMANDS.md").read_text(encoding="utf-8")


def test_the_page_is_as_generated() -> None:
    assert commands_page() == PAGE, "run scripts/document"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_the_help_is_on_the_page(command: str, whence) -> None:  # type: ignore[no-untyped-def]
    section = PAGE.partition(f"## whence {command}\n")[2].partition("\n## ")[0]
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", whence(command, "--help").stdout.partition("options:")[2]))
    assert {option for option in options - {"--help", "--graph"} if f"`{option}" not in section} == set()


def test_every_setting_is_on_the_page() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "scripts" / "whence").rglob("*.py"))
    assert set(re.findall(r"WHENCE_[A-Z_]+", source)) == set(SETTINGS)


def test_the_readme_leads_to_the_page() -> None:
    assert "(scripts/COMMANDS.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
