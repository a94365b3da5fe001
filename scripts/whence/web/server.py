"""Runs the site with uvicorn: one process, one event loop, limits on connections."""

from __future__ import annotations

import asyncio
import gc
import sys

import uvicorn
import uvloop

from whence.web.connections import Connection, close_overdue, raise_descriptors
from whence.web.observing import Observer
from whence.web.publishing import Refused, publish
from whence.web.settings import Settings
from whence.web.site import Site

__all__ = ["main", "serve"]

_FAREWELL_SECONDS = 5


async def serve(settings: Settings) -> None:
    """Validate the graph and answer requests until the process is told to stop.

    :raises Refused: when there is no valid graph to serve
    :raises WhenceError: when no worker can be started
    """
    raise_descriptors()
    observer = Observer()
    published = await publish(settings, observer)
    site = Site(settings, published, observer)
    gc.collect()
    gc.freeze()  # what is loaded now stays, so it need not be looked through again and again
    configuration = uvicorn.Config(
        site, host=settings.host, port=settings.port, http=Connection, ws="none", loop="none", lifespan="on",
        access_log=False, log_level="critical", server_header=False,
        timeout_graceful_shutdown=_FAREWELL_SECONDS, backlog=2048, proxy_headers=False,
    )  # fmt: skip
    server = _Announcing(configuration, site)
    try:
        await server.serve()
    finally:
        site.published.pool.end()


class _Announcing(uvicorn.Server):
    """A server that says where it listens once it does, and closes connections on which no request comes."""

    def __init__(self, configuration: uvicorn.Config, site: Site) -> None:
        super().__init__(configuration)
        self._site = site

    async def startup(self, sockets: list[object] | None = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._site.observer.say("listening", address=f"http://{shown}:{port}/", digest=self._site.published.digest)
            self._site.observer.flush()

    async def on_tick(self, counter: int) -> bool:
        close_overdue()
        return await super().on_tick(counter)


def main(text: str) -> int:
    """Serve with the settings of a line of JSON and return the exit code.

    >>> main("{}")  # doctest: +SKIP
    """
    from whence.errors import WhenceError

    settings = Settings.from_json(text)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except Refused as refused:
        sys.stderr.write(f"{refused.text}whence: {refused}\n")
        return refused.exit_code
    except WhenceError as error:
        sys.stderr.write(f"whence: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except SystemExit as stop:  # uvicorn: the address could not be taken
        if stop.code:
            sys.stderr.write(f"whence: The address {settings.host}:{settings.port} cannot be used. Choose another --port or --host.\n")
        return 5 if stop.code else 0
    return 0
