"""Which servers a query may call by SERVICE: hosts of the allow-list, as long as they stand outside private networks.

Without an allow-list a worker has no network at all (`whence.web.confinement`). With one, or where a worker cannot
be confined, the text is read more strictly than SPARQL is: each mention of SERVICE must be plainly harmless, since
a reading that is fooled by some odd spelling would open the way.
"""

from __future__ import annotations

import re
import socket

from whence.web.addresses import is_public
from whence.web.problems import Problem

__all__ = ["allowed_hosts", "require_plain"]

_MENTION = re.compile(r"service", re.IGNORECASE)
_PLAIN = re.compile(r"service\s*(?:silent\s*)?<https?://([^/<>?#@\s]+)(?:[/?#][^<>\s]*)?>", re.IGNORECASE)


def require_plain(query: str, hosts: tuple[str, ...]) -> None:
    """Refuse a query in which SERVICE is mentioned other than before the address of an allowed host.

    :raises Problem: 403

    >>> require_plain("SELECT * { SERVICE <https://a.example/sparql> { ?s ?p ?o } }", ("a.example",))
    """
    for mention in _MENTION.finditer(query):
        plain = _PLAIN.match(query, mention.start())
        if plain is None or plain[1].lower() not in hosts:
            line = query.count("\n", 0, mention.start()) + 1
            column = mention.start() - query.rfind("\n", 0, mention.start())
            known = f" Allowed: {', '.join(hosts)}." if hosts else ""
            raise Problem(403, f"SERVICE is not allowed here, nor is the word in other places.{known}", line=line, column=column)


def allowed_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return those hosts, in lower case, that stand only for public addresses at this moment."""
    found = []
    for host in hosts:
        name, _, port = host.rpartition(":")
        name = name if name and port.isdecimal() else host
        try:
            entries = socket.getaddrinfo(name.strip("[]"), None, type=socket.SOCK_STREAM)
        except OSError:
            continue  # it cannot be called anyway
        if all(is_public(str(entry[4][0])) for entry in entries):
            found.append(host.lower())
    return tuple(found)
