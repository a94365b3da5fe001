"""Writing to the terminal, or to whatever stands in its place: results to standard output, the rest to standard error."""

from __future__ import annotations

import sys

from whence.errors import InputError, UsageError, WhenceError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from typing import BinaryIO

#: A sentence that is longer keeps its ends: what is wrong, and how to mend it.
_LONGEST, _ENDS = 2_000, 400
#: Bytes of a query or a question that standard input may bring, which may have no end.
_MOST = 16 << 20


class _Output:
    """Standard output as bytes; a full disk or a closed stream becomes a sentence, a closed pipe stays what it is.

    A terminal gets no commands but colours, whatever stands in the data.
    """

    def write(self, data: bytes) -> int:
        stream = _stdout()
        try:
            stream.write(_harmless(data) if stream.isatty() else data)
            return len(data)
        except OSError as error:
            raise _unwritable(error) from None

    def flush(self) -> None:
        try:
            _stdout().flush()
        except OSError as error:
            raise _unwritable(error) from None


def output() -> BinaryIO:
    """Return standard output for bytes."""
    return _Output()  # type: ignore[return-value]


def read(what: str, *, line: bool = False) -> str:
    """Return what standard input holds, or its next line, whatever the locale says; empty at its end.

    :param what: what it is, such as query
    :raises UsageError: there is no standard input
    :raises InputError: it cannot be read, has no end, or is not UTF-8
    """
    if sys.stdin is None:
        raise UsageError(f"There is no standard input to read a {what} from.", fix=f"Write the {what} behind the command.")
    name = "standard input"
    try:
        data = (sys.stdin.buffer.readline if line else sys.stdin.buffer.read)(_MOST + 1)
    except OSError as error:
        raise InputError(f"The {what} cannot be read: {error.strerror}.", fix="Send a text.", file=name) from None
    if len(data) > _MOST:
        raise InputError(f"The {what} has more than {_MOST >> 20} MiB.", fix="Send a text that is shorter.", file=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"The {what} is not UTF-8.", fix="Send it as UTF-8.", file=name) from None


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
    """Write one line to standard error, in which nothing moves a cursor and nothing that was typed by mistake goes on for pages."""
    tell(f"whence: {_on_one_line(sentence)}\n")


def complain(error: WhenceError) -> None:
    """Write an error to standard error: place, problem, fix; and the offending line of a query with its caret."""
    say(str(error))
    tell("".join(f"  {_on_one_line(line)}\n" for line in (getattr(error, "excerpt", None) or "").splitlines()))


def tell(text: str) -> None:
    """Write to standard error as it is; where that is closed or full, nothing is told and the command goes on."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()
    except OSError:
        pass


def _harmless(data: bytes) -> bytes:
    import re

    commands = rb"(?!\x1b\[[0-9;]*m|\r\n)[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]"
    return re.sub(commands, lambda match: b"\\x%02x" % match[0][-1], data)


def _on_one_line(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[:_ENDS]}…{text[-_ENDS:]}"
    if text.isprintable():
        return text
    from whence.report.words import clipped

    return clipped(text)


def _stdout() -> BinaryIO:
    if sys.stdout is None:
        raise InputError("There is no standard output to write to.", fix="Open it, or use --output where there is one.")
    return sys.stdout.buffer


def _unwritable(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return InputError(f"The output cannot be written: {error.strerror}.", fix="Make room or send it elsewhere.")
