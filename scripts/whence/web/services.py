"""Which hosts a query may call by SERVICE: those on the allow-list, as long as they stand outside private networks."""

from __future__ import annotations

import ipaddress
import socket

from whence.web.problems import Problem

__all__ = ["allowed_hosts", "is_public"]


def is_public(address: str) -> bool:
    """Report whether an address is one of the public Internet.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("8.8.8.8")
    (False, False, True)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


def allowed_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts that stand only for public addresses at this moment.

    :raises Problem: 403 when a host of the list stands for a private address
    """
    for host in hosts:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() and ":" in host else host
        try:
            found = socket.getaddrinfo(name.strip("[]"), None, type=socket.SOCK_STREAM)
        except OSError:
            continue  # it cannot be called anyway
        if not all(is_public(str(entry[4][0])) for entry in found):
            raise Problem(403, f"SERVICE may not call {host}: it stands for a private address.")
    return hosts
