"""The README keeps its promises: every command is described, every command shown works as shown."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest

from whence import sparql
from whence.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shown_commands() -> list[tuple[str, str]]:
    """Every `whence` command of the README's shell blocks with the output shown below it, empty when none is."""
    found: list[tuple[str, str]] = []
    for block in BLOCKS:
        current: list[str] | None = None
        for line in block.splitlines():
            command = re.match(r"(\$ )?(whence\b.*)", line)
            if command and (command[1] or "$ " not in block):
                current = []
                found.append((re.sub(r"\s+#.*$", "", command[2]), ""))
            elif line.startswith("$ ") or not line.strip():
                current = None
            elif current is not None:
                current.append(line)
                found[-1] = (found[-1][0], "\n".join(current) + "\n")
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"whence {command}" in README


def test_the_readme_shows_commands() -> None:
    assert shown_commands()


@pytest.mark.parametrize(("command", "output"), [shown for shown in shown_commands() if not shown[0].startswith("whence serve")])
def test_a_command_shown_works_as_shown(
    command: str, output: str, whence: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    environment: dict[str, str] = {}
    if "--texts" in command or command.startswith("whence cite"):
        sources = request.getfixturevalue("shared") / "sources"
        command = re.sub(r"--texts \S+", f"--texts {shlex.quote(str(sources))}", command)
        environment["WHENCE_TEXTS"] = str(sources)
    answer = whence(*shlex.split(command)[1:], cwd=tmp_path, env=environment)
    assert answer.returncode == 0, answer.stderr
    if output:
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        assert doctest.OutputChecker().check_output(output, answer.stdout, flags), answer.stdout


def test_a_graph_of_ones_own_is_started_as_shown(tmp_path: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    block = README.split("## Start your own graph")[1].partition("```shell\n")[2].partition("```")[0]
    lines = [line for line in block.splitlines() if not line.startswith("whence annotate")]
    program = Path(sys.executable).with_name("whence")
    environment = {**os.environ, "WHENCE_CACHE": str(tmp_path / "cache"), "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-ec", "\n".join(lines)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "denied by Ren Sunada" in done.stdout
    assert "Blade Runner -> Harbour of Lanterns: ✕ denied" in done.stdout
    assert whence("--graph", str(tmp_path / "lanterns"), "evidence").stdout.startswith("Documents: 1 hold, 0 fail")


def test_links_lead_somewhere() -> None:
    links = set(re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", README))
    assert [link for link in sorted(links) if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("folder", ["ontology", "triples", "queries", "scripts", "tests"])
def test_the_map_names_every_folder(folder: str) -> None:
    assert f"{folder}/" in README


@pytest.mark.parametrize("script", ["scripts/run", "scripts/test"])
def test_the_scripts_are_named_and_can_be_run(script: str) -> None:
    assert script in README
    assert os.access(ROOT / script, os.X_OK)


OWN_QUESTIONS = README.split("## Asking your own questions")[1].split("\n## ")[0]
PATTERNS = re.findall(r"^\|[^|]+\| `([^`]*\?[^`]*)`", OWN_QUESTIONS, re.MULTILINE)


@pytest.fixture(scope="module")
def store(real_graph: pyoxigraph.Store) -> pyoxigraph.Store:
    """The validated graph of this checkout."""
    return real_graph


def test_the_table_of_patterns_is_read() -> None:
    assert len(PATTERNS) > 20


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_finds_something(pattern: str, store: pyoxigraph.Store) -> None:
    assert list(sparql.run(store, f"SELECT * {{ {pattern} }} LIMIT 1"))


def test_one_english_name_each(store: pyoxigraph.Store) -> None:
    several = "SELECT ?thing { ?thing skos:prefLabel ?name FILTER(LANG(?name) = 'en') } GROUP BY ?thing HAVING (COUNT(?name) > 1)"
    none = "SELECT ?thing { ?thing a wh:Entity FILTER NOT EXISTS { ?thing skos:prefLabel ?name FILTER(LANG(?name) = 'en') } }"
    assert list(sparql.run(store, several)) == []
    assert list(sparql.run(store, none)) == []


def test_groups_left_open_are_reached(store: pyoxigraph.Store) -> None:
    groups = sparql.run(store, "SELECT ?group { id:immortal-nine wh:possiblySameAs? ?group }")
    assert {"alters", "nine-siblings"} <= {row[0].value.rpartition("/")[2] for row in groups}


def test_every_term_of_the_section_exists(store: pyoxigraph.Store) -> None:
    names = set(re.findall(r"\b(?:wh|id|role|office|genre):[A-Za-z][\w-]*", OWN_QUESTIONS))
    unknown = [name for name in sorted(names) if not sparql.run(store, f"ASK {{ {{ {name} ?p ?o }} UNION {{ GRAPH ?g {{ ?s {name} ?o }} }} }}")]
    assert unknown == []


def test_the_picture_is_what_the_command_draws(whence: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    drawn = whence("lineage", "Metallic Rouge", "--both", "--format", "svg").stdout
    assert (ROOT / ".github" / "metallic-rouge.svg").read_text(encoding="utf-8") == drawn
