"""`whence pack`: catalogues beside the graph."""

from __future__ import annotations

import os
import shlex
import time
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from whence import mapping, packs
from whence.cli import console, process
from whence.cli.arguments import Parser
from whence.errors import UsageError, ValidationError, WhenceError
from whence.namespaces import PACK
from whence.packs import making
from whence.packs.making import Progress
from whence.packs.pack import Pack, sentence
from whence.report.words import count
from whence.store import layout
from whence.store.layout import GraphFiles

#: So many kinds of what is malformed are told; the table has them all.
_SHOWN = 5
_ACTIONS = ("add", "list", "update", "remove")


def declare(parser: Parser, _: str) -> None:
    """Declare the arguments of the command."""
    parser.intermixed = True
    parser.add_argument("action", choices=_ACTIONS, metavar="ACTION", help="add FILE ..., list, update NAME [FILE ...], or remove NAME")
    parser.add_argument("words", nargs="*", metavar="FILE|NAME", help="the published files that a pack is made of, or the name of a pack")
    parser.add_argument("--mapping", metavar="NAME|FILE", help="how the records become claims: a mapping that comes with whence, or a file (update: that of the pack)")
    parser.add_argument("--name", metavar="NAME", default="", help="what the pack is called (add only; default: the name that the mapping gives it)")
    parser.add_argument("--only", metavar="FILE", default="", help="a list of the records to take, one id or name a line (add only)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the list (default: text)")


def run(arguments: Namespace, _: str) -> int:
    """Do what is asked of the packs of the graph."""
    action, words = arguments.action, arguments.words
    for option, told in (("name", ("add",)), ("only", ("add",)), ("mapping", ("add", "update"))):
        if getattr(arguments, option) and action not in told:
            raise UsageError(f"--{option} is for whence pack {' and '.join(told)}.", fix=f"Leave --{option} out.")
    files = layout.locate(arguments.graph)
    if action == "list":
        if words:
            raise UsageError("whence pack list takes no name.", fix=f"Leave {words[0]} out.")
        return _list(files, arguments.format)
    if not words or (action == "remove" and len(words) > 1):
        raise UsageError(f"whence pack {action} takes {'a FILE or several' if action == 'add' else 'the NAME of a pack'}.", fix="See whence pack --help.")
    if action == "add":
        return _add(files, arguments)
    if action == "update":
        return _update(files, arguments)
    console.write("".join(f"{told}\n" for told in (f"The pack {words[0]} is removed.", *making.remove(files, words[0]))))
    return 0


def _add(files: GraphFiles, arguments: Namespace) -> int:
    if not arguments.mapping:
        raise UsageError("whence pack add lacks --mapping.", fix=f"Name one of {', '.join(mapping.names_of_mappings())}, or a file.")
    included = files.packs
    pack = making.add(files, arguments.words, arguments.mapping, name=arguments.name, only=arguments.only, progress=_progress(), tell=console.say)
    told = pack.manifest.counts
    if pack.name in included:
        console.say(f"It takes the place of the pack {pack.name} beside a graph that is included; --name makes one beside that, and whence pack remove {pack.name} brings that back.")
    console.write(f"The pack {pack.name} is made of {_files(pack)}: {_amount(told)}.\n" + _left(pack))
    if pack.base.startswith(PACK) and arguments.mapping not in mapping.names_of_mappings():
        console.say(f"Its things have IRIs below {pack.base}, which is not yours; name = \"{pack.name}\" and base = \"...\" in [pack] of the mapping give them an address of yours.")
    return _gate(pack)


def _update(files: GraphFiles, arguments: Namespace) -> int:
    name, *published = arguments.words
    changed = making.update(files, name, published=published, mapping=arguments.mapping or "", progress=_progress(), tell=console.say)
    told = f"{count(changed.added, 'triple is', 'triples are')} new, {count(changed.removed, 'is', 'are')} gone" if changed.added or changed.removed else "no triple changed"
    how = "" if arguments.mapping else f" by its own copy of the mapping {changed.pack.manifest.mapping} (--mapping takes another)"
    console.write(f"The pack {name} was read again from {_files(changed.pack)}{how}: {told}.\n" + _left(changed.pack))
    return _gate(changed.pack)


