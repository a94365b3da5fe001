"""Manifests of packs: what is wrong is told with file, line and how to mend it."""

from __future__ import annotations

from pathlib import Path

import packed
import pytest

from whence.errors import InputError
from whence.packs import manifest


def test_a_manifest_is_read_as_it_is_written(own_graph: Path) -> None:
    folder = packed.make(own_graph)
    told = manifest.read(str(folder), "tides")
    assert (told.title, told.licence, told.files[0].name, told.counts["claims"], told.counts["findings"]) == (
        "The Catalogue of tides", "https://creativecommons.org/publicdomain/zero/1.0/", "tides.tsv", 2, 0,
    )  # fmt: skip
    manifest.write(str(folder), told)
    assert manifest.read(str(folder), "tides") == told


@pytest.mark.parametrize(("line", "instead", "told"), [
    ("title = ", "titel = ", r"pack\.toml:2: The key 'titel' is unknown\. Did you mean title\?"),
    ("version = \"3\"", "version = 3", r"pack\.toml:6: The version is not a text\."),
    ("name = \"tides\"\ntitle", "name = \"shoals\"\ntitle", r"pack\.toml:1: The pack calls itself 'shoals', and its folder is called tides\."),
    ("base = \"https://w3id.org/whence/pack/tides/\"", "base = \"https://w3id.org/whence/id/\"", r'pack\.toml:3: Below .*Write base = "https://w3id.org/whence/pack/tides/"'),
    ("prefix = \"tides\"", "prefix = \"role\"", r"pack\.toml:4: The prefix role: is one of whence already\."),
    ("licence = \"https://creativecommons.org/publicdomain/zero/1.0/\"", "licence = \"CC0\"", r"pack\.toml:7: The licence 'CC0' is no IRI\."),
    ("source = \"https://example.org/tides\"", "", r"pack\.toml:1: The source is missing\."),
    ("statements = 2", "statements = -2", r"pack\.toml:\d+: The count statements is none of"),
    ("statements = 2", "fields = 2", r"pack\.toml:\d+: The count fields is none of"),
    ("digest = \"sha256:", "digest = \"md5:", r"pack\.toml:15: A digest is not sha256: and 64 hexadecimal digits"),
    ("length = ", "size = ", r"pack\.toml:16: The key 'size' is unknown"),
    ("made = ", "made ", r"pack\.toml:10:\d+: This is no TOML"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(own_graph: Path, line: str, instead: str, told: str) -> None:
    folder = packed.make(own_graph)
    text = (folder / "pack.toml").read_text()
    assert line in text
    (folder / "pack.toml").write_text(text.replace(line, instead, 1))
    with pytest.raises(InputError, match=told):
        manifest.read(str(folder), "tides")


@pytest.mark.parametrize("name", ["My Pack", "größe", "role", "a/b", "1"])
def test_a_folder_with_a_name_that_no_prefix_can_have_is_told(own_graph: Path, name: str) -> None:
    folder = packed.make(own_graph)
    (folder / "pack.toml").write_text((folder / "pack.toml").read_text().replace('name = "tides"\ntitle', f'name = "{name}"\ntitle'))
    with pytest.raises(InputError, match=r"pack\.toml:1: "):
        manifest.read(str(folder), name)


def test_any_text_can_be_a_notice(own_graph: Path) -> None:
    from dataclasses import replace

    folder = packed.make(own_graph)
    told = replace(manifest.read(str(folder), "tides"), notice='Source: "文化庁"\\\n\x7f\ttab')
    manifest.write(str(folder), told)
    assert manifest.read(str(folder), "tides") == told
