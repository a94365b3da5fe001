"""Merging what two curators changed in one file of Turtle: subject by subject and property by property, not line by line.

Where both add, both stay, comments too; they conflict only where both gave one property of one subject another value, or each
changed something of what a speaker is taken to mean. The result is in the style of the house, positions in text order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from whence.errors import InputError
from whence.namespaces import PREFIXES, WH, local, shorten, spaced
from whence.rdf.grammar import read_tree
from whence.rdf.layout import lay_out
from whence.rdf.terms import whole_number
from whence.rdf.tree import DEEPEST, Directive, Document, Node, Paragraph, Property, Shape, Statement

_LABEL = f"{PREFIXES['skos']}prefLabel"
_SPAN = (f"{WH}start", f"{WH}end")
#: What a speaker is taken to mean: one reading of the words, so of two readings nobody wants a half of each.
_READING = tuple(WH + name for name in ("polarity", "commitment", "mood", "hedge"))

#: Of a subject: its key, and which of its blocks it is where it has several.
_Subject = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Merged:
    """What two changes of a file come to.

    :ivar text: the file; where they disagree, both blocks stand in it between marks of conflict
    :ivar conflicts: a sentence for each disagreement, none where the file is whole
    """

    text: str
    conflicts: tuple[str, ...]


def merge(base: str, ours: str, theirs: str, single: Collection[str], name: Callable[[str], str] = shorten) -> Merged:
    """Return what two changes of one text come to.

    :param base: what both started from, empty where both added the file
    :param single: the IRIs of properties that take one value
    :param name: returns what the IRI of a thing is called
    """
    try:
        common, first, second = (_File(text, whose) for text, whose in ((base, "common"), (ours, "first"), (theirs, "second")))
    except InputError as error:
        return Merged(_marked(ours, theirs), (f"This cannot be read, so it was not merged: {error}",))
    clash = next((prefix for prefix, iri in first.prefixes.items() if second.prefixes.get(prefix, iri) != iri), None)
    if clash is not None:
        return Merged(_marked(ours, theirs), (f"The prefix {clash} stands for two things, so nothing was merged. Let it mean one in both.",))
    return _Merge(common, first, second, single, name).merged()


def _marked(ours: str, theirs: str) -> str:
    ours, theirs = (text if text.endswith("\n") or not text else text + "\n" for text in (ours, theirs))
    return f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"


class _File:
    """A text with its blocks by subject.

    :raises InputError: it is no Turtle
    """

    def __init__(self, text: str, whose: str) -> None:
        self.items: Document = read_tree(text.removeprefix("\ufeff"), f"the {whose} version", deepest=DEEPEST) if text.strip() else []
        self.prefixes = {one.prefix: one.iri for one in self.items if isinstance(one, Directive) and one.prefix is not None}
        self.blocks: dict[_Subject, Statement] = {}
        self.order: list[_Subject | tuple[str, ...]] = []
        met: Counter[str] = Counter()
        for item in self.items:
            if isinstance(item, Statement):
                key = item.subject.key if item.subject.text else lay_out([item])
                subject = (key, met[key])
                met[key] += 1
                self.blocks[subject] = item
                self.order.append(subject)
            elif isinstance(item, Paragraph):
                words = "\n".join(item.lines)
                self.order.append(("paragraph", str(met[words]), *item.lines))
                met[words] += 1

    @property
    def directives(self) -> list[Directive]:
        return [item for item in self.items if isinstance(item, Directive)]

    def content(self, subject: str) -> object:
        """What all blocks of a subject state together."""
        return [_content(self.blocks[key]) for key in self.order if key[0] == subject and isinstance(key[1], int)]  # type: ignore[index]

    def fold(self, subject: str) -> None:
        """Put the blocks of a subject into the first of them."""
        keys = [key for key in self.order if key[0] == subject and isinstance(key[1], int)]
        blocks = [self.blocks.pop(key) for key in keys]  # type: ignore[arg-type]
        self.order = [key for key in self.order if key not in keys[1:]]
        if blocks:
            first = replace(blocks[0].subject, before=[line for one in blocks for line in one.subject.before])
            rest = ([line for one in blocks for line in lines(one)] for lines in (lambda one: one.closing, lambda one: one.after))
            self.blocks[subject, 0] = Statement(first, [item for one in blocks for item in one.properties], *rest)


def _content(block: Statement | None) -> object:
    """What a block states and the comments in it, whatever its layout; that of one with nested nodes by how it is laid out."""
    if block is None or _is_nested(block):
        return block and lay_out([block])
    return {(one.iri, node.key) for one in block.properties for node in one.objects}, Counter(_comments([block]))


def _comments(items: Iterable[Statement | Directive | Property | Node]) -> Iterator[str]:
    for item in items:
        for name in ("before", "opening", "after", "closing"):
            yield from getattr(item, name, ())
        for name in ("properties", "objects", "members"):
            yield from _comments(getattr(item, name, ()))
        if isinstance(item, Statement):
            yield from _comments([item.subject])


def _unkept(result: Iterable[Statement | Directive], base: Iterable[Statement | Directive], *sides: Iterable[Statement | Directive]) -> list[str]:
    """Return the comments that the result lacks, of those that both sides have and those that one added to what both started from."""
    before, (here, there) = Counter(_comments(base)), (Counter(_comments(side)) for side in sides)
    return list((((here & there) | (here - before) | (there - before)) - Counter(_comments(result))).elements())


def _is_nested(block: Statement) -> bool:
    return any(node.shape in (Shape.PROPERTIES, Shape.COLLECTION) for one in block.properties for node in one.objects)


class _Merge:
    """Three versions of a file being merged."""

    def __init__(self, base: _File, ours: _File, theirs: _File, single: Collection[str], name: Callable[[str], str]) -> None:
        self.base, self.ours, self.theirs, self.single, self.name = base, ours, theirs, single, name
        self.conflicts: list[str] = []
        self.marked: dict[int, tuple[str, str]] = {}
        files = (base, ours, theirs)
        for subject in dict.fromkeys(key[0] for file in files for key, block in file.blocks.items() if key[1] and block.subject.text):
            was, here, there = (file.content(subject) for file in files)
            if was not in (here, there) and here != there:
                for file in files:
                    file.fold(subject)

    def merged(self) -> Merged:
        blocks: dict[object, Statement | Paragraph] = {}
        for key in self._order():
            if isinstance(key[1], int):
                block = self._block(key)  # type: ignore[arg-type]
                if block is not None:
                    blocks[key] = block
            else:
                blocks[key] = Paragraph(list(key[2:]))  # type: ignore[arg-type]
        laid_out = self._sorted(list(blocks.values()))
        text, at, pieces = lay_out([*self._directives(), *laid_out]), 0, []
        for item in laid_out:
            if id(item) in self.marked:
                plain, marked = self.marked[id(item)]
                begun = text.index(plain, at)
                pieces += [text[at:begun], marked]
                at = begun + len(plain)
        return Merged("".join([*pieces, text[at:]]), tuple(self.conflicts))

    def _directives(self) -> list[Directive]:
        """Return the prefixes and bases of both, with the comments of both."""
        found = self.ours.directives
        known = {(one.prefix, one.iri) for one in found}
        found += [one for one in self.theirs.directives if (one.prefix, one.iri) not in known]
        if unkept := _unkept(found, self.base.directives, self.ours.directives, self.theirs.directives):
            found[0] = replace(found[0], before=[*unkept, *found[0].before])
        return found

    def _order(self) -> list[_Subject | tuple[str, ...]]:
        """Return all blocks as the first version has them, each new one of the second behind the one it follows there."""
        known, gone, kept = set(self.ours.order), set(self.base.order), set(self.theirs.order)
        behind: dict[object, list[_Subject | tuple[str, ...]]] = defaultdict(list)
        before: object = None
        for key in self.theirs.order:
            if key not in known and (key not in gone or isinstance(key[1], int)):
                behind[before].append(key)
                known.add(key)
            before = key if key in known else before
        order: list[_Subject | tuple[str, ...]] = []
        waiting = [*reversed(self.ours.order), *behind[None]]
        while waiting:
            key = waiting.pop()
            order.append(key)
            waiting += behind.pop(key, ())
        return [key for key in order if isinstance(key[1], int) or key not in gone or key in kept]

    def _block(self, key: _Subject) -> Statement | Paragraph | None:
        """Return what a subject has in the end, or None where it is gone; comments alone where only they are left."""
        base, ours, theirs = (file.blocks.get(key) for file in (self.base, self.ours, self.theirs))
        was, here, there = map(_content, (base, ours, theirs))
        if here == there or there == was:
            return ours
        if here == was:
            return theirs
        if ours is None or theirs is None:
            left, block = (("first", theirs) if ours is None else ("second", ours))
            assert block is not None
            self.conflicts.append(f"{self.name(key[0].strip('<>'))} was taken out in the {left} version and changed in the other.")
            return self._mark(block, "" if ours is None else lay_out([ours]), "" if theirs is None else lay_out([theirs]))
        disagreed = [f"{self.name(key[0].strip('<>'))} was changed in both."] if any(map(_is_nested, (ours, theirs))) else []
        block = ours if disagreed else replace(ours, properties=self._properties(key, base, ours, theirs, disagreed))
        if disagreed:
            self.conflicts += disagreed
            return self._mark(ours, lay_out([ours]), lay_out([theirs]))
        unkept = _unkept([block], [base] if base else [], [ours], [theirs])
        if not block.properties:
            comments = [*_comments([block]), *unkept]
            return Paragraph(comments) if comments else None
        return replace(block, subject=replace(block.subject, before=[*block.subject.before, *unkept])) if unkept else block

    def _mark(self, block: Statement, ours: str, theirs: str) -> Statement:
        self.marked[id(block)] = lay_out([block]), _marked(ours, theirs)
        return block

    def _properties(self, key: _Subject, base: Statement | None, ours: Statement, theirs: Statement, disagreed: list[str]) -> list[Property]:
        """Return the properties of a block that both versions changed, and add a sentence for each on which they disagree."""
        found: list[Property] = []
        for iri in dict.fromkeys(one.iri for block in (ours, theirs) for one in block.properties):
            was, here, there = (_values(block, iri) for block in (base, ours, theirs))
            lost = (was.keys() - here.keys()) | (was.keys() - there.keys())
            values = {term: node for term, node in {**there, **here}.items() if term not in lost}
            if self._disagree(iri, was, here, there, values):
                told = [" and ".join(map(self._word, side.values())) or "nothing" for side in (here, there)]
                label = "name" if iri == _LABEL else spaced(local(iri))
                disagreed.append(f"{self.name(key[0].strip('<>'))}: the {label} is {told[0]} in the first version and {told[1]} in the second.")
            if values:
                like = next(one for block in (ours, theirs) for one in block.properties if one.iri == iri)
                found.append(replace(like, objects=list(values.values())))
        first, second = (self._read_anew(block, base, other) for block, other in ((ours, theirs), (theirs, ours)))
        if first and second and not disagreed:
            disagreed.append(f"{self.name(key[0].strip('<>'))} was read anew in both: {first} in the first version, {second} in the second.")
        return found

    @staticmethod
    def _read_anew(block: Statement, base: Statement | None, other: Statement) -> str:
        """Return in words what of the reading of a passage one version changed and the other did not change so."""
        differs = (iri for iri in _READING if _values(block, iri).keys() not in (_values(base, iri).keys(), _values(other, iri).keys()))
        return " and ".join(map(local, differs))

    def _disagree(self, iri: str, was: dict[str, Node], here: dict[str, Node], there: dict[str, Node], values: dict[str, Node]) -> bool:
        """Report whether both versions gave a property another value: of one that takes one value, in one language, or for the same old one."""
        new, other = here.keys() - was.keys(), there.keys() - was.keys()
        if here.keys() == there.keys() or here.keys() == was.keys() or there.keys() == was.keys():
            return False
        languages = [term.rpartition('"')[2] for term in values if iri == _LABEL]
        replaced = (was.keys() - here.keys()) & (was.keys() - there.keys())
        return (iri in self.single and len(values) > 1) or len(set(languages)) < len(languages) or bool(replaced and new != other)

    def _word(self, node: Node) -> str:
        return self.name(node.key[1:-1]) if node.key.startswith("<") else node.text

    def _sorted(self, blocks: list[Statement | Paragraph]) -> list[Statement | Paragraph]:
        """Return the blocks with those that state a place in text order, where they were so in both versions."""
        if not all(_in_text_order([file.blocks[key] for key in file.order if isinstance(key[1], int)]) for file in (self.ours, self.theirs)):  # type: ignore[index]
            return blocks
        slots = [number for number, block in enumerate(blocks) if isinstance(block, Statement) and _place(block)]
        sorted_blocks = sorted((blocks[number] for number in slots), key=_place)  # type: ignore[arg-type,return-value]
        result = list(blocks)
        for number, block in zip(slots, sorted_blocks, strict=True):
            result[number] = block
        return result


def _values(block: Statement | None, iri: str) -> dict[str, Node]:
    return {node.key: node for one in (block.properties if block else ()) if one.iri == iri for node in one.objects}


def _place(block: Statement) -> tuple[int, int] | None:
    """Where the words of a block start, and, the longer first, where they end."""
    start, end = (whole_number(next((node.text for node in _values(block, iri).values()), "")) for iri in _SPAN)
    return None if start is None or end is None else (start, -end)


def _in_text_order(blocks: list[Statement]) -> bool:
    places = [place for block in blocks if (place := _place(block)) is not None]
    return places == sorted(places)
