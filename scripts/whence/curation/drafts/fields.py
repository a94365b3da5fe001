"""What other tools call things, as keys of a record: tags, attributes, features, and lines of comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from whence.curation.forms import Forms
from whence.curation.records import KEYS

_LINE = re.compile(r"(?:[-*]\s*+)?([\w][\w .-]{0,40}?)\s*+[:=]\s*+(\S.*)")
#: Keys that no field sets: the words are those that were annotated, and things to create are an object.
_NO_FIELDS = ("quote", "new")


class Terms:
    """The words of a graph's model: classes of claims, roles, and keys of a record."""

    def __init__(self, forms: Forms) -> None:
        claims = [*forms.claims.values(), forms.question]
        self.classes = {folded(name): form.name for form in claims for name in (form.name, form.label)}
        self.roles = {form.name: {folded(name): role.name for role in form.roles for name in role.names} for form in claims}
        self._any_role = {name: role for roles in self.roles.values() for name, role in roles.items()}
        positions = {folded(name): role.name for role in forms.attestation.roles if role.name != "attests" for name in role.names}
        own = {folded(key): key for key in (*KEYS, "answers", "askedBy", "addressee", "number") if key not in ("roles", "start", "end")}
        self.keys = positions | own

    def put(self, record: dict[str, Any], name: str, value: Any) -> bool:
        """Put a field of a tool into a record, as a key of it or a role; report whether it is one."""
        key, kind = folded(name), record.get("class", "")
        roles = self.roles.get(self.classes.get(folded(str(kind)), ""), self._any_role)
        if key in ("claim", "type", "kind") and folded(str(value)) in self.classes:
            key = "class"
        if key in roles:
            record.setdefault("roles", {})[roles[key]] = value
        elif key in self.keys and key not in _NO_FIELDS:
            record[self.keys[key]] = self.classes.get(folded(str(value)), value) if key == "class" else value
        else:
            return False
        return True

    def fill(self, record: dict[str, Any], fields: Mapping[str, Any], notes: list[str]) -> None:
        """Put fields into a record, the class first, since it tells the roles; note what is none."""
        for name, value in sorted(fields.items(), key=lambda item: folded(item[0]) not in ("class", "claim", "type", "kind")):
            if value in (None, "", [], {}):
                continue
            if isinstance(value, dict) and folded(name) in ("roles", "new"):
                record.setdefault(folded(name), {}).update(value)
            elif not self.put(record, name, value):
                shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                notes.append(f"{name} is neither a key of a record nor a role, so {shown[:80]!r} is left out.")

    def read_tags(self, record: dict[str, Any], tags: Iterable[str], notes: list[str]) -> None:
        """Take tags in: the name of a class, or `key: value`."""
        waiting = []
        for tag in tags:
            if folded(tag) in self.classes:
                record["class"] = self.classes[folded(tag)]
            else:
                waiting.append(tag)
        for tag in waiting:
            match = _LINE.fullmatch(tag.strip())
            if match is None or not self.put(record, match[1], _listed(match[2])):
                notes.append(f"The tag {tag[:80]!r} names no class of claims and gives no key: it is left out.")

    def read_comment(self, record: dict[str, Any], comment: str, notes: list[str]) -> None:
        """Take a comment in: a record in JSON, or lines `key: value`; other lines are noted."""
        if comment.lstrip().startswith("{"):
            try:
                value = json.loads(comment)
            except (ValueError, RecursionError):
                value = None
            if isinstance(value, dict):
                self.fill(record, value, notes)
                return
        lines = [(line, _LINE.fullmatch(line.strip())) for line in comment.splitlines() if line.strip()]
        lines.sort(key=lambda item: item[1] is None or folded(item[1][1]) not in ("class", "claim", "type", "kind"))
        said = [line.strip() for line, match in lines if match is None or not self.put(record, match[1], _listed(match[2]))]
        if said:
            notes.append(f"The annotation says: {' '.join(said)[:300]}")


def _listed(value: str) -> str | list[str]:
    parts = [part.strip() for part in re.split("[;|]", value) if part.strip()]
    return parts if len(parts) > 1 else value


def folded(name: str) -> str:
    """Return a name without case, spaces, hyphens and what stands before its last colon or slash.

    >>> folded("wh:comparedWith"), folded("Compared-with")
    ('comparedwith', 'comparedwith')
    """
    return re.sub(r"[\s_.-]+", "", re.split(r"[:/#]", name.strip())[-1]).casefold()