def _progress() -> Progress:
    """Return what tells how far the mapping is, and how long it will take."""
    began = time.monotonic()

    def tell(done: int, whole: int, what: str) -> None:
        share = done / whole if whole else 0
        elapsed = time.monotonic() - began
        process.stage(f"{what}: {share:.0%}" + (f", about {elapsed / share - elapsed:,.0f} s left" if share > 0.02 and elapsed > 1 else ""))

    return tell


def _files(pack: Pack) -> str:
    names = [one.name for one in pack.manifest.files]
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def _amount(counts: Mapping[str, int]) -> str:
    return f"{count(counts['claims'], 'claim')} and {count(counts['attestations'], 'position')} about {count(counts['things'], 'thing')}"


def _left(pack: Pack) -> str:
    """Say what no rule of the mapping speaks of, and what is malformed."""
    counts, lines = pack.manifest.counts, ""
    for number, one, more, name in ((counts["unmapped"], "value has no rule", "values have no rule", "unmapped.tsv"), (counts["findings"], "item is malformed", "items are malformed", "findings.tsv")):
        if number:
            lines += f"{count(number, one, more)}, see {shlex.quote(pack.files.display(os.path.join(pack.root, name)))}.\n"
    return lines + "".join(f"  {told}\n" for told in making.malformed(pack.root, _SHOWN))


def _gate(pack: Pack) -> int:
    """Judge a pack, and say so; one that fails stays, and is set aside."""
    try:
        pack.open(tell=console.say, progress=process.stage)
    except WhenceError as error:
        process.stage(None)
        console.say(sentence(pack.name, error))
        return error.exit_code
    process.stage(None)
    if not pack.manifest.counts["attestations"]:
        console.say(f"No rule of the mapping found an item, so the pack claims nothing. Mend the mapping; whence pack update {pack.name} --mapping FILE makes it anew.")
        return ValidationError.exit_code
    lacks = ", but lacks what is malformed (above)" if pack.manifest.counts["findings"] else ""
    console.write(f"It holds{lacks}. Ask it with --pack {pack.name}; packs = [\"{pack.name}\"] in whence.toml lets cards, pages and /sparql show it.\n")
    return 0


def _list(files: GraphFiles, form: str) -> int:
    """Print the packs, each with whether it holds."""
    chosen = packs.chosen(files)
    rows = [_row(files, name, pack, name in chosen) for name, pack in packs.found(files).items()]
    process.stage(None)
    if form == "json":
        console.write_json(rows)
    elif not rows:
        console.write("There is no pack beside this graph. whence pack add makes one of a published file.\n")
    else:
        console.write("\n".join(_lines(row) for row in rows))
    return ValidationError.exit_code if any(row["set_aside"] for row in rows) else 0


def _row(files: GraphFiles, name: str, pack: Pack | WhenceError, chosen: bool) -> dict[str, Any]:
    aside = ""
    told: dict[str, Any] = {"name": name, "chosen": chosen}
    try:
        if not isinstance(pack, Pack):
            raise pack
        one = pack.manifest
        told |= {key: getattr(one, key) for key in ("title", "version", "source", "licence", "notice", "mapping", "made", "counts")}
        told |= {"graph": pack.graph.value, "folder": files.display(pack.root), "files": [{"name": file.name, "digest": file.digest, "length": file.length} for file in one.files]}
        pack.open(progress=process.stage)
    except WhenceError as error:
        aside = sentence(name, error)
    return {**told, "set_aside": aside}


def _lines(row: dict[str, Any]) -> str:
    """Return a pack in lines: what it is, how much, under which licence, and whether it holds."""
    if "title" not in row:
        return f"{row['name']}\n  {row['set_aside']}\n"
    counts = row["counts"]
    version = f", version {row['version']}" if row["version"] else ""
    faces = "cards, pages, lineages and /sparql show it" if row["chosen"] else f'packs = ["{row["name"]}"] in whence.toml lets cards, pages, lineages and /sparql show it'
    state = row["set_aside"] or f"It holds; {faces}, queries with --pack."
    lines = [
        f"{row['name']}: {row['title']}{version}, made {row['made']}",
        f"{_amount(counts)}; {count(counts['unmapped'], 'value')} without a rule, {count(counts['findings'], 'malformed item')}",
        f"{row['source']}, licence {row['licence']}", *([row["notice"]] if row["notice"] else []), state,
    ]  # fmt: skip
    return "\n  ".join(lines) + "\n"
