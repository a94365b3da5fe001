"""Writing to the terminal, or to whatever stands in its place: results to standard output, the rest to standard error."""

from __future__ import annotations

import sys

from whence.errors import InputError, WhenceError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import BinaryIO

_LONGEST_WORD = 1_000


class _Output:
    """Standard output as bytes; a full disk or a closed stream becomes a sentence, a closed pipe stays what it is."""

    def write(self, data: bytes) -> int:
        stream = _stdout()
        try:
            return stream.write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(error) from None

    def flush(self) -> None:
        try:
            _stdout().flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(error) from None


def output() -> BinaryIO:
    """Return standard output for bytes."""
    return _Output()  # type: ignore[return-value]


def width() -> int | None:
    """Return the columns of the terminal that standard output is, or None where it is none: no reader is cut short."""
    import os

    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None


def write(text: str) -> None:
    """Write a result to standard output, in UTF-8 wherever that leads."""
    stream = output()
    stream.write(text.encode("utf-8", "replace"))
    stream.flush()


def write_json(document: object) -> None:
    """Write a JSON document to standard output, indented for reading."""
    import json

    write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(sentence: str) -> None:
    """Write one line to standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"whence: {sentence}\n")
        sys.stderr.flush()


def complain(error: WhenceError) -> None:
    """Write an error to standard error: place, problem, fix; and the offending line of a query with its caret."""
    say(_clipped(str(error)))
    excerpt = getattr(error, "excerpt", None)
    if excerpt and sys.stderr is not None:
        sys.stderr.write("".join(f"  {line}\n" for line in excerpt.splitlines()))


def _clipped(sentence: str) -> str:
    """A sentence in which no word goes on for pages, as a name that was typed or piped in by mistake does."""
    if len(sentence) <= _LONGEST_WORD:
        return sentence
    import re

    return re.sub(rf"(\S{{100}})\S{{{_LONGEST_WORD},}}", r"\1…", sentence)


def _stdout() -> BinaryIO:
    if sys.stdout is None:
        raise InputError("There is no standard output to write to.", fix="Open it, or use --output where there is one.")
    return sys.stdout.buffer


def _unwritable(error: OSError) -> InputError:
    return InputError(f"The output cannot be written: {error.strerror}.", fix="Make room or send it elsewhere.")
