"""The shape of the code as no linter checks it: layers, sizes, and the public surface."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import whence

PACKAGE = Path(whence.__file__).parent
SCRIPTS = PACKAGE.parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_graph" not in path.parts)
TESTS = sorted((SCRIPTS.parent / "tests").rglob("*.py"))
LONGEST_FILE = 600
LONGEST_FUNCTION = 40

#: The rows of the table of layers: layer, room, what is in it, which rooms of the same layer it imports.
ROWS = re.findall(r"^\| (\d) \| `(\w+)` \| .*? \|(.*)\|$", (SCRIPTS / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
LAYERS = {room: int(layer) for layer, room, _ in ROWS}
SIDEWAYS = {(room, other) for _, room, others in ROWS for other in re.findall(r"`(\w+)`", others)}


def module_of(path: Path) -> str:
    """The module directly below `whence` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The modules directly below `whence` that a file imports, wherever it does but for the eyes of a type checker."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    only_types = {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        if node in only_types:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            parts = (node.module or "").split(".")
            if parts == ["whence"]:
                yield from (alias.name for alias in node.names)
            elif parts[0] == "whence":
                yield parts[1]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                if parts[0] == "whence" and len(parts) > 1:
                    yield parts[1]


def test_every_module_has_a_layer() -> None:
    assert {module_of(path) for path in FILES} - {"__init__"} == set(LAYERS)


def test_imports_go_down_or_one_way_within_a_layer() -> None:
    assert all(LAYERS[one] == LAYERS[other] and (other, one) not in SIDEWAYS for one, other in SIDEWAYS)
    wrong = []
    for path in FILES:
        own = module_of(path)
        for other in imported(path):
            if own == "__init__":
                allowed = other in ("api", "errors")
            else:
                allowed = other == own or other not in LAYERS or LAYERS[other] < LAYERS[own]
            if not allowed and (own, other) not in SIDEWAYS:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {other}")
    assert wrong == []


def test_files_and_functions_are_short() -> None:
    long = [str(path) for path in [*FILES, *TESTS, *SCRIPTS.glob("*.py")] if path.read_bytes().count(b"\n") > LONGEST_FILE]
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
                long.append(f"{path.relative_to(PACKAGE)}: {node.name} ({node.end_lineno - node.lineno + 1} lines)")
    assert long == []


def test_what_begins_with_an_underscore_stays_in_its_module() -> None:
    taken = [
        f"{path.relative_to(PACKAGE)}: {alias.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("whence")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert taken == []


def test_a_room_has_what_it_offers() -> None:
    wrong = []
    for info in pkgutil.walk_packages([str(PACKAGE)], "whence."):
        if info.ispkg and "_graph" not in info.name:
            room = importlib.import_module(info.name)
            wrong += [f"{info.name}.{word}" for word in getattr(room, "__all__", ()) if not hasattr(room, word)]
    assert wrong == []
