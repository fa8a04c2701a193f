"""Loudspeakers."""

from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from .entity import HouseEntity
from .things import of


class HousePlayer(HouseEntity, MediaPlayerEntity):
    """A loudspeaker that plays."""

    _attr_state = MediaPlayerState.PLAYING
    _attr_volume_level = 0.5
    _attr_supported_features = (
        MediaPlayerEntityFeature.PAUSE
        | MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.VOLUME_SET
    )

    async def async_media_pause(self) -> None:
        """Pause."""
        self.put(state=MediaPlayerState.PAUSED)

    async def async_media_play(self) -> None:
        """Play."""
        self.put(state=MediaPlayerState.PLAYING)

    async def async_set_volume_level(self, volume: float) -> None:
        """Be as loud as is asked for."""
        self.put(volume_level=volume)


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,
) -> None:
    """Add those of the house."""
    async_add_entities(HousePlayer(thing) for thing in of("media_player"))
