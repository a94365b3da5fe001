"""The shape of the code: layers, sizes, silence of the library, and the public surface."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import whence

PACKAGE = Path(whence.__file__).parent
SCRIPTS = PACKAGE.parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_graph" not in path.parts)
TESTS = sorted((SCRIPTS.parent / "tests").rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 40

#: The layer of each module directly below `whence`; imports go down, or stay within one module's package.
LAYERS = {
    "errors": 0,
    "process": 1,
    "findings": 1,
    "namespaces": 1,
    "nearest": 1,
    "rdf": 2,
    "sparql": 2,
    "evidence": 3,
    "inference": 3,
    "shacl": 3,
    "store": 3,
    "catalog": 4,
    "export": 4,
    "lineage": 4,
    "ontology": 4,
    "report": 4,
    "things": 4,
    "validation": 4,
    "api": 5,
    "cli": 5,
    "mcp": 5,
    "web": 5,
    "__main__": 6,
}
PRINTING = {"cli", "__main__", "web", "mcp"}


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
    assert {module_of(path) for path in FILES} - {"__init__"} <= set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    own = module_of(path)
    if own == "__init__":
        assert set(imported(path)) <= {"api", "errors"}
        return
    for other in imported(path):
        if other != own and other in LAYERS:
            same = LAYERS[other] == LAYERS[own]
            assert LAYERS[other] < LAYERS[own] or (same and (own, other) in SIDEWAYS), f"{own} imports {other}"


#: Within one layer, one direction only: who may import whom.
SIDEWAYS = {("cli", "web"), ("ontology", "catalog"), ("ontology", "validation"), ("validation", "catalog"), ("sparql", "rdf"), ("lineage", "catalog"), ("lineage", "things")}


def test_sideways_imports_make_no_circle() -> None:
    assert not {(one, other) for one, other in SIDEWAYS if (other, one) in SIDEWAYS}


@pytest.mark.parametrize("path", [*FILES, *TESTS, *sorted(SCRIPTS.glob("*.py"))], ids=lambda path: path.name)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_functions_are_short(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", [path for path in FILES if module_of(path) not in PRINTING], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_library_never_prints_or_exits(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    touched = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not called & {"print", "exit", "quit", "input"}
    assert not touched & {"sys.stdout", "sys.stderr", "sys.exit", "os._exit"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_say_what_they_are_and_annotate(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    if path != PACKAGE / "__init__.py":
        futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        assert [alias.name for node in futures for alias in node.names] == ["annotations"]


def module_names() -> list[str]:
    return sorted(info.name for info in pkgutil.walk_packages([str(PACKAGE)], "whence.") if "_graph" not in info.name)


@pytest.mark.parametrize("name", module_names())
def test_all_names_exist_and_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    surface = module.__all__
    assert len(set(surface)) == len(surface)
    for word in surface:
        member = getattr(module, word)
        if callable(member) and getattr(member, "__module__", "").startswith("whence"):
            assert member.__doc__, f"{name}.{word}"
