"""Players of devices."""

from typing import Any, Final, override

from homeassistant.components import media_source
from homeassistant.components.media_player import MediaPlayerEntity
from homeassistant.components.media_player.browse_media import async_process_play_media_url
from homeassistant.components.media_player.const import (
    ATTR_MEDIA_ANNOUNCE,
    MediaPlayerDeviceClass,
    MediaPlayerEntityFeature as Feature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import member, text, texts
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have players made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DevicePlayer(data, source)
    )


#: What a player can be told, by the names of its commands.
FEATURES: Final = {
    "play": Feature.PLAY,
    "pause": Feature.PAUSE,
    "stop": Feature.STOP,
    "next_track": Feature.NEXT_TRACK,
    "previous_track": Feature.PREVIOUS_TRACK,
    "turn_on": Feature.TURN_ON,
    "turn_off": Feature.TURN_OFF,
    "set_volume": Feature.VOLUME_SET | Feature.VOLUME_STEP,
    "mute": Feature.VOLUME_MUTE,
    "select_source": Feature.SELECT_SOURCE,
    "play_media": Feature.PLAY_MEDIA | Feature.MEDIA_ANNOUNCE,
}
#: What one can do that doesn't say.
USUAL: Final = tuple(name for name in FEATURES if name not in ("turn_on", "turn_off"))


class DevicePlayer(CapabilityEntity, MediaPlayerEntity):
    """Something that plays."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = member(MediaPlayerDeviceClass, parameters.get("device_class"))
        sources = texts(parameters.get("sources"))
        self._attr_source_list = sources or None
        features = Feature(0)
        for name in texts(parameters.get("supports")) or USUAL:
            features |= FEATURES.get(name, Feature(0))
        if not sources:
            features &= ~Feature.SELECT_SOURCE
        self._attr_supported_features = features

    @override
    def _update(self, state: State) -> None:
        self._attr_state = member(MediaPlayerState, state.get("state"))
        volume = _number(state.get("volume"))
        self._attr_volume_level = None if volume is None else volume / 100
        muted = state.get("muted")
        self._attr_is_volume_muted = None if muted is None else bool(muted)
        self._attr_source = text(state.get("source"))
        self._attr_media_title = text(state.get("title"))
        self._attr_media_artist = text(state.get("artist"))
        self._attr_media_album_name = text(state.get("album"))
        self._attr_media_image_url = text(state.get("image_url"))
        duration, position = _number(state.get("duration")), _number(state.get("position"))
        self._attr_media_duration = None if duration is None else round(duration)
        place = None if position is None else round(position)
        if place != self._attr_media_position:
            self._attr_media_position_updated_at = dt_util.utcnow()
        self._attr_media_position = place

    @override
    async def async_media_play(self) -> None:
        """Play on."""
        await self.async_command("play")

    @override
    async def async_media_pause(self) -> None:
        """Hold it."""
        await self.async_command("pause")

    @override
    async def async_media_stop(self) -> None:
        """End it."""
        await self.async_command("stop")

    @override
    async def async_media_next_track(self) -> None:
        """Go on to the next."""
        await self.async_command("next_track")

    @override
    async def async_media_previous_track(self) -> None:
        """Go back to the one before."""
        await self.async_command("previous_track")

    @override
    async def async_turn_on(self) -> None:
        """Switch it on."""
        await self.async_command("turn_on")

    @override
    async def async_turn_off(self) -> None:
        """Switch it off."""
        await self.async_command("turn_off")

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set how loud it is."""
        await self.async_command("set_volume", volume=round(volume * 100, 1))

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        """Silence it, or not."""
        await self.async_command("mute", muted=mute)

    @override
    async def async_select_source(self, source: str) -> None:
        """Choose where it plays from."""
        await self.async_command("select_source", source=source)

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Play something, or say it over what plays."""
        if media_source.is_media_source_id(media_id):
            found = await media_source.async_resolve_media(self.hass, media_id, self.entity_id)
            media_id, media_type = found.url, found.mime_type
        await self.async_command(
            "play_media",
            media_type=str(media_type),
            media_id=async_process_play_media_url(self.hass, media_id),
            announce=kwargs.get(ATTR_MEDIA_ANNOUNCE),
        )


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None
