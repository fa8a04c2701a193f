"""The demo's house in Home Assistant."""
