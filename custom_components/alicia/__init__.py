"""Alicia: a service bus for voice and devices on the home's MQTT broker."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.llm import async_register_api
from homeassistant.helpers.typing import ConfigType

from .bridge import Bridge, async_remove_user
from .bridge.mirror import async_mirrored, async_remove_mirrored
from .bus.groups import is_group
from .bus.topics import Kind, Topics
from .caretaker import Caretaker
from .const import CONF_BASE_TOPIC, DOMAIN, PLATFORMS
from .coordinator import AliciaConfigEntry, AliciaCoordinator, AliciaRuntimeData, async_clear
from .devices import DeviceManager, async_setup_devices, device_id_of
from .devices.store import RegistryStore, async_remove_stored, async_stored_ids
from .devices.triggers import async_tell_events
from .devices.views import RegistryViews
from .entries import is_account
from .grok.account import async_setup_account, async_unload_account
from .grok.meters import async_remove_usage
from .issues import Issues
from .services import async_setup_services
from .speech.issues import NoServerIssues
from .speech.servers import SpeechServers
from .tools.api import BusApi
from .vocabulary import VocabularyPublisher
from .voice import RequestGuard, VoiceRouter
from .websocket_api import async_setup_websocket_api

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions, which are there whatever becomes of the entries."""
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    async_register_api(hass, BusApi(hass))
    return True


async def async_setup_entry(hass: HomeAssistant, entry: AliciaConfigEntry) -> bool:
    """Set up a bus, or an account."""
    if is_account(entry):
        return await async_setup_account(hass, entry)
    coordinator = AliciaCoordinator(hass, entry)
    router = VoiceRouter(hass, coordinator)
    devices = DeviceManager(coordinator)
    store = RegistryStore(hass, entry.entry_id, coordinator.presence)
    guard = RequestGuard(coordinator)
    speech = SpeechServers(coordinator)
    caretaker = Caretaker(coordinator)
    entry.runtime_data = AliciaRuntimeData(
        coordinator, router, guard, devices, store, speech, caretaker
    )
    async_setup_devices(coordinator)
    entry.async_on_unload(Issues(coordinator).async_start())
    entry.async_on_unload(devices.async_start())
    entry.async_on_unload(async_tell_events(coordinator))
    await store.async_restore()
    entry.async_on_unload(store.async_start())
    entry.async_on_unload(RegistryViews(coordinator).async_start())
    entry.async_on_unload(caretaker.async_start())
    entry.async_on_unload(await Bridge(hass, coordinator).async_start())
    await coordinator.async_start()
    # Whoever registers is known by now when the guard hears that he is ready.
    entry.async_on_unload(guard.async_start())
    entry.async_on_unload(router.async_start())
    entry.async_on_unload(VocabularyPublisher(coordinator).async_start())
    entry.async_on_unload(speech.async_start())
    entry.async_on_unload(NoServerIssues(hass, entry, speech).async_start())
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AliciaConfigEntry) -> bool:
    """Unload an entry; what runs for it ends with the entry's own clean-up."""
    if is_account(entry):
        return await async_unload_account(hass, entry)
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.store.async_save()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: AliciaConfigEntry) -> None:
    """Take what is retained for a bus off the broker, and what is stored off the disk."""
    if is_account(entry):
        await async_remove_usage(hass, entry.entry_id)
        return
    topics = Topics(entry.data[CONF_BASE_TOPIC])
    await async_clear(hass, topics.build(Kind.VOCABULARY))
    for device_id in await async_stored_ids(hass, entry.entry_id):
        await async_clear(hass, topics.build(Kind.REGISTRY, device_id=device_id))
    for entity_id in await async_mirrored(hass, entry.entry_id):
        domain, _, object_id = entity_id.partition(".")
        await async_clear(hass, topics.build(Kind.HA_STATE, domain=domain, object_id=object_id))
    await async_remove_mirrored(hass, entry.entry_id)
    await async_remove_stored(hass, entry.entry_id)
    if all(is_account(each) for each in hass.config_entries.async_entries(DOMAIN)):
        await async_remove_user(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AliciaConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user delete one that is not online; it would register again."""
    if is_account(entry):
        return False
    coordinator = entry.runtime_data.coordinator
    device_id = device_id_of(entry, device)
    if device_id is None:
        return False
    known = coordinator.registry.get(device_id)
    # A group is online by its members, and registers by nobody's own will.
    stands_alone = known is None or not is_group(known)
    if stands_alone and coordinator.liveness.is_online(device_id):
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="device_online",
            translation_placeholders={"device": device.name_by_user or device.name or device_id},
        )
    coordinator.presence.forget(device_id)
    for kind in (Kind.HEALTH, Kind.DEVICE_STATUS, Kind.REGISTRY):
        await async_clear(hass, coordinator.topics.build(kind, device_id=device_id))
    return True
