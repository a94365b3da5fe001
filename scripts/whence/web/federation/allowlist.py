"""Which servers a query may call by SERVICE: those of the allow-list, by name and port, at addresses of the public Internet.

A name is judged here; what it stands for, where it is called (`whence.web.federation.client`). Where the platform cannot
keep queries from the network (`whence.web.federation.isolation`), the text is read more strictly than SPARQL is: each
mention of SERVICE must be plainly harmless, since a reading that is fooled by some odd spelling would open the way.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote

from whence.sparql.service_calls import calls
from whence.web.http.problems import Problem

_MENTION = re.compile(r"service", re.IGNORECASE)
#: The comments at the head of a query, where nothing else can have begun: the front matter of one of the catalogue.
_HEAD = re.compile(r"(?:[ \t\r\n]*#[^\r\n]*)*")
_PLAIN = re.compile(r"service\s*(?:silent\s*)?<([^<>\s]+)>", re.IGNORECASE)
#: RFC 3986 section 3.2 without user and password, without escapes in the host.
_AUTHORITY = r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]%]+)(?::([0-9]{1,5}))?"
_ADDRESS = re.compile(rf"(https?)://{_AUTHORITY}((?:/[^?#]*)?(?:\?[^#]*)?)(?:#.*)?", re.IGNORECASE)
_ENTRY = re.compile(_AUTHORITY)
_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")
_PORTS = {"http": 80, "https": 443}
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
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


class Address(NamedTuple):
    """Where a request goes.

    :ivar scheme: http or https
    :ivar name: the host as names are compared: lower case, A-labels, no dot at the end, IPv6 without brackets
    :ivar target: path and query, as a request line takes them
    """

    scheme: str
    name: str
    port: int
    target: str

    @property
    def host(self) -> str:
        """The host and, where it is not the scheme's default, the port (RFC 9110 section 7.2)."""
        return _joined(self.name, None if self.port == _PORTS[self.scheme] else self.port)


def address(iri: str) -> Address | None:
    """Return where a request for an http or https IRI goes (RFC 3987 section 3.1), or None for any other text.

    >>> address("https://A.example./sparql?x#y")
    Address(scheme='https', name='a.example', port=443, target='/sparql?x')
    >>> address("https://a.example@b.example/") is None
    True
    """
    match = None if _NO_ADDRESS.search(iri) else _ADDRESS.fullmatch(iri)
    if match is None:
        return None
    scheme = match[1].lower()
    name, port = _name(match[2]), int(match[3] or _PORTS[scheme])
    if name is None or not 0 < port < 65536:
        return None
    target = match[4] if match[4].startswith("/") else "/" + match[4]
    return Address(scheme, name, port, quote(target, safe=_ASCII, errors="replace"))


def listed(entry: str) -> str | None:
    """Return an entry of an allow-list, a host with or without a port, as it is compared; None for any other text.

    >>> listed("A.example."), listed("2001:DB8::1"), listed("b.example:8080"), listed("https://c.example/")
    ('a.example', '[2001:db8::1]', 'b.example:8080', None)
    """
    match = _ENTRY.fullmatch(entry if entry.count(":") < 2 or entry.startswith("[") else f"[{entry}]")
    name = _name(match[1]) if match else None
    port = int(match[2]) if match and match[2] else None
    return None if name is None or port == 0 or (port or 0) > 65535 else _joined(name, port)


def allowed_hosts(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries of an allow-list as they are compared; private addresses and what is no host are left out.

    >>> allowed_hosts(("A.example.", "b.example:8080", "10.0.0.1"))
    ('a.example', 'b.example:8080')
    """
    return tuple(found for entry in entries if (found := listed(entry)) and not _is_private(found))


def is_allowed(called: Address, hosts: tuple[str, ...]) -> bool:
    """Report whether an address is on the list: its host with its port, or its host alone for the scheme's default port.

    :param hosts: of `allowed_hosts`
    """
    default = called.port == _PORTS[called.scheme]
    return _joined(called.name, called.port) in hosts or (default and _joined(called.name, None) in hosts)


def is_public(text: str) -> bool:
    """Report whether an address is one of the public Internet (IANA special-purpose address registries, RFC 6890).

    An IPv4 address inside an IPv6 one counts itself.

    :param text: as getaddrinfo(3) returns it
    :raises ValueError: it is not an address

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("64:ff9b::a00:1"), is_public("8.8.8.8")
    (False, False, False, True)
    """
    found = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not any(found in network for network in _NEVER if network.version == found.version)


def require_plain(query: str, hosts: tuple[str, ...]) -> None:
    """Refuse a query in which SERVICE is mentioned other than to call an allowed address, be it in a string or comment; but for the comments at its head.

    :param hosts: of `allowed_hosts`
    :raises Problem: 403

    >>> require_plain("SELECT * { SERVICE <https://a.example/sparql> { ?s ?p ?o } }", ("a.example",))
    """
    found = {word.start for word, _, _ in calls(query)}
    head = _HEAD.match(query)
    for mention in _MENTION.finditer(query, head.end() if head else 0):
        plain = _PLAIN.match(query, mention.start())
        called = address(plain[1]) if plain and mention.start() in found else None
        if called is None or not is_allowed(called, hosts):
            line = query.count("\n", 0, mention.start()) + 1
            column = mention.start() - query.rfind("\n", 0, mention.start())
            known = f" Allowed: {', '.join(hosts)}." if hosts else ""
            raise Problem(403, f"SERVICE is not allowed here, nor is the word in other places.{known}", line=line, column=column)


def _name(host: str) -> str | None:
    """Return a host as names are compared, or None when it cannot be one."""
    if host.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host[1:-1]))
        except ValueError:
            return None
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    name = name.lower().removesuffix(".")
    return name if name and not _NO_ADDRESS.search(name) and not set(name) & set("/?#@:[]%") else None


def _is_private(host: str) -> bool:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return not is_public(name)
    except ValueError:
        return False  # a name: what it stands for is seen when it is called


def _joined(name: str, port: int | None) -> str:
    host = f"[{name}]" if ":" in name else name
    return host if port is None else f"{host}:{port}"
