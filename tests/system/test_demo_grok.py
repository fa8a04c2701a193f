"""Grok in the demo's house: a real Home Assistant asks a fake of xAI's API."""

from collections.abc import Iterator

import pytest

from demo.grok.account import set_up
from demo.grok.service import choose, fake
from demo.grok.talk import ask, talk
from demo.house import entries
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


async def test_grok_acts_and_answers(
    house: House, runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    service = fake(runner.ports)
    assert service.server is not None
    runner.add(service.server)
    async with house.mouth() as mouth:
        pipeline = await set_up(mouth.rest, mouth.socket, service)
        assert await set_up(mouth.rest, mouth.socket, service) == pipeline, "it is there already"
        answer = await ask(mouth.socket, pipeline, "Is the front door locked?")
        assert "Front Door is" in answer.text
        assert 0 < answer.first <= answer.whole
        await talk(mouth.socket, pipeline, service)
        entry_id = (await entries.titles(mouth.rest, "alicia"))[service.title]
        await mouth.socket.call("assist_pipeline/pipeline/delete", pipeline_id=pipeline)
        await mouth.rest.call("DELETE", f"/api/config/config_entries/entry/{entry_id}")
    told = capsys.readouterr().out
    assert "proves nothing about Grok" in told
    assert "light.desk_lamp: off -> on" in told
