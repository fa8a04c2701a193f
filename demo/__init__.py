"""A house to try Alicia in: real broker, real sidecars, real Home Assistant."""
