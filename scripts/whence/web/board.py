"""What a worker with connections on loan is about, in memory that the front sees too.

The worker writes here what it begins with and ends. The front decides by it only while the worker stands still or has
ended, so that no step of it is seen half done; but for `epoch`, it only reads.
"""

from __future__ import annotations

import mmap

__all__ = ["LENT", "NOTHING", "OTHER", "REQUEST_BYTES", "Board"]

#: A worker's stages: it may read from any connection it has, evaluates the question of one, or anything else.
NOTHING, LENT, OTHER = range(3)
#: Room for one request: its address and headers as `connections` limits them, for what clients really send.
REQUEST_BYTES = 64 * 1024
_WORDS = 16
_STAGE, _COUNT, _HOMES, _EPOCH, _NUMBER, _SIZE, _READ, _SENT, _SENDING = range(9)


class Board:
    """A few numbers and a request, shared by two processes.

    :ivar request: where the worker receives the bytes of a request
    """

    SIZE = _WORDS * 8 + REQUEST_BYTES

    def __init__(self, descriptor: int) -> None:
        """
        :param descriptor: of a file of `SIZE` bytes, open for writing
        """
        self._map = mmap.mmap(descriptor, self.SIZE)
        view = memoryview(self._map)
        self._words = view[: _WORDS * 8].cast("Q")
        self.request = view[_WORDS * 8 :]

    def close(self) -> None:
        """Give the memory back."""
        self.request.release()
        self._words.release()

    @property
    def stage(self) -> int:
        """`NOTHING`, `LENT` or `OTHER`."""
        return self._words[_STAGE]

    @property
    def count(self) -> int:
        """How many questions the worker has begun with."""
        return self._words[_COUNT]

    @property
    def number(self) -> int:
        """The number of the connection that the worker reads, answers or writes to; 0 for none."""
        return self._words[_NUMBER]

    @property
    def homes(self) -> int:
        """How many connections the worker has sent home."""
        return self._words[_HOMES]

    @property
    def epoch(self) -> int:
        """How often the front has taken all connections back without asking."""
        return self._words[_EPOCH]

    def take_all(self) -> None:
        """Take all connections from the worker; only while it stands still in a stage other than `NOTHING`."""
        self._words[_EPOCH] += 1

    @property
    def received(self) -> bytes:
        """What the worker has read of the connection at hand, once it has taken note of it."""
        return bytes(self.request[: self._words[_SIZE]])

    @property
    def before(self) -> tuple[int, int]:
        """How many bytes the worker had read from the connection at hand, and written to it, before the request at hand."""
        return self._words[_READ], self._words[_SENT]

    @property
    def sending(self) -> int:
        """The size of the answer that the worker is about to write, or has perhaps written; 0 for none."""
        return self._words[_SENDING]

    def read_from(self, number: int, read: int, sent: int) -> None:
        """Be about to receive from a connection.

        :param read: how many bytes were read from it before
        :param sent: how many were written to it
        """
        words = self._words
        words[_SIZE] = 0
        words[_READ] = read
        words[_SENT] = sent
        words[_NUMBER] = number

    def has_read(self, size: int) -> None:
        """Have received so many bytes."""
        self._words[_SIZE] = size

    def begin(self, stage: int) -> None:
        """Begin with a question."""
        words = self._words
        words[_COUNT] += 1
        words[_STAGE] = stage

    def leave(self, epoch: int) -> bool:
        """Leave a stage; report whether no connection was taken back meanwhile.

        :param epoch: as it was the last time
        """
        words = self._words
        words[_STAGE] = NOTHING
        return words[_EPOCH] == epoch

    def send(self, size: int) -> None:
        """Be about to write an answer of so many bytes to the connection at hand."""
        self._words[_SENDING] = size

    def send_home(self) -> None:
        """Be about to tell the front that a connection comes home."""
        self._words[_HOMES] += 1

    def end(self) -> None:
        """Have done with the connection."""
        self._words[_NUMBER] = self._words[_SENDING] = 0
