"""The ways in which a room's device may speak to the house."""
