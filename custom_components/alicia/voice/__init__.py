"""Voice: commands from the bus, and devices that listen and speak."""

from .router import VoiceRouter

__all__ = ["VoiceRouter"]
