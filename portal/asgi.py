"""The portal as one ASGI application on one port: pages, API, sockets, health, metrics, behind the gate.

The lifespan opens the runtime and keeps four tasks for as long as the portal lives. One that ends by itself is a bug:
it is logged and the portal stops, so that whoever watches it (supervisor, container) starts it anew.
"""

import asyncio
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from core.io.runtime import open_runtime
from core.io.settings import Settings
from portal import gate, marshal, sign_in, static_files
from portal.api import api, bell, health, live, replay
from portal.api.sockets import Listening
from portal.compat import karting, racelith
from portal.forms import explain
from portal.running import set_runtime

log = logging.getLogger(__name__)

TALKATIVE = ("uvicorn.access", "uvicorn.error")
"""They write a line for each request and socket, with its address, in which a compatible API's token may stand."""

COLLECT_EVERY_S = 10.0
COLLECT_SHARE = 500
"""A full collection stops everything; with 500 sockets for 90 ms. It may take this part of the time, no more."""
_NEVER = 2**31 - 1


def _one_log() -> None:
    """Streamlit gives its loggers and the server's a handler and a level of their own: theirs go, ours stays."""
    for logger in [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]:
        if (handler := getattr(logger, "streamlit_console_handler", None)) is not None:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
            logger.propagate = True
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    settings = Settings()
    _one_log()
    with open_runtime(settings, owner=False) as opened:
        set_runtime(opened)
        bell.TOWER.follow(live.HUB.hear)
        bell.TOWER.follow(racelith.live.STAGES.hear)
        _settle_memory()
        tasks = [_keep(bell.TOWER.run), _keep(gate.watch), _keep(_collect)]
        if not settings.demo:
            await asyncio.to_thread(sign_in.announce_setup, f"http://{settings.host}:{settings.port}")
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(
                *tasks,
                live.HUB.close(),
                karting.live.TABLES.close(),
                racelith.live.STAGES.close(),
                return_exceptions=True,
            )
            set_runtime(None)


def _keep(work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    async def run() -> None:
        await work()

    task = asyncio.create_task(run(), name=work.__qualname__)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        log.error("a task of the portal ended", exc_info=task.exception(), extra={"task": task.get_name()})
        signal.raise_signal(signal.SIGTERM)


def _settle_memory() -> None:
    """What is loaded by now stays: leave it out of every garbage collection. Full ones happen only in `_collect`."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


async def _collect() -> None:
    """Streamlit's own collection after each run is switched off: it would stop the loop several times a second."""
    took_s = 0.0
    while True:
        await asyncio.sleep(max(COLLECT_EVERY_S, COLLECT_SHARE * took_s))
        began = time.thread_time()
        gc.collect()
        took_s = time.thread_time() - began


ROUTES: list[BaseRoute] = [
    *health.ROUTES,
    *sign_in.ROUTES,
    *static_files.ROUTES,
    *marshal.ROUTES,
    Mount("/api/v1", api),
    live.ROUTE,
    *karting.ROUTES,
    *racelith.ROUTES,
    replay.ROUTE,
    bell.ROUTE,
]
"""What stands beside Streamlit's own routes; a test tries each with each role."""

api.sockets = [route for route in ROUTES if isinstance(route, Listening)]

app = st.App(
    Path(__file__).parent / "app.py",
    lifespan=lifespan,
    middleware=[Middleware(health.Counted), Middleware(gate.Gate)],
    routes=ROUTES,
    on_script_error=explain,
)
