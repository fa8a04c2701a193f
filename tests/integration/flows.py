"""What a user does in a form."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant

from custom_components.alicia.const import DOMAIN


async def start(hass: HomeAssistant, source: str, data: Any = None) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=data)


async def start_bus(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose the bus from the menu that a user sees first."""
    menu = await start(hass, SOURCE_USER)
    assert menu["menu_options"] == ["bus", "grok"]
    return await submit(hass, menu, next_step_id="bus")


async def submit(hass: HomeAssistant, flow: ConfigFlowResult, **fields: Any) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(flow["flow_id"], fields)


def suggested(flow: ConfigFlowResult) -> dict[str, Any]:
    return {
        key.schema: key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }
