"""Which network addresses stand on the public Internet (IANA special-purpose address registries, RFC 6890)."""

from __future__ import annotations

import ipaddress

__all__ = ["is_public"]

#: Not for servers of strangers, whatever `ipaddress` of this Python version knows of them.
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3",  # multicast and reserved
        "168.63.129.16/32",  # Azure answers its own machines here
        "2001::/23",  # protocol assignments, Teredo and benchmarks among them
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4: an IPv4 address of any kind inside
    )
)  # fmt: skip
#: Global unicast, all that is assigned to anybody (RFC 4291 section 2.4).
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
#: NAT64 (RFC 6052): what is behind it is the IPv4 address in the last 32 bits.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Report whether an address is one of the public Internet; an IPv4 address inside an IPv6 one counts itself.

    :param address: as getaddrinfo(3) returns it
    :raises ValueError: it is not an address

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("64:ff9b::a00:1"), is_public("8.8.8.8")
    (False, False, False, True)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not any(found in network for network in _NEVER if network.version == found.version)
