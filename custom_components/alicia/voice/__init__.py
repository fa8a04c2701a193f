"""Voice: commands from the bus, and devices that listen and speak."""

from .guard import RequestGuard
from .router import VoiceRouter

__all__ = ["RequestGuard", "VoiceRouter"]
