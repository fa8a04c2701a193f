"""The default model behind the fake API."""

from .mind import Brain

__all__ = ["Brain"]
