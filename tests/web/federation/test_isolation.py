"""A worker that may call other servers: queries reach its relay and nothing else, whatever their text says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from remote import Remote
from serving import ROOT, Server

#: Runs in a process of its own, which is changed for ever: tries ways out, then the way that is allowed.
SCRIPT = """
import json, socket, sys, os, threading
sys.path[:0] = {paths!r}
port = {port}
from remote import ask, resolver
from whence.web.federation import isolation
from whence.web.federation.client import Network
from whence.web.federation.relay import Relay
if {without}:
    isolation._possible = lambda: None
inherited = socket.create_server(("127.0.0.1", 0))
host = "a.example:" + str(port)
relay = Relay((host,), Network(resolver(("127.0.0.1",)), lambda address: True))
isolation.enter(relay)
from pyoxigraph import Store

def attempt(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"

def engine(host):
    return lambda: list(Store().query("SELECT * {{ SERVICE <http://" + host + "/good> {{ ?s ?p ?x }} }}"))

tried = {{
    "isolated": relay.isolated,
    "inherited": inherited.getsockname()[1],
    "connect": attempt(lambda: socket.create_connection(("127.0.0.1", port), 5)),
    "engine": attempt(engine("127.0.0.1:" + str(port))),
    "engine by name": attempt(engine("localhost:" + str(port))),
    "lookup": attempt(lambda: socket.getaddrinfo("a.example", 80)),
}}
for family, kind in ((socket.AF_UNIX, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM), (socket.AF_NETLINK, socket.SOCK_RAW)):
    tried[family.name + " " + kind.name] = attempt(lambda: socket.socket(family, kind))
tried["allowed"] = len(ask("SELECT * {{ SERVICE <http://" + host + "/good> {{ ?s ?p ?x }} }}", relay))
thread = threading.Thread(target=lambda: tried.update(thread=attempt(engine("127.0.0.1:" + str(port)))))
thread.start(); thread.join()
tried["user"] = os.stat("/proc/self").st_uid
print(json.dumps(tried), flush=True)
channel, _ = inherited.accept()  # what is outside still reaches what listened before
channel.sendall(b"reached")
channel.close()
"""


def tried(port: int, without: bool) -> dict[str, Any]:
    paths = [str(ROOT / "scripts"), str(ROOT / "tests" / "support")]
    script = SCRIPT.format(paths=paths, port=port, without=without)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        found: dict[str, Any] = json.loads(line)
        with socket.create_connection(("127.0.0.1", found["inherited"]), 10) as channel:
            found["reached"] = channel.recv(100)
        assert process.wait(60) == 0, process.stderr.read()
    return found


def landlocked() -> bool:
    """Whether this kernel's Landlock knows of ports; only Linux has it."""
    import ctypes

    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) >= 4


WAYS_OUT = ("connect", "thread", "engine", "engine by name", "lookup", "AF_UNIX SOCK_STREAM", "AF_INET SOCK_DGRAM", "AF_INET6 SOCK_STREAM", "AF_NETLINK SOCK_RAW")


@pytest.mark.parametrize("without", [False, True], ids=["a network of its own", "one port only"])
def test_queries_reach_the_relay_and_nothing_else(without: bool) -> None:
    with Remote() as remote:
        found = tried(remote.port, without)
        assert found["allowed"] == 3 and found["user"] == os.getuid() and found["reached"] == b"reached"
        if without and not landlocked():
            pytest.skip("this kernel's Landlock knows nothing of ports")
        if not without and not found["isolated"]:
            pytest.skip("this platform gives a process no network of its own")
        assert found["isolated"] is not without
        assert {way: found[way] for way in WAYS_OUT if found[way] == "done"} == {}
        assert remote.accepted == 1


def test_a_listed_name_that_stands_for_this_machine_is_refused_by_the_server() -> None:
    with Remote() as remote, Server("--allow-service", f"localhost:{remote.port}", "a.example") as server:
        answer = server.query(f"SELECT * {{ SERVICE <http://localhost:{remote.port}/good> {{ ?s ?p ?x }} }}")
        assert answer.status == 403 and "not public" in answer.text
        answer = server.query(f"SELECT * {{ SERVICE SILENT <http://localhost:{remote.port}/good> {{ ?s ?p ?x }} }}")
        assert answer.status == 200 and answer.json()["results"]["bindings"] == [{}]
        assert "etag" not in answer.headers and answer.headers["cache-control"] == "no-store"
        answer = server.query("SELECT * { SERVICE <http://localhost/> { ?s ?p ?x } }")
        assert answer.status == 403 and f"Allowed: localhost:{remote.port}, a.example." in answer.text
        assert server.query("SELECT * { ?s ?p ?o } LIMIT 1").status == 200
        assert remote.accepted == 0


#: The command, as if the text of a query had been read wrong.
FOOLED = """
import sys
sys.path.insert(0, {path!r})
from whence.sparql import running
from whence import __main__
running._redirected = lambda text, *_: text
sys.argv[1:] = ["query", "SELECT * {{ SERVICE <http://127.0.0.1:{port}/good> {{ ?s ?p ?x }} }}", "--graph", {graph!r}]
sys.exit(__main__.main())
"""


def test_the_command_line_calls_no_server_even_if_the_text_is_read_wrong(small_graph: Path) -> None:
    with Remote() as remote:
        script = FOOLED.format(path=str(ROOT / "scripts"), port=remote.port, graph=str(small_graph))
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        if sys.platform != "linux":
            pytest.skip("only Linux takes the network from a process")
        assert ended.returncode != 0 and "Permission denied" in ended.stderr, ended.stderr
        assert remote.accepted == 0
