"""The bus as Home Assistant runs it: MQTT on one side, the hub on the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
import time
from typing import TYPE_CHECKING, Final

from homeassistant.components import mqtt
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval

from .bus.codec import Outgoing
from .bus.health import Liveness
from .bus.hub import Hub
from .bus.messages import Message
from .bus.outbox import Outbox
from .bus.registry import Change, Registry
from .bus.topic_count import TopicCount
from .bus.topics import Kind, Topics
from .const import CONF_BASE_TOPIC, DOMAIN
from .listeners import KeyedListeners, Listeners
from .options import Options
from .presence import Presence
from .subscriptions import filters

if TYPE_CHECKING:
    from .caretaker import Caretaker
    from .devices import DeviceManager
    from .devices.store import RegistryStore
    from .speech.servers import SpeechServers
    from .voice import RequestGuard, VoiceRouter

_LOGGER: Final = logging.getLogger(__name__)

SOURCE: Final = "home_assistant"
SWEEP_INTERVAL: Final = timedelta(seconds=10)

TOPICS_A_DEVICE: Final = 8


@dataclass(frozen=True, slots=True)
class AliciaRuntimeData:
    """What a bus entry has while it is loaded."""

    coordinator: AliciaCoordinator
    router: VoiceRouter
    guard: RequestGuard
    devices: DeviceManager
    store: RegistryStore
    speech: SpeechServers
    caretaker: Caretaker


type AliciaConfigEntry = ConfigEntry[AliciaRuntimeData]


async def async_wait_for_mqtt(hass: HomeAssistant) -> bool:
    """Tell whether Home Assistant's MQTT integration is set up."""
    return await mqtt.async_wait_for_mqtt_client(hass)


def is_mqtt_connected(hass: HomeAssistant) -> bool:
    """Tell whether Home Assistant is connected to a broker; it must be set up for that."""
    return mqtt.is_connected(hass)


def _now() -> float:
    return time.time()


async def async_clear(hass: HomeAssistant, topic: str) -> None:
    """Have the broker forget what it retains on a topic, if it can be reached."""
    if not await async_wait_for_mqtt(hass):
        return
    try:
        await mqtt.async_publish(hass, topic, b"", 1, True)
    except HomeAssistantError as err:
        _LOGGER.debug("Could not clear %s: %s", topic, err)


