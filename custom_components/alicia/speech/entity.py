"""What Alicia's two speech entities share."""

from collections.abc import Callable
from typing import Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from ..coordinator import AliciaConfigEntry
from ..entity import AliciaEntity
from .abilities import Service
from .servers import SpeechServers

KEYS: Final = {Service.STT: "speech_to_text", Service.TTS: "text_to_speech"}


class SpeechEntity(AliciaEntity):
    """Stands for all servers with a service; there while one of them is, broker or not."""

    service: Service

    def __init__(self, entry: AliciaConfigEntry) -> None:
        super().__init__(entry.runtime_data.coordinator, KEYS[self.service])
        self.servers: SpeechServers = entry.runtime_data.speech
        self._update()

    @property
    @override
    def available(self) -> bool:
        """Whether any server is there."""
        return self.servers.pool.is_served(self.service)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the servers."""
        await super().async_added_to_hass()
        self.async_on_remove(self.servers.changes.add(self._on_change))

    @callback
    def _on_change(self, _: None) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what the servers can do now."""


@callback
def async_is_known(hass: HomeAssistant, entry: AliciaConfigEntry, service: Service) -> bool:
    """Tell whether there ever was a server with a service: it then has an entity."""
    unique_id = f"{entry.entry_id}_{KEYS[service]}"
    return er.async_get(hass).async_get_entity_id(service.value, DOMAIN, unique_id) is not None


@callback
def async_add_when_served(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    make: Callable[[AliciaConfigEntry], SpeechEntity],
    service: Service,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an entity once a server is found; one that was there before, at once."""
    servers, is_added = entry.runtime_data.speech, False

    @callback
    def on_change(_: None = None) -> None:
        nonlocal is_added
        if not is_added and (servers.pool.serving(service) or async_is_known(hass, entry, service)):
            is_added = True
            async_add_entities([make(entry)])

    entry.async_on_unload(servers.changes.add(on_change))
    on_change()
