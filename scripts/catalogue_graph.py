"""Makes graphs of claims from published catalogues, for `scripts/bench graph`: real records, so real names, sizes and repetitions.

What the catalogues hold becomes what a curator would make of it by hand: a file is a document, an entry of a record a passage of it, the
editors of the catalogue are who says it. Read are the television series of Japan's Media Arts Database (staff and cast packed in
strings) and the statements of WD50K (credits and influences), as they lie in a folder of data sets.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_PREFIXES = """@prefix id: <https://w3id.org/whence/id/> .
@prefix role: <https://w3id.org/whence/vocab/role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wh: <https://w3id.org/whence/ontology#> .
"""
_RECORD = re.compile(r"^<https?://[^>]*/id/(C\d+)>\s(.*?)\s\.\s*$", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'\b(rdfs:label|schema:actor|schema:contributor)\s+"((?:[^"\\]|\\.)*)"')
_ENTRY = re.compile(r"[\[【［]([^\]】］]+)[\]】］]([^／\[【［]+)")
_ROLES = {
    "監督": "director", "演出": "director", "脚本": "screenwriter", "音楽": "composer", "キャラクターデザイン": "character-designer",
    "作画監督": "animation-director", "原画": "animator", "動画": "animator", "プロデューサー": "producer", "シリーズ構成": "series-composition",
}  # fmt: skip
#: Property of Wikidata to the role that its value has in its subject; influences have none.
_CREDITS = {"P57": "director", "P58": "screenwriter", "P86": "composer", "P162": "producer", "P161": "performer"}
_INFLUENCED_BY = "P737"
#: A file of Turtle holds so many blocks.
_BLOCKS = 4_000


class Catalogue:
    """Blocks of Turtle, each thing written once, and how many triples they are."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.blocks: dict[str, list[str]] = {}
        self.triples = 0
        self._known: set[str] = set()
        self._labels = dict.fromkeys(taken, "")

    def add(self, file: str, name: str, kind: str, *properties: str) -> str:
        """Write a thing unless it is written, and return its IRI."""
        if name not in self._known:
            self._known.add(name)
            self.blocks.setdefault(file, []).append(f"id:{name}\n  a wh:{kind} ;\n" + "".join(f"  {one} ;\n" for one in properties) + ".\n")
            self.triples += 1 + len(properties)
        return f"id:{name}"

    def thing(self, kind: str, name: str, label: str, language: str, *properties: str) -> str:
        """Write a thing with a label, told apart by its name where another thing has it, and return its IRI."""
        if self._labels.setdefault(label, name) != name:
            label = f"{label} ({name})"
        return self.add(f"entities/{kind.lower()}", name, kind, f"skos:prefLabel {json.dumps(label, ensure_ascii=False)}@{language}", *properties)

    def document(self, name: str, label: str, text: str, writer: str) -> str:
        """Write a published file as a document, and return its IRI."""
        self.thing("Group", writer, f"the editors of {label}", "en")
        properties = (f'wh:fileName "{name}.txt"', f'wh:textDigest "sha256:{_digest(text)}"', f"wh:textLength {len(text)}", f"wh:writer id:{writer}")
        return self.thing("Document", name, label, "en", *properties)

    def claim(self, kind: str, fillers: dict[str, str], document: str, writer: str, start: int, words: str) -> None:
        """Write a claim and the position of a document's writer on it."""
        name = f"claim-{_digest(kind + repr(fillers))[:16]}"
        claim = self.add(f"claims/{kind.lower()}", name, kind, *(f"wh:{role} {value}" for role, value in fillers.items()))
        place = (f"wh:document {document}", f"wh:start {start}", f"wh:end {start + len(words)}", f'wh:passageDigest "sha256:{_digest(words)}"')
        stance = ("wh:polarity wh:Affirmed", "wh:commitment wh:Stated", "wh:mood wh:Fact", "wh:mode wh:Narration")
        number = f"attestation-{document[3:]}-{start}-{name[6:]}"
        self.add(f"attestations/{document[3:]}", number, "Attestation", f"wh:attests {claim}", f"wh:speaker id:{writer}", *stance, *place)

    def write(self, folder: Path) -> None:
        """Write the data files of a graph directory."""
        for file, blocks in self.blocks.items():
            for number in range(0, len(blocks), _BLOCKS):
                path = folder / "triples" / f"{file}-{number // _BLOCKS:03}.ttl"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_PREFIXES + "\n" + "\n".join(blocks[number : number + _BLOCKS]), encoding="utf-8")


