"""Home Assistant's pipeline hears and speaks by Alicia's entities."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from homeassistant.components import stt, tts
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import DOMAIN
from custom_components.alicia.pipelines import async_find_engines
from custom_components.alicia.speech import attempts

from ..engines import async_setup_engines
from .emulator import Emulator, Failure, fingerprint, running, said
from .test_hearing import AUDIO, microphone

EARS, MOUTH = "stt.alicia_speech_to_text", "tts.alicia_text_to_speech"


def registration(name: str, emulator: Emulator, **fields: Any) -> dict[str, Any]:
    """What a sidecar says of itself on the bus."""
    return {
        "device_id": name,
        "device_type": "service",
        "capabilities": ["speech_to_text"],
        "endpoints": {"wyoming": f"tcp://127.0.0.1:{emulator.address.port}"},
        "metadata": {"name": name.title()},
        **fields,
    }


@pytest.fixture(autouse=True)
async def components(hass: HomeAssistant) -> None:
    """Let Home Assistant have what the entities are part of."""
    for domain in ("stt", "tts", "assist_pipeline"):
        assert await async_setup_component(hass, domain, {})


async def hear(hass: HomeAssistant, language: str = "en") -> stt.SpeechResult:
    entity = stt.async_get_speech_to_text_entity(hass, EARS)
    assert entity is not None
    metadata = stt.SpeechMetadata(
        language=language,
        format=stt.AudioFormats.WAV,
        codec=stt.AudioCodecs.PCM,
        bit_rate=stt.AudioBitRates.BITRATE_16,
        sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
        channel=stt.AudioChannels.CHANNEL_MONO,
    )
    assert entity.check_metadata(metadata)
    return await entity.internal_async_process_audio_stream(metadata, microphone())


async def speak(hass: HomeAssistant, *texts: str, **options: str) -> str:
    wanted = {tts.ATTR_PREFERRED_FORMAT: "wav", **options}
    stream = tts.async_create_stream(hass, MOUTH, "en", wanted)

    async def written() -> AsyncGenerator[str]:
        for text in texts:
            yield text

    stream.async_set_message_stream(written())
    return said(b"".join([data async for data in stream.async_stream_result()]))


async def test_there_is_no_entity_before_there_is_a_server(hass: HomeAssistant, bus: Any) -> None:
    assert not hass.states.async_all(("stt", "tts"))


async def test_a_sidecar_on_the_bus_is_heard_by(hass: HomeAssistant, bus: Any) -> None:
    ears = Emulator(voices={}, needs_vad=False)
    async with running(ears):
        await bus.say(Kind.REGISTER, registration("ears", ears))
        assert hass.states.get(EARS).state == "unknown"
        assert hass.states.get(MOUTH) is None
        heard = await hear(hass)
        assert heard == stt.SpeechResult(fingerprint(AUDIO), stt.SpeechResultState.SUCCESS)


async def test_the_next_one_takes_over(hass: HomeAssistant, bus: Any) -> None:
    bad, good = Emulator(failure=Failure.DIES, after=20), Emulator(failure=None)
    async with running(bad, good):
        await bus.say(Kind.REGISTER, registration("bad", bad))
        await bus.say(Kind.REGISTER, registration("good", good))
        for _ in range(2):
            assert (await hear(hass)).text == fingerprint(AUDIO)
            assert await speak(hass, "It is ", "on. And off.") == "It is on.And off."
        assert good.heard == [AUDIO, AUDIO]


async def test_what_servers_can_do_is_merged(hass: HomeAssistant, bus: Any) -> None:
    one = Emulator(languages=("en", "fr"), voices={"alice": "en"}, needs_vad=False)
    other = Emulator(languages=("en", "de"), voices={"alice": "en", "bob": "de"})
    absent = Emulator(languages=("xx",), voices={"nobody": "xx"}, installed=False)
    async with running(one, other, absent):
        await bus.say(Kind.REGISTER, registration("one", one))
        ears = stt.async_get_speech_to_text_entity(hass, EARS)
        assert ears is not None
        assert ears.supported_languages == ["en", "fr"]
        assert not ears.audio_processing.requires_external_vad
        await bus.say(Kind.REGISTER, registration("other", other))
        await bus.say(Kind.REGISTER, registration("absent", absent))
        assert ears.supported_languages == ["de", "en", "fr"]
        assert ears.audio_processing.requires_external_vad, "any of them may be asked"
        mouth = hass.data[tts.DOMAIN].get_entity(MOUTH)
        assert mouth.supported_languages == ["de", "en"]
        assert mouth.default_language == "en"
        assert mouth.async_get_supported_voices("en") == [tts.Voice("alice", "Alice")]
        assert mouth.async_get_supported_voices("de") == [tts.Voice("bob", "Bob")]
        assert mouth.async_get_supported_voices("xx") is None


async def test_a_text_at_once_is_spoken_in_the_wanted_voice(hass: HomeAssistant, bus: Any) -> None:
    mouth = Emulator(languages=(), voices={"alice": "en", "bob": "en"})
    async with running(mouth):
        await bus.say(Kind.REGISTER, registration("mouth", mouth))
        stream = tts.async_create_stream(
            hass, MOUTH, "en", {tts.ATTR_PREFERRED_FORMAT: "wav", "voice": "bob"}
        )
        stream.async_set_message("Hello. Goodbye.")
        wav = b"".join([data async for data in stream.async_stream_result()])
        assert said(wav) == "Hello.Goodbye."
        entity = hass.data[tts.DOMAIN].get_entity(MOUTH)
        assert await entity.async_internal_get_tts_audio("Hello", "en", {}) == (
            "wav",
            wav[:44] + await _hello(entity),
        )


async def _hello(entity: tts.TextToSpeechEntity) -> bytes:
    _, data = await entity.async_internal_get_tts_audio("Hello", "en", {})
    assert data is not None
    return data[44:]


async def test_nobody_is_there(
    hass: HomeAssistant,
    bus: Any,
    pass_time: Callable[[float], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(attempts, "RETURN_SECONDS", 0.0)
    both = Emulator()
    async with running(both):
        await bus.say(Kind.REGISTER, registration("both", both))
    await pass_time(31)
    assert hass.states.get(EARS).state == hass.states.get(MOUTH).state == "unavailable"
    assert caplog.text.count("The speech server Both does not answer") == 1
    assert (await hear(hass)).result is stt.SpeechResultState.ERROR
    with pytest.raises(HomeAssistantError):
        await speak(hass, "Hello")
    await pass_time(100)
    keys = {each.translation_key for each in ir.async_get(hass).issues.values()}
    assert {"no_stt_server", "no_tts_server"} <= keys

    await both.start()
    await pass_time(110)
    assert hass.states.get(EARS).state != "unavailable"
    assert (await hear(hass)).text == fingerprint(AUDIO)
    keys = {each.translation_key for each in ir.async_get(hass).issues.values()}
    assert not {"no_stt_server", "no_tts_server"} & keys
    assert caplog.text.count("The speech server Both answers") == 2
    await both.stop()


async def test_a_house_that_never_had_a_server_is_left_in_peace(
    hass: HomeAssistant, bus: Any, pass_time: Callable[[float], Awaitable[None]]
) -> None:
    await pass_time(120)
    keys = {each.translation_key for each in ir.async_get(hass).issues.values()}
    assert not {"no_stt_server", "no_tts_server"} & keys


async def test_entities_outlive_a_restart(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    both = Emulator()
    async with running(both):
        await bus.say(Kind.REGISTER, registration("both", both))
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert hass.states.get(EARS).state == "unavailable"
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert (await hear(hass)).text == fingerprint(AUDIO)


async def test_a_disabled_sidecar_is_not_asked(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    ears = Emulator()
    async with running(ears):
        await bus.say(Kind.REGISTER, registration("ears", ears))
        devices = dr.async_get(hass)
        (device,) = (
            each
            for each in dr.async_entries_for_config_entry(devices, entry.entry_id)
            if each.name == "Ears"
        )
        devices.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert hass.states.get(EARS).state == "unavailable"
        assert not list(entry.runtime_data.speech.pool)


async def test_a_sidecar_that_moves_or_leaves(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    old, new = Emulator(), Emulator()
    async with running(old, new):
        await bus.say(Kind.REGISTER, registration("ears", old))
        await bus.say(Kind.REGISTER, registration("ears", new))
        assert (await hear(hass)).text == fingerprint(AUDIO)
        assert (old.heard, new.heard) == ([], [AUDIO])
        await bus.say(Kind.UNREGISTER, {"device_id": "ears"})
        assert not list(entry.runtime_data.speech.pool)


@pytest.mark.parametrize("endpoint", ["unix:///run/ears", "tcp://", "tcp://h:x", "tcp://h", 5, ""])
async def test_an_address_that_is_none(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, endpoint: object
) -> None:
    ears = Emulator()
    async with running(ears):
        strange = registration("ears", ears, endpoints={"wyoming": endpoint})
        await bus.say(Kind.REGISTER, strange)
        assert not list(entry.runtime_data.speech.pool)


async def test_servers_work_while_the_broker_is_away(hass: HomeAssistant, bus: Any) -> None:
    ears = Emulator()
    async with running(ears):
        await bus.say(Kind.REGISTER, registration("ears", ears))
        await bus.say(Kind.HEALTH, {"status": "offline"}, device_id="ears")
        assert hass.states.get(EARS).state != "unavailable"
        assert (await hear(hass)).text == fingerprint(AUDIO)


async def test_diagnostics_tell_how_the_servers_are(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, hass_client: Any
) -> None:
    bad, good = Emulator(failure=Failure.DIES, after=20), Emulator()
    async with running(bad, good):
        await bus.say(Kind.REGISTER, registration("bad", bad))
        await bus.say(Kind.REGISTER, registration("good", good))
        await hear(hass)
        found = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    servers = {each["id"]: each for each in found["speech_servers"]}
    assert servers["good"]["services"]["stt"]["counts"] == {"answers": 1, "requests": 1}
    assert servers["good"]["services"]["stt"]["latency"] >= 0
    assert servers["bad"]["services"]["stt"]["failures"] == 1
    assert servers["bad"]["services"]["stt"]["counts"] == {"closed": 1, "requests": 1}
    assert "127.0.0.1" not in str(found["speech_servers"])


async def test_a_pipeline_is_offered_with_alicias_engines(hass: HomeAssistant, bus: Any) -> None:
    await async_setup_engines(hass, ["en"])
    found = async_find_engines(hass)
    assert found is not None
    assert (found.stt, found.tts) == ("stt.ears", "tts.mouth")
    both = Emulator()
    async with running(both):
        await bus.say(Kind.REGISTER, registration("both", both))
        found = async_find_engines(hass)
        assert found is not None
        assert (found.stt, found.tts) == (EARS, MOUTH)


async def test_two_buses_have_engines_of_their_own(hass: HomeAssistant, bus: Any) -> None:
    other = MockConfigEntry(
        domain=DOMAIN, title="Other", unique_id="other", data={"base_topic": "other"}
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    both = Emulator()
    async with running(both):
        await bus.say(Kind.REGISTER, registration("both", both))
        assert [each.entity_id for each in hass.states.async_all("stt")] == [EARS]
