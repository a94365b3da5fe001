"""The wheel: it ships the data, and works from anywhere without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from whence import __version__
from whence.store import layout

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
               "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)]  # fmt: skip
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("whence_graph-*.whl")
    return path


def test_the_wheel_ships_everything_that_takes_part(wheel: Path) -> None:
    files = layout.locate(ROOT)
    shipped = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"whence/_graph/{files.relative(path)}" for path in [*files.taking_part(), *files.queries, files.context]}
    assert wanted <= shipped
    assert not [name for name in shipped if name.startswith("tests/")]
    assert len([name for name in shipped if "/licenses/" in name]) >= 3


def test_the_installed_wheel_answers_from_its_own_graph(wheel: Path, tmp_path: Path, cache: Path) -> None:
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check",
               "--target", str(target), str(wheel)]  # fmt: skip
    subprocess.run(install, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    query = "SELECT (COUNT(?a) AS ?n) { ?a a wh:Attestation }"
    command = [sys.executable, "-m", "whence", "query", query, "--format", "csv"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert int(answer.stdout.split()[1]) > 0
    where = subprocess.run(
        [sys.executable, "-c", "from whence.store import layout; print(layout.locate().root)"],
        check=True, capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert where.stdout.strip() == str(target / "whence" / "_graph")


def test_the_version_stands_once() -> None:
    assert PROJECT["version"] == __version__


def test_the_licences_are_stated() -> None:
    assert PROJECT["license"] == "Apache-2.0 AND CC0-1.0"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "Apache-2.0" in readme
    assert "CC0-1.0" in readme
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    for folder in ("triples", "ontology"):
        assert "CC0" in (ROOT / folder / "LICENSE").read_text(encoding="utf-8")
