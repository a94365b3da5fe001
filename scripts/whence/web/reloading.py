"""`--reload`: a change of the files that validates goes live; one that does not is shown, and the old graph stays."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from whence.errors import WhenceError
from whence.web.publishing import Refused, publish, stamp

if TYPE_CHECKING:
    from whence.web.serving import Serving

__all__ = ["watch"]

POLL_SECONDS = 0.5


async def watch(site: Serving) -> None:
    """Look at the files for ever; exchange the graph when they have changed and stand still again."""
    loop = asyncio.get_running_loop()
    seen = site.published.seen
    leaving: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(POLL_SECONDS)
        now = await loop.run_in_executor(None, stamp, site.settings.graph)
        if now == seen:
            continue
        await asyncio.sleep(POLL_SECONDS / 2)
        if now != await loop.run_in_executor(None, stamp, site.settings.graph):
            continue  # somebody is still writing
        seen = now
        old = site.published
        if await _exchange(site) and site.published is not old:
            task = asyncio.create_task(old.close())
            leaving.add(task)
            task.add_done_callback(leaving.discard)


async def _exchange(site: Serving) -> bool:
    """Validate and publish; report whether a new graph is live."""
    try:
        published = await publish(site.settings, site.observer)
    except Refused as refused:
        site.refusal = refused
        site.observer.reloads["refused"] += 1
        site.observer.say("refused", problem=str(refused), report=refused.text)
        return False
    except WhenceError as error:
        site.refusal = error
        site.observer.reloads["refused"] += 1
        site.observer.say("refused", problem=str(error))
        return False
    await site.published.pool.recall()  # no connection is answered from the old graph once another is from the new one
    site.refusal = None
    site.published = published
    site.observer.reloads["served"] += 1
    site.observer.say("served", digest=published.digest)
    return True
