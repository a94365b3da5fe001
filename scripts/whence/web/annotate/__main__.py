"""`python -m whence.web.annotate SETTINGS`: the process that `whence annotate` becomes."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import webbrowser

import uvicorn

from whence.errors import WhenceError
from whence.store import layout
from whence.web.annotate.application import Guard, application
from whence.web.annotate.desk import Desk

#: The only address: nobody on another machine can ask.
_HOST = "127.0.0.1"


def main(text: str) -> int:
    """Answer the page until it is interrupted, and return the exit code.

    :param text: a line of JSON: graph, texts, port, browser
    """
    settings = json.loads(text)
    try:
        listener = socket.create_server((_HOST, settings["port"]))
    except OSError:
        sys.stderr.write(f"whence: The address {_HOST}:{settings['port']} cannot be used. Choose another --port; perhaps whence annotate runs already.\n")
        return 5
    try:
        answering = application(Desk(layout.locate(settings["graph"]), settings["texts"]))
    except WhenceError as error:
        sys.stderr.write(f"whence: {error}\n")
        return error.exit_code
    port, token = listener.getsockname()[1], secrets.token_urlsafe(24)
    address = f"http://{_HOST}:{port}/#token={token}"
    sys.stderr.write(f"whence: Annotate at {address}\nwhence: The page, and the texts, are on this machine alone. Ctrl-C ends it.\n")
    sys.stderr.flush()
    if settings["browser"] and any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):  # else one in the terminal would be started
        webbrowser.open(address)
    config = uvicorn.Config(Guard(answering, port, token), log_level="warning", access_log=False, server_header=False, lifespan="off")
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # how uvicorn ends when it was interrupted
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
