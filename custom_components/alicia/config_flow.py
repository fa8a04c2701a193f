"""Set-up, reconfiguration and options of a bus, and the way to those of an account."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.assist_pipeline import OPTION_PREFERRED
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
    OptionsFlowWithReload,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as vol

from .bridge.policy import ACTION_OR_ALL, GUARDED
from .bus.balancer import POLICIES
from .bus.codec import decode
from .bus.errors import DecodeError
from .bus.messages import Announcement
from .bus.topics import DEFAULT_BASE, Kind, Topics, is_base_topic
from .const import CONF_BASE_TOPIC, DOMAIN, NAME, SUBENTRY_AGENT, SUBENTRY_SERVER, SUBENTRY_TASK
from .coordinator import async_clear, async_wait_for_mqtt, is_mqtt_connected
from .entries import is_account
from .grok.account_options import AccountOptionsFlow
from .grok.agent_flow import GrokAgentFlow
from .grok.flow import GrokSteps
from .grok.task_flow import GrokTaskFlow
from .options import (
    CONF_ACTIONS,
    CONF_BRIDGE,
    CONF_EVENTS,
    CONF_INCLUDE_TEXT,
    CONF_MIRROR,
    CONF_MIRROR_ATTRIBUTES,
    CONF_PIPELINE,
    CONF_QUEUE_LENGTH,
    CONF_SPEECH_POLICY,
    CONF_TIMEOUT,
    CONF_UNGUARDED,
    Options,
)
from .pipelines import Engines, async_create_pipeline, async_find_engines, async_find_pipeline
from .server_flow import WyomingServerFlow

CONF_CREATE_PIPELINE: Final = "create_pipeline"
CONF_STT_ENGINE: Final = "stt_engine"
CONF_TTS_ENGINE: Final = "tts_engine"
CONF_CONVERSATION_ENGINE: Final = "conversation_engine"

BOX: Final = selector.NumberSelectorMode.BOX

RECONFIGURE_SCHEMA: Final = vol.Schema({vol.Required(CONF_BASE_TOPIC): selector.TextSelector()})
CONFIRM_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_CREATE_PIPELINE, default=False): selector.BooleanSelector()}
)
BUS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_BASE_TOPIC, default=DEFAULT_BASE): selector.TextSelector(),
        **CONFIRM_SCHEMA.schema,
    }
)
PIPELINE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_STT_ENGINE): selector.EntitySelector(
            selector.EntitySelectorConfig(domain="stt")
        ),
        vol.Required(CONF_TTS_ENGINE): selector.EntitySelector(
            selector.EntitySelectorConfig(domain="tts")
        ),
        vol.Required(CONF_CONVERSATION_ENGINE): selector.ConversationAgentSelector(),
    }
)
BRIDGE_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_ACTIONS, default=list): selector.TextSelector(
            selector.TextSelectorConfig(multiple=True)
        ),
        vol.Optional(CONF_UNGUARDED, default=list): selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=list(GUARDED), multiple=True, translation_key="guarded"
            )
        ),
        vol.Required(CONF_MIRROR, default=False): selector.BooleanSelector(),
        vol.Required(CONF_MIRROR_ATTRIBUTES, default=False): selector.BooleanSelector(),
        vol.Optional(CONF_EVENTS, default=list): selector.TextSelector(
            selector.TextSelectorConfig(multiple=True)
        ),
    }
)
OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_PIPELINE): selector.AssistPipelineSelector(),
        vol.Required(CONF_TIMEOUT): selector.NumberSelector(
            selector.NumberSelectorConfig(min=5, max=300, unit_of_measurement="s", mode=BOX)
        ),
        vol.Required(CONF_QUEUE_LENGTH): selector.NumberSelector(
            selector.NumberSelectorConfig(min=1, max=64, mode=BOX)
        ),
        vol.Required(CONF_INCLUDE_TEXT): selector.BooleanSelector(),
        vol.Required(CONF_SPEECH_POLICY, default=Options().speech_policy): selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=list(POLICIES),
                mode=selector.SelectSelectorMode.LIST,
                translation_key="speech_policy",
            )
        ),
        vol.Required(CONF_BRIDGE): section(BRIDGE_SCHEMA, {"collapsed": True}),
    }
)


def _title(base_topic: str) -> str:
    return NAME if base_topic == DEFAULT_BASE else f"{NAME} ({base_topic})"


async def _async_mqtt_error(hass: HomeAssistant) -> str | None:
    """Return what keeps the bus from working, or None."""
    if not await async_wait_for_mqtt(hass):
        return "mqtt_missing"
    return None if is_mqtt_connected(hass) else "cannot_connect"


class AliciaConfigFlow(GrokSteps, ConfigFlow, domain=DOMAIN):
    """Sets up a bus, by the user or for a sidecar that has appeared on one; or an account."""

    def __init__(self) -> None:
        self._base_topic = DEFAULT_BASE
        self._found = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow of the options."""
        return AccountOptionsFlow() if is_account(config_entry) else AliciaOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the flows of what the user may add to an entry."""
        if is_account(config_entry):
            return {SUBENTRY_AGENT: GrokAgentFlow, SUBENTRY_TASK: GrokTaskFlow}
        return {SUBENTRY_SERVER: WyomingServerFlow}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be set up."""
        return self.async_show_menu(step_id="user", menu_options=["bus", "grok"])

    async def async_step_bus(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the base topic."""
        if not await async_wait_for_mqtt(self.hass):
            return self.async_abort(reason="mqtt_missing")
        errors: dict[str, str] = {}
        if user_input is not None:
            self._base_topic = user_input[CONF_BASE_TOPIC].strip().strip("/")
            if is_base_topic(self._base_topic):
                # The user may not see, or not want to wait for, an offer of the same bus.
                await self.async_set_unique_id(self._base_topic, raise_on_progress=False)
                self._abort_if_unique_id_configured()
                return await self._async_finish("bus", BUS_SCHEMA, user_input)
            errors[CONF_BASE_TOPIC] = "invalid_base_topic"
        return self._show("bus", BUS_SCHEMA, user_input, errors)

    @override
    async def async_step_mqtt(self, discovery_info: MqttServiceInfo) -> ConfigFlowResult:
        """Take a sidecar's announcement on the broker."""
        try:
            found = decode(Topics(), discovery_info.topic, _as_bytes(discovery_info.payload))
        except DecodeError:
            found = None
        if not isinstance(found, Announcement):
            return self.async_abort(reason="invalid_discovery_info")
        return await self._async_discovered(found.base_topic, found.instance)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Take a sidecar's announcement on the network."""
        base_topic = discovery_info.properties.get(CONF_BASE_TOPIC) or DEFAULT_BASE
        return await self._async_discovered(base_topic, discovery_info.name.partition(".")[0])

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to set up the bus that a sidecar is on."""
        if user_input is not None:
            return await self._async_finish("confirm", CONFIRM_SCHEMA, user_input)
        return self._show("confirm", CONFIRM_SCHEMA, None, {})

    async def async_step_pipeline(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the Alicia pipeline is made of."""
        errors: dict[str, str] = {}
        if user_input is not None:
            pipeline_id = await async_create_pipeline(
                self.hass,
                Engines(
                    user_input[CONF_STT_ENGINE],
                    user_input[CONF_TTS_ENGINE],
                    user_input[CONF_CONVERSATION_ENGINE],
                ),
            )
            if pipeline_id is not None:
                return self._create(pipeline_id)
            errors["base"] = "language_not_supported"
        elif found := async_find_engines(self.hass):
            user_input = {
                CONF_STT_ENGINE: found.stt,
                CONF_TTS_ENGINE: found.tts,
                CONF_CONVERSATION_ENGINE: found.agent,
            }
        return self._show("pipeline", PIPELINE_SCHEMA, user_input, errors)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Move a bus to another base topic, or change an account."""
        entry = self._get_reconfigure_entry()
        if is_account(entry):
            return await self.async_step_reconfigure_grok()
        old = entry.data[CONF_BASE_TOPIC]
        if user_input is None:
            return self._show("reconfigure", RECONFIGURE_SCHEMA, entry.data, {})
        base_topic = user_input[CONF_BASE_TOPIC].strip().strip("/")
        if not is_base_topic(base_topic):
            errors = {CONF_BASE_TOPIC: "invalid_base_topic"}
            return self._show("reconfigure", RECONFIGURE_SCHEMA, user_input, errors)
        if base_topic != old:
            await self.async_set_unique_id(base_topic)
            self._abort_if_unique_id_configured()
            await async_clear(self.hass, Topics(old).build(Kind.VOCABULARY))
        return self.async_update_reload_and_abort(
            entry,
            unique_id=base_topic,
            title=_title(base_topic) if entry.title == _title(old) else entry.title,
            data_updates={CONF_BASE_TOPIC: base_topic},
        )

    async def _async_discovered(self, base_topic: str, found: str) -> ConfigFlowResult:
        if not is_base_topic(base_topic):
            return self.async_abort(reason="invalid_discovery_info")
        # Every sidecar of a bus has the same unique id here: one offer, however many come.
        await self.async_set_unique_id(base_topic)
        self._abort_if_unique_id_configured()
        self._base_topic, self._found = base_topic, found
        self.context["title_placeholders"] = {"name": base_topic}
        return await self.async_step_confirm()

    async def _async_finish(
        self, step_id: str, schema: vol.Schema, user_input: dict[str, Any]
    ) -> ConfigFlowResult:
        """Test the connection, and go on to the pipeline if it is wanted."""
        if error := await _async_mqtt_error(self.hass):
            return self._show(step_id, schema, user_input, {"base": error})
        if not user_input[CONF_CREATE_PIPELINE]:
            return self._create(None)
        if existing := async_find_pipeline(self.hass):
            return self._create(existing)
        if async_find_engines(self.hass) is None:
            return self._show(step_id, schema, user_input, {CONF_CREATE_PIPELINE: "no_engines"})
        return await self.async_step_pipeline()

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        if values is None:
            values = {CONF_CREATE_PIPELINE: async_find_engines(self.hass) is not None}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={"name": self._found, "base_topic": self._base_topic},
        )

    def _create(self, pipeline_id: str | None) -> ConfigFlowResult:
        return self.async_create_entry(
            title=_title(self._base_topic),
            data={CONF_BASE_TOPIC: self._base_topic},
            options={CONF_PIPELINE: pipeline_id} if pipeline_id else {},
        )


class AliciaOptionsFlow(OptionsFlowWithReload):
    """Changes how voice commands are handled, and what the bus may do."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            actions = user_input[CONF_BRIDGE][CONF_ACTIONS]
            if all(ACTION_OR_ALL.match(action) for action in actions):
                return self.async_create_entry(data=user_input)
            errors = {"base": "invalid_action"}
        options = Options.from_entry(self.config_entry.options)
        values = user_input or {
            CONF_PIPELINE: options.pipeline_id or OPTION_PREFERRED,
            CONF_TIMEOUT: options.timeout,
            CONF_QUEUE_LENGTH: options.queue_length,
            CONF_INCLUDE_TEXT: options.include_text,
            CONF_SPEECH_POLICY: options.speech_policy,
            CONF_BRIDGE: self.config_entry.options.get(CONF_BRIDGE, {}),
        }
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(OPTIONS_SCHEMA, values),
            errors=errors,
        )


def _as_bytes(payload: str | bytes | bytearray) -> bytes:
    return payload.encode() if isinstance(payload, str) else bytes(payload)
