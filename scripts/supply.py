"""The supply chain: the lock, the software bill of materials made from it, and known vulnerabilities.

scripts/supply lock    renews scripts/requirements.lock: newest versions that pyproject.toml allows, for every platform
scripts/supply sbom    writes a software bill of materials (CycloneDX 1.6, JSON) of the lock to standard output
scripts/supply audit   looks every pinned version up among known vulnerabilities: exit 1 when there is one
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "requirements.lock"
_HEAD = """\
# The exact versions that scripts/run, scripts/test and scripts/bench install, with the hashes of their files for every
# platform, which are checked. "# for:" names the extras that need what follows: `base` is whence itself, `build` what
# installs it from this checkout, `installer` what installs the rest. Renewed with: scripts/supply lock
"""
#: What installs this checkout: hatchling makes an editable install with editables; owlready2 comes as source for setuptools.
_BUILD = ["editables", "setuptools", "wheel"]
#: What installs everything else where there is a wheel of it, ten times as quick as pip.
_INSTALLER = ["uv"]


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned distribution: name, version, environment marker or "", SHA-256 digests of its files, who needs it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    needed_for: tuple[str, ...] = ()

    def __str__(self) -> str:
        marker = f" ; {self.marker}" if self.marker else ""
        return " \\\n".join([f"{self.name}=={self.version}{marker}", *(f"    --hash=sha256:{digest}" for digest in self.hashes)])


def pins(text: str) -> list[Pin]:
    """Return what a requirements file pins, in its order.

    >>> pins("# for: base\\nzipp==4.1.2 ; python_version < '3.12' \\\\\\n    --hash=sha256:ab\\n")
    [Pin(name='zipp', version='4.1.2', marker="python_version < '3.12'", hashes=('ab',), needed_for=('base',))]
    """
    found: list[Pin] = []
    needed_for: tuple[str, ...] = ()
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("# for:"):
            needed_for = tuple(line.split()[2:])
        elif match := re.match(r"([\w.-]+)==([\w.!+-]+)(?: ; (.*?))?(?=\s+--hash|\s*$)", line):
            hashes = tuple(re.findall(r"--hash=sha256:(\w+)", line))
            found.append(Pin(match[1], match[2], match[3] or "", hashes, needed_for))
    return found


def lock() -> str:
    """Return a new lock: one resolution for everything, then for each extra what it needs of that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    own = {"build": [*project["build-system"]["requires"], *_BUILD], "installer": _INSTALLER}
    extras = list(project["project"]["optional-dependencies"])
    with tempfile.TemporaryDirectory() as folder:
        wanted, resolved = {name: str(Path(folder, f"{name}.in")) for name in own}, Path(folder, "all.txt")
        for name, requirements in own.items():
            Path(wanted[name]).write_text("\n".join(requirements), encoding="utf-8")
        whole = _resolve("pyproject.toml", *wanted.values(), "--all-extras", "--generate-hashes")
        exactly = (f"{pin.name}=={pin.version}" + (f" ; {pin.marker}" if pin.marker else "") for pin in pins(whole))
        resolved.write_text("\n".join(exactly), encoding="utf-8")
        sets = {"base": ["pyproject.toml"], **{name: [file] for name, file in wanted.items()}, **{name: ["pyproject.toml", "--extra", name] for name in extras}}
        needs = {name: {pin.name for pin in pins(_resolve(*ask, "--constraint", str(resolved)))} for name, ask in sets.items()}
    blocks = [f"# for: {' '.join(name for name in needs if pin.name in needs[name])}\n{pin}\n" for pin in pins(whole)]
    return _HEAD + "".join(blocks)


def _resolve(*arguments: str) -> str:
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-annotate", "--no-header"]
    command[0] = str(Path(sys.executable).parent / "uv")
    return subprocess.run([*command, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def bill_of_materials() -> str:
    """Return the software bill of materials of the lock (CycloneDX 1.6, JSON), the same for the same lock."""
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = LOCK.read_text(encoding="utf-8")
    root = Component(name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref="whence")
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, text))
    bom.metadata.component = root
    bom.metadata.timestamp = None  # type: ignore[assignment]
    parts = []
    for pin in pins(text):
        url = PackageURL("pypi", None, pin.name, pin.version)
        hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pin.hashes]
        files = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(url)), hashes=hashes)
        said = {"whence:neededFor": " ".join(pin.needed_for), "whence:marker": pin.marker}
        properties = [Property(name=name, value=value) for name, value in said.items() if value]
        parts.append(Component(name=pin.name, version=pin.version, purl=url, bom_ref=str(url), external_references=[files], properties=properties))
    bom.components = parts
    bom.register_dependency(root, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def audit() -> tuple[bool, str]:
    """Return whether no pinned version is known to be vulnerable, and the sentences that say what was found."""
    command = [str(Path(sys.executable).parent / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off",
               "--format", "json", "--requirement", str(LOCK)]  # fmt: skip
    ran = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    return judge_audit(ran.stdout, ran.stderr)


def judge_audit(report: str, complaint: str) -> tuple[bool, str]:
    """Return what the report of pip-audit (JSON) amounts to, as `audit` does.

    A source that cannot be reached is no "no": it is told, and fails nothing.

    >>> judge_audit("", "timed out")
    (True, 'Known vulnerabilities were not looked up: no source of advisories could be reached (timed out).')
    """
    try:
        answers = json.loads(report)["dependencies"]
    except ValueError:
        answers, lines = [], complaint.strip().splitlines() or ["no answer"]
    else:
        lines = [answer["skip_reason"] for answer in answers if "skip_reason" in answer] or ["no answer"]
    asked = [answer for answer in answers if "skip_reason" not in answer]
    if not asked:
        return True, f"Known vulnerabilities were not looked up: no source of advisories could be reached ({lines[-1]})."
    found = [
        f"{answer['name']} {answer['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}."
        for answer in asked
        for flaw in answer["vulns"]
    ]
    left = f" ({len(answers) - len(asked)} could not be looked up)" if len(asked) < len(answers) else ""
    return not found, "\n".join([*found, f"Known vulnerabilities: {len(found)} in {len(asked)} pinned packages{left}."])


def main(arguments: list[str]) -> int:
    """Run one of the three and return the exit code."""
    match arguments:
        case ["lock"]:
            LOCK.write_text(lock(), encoding="utf-8")
        case ["sbom"]:
            print(bill_of_materials(), flush=True)
        case ["audit"]:
            fine, sentences = audit()
            print(sentences)
            return 0 if fine else 1
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError:  # the resolver has told why
        sys.exit("The lock was not renewed.")
    except BrokenPipeError:  # nobody reads on
        os._exit(141)
