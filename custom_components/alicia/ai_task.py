"""Grok's tasks as AI tasks of Home Assistant."""

from typing import override

from homeassistant.components import ai_task, conversation
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import SUBENTRY_TASK
from .grok.account import GrokConfigEntry
from .grok.device import describe_device
from .grok.task import Tasks
from .grok.task_options import TaskOptions

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GrokConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the tasks of an account."""
    for subentry in entry.subentries.values():
        if subentry.subentry_type == SUBENTRY_TASK:
            async_add_entities(
                [GrokTask(hass, entry, subentry)], config_subentry_id=subentry.subentry_id
            )


class GrokTask(ai_task.AITaskEntity):
    """Makes data and pictures."""

    _attr_has_entity_name = True
    _attr_name = None
    _attr_translation_key = "task"

    def __init__(
        self, hass: HomeAssistant, entry: GrokConfigEntry, subentry: ConfigSubentry
    ) -> None:
        self._options = TaskOptions.from_subentry(subentry.data)
        self._tasks = Tasks(hass, entry.runtime_data, self._options, subentry.subentry_id)
        self._attr_unique_id = subentry.subentry_id
        self._attr_device_info = describe_device(subentry)
        self._attr_supported_features = (
            ai_task.AITaskEntityFeature.GENERATE_DATA
            | ai_task.AITaskEntityFeature.SUPPORT_ATTACHMENTS
        )
        if self._options.image_model:
            self._attr_supported_features |= ai_task.AITaskEntityFeature.GENERATE_IMAGE

    @override
    async def _async_generate_data(
        self, task: ai_task.GenDataTask, chat_log: conversation.ChatLog
    ) -> ai_task.GenDataTaskResult:
        """Return what is asked for."""
        data = await self._tasks.async_data(task, chat_log, self.entity_id)
        return ai_task.GenDataTaskResult(chat_log.conversation_id, data)

    @override
    async def _async_generate_image(
        self, task: ai_task.GenImageTask, chat_log: conversation.ChatLog
    ) -> ai_task.GenImageTaskResult:
        """Return a picture."""
        picture = await self._tasks.async_picture(task)
        return ai_task.GenImageTaskResult(
            image_data=picture.data,
            conversation_id=chat_log.conversation_id,
            mime_type=picture.mime,
            model=self._options.image_model,
            revised_prompt=picture.prompt or None,
        )
