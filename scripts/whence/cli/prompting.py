"""Asking at a terminal what a record leaves open: which of several things is meant, what a new one is."""

from __future__ import annotations

import sys
from typing import Any

from whence.curation import Problem

_SHOWN = 9


def is_possible() -> bool:
    """Report whether somebody sits at a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def answered(record: dict[str, Any], problem: Problem) -> bool:
    """Ask for a problem of a record and put the answer into it; report whether there was one."""
    name = str(_value(record, problem.field) or "")
    lines = [f"whence: {problem.sentence}"]
    lines += [f"  {number}  {choice}" for number, choice in enumerate(problem.choices[:_SHOWN], start=1)]
    can_create = bool(problem.offers and name)
    lines += [f"  n  create {name!r}"] if can_create else []
    asked = ["a number"] * bool(problem.choices) + ["n"] * can_create + ["another value"]
    reply = _ask("\n".join([*lines, f"Type {', '.join(asked)}, or nothing to stop: "]))
    if not reply:
        return False
    if can_create and reply == "n":
        kind = _ask(f"Which class? {', '.join(problem.offers)}: ")
        if kind:
            record.setdefault("new", {})[name] = kind
        return bool(kind)
    chosen = problem.choices[int(reply) - 1] if reply.isdecimal() and 0 < int(reply) <= len(problem.choices[:_SHOWN]) else reply
    _put(record, problem.field, chosen)
    return True


def _ask(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _value(record: dict[str, Any], field: str) -> Any:
    first, _, rest = field.partition(".")
    if first == "roles":
        return record.get("roles", {}).get(rest)
    return rest.rpartition(".")[0] if first == "new" and "." in rest else rest if first == "new" else record.get(field)


def _put(record: dict[str, Any], field: str, value: str) -> None:
    first, _, rest = field.partition(".")
    if first == "roles":
        record.setdefault("roles", {})[rest] = value
    elif first == "new":
        known = record.setdefault("new", {})
        name, _, key = rest.rpartition(".") if rest not in known else (rest, "", "class")
        said = known.get(name)
        known[name] = {**(said if isinstance(said, dict) else {"class": said}), key: value}
    else:
        record[field] = value
