"""The bridge: Home Assistant's actions, states and events for those on the bus."""

from .bridge import Bridge
from .user import async_remove_user

__all__ = ["Bridge", "async_remove_user"]
