"""Grok in the demo's house: a real Home Assistant asks a fake of xAI's API."""

from collections.abc import Iterator, Mapping
import re
from typing import Any, cast

import pytest

from demo.grok.account import set_up
from demo.grok.service import Service, choose, fake
from demo.grok.talk import ask, talk
from demo.home_assistant import Socket
from demo.runner import Runner

from .house import House


@pytest.fixture
def runner(house: House) -> Iterator[Runner]:
    runner = house.runner()
    yield runner
    if process := runner.processes.pop("xai", None):
        process.stop()


@pytest.mark.parametrize("name", ["XAI_API_KEY", "GROK_API_KEY"])
def test_with_a_key_xai_itself_is_asked(name: str) -> None:
    service = choose({name: "xai-1"})
    assert service is not None
    assert (service.key, service.url, service.server) == ("xai-1", "https://api.x.ai/v1", None)
    assert choose({}) is None
    assert choose({name: ""}) is None


@pytest.fixture(params=["fake", pytest.param("xai", marks=pytest.mark.live)])
def service(request: pytest.FixtureRequest, runner: Runner) -> Service:
    """Who answers: the fake, and xAI itself if that is asked for."""
    if request.param == "fake":
        service = fake(runner.ports)
        assert service.server is not None
        runner.add(service.server)
        return service
    if real := choose():
        return real
    pytest.skip("XAI_API_KEY=... scripts/test tests/system/test_demo_grok.py -m live asks xAI")


async def test_grok_acts_and_answers(
    house: House, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house.mouth() as mouth:
        grok = await set_up(mouth.rest, mouth.socket, service)
        assert await set_up(mouth.rest, mouth.socket, service) == grok, "it is there already"
        answer = await ask(mouth.socket, grok.pipeline, "Is the front door locked?")
        assert "lock" in answer.text
        assert 0 < answer.first <= answer.whole
        made = await ask_task(mouth.socket, "How many legs does a spider have?")
        legs = made["legs"]
        assert legs == 8 or (service.server is not None and isinstance(legs, int | float))
        await talk(mouth.socket, grok, service)
        await mouth.socket.call("assist_pipeline/pipeline/delete", pipeline_id=grok.pipeline)
        await mouth.rest.call("DELETE", f"/api/config/config_entries/entry/{grok.entry}")
    told = capsys.readouterr().out
    assert ("proves nothing about Grok" in told) == (service.server is not None)
    assert "light.desk_lamp: off -> on" in told
    assert "Do you want me to unlock Front Door (Hallway)?" in told
    assert "lock.front_door: locked -> unlocked" in told
    assert re.search(r"That cost \$0\.0\d+ today; \d+ % of what it read was cached", told)


async def ask_task(socket: Socket, instructions: str) -> Mapping[str, object]:
    """Have the account's task make data of a structure."""
    number = {"selector": {"number": {}}, "required": True}
    told = await socket.call(
        "call_service",
        domain="ai_task",
        service="generate_data",
        service_data={
            "entity_id": "ai_task.grok_ai_task",
            "task_name": "Legs",
            "instructions": instructions,
            "structure": {"legs": number},
        },
        return_response=True,
    )
    data: Mapping[str, object] = cast(Any, told)["response"]["data"]
    return data
