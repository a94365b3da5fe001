"""The texts of published files: plain, compressed, or inside a zip."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from whence.errors import InputError
from whence.rdf.reading import guessed_encoding

#: A published file may have so many bytes, unpacked: it is read whole, and places in it are counted from its beginning.
MOST = 1 << 30
#: How compressed files begin.
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ"
#: How files begin that cannot be read, and what they are.
_OTHERS = {b"PK\x03\x04": "a zip that was cut off or damaged", b"\x28\xb5\x2f\xfd": "compressed with zstd", b"7z\xbc\xaf": "a 7z archive", b"\xff\xfe": "in UTF-16", b"\xfe\xff": "in UTF-16"}


@dataclass(frozen=True, slots=True)
class Source:
    """One published file.

    :ivar path: where it was read from, as the user named it
    :ivar member: its name within a zip, or ""
    :ivar size: its bytes, uncompressed as far as that is told
    """

    path: str
    member: str
    size: int

    @property
    def name(self) -> str:
        """The file name alone, without a folder and without `.gz`, `.bz2` or `.xz`."""
        return re.sub(r"\.(gz|bz2|xz)$", "", re.split(r"[/\\]", self.member or self.path)[-1])

    @property
    def shown(self) -> str:
        """The path, and after a number sign the name within a zip."""
        return f"{self.path}#{self.member}" if self.member else self.path


def sources(paths: list[str]) -> Iterator[Source]:
    """Yield the files that paths name: each file, and each one inside a zip, in the order of its directory.

    :raises InputError: a path cannot be read, or is a damaged zip
    """
    for path in paths:
        try:
            if os.path.exists(path) and not os.path.isfile(path):
                raise InputError("This is no file, and files are read twice.", fix="Name a file; write what comes through a pipe into one first.", file=path)
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from (Source(path, info.filename, info.file_size) for info in archive.infolist() if not info.is_dir())
            else:
                yield Source(path, "", os.path.getsize(path))
        except (OSError, zipfile.BadZipFile) as error:
            raise _unreadable(path, error) from None


def read(source: Source) -> str:
    """Return the text of a file, decoded as UTF-8, with no newline translated.

    :raises InputError: it cannot be read, has more than `MOST` bytes, or is not UTF-8
    """
    try:
        if source.member:
            with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
                raw = _unpacked(member)
        else:
            with open(source.path, "rb") as stream:
                raw = _unpacked(stream)
        if len(raw) > MOST:
            raise InputError(f"The file has more than {MOST:,} bytes, unpacked.", fix="Take the part of it that you need, or split it.", file=source.shown)
    except (OSError, EOFError, RuntimeError, NotImplementedError, KeyError, lzma.LZMAError, zlib.error, zipfile.BadZipFile) as error:
        raise _unreadable(source.shown, error) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if what := next((what for start, what in _OTHERS.items() if raw.startswith(start)), None):
            raise InputError(f"The file is not UTF-8, but {what}.", fix="Take it whole, as UTF-8: plain, compressed with gzip, bzip2 or xz, or in a zip.", file=source.shown) from None
        line = raw.count(b"\n", 0, error.start) + 1
        may = f"It may be {called}. " if (called := guessed_encoding(raw)) else ""
        raise InputError(f"Byte {error.start} of the file is not UTF-8.", fix=f"{may}Save it as UTF-8.", file=source.shown, line=line) from None


def _unpacked(stream: IO[bytes]) -> bytes:
    """Return the bytes of a stream, decompressed, one more than may be at most."""
    with io.BufferedReader(stream) as whole:  # type: ignore[type-var]  # both kinds of streams have what it asks for
        start = whole.peek(6)
        if start.startswith(_GZIP):
            return gzip.GzipFile(fileobj=whole).read(MOST + 1)
        if start.startswith(_BZIP2):
            return bz2.BZ2File(whole).read(MOST + 1)
        return lzma.LZMAFile(whole).read(MOST + 1) if start.startswith(_XZ) else whole.read(MOST + 1)


def _unreadable(path: str, error: Exception) -> InputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or "it is damaged"
    return InputError(f"The file cannot be read: {reason}.", fix="Name a file that is there and whole.", file=path)
