"""The readers of JSON-LD that others use: jsonld.js, PyLD and rdflib, each from a document or from its address."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from pathlib import Path

import pyoxigraph
import rdflib
from browsing import missing
from pyld import jsonld
from pyoxigraph import Quad, RdfFormat

from whence.rdf.canonical import canonical

__all__ = ["READERS", "read"]

READERS = ("jsonld.js", "PyLD", "rdflib")
_FRONTEND = Path(__file__).resolve().parents[2] / "scripts" / "frontend"
_SCRIPT = """
import jsonld from "jsonld";
let source = "";
for await (const piece of process.stdin) source += piece;
process.stdout.write(await jsonld.toRDF(JSON.parse(source), { format: "application/n-quads" }));
"""


def read(reader: str, source: object) -> set[Quad]:
    """Return the quads that a reader finds, blank nodes labelled canonically.

    :param source: a document, or the address of one, which is fetched with its context
    """
    triples = {"jsonld.js": _js, "PyLD": _pyld, "rdflib": _rdflib}[reader](source)
    return set(canonical(pyoxigraph.parse(triples.encode(), format=RdfFormat.N_QUADS)))


def _js(source: object) -> str:
    node = shutil.which("node")
    if node is None or not (_FRONTEND / "node_modules" / "jsonld").is_dir():
        missing("jsonld (npm ci in scripts/frontend)")
    command = [str(node), "--input-type=module", "-e", _SCRIPT]
    ended = subprocess.run(command, cwd=_FRONTEND, input=json.dumps(source), capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _pyld(source: object) -> str:
    return str(jsonld.to_rdf(source, {"format": "application/n-quads", "documentLoader": jsonld.requests_document_loader()}))


def _rdflib(source: object) -> str:
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own reader uses what it deprecates
        graph.parse(source, format="json-ld") if isinstance(source, str) else graph.parse(data=json.dumps(source), format="json-ld")
    return graph.serialize(format="nt")
