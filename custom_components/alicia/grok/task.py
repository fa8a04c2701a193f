"""A task for Grok: data or a picture, for which nobody stands and waits."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Final

from homeassistant.components import ai_task, conversation
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm

from ..const import DOMAIN
from .account import GrokRuntimeData
from .attachments import Parts, async_read, async_read_all, has_image
from .ear import Eye
from .errors import GrokError, Kind
from .guard.gate import gated
from .guard.unattended import Unattended
from .history import items_of
from .offers import Offers
from .pictures import MAX_MODELS, Picture, ask, read
from .request import Json, build, wire_name
from .stream import Translator
from .structure import Structure
from .task_options import TaskOptions
from .usage import Usage

#: Rounds of tools in one task.
MAX_ROUNDS: Final = 20

type Delta = conversation.AssistantContentDeltaDict


class Tasks:
    """Does tasks of one kind; each is on its own."""

    def __init__(
        self, hass: HomeAssistant, data: GrokRuntimeData, options: TaskOptions, key: str
    ) -> None:
        self._hass = hass
        self._data = data
        self._options = options
        self._offers = Offers()
        self._meter = data.meters.of(key)
        self._cache_key = key

    async def async_data(
        self, task: ai_task.GenDataTask, chat_log: conversation.ChatLog, agent_id: str
    ) -> object:
        """Return a text, or data of the structure that is asked for; raises HomeAssistantError."""
        attached = await async_read_all(self._hass, chat_log.content)
        if chat_log.llm_api:
            is_tainted = bool(attached or self._options.manner.server_tools)
            warden = Unattended(self._hass, self._data.guard, is_tainted=is_tainted)
            chat_log.llm_api = gated(chat_log.llm_api, warden)
        structure = Structure.of(task.structure, chat_log.llm_api) if task.structure else None
        with self._told(self._options.manner.model):
            await self._async_see(attached)
            shape = structure.as_format(task.name) if structure else None
            work = self._work(chat_log, attached, shape)
            text = await self._async_rounds(chat_log, agent_id, work)
            return structure.read(text) if structure else text

    async def async_picture(self, task: ai_task.GenImageTask) -> Picture:
        """Return a picture; raises HomeAssistantError."""
        images = await async_read(self._hass, task.attachments or ())
        if len(images) > MAX_MODELS or any(each["type"] != "input_image" for each in images):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="not_drawn_after",
                translation_placeholders={"most": str(MAX_MODELS)},
            )
        with self._told(self._options.image_model):
            path, body = ask(self._options.image_model, task.instructions, images)
            try:
                told = await self._data.patient.async_post(path, body)
            except GrokError:
                self._meter.fail()
                raise
            self._meter.add(Usage.read(told.get("usage")))
            return read(told)

    @contextmanager
    def _told(self, model: str) -> Iterator[None]:
        """Ask only while money is left; say what goes wrong to whoever can do something about it.

        This is the one place where errors of a task become those of Home Assistant.
        """
        try:
            self._data.cap.async_check()
            yield
        except GrokError as err:
            self._data.troubles.async_report(err, model)
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key=err.kind.value
            ) from err
        self._data.troubles.async_settle(model)

    async def _async_see(self, attached: Mapping[int, Parts]) -> None:
        model = self._options.manner.model
        is_shown = any(map(has_image, attached.values()))
        if is_shown and not await self._data.patient.async_sees(model):
            raise GrokError(Kind.SEES_NOTHING)

    def _work(
        self, chat_log: conversation.ChatLog, attached: Mapping[int, Parts], shape: Json | None
    ) -> Callable[[], Json]:
        """Return what makes the next request of a task."""
        manner, prompt = self._options.manner, chat_log.content[0]
        told = prompt.content if isinstance(prompt, conversation.SystemContent) else ""
        things = self._data.things.async_all()
        tools = self._offers.of(chat_log.llm_api, things, len(manner.server_tools))

        def body() -> Json:
            items = items_of(chat_log.content, manner.model, "", attached)
            asked = build(manner, told, tools, items, self._cache_key)
            return asked | ({"text": {"format": shape}} if shape else {})

        return body

    async def _async_rounds(
        self, chat_log: conversation.ChatLog, agent_id: str, work: Callable[[], Json]
    ) -> str:
        """Ask until there is an answer, and return it; raises GrokError."""
        names = {wire_name(each.name): each.name for each in _tools(chat_log)}
        for _ in range(MAX_ROUNDS):
            failures: list[GrokError] = []
            before = len(chat_log.content)
            deltas = self._async_deltas(work(), names, failures)
            contents = chat_log.async_add_delta_content_stream(agent_id, deltas)
            async with aclosing(contents):
                async for _content in contents:
                    pass
            if failures:
                raise failures[0]
            is_silent = len(chat_log.content) == before
            if is_silent or not chat_log.unresponded_tool_results:
                return _text(chat_log.content[-1])
        raise GrokError(Kind.TOO_MANY_STEPS)

    async def _async_deltas(
        self, body: Json, names: Mapping[str, str], failures: list[GrokError]
    ) -> AsyncGenerator[Delta]:
        """Yield an answer; one that breaks off while tools run lets them end first."""
        translator = Translator(self._options.manner.model, "", names, Eye())
        try:
            answer = self._meter.async_count(self._data.patient.async_stream(body))
            async with aclosing(answer) as events:
                async for event in events:
                    for delta in translator.hear(event):
                        yield delta
        except GrokError as err:
            if not translator.has_called:
                raise
            failures.append(err)
            for delta in translator.break_off(""):
                yield delta


def _tools(chat_log: conversation.ChatLog) -> list[llm.Tool]:
    return chat_log.llm_api.tools if chat_log.llm_api else []


def _text(content: conversation.Content) -> str:
    """Return what was said last; raises GrokError where that is nothing."""
    if isinstance(content, conversation.AssistantContent) and content.content:
        return content.content.strip()
    raise GrokError(Kind.FAILED)
