"""The scripts of the pages: their sources fit together, and the bundles that are served are made from them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

from browsing import missing
from serving import ROOT

from whence.namespaces import BUILT_IN

FRONTEND = ROOT / "scripts" / "frontend"
STATIC = ROOT / "scripts" / "whence" / "web" / "static"


def test_the_editor_knows_the_prefixes_that_need_no_declaration() -> None:
    assert json.loads((FRONTEND / "src" / "prefixes.json").read_text(encoding="utf-8")) == BUILT_IN


def test_no_source_imports_itself_by_way_of_others() -> None:
    imports = {
        path.name: set(re.findall(r'(?:^import .* from |\bimport\()"\./(.+?)"', path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (FRONTEND / "src").glob("*.js")
    }
    assert imports["running.js"] >= {"table.js", "graph.js", "chart.js"}
    assert set(TopologicalSorter(imports).static_order()) == {path.name for path in (FRONTEND / "src").iterdir()}  # a circle raises


#: What takes the longer the more often a reader looks back, in texts that somebody may open the editor with.
HARD = ("a.", "a:b.", "<", "<a ", "'", "'a\n", '""" ', '"', "?", "@", "\\", "''' a", "あ")


def test_terms_are_read_in_a_time_that_grows_with_the_text() -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
    script = f"""
        import {{ terms }} from {json.dumps((FRONTEND / "src" / "sparql.js").as_uri())};
        const time = (text) => {{ const begun = performance.now(); for (const term of terms(text)); return performance.now() - begun; }};
        for (const part of {json.dumps(HARD)}) {{
          time(part.repeat(10000));
          console.log(Math.min(...[1, 2, 3].map(() => time(part.repeat(10000)))), Math.min(...[1, 2, 3].map(() => time(part.repeat(160000)))));
        }}
    """
    ended = subprocess.run([str(node), "--input-type=module", "-e", script], capture_output=True, text=True, check=True, timeout=120)
    for part, line in zip(HARD, ended.stdout.splitlines(), strict=True):
        short, long = map(float, line.split())
        assert long < 80 * short + 50, part  # 16 times the text: 256 times the time where it is quadratic


def test_the_bundles_are_what_the_sources_make_byte_by_byte(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "esbuild").is_dir():
        missing("esbuild (npm ci in scripts/frontend)")
    subprocess.run([str(node), "build.mjs", str(tmp_path)], cwd=FRONTEND, check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == {"annotate.js", "chart.js", "editor.js", "graph.js", "whence.js", "THIRD-PARTY-LICENSES.txt"}
    assert {name: (STATIC / name).read_bytes() for name in made} == made
