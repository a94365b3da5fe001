"""Random edits of the files of a graph, and its judgement from what is remembered held against that of the whole."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Quad, Store

from whence import validation
from whence.store import layout
from whence.store.layout import GraphFiles
from whence.validation import deriving, edit_basis
from whence.validation.stages import Outcome


def both_ways(graph: Path | GraphFiles) -> tuple[Outcome, Outcome]:
    """Judge a graph from what is remembered and as a whole, hold both against each other, and return both."""
    files = graph if isinstance(graph, GraphFiles) else layout.locate(graph)
    again, whole = validation.check(files), validation.check(files, whole=True)
    assert again.report.findings == whole.report.findings
    assert again.report.focus_counts == whole.report.focus_counts
    assert (again.store is None) == (whole.store is None)
    if again.store is not None and whole.store is not None:
        assert quads(again.store) == quads(whole.store)
        assert set(again.store.named_graphs()) == set(whole.store.named_graphs())
        validation.remember(files, again)
    return again, whole


def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no edit count as large."""
    for module in (edit_basis, deriving):
        monkeypatch.setattr(module, "COST", 0)


def quads(store: Store) -> set[Quad]:
    """What a store holds; blank nodes, which only the model has, have other labels at each reading."""
    return {quad for quad in store if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)}


def blocks(path: Path) -> list[str]:
    """The prefixes of a file of the house style, then its blocks."""
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    return re.split(r"\n\n+", re.sub(r"^\.\n(?!\n|\Z)", ".\n\n", text, flags=re.MULTILINE))


def a_block(chance: random.Random, paths: list[Path]) -> tuple[Path, list[str], int]:
    """Choose a file and one of its blocks; return the file, its parts, and the block's number among them."""
    path = chance.choice(paths)
    parts = blocks(path)
    return path, parts, chance.randrange(1, len(parts))


def inner(lines: list[str]) -> list[int]:
    """The numbers of the lines of a block that say something and are followed by others."""
    return [index for index, line in enumerate(lines) if line.startswith("  ") and line.endswith(";")]


def drop_a_line(chance: random.Random, paths: list[Path]) -> None:
    path, parts, number = a_block(chance, paths)
    lines = parts[number].split("\n")
    if len(saying := inner(lines)) > 1:
        del lines[chance.choice(saying)]
    parts[number] = "\n".join(lines)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def lend_a_line(chance: random.Random, paths: list[Path]) -> None:
    """Put a line of one block into another, with the prefixes of its file."""
    donor, path = chance.choice(paths), chance.choice(paths)
    prefixes, *others = blocks(donor)
    lines = [line for line in chance.choice(others).split("\n") if line.startswith("  ") and line.endswith(";")]
    parts = blocks(path)
    number = chance.randrange(1, len(parts))
    if lines and "\n" in parts[number]:
        subject, rest = parts[number].split("\n", 1)
        parts[number] = "\n".join([subject, chance.choice(lines), rest])
        if donor != path:
            parts[0] = f"{prefixes}\n{parts[0]}"
    path.write_text("\n\n".join(parts), encoding="utf-8")


def drop_a_block(chance: random.Random, paths: list[Path]) -> None:
    path = chance.choice(paths)
    parts = blocks(path)
    if len(parts) > 2:
        del parts[chance.randrange(1, len(parts))]
    path.write_text("\n\n".join(parts).rstrip("\n") + "\n", encoding="utf-8")


def repeat_a_block_elsewhere(chance: random.Random, paths: list[Path]) -> None:
    """Say in a new file what another file says, so that dropping one of them changes nothing."""
    path = chance.choice(paths)
    parts = blocks(path)
    (path.parent / f"copy{chance.randrange(1000)}.ttl").write_text(f"{parts[0]}\n\n{chance.choice(parts[1:])}\n", encoding="utf-8")


def delete_a_copy(chance: random.Random, paths: list[Path]) -> None:
    copies = [path for path in paths if path.name.startswith("copy")]
    if copies:
        chance.choice(copies).unlink()


def change_a_text(chance: random.Random, paths: list[Path]) -> None:
    path, parts, number = a_block(chance, paths)
    parts[number] = re.sub(r'(?<=\s)"', f'"{chance.choice("ABC")}', parts[number], count=1)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def swap_a_value(chance: random.Random, paths: list[Path]) -> None:
    """Give a line the value that another line of the file has for the same property."""
    path, parts, number = a_block(chance, paths)
    lines = parts[number].split("\n")
    if saying := inner(lines):
        index = chance.choice(saying)
        own = lines[index].split()[0]
        others = [line for part in parts[1:] for line in part.split("\n") if line.startswith(f"  {own} ") and line.endswith(";")]
        lines[index] = chance.choice(others or [lines[index]])
    parts[number] = "\n".join(lines)
    path.write_text("\n\n".join(parts), encoding="utf-8")


def copy_a_block(chance: random.Random, paths: list[Path]) -> None:
    """Add a thing that is like another one under a name of its own, and perhaps change it."""
    path = chance.choice(paths)
    parts = blocks(path)
    subject, *rest = chance.choice(parts[1:]).rstrip().split("\n")
    if rest and re.fullmatch(r"[\w-]+:[\w-]+", subject):
        parts[-1] = parts[-1].rstrip() + "\n"
        path.write_text("\n\n".join([*parts, "\n".join([f"{subject}-copy{chance.randrange(1000)}", *rest, ""])]), encoding="utf-8")
        if chance.random() < 0.7:
            swap_a_value(chance, [path])


def drop_a_claim(chance: random.Random, paths: list[Path]) -> None:
    """Take a claim away, with every position on it."""
    path = chance.choice([path for path in paths if path.parent.name == "claims"])
    claim = chance.choice(re.findall(r"^(id:claim-\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    for other in paths:
        text = other.read_text(encoding="utf-8")
        kept = re.sub(rf"^(?:{claim}|id:\S+\n(?:  .*\n)*?  wh:attests {claim} ;)\n(?:  .*\n)*\.\n", "", text, flags=re.MULTILINE)
        if kept != text:
            other.write_text(kept, encoding="utf-8")


def several(chance: random.Random, paths: list[Path]) -> None:
    for _ in range(3):
        chance.choice([change_a_text, swap_a_value, copy_a_block])(chance, paths)


EDITS: list[Callable[[random.Random, list[Path]], None]] = [
    drop_a_line, lend_a_line, lend_a_line, drop_a_block, repeat_a_block_elsewhere, delete_a_copy, change_a_text, swap_a_value, swap_a_value, copy_a_block,
    copy_a_block, several,
]  # fmt: skip
