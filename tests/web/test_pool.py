"""A worker that is handed several questions: each answer goes to its own, and nothing is lost with the worker."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from whence.web.borrowing import PLAIN
from whence.web.exchange import Exchange
from whence.web.frames import HOME, MORE, NOTES, READY, RECALL, START, WHOLE, frame
from whence.web.lending import Loan, Loans
from whence.web.link import ANSWERS_EACH, BRISK_SECONDS, HANDED_AT_ONCE, Link
from whence.web.pool import QUICK_SECONDS, Pool
from whence.web.problems import Problem
from whence.web.settings import Settings
from whence.web.usual import Asked

LIKE = Asked("GET", True, b"", b"")


class Transport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.reading = self.open = True

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.open = False

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Scene:
    """A pool with workers that are no processes, and a clock that stands still."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pool = Pool("digest", "", Settings(workers=0))
        self.links: list[Link] = []

    def worker(self) -> tuple[Link, Transport]:
        """Add a worker that is ready and has answered at once before."""
        link, transport = Link(self.pool), Transport()
        self.links.append(link)
        link.connection_made(transport)  # type: ignore[arg-type]
        self.pool._links.add(link)
        link.brisk = True
        link.data_received(frame(READY))
        return link, transport

    def ask(self, *names: bytes) -> list[Exchange]:
        """Ask questions one after another at the same time."""
        return [self.pool.ask(Exchange(name, 30.0)) for name in names]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    found = Scene()
    for module in ("link", "pool"):
        monkeypatch.setattr(f"whence.web.{module}.time", SimpleNamespace(monotonic=lambda: found.now))
    yield found
    for link in found.links:
        link._errors.close()


def answer(body: bytes) -> bytes:
    return frame(WHOLE, {"status": 200, "headers": {}}, body)


def test_a_brisk_worker_is_handed_several_and_answers_in_order(scene: Scene) -> None:
    link, transport = scene.worker()
    names = [b"%d" % number for number in range(HANDED_AT_ONCE + 2)]
    asked = scene.ask(*names)
    assert transport.written == names[:HANDED_AT_ONCE]
    assert scene.pool.counts["waiting"] == 2
    link.data_received(b"".join(answer(name) for name in names[:HANDED_AT_ONCE]))
    assert [exchange.body for exchange in asked[:HANDED_AT_ONCE]] == names[:HANDED_AT_ONCE]
    assert transport.written == names


def test_a_worker_that_took_its_time_is_handed_one(scene: Scene) -> None:
    link, transport = scene.worker()
    scene.ask(b"1")
    scene.now += 2 * BRISK_SECONDS
    scene.ask(b"2", b"3")
    assert transport.written == [b"1"]
    link.data_received(answer(b"1"))
    assert transport.written == [b"1", b"2"]


def test_an_idle_worker_goes_before_a_brisk_one(scene: Scene) -> None:
    scene.worker()
    scene.worker()
    asked = scene.ask(b"1", b"2")
    assert asked[0].link is not asked[1].link


def test_what_is_taken_back_is_answered_by_another(scene: Scene) -> None:
    link, _ = scene.worker()
    asked = scene.ask(b"0", b"1", b"2")
    asked[2].abandon()
    other, written = scene.worker()
    scene.pool.ask_again(link.take_back())
    assert written.written == [b"1"]
    link.data_received(answer(b"0") + answer(b"wrong") + answer(b"wrong"))
    other.data_received(answer(b"1"))
    assert [exchange.body for exchange in asked] == [b"0", b"1", b""]


def test_a_slow_reader_of_one_answer_does_not_hold_the_next(scene: Scene) -> None:
    link, transport = scene.worker()
    asked = scene.ask(b"0", b"1")
    other, written = scene.worker()
    link.data_received(frame(START, {"status": 200, "headers": {}}, b"x"))
    for _ in range(40):
        link.data_received(frame(MORE, None, b"y" * 65536))
    assert not transport.reading
    assert written.written == [b"1"] and asked[1].link is other


def test_only_the_question_it_was_busy_with_ends_with_a_worker(scene: Scene) -> None:
    link, _ = scene.worker()
    asked = scene.ask(b"0", b"1", b"2")
    other, written = scene.worker()
    link.connection_lost(None)
    assert asked[0].failure is not None and asked[0].failure.status == 503
    assert written.written == [b"1", b"2"]
    other.data_received(answer(b"1") + answer(b"2"))
    assert [(exchange.body, exchange.failure) for exchange in asked[1:]] == [(b"1", None), (b"2", None)]


def test_a_worker_that_is_let_go_leaves_its_questions_to_others(scene: Scene) -> None:
    link, _ = scene.worker()
    asked = scene.ask(b"0", b"1", b"2")
    link.long = True
    other, written = scene.worker()
    link.data_received(answer(b"0"))
    assert written.written == [b"1", b"2"]
    link.connection_lost(None)
    other.data_received(answer(b"1") + answer(b"2"))
    assert [exchange.body for exchange in asked] == [b"0", b"1", b"2"]


