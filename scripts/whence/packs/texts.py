"""The texts of the published files that a pack was made from: where they were read from, or in a folder, told by their digest."""

from __future__ import annotations

import os

from whence import evidence, mapping
from whence.errors import InputError
from whence.evidence.texts import digest, Text, Texts
from whence.packs.pack import Pack


def check(pack: Pack, folder: str) -> evidence.Outcome:
    """Check the documents and passages of a pack against the published files, in time linear in its size.

    :param folder: where files are looked for that are not, or not as they were, where they were read from; it need not exist
    :raises InputError: a file of the pack cannot be read or parsed
    """
    return evidence.check(pack.asserted(), _Published(pack, folder))


class _Published(Texts):
    """The texts of the published files of one pack, by their file names."""

    def __init__(self, pack: Pack, folder: str) -> None:
        self.directory = folder
        self.names = [one.name for one in pack.manifest.files]
        self._read: dict[str, Text] = {}
        self._pack = pack
        self._found: list[mapping.Source] | None = None

    def _load(self, name: str) -> Text:
        """Return the text of a file; the first that has the digest of the manifest."""
        published = next((one for one in self._pack.manifest.files if one.name == name), None)
        if published is None:
            return Text(name, None, None, f"The manifest of the pack {self._pack.name} names no file {name}.", f"whence pack update {self._pack.name}", True)
        first = mapping.Source(self._pack.path_of(published), published.member, 0)
        other = False
        for source in (first, *sorted(self._sources(), key=lambda one: one.name != name)):
            try:
                text = mapping.read(source)
            except InputError:
                continue
            if digest(text) == published.digest:
                return Text(name, text.encode(), text)
            other = other or source is first
        problem = f"The text {name} is not in {self._pack.path_of(published)}, nor in {self.directory}."
        if other:
            problem = f"The file {first.shown} is another one now than the pack {self._pack.name} was made from."
        return Text(name, None, None, problem, f"Put it there, name its folder with --texts, or run whence pack update {self._pack.name}.", not other)

    def _sources(self) -> list[mapping.Source]:
        """Return the files of the folder, and those within its archives."""
        if self._found is None:
            self._found = []
            names = sorted(os.listdir(self.directory)) if os.path.isdir(self.directory) else []
            for path in (os.path.join(self.directory, name) for name in names):
                try:
                    self._found += mapping.sources([path]) if os.path.isfile(path) else ()
                except InputError:
                    continue
        return self._found