def write_catalogues(folder: Path, shared: Path, triples: int, taken: Iterable[str] = ()) -> int:
    """Write the data files of a graph directory of about so many asserted triples, or of all there are, and return how many it has.

    :param shared: the folder of data sets
    :param taken: labels that things beside them have
    :raises FileNotFoundError: a data set is not there
    """
    catalogue = Catalogue(taken)
    _add_statements(catalogue, shared, triples // 6)
    _add_series(catalogue, shared / "data" / "madb" / "an207_ttl_2021-10.zip", triples)
    catalogue.write(folder)
    return catalogue.triples


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _add_series(catalogue: Catalogue, archive: Path, triples: int) -> None:
    """Add series with staff and cast until there are so many triples."""
    with zipfile.ZipFile(archive) as zipped:
        text = zipped.read(next(name for name in zipped.namelist() if name.endswith(".ttl"))).decode()
    document, writer = catalogue.document("madb-an207", "MADB's television series", text, "madb-editors"), "madb-editors"
    titles: set[str] = set()  # two series of one title have characters of their own
    for record in _RECORD.finditer(text):
        if catalogue.triples >= triples:
            return
        fields = {field[1]: (field[2], record.start(2) + field.start(2)) for field in _FIELD.finditer(record[2])}
        number, title = record[1].lower(), fields["rdfs:label"][0] if "rdfs:label" in fields else record[1]
        title = title if title not in titles else f"{title} ({number})"
        titles.add(title)
        work = catalogue.thing("Series", number, title, "ja")
        world = catalogue.thing("FictionalWorld", f"world-{number}", f"{title}の世界", "ja", f"wh:worldOf {work}")
        for start, role, name, words in _entries(fields.get("schema:contributor")):
            known = next((f"role:{_ROLES[part]}" for part in re.split("[、・]", role) if part in _ROLES), "wh:RoleNotStated")
            catalogue.claim("Contribution", {"agent": _person(catalogue, name), "role": known, "work": work}, document, writer, start, words)
        for start, role, name, words in _entries(fields.get("schema:actor")):
            label = f"{role}（{title}）"
            character = catalogue.thing("Character", f"character-{_digest(label)[:12]}", label, "ja", f"wh:inWorld {world}")
            cast = {"agent": _person(catalogue, name), "character": character, "role": "role:voice-actor", "version": "wh:VersionNotStated", "work": work}
            catalogue.claim("Casting", cast, document, writer, start, words)


def _entries(field: tuple[str, int] | None) -> Iterator[tuple[int, str, str, str]]:
    """Yield where each entry of a packed string begins, what stands in its brackets, the name, and the words of it."""
    for entry in _ENTRY.finditer(field[0]) if field else ():
        name = entry[2].strip(" 　\\")
        if field and name and name != "ほか" and len(name) < 40:
            yield field[1] + entry.start(), entry[1].strip(), name, entry[0]


def _person(catalogue: Catalogue, name: str) -> str:
    return catalogue.thing("Person", f"person-{_digest(name)[:12]}", name, "ja")


def _add_statements(catalogue: Catalogue, shared: Path, triples: int) -> None:
    """Add credits and influences of things that have an English label until there are so many triples."""
    labels = _labels(shared / "data" / "labels")
    text = "".join((shared / "data" / "wd50k" / name).read_text("utf-8") for name in ("train.txt", "valid.txt", "test.txt"))
    rows = [(line, line.strip().split(",")) for line in text.splitlines(keepends=True)]
    people = {row[2] for _, row in rows if row[1] in (*_CREDITS, _INFLUENCED_BY)} | {row[0] for _, row in rows if row[1] == _INFLUENCED_BY}
    document, writer = catalogue.document("wd50k", "WD50K's statements", text, "wikidata-editors"), "wikidata-editors"
    start = 0
    for line, (subject, own, value, *_) in rows:
        kind = "Person" if own == _INFLUENCED_BY else "Film"
        if own in (*_CREDITS, _INFLUENCED_BY) and {subject, value} <= labels.keys() and (kind == "Person" or subject not in people) and subject != value:
            ends = [catalogue.thing(one, end, labels[end], "en") for one, end in ((kind, subject), ("Person", value))]
            credit = {"agent": ends[1], "role": f"role:{_CREDITS.get(own)}", "work": ends[0]}
            influence = {"aspect": "wh:AspectNotStated", "influenced": ends[0], "influencer": ends[1]}
            name, fillers = ("Influence", influence) if own == _INFLUENCED_BY else ("Contribution", credit)
            catalogue.claim(name, fillers, document, writer, start, line.rstrip("\n"))
        start += len(line)
        if catalogue.triples >= triples:
            return


def _labels(folder: Path) -> dict[str, str]:
    """Return item to English label; items of one label are told apart by their ids."""
    found = {row["wikidata_id"]: row["label"] for row in json.loads((folder / "entity2wikidata.json").read_text("utf-8")).values()}
    with gzip.open(folder / "labels.en.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            item, _, label, *_ = line.split("\t")
            if item.startswith("Q") and label.endswith("@en"):
                found.setdefault(item, label[1:-4])
    seen: set[str] = set()
    for item, label in found.items():
        found[item] = f"{label} ({item})" if label in seen else label
        seen.add(label)
    return found
