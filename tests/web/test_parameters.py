"""Parameters that an address does not have, that come twice, or that have another value than there is, are told at every address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import ROOT, Server

from whence.web.http.requests import FORMATS
from whence.web.pages.relations import RELATIONS

HTML = "text/html,*/*;q=0.5"
THING = "metallic-rouge"
#: Addresses with what makes them complete.
ADDRESSES = [
    "/", "/about", "/licence", "/download", "/changes", "/feed", "/sitemap.xml", "/robots.txt", "/metrics", "/health", "/validation", "/editor", "/query", "/openapi.json", "/.well-known/void",
    "/dcat", "/search?q=rouge", "/suggestions?q=rouge", f"/picture?thing={THING}", f"/page/{THING}", f"/data/{THING}", f"/id/{THING}", "/ontology", "/context.jsonld",
    "/query/influences-on-work", "/explain?query=lineage", f"/path?from={THING}&to=star-trek", f"/compare?a={THING}&b=star-trek",
    *(f"/{name}?thing={THING}" for name in sorted(RELATIONS) if any(one.name == "thing" for one in RELATIONS[name].fields)),
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(graph=ROOT) as running:
        yield running


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("accept", [HTML, "*/*"])
def test_what_an_address_does_not_take_is_told(server: Server, address: str, accept: str) -> None:
    assert server.get(address, accept).status in (200, 303)
    more = address + ("&" if "?" in address else "?")
    wrong = server.get(f"{more}zz=1", accept)
    assert wrong.status == 400 and "no parameter" in wrong.text and "zz" in wrong.text
    name, _, value = address.partition("?")[2].partition("&")[0].partition("=")
    if name:
        twice = server.get(f"{more}{name}={value}", accept)
        assert twice.status == 400 and f"The parameter {name} is given 2 times. Give it once." in twice.text


@pytest.mark.parametrize("asked", ["direction=sideways", "policy=mine", "steps=9", "comparisons=some", "edges=few", "start=-1", "start=x", "format=json&format=turtle"])
def test_a_value_that_there_is_not_is_told(server: Server, asked: str) -> None:
    answer = server.get(f"/page/{THING}?{asked}", HTML)
    assert answer.status == 400 and asked.partition("=")[0] in answer.text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("address", [f"/data/{THING}", f"/id/{THING}", "/graph-store?graph=https://w3id.org/whence/view/contested", "/dcat"])
def test_a_format_is_chosen_by_each_of_its_parameters(server: Server, address: str, name: str) -> None:
    answer = server.get(f"{address}{'&' if '?' in address else '?'}{name}=nt", HTML)
    assert answer.headers["content-type"].startswith("application/n-triples") or answer.headers["location"].endswith(".nt")
