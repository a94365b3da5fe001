"""What becomes of connections on loan when their worker is stopped or ends at any step, without processes or HTTP."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from whence.web.board import LENT, NOTHING, OTHER, REQUEST_BYTES, Board
from whence.web.borrowing import BUSY, PLAIN, SLOW, UNSENT
from whence.web.frames import LEND, Reader, unpacked
from whence.web.lending import LOANS_EACH, Loan, Loans, possible
from whence.web.usual import Asked

pytestmark = pytest.mark.skipif(not possible(), reason="connections can be lent on Linux alone")

LIKE = Asked("GET", True, b"", b"")
REQUEST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: here\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000


class Home:
    """A connection of the front that writes down what happens to it."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client = socket.create_connection(listener.getsockname())
            self.channel, _ = listener.accept()
        self.descriptor = self.channel.fileno()
        self.scope = {"client": ("127.0.0.1", 1)}
        self.transport = self
        self.story: list[Any] = []

    def leave_home(self) -> None:
        self.story.append("left")

    def come_home(self, data: bytes = b"", unsent: bytes = b"", slow: bool = False) -> None:
        self.story.append(("home", data, unsent, slow))

    def go_on(self, data: bytes, loan: Loan, link: Any) -> None:
        self.story.append(("busy", data, link))

    def abort(self) -> None:
        self.story.append("cut")

    def close(self) -> None:
        self.client.close()
        self.channel.close()


class Worker:
    """The front's side of a worker and, done by hand, the worker's."""

    def __init__(self) -> None:
        self.loans = Loans()
        self._given, memory = (os.dup(descriptor) for descriptor in self.loans.open())
        self.loans.started()
        self.board = Board(memory)
        os.close(memory)
        self.homes = [Home(), Home()]
        self.terms = [self.lend(home) for home in self.homes]

    def lend(self, home: Home) -> dict[str, Any]:
        [(kind, head, _)] = Reader().feed(self.loans.lend(Loan(home, b"key", LIKE, b"head", 30.0)))  # type: ignore[arg-type]
        assert kind == LEND and home.story == ["left"]
        return unpacked(head)

    def stories(self) -> list[list[Any]]:
        return [home.story[1:] for home in self.homes]

    def close(self) -> None:
        self.loans.close()
        self.board.close()
        os.close(self._given)
        for home in self.homes:
            home.close()


@pytest.fixture
def worker() -> Iterator[Worker]:
    found = Worker()
    yield found
    found.close()


def receive(worker: Worker, note: bool = True) -> None:
    """Do as a worker does that receives a request from its first connection."""
    home = worker.homes[0]
    home.client.sendall(REQUEST)
    worker.board.read_from(worker.terms[0]["number"], 0, 0)
    size = home.channel.recv_into(worker.board.request)
    if note:
        worker.board.has_read(size)


NOT_USED = [("home", b"", b"", False)]


def test_the_descriptor_of_a_connection_comes_with_its_terms(worker: Worker) -> None:
    with socket.socket(fileno=os.dup(worker._given)) as given:
        descriptors = [socket.recv_fds(given, 1, 1)[1][0] for _ in range(2)]
    for home, descriptor in zip(worker.homes, descriptors, strict=True):
        with socket.socket(fileno=descriptor) as channel:
            channel.sendall(b"hello")
        assert home.client.recv(10) == b"hello"
    assert [terms["host"] for terms in worker.terms] == ["127.0.0.1"] * 2


@pytest.mark.parametrize(
    ("how", "told"), [(PLAIN, ("home", b"xy", b"", False)), (SLOW, ("home", b"xy", b"", True)), (UNSENT, ("home", b"", b"xy", False)), (BUSY, ("busy", b"xy", "link"))]
)
def test_a_connection_comes_home(worker: Worker, how: int, told: tuple[Any, ...]) -> None:
    worker.loans.come_home({"number": worker.terms[0]["number"], "how": how}, b"xy", "link")  # type: ignore[arg-type]
    assert worker.stories() == [[told], []]
    worker.loans.come_home({"number": worker.terms[0]["number"], "how": how}, b"xy", "link")  # type: ignore[arg-type]
    assert worker.stories() == [[told], []]


def test_a_worker_that_ends_between_questions_loses_nothing(worker: Worker) -> None:
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [NOT_USED, NOT_USED]
    assert not worker.loans.out


