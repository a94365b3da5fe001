"""The sandbox of a process that answers queries: it may not reach a network, however a query is written, nor outlive its parent.

A seccomp filter (Linux, seccomp(2)) makes socket(2) fail with EACCES in this process for ever after. What decides
whether a query calls SERVICE is then no longer how well its text was read. Where some servers may be called, the
thread of the queries can still reach the relay of its own process (`whence.web.federation.isolation`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import struct

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | errno.EACCES
#: The number by which the x32 system calls of x86-64 begin; none of them is needed.
_X32 = 0x40000000
#: Machine to its audit architecture and the number of socket(2).
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends, even while it is stopped (Linux)."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(loopback: bool = False) -> bool:
    """Forbid this thread, and every thread it starts from now on, to open sockets; report whether that was possible.

    :param loopback: let it open TCP sockets of IPv4, as it needs to call the relay: no lookup of names is possible then
    """
    machine = _MACHINES.get(os.uname().machine)
    if machine is None or os.uname().sysname != "Linux":
        return False
    architecture, socket_call = machine
    steps = _none(architecture, socket_call) if not loopback else _plain_tcp(architecture, socket_call)
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _none(architecture: int, socket_call: int) -> tuple[tuple[int, int, int, int], ...]:
    return (
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_JUMP_EQUAL, 0, 4, architecture),
        (_LOAD, 0, 0, 0),  # its number
        (_JUMP_AT_LEAST, 2, 0, _X32),
        (_JUMP_EQUAL, 1, 0, socket_call),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    )


def _plain_tcp(architecture: int, socket_call: int) -> tuple[tuple[int, int, int, int], ...]:
    return (
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 0, 11, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_AT_LEAST, 9, 0, _X32),
        (_JUMP_EQUAL, 0, 7, socket_call),
        (_LOAD, 0, 0, 16),  # the first argument: the family
        (_JUMP_EQUAL, 0, 6, socket.AF_INET),
        (_LOAD, 0, 0, 24),  # the second: the type, with flags
        (_AND, 0, 0, 0xF),
        (_JUMP_EQUAL, 0, 3, socket.SOCK_STREAM),
        (_LOAD, 0, 0, 32),  # the third: the protocol, of which 0 is TCP
        (_JUMP_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    )
