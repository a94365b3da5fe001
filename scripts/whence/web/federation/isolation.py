"""A network for a worker in which there is nothing but the relay (Linux).

Threads of one process may be in different networks (network_namespaces(7)). The relay's are in the machine's; the
thread that enters, and all that it starts from then on, move to an empty network with a loopback interface, where only
the relay listens. Sockets stay in the network in which they were made, so a listening one that was inherited goes on.
Where the platform does not allow that, Landlock (landlock(7)) leaves the relay's port alone, which is less: that of any
machine. Whatever is not possible here is left out, and the caller is told.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

from whence.process.sandbox import confine
from whence.web.federation.relay import Relay

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_PR_SET_NO_NEW_PRIVS = 38
#: System calls of Landlock, of the same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _CONNECT_TCP, _NET_PORT = 1, 1 << 1, 2
#: The first version of Landlock that knows of TCP ports.
_WITH_PORTS = 4


def enter(relay: Relay) -> None:
    """Leave this thread, and those it starts from now on, nothing to call but the relay, which is started here.

    To be called while this is the only thread of the process. Sets `Relay.isolated`.

    :raises OSError: there is no loopback interface
    """
    if not relay.hosts:
        relay.isolated = confine()
        return
    steps = _possible()
    if steps == _BOTH:
        _own_users()
    relay.start()
    alone = steps is not None and _unshare(_NEW_NET)
    if alone:
        _loopback_up()
    _leave_port(relay.listen())
    relay.isolated = confine(loopback=True) and alone


_PLAIN, _BOTH = 0, 1


def _possible() -> int | None:
    """Return how this process can get a network of its own; tried in a child, which a stricter platform may kill for it."""
    if os.uname().sysname != "Linux":
        return None
    child = os.fork()
    if not child:
        status = 2
        try:
            steps = _PLAIN if _unshare(_NEW_NET) else _BOTH if _own_users() and _unshare(_NEW_NET) else 2
            if steps in (_PLAIN, _BOTH):
                _loopback_up()
                socket.create_server(("127.0.0.1", 0)).close()
                status = steps
        finally:
            os._exit(status)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return ended if ended in (_PLAIN, _BOTH) else None


def _unshare(what: int) -> bool:
    return bool(ctypes.CDLL(None, use_errno=True).unshare(what) == 0)


def _own_users() -> bool:
    """Get the right to have a network of one's own (user_namespaces(7)), and stay who one is in the eyes of all others."""
    user, group = os.getuid(), os.getgid()
    if not _unshare(_NEW_USER):
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as stream:
            stream.write(text)
    return True


def _loopback_up() -> None:
    """Switch the loopback interface on (netdevice(7)), which gives it 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        asked = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(channel, _GET_FLAGS, asked))[1]
        fcntl.ioctl(channel, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def _leave_port(port: int) -> None:
    """Let this thread connect by TCP to one port only, where Landlock is there and knows of ports."""
    library = ctypes.CDLL(None, use_errno=True)
    if os.uname().sysname != "Linux" or library.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG) < _WITH_PORTS:
        return
    handled = struct.pack("QQ", 0, _CONNECT_TCP)
    rules = library.syscall(_CREATE_RULESET, handled, len(handled), 0)
    if rules < 0:
        return
    try:
        rule = struct.pack("QQ", _CONNECT_TCP, port)
        if library.syscall(_ADD_RULE, rules, _NET_PORT, rule, 0) == 0 and library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
            library.syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
