"""Hostile input for both protocols: the same bytes for the same seed, on every machine."""
