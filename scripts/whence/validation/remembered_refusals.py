"""Refusals remembered: what was wrong with a graph is told again at once, as long as nothing of it is touched.

They are kept by the digest of everything that went into the graph, as validated graphs are (`whence.store.snapshot`). A note that
cannot be read, or that others could have written, counts as none, and the graph is validated again.
"""

from __future__ import annotations

import json
import os

from whence.errors import InputError
from whence.findings import Finding, path_from_json, Place, Report, Severity
from whence.rdf.reading import decode
from whence.store import cache
from whence.store.layout import GraphFiles

_FOLDER = "refusals"
_KEPT = 8


def keep(digest: str, records: list[dict[str, object]], counts: dict[str, int]) -> None:
    """Remember the report of a graph that was refused; what cannot be kept is found out again.

    :param records: its findings, with the names of files relative to the graph directory
    :param counts: the focus nodes that each shape met
    """
    folder = cache.remember(_FOLDER, digest, json.dumps([records, counts], ensure_ascii=False).encode())
    if folder is not None:
        try:
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime, reverse=True)[_KEPT:]:
                os.unlink(entry.path)
        except OSError:
            pass


def recall(digest: str, files: GraphFiles) -> tuple[Report, dict[str, str]] | None:
    """Return the report of a refused graph and the texts of the files it names, by display name, or None."""
    kept = cache.recall(_FOLDER, digest)
    if kept is None:
        return None
    records, counts = json.loads(kept)
    names = {os.path.relpath(path, files.root): path for path in files.taking_part()}
    texts: dict[str, str] = {}
    for record in records:
        record["severity"] = Severity(record["severity"])
        record["path"] = path_from_json(record["path"]) if record["path"] else None
        if record["place"]:
            relative, line, column = record["place"]
            shown = files.display(os.path.join(files.root, relative) if relative not in names else names[relative])
            record["place"] = Place(shown, line, column)
            _add_text(texts, shown, files, names.get(relative))
    return Report([Finding(**record) for record in records], counts, {}), texts


def _add_text(texts: dict[str, str], shown: str, files: GraphFiles, path: str | None) -> None:
    if path is not None and shown not in texts:
        try:
            texts[shown] = decode(files.read(path), shown)
        except InputError:
            pass
