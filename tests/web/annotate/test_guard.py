"""Nobody but its own page asks the annotator: address, `Host`, `Origin`, token; and every refusal is a sentence."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from annotating import ID, Annotator, make_graph

DOCUMENT = f"{ID}document-the-city-that-glows"
SPAN = {"document": DOCUMENT, "start": 96, "end": 120}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graph(tmp_path_factory.mktemp("guard") / "graph")


@pytest.fixture(scope="module")
def annotator(graph: Path) -> Iterator[Annotator]:
    with Annotator(graph) as running:
        yield running


@pytest.fixture
def draft(annotator: Annotator, graph: Path, tmp_path: Path, whence: Callable[..., subprocess.CompletedProcess[str]]) -> str:
    """The id of a draft on the words of SPAN."""
    words = annotator.fetch(f"/api/document?iri={DOCUMENT}").json()["text"][96:120]
    proposed = tmp_path / "proposed.jsonl"
    proposed.write_text(json.dumps({"quote": words, "class": "Influence", "roles": {"influenced": "Harbour of Lanterns"}}), encoding="utf-8")
    whence("draft", "--graph", graph, DOCUMENT, proposed)
    return str(annotator.fetch(f"/api/document?iri={DOCUMENT}").json()["drafts"][0]["id"])


def test_the_page_itself_tells_nothing_of_the_graph(annotator: Annotator) -> None:
    page = annotator.get("/")
    assert page.status == 200
    assert "Mila" not in page.text and annotator.token not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "access-control-allow-origin" not in page.headers


def test_with_the_token_texts_and_proposals_are_answered(annotator: Annotator) -> None:
    assert "Night Ferry" in annotator.fetch(f"/api/document?iri={DOCUMENT}").json()["text"]
    assert annotator.fetch("/api/propose", SPAN).json()["polarity"] == "Affirmed"


def test_a_thing_that_is_nearly_another_is_asked_for_before_it_is_saved(tmp_path: Path) -> None:
    record = {**SPAN, "class": "Influence", "roles": {"influenced": "Bladde Runner", "influencer": "Blade Runner", "aspect": "AspectNotStated"}, "new": {"Bladde Runner": {"class": "Film"}}}
    graph = make_graph(tmp_path / "graph")
    with Annotator(graph) as running:
        offered = running.fetch("/api/complete?q=Bladde%20Runner&class=Influence&field=influenced&" + "&".join(f"{name}={value}" for name, value in SPAN.items())).json()["options"]
        assert offered[0] == {"text": "Blade Runner", "iri": f"{ID}blade-runner", "detail": "film"}
        before = {path: path.read_bytes() for path in graph.rglob("*.ttl")}
        asked = running.fetch("/api/save", {"card": "one", "record": record})
        assert asked.status == 422 and {path: path.read_bytes() for path in graph.rglob("*.ttl")} == before
        (problem,) = asked.json()["problems"]
        assert (problem["field"], problem["sentence"]) == ("influenced", "'Bladde Runner' is nearly the name of Blade Runner. Which is meant?")
        known, other = problem["choices"]
        assert known["iri"] == f"{ID}blade-runner" and other["detail"] == "new: film"
        saved = running.fetch("/api/save", {"card": "one", "record": {**record, "new": other["new"]}})
        assert saved.status == 200 and not any("nearly" in sentence or "whence undo" in sentence for sentence in saved.json()["sentences"])
    assert "owl:differentFrom id:blade-runner" in "".join(path.read_text(encoding="utf-8") for path in graph.rglob("*.ttl"))


@pytest.mark.parametrize("fields", [{"Authorization": ""}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_without_the_token_nothing_is(annotator: Annotator, fields: dict[str, str]) -> None:
    for path, body in (("/api/session", None), (f"/api/document?iri={DOCUMENT}", None), ("/api/save", {}), ("/api/undo", {})):
        answer = annotator.fetch(path, body, **fields)
        assert answer.status == 401
        assert "whence annotate printed" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}"])
def test_a_name_that_leads_here_is_refused(annotator: Annotator, host: str) -> None:
    for path in ("/", "/api/session", "/static/annotate.js"):
        assert annotator.fetch(path, Host=host.format(port=annotator.port)).status == 421


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:1", "http://localhost:{port}", "https://127.0.0.1:{port}"])
def test_a_page_of_another_origin_cannot_write(annotator: Annotator, origin: str) -> None:
    for path in ("/api/save", "/api/undo", "/api/question", "/api/propose"):
        assert annotator.fetch(path, SPAN, Origin=origin.format(port=annotator.port)).status == 403


def test_a_page_of_another_origin_cannot_read_either(annotator: Annotator) -> None:
    assert annotator.fetch("/api/session", Origin="https://evil.example").status == 403


def test_only_this_machine_is_listened_to(annotator: Annotator) -> None:
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.settimeout(5)
        other.connect(("127.0.0.2", annotator.port))


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/api/document?iri=id:nothing", None, "There is no document"),
        ("/api/document", None, "The parameter iri is missing"),
        ("/api/complete?q=x", None, "There is no document"),
        ("/api/propose", {"document": DOCUMENT, "start": 9, "end": 2}, "There is no span of words"),
        ("/api/propose", {**SPAN, "end": float("inf")}, "There is no span of words"),
        ("/api/propose", {**SPAN, "start": 1.7}, "There is no span of words"),
        ("/api/propose", {**SPAN, "start": True}, "There is no span of words"),
        ("/api/propose", {"document": DOCUMENT, "start": 9, "end": 99999999}, "does not lie in the text"),
        ("/api/save", {"card": "x"}, "There is no record"),
        ("/api/save", {"card": "x", "record": {}}, "class"),
        ("/api/save", {"card": "x", "record": {**SPAN, "class": 3, "roles": [], "new": 7}}, "class"),
        ("/api/undo", {}, "nothing"),
    ],
)
def test_a_wrong_request_is_told_in_a_sentence_and_changes_nothing(annotator: Annotator, path: str, body: dict[str, object] | None, told: str) -> None:
    version = annotator.fetch("/api/version").json()
    answer = annotator.fetch(path, body)
    assert answer.status == 422 and annotator.fetch("/api/version").json() == version
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"document": DOCUMENT}, "which words"),
        ({**SPAN, "start": 97}, "which words"),
        ({**SPAN, "roles": ["influencer"]}, "no object as its roles"),
        ({**SPAN, "new": 7}, "no object as its new"),
    ],
)
def test_a_draft_stays_as_it_is_when_no_card_comes(annotator: Annotator, draft: str, record: dict[str, object], told: str) -> None:
    waiting = annotator.fetch("/api/draft", {"id": draft}).json()
    answer = annotator.fetch("/api/save", {"card": "", "record": record, "draft": draft, "curator": "Ada Reader"})
    assert answer.status == 422
    assert told in answer.json()["detail"]
    assert annotator.fetch("/api/draft", {"id": draft}).json() == waiting


def test_a_card_that_changed_since_a_save_whose_answer_was_lost_is_not_taken_for_saved(annotator: Annotator) -> None:
    record = {**SPAN, "class": "Influence", "roles": {"influenced": "Blade Runner", "influencer": "The Heron", "aspect": "AspectNotStated"}, "speaker": "Mila Okafor", "new": {"The Heron": {"class": "Film"}}}
    first = annotator.fetch("/api/save", {"card": "one", "record": record}).json()
    assert annotator.fetch("/api/save", {"card": "one", "record": record}).json() == first and first["ids"]
    changed = {**record, "polarity": "denied"}
    answer = annotator.fetch("/api/save", {"card": "one", "record": changed})
    assert answer.status == 422 and "saved before it was changed" in answer.json()["detail"]
    for _ in range(2):
        assert annotator.fetch("/api/undo", {}).status == 200
        saved = annotator.fetch("/api/save", {"card": "one", "record": changed}).json()
    assert annotator.fetch("/api/undo", {}).status == 200 and saved["ids"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"record": {"quote": "\\ud800"}}', b'{"\\udfff": 1}'])
def test_what_is_no_object_is_refused(annotator: Annotator, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {annotator.token}", "Origin": annotator.base.rstrip("/")}
    answer = annotator.request("POST", "/api/save", body, headers)
    assert answer.status == 422
    assert "not a JSON object" in answer.json()["detail"]


def test_a_second_one_at_the_same_port_is_told(annotator: Annotator, whence: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    ended = whence("annotate", "--graph", make_graph(tmp_path / "graph"), "--port", str(annotator.port), "--no-browser")
    assert (ended.returncode, ended.stdout) == (5, "")
    assert f"127.0.0.1:{annotator.port} cannot be used" in ended.stderr


def test_a_folder_of_texts_that_is_not_there_is_told(whence: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    ended = whence("annotate", "--graph", make_graph(tmp_path / "graph"), "--texts", tmp_path / "none", "--no-browser")
    assert ended.returncode == 2
    assert "There is no folder of texts" in ended.stderr and "--texts" in ended.stderr
