"""Files of XML and JSON that the engine would read for ever."""

from __future__ import annotations

import pytest

from whence.errors import InputError
from whence.rdf.reading import parse

ROOT = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
NODE = '<rdf:Description rdf:about="http://x/a"><x:p>1</x:p></rdf:Description>'
UNFOLDING = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a" * 10}">' for n in range(12))
WHOLE = {
    "file.rdf": f"<!DOCTYPE r [<!ENTITY e 'é'>]>{ROOT}{NODE.replace('1', '&#233;')}</rdf:RDF>".replace("'", '"'),
    "deep.rdf": ROOT + "<rdf:Description><x:p>" * 499 + "</x:p></rdf:Description>" * 499 + "</rdf:RDF>",
    "file.jsonld": '{"http://x/p": ' * 400 + '"[{\\"["' + "}" * 400,
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_read(name: str) -> None:
    assert parse(WHOLE[name].encode(), name).quads


@pytest.mark.parametrize(("name", "text", "words"), [
    ("file.rdf", f'<!DOCTYPE r [{UNFOLDING}]>{ROOT}{NODE.replace("1", "&a11;")}</rdf:RDF>', "unfold too far"),
    ("file.jsonld", '{"http://x/p": ' * 30_000 + "1" + "}" * 30_000, "30,000 deep"),
    ("file.owl", ROOT + "<rdf:Description><x:p>" * 20_000, "more than 1,000 deep"),
    ("file.json", '[{"a": ' + "[" * 30_000, "30,002 deep"),
])  # fmt: skip
def test_what_unfolds_or_is_nested_too_far_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        parse(text.encode(), name)
    assert caught.value.file == name


@pytest.mark.parametrize("name", ["file.owl", "file.rdf", "file.ttl", "file.jsonld"])
def test_an_empty_file_is_an_empty_graph(name: str) -> None:
    assert parse(b"\xef\xbb\xbf \n", name).quads == []


@pytest.mark.parametrize("encoding", ["x-y", "UTF-7"])
def test_an_encoding_that_nothing_reads_is_told(encoding: str) -> None:
    with pytest.raises(InputError, match=r"^a\.rdf:1: The XML cannot be read: .* Save it as UTF-8, and declare that\.$"):
        parse(f"<?xml version='1.0' encoding='{encoding}'?><a/>".encode(), "a.rdf")
