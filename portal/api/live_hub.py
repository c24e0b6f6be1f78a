"""The live hub: a channel for each circuit that somebody looks at, until some time after its last viewer has gone."""

import asyncio
import logging
from uuid import UUID

from portal.api.live_channel import Channel, LivePorts
from portal.api.live_viewer import LiveViewer, Wish

log = logging.getLogger(__name__)

LINGER_S = 30.0
"""A channel without viewers waits so long for one who was cut off and comes back."""

_ANYTHING = Wish()


class LiveHub:
    """The channels of all circuits that somebody looks at."""

    def __init__(self, ports: LivePorts) -> None:
        self._ports = ports
        self._channels: dict[UUID, tuple[Channel, asyncio.Task[None]]] = {}

    def join(self, circuit_id: UUID, wish: Wish = _ANYTHING) -> LiveViewer:
        return self._open(circuit_id).join(wish)

    def leave(self, circuit_id: UUID, viewer: LiveViewer) -> None:
        channel, _ = self._channels.get(circuit_id, (None, None))
        if channel is None:
            return
        channel.viewers.discard(viewer)
        if not channel.viewers:
            asyncio.get_running_loop().call_later(LINGER_S, self._close_unused, channel)

    def hear(self, subject: str) -> None:
        """A bell rang about a circuit or about the race session that a circuit follows."""
        for channel, _ in self._channels.values():
            if subject in {str(channel.circuit_id), channel.session_id}:
                channel.look_again()

    async def close(self) -> None:
        tasks = [task for _, task in self._channels.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _open(self, circuit_id: UUID) -> Channel:
        if circuit_id not in self._channels:
            channel = Channel(circuit_id, self._ports)
            task = asyncio.create_task(channel.run(), name=f"live {circuit_id}")
            task.add_done_callback(lambda done: self._ended(channel, done))
            self._channels[circuit_id] = channel, task
        return self._channels[circuit_id][0]

    def _close_unused(self, channel: Channel) -> None:
        """The last one out turns off the light."""
        known, task = self._channels.get(channel.circuit_id, (None, None))
        if known is channel and task is not None and not channel.viewers:
            del self._channels[channel.circuit_id]
            task.cancel()

    def _ended(self, channel: Channel, task: asyncio.Task[None]) -> None:
        """Whoever still looks is let go and comes back by itself, to a new channel."""
        if not task.cancelled() and (error := task.exception()):
            log.error("a live channel broke", exc_info=error, extra={"circuit": str(channel.circuit_id)})
        if self._channels.get(channel.circuit_id, (None, None))[1] is task:
            del self._channels[channel.circuit_id]
        for viewer in channel.viewers:
            viewer.close()
