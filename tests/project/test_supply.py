"""What whence is built from: its name, the lock with its hashes, the bill of materials, and the audit."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import supply

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = supply.pins((ROOT / "scripts" / "requirements.lock").read_text(encoding="utf-8"))


def named(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ]", requirement)[0]).lower()


def test_the_distribution_has_a_name_of_its_own_and_the_command_keeps_its() -> None:
    assert PROJECT["name"] == "whence-graph"
    assert PROJECT["scripts"] == {"whence": "whence.__main__:main"}
    assert "`whence-graph`" in (ROOT / "README.md").read_text(encoding="utf-8")
    hints = [path for path in (ROOT / "scripts").rglob("*.py") if "pip install 'whence[" in path.read_text(encoding="utf-8")]
    assert hints == []


def test_the_lock_pins_each_package_once_for_each_python_with_the_hashes_of_its_files() -> None:
    assert len({(pin.name, pin.marker) for pin in PINS}) == len(PINS) > 50
    several = [pin for pin in PINS if sum(other.name == pin.name for other in PINS) > 1]
    assert all("python_full_version" in pin.marker for pin in several)
    for pin in PINS:
        assert pin.hashes and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name
        assert pin.needed_for, pin.name


def test_nothing_in_the_lock_is_beside_what_is_read_of_it() -> None:
    text = (ROOT / "scripts" / "requirements.lock").read_text(encoding="utf-8")
    rebuilt = "".join(f"# for: {' '.join(pin.needed_for)}\n{pin}\n" for pin in PINS)
    assert text.endswith(rebuilt)
    assert all(line.startswith("#") for line in text.removesuffix(rebuilt).splitlines())


def test_the_lock_has_every_requirement_where_it_is_needed() -> None:
    extras = PROJECT["optional-dependencies"]
    for need, requirements in {"base": PROJECT["dependencies"], **extras}.items():
        locked = {named(pin.name) for pin in PINS if need in pin.needed_for}
        assert {named(requirement) for requirement in requirements} - {"whence-graph"} <= locked, need
    build = {named(pin.name) for pin in PINS if "build" in pin.needed_for}
    assert {"hatchling", "editables", "setuptools", "wheel"} <= build
    assert {pin.name for pin in PINS if "installer" in pin.needed_for} == {"uv"}
    assert {need for pin in PINS for need in pin.needed_for} <= {"base", "build", "installer", *extras}


def test_installation_checks_the_hashes() -> None:
    setup = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    assert re.findall(r"^ *set -- (.*) --requirement .*\n *(.*)$", setup, re.MULTILINE) == [("--require-hashes --no-deps --no-build-isolation", 'uv_install "$@" || pip_install "$@"')]
    assert re.findall(r"^ *((?:uv|pip)_install --.*?)[ \"]", setup, re.MULTILINE) == ["pip_install --require-hashes", "pip_install --no-deps"]


def test_the_bill_of_materials_names_every_pin_and_is_valid() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = supply.bill_of_materials()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text == supply.bill_of_materials()
    bom = json.loads(text)
    assert bom["metadata"]["component"]["name"] == PROJECT["name"]
    assert {(part["name"], part["version"]) for part in bom["components"]} == {(pin.name, pin.version) for pin in PINS}
    hashes = {one["content"] for part in bom["components"] for file in part["externalReferences"] for one in file["hashes"]}
    assert hashes == {digest for pin in PINS for digest in pin.hashes}


def report(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


FINE = {"name": "one", "version": "1", "vulns": []}
FLAWED = {"name": "two", "version": "2", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_and_is_named_with_its_mend() -> None:
    assert supply.judge_audit(report(FINE, FLAWED), "") == (
        False,
        "two 2: PYSEC-2026-1, mended in 2.1.\nKnown vulnerabilities: 1 in 2 pinned packages.",
    )


def test_what_could_not_be_looked_up_is_told_and_is_no_clean_bill() -> None:
    assert supply.judge_audit(report(FINE, UNKNOWN), "") == (
        True,
        "Known vulnerabilities: 0 in 1 pinned packages (1 could not be looked up).",
    )
    for told in (report(UNKNOWN), report(), ""):
        fine, sentence = supply.judge_audit(told, "")
        assert fine
        assert sentence.startswith("Known vulnerabilities were not looked up: ")


def test_continuous_integration_audits() -> None:
    assert "scripts/supply audit" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
