"""Measurements, beside peers where there are any; run by scripts/bench, never by the tests."""
