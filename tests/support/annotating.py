"""`whence annotate` as a process of the tests' own, over a graph of three short texts that holds nothing about them yet."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from serving import ROOT, Answer, Client

from whence.evidence.texts import digest

LANTERNS = ROOT / "tests" / "cases" / "lanterns"
ID = "https://w3id.org/whence/id/"
_WRITERS = {"the-city-that-glows": "Mila Okafor", "second-look": "Jonas Vale", "minato-no-akari": "大森千夏"}
_PREFIXES = "@prefix id: <https://w3id.org/whence/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix wh: <https://w3id.org/whence/ontology#> .\n"


def records(name: str) -> list[dict[str, Any]]:
    """The positions of one text, as records."""
    lines = (LANTERNS / "positions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [{"document": name, **json.loads(line)} for line in lines]


def make_graph(root: Path) -> Path:
    """Make a graph directory with the three documents, their writers, one film, and the texts beside."""
    (root / "triples" / "entities").mkdir(parents=True)
    for part in ("ontology", "queries"):
        (root / part).symlink_to(ROOT / part)
    (root / "texts").symlink_to(LANTERNS / "texts")
    documents, things = _PREFIXES, _PREFIXES + '\nid:blade-runner\n  a wh:Film ;\n  skos:prefLabel "Blade Runner"@en ;\n.\n'
    for name, writer in _WRITERS.items():
        text = (LANTERNS / "texts" / f"{name}.txt").read_text(encoding="utf-8")
        documents += (
            f'\nid:document-{name}\n  a wh:Document ;\n  skos:prefLabel "{name}"@en ;\n  wh:fileName "{name}.txt" ;\n'
            f'  wh:textDigest "{digest(text)}" ;\n  wh:textLength {len(text)} ;\n  wh:writer id:writer-of-{name} ;\n.\n'
        )
        language = "en" if writer.isascii() else "ja"
        things += f'\nid:writer-of-{name}\n  a wh:Journalist ;\n  skos:prefLabel "{writer}"@{language} ;\n  wh:description "Writes {name}." ;\n.\n'
    (root / "triples" / "documents.ttl").write_text(documents, encoding="utf-8")
    (root / "triples" / "entities" / "things.ttl").write_text(things, encoding="utf-8")
    return root


class Annotator(Client):
    """`whence annotate` on a graph; a context manager.

    :ivar address: what it prints for the browser, with the token
    """

    def __init__(self, graph: Path, port: int = 0) -> None:
        command = [sys.executable, "-m", "whence", "annotate", "--graph", str(graph), "--port", str(port), "--no-browser"]
        settings = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=settings, text=True)
        assert self.process.stderr is not None
        told = ""
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/#token=(\S+)", told)):
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(f"it did not start: {told}")
            told += line
        super().__init__(int(found[1]))
        self.base, self.address, self.token = f"http://127.0.0.1:{found[1]}/", found[0], found[2]

    def __enter__(self) -> Annotator:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def fetch(self, path: str, body: dict[str, Any] | None = None, **fields: str) -> Answer:
        """Ask as the page does; fields change or add headers, an empty one takes one away."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers |= {"Origin": self.base.rstrip("/"), "Content-Type": "application/json"}
        headers = {name: value for name, value in {**headers, **fields}.items() if value}
        return self.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body).encode(), headers)


def wait_for(condition: Any, seconds: float = 30) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