@pytest.mark.parametrize("noted", [True, False])
def test_a_request_that_was_only_read_is_answered_by_somebody_else(worker: Worker, noted: bool) -> None:
    receive(worker, noted)
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [[("home", REQUEST, b"", False)], NOT_USED]


def test_a_question_ends_with_its_worker(worker: Worker) -> None:
    receive(worker)
    worker.board.begin(LENT)
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [[("busy", REQUEST, "link")], NOT_USED]


def test_an_answer_that_did_not_go_out_is_given_by_somebody_else(worker: Worker) -> None:
    receive(worker)
    worker.board.send(len(ANSWER))
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [[("home", REQUEST, b"", False)], NOT_USED]


@pytest.mark.parametrize("taken", [0, 100])
def test_an_answer_that_went_out_is_not_given_twice(worker: Worker, taken: int) -> None:
    receive(worker)
    worker.board.send(len(ANSWER))
    worker.homes[0].channel.sendall(ANSWER)
    worker.homes[0].client.recv(taken)
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [NOT_USED, NOT_USED]


def test_after_half_an_answer_the_connection_is_cut(worker: Worker) -> None:
    receive(worker)
    worker.board.send(len(ANSWER))
    worker.homes[0].channel.sendall(ANSWER[:100])
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [["cut"], NOT_USED]


def test_what_went_before_is_not_counted(worker: Worker) -> None:
    home = worker.homes[0]
    receive(worker)
    home.channel.sendall(ANSWER)
    home.client.sendall(REQUEST)
    worker.board.read_from(worker.terms[0]["number"], len(REQUEST), len(ANSWER))
    worker.board.has_read(home.channel.recv_into(worker.board.request))
    worker.board.send(len(ANSWER))
    worker.loans.lost("link")  # type: ignore[arg-type]
    assert worker.stories() == [[("home", REQUEST, b"", False)], NOT_USED]


def test_a_worker_is_stuck_when_it_is_with_the_same_question_twice(worker: Worker) -> None:
    assert not worker.loans.stuck() and not worker.loans.stuck()
    receive(worker)
    worker.board.begin(LENT)
    assert not worker.loans.stuck()
    assert worker.loans.stuck()
    assert worker.board.leave(0)
    worker.board.begin(OTHER)
    assert not worker.loans.stuck()
    assert worker.loans.stuck()
    worker.board.leave(0)
    assert not worker.loans.stuck()


def test_what_a_stuck_worker_has_is_taken_back(worker: Worker) -> None:
    receive(worker)
    worker.board.begin(LENT)
    worker.loans.stuck()
    worker.loans.take_back("link")  # type: ignore[arg-type]
    assert worker.stories() == [[("busy", REQUEST, "link")], NOT_USED]
    assert worker.board.stage == LENT and not worker.board.leave(0)
    assert worker.board.epoch == 1


@pytest.mark.parametrize("step", ["done", "next question", "one is on its way home"])
def test_what_goes_on_meanwhile_is_left_alone(worker: Worker, step: str) -> None:
    receive(worker)
    worker.board.begin(LENT)
    worker.loans.stuck()
    if step == "done":
        worker.board.leave(0)
        assert worker.board.stage == NOTHING
    elif step == "next question":
        worker.board.leave(0)
        worker.board.begin(OTHER)
    else:
        worker.board.send_home()
    worker.loans.take_back("link")  # type: ignore[arg-type]
    assert worker.stories() == [[], []]
    assert worker.board.epoch == 0


def test_there_is_an_end_to_what_one_worker_is_lent(worker: Worker) -> None:
    more = [Home() for _ in range(LOANS_EACH - 2)]
    for home in more:
        assert worker.loans.room
        worker.lend(home)
    assert not worker.loans.room
    for home in more:
        home.close()


def test_a_connection_that_is_closed_is_not_lent(worker: Worker) -> None:
    home = Home()
    home.close()
    home.descriptor = -1
    assert worker.loans.lend(Loan(home, b"", LIKE, b"", 1.0)) == b""  # type: ignore[arg-type]
    assert home.story == []


def test_a_board_has_room_for_what_it_is_given() -> None:
    assert Board.SIZE == REQUEST_BYTES + 16 * struct.calcsize("Q")
