"""A pack's folder put in its place, in the place of an older one, or taken away: the old one or the new one, never half.

A pack is built in a hidden folder beside its place. Once it is whole and on the disk, that is renamed to `.NAME.new`, the
older one to `.NAME.old`, and the new one into its place. Between the last two steps there is no folder of the name, and
`.NAME.new` counts as the pack (`whence.store.layout`). What a killed process leaves is carried on or removed by the next
that changes a pack; who builds holds a lock on the folder it builds in.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress

from whence.errors import InputError
from whence.rdf.atomic import mask
from whence.store import journal
from whence.store.layout import NEW, PACKS

_BUILDING = ".making"
_OLD = ".old"


def folder_of(root: str) -> str:
    """Return the folder of the packs of a graph directory."""
    return os.path.join(root, "triples", PACKS)


def put(root: str, name: str, fill: Callable[[str], bool], *, anew: bool) -> None:
    """Build a pack and put it in its place, in that of an older one of its name if there is one.

    :param root: the graph directory
    :param fill: writes the files of the pack into an empty folder, and returns whether it is to take its place
    :param anew: whether there is a pack of the name that it takes the place of
    :raises InputError: it cannot be written, another process goes on writing, or has added or removed a pack of the name meanwhile; what is there is unchanged
    """
    packs = folder_of(root)
    with journal.writing(root):
        pass  # an installed graph, and one that others write, is refused before anything is read
    building, handle = "", -1
    try:
        os.makedirs(packs, exist_ok=True)
        building = tempfile.mkdtemp(_BUILDING, f".{name}.", packs)
        handle = os.open(building, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.chmod(building, 0o777 & ~mask())
        if fill(building):
            _sync(building)
            with journal.writing(root):
                _settle(packs)
                if os.path.lexists(os.path.join(packs, name)) != anew:
                    what = "removed" if anew else "added"
                    raise InputError(f"A pack {name} was {what} while this one was made.", fix="See whence pack list, and try again.", file=packs)
                _switch(packs, name, building)
    except OSError as error:
        raise _unwritable(packs, error) from None
    finally:
        if building:
            shutil.rmtree(building, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def take_away(root: str, name: str) -> None:
    """Take a pack away, whole.

    :raises InputError: it cannot be taken away, or another process goes on writing
    """
    packs = folder_of(root)
    with journal.writing(root):
        try:
            _settle(packs)
            os.rename(os.path.join(packs, name), _beside(packs, name, _OLD))
        except OSError as error:
            raise _unwritable(packs, error) from None
        shutil.rmtree(_beside(packs, name, _OLD), ignore_errors=True)


def _switch(packs: str, name: str, building: str) -> None:
    place, new, old = os.path.join(packs, name), _beside(packs, name, NEW), _beside(packs, name, _OLD)
    os.rename(building, new)
    try:
        if os.path.lexists(place):
            os.rename(place, old)
        os.rename(new, place)
    except OSError:
        if not os.path.lexists(place) and os.path.lexists(old):
            os.rename(old, place)
        shutil.rmtree(new, ignore_errors=True)
        raise
    with suppress(OSError):
        _sync_names(packs)
    shutil.rmtree(old, ignore_errors=True)


def _settle(packs: str) -> None:
    """Carry on, or remove, what killed processes left."""
    for entry in sorted(os.listdir(packs)):
        path = os.path.join(packs, entry)
        if entry.startswith(".") and entry.endswith(NEW) and not os.path.lexists(os.path.join(packs, entry[1 : -len(NEW)])):
            os.rename(path, os.path.join(packs, entry[1 : -len(NEW)]))
        elif entry.startswith(".") and (entry.endswith((NEW, _OLD)) or (entry.endswith(_BUILDING) and _is_abandoned(path))):
            shutil.rmtree(path, ignore_errors=True)


def _is_abandoned(building: str) -> bool:
    try:
        handle = os.open(building, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _beside(packs: str, name: str, ending: str) -> str:
    return os.path.join(packs, f".{name}{ending}")


def _sync(folder: str) -> None:
    """Bring every file below a folder, and the folder itself, onto the disk."""
    for inner, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync_names(os.path.join(inner, name))
        _sync_names(inner)


def _sync_names(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(packs: str, error: OSError) -> InputError:
    return InputError(f"The packs cannot be written: {error.strerror or error}.", fix="Every pack is as it was.", file=error.filename if isinstance(error.filename, str) else packs)
