"""What Home Assistant wants played, as samples for a device on the bus."""

import asyncio
from typing import Final

from homeassistant.components import tts
from homeassistant.components.assist_satellite import AssistSatelliteAnnouncement
from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..bus.audio import SAMPLE_RATE, decode_audio, to_speech
from ..bus.errors import AudioError
from ..const import DOMAIN

MAX_SECONDS: Final = 600
FETCH_SECONDS: Final = 30.0


async def async_samples(hass: HomeAssistant, announcement: AssistSatelliteAnnouncement) -> bytes:
    """Return an announcement as 16 kHz mono samples; raises HomeAssistantError."""
    before = b""
    if announcement.preannounce_media_id is not None:
        before = await _async_fetch(hass, announcement.preannounce_media_id)
    token = announcement.tts_token
    if token is not None and (stream := tts.async_get_stream(hass, token)) is not None:
        return before + await _async_speech(hass, stream)
    return before + await _async_fetch(hass, announcement.media_id)


async def _async_speech(hass: HomeAssistant, stream: tts.ResultStream) -> bytes:
    data = b"".join([chunk async for chunk in stream.async_stream_result()])
    try:
        pcm = await hass.async_add_executor_job(to_speech, decode_audio(data))
    except AudioError as err:
        raise _unplayable(stream.url, err.message) from err
    return pcm.data


async def _async_fetch(hass: HomeAssistant, url: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        get_ffmpeg_manager(hass).binary,
        *("-hide_banner", "-loglevel", "error", "-nostdin"),
        *("-protocol_whitelist", "http,https,tcp,tls,crypto,hls", "-i", url),
        *("-t", str(MAX_SECONDS), "-f", "s16le", "-ac", "1", "-ar", str(SAMPLE_RATE), "pipe:1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            samples, errors = await process.communicate()
    except TimeoutError as err:
        raise _unplayable(url, f"not fetched within {FETCH_SECONDS:g} s") from err
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode or not samples:
        raise _unplayable(url, errors.decode(errors="replace").strip()[-200:])
    return samples


def _unplayable(url: str, reason: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="unplayable",
        translation_placeholders={"url": url, "reason": reason},
    )
