"""The pack of the Media Arts Database that comes with whence, and how much of the whole catalogue its mapping understands."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyoxigraph

from whence import packs
from whence.mapping import run
from whence.namespaces import PREFIXES
from whence.store import layout

ROOT = Path(__file__).resolve().parent.parent.parent
PACK = ROOT / "triples" / "packs" / "madb"


def test_the_pack_holds_and_names_licence_and_notice() -> None:
    pack = packs.found(layout.locate(ROOT))["madb"]
    assert isinstance(pack, packs.Pack)
    manifest = pack.manifest
    assert manifest.licence.startswith("https://")
    assert "Media Arts Database" in manifest.notice
    assert 400 <= manifest.counts["claims"] <= 1_500
    store = pack.open()
    head = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in PREFIXES.items()) + f"PREFIX madb: <{manifest.base}> "
    for question in (
        "?c wh:work madb:C10247 ; wh:agent madb:C73539 ; wh:role role:director",  # Izubuchi directs RahXephon
        "?c wh:work madb:C8806 ; wh:agent madb:agent-武内直子 ; wh:role role:original-work-creator",
        "?c wh:work madb:C14812 ; wh:agent madb:C73539 ; wh:role role:chief-director",
        "?p wh:attests ?c ; wh:mode wh:Record ; wh:ascribedTo ?source . ?c wh:work madb:C8806",
    ):
        assert store.query(f"{head} ASK {{ {question} }}"), question


def test_roles_of_nearly_all_entries_have_a_term(shared: Path, tmp_path: Path) -> None:
    files = []
    for name in ("an207_ttl_2021-10.zip", "metadata_an-col_an210_ttl.zip"):
        with zipfile.ZipFile(shared / "data" / "madb" / name) as archive:
            head, *records = archive.read(archive.namelist()[0]).decode().split("\n\n")
        files.append(tmp_path / name.replace(".zip", ".ttl"))
        files[-1].write_text("\n\n".join([head, *records[::6], ""]), encoding="utf-8")  # one record of six tells as much
    run([str(file) for file in files], "madb", str(tmp_path))
    store = pyoxigraph.Store()
    for part in (tmp_path / "data").iterdir():
        store.bulk_load(path=str(part), format=pyoxigraph.RdfFormat.TURTLE)
    credit = "PREFIX wh: <https://w3id.org/whence/ontology#> SELECT (COUNT(*) AS ?n) { ?c a wh:Contribution ; wh:role ?role . ?p wh:attests ?c "
    [[all_]], [[left]] = (list(store.query(credit + end)) for end in ("}", "; wh:printedAs ?words FILTER (?role = wh:RoleNotStated) }"))  # type: ignore[arg-type]
    assert int(all_.value) > 5_000  # type: ignore[union-attr]
    assert int(left.value) < int(all_.value) * 0.05  # type: ignore[union-attr]
    findings = (tmp_path / "findings.tsv").read_text("utf-8").count("\n")
    assert findings < 350
