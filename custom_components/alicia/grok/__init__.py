"""Grok, xAI's model, as an agent of Home Assistant."""
