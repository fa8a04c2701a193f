"""The user that the bus acts as, so that the logbook tells who did it."""

from typing import Final

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import HomeAssistant

NAME: Final = "Alicia bus"


async def async_get_user_id(hass: HomeAssistant) -> str:
    """Return the id of the bus's user; it is made the first time."""
    for user in await hass.auth.async_get_users():
        if user.system_generated and user.name == NAME:
            return user.id
    user = await hass.auth.async_create_system_user(NAME, group_ids=[GROUP_ID_USER])
    return user.id


async def async_remove_user(hass: HomeAssistant) -> None:
    """Remove the bus's user, with the last bus."""
    for user in await hass.auth.async_get_users():
        if user.system_generated and user.name == NAME:
            await hass.auth.async_remove_user(user)