class AliciaCoordinator:
    """Owns the hub of one bus, and carries messages between it and the broker."""

    def __init__(self, hass: HomeAssistant, entry: AliciaConfigEntry) -> None:
        self.hass = hass
        self.entry = entry
        self.options = Options.from_entry(entry.options)
        self.topics = Topics(entry.data[CONF_BASE_TOPIC])
        self.hub = Hub(self.topics, self._publish, _now, SOURCE)
        self.presence = Presence(self.hub, _now)
        self.connected = False
        self._connection = Listeners[bool]()
        self._ready = Listeners[None]()
        self._unsent = KeyedListeners[Kind, Mapping[str, str]]()
        self._outbox = Outbox(self._hand_over, self._on_unsent)
        self._subscriptions: list[CALLBACK_TYPE] = []
        self._serves = False
        self._heard_topics = TopicCount()

    @property
    def registry(self) -> Registry:
        """The devices and services that are on the bus."""
        return self.presence.registry

    @property
    def liveness(self) -> Liveness:
        """Who of them is online."""
        return self.presence.liveness

    async def async_start(self) -> None:
        """Join the bus; raises ConfigEntryNotReady while there is no MQTT."""
        if not await async_wait_for_mqtt(self.hass):
            raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="mqtt_missing")
        self.connected = is_mqtt_connected(self.hass)
        for unload in (
            self.presence.start(),
            mqtt.async_subscribe_connection_status(self.hass, self._on_connection),
            async_dispatcher_connect(
                self.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._on_config_entry_changed
            ),
            async_track_time_interval(self.hass, self._on_sweep, SWEEP_INTERVAL),
            self._unsubscribe,
            # What it has retained is cleared when the entry is removed, and not after that.
            self._outbox.flush,
        ):
            self.entry.async_on_unload(unload)
        await self._async_subscribe()
        self.entry.async_on_unload(
            # The broker has every other filter by the time it has the last one.
            mqtt.async_on_subscribe_done(
                self.hass, *filters(self.topics, serves=False)[-1], self._on_subscribed
            )
        )

    @callback
    def async_add_connection_listener(self, listener: Callable[[bool], None]) -> CALLBACK_TYPE:
        """Tell a listener when the broker is lost or found again."""
        return self._connection.add(listener)

    @callback
    def async_add_ready_listener(self, listener: Callable[[None], None]) -> CALLBACK_TYPE:
        """Tell a listener whenever the broker has our subscriptions, anew after an outage."""
        return self._ready.add(listener)

    @callback
    def async_add_device_listener(self, listener: Callable[[Change], None]) -> CALLBACK_TYPE:
        """Tell a listener which devices and services come, change and leave."""
        return self.presence.devices.add(listener)

    @callback
    def async_add_presence_listener(
        self, device_id: str, listener: Callable[[bool], None]
    ) -> CALLBACK_TYPE:
        """Tell a listener when one goes online or offline, and when the broker does."""
        return self.presence.online.add(device_id, listener)

    @callback
    def async_add_any_presence_listener(self, listener: Callable[[str], None]) -> CALLBACK_TYPE:
        """Tell a listener the ids of those who go online or offline."""
        return self.presence.changes.add(listener)

    @callback
    def async_add_unsent_listener(
        self, kind: Kind, listener: Callable[[Mapping[str, str]], None]
    ) -> CALLBACK_TYPE:
        """Tell a listener the ids of what was to be retained on a topic of a kind, and is not."""
        return self._unsent.add(kind, listener)

    @callback
    def async_send(self, message: Message) -> None:
        """Publish a message in Home Assistant's name."""
        self.hub.send(message)

    @callback
    def async_forward(self, message: Outgoing) -> None:
        """Publish bytes as they are."""
        self._publish(message)

    @callback
    def async_clear(self, kind: Kind, **ids: str) -> None:
        """Have the broker forget what it retains on a topic."""
        self._publish(Outgoing(self.topics.build(kind, **ids), b"", retain=True))

    async def async_publish(self, message: Outgoing) -> None:
        """Publish bytes and wait for the broker; raises HomeAssistantError."""
        if not self.connected:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_connected")
        await mqtt.async_publish(
            self.hass, message.topic, message.payload, message.qos, message.retain
        )

    @callback
    def _publish(self, message: Outgoing) -> None:
        # What paho is given while it is disconnected, it sends when nobody wants it any more.
        if self.connected:
            self._outbox.put(message)
        else:
            self._on_unsent(message)

    @callback
    def _hand_over(self, message: Outgoing) -> None:
        # The task runs up to the hand-over at once, and so messages keep their order.
        self.hass.async_create_task(self._async_publish(message), f"{DOMAIN} publish")

    @callback
    def _on_unsent(self, message: Outgoing) -> None:
        self.hub.counters["unsent"] += 1
        if message.retain and (address := self.topics.parse(message.topic)):
            self._unsent.notify(address.kind, address.params)

    async def _async_publish(self, message: Outgoing) -> None:
        connection = self._outbox.connection
        try:
            await self.async_publish(message)
        except HomeAssistantError as err:
            self.hub.counters["unsent"] += 1
            _LOGGER.debug("Could not publish to %s: %s", message.topic, err)
        finally:
            self._outbox.confirm(connection)

    async def _async_subscribe(self) -> None:
        self._unsubscribe()
        self._serves = self._is_first_bus()
        for topic, qos in filters(self.topics, serves=self._serves):
            self._subscriptions.append(
                await mqtt.async_subscribe(self.hass, topic, self._on_message, qos, encoding=None)
            )

    def _is_first_bus(self) -> bool:
        buses = self.hass.config_entries.async_entries(
            DOMAIN, include_ignore=False, include_disabled=False
        )
        return buses[:1] == [self.entry]

    @callback
    def _unsubscribe(self) -> None:
        while self._subscriptions:
            self._subscriptions.pop()()

    @callback
    def _on_message(self, message: mqtt.ReceiveMessage) -> None:
        if self._heard_topics.add(message.topic, TOPICS_A_DEVICE * len(self.registry)):
            self._on_many_topics()
        if isinstance(message.payload, bytes):
            self.hub.handle_message(message.topic, message.payload, retained=message.retain)

    @callback
    def _on_many_topics(self) -> None:
        """Have Home Assistant's MQTT forget its topics, and the user look who makes them up.

        It keeps something for each topic that it has heard, until the next subscription.
        """
        if not self.hub.counters["many_topics"]:
            _LOGGER.warning("There are topics without end below %s", self.topics.base)
        self.hub.counters["many_topics"] += 1
        topic = self.topics.build(Kind.HEALTH_CHECK)
        self.hass.async_create_task(self._async_forget_topics(topic), f"{DOMAIN} topics")
        ir.async_create_issue(
            self.hass,
            DOMAIN,
            f"many_topics_{self.entry.entry_id}",
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="many_topics",
            translation_placeholders={"base_topic": self.topics.base},
        )

    async def _async_forget_topics(self, topic: str) -> None:
        unsubscribe = await mqtt.async_subscribe(self.hass, topic, self._ignore, encoding=None)
        unsubscribe()

    @callback
    def _ignore(self, _message: mqtt.ReceiveMessage) -> None:
        """Take a message that nobody wants."""

    @callback
    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 - HA's signature
        if connected == self.connected:
            return
        self.connected = connected
        if not connected:
            self._outbox.clear()
        _LOGGER.info("The broker of %s is %s", self.topics.base, "back" if connected else "gone")
        self._connection.notify(connected)
        self.presence.tell_everybody()

    @callback
    def _on_subscribed(self) -> None:
        self.presence.ask_everyone()
        self._ready.notify(None)

    @callback
    def _on_sweep(self, _now: datetime) -> None:
        if self.connected:
            self.presence.sweep()

    @callback
    def _on_config_entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Leave MQTT before it unloads, and come back when it has.

        MQTT restores subscriptions on its next client, where what it gave us to
        unsubscribe no longer reaches them. When the first bus goes, another serves the
        capabilities.
        """
        if entry.domain == DOMAIN and self._subscriptions and self._serves != self._is_first_bus():
            self.hass.async_create_task(self._async_subscribe(), f"{DOMAIN} subscribe")
        if entry.domain != mqtt.DOMAIN:
            return
        if entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            self._unsubscribe()
        elif entry.state is ConfigEntryState.LOADED and not self._subscriptions:
            self.hass.async_create_task(self._async_subscribe(), f"{DOMAIN} subscribe")
