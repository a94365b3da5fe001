"""`python -m whence.web SETTINGS`: the server, started by `whence serve`."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

from whence.errors import WhenceError
from whence.web.settings import Settings


def main(text: str) -> int:
    """Serve with the settings of a line of JSON and return the exit code.

    >>> main("{}")  # doctest: +SKIP
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the supervisor takes it, Ctrl-C ends the process in silence
    from whence.web.http.connections import raise_descriptors
    from whence.web.process import worker  # noqa: F401 - loaded before the workers are forked, which share it
    from whence.web.process.supervisor import Supervisor, listen

    settings = Settings.from_json(text)
    raise_descriptors()
    try:
        listeners = listen(settings.host, settings.port)
    except OSError:
        sys.stderr.write(f"whence: The address {settings.host}:{settings.port} cannot be used. Choose another --port or --host.\n")
        return 5
    with ExitStack() as opened:
        for listener in listeners:
            opened.enter_context(listener)
        if settings.ui:
            from whence.web.pages.rendering import prepare

            prepare()
        try:
            return Supervisor(settings, listeners).run()
        except WhenceError as refused:
            sys.stderr.write(f"{getattr(refused, 'text', '')}whence: {refused}\n")
            return refused.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
