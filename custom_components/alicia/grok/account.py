"""A Grok account while it is loaded."""

from dataclasses import dataclass
from time import monotonic
from typing import Final

from aiohttp import ClientSession, TCPConnector
from homeassistant.components import conversation
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_API_KEY, CONF_URL, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import ssl as ssl_util

from .account_options import AccountOptions
from .cap import Cap
from .client import GrokClient
from .errors import GrokError, Kind
from .exposed import ExposedThings
from .guard.guard import Guard
from .guard.safety import safety_of
from .meters import Meters
from .troubles import Troubles
from .warmth import async_keep_warm
from .wire import Limits

PLATFORMS: Final = (Platform.AI_TASK, Platform.CONVERSATION, Platform.SENSOR)
LIMITS: Final = Limits()
#: For tasks. They think for longer, and send files.
TASK_LIMITS: Final = Limits(first=120.0, between=180.0, whole=180.0)

#: s; Home Assistant's own session gives a connection up before the next words are spoken
KEEP_ALIVE: Final = 300.0


@dataclass(frozen=True, slots=True)
class GrokRuntimeData:
    """What an account has while it is loaded."""

    client: GrokClient
    troubles: Troubles
    guard: Guard
    meters: Meters
    cap: Cap
    #: for tasks, which wait for longer
    patient: GrokClient
    things: ExposedThings


type GrokConfigEntry = ConfigEntry[GrokRuntimeData]


@callback
def async_make_session() -> ClientSession:
    """Return a session that keeps its connections; whoever asks for it closes it."""
    context = ssl_util.client_context(
        ssl_util.SSLCipherList.PYTHON_DEFAULT, ssl_util.SSL_ALPN_HTTP11
    )
    return ClientSession(connector=TCPConnector(ssl=context, keepalive_timeout=KEEP_ALIVE))


async def async_setup_account(hass: HomeAssistant, entry: GrokConfigEntry) -> bool:
    """Set up an account, whether xAI can be reached or not: without it, the house answers."""
    session = async_make_session()
    entry.async_on_unload(session.close)
    key, url = entry.data[CONF_API_KEY], entry.data[CONF_URL]
    client = GrokClient(session, key, url, LIMITS)
    patient = GrokClient(session, key, url, TASK_LIMITS)
    entry.async_on_unload(client.close)
    entry.async_on_unload(patient.close)
    troubles = Troubles(hass, entry)
    entry.async_on_unload(troubles.async_drop)
    meters = Meters(hass, entry)
    await meters.async_restore()
    entry.async_on_unload(meters.async_start())
    options = AccountOptions.from_entry(entry.options)
    cap = Cap(hass, entry, meters.account, options.spending_cap)
    entry.async_on_unload(cap.async_start())
    guard = Guard(hass, safety_of(entry.options), monotonic)
    things = ExposedThings(hass, conversation.DOMAIN)
    entry.async_on_unload(things.async_start())
    entry.runtime_data = GrokRuntimeData(client, troubles, guard, meters, cap, patient, things)
    entry.async_on_unload(async_keep_warm(hass, entry, client))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    entry.async_create_background_task(
        hass, _async_check_key(client, troubles), f"check the key of {entry.title}"
    )
    return True


async def async_unload_account(hass: HomeAssistant, entry: GrokConfigEntry) -> bool:
    """Unload an account."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.meters.async_close()
    return unloaded


async def _async_check_key(client: GrokClient, troubles: Troubles) -> None:
    """Tell of a key that is no good before somebody speaks."""
    try:
        key = await client.async_key()
    except GrokError as err:
        troubles.async_report(err)
        return
    if not key.is_usable:
        troubles.async_report(GrokError(Kind.BLOCKED))


async def _async_reload(hass: HomeAssistant, entry: GrokConfigEntry) -> None:
    await hass.config_entries.async_reload(entry.entry_id)
