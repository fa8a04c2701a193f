"""Who leaves the bus while it is being spoken to is heard to the end."""

import asyncio

from .guest import PATIENCE, bus
from .house import House

TOPIC = "alicia/reply/goodbye"
WORDS = 200


async def test_last_words_arrive(house: House) -> None:
    async with bus(house) as listener, listener.listen(TOPIC) as heard:
        async with bus(house) as speaker, speaker.listen(TOPIC):
            for number in range(WORDS):
                speaker.publish(TOPIC, str(number).encode())
        async with asyncio.timeout(PATIENCE):
            words = [int((await heard.get())[1]) for _ in range(WORDS)]
    assert words == list(range(WORDS))
