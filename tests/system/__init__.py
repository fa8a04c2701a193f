"""The whole: real broker, real Home Assistant, real sidecars, synthesised speech."""
