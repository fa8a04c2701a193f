"""Takes a server off the bus for good."""

import asyncio
import logging
from typing import Final

from alicia_bus.codec import Outgoing, encode
from alicia_bus.messages import Meta, Unregister
from alicia_bus.topics import Kind, Topics

from .bus_client import BusClient
from .settings import Settings

_LOGGER: Final = logging.getLogger(__name__)
_SECONDS: Final = 10.0


async def unregister(settings: Settings) -> int:
    """Say goodbye for an instance and clear what it left retained; returns the exit status."""
    if settings.bus is None:
        _LOGGER.error("unregister: needs --mqtt-host")
        return 2
    instance, topics = settings.instance, Topics(settings.bus.base_topic)
    client = BusClient(settings.bus, f"{instance}-unregister"[:64])
    client.publish(encode(topics, Unregister(device_id=instance, meta=Meta(source=instance))))
    for topic in (
        topics.build(Kind.HEALTH, device_id=instance),
        topics.build(Kind.ANNOUNCEMENT, instance=instance),
    ):
        client.publish(Outgoing(topic, b"", retain=True))
    running = asyncio.create_task(client.run())
    is_sent = await client.flush(_SECONDS)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return 0 if is_sent else 1
