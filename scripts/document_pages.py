"""Writes the pages that are generated from the graph: scripts/document [--check] [--texts DIR]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from whence import graph
from whence.errors import WhenceError
from whence.evidence.texts import Texts
from whence.quality.coverage_page import coverage_page
from whence.quality.terms_page import terms_page

ROOT = Path(__file__).resolve().parent.parent


def pages(texts: str | None) -> dict[Path, str]:
    """Return the file and content of each page; the one about the texts only when a directory of texts is given."""
    files = graph.locate(ROOT)
    found = {ROOT / "ontology" / "TERMS.md": terms_page(files)}
    if texts is not None:
        folder = Texts(texts)
        read = {name: Path(folder.directory, name).read_bytes() for name in folder.names}
        decoded = {name: raw.decode("utf-8", "replace") for name, raw in read.items()}
        found[ROOT / "ontology" / "COVERAGE.md"] = coverage_page(files, decoded)
    return found


def main() -> int:
    """Write what differs; with --check write nothing, and exit with 1 where something differs."""
    parser = argparse.ArgumentParser(prog="scripts/document", description="Regenerates the generated pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    parser.add_argument("--texts", metavar="DIR", help="the directory with the source texts, for ontology/COVERAGE.md")
    arguments = parser.parse_args()
    try:
        wanted = pages(arguments.texts)
    except WhenceError as error:
        print(error, file=sys.stderr)
        return 3
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != content]
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is out of date' if arguments.check else 'written'}")
        if not arguments.check:
            path.write_text(wanted[path], encoding="utf-8")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
