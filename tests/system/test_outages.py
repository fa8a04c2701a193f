"""What happens when a server dies: the command at hand is told, and the next one works."""

import asyncio
import signal

from demo.check.mouth import Mouth, Way
from demo.check.states import prepare, reached
from demo.trial.speech import say

from .house import House

LAMP = "light.desk_lamp"
ROOM = "input_number.thermostat_room"


async def _works(mouth: Mouth) -> bool:
    await prepare(mouth.socket, [("light.turn_off", LAMP, {})])
    reply = await mouth.say(say("turn on the desk lamp"), Way.ROUTE)
    return reply.acted and await reached(mouth.socket, {LAMP: {"state": "on"}})


async def test_recogniser_killed_in_mid_sentence_is_an_error_answer(
    house: House, mouth: Mouth
) -> None:
    runner = house.runner()
    speaking = asyncio.create_task(
        mouth.say(say("set the kitchen light to fifty percent"), Way.STREAM)
    )
    await asyncio.sleep(1.0)  # in the middle of the sentence, which takes more than two
    runner.processes["stt"].signal(signal.SIGKILL)
    reply = await speaking
    assert reply.outcome == "error"
    assert reply.error
    assert "no response within" not in reply.error
    await asyncio.to_thread(runner.restart, "stt")
    assert await _works(mouth)


async def test_synthesiser_killed_and_back(house: House, mouth: Mouth) -> None:
    runner = house.runner()
    # An answer that Home Assistant hasn't heard before and so hasn't kept.
    await prepare(mouth.socket, [("input_number.set_value", ROOM, {"value": 23.7})])
    runner.processes["tts"].signal(signal.SIGKILL)
    reply = await mouth.say(say("what is the temperature in the living room"), Way.ROUTE)
    assert reply.answer == "23.7 degrees"
    assert reply.error
    await asyncio.to_thread(runner.restart, "tts")
    assert await _works(mouth)


async def test_broker_killed_and_back(house: House) -> None:
    runner = house.runner()
    runner.processes["broker"].signal(signal.SIGKILL)
    await asyncio.to_thread(runner.restart, "broker")
    async with house.mouth() as mouth:
        assert await _works(mouth)