def test_the_watch_takes_back_what_stands_behind_a_slow_one(scene: Scene) -> None:
    link, _ = scene.worker()
    asked = scene.ask(b"0", b"1", b"2")
    scene.pool._look_at(link, scene.now + 0.01)
    assert scene.pool.counts["waiting"] == 0
    scene.pool._look_at(link, scene.now + 0.03)
    assert scene.pool.counts["waiting"] == 2
    assert asked[0].link is link and asked[1].link is None


@pytest.mark.parametrize(("hosts", "seconds"), [((), "0"), (("example.org",), "40.0")])
def test_calls_may_take_two_thirds_of_a_querys_time(hosts: tuple[str, ...], seconds: str) -> None:
    pool = Pool("digest", "", Settings(timeout=60.0, allow_service=hosts))
    assert pool._command([3])[-1] == seconds


class Client:
    """A connection that was lent."""

    def __init__(self) -> None:
        self.home = 0

    def come_home(self, *_: object, **__: object) -> None:
        self.home += 1


def test_a_worker_that_has_answered_enough_gives_its_connections_back_first(scene: Scene) -> None:
    noted: list[Any] = []
    scene.pool._noted = lambda notes, hits: noted.append((notes, hits))
    link, transport = scene.worker()
    client = Client()
    link.loans.out[1] = Loan(client, b"", LIKE, b"", 30.0), (0, 0)  # type: ignore[arg-type]
    link.answered = ANSWERS_EACH - 2
    link.data_received(frame(NOTES, {"notes": [("line", "GET", 5, 0.1)], "hits": 1}))
    assert transport.written == [] and scene.pool.counts["idle"] == 1
    link.data_received(frame(NOTES, {"notes": [("line", "GET", 5, 0.1)], "hits": 0}))
    assert transport.written == [frame(RECALL, {"count": 1})] and transport.open and scene.pool.counts == {"idle": 0, "quick": 0, "long": 0, "waiting": 0, "lent": 1}
    link.data_received(frame(HOME, {"number": 1, "how": PLAIN}))
    assert client.home == 1 and not transport.open and link not in scene.pool._links
    assert noted == [([("line", "GET", 5, 0.1)], 1), ([("line", "GET", 5, 0.1)], 0)]


def test_no_worker_is_set_aside_with_connections_on_loan(scene: Scene) -> None:
    link, transport = scene.worker()
    scene.ask(b"0")
    link.loans.out[1] = Loan(Client(), b"", LIKE, b"", 30.0), (0, 0)  # type: ignore[arg-type]
    scene.pool._look_at(link, scene.now + 2 * QUICK_SECONDS)
    assert not link.long and transport.written == [b"0", frame(RECALL, {"count": 1})]
    link.data_received(frame(HOME, {"number": 1, "how": PLAIN}))
    scene.pool._look_at(link, scene.now + 2 * QUICK_SECONDS)
    assert link.long


def test_workers_have_about_as_many_connections_each(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loans, "room", True)
    (full, asked), (_, other) = scene.worker(), scene.worker()
    full.loans.out.update((number, None) for number in range(8))  # type: ignore[misc]
    scene.pool._balance(scene.now)
    scene.pool._balance(scene.now)
    assert asked.written == [frame(RECALL, {"count": 4})] and other.written == []
    for number in range(6):
        del full.loans.out[number]
    scene.pool._balance(scene.now + 10)
    assert len(asked.written) == 1


def test_a_question_of_a_lent_connection_goes_before_what_the_worker_was_handed(scene: Scene) -> None:
    link, _ = scene.worker()
    asked = scene.ask(b"0")
    taken = Exchange(b"lent", 30.0)
    link.take_up(taken)
    link.data_received(answer(b"of the loan") + answer(b"0"))
    assert (taken.body, asked[0].body) == (b"of the loan", b"0")
    assert scene.pool.counts["idle"] == 1


def test_a_worker_that_takes_up_a_question_is_not_idle(scene: Scene) -> None:
    link, transport = scene.worker()
    link.take_up(Exchange(b"lent", 30.0))
    asked = scene.ask(b"1")
    assert transport.written == [] and asked[0].link is None
    link.data_received(answer(b""))
    assert transport.written == [b"1"]


def test_an_exchange_tells_its_beginning_once() -> None:
    told: list[Any] = []
    exchange = Exchange(b"", 1.0, opened=told.append)
    exchange.take(WHOLE, {"status": 200}, b"x")
    exchange.abandon()
    exchange.fail(Problem(503, "Too late."))
    assert told == [exchange]
