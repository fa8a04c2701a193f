"""Grok's agents as conversation agents of Home Assistant."""

from typing import Literal, override

from homeassistant.components import conversation
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN, SUBENTRY_AGENT
from .grok.account import GrokConfigEntry
from .grok.acknowledge import RULE
from .grok.agent import Agent
from .grok.camera import LookAtCamera, async_with_cameras
from .grok.device import describe_device
from .grok.options import AgentOptions
from .grok.prompt import RULES

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrokConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the agents of an account."""
    for subentry in entry.subentries.values():
        if subentry.subentry_type == SUBENTRY_AGENT:
            async_add_entities(
                [GrokAgent(hass, entry, subentry)], config_subentry_id=subentry.subentry_id
            )


class GrokAgent(conversation.ConversationEntity):
    """Answers by Grok, and by the house itself while Grok can't."""

    _attr_has_entity_name = True
    _attr_name = None
    _attr_supports_streaming = True
    _attr_translation_key = "agent"

    def __init__(
        self, hass: HomeAssistant, entry: GrokConfigEntry, subentry: ConfigSubentry
    ) -> None:
        self._entry = entry
        self._options = AgentOptions.from_subentry(subentry.data)
        self._agent = Agent(hass, entry.runtime_data, self._options, subentry.subentry_id)
        client, model = entry.runtime_data.client, self._options.manner.model
        self._look = LookAtCamera(client, model)
        self._attr_unique_id = subentry.subentry_id
        self._attr_device_info = describe_device(subentry)
        if self._options.apis:
            self._attr_supported_features = conversation.ConversationEntityFeature.CONTROL

    @property
    @override
    def supported_languages(self) -> list[str] | Literal["*"]:
        """Any language."""
        return MATCH_ALL

    @override
    async def async_prepare(self, language: str | None = None) -> None:
        """Open a connection while somebody still speaks."""
        self._entry.async_create_background_task(
            self.hass, self._entry.runtime_data.client.async_warm(), f"warm {self.entity_id}"
        )

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        """Answer what was said."""
        context = user_input.as_llm_context(DOMAIN)
        try:
            await chat_log.async_provide_llm_data(
                context,
                self._apis(),
                self._instructions(),
                user_input.extra_system_prompt,
            )
        except conversation.ConverseError as err:
            return err.as_conversation_result()
        if self._options.sees_cameras:
            chat_log.llm_api = await async_with_cameras(
                self.hass, chat_log.llm_api, context, self._look
            )
        return await self._agent.async_answer(user_input, chat_log)

    def _apis(self) -> list[str]:
        """Return the APIs that were chosen and are there; another integration's may be away."""
        there = {api.id for api in llm.async_get_apis(self.hass)}
        return [api for api in self._options.apis if api in there]

    def _instructions(self) -> str:
        rules = f"{RULES}\n{RULE if self._options.acknowledges and self._options.apis else ''}"
        return f"{rules}{self._options.instructions}"
